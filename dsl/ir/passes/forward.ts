/**
 * Forwarding: a load of what was just stored or loaded is that value, and storing what is already there is nothing. What
 * memory is known to hold flows forward through the blocks, meets at joins, and survives a loop as far as nothing in the
 * loop may overwrite it.
 */
import { type Access, escapedSlots, mayOverlap, whereOf } from "../alias.ts";
import { typeOf } from "../build.ts";
import { machineOps } from "../machine.ts";
import { definitions, type Pass, type ProgramFacts, Replacements } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Ordering, Phi, Slot, Type } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { mapOperands, sameOperand } from "../visit.ts";

/** So many places are remembered at a time. */
const MOST = 48;

interface Known {
  readonly access: Access;
  readonly value: Operand;
}
type Memory = Map<string, Known>;

/** What an instruction may overwrite: a place, everything others can reach, or nothing. */
export type Clobber = Access | "shared" | null;

/** What an instruction may overwrite. */
export function clobberOf(
  i: Instruction,
  table: readonly (Instruction | Phi | undefined)[],
  program: ProgramFacts,
): Clobber {
  const ordered = (ordering: Ordering) => ordering === "acquire" || ordering === "release" || ordering === "seqcst";
  const place = (address: Operand, offset: number, bytes: number | null): Access => {
    return { ...whereOf(address, table, offset), bytes };
  };
  switch (i.op) {
    case "load":
      return ordered(i.ordering) ? "shared" : null;
    case "store":
      return ordered(i.ordering) ? "shared" : place(i.address, i.offset, widths[typeOf(i.value)] / 8);
    case "copy":
    case "move":
    case "fill":
      return place(i.to, 0, i.bytes.kind === "constant" ? Number(i.bytes.bits) : null);
    case "atomic":
    case "compareExchange":
    case "fence":
      return "shared";
    case "call":
      return program.effects.call(i).writes ? "shared" : null;
    case "machine":
      return machineOps[i.name]?.memoryless === true ? null : "shared";
    default:
      return null;
  }
}

export const forward: Pass = {
  name: "forward",
  keepsShape: true,
  run(f, program) {
    return new Forwarding(f, program).run();
  },
};

class Forwarding {
  readonly #f: IrFunction;
  readonly #program: ProgramFacts;
  readonly #table: readonly (Instruction | Phi | undefined)[];
  readonly #escaped: ReadonlySet<Slot>;
  readonly #slots: ReadonlyMap<Slot, number>;
  readonly #replaced = new Replacements();
  #changed = false;

  constructor(f: IrFunction, program: ProgramFacts) {
    this.#f = f;
    this.#program = program;
    this.#table = definitions(f);
    this.#escaped = escapedSlots(f, this.#table);
    this.#slots = new Map(f.slots.map((slot, index) => [slot, index]));
  }

  run(): boolean {
    const flow = this.#program.flow(this.#f);
    const { loops } = flow.loops();
    const loopOf = new Map(loops.map((loop) => [loop.header, loop]));
    const atEnd = new Map<Block, Memory>();
    for (const block of flow.order) {
      const from = flow.predecessors(block);
      const done = from.filter((b) => atEnd.has(b));
      let memory: Memory = new Map();
      const loop = loopOf.get(block);
      if (done.length > 0 && (done.length === from.length || loop !== undefined)) {
        memory = this.#meet(done.map((b) => atEnd.get(b)!));
        if (done.length < from.length)
          for (const b of loop!.blocks)
            for (const i of b.instructions) this.#kill(memory, clobberOf(i, this.#table, this.#program), i);
      }
      this.#block(block, memory);
      atEnd.set(block, memory);
    }
    this.#replaced.apply(this.#f);
    return this.#changed;
  }

  #meet(ends: readonly Memory[]): Memory {
    if (ends.length === 1) return new Map(ends[0]!);
    const memory: Memory = new Map();
    for (const [key, known] of ends[0]!)
      if (ends.every((end) => end.has(key) && sameOperand(end.get(key)!.value, known.value))) memory.set(key, known);
    return memory;
  }

  #kill(memory: Memory, clobber: Clobber, i: Instruction): void {
    if (clobber === null || memory.size === 0) return;
    if (clobber === "shared") {
      // Atomic operations on a slot of our own change it, too.
      const own =
        i.op === "atomic" || i.op === "compareExchange" || i.op === "store"
          ? { ...whereOf(i.address, this.#table), bytes: null, offset: null }
          : null;
      for (const [key, { access }] of memory) {
        const hidden = access.root.kind === "slot" && !this.#escaped.has(access.root.slot);
        if (!hidden || (own !== null && mayOverlap(access, own, this.#escaped))) memory.delete(key);
      }
      return;
    }
    for (const [key, { access }] of memory) if (mayOverlap(access, clobber, this.#escaped)) memory.delete(key);
  }

  /** What a place is called: by its root and offset, or, where these are not known, by the address's own value. */
  #key(i: Extract<Instruction, { op: "load" | "store" }>, { root, offset }: Access, type: Type): string | null {
    if (offset === null || root.kind === "any")
      return i.address.kind === "value" ? `%${i.address.id} ${i.offset} ${type}` : null;
    const name =
      root.kind === "slot"
        ? `s${this.#slots.get(root.slot)}`
        : root.kind === "symbol"
          ? `@${root.symbol}`
          : `%${root.value.id}`;
    return `${name} ${offset} ${type}`;
  }

  #remember(memory: Memory, key: string | null, known: Known): void {
    if (key === null) return;
    if (memory.size >= MOST) memory.delete(memory.keys().next().value!);
    memory.set(key, known);
  }

  #block(block: Block, memory: Memory): void {
    block.instructions = block.instructions.filter((i) => {
      mapOperands(i, this.#replaced.resolve);
      if (i.op === "load" && i.ordering === "plain") {
        const access = { ...whereOf(i.address, this.#table, i.offset), bytes: widths[i.result.type] / 8 };
        const key = this.#key(i, access, i.result.type);
        const known = key === null ? undefined : memory.get(key);
        if (known === undefined) {
          this.#remember(memory, key, { access, value: i.result });
          return true;
        }
        this.#replaced.set(i.result, known.value);
        this.#changed = true;
        return false;
      }
      if (i.op === "store" && i.ordering === "plain") {
        const type = typeOf(i.value);
        const access = { ...whereOf(i.address, this.#table, i.offset), bytes: widths[type] / 8 };
        const key = this.#key(i, access, type);
        const known = key === null ? undefined : memory.get(key);
        if (known !== undefined && sameOperand(known.value, i.value)) {
          this.#changed = true;
          return false;
        }
        this.#kill(memory, access, i);
        this.#remember(memory, key, { access, value: i.value });
        return true;
      }
      this.#kill(memory, clobberOf(i, this.#table, this.#program), i);
      return true;
    });
  }
}
