/**
 * The processor beside the reference processor: the same bytes, registers and memory in both, then the same number of
 * instructions, then every field of the state and every byte of memory compared. For tests and long runs.
 */

import { EXTENDED_START, MiB } from "../map.ts";
import type { Tier, TierSettings } from "../translator/tiers.ts";
import { type Board, board } from "./board.ts";
import { packFlags, unpackFlags } from "./flags.ts";
import { ReferenceProcessor } from "./reference.ts";
import { Activity, type StateField, type StateView, stateFields } from "./state.ts";

/**
 * Tiers that are compared with the reference. The translator takes a whole block or none, so what follows a test's program must be
 * a block of its own, and there must be time left behind it: a jump to itself, some times.
 */
export const suites = [
  { tier: "interpreter", behind: [], more: 0, share: 1 },
  // Each program is compiled: fewer of them.
  { tier: "translator", behind: [0xeb, 0xfe], more: 100, share: 0.3 },
] as const satisfies readonly { tier: Tier; behind: readonly number[]; more: number; share: number }[];

/** Up to the video window both have plain memory, and again from 1 MiB on. */
export const USABLE = 0xa_0000;

/** Fields that are not compared by themselves. */
const SKIPPED: ReadonlySet<StateField> = new Set([
  "zero",
  "flagResult",
  "flagCarries",
  "flagAux",
  "flagsOther",
  "budget",
  "exit",
  "exitVector",
  "exitErrorCode",
  "exitAddress",
]);

export class Lockstep {
  readonly board: Board;
  readonly reference: ReferenceProcessor;

  /** `interpreter`, `tier`: see ProcessorParts. */
  constructor(megabytes = 1, interpreter?: Uint8Array, tier?: Tier | TierSettings) {
    this.board = board({ megabytes, interpreter, tier });
    this.reference = new ReferenceProcessor(megabytes * MiB, undefined, undefined, [USABLE, EXTENDED_START]);
  }

  get states(): readonly [StateView, StateView] {
    return [this.board.cpu.state, this.reference.state];
  }

  /** Both as after reset, memory filled with `fill` up to `USABLE`; from 1 MiB on it stays as it is in both. */
  reset(fill: Uint8Array): void {
    this.board.cpu.reset();
    this.board.cpu.state.set64("ticks", 0n);
    this.board.cpu.state.set64("instructions", 0n);
    this.reference.state.set64("ticks", 0n);
    this.reference.state.set64("instructions", 0n);
    this.board.memory.write(0, fill.subarray(0, USABLE));
    this.reference.memory.set(fill.subarray(0, USABLE));
    this.copyState();
  }

  write(address: number, bytes: Uint8Array): void {
    this.board.memory.write(address, bytes);
    this.reference.memory.set(bytes, address);
  }

  /** Gives the reference the board's state. */
  copyState(): void {
    const [from, to] = this.states;
    for (const name of names) {
      const field = stateFields[name];
      for (let i = 0; i < field.count; i++)
        if (field.width === "i64") to.set64(name, from.get64(name, i), i);
        else to.set32(name, from.get32(name, i), i);
    }
    this.reference.modeChanged();
  }

  setFlags(value: number): void {
    for (const state of this.states) unpackFlags(state, value);
  }

  /** Executes as many instructions on both; returns what differs afterwards, or null. */
  run(instructions: number): string | null {
    const stop = this.board.cpu.run(instructions);
    const { state } = this.reference;
    let chain: unknown = null;
    // A step of the reference is an instruction or the delivery of its fault: what `run` counts too.
    for (let i = 0; i < instructions && state.get32("activity") === Activity.running; i++)
      chain = this.reference.step();
    if (stop.kind === "shutdown") {
      const [ours, theirs] = [stop.faults, chain].map((faults) =>
        JSON.stringify(faults, (_, v) => (typeof v === "bigint" ? v.toString(16) : v)),
      );
      if (ours !== theirs) return `faults ${ours}, reference ${theirs}`;
    }
    return this.difference();
  }

  difference(): string | null {
    const [ours, theirs] = this.states;
    const differences: string[] = [];
    const compare = (name: string, x: bigint | number, y: bigint | number) => {
      if (x !== y) differences.push(`${name} ${x.toString(16)}, reference ${y.toString(16)}`);
    };
    for (const name of names) {
      const field = stateFields[name];
      for (let i = 0; i < field.count; i++) {
        const label = field.count > 1 ? `${name}[${i}]` : name;
        if (field.width === "i64") compare(label, ours.get64(name, i), theirs.get64(name, i));
        else compare(label, ours.get32(name, i), theirs.get32(name, i));
      }
    }
    compare("flags", packFlags(ours), packFlags(theirs));
    const host = this.board.memory.locate(0);
    for (const [start, end] of [
      [0, USABLE],
      [EXTENDED_START, this.reference.memory.length],
    ] as const) {
      const memory = this.board.memory.bytes.subarray(host + start, host + end);
      const other = this.reference.memory.subarray(start, end);
      if (Buffer.compare(memory, other) === 0) continue;
      const at = memory.findIndex((byte, i) => byte !== other[i]);
      compare(`memory at ${(start + at).toString(16)}`, memory[at]!, other[at]!);
    }
    return differences.length === 0 ? null : differences.join("; ");
  }
}

const names = (Object.keys(stateFields) as StateField[]).filter((name) => !SKIPPED.has(name));
