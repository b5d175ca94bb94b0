/**
 * The local APIC: the interrupt controller inside the processor (SDM vol. 3, chapter 10; 12 in newer editions). It takes
 * messages, its own timer and two pins, keeps 256 vectors in order of priority, and tells the core when one is more urgent than
 * what it does. Its registers are a page of memory at IA32_APIC_BASE, or MSRs in x2APIC mode.
 *
 * The pins are LINT0, where the 8259s' INTR arrives, and LINT1, where NMI does. With the APIC switched off they lead straight to
 * the core; after reset it is on and both are masked, until firmware makes a piece of wire of it (virtual wire mode). An
 * ExtINT is not the APIC's to acknowledge: `acknowledge` then says so, and the processor asks the 8259.
 *
 * Pending vectors are looked at whenever something changes, so a request is never withdrawn between INTR and acknowledge and
 * the spurious vector is never needed by the APIC itself.
 */
import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { DeliveryMode, type InterruptBus, type InterruptMessage, type MessageReceiver } from "../interrupt-bus.ts";
import type { Log } from "../log.ts";
import type { Section } from "../snapshot.ts";
import { ApicPage } from "./apic-page.ts";
import {
  APIC_BSP,
  APIC_ENABLE,
  APIC_EXTD,
  EsrBit,
  FIRST_VECTOR,
  FLAT,
  ICR_ASSERT,
  ICR_LEVEL,
  ICR_LOGICAL,
  ICR_WRITABLE,
  LVT_LEVEL,
  LVT_MASKED,
  LVT_REMOTE_IRR,
  lvtIndex,
  lvtOffsets,
  lvtWritable,
  ApicRegister as R,
  Shorthand,
  SVR_ENABLE,
  SVR_SUPPRESS_EOI_BROADCAST,
  SVR_WRITABLE,
  VERSION,
  x2apicReserved,
} from "./apic-registers.ts";
import { ApicTimer, type ApicTimerState, TimerMode } from "./apic-timer.ts";
import { ApicVectors, type ApicVectorsState } from "./apic-vectors.ts";

type Mode = "disabled" | "xapic" | "x2apic";

const powerOn = () => ({
  /** IA32_APIC_BASE. */
  base: 0n,
  ldr: 0,
  /** The model, bits 31:28 of DFR. */
  dfr: FLAT,
  svr: 0xff,
  /** ESR as last latched by a write, and the errors since. */
  esr: 0,
  errors: 0,
  icrLow: 0,
  icrHigh: 0,
  /** Timer, thermal, performance, LINT0, LINT1, error. */
  lvt: [LVT_MASKED, LVT_MASKED, LVT_MASKED, LVT_MASKED, LVT_MASKED, LVT_MASKED],
});
type Registers = ReturnType<typeof powerOn>;

export interface ApicState {
  readonly [key: string]: number | bigint | boolean | Uint8Array | number[] | ApicTimerState;
}

/** What the APIC does to the core it belongs to. */
export interface ApicCore {
  /** Whether there is something to acknowledge. */
  setInterruptRequest(high: boolean): void;
  setNmi(): void;
  setInit(): void;
  /** A start-up message: heeded only while waiting for it. */
  startUp(vector: number): void;
  /** The time-stamp counter, unsigned 64 bits. */
  timestamp(): bigint;
  /** The frame at `page` answers as a device from now on (or again as what it was): it may be RAM's. */
  overlay(page: number, on: boolean): void;
}

export interface ApicWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly interrupts: InterruptBus;
  readonly core: ApicCore;
  /** 0–254, unique in the machine; the processor with 0 is the one that boots. */
  readonly id: number;
}

export class LocalApic implements MessageReceiver, Section<ApicState> {
  readonly section = "apic";
  readonly #log: Log;
  readonly #interrupts: InterruptBus;
  readonly #core: ApicCore;
  readonly #id: number;
  readonly #page: ApicPage;
  readonly #timer: ApicTimer;
  readonly #vectors = new ApicVectors();
  #r: Registers = powerOn();
  /** Levels of LINT0 and LINT1. */
  readonly #pins = [false, false];

  constructor({ bus, clock, log, interrupts, core, id }: ApicWiring) {
    this.#log = log;
    this.#interrupts = interrupts;
    this.#core = core;
    this.#id = id;
    const registers = {
      readRegister: (offset: number) => this.#read(offset),
      writeRegister: (offset: number, value: number) => this.#writeInPage(offset, value),
      illegalRegister: () => this.#error(EsrBit.illegalRegister),
    };
    this.#page = new ApicPage(registers, bus, log, (page, on) => core.overlay(page, on));
    this.#timer = new ApicTimer({
      clock,
      name: "apic.timer",
      timestamp: () => core.timestamp(),
      expired: () => this.#local(R.LVT_TIMER),
      matters: () => this.#timerMatters(),
    });
    interrupts.attach(this);
    this.reset();
  }

  /** The RESET pin. */
  reset(): void {
    const base = 0xfee0_0000n | APIC_ENABLE | (this.#id === 0 ? APIC_BSP : 0n);
    this.#r = { ...powerOn(), base };
    this.#vectors.clear();
    this.#timer.reset();
    this.#place();
    this.#update();
  }

  /** INIT: as reset, but that the APIC stays where and in the mode it is (10.4.7.3, 10.12.5.1). */
  init(): void {
    const { base, ldr } = this.#r;
    this.#r = { ...powerOn(), base, ldr: this.#mode === "x2apic" ? ldr : 0 };
    this.#vectors.clear();
    this.#timer.reset();
    this.#update();
  }

  // ---- IA32_APIC_BASE

  get #mode(): Mode {
    if (!(this.#r.base & APIC_ENABLE)) return "disabled";
    return this.#r.base & APIC_EXTD ? "x2apic" : "xapic";
  }

  get base(): bigint {
    return this.#r.base;
  }

  /** Whether WRMSR of IA32_APIC_BASE may go from the present state to this value (figure 10-27). Reserved bits are the caller's matter. */
  allowsBase(value: bigint): boolean {
    const enable = (value & APIC_ENABLE) !== 0n;
    const extended = (value & APIC_EXTD) !== 0n;
    if (extended && !enable) return false;
    if (this.#mode === "x2apic") return extended || !enable;
    return !(extended && this.#mode === "disabled");
  }

  setBase(value: bigint): void {
    const before = this.#mode;
    this.#r.base = value;
    if (this.#mode === "disabled" && before !== "disabled") {
      const { tpr } = this.#vectors;
      this.#r = { ...powerOn(), base: value };
      this.#vectors.clear();
      this.#vectors.tpr = tpr;
      this.#timer.reset();
    }
    if (this.#mode === "x2apic" && before !== "x2apic") {
      this.#r.icrHigh = 0;
      this.#r.ldr = (((this.#id >> 4) << 16) | (1 << (this.#id & 15))) >>> 0;
    }
    this.#place();
    this.#interrupts.receiversChanged();
    this.#update();
  }

  /** Puts the page of registers where the base says. */
  #place(): void {
    this.#page.place(this.#mode === "xapic" ? Number(this.#r.base & ~0xfffn) : -1);
  }

  get isBootProcessor(): boolean {
    return (this.#r.base & APIC_BSP) !== 0n;
  }

  // ---- pins and messages

  /** LINT0 (0), to which the 8259s lead, or LINT1 (1), to which NMI does. */
  setPin(pin: 0 | 1, high: boolean): void {
    // The 8259s say so at every access.
    if (!high && !this.#pins[pin]) return;
    const rising = high && !this.#pins[pin];
    this.#pins[pin] = high;
    if (this.#mode === "disabled") {
      if (pin === 1 && rising) this.#core.setNmi();
    } else {
      const offset = pin === 0 ? R.LVT_LINT0 : R.LVT_LINT1;
      if (rising || (high && this.#isLevelPin(offset))) this.#local(offset);
    }
    this.#update();
  }

  #isLevelPin(offset: number): boolean {
    const entry = this.#r.lvt[lvtIndex(offset)]!;
    return ((entry >> 8) & 7) === DeliveryMode.fixed && (entry & LVT_LEVEL) !== 0;
  }

  /** An ExtINT waits: the 8259 is to be acknowledged. */
  get #external(): boolean {
    if (this.#mode === "disabled") return this.#pins[0]!;
    return [R.LVT_LINT0, R.LVT_LINT1].some((offset, pin) => {
      const entry = this.#r.lvt[lvtIndex(offset)]!;
      return this.#pins[pin]! && (entry & LVT_MASKED) === 0 && ((entry >> 8) & 7) === DeliveryMode.extInt;
    });
  }

  /** An interrupt of the local vector table. */
  #local(offset: number): void {
    const { lvt } = this.#r;
    const entry = lvt[lvtIndex(offset)]!;
    if (entry & LVT_MASKED) return;
    const isPin = offset === R.LVT_LINT0 || offset === R.LVT_LINT1;
    const mode = (entry >> 8) & 7;
    switch (mode) {
      case DeliveryMode.fixed: {
        const level = isPin && (entry & LVT_LEVEL) !== 0;
        if (level && entry & LVT_REMOTE_IRR) return;
        if (level) lvt[lvtIndex(offset)] = entry | LVT_REMOTE_IRR;
        this.#accept(entry & 0xff, level);
        break;
      }
      case DeliveryMode.nmi:
        this.#core.setNmi();
        break;
      case DeliveryMode.init:
        this.#core.setInit();
        break;
      case DeliveryMode.extInt:
        break;
      default:
        this.#log.guestError("apic", `LVT entry at 0x${offset.toString(16)} has delivery mode ${mode}`);
    }
  }

  matches(destination: number, logical: boolean): boolean {
    const mode = this.#mode;
    if (mode === "disabled") return false;
    if (mode === "x2apic") {
      if (destination === 0xffff_ffff) return true;
      if (!logical) return destination === this.#id;
      return destination >>> 16 === this.#r.ldr >>> 16 && (destination & this.#r.ldr & 0xffff) !== 0;
    }
    if (destination === 0xff) return true;
    if (!logical) return destination === this.#id;
    const ldr = this.#r.ldr >>> 24;
    if (this.#r.dfr === FLAT) return (destination & ldr) !== 0;
    return (destination >> 4 === ldr >> 4 || destination >> 4 === 0xf) && (destination & ldr & 0xf) !== 0;
  }

  receive({ mode, vector, level }: InterruptMessage): boolean {
    switch (mode) {
      case DeliveryMode.fixed:
      case DeliveryMode.lowestPriority:
        return this.#accept(vector, level);
      case DeliveryMode.nmi:
        this.#core.setNmi();
        return true;
      case DeliveryMode.init:
        this.#core.setInit();
        return true;
      case DeliveryMode.startUp:
        this.#core.startUp(vector);
        return true;
      default:
        this.#log.guestError("apic", `message with delivery mode ${mode}, vector 0x${vector.toString(16)}`);
        return true;
    }
  }

  /** A vector goes into IRR. Software-disabled APICs take none (10.4.7.2): false. */
  #accept(vector: number, level: boolean): boolean {
    if ((this.#r.svr & SVR_ENABLE) === 0) return false;
    if (vector < FIRST_VECTOR) this.#error(EsrBit.receiveIllegalVector);
    else {
      this.#vectors.request(vector, level);
      this.#update();
    }
    return true;
  }

  #error(bit: number): void {
    const isNew = (this.#r.errors & bit) === 0;
    this.#r.errors |= bit;
    if (isNew) this.#local(R.LVT_ERROR);
  }

  /** A periodic timer that cannot be heard need not run. */
  #timerMatters(): boolean {
    const { lvt, svr, errors } = this.#r;
    const entry = lvt[0]!;
    if (entry & LVT_MASKED || (svr & SVR_ENABLE) === 0) return false;
    const vector = entry & 0xff;
    return vector < FIRST_VECTOR ? (errors & EsrBit.receiveIllegalVector) === 0 : !this.#vectors.isRequested(vector);
  }

  // ---- priorities

  /** PPR. */
  get priority(): number {
    return this.#vectors.priority;
  }

  #update(): void {
    this.#core.setInterruptRequest(this.#external || this.#vectors.pending >= 0);
  }

  /** Takes the most urgent vector into service. Null: it is the 8259's turn to name one. */
  acknowledge(): number | null {
    if (this.#vectors.pending < 0) return this.#external ? null : this.#r.svr & 0xff;
    const vector = this.#vectors.serve();
    if (vector === (this.#r.lvt[0]! & 0xff)) this.#timer.reconsider();
    this.#update();
    return vector;
  }

  #endOfInterrupt(): void {
    const { svr, lvt } = this.#r;
    const ended = this.#vectors.end();
    if (ended === null) return;
    if (ended.level) {
      const { vector } = ended;
      for (const [pin, offset] of [R.LVT_LINT0, R.LVT_LINT1].entries()) {
        const index = lvtIndex(offset);
        if ((lvt[index]! & LVT_REMOTE_IRR) === 0 || (lvt[index]! & 0xff) !== vector) continue;
        lvt[index]! &= ~LVT_REMOTE_IRR;
        if (this.#pins[pin]) this.#local(offset);
      }
      if ((svr & SVR_SUPPRESS_EOI_BROADCAST) === 0) this.#interrupts.endOfInterrupt(vector);
    }
    this.#update();
  }

  /** Bits 7:4 of TPR, as CR8 shows them; they exist with the APIC off, too. */
  get cr8(): bigint {
    return BigInt(this.#vectors.tpr >> 4);
  }

  set cr8(value: bigint) {
    this.#vectors.tpr = Number(value) << 4;
    this.#update();
  }

  // ---- interprocessor interrupts

  #send(low: number, destination: number): void {
    const shorthand = (low >> 18) & 3;
    const mode = (low >> 8) & 7;
    const vector = low & 0xff;
    // The level de-assert of an INIT, which arbitrated on old buses, means nothing since the Pentium 4 (10.6.1).
    if (mode === DeliveryMode.init && (low & ICR_ASSERT) === 0 && (low & ICR_LEVEL) !== 0) return;
    const lowest = mode === DeliveryMode.lowestPriority;
    if ((mode === DeliveryMode.fixed || lowest) && vector < FIRST_VECTOR) {
      this.#error(EsrBit.sendIllegalVector);
      return;
    }
    // Table 10-3: to itself, only fixed messages.
    const toSelf = shorthand === Shorthand.self || shorthand === Shorthand.all;
    if (mode === DeliveryMode.extInt || mode === 3 || (toSelf && mode !== DeliveryMode.fixed)) {
      this.#log.guestError("apic", `ICR 0x${low.toString(16)}: delivery mode ${mode} with shorthand ${shorthand}`);
      return;
    }
    const broadcast = this.#mode === "x2apic" ? 0xffff_ffff : 0xff;
    const message = { destination, logical: (low & ICR_LOGICAL) !== 0, mode, vector, level: false };
    if (shorthand === Shorthand.none) this.#interrupts.send(message);
    else if (shorthand === Shorthand.self) this.receive(message);
    else
      this.#interrupts.send(
        { ...message, destination: broadcast, logical: false },
        shorthand === Shorthand.others ? this : null,
      );
  }

  // ---- registers

  /** A register's value, or undefined where there is none. */
  #read(offset: number): number | undefined {
    const r = this.#r;
    if (offset >= R.ISR && offset < R.ESR) return this.#vectors.word(offset);
    if (offset in lvtWritable) return r.lvt[lvtIndex(offset)]!;
    switch (offset) {
      case R.ID:
        return this.#mode === "x2apic" ? this.#id : this.#id * 2 ** 24;
      case R.VERSION:
        return VERSION;
      case R.TPR:
        return this.#vectors.tpr;
      case R.PPR:
        return this.priority;
      case R.LDR:
        return r.ldr;
      case R.SVR:
        return r.svr;
      case R.ESR:
        return r.esr;
      case R.ICR_LOW:
        return r.icrLow;
      case R.INITIAL_COUNT:
        return this.#timer.initialCount;
      case R.CURRENT_COUNT:
        return this.#timer.currentCount;
      case R.DCR:
        return this.#timer.divide;
    }
    if (this.#mode === "x2apic") return undefined;
    switch (offset) {
      case R.APR:
        return this.#vectors.arbitrationPriority;
      case R.EOI:
      case R.RRD:
        return 0;
      case R.DFR:
        return ((r.dfr << 28) | 0x0fff_ffff) >>> 0;
      case R.ICR_HIGH:
        return r.icrHigh;
    }
    return undefined;
  }

  /** Writes a register that both modes have; false where there is none to write. */
  #write(offset: number, value: number): boolean {
    const r = this.#r;
    if (offset in lvtWritable) {
      this.#writeLvt(offset, value);
      return true;
    }
    switch (offset) {
      case R.TPR:
        this.#vectors.tpr = value & 0xff;
        this.#update();
        return true;
      case R.EOI:
        this.#endOfInterrupt();
        return true;
      case R.SVR:
        this.#writeSvr(value);
        return true;
      case R.ESR:
        r.esr = r.errors;
        r.errors = 0;
        this.#timer.reconsider();
        return true;
      case R.INITIAL_COUNT:
        this.#timer.initialCount = value;
        return true;
      case R.DCR:
        this.#timer.divide = value;
        return true;
    }
    return false;
  }

  #writeSvr(value: number): void {
    const r = this.#r;
    r.svr = value & SVR_WRITABLE;
    if ((value & SVR_ENABLE) === 0) for (const offset of lvtOffsets) r.lvt[lvtIndex(offset)]! |= LVT_MASKED;
    else this.#interrupts.receiversChanged();
    this.#timer.reconsider();
    this.#update();
  }

  /** Mask bits stay set while the APIC is disabled by software (10.4.7.2). */
  #writeLvt(offset: number, value: number): void {
    const r = this.#r;
    const index = lvtIndex(offset);
    const before = r.lvt[index]!;
    const disabled = (r.svr & SVR_ENABLE) === 0 ? LVT_MASKED : 0;
    let entry = (value & lvtWritable[offset]!) | disabled;
    if (entry & LVT_LEVEL && ((entry >> 8) & 7) === DeliveryMode.fixed) entry |= before & LVT_REMOTE_IRR;
    r.lvt[index] = entry;
    if (offset === R.LVT_TIMER) {
      this.#timer.mode = Math.min((entry >> 17) & 3, TimerMode.tscDeadline);
      this.#timer.reconsider();
    }
    const pin = offset === R.LVT_LINT0 ? 0 : 1;
    if (this.#pins[pin] && this.#isLevelPin(offset)) this.#local(offset);
    this.#update();
  }

  /** Writes a register in xAPIC mode, where some are that MSRs have otherwise or not at all. */
  #writeInPage(offset: number, value: number): boolean {
    const r = this.#r;
    switch (offset) {
      case R.LDR:
        r.ldr = (value & 0xff00_0000) >>> 0;
        this.#interrupts.receiversChanged();
        return true;
      case R.DFR:
        r.dfr = value >>> 28;
        if (r.dfr !== FLAT && r.dfr !== 0)
          this.#log.guestError("apic", `DFR model ${r.dfr} is neither flat nor cluster`);
        this.#interrupts.receiversChanged();
        return true;
      case R.ICR_LOW:
        r.icrLow = value & ICR_WRITABLE;
        this.#send(r.icrLow, r.icrHigh >>> 24);
        return true;
      case R.ICR_HIGH:
        r.icrHigh = (value & 0xff00_0000) >>> 0;
        return true;
    }
    return this.#write(offset, value);
  }

  // ---- MSRs 800H–8FFH (10.12.1.2)

  /** RDMSR; null: #GP(0). */
  readMsr(number: number): bigint | null {
    const offset = (number - 0x800) << 4;
    if (this.#mode !== "x2apic" || offset === R.EOI || offset === R.SELF_IPI) return null;
    if (offset === R.ICR_LOW) return (BigInt(this.#r.icrHigh) << 32n) | BigInt(this.#r.icrLow);
    const value = this.#read(offset);
    return value === undefined ? null : BigInt(value);
  }

  /** WRMSR; false: #GP(0), for registers that are not there to be written and for reserved bits. */
  writeMsr(number: number, value: bigint): boolean {
    const offset = (number - 0x800) << 4;
    const reserved = x2apicReserved(offset);
    if (this.#mode !== "x2apic" || reserved === null || value & reserved) return false;
    const low = Number(value & 0xffff_ffffn);
    if (offset === R.SELF_IPI) {
      if (low < FIRST_VECTOR) this.#error(EsrBit.sendIllegalVector);
      else this.#accept(low, false);
      return true;
    }
    if (offset !== R.ICR_LOW) return this.#write(offset, low);
    this.#r.icrLow = low;
    this.#r.icrHigh = Number(value >> 32n);
    this.#send(low, this.#r.icrHigh);
    return true;
  }

  /** IA32_TSC_DEADLINE. */
  get tscDeadline(): bigint {
    return this.#timer.tscDeadline;
  }

  set tscDeadline(value: bigint) {
    this.#timer.tscDeadline = value;
  }

  /** The time-stamp counter was set. */
  timestampChanged(): void {
    this.#timer.reconsider();
  }

  // ---- snapshots

  save(): ApicState {
    const r = this.#r;
    return {
      ...r,
      ...this.#vectors.save(),
      lvt: [...r.lvt],
      lint0: this.#pins[0]!,
      lint1: this.#pins[1]!,
      timer: this.#timer.save(),
    };
  }

  restore(saved: ApicState): void {
    const { lint0, lint1, timer, tpr, isr, tmr, irr, ...r } = saved;
    this.#r = { ...(r as unknown as Registers) };
    this.#r.lvt = [...this.#r.lvt];
    this.#vectors.restore({ tpr, isr, tmr, irr } as ApicVectorsState);
    this.#pins[0] = lint0 as boolean;
    this.#pins[1] = lint1 as boolean;
    this.#timer.restore(timer as ApicTimerState);
    this.#place();
    this.#update();
  }
}
