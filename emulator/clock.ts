/**
 * Virtual time: one counter of processor cycles, one queue of deadlines. Everything in the machine that happens "later"
 * is a timer here; nothing in the machine ever looks at the host's clock. Because the counter advances with the executed
 * instructions alone, timers fire at the same instruction in every run.
 *
 * The processor may run ahead of nobody: it asks `nextDeadline`, runs at most so far, and then calls `fireDue`. A timer
 * that is armed while an instruction runs (a port write to the PIT, say) can be due earlier than the processor was told;
 * `onEarlier` tells it.
 */

/** Cycles per second of virtual time; the TSC counts these. One cycle is one nanosecond. */
export const CLOCK_HZ = 1_000_000_000;

/** Where the cycle count lives: the processor's state in the machine's memory, or a plain object in a device's test. */
export interface CycleCounter {
  /** Cycles since power-on. Exact as a double: 2^53 ns are 104 days. */
  cycles: number;
}

/** A deadline that a device arms and disarms. Made once, at construction; its name is unique and identifies it in snapshots. */
export interface Timer {
  readonly name: string;
  /** Absolute cycle at which it fires, or Infinity when disarmed. */
  readonly deadline: number;
  /** Fires at absolute cycle `at` (at once, before the next instruction, if that is past). Replaces an earlier deadline. */
  arm(at: number): void;
  disarm(): void;
}

class ClockTimer implements Timer {
  readonly name: string;
  readonly #clock: Clock;
  readonly #fire: (deadline: number) => void;
  deadline = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, name: string, fire: (deadline: number) => void) {
    this.#clock = clock;
    this.name = name;
    this.#fire = fire;
  }

  arm(at: number): void {
    this.deadline = at;
    this.#clock.rearmed(at);
  }

  disarm(): void {
    this.deadline = Number.POSITIVE_INFINITY;
  }

  fire(): void {
    const deadline = this.deadline;
    this.deadline = Number.POSITIVE_INFINITY;
    this.#fire(deadline);
  }
}

export class Clock {
  readonly #counter: CycleCounter;
  readonly #timers: ClockTimer[] = [];
  /** Called when a timer is armed for before the deadline that `nextDeadline` last gave out. */
  onEarlier: (deadline: number) => void = () => {};
  #promised = Number.POSITIVE_INFINITY;

  constructor(counter: CycleCounter = { cycles: 0 }) {
    this.#counter = counter;
  }

  /** Cycles since power-on. */
  get now(): number {
    return this.#counter.cycles;
  }

  /** Makes a disarmed timer. `fire` receives the deadline it was armed for, so that periodic devices do not drift. */
  timer(name: string, fire: (deadline: number) => void): Timer {
    if (this.#timers.some((t) => t.name === name)) throw new Error(`two timers are called ${name}`);
    const timer = new ClockTimer(this, name, fire);
    this.#timers.push(timer);
    return timer;
  }

  /** The earliest deadline, or Infinity. A machine has a dozen timers: a scan is cheaper than a heap. */
  nextDeadline(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers) if (timer.deadline < next) next = timer.deadline;
    this.#promised = next;
    return next;
  }

  /** Fires every timer that is due, earliest first; of equal deadlines the one that was made first. */
  fireDue(): void {
    for (;;) {
      let due: ClockTimer | null = null;
      for (const timer of this.#timers) {
        if (timer.deadline <= this.now && (due === null || timer.deadline < due.deadline)) due = timer;
      }
      if (due === null) return;
      due.fire();
    }
  }

  /** Moves time forward, firing what falls due at its own deadline on the way: how a halted processor spends its time. */
  advanceTo(cycle: number): void {
    for (let next = this.nextDeadline(); next <= cycle; next = this.nextDeadline()) {
      if (next > this.now) this.#counter.cycles = next;
      this.fireDue();
    }
    if (cycle > this.now) this.#counter.cycles = cycle;
  }

  /** For timers: a deadline was set. */
  rearmed(at: number): void {
    if (at < this.#promised) {
      this.#promised = at;
      this.onEarlier(at);
    }
  }

  /** Every armed timer by name: the clock's part of a snapshot. */
  save(): { cycles: number; deadlines: Record<string, number> } {
    const armed = this.#timers.filter((t) => t.deadline !== Number.POSITIVE_INFINITY);
    return { cycles: this.now, deadlines: Object.fromEntries(armed.map((t) => [t.name, t.deadline])) };
  }

  restore(saved: { cycles: number; deadlines: Record<string, number> }): void {
    this.#counter.cycles = saved.cycles;
    for (const timer of this.#timers) timer.deadline = saved.deadlines[timer.name] ?? Number.POSITIVE_INFINITY;
    this.onEarlier(this.nextDeadline());
  }
}
