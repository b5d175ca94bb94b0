/**
 * Slots become values: a part of a slot that is always read and written whole, at a known place, by plain accesses, needs
 * no memory (mem2reg, and with `expand` before it scalar replacement of aggregates). Phis are placed at the iterated
 * dominance frontiers of the stores where the part is live; what is read before it is written is 0, one of the things that
 * could have been there. Declared variables get a debug value at each store and phi.
 */
import { escapedSlots, whereOf } from "../alias.ts";
import { constant, freshValue, typeOf } from "../build.ts";
import type { Flow } from "../flow.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Slot, Type } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { successors } from "../visit.ts";
import { forgetDead } from "./dce.ts";

type Access = Extract<Instruction, { op: "load" | "store" }>;
type Declare = Extract<Instruction, { op: "declare" }>;

/** A part of a slot that becomes a value. */
interface Cell {
  readonly index: number;
  readonly slot: Slot;
  readonly offset: number;
  readonly type: Type;
}

export const promote: Pass = {
  name: "promote",
  keepsShape: true,
  run(f, program) {
    if (f.slots.length === 0) return false;
    const { cells, accesses } = findCells(f);
    if (cells.length === 0) return false;
    new Promotion(f, program.flow(f), cells, accesses).run();
    return true;
  },
};

/** The parts of slots that can become values, and the accesses to them. */
function findCells(f: IrFunction): { cells: Cell[]; accesses: Map<Instruction, Cell> } {
  const table = definitions(f);
  const barred = escapedSlots(f, table);
  const ranges = new Map<Slot, { offset: number; type: Type; i: Access }[]>(f.slots.map((slot) => [slot, []]));
  const bar = (operand: Operand) => {
    const { root } = whereOf(operand, table);
    if (root.kind === "slot") barred.add(root.slot);
  };
  for (const block of f.blocks)
    for (const i of block.instructions) {
      switch (i.op) {
        case "load":
        case "store": {
          const { root, offset } = whereOf(i.address, table, i.offset);
          if (root.kind !== "slot") break;
          const type = typeOf(i.op === "load" ? i.result : i.value);
          if (offset === null || i.ordering !== "plain") barred.add(root.slot);
          else if (offset < 0 || offset + widths[type] / 8 > root.slot.bytes) barred.add(root.slot);
          else ranges.get(root.slot)!.push({ offset, type, i });
          break;
        }
        case "copy":
        case "move":
          bar(i.to);
          bar(i.from);
          break;
        case "fill":
          bar(i.to);
          break;
        case "atomic":
        case "compareExchange":
          bar(i.address);
          break;
        default:
      }
    }
  const cells: Cell[] = [];
  const accesses = new Map<Instruction, Cell>();
  for (const [slot, list] of ranges) {
    if (barred.has(slot)) continue;
    list.sort((a, b) => a.offset - b.offset);
    for (let at = 0; at < list.length; ) {
      // A run of accesses that overlap: a cell if all are of one place and width.
      const first = list[at]!;
      let end = first.offset + widths[first.type] / 8;
      let whole = true;
      let next = at;
      for (; next < list.length && list[next]!.offset < end; next++) {
        const { offset, type } = list[next]!;
        if (offset !== first.offset || widths[type] !== widths[first.type]) whole = false;
        end = Math.max(end, offset + widths[type] / 8);
      }
      if (whole) {
        const cell: Cell = { index: cells.length, slot, offset: first.offset, type: first.type };
        cells.push(cell);
        for (const { i } of list.slice(at, next)) accesses.set(i, cell);
      }
      at = next;
    }
  }
  return { cells, accesses };
}

class Promotion {
  readonly #f: IrFunction;
  readonly #cells: readonly Cell[];
  readonly #accesses: ReadonlyMap<Instruction, Cell>;
  readonly #flow: Flow;
  readonly #declares = new Map<Slot, Declare[]>();
  readonly #phis = new Map<Block, Map<Cell, Phi>>();
  readonly #replaced = new Replacements();

  constructor(f: IrFunction, flow: Flow, cells: readonly Cell[], accesses: ReadonlyMap<Instruction, Cell>) {
    this.#f = f;
    this.#cells = cells;
    this.#accesses = accesses;
    this.#flow = flow;
    for (const cell of cells) this.#declares.set(cell.slot, []);
    for (const block of f.blocks)
      for (const i of block.instructions) if (i.op === "declare") this.#declares.get(i.slot)?.push(i);
  }

  run(): void {
    this.#placePhis();
    const atEnd = new Map<Block, Operand[]>();
    for (const block of this.#flow.order) {
      const up = this.#flow.dominator(block);
      const now = up === null ? this.#cells.map((cell) => constant(cell.type, 0n) as Operand) : [...atEnd.get(up)!];
      this.#rename(block, now);
      atEnd.set(block, now);
    }
    for (const block of this.#flow.order)
      for (const to of successors(block))
        for (const [cell, phi] of this.#phis.get(to) ?? []) phi.inputs.set(block, atEnd.get(block)![cell.index]!);
    // Blocks that nothing reaches still name the slots.
    for (const block of this.#f.blocks)
      if (!this.#flow.reachable(block)) {
        block.instructions = [];
        block.phis = [];
        for (const to of successors(block)) for (const phi of to.phis) phi.inputs.delete(block);
        block.terminator = { op: "unreachable", origin: block.terminator.origin };
      }
    this.#replaced.apply(this.#f);
    forgetDead(this.#f);
  }

  #placePhis(): void {
    const flow = this.#flow;
    // Where nothing joins there is nothing to choose.
    if (!flow.order.some((block) => flow.predecessors(block).length > 1)) return;
    const frontiers = flow.frontiers();
    /** By cell: blocks that write it, and those that read it before they write it; each once. */
    const stores: Block[][] = this.#cells.map(() => []);
    const exposed: Block[][] = this.#cells.map(() => []);
    for (const block of flow.order)
      for (const i of block.instructions) {
        if (i.op !== "load" && i.op !== "store") continue;
        const cell = this.#accesses.get(i);
        if (cell === undefined) continue;
        const written = stores[cell.index]!;
        const read = exposed[cell.index]!;
        if (written.at(-1) === block) continue;
        if (i.op === "store") written.push(block);
        else if (read.at(-1) !== block) read.push(block);
      }
    for (const cell of this.#cells) {
      const work = exposed[cell.index]!;
      if (work.length === 0) continue;
      const written = new Set(stores[cell.index]!);
      const liveIn = new Set<Block>();
      for (let block = work.pop(); block !== undefined; block = work.pop()) {
        if (liveIn.has(block)) continue;
        liveIn.add(block);
        for (const from of flow.predecessors(block)) if (!written.has(from)) work.push(from);
      }
      const spread = stores[cell.index]!;
      for (let block = spread.pop(); block !== undefined; block = spread.pop())
        for (const join of frontiers(block)) {
          if (!liveIn.has(join) || this.#phis.get(join)?.has(cell)) continue;
          const result = freshValue(this.#f, cell.type, cell.slot.name);
          const phi: Phi = { result, inputs: new Map() };
          join.phis.push(phi);
          let here = this.#phis.get(join);
          if (here === undefined) this.#phis.set(join, (here = new Map()));
          here.set(cell, phi);
          spread.push(join);
        }
    }
  }

  /** What the declared variables in a cell's slot are told. */
  #tell(cell: Cell, value: Operand): Instruction[] {
    const bytes = widths[cell.type] / 8;
    const piece = bytes === cell.slot.bytes ? null : { offset: cell.offset, bytes };
    return this.#declares.get(cell.slot)!.map(({ variable, origin }) => {
      return { op: "debug", variable, piece, value, indirect: false, origin };
    });
  }

  #rename(block: Block, now: Operand[]): void {
    const kept: Instruction[] = [];
    for (const [cell, phi] of this.#phis.get(block) ?? []) {
      now[cell.index] = phi.result;
      kept.push(...this.#tell(cell, phi.result));
    }
    for (const i of block.instructions) {
      if (i.op === "declare" && this.#declares.has(i.slot)) continue;
      const cell = i.op === "load" || i.op === "store" ? this.#accesses.get(i) : undefined;
      if (cell === undefined) {
        kept.push(i);
        continue;
      }
      const cast = (operand: Operand, type: Type): Operand => {
        if (typeOf(operand) === type) return operand;
        const result = freshValue(this.#f, type);
        kept.push({ op: "unary", how: "bitcast", result, x: operand, origin: i.origin });
        return result;
      };
      if (i.op === "load") this.#replaced.set(i.result, cast(now[cell.index]!, i.result.type));
      else if (i.op === "store") {
        const value = this.#replaced.resolve(cast(i.value, cell.type));
        now[cell.index] = value;
        kept.push(...this.#tell(cell, value));
      }
    }
    block.instructions = kept;
  }
}
