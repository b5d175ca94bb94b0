/**
 * What calling each function may do to memory, found over the whole program: by fixed point over the direct calls, from
 * "nothing" upwards. Accesses to a function's own slots that do not outlive it do not count, as its callers cannot see
 * them. Externs and calls through pointers may do anything.
 */
import { rootOf } from "./alias.ts";
import { machineOps } from "./machine.ts";
import type { Instruction, IrFunction, IrProgram } from "./ssa.ts";
import { resultsOf } from "./visit.ts";

export interface Effect {
  readonly reads: boolean;
  readonly writes: boolean;
  /** May do what cannot be doubled or dropped: volatile access, machine instructions, traps, or never return. */
  readonly acts: boolean;
}

const all: Effect = { reads: true, writes: true, acts: true };
const nothing: Effect = { reads: false, writes: false, acts: false };

export class Effects {
  readonly #known = new Map<string, Effect>();

  constructor(program: IrProgram) {
    for (const f of program.functions) this.#known.set(f.name, nothing);
    for (let changed = true; changed; ) {
      changed = false;
      for (const f of program.functions) {
        const before = this.#known.get(f.name)!;
        if (before.reads && before.writes && before.acts) continue;
        const after = this.#of(f);
        if (after.reads === before.reads && after.writes === before.writes && after.acts === before.acts) continue;
        this.#known.set(f.name, after);
        changed = true;
      }
    }
  }

  /** Of a call instruction. */
  call(i: Extract<Instruction, { op: "call" }>): Effect {
    return (
      (i.callee.kind === "address" && i.callee.offset === 0n ? this.#known.get(i.callee.symbol) : undefined) ?? all
    );
  }

  #of(f: IrFunction): Effect {
    let reads = false;
    let writes = false;
    // Loops may not end; a function without any runs to its end.
    let acts = false;
    const position = new Map(f.blocks.map((b, at) => [b, at]));
    const table: (Instruction | undefined)[] = [];
    for (const block of f.blocks) for (const i of block.instructions) for (const v of resultsOf(i)) table[v.id] = i;
    for (const block of f.blocks) {
      const t = block.terminator;
      if (t.op === "trap" || t.op === "unreachable") acts = true;
      const targets = t.op === "jump" ? [t.to] : t.op === "branch" ? [t.taken, t.otherwise] : [];
      if (t.op === "switch") targets.push(t.otherwise, ...t.cases.map((c) => c.to));
      if (targets.some((to) => position.get(to)! <= position.get(block)!)) acts = true;
      for (const i of block.instructions) {
        switch (i.op) {
          case "load":
            if (i.ordering !== "plain") acts = true;
            if (rootOf(i.address, table).kind !== "slot") reads = true;
            break;
          case "store":
            if (i.ordering !== "plain") acts = true;
            if (rootOf(i.address, table).kind !== "slot") writes = true;
            break;
          case "copy":
          case "move":
            if (rootOf(i.from, table).kind !== "slot") reads = true;
            if (rootOf(i.to, table).kind !== "slot") writes = true;
            break;
          case "fill":
            if (rootOf(i.to, table).kind !== "slot") writes = true;
            break;
          case "atomic":
          case "compareExchange":
          case "fence":
            return all;
          case "machine":
            acts = true;
            if (machineOps[i.name]?.memoryless !== true) return all;
            break;
          case "call": {
            const e = this.call(i);
            reads ||= e.reads;
            writes ||= e.writes;
            acts ||= e.acts;
            break;
          }
          default:
        }
      }
    }
    return { reads, writes, acts };
  }
}
