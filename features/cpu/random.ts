/** Reproducible randomness for test programs: a small generator (SplitMix32) and the draws that tests need. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 32 random bits, unsigned. */
  word(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** 0 … limit − 1. */
  below(limit: number): number {
    return this.word() % limit;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  wide(): bigint {
    return (BigInt(this.word()) << 32n) | BigInt(this.word());
  }

  /** An integer of `bits` bits, unsigned, often one at an edge: near 0, near the ends of a width, few bits set. */
  edgy(bits: number): bigint {
    const size = BigInt(bits);
    switch (this.below(6)) {
      case 0:
        return BigInt.asUintN(bits, BigInt(this.below(9) - 4));
      case 1: {
        const end = 1n << BigInt(this.pick([7, 8, 15, 16, 31, 32, 63, 64]));
        return BigInt.asUintN(bits, end + BigInt(this.below(5) - 2));
      }
      case 2:
        return BigInt.asUintN(bits, 1n << (this.wide() % size));
      case 3:
        return BigInt.asUintN(bits, BigInt(this.below(256)));
      default:
        return BigInt.asUintN(bits, this.wide());
    }
  }
}
