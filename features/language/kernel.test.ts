/** A kernel in the language, on our machine and on QEMU: every way in which the processor comes in, and gdb through it. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Qemu, withoutQemu } from "../../disks/testing/qemu.ts";
import { compile, diagnosticsText } from "../../dsl/compile.ts";
import { Machine } from "../../emulator/machine.ts";
import { bootObject, regions } from "./boot.ts";

const source = readFileSync(new URL("guest/kernel.ts", import.meta.url), "utf8");
const module = "features/language/guest/kernel.ts";

function kernel(): Uint8Array {
  const { object, entry } = bootObject("features/language/guest/kernel.main");
  const result = compile({
    entries: [module],
    read: (file) => (file === module ? source : null),
    target: "cor-kernel",
    unsafe: [module],
    objects: [object],
    layout: { entry, regions },
  });
  assert.equal(diagnosticsText(result), "");
  return result.bytes!;
}

const image = kernel();

/** The number of the line that begins with a text. */
const lineOf = (text: string): number => source.split("\n").findIndex((line) => line.trimStart().startsWith(text)) + 1;
const at = (name: string, text: string) => `  at features/language/guest/kernel.${name} (${module}:${lineOf(text)})`;

const expected = [
  "tables stand",
  "text true, rest true 8",
  /^vector 3 code 0 from 8 flags 0x0 rax \w+ r15 \w+$/,
  at("nested", "return n + cpu.readCr2()"),
  at("main", "nested(1)"),
  /^vector 13 code 4664 from 8 flags 0x0 /,
  /^vector 1 code 0 from 8 flags 0x0 /,
  "page fault at 0xffff800000000000 code 0 fixed true",
  "page fault at 0x600000 code 0 fixed true",
  "not copied 21, 8, fixup elsewhere 0",
  at("trace", "image.here(ref(step))"),
  at("timer", "if (ticks.load() === 1) trace"),
  /^ {2}at vector\.32 \(/,
  /^ {2}at .*\.(preemption|spin) \(/,
  /^ {2}at .*\.(main|preemption) \(/,
  "second task got 0xabcd, aligned true",
  "both ran: true, ticks enough: true",
  ...[49, 256].flatMap((vector) => [
    new RegExp(`^call by ${vector} of 0x\\w+: 10$`),
    "page fault at 0x12345000 code 0 fixed true",
    `call by ${vector} of 0x12345000: -14`,
    `call by ${vector} of 0xffffffff80100000: -14`,
  ]),
  "page fault at 0xffffffff80000000 code 5 fixed false",
  /^vector 6 code 0 from 35 flags 0x200 rax 0xffffffff80000000 r15 0x7777$/,
  "faults 7, ticks in user code true",
  "end",
];

function judge(said: string): void {
  const lines = said.replaceAll("\r", "").trimEnd().split("\n");
  lines.forEach((line, k) => {
    const wanted = expected[k];
    if (wanted instanceof RegExp) assert.match(line, wanted);
    else assert.equal(line, wanted, said);
  });
  assert.equal(lines.length, expected.length);
}

test("exceptions, interrupts, task switches and system calls work on our machine", () => {
  let said = "";
  const machine = new Machine(
    { memory: 16, kernel: { image, name: "kernel.elf" } },
    {
      output: (channel, byte) => {
        if (channel === "com1") said += String.fromCharCode(byte);
      },
    },
  );
  try {
    machine.run({ until: "end\n", instructions: 50_000_000 });
    judge(said);
  } finally {
    machine.close();
  }
});

async function inFolder<T>(body: (folder: string, elf: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "cor-kernel-"));
  try {
    const elf = join(folder, "kernel.elf");
    writeFileSync(elf, image);
    return await body(folder, elf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("and on QEMU", { skip: withoutQemu }, () =>
  inFolder(async (_, elf) => {
    await using qemu = new Qemu("-kernel", elf);
    await qemu.sees("end\n");
    judge(qemu.serial.slice(qemu.serial.indexOf("tables stand")));
  }),
);

const withoutGdb = withoutQemu || (spawnSync("gdb", ["--version"]).status !== 0 && "gdb is not installed");

test("gdb unwinds through an interrupt into what it interrupted, and through system calls", { skip: withoutGdb }, () =>
  inFolder(async (folder, elf) => {
    const stub = join(folder, "stub");
    await using _ = new Qemu("-S", "-gdb", `unix:${stub},server=on,wait=off`, "-kernel", elf);
    while (!existsSync(stub)) await setTimeout(20);
    const inTimer = lineOf("if (preempting.load() !== 0) reschedule");
    const commands = [
      `target remote ${stub}`,
      `hbreak guest/kernel.ts:${inTimer}`,
      "continue",
      "backtrace",
      "delete",
      `hbreak guest/kernel.ts:${lineOf("f.rax = u64(result)")}`,
      "continue",
      "backtrace",
      "disconnect",
    ].flatMap((command) => ["-ex", command]);
    const { stdout } = await promisify(execFile)("gdb", ["-nx", "-batch", ...commands, elf]);
    assert.match(
      stdout,
      new RegExp(
        `#0 {2}timer \\(.*kernel\\.ts:${inTimer}\\n#1 {2}<signal handler called>\\n#2 .*spin \\(self=0\\).*\\n#3 .*preemption \\(\\).*\\n#4 .* main \\(\\)`,
      ),
    );
    assert.match(
      stdout,
      /#0 {2}call \(.*\n#1 {2}<signal handler called>\n#2 .*user \(\) at features\/language\/boot\.ts/,
    );
  }),
);
