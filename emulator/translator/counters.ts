/**
 * What regions count of themselves when somebody wants to know (`--stats`): how often each was entered, how many instructions were
 * executed in it, and why it was left. Each region has a few words in the machine's memory; its code counts there.
 */
import { Workspace } from "../cpu/workspace.ts";
import type { Code } from "../formats/wasm.ts";
import { COUNTERS_BASE, COUNTERS_SIZE } from "../memory.ts";

/**
 * Why a region was left: code that is none of it; an instruction that is the interpreter's; memory that is not plain or may not be
 * accessed; no time is left; a quick way did the last instruction.
 */
export const causes = ["elsewhere", "instruction", "memory", "time", "quick"] as const;
export type Cause = (typeof causes)[number];

/** i64s, by offset: `since`: Workspace.left when it was entered last. The causes follow. */
const Field = { entered: 0, instructions: 8, since: 16, causes: 24 } as const;
const BYTES = 64;
const MOST = COUNTERS_SIZE / BYTES;

/** Address of the words of the region with this number; after many regions they are used again. */
export const countersAt = (number: number): number => COUNTERS_BASE + (number % MOST) * BYTES;

export interface RegionCounts {
  readonly rip: bigint;
  readonly entered: number;
  readonly instructions: number;
  readonly left: Readonly<Record<Cause, number>>;
}

export function clearCounters(view: DataView, at: number): void {
  for (let i = 0; i < BYTES; i += 8) view.setBigUint64(at + i, 0n, true);
}

export function readCounters(view: DataView, at: number, rip: bigint): RegionCounts {
  const word = (offset: number) => Number(view.getBigUint64(at + offset, true));
  const left = Object.fromEntries(causes.map((cause, i) => [cause, word(Field.causes + 8 * i)]));
  const counts = { entered: word(Field.entered), instructions: word(Field.instructions) };
  return { rip, ...counts, left: left as Record<Cause, number> };
}

/** Writes code that counts an entry. `at`: 0: nobody counts. */
export function countEntry(code: Code, at: number): void {
  if (at === 0) return;
  increase(code, at + Field.entered, () => code.i64(1n));
  code.i32(0);
  code.i32(0);
  code.memory("i64.load", Workspace.left);
  code.memory("i64.store", at + Field.since);
}

/** Writes code that counts an exit. `pushLeft`: what Workspace.left will be. */
export function countExit(code: Code, at: number, cause: Cause, pushLeft: () => void): void {
  if (at === 0) return;
  increase(code, at + Field.causes + 8 * causes.indexOf(cause), () => code.i64(1n));
  increase(code, at + Field.instructions, () => {
    code.i32(0);
    code.memory("i64.load", at + Field.since);
    pushLeft();
    code.op("i64.sub");
    code.i64(32n);
    code.op("i64.shr_u");
  });
}

function increase(code: Code, at: number, pushAmount: () => void): void {
  code.i32(0);
  code.i32(0);
  code.memory("i64.load", at);
  pushAmount();
  code.op("i64.add");
  code.memory("i64.store", at);
}

/** Counts of regions at the same RIP, added up; those with most instructions first. */
export function sumCounts(all: Iterable<RegionCounts>): RegionCounts[] {
  const sums = new Map<bigint, RegionCounts>();
  for (const one of all) {
    const { rip, entered, instructions, left } = sums.get(one.rip) ?? {
      ...one,
      entered: 0,
      instructions: 0,
      left: null,
    };
    sums.set(one.rip, {
      rip,
      entered: entered + one.entered,
      instructions: instructions + one.instructions,
      left: left === null ? one.left : addCauses(left, one.left),
    });
  }
  return [...sums.values()].sort((x, y) => y.instructions - x.instructions);
}

export function addCauses(x: RegionCounts["left"], y: RegionCounts["left"]): Record<Cause, number> {
  return Object.fromEntries(causes.map((cause) => [cause, x[cause] + y[cause]])) as Record<Cause, number>;
}
