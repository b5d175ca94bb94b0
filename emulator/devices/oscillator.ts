/**
 * A crystal beside the processor's clock: converts between cycles of virtual time and ticks of a device's own clock.
 * Both directions are exact integer arithmetic for every cycle count below 2^53, so a timer that runs for months drifts
 * by nothing. Whole periods of the two clocks are split off first; what remains fits into a double's 53 bits.
 */
import { CLOCK_HZ } from "../clock.ts";

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

export class Oscillator {
  /** In `#cycles` cycles there are exactly `#ticks` ticks; the two have no common divisor. */
  readonly #ticks: number;
  readonly #cycles: number;

  /** `hz`: a whole number of ticks per second of virtual time. Throws where the arithmetic could not be exact. */
  constructor(hz: number) {
    const divisor = gcd(CLOCK_HZ, hz);
    this.#ticks = hz / divisor;
    this.#cycles = CLOCK_HZ / divisor;
    if (!Number.isSafeInteger(this.#ticks * this.#cycles))
      throw new Error(`a clock of ${hz} Hz cannot be counted exactly beside one of ${CLOCK_HZ} Hz`);
  }

  /** Ticks that have happened at `cycle`; tick n happens at cycle n / hz seconds, rounded up. */
  ticksAt(cycle: number): number {
    const whole = Math.floor(cycle);
    const rest = whole % this.#cycles;
    const scaled = rest * this.#ticks;
    return ((whole - rest) / this.#cycles) * this.#ticks + (scaled - (scaled % this.#cycles)) / this.#cycles;
  }

  /** The first cycle at which `tick` has happened. */
  cycleOf(tick: number): number {
    const rest = tick % this.#ticks;
    const scaled = rest * this.#cycles;
    const partial = scaled % this.#ticks;
    return ((tick - rest) / this.#ticks) * this.#cycles + (scaled - partial) / this.#ticks + (partial === 0 ? 0 : 1);
  }
}
