/**
 * The quick ways beside the long ones: programs of interrupts, returns and system calls in 64-bit mode, over random gates, segments,
 * stacks and flags, in lockstep with the reference processor, which has no quick ways.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "../../cpu/board.ts";
import { Lockstep, USABLE } from "../../cpu/lockstep.ts";
import { Random } from "../../cpu/random-program.ts";
import { setSegment, unpackDescriptor } from "../../cpu/segmentation.ts";
import { Activity, TR } from "../../cpu/state.ts";
import { QuickWay, Workspace } from "../../cpu/workspace.ts";
import { CS, SS } from "../../isa/instruction.ts";

const GDT = 0x1000;
const IDT = 0x2000;
const TSS = 0x3000;
const CODE = 0x1_0000;
const SLOTS = 0x400;
const SLOT_BYTES = 32;
const STACKS = 0x4_0000;

const KERNEL_CODE = 0x08;
const KERNEL_DATA = 0x10;
const USER_DATA = 0x20 | 3;
const USER_CODE = 0x28 | 3;

/** Second words of descriptors (the first: limit FFFF, base 0). The first four are ordinary; the others are not. */
const descriptors = [
  0x00af_9b00, 0x00cf_9300, 0x00cf_f300, 0x00af_fb00, 0x00af_9a00, 0x00cf_9200, 0x00cf_9b00, 0x00af_9f00, 0x00af_1b00,
  0x00ef_9b00, 0x00cf_9100, 0x00cf_fb00, 0x12af_9b34, 0x0000_8900,
];

function table(random: Random): Uint8Array {
  const bytes = new Uint8Array(0x80);
  const view = new DataView(bytes.buffer);
  const put = (at: number, high: number) => {
    view.setUint32(at, 0xffff, true);
    view.setUint32(at + 4, high, true);
  };
  for (let at = 0x30; at < 0x80; at += 8) put(at, descriptors[random.below(descriptors.length)]!);
  [0x00af_9b00, 0x00cf_9300, 0x00cf_fb00, 0x00cf_f300, 0x00af_fb00].forEach((high, i) => {
    put(8 * (i + 1), high);
  });
  return bytes;
}

const selector = (random: Random): number =>
  random.below(4) === 0 ? random.below(0x90) : [KERNEL_CODE, KERNEL_CODE, USER_CODE][random.below(3)]!;

function gates(random: Random): Uint8Array {
  const bytes = new Uint8Array(0x1000);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 0x1000; at += 16) {
    const target = CODE + random.below(SLOTS) * SLOT_BYTES;
    const type = random.below(12) === 0 ? random.bits(8) : 0x8e | random.below(2) | ((random.below(2) * 3) << 5);
    view.setUint32(at, (target & 0xffff) | ((random.below(8) === 0 ? selector(random) : KERNEL_CODE) << 16), true);
    view.setUint16(at + 4, (type << 8) | (random.below(4) === 0 ? random.below(8) : 0), true);
    view.setUint16(at + 6, target >>> 16, true);
    if (random.below(20) === 0) view.setUint32(at + 8, random.bits(32), true);
  }
  return bytes;
}

function stackPointer(random: Random): bigint {
  const inside = STACKS + 0x1000 * (1 + random.below(16)) - random.below(random.below(4) === 0 ? 0x1000 : 0x40);
  // Sometimes frames are pushed onto code.
  if (random.below(24) === 0) return BigInt(CODE + 16 * random.below(0x400));
  return random.below(24) === 0 ? BigInt(random.bits(32)) << 32n : BigInt(inside);
}

function taskState(random: Random): Uint8Array {
  const bytes = new Uint8Array(104);
  const view = new DataView(bytes.buffer);
  for (let at = 4; at < 0x60; at += 8) view.setBigUint64(at, stackPointer(random), true);
  view.setUint16(0x66, random.below(2) === 0 ? 0xffff : 0, true); // no I/O permission bitmap, or stack pointers for one
  return bytes;
}

/** MOV r64, imm64 of a register, then PUSH of it. */
function pushed(value: bigint): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return [0x48, 0xb8, ...bytes, 0x50];
}

function slot(random: Random): number[] {
  const target = BigInt(CODE + random.below(SLOTS) * SLOT_BYTES);
  switch (random.below(11)) {
    case 0:
    case 1:
      return [0xcd, random.bits(8)];
    case 2:
      return [0x48, 0xcf];
    case 3:
      return [0x0f, 0x05];
    case 4: // MOV RCX, target; MOV R11, flags; SYSRETQ
      return [
        ...[0x48, 0xc7, 0xc1, Number(target & 0xffn), Number((target >> 8n) & 0xffn), Number(target >> 16n), 0],
        ...[0x49, 0xc7, 0xc3, random.bits(8), random.bits(8), random.bits(8), 0, 0x48, 0x0f, 0x07],
      ];
    case 5:
      return [0xcc];
    case 8: // RDTSC
      return [0x90, 0x0f, 0x31, 0x0f, 0x31];
    case 9: // MOV ECX, …; RDMSR or WRMSR of a segment's base, or of their neighbours
      return [0xb9, random.below(4), 0x01, 0x00, 0xc0, 0x0f, [0x32, 0x30][random.below(2)]!, 0x90];
    case 10: // IN AL, 80H; OUT 80H, EAX
      return [0xe4, 0x80, 0xe7, 0x80];
    case 6: // PUSHFQ; ADD RSP, −8 …; POPFQ
      return [0x9c, 0x9d, 0xf8, 0xcd, random.bits(8)];
    default: // a division by zero: an exception without error code; a load that is not canonical: one with
      return random.below(2) ? [0x31, 0xc9, 0xf7, 0xf1] : [0x48, 0xb8, 0, 0, 0, 0, 0, 0x80, 0, 0, 0x8b, 0];
  }
}

/** A frame for IRETQ is five pushes, too long for one slot: they go on in the next ones. */
function frame(random: Random): number[] {
  const flags =
    2 |
    (random.bits(12) & 0xcd5) |
    (random.below(16) === 0 ? 0x100 : 0) |
    (random.bits(1) << 9) |
    (random.bits(1) << 16) |
    (random.bits(1) << 18) |
    (random.bits(2) << 12);
  const user = random.below(2) === 0;
  const odd = random.below(8) === 0;
  return [
    ...pushed(BigInt(odd ? selector(random) : user ? USER_DATA : [KERNEL_DATA, 0][random.below(2)]!)),
    ...pushed(stackPointer(random)),
    ...pushed(BigInt(flags | (random.below(30) === 0 ? 0x4000 : 0))),
    ...pushed(BigInt(odd ? selector(random) : user ? USER_CODE : KERNEL_CODE)),
    ...pushed(BigInt(CODE + random.below(SLOTS) * SLOT_BYTES) | (random.below(30) === 0 ? 1n << 60n : 0n)),
    0x48,
    0xcf,
  ];
}

const tested = [
  "deliver",
  "interruptReturn",
  "syscall",
  "sysret",
  "deliverFault",
  "readTimestamp",
  "segmentBase",
  "port",
] as const;

test("programs of interrupts, returns and system calls: as on the reference processor", () => {
  const random = new Random(64);
  const pair = new Lockstep(1);
  const fill = new Uint8Array(USABLE);
  for (let i = 0; i < 250; i++) {
    const seed = random.state;
    const put = (at: number, bytes: Uint8Array | number[]) => fill.set(bytes, at);
    for (let s = 0; s < SLOTS; ) {
      const long = random.below(4) === 0;
      const code = long ? frame(random) : slot(random);
      put(
        CODE + s * SLOT_BYTES,
        new Uint8Array(SLOT_BYTES * 3).fill(0x90).subarray(0, Math.min(96, (SLOTS - s) * SLOT_BYTES)),
      );
      put(CODE + s * SLOT_BYTES, code.slice(0, (SLOTS - s) * SLOT_BYTES));
      s += Math.ceil(code.length / SLOT_BYTES);
    }
    put(GDT, table(random));
    put(IDT, gates(random));
    put(TSS, taskState(random));
    pair.reset(fill);
    const { cpu } = pair.board;
    const { state } = cpu;
    long(pair.board, { cpl: 0 });
    const tables = new Uint8Array(0x3000);
    pair.board.memory.read(0x8000, tables);
    pair.reference.memory.set(tables, 0x8000);
    state.set64("gdtrBase", BigInt(GDT));
    state.set32("gdtrLimit", 0x7f);
    state.set64("idtrBase", BigInt(IDT));
    state.set32("idtrLimit", random.below(4) === 0 ? 0x7ff : 0xfff);
    setSegment(cpu, CS, KERNEL_CODE, unpackDescriptor(0, 0n, 0x00af_9b00_0000_ffffn));
    setSegment(cpu, SS, KERNEL_DATA, unpackDescriptor(0, 0n, 0x00cf_9300_0000_ffffn));
    setSegment(cpu, TR, 0x40, { base: BigInt(TSS), limit: random.below(8) === 0 ? 0x30 : 103, access: 0x8b });
    state.set64("efer", 0x501n);
    state.set64("star", (0x1bn << 48n) | (BigInt(random.below(8) === 0 ? random.bits(16) : KERNEL_CODE) << 32n));
    state.set64("lstar", BigInt(CODE + random.below(SLOTS) * SLOT_BYTES));
    state.set64("fmask", BigInt(random.bits(22)));
    if (random.below(4) === 0) state.set64("cr4", state.get64("cr4") | 0x20_0000n); // SMAP
    if (random.below(4) === 0) state.set64("cr0", state.get64("cr0") | 0x4_0000n); // AM
    if (random.below(4) !== 0) state.set64("cr0", state.get64("cr0") | 0x20n); // NE: RF need not be kept for a frozen x87
    if (random.below(2) === 0) state.set64("cr4", state.get64("cr4") | 4n); // TSD
    for (let r = 0; r < 16; r++) state.set64("general", BigInt(random.bits(16)), r);
    state.set64("general", stackPointer(random) & 0xf_ffffn, 4);
    state.set32("nmiBlocked", random.below(2));
    state.set64("rip", BigInt(CODE));
    cpu.modeChanged();
    pair.copyState();
    pair.setFlags(2);
    for (let part = 0; part < 10 && state.get32("activity") === Activity.running; part++) {
      assert.equal(pair.run(25), null, `seed ${seed}, after ${25 * part} instructions`);
    }
  }
  for (const name of tested) {
    const times = pair.board.memory.view.getUint32(Workspace.taken + 4 * QuickWay[name], true);
    assert.ok(times > 20, `${name} was taken ${times} times`);
  }
});
