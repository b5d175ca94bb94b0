/**
 * Loops of user code that make INTs, whose handlers look at the frame, change it, and return; while gates, descriptors, the task's stacks and the
 * pages of all these change and change back: in regions as they are made while it runs, beside the reference processor.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { long } from "../cpu/board.ts";
import { prepareInterpreter } from "../cpu/execution.ts";
import { Lockstep, USABLE } from "../cpu/lockstep.ts";
import { Random } from "../cpu/random-program.ts";
import { setSegment, unpackDescriptor } from "../cpu/segmentation.ts";
import { Activity, Flag, TR } from "../cpu/state.ts";
import { CS, SS } from "../isa/instruction.ts";

/** The first 64 KiB once more, by small pages. */
const WINDOW = 0x40_0000;
const GDT = 0x1000;
const IDT = 0x2000;
const TSS = 0x3000;
/** Pages of stacks: 4 to 6. */
const STACKS = 0x4000;
const TABLES = 0x8000;
const PAGE_TABLE = TABLES + 0x3000;
/** What is changed, by address and bytes; and as it was, one behind the other. */
const PIECES = [
  [GDT, 0x68],
  [IDT + 0x30, 0x10],
  [IDT + 0x400, 0x30],
  [TSS, 0x30],
  [PAGE_TABLE, 0x80],
] as const;
const BACKUP = 0xe000;
/** Of exceptions: makes all as it was, and begins anew. */
const MENDER = 0xd000;
const CODE = 0x1_0000;
const HANDLERS = [CODE + 0x400, 0x1_1000, 0x1_1800] as const;
const FUNCTION = 0x1_2000;
const DATA = 0x3_0000;
const ROUNDS = 100;
/** In which a program is executed; between them the processor's state may change. */
const PARTS = 12;
const SMAP = 1n << 21n;

const KERNEL_CODE = 0x08;
const USER_DATA = 0x18 | 3;
const USER_CODE = 0x20 | 3;
/** Both once more. */
const OTHER = 0x40;
/** Of the mender. */
const SAFE_CODE = 0x10;
const KERNEL_DATA = 0x28;
const VECTORS = [0x40, 0x41, 0x42] as const;
/** Its handler does next to nothing. */
const INNER = 0x43;
const INNER_HANDLER = 0xd800;

const le32 = (value: number): number[] => [value, value >> 8, value >> 16, value >> 24].map((byte) => byte & 0xff);
const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;

/** Works on RAX, RDX, R8 to R10, and, if it may, the words at RBX. */
function work(random: Random, most: number, memory = true): number[] {
  const pieces = [
    () => [0x48, pick(random, [0x01, 0x29, 0x11, 0x31, 0x21, 0x39]), 0xc0 | (2 << 3)], // add, sub, adc, xor, and, cmp rax,rdx
    () => [0x48, 0xff, pick(random, [0xc0, 0xc8, 0xc2, 0xca])], // inc, dec rax, rdx
    () => [0x4d, pick(random, [0x01, 0x29, 0x19]), 0xc8], // add, sub, sbb r8,r9
    () => [0x48, 0x0f, 0x42, 0xd0], // cmovc rdx,rax
    () => [0x48, 0xd3, pick(random, [0xc0, 0xe0, 0xe8])], // rol, shl, shr rax,cl
    () => [0x48, 0x8b, 0x43, 8 * random.below(8)], // mov rax,[rbx+n]
    () => [0x48, pick(random, [0x89, 0x01]), 0x53, 8 * random.below(8)], // mov, add [rbx+n],rdx
  ];
  return Array.from({ length: random.below(most + 1) }, () => pieces[random.below(memory ? 7 : 5)]!()).flat();
}

/** XOR DWORD [address],value. */
const toggle = (address: number, value: number): number[] => [0x81, 0x34, 0x25, ...le32(address), ...le32(value)];

/** Something that INT and IRET look at becomes another, or what it was. */
function change(random: Random): number[] {
  const gate = IDT + 16 * pick(random, VECTORS);
  const descriptor = GDT + pick(random, [KERNEL_CODE, KERNEL_CODE, USER_DATA & ~7, USER_CODE & ~7]);
  const page = (number: number) => PAGE_TABLE + 8 * number;
  const changes = [
    () => toggle(gate, (pick(random, HANDLERS) ^ pick(random, HANDLERS)) & 0xffff),
    () => toggle(gate + 4, pick(random, [0x6000, 2, 0x100, 0x8000])), // DPL, IST, trap gate, present
    () => toggle(gate + pick(random, [8, 12]), 1),
    () => toggle(descriptor + 4, pick(random, [0x100, 0x200, 0x4000, 0x8000, 0x100_0000])), // accessed, writable, DPL, present, base
    () => toggle(descriptor, pick(random, [1, 0x1_0000])),
    () => toggle(TSS + pick(random, [4, 4, 0x2c]), pick(random, [8, 0x1000, 0x1008, 0xfe0, 0x20_0000])), // RSP0, IST2
    () => toggle(page(1 + random.below(3)), pick(random, [2, 4, 0x20, 0x40])), // rights, accessed, dirty
    () => toggle(page(4 + random.below(3)), pick(random, [1, 2, 4, 0x20, 0x40, 0x60, 0x1000])),
    () => toggle(pick(random, HANDLERS) + random.below(8), 1 << random.below(8)), // code
    () => {
      const selector = pick(random, [0, USER_DATA, USER_DATA + OTHER, KERNEL_DATA]);
      return [0xb8, ...le32(selector), 0x8e, pick(random, [0xd8, 0xc0, 0xe0])]; // mov ds, es, fs
    },
    () => [0x0f, 0x01, 0x3c, 0x25, ...le32(WINDOW + STACKS + 0x1000 * random.below(3))], // invlpg
    () => [0x0f, 0x20, 0xd8, 0x0f, 0x22, 0xd8], // mov rax,cr3; mov cr3,rax
    () => [0x9c, 0x81, 0x34, 0x24, ...le32(pick(random, [0x200, 0x4000, 0x4_0000, 0x20_0000, 0x400])), 0x9d], // popfq
  ];
  // The first of them are what it is about.
  return changes[random.below(random.below(2) === 0 ? 8 : changes.length)]!();
}

/** Code that is executed in few rounds only. */
function seldom(random: Random, code: readonly number[]): number[] {
  return [0x41, 0xf7, 0xc7, ...le32(pick(random, [3, 7, 15])), 0x75, code.length, ...code]; // test r15d,n; jnz
}

const sometimes = (random: Random, outOf: number, code: () => number[]): number[] =>
  random.below(outOf) === 0 ? code() : [];

function handler(random: Random, memory: boolean): number[] {
  const harmless = [
    [0, 1], // over a NOP, or before it
    [1, OTHER],
    [2, random.bits(12) & 0xcd5],
    [2, 0x200],
    [2, 0x4_0000],
    [2, 0x20_0000],
    [2, 0x4000],
    [3, 8],
    [4, OTHER],
  ] as const;
  const harmful = [
    [1, 0x8000],
    [2, 0x1_0000],
    [2, 0x100],
    [4, 1],
    [4, 0x40],
  ] as const;
  const frame = (choice: readonly (readonly [number, number])[]): number[] => {
    const [word, value] = pick(random, choice);
    return [0x48, 0x81, 0x74, 0x24, 8 * word, ...le32(value)]; // xor qword [rsp+n],value
  };
  return [
    ...sometimes(random, 2, () => [0x9c, 0x41, 0x5a]), // pushfq; pop r10
    ...sometimes(random, 3, () => [0x4c, 0x8b, 0x54, 0x24, 8 * random.below(5)]), // mov r10,[rsp+n]
    ...work(random, 5, memory),
    ...sometimes(random, 4, () => [0x50, 0x52, ...work(random, 3, memory), 0x5a, 0x58]), // push, pop
    ...sometimes(random, 4, () => [0x48, 0xc7, 0xc0, ...le32(FUNCTION), 0xff, 0xd0]), // call
    ...sometimes(random, 8, () => [0xfb]), // sti
    ...sometimes(random, 12, () => [0xcd, INNER]),
    ...sometimes(random, 2, () => seldom(random, change(random))),
    ...work(random, 3, memory),
    ...sometimes(random, 2, () =>
      random.below(3) === 0 ? frame(harmless) : seldom(random, frame([...harmless, ...harmful])),
    ),
    ...[0x48, 0xcf], // iretq
  ];
}

/** R15: rounds. */
function program(random: Random): number[] {
  const body = [...work(random, 6)];
  for (let calls = 1 + random.below(3); calls > 0; calls--) {
    body.push(...(random.below(12) === 0 ? [0xcc] : [0xcd, pick(random, VECTORS)]), 0x90, ...work(random, 4));
    body.push(...sometimes(random, 2, () => seldom(random, change(random))));
  }
  body.push(0x41, 0xff, 0xcf); // dec r15d
  return [...body, 0x0f, 0x85, ...le32(-(body.length + 6)), 0xeb, 0xfe];
}

function tables(random: Random, smap: boolean): Uint8Array {
  const fill = new Uint8Array(USABLE);
  const view = new DataView(fill.buffer);
  const [kernelCode, kernelData, userCode, userData] = [0x00af_9b00, 0x00cf_9300, 0x00af_fb00, 0x00cf_f300];
  for (const [selector, high] of [
    [KERNEL_CODE, kernelCode],
    [SAFE_CODE, kernelCode],
    [KERNEL_DATA, kernelData],
    [USER_DATA, userData],
    [USER_CODE, userCode],
    [USER_DATA + OTHER, userData],
    [USER_CODE + OTHER, userCode],
  ] as const) {
    view.setUint32(GDT + (selector & ~7), 0xffff, true);
    view.setUint32(GDT + (selector & ~7) + 4, high, true);
  }
  const gate = (vector: number, target: number, kind: number, selector = KERNEL_CODE) => {
    view.setUint32(IDT + 16 * vector, (target & 0xffff) | (selector << 16), true);
    view.setUint32(IDT + 16 * vector + 4, (target & 0xffff_0000) | kind, true);
  };
  for (let vector = 0; vector < 32; vector++) gate(vector, MENDER, 0x8e01, SAFE_CODE);
  for (const vector of [3, ...VECTORS])
    gate(vector, pick(random, HANDLERS), pick(random, [0xee00, 0xee00, 0xef00, 0xee02, 0xef02]));
  view.setBigUint64(TSS + 4, BigInt(WINDOW + STACKS + 0x1000 * (1 + random.below(2)) - 8 * random.below(4)), true);
  view.setBigUint64(TSS + 0x24, BigInt(WINDOW + 0x8000), true);
  view.setBigUint64(TSS + 0x2c, BigInt(WINDOW + STACKS + 0x1800), true);
  for (let page = 0; page < 16; page++) {
    const rights = smap ? 0x63 : pick(random, [7, 3, 0x63, 0x67]);
    view.setBigUint64(PAGE_TABLE + 8 * page, BigInt((page << 12) | rights), true);
  }
  let at = BACKUP;
  for (const [start, bytes] of PIECES) {
    fill.copyWithin(at, start, start + bytes);
    at += bytes;
  }
  fill.set(mender(smap), MENDER);
  gate(INNER, INNER_HANDLER, 0xee00);
  fill.set([0x48, 0xff, 0xc0, 0x48, 0xcf], INNER_HANDLER); // inc rax; iretq
  return fill;
}

function mender(smap: boolean): number[] {
  const copies = PIECES.flatMap(([start, bytes]) => [0xbf, ...le32(start), 0xb9, ...le32(bytes / 8), 0xf3, 0x48, 0xa5]);
  const pushed = [USER_DATA, DATA + 0x800, 2, USER_CODE, CODE].flatMap((value) => [0x68, ...le32(value)]);
  return [
    ...(smap ? [0x0f, 0x01, 0xcb] : []), // stac
    ...[0xfc, 0xbe, ...le32(BACKUP)], // cld; mov esi,BACKUP
    ...copies, // mov edi,…; mov ecx,…; rep movsq
    ...[0xb8, ...le32(USER_DATA), 0x8e, 0xd8, 0x8e, 0xc0], // mov eax,…; mov ds,eax; mov es,eax
    ...[0xb9, ...le32(5), 0x41, 0xff, 0xcf], // mov ecx,5; dec r15d
    ...pushed,
    ...[0x48, 0xcf],
  ];
}

/** What no code of these programs changes, while its regions exist: the tables' limits, RF, and whether NMIs wait. `last`: it need not go on. */
function disturb(pair: Lockstep, random: Random, last: boolean): void {
  const { state } = pair.board.cpu;
  state.set32("nmiBlocked", random.below(2));
  state.set32("idtrLimit", pick(random, [0x7ff, 0x7ff, 0x40e, 0x41e, 0x42e]));
  // One byte short of what returns need, or of the handlers' code.
  state.set32("gdtrLimit", pick(random, last ? [0x67, 0x26, 0x0e] : [0x67, 0x67, 0x67, 0x26]));
  const flags = pick(random, [0, Flag.RF]);
  state.set32("flagsOther", state.get32("flagsOther") ^ flags);
  pair.board.cpu.modeChanged();
  pair.copyState();
}

for (const [name, tier, programs] of [
  ["at once", "translator", 6],
  ["while it runs", { threshold: 2, cooling: 1, deferred: false, onlySeen: true }, 50],
] as const)
  test(`interrupts of user code, translated ${name}: as on the reference processor`, () => {
    const random = new Random(31);
    const pair = new Lockstep(1, prepareInterpreter(), tier);
    const { cpu } = pair.board;
    const { state } = cpu;
    let rounds = 0;
    for (let i = 0; i < programs; i++) {
      const seed = random.state;
      const smap = random.below(4) === 0;
      pair.reset(tables(random, smap));
      long(pair.board, { cpl: 3, tables: TABLES });
      pair.write(TABLES + 0x2010, Uint8Array.from(le32(PAGE_TABLE | 7)));
      const written = new Uint8Array(0x3000);
      pair.board.memory.read(TABLES, written);
      pair.reference.memory.set(written, TABLES);
      if (smap) state.set64("cr4", state.get64("cr4") | SMAP);
      if (random.below(2) === 0) state.set64("cr0", state.get64("cr0") | 0x1_0020n); // WP, NE
      if (random.below(4) === 0) state.set64("cr0", state.get64("cr0") | 0x4_0000n); // AM
      const [code, stack] = [0x00af_fb00_0000_ffffn, 0x00cf_f300_0000_ffffn];
      setSegment(cpu, CS, USER_CODE, unpackDescriptor(0, 0n, code));
      setSegment(cpu, SS, USER_DATA, unpackDescriptor(0, 0n, stack));
      const task = { base: BigInt(WINDOW + TSS), limit: random.below(8) === 0 ? 0x30 : 103, access: 0x8b };
      setSegment(cpu, TR, 0x40, task);
      state.set64("gdtrBase", BigInt(WINDOW + GDT));
      state.set32("gdtrLimit", random.below(8) === 0 ? 0x27 : 0x67);
      state.set64("idtrBase", BigInt(WINDOW + IDT));
      state.set32("idtrLimit", random.below(8) === 0 ? 0x41f : 0x7ff);
      for (const register of [0, 2, 8, 9, 10]) state.set64("general", BigInt(random.bits(48)), register);
      state.set64("general", BigInt(DATA), 3);
      state.set64("general", BigInt(ROUNDS), 15);
      state.set64("general", BigInt(DATA + 0x800), 4);
      state.set32("nmiBlocked", random.below(2));
      state.set64("rip", BigInt(CODE));
      cpu.modeChanged();
      pair.copyState();
      pair.setFlags(2 | (random.bits(12) & 0x8d5) | (random.below(2) << 9) | (random.below(3) === 0 ? 0x3000 : 0));
      pair.write(
        DATA,
        Uint8Array.from({ length: 64 }, () => random.bits(8)),
      );
      pair.write(CODE, Uint8Array.from(program(random)));
      for (const at of HANDLERS) pair.write(at, Uint8Array.from(handler(random, !smap)));
      pair.write(FUNCTION, Uint8Array.from([...work(random, 4, !smap), 0xc3]));
      for (let part = 0; part < PARTS && state.get32("activity") === Activity.running; part++) {
        if (part > 0 && random.below(2) === 0) disturb(pair, random, part === PARTS - 1);
        assert.equal(pair.run(1 + random.below(1200)), null, `seed ${seed}, program ${i}, part ${part}`);
      }
      rounds += ROUNDS - Math.max(0, Number(BigInt.asIntN(32, state.get64("general", 15))));
    }
    assert.ok(rounds > 40 * programs, `${rounds} rounds`);
    assert.ok(cpu.translator.made > programs);
  });
