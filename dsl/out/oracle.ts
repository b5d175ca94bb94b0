/**
 * For tests: other people's tools (binutils, gdb) as oracles, and a folder for the files they look at.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** For a test's `skip`: a reason if the tool is not installed, else false. */
export function missing(...tools: string[]): string | false {
  const absent = tools.filter((tool) => spawnSync(tool, ["--version"]).error);
  return absent.length > 0 && `${absent.join(", ")} not installed`;
}

/** Runs `use` with a way to put files into a fresh folder, which is removed afterwards. */
export function withFiles<T>(use: (file: (name: string, bytes: Uint8Array | string) => string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "cor-asm-"));
  try {
    return use((name, bytes) => {
      const path = join(folder, name);
      writeFileSync(path, bytes, { mode: 0o755 });
      return path;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the tool prints; throws with its error output if it fails. */
export function run(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 });
}

export interface Disassembled {
  readonly address: number;
  readonly text: string;
}

const machines = { 16: "i8086", 32: "i386", 64: "i386:x86-64" };

/** objdump's view of raw code: address and text (Intel syntax, single spaces) of each instruction. */
export function disassemble(bytes: Uint8Array, mode: 16 | 32 | 64, address = 0): Disassembled[] {
  return withFiles((file) => {
    const path = file("code.bin", bytes);
    const output = run(
      "objdump",
      ...["-D", "-b", "binary", "-m", machines[mode], "-M", "intel", "--no-show-raw-insn"],
      ...[`--adjust-vma=0x${address.toString(16)}`, path],
    );
    return parseDisassembly(output);
  });
}

export function parseDisassembly(output: string): Disassembled[] {
  return [...output.matchAll(/^ *([0-9a-f]+):\t(.*)$/gm)].map(([, at, text]) => ({
    address: Number.parseInt(at!, 16),
    text: text!.replace(/\s+/g, " ").trim(),
  }));
}
