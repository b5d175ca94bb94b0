// $((…)): C's expressions over 64-bit numbers, with the shell's variables. A number in the middle of a recursion by
// precedence; what is not taken (the other side of ?:, && and ||) is read without being done.

import { complainText } from "../failing.ts";
import { Digits, digitOf, isDigit, isLetter, isSpace, isWord } from "../text.ts";
import { lookUp, setVariable } from "./variables.ts";

class Reader {
  text: string;
  at: usize;
  /** Above 0: nothing is assigned, no division fails. */
  skipped: u32;
  depth: u32;

  wrong(what: string): Err {
    complainText("arithmetic expression", what);
    return err(Errno.EINVAL);
  }

  spaces(): void {
    while (this.at < this.text.length && isSpace(this.text[this.at])) this.at++;
  }

  peek(): u8 {
    this.spaces();
    return this.at < this.text.length ? this.text[this.at] : 0;
  }

  /** Takes an operator when it stands here, and is not the beginning of a longer one that ends in one of `not`. */
  take(operator: string, not: string): boolean {
    this.spaces();
    const end = this.at + operator.length;
    if (end > this.text.length || this.text.sub(this.at, end) !== operator) return false;
    if (end < this.text.length) for (const c of not) if (this.text[end] === c) return false;
    this.at = end;
    return true;
  }

  /** Everything, commas included. */
  all(): Res<i64> {
    attr(bounded(200));
    let value = orReturn(this.assignment());
    while (this.take(",", "")) value = orReturn(this.assignment());
    return value;
  }

  private assignment(): Res<i64> {
    attr(bounded(200));
    this.depth++;
    if (this.depth > 200) return this.wrong("too deep");
    using _ = defer(() => {
      this.depth--;
    });
    const from = this.at;
    this.spaces();
    const start = this.at;
    while (this.at < this.text.length && isWord(this.text[this.at])) this.at++;
    const name = this.text.sub(start, this.at);
    if (name.length > 0 && !isDigit(name[0])) {
      const operator = this.assigning();
      if (operator !== 0) {
        const right = orReturn(this.assignment());
        const value = operator === byte("=") ? right : orReturn(this.calculate(operator, orReturn(this.variable(name)), right));
        if (this.skipped === 0) orReturn(assign(name, value));
        return value;
      }
    }
    this.at = from;
    return this.conditional();
  }

  /** = 0, or the operator in front of it; < and > stand for << and >>. 0: no assignment. */
  private assigning(): u8 {
    if (this.take("=", "=")) return byte("=");
    if (this.take("<<=", "")) return byte("<");
    if (this.take(">>=", "")) return byte(">");
    if (this.take("*=", "")) return byte("*");
    if (this.take("/=", "")) return byte("/");
    if (this.take("%=", "")) return byte("%");
    if (this.take("+=", "")) return byte("+");
    if (this.take("-=", "")) return byte("-");
    if (this.take("&=", "")) return byte("&");
    if (this.take("^=", "")) return byte("^");
    if (this.take("|=", "")) return byte("|");
    return 0;
  }

  private conditional(): Res<i64> {
    attr(bounded(200));
    const condition = orReturn(this.or());
    if (!this.take("?", "")) return condition;
    const first = orReturn(this.maybe(condition !== 0));
    if (!this.take(":", "")) return this.wrong("expecting ':'");
    if (condition !== 0) this.skipped++;
    const second = this.conditional();
    if (condition !== 0) this.skipped--;
    if (isErr(second)) return second;
    return condition !== 0 ? first : second;
  }

  private maybe(done: boolean): Res<i64> {
    attr(bounded(200));
    if (!done) this.skipped++;
    const value = this.all();
    if (!done) this.skipped--;
    return value;
  }

  private or(): Res<i64> {
    attr(bounded(200));
    let left = orReturn(this.and());
    while (this.take("||", "")) {
      const settled = left !== 0;
      if (settled) this.skipped++;
      const right = this.and();
      if (settled) this.skipped--;
      if (isErr(right)) return right;
      left = settled || right !== 0 ? 1 : 0;
    }
    return left;
  }

  private and(): Res<i64> {
    attr(bounded(200));
    let left = orReturn(this.binary(0));
    while (this.take("&&", "")) {
      const settled = left === 0;
      if (settled) this.skipped++;
      const right = this.binary(0);
      if (settled) this.skipped--;
      if (isErr(right)) return right;
      left = !settled && right !== 0 ? 1 : 0;
    }
    return left;
  }

  /** The operators from | (level 0) to * (level 7). */
  private binary(level: u32): Res<i64> {
    attr(bounded(200));
    if (level === 8) return this.unary();
    let left = orReturn(this.binary(level + 1));
    for (;;) {
      const operator = this.operatorOf(level);
      if (operator === 0) return left;
      const right = orReturn(this.binary(level + 1));
      left = orReturn(this.calculate(operator, left, right));
    }
  }

  /** Comparisons: e for ==, n for !=, l for <=, g for >=, L for <, G for >. */
  private operatorOf(level: u32): u8 {
    switch (level) {
      case 0: return this.take("|", "|=") ? byte("|") : 0;
      case 1: return this.take("^", "=") ? byte("^") : 0;
      case 2: return this.take("&", "&=") ? byte("&") : 0;
      case 3: return this.take("==", "") ? byte("e") : this.take("!=", "") ? byte("n") : 0;
      case 4:
        if (this.take("<=", "")) return byte("l");
        if (this.take(">=", "")) return byte("g");
        return this.take("<", "<") ? byte("L") : this.take(">", ">") ? byte("G") : 0;
      case 5: return this.take("<<", "=") ? byte("<") : this.take(">>", "=") ? byte(">") : 0;
      case 6: return this.take("+", "=+") ? byte("+") : this.take("-", "=-") ? byte("-") : this.take("+", "=") ? byte("+") : this.take("-", "=") ? byte("-") : 0;
      default: return this.take("*", "=") ? byte("*") : this.take("/", "=") ? byte("/") : this.take("%", "=") ? byte("%") : 0;
    }
  }

  private calculate(operator: u8, x: i64, y: i64): Res<i64> {
    switch (operator) {
      case byte("|"): return x | y;
      case byte("^"): return x ^ y;
      case byte("&"): return x & y;
      case byte("e"): return x === y ? 1 : 0;
      case byte("n"): return x !== y ? 1 : 0;
      case byte("l"): return x <= y ? 1 : 0;
      case byte("g"): return x >= y ? 1 : 0;
      case byte("L"): return x < y ? 1 : 0;
      case byte("G"): return x > y ? 1 : 0;
      case byte("<"): return x << (u32(y) & 63);
      case byte(">"): return x >> (u32(y) & 63);
      case byte("+"): return x + y;
      case byte("-"): return x - y;
      case byte("*"): return x * y;
      default: {
        if (y === 0) {
          if (this.skipped > 0) return 0;
          return this.wrong("division by zero");
        }
        // The one quotient that does not fit.
        if (y === -1) return operator === byte("/") ? 0 - x : 0;
        return operator === byte("/") ? x / y : x % y;
      }
    }
  }

  private unary(): Res<i64> {
    attr(bounded(200));
    this.depth++;
    if (this.depth > 200) return this.wrong("too deep");
    using _ = defer(() => {
      this.depth--;
    });
    if (this.take("!", "=")) return orReturn(this.unary()) === 0 ? 1 : 0;
    if (this.take("~", "")) return ~orReturn(this.unary());
    if (this.take("-", "")) return 0 - orReturn(this.unary());
    if (this.take("+", "")) return this.unary();
    return this.primary();
  }

  private primary(): Res<i64> {
    attr(bounded(200));
    if (this.take("(", "")) {
      const value = orReturn(this.all());
      if (!this.take(")", "")) return this.wrong("expecting ')'");
      return value;
    }
    const c = this.peek();
    const start = this.at;
    while (this.at < this.text.length && isWord(this.text[this.at])) this.at++;
    const t = this.text.sub(start, this.at);
    if (isDigit(c)) return this.number(t);
    if (isLetter(c) || c === byte("_")) return this.variable(t);
    return this.wrong("expecting primary");
  }

  private number(t: string): Res<i64> {
    let base: u64 = 10;
    let from: usize = 0;
    if (t.length > 1 && t[0] === byte("0")) {
      base = 8;
      from = 1;
      if (t[1] === byte("x") || t[1] === byte("X")) {
        base = 16;
        from = 2;
      }
    }
    let n: u64 = 0;
    for (const c of t.sub(from, t.length)) {
      if (digitOf(c) >= base) return this.wrong("bad number");
      n = n * base + digitOf(c);
    }
    return i64(n);
  }

  /** What is in it is a number, or nothing, or an expression again. */
  private variable(name: string): Res<i64> {
    attr(bounded(200));
    const v = lookUp(name);
    if (v === null || !v.isSet || v.value.length === 0) return 0;
    const inner = zeroed<Reader>();
    inner.text = v.value;
    inner.depth = this.depth + 1;
    if (inner.depth > 200) return this.wrong("too deep");
    const value = orReturn(inner.all());
    if (inner.peek() !== 0) return this.wrong("bad number");
    return value;
  }
}

function assign(name: string, value: i64): Res<void> {
  const digits = zeroed<Digits>();
  const room = zeroed<Arr<u8, 24>>();
  const shown = digits.of(value < 0 ? 0 - u64(value) : u64(value), 10);
  const length = format(slice(room))`${value < 0 ? "-" : ""}${shown}`;
  return setVariable(name, text(slice(room, length)));
}

/** The value of an expression; EINVAL when it is none, which was told. */
export function evaluate(expression: string): Res<i64> {
  const reader = zeroed<Reader>();
  reader.text = expression;
  if (reader.peek() === 0) return 0;
  const value = orReturn(reader.all());
  if (reader.peek() !== 0) return reader.wrong("unexpected end");
  return value;
}
