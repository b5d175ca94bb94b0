/**
 * A random program as little as can be kept of it: its code, a seed that registers and memory are filled from, and what was
 * planted in memory for its instructions. One program gives many cases: variants, which differ in what they begin with.
 *
 * Recorded results (recorded.ts) are kept by program and variant, so filling is a function of the program alone and of
 * `Random`; it must not change without recording anew.
 */
import type { Instruction } from "../../emulator/isa/instruction.ts";
import type { Group } from "./groups.ts";
import { Random } from "./random.ts";
import { makeHarmless } from "./rules.ts";
import {
  Case,
  CODE,
  CODE_BYTES,
  CODE_SELECTOR,
  codeBase,
  DATA_SELECTOR,
  dataBase,
  INT3,
  type Mode,
  PAGE,
  type RecordView,
  USER_CODE_16,
  USER_CODE_32,
  USER_CODE_64,
  USER_DATA,
  USER_DATA_16,
  WINDOW_BYTES,
  WINDOWS,
  WORD_OF_REGISTER,
  Word,
} from "./user-case.ts";

/** Bytes that a program finds in its data page; within one window. */
export interface Plant {
  /** In the windows, one behind the other. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Program {
  readonly mode: Mode;
  /** Where `code` stands: an offset in the code page. Execution begins there. */
  readonly start: number;
  /** At most CODE_BYTES. */
  code: Uint8Array;
  readonly seed: number;
  readonly plants: Plant[];
  /** The only instruction, if the program is judged by its rule (rules.ts). */
  readonly ruled: Instruction | null;
  /** Bit mask of the general registers that addresses were made of: variants keep them. */
  pointers: number;
}

const RSP = 4;

/** An offset in or beside the data page, often at an edge. */
export function nearData(random: Random): number {
  const shape = random.below(4);
  if (shape === 0) return random.below(160) - 16;
  if (shape === 1) return PAGE - 144 + random.below(160);
  return PAGE / 2 - 128 + random.below(256);
}

/** Mostly a selector that Linux's GDT has for user code. */
export function selector(random: Random, mode: Mode): number {
  if (mode === 16) return random.pick([0, 3, USER_CODE_16, USER_CODE_16, USER_DATA_16, USER_DATA_16, 0x10]);
  return random.pick([0, 1, 3, USER_CODE_32, USER_CODE_32, USER_DATA, USER_DATA, USER_CODE_64, 0x10, 0x28]);
}

/** What registers and memory begin with: pointers to data and code, selectors, and numbers. */
function fillValue(random: Random, { mode, start }: Program, group: Group, words: Uint32Array, at: number): void {
  const shape = random.below(24);
  if (shape > 10) {
    group.value(random, words, at);
    return;
  }
  const value =
    shape < 8
      ? dataBase(mode) + nearData(random)
      : shape < 10
        ? codeBase(mode) + start + random.below(64)
        : selector(random, mode);
  words[at] = value;
  words[at + 1] = value < 0 ? -1 : 0;
}

/** The case that a program's variant is, written into `record`. Variant 0 is the one it was made with. */
export function fillCase(program: Program, variant: number, group: Group, record: RecordView): void {
  const { mode, start } = program;
  const { u32, u16, bytes } = record;
  const random = new Random(program.seed);
  const other = new Random(Math.imul(program.seed, 0x9e37_79b1) + variant);
  const changes = (times: number) => variant !== 0 && other.once(times);
  for (let register = 0; register < 16; register++) {
    const at = 2 * WORD_OF_REGISTER[register]!;
    fillValue(random, program, group, u32, at);
    const isPointer = ((program.pointers >> register) & 1) !== 0;
    if (isPointer ? changes(12) : changes(2)) {
      if (isPointer) u32[at] = u32[at]! + other.below(17) - 8;
      else fillValue(other, program, group, u32, at);
    }
    if (mode !== 64) u32[at + 1] = 0;
  }
  // The stack pointer nearly always leads somewhere.
  const stack = 2 * WORD_OF_REGISTER[RSP]!;
  if (!random.once(16)) {
    u32[stack] = dataBase(mode) + (nearData(random) & ~7);
    u32[stack + 1] = 0;
  }
  if (changes(8)) u32[stack] = u32[stack]! + other.below(33) - 16;
  if (mode === 16) u32[stack] = u32[stack]! & 0xffff;
  u32[2 * Word.rip] = codeBase(mode) + start;
  u32[2 * Word.rip + 1] = 0;
  const flags = random.word() & 0x8d5;
  const rare = (random.once(4) ? 0x400 : 0) | (random.once(24) ? 0x4_0000 : 0) | (random.once(200) ? 0x100 : 0);
  u32[2 * Word.flags] = (variant === 0 ? flags : other.word() & 0x8d5) | rare | 0x202;
  u32[2 * Word.flags + 1] = 0;
  u32[2 * Word.segments] = u32[2 * Word.segments + 1] = 0;
  u16[4 * Word.segments] = CODE_SELECTOR[mode];
  u16[4 * Word.segments + 3] = DATA_SELECTOR[mode];
  u32[Case.place / 4] = CODE + start;
  u32[Case.place / 4 + 1] = 0;
  group.fill(random, mode, record, variant === 0 ? null : other);
  const windows = Case.windows(group.stateBytes);
  for (let at = 0; at < WINDOW_BYTES; at += 8) {
    fillValue(random, program, group, u32, (windows + at) / 4);
    if (changes(4)) fillValue(other, program, group, u32, (windows + at) / 4);
  }
  for (const plant of program.plants) if (!changes(16)) bytes.set(plant.bytes, windows + plant.at);
  const code = Case.code(group.stateBytes);
  bytes.fill(INT3, code, code + CODE_BYTES);
  bytes.set(program.code, code);
  if (program.ruled !== null) makeHarmless(record, program.ruled.row.mnemonic);
}

/** Where in the windows an offset in the data page is, if so many bytes there are in one of them; else −1. */
export function windowAt(offset: number, bytes: number): number {
  let at = 0;
  for (const window of WINDOWS) {
    const within = offset - window.offset;
    if (within >= 0 && within + bytes <= window.bytes) return at + within;
    at += window.bytes;
  }
  return -1;
}
