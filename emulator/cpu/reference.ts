/**
 * A whole processor made for reading: fetches, decodes and evaluates one instruction at a time, walks the page tables for
 * every access, keeps nothing. It is the measure of the generated code (interpreter, translator) and the stage on which
 * tests of privileged instructions play; machines are built with `Processor`.
 */
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { InterruptBus } from "../interrupt-bus.ts";
import { decode } from "../isa/decode.ts";
import { CS, FS, GS, type Instruction, SS } from "../isa/instruction.ts";
import { Log } from "../log.ts";
import { LocalApic } from "./apic.ts";
import { Breakpoints, takeDebugTrap } from "./breakpoints.ts";
import { type AccessBytes, type CpuContext, type Delivery, Fault, FROZEN, type LinearAccess } from "./context.ts";
import { Cr0 } from "./control-bits.ts";
import { DELIVERY, isRepeated, REPEAT_TICKS, runCost, TICKS_PER_CYCLE } from "./cost.ts";
import { asUnderstood, type CpuModel, defaultModel } from "./cpuid.ts";
import { evaluate } from "./evaluate.ts";
import type { FaultRecord } from "./exits.ts";
import { packFlags, unpackFlags } from "./flags.ts";
import { helpers } from "./helpers.ts";
import { raise } from "./interrupts.ts";
import { resetMemoryTypes, resetMsrs, timestamp } from "./msr.ts";
import { translate } from "./reference-paging.ts";
import { in64BitMode, inLongMode, inVirtual8086, isCanonical, isCode } from "./segmentation.ts";
import { withinLimit } from "./stack-frame.ts";
import { Access, Activity, Flag, Inhibit, LDTR, STATE_SIZE, StateView, TR, Vector } from "./state.ts";
import { X87 } from "./x87/unit.ts";

/** The longest instruction, in bytes. */
const LONGEST = 15;

export class ReferenceProcessor implements CpuContext {
  readonly state: StateView;
  readonly bus: Bus;
  readonly clock = new Clock();
  readonly log: Log;
  readonly model: CpuModel;
  /** Its registers answer through MSRs and CR8 alone; nothing interrupts this processor. */
  readonly apic: LocalApic;
  readonly x87: X87;
  readonly breakpoints: Breakpoints;
  /** Physical memory from address 0; beyond it, and in the hole, reads give ones and writes are lost. */
  readonly memory: Uint8Array;
  readonly #hole: readonly [number, number];
  readonly #view: DataView;
  /** Physical address of the instruction that was fetched last. */
  #fetched = 0n;

  /** `bytes` of zeroed memory, with a hole from an address up to another; the processor as after power-on. */
  constructor(
    bytes: number,
    model: CpuModel = defaultModel,
    log: Log = new Log(),
    hole: readonly [number, number] = [0, 0],
  ) {
    this.#hole = hole;
    this.state = new StateView(new ArrayBuffer(STATE_SIZE));
    this.x87 = new X87(this.state);
    this.breakpoints = new Breakpoints(this.state);
    this.memory = new Uint8Array(bytes);
    this.#view = new DataView(this.memory.buffer);
    this.model = model;
    this.log = log;
    this.bus = new Bus(log);
    this.apic = new LocalApic({
      bus: this.bus,
      clock: this.clock,
      log,
      interrupts: new InterruptBus(),
      id: 0,
      core: {
        setInterruptRequest() {},
        setNmi() {},
        setInit() {},
        startUp() {},
        timestamp: () => timestamp(this),
        overlay() {},
      },
    });
    this.reset();
  }

  /** Power-on state (SDM vol. 3, table 9-1). */
  reset(): void {
    const { state } = this;
    for (let segment = 0; segment < 8; segment++) {
      state.set32("segmentSelector", segment === CS ? 0xf000 : 0, segment);
      state.set64("segmentBase", segment === CS ? 0xffff_0000n : 0n, segment);
      state.set32("segmentLimit", 0xffff, segment);
      const access = segment === LDTR ? 0x82 : segment === TR ? 0x8b : segment === CS ? 0x9b : 0x93;
      state.set32("segmentAccess", access, segment);
    }
    state.set64("general", 0x0306_c4n, 2);
    state.set32("idtrLimit", 0xffff);
    state.set32("gdtrLimit", 0xffff);
    state.set64("rip", 0xfff0n);
    state.set64("cr0", 0x6000_0010n);
    state.set64("debug", 0xffff_0ff0n, 6);
    state.set64("debug", 0x400n, 7);
    state.set64("xcr0", 1n);
    state.set32("x87Control", 0x40);
    state.set32("x87Tags", 0xff);
    state.set32("mxcsr", 0x1f80);
    state.set64("a20Mask", 0xffff_ffff_ffff_ffffn);
    resetMsrs(this);
    resetMemoryTypes(this);
    this.setFlags(2);
    this.modeChanged();
  }

  // ---- linear and physical memory

  readPhysical(physical: bigint, bytes: AccessBytes): bigint {
    const at = this.#index(physical);
    if (bytes === 8 && at % 8 === 0 && this.#isMemory(at)) return this.#view.getBigUint64(at, true);
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#byte(physical + BigInt(i)));
    return value;
  }

  #index(physical: bigint): number {
    return Number(physical & this.state.get64("a20Mask"));
  }

  /** Memory and hole begin and end at multiples of 8. */
  #isMemory(at: number): boolean {
    return at < this.memory.length && (at < this.#hole[0] || at >= this.#hole[1]);
  }

  #byte(physical: bigint): number {
    const at = this.#index(physical);
    return this.#isMemory(at) ? this.memory[at]! : 0xff;
  }

  writePhysical(physical: bigint, bytes: AccessBytes, value: bigint): void {
    for (let i = 0; i < bytes; i++) {
      const at = this.#index(physical + BigInt(i));
      if (this.#isMemory(at)) this.#view.setUint8(at, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  }

  /** Physical address of every byte, each page translated once. */
  #translate(linear: bigint, bytes: number, how: LinearAccess): bigint[] {
    const wide = inLongMode(this);
    const physical: bigint[] = [];
    let page = -1n;
    let frame = 0n;
    for (let i = 0; i < bytes; i++) {
      const at = BigInt.asUintN(wide ? 64 : 32, linear + BigInt(i));
      if (wide && !isCanonical(this, at)) throw new Fault(Vector.GP, 0);
      if (at >> 12n !== page) {
        page = at >> 12n;
        frame = translate(this, at, { ...how, execute: false });
      }
      physical.push(frame | (at & 0xfffn));
    }
    return physical;
  }

  readLinear(linear: bigint, bytes: AccessBytes, how: LinearAccess = {}): bigint {
    const physical = this.#translate(linear, bytes, how);
    this.#meetBreakpoints(linear, bytes, false);
    let value = 0n;
    for (let i = bytes - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#byte(physical[i]!));
    return value;
  }

  writeLinear(linear: bigint, bytes: AccessBytes, value: bigint, how: LinearAccess = {}): void {
    const physical = this.#translate(linear, bytes, { ...how, write: true });
    this.#meetBreakpoints(linear, bytes, true);
    for (const [i, at] of physical.entries()) this.writePhysical(at, 1, (value >> BigInt(8 * i)) & 0xffn);
  }

  /** Byte by byte, for an access may go round the end of the address space. */
  #meetBreakpoints(linear: bigint, bytes: number, write: boolean): void {
    if (!this.breakpoints.data) return;
    for (let i = 0; i < bytes; i++)
      this.breakpoints.access(BigInt.asUintN(inLongMode(this) ? 64 : 32, linear + BigInt(i)), 1, write);
  }

  directView(): null {
    return null;
  }

  probeLinear(linear: bigint, bytes: number, how: LinearAccess = {}): void {
    this.#translate(linear, bytes, how);
  }

  // ---- segments

  /** The linear address of an access through a segment register, with every check but paging. */
  linearOf(segment: number, offset: bigint, bytes: number, write: boolean, alignment = 1): bigint {
    const { state } = this;
    const refusal = () => new Fault(segment === SS ? Vector.SS : Vector.GP, 0);
    let linear: bigint;
    if (in64BitMode(this)) {
      const base = segment === FS || segment === GS ? state.get64("segmentBase", segment) : 0n;
      linear = BigInt.asUintN(64, base + offset);
      if (!isCanonical(this, linear) || !isCanonical(this, linear + BigInt(bytes - 1))) throw refusal();
    } else {
      const access = state.get32("segmentAccess", segment);
      const limit = state.get32("segmentLimit", segment);
      if (access & Access.unusable) throw refusal();
      if (this.#isProtected()) {
        const allowed = isCode(access)
          ? !write && (access & Access.readable) !== 0
          : !write || (access & Access.writable) !== 0;
        if (!allowed) throw refusal();
      }
      if (!withinLimit({ access, limit }, offset, bytes)) throw refusal();
      linear = BigInt.asUintN(32, state.get64("segmentBase", segment) + offset);
    }
    if (alignment === 0) return linear;
    if (linear % BigInt(alignment) !== 0n) throw new Fault(Vector.GP, 0);
    this.#checkAlignment(linear, bytes);
    return linear;
  }

  #isProtected(): boolean {
    return (this.state.get64("cr0") & Cr0.PE) !== 0n && !inVirtual8086(this);
  }

  /** #AC(0): CR0.AM, EFLAGS.AC and CPL 3 (vol. 3, 6.15). */
  #checkAlignment(linear: bigint, bytes: number): void {
    const { state } = this;
    const on = state.get64("cr0") & Cr0.AM && this.flags & Flag.AC && state.get32("cpl") === 3;
    if (on && linear % BigInt(bytes) !== 0n) throw new Fault(Vector.AC, 0);
  }

  readSegment(segment: number, offset: bigint, bytes: AccessBytes): bigint {
    return this.readLinear(this.linearOf(segment, offset, bytes, false), bytes);
  }

  writeSegment(segment: number, offset: bigint, bytes: AccessBytes, value: bigint): void {
    this.writeLinear(this.linearOf(segment, offset, bytes, true), bytes, value);
  }

  probeSegment(segment: number, offset: bigint, bytes: number, write: boolean, alignment = 1): void {
    this.probeLinear(this.linearOf(segment, offset, bytes, write, alignment), bytes, { write });
  }

  // ---- what helpers need besides

  get flags(): number {
    return packFlags(this.state);
  }

  setFlags(value: number): void {
    unpackFlags(this.state, value);
  }

  transfer(rip: bigint): void {
    this.state.set64("rip", rip);
  }

  modeChanged(): void {
    const { state } = this;
    const access = state.get32("segmentAccess", CS);
    const long = state.get64("efer") & (1n << 10n) && access & Access.long;
    state.set32("codeSize", long ? 64 : access & Access.big ? 32 : 16);
    this.breakpoints.refresh();
  }

  flushTranslations(): void {}
  flushPage(): void {}
  flushPcid(): void {}

  get cycles(): bigint {
    return this.state.get64("ticks") / BigInt(TICKS_PER_CYCLE);
  }

  // ---- running

  /** The instruction at CS:RIP. Throws #GP(0) beyond the limit or after 15 bytes, #PF, #UD. */
  fetch(): Instruction {
    const mode = this.state.get32("codeSize") as 16 | 32 | 64;
    const bytes = new Uint8Array(LONGEST);
    // As much as the first page holds; the next one is touched only if the instruction reaches into it.
    for (let count = 0; ; ) {
      count = this.#fetchPage(bytes, count, mode);
      const decoded = decode(bytes, 0, count, mode);
      if (decoded === "incomplete") continue;
      if (decoded === "too-long") throw new Fault(Vector.GP, 0);
      const understood = decoded === "undefined" ? null : asUnderstood(this.model, decoded);
      if (understood === null) throw new Fault(Vector.UD);
      return understood;
    }
  }

  /** Adds code bytes behind the first `count`, up to the page's or the segment's end; gives how many there are now. */
  #fetchPage(bytes: Uint8Array, count: number, mode: 16 | 32 | 64): number {
    const { state } = this;
    const rip = state.get64("rip") + BigInt(count);
    let linear: bigint;
    let room = BigInt(LONGEST - count);
    if (mode === 64) {
      linear = BigInt.asUintN(64, rip);
      if (!isCanonical(this, linear)) throw new Fault(Vector.GP, 0);
    } else {
      const limit = BigInt(state.get32("segmentLimit", CS));
      if (rip > limit) throw new Fault(Vector.GP, 0);
      linear = BigInt.asUintN(32, state.get64("segmentBase", CS) + rip);
      if (limit - rip + 1n < room) room = limit - rip + 1n;
    }
    if (count === 0) this.breakpoints.fetch(linear);
    const within = linear & 0xfffn;
    if (0x1000n - within < room) room = 0x1000n - within;
    const physical = translate(this, linear, { execute: true }) | within;
    if (count === 0) this.#fetched = physical;
    for (let i = 0n; i < room; i++) bytes[count + Number(i)] = this.#byte(physical + i);
    return count + Number(room);
  }

  /**
   * One instruction, then whatever it raised: faults, and debug traps. A debug trap that the delivery of an event has raised is
   * a step of its own. Returns null, or the chain of faults that ended in a shutdown.
   */
  step(): readonly FaultRecord[] | null {
    const { state } = this;
    if ((state.get32("inhibit") & Inhibit.movSs) === 0 && takeDebugTrap(state, false)) return this.#trap(false);
    const rip = state.get64("rip");
    const tf = (this.flags & Flag.TF) !== 0;
    const shadow = state.get32("inhibit");
    const rf = this.flags & Flag.RF;
    let instruction: Instruction;
    let ticks: number;
    try {
      instruction = this.fetch();
      ticks = this.#ticksOf(instruction);
      evaluate(this, helpers, instruction);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      state.set32("debugPending", 0);
      if (thrown.vector === FROZEN) {
        state.set32("inhibit", 0);
        state.set32("activity", Activity.halted);
        return null;
      }
      return this.raise(thrown);
    }
    state.set64("instructions", state.get64("instructions") + 1n);
    const goesOn = isRepeated(instruction) && state.get64("rip") === rip;
    if (isRepeated(instruction) && !goesOn) ticks += REPEAT_TICKS;
    this.#pass(ticks);
    // RF lasts for one instruction; IRET alone may end with it set. Between two iterations it lets the next one start; without
    // instruction breakpoints nobody can tell.
    if (goesOn && this.breakpoints.execute) this.setFlags(this.flags | Flag.RF);
    else if (rf && !instruction.row.mnemonic.startsWith("iret")) this.setFlags(this.flags & ~Flag.RF);
    // A shadow lasts for the one instruction behind the one that made it.
    const inhibit = state.get32("inhibit") & ~shadow;
    state.set32("inhibit", inhibit & ~Inhibit.singleStep);
    if (inhibit & Inhibit.movSs) return null;
    return takeDebugTrap(state, tf && !(inhibit & Inhibit.singleStep)) ? this.#trap(goesOn) : null;
  }

  #pass(ticks: number): void {
    this.state.set64("ticks", this.state.get64("ticks") + BigInt(ticks));
  }

  /** What the instruction that was just fetched costs, as memory is now. */
  #ticksOf(instruction: Instruction): number {
    const start = this.#index(this.#fetched & ~0xfffn);
    const frame =
      start + 0x1000 > this.memory.length
        ? null
        : { bytes: this.memory, start, mode: instruction.mode, model: this.model };
    return runCost([instruction], Number(this.#fetched & 0xfffn), frame, "simple").ticks[0]!;
  }

  #trap(resumes: boolean): readonly FaultRecord[] | null {
    return this.raise(new Fault(Vector.DB, null, null, resumes));
  }

  /** Delivers a fault of the instruction at RIP. */
  raise(fault: Fault): readonly FaultRecord[] | null {
    const { vector, errorCode, address, resumes } = fault;
    return this.deliver({ vector, kind: "exception", errorCode, rip: this.state.get64("rip"), resumes }, address);
  }

  /** Delivers any event; ends HLT. */
  deliver(event: Delivery, address: bigint | null = null): readonly FaultRecord[] | null {
    const { state } = this;
    this.#pass(DELIVERY * TICKS_PER_CYCLE);
    state.set32("inhibit", 0);
    state.set32("activity", Activity.running);
    const chain = raise(this, event, address);
    if (chain !== null) state.set32("activity", Activity.shutdown);
    return chain;
  }
}
