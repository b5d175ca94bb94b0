/**
 * Loop-invariant code motion: what a loop calculates anew in each round from values made outside goes in front of the
 * loop. Loads go when nothing in the loop may overwrite the place, and either they are certain to run or the place is
 * known to exist. Inner loops first, so that things can climb.
 */
import { type Access, escapedSlots, mayOverlap, whereOf } from "../alias.ts";
import { freshBlock, freshValue } from "../build.ts";
import { Flow, type Loop } from "../flow.ts";
import { definitions, type Pass, type ProgramFacts } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Slot } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { mapSuccessors, operandsOf, resultsOf } from "../visit.ts";
import { type Clobber, clobberOf } from "./forward.ts";

export const licm: Pass = {
  name: "licm",
  run(f, program) {
    const before = program.flow(f);
    if (before.loops().loops.length === 0) return false;
    const made = preheaders(f, before);
    const flow = made ? new Flow(f) : before;
    const { loops } = flow.loops();
    const table = definitions(f);
    const home = new Map<number, Block>();
    for (const block of f.blocks) {
      for (const phi of block.phis) home.set(phi.result.id, block);
      for (const i of block.instructions) for (const v of resultsOf(i)) home.set(v.id, block);
    }
    const escaped = escapedSlots(f, table);
    let changed = made;
    for (const loop of [...loops].reverse())
      if (new Hoist(f, program, flow, loop, table, home, escaped).run()) changed = true;
    return changed;
  },
};

/** Gives each loop a block of its own in front: the only way in, which goes nowhere else. */
export function preheaders(f: IrFunction, flow: Flow): boolean {
  let changed = false;
  for (const loop of flow.loops().loops) {
    const { header } = loop;
    const outside = flow.predecessors(header).filter((b) => !loop.blocks.has(b));
    if (outside.length === 1 && outside[0]!.terminator.op === "jump") continue;
    const block = freshBlock(f, "preheader");
    block.terminator = { op: "jump", to: header, origin: header.terminator.origin };
    for (const from of outside) mapSuccessors(from.terminator, (to) => (to === header ? block : to));
    for (const phi of header.phis) {
      if (outside.length === 1) phi.inputs.set(block, phi.inputs.get(outside[0]!)!);
      else {
        const join: Phi = { result: freshValue(f, phi.result.type, phi.result.hint), inputs: new Map() };
        for (const from of outside) join.inputs.set(from, phi.inputs.get(from)!);
        block.phis.push(join);
        phi.inputs.set(block, join.result);
      }
      for (const from of outside) phi.inputs.delete(from);
    }
    f.blocks.splice(f.blocks.indexOf(header), 0, block);
    changed = true;
  }
  return changed;
}

class Hoist {
  readonly #f: IrFunction;
  readonly #program: ProgramFacts;
  readonly #flow: Flow;
  readonly #loop: Loop;
  readonly #table: readonly (Instruction | Phi | undefined)[];
  readonly #home: Map<number, Block>;
  readonly #escaped: ReadonlySet<Slot>;
  readonly #clobbers: Exclude<Clobber, null>[] = [];

  constructor(
    f: IrFunction,
    program: ProgramFacts,
    flow: Flow,
    loop: Loop,
    table: readonly (Instruction | Phi | undefined)[],
    home: Map<number, Block>,
    escaped: ReadonlySet<Slot>,
  ) {
    this.#f = f;
    this.#program = program;
    this.#flow = flow;
    this.#loop = loop;
    this.#table = table;
    this.#home = home;
    this.#escaped = escaped;
    for (const block of loop.blocks)
      for (const i of block.instructions) {
        const clobber = clobberOf(i, table, program);
        if (clobber === null) continue;
        this.#clobbers.push(clobber);
        // An ordered access to a slot of our own also changes that slot.
        if (clobber === "shared" && (i.op === "store" || i.op === "atomic" || i.op === "compareExchange"))
          this.#clobbers.push({ ...whereOf(i.address, table), offset: null, bytes: null });
      }
  }

  run(): boolean {
    const loop = this.#loop;
    const front = this.#flow.predecessors(loop.header).find((b) => !loop.blocks.has(b));
    if (front === undefined || front.terminator.op !== "jump") return false;
    let changed = false;
    for (const block of this.#flow.order) {
      if (!loop.blocks.has(block)) continue;
      /** Whether control that has come to the header comes to this instruction. */
      let certain = block === loop.header;
      const kept: Instruction[] = [];
      for (const i of block.instructions) {
        if (operandsOf(i).every((o) => this.#outside(o)) && this.#movable(i, certain)) {
          front.instructions.push(i);
          for (const v of resultsOf(i)) this.#home.set(v.id, front);
          changed = true;
          continue;
        }
        if (i.op === "call" || i.op === "machine") certain = false;
        kept.push(i);
      }
      block.instructions = kept;
    }
    return changed;
  }

  #outside(o: Operand): boolean {
    if (o.kind !== "value") return true;
    const home = this.#home.get(o.id);
    return home === undefined || !this.#loop.blocks.has(home);
  }

  #movable(i: Instruction, certain: boolean): boolean {
    switch (i.op) {
      case "binary":
        if (i.how === "udiv" || i.how === "urem" || i.how === "sdiv" || i.how === "srem")
          return (
            certain ||
            (i.y.kind === "constant" && i.y.bits !== 0n && i.y.bits !== (1n << BigInt(widths[i.y.type])) - 1n)
          );
        return true;
      case "compare":
      case "unary":
      case "select":
        return true;
      case "load": {
        if (i.ordering !== "plain") return false;
        const access: Access = { ...whereOf(i.address, this.#table, i.offset), bytes: widths[i.result.type] / 8 };
        if (!certain && !this.#exists(access)) return false;
        const hidden = access.root.kind === "slot" && !this.#escaped.has(access.root.slot);
        return !this.#clobbers.some((c) => (c === "shared" ? !hidden : mayOverlap(c, access, this.#escaped)));
      }
      default:
        return false;
    }
  }

  /** Whether a place is there, whoever asks. */
  #exists({ root, offset, bytes }: Access): boolean {
    if (offset === null || bytes === null || offset < 0) return false;
    const end = offset + bytes;
    if (root.kind === "slot") return end <= root.slot.bytes && this.#f.slots.includes(root.slot);
    if (root.kind === "symbol") return end <= (this.#program.globals.get(root.symbol)?.bytes ?? 0);
    return false;
  }
}
