// printf, for the program and for the shell: the format is used again until the arguments are used up.

import { errors, out } from "../stream.ts";
import { programName } from "../environment.ts";
import { Escape } from "../escapes.ts";
import { Digits, digitOf, has, isDigit, lower, Text } from "../text.ts";

class Printer {
  words: View<string>;
  /** The next argument. */
  next: usize;
  status: i32;
  ends: boolean;
  /** The text so far: width and precision can only be had when it is known. */
  piece: Text;

  take(): string {
    if (this.next >= this.words.length) return "";
    this.next++;
    return this.words[this.next - 1];
  }

  wrong(word: string, what: string): void {
    out.flush();
    errors.write(programName());
    errors.write(": printf: ");
    errors.write(word);
    errors.write(": ");
    errors.line(what);
    this.status = 1;
  }

  /** A number as C writes it, or 'c for a character's code. */
  number(): i64 {
    const t = this.take();
    if (t.length === 0) return 0;
    if (t[0] === byte("'") || t[0] === byte('"')) return t.length > 1 ? i64(t[1]) : 0;
    let at: usize = 0;
    while (at < t.length && t[at] === byte(" ")) at++;
    const negative = at < t.length && t[at] === byte("-");
    if (at < t.length && (negative || t[at] === byte("+"))) at++;
    let base: u64 = 10;
    if (at + 1 < t.length && t[at] === byte("0")) {
      base = 8;
      if (lower(t[at + 1]) === byte("x")) {
        base = 16;
        at += 2;
      }
    }
    let n: u64 = 0;
    const from = at;
    while (at < t.length && digitOf(t[at]) < base) {
      n = n * base + digitOf(t[at]);
      at++;
    }
    if (at < t.length || at === from) this.wrong(t, from === at ? "expected numeric value" : "not completely converted");
    return negative ? 0 - i64(n) : i64(n);
  }

  /** The format, once. */
  run(form: string): void {
    const escape = zeroed<Escape>();
    for (let i: usize = 0; i < form.length && !this.ends; ) {
      const c = form[i];
      if (c === byte("\\") && i + 1 < form.length) {
        i = escape.read(form, i, false);
        if (escape.ends) this.ends = true;
        else for (const b of slice(escape.bytes, escape.length)) out.put(b);
      } else if (c !== byte("%")) {
        out.put(c);
        i++;
      } else if (i + 1 < form.length && form[i + 1] === byte("%")) {
        out.put(c);
        i += 2;
      } else i = this.conversion(form, i + 1);
    }
  }

  /** Behind a %: where it ends. */
  private conversion(form: string, from: usize): usize {
    let i = from;
    const flags = zeroed<Text>();
    using _ = defer(() => flags.dispose());
    while (i < form.length && has("-+ #0", form[i])) {
      flags.put(form[i]);
      i++;
    }
    let width: i64 = 0;
    if (i < form.length && form[i] === byte("*")) {
      width = this.number();
      if (width < 0) {
        flags.put(byte("-"));
        width = 0 - width;
      }
      i++;
    } else {
      while (i < form.length && isDigit(form[i])) {
        width = width * 10 + i64(form[i] - byte("0"));
        i++;
      }
    }
    let precision: i64 = -1;
    if (i < form.length && form[i] === byte(".")) {
      i++;
      precision = 0;
      if (i < form.length && form[i] === byte("*")) {
        precision = this.number();
        i++;
      } else {
        while (i < form.length && isDigit(form[i])) {
          precision = precision * 10 + i64(form[i] - byte("0"));
          i++;
        }
      }
    }
    while (i < form.length && has("hlLjzt", form[i])) i++;
    if (i === form.length) {
      this.wrong("%", "invalid format");
      this.ends = true;
      return i;
    }
    this.piece.clear();
    const f = flags.view();
    let zeros = has(f, byte("0")) && !has(f, byte("-"));
    switch (form[i]) {
      case byte("s"): this.text(this.take(), precision); zeros = false; break;
      case byte("c"):
        if (this.next >= this.words.length) this.piece.put(0);
        else this.text(this.take(), 1);
        zeros = false;
        break;
      case byte("b"):
        this.escapes(this.take());
        if (precision >= 0) this.piece.cut(usize(precision));
        zeros = false;
        break;
      case byte("d"):
      case byte("i"): {
        const n = this.number();
        this.sign(n < 0, f);
        this.digits(n < 0 ? 0 - u64(n) : u64(n), 10, precision, false);
        break;
      }
      case byte("u"): this.digits(u64(this.number()), 10, precision, false); break;
      case byte("o"): {
        const n = u64(this.number());
        this.digits(n, 8, precision, false);
        if (has(f, byte("#")) && (this.piece.length === 0 || this.piece.view()[0] !== byte("0"))) this.piece.insert(0, "0");
        break;
      }
      case byte("x"):
      case byte("X"): {
        const n = u64(this.number());
        if (has(f, byte("#")) && n !== 0) this.piece.put(byte("0")).put(form[i]);
        this.digits(n, 16, precision, form[i] === byte("X"));
        break;
      }
      default:
        this.wrong(form.sub(from - 1, i + 1), "invalid directive");
        this.ends = true;
        return i + 1;
    }
    this.pad(f, usize(width), zeros && precision < 0);
    return i + 1;
  }

  private text(t: string, precision: i64): void {
    this.piece.add(precision >= 0 && usize(precision) < t.length ? t.sub(0, usize(precision)) : t);
  }

  private escapes(t: string): void {
    const escape = zeroed<Escape>();
    for (let i: usize = 0; i < t.length; ) {
      if (t[i] === byte("\\") && i + 1 < t.length) {
        i = escape.read(t, i, true);
        if (escape.ends) {
          this.ends = true;
          return;
        }
        for (const b of slice(escape.bytes, escape.length)) this.piece.put(b);
      } else {
        this.piece.put(t[i]);
        i++;
      }
    }
  }

  private sign(negative: boolean, flags: string): void {
    if (negative) this.piece.put(byte("-"));
    else if (has(flags, byte("+"))) this.piece.put(byte("+"));
    else if (has(flags, byte(" "))) this.piece.put(byte(" "));
  }

  private digits(n: u64, base: u64, precision: i64, capital: boolean): void {
    const digits = zeroed<Digits>();
    const t = digits.of(n, base);
    if (precision === 0 && n === 0) return;
    if (precision > i64(t.length)) this.piece.repeat(byte("0"), usize(precision) - t.length);
    for (const c of t) this.piece.put(capital && c >= byte("a") ? c - 32 : c);
  }

  private pad(flags: string, width: usize, zeros: boolean): void {
    const t = this.piece.view();
    const missing = t.length < width ? width - t.length : 0;
    if (has(flags, byte("-"))) {
      out.write(t);
      out.repeat(byte(" "), missing);
    } else if (zeros) {
      // Behind the sign, or behind 0x.
      const front: usize = t.length > 0 && has("+- ", t[0]) ? 1 : t.length > 1 && lower(t[1]) === byte("x") ? 2 : 0;
      out.write(t.sub(0, front));
      out.repeat(byte("0"), missing);
      out.write(t.sub(front, t.length));
    } else {
      out.repeat(byte(" "), missing);
      out.write(t);
    }
  }
}

/** `words`: the format, and what goes into it. */
export function printFormatted(given: View<string>): i32 {
  const words = given.length > 0 && given[0] === "--" ? given.sub(1, given.length) : given;
  if (words.length === 0) {
    errors.line("usage: printf FORMAT [ARGUMENT]...");
    return 2;
  }
  const printer = zeroed<Printer>();
  using _ = defer(() => printer.piece.dispose());
  printer.words = words.sub(1, words.length);
  do {
    const before = printer.next;
    printer.run(words[0]);
    if (printer.next === before) break;
  } while (printer.next < printer.words.length && !printer.ends);
  return printer.status;
}
