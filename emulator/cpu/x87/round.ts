/**
 * From an exact (or sticky) result to one that a format holds: rounding, overflow, underflow (SDM vol. 1, 4.8.4, 8.5.4–8.5.6).
 *
 * A result comes as sign, exponent, a significand of 64 bits with bit 63 set, and 32 more bits below, the lowest of which
 * is sticky: set when anything below it was cut off. That is enough for every rounding.
 */
import { Exception, Rounding } from "./exceptions.ts";
import { type Extended, Kind, MAX_EXPONENT } from "./number.ts";

/** What is added to the exponent of an unmasked underflow, and taken from that of an overflow, to bring it into range (vol. 1, 8.5.4). */
const WRAP = 0x6000;

/** Bits of significand that a result keeps, and the exponents it may have. */
export interface Format {
  readonly bits: 24 | 53 | 64;
  /** Least and largest exponent of normal numbers, with the extended format's bias. */
  readonly least: number;
  readonly largest: number;
}
export const extendedFormat: Format = { bits: 64, least: 1, largest: MAX_EXPONENT - 1 };
/** With precision control, the exponent's range stays (vol. 1, 8.1.5.2). */
export const formatOfPrecision: readonly Format[] = [
  { ...extendedFormat, bits: 24 },
  extendedFormat,
  { ...extendedFormat, bits: 53 },
  extendedFormat,
];
export const singleFormat: Format = { bits: 24, least: 0x3f81, largest: 0x407e };
export const doubleFormat: Format = { bits: 53, least: 0x3c01, largest: 0x43fe };

export class Rounder {
  /** Exceptions of the present operation, as bits of `Exception`. */
  raised = 0;
  /** The magnitude of the result was rounded up: what C1 reports. */
  roundedUp = false;
  /** Of the control word, set before an operation: the masks, and one of `Rounding`. */
  masks: number = Exception.all;
  mode: number = Rounding.nearest;

  /** Significand and the bits below it, as `shiftRight` and `cut` leave them. */
  high = 0;
  low = 0;
  extra = 0;

  /** Moves the significand down; what falls out of the bits below it sticks. */
  shiftRight(high: number, low: number, extra: number, count: number): void {
    let h = high;
    let l = low;
    let e = extra;
    let n = count;
    while (n >= 32) {
      if (n >= 128) {
        e = (h | l | e) === 0 ? 0 : 1;
        h = l = 0;
        break;
      }
      e = l | (e === 0 ? 0 : 1);
      l = h;
      h = 0;
      n -= 32;
    }
    if (count < 128 && n > 0) {
      const lost = e << (32 - n);
      e = (e >>> n) | (l << (32 - n)) | (lost === 0 ? 0 : 1);
      l = (l >>> n) | (h << (32 - n));
      h >>>= n;
    }
    this.high = h >>> 0;
    this.low = l >>> 0;
    this.extra = e >>> 0;
  }

  /**
   * Rounds `high`, `low`, `extra` to so many bits, in place; `inexact` and `roundedUp` say what happened. Returns whether the
   * significand overflowed, and is now 2^63 with an exponent higher by one.
   */
  protected cut(sign: number, bits: number): boolean {
    let { high, low, extra } = this;
    let unitHigh = 0;
    let unitLow = 1;
    if (bits === 53) {
      extra = ((low << 21) | (extra === 0 ? 0 : 1)) >>> 0;
      low = (low & ~0x7ff) >>> 0;
      unitLow = 0x800;
    } else if (bits === 24) {
      const rest = (low & 0xff) | extra;
      extra = ((high << 24) | (low >>> 8) | (rest === 0 ? 0 : 1)) >>> 0;
      high = (high & ~0xff) >>> 0;
      low = 0;
      unitHigh = 0x100;
      unitLow = 0;
    }
    this.inexact = extra !== 0;
    this.roundedUp = false;
    let overflowed = false;
    if (extra !== 0) {
      let up: boolean;
      if (this.mode === Rounding.nearest)
        up = extra > 0x8000_0000 || (extra === 0x8000_0000 && ((high & unitHigh) | (low & unitLow)) !== 0);
      else if (this.mode === Rounding.down) up = sign === 1;
      else up = this.mode === Rounding.up && sign === 0;
      if (up) {
        this.roundedUp = true;
        low += unitLow;
        if (low > 0xffff_ffff) {
          low = 0;
          unitHigh = 1;
        }
        high += unitHigh;
        if (high > 0xffff_ffff) {
          high = 0x8000_0000;
          overflowed = true;
        }
      }
    }
    this.high = high;
    this.low = low;
    return overflowed;
  }
  /** The last `cut` lost something. */
  protected inexact = false;

  /**
   * Rounds a number that is not zero into `into`. With unmasked overflow or underflow the result has its exponent moved by
   * 24576, if the format is an extended one; for the others it is not to be used.
   */
  round(
    into: Extended,
    format: Format,
    sign: number,
    exponent: number,
    high: number,
    low: number,
    extra: number,
  ): void {
    if (format.bits === 64 && this.mode === Rounding.nearest && exponent >= format.least && exponent < format.largest) {
      this.#roundUsual(into, sign, exponent, high, low, extra);
      return;
    }
    this.high = high;
    this.low = low;
    this.extra = extra;
    if (exponent < format.least) {
      this.#roundSmall(into, format, sign, exponent);
      return;
    }
    let rounded = exponent;
    if (this.cut(sign, format.bits)) rounded++;
    if (rounded > format.largest) {
      this.#overflow(into, format, sign, rounded);
      return;
    }
    if (this.inexact) this.raised |= Exception.precision;
    into.set(Kind.normal, sign, rounded, this.high, this.low);
  }

  /** To nearest, all 64 bits, an exponent that stays in range: what nearly every operation wants. Same as `round` would. */
  #roundUsual(into: Extended, sign: number, exponent: number, high: number, low: number, extra: number): void {
    this.roundedUp = false;
    into.kind = Kind.normal;
    into.sign = sign;
    into.exponent = exponent;
    into.high = high;
    into.low = low;
    if (extra === 0) return;
    this.raised |= Exception.precision;
    if (extra < 0x8000_0000 || (extra === 0x8000_0000 && (low & 1) === 0)) return;
    this.roundedUp = true;
    if (low !== 0xffff_ffff) {
      into.low = low + 1;
      return;
    }
    into.low = 0;
    if (high !== 0xffff_ffff) {
      into.high = high + 1;
      return;
    }
    into.high = 0x8000_0000;
    into.exponent = exponent + 1;
  }

  #overflow(into: Extended, format: Format, sign: number, exponent: number): void {
    this.raised |= Exception.overflow;
    if ((this.masks & Exception.overflow) === 0) {
      if (this.inexact) this.raised |= Exception.precision;
      const wrapped = exponent - WRAP;
      if (wrapped <= format.largest) into.set(Kind.normal, sign, wrapped, this.high, this.low);
      else {
        // Beyond even that: FSCALE alone gets so far.
        this.raised |= Exception.precision;
        this.roundedUp = true;
        into.setInfinity(sign);
      }
      return;
    }
    this.raised |= Exception.precision;
    const { mode } = this;
    const toInfinity =
      mode === Rounding.nearest || (mode === Rounding.up && sign === 0) || (mode === Rounding.down && sign === 1);
    this.roundedUp = toInfinity;
    if (toInfinity) into.setInfinity(sign);
    else {
      const low = format.bits === 64 ? 0xffff_ffff : format.bits === 53 ? 0xffff_f800 : 0;
      into.set(Kind.normal, sign, format.largest, format.bits === 24 ? 0xffff_ff00 : 0xffff_ffff, low);
    }
  }

  /** Below the least normal exponent; tiny if it is so after rounding (vol. 1, 4.9.1.5). */
  #roundSmall(into: Extended, format: Format, sign: number, exponent: number): void {
    const { high, low, extra } = this;
    const carried = this.cut(sign, format.bits);
    const tiny = exponent + (carried ? 1 : 0) < format.least;
    if (tiny && (this.masks & Exception.underflow) === 0) {
      this.raised |= Exception.underflow;
      if (this.inexact) this.raised |= Exception.precision;
      const wrapped = exponent + (carried ? 1 : 0) + WRAP;
      if (wrapped < format.least) {
        this.raised |= Exception.precision;
        into.setZero(sign);
      } else into.set(Kind.normal, sign, wrapped, this.high, this.low);
      return;
    }
    this.shiftRight(high, low, extra, format.least - exponent);
    this.cut(sign, format.bits);
    if (this.inexact) this.raised |= tiny ? Exception.underflow | Exception.precision : Exception.precision;
    // A carry into bit 63 makes it the least normal number.
    if ((this.high | this.low) === 0) into.setZero(sign);
    else if ((this.high | 0) < 0) into.set(Kind.normal, sign, format.least, this.high, this.low);
    else into.set(Kind.denormal, sign, format.least, this.high, this.low);
  }
}
