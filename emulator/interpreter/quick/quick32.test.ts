/**
 * The quick ways of 32-bit protected mode beside the long ones: random programs of interrupts and returns over random gates, segments,
 * stacks and flags, and programs that fault over 32-bit page tables and change them, in lockstep with the reference processor, which
 * has no quick ways.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { flat32 } from "../../cpu/board.ts";
import { Lockstep, USABLE } from "../../cpu/lockstep.ts";
import { Random } from "../../cpu/random-program.ts";
import { setSegment, unpackDescriptor } from "../../cpu/segmentation.ts";
import { Activity, Flag, TR } from "../../cpu/state.ts";
import { QuickWay, Workspace } from "../../cpu/workspace.ts";
import { CS, SS } from "../../isa/instruction.ts";

const GDT = 0x1000;
const GDT_LIMIT = 0x7f;
const IDT = 0x2000;
const TSS = 0x3000;
const CODE = 0x1_0000;
const SLOTS = 0x400;
const SLOT_BYTES = 16;
const STACKS = 0x4_0000;

const KERNEL_CODE = 0x08;
const KERNEL_DATA = 0x10;
const USER_CODE = 0x18 | 3;
const USER_DATA = 0x20 | 3;
/** From here on the test's choice. */
const FREE = 0x28;

/** Upper words of descriptors (the lower: limit FFFF, base 0). The first four are at their selectors; the others are not so plain. */
const plain = [0x00cf_9b00, 0x00cf_9300, 0x00cf_fb00, 0x00cf_f300];
const others = [
  0x00cf_9a00, 0x00cf_9200, 0x00cf_9f00, 0x00cf_1b00, 0x00af_9b00, 0x008f_9b00, 0x00cf_9100, 0x008f_9300, 0x0040_9300,
  0x00cf_9700, 0x00cf_db00, 0x00cf_d300, 0x0041_9b00, 0x01cf_f300, 0x0041_fb00, 0x0000_8900,
];

const dword = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  (value >> 24) & 0xff,
];
const flat = (high: number) => unpackDescriptor(0, 0n, (BigInt(high) << 32n) | 0xffffn);

function putDescriptors(view: DataView, random: Random | null): void {
  const put = (selector: number, high: number) => {
    view.setUint32(GDT + (selector & ~7), 0xffff, true);
    view.setUint32(GDT + (selector & ~7) + 4, high, true);
  };
  for (const [i, high] of plain.entries()) put(8 * (i + 1), high);
  if (random !== null) for (let at = FREE; at < GDT_LIMIT; at += 8) put(at, others[random.below(others.length)]!);
}

const selector = (random: Random): number =>
  random.below(4) === 0 ? random.below(0x90) : [KERNEL_CODE, KERNEL_CODE, USER_CODE][random.below(3)]!;
const target = (random: Random): number => CODE + random.below(SLOTS) * SLOT_BYTES;
const stackPointer = (random: Random): number =>
  random.below(24) === 0
    ? random.bits(32)
    : STACKS + 0x1000 * (1 + random.below(16)) - random.below(random.below(4) === 0 ? 0x1000 : 0x40);

function putGates(view: DataView, random: Random): void {
  for (let vector = 0; vector < 256; vector++) {
    const to = target(random);
    const type = random.below(12) === 0 ? random.bits(8) : 0x8e | random.below(2) | ((random.below(2) * 3) << 5);
    const code = random.below(8) === 0 ? selector(random) : KERNEL_CODE;
    view.setUint32(IDT + 8 * vector, (to & 0xffff) | (code << 16), true);
    view.setUint32(IDT + 8 * vector + 4, (to & 0xffff_0000) | (type << 8), true);
  }
}

const push = (value: number): number[] => [0x68, ...dword(value)];

/** A frame for IRETD, for this ring or an outer one, and the IRETD. */
function frame(random: Random): number[] {
  const flags = 2 | (random.bits(12) & 0xcd5) | (random.bits(1) << 9) | (random.bits(1) << 16) | (random.bits(1) << 18);
  const rare = random.below(30) === 0 ? [0x100, 0x4000, 0x2_0000, 0x3000][random.below(4)]! : 0;
  const odd = random.below(8) === 0;
  const user = random.below(2) === 0;
  return [
    ...push(odd ? selector(random) : USER_DATA),
    ...push(stackPointer(random)),
    ...push(flags | rare | (random.bits(2) << 12)),
    ...push(odd ? selector(random) : user ? USER_CODE : KERNEL_CODE),
    ...push(target(random) | (random.below(30) === 0 ? 1 << 27 : 0)),
    0xcf,
  ];
}

function slot(random: Random): number[] {
  switch (random.below(9)) {
    case 0:
    case 1:
      return [0xcd, random.bits(8)];
    case 2:
      return [0xcf];
    case 3:
      return [0xcc];
    case 4: // PUSHFD; POPFD; PUSHFD; INT n
      return [0x9c, 0x9d, 0x9c, 0xcd, random.bits(8)];
    case 5: // MOV EAX, selector; MOV segment, EAX
      return [0xb8, ...dword(selector(random)), 0x8e, [0xc0, 0xd8, 0xe0, 0xe8][random.below(4)]!];
    case 6: // MOV [EBX], EAX: perhaps beyond a limit
      return [0x89, 0x03];
    default: // a division by zero: an exception without error code; a null segment's byte: one with
      return random.below(2) === 0 ? [0x31, 0xc9, 0xf7, 0xf1] : [0x31, 0xc0, 0x8e, 0xc0, 0x26, 0x8b, 0x03];
  }
}

/** Writes slots, some of which take several places. */
function putCode(fill: Uint8Array, random: Random): void {
  fill.fill(0x90, CODE, CODE + SLOTS * SLOT_BYTES);
  for (let s = 0; s < SLOTS; ) {
    const code = random.below(4) === 0 ? frame(random) : slot(random);
    fill.set(code.slice(0, (SLOTS - s) * SLOT_BYTES), CODE + s * SLOT_BYTES);
    s += Math.ceil(code.length / SLOT_BYTES);
  }
}

function expectTaken(pair: Lockstep, names: readonly (keyof typeof QuickWay)[]): void {
  for (const name of names) {
    const times = pair.board.memory.view.getUint32(Workspace.taken + 4 * QuickWay[name], true);
    assert.ok(times > 50, `${name} was taken ${times} times`);
  }
}

test("programs of interrupts and returns in 32-bit code: as on the reference processor", () => {
  const random = new Random(32);
  const pair = new Lockstep(1);
  const fill = new Uint8Array(USABLE);
  const view = new DataView(fill.buffer);
  for (let i = 0; i < 250; i++) {
    const seed = random.state;
    putCode(fill, random);
    putDescriptors(view, random);
    putGates(view, random);
    view.setUint32(TSS + 4, stackPointer(random), true);
    view.setUint32(TSS + 8, random.below(8) === 0 ? random.below(0x90) : KERNEL_DATA, true);
    pair.reset(fill);
    const { cpu } = pair.board;
    const { state } = cpu;
    flat32(pair.board);
    state.set64("gdtrBase", BigInt(GDT));
    state.set32("gdtrLimit", GDT_LIMIT);
    state.set64("idtrBase", BigInt(IDT));
    state.set32("idtrLimit", random.below(4) === 0 ? 0x3ff : 0x7ff);
    setSegment(cpu, CS, KERNEL_CODE, flat(plain[0]!));
    setSegment(cpu, SS, KERNEL_DATA, flat(plain[1]!));
    for (const segment of [0, 3, 4, 5]) setSegment(cpu, segment, USER_DATA, flat(plain[3]!));
    const kind = random.below(8) === 0 ? [0x83, 0x89][random.below(2)]! : 0x8b;
    setSegment(cpu, TR, 0x40, { base: BigInt(TSS), limit: random.below(8) === 0 ? 9 : 103, access: kind });
    if (random.below(4) === 0) state.set64("cr0", state.get64("cr0") | 0x4_0000n); // AM
    if (random.below(4) !== 0) state.set64("cr0", state.get64("cr0") | 0x20n); // NE
    for (let r = 0; r < 8; r++) state.set64("general", BigInt(random.bits(16)), r);
    state.set64("general", BigInt(STACKS + 0x8000), 4);
    state.set32("nmiBlocked", random.below(2));
    state.set64("rip", BigInt(CODE));
    cpu.modeChanged();
    pair.copyState();
    pair.setFlags(2);
    for (let part = 0; part < 10 && state.get32("activity") === Activity.running; part++)
      assert.equal(pair.run(25), null, `seed ${seed}, after ${25 * part} instructions`);
  }
  expectTaken(pair, ["deliver32", "interruptReturn32", "deliverFault"]);
});

const DIRECTORIES = [0x8_0000, 0x8_2000] as const;
const tableOf = (directory: number): number => directory + 0x1000;
const FRAMES = 0x7_0000;
const PAGES = 8;
/** Mapped by the page tables, here and, in some directories, 4 MiB above. */
const WINDOW = 0x4000_0000;
const PAGE_FAULT_HANDLER = 0x6000;
const SKIPPING_HANDLER = 0x6100;

const entry = (random: Random): number =>
  (FRAMES + 0x1000 * random.below(PAGES)) | [7, 7, 7, 0x67, 0x27, 5, 3, 1, 0, 6][random.below(10)]!;

function pagingSlot(random: Random): number[] {
  const place = 0x1000 * random.below(PAGES) + random.below(0x400) * 4 - (random.below(16) === 0 ? 2 : 0);
  const displacement = dword(place + (random.below(4) === 0 ? 0x40_0000 : 0));
  const table = tableOf(DIRECTORIES[random.below(2)]!) + 4 * random.below(PAGES);
  switch (random.below(11)) {
    case 0:
    case 1: // MOV EAX, [EBX + d]
      return [0x8b, 0x83, ...displacement];
    case 2:
    case 3: // MOV [EBX + d], EAX
      return [0x89, 0x83, ...displacement];
    case 4: // ADD [EBX + d], EAX
      return [0x01, 0x83, ...displacement];
    case 5:
    case 6: // MOV DWORD [table], entry
      return [0xc7, 0x05, ...dword(table), ...dword(entry(random))];
    case 7: // its low byte alone
      return [0xc6, 0x05, ...dword(table), entry(random) & 0xff];
    case 8: // MOV CR3, ESI or EDI
      return [0x0f, 0x22, 0xde + random.below(2)];
    case 9: // INVLPG [EBX + d]
      return [0x0f, 0x01, 0xbb, ...displacement];
    default: // a 16-byte store
      return [0x0f, 0x11, 0x83, ...displacement];
  }
}

/** Makes the page present in both, and tries again. */
function pageFaultHandler(random: Random): number[] {
  const code = [0x50, 0x0f, 0x20, 0xd0, 0xc1, 0xe8, 0x0c, 0x83, 0xe0, 0x07]; // PUSH EAX; MOV EAX, CR2; SHR EAX, 12; AND EAX, 7
  for (const directory of DIRECTORIES) {
    const value = (FRAMES + 0x1000 * random.below(PAGES)) | 7;
    code.push(0xc7, 0x04, 0x85, ...dword(tableOf(directory)), ...dword(value)); // MOV DWORD [EAX*4 + table], value
  }
  return [...code, 0x58, 0x83, 0xc4, 0x04, 0xcf]; // POP EAX; ADD ESP, 4; IRETD
}

/** AND DWORD [ESP + 4], −16; ADD DWORD [ESP + 4], 16; ADD ESP, 4; IRETD: on to the next slot. */
const skippingHandler = [0x83, 0x64, 0x24, 0x04, 0xf0, 0x83, 0x44, 0x24, 0x04, 0x10, 0x83, 0xc4, 0x04, 0xcf];

test("programs that fault over 32-bit page tables and change them: as on the reference processor", () => {
  const random = new Random(33);
  const pair = new Lockstep(1);
  const fill = new Uint8Array(USABLE);
  const view = new DataView(fill.buffer);
  for (let i = 0; i < 150; i++) {
    const seed = random.state;
    fill.fill(0x90, CODE, CODE + SLOTS * SLOT_BYTES);
    for (let s = 0; s < SLOTS; s++) fill.set(pagingSlot(random), CODE + s * SLOT_BYTES);
    fill.set([0xe9, ...dword(-((SLOTS - 1) * SLOT_BYTES + 5))], CODE + (SLOTS - 1) * SLOT_BYTES);
    fill.set(pageFaultHandler(random), PAGE_FAULT_HANDLER);
    fill.set(skippingHandler, SKIPPING_HANDLER);
    putDescriptors(view, null);
    for (let vector = 0; vector < 32; vector++) {
      view.setUint32(IDT + 8 * vector, (vector === 14 ? PAGE_FAULT_HANDLER : SKIPPING_HANDLER) | (8 << 16), true);
      view.setUint32(IDT + 8 * vector + 4, 0x8e00, true);
    }
    view.setUint32(TSS + 4, 0x5000, true);
    view.setUint32(TSS + 8, KERNEL_DATA, true);
    for (const directory of DIRECTORIES) {
      fill.fill(0, directory, directory + 0x2000);
      view.setUint32(directory, 0x87, true);
      const at = directory + 4 * (WINDOW >>> 22);
      view.setUint32(at, tableOf(random.below(4) === 0 ? DIRECTORIES[0] : directory) | 7, true);
      if (random.below(2) === 0) view.setUint32(at + 4, tableOf(directory) | 7, true);
      for (let page = 0; page < PAGES; page++) view.setUint32(tableOf(directory) + 4 * page, entry(random), true);
    }
    pair.reset(fill);
    const { cpu } = pair.board;
    const { state } = cpu;
    const ring = random.below(2) * 3;
    state.set64("gdtrBase", BigInt(GDT));
    state.set32("gdtrLimit", GDT_LIMIT);
    state.set64("idtrBase", BigInt(IDT));
    state.set32("idtrLimit", 0xff);
    state.set64("cr3", BigInt(DIRECTORIES[0]));
    state.set64("cr4", 0x210n | (random.below(3) === 0 ? 0x20_0000n : 0n)); // OSFXSR, PSE, SMAP
    state.set64("cr0", 0x8000_0031n | (random.below(2) === 0 ? 0x1_0000n : 0n)); // WP
    setSegment(cpu, CS, ring === 0 ? KERNEL_CODE : USER_CODE, flat(plain[ring === 0 ? 0 : 2]!));
    setSegment(cpu, SS, ring === 0 ? KERNEL_DATA : USER_DATA, flat(plain[ring === 0 ? 1 : 3]!));
    for (const segment of [0, 3, 4, 5]) setSegment(cpu, segment, USER_DATA, flat(plain[3]!));
    setSegment(cpu, TR, 0x40, { base: BigInt(TSS), limit: 103, access: 0x8b });
    state.set32("cpl", ring);
    for (let r = 0; r < 8; r++) state.set64("general", BigInt(random.bits(16)), r);
    for (const [register, value] of [
      [3, WINDOW],
      [4, 0x4f00],
      [6, DIRECTORIES[0]],
      [7, DIRECTORIES[1]],
    ] as const)
      state.set64("general", BigInt(value), register);
    state.set64("rip", BigInt(target(random)));
    cpu.modeChanged();
    pair.copyState();
    pair.setFlags(2 | (random.below(2) === 0 ? Flag.AC : 0));
    cpu.modeChanged();
    for (let part = 0; part < 8 && state.get32("activity") === Activity.running; part++) {
      assert.equal(pair.run(1 + random.below(160)), null, `seed ${seed}, part ${part}`);
      if (random.below(3) !== 0) continue;
      // "DMA" changes an entry.
      const at = tableOf(DIRECTORIES[random.below(2)]!) + 4 * random.below(PAGES);
      pair.write(at, Uint8Array.from(dword(entry(random))));
    }
  }
  expectTaken(pair, ["walk32", "tableChange", "invalidatePage", "deliverFault", "interruptReturn32"]);
});
