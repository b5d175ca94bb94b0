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
import { bootSymbols } from "./build.ts";
import { bareSystem } from "./testing/bare.ts";
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

/** Boots the disk under gdb with these symbols; what gdb says to the commands. */
async function debug(symbols: Uint8Array, ...script: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "cor-gdb-"));
  try {
    const [elf, image, stub] = ["symbols.elf", "cor.img", "stub"].map((name) => join(folder, name)) as Three;
    writeFileSync(elf, symbols);
    writeFileSync(image, bareSystem().img);
    await using qemu = new Qemu("-S", "-gdb", `unix:${stub},server=on,wait=off`, "-drive", `file=${image},format=raw`);
    while (!existsSync(stub)) await setTimeout(20);
    const commands = [`target remote ${stub}`, ...script, "disconnect"].flatMap((command) => ["-ex", command]);
    const { stdout } = await promisify(execFile)("gdb", ["-nx", "-batch", ...commands, elf], { cwd: project });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const breakAt = (place: string) => `hbreak ${place}`;

test("gdb breaks at lines of the kernel, in 32-bit and in 64-bit code, and steps", { skip: withoutGdb }, async () => {
  const inBoot = placeOf("kernel/boot/long-mode.ts", "a.mov(cr3, eax);");
  const inMain = placeOf("kernel/main.ts", "startFrames(boot);");
  const further = placeOf("kernel/main.ts", "startTasks();");
  const steps = ["continue", "continue", "next", "continue", "backtrace"];
  const said = await debug(bareSystem().elf, ...[inBoot, inMain, further].map(breakAt), ...steps);
  assert.match(said, new RegExp(`Breakpoint 1, startLongMode \\(\\) at ${inBoot}\n\\d+\\s+a\\.mov\\(cr3, eax\\);`));
  const main = "main \\(boot=0x[0-9a-f]+ <bootInfo>\\) at";
  assert.match(said, new RegExp(`Breakpoint 2, ${main} ${inMain}\n.*\n\\d+\\s+startKernelSpace`));
  assert.match(said, new RegExp(`Breakpoint 3, ${main} ${further}`));
  assert.match(said, new RegExp(`#0  ${main} ${further}`));
});

test("gdb breaks at lines of boot sector and loader", { skip: withoutGdb }, async () => {
  const first = placeOf("disks/boot/boot-sector.ts", "a.mov(b(drive), dl);");
  const in16 = placeOf("disks/boot/loader.ts", "a.call(openA20);");
  const in32 = placeOf("disks/boot/loader.ts", "a.jmp(edi);");
  const said = await debug(bootSymbols("disk"), ...[first, in16, in32].map(breakAt), ..."ccc");
  assert.match(said, new RegExp(`Breakpoint 1, bootSector \\(\\) at ${first}`));
  assert.match(said, new RegExp(`Breakpoint 2, loader \\(\\) at ${in16}`));
  assert.match(said, new RegExp(`Breakpoint 3, loader \\(\\) at ${in32}`));
});
