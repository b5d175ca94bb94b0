// Text to numbers: strtol and its family, strtod.

import { isalpha, isdigit, isspace } from "./ctype.ts";
import { bitsOf, Decimal, doubleOf } from "./decimal.ts";
import { setErrno } from "./errno.ts";
import { strncasecmp } from "./string.ts";

/** A number that was read, and how far. */
class Parsed {
  magnitude: u64;
  negative: boolean;
  overflow: boolean;
  length: usize;
}

function valueOf(c: u8): u64 {
  if (isdigit(i32(c)) === 1) return u64(c - byte("0"));
  return isalpha(i32(c)) === 1 ? u64((c | 0x20) - byte("a")) + 10 : 99;
}

function parse(s: Ptr<u8>, base: i32, into: Ptr<Parsed>): void {
  let i: usize = 0;
  while (isspace(i32(s[i])) === 1) i++;
  into.negative = s[i] === byte("-");
  if (s[i] === byte("-") || s[i] === byte("+")) i++;
  let radix = u64(base);
  const hexadecimal = s[i] === byte("0") && (s[i + 1] | 0x20) === byte("x") && valueOf(s[i + 2]) < 16;
  if ((base === 0 || base === 16) && hexadecimal) {
    i += 2;
    radix = 16;
  } else if (base === 0) radix = s[i] === byte("0") ? 8 : 10;
  const first = i;
  for (; valueOf(s[i]) < radix; i++) {
    const digit = valueOf(s[i]);
    if (into.magnitude > (0xffff_ffff_ffff_ffff - digit) / radix) into.overflow = true;
    else into.magnitude = into.magnitude * radix + digit;
  }
  into.length = i === first ? 0 : i;
}

function tellEnd(end: Ptr<u64> | null, s: Ptr<u8>, length: usize): void {
  if (end !== null) end[0] = addr(s) + length;
}

/// <stdlib.h>
/*h
#include <stddef.h>
*/
/// long strtol(const char *restrict s, char **restrict end, int base);
export function strtol(s: Ptr<u8>, end: Ptr<u64> | null, base: i32): i64 {
  attr(symbol("strtol"));
  const p = zeroed<Parsed>();
  parse(s, base, ref(p));
  tellEnd(end, s, p.length);
  const most: u64 = p.negative ? 0x8000_0000_0000_0000 : 0x7fff_ffff_ffff_ffff;
  if (p.overflow || p.magnitude > most) {
    setErrno(i32(Errno.ERANGE));
    return i64(most);
  }
  return p.negative ? 0 - i64(p.magnitude) : i64(p.magnitude);
}
/// long long strtoll(const char *restrict s, char **restrict end, int base);
export function strtoll(s: Ptr<u8>, end: Ptr<u64> | null, base: i32): i64 {
  attr(symbol("strtoll"));
  return strtol(s, end, base);
}
/// unsigned long strtoul(const char *restrict s, char **restrict end, int base);
export function strtoul(s: Ptr<u8>, end: Ptr<u64> | null, base: i32): u64 {
  attr(symbol("strtoul"));
  const p = zeroed<Parsed>();
  parse(s, base, ref(p));
  tellEnd(end, s, p.length);
  if (p.overflow) {
    setErrno(i32(Errno.ERANGE));
    return 0xffff_ffff_ffff_ffff;
  }
  return p.negative ? 0 - p.magnitude : p.magnitude;
}
/// unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
export function strtoull(s: Ptr<u8>, end: Ptr<u64> | null, base: i32): u64 {
  attr(symbol("strtoull"));
  return strtoul(s, end, base);
}
/// int atoi(const char *s);
export function atoi(s: Ptr<u8>): i32 {
  attr(symbol("atoi"));
  return i32(strtol(s, null, 10));
}
/// long atol(const char *s);
export function atol(s: Ptr<u8>): i64 {
  attr(symbol("atol"));
  return strtol(s, null, 10);
}
/// long long atoll(const char *s);
export function atoll(s: Ptr<u8>): i64 {
  attr(symbol("atoll"));
  return strtol(s, null, 10);
}

function isWord(s: Ptr<u8>, word: string): boolean {
  return strncasecmp(s, unsafe.ptr<u8>(addr(word)), word.length) === 0;
}

/// double strtod(const char *restrict s, char **restrict end);
export function strtod(s: Ptr<u8>, end: Ptr<u64> | null): f64 {
  attr(symbol("strtod"));
  let i: usize = 0;
  while (isspace(i32(s[i])) === 1) i++;
  const negative = s[i] === byte("-");
  if (s[i] === byte("-") || s[i] === byte("+")) i++;
  let x: f64 = 0;
  if (isWord(ref(s[i]), "inf")) {
    x = doubleOf(0x7ff0_0000_0000_0000);
    i += isWord(ref(s[i]), "infinity") ? 8 : 3;
  } else if (isWord(ref(s[i]), "nan")) {
    x = doubleOf(0x7ff8_0000_0000_0000);
    i += 3;
  } else {
    const d = zeroed<Decimal>();
    const first = i;
    let any = false;
    let points: i64 = 0;
    for (; isdigit(i32(s[i])) === 1; i++) {
      any = true;
      if (d.count > 0 || s[i] !== byte("0")) {
        d.push(s[i] - byte("0"));
        points++;
      }
    }
    if (s[i] === byte(".") && (any || isdigit(i32(s[i + 1])) === 1)) {
      i++;
      for (; isdigit(i32(s[i])) === 1; i++) {
        any = true;
        if (d.count > 0 || s[i] !== byte("0")) d.push(s[i] - byte("0"));
        else points--;
      }
    }
    if (!any) {
      tellEnd(end, s, 0);
      return 0;
    }
    assert(i > first);
    i += exponentAt(ref(s[i]), ref(points));
    d.point = points;
    const nonzero = d.count > 0;
    x = d.nearest();
    const small = x < doubleOf(0x10_0000_0000_0000) && (x === 0 || d.inexact);
    if (nonzero && (small || x === doubleOf(0x7ff0_0000_0000_0000))) setErrno(i32(Errno.ERANGE));
  }
  tellEnd(end, s, i);
  return negative ? doubleOf(bitsOf(x) | 0x8000_0000_0000_0000) : x;
}

/** Adds an exponent, if there is one, to `points`; its length. */
function exponentAt(s: Ptr<u8>, points: Ptr<i64>): usize {
  if ((s[0] | 0x20) !== byte("e")) return 0;
  let i: usize = 1;
  const negative = s[i] === byte("-");
  if (s[i] === byte("-") || s[i] === byte("+")) i++;
  if (isdigit(i32(s[i])) === 0) return 0;
  let n: i64 = 0;
  for (; isdigit(i32(s[i])) === 1; i++) if (n < 100_000) n = n * 10 + i64(s[i] - byte("0"));
  points[0] += negative ? 0 - n : n;
  return i;
}

/// double atof(const char *s);
export function atof(s: Ptr<u8>): f64 {
  attr(symbol("atof"));
  return strtod(s, null);
}
/// float strtof(const char *restrict s, char **restrict end);
export function strtof(s: Ptr<u8>, end: Ptr<u64> | null): f32 {
  attr(symbol("strtof"));
  return f32(strtod(s, end));
}
