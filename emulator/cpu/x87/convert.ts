/**
 * Between the extended format and what lies in memory: single and double precision, integers, packed decimal; and what
 * works on a number's parts: rounding to an integer, FSCALE, FXTRACT, FPREM, comparison.
 */
import { Arithmetic } from "./arithmetic.ts";
import { Exception, Rounding, Status } from "./exceptions.ts";
import { BIAS, compareMagnitudes, Extended, Kind, MAX_EXPONENT } from "./number.ts";
import { doubleFormat, extendedFormat, type Format, singleFormat } from "./round.ts";

/** The significand as an integer. */
export const significand = (x: Extended): bigint => (BigInt(x.high) << 32n) | BigInt(x.low);

export class Conversion extends Arithmetic {
  /** What goes to memory: up to 64 bits in two halves; of packed decimal the lower 64 bits, and the upper 16 in `outTop`. */
  outHigh = 0;
  outLow = 0;
  outTop = 0;
  /** Second result of FXTRACT: the exponent, which becomes ST(1). */
  readonly second = new Extended();

  /** As `refused`, and also where memory would have to hold a wrapped exponent (vol. 1, 8.5.4, 8.5.5). */
  get refusedInMemory(): boolean {
    const fatal = Exception.before | Exception.overflow | Exception.underflow;
    return (this.raised & ~this.masks & fatal) !== 0;
  }

  // ---- shorter formats

  toSingle(a: Extended): void {
    const { result } = this;
    this.#shorten(a, singleFormat);
    const fraction = (result.high >>> 8) & 0x7f_ffff;
    this.outLow = ((result.sign << 31) | (shortExponent(result, 0x3f80, 0xff) << 23) | fraction) >>> 0;
    this.outHigh = 0;
  }

  toDouble(a: Extended): void {
    const { result } = this;
    this.#shorten(a, doubleFormat);
    this.outLow = ((result.high << 21) | (result.low >>> 11)) >>> 0;
    const fraction = (result.high >>> 11) & 0xf_ffff;
    this.outHigh = ((result.sign << 31) | (shortExponent(result, 0x3c00, 0x7ff) << 20) | fraction) >>> 0;
  }

  #shorten(a: Extended, format: Format): void {
    const { result } = this;
    if (a.kind >= Kind.quietNaN) this.quiet(a);
    else if (a.kind === Kind.infinity || a.kind === Kind.zero) result.copy(a);
    else this.round(result, format, a.sign, a.exponent, a.high, a.low, 0);
    // What is not stored is not inexact either.
    if (this.raised & ~this.masks & (Exception.overflow | Exception.underflow)) {
      this.raised &= ~Exception.precision;
      this.roundedUp = false;
    }
  }

  // ---- integers

  /** To 16, 32 or 64 bits, rounded as the control word says, or towards zero. #IA with "integer indefinite" outside the range. */
  toInteger(a: Extended, bits: 16 | 32 | 64, truncate: boolean): void {
    this.outHigh = bits === 64 ? 0x8000_0000 : 0;
    this.outLow = bits === 64 ? 0 : bits === 32 ? 0x8000_0000 : 0x8000;
    if (a.kind === Kind.zero) {
      this.outHigh = this.outLow = 0;
      return;
    }
    if (a.kind >= Kind.infinity || a.exponent > BIAS + bits - 1) {
      this.raised |= Exception.invalid;
      return;
    }
    if (!this.#toMagnitude(a, truncate) || !this.#fits(a.sign, bits)) {
      this.raised |= Exception.invalid;
      this.roundedUp = false;
      return;
    }
    if (this.inexact) this.raised |= Exception.precision;
    this.outLow = a.sign === 1 ? -this.low >>> 0 : this.low;
    this.outHigh = a.sign === 1 ? (~this.high + (this.low === 0 ? 1 : 0)) >>> 0 : this.high;
  }

  /** Leaves the rounded magnitude in `high` and `low`. False if it has more than 64 bits. The exponent must not be larger than that of 2^63. */
  #toMagnitude(a: Extended, truncate: boolean): boolean {
    const { mode } = this;
    this.shiftRight(a.high, a.low, 0, BIAS + 63 - a.exponent);
    if (truncate) this.mode = Rounding.zero;
    const overflowed = this.cut(a.sign, 64);
    this.mode = mode;
    return !overflowed;
  }

  #fits(sign: number, bits: 16 | 32 | 64): boolean {
    const limit = 2 ** ((bits - 1) % 32);
    if (bits === 64) return this.high < limit || (sign === 1 && this.high === limit && this.low === 0);
    return this.high === 0 && (this.low < limit || (sign === 1 && this.low === limit));
  }

  /** FBSTP: 18 decimal digits and a sign. "Packed decimal indefinite" is FFFF C000 0000 0000 0000 (vol. 1, table 4-4). */
  toDecimal(a: Extended): void {
    this.outTop = 0xffff;
    this.outHigh = 0xc000_0000;
    this.outLow = 0;
    let digits = 0n;
    if (a.kind !== Kind.zero) {
      const possible = a.kind < Kind.infinity && a.exponent <= BIAS + 63 && this.#toMagnitude(a, false);
      digits = (BigInt(this.high) << 32n) | BigInt(this.low);
      if (!possible || digits >= 10n ** 18n) {
        this.raised |= Exception.invalid;
        this.roundedUp = false;
        return;
      }
      if (this.inexact) this.raised |= Exception.precision;
    }
    const packed = BigInt(`0x${digits}`);
    this.outLow = Number(packed & 0xffff_ffffn);
    this.outHigh = Number((packed >> 32n) & 0xffff_ffffn);
    this.outTop = Number(packed >> 64n) | (a.sign << 15);
  }

  /** FBLD: digits above 9 count as what they are in the sum, as on real processors. */
  fromDecimal(top: number, high: number, low: number): void {
    let value = 0n;
    for (let i = 17; i >= 0; i--) {
      const word = i >= 16 ? top : i >= 8 ? high : low;
      value = value * 10n + BigInt((word >>> (4 * (i % 8))) & 15);
    }
    this.result.setInteger(Number(value >> 32n), Number(value & 0xffff_ffffn));
    this.result.sign = (top >>> 15) & 1;
  }

  // ---- parts of numbers

  /** FRNDINT. */
  roundToInteger(a: Extended): void {
    if (a.kind >= Kind.quietNaN) {
      this.quiet(a);
      return;
    }
    if (this.denormal(a, a)) return;
    if (a.kind === Kind.zero || a.exponent >= BIAS + 63) {
      this.result.copy(a);
      return;
    }
    this.#toMagnitude(a, false);
    if (this.inexact) this.raised |= Exception.precision;
    this.result.set(Kind.normal, a.sign, BIAS + 63, this.high, this.low);
    if ((this.high | this.low) === 0) this.result.setZero(a.sign);
    else this.result.normalize();
  }

  /** FSCALE: a × 2^(b rounded towards zero). */
  scale(a: Extended, b: Extended): void {
    if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
      this.quietOf(a, b);
      return;
    }
    if (b.kind === Kind.infinity) {
      if (a.kind === (b.sign === 0 ? Kind.zero : Kind.infinity)) {
        this.invalid();
        return;
      }
      if (this.denormal(a, a)) return;
      if (b.sign === 0) this.result.setInfinity(a.sign);
      else this.result.setZero(a.sign);
      return;
    }
    if (this.denormal(a, b)) return;
    if (a.kind === Kind.infinity || a.kind === Kind.zero) {
      this.result.copy(a);
      return;
    }
    let by = 0;
    if (b.kind !== Kind.zero && b.exponent >= BIAS) {
      // More than 2^17 goes beyond every exponent, wrapped or not.
      by = b.exponent > BIAS + 17 ? 2 ** 18 : Math.floor(b.high / 2 ** (BIAS + 31 - b.exponent));
      if (b.sign === 1) by = -by;
    }
    this.round(this.result, extendedFormat, a.sign, a.exponent + by, a.high, a.low, 0);
  }

  /** FXTRACT: the significand in `result`, the exponent in `second`. */
  extract(a: Extended): void {
    const { result, second } = this;
    if (a.kind >= Kind.quietNaN) {
      this.quiet(a);
      second.copy(result);
      return;
    }
    if (a.kind === Kind.infinity) {
      result.copy(a);
      second.setInfinity(0);
      return;
    }
    if (a.kind === Kind.zero) {
      this.raised |= Exception.zeroDivide;
      result.copy(a);
      second.setInfinity(1);
      return;
    }
    if (this.denormal(a, a)) return;
    const exponent = a.exponent - BIAS;
    result.set(Kind.normal, a.sign, BIAS, a.high, a.low);
    second.setInteger(exponent < 0 ? 0xffff_ffff : 0, exponent);
  }

  /**
   * FPREM and, to the nearest quotient, FPREM1. Returns C0 C1 C2 C3: the quotient's low bits, or C2 alone when the exponents
   * differ by 64 or more and only a part was taken off.
   */
  remainder(a: Extended, b: Extended, nearest: boolean): number {
    if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
      this.quietOf(a, b);
      return 0;
    }
    if (a.kind === Kind.infinity || b.kind === Kind.zero) {
      this.invalid();
      return 0;
    }
    if (this.denormal(a, b)) return 0;
    const distance = a.exponent - b.exponent;
    if (a.kind === Kind.zero || b.kind === Kind.infinity || distance < -1) {
      if (a.kind === Kind.zero) this.result.copy(a);
      else this.round(this.result, extendedFormat, a.sign, a.exponent, a.high, a.low, 0);
      return 0;
    }
    const divisor = significand(b);
    if (distance >= 64) {
      // N between 32 and 63, so that the distance left is a multiple of 32.
      const n = BigInt(32 + (distance % 32));
      this.#exact(a.sign, (significand(a) << n) % divisor, b.exponent + distance - Number(n));
      return Status.c2;
    }
    let dividend = significand(a);
    let unit = divisor;
    if (distance >= 0) dividend <<= BigInt(distance);
    else unit <<= 1n;
    let quotient = dividend / unit;
    let rest = dividend % unit;
    let { sign } = a;
    const twice = 2n * rest;
    if (nearest && (twice > unit || (twice === unit && quotient & 1n))) {
      quotient++;
      rest = unit - rest;
      sign ^= 1;
    }
    this.#exact(rest === 0n ? a.sign : sign, rest, distance >= 0 ? b.exponent : a.exponent);
    const bits = Number(quotient & 7n);
    return (bits & 1 ? Status.c1 : 0) | (bits & 2 ? Status.c3 : 0) | (bits & 4 ? Status.c0 : 0);
  }

  /** An integer below 2^65 times 2^(exponent − BIAS − 63), exactly. */
  #exact(sign: number, value: bigint, exponent: number): void {
    if (value === 0n) {
      this.result.setZero(sign);
      return;
    }
    const { result } = this;
    result.set(Kind.normal, sign, exponent, Number(value >> 32n), Number(value & 0xffff_ffffn));
    result.normalize();
    this.round(result, extendedFormat, sign, result.exponent, result.high, result.low, 0);
  }

  /** C3 C2 C0: 0 a > b, C0 a < b, C3 a = b, all three unordered. Quiet NaNs are #IA unless `quietly`. */
  compare(a: Extended, b: Extended, quietly: boolean): number {
    if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
      if (!quietly || a.kind > Kind.quietNaN || b.kind > Kind.quietNaN) this.raised |= Exception.invalid;
      return Status.c0 | Status.c2 | Status.c3;
    }
    this.denormal(a, b);
    if (a.kind === Kind.zero || b.kind === Kind.zero) {
      if (a.kind === b.kind) return Status.c3;
      const positive = a.kind === Kind.zero ? b.sign === 1 : a.sign === 0;
      return positive ? 0 : Status.c0;
    }
    if (a.sign !== b.sign) return a.sign === 0 ? 0 : Status.c0;
    const order = compareMagnitudes(a, b);
    if (order === 0) return Status.c3;
    return order > 0 === (a.sign === 0) ? 0 : Status.c0;
  }
}

/** The exponent field of a short format for a rounded result. `below`: the extended exponent one below the least. */
function shortExponent({ kind, exponent }: Extended, below: number, most: number): number {
  if (kind === Kind.normal) return exponent - below;
  return exponent === MAX_EXPONENT ? most : 0;
}
