/**
 * How many instructions and ticks (cost.ts) have passed, exactly, at any moment. Generated code counts down in one word for both
 * (Workspace.left), a run at a time; the state's counters are brought up to date when somebody looks. In the middle of a
 * run the present instruction and those behind it have been charged already and are taken off.
 *
 * Everything is kept in the machine's memory, so any number of Counters over one memory agree: the clock has its own.
 */
import type { CycleCounter } from "../clock.ts";
import { Head, Op, RECORD_BYTES } from "../interpreter/record.ts";
import type { Memory } from "../memory.ts";
import { TICKS_PER_CYCLE } from "./cost.ts";
import { stateFields } from "./state.ts";
import { WORKSPACE_END, Workspace } from "./workspace.ts";

const TWO32 = 0x1_0000_0000;
const NEVER = 0xffff_ffff;

/** Indices of the words' low halves. */
const TICKS = stateFields.ticks.offset >> 2;
const INSTRUCTIONS = stateFields.instructions.offset >> 2;
const LEFT = Workspace.left >> 2;
const GRANTED = Workspace.granted >> 2;
const CURRENT_OP = Workspace.currentOp >> 2;
const DELIVERED = Workspace.delivered >> 2;
const FAULTED = Workspace.faulted >> 2;
const RESUMED = Workspace.resumedAt >> 2;

export class Counter implements CycleCounter {
  readonly #u32: Uint32Array;
  readonly #view: DataView;

  constructor(memory: Memory) {
    this.#u32 = new Uint32Array(memory.buffer, 0, WORKSPACE_END / 4);
    this.#view = memory.view;
  }

  /** Adds a number of less than 2^52 in magnitude to a 64-bit word. */
  #add(word: number, difference: number): void {
    const low = this.#u32[word]! + (difference % TWO32);
    let high = Math.trunc(difference / TWO32);
    if (low < 0) high--;
    else if (low >= TWO32) high++;
    this.#u32[word] = low;
    if (high !== 0) this.#u32[word + 1] = this.#u32[word + 1]! + high;
  }

  /** Brings the state's counters up to date with what generated code has charged. */
  settle(): void {
    const u32 = this.#u32;
    let ticks = u32[GRANTED]! - u32[LEFT]!;
    let instructions = u32[GRANTED + 1]! - u32[LEFT + 1]!;
    if (ticks === 0 && instructions === 0) return;
    if (ticks < 0) {
      ticks += TWO32;
      instructions--;
    }
    if (instructions < 0) instructions += TWO32;
    this.#add(TICKS, ticks);
    this.#add(INSTRUCTIONS, instructions);
    u32[GRANTED] = u32[LEFT]!;
    u32[GRANTED + 1] = u32[LEFT + 1]!;
  }

  /** Gives generated code so much to use up: instructions, and ticks to the deadline (at most 2^31 of each). Settle first. */
  grant(instructions: number, ticks: number): void {
    const u32 = this.#u32;
    u32[LEFT] = u32[GRANTED] = ticks - 1;
    u32[LEFT + 1] = u32[GRANTED + 1] = instructions;
    u32[RESUMED] = u32[RESUMED + 1] = NEVER;
  }

  /**
   * As `grant`, for starting behind the head of a run, whose charge is taken off at once. The result may be negative: the
   * run's end is the end.
   */
  grantCharged(head: number, instructions: number, ticks: number): void {
    const resumes = this.resumesAt(0);
    this.grant(instructions, ticks);
    if (resumes) this.#view.setBigUint64(Workspace.resumedAt, this.#view.getBigUint64(Workspace.left, true), true);
    const charge = this.#view.getBigUint64(head + Head.charge, true);
    this.#view.setBigUint64(Workspace.left, this.#view.getBigUint64(Workspace.left, true) - charge, true);
  }

  /** Nothing more is to be started. Settles. */
  exhaust(): void {
    this.settle();
    const u32 = this.#u32;
    const op = u32[CURRENT_OP]!;
    const resumes = this.resumesAt(op);
    u32[LEFT] = u32[GRANTED] = u32[LEFT + 1] = u32[GRANTED + 1] = 0;
    if (resumes) this.#view.setBigUint64(Workspace.resumedAt, this.#chargedWith(op), true);
  }

  /**
   * Whether `op` is the instruction to which an IRETQ returned with RF set, which is not in EFLAGS: see Workspace.resumedAt.
   * 0: whether the instruction that comes next is.
   */
  resumesAt(op: number): boolean {
    const view = this.#view;
    if (op !== 0 && view.getUint8(op + Op.number) !== 0) return false;
    const before = BigInt.asUintN(64, view.getBigUint64(Workspace.left, true) + this.#chargedWith(op));
    return before === view.getBigUint64(Workspace.resumedAt, true);
  }

  /** What the run whose first instruction is `op` was charged with; 0 for none. */
  #chargedWith(op: number): bigint {
    return op === 0 ? 0n : this.#view.getBigUint64(op - RECORD_BYTES + Head.charge, true);
  }

  /** Takes back what was charged for the run of `op` from number `done` of its instructions on. Settle first. */
  #refund(op: number, done: number): void {
    const view = this.#view;
    const head = op - (view.getUint8(op + Op.number) + 1) * RECORD_BYTES;
    const count = view.getUint16(head + Head.count, true);
    if (done === count) return;
    this.#add(INSTRUCTIONS, done - count);
    this.#add(TICKS, -this.#ticksFrom(head, done));
  }

  /** Ticks of a run's instructions from number `done` on. */
  #ticksFrom(head: number, done: number): number {
    const before = done === 0 ? 0 : this.#view.getUint16(head + done * RECORD_BYTES + Op.ticks, true);
    return this.#view.getUint32(head + Head.charge, true) - before;
  }

  /** The instruction `op` and those behind it were not executed. Settle first. */
  refundFrom(op: number): void {
    this.#refund(op, this.#view.getUint8(op + Op.number));
  }

  /** Those behind `op` were not executed. Settle first. */
  refundBehind(op: number): void {
    this.#refund(op, this.#view.getUint8(op + Op.number) + 1);
  }

  /** Ticks since power-on; within an instruction, as at its start. */
  get ticks(): number {
    this.settle();
    const u32 = this.#u32;
    const settled = u32[TICKS]! + u32[TICKS + 1]! * TWO32;
    const op = u32[CURRENT_OP]!;
    if (op === 0) return settled;
    const number = this.#view.getUint8(op + Op.number);
    return settled - this.#ticksFrom(op - (number + 1) * RECORD_BYTES, number);
  }

  /** Whole cycles since power-on, likewise. */
  get cycles(): number {
    return Math.floor(this.ticks / TICKS_PER_CYCLE);
  }

  /** Moves time; what has passed of the present cycle stays. Not to be set in the middle of an instruction. */
  set cycles(value: number) {
    this.#add(TICKS, (value - this.cycles) * TICKS_PER_CYCLE);
  }

  /** Instructions since power-on, likewise. */
  get instructions(): number {
    this.settle();
    const u32 = this.#u32;
    const settled = u32[INSTRUCTIONS]! + u32[INSTRUCTIONS + 1]! * TWO32;
    const op = u32[CURRENT_OP]!;
    if (op === 0) return settled;
    const number = this.#view.getUint8(op + Op.number);
    const head = op - (number + 1) * RECORD_BYTES;
    return settled - (this.#view.getUint16(head + Head.count, true) - number);
  }

  /** Interrupts and exceptions delivered since the processor was made. */
  get delivered(): number {
    return this.#count(DELIVERED);
  }

  set delivered(value: number) {
    this.#add(DELIVERED, value - this.delivered);
  }

  /** Attempts to execute an instruction that ended in an exception, likewise. */
  get faulted(): number {
    return this.#count(FAULTED);
  }

  set faulted(value: number) {
    this.#add(FAULTED, value - this.faulted);
  }

  #count(word: number): number {
    return this.#u32[word]! + this.#u32[word + 1]! * TWO32;
  }
}
