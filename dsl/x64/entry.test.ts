import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readProgram } from "../ir/read.ts";
import { printProgram } from "../ir/text.ts";
import { verifyProgram } from "../ir/verify.ts";
import { elfObject } from "../out/elf-object.ts";
import { disassemble, missing, run, withFiles } from "../out/oracle.ts";
import { selectors, trapFrame } from "./entry.ts";
import { compileProgram } from "./object.ts";
import { corKernel } from "./target.ts";

const text = `
entry vector.32 calls @tick vectors 32 !trap.ts:1:1
entry vector.14 calls @tick vectors 14 !trap.ts:1:1
entry vector.others calls @tick vectors 0 17 200 !trap.ts:1:1
entry vector.uncertain calls @tick vectors 2 13 !trap.ts:1:1
entry cor.syscallEntry calls @tick system !trap.ts:1:1
function tick(%frame.0: i64) -> () exported !trap.ts:1:1 {
entry.0:
  store 1i64, [%frame.0, 80] plain align 8 !trap.ts:2:3
  return !trap.ts:3:1
}
`;
const program = readProgram(text);
const object = compileProgram(program, corKernel, "traps");

function listing(name: string): string[] {
  const place = object.places.get(object.symbols.find((s) => s.name === name)!.label!)!;
  return disassemble(object.sections[place.section]!.bytes, 64).map((i) => i.text.replace(/ <.*/, ""));
}

const pushes = "rax rbx rcx rdx rsi rdi rbp r8 r9 r10 r11 r12 r13 r14 r15".split(" ");

test("entries are read as they are written, and call functions of a frame", () => {
  assert.deepEqual(verifyProgram(program), []);
  const printed = printProgram(program, { origins: true });
  assert.equal(printProgram(readProgram(printed), { origins: true }), printed);
  assert.equal(printed.split("\n").filter((line) => line.startsWith("entry ")).length, 5);
  assert.match(verifyProgram(readProgram("entry e calls @nobody system")).join(), /nobody is no function/);
});

test("an entry leaves vector, error code and all registers as TrapFrame has them", { skip: missing("objdump") }, () => {
  const tick = listing("vector.32");
  assert.deepEqual(tick.slice(0, 17), ["push 0x0", "push 0x20", ...pushes.map((r) => `push ${r}`)]);
  assert.deepEqual(tick.slice(17, 20), ["test BYTE PTR [rsp+0x90],0x3", "je 0x28", "swapgs"]);
  assert.ok(tick.includes("mov rdi,rsp"));
  const popped = pushes.toReversed().map((r) => `pop ${r}`);
  assert.deepEqual(tick.slice(-18), ["swapgs", ...popped, "add rsp,0x10", "iretq"]);
  assert.deepEqual(listing("vector.14").slice(0, 2), ["push 0xe", "push rax"]);

  const fields = [
    ...readFileSync(new URL("../prelude/machine.d.ts", import.meta.url), "utf8").matchAll(/^ {2}(\w+): u64;$/gm),
  ];
  const names = fields.map(([, name]) => name!);
  const frame = names.slice(names.indexOf("r15"), names.indexOf("ss") + 1);
  assert.equal(frame.length * 8, trapFrame.bytes);
  for (const [name, offset] of Object.entries(trapFrame))
    if (name !== "bytes") assert.equal(frame.indexOf(name) * 8, offset, name);
  assert.deepEqual(frame.slice(0, 15), pushes.toReversed());
});

test("an entry of several vectors has sixteen bytes for each, with a zero where the processor pushes no code", {
  skip: missing("objdump"),
}, () => {
  const place = object.places.get(object.symbols.find((s) => s.name === "vector.others")!.label!)!;
  const bytes = object.sections[place.section]!.bytes;
  const begins = (k: number) =>
    disassemble(bytes.subarray(16 * k), 64)
      .map((i) => i.text)
      .slice(0, 2);
  assert.deepEqual(begins(0), ["push 0x0", "push 0x0"]);
  assert.match(begins(1).join(), /^push 0x11,jmp/);
  assert.deepEqual(begins(2), ["push 0x0", "push 0xc8"]);
});

test("what may come with the user's GS in the kernel looks at its base", { skip: missing("objdump") }, () => {
  const lines = listing("vector.uncertain");
  assert.ok(lines.includes("rdmsr"));
  assert.ok(!lines.some((line) => line.startsWith("test BYTE")));
  assert.equal(lines.filter((line) => line === "swapgs").length, 2);
});

test("a system call's entry changes stacks, and returns by SYSRET only what SYSRET can", {
  skip: missing("objdump"),
}, () => {
  const lines = listing("cor.syscallEntry");
  assert.deepEqual(lines.slice(0, 3), ["swapgs", "mov QWORD PTR gs:0x10,rsp", "mov rsp,QWORD PTR gs:0x8"]);
  assert.equal(lines.filter((line) => line === "sysretq" || line === "iretq").join(), "sysretq,iretq");
  const values = [
    ...readFileSync(new URL("../prelude/machine.d.ts", import.meta.url), "utf8").matchAll(/^ {2}(\w+) = (0x\w+),$/gm),
  ];
  assert.deepEqual(Object.fromEntries(values.map(([, name, value]) => [name, Number(value)])), selectors);
});

test("the unwinding rules find every register at every instruction", { skip: missing("readelf") }, () => {
  withFiles((file) => {
    const out = run("readelf", "-W", "--debug-dump=frames-interp", file("traps.o", elfObject(object)));
    assert.match(out, /"S"/);
    // Right before the call: everything is on the stack, the CFA 22 words above RSP.
    assert.match(out, /rsp\+176 +c-\d+/);
    assert.doesNotMatch(out, /warning|error/i);
  });
});
