// Texts that grow, and questions about texts.

import { free, growRow } from "./heap.ts";

/** Bytes that are put one behind the other. */
export class Text {
  private row: Ptr<u8> | null;
  length: usize;
  private room: usize;

  private reserve(more: usize): Ptr<u8> {
    if (this.length + more > this.room || this.row === null) {
      const doubled = this.room * 2;
      this.room = this.length + more > doubled ? this.length + more + 16 : doubled;
      this.row = growRow<u8>(this.row, this.room);
    }
    const row = this.row;
    if (row === null) panic("a text without its row");
    return row;
  }

  put(c: u8): Ptr<Text> {
    this.reserve(1)[this.length] = c;
    this.length++;
    return ref<Text>(this);
  }

  add(t: string): Ptr<Text> {
    const row = this.reserve(t.length);
    copySlice(slice(ref(row[this.length]), t.length), bytes(t));
    this.length += t.length;
    return ref<Text>(this);
  }

  number(n: u64): Ptr<Text> {
    const digits = zeroed<Digits>();
    return this.add(digits.of(n, 10));
  }

  signed(n: i64): Ptr<Text> {
    if (n >= 0) return this.number(u64(n));
    return this.put(byte("-")).number(0 - u64(n));
  }

  repeat(c: u8, times: usize): Ptr<Text> {
    for (let i: usize = 0; i < times; i++) this.put(c);
    return ref<Text>(this);
  }

  insert(at: usize, t: string): void {
    const row = this.reserve(t.length);
    const tail = this.length - at;
    copySlice(slice(ref(row[at + t.length]), tail), slice(ref(row[at]), tail));
    copySlice(slice(ref(row[at]), t.length), bytes(t));
    this.length += t.length;
  }

  remove(from: usize, to: usize): void {
    const all = this.bytes();
    copySlice(all.sub(from, from + all.length - to), all.sub(to, all.length));
    this.length -= to - from;
  }

  clear(): void {
    this.length = 0;
  }

  cut(length: usize): void {
    if (length < this.length) this.length = length;
  }

  /** In place; good until something is added. */
  view(): string {
    return text(this.bytes());
  }

  bytes(): Slice<u8> {
    const row = this.row;
    if (row === null) return slice(unsafe.ptr<u8>(1), 0);
    return slice(row, this.length);
  }

  dispose(): void {
    if (this.row !== null) free(this.row);
    this.row = null;
    this.length = 0;
    this.room = 0;
  }
}

/** The digits of a number, made in place from the last one on. */
export class Digits {
  bytes: Arr<u8, 64>;

  of(n: u64, base: u64): string {
    let at: usize = 64;
    let left = n;
    do {
      const digit = u8(left % base);
      at--;
      this.bytes[at] = digit < 10 ? byte("0") + digit : byte("a") - 10 + digit;
      left /= base;
    } while (left !== 0);
    return text(slice(this.bytes).sub(at, 64));
  }
}

/** Below 0, 0 or above 0, as bytes compare. */
export function compare(x: string, y: string): i32 {
  const shorter = x.length < y.length ? x.length : y.length;
  for (let i: usize = 0; i < shorter; i++) if (x[i] !== y[i]) return i32(x[i]) - i32(y[i]);
  return x.length === y.length ? 0 : x.length < y.length ? -1 : 1;
}

export function startsWith(t: string, start: string): boolean {
  return t.length >= start.length && t.sub(0, start.length) === start;
}

export function endsWith(t: string, end: string): boolean {
  return t.length >= end.length && t.sub(t.length - end.length, t.length) === end;
}

/** Where a byte is first, from `from` on; the length when it is nowhere. */
export function indexOf(t: string, c: u8, from: usize): usize {
  let i = from;
  while (i < t.length && t[i] !== c) i++;
  return i;
}

/** Where a byte is last; the length when it is nowhere. */
export function lastIndexOf(t: string, c: u8): usize {
  for (let i = t.length; i > 0; i--) if (t[i - 1] === c) return i - 1;
  return t.length;
}

/** Where a text is first, from `from` on; the length when it is nowhere. */
export function find(t: string, wanted: string, from: usize): usize {
  for (let i = from; i + wanted.length <= t.length; i++) if (t.sub(i, i + wanted.length) === wanted) return i;
  return t.length;
}

export function has(t: string, c: u8): boolean {
  return indexOf(t, c, 0) < t.length;
}

/** What is behind the last slash, as the shell's ${x##*\/}; of "a/b/" it is "b" and of "/" it is "/". */
export function baseName(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === byte("/")) end--;
  const cut = path.sub(0, end);
  const at = lastIndexOf(cut, byte("/"));
  return at === cut.length || cut.length === 1 ? cut : cut.sub(at + 1, cut.length);
}

export function isSpace(c: u8): boolean {
  return c === byte(" ") || (c >= 9 && c <= 13);
}
export function isDigit(c: u8): boolean {
  return c >= byte("0") && c <= byte("9");
}
export function isUpper(c: u8): boolean {
  return c >= byte("A") && c <= byte("Z");
}
export function isLower(c: u8): boolean {
  return c >= byte("a") && c <= byte("z");
}
export function isLetter(c: u8): boolean {
  return isUpper(c) || isLower(c);
}
export function isLetterOrDigit(c: u8): boolean {
  return isLetter(c) || isDigit(c);
}
/** Letters, digits and _: what names are made of. */
export function isWord(c: u8): boolean {
  return isLetterOrDigit(c) || c === byte("_");
}
export function isPrintable(c: u8): boolean {
  return c >= 32 && c < 127;
}
export function isPunctuation(c: u8): boolean {
  return c > 32 && c < 127 && !isLetterOrDigit(c);
}
export function lower(c: u8): u8 {
  return isUpper(c) ? c + 32 : c;
}
export function upper(c: u8): u8 {
  return isLower(c) ? c - 32 : c;
}

/** The number that a whole text is, in base 10; EINVAL when it is none, ERANGE when it is too large. */
export function parseNumber(t: string): Res<u64> {
  return parseBase(t, 10);
}

export function parseBase(t: string, base: u64): Res<u64> {
  if (t.length === 0) return err(Errno.EINVAL);
  let n: u64 = 0;
  for (const c of t) {
    const d = digitOf(c);
    if (d >= base) return err(Errno.EINVAL);
    if (multiplyHigh(n, base) !== 0 || n * base + d < n * base) return err(Errno.ERANGE);
    n = n * base + d;
  }
  return n;
}

/** The value of a digit or letter; 99 for anything else. */
export function digitOf(c: u8): u64 {
  if (isDigit(c)) return u64(c - byte("0"));
  if (isLetter(c)) return u64(lower(c) - byte("a")) + 10;
  return 99;
}

/** With a sign, in base 10. */
export function parseSigned(t: string): Res<i64> {
  const negative = t.length > 0 && t[0] === byte("-");
  const n = orReturn(parseNumber(negative || (t.length > 0 && t[0] === byte("+")) ? t.sub(1, t.length) : t));
  if (n > (negative ? 0x8000_0000_0000_0000 : 0x7fff_ffff_ffff_ffff)) return err(Errno.ERANGE);
  return negative ? i64(0 - n) : i64(n);
}
