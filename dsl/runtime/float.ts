// Floating-point numbers as text: the shortest digits that read back as the same number (Burger and Dybvig, "Printing
// floating-point numbers quickly and accurately", 1996, the exact method with large integers), laid out as JavaScript
// does it: plain up to 21 digits, with an exponent beyond.
import { put } from "./format.ts";

/** Bits of the largest number that occurs: 2^1076 times ten. */
const WORDS = 36;

/** A large natural number, its lowest word first. */
class Large {
  words: Arr<u32, typeof WORDS>;
  /** Words in use; those above are zero. */
  used: usize;

  set(n: u64, shift: u32): void {
    for (let i: usize = 0; i < WORDS; i++) this.words[i] = 0;
    const word = usize(shift >> 5);
    const bit = shift & 31;
    this.words[word] = u32(n << bit);
    this.words[word + 1] = u32((n << bit) >> 32);
    this.words[word + 2] = bit === 0 ? 0 : u32(n >> (64 - bit));
    this.used = word + 3;
    this.trim();
  }

  private trim(): void {
    while (this.used > 0 && this.words[this.used - 1] === 0) this.used--;
  }

  timesTen(): void {
    let carry: u64 = 0;
    for (let i: usize = 0; i < this.used; i++) {
      const product = u64(this.words[i]) * 10 + carry;
      this.words[i] = u32(product);
      carry = product >> 32;
    }
    if (carry === 0) return;
    this.words[this.used] = u32(carry);
    this.used++;
  }

  /** this -= other, which is not larger. */
  subtract(other: Ptr<Large>): void {
    let borrow: u64 = 0;
    for (let i: usize = 0; i < this.used; i++) {
      const difference = u64(this.words[i]) - u64(other.words[i]) - borrow;
      this.words[i] = u32(difference);
      borrow = (difference >> 63) & 1;
    }
    this.trim();
  }

  /** Whether this + more is below (-1), equal to (0) or above (1) the other. */
  compareSum(more: Ptr<Large>, other: Ptr<Large>): i32 {
    let carry: u64 = 0;
    let result: i32 = 0;
    for (let i: usize = 0; i < WORDS; i++) {
      const sum = u64(this.words[i]) + u64(more.words[i]) + carry;
      carry = sum >> 32;
      const low = u32(sum);
      if (low < other.words[i]) result = -1;
      else if (low > other.words[i]) result = 1;
    }
    return result;
  }

  compare(other: Ptr<Large>): i32 {
    for (let i: usize = WORDS; i > 0; i--) {
      const mine = this.words[i - 1];
      const theirs = other.words[i - 1];
      if (mine !== theirs) return mine < theirs ? -1 : 1;
    }
    return 0;
  }
}

/** The decimal digits of a number: 0.d1d2d3… times ten to the power of `exponent`. */
class Decimal {
  digits: Arr<u8, 18>;
  count: usize;
  exponent: i32;

  /** Of a positive number that is finite: `mantissa` times two to the power of `power`. */
  from(mantissa: u64, power: i32): void {
    // The number is r / s; up and down are the distances, over s, to the middles between it and its neighbours.
    const r = zeroed<Large>();
    const s = zeroed<Large>();
    const up = zeroed<Large>();
    const down = zeroed<Large>();
    // Below a power of two the numbers lie twice as dense.
    const edge: u32 = mantissa === 1 << 52 && power > -1074 ? 1 : 0;
    if (power >= 0) {
      r.set(mantissa, u32(power) + 1 + edge);
      s.set(2, edge);
      up.set(1, u32(power) + edge);
      down.set(1, u32(power));
    } else {
      r.set(mantissa, 1 + edge);
      s.set(1, u32(-power) + 1 + edge);
      up.set(1, edge);
      down.set(1, 0);
    }
    // A reader rounds a middle to the even neighbour.
    const reach: i32 = (mantissa & 1) === 0 ? 0 : 1;
    this.exponent = 0;
    while (r.compareSum(ref(up), ref(s)) >= reach) {
      s.timesTen();
      this.exponent++;
    }
    for (;;) {
      r.timesTen();
      up.timesTen();
      down.timesTen();
      if (r.compareSum(ref(up), ref(s)) >= reach) break;
      this.exponent--;
    }
    this.count = 0;
    for (;;) {
      let digit: u8 = 0;
      while (r.compare(ref(s)) >= 0) {
        r.subtract(ref(s));
        digit++;
      }
      const low = r.compare(ref(down)) < 1 - reach;
      const high = r.compareSum(ref(up), ref(s)) >= reach;
      if (low || high) {
        // The nearer of the two ends; a middle goes up.
        if (high && (!low || r.compareSum(ref(r), ref(s)) >= 0)) digit++;
        this.add(digit);
        return;
      }
      this.add(digit);
      r.timesTen();
      up.timesTen();
      down.timesTen();
    }
  }

  private add(digit: u8): void {
    this.digits[this.count] = byte("0") + digit;
    this.count++;
  }
}

/** Text that is put together before it goes out. */
class Line {
  text: Arr<u8, 40>;
  length: usize;

  put(c: u8): void {
    this.text[this.length] = c;
    this.length++;
  }
  zeros(count: i32): void {
    for (let i: i32 = 0; i < count; i++) this.put(byte("0"));
  }
}

function float(sink: u64, given: f64): void {
  attr(symbol("format.float"));
  let x = given;
  const bits = unsafe.cast<Ptr<u64>>(ref(x))[0];
  const line = zeroed<Line>();
  const power = i32(bits >> 52) & 0x7ff;
  const fraction = bits & ((1 << 52) - 1);
  if (power === 0x7ff) {
    const name = fraction !== 0 ? "NaN" : bits >> 63 === 0 ? "Infinity" : "-Infinity";
    for (const c of name) line.put(c);
    put(sink, ref(line.text[0]), line.length);
    return;
  }
  if (bits << 1 === 0) {
    line.put(byte("0"));
  } else {
    if (bits >> 63 === 1) line.put(byte("-"));
    const decimal = zeroed<Decimal>();
    if (power === 0) decimal.from(fraction, -1074);
    else decimal.from(fraction | (1 << 52), power - 1075);
    layOut(ref(line), ref(decimal));
  }
  put(sink, ref(line.text[0]), line.length);
}

/** As ECMA-262, Number::toString, says where the point and the exponent stand. */
function layOut(line: Ptr<Line>, decimal: Ptr<Decimal>): void {
  const point = decimal.exponent;
  const count = i32(decimal.count);
  const exponential = point < -5 || point > 21;
  if (!exponential && point <= 0) {
    line.put(byte("0"));
    line.put(byte("."));
    line.zeros(-point);
  }
  for (let k: i32 = 0; k < count; k++) {
    if (k > 0 && k === (exponential ? 1 : point)) line.put(byte("."));
    line.put(decimal.digits[usize(k)]);
  }
  if (!exponential) {
    line.zeros(point - count);
    return;
  }
  line.put(byte("e"));
  let power = point - 1;
  line.put(power < 0 ? byte("-") : byte("+"));
  if (power < 0) power = -power;
  if (power >= 100) line.put(byte("0") + u8(power / 100));
  if (power >= 10) line.put(byte("0") + u8((power / 10) % 10));
  line.put(byte("0") + u8(power % 10));
}
