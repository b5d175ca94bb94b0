/** The local APIC from the guest's side: its page in front of RAM, its interrupts, and INIT. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS } from "../isa/instruction.ts";
import { type Board, board, place, real } from "./board.ts";

const RAX = 0;
const IDLE = { kind: "halted", interruptible: true } as const;

// biome-ignore format: one instruction per line
const moveTo8000 = [
  0x66, 0xb9, 0x1b, 0, 0, 0, // mov ecx,1Bh
  0x66, 0xb8, 0x00, 0x89, 0, 0, // mov eax,8900h: at 8000h, on, BSP
  0x66, 0x31, 0xd2, // xor edx,edx
  0x0f, 0x30, // wrmsr
];
// biome-ignore format: one instruction per line
const periodic = [
  0x66, 0xc7, 0x06, 0x20, 0x83, 0x40, 0, 2, 0, // LVT timer: periodic, vector 40h
  0x66, 0xc7, 0x06, 0xe0, 0x83, 0x0b, 0, 0, 0, // divide by 1
  0x66, 0xc7, 0x06, 0x80, 0x83, 0x64, 0, 0, 0, // initial count 100: 4,000 cycles
];
// biome-ignore format: one instruction per line
const handler = [
  0xff, 0x06, 0x00, 0x06, // inc word [600h]
  0x66, 0xc7, 0x06, 0xb0, 0x80, 0, 0, 0, 0, // EOI
  0xcf, // iret
];
const wait = [0xfb, 0xf4, 0xeb, 0xfd]; // sti; again: hlt; jmp again

function start(code: readonly number[]): Board {
  const b = board({ channels: ["guest_errors"] });
  real(b);
  b.memory.write(0x100, Uint8Array.of(0x00, 0x05, 0, 0));
  b.memory.write(0x500, Uint8Array.from(handler));
  b.cpu.state.set64("general", 0x7000n, 4);
  place(b, 0x1000, code);
  return b;
}

test("moved over RAM, the page hides it; the timer interrupts a waiting processor; RAM comes back as it was", () => {
  const b = start([...moveTo8000, ...periodic, ...wait]);
  b.memory.store(0x8320, 4, 0x1234_5678);
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(b.cpu.run(100), IDLE);
    b.clock.advanceTo(b.clock.nextDeadline());
  }
  assert.equal(b.memory.load(0x600, 2), 4);
  assert.equal(b.memory.load(0x8320, 4), 0x2_0040);
  assert.deepEqual(b.log, []);
  b.cpu.reset();
  assert.equal(b.memory.load(0x8320, 4), 0x1234_5678);
});

test("code that was decoded from a page is forgotten when the APIC moves there", () => {
  const b = start([...moveTo8000, 0xe9, 0xec, 0x6f]); // jmp 8000h
  // As RAM: mov al,7; hlt
  b.memory.write(0x8000, Uint8Array.of(0xb0, 7, 0xf4));
  b.cpu.state.set64("rip", 0x8000n);
  b.cpu.run(2);
  assert.equal(b.cpu.state.get64("general", RAX) & 0xffn, 7n);
  b.cpu.reset();
  real(b);
  b.cpu.state.set64("rip", 0x1000n);
  b.cpu.run(5);
  assert.equal(b.cpu.state.get64("rip"), 0x8000n);
  b.cpu.run(1);
  // Offset 0 of the page is no register and reads as zeros: add [bx+si],al.
  assert.equal(b.cpu.state.get64("rip"), 0x8002n);
});

test("CR8 is TPR and CPUID tells of the APIC as long as it is on", () => {
  // mov eax,1; cpuid; hlt
  const b = start([0x66, 0xb8, 1, 0, 0, 0, 0x0f, 0xa2, 0xf4]);
  b.cpu.run(3);
  assert.equal((b.cpu.state.get64("general", 2) >> 9n) & 1n, 1n);
  b.cpu.apic.setBase(0xfee0_0100n);
  b.cpu.state.set32("activity", 0);
  b.cpu.state.set64("rip", 0x1000n);
  b.cpu.run(3);
  assert.equal((b.cpu.state.get64("general", 2) >> 9n) & 1n, 0n);
});

test("INIT by message: the boot processor starts at the reset vector, MSRs and cache bits stay", () => {
  // ICR: INIT, assert, physical destination 0
  const b = start([...moveTo8000, 0x66, 0xc7, 0x06, 0x00, 0x83, 0x00, 0x45, 0, 0, 0x90, 0x90]);
  b.cpu.state.set64("star", 0x1234n);
  b.cpu.state.set64("cr0", 0x10n);
  assert.deepEqual(b.cpu.run(5), { kind: "budget" });
  assert.equal(b.cpu.state.get64("cr0"), 0x10n);
  assert.equal(b.cpu.state.get64("star"), 0x1234n);
  assert.equal(b.cpu.state.get64("segmentBase", CS), 0xffff_0000n);
  assert.equal(b.cpu.state.get64("rip"), 0xfff0n);
  assert.equal(b.cpu.apic.base, 0x8900n);
});

test("INIT of a processor that is not the boot processor waits for a start-up message", () => {
  const b = start([0x90, 0x90]);
  b.cpu.apic.setBase(0xfee0_0800n);
  b.cpu.setInit();
  assert.deepEqual(b.cpu.run(10), { kind: "halted", interruptible: false });
  b.memory.write(0x2000, Uint8Array.of(0xb0, 9, 0xf4));
  b.cpu.apic.receive({ destination: 0, logical: false, mode: 6, vector: 2, level: false });
  assert.deepEqual(b.cpu.run(10), { kind: "halted", interruptible: false });
  assert.equal(b.cpu.state.get64("general", RAX) & 0xffn, 9n);
  b.cpu.apic.receive({ destination: 0, logical: false, mode: 6, vector: 2, level: false });
  assert.equal(b.cpu.state.get64("rip"), 3n);
});
