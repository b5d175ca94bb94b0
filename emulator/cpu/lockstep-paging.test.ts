import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mode } from "../isa/instruction.ts";
import { Lockstep, suites, USABLE } from "./lockstep.ts";
import { program, Random } from "./random-program.ts";
import { Flag } from "./state.ts";

/** Physical addresses: page tables from here on, one page per level; large pages map from LARGE on. */
const TABLES = 0x4_0000;
const LARGE = 0x40_0000;
/** Frames that entries of the lowest level name: 0 … 9F000. */
const FRAMES = 160;
const CODE_PAGES = [0xf, 0x10, 0x1f, 0x20, 0x2f, 0x30];

const P = 1;
const RW = 2;
const US = 4;
const PS = 0x80;

const kinds = {
  "32-bit": { levels: 2, wide: false, modes: [16, 32] },
  PAE: { levels: 3, wide: true, modes: [16, 32] },
  "4-level": { levels: 4, wide: true, modes: [64, 64, 32] },
  "5-level": { levels: 5, wide: true, modes: [64, 64, 32] },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

const chance = (random: Random, oneIn: number): boolean => random.below(oneIn) === 0;

/** Present, writable and for users more often than not; accessed and dirty at random. */
function rights(random: Random): number {
  let bits = random.bits(2) << 5;
  if (!chance(random, 24)) bits |= P;
  if (!chance(random, 5)) bits |= RW;
  if (!chance(random, 5)) bits |= US;
  return bits;
}

/** Upper half: XD, a protection key, sometimes a reserved bit. */
function upperHalf(random: Random): number {
  let bits = chance(random, 4) ? random.below(16) << 27 : 0;
  if (chance(random, 6)) bits |= 0x8000_0000;
  if (chance(random, 40)) bits |= 1 << (14 + random.below(17));
  return bits >>> 0;
}

/** Where the tables of an address space are; its last page is the root. */
const tablesOf = (space: number): number => TABLES + 0x8000 * space;

/** A table per level; every table entry of a level leads to the table below, of one of so many spaces. */
function tables(random: Random, { levels, wide }: Kind, spaces = 1): Uint8Array {
  const bytes = new Uint8Array(levels * 0x1000);
  const view = new DataView(bytes.buffer);
  const entries = wide ? 512 : 1024;
  const put = (level: number, index: number, low: number, high: number) => {
    const at = (level - 1) * 0x1000 + index * (wide ? 8 : 4);
    view.setUint32(at, low, true);
    if (wide) view.setUint32(at + 4, high, true);
  };
  for (let i = 0; i < entries; i++) {
    const frame = i % FRAMES;
    const code = CODE_PAGES.includes(frame) && !chance(random, 8);
    put(1, i, (frame << 12) | rights(random) | (code ? P | US : 0), code ? 0 : upperHalf(random));
  }
  for (let level = 2; level <= levels; level++)
    for (let i = 0; i < entries; i++) {
      if (i > 7 && !chance(random, 4)) continue;
      const below = tablesOf(spaces === 1 ? 0 : random.below(spaces)) + (level - 2) * 0x1000;
      let low = below | (chance(random, 40) ? rights(random) : P | RW | US);
      if (level === 2 && chance(random, 6)) {
        const reserved = chance(random, 6) ? (wide ? 0x2000 : 1 << 21) : 0;
        low = LARGE | PS | rights(random) | reserved;
      } else if (level === 3 && levels > 3 && chance(random, 10)) low = PS | rights(random);
      else if (level > 3 && chance(random, 60)) low |= PS;
      put(level, i, low, chance(random, 40) ? upperHalf(random) : 0);
    }
  return bytes;
}

function setControl(pair: Lockstep, random: Random, kind: Kind): void {
  const { state } = pair.board.cpu;
  const maybe = (bit: number) => (chance(random, 2) ? 1n << BigInt(bit) : 0n);
  const root = BigInt(TABLES + (kind.levels - 1) * 0x1000);
  let cr4 = maybe(4) | maybe(21) | maybe(22);
  if (kind.wide) cr4 |= 0x20n;
  if (kind.levels === 5) cr4 |= 1n << 12n;
  if (chance(random, 4)) cr4 |= 1n << 20n;
  state.set64("cr3", root);
  state.set64("cr4", cr4);
  state.set64("efer", (kind.levels > 3 ? 0x501n : 0n) | maybe(11));
  state.set64("cr0", state.get64("cr0") | 0x8000_0001n | maybe(16) | maybe(18));
  state.set32("pkru", chance(random, 2) ? random.bits(32) : 0);
  if (kind.levels === 3)
    for (let i = 0; i < 4; i++) state.set64("pdpte", BigInt(TABLES + 0x1000) | (chance(random, 6) ? 0n : 1n), i);
}

/** CR3 for a space. */
const rootOf = (space: number, { levels }: Kind): number => tablesOf(space) + (levels - 1) * 0x1000;

function setSegments(pair: Lockstep, random: Random, mode: Mode, cpl: number): void {
  const { state } = pair.board.cpu;
  const set = (segment: number, base: bigint, limit: number, access: number) => {
    state.set32("segmentSelector", (segment === 1 ? 8 : 16) | cpl, segment);
    state.set64("segmentBase", base, segment);
    state.set32("segmentLimit", limit, segment);
    state.set32("segmentAccess", access | (cpl << 5), segment);
  };
  for (let segment = 0; segment < 6; segment++) set(segment, 0n, 0xffff_ffff, 0xc093);
  set(1, 0n, 0xffff_ffff, mode === 64 ? 0xa09b : mode === 32 ? 0xc09b : 0x809b);
  if (chance(random, 4)) {
    const limits = [0xffff, 0xfff, 0x3_ffff, 7, 0xffff_ffff];
    const types = [0x93, 0x91, 0x97, 0x9b, 0x99, 0x4097, 0x1_0000];
    const segment = [0, 3, 4, 5][random.below(4)]!;
    set(segment, BigInt(random.bits(16)), limits[random.below(limits.length)]!, types[random.below(types.length)]!);
  }
  state.set32("cpl", cpl);
  state.set32("codeSize", mode);
}

/** Low addresses that the tables map, or anything. */
function address(random: Random): bigint {
  if (chance(random, 2)) return BigInt(random.bits(20));
  if (!chance(random, 3)) return BigInt(random.below(0x20_0000));
  return (BigInt(random.bits(32)) << 32n) | BigInt(random.bits(32));
}

const cases = Object.entries(kinds).flatMap(([name, kind]) => suites.map((suite) => ({ name, kind, ...suite })));

for (const { name, kind, tier, behind, more, share } of cases) {
  test(`${tier}: ${name} paging, segments and alignment: as on the reference processor`, () => {
    const random = new Random(kind.levels);
    const pair = new Lockstep(8, undefined, tier);
    const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
    for (let i = 0; i < 250 * share; i++) {
      const seed = random.state;
      const mode = kind.modes[random.below(kind.modes.length)]!;
      const { state } = pair.board.cpu;
      pair.reset(fill);
      pair.write(TABLES, tables(random, kind));
      setControl(pair, random, kind);
      setSegments(pair, random, mode, random.below(2) * 3);
      const { code, text, count } = program(random, mode, (one) => one.operands.some((o) => o.kind === "memory"));
      for (let r = 0; r < 16; r++) state.set64("general", address(random) & (mode === 64 ? -1n : 0xffff_ffffn), r);
      state.set32("idtrLimit", 0);
      const start = 0x1_0000 * (1 + random.below(3)) - (chance(random, 8) ? random.below(40) : 0x1000);
      state.set64("rip", BigInt(start));
      pair.copyState();
      pair.setFlags(2 | (random.bits(12) & 0x8d5) | (chance(random, 2) ? Flag.AC : 0));
      pair.board.cpu.modeChanged();
      pair.write(start, Uint8Array.from([...code, ...behind]));
      assert.equal(pair.run(count + more), null, `seed ${seed}, ${mode}-bit: ${text}`);
    }
  });
}

const SPACES = 5;
/** Number of the first of four pages that programs touch. */
const PAGES = 0x50;
/** mov cr3,eax (or rax); a 16-bit segment needs no other bytes. */
const loadCr3 = [0x0f, 0x22, 0xd8];

for (const { name, kind, tier, behind, more, share } of cases) {
  test(`${tier}: ${name} paging, several address spaces that share tables: as on the reference processor`, () => {
    const random = new Random(kind.levels + 100);
    const pair = new Lockstep(8, undefined, tier);
    const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
    const { state } = pair.board.cpu;
    let switches = 0;
    for (let i = 0; i < 600 * share; i++) {
      const seed = random.state;
      const mode = kind.modes[random.below(kind.modes.length)]!;
      // Ten programs in the same tables, but for what they and "DMA" do to them; the mode bits change between them.
      if (i % 10 === 0) {
        pair.reset(fill);
        for (let space = 0; space < SPACES; space++) {
          const bytes = tables(random, kind, SPACES);
          // PDPTEs are loaded from memory here: no rights, or they are reserved bits.
          if (kind.levels === 3) {
            const root = new DataView(bytes.buffer, 0x2000);
            for (let at = 0; at < 4; at++) {
              root.setUint32(8 * at, (tablesOf(random.below(SPACES)) + 0x1000) | 1, true);
              root.setUint32(8 * at + 4, 0, true);
            }
          }
          pair.write(tablesOf(space), bytes);
        }
        setControl(pair, random, kind);
      } else {
        pair.board.cpu.state.set32("activity", 0);
        if (chance(random, 3)) {
          const entry = chance(random, 2) ? PAGES + random.below(4) : random.below(8);
          const level = entry < PAGES ? random.below(Math.min(kind.levels, 2)) : 0;
          const at = tablesOf(random.below(SPACES)) + level * 0x1000 + entry * (kind.wide ? 8 : 4);
          const old = pair.board.memory.load(at, 4);
          pair.write(at, Uint8Array.of(chance(random, 2) ? old ^ (1 << random.below(8)) : random.bits(8)));
        }
      }
      setSegments(pair, random, mode, 0);
      state.set64("cr3", BigInt(rootOf(random.below(SPACES), kind)));
      const first = program(random, mode, (one) => one.operands.some((o) => o.kind === "memory"));
      const second = program(random, mode, (one) => one.operands.some((o) => o.kind === "memory"));
      // Few pages, so that each space has them in its TLB.
      for (let r = 1; r < 16; r++)
        state.set64("general", BigInt((PAGES + random.below(4)) * 0x1000 + random.below(0xf00)), r);
      const root = rootOf(random.below(SPACES), kind);
      state.set64("general", BigInt(root), 0);
      state.set64("debug", 0x400n, 7);
      state.set32("idtrLimit", 0);
      state.set32("inhibit", 0);
      const start = 0x1_0000 * (1 + random.below(3)) - (chance(random, 8) ? random.below(40) : 0x1000);
      state.set64("rip", BigInt(start));
      pair.copyState();
      pair.setFlags(2 | (random.bits(12) & 0x8d5));
      pair.board.cpu.modeChanged();
      pair.write(start, Uint8Array.from([...first.code, ...loadCr3, ...second.code, ...behind]));
      const text = `seed ${seed}, ${mode}-bit: ${first.text} | mov cr3,${root.toString(16)} | ${second.text}`;
      assert.equal(pair.run(first.count + 1 + second.count + more), null, text);
      if (state.get64("cr3") === BigInt(root)) switches++;
    }
    assert.ok(switches > 60 * share, `CR3 was loaded ${switches} times`);
  });
}
