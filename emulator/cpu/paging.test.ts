import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameFlag } from "../memory.ts";
import { board, long, place } from "./board.ts";

const RAX = 0;
const RCX = 1;
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

/** mov eax,imm32; mov cr3,rax */
const loadCr3 = (root: number): number[] => [0xb8, ...le32(root), 0x0f, 0x22, 0xd8];

/** 4-level tables at `base`, of which the lowest, at `lowest`, maps the first 2 MiB to themselves. */
function space({ memory }: ReturnType<typeof board>, base: number, lowest = base + 0x3000): void {
  for (let level = 0; level < 2; level++) memory.store(base + 0x1000 * level, 4, (base + 0x1000 * (level + 1)) | 7);
  memory.store(base + 0x2000, 4, lowest | 7);
  for (let page = 0; page < 512; page++) memory.store(lowest + 8 * page, 4, (page << 12) | 7);
}

test("a changed entry of a table that two address spaces share counts in both", () => {
  const b = board({ megabytes: 8 });
  long(b);
  space(b, 0x2_0000);
  space(b, 0x3_0000, 0x2_3000);
  b.memory.store(0x6_0000, 4, 0x1111);
  b.memory.store(0x7_0000, 4, 0x2222);
  const entry = 0x2_3000 + 8 * 0x60;
  // mov rcx,[60000h]: CR3 needs RAX.
  const loadRcx = [0x48, 0x8b, 0x0c, 0x25, ...le32(0x6_0000)];
  const both = [...loadCr3(0x2_0000), ...loadRcx, ...loadCr3(0x3_0000), ...loadRbx(0x6_0000)];
  place(b, 0x1000, [...both, ...store(entry, 0x7_0007), ...both]);
  const seen = () => [RCX, RBX].map((register) => b.cpu.state.get64("general", register));
  b.cpu.run(6);
  assert.deepEqual(seen(), [0x1111n, 0x1111n]);
  b.cpu.run(7);
  assert.deepEqual(seen(), [0x2222n, 0x2222n]);
});

test("a page that was written to becomes a page table of another address space: writing it counts", () => {
  const b = board({ megabytes: 8 });
  long(b);
  space(b, 0x2_0000);
  space(b, 0x3_0000);
  b.memory.store(0x6_0000, 4, 0x1111);
  b.memory.store(0x7_0000, 4, 0x2222);
  const entry = 0x3_3000 + 8 * 0x60;
  const there = [...loadCr3(0x3_0000), ...loadRbx(0x6_0000)];
  const code = [...loadCr3(0x2_0000), ...store(entry, 0x6_0007), ...there];
  place(b, 0x1000, [...code, ...loadCr3(0x2_0000), ...store(entry, 0x7_0007), ...there]);
  b.cpu.run(6);
  assert.equal(b.cpu.state.get64("general", RBX), 0x1111n);
  b.cpu.run(6);
  assert.equal(b.cpu.state.get64("general", RBX), 0x2222n);
});

test("more address spaces than are kept: each has its own page", () => {
  const b = board({ megabytes: 8 });
  long(b);
  const roots = Array.from({ length: 40 }, (_, i) => 0x40_0000 + 0x4000 * i);
  const code: number[] = [];
  for (const [i, root] of roots.entries()) {
    space(b, root);
    b.memory.store(root + 0x3000 + 8 * 0x60, 4, ((0x68 + i) << 12) | 7);
    b.memory.store((0x68 + i) << 12, 4, i);
    code.push(...loadCr3(root), ...loadRbx(0x6_0000));
  }
  place(b, 0x1000, code);
  for (let turn = 0; turn < 2; turn++) {
    b.cpu.state.set64("rip", 0x1000n);
    for (const i of roots.keys()) {
      b.cpu.run(3);
      assert.equal(b.cpu.state.get64("general", RBX), BigInt(i));
    }
  }
});
