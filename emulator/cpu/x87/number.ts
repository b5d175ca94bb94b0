/**
 * Numbers as the x87 unit computes with them: sign, exponent and a 64-bit significand in two 32-bit halves, unpacked from
 * the double extended format (SDM vol. 1, 4.2.2) so that arithmetic needs no special cases: every finite number but zero
 * has bit 63 of its significand set, and an exponent that may lie outside the format.
 *
 * Halves of 32 bits because JavaScript computes with them quickly; a bigint costs an allocation for every step.
 */

/** What a number is; the order lets `kind >= Kind.quietNaN` ask for everything that is no number. */
export const Kind = {
  zero: 0,
  normal: 1,
  /** Smaller than the format's normal numbers, or written as if (pseudo-denormal): signals #D. */
  denormal: 2,
  infinity: 3,
  quietNaN: 4,
  signalingNaN: 5,
  /** Pseudo-NaN, pseudo-infinity, unnormal: encodings that the 80387 gave up (vol. 1, 8.2.2). */
  unsupported: 6,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** The biased exponent of infinities and NaNs, and of 1. */
export const MAX_EXPONENT = 0x7fff;
export const BIAS = 0x3fff;

/** A mutable number: the unit has a few and computes in them, so that nothing is allocated. */
export class Extended {
  kind: Kind = Kind.zero;
  /** 1: negative. */
  sign = 0;
  /** Biased by `BIAS`; the value is significand × 2^(exponent − BIAS − 63). Meaningless for zeros. */
  exponent = 0;
  /** Bits 63:32 and 31:0 of the significand, unsigned. */
  high = 0;
  low = 0;

  /** From the encoding: `top` is sign and exponent, 16 bits. */
  unpack(top: number, high: number, low: number): void {
    this.sign = (top >>> 15) & 1;
    this.exponent = top & MAX_EXPONENT;
    this.high = high;
    this.low = low;
    this.kind = Kind.normal;
    if ((high | 0) >= 0 || this.exponent === 0 || this.exponent === MAX_EXPONENT) this.#classify();
  }

  #classify(): void {
    const { exponent, high, low } = this;
    if (exponent === MAX_EXPONENT) {
      if ((high | 0) >= 0) this.kind = Kind.unsupported;
      else if (high === 0x8000_0000 && low === 0) this.kind = Kind.infinity;
      else this.kind = high & 0x4000_0000 ? Kind.quietNaN : Kind.signalingNaN;
    } else if (exponent !== 0) this.kind = Kind.unsupported;
    else if ((high | low) === 0) this.kind = Kind.zero;
    else {
      this.kind = Kind.denormal;
      this.exponent = 1;
      this.normalize();
    }
  }

  /** Shifts the significand (not 0) up until bit 63 is set. */
  normalize(): void {
    if (this.high === 0) {
      this.high = this.low;
      this.low = 0;
      this.exponent -= 32;
    }
    const shift = Math.clz32(this.high);
    if (shift === 0) return;
    this.high = ((this.high << shift) | (this.low >>> (32 - shift))) >>> 0;
    this.low = (this.low << shift) >>> 0;
    this.exponent -= shift;
  }

  copy(from: Extended): void {
    this.kind = from.kind;
    this.sign = from.sign;
    this.exponent = from.exponent;
    this.high = from.high;
    this.low = from.low;
  }

  set(kind: Kind, sign: number, exponent: number, high: number, low: number): void {
    this.kind = kind;
    this.sign = sign;
    this.exponent = exponent;
    this.high = high;
    this.low = low;
  }

  setZero(sign: number): void {
    this.set(Kind.zero, sign, 0, 0, 0);
  }

  setInfinity(sign: number): void {
    this.set(Kind.infinity, sign, MAX_EXPONENT, 0x8000_0000, 0);
  }

  /** "Real indefinite", the masked answer to invalid operations (vol. 1, table 4-3). */
  setIndefinite(): void {
    this.set(Kind.quietNaN, 1, MAX_EXPONENT, 0xc000_0000, 0);
  }

  /** From the halves of a 64-bit signed integer; exact. */
  setInteger(high: number, low: number): void {
    const negative = high >>> 31;
    let magnitudeLow = low >>> 0;
    let magnitudeHigh = high >>> 0;
    if (negative) {
      magnitudeLow = -low >>> 0;
      magnitudeHigh = (~high + (magnitudeLow === 0 ? 1 : 0)) >>> 0;
    }
    if ((magnitudeHigh | magnitudeLow) === 0) {
      this.setZero(0);
      return;
    }
    this.set(Kind.normal, negative, BIAS + 63, magnitudeHigh, magnitudeLow);
    this.normalize();
  }

  /** From the single-precision format, exact; signaling NaNs stay signaling. */
  setSingle(bits: number): void {
    const fraction = bits & 0x7f_ffff;
    this.#setShort(bits >>> 31, (bits >>> 23) & 0xff, (fraction << 8) >>> 0, 0, 0xff, BIAS - 0x7f);
  }

  /** From the double-precision format. */
  setDouble(high: number, low: number): void {
    const top = (((high & 0xf_ffff) << 11) | (low >>> 21)) >>> 0;
    this.#setShort(high >>> 31, (high >>> 20) & 0x7ff, top, (low << 11) >>> 0, 0x7ff, BIAS - 0x3ff);
  }

  /** `high`, `low`: the fraction, its first bit at bit 62. */
  #setShort(sign: number, exponent: number, high: number, low: number, most: number, bias: number): void {
    this.sign = sign;
    this.low = low;
    if (exponent === most) {
      this.exponent = MAX_EXPONENT;
      this.high = (high | 0x8000_0000) >>> 0;
      if ((high | low) === 0) this.kind = Kind.infinity;
      else this.kind = high & 0x4000_0000 ? Kind.quietNaN : Kind.signalingNaN;
    } else if (exponent !== 0) {
      this.kind = Kind.normal;
      this.exponent = exponent + bias;
      this.high = (high | 0x8000_0000) >>> 0;
    } else if ((high | low) === 0) this.setZero(sign);
    else {
      this.kind = Kind.denormal;
      this.exponent = bias + 1;
      this.high = high;
      this.normalize();
    }
  }

  /** Sign and exponent as they are stored. The exponent must lie in the format. */
  get top(): number {
    return (this.sign << 15) | this.exponent;
  }
}

/** Compares magnitudes of finite numbers that are not zero: negative, zero or positive as a < b, a = b, a > b. */
export function compareMagnitudes(a: Extended, b: Extended): number {
  return a.exponent - b.exponent || a.high - b.high || a.low - b.low;
}
