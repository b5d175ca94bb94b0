/**
 * Entering generated code and coming back: gives it a budget, serves its slow paths, and leaves the state as after a whole
 * number of instructions, with RIP, instruction and cycle counts exact.
 *
 * While a run executes, the state's RIP is that of the run's first instruction and the whole run is paid for; every exit knows the
 * record at which it happened and corrects both.
 */
import type { AccessSize, Bus } from "../bus.ts";
import { Interpreter } from "../interpreter/interpreter.ts";
import { decodePrepared, encodePrepared, prepare } from "../interpreter/prepared.ts";
import { Head, Op, RECORD_BYTES } from "../interpreter/record.ts";
import { CS } from "../isa/instruction.ts";
import type { Memory } from "../memory.ts";
import type { TierSettings } from "../translator/tiers.ts";
import { type CpuContext, Fault, HELPER_WORDS } from "./context.ts";
import { Counter } from "./counter.ts";
import type { DataAccess } from "./data-access.ts";
import { Exit } from "./exits.ts";
import { helpers, wordHelpers } from "./helpers.ts";
import type { Paging } from "./paging.ts";
import { Flag, type StateView, stateFields, Vector } from "./state.ts";
import type { TimingModel } from "./timing-models.ts";
import { WORKSPACE_END, Workspace } from "./workspace.ts";

const NO_ERROR_CODE = 0xffff_ffff;
const LARGEST_WORD = 0xffff_ffff_ffff_ffffn;

function noCall(): never {
  throw new Error("a word helper is called with words");
}

/** Bigint helpers and word helpers, numbered together. */
const helperList = [
  ...Object.entries(helpers).map(([name, call]) => ({ name, call, words: null, parameters: call.length - 1 })),
  ...Object.entries(wordHelpers).map(([name, words]) => ({ name, call: noCall, words, parameters: 0 })),
];

/** The number by which generated code calls a helper. */
export function helperNumber(name: string): number {
  const number = helperList.findIndex((h) => h.name === name);
  if (number < 0) throw new Error(`there is no helper ${name}`);
  return number;
}

/** The part of the interpreter that does not depend on the machine, for `Execution` and the same sources only. */
export const prepareInterpreter = (): Uint8Array => encodePrepared(prepare(helperNumber));

/** Instructions after which a loop with the hot shapes in it will pay, however short the machine's life. */
const WORTH_PREPARING = 30_000_000;

const RIP = stateFields.rip.offset >> 2;
const EXIT = stateFields.exit.offset >> 2;
const CODE_SIZE = stateFields.codeSize.offset >> 2;
const EXIT_OP = Workspace.exitOp >> 2;
const CURRENT_OP = Workspace.currentOp >> 2;

export class Execution {
  readonly counter: Counter;
  readonly interpreter: Interpreter;
  readonly #cpu: CpuContext;
  readonly #state: StateView;
  readonly #data: DataAccess;
  readonly #paging: Paging;
  readonly #view: DataView;
  readonly #u32: Uint32Array;
  /** Arguments and result of helpers, in the workspace. */
  readonly #helperWords: Uint32Array;
  /** Generated code is on the stack. */
  #executing = false;
  /** Somebody wanted the run loop to look up while it was. */
  #attention = false;
  /** The present helper has moved RIP. */
  #transferred = false;
  /** Number of the last helper that was called, or −1. */
  lastHelper = -1;

  /** `interpreter`: what `prepareInterpreter` gave, if there was time for it. */
  constructor(
    cpu: CpuContext,
    parts: {
      memory: Memory;
      paging: Paging;
      data: DataAccess;
      bus: Bus;
      timing: TimingModel;
      tier: TierSettings;
      interpreter?: Uint8Array | undefined;
    },
  ) {
    const { memory, paging, data, bus } = parts;
    this.#cpu = cpu;
    this.#state = cpu.state;
    this.#data = data;
    this.#paging = paging;
    this.#view = memory.view;
    this.#u32 = new Uint32Array(memory.buffer, 0, WORKSPACE_END / 4);
    this.#helperWords = new Uint32Array(memory.buffer, Workspace.helperArguments, HELPER_WORDS);
    this.counter = new Counter(memory);
    this.interpreter = new Interpreter({
      state: cpu.state,
      memory,
      paging,
      bus,
      breakpoints: cpu.breakpoints,
      model: cpu.model,
      runtime: {
        reach: (op, access) => {
          this.#u32[CURRENT_OP] = op;
          let place = 0;
          try {
            place = this.#data.reach(access);
          } catch (thrown) {
            this.#faulted(thrown, op);
          }
          this.#u32[CURRENT_OP] = 0;
          return place;
        },
        commit: (op, place) => {
          this.#u32[CURRENT_OP] = op;
          this.#data.commit(place);
          this.#u32[CURRENT_OP] = 0;
        },
        reachPlain: (access) => this.#data.reachPlain(access),
        helper: (op, number) => this.#callHelper(op, number),
        readPort: (op, port, bytes) => {
          this.#u32[CURRENT_OP] = op;
          const value = bus.readPort(port, bytes as AccessSize);
          this.#u32[CURRENT_OP] = 0;
          return value;
        },
        writePort: (op, port, bytes, value) => {
          this.#u32[CURRENT_OP] = op;
          bus.writePort(port, bytes as AccessSize, value >>> 0);
          this.#u32[CURRENT_OP] = 0;
        },
        checkJump: (op) => this.#checkJump(op),
      },
      helperNumber,
      timing: parts.timing,
      tier: parts.tier,
      log: cpu.log,
      // What is prepared is so for simple timing.
      prepared: parts.interpreter === undefined || parts.timing !== "simple" ? null : decodePrepared(parts.interpreter),
      guard: (work) => {
        try {
          return work();
        } catch (thrown) {
          this.#faulted(thrown, 0);
          return 0;
        }
      },
    });
  }

  // ---- from the run loop

  /**
   * Executes at most so many instructions, faults that are delivered on the way counting as one each, and none that starts when so many
   * ticks have passed; no more than about a slice of them. Returns the fault that
   * ended it, RIP being that of the faulting instruction, or null.
   */
  run(instructions: number, ticks: number, slice: number): Fault | null {
    const { counter } = this;
    if (!this.interpreter.isPrepared && counter.instructions > WORTH_PREPARING) this.interpreter.improve();
    const endInstructions = counter.instructions + counter.delivered + instructions;
    const endTicks = counter.ticks + ticks;
    counter.grant(Math.min(instructions, slice), ticks);
    this.#setExit(Exit.none, 0);
    const head = this.interpreter.head();
    if (head !== 0) this.#enter(head);
    // The next run would go beyond a limit: as much of it as fits.
    if (this.#u32[EXIT] === Exit.budget && this.#u32[EXIT_OP] !== 0 && !this.#attention) {
      const instructionsLeft = endInstructions - counter.instructions - counter.delivered;
      const ticksLeft = endTicks - counter.ticks;
      const head = this.#u32[EXIT_OP]!;
      // Only the slice is at its end.
      const fits =
        this.#u32[(head + Head.charge + 4) >> 2]! <= instructionsLeft &&
        this.#u32[(head + Head.charge) >> 2]! < ticksLeft;
      if (!fits && instructionsLeft > 0 && ticksLeft > 0) this.#runPart(head, instructionsLeft, ticksLeft);
    }
    return this.#settleExit();
  }

  /** Part of a run, or all of it with the limit reached inside its last instruction: see Workspace.left. */
  #runPart(head: number, instructions: number, ticks: number): void {
    const view = this.#view;
    const count = view.getUint16(head + Head.count, true);
    let part = 1;
    while (part < count && part < instructions && view.getUint16(head + part * RECORD_BYTES + Op.ticks, true) < ticks)
      part++;
    if (part < count) this.interpreter.stopAt(head + (part + 1) * RECORD_BYTES);
    this.counter.grantCharged(head, instructions, ticks);
    this.#setExit(Exit.none, 0);
    this.#enter(head + RECORD_BYTES);
  }

  #enter(record: number): void {
    this.#attention = false;
    this.#executing = true;
    this.interpreter.run(record);
    this.#executing = false;
    this.counter.settle();
  }

  /** The run loop must look up before the next instruction. */
  attention(): void {
    this.#attention = true;
    this.counter.exhaust();
    this.leaveRun();
  }

  /**
   * If a run is executing, it ends behind the present instruction (or iteration of a repeated one, which is always the last of
   * its run): it may not be valid any more.
   */
  leaveRun(): void {
    const op = this.#u32[CURRENT_OP]!;
    if (this.#executing && op !== 0 && !this.interpreter.stopBehind(op)) this.counter.exhaust();
  }

  // ---- exits

  #setExit(reason: number, op: number): void {
    this.#u32[EXIT] = reason;
    this.#u32[EXIT_OP] = op;
  }

  /** Moves RIP on from the run's start by so many bytes. */
  #advance(bytes: number): void {
    const low = this.#u32[RIP]! + bytes;
    this.#u32[RIP] = low;
    if (low > 0xffff_ffff && this.#u32[CODE_SIZE] === 64) this.#u32[RIP + 1] = this.#u32[RIP + 1]! + 1;
  }

  /** How far behind the run's start an instruction begins. */
  #startOf(op: number): number {
    return this.#view.getUint16(op + Op.end, true) - this.#view.getUint8(op + Op.length);
  }

  /** Corrects RIP and counts for where generated code left. */
  #settleExit(): Fault | null {
    const op = this.#u32[EXIT_OP]!;
    switch (this.#u32[EXIT]) {
      case Exit.fault:
        if (this.counter.resumesAt(op)) this.#state.set32("flagsOther", this.#state.get32("flagsOther") | Flag.RF);
        if (op !== 0) {
          this.#advance(this.#startOf(op));
          this.counter.refundFrom(op);
        }
        return this.#takeFault();
      case Exit.leave:
        this.#advance(this.#startOf(op));
        this.counter.refundFrom(op);
        break;
      case Exit.endRun:
        this.#advance(this.#view.getUint16(op + Op.end, true));
        break;
      case Exit.transferred:
        this.counter.refundBehind(op);
        break;
      case Exit.repeat:
        this.#advance(this.#startOf(op));
        break;
    }
    if (this.#u32[CODE_SIZE] !== 64) this.#u32[RIP + 1] = 0;
    return null;
  }

  /** The fault that was recorded. */
  #takeFault(): Fault {
    const state = this.#state;
    const vector = state.get32("exitVector") | 0;
    const code = state.get32("exitErrorCode");
    const errorCode = code === NO_ERROR_CODE ? null : code;
    if (vector === Vector.PF) return new Fault(vector, errorCode, state.get64("exitAddress"));
    return new Fault(vector, errorCode, null, vector !== Vector.DB || state.get64("exitAddress") !== 0n);
  }

  /** Records what TypeScript threw, as generated code records its faults: see exits.ts. */
  #faulted(thrown: unknown, op: number): void {
    if (!(thrown instanceof Fault)) throw thrown;
    const state = this.#state;
    const { vector, errorCode, address, resumes } = thrown;
    state.set32("exitVector", vector);
    state.set32("exitErrorCode", errorCode ?? NO_ERROR_CODE);
    state.set64("exitAddress", address ?? (vector === Vector.DB && resumes ? 1n : 0n));
    this.#setExit(Exit.fault, op);
  }

  // ---- slow paths

  /** For helpers: control goes elsewhere. */
  transfer(rip: bigint): void {
    this.#state.set64("rip", rip);
    this.#transferred = true;
  }

  #callHelper(op: number, number: number): number {
    const u32 = this.#u32;
    const { call, words, parameters } = helperList[number]!;
    this.lastHelper = number;
    const low = u32[RIP]!;
    const high = u32[RIP + 1]!;
    this.#advance(this.#startOf(op));
    this.#transferred = false;
    u32[CURRENT_OP] = op;
    let result = 1;
    try {
      if (words !== null) words(this.#cpu, this.#helperWords);
      else this.#setResult(this.#callWith(call, parameters));
    } catch (thrown) {
      u32[CURRENT_OP] = 0;
      this.#faulted(thrown, op);
      // A task switch that faults in the new task: RIP is the new task's already.
      if (this.#transferred) {
        this.counter.settle();
        this.counter.refundFrom(op);
        this.#setExit(Exit.fault, 0);
      }
      result = 0;
    }
    u32[CURRENT_OP] = 0;
    if (!this.#transferred) {
      u32[RIP] = low;
      u32[RIP + 1] = high;
    }
    return result;
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: what helpers give
  #setResult(value: bigint | void): void {
    if (typeof value !== "bigint") return;
    this.#view.setBigUint64(Workspace.helperResult, value, true);
    if (value > LARGEST_WORD) this.#view.setBigUint64(Workspace.helperResult + 8, value >> 64n, true);
    else this.#view.setBigUint64(Workspace.helperResult + 8, 0n, true);
  }

  // biome-ignore lint/suspicious/noConfusingVoidType: what helpers give
  #callWith(call: (typeof helperList)[number]["call"], parameters: number): bigint | void {
    const view = this.#view;
    const at = Workspace.helperArguments;
    switch (parameters) {
      case 0:
        return call(this.#cpu);
      case 1:
        return call(this.#cpu, view.getBigUint64(at, true));
      case 2:
        return call(this.#cpu, view.getBigUint64(at, true), view.getBigUint64(at + 8, true));
      case 3:
      case 4:
        return call(
          this.#cpu,
          view.getBigUint64(at, true),
          view.getBigUint64(at + 8, true),
          view.getBigUint64(at + 16, true),
          view.getBigUint64(at + 24, true),
        );
      default:
        return call(this.#cpu, ...Array.from({ length: parameters }, (_, i) => view.getBigUint64(at + 8 * i, true)));
    }
  }

  #checkJump(op: number): number {
    const target = this.#view.getBigUint64(Workspace.offset, true);
    const allowed =
      this.#u32[CODE_SIZE] === 64
        ? this.#paging.isCanonical(Number(target >> 32n) | 0)
        : target <= BigInt(this.#state.get32("segmentLimit", CS));
    if (allowed) return 1;
    this.#faulted(new Fault(Vector.GP, 0), op);
    return 0;
  }
}
