/** Chance for tests: numbers that depend on a seed alone, so that what went wrong can be made again. */

/** A small generator of numbers (xorshift32): the same seed gives the same program everywhere. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
    for (let k = 0; k < 4; k++) this.#next();
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** 0 … n - 1. */
  below(n: number): number {
    return this.#next() % n;
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bits(width: number): bigint {
    const raw = (BigInt(this.#next()) << 32n) | BigInt(this.#next());
    return BigInt.asUintN(width, raw);
  }
}
