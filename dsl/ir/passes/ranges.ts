/**
 * What is known of the size of values, for bounds-check elimination: an interval of each (as unsigned numbers), found from
 * how it is calculated and, for induction variables, from how the loop counts; narrowed by the comparisons that dominate
 * the place where one asks; and relations "a < b" between values, learned from comparisons in the same way.
 */
import { typeOf } from "../build.ts";
import type { Flow, Loop } from "../flow.ts";
import type { Block, CompareOp, Instruction, Operand, Phi, Type, Value } from "../ssa.ts";
import { largest, widths } from "../ssa.ts";
import { sameOperand } from "../visit.ts";
import { inverse, swapped } from "./rules.ts";

export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

interface Relation {
  readonly than: Operand;
  readonly strict: boolean;
}

const upTo = (high: bigint): Interval => ({ low: 0n, high });
/** All numbers of each type. */
const whole: { readonly [T in Type]: Interval } = {
  i1: upTo(largest.i1),
  i8: upTo(largest.i8),
  i16: upTo(largest.i16),
  i32: upTo(largest.i32),
  i64: upTo(largest.i64),
  f32: upTo(largest.f32),
  f64: upTo(largest.f64),
};

/** How deep the search through relations and calculations goes. */
const DEPTH = 6;

export class Ranges {
  readonly #table: readonly (Instruction | Phi | undefined)[];
  readonly #flow: Flow;
  readonly #headers: ReadonlyMap<Block, Loop>;
  readonly #home = new Map<Phi, Block>();
  /** From the calculation alone, wherever one asks. */
  readonly #base = new Map<Value, Interval>();
  /** Narrowed by the comparisons on the way here. */
  readonly #narrowed = new Map<Value, Interval>();
  readonly #relations = new Map<Value, Relation[]>();
  readonly #undo: (() => void)[] = [];

  constructor(flow: Flow, table: readonly (Instruction | Phi | undefined)[]) {
    this.#flow = flow;
    this.#table = table;
    this.#headers = new Map(flow.loops().loops.map((loop) => [loop.header, loop]));
    for (const block of flow.order) for (const phi of block.phis) this.#home.set(phi, block);
  }

  /** Marks a place to which `back` returns. */
  mark(): number {
    return this.#undo.length;
  }

  /** Forgets what was learned since the mark. */
  back(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()!();
  }

  #full(o: Operand): Interval {
    return whole[typeOf(o)];
  }

  /** The interval of an operand here. */
  of(o: Operand, depth = DEPTH): Interval {
    if (o.kind === "constant") return { low: o.bits, high: o.bits };
    if (o.kind === "address") return this.#full(o);
    const narrowed = this.#narrowed.get(o);
    const base = this.#baseOf(o, depth);
    return narrowed === undefined ? base : meet(base, narrowed);
  }

  #baseOf(v: Value, depth: number): Interval {
    const known = this.#base.get(v);
    if (known !== undefined) return known;
    const full = this.#full(v);
    const d = this.#table[v.id];
    if (d === undefined || depth === 0) return full;
    // Circles through phis see the whole range.
    this.#base.set(v, full);
    const result = "op" in d ? this.#calculated(d, v, depth) : this.#phi(d, depth);
    // An interval that rests on narrowed operands holds here only.
    if (this.#narrowed.size === 0 && depth === DEPTH) this.#base.set(v, result);
    else this.#base.delete(v);
    return result;
  }

  #calculated(d: Instruction, v: Value, depth: number): Interval {
    const full = this.#full(v);
    const of = (o: Operand) => this.of(o, depth - 1);
    if (d.op === "unary") {
      if (d.how === "zext") return of(d.x);
      if (d.how === "trunc") {
        const x = of(d.x);
        return x.high <= full.high ? x : full;
      }
      if (d.how === "sext") {
        const x = of(d.x);
        return x.high < 1n << BigInt(widths[typeOf(d.x)] - 1) ? x : full;
      }
      if (d.how === "clz" || d.how === "ctz" || d.how === "popcnt") return { low: 0n, high: BigInt(widths[v.type]) };
      return full;
    }
    if (d.op === "select") return join(of(d.x), of(d.y));
    if (d.op !== "binary") return full;
    const x = of(d.x);
    const y = of(d.y);
    switch (d.how) {
      case "and":
        return { low: 0n, high: x.high < y.high ? x.high : y.high };
      case "urem": {
        const most = y.high === 0n ? full.high : y.high - 1n;
        return { low: 0n, high: x.high < most ? x.high : most };
      }
      case "udiv":
        return y.low === 0n ? { low: 0n, high: x.high } : { low: x.low / y.high, high: x.high / y.low };
      case "lshr":
        return d.y.kind === "constant" && d.y.bits < widths[v.type]
          ? { low: x.low >> d.y.bits, high: x.high >> d.y.bits }
          : { low: 0n, high: x.high };
      case "add":
        if (x.high + y.high <= full.high) return { low: x.low + y.low, high: x.high + y.high };
        // Adding a constant that wraps every value is a subtraction.
        if (d.y.kind === "constant" && x.low + d.y.bits > full.high)
          return { low: x.low + d.y.bits - full.high - 1n, high: x.high + d.y.bits - full.high - 1n };
        return full;
      case "sub":
        return x.low >= y.high ? { low: x.low - y.high, high: x.high - y.low } : full;
      case "mul":
        return x.high * y.high <= full.high ? { low: x.low * y.low, high: x.high * y.high } : full;
      case "shl":
        return d.y.kind === "constant" && d.y.bits < widths[v.type] && x.high << d.y.bits <= full.high
          ? { low: x.low << d.y.bits, high: x.high << d.y.bits }
          : full;
      default:
        return full;
    }
  }

  #phi(phi: Phi, depth: number): Interval {
    const block = this.#home.get(phi)!;
    const counted = this.#headers.has(block) ? this.induction(phi, block) : null;
    if (counted !== null) return counted.interval;
    if (this.#headers.has(block)) return this.#full(phi.result);
    let all: Interval | null = null;
    for (const o of phi.inputs.values()) {
      const one = this.of(o, depth - 1);
      all = all === null ? one : join(all, one);
    }
    return all ?? this.#full(phi.result);
  }

  /**
   * A phi of a loop's header that counts by a constant without ever wrapping: upwards, each step behind a comparison with
   * an upper limit; downwards, each step behind one with a lower limit.
   */
  induction(phi: Phi, header: Block): { interval: Interval; up: boolean; start: Operand } | null {
    const loop = this.#headers.get(header);
    if (loop === undefined) return null;
    let start: Operand | null = null;
    let step: bigint | null = null;
    for (const [from, o] of phi.inputs) {
      if (!loop.blocks.has(from)) {
        if (start !== null && !sameOperand(start, o)) return null;
        start = o;
        continue;
      }
      const d: Instruction | Phi | undefined = o.kind === "value" ? this.#table[o.id] : undefined;
      if (d === undefined || !("op" in d) || d.op !== "binary" || d.how !== "add") return null;
      if (d.x !== phi.result || d.y.kind !== "constant") return null;
      const by = BigInt.asIntN(widths[phi.result.type], d.y.bits);
      if (step !== null && step !== by) return null;
      step = by;
    }
    if (start === null || step === null || step === 0n || step > 1n << 30n || step < -(1n << 30n)) return null;
    const first = start.kind === "constant" ? { low: start.bits, high: start.bits } : this.#full(start);
    const full = this.#full(phi.result);
    // The limits that each way round the loop has passed, in terms of this round's value or the next.
    let interval: Interval | null = null;
    for (const limit of this.#limits(phi, loop, step)) {
      if (step > 0n) {
        // Value and limit count from the value before the step: value <= most.
        if (limit.most === null || limit.most + step > full.high) continue;
        const high: bigint = limit.most + step > first.high ? limit.most + step : first.high;
        interval = meetOrOnly(interval, { low: first.low, high });
      } else if (limit.least !== null && limit.least + step >= 0n)
        interval = meetOrOnly(interval, { low: 0n, high: first.high });
    }
    return interval === null ? null : { interval, up: step > 0n, start };
  }

  /** What the comparisons that dominate every step say of the value before the step. */
  #limits(phi: Phi, loop: Loop, step: bigint): { most: bigint | null; least: bigint | null }[] {
    const found: { most: bigint | null; least: bigint | null }[] = [];
    const full = this.#full(phi.result);
    const sign = 1n << BigInt(widths[phi.result.type] - 1);
    for (const block of loop.blocks) {
      const t = block.terminator;
      if (t.op !== "branch" || t.condition.kind !== "value" || t.taken === t.otherwise) continue;
      const d = this.#table[t.condition.id];
      if (d === undefined || !("op" in d) || d.op !== "compare") continue;
      if (!this.#isAbout(d.x, phi) && !this.#isAbout(d.y, phi)) continue;
      for (const [side, truth] of [
        [t.taken, true],
        [t.otherwise, false],
      ] as const) {
        // The edge itself must lie on every way round: its target is entered only here and dominates the latches,
        // or it is the back edge of the only latch.
        const back = side === loop.header && loop.latches.length === 1 && loop.latches[0] === block;
        const inside =
          side !== loop.header &&
          loop.blocks.has(side) &&
          this.#flow.predecessors(side).length === 1 &&
          loop.latches.every((latch) => this.#flow.dominates(side, latch));
        if (!back && !inside) continue;
        let how: CompareOp | null = truth ? d.how : inverse[d.how];
        let [x, y] = [d.x, d.y];
        const stepped = (o: Operand): boolean => {
          const s = o.kind === "value" ? this.#table[o.id] : undefined;
          return (
            s !== undefined &&
            "op" in s &&
            s.op === "binary" &&
            s.how === "add" &&
            s.x === phi.result &&
            s.y.kind === "constant" &&
            BigInt.asIntN(widths[phi.result.type], s.y.bits) === step
          );
        };
        const subject = (o: Operand) => o === phi.result || (back && stepped(o));
        if (how !== null && subject(y) && !subject(x)) {
          how = swapped[how];
          [x, y] = [y, x];
        }
        if (how === null || !subject(x)) continue;
        const limit = this.#invariantInterval(y, loop);
        // A test of the stepped value at the back edge speaks of the next round: the value before the next step.
        switch (how) {
          case "ult":
            if (limit.high > 0n) found.push({ most: limit.high - 1n, least: null });
            break;
          case "ule":
            found.push({ most: limit.high, least: null });
            break;
          case "ugt":
            found.push({ most: null, least: limit.low + 1n });
            break;
          case "uge":
            found.push({ most: null, least: limit.low });
            break;
          case "ne":
            if (step === -1n && y.kind === "constant" && y.bits === 0n) found.push({ most: null, least: 1n });
            else if (step === 1n && y.kind === "constant" && this.#startsAtMost(phi, loop, y.bits))
              found.push({ most: y.bits - 1n, least: null });
            break;
          case "slt":
            // Signed and unsigned agree as long as no step leaves the positive numbers.
            if (!this.#startsAtMost(phi, loop, sign - 1n)) break;
            if (y.kind === "constant" && y.bits < sign && y.bits > 0n && y.bits - 1n + step < sign)
              found.push({ most: y.bits - 1n, least: null });
            else if (y.kind !== "constant" && step === 1n) found.push({ most: sign - 2n, least: null });
            break;
          case "sgt":
            if (y.kind === "constant" && y.bits < sign && this.#startsAtMost(phi, loop, sign - 1n))
              found.push({ most: null, least: y.bits + 1n });
            break;
          default:
        }
        if (back && stepped(x)) {
          // The first value is not tested there.
          const last = found.at(-1);
          if (last !== undefined && !this.#firstFits(phi, loop, last, full)) found.pop();
        }
      }
    }
    return found;
  }

  /** Whether an operand is a phi, or that plus a constant. */
  #isAbout(o: Operand, { result }: Phi): boolean {
    if (o === result) return true;
    const d = o.kind === "value" ? this.#table[o.id] : undefined;
    return d !== undefined && "op" in d && d.op === "binary" && d.x === result && d.y.kind === "constant";
  }

  #starts(phi: Phi, loop: Loop): Operand | null {
    for (const [from, o] of phi.inputs) if (!loop.blocks.has(from)) return o;
    return null;
  }

  #startsAtMost(phi: Phi, loop: Loop, most: bigint): boolean {
    const start = this.#starts(phi, loop);
    return start !== null && start.kind === "constant" && start.bits <= most;
  }

  #firstFits(
    phi: Phi,
    loop: Loop,
    { most, least }: { most: bigint | null; least: bigint | null },
    full: Interval,
  ): boolean {
    const start = this.#starts(phi, loop);
    if (start === null || start.kind !== "constant") return false;
    return (most === null || start.bits <= most) && (least === null || start.bits >= least) && start.bits <= full.high;
  }

  /** The interval of a limit: whatever it is in any round. */
  #invariantInterval(o: Operand, loop: Loop): Interval {
    if (o.kind === "constant") return { low: o.bits, high: o.bits };
    if (o.kind === "value") {
      const d = this.#table[o.id];
      const home = d !== undefined && !("op" in d) ? this.#home.get(d) : undefined;
      if (home !== undefined && loop.blocks.has(home)) return this.#full(o);
      if (d !== undefined && "op" in d && this.#narrowed.size === 0) return this.#calculated(d, o, 2);
    }
    return this.#full(o);
  }

  #narrow(o: Operand, to: Interval): void {
    // An empty interval is where control never comes: nothing is learned there.
    if (o.kind !== "value" || to.low > to.high) return;
    const before = this.#narrowed.get(o);
    const after = before === undefined ? to : meet(before, to);
    if (before !== undefined && after.low === before.low && after.high === before.high) return;
    this.#narrowed.set(o, after);
    this.#undo.push(() => {
      if (before === undefined) this.#narrowed.delete(o);
      else this.#narrowed.set(o, before);
    });
  }

  /** Remembers that x < y, or x <= y, as unsigned numbers. */
  relate(x: Operand, y: Operand, strict: boolean): void {
    const a = this.of(x);
    const b = this.of(y);
    const one = strict ? 1n : 0n;
    if (b.high >= one) this.#narrow(x, { low: 0n, high: b.high - one });
    this.#narrow(y, { low: a.low + one, high: this.#full(y).high });
    if (x.kind !== "value") return;
    const list = this.#relations.get(x) ?? [];
    list.push({ than: y, strict });
    this.#relations.set(x, list);
    this.#undo.push(() => list.pop());
    // x = z + c without wrapping: z < y as well.
    const d = this.#table[x.id];
    if (d === undefined || !("op" in d) || d.op !== "binary" || d.how !== "add" || d.y.kind !== "constant") return;
    if (this.of(d.x).high + d.y.bits <= this.#full(x).high) this.relate(d.x, y, true);
  }

  /** Learns what a comparison that came out true says. */
  learn(how: CompareOp, x: Operand, y: Operand): void {
    switch (how) {
      case "eq":
        this.relate(x, y, false);
        this.relate(y, x, false);
        return;
      case "ne":
        for (const [a, b] of [
          [x, y],
          [y, x],
        ] as const) {
          if (b.kind !== "constant") continue;
          const range = this.of(a);
          if (range.low === b.bits) this.#narrow(a, { low: b.bits + 1n, high: range.high });
          else if (range.high === b.bits && b.bits > 0n) this.#narrow(a, { low: range.low, high: b.bits - 1n });
        }
        return;
      case "ult":
        this.relate(x, y, true);
        return;
      case "ule":
        this.relate(x, y, false);
        return;
      case "ugt":
        this.relate(y, x, true);
        return;
      case "uge":
        this.relate(y, x, false);
        return;
      case "slt":
      case "sle":
        // 0 <= x < y as signed numbers is the same as unsigned ones.
        if (this.#positive(x)) this.relate(x, y, how === "slt");
        return;
      case "sgt":
      case "sge":
        if (this.#positive(y)) this.relate(y, x, how === "sgt");
        return;
      default:
    }
  }

  #positive(o: Operand): boolean {
    return this.of(o).high < 1n << BigInt(widths[typeOf(o)] - 1);
  }

  /** Whether x < y (or x <= y) as unsigned numbers, for certain. */
  less(x: Operand, y: Operand, strict: boolean, depth = DEPTH): boolean {
    if (sameOperand(x, y)) return !strict;
    const a = this.of(x);
    const b = this.of(y);
    if (strict ? a.high < b.low : a.high <= b.low) return true;
    if (depth === 0 || x.kind !== "value") return false;
    for (const { than, strict: already } of this.#relations.get(x) ?? [])
      if (this.less(than, y, strict && !already, depth - 1)) return true;
    const d = this.#table[x.id];
    if (d === undefined) return false;
    if (!("op" in d)) return this.#phiLess(d, y, strict, depth);
    if (d.op === "select") {
      if (this.less(d.x, y, strict, depth - 1) && this.less(d.y, y, strict, depth - 1)) return true;
      // The smaller of two values is at most each of them.
      const c = d.condition.kind === "value" ? this.#table[d.condition.id] : undefined;
      if (c === undefined || !("op" in c) || c.op !== "compare") return false;
      const smaller =
        ((c.how === "ult" || c.how === "ule") && sameOperand(c.x, d.x) && sameOperand(c.y, d.y)) ||
        ((c.how === "ugt" || c.how === "uge") && sameOperand(c.x, d.y) && sameOperand(c.y, d.x));
      return smaller && (this.less(d.x, y, strict, depth - 1) || this.less(d.y, y, strict, depth - 1));
    }
    if (d.op === "unary" && d.how === "zext") return this.#widened(d.x, y, strict, depth);
    if (d.op === "unary" && d.how === "trunc") return false;
    if (d.op !== "binary") return false;
    switch (d.how) {
      case "urem":
        return this.less(d.y, y, false, depth - 1) || this.less(d.x, y, strict, depth - 1);
      case "and":
        return this.less(d.x, y, strict, depth - 1) || this.less(d.y, y, strict, depth - 1);
      case "lshr":
      case "udiv":
        return this.less(d.x, y, strict, depth - 1);
      case "sub":
        return this.less(d.y, d.x, false, 2) && this.less(d.x, y, strict, depth - 1);
      case "add": {
        if (d.y.kind !== "constant") return false;
        const down = (1n << BigInt(widths[x.type])) - d.y.bits;
        return this.of(d.x).low >= down && this.less(d.x, y, false, depth - 1);
      }
      default:
        return false;
    }
  }

  /** Counting down from a start, a value is at most the start. */
  #phiLess(phi: Phi, y: Operand, strict: boolean, depth: number): boolean {
    const block = this.#home.get(phi)!;
    const counted = this.induction(phi, block);
    return counted !== null && !counted.up && this.less(counted.start, y, strict, depth - 1);
  }

  /** zext x against y: what holds of x and the narrow form of y holds of the wide ones. */
  #widened(x: Operand, y: Operand, strict: boolean, depth: number): boolean {
    const d = y.kind === "value" ? this.#table[y.id] : undefined;
    if (d !== undefined && "op" in d && d.op === "unary" && d.how === "zext" && typeOf(d.x) === typeOf(x))
      return this.less(x, d.x, strict, depth - 1);
    if (x.kind !== "value") return false;
    // x < trunc(b), and trunc(b) <= b.
    for (const { than, strict: already } of this.#relations.get(x) ?? []) {
      const t = than.kind === "value" ? this.#table[than.id] : undefined;
      if (t === undefined || !("op" in t) || t.op !== "unary") continue;
      if (
        (t.how === "trunc" || t.how === "zext") &&
        typeOf(t.x) === typeOf(y) &&
        this.less(t.x, y, strict && !already, depth - 1)
      )
        return true;
    }
    return false;
  }
}

function join(a: Interval, b: Interval): Interval {
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

/** Both hold; contradictory ones (code that never runs) give the second. */
function meet(a: Interval, b: Interval): Interval {
  const both = { low: a.low > b.low ? a.low : b.low, high: a.high < b.high ? a.high : b.high };
  return both.low > both.high ? b : both;
}

function meetOrOnly(a: Interval | null, b: Interval): Interval {
  return a === null ? b : meet(a, b);
}
