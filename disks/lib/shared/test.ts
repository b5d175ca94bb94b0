// test and [: questions about files, texts and numbers (POSIX "test"). With up to four arguments their number says what is an
// operator and what is a text; beyond that -a binds tighter than -o.

import {
  R_OK, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG, S_IFSOCK, S_ISGID, S_ISUID, S_ISVTX, Stat, W_OK, X_OK,
} from "../../../kernel/abi/files.ts";
import { programName } from "../environment.ts";
import { errors } from "../stream.ts";
import { access, lstat, stat } from "../sys.ts";
import { isTerminal } from "../terminal.ts";
import { compare, isSpace, parseSigned } from "../text.ts";

class Question {
  name: string;
  words: View<string>;
  at: usize;

  wrong(about: string, what: string): Err {
    errors.write(programName());
    errors.write(": ");
    if (this.name !== programName()) {
      errors.write(this.name);
      errors.write(": ");
    }
    errors.write(about);
    if (about.length > 0) errors.write(": ");
    errors.line(what);
    return err(Errno.EINVAL);
  }

  left(): usize {
    return this.words.length - this.at;
  }

  /** By the number of arguments. */
  few(words: View<string>): Res<boolean> {
    attr(bounded(10));
    switch (words.length) {
      case 0: return false;
      case 1: return words[0].length > 0;
      case 2:
        if (words[0] === "!") return words[1].length === 0;
        if (isUnary(words[0])) return this.unary(words[0], words[1]);
        return this.wrong(words[0], "unexpected operator");
      case 3:
        if (isBinary(words[1])) return this.binary(words[0], words[1], words[2]);
        if (words[1] === "-a") return words[0].length > 0 && words[2].length > 0;
        if (words[1] === "-o") return words[0].length > 0 || words[2].length > 0;
        if (words[0] === "!") return !orReturn(this.few(words.sub(1, 3)));
        if (words[0] === "(" && words[2] === ")") return words[1].length > 0;
        return this.wrong(words[1], "unexpected operator");
      default:
        if (words.length === 4 && words[0] === "!") return !orReturn(this.few(words.sub(1, 4)));
        if (words.length === 4 && words[0] === "(" && words[3] === ")") return this.few(words.sub(1, 3));
        this.words = words;
        this.at = 0;
        const value = orReturn(this.or());
        if (this.left() > 0) return this.wrong(this.words[this.at], "unexpected operator");
        return value;
    }
  }

  private or(): Res<boolean> {
    attr(bounded(50));
    let value = orReturn(this.and());
    while (this.left() > 0 && this.words[this.at] === "-o") {
      this.at++;
      const right = orReturn(this.and());
      value = value || right;
    }
    return value;
  }

  private and(): Res<boolean> {
    attr(bounded(50));
    let value = orReturn(this.primary());
    while (this.left() > 0 && this.words[this.at] === "-a") {
      this.at++;
      const right = orReturn(this.primary());
      value = value && right;
    }
    return value;
  }

  private primary(): Res<boolean> {
    attr(bounded(50));
    if (this.left() === 0) return this.wrong("", "argument expected");
    const word = this.words[this.at];
    if (this.left() >= 3 && isBinary(this.words[this.at + 1])) {
      this.at += 3;
      return this.binary(word, this.words[this.at - 2], this.words[this.at - 1]);
    }
    this.at++;
    if (word === "!") return !orReturn(this.primary());
    if (word === "(") {
      const value = orReturn(this.or());
      if (this.left() === 0 || this.words[this.at] !== ")") return this.wrong("", "closing paren expected");
      this.at++;
      return value;
    }
    if (isUnary(word) && this.left() > 0) {
      this.at++;
      return this.unary(word, this.words[this.at - 1]);
    }
    return word.length > 0;
  }

  private number(t: string): Res<i64> {
    let from: usize = 0;
    let to = t.length;
    while (from < to && isSpace(t[from])) from++;
    while (to > from && isSpace(t[to - 1])) to--;
    const n = parseSigned(t.sub(from, to));
    if (isErr(n)) return this.wrong(t, "bad number");
    return n;
  }

  private binary(x: string, operator: string, y: string): Res<boolean> {
    if (operator === "=" || operator === "==") return x === y;
    if (operator === "!=") return !(x === y);
    if (operator === "<") return compare(x, y) < 0;
    if (operator === ">") return compare(x, y) > 0;
    if (operator === "-nt" || operator === "-ot" || operator === "-ef") return this.files(x, operator, y);
    const a = orReturn(this.number(x));
    const b = orReturn(this.number(y));
    if (operator === "-eq") return a === b;
    if (operator === "-ne") return a !== b;
    if (operator === "-lt") return a < b;
    if (operator === "-le") return a <= b;
    if (operator === "-gt") return a > b;
    return a >= b;
  }

  private files(x: string, operator: string, y: string): Res<boolean> {
    const a = zeroed<Stat>();
    const b = zeroed<Stat>();
    const first = stat(x, ref(a));
    const second = stat(y, ref(b));
    if (operator === "-ef") return !isErr(first) && !isErr(second) && a.device === b.device && a.inode === b.inode;
    if (isErr(first)) return operator === "-ot" && !isErr(second);
    if (isErr(second)) return operator === "-nt";
    const newer = a.modified.seconds === b.modified.seconds ? a.modified.nanoseconds > b.modified.nanoseconds : a.modified.seconds > b.modified.seconds;
    const same = a.modified.seconds === b.modified.seconds && a.modified.nanoseconds === b.modified.nanoseconds;
    return operator === "-nt" ? newer : !newer && !same;
  }

  private unary(operator: string, t: string): Res<boolean> {
    const c = operator[1];
    switch (c) {
      case byte("n"): return t.length > 0;
      case byte("z"): return t.length === 0;
      case byte("t"): return isTerminal(i32(orReturn(this.number(t))));
      case byte("r"): return allowed(t, R_OK);
      case byte("w"): return allowed(t, W_OK);
      case byte("x"): return allowed(t, X_OK);
      default: break;
    }
    const s = zeroed<Stat>();
    const seen = c === byte("h") || c === byte("L") ? lstat(t, ref(s)) : stat(t, ref(s));
    if (isErr(seen)) return false;
    const kind = s.mode & S_IFMT;
    switch (c) {
      case byte("e"): return true;
      case byte("f"): return kind === S_IFREG;
      case byte("d"): return kind === S_IFDIR;
      case byte("h"):
      case byte("L"): return kind === S_IFLNK;
      case byte("b"): return kind === S_IFBLK;
      case byte("c"): return kind === S_IFCHR;
      case byte("p"): return kind === S_IFIFO;
      case byte("S"): return kind === S_IFSOCK;
      case byte("s"): return s.bytes > 0;
      case byte("u"): return (s.mode & S_ISUID) !== 0;
      case byte("g"): return (s.mode & S_ISGID) !== 0;
      case byte("k"): return (s.mode & S_ISVTX) !== 0;
      default: return true;
    }
  }
}

function allowed(path: string, mode: u32): boolean {
  const may = access(path, mode);
  return !isErr(may);
}

function isUnary(t: string): boolean {
  if (t.length !== 2 || t[0] !== byte("-")) return false;
  for (const c of "nztrwxefdhLbcpSsugkOG") if (t[1] === c) return true;
  return false;
}

function isBinary(t: string): boolean {
  return (
    t === "=" || t === "==" || t === "!=" || t === "<" || t === ">" || t === "-eq" || t === "-ne" || t === "-lt" || t === "-le" ||
    t === "-gt" || t === "-ge" || t === "-nt" || t === "-ot" || t === "-ef"
  );
}

/** 0 when it holds, 1 when not, 2 when nobody knows what is asked. */
export function test(name: string, words: View<string>): i32 {
  const question = zeroed<Question>();
  question.name = name;
  const holds = question.few(words);
  if (isErr(holds)) return 2;
  return holds ? 0 : 1;
}
