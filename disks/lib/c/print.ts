// What printf makes of its form (ISO C, 7.21.6.1), character by character, to whoever takes them.

import type { VaList } from "./arguments.ts";
import { bitsOf, Decimal } from "./decimal.ts";
import { errno, strerror } from "./errno.ts";
import { strlen, strnlen } from "./string.ts";

/** One conversion, and how many characters there were so far. */
export class Sink {
  count: i32;
  left: boolean;
  plus: boolean;
  space: boolean;
  alternate: boolean;
  zero: boolean;
  width: i64;
  /** -1 when it was not given. */
  precision: i64;
  body: Arr<u8, 512>;
  length: usize;
  prefix: Arr<u8, 4>;
  prefixLength: usize;
  decimal: Decimal;
}

/** Everything that the form says; how many characters that was. */
export function printTo(sink: Ptr<Sink>, form: Ptr<u8>, given: Ptr<VaList>, emit: (c: u8) => void): i32 {
  for (let i: usize = 0; form[i] !== 0; i++) {
    if (form[i] !== byte("%")) {
      emit(form[i]);
      sink.count++;
      continue;
    }
    i = flags(sink, form, i + 1, given);
    let size: u8 = 0;
    for (;;) {
      const c = form[i];
      if (c === byte("l")) size = size === byte("l") ? byte("L") : byte("l");
      else if (c === byte("h")) size = size === byte("h") ? byte("H") : byte("h");
      else if (c === byte("z") || c === byte("j") || c === byte("t")) size = byte("l");
      else if (c === byte("L") || c === byte("q")) size = byte("L");
      else break;
      i++;
    }
    if (form[i] === 0) break;
    conversion(sink, form[i], size, given, emit);
  }
  return sink.count;
}

/** Flags, width and precision; where the rest begins. */
function flags(sink: Ptr<Sink>, form: Ptr<u8>, from: usize, given: Ptr<VaList>): usize {
  let i = from;
  sink.left = false;
  sink.plus = false;
  sink.space = false;
  sink.alternate = false;
  sink.zero = false;
  sink.width = 0;
  sink.precision = -1;
  sink.length = 0;
  sink.prefixLength = 0;
  for (; ; i++) {
    const c = form[i];
    if (c === byte("-")) sink.left = true;
    else if (c === byte("+")) sink.plus = true;
    else if (c === byte(" ")) sink.space = true;
    else if (c === byte("#")) sink.alternate = true;
    else if (c === byte("0")) sink.zero = true;
    else break;
  }
  if (form[i] === byte("*")) {
    sink.width = i64(i32(given.word()));
    if (sink.width < 0) {
      sink.left = true;
      sink.width = 0 - sink.width;
    }
    i++;
  } else {
    for (; form[i] >= byte("0") && form[i] <= byte("9"); i++) sink.width = sink.width * 10 + i64(form[i] - byte("0"));
  }
  if (form[i] !== byte(".")) return i;
  i++;
  sink.precision = 0;
  if (form[i] === byte("*")) {
    sink.precision = i64(i32(given.word()));
    return i + 1;
  }
  for (; form[i] >= byte("0") && form[i] <= byte("9"); i++)
    sink.precision = sink.precision * 10 + i64(form[i] - byte("0"));
  return i;
}

function conversion(sink: Ptr<Sink>, kind: u8, size: u8, given: Ptr<VaList>, emit: (c: u8) => void): void {
  switch (kind) {
    case byte("d"):
    case byte("i"): {
      const n = signedOf(given.word(), size);
      sign(sink, n < 0);
      whole(sink, n < 0 ? 0 - u64(n) : u64(n), 10, false, emit);
      break;
    }
    case byte("u"):
      whole(sink, unsignedOf(given.word(), size), 10, false, emit);
      break;
    case byte("o"):
      whole(sink, unsignedOf(given.word(), size), 8, false, emit);
      break;
    case byte("x"):
    case byte("X"): {
      const n = unsignedOf(given.word(), size);
      if (sink.alternate && n !== 0) hexPrefix(sink, kind);
      whole(sink, n, 16, kind === byte("X"), emit);
      break;
    }
    case byte("p"): {
      const n = given.word();
      if (n === 0) {
        const none = "(nil)";
        textOf(sink, unsafe.ptr<u8>(addr(none)), none.length, emit);
      } else {
        hexPrefix(sink, byte("x"));
        whole(sink, n, 16, false, emit);
      }
      break;
    }
    case byte("c"):
      sink.body[0] = u8(given.word());
      textOf(sink, ref(sink.body[0]), 1, emit);
      break;
    case byte("s"): {
      const at = given.word();
      const none = "(null)";
      if (at === 0) textOf(sink, unsafe.ptr<u8>(addr(none)), none.length, emit);
      else {
        const s = unsafe.ptr<u8>(at);
        textOf(sink, s, sink.precision >= 0 ? strnlen(s, usize(sink.precision)) : strlen(s), emit);
      }
      break;
    }
    case byte("m"): {
      const s = strerror(errno());
      textOf(sink, s, strlen(s), emit);
      break;
    }
    case byte("n"):
      storeCount(given.word(), sink.count, size);
      break;
    case byte("f"):
    case byte("F"):
    case byte("e"):
    case byte("E"):
    case byte("g"):
    case byte("G"):
    case byte("a"):
    case byte("A"):
      floating(sink, kind, size === byte("L") ? given.longDouble() : given.double(), emit);
      break;
    default:
      emit(kind);
      sink.count++;
  }
}

function storeCount(at: u64, count: i32, size: u8): void {
  if (size === byte("l") || size === byte("L")) unsafe.ptr<i64>(at)[0] = i64(count);
  else if (size === byte("h")) unsafe.ptr<i16>(at)[0] = i16(count);
  else if (size === byte("H")) unsafe.ptr<i8>(at)[0] = i8(count);
  else unsafe.ptr<i32>(at)[0] = count;
}

function signedOf(word: u64, size: u8): i64 {
  if (size === byte("l") || size === byte("L")) return i64(word);
  if (size === byte("h")) return i64(i16(word));
  if (size === byte("H")) return i64(i8(word));
  return i64(i32(word));
}

function unsignedOf(word: u64, size: u8): u64 {
  if (size === byte("l") || size === byte("L")) return word;
  if (size === byte("h")) return u64(u16(word));
  if (size === byte("H")) return u64(u8(word));
  return u64(u32(word));
}

function prefixed(sink: Ptr<Sink>, c: u8): void {
  sink.prefix[sink.prefixLength] = c;
  sink.prefixLength++;
}

function hexPrefix(sink: Ptr<Sink>, x: u8): void {
  prefixed(sink, byte("0"));
  prefixed(sink, x);
}

function sign(sink: Ptr<Sink>, negative: boolean): void {
  if (negative) prefixed(sink, byte("-"));
  else if (sink.plus) prefixed(sink, byte("+"));
  else if (sink.space) prefixed(sink, byte(" "));
}

function add(sink: Ptr<Sink>, c: u8): void {
  if (sink.length >= sink.body.length) return;
  sink.body[sink.length] = c;
  sink.length++;
}

function repeat(sink: Ptr<Sink>, c: u8, times: i64, emit: (c: u8) => void): void {
  for (let i: i64 = 0; i < times; i++) {
    emit(c);
    sink.count++;
  }
}

function textOf(sink: Ptr<Sink>, at: Ptr<u8>, length: usize, emit: (c: u8) => void): void {
  const gap = sink.width - i64(length);
  if (!sink.left) repeat(sink, byte(" "), gap, emit);
  for (let i: usize = 0; i < length; i++) emit(at[i]);
  sink.count += i32(length);
  if (sink.left) repeat(sink, byte(" "), gap, emit);
}

const lowerDigits = "0123456789abcdef";
const upperDigits = "0123456789ABCDEF";

function whole(sink: Ptr<Sink>, n: u64, base: u64, upper: boolean, emit: (c: u8) => void): void {
  const room = zeroed<Arr<u8, 24>>();
  let from: usize = room.length;
  for (let rest = n; rest > 0; rest /= base) {
    from--;
    room[from] = upper ? upperDigits[usize(rest % base)] : lowerDigits[usize(rest % base)];
  }
  const length = i64(room.length - from);
  let zeros = (sink.precision < 0 ? 1 : sink.precision) - length;
  if (base === 8 && sink.alternate && zeros <= 0 && !(n === 0 && sink.precision !== 0)) zeros = 1;
  if (zeros < 0) zeros = 0;
  const all = length + zeros + i64(sink.prefixLength);
  if (sink.zero && !sink.left && sink.precision < 0 && sink.width > all) zeros += sink.width - all;
  const gap = sink.width - length - zeros - i64(sink.prefixLength);
  if (!sink.left) repeat(sink, byte(" "), gap, emit);
  begin(sink, emit);
  repeat(sink, byte("0"), zeros, emit);
  for (let i = from; i < room.length; i++) emit(room[i]);
  sink.count += i32(length);
  if (sink.left) repeat(sink, byte(" "), gap, emit);
}

/** Sign and 0x. */
function begin(sink: Ptr<Sink>, emit: (c: u8) => void): void {
  for (let i: usize = 0; i < sink.prefixLength; i++) emit(sink.prefix[i]);
  sink.count += i32(sink.prefixLength);
}

/** What `add` has put together, with `zeros` of them put in at a place. */
function number(sink: Ptr<Sink>, at: usize, zeros: i64, emit: (c: u8) => void): void {
  const all = i64(sink.length) + i64(sink.prefixLength) + zeros;
  const gap = sink.width - all;
  const filled = sink.zero && !sink.left;
  if (!sink.left && !filled) repeat(sink, byte(" "), gap, emit);
  begin(sink, emit);
  if (filled) repeat(sink, byte("0"), gap, emit);
  for (let i: usize = 0; i < sink.length; i++) {
    if (i === at) repeat(sink, byte("0"), zeros, emit);
    emit(sink.body[i]);
  }
  if (at >= sink.length) repeat(sink, byte("0"), zeros, emit);
  sink.count += i32(sink.length);
  if (sink.left) repeat(sink, byte(" "), gap, emit);
}

function floating(sink: Ptr<Sink>, kind: u8, x: f64, emit: (c: u8) => void): void {
  const bits = bitsOf(x);
  const upper = kind < byte("a");
  sign(sink, bits >> 63 !== 0);
  if (((bits >> 52) & 0x7ff) === 0x7ff) {
    const finite = (bits << 12) === 0;
    const words = finite ? (upper ? "INF" : "inf") : upper ? "NAN" : "nan";
    for (const c of words) add(sink, c);
    sink.zero = false;
    number(sink, sink.length, 0, emit);
    return;
  }
  const form = kind | 0x20;
  if (form === byte("a")) {
    hexadecimal(sink, bits, upper, emit);
    return;
  }
  const d = ref(sink.decimal);
  d.set(x);
  let precision = sink.precision < 0 ? 6 : sink.precision;
  if (form === byte("g")) {
    if (precision === 0) precision = 1;
    d.round(precision);
    if (d.count === 0) d.point = 1;
    const exponent = d.point - 1;
    const plain = exponent >= -4 && exponent < precision;
    let digits = plain ? precision - 1 - exponent : precision - 1;
    if (!sink.alternate) {
      let used = i64(d.count);
      while (used > 0 && d.digit(used - 1) === 0) used--;
      const most = plain ? used - d.point : used - 1;
      if (digits > most) digits = most < 0 ? 0 : most;
    }
    if (plain) fixed(sink, digits, emit);
    else exponential(sink, digits, upper, emit);
  } else if (form === byte("e")) {
    d.round(precision + 1);
    exponential(sink, precision, upper, emit);
  } else {
    d.round(d.point + precision);
    fixed(sink, precision, emit);
  }
}

/** Digits that cannot be other than 0 are only counted: a body is finite, a precision is not. */
function fixed(sink: Ptr<Sink>, precision: i64, emit: (c: u8) => void): void {
  const d = ref(sink.decimal);
  if (d.count === 0 || d.point <= 0) add(sink, byte("0"));
  if (d.count > 0) for (let i: i64 = 0; i < d.point; i++) add(sink, byte("0") + d.digit(i));
  if (precision > 0 || sink.alternate) add(sink, byte("."));
  // Zeros in front of the first digit, the digits that there are, zeros behind them.
  const first = d.count === 0 ? precision : d.point < 0 ? (0 - d.point < precision ? 0 - d.point : precision) : 0;
  const start = d.point > 0 && d.count > 0 ? d.point : 0;
  const zerosAt = sink.length;
  let written = first;
  for (let i = start; written < precision && i < i64(d.count); i++) {
    if (sink.length >= sink.body.length) break;
    add(sink, byte("0") + d.digit(i));
    written++;
  }
  if (first > 0 && written > first) {
    // Both ends have zeros: those behind are written out as far as there is room.
    for (; written < precision && sink.length < sink.body.length; written++) add(sink, byte("0"));
    number(sink, zerosAt, first, emit);
  } else number(sink, sink.length, precision - written + first, emit);
}

function exponential(sink: Ptr<Sink>, precision: i64, upper: boolean, emit: (c: u8) => void): void {
  const d = ref(sink.decimal);
  add(sink, byte("0") + d.digit(0));
  if (precision > 0 || sink.alternate) add(sink, byte("."));
  let written: i64 = 0;
  for (; written < precision && written + 1 < i64(d.count) && sink.length + 8 < sink.body.length; written++)
    add(sink, byte("0") + d.digit(written + 1));
  const zerosAt = sink.length;
  add(sink, upper ? byte("E") : byte("e"));
  exponentText(sink, d.count === 0 ? 0 : d.point - 1, 10);
  number(sink, zerosAt, precision - written, emit);
}

function exponentText(sink: Ptr<Sink>, exponent: i64, least: i64): void {
  add(sink, exponent < 0 ? byte("-") : byte("+"));
  const n = u64(exponent < 0 ? 0 - exponent : exponent);
  if (n >= 1000) add(sink, byte("0") + u8(n / 1000));
  if (n >= 100) add(sink, byte("0") + u8((n / 100) % 10));
  if (n >= 10 || least === 10) add(sink, byte("0") + u8((n / 10) % 10));
  add(sink, byte("0") + u8(n % 10));
}

function hexadecimal(sink: Ptr<Sink>, bits: u64, upper: boolean, emit: (c: u8) => void): void {
  hexPrefix(sink, upper ? byte("X") : byte("x"));
  const field = i64((bits >> 52) & 0x7ff);
  const fraction = bits & 0xf_ffff_ffff_ffff;
  // The digit before the point, and 13 behind it.
  let mantissa = field === 0 ? fraction : fraction | 0x10_0000_0000_0000;
  const exponent = field === 0 ? (fraction === 0 ? 0 : -1022) : field - 1023;
  let digits: i64 = 13;
  if (sink.precision >= 0 && sink.precision < 13) {
    digits = sink.precision;
    const drop = u32(52 - 4 * digits);
    const rest = mantissa & ((u64(1) << drop) - 1);
    const half = u64(1) << (drop - 1);
    mantissa = mantissa >> drop;
    if (rest > half || (rest === half && (mantissa & 1) === 1)) mantissa++;
    mantissa = mantissa << drop;
  } else if (sink.precision < 0) {
    while (digits > 0 && ((mantissa >> u32(52 - 4 * digits)) & 15) === 0) digits--;
  }
  add(sink, byte("0") + u8(mantissa >> 52));
  if (digits > 0 || sink.precision > 0 || sink.alternate) add(sink, byte("."));
  for (let i: i64 = 1; i <= digits; i++) {
    const digit = usize((mantissa >> u32(52 - 4 * i)) & 15);
    add(sink, upper ? upperDigits[digit] : lowerDigits[digit]);
  }
  const zerosAt = sink.length;
  add(sink, upper ? byte("P") : byte("p"));
  exponentText(sink, exponent, 1);
  number(sink, zerosAt, sink.precision > 13 ? sink.precision - 13 : 0, emit);
}
