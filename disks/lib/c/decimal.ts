// Floating-point numbers and decimal text, exactly, both ways. A double is an integer times a power of two, and 2^-k is
// 5^k / 10^k: so each has finitely many decimal digits, at most 768 that are not zero. They are all computed, and only then rounded.

const BILLION = 1_000_000_000;
const DIGITS = 1200;

export function bitsOf(x: f64): u64 {
  let given = x;
  return unsafe.cast<Ptr<u64>>(ref(given))[0];
}

export function doubleOf(bits: u64): f64 {
  let given = bits;
  return unsafe.cast<Ptr<f64>>(ref(given))[0];
}

/** A number of at least 0: 0.d0d1d2… times ten to the power of `point`. */
export class Decimal {
  /** 0 … 9 each, not characters. */
  digits: Arr<u8, 1200>;
  count: usize;
  point: i64;
  /** Whether `nearest` had to round. */
  inexact: boolean;

  /** All digits of a finite double, without its sign. */
  set(x: f64): void {
    const bits = bitsOf(x);
    const fraction = bits & 0xf_ffff_ffff_ffff;
    const field = i64((bits >> 52) & 0x7ff);
    const mantissa = field === 0 ? fraction : fraction | 0x10_0000_0000_0000;
    const exponent = (field === 0 ? 1 : field) - 1075;
    const large = zeroed<Large>();
    large.add(mantissa);
    let left = exponent < 0 ? 0 - exponent : exponent;
    while (left > 0) {
      const step: i64 = exponent < 0 ? 13 : 29;
      const now = left < step ? left : step;
      large.times(exponent < 0 ? fiveTo(now) : 1 << u32(now));
      left -= now;
    }
    this.take(ref(large));
    this.point -= exponent < 0 ? 0 - exponent : 0;
  }

  private take(large: Ptr<Large>): void {
    this.count = 0;
    for (let i = large.used; i > 0; i--) {
      let unit: u64 = BILLION / 10;
      for (let k: usize = 0; k < 9; k++) {
        const digit = u8((large.parts[i - 1] / unit) % 10);
        if (this.count > 0 || digit !== 0) {
          this.digits[this.count] = digit;
          this.count++;
        }
        unit /= 10;
      }
    }
    this.point = i64(this.count);
  }

  /** Keeps `kept` digits (may be below 0: none), to the nearest, to an even last one from the middle. */
  round(kept: i64): void {
    if (kept >= i64(this.count)) return;
    if (kept < 0) {
      this.count = 0;
      return;
    }
    const keep = usize(kept);
    let up = this.digits[keep] > 5;
    if (this.digits[keep] === 5) {
      up = keep > 0 && (this.digits[keep - 1] & 1) === 1;
      for (let i = keep + 1; i < this.count; i++) if (this.digits[i] !== 0) up = true;
    }
    this.count = keep;
    if (!up) return;
    for (let i = keep; i > 0; i--) {
      if (this.digits[i - 1] < 9) {
        this.digits[i - 1]++;
        return;
      }
      this.digits[i - 1] = 0;
    }
    if (this.count < DIGITS) this.count++;
    this.digits[0] = 1;
    for (let i: usize = 1; i < this.count; i++) this.digits[i] = 0;
    this.point++;
  }

  /** Zeros beyond what there is. */
  digit(i: i64): u8 {
    return i >= 0 && i < i64(this.count) ? this.digits[usize(i)] : 0;
  }

  /** One more digit while text is read; those beyond the room say only that there are some. */
  push(digit: u8): void {
    if (this.count < DIGITS) {
      this.digits[this.count] = digit;
      this.count++;
    } else if (digit !== 0) this.digits[DIGITS - 1] |= 1;
  }

  /** The double that is nearest; infinity beyond all of them. */
  nearest(): f64 {
    while (this.count > 0 && this.digits[this.count - 1] === 0) this.count--;
    if (this.count === 0 || this.point < -330) return 0;
    if (this.point > 310) return doubleOf(0x7ff0_0000_0000_0000);
    // Moved by powers of two until it is a half or more and less than one.
    let exponent: i64 = 0;
    while (this.point > 0) {
      const by: i64 = this.point >= 19 ? 60 : 3;
      this.halve(by);
      exponent += by;
    }
    while (this.point < 0 || this.digit(0) < 5) {
      this.double();
      exponent--;
    }
    // Bits of the result: 53, fewer below the smallest normal number.
    const bits: i64 = exponent - 1 < -1022 ? 53 - (-1022 - (exponent - 1)) : 53;
    if (bits < 0) return 0;
    let mantissa: u64 = 0;
    for (let i: i64 = 0; i < bits; i++) mantissa = mantissa * 2 + this.doubleOut();
    const half = this.doubleOut();
    this.inexact = half === 1 || this.count > 0;
    if (half === 1 && (this.count > 0 || (mantissa & 1) === 1)) mantissa++;
    if (bits === 53) {
      let field = exponent - 1 + 1023;
      if (mantissa === 0x20_0000_0000_0000) {
        mantissa = 0x10_0000_0000_0000;
        field++;
      }
      if (field >= 2047) return doubleOf(0x7ff0_0000_0000_0000);
      return doubleOf((u64(field) << 52) | (mantissa & 0xf_ffff_ffff_ffff));
    }
    return doubleOf(mantissa);
  }

  /** this / 2^by, up to by = 60. */
  private halve(by: i64): void {
    let rest: u64 = 0;
    let read: usize = 0;
    let written: usize = 0;
    const shift = u32(by);
    const old = zeroed<Arr<u8, 1200>>();
    const had = this.count;
    for (let i: usize = 0; i < had; i++) old[i] = this.digits[i];
    // Digits come in until there is something to give out.
    const mask = (u64(1) << shift) - 1;
    let started = false;
    let skipped: i64 = 0;
    while (read < had || rest !== 0) {
      const next = read < had ? u64(old[read]) : 0;
      // rest < 2^60, and ten times that fits.
      const value = rest * 10 + next;
      const digit = u8(value >> shift);
      rest = value & mask;
      read++;
      if (!started && digit === 0) {
        skipped++;
        continue;
      }
      started = true;
      if (written < DIGITS) {
        this.digits[written] = digit;
        written++;
      } else if (digit !== 0) this.digits[DIGITS - 1] |= 1;
    }
    this.count = written;
    this.point -= skipped;
  }

  private double(): void {
    let carry: u8 = 0;
    for (let i = this.count; i > 0; i--) {
      const value = this.digits[i - 1] * 2 + carry;
      this.digits[i - 1] = value % 10;
      carry = value / 10;
    }
    if (carry !== 0) {
      if (this.count < DIGITS) this.count++;
      for (let i = this.count - 1; i > 0; i--) this.digits[i] = this.digits[i - 1];
      this.digits[0] = carry;
      this.point++;
    }
    this.trim();
  }

  private trim(): void {
    while (this.count > 0 && this.digits[this.count - 1] === 0) this.count--;
  }

  /** Doubles a number below one; what it then has before the point, which is taken off. */
  private doubleOut(): u64 {
    this.double();
    if (this.point <= 0 || this.count === 0) {
      return 0;
    }
    this.digits[0] = 0;
    for (let i: usize = 0; i + 1 < this.count; i++) this.digits[i] = this.digits[i + 1];
    this.count--;
    this.point = 0;
    // Zeros in front count in the point.
    let zeros: usize = 0;
    while (zeros < this.count && this.digits[zeros] === 0) zeros++;
    if (zeros > 0) {
      for (let i: usize = 0; i + zeros < this.count; i++) this.digits[i] = this.digits[i + zeros];
      this.count -= zeros;
      this.point -= i64(zeros);
    }
    return 1;
  }
}

function fiveTo(power: i64): u64 {
  let n: u64 = 1;
  for (let i: i64 = 0; i < power; i++) n *= 5;
  return n;
}

/** A large natural number in parts below 10^9, the lowest first. */
class Large {
  parts: Arr<u64, 128>;
  used: usize;

  add(n: u64): void {
    let carry = n;
    for (let i: usize = 0; carry !== 0; i++) {
      const sum = this.parts[i] + carry;
      this.parts[i] = sum % BILLION;
      carry = sum / BILLION;
      if (i >= this.used) this.used = i + 1;
    }
  }

  /** Up to 2^31. */
  times(factor: u64): void {
    let carry: u64 = 0;
    for (let i: usize = 0; i < this.used; i++) {
      const product = this.parts[i] * factor + carry;
      this.parts[i] = product % BILLION;
      carry = product / BILLION;
    }
    while (carry !== 0) {
      this.parts[this.used] = carry % BILLION;
      this.used++;
      carry /= BILLION;
    }
  }
}
