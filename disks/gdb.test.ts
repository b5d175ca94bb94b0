/**
 * Real gdb on QEMU's stub, with nothing but cor.elf: it stops at lines of our TypeScript, before and after the switch to
 * 64-bit mode.
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { build } from "./build.ts";
import { Qemu, withoutQemu } from "./testing/qemu.ts";

const withoutGdb = withoutQemu || (spawnSync("gdb", ["--version"]).status !== 0 && "gdb is not installed");
const project = join(import.meta.dirname, "..");

type Three = [string, string, string];

/** "kernel/main.ts:45", the line that contains `text`. */
function placeOf(file: string, text: string): string {
  const lines = readFileSync(join(project, file), "utf8").split("\n");
  const line = lines.findIndex((it) => it.includes(text)) + 1;
  assert.ok(line > 0, `${file} has no line with ${text}`);
  return `${file}:${line}`;
}

test("gdb breaks at lines of the kernel, in 32-bit and in 64-bit code, and steps", { skip: withoutGdb }, async () => {
  const { elf, img } = build();
  const folder = mkdtempSync(join(tmpdir(), "cor-gdb-"));
  try {
    const [symbols, image, stub] = ["cor.elf", "cor.img", "stub"].map((name) => join(folder, name)) as Three;
    writeFileSync(symbols, elf);
    writeFileSync(image, img);
    await using qemu = new Qemu("-S", "-gdb", `unix:${stub},server=on,wait=off`, "-drive", `file=${image},format=raw`);
    while (!existsSync(stub)) await setTimeout(20);

    const inBoot = placeOf("kernel/boot/long-mode.ts", "a.mov(cr3, eax);");
    const inMain = placeOf("kernel/main.ts", "// first words");
    const atWords = placeOf("kernel/main.ts", "speaking on the serial console");
    const script = [
      `target remote ${stub}`,
      ...[inBoot, inMain, atWords].map((place) => `hbreak ${place}`),
      "continue",
      "continue",
      "next",
      "continue",
      "backtrace",
      "kill",
    ];
    const commands = script.flatMap((command) => ["-ex", command]);
    const { stdout } = await promisify(execFile)("gdb", ["-nx", "-batch", ...commands, symbols], { cwd: project });
    assert.match(stdout, new RegExp(`Breakpoint 1, startLongMode \\(\\) at ${inBoot}\n\\d+\\s+a\\.mov\\(cr3, eax\\);`));
    assert.match(stdout, new RegExp(`Breakpoint 2, main \\(\\) at ${inMain}\n.*\n\\d+\\s+inColours`));
    assert.match(stdout, new RegExp(`Breakpoint 3, main \\(\\) at ${atWords}`));
    assert.match(stdout, new RegExp(`#0  main \\(\\) at ${atWords}`));
    await qemu.ends();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
