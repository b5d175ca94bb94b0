/**
 * Where registers are live: positions, liveness of virtual registers across blocks, and intervals with holes.
 *
 * Every block and every instruction has two positions, an even and an odd one: an instruction reads its operands at the
 * even one and writes its results at the odd one. The block's own pair comes first, so that a change of place at a
 * block's border is not mistaken for one before its first instruction.
 */
import {
  type FrameSlot,
  type Inst,
  type MachineBlock,
  type MachineFunction,
  NONE,
  type Reg,
  RSP,
  successorsOf,
  VIRTUAL,
} from "./mir.ts";
import { isLate, isRematerialisable, mayBeMemory } from "./operations.ts";

/** How an interval is used at a position: the register is needed, not just the value; it is written. */
export const MUST = 1;
export const DEF = 2;

/** A part of a web's life in one place. */
export class Interval {
  readonly web: Web;
  /** Half-open, ascending, disjoint. */
  starts: number[] = [];
  ends: number[] = [];
  /** Ascending positions, and kinds of use. */
  uses: number[] = [];
  kinds: number[] = [];
  /** The register, or NONE: in memory (or not allocated yet). */
  assigned: Reg = NONE;
  /** Where the search in the ranges begins: ranges before it lie behind the allocator. */
  cursor = 0;

  constructor(web: Web) {
    this.web = web;
  }

  get start(): number {
    return this.starts[0]!;
  }

  get end(): number {
    return this.ends[this.ends.length - 1]!;
  }

  covers(position: number): boolean {
    let low = 0;
    let high = this.starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (position < this.starts[middle]!) high = middle - 1;
      else if (position >= this.ends[middle]!) low = middle + 1;
      else return true;
    }
    return false;
  }

  /** The first use at or after a position with all the given kinds; Infinity if there is none. */
  nextUse(position: number, kinds: number): number {
    for (let k = lowerBound(this.uses, position); k < this.uses.length; k++)
      if ((this.kinds[k]! & kinds) === kinds) return this.uses[k]!;
    return Infinity;
  }

  /** The first position at which both live; Infinity if there is none. */
  meets(other: Interval): number {
    let a = this.cursor;
    let b = other.cursor;
    while (a < this.starts.length && b < other.starts.length) {
      const from = Math.max(this.starts[a]!, other.starts[b]!);
      if (from < this.ends[a]! && from < other.ends[b]!) return from;
      if (this.ends[a]! < other.ends[b]!) a++;
      else b++;
    }
    return Infinity;
  }

  /** Cuts off everything from a position on, as a new interval of the web. */
  split(position: number): Interval {
    const rest = new Interval(this.web);
    let at = 0;
    while (this.ends[at]! <= position) at++;
    rest.starts = this.starts.slice(at);
    rest.ends = this.ends.slice(at);
    this.starts.length = at;
    this.ends.length = at;
    if (rest.starts[0]! < position) {
      this.starts.push(rest.starts[0]!);
      this.ends.push(position);
      rest.starts[0] = position;
    }
    const use = lowerBound(this.uses, position);
    rest.uses = this.uses.slice(use);
    rest.kinds = this.kinds.slice(use);
    this.uses.length = use;
    this.kinds.length = use;
    this.cursor = Math.min(this.cursor, Math.max(0, at - 1));
    const { parts } = this.web;
    parts.splice(parts.indexOf(this) + 1, 0, rest);
    return rest;
  }

  /** Building goes backwards: ranges are pushed in descending order. */
  addRange(from: number, to: number): void {
    const last = this.starts.length - 1;
    if (last >= 0 && this.starts[last]! <= to) {
      if (from < this.starts[last]!) this.starts[last] = from;
      if (to > this.ends[last]!) this.ends[last] = to;
    } else {
      this.starts.push(from);
      this.ends.push(to);
    }
  }

  define(position: number, blockStart: number): void {
    const last = this.starts.length - 1;
    if (last >= 0 && this.starts[last]! === blockStart && this.ends[last]! > position) this.starts[last] = position;
    else this.addRange(position, position + 1);
  }

  use(position: number, kind: number): void {
    const last = this.uses.length - 1;
    if (last >= 0 && this.uses[last] === position) this.kinds[last]! |= kind;
    else {
      this.uses.push(position);
      this.kinds.push(kind);
    }
  }

  finish(): void {
    this.starts.reverse();
    this.ends.reverse();
    this.uses.reverse();
    this.kinds.reverse();
  }
}

/** A virtual register, or several that copies made one. */
export class Web {
  readonly reg: Reg;
  readonly float: boolean;
  /** Its life, in order; one part before allocation. */
  readonly parts: Interval[] = [];
  /** Registers it would like: physical ones, or those of other webs. */
  readonly hints: Reg[] = [];
  /** Instructions that write it. */
  definitions: Inst[] = [];
  /** The slot number it was spilled to, or NONE; and the slot. */
  slot = NONE;
  room: FrameSlot | null = null;

  constructor(reg: Reg, float: boolean) {
    this.reg = reg;
    this.float = float;
    this.parts.push(new Interval(this));
  }

  /** The instruction that makes the value anew wherever it is wanted, or null. */
  get remade(): Inst | null {
    const [only] = this.definitions;
    return this.definitions.length === 1 && isRematerialisable(only!) ? only! : null;
  }

  /** The part that lives at a position. */
  at(position: number): Interval | null {
    for (const part of this.parts) if (position < part.end && position >= part.start) return part;
    return null;
  }
}

export interface Span {
  readonly block: MachineBlock;
  /** As they were when positions were given out. */
  readonly instructions: readonly Inst[];
  readonly from: number;
  readonly to: number;
}

export interface Liveness {
  readonly spans: readonly Span[];
  readonly spanOf: ReadonlyMap<MachineBlock, Span>;
  /** Virtual registers live at the start of each block, as bits from VIRTUAL on. */
  readonly liveIn: ReadonlyMap<MachineBlock, Uint32Array>;
  /** By virtual register minus VIRTUAL: its web. */
  readonly webs: Web[];
  /** By physical register: when it is taken by fixed uses. */
  readonly fixed: readonly Interval[];
}

export function lowerBound(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Calls `visit` for each register an instruction reads, with the operand's position. */
export function eachUse(i: Inst, visit: (r: Reg, k: number) => void): void {
  for (let k = 0; k < i.args.length; k++) {
    const operand = i.args[k]!;
    if (operand.kind === "reg") visit(operand.reg, k);
    else if (operand.kind === "mem") {
      if (operand.base !== NONE) visit(operand.base, k);
      if (operand.index !== NONE) visit(operand.index, k);
    }
  }
}

export function eachBit(set: Uint32Array, visit: (bit: number) => void): void {
  for (let w = 0; w < set.length; w++) {
    for (let bits = set[w]!; bits !== 0; bits = (bits & (bits - 1)) >>> 0)
      visit(32 * w + 31 - Math.clz32(bits & -bits));
  }
}

export function analyse(f: MachineFunction): Liveness {
  const words = (f.nextReg - VIRTUAL + 31) >> 5;
  const liveIn = solve(f, words);
  const webs: Web[] = [];
  for (let r = VIRTUAL; r < f.nextReg; r++) webs.push(new Web(r, f.floats.has(r)));
  const fixed = Array.from({ length: VIRTUAL }, (_, r) => new Interval(new Web(r, r >= 16)));
  let position = 0;
  const spans: Span[] = f.blocks.map((block) => {
    const from = position;
    position += 2 + 2 * block.instructions.length;
    return { block, instructions: block.instructions, from, to: position };
  });
  const interval = (r: Reg) => (r >= VIRTUAL ? webs[r - VIRTUAL]!.parts[0]! : fixed[r]!);
  for (const { block, from, to } of spans.toReversed()) {
    for (const next of successorsOf(block))
      eachBit(liveIn.get(next)!, (bit) => {
        webs[bit]!.parts[0]!.addRange(from, to);
      });
    for (let k = block.instructions.length - 1; k >= 0; k--) {
      const i = block.instructions[k]!;
      const at = from + 2 + 2 * k;
      if (i.def !== NONE) {
        const it = interval(i.def);
        it.define(at + 1, from);
        if (i.def >= VIRTUAL) {
          it.use(at + 1, MUST | DEF);
          it.web.definitions.push(i);
        }
      }
      for (let mask = i.writes; mask !== 0; mask = (mask & (mask - 1)) >>> 0)
        fixed[31 - Math.clz32(mask & -mask)]!.define(at + 1, from);
      if (i.temp !== NONE) {
        interval(i.temp).addRange(at, at + 2);
        interval(i.temp).use(at, MUST | DEF);
        interval(i.temp).web.definitions.push(i);
      }
      for (let mask = i.reads; mask !== 0; mask = (mask & (mask - 1)) >>> 0)
        fixed[31 - Math.clz32(mask & -mask)]!.addRange(from, at + 1);
      eachUse(i, (r, n) => {
        if (r === RSP) return;
        const it = interval(r);
        const operand = i.args[n]!;
        it.addRange(from, isLate(i, n) ? at + 2 : at + 1);
        if (r >= VIRTUAL) it.use(at, operand.kind === "reg" && mayBeMemory(i, n) ? 0 : MUST);
      });
    }
  }
  for (const web of webs) web.parts[0]!.finish();
  for (const it of fixed) it.finish();
  const spanOf = new Map(spans.map((span) => [span.block, span]));
  markLoops(spans, spanOf, liveIn, webs);
  return { spans, spanOf, liveIn, webs, fixed };
}

/** The usual equations, solved backwards until nothing changes. */
function solve(f: MachineFunction, words: number): Map<MachineBlock, Uint32Array> {
  const liveIn = new Map<MachineBlock, Uint32Array>();
  const written = new Map<MachineBlock, Uint32Array>();
  for (const block of f.blocks) {
    const reads = new Uint32Array(words);
    const writes = new Uint32Array(words);
    for (let k = block.instructions.length - 1; k >= 0; k--) {
      const i = block.instructions[k]!;
      for (const r of [i.def, i.temp]) {
        if (r < VIRTUAL) continue;
        const bit = r - VIRTUAL;
        writes[bit >> 5]! |= 1 << (bit & 31);
        reads[bit >> 5]! &= ~(1 << (bit & 31));
      }
      eachUse(i, (r) => {
        if (r >= VIRTUAL) reads[(r - VIRTUAL) >> 5]! |= 1 << ((r - VIRTUAL) & 31);
      });
    }
    liveIn.set(block, reads);
    written.set(block, writes);
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (let k = f.blocks.length - 1; k >= 0; k--) {
      const block = f.blocks[k]!;
      const own = liveIn.get(block)!;
      const writes = written.get(block)!;
      for (const next of successorsOf(block)) {
        const theirs = liveIn.get(next)!;
        for (let w = 0; w < words; w++) {
          const now = (own[w]! | (theirs[w]! & ~writes[w]!)) >>> 0;
          if (now !== own[w]) {
            own[w] = now;
            changed = true;
          }
        }
      }
    }
  }
  return liveIn;
}

/** What is used in a loop and lives through its end is used again there: a mark tells the allocator, which looks ahead only. */
function markLoops(
  spans: readonly Span[],
  spanOf: ReadonlyMap<MachineBlock, Span>,
  liveIn: ReadonlyMap<MachineBlock, Uint32Array>,
  webs: readonly Web[],
): void {
  for (const { block, from, to } of spans)
    for (const next of successorsOf(block)) {
      const head = spanOf.get(next)!;
      if (head.from > from) continue;
      eachBit(liveIn.get(next)!, (bit) => {
        const it = webs[bit]!.parts[0]!;
        const used = it.uses[lowerBound(it.uses, head.from)];
        if (used === undefined || used >= to) return;
        const at = lowerBound(it.uses, to - 1);
        if (it.uses[at] === to - 1) return;
        it.uses.splice(at, 0, to - 1);
        it.kinds.splice(at, 0, 0);
      });
    }
}
