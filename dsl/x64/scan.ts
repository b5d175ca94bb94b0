/**
 * Linear scan over live intervals with holes (Wimmer, Mössenböck: "Optimized Interval Splitting in a Linear Scan Register
 * Allocator"). Intervals are taken by their start; one that fits no register as a whole is split where its register is
 * taken, one that fits none at all takes the register whose owner is used last, or goes to memory until its next use.
 *
 * Splits lie at even positions, before an instruction. The one exception is into memory: an interval may leave its
 * register at an odd position, between the operands and the results of an instruction; its store then comes before the
 * instruction, and what is cut off starts in memory.
 */
import { callClobbers } from "./calls.ts";
import { type Interval, type Liveness, lowerBound, MUST } from "./live.ts";
import {
  type MachineFunction,
  NONE,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  type Reg,
  RSI,
  VIRTUAL,
  XMM0,
} from "./mir.ts";

/** In the order of preference: those calls destroy first, then those that must be saved. */
const generalOrder: readonly Reg[] = [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11, RBX, R14, R15, R12, RBP, R13];
const floatOrder: readonly Reg[] = Array.from({ length: 16 }, (_, k) => XMM0 + k);

const isCalleeSaved = (r: Reg) => ((callClobbers >>> r) & 1) === 0;

/** Gives every part of every web a register or leaves it in memory (assigned = NONE). */
export function allocate(live: Liveness): void {
  new Scan(live).run();
}

class Scan {
  readonly #live: Liveness;
  /** Descending by start: the next one is the last. */
  readonly #unhandled: Interval[] = [];
  #active: Interval[] = [];
  #inactive: Interval[] = [];
  /** Callee-saved registers that somebody uses already. */
  readonly #saved = new Set<Reg>();
  readonly #until = new Float64Array(VIRTUAL);
  readonly #block = new Float64Array(VIRTUAL);
  readonly #blockStarts: number[];

  constructor(live: Liveness) {
    this.#live = live;
    this.#blockStarts = live.spans.map((s) => s.from);
    for (const web of new Set(live.webs)) {
      const [whole] = web.parts;
      if (whole!.starts.length === 0) continue;
      // What can be made anew is never read from memory.
      if (web.remade !== null) whole!.kinds = whole!.kinds.map((kind) => kind | MUST);
      this.#unhandled.push(whole!);
    }
    this.#unhandled.sort((a, b) => b.start - a.start);
  }

  run(): void {
    for (let current = this.#unhandled.pop(); current !== undefined; current = this.#unhandled.pop()) {
      const position = current.start;
      this.#advance(position);
      // A part that starts between operands and results starts in memory.
      if (position % 2 === 1 && (current.uses[0] ?? Infinity) > position && current.web.parts[0] !== current) {
        this.#spill(current);
        continue;
      }
      if (!this.#tryFree(current)) this.#takeBlocked(current);
      if (current.assigned === NONE) continue;
      if (isCalleeSaved(current.assigned)) this.#saved.add(current.assigned);
      this.#active.push(current);
    }
  }

  #advance(position: number): void {
    const active: Interval[] = [];
    const inactive: Interval[] = [];
    const place = (it: Interval) => {
      while (it.cursor < it.ends.length && it.ends[it.cursor]! <= position) it.cursor++;
      if (it.cursor >= it.ends.length) return;
      (it.starts[it.cursor]! <= position ? active : inactive).push(it);
    };
    for (const it of this.#active) place(it);
    for (const it of this.#inactive) place(it);
    for (const it of this.#live.fixed)
      while (it.cursor < it.ends.length && it.ends[it.cursor]! <= position) it.cursor++;
    this.#active = active;
    this.#inactive = inactive;
  }

  #tryFree(current: Interval): boolean {
    const until = this.#until.fill(Infinity);
    for (const it of this.#active) until[it.assigned] = 0;
    for (const it of this.#inactive) {
      if (until[it.assigned]! === 0) continue;
      until[it.assigned] = Math.min(until[it.assigned]!, it.meets(current));
    }
    const order = current.web.float ? floatOrder : generalOrder;
    for (const r of order) {
      const fixed = this.#live.fixed[r]!;
      if (until[r]! > 0 && fixed.cursor < fixed.starts.length) until[r] = Math.min(until[r]!, fixed.meets(current));
    }
    const { end } = current;
    let best: Reg = NONE;
    for (const hint of current.web.hints) {
      const r = this.#preferred(hint, current.start);
      if (r !== NONE && until[r]! >= end) {
        best = r;
        break;
      }
    }
    if (best === NONE) {
      let bestScore = -1;
      for (const r of order) {
        // Among registers that are free to the end: one that needs no saving.
        const whole = until[r]! >= end;
        const score = whole ? 1e12 + (isCalleeSaved(r) ? (this.#saved.has(r) ? 1 : 0) : 2) : until[r]!;
        if (score > bestScore) {
          best = r;
          bestScore = score;
        }
      }
    }
    if (until[best]! >= end) {
      current.assigned = best;
      return true;
    }
    const limit = until[best]! & ~1;
    if (limit <= current.start + 1) return false;
    // Free for a while: worth it if the register is used in that time.
    if (current.nextUse(current.start, 0) >= limit) return false;
    current.assigned = best;
    this.#cut(current, this.#bestSplit(Math.max(current.start + 1, this.#lastUseBefore(current, limit) + 1), limit));
    return true;
  }

  #lastUseBefore(it: Interval, position: number): number {
    const k = lowerBound(it.uses, position) - 1;
    return k >= 0 ? it.uses[k]! : it.start;
  }

  /** The register a hint stands for now, or NONE. */
  #preferred(hint: Reg, position: number): Reg {
    if (hint < VIRTUAL) return hint;
    const { parts } = this.#live.webs[hint - VIRTUAL]!;
    let found: Reg = NONE;
    for (const part of parts) {
      if (part.assigned === NONE) continue;
      if (found === NONE || part.start <= position) found = part.assigned;
    }
    return found;
  }

  #takeBlocked(current: Interval): void {
    const { start } = current;
    const usedAt = this.#until.fill(Infinity);
    const blockedAt = this.#block.fill(Infinity);
    for (const it of this.#active) usedAt[it.assigned] = Math.min(usedAt[it.assigned]!, it.nextUse(start, 0));
    for (const it of this.#inactive)
      if (it.meets(current) !== Infinity) usedAt[it.assigned] = Math.min(usedAt[it.assigned]!, it.nextUse(start, 0));
    const order = current.web.float ? floatOrder : generalOrder;
    let best: Reg = NONE;
    for (const r of order) {
      const at = this.#live.fixed[r]!.meets(current);
      blockedAt[r] = at;
      if (at < usedAt[r]!) usedAt[r] = at;
      if (at > start && (best === NONE || usedAt[r]! > usedAt[best]!)) best = r;
    }
    const first = current.nextUse(start, MUST);
    const anyUse = current.nextUse(start, 0);
    if (first === Infinity || (first > (start | 1) && (best === NONE || usedAt[best]! < anyUse))) {
      this.#spill(current);
      return;
    }
    if (best === NONE || usedAt[best]! <= Math.max(first, start | 1)) {
      if (first > (start | 1)) {
        this.#spill(current);
        return;
      }
      // Needed at once: any register whose owner is not needed by the same instruction.
      best = this.#evictable(order, blockedAt, start);
    }
    current.assigned = best;
    if (blockedAt[best]! < current.end) {
      const limit = blockedAt[best]! & ~1;
      if (limit > current.start && limit > this.#lastMust(current, blockedAt[best]!)) this.#cut(current, limit);
      else this.#cut(current, blockedAt[best]!);
    }
    for (const it of [...this.#active, ...this.#inactive]) {
      if (it.assigned !== best || (!it.covers(start) && it.meets(current) === Infinity)) continue;
      this.#evict(it, start);
    }
  }

  /** The last use before a position. */
  #lastMust(it: Interval, position: number): number {
    const k = lowerBound(it.uses, position) - 1;
    return k >= 0 ? it.uses[k]! : -1;
  }

  #evictable(order: readonly Reg[], blockedAt: Float64Array, start: number): Reg {
    let best: Reg = NONE;
    let bestUse = -1;
    for (const r of order) {
      if (blockedAt[r]! <= start) continue;
      let next = Infinity;
      for (const it of this.#active) if (it.assigned === r) next = Math.min(next, it.nextUse(start, MUST));
      if (Math.min(next, blockedAt[r]!) > bestUse) {
        best = r;
        bestUse = Math.min(next, blockedAt[r]!);
      }
    }
    if (best === NONE || bestUse <= (start | 1)) throw new Error(`no register is left at ${start}`);
    return best;
  }

  /** Takes the register away from its owner from a position on. */
  #evict(it: Interval, position: number): void {
    if (it.start >= position) {
      // It has just begun, or begins later in a hole: all of it looks for another place.
      this.#active = this.#active.filter((other) => other !== it);
      this.#inactive = this.#inactive.filter((other) => other !== it);
      it.assigned = NONE;
      if (it.start > position) this.#enqueue(it);
      else this.#spill(it);
      return;
    }
    if (!it.covers(position)) {
      const next = it.starts[it.cursor]!;
      this.#cut(it, next);
      return;
    }
    const from = position % 2 === 1 ? position : Math.max(this.#lastUseBefore(it, position) + 1, it.start + 1);
    const at = position % 2 === 1 ? position : this.#bestSplit(from, position);
    const rest = this.#splitAt(it, at > it.start ? at : position);
    this.#spill(rest);
  }

  /** Into memory until the next use that needs a register. */
  #spill(it: Interval): void {
    it.assigned = NONE;
    const next = it.nextUse(it.start, MUST);
    if (next === Infinity) return;
    if (next <= (it.start | 1) && it.start % 2 === 0) throw new Error(`spills what is needed at ${next}`);
    const at = this.#bestSplit(it.start + 1, next & ~1);
    this.#cut(it, at);
  }

  /** Splits and puts the rest back in the queue. */
  #cut(it: Interval, position: number): void {
    if (position >= it.end) return;
    this.#enqueue(this.#splitAt(it, position));
  }

  #splitAt(it: Interval, position: number): Interval {
    if (position <= it.start || position >= it.end)
      throw new Error(`cannot split [${it.start}, ${it.end}) at ${position}`);
    return it.split(position);
  }

  #enqueue(it: Interval): void {
    const list = this.#unhandled;
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.start > it.start) low = middle + 1;
      else high = middle;
    }
    list.splice(low, 0, it);
  }

  /**
   * The best even position in [from, to] to change places: at the last border of a block in the outermost loop between
   * them, if that is further out than `to` itself; else as late as can be.
   */
  #bestSplit(from: number, to: number): number {
    const { spans } = this.#live;
    const first = lowerBound(this.#blockStarts, from);
    const last = this.#spanIndex(to);
    const weight = (k: number) => (spans[k]!.block.cold ? -1 : spans[k]!.block.depth);
    let best = to & ~1;
    let bestWeight = weight(last);
    for (let k = last; k >= first; k--) {
      // At the first block of a loop the change lies on the way in.
      const here = k > 0 ? Math.min(weight(k), weight(k - 1)) : weight(k);
      if (here < bestWeight) {
        best = spans[k]!.from;
        bestWeight = here;
      }
    }
    return Math.max(best, from);
  }

  #spanIndex(position: number): number {
    return lowerBound(this.#blockStarts, position + 1) - 1;
  }
}

/** Callee-saved registers that the function changes, as a mask: those it was given, and those that instructions insist on. */
export function savedRegisters({ blocks }: MachineFunction): number {
  let mask = 0;
  for (const { instructions } of blocks)
    for (const { def, writes } of instructions) mask |= writes | (def !== NONE && def < XMM0 ? 1 << def : 0);
  return mask & ~callClobbers;
}
