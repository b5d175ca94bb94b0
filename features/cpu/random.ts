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

  /** As `edgy(64)`, written as two words at `words[at]`, the lower one first; draws other numbers than `edgy`. */
  edgyWords(words: Uint32Array, at: number): void {
    const shape = this.word();
    const small = (shape >>> 3) & 0xff;
    switch (shape & 7) {
      case 0: {
        const value = (small % 9) - 4;
        words[at] = value;
        words[at + 1] = value >> 31;
        break;
      }
      case 1: {
        const end = EDGES[small & 7]!;
        const off = ((small >>> 3) % 5) - 2;
        words[at] = end < 32 ? 2 ** end + off : off;
        words[at + 1] = (end >= 32 && end < 64 ? 2 ** (end - 32) : 0) + (end >= 32 ? off >> 31 : 0);
        break;
      }
      case 2: {
        const bit = small & 63;
        words[at] = bit < 32 ? 1 << bit : 0;
        words[at + 1] = bit < 32 ? 0 : 1 << (bit - 32);
        break;
      }
      case 3:
        words[at] = small;
        words[at + 1] = 0;
        break;
      default:
        words[at] = this.word();
        words[at + 1] = this.word();
    }
  }
}

/** The widths at whose ends numbers are interesting. */
const EDGES = [7, 8, 15, 16, 31, 32, 63, 64] as const;
