/**
 * FSIN, FCOS, FSINCOS, FPTAN, FPATAN, F2XM1, FYL2X, FYL2XP1 and the constants. Each is computed with some 120 correct bits and
 * rounded once, as the control word says: the correctly rounded result but for cases beyond all likelihood. Processors
 * promise an error below one ulp (SDM vol. 1, 8.3.10), so they differ from it, and among each other, in the last bit;
 * transcendental.long.ts measures how often.
 */
import { Conversion, significand } from "./convert.ts";
import { Exception } from "./exceptions.ts";
import { BIAS, type Extended, Kind } from "./number.ts";
import { extendedFormat } from "./round.ts";
import {
  arctangentRatio,
  cosine,
  exponentialRatio,
  FRACTION,
  LN2,
  LOG2_E,
  logarithmRatio,
  ONE,
  PI,
  sineRatio,
  times,
} from "./series.ts";

/** Bits behind the point of a reduced angle: so many that 60 leading zeros do no harm. */
const ANGLE = 256n;
/**
 * Half of the π that angles are reduced with: 66 bits of it, on every processor since the 80387 (vol. 1, 8.3.8). Sines of large
 * angles are therefore those of slightly other angles.
 */
const HALF_PI = 0xc90fdaa22168c234cn << (ANGLE - 67n);

const ALL_ONES = 0xffff_ffff;

/** An angle of at most π/4 and the quadrant it stood in. */
interface Reduced {
  /** Magnitude and how many bits of it are behind the point. */
  readonly magnitude: bigint;
  readonly scale: number;
  readonly negative: boolean;
  readonly quadrant: number;
  /** Of the magnitude, in the series' fixed point. */
  readonly square: bigint;
}

/** FLD1, FLDL2T, FLDL2E, FLDPI, FLDLG2, FLDLN2, FLDZ in the order of their opcodes: exponent, significand, and 32 bits more. */
const constants: readonly (readonly [exponent: number, high: number, low: number, extra: number])[] = [
  [BIAS, 0x8000_0000, 0, 0],
  [BIAS + 1, 0xd49a_784b, 0xcd1b_8afe, 0x492b_f6ff],
  [BIAS, 0xb8aa_3b29, 0x5c17_f0bb, 0xbe87_fed0],
  [BIAS + 1, 0xc90f_daa2, 0x2168_c234, 0xc4c6_628b],
  [BIAS - 2, 0x9a20_9a84, 0xfbcf_f798, 0x8f89_59ac],
  [BIAS - 1, 0xb172_17f7, 0xd1cf_79ab, 0xc9e3_b398],
];

export class Transcendental extends Conversion {
  /** Rounded as rounding control says, without an exception for it. */
  constant(number: number): void {
    if (number === 6) {
      this.result.setZero(0);
      return;
    }
    const [exponent, high, low, extra] = constants[number]!;
    this.round(this.result, extendedFormat, 0, exponent, high, low, extra);
    this.raised = 0;
    this.roundedUp = false;
  }

  /** Rounds a positive number of `scale` bits behind the point, of which nobody knows more: it is inexact. */
  #approximate(into: Extended, negative: boolean, value: bigint, scale: number): void {
    const text = value.toString(16);
    const bits = 4 * text.length - Math.clz32(Number.parseInt(text[0]!, 16)) + 28;
    const fitted = bits > 96 ? value >> BigInt(bits - 96) : value << BigInt(96 - bits);
    const high = Number(fitted >> 64n);
    const low = Number((fitted >> 32n) & 0xffff_ffffn);
    const extra = Number(fitted & 0xffff_ffffn) | 1;
    const exponent = BIAS + bits - 1 - scale;
    this.round(into, extendedFormat, negative ? 1 : 0, exponent, high, low, extra >>> 0);
  }

  /** ± ratio × |a|, the ratio in the series' fixed point. */
  #proportional(negative: boolean, ratio: bigint, a: Extended): void {
    this.#approximate(this.result, negative, ratio * significand(a), 128 + BIAS + 63 - a.exponent);
  }

  /** Outside the range for which an instruction is defined: the operand stays, "inexact", as on AMD's processors. */
  #undefined(a: Extended): void {
    this.raised |= Exception.precision;
    this.result.copy(a);
  }

  /** A finite number in the series' fixed point, what lies below 2^−128 cut off; for magnitudes of not much more than 1. */
  #fixed(a: Extended): bigint {
    const shift = a.exponent - BIAS - 63 + 128;
    const value = shift >= 0 ? significand(a) << BigInt(shift) : shift < -64 ? 0n : significand(a) >> BigInt(-shift);
    return a.sign === 1 ? -value : value;
  }

  // ---- trigonometric functions

  /** Beyond ±2^63 nothing is computed, and C2 says so (vol. 2, FSIN). */
  isOutOfRange(a: Extended): boolean {
    return a.kind < Kind.infinity && a.kind !== Kind.zero && a.exponent >= BIAS + 63;
  }

  /** The special operands that all of them share. Returns whether the result stands. */
  #special(a: Extended): boolean {
    if (a.kind >= Kind.quietNaN) this.quiet(a);
    else if (a.kind === Kind.infinity) this.invalid();
    else if (a.kind === Kind.zero) this.result.copy(a);
    else return this.denormal(a, a);
    return true;
  }

  /** |a| modulo π/2. */
  #reduce(a: Extended): Reduced {
    if (a.exponent < BIAS - 1) {
      const fixed = this.#fixed(a);
      return {
        magnitude: significand(a),
        scale: BIAS + 63 - a.exponent,
        negative: false,
        quadrant: 0,
        square: times(fixed, fixed),
      };
    }
    const angle = significand(a) << BigInt(a.exponent - BIAS - 63 + Number(ANGLE));
    let quadrant = angle / HALF_PI;
    let rest = angle % HALF_PI;
    const negative = rest > HALF_PI >> 1n;
    if (negative) {
      rest = HALF_PI - rest;
      quadrant++;
    }
    const fixed = rest >> (ANGLE - FRACTION);
    return {
      magnitude: rest,
      scale: Number(ANGLE),
      negative,
      quadrant: Number(quadrant & 3n),
      square: times(fixed, fixed),
    };
  }

  /** The sine of an angle that is `turns` quadrants further. */
  #sine(
    into: Extended,
    { magnitude, scale, negative, quadrant, square }: Reduced,
    turns: number,
    minus: boolean,
  ): void {
    const turned = (quadrant + turns) & 3;
    const below = turned >= 2 !== minus;
    if (turned & 1) this.#approximate(into, below, cosine(square), 128);
    else this.#approximate(into, below !== negative, sineRatio(square) * magnitude, scale + 128);
  }

  sin(a: Extended): void {
    if (!this.#special(a)) this.#sine(this.result, this.#reduce(a), 0, a.sign === 1);
  }

  cos(a: Extended): void {
    if (a.kind === Kind.zero) this.result.set(Kind.normal, 0, BIAS, 0x8000_0000, 0);
    else if (!this.#special(a)) this.#sine(this.result, this.#reduce(a), 1, false);
  }

  /** The sine in `second`, the cosine in `result`. */
  sincos(a: Extended): void {
    const { result, second } = this;
    if (this.#special(a)) {
      second.copy(result);
      if (a.kind === Kind.zero) result.set(Kind.normal, 0, BIAS, 0x8000_0000, 0);
      return;
    }
    const reduced = this.#reduce(a);
    this.#sine(result, reduced, 1, false);
    this.#sine(second, reduced, 0, a.sign === 1);
  }

  /** The tangent in `second`, 1 in `result`. */
  ptan(a: Extended): void {
    const { result, second } = this;
    if (this.#special(a)) {
      second.copy(result);
      if (a.kind === Kind.zero) result.set(Kind.normal, 0, BIAS, 0x8000_0000, 0);
      return;
    }
    const { magnitude, scale, negative, quadrant, square } = this.#reduce(a);
    const [sine, cos] = [sineRatio(square), cosine(square)];
    const minus = (a.sign === 1) !== negative;
    if (quadrant & 1) {
      // −cot: cos / (magnitude × sine)
      const bits = BigInt(scale + 128);
      this.#approximate(second, !minus, (cos << bits) / (sine * magnitude), 128);
    } else this.#approximate(second, minus, ((sine << FRACTION) / cos) * magnitude, scale + 128);
    result.set(Kind.normal, 0, BIAS, 0x8000_0000, 0);
  }

  /** The angle of the point (x, y). */
  patan(y: Extended, x: Extended): void {
    if (y.kind >= Kind.quietNaN || x.kind >= Kind.quietNaN) {
      this.quietOf(x, y);
      return;
    }
    if (this.denormal(x, y)) return;
    const minus = y.sign === 1;
    const yAxis = x.kind === Kind.zero || (y.kind === Kind.infinity && x.kind !== Kind.infinity);
    if (x.kind === Kind.infinity && y.kind === Kind.infinity)
      this.#approximate(this.result, minus, x.sign === 1 ? 3n * PI : PI, 130);
    else if (y.kind === Kind.zero || (x.kind === Kind.infinity && y.kind !== Kind.infinity)) {
      if (x.sign === 1) this.#approximate(this.result, minus, PI, 128);
      else this.result.setZero(y.sign);
    } else if (yAxis) this.#approximate(this.result, minus, PI, 129);
    else this.#angle(y, x);
  }

  #angle(y: Extended, x: Extended): void {
    const minus = y.sign === 1;
    const steep =
      y.exponent > x.exponent ||
      (y.exponent === x.exponent && (y.high > x.high || (y.high === x.high && y.low > x.low)));
    const [small, large] = steep ? [x, y] : [y, x];
    const distance = large.exponent - small.exponent;
    // The tangent, with 192 bits of its own, and behind the point of the series.
    const tangent = (significand(small) << 192n) / significand(large);
    const fixed = distance > 120 ? 0n : tangent >> BigInt(64 + distance);
    const ratio = arctangentRatio(fixed);
    if (!steep && x.sign === 0) {
      // A small angle: atan(y/x) keeps the quotient's precision.
      this.#approximate(this.result, minus, ratio * tangent, 320 + distance);
      return;
    }
    const angle = distance > 120 ? 1n : (ratio * tangent) >> BigInt(192 + distance);
    const base = steep ? PI >> 1n : PI;
    const whole = steep === (x.sign === 0) ? base - angle : base + angle;
    this.#approximate(this.result, minus, steep || x.sign === 0 ? whole : PI - angle, 128);
  }

  // ---- exponential and logarithms

  /** 2^a − 1, for a from −1 to 1. */
  f2xm1(a: Extended): void {
    if (a.kind >= Kind.quietNaN) {
      this.quiet(a);
      return;
    }
    if (a.kind === Kind.zero) {
      this.result.copy(a);
      return;
    }
    if (a.kind === Kind.infinity) {
      if (a.sign === 0) this.result.copy(a);
      else this.result.set(Kind.normal, 1, BIAS, 0x8000_0000, 0);
      return;
    }
    if (this.denormal(a, a)) return;
    if (a.exponent >= BIAS) {
      const isOne = a.exponent === BIAS && a.high === 0x8000_0000 && a.low === 0;
      if (isOne && a.sign === 1) {
        this.raised |= Exception.precision;
        this.result.set(Kind.normal, 1, BIAS - 1, 0x8000_0000, 0);
      } else if (isOne) this.round(this.result, extendedFormat, 0, BIAS - 1, ALL_ONES, ALL_ONES, ALL_ONES);
      else this.#undefined(a);
      return;
    }
    const ratio = exponentialRatio(times(this.#fixed(a), LN2));
    this.#proportional(a.sign === 1, times(ratio, LN2), a);
  }

  /** y × log₂ x. */
  yl2x(y: Extended, x: Extended): void {
    if (y.kind >= Kind.quietNaN || x.kind >= Kind.quietNaN) {
      this.quietOf(x, y);
      return;
    }
    if (x.sign === 1 && x.kind !== Kind.zero) {
      this.invalid();
      return;
    }
    if (x.kind === Kind.zero) {
      this.#logarithmOfZero(y);
      return;
    }
    const isOne = x.kind === Kind.normal && x.exponent === BIAS && x.high === 0x8000_0000 && x.low === 0;
    if ((y.kind === Kind.zero && x.kind === Kind.infinity) || (y.kind === Kind.infinity && isOne)) {
      this.invalid();
      return;
    }
    if (this.denormal(x, y)) return;
    const below = x.kind !== Kind.infinity && x.exponent < BIAS;
    const sign = y.sign ^ (below ? 1 : 0);
    if (y.kind === Kind.infinity || x.kind === Kind.infinity) {
      this.result.setInfinity(sign);
      return;
    }
    if (y.kind === Kind.zero || isOne) {
      this.result.setZero(sign);
      return;
    }
    const whole = BigInt(x.exponent - BIAS);
    if (x.high === 0x8000_0000 && x.low === 0) {
      // A power of two: the product of an integer, exact but for its own rounding; "inexact" all the same, as on AMD's processors.
      const magnitude = whole < 0n ? -whole : whole;
      const factor = this.second;
      factor.setInteger(0, Number(magnitude));
      factor.sign = sign ^ y.sign;
      this.precise = extendedFormat;
      this.mul(y, factor);
      this.raised |= Exception.precision;
      // Tiny and said to be inexact: an underflow.
      if (this.result.kind === Kind.denormal) this.raised |= Exception.underflow;
      return;
    }
    this.#timesLogarithm(y, significand(x) << 65n, whole);
  }

  /** y × log₂(2^whole × mantissa), the mantissa from 1 to 2 in the series' fixed point; the product must not be 1. */
  #timesLogarithm(y: Extended, mantissa: bigint, whole: bigint): void {
    // 2^n × (1 + m), with m from −1/4 to 1/2, so that nothing cancels near 1.
    let m = mantissa - ONE;
    let n = whole;
    if (m > ONE >> 1n) {
      m = (m - ONE) >> 1n;
      n++;
    }
    const negative = n < 0n || (n === 0n && m < 0n);
    const sign = y.sign ^ (negative ? 1 : 0);
    if (n === 0n) {
      // log₂(1 + m) = m × ratio × log₂ e keeps the precision of m.
      const ratio = times(logarithmRatio(m), LOG2_E);
      this.#logarithm(sign, y, ratio * (m < 0n ? -m : m), 256);
      return;
    }
    const sum = (n << FRACTION) + times(times(logarithmRatio(m), m), LOG2_E);
    this.#logarithm(sign, y, sum < 0n ? -sum : sum, 128);
  }

  #logarithm(sign: number, y: Extended, value: bigint, scale: number): void {
    this.#approximate(this.result, sign === 1, value * significand(y), scale + BIAS + 63 - y.exponent);
  }

  #logarithmOfZero(y: Extended): void {
    if (y.kind === Kind.zero) this.invalid();
    else if (y.kind === Kind.infinity) this.result.setInfinity(y.sign ^ 1);
    else {
      this.raised |= Exception.zeroDivide;
      this.result.setInfinity(y.sign ^ 1);
    }
  }

  /** y × log₂(x + 1), for |x| below 1 − √½. */
  yl2xp1(y: Extended, x: Extended): void {
    if (y.kind >= Kind.quietNaN || x.kind >= Kind.quietNaN) {
      this.quietOf(x, y);
      return;
    }
    if (x.kind === Kind.infinity) {
      if (x.sign === 1 || y.kind === Kind.zero) this.invalid();
      else if (!this.denormal(x, y)) this.result.setInfinity(y.sign);
      return;
    }
    if (y.kind === Kind.infinity && x.kind === Kind.zero) {
      this.invalid();
      return;
    }
    if (this.denormal(x, y)) return;
    const sign = y.sign ^ x.sign;
    if (y.kind === Kind.infinity) {
      this.result.setInfinity(sign);
      return;
    }
    if (x.kind === Kind.zero || y.kind === Kind.zero) {
      this.result.setZero(sign);
      return;
    }
    if (x.exponent >= BIAS - 1) {
      this.#farFromOne(y, x);
      return;
    }
    const ratio = times(logarithmRatio(this.#fixed(x)), LOG2_E);
    const product = ratio * significand(x) * significand(y);
    const scale = 128 + 2 * (BIAS + 63) - x.exponent - y.exponent;
    this.#approximate(this.result, sign === 1, product, scale);
  }

  /** FYL2XP1 beyond the range that the manual gives it: real processors go on as long as x + 1 is positive. */
  #farFromOne(y: Extended, x: Extended): void {
    const shift = BigInt(x.exponent - BIAS - 63) + FRACTION;
    const magnitude = significand(x) << shift;
    const sum = x.sign === 1 ? ONE - magnitude : ONE + magnitude;
    if (sum <= 0n) {
      this.#undefined(x);
      return;
    }
    const whole = BigInt(sum.toString(2).length - 129);
    this.#timesLogarithm(y, whole >= 0n ? sum >> whole : sum << -whole, whole);
  }
}
