/**
 * The quick ways of paging beside the long ones: programs in ring 0 and 3 that touch pages, change their entries, flush them and switch
 * address spaces, with handlers that mend what faulted, in lockstep with the reference processor, which walks for every access.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Lockstep, USABLE } from "../../cpu/lockstep.ts";
import { Random } from "../../cpu/random-program.ts";
import { setSegment, unpackDescriptor } from "../../cpu/segmentation.ts";
import { Activity, Flag, TR } from "../../cpu/state.ts";
import { QuickWay, Workspace } from "../../cpu/workspace.ts";
import { CS, SS } from "../../isa/instruction.ts";

const GDT = 0x1000;
const IDT = 0x2000;
const TSS = 0x3000;
const HANDLER_STACK = 0x5000;
const PAGE_FAULT_HANDLER = 0x6000;
const SKIPPING_HANDLER = 0x6100;
const CODE = 0x1_0000;
const SLOTS = 0x400;
const SLOT_BYTES = 16;
/** Frames of data, eight of them. */
const FRAMES = 0x7_0000;
/** Maps the first 4 MiB to themselves. */
const LOW_DIRECTORY = 0x8_f000;
const SPACES = 3;
/** PML4, directory pointers, directory and page table of a space, one behind the other. */
const tables = (space: number): number => 0x8_0000 + 0x4000 * space;
const pageTable = (space: number): number => tables(space) + 0x3000;
/** The fifth level of a space. */
const topTable = (space: number): number => 0x8_c000 + 0x1000 * space;
/** The second entry of a space's root leads where the first one does, at times. */
const secondRoot = (levels: 4 | 5, space: number) =>
  levels === 5
    ? { at: topTable(space) + 8, value: tables(space) | 7, base: 1n << 48n }
    : { at: tables(space) + 8, value: (tables(space) + 0x1000) | 7, base: 1n << 39n };
/** What the page tables map: here, and once more 2 MiB above in some spaces. */
const WINDOW = 0x4000_0000;
const PAGES = 8;
/** Behind them, pages of code. */
const CODE_PAGES = 4;
const CODE_FRAMES = 0x7_8000;
/** What the page fault handler puts into the entry of each page. */
const MENDED = 0x7000;

const dword = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  (value >> 24) & 0xff,
];

/** MOV QWORD [at], imm32. */
const storeQuad = (at: number, value: number): number[] => [0x48, 0xc7, 0x04, 0x25, ...dword(at), ...dword(value)];

function entry(random: Random): number {
  const rights = [7, 7, 7, 0x67, 0x27, 5, 3, 1, 0, 6][random.below(10)]!;
  return (FRAMES + 0x1000 * random.below(PAGES)) | rights;
}

function codeEntry(random: Random): number {
  const rights = [7, 7, 3, 3, 0x67, 0x27, 0x23, 5, 1, 6][random.below(10)]!;
  return (CODE_FRAMES + 0x1000 * random.below(CODE_PAGES)) | rights;
}

/** What programs do most: touch data, or call code in pages that come and go. */
type Focus = "data" | "code";

/** Kinds of slots, those of data first, then CALL, then changes of code's entries. */
const kinds: Readonly<Record<Focus, readonly number[]>> = {
  data: Array.from({ length: 24 }, (_, kind) => kind),
  code: [0, 3, 6, 8, 9, 16, 17, 18, 19, 20, 16, 17, 18, 19, 20, 21, 22],
};

function slot(random: Random, levels: 4 | 5, focus: Focus, at: number): number[] {
  const place = 0x1000 * random.below(PAGES) + random.below(0x200) * 8 - (random.below(16) === 0 ? 4 : 0);
  const displacement = dword(place + (random.below(4) === 0 ? 0x20_0000 : 0));
  const table = pageTable(random.below(SPACES)) + 8 * random.below(PAGES);
  const codeTable = pageTable(random.below(SPACES)) + 8 * (PAGES + random.below(CODE_PAGES));
  switch (kinds[focus][random.below(kinds[focus].length)]) {
    case 0:
    case 1:
    case 2: // MOV RAX, [RBX + d]
      return [0x48, 0x8b, 0x83, ...displacement];
    case 3:
    case 4: // MOV [RBX + d], RAX
      return [0x48, 0x89, 0x83, ...displacement];
    case 5: // ADD [RBX + d], RAX
      return [0x48, 0x01, 0x83, ...displacement];
    case 6:
      return storeQuad(table, entry(random));
    case 7: // MOV BYTE [entry], its low byte alone
      return [0xc6, 0x04, 0x25, ...dword(table), entry(random) & 0xff];
    case 8: // MOV CR3, R8 … R10
      return [0x41, 0x0f, 0x22, 0xd8 + random.below(SPACES)];
    case 9: // INVLPG [RBX + d]
      return [0x0f, 0x01, 0xbb, ...displacement];
    case 10: // MOV QWORD [RBX + d], imm32, two pages perhaps
      return [0x48, 0xc7, 0x83, ...displacement, ...dword(random.bits(32))];
    case 11: // an entry of a directory
      return storeQuad(
        tables(random.below(SPACES)) + 0x2000 + 8 * random.below(2),
        pageTable(random.below(SPACES)) | 7,
      );
    case 12: // STAC, CLAC
      return [0x0f, 0x01, [0xcb, 0xca][random.below(2)]!];
    case 13: {
      const { at, value } = secondRoot(levels, random.below(SPACES));
      return storeQuad(at, random.below(2) === 0 ? 0 : value);
    }
    case 16:
    case 17:
    case 18:
    case 19:
    case 20: {
      // CALL
      const target = WINDOW + 0x1000 * (PAGES + random.below(CODE_PAGES)) + 16 * random.below(3);
      return [0xe8, ...dword(target - (at + 5))];
    }
    case 21:
      return storeQuad(codeTable, codeEntry(random));
    case 22: // BTC QWORD [entry], 63: XD
      return [0x48, 0x0f, 0xba, 0x3c, 0x25, ...dword(codeTable), 63];
    case 14: // MOV RAX, [R11 + d]
      return [0x49, 0x8b, 0x83, ...displacement];
    case 15: // MOV [R11 + d], RAX
      return [0x49, 0x89, 0x83, ...displacement];
    default: // a 16-byte store
      return [0x0f, 0x11, 0x83, ...displacement];
  }
}

/** Makes the page and the way to it present in every space, and tries again. */
function pageFaultHandler(levels: 4 | 5, focus: Focus): number[] {
  const code = [0x50, 0x51, 0x0f, 0x20, 0xd0, 0x48, 0xc1, 0xe8, 0x0c, 0x83, 0xe0, 0x0f]; // PUSH RAX; PUSH RCX; MOV RAX, CR2; SHR RAX, 12; AND EAX, 15
  code.push(0x48, 0x8b, 0x0c, 0xc5, ...dword(MENDED)); // MOV RCX, [RAX*8 + MENDED]
  for (let space = 0; space < SPACES; space++) {
    const root = secondRoot(levels, space);
    if (focus === "data") code.push(...storeQuad(root.at, root.value));
    code.push(0x48, 0x89, 0x0c, 0xc5, ...dword(pageTable(space))); // MOV [RAX*8 + table], RCX
  }
  return [...code, 0x59, 0x58, 0x48, 0x83, 0xc4, 0x08, 0x48, 0xcf]; // POP RCX; POP RAX; ADD RSP, 8; IRETQ
}

/** AND QWORD [RSP + 8], −16; ADD QWORD [RSP + 8], 16; ADD RSP, 8; IRETQ: on to the next slot. */
const skippingHandler = [
  ...[0x48, 0x83, 0x64, 0x24, 0x08, 0xf0, 0x48, 0x83, 0x44, 0x24, 0x08, 0x10, 0x48, 0x83, 0xc4, 0x08, 0x48, 0xcf],
];

function setUp(fill: Uint8Array, random: Random, levels: 4 | 5, focus: Focus): void {
  const view = new DataView(fill.buffer);
  const put = (at: number, bytes: readonly number[]) => fill.set(bytes, at);
  fill.fill(0x90, CODE, CODE + SLOTS * SLOT_BYTES);
  for (let s = 0; s < SLOTS; s++) {
    const code = slot(random, levels, focus, CODE + s * SLOT_BYTES);
    put(CODE + s * SLOT_BYTES, code);
    const rest = SLOT_BYTES - code.length - 2;
    if (rest >= 0) put(CODE + s * SLOT_BYTES + code.length, [0xeb, rest]);
  }
  put(CODE + (SLOTS - 1) * SLOT_BYTES, [0xe9, ...dword(-((SLOTS - 1) * SLOT_BYTES + 5))]);
  put(PAGE_FAULT_HANDLER, pageFaultHandler(levels, focus));
  put(SKIPPING_HANDLER, skippingHandler);
  for (let page = 0; page < CODE_PAGES; page++)
    for (let place = 0; place < 3; place++)
      put(CODE_FRAMES + 0x1000 * page + 16 * place, [0x49, 0x83, 0xc4, 1 + 3 * page + place, 0xc3]); // ADD R12, n; RET
  for (let page = 0; page < 16; page++) {
    const frame = page < PAGES ? FRAMES + 0x1000 * random.below(PAGES) : CODE_FRAMES + 0x1000 * (page % CODE_PAGES);
    view.setBigUint64(MENDED + 8 * page, BigInt(frame | 7), true);
  }
  [0x00af_9b00, 0x00cf_9300, 0x00cf_f300, 0x00af_fb00].forEach((high, i) => {
    view.setUint32(GDT + 8 * (i + 1), 0xffff, true);
    view.setUint32(GDT + 8 * (i + 1) + 4, high, true);
  });
  for (let vector = 0; vector < 32; vector++) {
    const target = vector === 14 ? PAGE_FAULT_HANDLER : SKIPPING_HANDLER;
    view.setUint32(IDT + 16 * vector, target | (8 << 16), true);
    view.setUint32(IDT + 16 * vector + 4, 0x8e00, true);
  }
  view.setBigUint64(TSS + 4, BigInt(HANDLER_STACK), true);
  const large = (at: number, frame: number) => view.setBigUint64(at, BigInt(frame | 0x87), true);
  large(LOW_DIRECTORY, 0);
  large(LOW_DIRECTORY + 8, 0x20_0000);
  for (let space = 0; space < SPACES; space++) {
    const root = tables(space);
    fill.fill(0, root, root + 0x4000);
    const link = (at: number, to: number) => view.setBigUint64(at, BigInt(to | 7), true);
    fill.fill(0, topTable(space), topTable(space) + 0x1000);
    link(topTable(space), root);
    link(root, root + 0x1000);
    link(root + 0x1000, LOW_DIRECTORY);
    link(root + 0x1008, root + 0x2000);
    // Some share a table; some have one at two places.
    link(root + 0x2000, pageTable(random.below(4) === 0 ? 0 : space));
    if (random.below(2) === 0) link(root + 0x2008, pageTable(space));
    for (let page = 0; page < PAGES; page++)
      view.setBigUint64(pageTable(space) + 8 * page, BigInt(entry(random)) | (BigInt(random.below(4)) << 59n), true);
    for (let page = 0; page < CODE_PAGES; page++)
      view.setBigUint64(pageTable(space) + 8 * (PAGES + page), BigInt(codeEntry(random)), true);
  }
}

function start(pair: Lockstep, random: Random, levels: 4 | 5): void {
  const { cpu } = pair.board;
  const { state } = cpu;
  const ring = random.below(2) * 3;
  const maybe = (bits: bigint) => (random.below(3) === 0 ? bits : 0n);
  const pcids = maybe(0x2_0000n);
  const roots = Array.from({ length: SPACES }, (_, space) => BigInt(levels === 5 ? topTable(space) : tables(space)));
  state.set64("gdtrBase", BigInt(GDT));
  state.set32("gdtrLimit", 0x7f);
  state.set64("idtrBase", BigInt(IDT));
  state.set32("idtrLimit", 0x1ff);
  state.set64("cr3", roots[0]!);
  // SMAP, protection keys
  state.set64("cr4", 0x220n | (levels === 5 ? 0x1000n : 0n) | pcids | maybe(0x20_0000n) | maybe(0x40_0000n));
  state.set32("pkru", random.below(2) === 0 ? 0 : random.bits(8) & ~3);
  state.set64("efer", 0xd01n);
  state.set64("cr0", 0x8000_0031n | (random.below(2) === 0 ? 0x1_0000n : 0n)); // WP
  setSegment(
    cpu,
    CS,
    ring === 0 ? 8 : 0x23,
    unpackDescriptor(0, 0n, ring === 0 ? 0x00af_9b00_0000_ffffn : 0x00af_fb00_0000_ffffn),
  );
  setSegment(
    cpu,
    SS,
    ring === 0 ? 0x10 : 0x1b,
    unpackDescriptor(0, 0n, ring === 0 ? 0x00cf_9300_0000_ffffn : 0x00cf_f300_0000_ffffn),
  );
  for (const segment of [0, 3, 4, 5]) setSegment(cpu, segment, 0x1b, unpackDescriptor(0, 0n, 0x00cf_f300_0000_ffffn));
  setSegment(cpu, TR, 0x40, { base: BigInt(TSS), limit: 103, access: 0x8b });
  state.set32("cpl", ring);
  for (let r = 0; r < 16; r++) state.set64("general", BigInt(random.bits(16)), r);
  state.set64("general", BigInt(WINDOW), 3);
  state.set64("general", 0x4f00n, 4);
  state.set64("general", secondRoot(levels, 0).base + BigInt(WINDOW), 11);
  const keep = pcids === 0n ? 0n : (1n << 63n) | 5n;
  for (const [space, root] of roots.entries())
    state.set64("general", root | (random.below(2) === 0 ? keep : 0n), 8 + space);
  state.set64("rip", BigInt(CODE + random.below(SLOTS) * SLOT_BYTES));
  cpu.modeChanged();
  pair.copyState();
  pair.setFlags(2 | (random.below(2) === 0 ? Flag.AC : 0));
  cpu.modeChanged();
}

for (const [levels, focus] of [
  [4, "data"],
  [5, "data"],
  [4, "code"],
] as const)
  test(`${levels} levels, ${focus}: programs that fault, change page tables and switch address spaces: as on the reference processor`, () => {
    const random = new Random(levels);
    const pair = new Lockstep(1);
    const fill = new Uint8Array(USABLE);
    for (let i = 0; i < 150; i++) {
      const seed = random.state;
      setUp(fill, random, levels, focus);
      pair.reset(fill);
      start(pair, random, levels);
      for (let part = 0; part < 8 && pair.board.cpu.state.get32("activity") === Activity.running; part++) {
        const count = 1 + random.below(160);
        assert.equal(pair.run(count), null, `seed ${seed}, part ${part}`);
        if (random.below(3) !== 0) continue;
        // "DMA" changes an entry.
        const at = pageTable(random.below(SPACES)) + 8 * random.below(PAGES);
        pair.write(at, Uint8Array.from(dword(entry(random))));
      }
    }
    const all = ["walk", "tableChange", "invalidatePage", "deliverFault", "interruptReturn", "loadCr3"] as const;
    for (const name of focus === "data" ? all : (["walkToCode"] as const)) {
      const times = pair.board.memory.view.getUint32(Workspace.taken + 4 * QuickWay[name], true);
      assert.ok(times > 40, `${name} was taken ${times} times`);
    }
  });
