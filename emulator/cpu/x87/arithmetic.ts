/**
 * Addition, multiplication, division and square root of unpacked numbers, correctly rounded in every mode and precision,
 * with the exceptions in the order of SDM vol. 1, 8.6 and the results for special operands of vol. 2, FADD … FSQRT.
 *
 * Products and quotients are made from pieces of 16 and 22 bits in doubles, whose 53 bits hold the partial results exactly.
 */
import { Exception, Rounding } from "./exceptions.ts";
import { compareMagnitudes, Extended, Kind, MAX_EXPONENT } from "./number.ts";
import { extendedFormat, type Format, formatOfPrecision, Rounder } from "./round.ts";

const TWO_16 = 0x1_0000;
const TWO_22 = 0x40_0000;
const TWO_32 = 0x1_0000_0000;
const TWO_44 = 2 ** 44;
const FROM_16 = 1 / TWO_16;
const FROM_22 = 1 / TWO_22;

export class Arithmetic extends Rounder {
  /** What the last operation gave. Not to be used if `refused`. */
  readonly result = new Extended();
  /** As precision control says; for the five operations that obey it (vol. 1, 8.1.5.2). */
  precise: Format = extendedFormat;

  // 128 bits of a product; a remainder in three pieces of 22 bits.
  #quotient = 0;
  #r0 = 0;
  #r1 = 0;
  #r2 = 0;

  /** Takes masks, precision and rounding from a control word, and forgets the exceptions of the operation before. */
  begin(control: number): void {
    this.masks = control;
    this.mode = (control >>> 10) & 3;
    this.precise = formatOfPrecision[(control >>> 8) & 3]!;
    this.raised = 0;
    this.roundedUp = false;
  }

  /** An unmasked exception that was found before the operation: nothing may be stored. */
  get refused(): boolean {
    return (this.raised & ~this.masks & Exception.before) !== 0;
  }

  /** #IA with its masked answer. */
  invalid(): void {
    this.raised |= Exception.invalid;
    this.result.setIndefinite();
  }

  /** Rounds into the result, to the precision control's number of bits. */
  protected rounded(sign: number, exponent: number, high: number, low: number, extra: number): void {
    this.round(this.result, this.precise, sign, exponent, high, low, extra);
  }

  /** The result of one operand that is no number (vol. 1, table 4-7). */
  quiet(a: Extended): void {
    if (a.kind === Kind.unsupported) {
      this.invalid();
      return;
    }
    if (a.kind === Kind.signalingNaN) this.raised |= Exception.invalid;
    this.result.set(Kind.quietNaN, a.sign, MAX_EXPONENT, (a.high | 0x4000_0000) >>> 0, a.low);
  }

  /** The result of two operands, one of which at least is no number: a quiet NaN before a signaling one, the larger significand of two of a sort. */
  quietOf(a: Extended, b: Extended): void {
    if (a.kind === Kind.unsupported || b.kind === Kind.unsupported) {
      this.invalid();
      return;
    }
    if (a.kind === Kind.signalingNaN || b.kind === Kind.signalingNaN) this.raised |= Exception.invalid;
    let chosen = a;
    if (a.kind < Kind.quietNaN) chosen = b;
    else if (b.kind >= Kind.quietNaN) {
      if (a.kind !== b.kind) chosen = a.kind === Kind.quietNaN ? a : b;
      else {
        const order = a.high - b.high || a.low - b.low;
        chosen = order > 0 || (order === 0 && a.sign < b.sign) ? a : b;
      }
    }
    this.result.set(Kind.quietNaN, chosen.sign, MAX_EXPONENT, (chosen.high | 0x4000_0000) >>> 0, chosen.low);
  }

  /** #D for operands of which one is denormal. Returns whether the operation ends here, because it is unmasked. */
  protected denormal(a: Extended, b: Extended): boolean {
    if (a.kind !== Kind.denormal && b.kind !== Kind.denormal) return false;
    this.raised |= Exception.denormal;
    return (this.masks & Exception.denormal) === 0;
  }

  // ---- addition

  /** a + b, or with `negate` a − b. */
  add(a: Extended, b: Extended, negate: boolean): void {
    const bSign = negate ? b.sign ^ 1 : b.sign;
    if (a.kind !== Kind.normal || b.kind !== Kind.normal) {
      if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
        this.quietOf(a, b);
        return;
      }
      if (a.kind === Kind.infinity && b.kind === Kind.infinity) {
        if (a.sign === bSign) this.result.setInfinity(a.sign);
        else this.invalid();
        return;
      }
      if (this.denormal(a, b)) return;
      if (a.kind === Kind.infinity || b.kind === Kind.infinity) {
        this.result.setInfinity(a.kind === Kind.infinity ? a.sign : bSign);
        return;
      }
      if (b.kind === Kind.zero) {
        if (a.kind === Kind.zero) this.result.setZero(a.sign === bSign ? a.sign : this.#exactZeroSign());
        else this.rounded(a.sign, a.exponent, a.high, a.low, 0);
        return;
      }
      if (a.kind === Kind.zero) {
        this.rounded(bSign, b.exponent, b.high, b.low, 0);
        return;
      }
    }
    if (a.sign === bSign) this.#addMagnitudes(a, b);
    else {
      const order = compareMagnitudes(a, b);
      if (order === 0) this.result.setZero(this.#exactZeroSign());
      else if (order > 0) this.#subtractMagnitudes(a.sign, a, b);
      else this.#subtractMagnitudes(bSign, b, a);
    }
  }

  /** x − x is +0, when rounding down −0. */
  #exactZeroSign(): number {
    return this.mode === Rounding.down ? 1 : 0;
  }

  #addMagnitudes(a: Extended, b: Extended): void {
    const swap = a.exponent < b.exponent;
    const large = swap ? b : a;
    const small = swap ? a : b;
    this.shiftRight(small.high, small.low, 0, large.exponent - small.exponent);
    let low = large.low + this.low;
    let high = large.high + this.high;
    let { extra } = this;
    if (low >= TWO_32) {
      low -= TWO_32;
      high++;
    }
    let { exponent } = large;
    if (high >= TWO_32) {
      extra = ((extra >>> 1) | (low << 31) | (extra & 1)) >>> 0;
      low = ((low >>> 1) | (high << 31)) >>> 0;
      high = (((high - TWO_32) >>> 1) | 0x8000_0000) >>> 0;
      exponent++;
    }
    this.rounded(a.sign, exponent, high, low, extra);
  }

  /** `large` has the larger magnitude. */
  #subtractMagnitudes(sign: number, large: Extended, small: Extended): void {
    this.shiftRight(small.high, small.low, 0, large.exponent - small.exponent);
    let extra = -this.extra;
    let low = large.low - this.low;
    let high = large.high - this.high;
    if (extra < 0) {
      extra += TWO_32;
      low--;
    }
    if (low < 0) {
      low += TWO_32;
      high--;
    }
    let { exponent } = large;
    while (high === 0) {
      high = low;
      low = extra;
      extra = 0;
      exponent -= 32;
    }
    const shift = Math.clz32(high);
    if (shift > 0) {
      high = ((high << shift) | (low >>> (32 - shift))) >>> 0;
      low = ((low << shift) | (extra >>> (32 - shift))) >>> 0;
      extra = (extra << shift) >>> 0;
      exponent -= shift;
    }
    this.rounded(sign, exponent, high, low, extra);
  }

  // ---- multiplication

  mul(a: Extended, b: Extended): void {
    const sign = a.sign ^ b.sign;
    if (a.kind !== Kind.normal || b.kind !== Kind.normal) {
      if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
        this.quietOf(a, b);
        return;
      }
      if ((a.kind === Kind.infinity && b.kind === Kind.zero) || (a.kind === Kind.zero && b.kind === Kind.infinity)) {
        this.invalid();
        return;
      }
      if (this.denormal(a, b)) return;
      if (a.kind === Kind.infinity || b.kind === Kind.infinity) {
        this.result.setInfinity(sign);
        return;
      }
      if (a.kind === Kind.zero || b.kind === Kind.zero) {
        this.result.setZero(sign);
        return;
      }
    }
    const b0 = b.low & 0xffff;
    const b1 = b.low >>> 16;
    const b2 = b.high & 0xffff;
    const b3 = b.high >>> 16;
    const { high: top, low: bottom } = a;
    // Columns of 16 bits; each sum stays below 2^50.
    const c0 = bottom * b0;
    const carry0 = Math.floor(c0 * FROM_16);
    const c1 = bottom * b1 + carry0;
    const carry1 = Math.floor(c1 * FROM_16);
    const c2 = bottom * b2 + top * b0 + carry1;
    const carry2 = Math.floor(c2 * FROM_16);
    const c3 = bottom * b3 + top * b1 + carry2;
    const carry3 = Math.floor(c3 * FROM_16);
    const c4 = top * b2 + carry3;
    const carry4 = Math.floor(c4 * FROM_16);
    const c5 = top * b3 + carry4;
    let high = Math.floor(c5 * FROM_16);
    let low = (c5 - high * TWO_16) * TWO_16 + (c4 - carry4 * TWO_16);
    let extra = (c3 - carry3 * TWO_16) * TWO_16 + (c2 - carry2 * TWO_16);
    const rest = c1 - carry1 * TWO_16 + (c0 - carry0 * TWO_16);
    let exponent = a.exponent + b.exponent - 0x3ffe;
    if (high < 0x8000_0000) {
      // The highest bit of the rest moves up, but it is below the sticky bit's place: rounding does not need it exactly.
      high = ((high << 1) | (low >>> 31)) >>> 0;
      low = ((low << 1) | (extra >>> 31)) >>> 0;
      extra = (extra << 1) >>> 0;
      exponent--;
    }
    if (rest !== 0) extra = (extra | 1) >>> 0;
    this.rounded(sign, exponent, high, low, extra);
  }

  // ---- division

  /** a / b. */
  div(a: Extended, b: Extended): void {
    const sign = a.sign ^ b.sign;
    if (a.kind !== Kind.normal || b.kind !== Kind.normal) {
      if (a.kind >= Kind.quietNaN || b.kind >= Kind.quietNaN) {
        this.quietOf(a, b);
        return;
      }
      if (a.kind === b.kind && (a.kind === Kind.infinity || a.kind === Kind.zero)) {
        this.invalid();
        return;
      }
      if (b.kind === Kind.zero && a.kind !== Kind.infinity) {
        this.raised |= Exception.zeroDivide;
        this.result.setInfinity(sign);
        return;
      }
      if (this.denormal(a, b)) return;
      if (a.kind === Kind.infinity) {
        this.result.setInfinity(sign);
        return;
      }
      if (a.kind === Kind.zero || b.kind === Kind.infinity) {
        this.result.setZero(sign);
        return;
      }
    }
    let { high, low } = a;
    const whole = high > b.high || (high === b.high && low >= b.low);
    if (whole) {
      low -= b.low;
      high -= b.high;
      if (low < 0) {
        low += TWO_32;
        high--;
      }
    }
    // The remainder and the divisor in pieces of 22 bits; each step gives 22 bits of the quotient.
    this.#r0 = low & 0x3f_ffff;
    this.#r1 = (low >>> 22) | ((high & 0xfff) << 10);
    this.#r2 = high >>> 12;
    const d0 = b.low & 0x3f_ffff;
    const d1 = (b.low >>> 22) | ((b.high & 0xfff) << 10);
    const d2 = b.high >>> 12;
    const divisor = b.high * TWO_32 + b.low;
    this.#divideStep(d0, d1, d2, divisor);
    const q2 = this.#quotient;
    this.#divideStep(d0, d1, d2, divisor);
    const q1 = this.#quotient;
    this.#divideStep(d0, d1, d2, divisor);
    const q0 = this.#quotient;
    const sticky = (this.#r0 | this.#r1 | this.#r2) === 0 ? 0 : 1;
    if (whole) {
      // 1.q2 q1 q0: one bit, then 22, 22 and 19; three stay below.
      const top = (0x8000_0000 | (q2 << 9) | (q1 >>> 13)) >>> 0;
      const bottom = ((q1 << 19) | (q0 >>> 3)) >>> 0;
      this.rounded(sign, a.exponent - b.exponent + 0x3fff, top, bottom, ((q0 << 29) | sticky) >>> 0);
    } else {
      const top = ((q2 << 10) | (q1 >>> 12)) >>> 0;
      const bottom = ((q1 << 20) | (q0 >>> 2)) >>> 0;
      this.rounded(sign, a.exponent - b.exponent + 0x3ffe, top, bottom, ((q0 << 30) | sticky) >>> 0);
    }
  }

  /** remainder × 2^22 = quotient × divisor + new remainder. The estimate is off by one at most. */
  #divideStep(d0: number, d1: number, d2: number, divisor: number): void {
    const remainder = (this.#r2 * TWO_22 + this.#r1) * TWO_22 + this.#r0;
    let q = Math.floor((remainder / divisor) * TWO_22);
    const t0 = -q * d0;
    const t1 = this.#r0 - q * d1;
    const t2 = this.#r1 - q * d2 + this.#r2 * TWO_22;
    const carry0 = Math.floor(t0 * FROM_22);
    let r0 = t0 - carry0 * TWO_22;
    const s1 = t1 + carry0;
    const carry1 = Math.floor(s1 * FROM_22);
    let r1 = s1 - carry1 * TWO_22;
    let r2 = t2 + carry1;
    if (r2 < 0) {
      q--;
      r0 += d0;
      r1 += d1;
      r2 += d2;
    } else if (r2 > d2 || (r2 === d2 && (r1 > d1 || (r1 === d1 && r0 >= d0)))) {
      q++;
      r0 -= d0;
      r1 -= d1;
      r2 -= d2;
    }
    if (r0 >= TWO_22) {
      r0 -= TWO_22;
      r1++;
    } else if (r0 < 0) {
      r0 += TWO_22;
      r1--;
    }
    if (r1 >= TWO_22) {
      r1 -= TWO_22;
      r2++;
    } else if (r1 < 0) {
      r1 += TWO_22;
      r2--;
    }
    this.#quotient = q;
    this.#r0 = r0;
    this.#r1 = r1;
    this.#r2 = r2;
  }

  // ---- square root

  sqrt(a: Extended): void {
    if (a.kind >= Kind.quietNaN) {
      this.quiet(a);
      return;
    }
    if (a.kind === Kind.zero) {
      this.result.setZero(a.sign);
      return;
    }
    if (a.sign === 1) {
      this.invalid();
      return;
    }
    if (this.denormal(a, a)) return;
    if (a.kind === Kind.infinity) {
      this.result.setInfinity(0);
      return;
    }
    // The radicand as significand × 2^(even): 66 bits in three pieces, below 2^64 for odd exponents, 2^65 for even ones.
    const odd = ((a.exponent ^ 0x3fff) & 1) === 1;
    const exponent = (a.exponent - 0x3fff - (odd ? 1 : 0)) / 2 + 0x3fff;
    const n = odd ? 1 : 0;
    const high = a.high;
    const low = a.low;
    // Shifted so that the root of the upper 44 bits has 22: radicand = significand << (1 + n), read as 2.64 bits.
    const p0 = (low << (1 + n)) & 0x3f_ffff;
    const p1 = ((low >>> (21 - n)) | (high << (11 + n))) & 0x3f_ffff;
    const p2 = high >>> (11 - n);
    // Root in three pieces of 22 bits, s = s2.s1.s0, so that s² has six; each is estimated, and corrected by the remainder.
    const s = Math.sqrt((p2 * TWO_22 + p1) * TWO_22 + p0);
    this.#root(s, p0, p1, p2, exponent);
  }

  /** The exact root's first 66 bits and whether anything follows. `estimate`: √(radicand) to 50 bits, below 2^33. */
  #root(estimate: number, p0: number, p1: number, p2: number, exponent: number): void {
    // The radicand is (p2 p1 p0 0 0 0) in base 2^22, its root has three digits: x = (x1 x0), then q.
    let x = Math.floor(estimate * 2 ** 11);
    let x1 = Math.floor(x * FROM_22);
    let x0 = x - x1 * TWO_22;
    // (p2 p1 p0 0) − x², which lies between −2x and 4x.
    let remainder = digits(-x0 * x0, p0 - 2 * x1 * x0, p1 - x1 * x1 + p2 * TWO_22);
    while (remainder < 0) {
      remainder += 2 * x - 1;
      x--;
    }
    while (remainder > 2 * x) {
      remainder -= 2 * x + 1;
      x++;
    }
    x1 = Math.floor(x * FROM_22);
    x0 = x - x1 * TWO_22;
    // remainder × 2^44 = (2x × 2^22 + q) q + rest. The estimate of q is never too small.
    let q = Math.min(Math.floor((remainder / (2 * x)) * TWO_22), TWO_22 - 1);
    let rest = digits(-q * q, -2 * x0 * q, remainder - 2 * x1 * q);
    while (rest < 0) {
      q--;
      rest = digits(-q * q, -2 * x0 * q, remainder - 2 * x1 * q);
    }
    const top = ((x1 << 10) | (x0 >>> 12)) >>> 0;
    const bottom = ((x0 << 20) | (q >>> 2)) >>> 0;
    this.rounded(0, exponent, top, bottom, ((q << 30) | (rest === 0 ? 0 : 1)) >>> 0);
  }
}

/** Three digits of base 2^22, some negative, as one number: its sign is exact, and where it is below 2^53 its value. */
function digits(d0: number, d1: number, d2: number): number {
  const carry0 = Math.floor(d0 * FROM_22);
  const carried = d1 + carry0;
  const carry1 = Math.floor(carried * FROM_22);
  return (d2 + carry1) * TWO_44 + (carried - carry1 * TWO_22) * TWO_22 + (d0 - carry0 * TWO_22);
}
