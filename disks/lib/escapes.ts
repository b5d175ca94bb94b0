// Backslashes in texts: \n, \t, \101 …, as C, echo, printf and tr understand them.

import { digitOf } from "./text.ts";

/** What one escape means. */
export class Escape {
  bytes: Arr<u8, 2>;
  length: usize;
  /** It was \c: nothing more is written. */
  ends: boolean;

  private is(c: u8): void {
    this.bytes[0] = c;
    this.length = 1;
  }

  /** `t[at]` is a backslash, and something is behind it: where the escape ends. `zero`: octal numbers begin with 0 (echo, %b). */
  read(t: string, at: usize, zero: boolean): usize {
    this.ends = false;
    const c = t[at + 1];
    switch (c) {
      case byte("n"): this.is(10); return at + 2;
      case byte("t"): this.is(9); return at + 2;
      case byte("r"): this.is(13); return at + 2;
      case byte("a"): this.is(7); return at + 2;
      case byte("b"): this.is(8); return at + 2;
      case byte("e"): this.is(27); return at + 2;
      case byte("f"): this.is(12); return at + 2;
      case byte("v"): this.is(11); return at + 2;
      case byte("\\"): this.is(byte("\\")); return at + 2;
      case byte("c"):
        this.length = 0;
        this.ends = true;
        return at + 2;
      case byte("x"): {
        const end = this.digits(t, at + 2, 2, 16);
        if (end > at + 2) return end;
        break;
      }
      default: {
        const from = zero && c === byte("0") ? at + 2 : at + 1;
        if (from === at + 1 && digitOf(c) >= 8) break;
        return this.digits(t, from, 3, 8);
      }
    }
    this.bytes[0] = byte("\\");
    this.bytes[1] = c;
    this.length = 2;
    return at + 2;
  }

  /** Up to `most` digits: where they end. */
  private digits(t: string, from: usize, most: usize, base: u64): usize {
    let n: u64 = 0;
    let at = from;
    while (at < t.length && at < from + most && digitOf(t[at]) < base) {
      n = n * base + digitOf(t[at]);
      at++;
    }
    this.is(u8(n));
    return at;
  }
}

export function escaped(t: string, at: usize, zero: boolean, into: Ptr<Escape>): usize {
  return into.read(t, at, zero);
}
