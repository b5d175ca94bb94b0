/**
 * Structured control flow from the dominator tree (Ramsey: "Beyond Relooper"): a block's subtree is nested in it, blocks
 * where ways meet get a wasm block around what comes before them, and headers of loops a wasm loop. That covers all
 * reducible graphs, which is what structured sources give; for others, a loop around a jump table dispatches by number.
 */

import type { Code, Label, Local } from "../../emulator/formats/wasm.ts";
import { typeOf } from "../ir/build.ts";
import { Flow } from "../ir/flow.ts";
import type { Block, IrFunction, Operand, Terminator } from "../ir/ssa.ts";
import { successors } from "../ir/visit.ts";
import type { InstructionWriter } from "./instructions.ts";

/** Jump tables are made for switches whose largest case is below this. */
const LARGEST_TABLE = 1024;

export interface Leaves {
  /** Writes a return, trap or unreachable. */
  readonly leave: (t: Extract<Terminator, { op: "return" | "trap" | "unreachable" }>) => void;
}

export class StructureWriter {
  readonly #code: Code;
  readonly #writer: InstructionWriter;
  readonly #leaves: Leaves;
  readonly #flow: Flow;
  readonly #headers = new Set<Block>();
  readonly #merges = new Set<Block>();
  readonly #labels = new Map<Block, Label>();
  /** For graphs that are not reducible: where to go next, and the loop that goes there. */
  #dispatch: { next: Local; again: Label | null } | null = null;

  constructor(f: IrFunction, code: Code, writer: InstructionWriter, leaves: Leaves) {
    this.#code = code;
    this.#writer = writer;
    this.#leaves = leaves;
    this.#flow = new Flow(f);
  }

  /** Writes all blocks. */
  write(): void {
    const flow = this.#flow;
    let reducible = true;
    const entries = new Map<Block, number>();
    for (const block of flow.order)
      for (const to of successors(block)) {
        if (flow.position(to) > flow.position(block)) entries.set(to, (entries.get(to) ?? 0) + 1);
        else if (flow.dominates(to, block)) this.#headers.add(to);
        else reducible = false;
      }
    for (const [block, count] of entries) if (count > 1) this.#merges.add(block);
    if (reducible) this.#tree(flow.order[0]!);
    else this.#dispatcher();
    // Every way out of the function is a return or a trap.
    this.#code.op("unreachable");
  }

  /** A block and all it dominates. */
  #tree(block: Block): void {
    const inside = this.#flow
      .children(block)
      .filter((b) => this.#merges.has(b))
      .sort((a, b) => this.#flow.position(b) - this.#flow.position(a));
    if (!this.#headers.has(block)) this.#within(block, inside, 0);
    else
      this.#code.loop((start) => {
        this.#labels.set(block, start);
        this.#within(block, inside, 0);
      });
  }

  /** A block in front of the ones where ways from it meet; the last of these is the outermost. */
  #within(block: Block, merges: readonly Block[], at: number): void {
    const merge = merges[at];
    if (merge === undefined) {
      for (const i of block.instructions) this.#writer.write(i);
      this.#terminator(block);
      return;
    }
    this.#code.block((end) => {
      this.#labels.set(merge, end);
      this.#within(block, merges, at + 1);
    });
    this.#tree(merge);
  }

  #terminator(block: Block): void {
    const t = block.terminator;
    const c = this.#code;
    switch (t.op) {
      case "jump":
        this.#go(block, t.to);
        return;
      case "branch":
        this.#writer.push(t.condition);
        c.if(
          () => this.#go(block, t.taken),
          () => this.#go(block, t.otherwise),
        );
        return;
      case "switch":
        this.#switch(block, t);
        return;
      default:
        this.#leaves.leave(t);
    }
  }

  #switch(block: Block, t: Extract<Terminator, { op: "switch" }>): void {
    const c = this.#code;
    const largest = t.cases.reduce((most, { bits }) => (bits > most ? bits : most), 0n);
    const narrow = (value: Operand) => {
      this.#writer.push(value);
      if (typeOf(value) === "i64") c.op("i32.wrap_i64");
    };
    if (largest >= BigInt(LARGEST_TABLE)) {
      for (const { bits, to } of t.cases) {
        this.#writer.push(t.value);
        this.#writer.push({ kind: "constant", type: typeOf(t.value), bits });
        c.op(typeOf(t.value) === "i64" ? "i64.eq" : "i32.eq");
        c.if(() => this.#go(block, to));
      }
      this.#go(block, t.otherwise);
      return;
    }
    const targets = successors(block);
    const landings = new Map<Block, Label>();
    const nest = (at: number) => {
      const target = targets[at];
      if (target !== undefined) {
        c.block((end) => {
          landings.set(target, end);
          nest(at + 1);
        });
        this.#go(block, target);
        return;
      }
      const otherwise = landings.get(t.otherwise)!;
      if (typeOf(t.value) === "i64") {
        this.#writer.push(t.value);
        c.i64(largest);
        c.op("i64.gt_u");
        c.brIf(otherwise);
      }
      const table: Label[] = Array.from({ length: Number(largest) + 1 }, () => otherwise);
      for (const { bits, to } of t.cases) table[Number(bits)] = landings.get(to)!;
      narrow(t.value);
      c.brTable(table, otherwise);
    };
    nest(0);
  }

  /** An edge: phis get their values, all at once, then control goes. */
  #go(from: Block, to: Block): void {
    const moving = to.phis.filter((phi) => phi.inputs.get(from) !== phi.result);
    for (const phi of moving) this.#writer.push(phi.inputs.get(from)!);
    for (const phi of [...moving].reverse()) this.#writer.pop(phi.result);
    const c = this.#code;
    if (this.#dispatch !== null) {
      c.i32(this.#flow.position(to));
      c.set(this.#dispatch.next);
      c.br(this.#dispatch.again!);
      return;
    }
    const back = this.#flow.position(to) <= this.#flow.position(from);
    if (back || this.#merges.has(to)) c.br(this.#labels.get(to)!);
    else this.#tree(to);
  }

  /** All blocks side by side in a loop that starts with a jump table. */
  #dispatcher(): void {
    const c = this.#code;
    const { order } = this.#flow;
    const dispatch: { next: Local; again: Label | null } = { next: c.local("i32"), again: null };
    this.#dispatch = dispatch;
    c.i32(0);
    c.set(dispatch.next);
    c.loop((again) => {
      dispatch.again = again;
      const labels: Label[] = [];
      const nest = (at: number) => {
        if (at < 0) {
          c.get(dispatch.next);
          c.brTable(labels, labels.at(-1)!);
          return;
        }
        c.block((end) => {
          labels[at] = end;
          nest(at - 1);
        });
        const block = order[at]!;
        for (const i of block.instructions) this.#writer.write(i);
        this.#terminator(block);
      };
      nest(order.length - 1);
    });
  }
}
