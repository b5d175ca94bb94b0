/**
 * The local APIC's timer (SDM vol. 3, 10.5.4): counts down crystal ticks, divided, once or again and again; or waits for a
 * value of the time-stamp counter. The crystal is the one that CPUID leaf 15H names.
 *
 * Nothing counts here. The present count follows from the clock when somebody looks, and a deadline stands in the clock only if
 * its end would change something: a periodic timer that is masked, or whose last interrupt still waits, costs nothing.
 */
import { CLOCK_HZ, type Clock, type Timer } from "../clock.ts";

/** The core crystal clock. */
export const CRYSTAL_HZ = 25_000_000;
const CYCLES_PER_TICK = CLOCK_HZ / CRYSTAL_HZ;

/** LVT bits 18:17. */
export const TimerMode = { oneShot: 0, periodic: 1, tscDeadline: 2 } as const;

const powerOn = () => ({
  /** One of TimerMode; 3 is reserved and counts as one-shot. */
  mode: 0 as number,
  initialCount: 0,
  /** DCR as written: bits 3, 1 and 0. */
  divide: 0,
  /** Cycle at which the count was `startCount`; meaningless while `startCount` is 0, that is, stopped. */
  start: 0,
  startCount: 0,
  /** IA32_TSC_DEADLINE, 0 when disarmed. */
  tscDeadline: 0n,
});
export type ApicTimerState = ReturnType<typeof powerOn>;

export interface ApicTimerWiring {
  readonly clock: Clock;
  /** Unique in the machine. */
  readonly name: string;
  /** The time-stamp counter, unsigned 64 bits. */
  readonly timestamp: () => bigint;
  /** The count reached zero, or the deadline came. */
  readonly expired: () => void;
  /** Whether `expired` would change anything. Whoever changes the answer calls `reconsider`. */
  readonly matters: () => boolean;
}

export class ApicTimer {
  readonly #clock: Clock;
  readonly #timer: Timer;
  readonly #timestamp: () => bigint;
  readonly #expired: () => void;
  readonly #matters: () => boolean;
  #r: ApicTimerState = powerOn();

  constructor({ clock, name, timestamp, expired, matters }: ApicTimerWiring) {
    this.#clock = clock;
    this.#timestamp = timestamp;
    this.#expired = expired;
    this.#matters = matters;
    this.#timer = clock.timer(name, (deadline) => this.#fire(deadline));
  }

  reset(): void {
    this.#r = powerOn();
    this.#timer.disarm();
  }

  get divide(): number {
    return this.#r.divide;
  }

  /** Changing the divisor goes on from the present count; a tick that has begun starts anew. */
  set divide(value: number) {
    const count = this.currentCount;
    this.#r.divide = value & 0b1011;
    this.#startFrom(count);
  }

  /** Cycles of one count: DCR bits 3, 1, 0 are the power of two less one, 111 meaning 1. */
  get #cyclesPerCount(): number {
    const code = ((this.#r.divide >> 1) & 4) | (this.#r.divide & 3);
    return CYCLES_PER_TICK * 2 ** ((code + 1) & 7);
  }

  set mode(mode: number) {
    const r = this.#r;
    if (mode === r.mode) return;
    // To and from TSC-deadline mode, the timer is disarmed (10.5.4.1); between the others it goes on counting.
    const count = this.currentCount;
    const across = mode === TimerMode.tscDeadline || r.mode === TimerMode.tscDeadline;
    r.mode = mode;
    if (!across) this.#startFrom(count);
    else {
      r.tscDeadline = 0n;
      r.startCount = r.initialCount = 0;
      this.#timer.disarm();
    }
  }

  get initialCount(): number {
    return this.#r.initialCount;
  }

  /** Starts the timer; 0 stops it. Without effect in TSC-deadline mode. */
  set initialCount(count: number) {
    if (this.#r.mode === TimerMode.tscDeadline) return;
    this.#r.initialCount = count;
    this.#startFrom(count);
  }

  #startFrom(count: number): void {
    this.#r.start = this.#clock.now;
    this.#r.startCount = count;
    this.reconsider();
  }

  /** What is left of the count. */
  get currentCount(): number {
    const { mode, startCount, start, initialCount } = this.#r;
    if (startCount === 0 || mode === TimerMode.tscDeadline) return 0;
    const passed = Math.floor((this.#clock.now - start) / this.#cyclesPerCount);
    if (passed < startCount) return startCount - passed;
    return mode === TimerMode.periodic ? initialCount - ((passed - startCount) % initialCount) : 0;
  }

  get tscDeadline(): bigint {
    return this.#r.tscDeadline;
  }

  /** IA32_TSC_DEADLINE: ignored in the other modes. */
  set tscDeadline(value: bigint) {
    if (this.#r.mode !== TimerMode.tscDeadline) return;
    this.#r.tscDeadline = value;
    this.reconsider();
  }

  /** Puts the deadline that follows from the registers into the clock: after changes of them, of `matters`, and of the TSC. */
  reconsider(): void {
    const { mode, tscDeadline, startCount, start } = this.#r;
    this.#timer.disarm();
    if (mode === TimerMode.tscDeadline) {
      if (tscDeadline === 0n) return;
      const left = tscDeadline - this.#timestamp();
      this.#timer.arm(this.#clock.now + (left > 0n ? Number(left) : 0));
    } else if (startCount !== 0) {
      if (mode !== TimerMode.periodic) this.#timer.arm(start + startCount * this.#cyclesPerCount);
      else if (this.#matters()) this.#timer.arm(this.#clock.now + this.#untilZero());
    }
  }

  /** Cycles until a periodic count next reaches zero: more than 0. */
  #untilZero(): number {
    const { start, startCount, initialCount } = this.#r;
    const perCount = this.#cyclesPerCount;
    const passed = this.#clock.now - start;
    const first = startCount * perCount;
    if (passed < first) return first - passed;
    const period = initialCount * perCount;
    return period - ((passed - first) % period);
  }

  #fire(deadline: number): void {
    const r = this.#r;
    if (r.mode === TimerMode.tscDeadline) r.tscDeadline = 0n;
    else if (r.mode === TimerMode.periodic) {
      r.start = deadline;
      r.startCount = r.initialCount;
    } else r.startCount = 0;
    this.#expired();
    this.reconsider();
  }

  save(): ApicTimerState {
    return { ...this.#r };
  }

  /** The deadline comes back with the clock. */
  restore(saved: ApicTimerState): void {
    this.#r = { ...saved };
  }
}
