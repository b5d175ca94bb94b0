/**
 * The 8254 programmable interval timer: three counters on a clock of 1.193182 MHz, at ports 0x40–0x43. Counter 0's OUT is
 * IRQ 0, counter 1 once drove memory refresh, counter 2 is heard through the speaker (its gate and output are bits of
 * port 0x61, see system-ports.ts).
 *
 * Nothing here counts. A counter remembers at which tick its counting element was loaded, and with what; count and OUT at
 * any later tick follow by arithmetic. Only counter 0 needs timers: one for each change of its OUT, so that IRQ 0 rises at
 * the exact tick. (Intel 8254 data sheet, order number 231164; its six waveform figures are the tests.)
 */
import type { Bus, Line } from "../bus.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import { type BytePorts, eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import { Oscillator } from "./oscillator.ts";

/** The colour burst crystal of 14.31818 MHz divided by 12. */
export const PIT_HZ = 1_193_182;

/** RW1 RW0 of the control word: which bytes of the count a program reads and writes. */
const RW_LATCH = 0;
const RW_LSB = 1;
const RW_MSB = 2;
const RW_BOTH = 3;
const READ_BACK = 3;

/** A tick that does not come: 2^53 of them are 239 years. */
const NEVER = Number.MAX_SAFE_INTEGER;

const powerOn = (gate: boolean) => ({
  /** RW, mode and BCD bits of the last control word, as the status byte reports them. */
  control: 0x30,
  gate,
  /** CR, as a number of ticks (0 means 65536, or 10000 in BCD); -1 before a count was written. */
  reload: -1,
  /** The first byte of a count whose second is awaited, or -1. */
  firstByte: -1,
  readsMsb: false,
  /** Output latches; -1 when they follow the counter. */
  latchedCount: -1,
  latchedStatus: -1,
  /** The tick at which CE is loaded with `count`. Until then the counter shows `before` and OUT is `outBefore`. */
  base: NEVER,
  count: 1,
  before: 0,
  outBefore: true,
  /** Mode 3: whether the half-cycle that starts at `base` is the high one. */
  startsHigh: true,
  /** Ticks counted when GATE stopped the counter, or -1 while it runs. */
  frozen: -1,
  /** CR holds a count that CE has not taken yet. */
  fresh: false,
  /** Modes 2 and 3: the tick at which a new count takes effect. */
  switchAt: NEVER,
  switchesHigh: true,
});
type CounterState = ReturnType<typeof powerOn>;

/** One counter. Its methods take the current tick, which never decreases. */
class Counter {
  r: CounterState;

  constructor(gate: boolean) {
    this.r = powerOn(gate);
  }

  get #mode(): number {
    const m = (this.r.control >> 1) & 7;
    return m > 5 ? m - 4 : m;
  }

  get #access(): number {
    return (this.r.control >> 4) & 3;
  }

  get #modulus(): number {
    return this.r.control & 1 ? 10_000 : 0x1_0000;
  }

  /** Modes 2 and 3 repeat; a low gate stops them and a rising one restarts them. */
  get #periodic(): boolean {
    return this.#mode === 2 || this.#mode === 3;
  }

  /** Ticks of the high half-cycle of mode 3: the longer one if the count is odd. */
  get #highTicks(): number {
    return (this.r.count + (this.r.count & 1)) / 2;
  }

  /** Where in mode 3's cycle the counter is, 0 being the start of the high half. */
  #cyclePosition(elapsed: number): number {
    return (elapsed + (this.r.startsHigh ? 0 : this.#highTicks)) % this.r.count;
  }

  /** Takes up a count that waited for the end of a (half-)cycle. */
  #sync(tick: number): void {
    const { r } = this;
    if (tick < r.switchAt) return;
    r.before = this.#countAt(r.switchAt - 1);
    r.outBefore = this.#mode === 2 ? false : !r.switchesHigh;
    r.base = r.switchAt;
    r.count = r.reload;
    r.startsHigh = r.switchesHigh;
    r.switchAt = NEVER;
    r.fresh = false;
  }

  /** Ticks since CE was loaded, without those that GATE held back; -1 before that. */
  #elapsed(tick: number): number {
    if (tick < this.r.base) return -1;
    return this.r.frozen >= 0 ? this.r.frozen : tick - this.r.base;
  }

  #countAt(tick: number): number {
    const { r } = this;
    const elapsed = this.#elapsed(tick);
    if (elapsed < 0) return r.before;
    let value: number;
    if (this.#mode === 2) value = r.count - (elapsed % r.count);
    else if (this.#mode === 3) {
      const position = this.#cyclePosition(elapsed);
      const inHalf = position < this.#highTicks ? position : position - this.#highTicks;
      value = r.count - (r.count & 1) - 2 * inHalf;
    } else value = r.count - elapsed;
    return ((value % this.#modulus) + this.#modulus) % this.#modulus;
  }

  /** The OUT pin at `tick`. */
  out(tick: number): boolean {
    this.#sync(tick);
    const { r } = this;
    if (this.#periodic && r.frozen >= 0) return true;
    const elapsed = this.#elapsed(tick);
    if (elapsed < 0) return r.outBefore;
    switch (this.#mode) {
      case 0:
      case 1:
        return elapsed >= r.count;
      case 2: // a count of 1 is not allowed; OUT then stays high
        return r.count === 1 || elapsed % r.count !== r.count - 1;
      case 3:
        return this.#cyclePosition(elapsed) < this.#highTicks;
      default:
        return elapsed !== r.count;
    }
  }

  /** The first tick after `tick` at which OUT may change by itself, or NEVER. */
  nextChange(tick: number): number {
    this.#sync(tick);
    const { r } = this;
    if (tick < r.base) return r.base;
    return Math.min(r.switchAt, this.#nextEdge(tick));
  }

  #nextEdge(tick: number): number {
    const { r } = this;
    if (r.frozen >= 0) return NEVER;
    const elapsed = tick - r.base;
    switch (this.#mode) {
      case 0:
      case 1:
        return elapsed < r.count ? r.base + r.count : NEVER;
      case 2: {
        if (r.count === 1) return NEVER;
        const position = elapsed % r.count;
        return position < r.count - 1 ? tick + (r.count - 1 - position) : tick + 1;
      }
      case 3: {
        if (r.count === 1) return NEVER;
        const position = this.#cyclePosition(elapsed);
        return tick + (position < this.#highTicks ? this.#highTicks : r.count) - position;
      }
      default:
        return elapsed < r.count ? r.base + r.count : elapsed === r.count ? tick + 1 : NEVER;
    }
  }

  setGate(tick: number, high: boolean): void {
    this.#sync(tick);
    const { r } = this;
    if (r.gate === high) return;
    r.gate = high;
    if (this.#mode === 1 || this.#mode === 5) {
      if (high) this.#trigger(tick);
    } else if (!high) {
      r.frozen = Math.max(0, this.#elapsed(tick));
      if (this.#periodic) r.switchAt = NEVER;
    } else if (this.#periodic) this.#trigger(tick);
    else {
      if (tick >= r.base) r.base = tick - r.frozen;
      r.frozen = -1;
    }
  }

  /** A rising GATE: CE takes CR at the next tick. */
  #trigger(tick: number): void {
    if (this.r.reload >= 0) this.#load(tick, this.out(tick));
    this.r.frozen = -1;
  }

  #load(tick: number, outBefore: boolean): void {
    const { r } = this;
    r.before = this.#countAt(tick);
    r.outBefore = outBefore;
    r.base = tick + 1;
    r.count = r.reload;
    r.startsHigh = true;
    r.switchAt = NEVER;
    r.fresh = false;
  }

  writeControl(tick: number, value: number): void {
    this.#sync(tick);
    if (((value >> 4) & 3) === RW_LATCH) {
      this.latchCount(tick);
      return;
    }
    const before = this.#countAt(tick);
    const { gate } = this.r;
    this.r = { ...powerOn(gate), control: value & 0x3f };
    this.r.before = before % this.#modulus;
    this.r.outBefore = this.#mode !== 0;
    this.r.frozen = gate || this.#mode === 1 || this.#mode === 5 ? -1 : 0;
  }

  latchCount(tick: number): void {
    this.#sync(tick);
    if (this.r.latchedCount < 0) this.r.latchedCount = this.#register(tick);
  }

  latchStatus(tick: number): void {
    const { r } = this;
    if (r.latchedStatus >= 0) return;
    const out = this.out(tick) ? 0x80 : 0;
    const nullCount = r.fresh || tick < r.base ? 0x40 : 0;
    r.latchedStatus = out | nullCount | r.control;
  }

  /** The count as the 16 bits that a program reads. */
  #register(tick: number): number {
    const count = this.#countAt(tick);
    if (this.#modulus === 0x1_0000) return count;
    return Number.parseInt(String(count), 16);
  }

  read(tick: number): number {
    this.#sync(tick);
    const { r } = this;
    if (r.latchedStatus >= 0) {
      const status = r.latchedStatus;
      r.latchedStatus = -1;
      return status;
    }
    const value = r.latchedCount >= 0 ? r.latchedCount : this.#register(tick);
    const msb = this.#access === RW_MSB || (this.#access === RW_BOTH && r.readsMsb);
    if (this.#access === RW_BOTH) r.readsMsb = !r.readsMsb;
    if (msb || this.#access === RW_LSB) r.latchedCount = -1;
    return msb ? value >> 8 : value & 0xff;
  }

  write(tick: number, value: number): void {
    this.#sync(tick);
    const { r } = this;
    if (this.#access === RW_LSB) this.#writeCount(tick, value);
    else if (this.#access === RW_MSB) this.#writeCount(tick, value << 8);
    else if (r.firstByte < 0) {
      r.firstByte = value;
      // Mode 0: the first byte stops the counter and sets OUT low at once.
      if (this.#mode === 0) {
        r.before = this.#countAt(tick);
        r.outBefore = false;
        r.base = NEVER;
      }
    } else {
      const count = r.firstByte | (value << 8);
      r.firstByte = -1;
      this.#writeCount(tick, count);
    }
  }

  #writeCount(tick: number, register: number): void {
    const { r } = this;
    const digits = [12, 8, 4, 0].map((shift) => (register >> shift) & 0xf);
    const count = r.control & 1 ? digits.reduce((sum, digit) => sum * 10 + digit, 0) : register;
    r.reload = count === 0 ? this.#modulus : count;
    if (tick < r.base && r.base !== NEVER) r.count = r.reload;
    else if (this.#mode === 1 || this.#mode === 5) r.fresh = true;
    else if (!this.#periodic) {
      this.#load(tick, this.#mode === 0 ? false : this.out(tick));
      r.frozen = r.gate ? -1 : 0;
    } else if (r.base === NEVER) this.#load(tick, r.outBefore);
    else {
      r.fresh = true;
      if (r.frozen < 0 && r.switchAt === NEVER) this.#switchAtEnd(tick);
    }
  }

  /** A new count while modes 2 and 3 run: it waits for the end of the cycle (2) or half-cycle (3). */
  #switchAtEnd(tick: number): void {
    const { r } = this;
    const elapsed = tick - r.base;
    if (this.#mode === 2) {
      r.switchAt = tick + r.count - (elapsed % r.count);
      return;
    }
    const position = this.#cyclePosition(elapsed);
    const high = position < this.#highTicks;
    r.switchAt = tick + (high ? this.#highTicks : r.count) - position;
    r.switchesHigh = !high;
  }
}

export interface PitWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** IRQ 0: the OUT pin of counter 0. */
  readonly line: Line;
}

type PitState = readonly CounterState[];

export class Pit implements BytePorts, Device<PitState> {
  readonly section = "pit";
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #line: Line;
  readonly #oscillator = new Oscillator(PIT_HZ);
  readonly #counters = [new Counter(true), new Counter(true), new Counter(false)] as const;
  readonly #timer: Timer;

  constructor({ bus, clock, log, line }: PitWiring) {
    this.#clock = clock;
    this.#log = log;
    this.#line = line;
    this.#timer = clock.timer("pit.counter0", (deadline) => this.#follow(this.#oscillator.ticksAt(deadline)));
    bus.claimPorts("pit", 0x40, 4, eightBit(this));
  }

  get #tick(): number {
    return this.#oscillator.ticksAt(this.#clock.now);
  }

  /** GATE of counter 2: bit 0 of port 0x61. */
  setGate2(high: boolean): void {
    this.#counters[2].setGate(this.#tick, high);
  }

  /** OUT of counter 2: bit 5 of port 0x61. */
  get out2(): boolean {
    return this.#counters[2].out(this.#tick);
  }

  /** Bit 4 of port 0x61: changes with every memory refresh, that is every 15 µs (18 ticks). */
  get refreshToggle(): boolean {
    return Math.floor(this.#tick / 18) % 2 === 1;
  }

  reset(): void {
    this.#counters.forEach((counter, i) => {
      counter.r = powerOn(i !== 2);
    });
    this.#follow(this.#tick);
  }

  /** Drives IRQ 0 as OUT is at `tick`, and comes back for the next change. */
  #follow(tick: number): void {
    const [counter] = this.#counters;
    this.#line.set(counter.out(tick));
    const next = counter.nextChange(tick);
    if (next === NEVER) this.#timer.disarm();
    else this.#timer.arm(this.#oscillator.cycleOf(next));
  }

  /** An instruction may end later than a deadline; before it touches the counter, edges up to now have happened. */
  #catchUp(): void {
    while (this.#timer.deadline <= this.#clock.now) this.#follow(this.#oscillator.ticksAt(this.#timer.deadline));
  }

  readPort(port: number): number {
    if (port === 0x43) {
      this.#log.guestError("pit", "read of the control word, which cannot be read");
      return 0xff;
    }
    this.#catchUp();
    return this.#counters[port - 0x40]!.read(this.#tick);
  }

  writePort(port: number, value: number): void {
    this.#catchUp();
    const tick = this.#tick;
    if (port !== 0x43) this.#counters[port - 0x40]!.write(tick, value);
    else if (value >> 6 === READ_BACK) this.#readBack(tick, value);
    else this.#counters[value >> 6]!.writeControl(tick, value);
    if (port === 0x40 || port === 0x43) this.#follow(tick);
  }

  /** COUNT# and STATUS# (active low) of the counters whose bits are set. */
  #readBack(tick: number, command: number): void {
    this.#counters.forEach((counter, i) => {
      if ((command & (2 << i)) === 0) return;
      if ((command & 0x20) === 0) counter.latchCount(tick);
      if ((command & 0x10) === 0) counter.latchStatus(tick);
    });
  }

  save(): PitState {
    return this.#counters.map((counter) => ({ ...counter.r }));
  }

  restore(saved: PitState): void {
    this.#counters.forEach((counter, i) => {
      counter.r = { ...saved[i]! };
    });
  }
}
