/**
 * Dead stores: a store that is overwritten before anyone can read it, and stores to slots of our own that are not read any
 * more. Within a block places are followed exactly, over the whole function slot by slot.
 */
import { type Access, escapedSlots, mayOverlap, type Where, whereOf } from "../alias.ts";
import { typeOf } from "../build.ts";
import { machineOps } from "../machine.ts";
import { definitions, type Pass, type ProgramFacts } from "../pass.ts";
import type { Block, Instruction, IrFunction, Operand, Phi, Slot } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { successors } from "../visit.ts";

/** What an instruction may read: places, all that others can reach, or nothing. */
type Reads = readonly Access[] | "shared";

export const dse: Pass = {
  name: "dse",
  keepsShape: true,
  run(f, program) {
    return new DeadStores(f, program).run();
  },
};

const noSlots: ReadonlySet<Slot> = new Set();

class DeadStores {
  readonly #f: IrFunction;
  readonly #program: ProgramFacts;
  readonly #table: readonly (Instruction | Phi | undefined)[];
  readonly #escaped: ReadonlySet<Slot>;

  constructor(f: IrFunction, program: ProgramFacts) {
    this.#f = f;
    this.#program = program;
    this.#table = definitions(f);
    this.#escaped = escapedSlots(f, this.#table);
  }

  run(): boolean {
    const liveAtEnd = this.#liveness();
    let changed = false;
    for (const block of this.#f.blocks) {
      const live = liveAtEnd.get(block);
      if (live !== undefined && this.#block(block, live)) changed = true;
    }
    return changed;
  }

  #place(address: Operand, offset: number, bytes: number | null): Access {
    return { ...whereOf(address, this.#table, offset), bytes };
  }

  #count(bytes: Operand): number | null {
    return bytes.kind === "constant" && bytes.bits < 1n << 31n ? Number(bytes.bits) : null;
  }

  #reads(i: Instruction): Reads {
    switch (i.op) {
      case "load": {
        const place = this.#place(i.address, i.offset, widths[i.result.type] / 8);
        // Ordered loads let others see what was stored before; hidden slots are read only as the address says.
        return i.ordering === "plain" || this.#hidden(place) ? [place] : "shared";
      }
      case "store":
        return i.ordering === "plain" || i.ordering === "volatile" ? [] : "shared";
      case "copy":
      case "move":
        return [this.#place(i.from, 0, this.#count(i.bytes))];
      case "atomic":
      case "compareExchange": {
        const place = this.#place(i.address, 0, widths[i.result.type] / 8);
        return this.#hidden(place) ? [place] : "shared";
      }
      case "fence":
        return "shared";
      case "call": {
        const effect = this.#program.effects.call(i);
        return effect.reads || effect.acts ? "shared" : [];
      }
      case "machine":
        return machineOps[i.name]?.memoryless === true ? [] : "shared";
      default:
        return [];
    }
  }

  /** What a removable store writes; null for everything else. */
  #writes(i: Instruction): Access | null {
    switch (i.op) {
      case "store":
        return i.ordering === "plain" ? this.#place(i.address, i.offset, widths[typeOf(i.value)] / 8) : null;
      case "copy":
      case "move":
      case "fill":
        return this.#place(i.to, 0, this.#count(i.bytes));
      default:
        return null;
    }
  }

  #hidden({ root }: Where): boolean {
    return root.kind === "slot" && !this.#escaped.has(root.slot);
  }

  /** The hidden slots that may be read after the end of each reachable block. */
  #liveness(): Map<Block, ReadonlySet<Slot>> {
    const flow = this.#program.flow(this.#f);
    if (this.#f.slots.length === 0) return new Map(flow.order.map((block) => [block, noSlots]));
    const readIn = new Map<Block, Set<Slot>>();
    for (const block of flow.order) {
      const read = new Set<Slot>();
      for (const i of block.instructions) {
        const reads = this.#reads(i);
        if (reads === "shared") continue;
        for (const { root } of reads) if (root.kind === "slot") read.add(root.slot);
      }
      readIn.set(block, read);
    }
    const atEnd = new Map<Block, Set<Slot>>(flow.order.map((b) => [b, new Set()]));
    for (let changed = true; changed; ) {
      changed = false;
      for (let at = flow.order.length - 1; at >= 0; at--) {
        const block = flow.order[at]!;
        const live = atEnd.get(block)!;
        const before = live.size;
        for (const to of successors(block)) {
          for (const slot of readIn.get(to)!) live.add(slot);
          for (const slot of atEnd.get(to)!) live.add(slot);
        }
        changed ||= live.size > before;
      }
    }
    return atEnd;
  }

  #block(block: Block, live: ReadonlySet<Slot>): boolean {
    /** Places that will be overwritten before anyone reads them. */
    let covered: Access[] = [];
    const liveNow = new Set(live);
    const kept: Instruction[] = [];
    for (let at = block.instructions.length - 1; at >= 0; at--) {
      const i = block.instructions[at]!;
      const write = this.#writes(i);
      if (write !== null) {
        const { root } = write;
        const dead = root.kind === "slot" && !this.#escaped.has(root.slot) && !liveNow.has(root.slot);
        if (dead || covered.some((c) => covers(c, write))) continue;
      }
      // Backwards, the write comes first: a move may read what it then overwrites.
      if (write !== null && write.offset !== null && write.bytes !== null) covered.push(write);
      const reads = this.#reads(i);
      if (reads === "shared") covered = covered.filter((c) => this.#hidden(c));
      else
        for (const read of reads) {
          covered = covered.filter((c) => !mayOverlap(c, read, this.#escaped));
          if (read.root.kind === "slot") liveNow.add(read.root.slot);
        }
      kept.push(i);
    }
    if (kept.length === block.instructions.length) return false;
    block.instructions = kept.reverse();
    return true;
  }
}

/** Whether every byte of `b` is a byte of `a`. */
function covers(a: Access, b: Access): boolean {
  if (a.offset === null || b.offset === null || a.bytes === null || b.bytes === null) return false;
  const same =
    (a.root.kind === "slot" && b.root.kind === "slot" && a.root.slot === b.root.slot) ||
    (a.root.kind === "symbol" && b.root.kind === "symbol" && a.root.symbol === b.root.symbol) ||
    (a.root.kind === "value" && b.root.kind === "value" && a.root.value === b.root.value);
  return same && a.offset <= b.offset && b.offset + b.bytes <= a.offset + a.bytes;
}
