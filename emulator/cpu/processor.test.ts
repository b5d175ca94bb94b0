import assert from "node:assert/strict";
import { test } from "node:test";
import { board, flat32, long, place, real } from "./board.ts";
import type { Stop } from "./exits.ts";

const RAX = 0;
const RCX = 1;
const RBX = 3;

const halted: Stop = { kind: "halted", interruptible: false };

test("a loop in real-address mode", () => {
  const b = board();
  real(b);
  // mov ax,12; again: push ax; pop bx; inc ax; jnz again; hlt
  place(b, 0x7c00, [0xb8, 12, 0, 0xbc, 0, 0x10, 0x50, 0x5b, 0x40, 0x75, 0xfb, 0xf4]);
  assert.deepEqual(b.cpu.run(1_000_000), halted);
  assert.equal(b.cpu.state.get64("general", RAX), 0n);
  assert.equal(b.cpu.state.get64("general", RBX), 0xffffn);
  assert.equal(b.cpu.instructions, 2 + 4 * (65536 - 12) + 1);
  assert.equal(b.cpu.state.get64("rip"), 0x7c0cn);
});

test("a loop in 32-bit protected mode", () => {
  const b = board();
  flat32(b);
  // mov ecx,1000; again: add eax,ecx; mov [0x3000],eax; dec ecx; jnz again; hlt
  place(b, 0x1000, [0xb9, 0xe8, 3, 0, 0, 0x01, 0xc8, 0xa3, 0, 0x30, 0, 0, 0x49, 0x75, 0xf6, 0xf4]);
  assert.deepEqual(b.cpu.run(1_000_000), halted);
  assert.equal(b.cpu.state.get64("general", RAX), 500_500n);
  assert.equal(b.memory.load(0x3000, 4), 500_500);
  assert.equal(b.cpu.instructions, 1 + 4 * 1000 + 1);
});

test("a loop in 64-bit mode, over a page boundary", () => {
  const b = board();
  long(b);
  // mov ecx,1000; again: add rax,rcx; mov [0x3000],rax; dec rcx; jnz again; hlt
  const code = [0xb9, 0xe8, 3, 0, 0, 0x48, 0x01, 0xc8, 0x48, 0x89, 0x04, 0x25, 0, 0x30, 0, 0, 0x48, 0xff, 0xc9];
  place(b, 0xff8, [...code, 0x75, 0xf0, 0xf4]);
  assert.deepEqual(b.cpu.run(1_000_000), halted);
  assert.equal(b.cpu.state.get64("general", RAX), 500_500n);
  assert.equal(b.cpu.state.get64("general", RCX), 0n);
  assert.equal(b.memory.load(0x3000, 4), 500_500);
  assert.equal(b.cpu.instructions, 1 + 4 * 1000 + 1);
});

test("run stops after exactly as many instructions as asked for", () => {
  const b = board();
  long(b);
  // again: inc rax ×5; jmp again
  place(
    b,
    0x1000,
    [0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0xeb, 0xef],
  );
  let total = 0;
  for (const count of [1, 2, 3, 7, 1, 100, 12345, 6]) {
    total += count;
    assert.deepEqual(b.cpu.run(count), { kind: "budget" });
    assert.equal(b.cpu.instructions, total);
    assert.equal(b.cpu.state.get64("general", RAX), BigInt(total - Math.floor(total / 6)));
  }
});

test("run stops at the first instruction boundary at which a deadline has come", () => {
  const b = board();
  long(b);
  place(b, 0x1000, [0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0x48, 0xff, 0xc0, 0xeb, 0xf5]);
  const fired: number[] = [];
  const timer = b.clock.timer("test", (at) => {
    fired.push(b.clock.now);
    timer.arm(at + 7);
  });
  timer.arm(10);
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(b.cpu.run(1000), { kind: "deadline" });
    b.clock.fireDue();
  }
  // A round takes three cycles, none of its instructions more than one.
  assert.deepEqual(fired, [10, 17, 24, 31, 38]);
});
