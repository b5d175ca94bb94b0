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
import { PREDICTOR_BYTES } from "../interpreter/predictor.ts";
import { InterruptBus } from "../interrupt-bus.ts";
import { CS } from "../isa/instruction.ts";
import type { Log } from "../log.ts";
import { FRAME_BYTES, FrameFlag, type Memory, PREDICTOR_BASE } from "../memory.ts";
import type { Section } from "../snapshot.ts";
import { type Tier, type TierSettings, tierSettings } from "../translator/tiers.ts";
import type { Translator } from "../translator/translator.ts";
import { UserError } from "../user-error.ts";
import { type ApicCore, LocalApic } from "./apic.ts";
import { Breakpoints, takeDebugTrap } from "./breakpoints.ts";
import { type AccessBytes, type CpuContext, type Delivery, FROZEN, type LinearAccess } from "./context.ts";
import { Cr0, Efer } from "./control-bits.ts";
import { DELIVERY, TICKS_PER_CYCLE } from "./cost.ts";
import type { Counter } from "./counter.ts";
import { type CpuModel, defaultModel } from "./cpuid.ts";
import { DataAccess } from "./data-access.ts";
import { Execution, helperNumber } from "./execution.ts";
import { Exit, type FaultRecord, type Stop } from "./exits.ts";
import { packFlags, unpackFlags } from "./flags.ts";
import { raise } from "./interrupts.ts";
import { timestamp } from "./msr.ts";
import { Paging } from "./paging.ts";
import { initState, resetState, restartState } from "./reset.ts";
import { Access, Activity, Flag, Inhibit, STATE_SIZE, StateView, stateFields, Vector } from "./state.ts";
import type { TimingModel } from "./timing-models.ts";
import { TlbBank } from "./tlb.ts";
import { Workspace } from "./workspace.ts";
import { type ErrorPins, X87 } from "./x87/unit.ts";

/**
 * Instructions between two returns to TypeScript. It is there that code is translated, and that V8's better code is taken up: as long as that
 * happens, slices are short, and then they grow.
 */
const SHORTEST_SLICE = 20_000;
const LONGEST_SLICE = 500_000;
/** Interrupts and exceptions in one call: a guest that only faults takes microseconds for each. */
export const MOST_DELIVERED = 20_000;
const LONGEST_GRANT = 0x7fff_ffff;
const INTERRUPT_RETURN = helperNumber("interruptReturn");

interface ProcessorSnapshot {
  /** What it can do: another processor would go on differently. */
  readonly model: string;
  readonly state: Uint8Array;
  /** What the branch predictor has learnt; all zeros under simple timing. */
  readonly predictor: Uint8Array;
  readonly nmi: boolean;
  readonly init: boolean;
  [key: string]: Uint8Array | boolean | string;
}

export interface ProcessorParts {
  readonly memory: Memory;
  readonly bus: Bus;
  /** Built on a `Counter` over the same memory. */
  readonly clock: Clock;
  readonly log: Log;
  /** The 8259s' answer to an acknowledge cycle: a vector. */
  readonly acknowledge: () => number;
  /** What the local APIC sends to and hears from; default: one of its own. */
  readonly interrupts?: InterruptBus;
  readonly model?: CpuModel | undefined;
  /** What `prepareInterpreter` gave: saves a long-lived machine making it itself. */
  readonly interpreter?: Uint8Array | undefined;
  /** What `knownCode` of another processor gave, which was made from the same sources: what it decoded is not decoded again. */
  readonly known?: Uint8Array | undefined;
  /** FERR# and IGNNE#. Default: nobody listens. */
  readonly errorPins?: ErrorPins | undefined;
  /** Default: "simple". */
  readonly timing?: TimingModel | undefined;
  /** Who executes; default "interpreter". */
  readonly tier?: Tier | TierSettings | undefined;
}

const CR0_WORD = stateFields.cr0.offset >> 2;
const CR0_AM = Number(Cr0.AM);

export class Processor implements CpuContext, Section<ProcessorSnapshot> {
  readonly section = "cpu";
  readonly state: StateView;
  readonly memory: Memory;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly model: CpuModel;
  /** A section of its own in snapshots. */
  readonly apic: LocalApic;
  readonly x87: X87;
  /** Called before each instruction, which is then executed alone; null where nobody looks. */
  onInstruction: (() => void) | null = null;
  readonly breakpoints: Breakpoints;
  readonly #acknowledge: () => number;
  readonly #counter: Counter;
  readonly #paging: Paging;
  readonly #data: DataAccess;
  readonly #execution: Execution;
  readonly #view: DataView;

  /** What the local APIC says: a vector waits; NMI and INIT are latched. */
  #interruptRequest = false;
  #nmi = false;
  #init = false;
  #stopRequested = false;
  #faultChain: readonly FaultRecord[] = [];

  constructor(parts: ProcessorParts) {
    const { memory, bus, clock, log, acknowledge, interrupts = new InterruptBus(), model = defaultModel } = parts;
    this.memory = memory;
    this.bus = bus;
    this.clock = clock;
    this.log = log;
    this.model = model;
    this.#acknowledge = acknowledge;
    this.#view = memory.view;
    this.state = new StateView(memory.buffer);
    this.#paging = new Paging(this.state, memory, { gigabytePages: model.features.has("PDPE1GB") });
    this.x87 = new X87(this.state, parts.errorPins);
    this.breakpoints = new Breakpoints(this.state);
    this.#data = new DataAccess(this.state, memory, this.#paging, bus, this.breakpoints);
    this.#execution = new Execution(this, {
      memory,
      paging: this.#paging,
      data: this.#data,
      bus,
      timing: parts.timing ?? "simple",
      tier: typeof parts.tier === "object" ? parts.tier : tierSettings[parts.tier ?? "interpreter"],
      interpreter: parts.interpreter,
    });
    this.#counter = this.#execution.counter;
    const { interpreter } = this.#execution;
    if (parts.known !== undefined && parts.interpreter !== undefined) interpreter.know(parts.known);
    memory.watcher = {
      codeChanging: (physical, bytes) => {
        if (interpreter.codeChanging(memory.locate(physical), bytes)) this.#execution.leaveRun();
      },
      tableChanging: (physical, bytes) => this.#paging.spaces.tableChanging(physical, bytes),
      frameRemapped: (host) => {
        if ((memory.flagsAt(host) & FrameFlag.code) !== 0 && interpreter.codeChanging(host, FRAME_BYTES))
          this.#execution.leaveRun();
        this.#paging.spaces.dropAll();
      },
    };
    this.#paging.spaces.onCodeMoved = (space, whose) => {
      interpreter.forgetLookups(space, whose);
      const own = this.state.get32("cpl") === 3 ? FrameFlag.userCode : FrameFlag.systemCode;
      if (space === this.#paging.spaces.present && (whose & own) !== 0) this.#execution.leaveRun();
    };
    this.#paging.onSwitch = () => {
      interpreter.modeChanged();
      this.#chooseBank();
      this.#execution.leaveRun();
    };
    this.breakpoints.onMet = () => this.#execution.attention();
    clock.onEarlier = () => this.#execution.attention();
    this.apic = new LocalApic({ bus, clock, log, interrupts, id: 0, core: this.#apicCore() });
    this.reset();
  }

  #apicCore(): ApicCore {
    return {
      setInterruptRequest: (high) => {
        this.#interruptRequest = high;
        this.#notePending();
        if (high) this.#execution.attention();
      },
      setNmi: () => {
        this.#nmi = true;
        this.#notePending();
        this.#execution.attention();
      },
      setInit: () => this.setInit(),
      startUp: (vector) => this.#startUp(vector),
      timestamp: () => timestamp(this),
      overlay: (page, on) => this.memory.overlay(page, on),
    };
  }

  // ---- pins and buttons

  /** Power-on state; also what the RESET pin does. */
  reset(): void {
    this.apic.reset();
    this.#putBack(resetState);
  }

  /** As `reset`, but that local APIC and memory types stay as they are set up: for what starts a kernel in firmware's place. */
  restart(): void {
    this.#putBack(restartState);
  }

  #putBack(state: (cpu: CpuContext) => void): void {
    this.#counter.exhaust();
    this.memory.bytes.fill(0, PREDICTOR_BASE, PREDICTOR_BASE + PREDICTOR_BYTES);
    this.state.set64("a20Mask", 0xffff_ffff_ffff_ffffn);
    state(this);
    this.#nmi = false;
    this.#init = false;
    this.#notePending();
    this.#faultChain = [];
    this.modeChanged();
    this.#execution.attention();
  }

  /** The INTR pin, which is the local APIC's LINT0. */
  setInterruptRequest(high: boolean): void {
    this.apic.setPin(0, high);
  }

  /** A pulse on the NMI pin, which is the local APIC's LINT1; one waits while another is handled. */
  setNmi(): void {
    this.apic.setPin(1, true);
    this.apic.setPin(1, false);
  }

  /** INIT, from its pin or as a message: obeyed at the next instruction boundary, whatever the processor does. */
  setInit(): void {
    this.#init = true;
    this.#execution.attention();
  }

  #notePending(): void {
    this.#view.setInt32(Workspace.pending, this.#interruptRequest || this.#nmi ? 1 : 0, true);
  }

  /** SDM vol. 3, 8.4.3: the boot processor starts at the reset vector, another waits for a start-up message. */
  #initialise(): void {
    this.#init = false;
    this.#nmi = false;
    this.#notePending();
    initState(this);
    this.apic.init();
    if (!this.apic.isBootProcessor) this.state.set32("activity", Activity.waitForStartUp);
    this.modeChanged();
  }

  /** A start-up message: code begins at the start of page `vector` of the first mebibyte. */
  #startUp(vector: number): void {
    const { state } = this;
    if (state.get32("activity") !== Activity.waitForStartUp) return;
    state.set32("segmentSelector", vector << 8, CS);
    state.set64("segmentBase", BigInt(vector << 12), CS);
    state.set64("rip", 0n);
    state.set32("activity", Activity.running);
    this.modeChanged();
    this.#execution.attention();
  }

  /** The A20 gate: with it off, bit 20 of physical addresses is 0. */
  setA20(on: boolean): void {
    this.state.set64("a20Mask", on ? 0xffff_ffff_ffff_ffffn : ~(1n << 20n));
    this.#paging.refresh();
  }

  /** Makes `run` return after the present instruction. */
  stop(): void {
    this.#stopRequested = true;
    this.#execution.attention();
  }

  /** Instructions since power-on. */
  get instructions(): number {
    return this.#counter.instructions;
  }

  /** Exceptions and interrupts delivered since the processor was made. */
  get delivered(): number {
    return this.#counter.delivered;
  }

  /** Attempts to execute an instruction that ended in an exception, since the processor was made. */
  get faulted(): number {
    return this.#counter.faulted;
  }

  /** For tests and statistics. */
  get translator(): Translator {
    return this.#execution.interpreter.translator;
  }

  /** What has been decoded, for `known` of another processor; null if it is hardly more than this one was told. */
  knownCode(): Uint8Array | null {
    return this.#execution.interpreter.knownCode();
  }

  get cycles(): bigint {
    return BigInt(this.#counter.cycles);
  }

  // ---- running

  #slice = SHORTEST_SLICE;
  #activity = 0;

  /**
   * Executes so many instructions, an event that is delivered counting as one; fewer if there are MOST_DELIVERED events among them. Says why it
   * came back; calling it again goes on.
   */
  run(maxInstructions: number): Stop {
    const { state } = this;
    // A delivered event counts, so that a guest whose handlers only fault cannot keep the loop for ever.
    const end = this.#counter.instructions + this.#counter.delivered + maxInstructions;
    const mostDelivered = this.#counter.delivered + MOST_DELIVERED;
    for (;;) {
      if (this.#stopRequested || this.#counter.delivered >= mostDelivered) {
        this.#stopRequested = false;
        return { kind: "budget" };
      }
      if (this.#init) this.#initialise();
      const activity = state.get32("activity");
      if (activity === Activity.shutdown) return { kind: "shutdown", faults: this.#faultChain };
      const ticksLeft = this.clock.nextDeadline() * TICKS_PER_CYCLE - this.#counter.ticks;
      if (ticksLeft <= 0) return { kind: "deadline" };
      const left = end - this.#counter.instructions - this.#counter.delivered;
      if (left <= 0) return { kind: "budget" };
      if (activity === Activity.waitForStartUp) return { kind: "halted", interruptible: false };
      if ((state.get32("inhibit") & Inhibit.movSs) === 0 && takeDebugTrap(state, false)) {
        this.#deliverTrap();
        continue;
      }
      if (this.#takeInterrupt()) continue;
      if (state.get32("activity") === Activity.halted)
        return { kind: "halted", interruptible: (state.get32("flagsOther") & Flag.IF) !== 0 };
      this.onInstruction?.();
      if (this.#mustStep()) {
        this.#step();
        continue;
      }
      // STI's shadow: nobody waits now, and who comes during the next instruction may be served behind it.
      state.set32("inhibit", 0);
      const most = this.onInstruction === null ? Math.min(left, LONGEST_GRANT) : 1;
      if (this.#execute(most, Math.min(ticksLeft, LONGEST_GRANT))) this.#completed(false);
    }
  }

  /** Delivers an NMI or external interrupt if one may be taken at this boundary. */
  #takeInterrupt(): boolean {
    const { state } = this;
    if ((!this.#nmi && !this.#interruptRequest) || state.get32("inhibit") !== 0) return false;
    if (this.#nmi && state.get32("nmiBlocked") === 0) {
      this.#nmi = false;
      this.#notePending();
      this.#deliver({ vector: Vector.NMI, kind: "nmi", errorCode: null, ...this.#boundary() });
      return true;
    }
    if (!this.#interruptRequest || (state.get32("flagsOther") & Flag.IF) === 0) return false;
    const vector = this.apic.acknowledge() ?? this.#acknowledge();
    this.#deliver({ vector, kind: "interrupt", errorCode: null, ...this.#boundary() });
    return true;
  }

  /** Where an event finds the program between two instructions, or two iterations of a repeated one. */
  #boundary(): Pick<Delivery, "rip" | "resumes"> {
    return { rip: this.state.get64("rip"), resumes: this.state.get32("exit") === Exit.repeat };
  }

  /** Single-step trap, RF, and a shadow that somebody waits in are all about the end of the next instruction. */
  #mustStep(): boolean {
    const { state } = this;
    if ((state.get32("flagsOther") & (Flag.TF | Flag.RF)) !== 0) return true;
    const inhibit = state.get32("inhibit");
    return (inhibit & ~Inhibit.sti) !== 0 || (inhibit !== 0 && (this.#interruptRequest || this.#nmi));
  }

  #step(): void {
    const { state } = this;
    const before = state.get32("flagsOther");
    const shadow = state.get32("inhibit");
    const retired = this.#counter.instructions;
    this.#execution.lastHelper = -1;
    if (!this.#execute(1, LONGEST_GRANT) || this.#counter.instructions === retired) return;
    // Between two iterations RF lets the next one start; without instruction breakpoints nobody can tell.
    const goesOn = state.get32("exit") === Exit.repeat && this.breakpoints.execute;
    state.set32("inhibit", state.get32("inhibit") & ~shadow);
    // IRET alone may end with RF set.
    if (before & Flag.RF && !goesOn && this.#execution.lastHelper !== INTERRUPT_RETURN)
      state.set32("flagsOther", state.get32("flagsOther") & ~Flag.RF);
    const inhibit = state.get32("inhibit");
    state.set32("inhibit", inhibit & ~Inhibit.singleStep);
    this.#completed((before & Flag.TF) !== 0 && (inhibit & Inhibit.singleStep) === 0);
  }

  /** Traps that belong to the instruction before count as part of it. */
  #completed(singleStep: boolean): void {
    const { state } = this;
    if ((state.get32("inhibit") & Inhibit.movSs) !== 0 || !takeDebugTrap(state, singleStep)) return;
    this.#deliverTrap();
    this.#counter.delivered--;
  }

  #deliverTrap(): void {
    this.#deliver({ vector: Vector.DB, kind: "exception", errorCode: null, ...this.#boundary() });
  }

  /** Runs generated code within limits, and delivers the fault that may have ended it; false if one has. */
  #execute(instructions: number, ticks: number): boolean {
    const { state } = this;
    const fault = this.#execution.run(instructions, ticks, this.#slice);
    const { activity } = this.translator;
    this.#slice =
      activity === this.#activity ? Math.min(this.#slice + (this.#slice >> 3), LONGEST_SLICE) : SHORTEST_SLICE;
    this.#activity = activity;
    if (state.get32("exit") === Exit.repeat && this.breakpoints.execute)
      state.set32("flagsOther", state.get32("flagsOther") | Flag.RF);
    this.#flagsChanged();
    if (fault === null) return true;
    // What a faulting instruction met on its way did not happen.
    state.set32("debugPending", 0);
    const { vector, errorCode, address, resumes } = fault;
    if (vector === FROZEN) {
      // What it waits for is an interrupt: a shadow must not hold that off.
      state.set32("inhibit", 0);
      state.set32("activity", Activity.halted);
      return false;
    }
    this.#counter.faulted++;
    this.#deliver({ vector, kind: "exception", errorCode, rip: state.get64("rip"), resumes }, address);
    return false;
  }

  #deliver(event: Delivery, address: bigint | null = null): void {
    const { state } = this;
    if (this.log.on("int")) this.#logDelivery(event, address);
    this.#counter.delivered++;
    this.#counter.cycles += DELIVERY;
    state.set32("exit", Exit.none);
    state.set32("inhibit", 0);
    state.set32("activity", Activity.running);
    if (this.#deliverShort(event, address)) return;
    const chain = raise(this, event, address);
    if (chain !== null) {
      this.#faultChain = chain;
      state.set32("activity", Activity.shutdown);
    }
    this.#flagsChanged();
  }

  #deliverShort({ vector, kind, errorCode, rip, resumes }: Delivery, address: bigint | null): boolean {
    if (kind === "nmi" || (kind === "exception" && vector === Vector.DB)) return false;
    if (address !== null) this.state.set64("cr2", address);
    return this.#execution.interpreter.deliver(vector, errorCode, rip, resumes === true);
  }

  #logDelivery({ vector, kind, errorCode, rip }: Delivery, address: bigint | null): void {
    const code = errorCode === null ? "" : ` error ${errorCode.toString(16)}`;
    const cr2 = address === null ? "" : ` address ${address.toString(16)}`;
    const cs = this.state.get32("segmentSelector", CS).toString(16);
    this.log.say("int", "cpu", `${kind} ${vector.toString(16)}${code}${cr2} at ${cs}:${rip.toString(16)}`);
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
    if (this.breakpoints.refresh()) this.#paging.spaces.dropAll();
    this.#data.segmentsChanged();
    const { data, execute } = this.breakpoints;
    const quick = !data && !execute && !this.log.on("int") && !this.log.on("mmu");
    const is32 = protectedMode && !long && (access & Access.big) !== 0;
    this.#view.setInt32(Workspace.quick, quick ? 1 : 0, true);
    this.#view.setInt32(Workspace.quick32, quick && is32 ? 1 : 0, true);
    this.#view.setInt32(Workspace.quickPorts, this.breakpoints.ports ? 0 : 1, true);
    this.#execution.interpreter.modeChanged();
    this.#chooseBank();
  }

  #chooseBank(): void {
    const { state } = this;
    const flags = state.get32("flagsOther");
    this.#view.setInt32(Workspace.knownFlags, flags & (Flag.AC | Flag.VM), true);
    const alignment = (flags & Flag.AC) !== 0 && state.get32("cpl") === 3 && (state.words[CR0_WORD]! & CR0_AM) !== 0;
    const bank = this.#paging.bank();
    this.#view.setUint32(Workspace.dataBank, bank, true);
    this.#view.setUint32(Workspace.checkAlignment, alignment ? 1 : 0, true);
    this.#view.setUint32(Workspace.tlbBank, this.#paging.spaces.bank(alignment ? TlbBank.strict : bank), true);
  }

  /** After instructions that may have changed EFLAGS by themselves. */
  #flagsChanged(): void {
    const known = this.#view.getInt32(Workspace.knownFlags, true);
    if ((this.state.get32("flagsOther") & (Flag.AC | Flag.VM)) !== known) this.#chooseBank();
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

  directView(linear: bigint, bytes: number, write: boolean): DataView | null {
    return this.#data.directView(linear, bytes, write);
  }

  readSegment(segment: number, offset: bigint, bytes: AccessBytes): bigint {
    return this.#data.readLinear(this.#data.linearOf(segment, offset, bytes, false), bytes);
  }

  writeSegment(segment: number, offset: bigint, bytes: AccessBytes, value: bigint): void {
    this.#data.writeLinear(this.#data.linearOf(segment, offset, bytes, true), bytes, value);
  }

  linearOf(segment: number, offset: bigint, bytes: number, write: boolean, alignment = 1): bigint {
    return this.#data.linearOf(segment, offset, bytes, write, alignment);
  }

  probeSegment(segment: number, offset: bigint, bytes: number, write: boolean, alignment = 1): void {
    this.#data.probeLinear(this.#data.linearOf(segment, offset, bytes, write, alignment), bytes, { write });
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
    this.#execution.transfer(rip);
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
    // Why generated code came back last, and faults that have been delivered: which tier it was is nobody's business.
    if (this.state.get32("exit") !== Exit.repeat) this.state.set32("exit", Exit.none);
    this.state.set32("exitVector", 0);
    this.state.set32("exitErrorCode", 0);
    this.state.set64("exitAddress", 0n);
    const { bytes } = this.memory;
    const predictor = bytes.slice(PREDICTOR_BASE, PREDICTOR_BASE + PREDICTOR_BYTES);
    return { model: this.model.name, state: bytes.slice(0, STATE_SIZE), predictor, nmi: this.#nmi, init: this.#init };
  }

  /** Memory must have been restored before. Throws a UserError when another model saved it. */
  restore({ model, state, predictor, nmi, init }: ProcessorSnapshot): void {
    if (model !== this.model.name)
      throw new UserError(`the snapshot is of a processor ${model}; restore it into a machine with that one`);
    this.#counter.exhaust();
    this.memory.bytes.set(state);
    this.memory.bytes.set(predictor, PREDICTOR_BASE);
    this.#nmi = nmi;
    this.#init = init;
    this.#notePending();
    this.#paging.spaces.dropAll();
    this.#execution.interpreter.reset();
    this.modeChanged();
  }
}
