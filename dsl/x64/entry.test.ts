import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgram } from "../ir/read.ts";
import { elfObject } from "../out/elf-object.ts";
import { disassemble, missing, run, withFiles } from "../out/oracle.ts";
import { compileProgram } from "./object.ts";
import { corKernel } from "./target.ts";

const program = readProgram(`
function tick(%frame.0: i64) -> () interrupt exported !trap.ts:1:1 {
entry.0:
  store 1i64, [%frame.0, 80] plain align 8 !trap.ts:2:3
  return !trap.ts:3:1
}
function fault(%frame.0: i64, %error.1: i64) -> () interrupt exported !trap.ts:4:1 {
entry.0:
  store %error.1, [%frame.0, 80] plain align 8 !trap.ts:5:3
  return !trap.ts:6:1
}
function call(%frame.0: i64) -> () syscall exported !trap.ts:7:1 {
entry.0:
  return !trap.ts:8:1
}
`);
const object = compileProgram(program, corKernel, "traps");

function listing(name: string): string[] {
  const place = object.places.get(object.symbols.find((s) => s.name === name)!.label!)!;
  return disassemble(object.sections[place.section]!.bytes, 64).map((i) => i.text.replace(/ <.*/, ""));
}

const pushes = "rdi rsi rdx rcx rax r8 r9 r10 r11 rbx rbp r12 r13 r14 r15".split(" ");

test("an interrupt entry saves and restores all registers around the function", { skip: missing("objdump") }, () => {
  const text = listing("tick");
  assert.deepEqual(text.slice(0, 16), ["push 0x0", ...pushes.map((r) => `push ${r}`)]);
  assert.deepEqual(text.slice(16, 18), ["test BYTE PTR [rsp+0x88],0x3", "je 0x26"]);
  assert.deepEqual(text.slice(-18), ["swapgs", ...pushes.toReversed().map((r) => `pop ${r}`), "add rsp,0x8", "iretq"]);
  assert.ok(text.includes("mov rdi,rsp"));
  const withCode = listing("fault");
  assert.equal(withCode[0], "push rdi");
  assert.ok(withCode.includes("mov rsi,QWORD PTR [rsp+0x78]"));
});

test("a system call's entry changes stacks, and returns by SYSRET only to canonical addresses", {
  skip: missing("objdump"),
}, () => {
  const text = listing("call");
  assert.deepEqual(text.slice(0, 3), ["swapgs", "mov QWORD PTR gs:0x10,rsp", "mov rsp,QWORD PTR gs:0x8"]);
  assert.equal(text.filter((line) => line === "sysretq" || line === "iretq").join(), "sysretq,iretq");
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
