/**
 * How many instructions and cycles have passed, exactly, at any moment. Generated code counts down in one word for both
 * (Workspace.left), a run at a time; the state's counters are brought up to date when somebody looks. In the middle of a
 * run the present instruction and those behind it have been charged already and are taken off.
 *
 * Everything is kept in the machine's memory, so any number of Counters over one memory agree: the clock has its own.
 */
import type { CycleCounter } from "../clock.ts";
import { Head, Op, RECORD_BYTES } from "../interpreter/record.ts";
import type { Memory } from "../memory.ts";
import { stateFields } from "./state.ts";
import { WORKSPACE_END, Workspace } from "./workspace.ts";

const TWO32 = 0x1_0000_0000;

export class Counter implements CycleCounter {
  readonly #u32: Uint32Array;
  readonly #view: DataView;

  constructor(memory: Memory) {
    this.#u32 = new Uint32Array(memory.buffer, 0, WORKSPACE_END / 4);
    this.#view = memory.view;
  }

  #get(field: "cycles" | "instructions"): number {
    const at = stateFields[field].offset >> 2;
    return this.#u32[at]! + this.#u32[at + 1]! * TWO32;
  }

  #set(field: "cycles" | "instructions", value: number): void {
    const at = stateFields[field].offset >> 2;
    this.#u32[at] = value % TWO32;
    this.#u32[at + 1] = Math.floor(value / TWO32);
  }

  /** Brings the state's counters up to date with what generated code has charged. */
  settle(): void {
    const left = Workspace.left >> 2;
    const granted = Workspace.granted >> 2;
    let cycles = this.#u32[granted]! - this.#u32[left]!;
    let instructions = this.#u32[granted + 1]! - this.#u32[left + 1]!;
    if (cycles === 0 && instructions === 0) return;
    if (cycles < 0) {
      cycles += TWO32;
      instructions--;
    }
    if (instructions < 0) instructions += TWO32;
    this.#set("cycles", this.#get("cycles") + cycles);
    this.#set("instructions", this.#get("instructions") + instructions);
    this.#u32[granted] = this.#u32[left]!;
    this.#u32[granted + 1] = this.#u32[left + 1]!;
  }

  /** Gives generated code so much to use up: instructions, and cycles to the deadline (at most 2^31 of each). Settle first. */
  grant(instructions: number, cycles: number): void {
    for (const word of [Workspace.left, Workspace.granted]) {
      this.#u32[word >> 2] = cycles - 1;
      this.#u32[(word >> 2) + 1] = instructions;
    }
  }

  /**
   * As `grant`, for starting behind the head of a run, whose charge is taken off at once. The result may be negative: the
   * run's end is the end.
   */
  grantCharged(head: number, instructions: number, cycles: number): void {
    const charge = this.#view.getBigUint64(head + Head.charge, true);
    const granted = (BigInt(instructions) << 32n) + BigInt(cycles - 1);
    this.#view.setBigUint64(Workspace.granted, granted, true);
    this.#view.setBigUint64(Workspace.left, granted - charge, true);
  }

  /** Nothing more is to be started. Settles. */
  exhaust(): void {
    this.settle();
    for (const word of [Workspace.left, Workspace.granted]) {
      this.#u32[word >> 2] = 0;
      this.#u32[(word >> 2) + 1] = 0;
    }
  }

  /** What has been charged for the run of `op` beyond (with `op`, or from `op` on) what was executed. */
  overcharge(op: number, from: "behind" | "at"): { instructions: number; cycles: number } {
    const view = this.#view;
    const number = view.getUint8(op + Op.number);
    const head = op - (number + 1) * RECORD_BYTES;
    const done = from === "behind" ? number + 1 : number;
    const last = head + done * RECORD_BYTES;
    const cycles = done === 0 ? 0 : view.getUint16(last + Op.cycles, true);
    return {
      instructions: view.getUint16(head + Head.count, true) - done,
      cycles: view.getUint32(head + Head.charge, true) - cycles,
    };
  }

  /** Takes back what was charged for instructions that were not executed after all. */
  refund({ instructions, cycles }: { instructions: number; cycles: number }): void {
    this.settle();
    this.#set("instructions", this.#get("instructions") - instructions);
    this.#set("cycles", this.#get("cycles") - cycles);
  }

  #current(): { instructions: number; cycles: number } | null {
    const op = this.#u32[Workspace.currentOp >> 2]!;
    return op === 0 ? null : this.overcharge(op, "at");
  }

  /** Cycles since power-on; within an instruction, as at its start. */
  get cycles(): number {
    this.settle();
    return this.#get("cycles") - (this.#current()?.cycles ?? 0);
  }

  /** Not to be set in the middle of an instruction. */
  set cycles(value: number) {
    this.settle();
    this.#set("cycles", value);
  }

  /** Instructions since power-on, likewise. */
  get instructions(): number {
    this.settle();
    return this.#get("instructions") - (this.#current()?.instructions ?? 0);
  }
}
