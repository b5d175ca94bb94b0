/**
 * Writes the allocator's decisions into the code: registers in place of virtual ones, memory where an operand may stand
 * there, and the moves between the parts of split intervals — before the instruction where the part changes, and on the
 * edges between blocks that disagree. A value that is written once goes to its slot right where it is made, so that
 * leaving its register later costs nothing.
 */

import type { Origin } from "../ir/ssa.ts";
import { DEF, eachBit, type Interval, type Liveness, type Web } from "./live.ts";
import {
  type FrameSlot,
  type Inst,
  inst,
  type MachineBlock,
  type MachineFunction,
  mem,
  NONE,
  type Operand,
  type Reg,
  reg,
  successorsOf,
  VIRTUAL,
  XMM0,
} from "./mir.ts";
import { type Move, sequentialise } from "./parallel.ts";

/** A register, or VIRTUAL plus the number of a spill slot, or MADE plus the number of a web whose value is made anew. */
type Location = number;
const MADE = 1 << 24;

interface Placed extends Move<Location> {
  readonly float: boolean;
}

export function rewrite(f: MachineFunction, live: Liveness): void {
  new Rewriter(f, live).run();
}

class Rewriter {
  readonly #f: MachineFunction;
  readonly #live: Liveness;
  readonly #slots: FrameSlot[] = [];
  readonly #webs: Web[];
  /** By even position: what moves before the instruction there. */
  readonly #moves = new Map<number, Placed[]>();
  /** Webs written once that are in memory somewhere. */
  readonly #stored = new Set<Web>();

  constructor(f: MachineFunction, live: Liveness) {
    this.#f = f;
    this.#live = live;
    this.#webs = [...new Set(live.webs)];
  }

  run(): void {
    const borders = new Set(this.#live.spans.map((s) => s.from));
    for (const web of this.#webs) {
      if (web.remade !== null || web.parts.every((part) => part.assigned !== NONE || part.starts.length === 0))
        continue;
      web.slot = this.#newSlot();
      web.room = this.#slots.at(-1)!;
      if (web.definitions.length === 1) this.#stored.add(web);
    }
    for (const web of this.#webs) this.#connectParts(web, borders);
    for (const { block, from } of this.#live.spans) {
      const done: Inst[] = [];
      block.instructions.forEach((i, k) => {
        const at = from + 2 + 2 * k;
        const moves = this.#moves.get(at);
        if (moves !== undefined) this.#emit(done, moves, i.origin);
        this.#instruction(i, at, done);
      });
      block.instructions = done;
    }
    for (const { block } of this.#live.spans) this.#connectEdges(block);
  }

  #newSlot(): Location {
    const slot: FrameSlot = { kind: "spill", bytes: 8, align: 8, offset: 0 };
    this.#slots.push(slot);
    this.#f.slots.push(slot);
    return VIRTUAL + this.#slots.length - 1;
  }

  #location(web: Web, part: Interval): Location {
    if (part.assigned !== NONE) return part.assigned;
    return web.remade !== null ? MADE + web.reg : web.slot;
  }

  /** Whether memory holds the value whenever it is wanted from there. */
  #inMemory(web: Web): boolean {
    return web.remade !== null || this.#stored.has(web);
  }

  #connectParts(web: Web, borders: ReadonlySet<number>): void {
    const { parts } = web;
    for (let k = 1; k < parts.length; k++) {
      const part = parts[k]!;
      const { start } = part;
      if (parts[k - 1]!.end !== start || borders.has(start)) continue;
      if (part.uses[0] === start && (part.kinds[0]! & DEF) !== 0) continue;
      const at = start & ~1;
      // A part that begins at this very instruction has not been filled yet when the others move.
      let before = parts[k - 1]!;
      if (start !== at && before.start === at && k >= 2 && parts[k - 2]!.end === at && !borders.has(at))
        before = parts[k - 2]!;
      const from = this.#location(web, before);
      const to = this.#location(web, part);
      if (from === to || (part.assigned === NONE && this.#inMemory(web))) continue;
      const list = this.#moves.get(at);
      const move = { to, from, float: web.float };
      if (list === undefined) this.#moves.set(at, [move]);
      else list.push(move);
    }
  }

  #connectEdges(block: MachineBlock): void {
    const span = this.#live.spanOf.get(block)!;
    const to = new Set(successorsOf(block));
    for (const next of to) {
      const moves: Placed[] = [];
      const target = this.#live.spanOf.get(next)!;
      eachBit(this.#live.liveIn.get(next)!, (bit) => {
        const web = this.#live.webs[bit]!;
        if (web.parts.length === 1 || moves.some((m) => m.to >= VIRTUAL && m.to === web.slot)) return;
        const before = partAt(web, span.to - 1);
        const after = partAt(web, target.from);
        if (before === after || before === null || after === null) return;
        const [from, place] = [this.#location(web, before), this.#location(web, after)];
        if (from === place || (after.assigned === NONE && this.#inMemory(web))) return;
        if (moves.some((m) => m.to === place)) return;
        moves.push({ to: place, from, float: web.float });
      });
      if (moves.length === 0) continue;
      const list: Inst[] = [];
      this.#emit(list, moves, block.origin);
      if (to.size === 1) block.instructions.push(...list);
      else next.instructions.unshift(...list);
    }
  }

  /** Parallel moves, in an order that works. */
  #emit(list: Inst[], moves: readonly Placed[], origin: Origin): void {
    for (const { to, from, float } of sequentialise(moves, () => this.#newSlot())) {
      if (from >= MADE) {
        const made = this.#live.webs[from - MADE - VIRTUAL]!.remade!;
        // Its own definition has been rewritten when it was met; the operands name no registers.
        list.push({ ...made, def: to, args: made.args.map((o) => ({ ...o })), origin });
      } else if (to >= VIRTUAL)
        list.push(inst(float ? "movsd" : "mov", 64, NONE, [this.#memory(to), reg(from)], origin));
      else if (from >= VIRTUAL) list.push(inst(float ? "movsd" : "mov", 64, to, [this.#memory(from)], origin));
      else list.push(inst("copy", 64, to, [reg(from)], origin));
    }
  }

  #memory(location: Location): Operand {
    return mem({ slot: this.#slots[location - VIRTUAL]! });
  }

  #instruction(i: Inst, at: number, done: Inst[]): void {
    if (i.op === "debug") {
      done.push(i);
      return;
    }
    i.args = i.args.map((operand) => this.#operand(operand, at));
    if (i.temp >= VIRTUAL) i.temp = this.#register(i.temp, at);
    done.push(i);
    if (i.def < VIRTUAL) return;
    const web = this.#live.webs[i.def - VIRTUAL]!;
    i.def = this.#register(i.def, at + 1);
    if (!this.#stored.has(web)) return;
    done.push(inst(i.def >= XMM0 ? "movsd" : "mov", 64, NONE, [this.#memory(web.slot), reg(i.def)], i.origin));
  }

  #operand(operand: Operand, at: number): Operand {
    if (operand.kind === "reg") {
      if (operand.reg < VIRTUAL) return operand;
      const web = this.#live.webs[operand.reg - VIRTUAL]!;
      const part = partAt(web, at)!;
      return part.assigned !== NONE ? reg(part.assigned) : this.#memory(web.slot);
    }
    if (operand.kind !== "mem") return operand;
    const { base, index } = operand;
    if (base >= VIRTUAL) operand.base = this.#register(base, at);
    if (index >= VIRTUAL) operand.index = this.#register(index, at);
    return operand;
  }

  #register(r: Reg, at: number): Reg {
    const part = partAt(this.#live.webs[r - VIRTUAL]!, at);
    if (part === null || part.assigned === NONE) throw new Error(`${this.#f.name}: v${r} has no register at ${at}`);
    return part.assigned;
  }
}

/** The part that holds a web's value at a position; ends and starts of parts meet, so the later part is asked first. */
export function partAt(web: Web, position: number): Interval | null {
  const { parts } = web;
  let low = 0;
  let high = parts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const part = parts[middle]!;
    if (position < part.start) high = middle - 1;
    else if (position >= part.end) low = middle + 1;
    else return part;
  }
  return null;
}
