import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFlag } from "../memory.ts";
import { board, long, place } from "./board.ts";

const RAX = 0;
const RBX = 3;
const TABLES = 0x8000;
const DIRECTORY = TABLES + 0x2000;
const hlt = 0xf4;

const le32 = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  (value >>> 24) & 0xff,
];
/** mov rax,[address] */
const loadRax = (address: number): number[] => [0x48, 0x8b, 0x04, 0x25, ...le32(address)];
/** mov rbx,[address] */
const loadRbx = (address: number): number[] => [0x48, 0x8b, 0x1c, 0x25, ...le32(address)];
/** mov dword [address],value */
const store = (address: number, value: number): number[] => [0xc7, 0x04, 0x25, ...le32(address), ...le32(value)];

test("a changed page table entry counts from the next instruction on, without INVLPG", () => {
  const b = board({ megabytes: 8 });
  long(b);
  b.memory.store(0x20_0000, 4, 0x1111);
  b.memory.store(0x40_0000, 4, 0x2222);
  place(b, 0x1000, [...loadRax(0x20_0000), ...store(DIRECTORY + 8, 0x40_0087), ...loadRbx(0x20_0000), hlt]);
  b.cpu.run(100);
  assert.equal(b.cpu.state.get64("general", RAX), 0x1111n);
  assert.equal(b.cpu.state.get64("general", RBX), 0x2222n);
});

test("DMA into a page table counts too", () => {
  const b = board({ megabytes: 8 });
  long(b);
  b.memory.store(0x40_0000, 4, 0x2222);
  // again: mov rax,[0x200000]; jmp again
  place(b, 0x1000, [...loadRax(0x20_0000), 0xeb, 0xf6]);
  b.cpu.run(100);
  assert.equal(b.cpu.state.get64("general", RAX), 0n);
  b.memory.write(DIRECTORY + 8, Uint8Array.of(0x87, 0, 0x40));
  b.cpu.run(2);
  assert.equal(b.cpu.state.get64("general", RAX), 0x2222n);
});

test("entries that were not present may be filled in without anything being dropped", () => {
  const b = board({ megabytes: 8 });
  long(b);
  b.memory.store(DIRECTORY + 8, 4, 0);
  place(b, 0x1000, [...loadRax(0x40_0000), ...store(DIRECTORY + 8, 0x40_0087), ...loadRbx(0x20_0000), hlt]);
  b.memory.store(0x40_0000, 4, 0x2222);
  b.cpu.run(2);
  assert.notEqual(b.memory.flagsAt(b.memory.locate(DIRECTORY)) & FrameFlag.table, 0, "translations are still there");
  b.cpu.run(100);
  assert.equal(b.cpu.state.get64("general", RBX), 0x2222n);
});

test("accessed and dirty bits are set when they should be, no earlier", () => {
  const b = board({ megabytes: 8 });
  long(b);
  const bits = () => b.memory.load(DIRECTORY + 8, 4) & 0x60;
  place(b, 0x1000, [...loadRax(0x20_0000), ...store(0x20_0000, 1), hlt]);
  assert.equal(bits(), 0);
  b.cpu.run(1);
  assert.equal(bits(), 0x20);
  b.cpu.run(1);
  assert.equal(bits(), 0x60);
});

test("with A20 off, bit 20 of physical addresses is 0", () => {
  const b = board();
  long(b, { tables: 0x8000 });
  b.memory.store(0x3000, 4, 0xaa);
  b.memory.store(0x10_3000, 4, 0xbb);
  place(b, 0x1000, [...loadRax(0x10_3000), ...loadRbx(0x10_3000), hlt]);
  b.cpu.run(1);
  assert.equal(b.cpu.state.get64("general", RAX), 0xbbn);
  b.cpu.setA20(false);
  b.cpu.run(1);
  assert.equal(b.cpu.state.get64("general", RBX), 0xaan);
});

test("a store across two pages of which the second cannot be written changes neither", () => {
  const b = board({ megabytes: 8 });
  long(b);
  b.memory.store(DIRECTORY + 16, 4, 0x40_0085);
  b.cpu.state.set64("cr0", b.cpu.state.get64("cr0") | 0x1_0000n);
  b.cpu.modeChanged();
  b.cpu.state.set32("idtrLimit", 0);
  b.memory.store(0x3f_fffc, 4, 0x1234_5678);
  place(b, 0x1000, [...store(0x3f_fffe, 0), hlt]);
  const stop = b.cpu.run(10);
  assert.equal(stop.kind, "shutdown");
  assert.deepEqual(stop.kind === "shutdown" && { ...stop.faults[0] }, {
    vector: 14,
    errorCode: 3,
    rip: 0x1000n,
    cr2: 0x40_0000n,
  });
  assert.equal(b.memory.load(0x3f_fffc, 4), 0x1234_5678);
});
