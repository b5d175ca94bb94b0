/**
 * START HERE for the processor. It owns the state, decides who runs next (guest code, an interrupt's delivery, nobody), and
 * is what helpers see of it. Instructions are executed by generated code (interpreter/); this loop enters it with a
 * budget, and makes of its exits what the architecture says: faults are delivered, interrupts taken between two
 * instructions, HLT waits.
 *
 * `run` is exact: it stops after precisely the instructions asked for, or at the first instruction boundary at which the next
 * deadline of the clock has come, however code is cut into runs.
 */
import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { Interpreter } from "../interpreter/interpreter.ts";
import { Head, Op, RECORD_BYTES } from "../interpreter/record.ts";
import { CS } from "../isa/instruction.ts";
import type { Log } from "../log.ts";
import type { Memory } from "../memory.ts";
import type { Section } from "../snapshot.ts";
import { type AccessBytes, type CpuContext, type Delivery, Fault, type LinearAccess } from "./context.ts";
import { Cr0, Efer } from "./control-bits.ts";
import { DELIVERY } from "./cost.ts";
import { Counter } from "./counter.ts";
import { type CpuModel, defaultModel } from "./cpuid.ts";
import { DataAccess } from "./data-access.ts";
import { Exit, type FaultRecord, type Stop } from "./exits.ts";
import { packFlags, unpackFlags } from "./flags.ts";
import { helpers } from "./helpers.ts";
import { raise } from "./interrupts.ts";
import { Paging } from "./paging.ts";
import { resetState } from "./reset.ts";
import { Access, Activity, Flag, Inhibit, STATE_SIZE, StateView, Vector } from "./state.ts";
import { bankAddress, TlbBank } from "./tlb.ts";
import { Workspace } from "./workspace.ts";

/** Instructions between two returns to TypeScript: about a millisecond, after which V8's better code is taken up. */
const SLICE = 50_000;
const LONGEST_GRANT = 0x7fff_ffff;
const NO_ERROR_CODE = 0xffff_ffff;

const helperList = Object.entries(helpers).map(([name, call]) => ({ name, call }));
const INTERRUPT_RETURN = helperList.findIndex((h) => h.name === "interruptReturn");

/** DR6.BS */
const SINGLE_STEP = 1n << 14n;

interface ProcessorSnapshot {
  readonly state: Uint8Array;
  readonly nmi: boolean;
  [key: string]: Uint8Array | boolean;
}

export interface ProcessorParts {
  readonly memory: Memory;
  readonly bus: Bus;
  /** Built on a `Counter` over the same memory. */
  readonly clock: Clock;
  readonly log: Log;
  /** The interrupt controller's answer to an acknowledge cycle: a vector. */
  readonly acknowledge: () => number;
  readonly model?: CpuModel;
}

export class Processor implements CpuContext, Section<ProcessorSnapshot> {
  readonly section = "cpu";
  readonly state: StateView;
  readonly memory: Memory;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly model: CpuModel;
  readonly #acknowledge: () => number;
  readonly #counter: Counter;
  readonly #paging: Paging;
  readonly #data: DataAccess;
  readonly #interpreter: Interpreter;
  readonly #view: DataView;
  #lastHelper = -1;

  /** Level of the INTR pin; latch of the NMI pin. */
  #interruptRequest = false;
  #nmi = false;
  #stopRequested = false;
  /** Interrupts and exceptions since power-on. */
  #delivered = 0;
  /** Within `Interpreter.run`. */
  #executing = false;
  /** The last helper moved RIP. */
  #transferred = false;
  /** A fault that TypeScript threw under generated code. */
  #fault: Fault | null = null;
  #faultChain: readonly FaultRecord[] = [];
  /** EFLAGS bits as of the last time that what depends on them was worked out. */
  #knownFlags = -1;

  constructor({ memory, bus, clock, log, acknowledge, model = defaultModel }: ProcessorParts) {
    this.memory = memory;
    this.bus = bus;
    this.clock = clock;
    this.log = log;
    this.model = model;
    this.#acknowledge = acknowledge;
    this.#view = memory.view;
    this.state = new StateView(memory.buffer);
    this.#counter = new Counter(memory);
    this.#paging = new Paging(this.state, memory, { gigabytePages: model.features.has("PDPE1GB") });
    this.#data = new DataAccess(this.state, memory, this.#paging, bus);
    this.#interpreter = new Interpreter({
      state: this.state,
      memory,
      paging: this.#paging,
      bus,
      model,
      runtime: {
        reach: (op, access) => this.#guard(() => this.#data.reach(access), op),
        commit: (op, place) => {
          this.#view.setUint32(Workspace.currentOp, op, true);
          this.#data.commit(place);
          this.#view.setUint32(Workspace.currentOp, 0, true);
        },
        helper: (op, number) => this.#guard(() => this.#callHelper(op, number), op),
        checkJump: (op) => this.#guard(() => this.#checkJump(), op),
      },
      helperNumber: (name) => {
        const number = helperList.findIndex((h) => h.name === name);
        if (number < 0) throw new Error(`there is no helper ${name}`);
        return number;
      },
      guard: (work, op) => this.#guard(work, op),
    });
    memory.watcher = {
      codeChanging: (physical, bytes) => {
        if (this.#interpreter.codeChanging(memory.locate(physical), bytes)) this.#leaveRun();
      },
      tableChanging: (physical, bytes) => this.#paging.tableChanging(physical, bytes),
    };
    this.#paging.onDrop = () => {
      this.#interpreter.forgetLookups();
      this.#leaveRun();
    };
    clock.onEarlier = () => this.#attention();
    this.reset();
  }

  // ---- pins and buttons

  /** Power-on state; also what the RESET pin does. */
  reset(): void {
    this.#counter.exhaust();
    this.state.set64("a20Mask", 0xffff_ffff_ffff_ffffn);
    resetState(this);
    this.#nmi = false;
    this.#faultChain = [];
    this.modeChanged();
    this.#attention();
  }

  /** The INTR pin. */
  setInterruptRequest(high: boolean): void {
    this.#interruptRequest = high;
    if (high) this.#attention();
  }

  /** A pulse on the NMI pin; one waits while another is handled. */
  setNmi(): void {
    this.#nmi = true;
    this.#attention();
  }

  /** The A20 gate: with it off, bit 20 of physical addresses is 0. */
  setA20(on: boolean): void {
    this.state.set64("a20Mask", on ? 0xffff_ffff_ffff_ffffn : ~(1n << 20n));
    this.#paging.refresh();
  }

  /** Makes `run` return after the present instruction. */
  stop(): void {
    this.#stopRequested = true;
    this.#attention();
  }

  /** Instructions since power-on. */
  get instructions(): number {
    return this.#counter.instructions;
  }

  get cycles(): bigint {
    return BigInt(this.#counter.cycles);
  }

  // ---- running

  /** Executes so many instructions, an event that is delivered counting as one. Says why it came back; calling it again goes on. */
  run(maxInstructions: number): Stop {
    // A delivered event counts as an instruction here, so that a guest whose handlers only fault cannot keep the loop for ever.
    const delivered = this.#delivered;
    const end = this.#counter.instructions + maxInstructions;
    for (;;) {
      if (this.#stopRequested) {
        this.#stopRequested = false;
        return { kind: "budget" };
      }
      const activity = this.state.get32("activity");
      if (activity === Activity.shutdown) return { kind: "shutdown", faults: this.#faultChain };
      const cyclesLeft = this.clock.nextDeadline() - this.#counter.cycles;
      if (cyclesLeft <= 0) return { kind: "deadline" };
      const left = end - this.#counter.instructions - (this.#delivered - delivered);
      if (left <= 0) return { kind: "budget" };
      if (this.#takeInterrupt()) continue;
      if (this.state.get32("activity") === Activity.halted) {
        return { kind: "halted", interruptible: (this.state.get32("flagsOther") & Flag.IF) !== 0 };
      }
      if (this.#mustStep()) this.#step();
      else this.#execute(Math.min(left, SLICE), Math.min(cyclesLeft, LONGEST_GRANT));
    }
  }

  /** Delivers an NMI or external interrupt if one may be taken at this boundary. */
  #takeInterrupt(): boolean {
    const { state } = this;
    if ((!this.#nmi && !this.#interruptRequest) || state.get32("inhibit") !== 0) return false;
    const rip = state.get64("rip");
    if (this.#nmi && state.get32("nmiBlocked") === 0) {
      this.#nmi = false;
      this.#deliver({ vector: Vector.NMI, kind: "nmi", errorCode: null, rip });
      return true;
    }
    if (!this.#interruptRequest || (state.get32("flagsOther") & Flag.IF) === 0) return false;
    this.#deliver({ vector: this.#acknowledge(), kind: "interrupt", errorCode: null, rip });
    return true;
  }

  /** Single-step trap, interrupt shadow and RF are all about the end of the next instruction. */
  #mustStep(): boolean {
    const { state } = this;
    return state.get32("inhibit") !== 0 || (state.get32("flagsOther") & (Flag.TF | Flag.RF)) !== 0;
  }

  #step(): void {
    const { state } = this;
    const before = state.get32("flagsOther");
    const shadow = state.get32("inhibit");
    const retired = this.#counter.instructions;
    this.#lastHelper = -1;
    this.#execute(1, LONGEST_GRANT);
    if (this.#counter.instructions === retired) return;
    if (shadow !== 0 && state.get32("inhibit") === shadow) state.set32("inhibit", 0);
    // IRET alone may end with RF set.
    if (before & Flag.RF && this.#lastHelper !== INTERRUPT_RETURN)
      state.set32("flagsOther", state.get32("flagsOther") & ~Flag.RF);
    const inhibit = state.get32("inhibit");
    state.set32("inhibit", inhibit & ~Inhibit.singleStep);
    if (before & Flag.TF && (inhibit & (Inhibit.movSs | Inhibit.singleStep)) === 0) {
      state.set64("debug", state.get64("debug", 6) | SINGLE_STEP, 6);
      this.#deliver({ vector: Vector.DB, kind: "exception", errorCode: null, rip: state.get64("rip") });
      this.#delivered--;
    }
  }

  /** Runs generated code within limits: at most so many instructions, and until so many cycles have passed. */
  #execute(instructions: number, cycles: number): void {
    this.#counter.settle();
    const before = this.#counter.instructions;
    const start = this.#counter.cycles;
    this.#counter.grant(instructions, cycles);
    this.#setExit(Exit.none, 0);
    const head = this.#interpreter.head();
    if (head !== 0) this.#generated(head);
    if (this.#exit() === Exit.budget && this.#exitOp() !== 0) {
      // The next run would go beyond a limit: as much of it as fits.
      const instructionsLeft = instructions - (this.#counter.instructions - before);
      const cyclesLeft = cycles - (this.#counter.cycles - start);
      if (instructionsLeft > 0 && cyclesLeft > 0 && !this.#attentionCalled)
        this.#executePart(this.#exitOp(), instructionsLeft, cyclesLeft);
    }
    this.#handleExit();
  }

  /** Part of a run, or all of it with the limit reached inside its last instruction: see Workspace.left. */
  #executePart(head: number, instructions: number, cycles: number): void {
    const view = this.#view;
    const count = view.getUint16(head + Head.count, true);
    let part = 1;
    while (part < count && part < instructions && view.getUint16(head + part * RECORD_BYTES + Op.cycles, true) < cycles)
      part++;
    if (part < count) this.#interpreter.stopAt(head + (part + 1) * RECORD_BYTES);
    this.#counter.grantCharged(head, instructions, cycles);
    this.#setExit(Exit.none, 0);
    this.#generated(head + RECORD_BYTES);
  }

  #generated(record: number): void {
    this.#attentionCalled = false;
    this.#executing = true;
    this.#interpreter.run(record);
    this.#executing = false;
    this.#counter.settle();
  }

  /** Somebody wanted the loop to look up during the last `#generated`. */
  #attentionCalled = false;

  /** The loop above must look up before the next instruction. */
  #attention(): void {
    this.#attentionCalled = true;
    this.#counter.exhaust();
    this.#leaveRun();
  }

  /**
   * If a run is executing, it ends behind the present instruction (or iteration of a repeated one, which is always the last of
   * its run): it may not be valid any more.
   */
  #leaveRun(): void {
    const op = this.#view.getUint32(Workspace.currentOp, true);
    if (this.#executing && op !== 0 && !this.#interpreter.stopBehind(op)) this.#counter.exhaust();
  }

  // ---- exits

  #exit(): number {
    return this.state.get32("exit");
  }

  #exitOp(): number {
    return this.#view.getUint32(Workspace.exitOp, true);
  }

  #setExit(reason: number, op: number): void {
    this.state.set32("exit", reason);
    this.#view.setUint32(Workspace.exitOp, op, true);
  }

  /** Moves RIP on from the run's start, to the present instruction's start or end. */
  #advanceRip(op: number, to: "start" | "end"): void {
    const end = this.#view.getUint16(op + Op.end, true);
    const distance = to === "end" ? end : end - this.#view.getUint8(op + Op.length);
    const rip = this.state.get64("rip") + BigInt(distance);
    this.state.set64("rip", this.state.get32("codeSize") === 64 ? rip : rip & 0xffff_ffffn);
  }

  #handleExit(): void {
    const op = this.#exitOp();
    switch (this.#exit()) {
      case Exit.fault:
        if (op !== 0) {
          this.#advanceRip(op, "start");
          this.#counter.refund(this.#counter.overcharge(op, "at"));
        }
        this.#deliverFault();
        break;
      case Exit.leave:
        this.#advanceRip(op, "start");
        this.#counter.refund(this.#counter.overcharge(op, "at"));
        break;
      case Exit.endRun:
        this.#advanceRip(op, "end");
        this.#counter.refund(this.#counter.overcharge(op, "behind"));
        this.#flagsChanged();
        break;
      case Exit.transferred:
        this.#counter.refund(this.#counter.overcharge(op, "behind"));
        this.#flagsChanged();
        break;
      case Exit.repeat:
        this.#advanceRip(op, "start");
        break;
    }
  }

  #deliverFault(): void {
    const { state } = this;
    const thrown = this.#fault;
    this.#fault = null;
    const vector = thrown?.vector ?? state.get32("exitVector");
    const code = thrown === null ? state.get32("exitErrorCode") : (thrown.errorCode ?? NO_ERROR_CODE);
    const errorCode = code === NO_ERROR_CODE ? null : code;
    this.#deliver({ vector, kind: "exception", errorCode, rip: state.get64("rip") }, thrown?.address ?? null);
  }

  #deliver(event: Delivery, address: bigint | null = null): void {
    const { state } = this;
    if (this.log.on("int")) this.#logDelivery(event, address);
    this.#delivered++;
    this.#counter.cycles += DELIVERY;
    state.set32("inhibit", 0);
    state.set32("activity", Activity.running);
    const chain = raise(this, event, address);
    if (chain !== null) {
      this.#faultChain = chain;
      state.set32("activity", Activity.shutdown);
    }
    this.#flagsChanged();
  }

  #logDelivery({ vector, kind, errorCode, rip }: Delivery, address: bigint | null): void {
    const code = errorCode === null ? "" : ` error ${errorCode.toString(16)}`;
    const cr2 = address === null ? "" : ` address ${address.toString(16)}`;
    const cs = this.state.get32("segmentSelector", CS).toString(16);
    this.log.say("int", "cpu", `${kind} ${vector.toString(16)}${code}${cr2} at ${cs}:${rip.toString(16)}`);
  }

  /** Runs what may throw a Fault under generated code; 0 then stands for it. `op`: whose it is, 0 for fetching. */
  #guard(work: () => number, op: number): number {
    const view = this.#view;
    view.setUint32(Workspace.currentOp, op, true);
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#fault = thrown;
      this.#setExit(Exit.fault, op);
      return 0;
    } finally {
      view.setUint32(Workspace.currentOp, 0, true);
    }
  }

  #callHelper(op: number, number: number): number {
    const { state } = this;
    const { call } = helperList[number]!;
    this.#lastHelper = number;
    const argument = (i: number) => this.#view.getBigUint64(Workspace.helperArguments + 8 * i, true);
    const rip = state.get64("rip");
    this.#advanceRip(op, "start");
    this.#transferred = false;
    try {
      const result = call(this, argument(0), argument(1), argument(2), argument(3));
      if (typeof result === "bigint") this.#view.setBigUint64(Workspace.helperResult, result, true);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      if (!this.#transferred) {
        state.set64("rip", rip);
        throw thrown;
      }
      // A task switch that faults in the new task: RIP is the new task's already.
      this.#counter.refund(this.#counter.overcharge(op, "at"));
      this.#fault = thrown;
      this.#setExit(Exit.fault, 0);
      return 0;
    }
    if (!this.#transferred) state.set64("rip", rip);
    return 1;
  }

  #checkJump(): number {
    const target = this.#view.getBigUint64(Workspace.offset, true);
    const allowed =
      this.state.get32("codeSize") === 64
        ? this.#paging.isCanonical(Number(target >> 32n) | 0)
        : target <= BigInt(this.state.get32("segmentLimit", CS));
    if (!allowed) throw new Fault(Vector.GP, 0);
    return 1;
  }

  // ---- what follows from the state

  /** After anything that changes mode, privilege or segments: see CpuContext. */
  modeChanged(): void {
    const { state } = this;
    const efer = state.get64("efer");
    const cr0 = state.get64("cr0");
    const long = (efer & Efer.LMA) !== 0n;
    const access = state.get32("segmentAccess", CS);
    state.set32("codeSize", long && access & Access.long ? 64 : access & Access.big ? 32 : 16);
    this.#data.longMode = long;
    const protectedMode = (cr0 & Cr0.PE) !== 0n && (state.get32("flagsOther") & Flag.VM) === 0;
    this.#data.checkTypes = protectedMode;
    this.#paging.refresh();
    this.#data.segmentsChanged();
    this.#interpreter.modeChanged();
    this.#chooseBank();
  }

  #chooseBank(): void {
    const { state } = this;
    const flags = state.get32("flagsOther");
    this.#knownFlags = flags & (Flag.AC | Flag.VM);
    const alignment = (flags & Flag.AC) !== 0 && state.get32("cpl") === 3 && (state.get64("cr0") & Cr0.AM) !== 0n;
    const bank = this.#paging.bank();
    this.#data.bank = bank;
    this.#data.checkAlignment = alignment;
    this.#view.setUint32(Workspace.tlbBank, bankAddress(alignment ? TlbBank.strict : bank), true);
  }

  /** After instructions that may have changed EFLAGS by themselves. */
  #flagsChanged(): void {
    if ((this.state.get32("flagsOther") & (Flag.AC | Flag.VM)) !== this.#knownFlags) this.#chooseBank();
  }

  // ---- what helpers use

  readLinear(linear: bigint, bytes: AccessBytes, how?: LinearAccess): bigint {
    return this.#data.readLinear(linear, bytes, how);
  }

  writeLinear(linear: bigint, bytes: AccessBytes, value: bigint, how?: LinearAccess): void {
    this.#data.writeLinear(linear, bytes, value, how);
  }

  probeLinear(linear: bigint, bytes: number, how?: LinearAccess): void {
    this.#data.probeLinear(linear, bytes, how);
  }

  readSegment(segment: number, offset: bigint, bytes: AccessBytes): bigint {
    return this.#data.readLinear(this.#data.linearOf(segment, offset, bytes, false), bytes);
  }

  writeSegment(segment: number, offset: bigint, bytes: AccessBytes, value: bigint): void {
    this.#data.writeLinear(this.#data.linearOf(segment, offset, bytes, true), bytes, value);
  }

  probeSegment(segment: number, offset: bigint, bytes: number, write: boolean): void {
    this.#data.probeLinear(this.#data.linearOf(segment, offset, bytes, write), bytes, { write });
  }

  readPhysical(physical: bigint, bytes: AccessBytes): bigint {
    return this.#data.readPhysical(physical, bytes);
  }

  writePhysical(physical: bigint, bytes: AccessBytes, value: bigint): void {
    this.#data.writePhysical(physical, bytes, value);
  }

  get flags(): number {
    return packFlags(this.state);
  }

  setFlags(value: number): void {
    unpackFlags(this.state, value);
  }

  transfer(rip: bigint): void {
    this.state.set64("rip", rip);
    this.#transferred = true;
  }

  flushTranslations(which: "all" | "nonGlobal"): void {
    if (this.log.on("mmu"))
      this.log.say("mmu", "cpu", `flush of ${which === "all" ? "all" : "non-global"} translations`);
    this.#paging.refresh();
  }

  flushPage(linear: bigint): void {
    if (this.log.on("mmu")) this.log.say("mmu", "cpu", `flush of page ${linear.toString(16)}`);
  }

  flushPcid(pcid: number, _includingGlobal: boolean): void {
    if (this.log.on("mmu")) this.log.say("mmu", "cpu", `flush of PCID ${pcid.toString(16)}`);
    this.#paging.refresh();
  }

  // ---- snapshots

  save(): ProcessorSnapshot {
    this.#counter.settle();
    this.setFlags(this.flags);
    return { state: this.memory.bytes.slice(0, STATE_SIZE), nmi: this.#nmi };
  }

  /** Memory must have been restored before. */
  restore({ state, nmi }: ProcessorSnapshot): void {
    this.#counter.exhaust();
    this.memory.bytes.set(state);
    this.#nmi = nmi;
    this.#paging.drop();
    this.#interpreter.reset();
    this.modeChanged();
  }
}
