// Regular expressions (POSIX, basic and extended), compiled to a small program. Without back-references all ways through the
// program are followed at once, one byte of the text after the other, so no pattern takes exponential time; the longest of the
// leftmost matches is found. With back-references the ways are tried one after the other.

import { make } from "./heap.ts";
import { List } from "./list.ts";
import { inClass } from "./pattern.ts";
import { isDigit, isWord, lower } from "./text.ts";

enum Code {
  Byte,
  Any,
  Set,
  /** Two ways on: `x` and `y`. */
  Split,
  Jump,
  Save,
  Back,
  LineStart,
  LineEnd,
  WordStart,
  WordEnd,
  WordEdge,
  NoWordEdge,
  Match,
}

class Step {
  code: Code;
  c: u8;
  x: u32;
  y: u32;
  set: Ptr<ByteSet> | null;
}

class ByteSet {
  bits: Arr<u64, 4>;

  add(c: u8): void {
    this.bits[usize(c) / 64] |= u64(1) << (u32(c) & 63);
  }
  has(c: u8): boolean {
    return ((this.bits[usize(c) / 64] >> (u32(c) & 63)) & 1) !== 0;
  }
  invert(): void {
    for (let i: usize = 0; i < 4; i++) this.bits[i] = ~this.bits[i];
    // A line ends at a newline, whatever is asked.
    this.bits[0] &= ~(u64(1) << 10);
  }
}

const MOST_REPEATS = 1000;
const LARGEST = 20000;

/** Where a match is. */
export class Match {
  from: usize;
  to: usize;
}

/** The ways that are followed: places in the program, each once. */
class Ways {
  places: List<u32>;
  seen: List<u32>;
  mark: u32;

  clear(size: usize): void {
    this.places.cut(0);
    while (this.seen.length < size) this.seen.push(0);
    this.mark++;
  }
}

export class Regular {
  private steps: List<Ptr<Step>>;
  private extended: boolean;
  private fold: boolean;
  private pattern: string;
  private at: usize;
  private groups: u32;
  private depth: u32;
  private backs: boolean;
  private now: Ways;
  private next: Ways;
  private saved: Arr<usize, 20>;
  /** A text that every match begins with, where there is one: found faster. */
  private literal: boolean;

  /** EINVAL: no regular expression. */
  compile(pattern: string, extended: boolean, fold: boolean): Res<void> {
    this.pattern = pattern;
    this.extended = extended;
    this.fold = fold;
    this.at = 0;
    this.groups = 0;
    this.depth = 0;
    orReturn(this.alternatives());
    if (this.at < pattern.length) return err(Errno.EINVAL);
    this.emit(Code.Match, 0, 0);
    if (this.steps.length > LARGEST) return err(Errno.E2BIG);
    const first = this.steps.at(0);
    this.literal = first.code === Code.Byte && !fold;
  }

  private emit(code: Code, x: u32, y: u32): Ptr<Step> {
    const step = make<Step>();
    step.code = code;
    step.x = x;
    step.y = y;
    this.steps.push(step);
    return step;
  }

  private here(): u32 {
    return u32(this.steps.length);
  }

  // ---- the grammar

  private peek(): u8 {
    return this.at < this.pattern.length ? this.pattern[this.at] : 0;
  }

  /** Whether an operator stands here: alone in extended ones, behind a backslash in basic ones. */
  private operator(c: u8): boolean {
    if (this.at >= this.pattern.length) return false;
    if (this.extended) return this.pattern[this.at] === c;
    return this.pattern[this.at] === byte("\\") && this.at + 1 < this.pattern.length && this.pattern[this.at + 1] === c;
  }

  private skipOperator(): void {
    this.at += this.extended ? 1 : 2;
  }

  private alternatives(): Res<void> {
    attr(bounded(100));
    const start = this.here();
    orReturn(this.branch());
    while (this.operator(byte("|"))) {
      this.skipOperator();
      // What came so far is one way, what follows the other.
      this.insert(start, Code.Split, start + 1, this.here() + 2);
      const jump = this.emit(Code.Jump, 0, 0);
      orReturn(this.branch());
      jump.x = this.here();
    }
  }

  /** Puts a step in front of others. Who came from in front to where they begin comes to the new step; who is among them goes past it. */
  private insert(where: u32, code: Code, x: u32, y: u32): void {
    let at: u32 = 0;
    for (const step of this.steps.items()) {
      const first = at < where ? where + 1 : where;
      at++;
      if (step.code !== Code.Split && step.code !== Code.Jump) continue;
      if (step.x >= first) step.x++;
      if (step.code === Code.Split && step.y >= first) step.y++;
    }
    const step = make<Step>();
    step.code = code;
    step.x = x;
    step.y = y;
    this.steps.insert(usize(where), step);
  }

  private branch(): Res<void> {
    attr(bounded(100));
    let first = true;
    while (this.at < this.pattern.length && !this.operator(byte("|")) && !(this.depth > 0 && this.operator(byte(")")))) {
      orReturn(this.piece(first));
      first = false;
      if (this.steps.length > LARGEST) return err(Errno.E2BIG);
    }
  }

  private piece(first: boolean): Res<void> {
    attr(bounded(100));
    const start = this.here();
    const from = this.at;
    const groups = this.groups;
    orReturn(this.atom(first));
    for (;;) {
      const c = this.peek();
      let least: u32 = 0;
      let most: u32 = 0xffff_ffff;
      if (c === byte("*") && !(first && !this.extended && this.at === from)) this.at++;
      else if (this.operator(byte("+"))) {
        this.skipOperator();
        least = 1;
      } else if (this.operator(byte("?"))) {
        this.skipOperator();
        most = 1;
      } else if (this.operator(byte("{")) && this.isInterval()) {
        this.skipOperator();
        least = this.count();
        most = least;
        if (this.peek() === byte(",")) {
          this.at++;
          most = isDigit(this.peek()) ? this.count() : 0xffff_ffff;
        }
        if (!this.operator(byte("}"))) return err(Errno.EINVAL);
        this.skipOperator();
        if (most < least || least > MOST_REPEATS || (most > MOST_REPEATS && most !== 0xffff_ffff)) return err(Errno.EINVAL);
      } else return;
      const after = this.at;
      orReturn(this.repeat(start, from, first, groups, least, most));
      this.at = after;
    }
  }

  private isInterval(): boolean {
    const next = this.at + (this.extended ? 1 : 2);
    return next < this.pattern.length && (isDigit(this.pattern[next]) || this.pattern[next] === byte(","));
  }

  private count(): u32 {
    let n: u32 = 0;
    while (isDigit(this.peek())) {
      if (n <= MOST_REPEATS) n = n * 10 + u32(this.peek() - byte("0"));
      this.at++;
    }
    return n;
  }

  /** What begins at `start` of the program (and was read from `from` of the pattern), so often. */
  private repeat(start: u32, from: usize, first: boolean, groups: u32, least: u32, most: u32): Res<void> {
    attr(bounded(100));
    if (most === 0) {
      this.steps.cut(usize(start));
      return;
    }
    if (least === 0) {
      this.once(start, most === 0xffff_ffff);
      if (most === 0xffff_ffff || most === 1) return;
    } else if (most === 0xffff_ffff && least === 1) {
      this.emit(Code.Split, start, this.here() + 1);
      return;
    }
    const total = most === 0xffff_ffff ? least : most;
    for (let n: u32 = 1; n < total; n++) {
      const copy = this.here();
      this.at = from;
      this.groups = groups;
      orReturn(this.atom(first));
      if (this.steps.length > LARGEST) return err(Errno.E2BIG);
      if (n >= least) this.once(copy, false);
    }
    if (most === 0xffff_ffff) {
      const copy = this.here();
      this.at = from;
      this.groups = groups;
      orReturn(this.atom(first));
      this.once(copy, true);
    }
  }

  /** What begins at `start` may be left out, or (`many`) come again and again. */
  private once(start: u32, many: boolean): void {
    this.insert(start, Code.Split, start + 1, this.here() + (many ? 2 : 1));
    if (many) this.emit(Code.Jump, start, 0);
  }

  private byte(c: u8): void {
    const step = this.emit(Code.Byte, 0, 0);
    step.c = this.fold ? lower(c) : c;
  }

  private atom(first: boolean): Res<void> {
    attr(bounded(100));
    if (this.operator(byte("("))) {
      this.skipOperator();
      this.groups++;
      const group = this.groups;
      this.depth++;
      if (this.depth > 50) return err(Errno.E2BIG);
      if (group < 10) this.emit(Code.Save, group * 2, 0);
      orReturn(this.alternatives());
      if (!this.operator(byte(")"))) return err(Errno.EINVAL);
      this.skipOperator();
      this.depth--;
      if (group < 10) this.emit(Code.Save, group * 2 + 1, 0);
      return;
    }
    const c = this.peek();
    this.at++;
    switch (c) {
      case byte("."):
        this.emit(Code.Any, 0, 0);
        return;
      case byte("["):
        return this.bracket();
      case byte("^"):
        if (!this.extended && !first) break;
        this.emit(Code.LineStart, 0, 0);
        return;
      case byte("$"):
        if (!this.extended && this.at < this.pattern.length && !this.operator(byte(")")) && !this.operator(byte("|"))) break;
        this.emit(Code.LineEnd, 0, 0);
        return;
      case byte("*"):
      case byte("+"):
      case byte("?"):
        if (this.extended && !first) return err(Errno.EINVAL);
        break;
      case byte("\\"):
        return this.escaped();
      default:
        break;
    }
    this.byte(c);
  }

  private escaped(): Res<void> {
    if (this.at >= this.pattern.length) return err(Errno.EINVAL);
    const c = this.pattern[this.at];
    this.at++;
    switch (c) {
      case byte("<"): this.emit(Code.WordStart, 0, 0); return;
      case byte(">"): this.emit(Code.WordEnd, 0, 0); return;
      case byte("b"): this.emit(Code.WordEdge, 0, 0); return;
      case byte("B"): this.emit(Code.NoWordEdge, 0, 0); return;
      case byte("w"): this.classSet("w"); return;
      case byte("W"): this.classSet("W"); return;
      case byte("s"): this.classSet("s"); return;
      case byte("S"): this.classSet("S"); return;
      case byte("n"): this.byte(10); return;
      case byte("t"): this.byte(9); return;
      default: break;
    }
    if (isDigit(c) && c !== byte("0")) {
      const group = u32(c - byte("0"));
      if (group > this.groups) return err(Errno.EINVAL);
      this.emit(Code.Back, group, 0);
      this.backs = true;
      return;
    }
    this.byte(c);
  }

  private classSet(which: string): void {
    const set = make<ByteSet>();
    const letter = lower(which[0]);
    for (let c: u32 = 0; c < 256; c++) if (letter === byte("w") ? isWord(u8(c)) : inClass("space", u8(c))) set.add(u8(c));
    if (which[0] !== letter) set.invert();
    this.emit(Code.Set, 0, 0).set = set;
  }

  /** Behind [. */
  private bracket(): Res<void> {
    const set = make<ByteSet>();
    const p = this.pattern;
    const negated = this.peek() === byte("^");
    if (negated) this.at++;
    let begun = false;
    for (;;) {
      if (this.at >= p.length) return err(Errno.EINVAL);
      const c = p[this.at];
      if (c === byte("]") && begun) break;
      begun = true;
      if (c === byte("[") && this.at + 1 < p.length && (p[this.at + 1] === byte(":") || p[this.at + 1] === byte("=") || p[this.at + 1] === byte("."))) {
        const kind = p[this.at + 1];
        let end = this.at + 2;
        while (end + 1 < p.length && !(p[end] === kind && p[end + 1] === byte("]"))) end++;
        if (end + 1 >= p.length) return err(Errno.EINVAL);
        const name = p.sub(this.at + 2, end);
        if (kind === byte(":")) {
          for (let b: u32 = 0; b < 256; b++) if (inClass(name, u8(b))) set.add(u8(b));
        } else if (name.length === 1) set.add(name[0]);
        else return err(Errno.EINVAL);
        this.at = end + 2;
        continue;
      }
      let to = c;
      this.at++;
      if (this.at + 1 < p.length && p[this.at] === byte("-") && p[this.at + 1] !== byte("]")) {
        to = p[this.at + 1];
        this.at += 2;
        if (to < c) return err(Errno.EINVAL);
      }
      for (let b = u32(c); b <= u32(to); b++) set.add(u8(b));
    }
    this.at++;
    if (this.fold) {
      for (let b: u32 = 65; b <= 90; b++) {
        if (set.has(u8(b)) || set.has(u8(b + 32))) {
          set.add(u8(b));
          set.add(u8(b + 32));
        }
      }
    }
    if (negated) set.invert();
    this.emit(Code.Set, 0, 0).set = set;
  }

  // ---- matching

  /** The leftmost match from `from` on, and of those the longest. */
  find(t: string, from: usize, into: Ptr<Match>): boolean {
    for (let at = from; at <= t.length; at++) {
      if (this.literal) {
        const c = this.steps.at(0).c;
        while (at < t.length && t[at] !== c) at++;
        if (at === t.length) return false;
      }
      const end = this.backs ? this.tryFrom(t, at) : this.longest(t, at);
      if (end < 0) continue;
      into.from = at;
      into.to = usize(end);
      return true;
    }
    return false;
  }

  /** Where the longest match that begins at `from` ends; below 0 when there is none. */
  private longest(t: string, from: usize): i64 {
    let best: i64 = -1;
    const size = this.steps.length;
    let now = ref(this.now);
    let next = ref(this.next);
    now.clear(size);
    this.follow(now, 0, t, from);
    for (let at = from; now.places.length > 0; at++) {
      next.clear(size);
      const steps = this.steps.items();
      for (const place of now.places.items()) {
        const step = steps[usize(place)];
        if (step.code === Code.Match) best = i64(at);
        else if (at < t.length && this.fits(step, t[at])) this.follow(next, place + 1, t, at + 1);
      }
      if (at >= t.length) break;
      const other = now;
      now = next;
      next = other;
    }
    return best;
  }

  private fits(step: Ptr<Step>, given: u8): boolean {
    switch (step.code) {
      case Code.Byte:
        return step.c === (this.fold ? lower(given) : given);
      case Code.Any:
        return given !== 10;
      case Code.Set: {
        const set = step.set;
        return set !== null && set.has(given);
      }
      default:
        return false;
    }
  }

  /** Whether a place in the text is what a step without width asks for. */
  private holds(step: Ptr<Step>, t: string, at: usize): boolean {
    const before = at > 0 && isWord(t[at - 1]);
    const after = at < t.length && isWord(t[at]);
    switch (step.code) {
      case Code.LineStart: return at === 0;
      case Code.LineEnd: return at === t.length;
      case Code.WordStart: return !before && after;
      case Code.WordEnd: return before && !after;
      case Code.WordEdge: return before !== after;
      case Code.NoWordEdge: return before === after;
      default: return true;
    }
  }

  /** Adds a place and all that it leads to without a byte. */
  private follow(ways: Ptr<Ways>, place: u32, t: string, at: usize): void {
    attr(bounded(1000));
    let p = place;
    for (;;) {
      if (ways.seen.at(usize(p)) === ways.mark) return;
      ways.seen.set(usize(p), ways.mark);
      const step = this.steps.at(usize(p));
      switch (step.code) {
        case Code.Split:
          this.follow(ways, step.x, t, at);
          p = step.y;
          break;
        case Code.Jump:
          p = step.x;
          break;
        case Code.Byte:
        case Code.Any:
        case Code.Set:
        case Code.Match:
          ways.places.push(p);
          return;
        default:
          if (!this.holds(step, t, at)) return;
          p++;
      }
    }
  }

  private tryFrom(t: string, from: usize): i64 {
    for (let i: usize = 0; i < 20; i++) this.saved[i] = t.length + 1;
    return this.back(t, 0, from, 0);
  }

  /** One way after the other: where the longest ends. */
  private back(t: string, place: u32, from: usize, depth: u32): i64 {
    attr(bounded(4000));
    if (depth > 4000) return -1;
    let p = place;
    let at = from;
    for (;;) {
      const step = this.steps.at(usize(p));
      switch (step.code) {
        case Code.Match:
          return i64(at);
        case Code.Jump:
          p = step.x;
          break;
        case Code.Split: {
          const kept = zeroed<Arr<usize, 20>>();
          copySlice(slice(kept), slice(this.saved));
          const first = this.back(t, step.x, at, depth + 1);
          copySlice(slice(this.saved), slice(kept));
          const second = this.back(t, step.y, at, depth + 1);
          return first > second ? first : second;
        }
        case Code.Save:
          this.saved[usize(step.x)] = at;
          p++;
          break;
        case Code.Back: {
          const begin = this.saved[usize(step.x) * 2];
          const end = this.saved[usize(step.x) * 2 + 1];
          if (end > t.length || at + (end - begin) > t.length) return -1;
          for (let i: usize = 0; i < end - begin; i++) {
            const x = t[begin + i];
            const y = t[at + i];
            if (this.fold ? lower(x) !== lower(y) : x !== y) return -1;
          }
          at += end - begin;
          p++;
          break;
        }
        case Code.Byte:
        case Code.Any:
        case Code.Set:
          if (at >= t.length || !this.fits(step, t[at])) return -1;
          at++;
          p++;
          break;
        default:
          if (!this.holds(step, t, at)) return -1;
          p++;
      }
    }
  }
}
