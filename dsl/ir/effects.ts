/**
 * What calling each function may do to memory, found over the whole program: each function by itself first, then upwards
 * along the direct calls. Accesses to a function's own slots that do not outlive it do not count, as its callers cannot
 * see them. Externs and calls through pointers may do anything.
 */
import { rootOf } from "./alias.ts";
import { machineOps } from "./machine.ts";
import type { Instruction, IrFunction, IrProgram, Operand } from "./ssa.ts";
import { resultsOf, successors } from "./visit.ts";

export interface Effect {
  readonly reads: boolean;
  readonly writes: boolean;
  /** May do what cannot be doubled or dropped: volatile access, machine instructions, traps, or never return. */
  readonly acts: boolean;
}

const all: Effect = { reads: true, writes: true, acts: true };

/** A function by itself: what it does without its calls, and whom it calls. */
export interface Summary {
  reads: boolean;
  writes: boolean;
  acts: boolean;
  readonly calls: readonly string[];
}

export class Effects {
  readonly #known = new Map<string, Summary>();

  /** `summaryOf`: a function by itself, where that is known already. */
  constructor(program: IrProgram, summaryOf: (f: IrFunction) => Summary = summarize) {
    const callers = new Map<string, string[]>();
    for (const f of program.functions) {
      const summary = { ...summaryOf(f) };
      this.#known.set(f.name, summary);
      for (const callee of summary.calls) {
        const list = callers.get(callee);
        if (list === undefined) callers.set(callee, [f.name]);
        else list.push(f.name);
      }
    }
    // What a function may do goes up to its callers until nothing grows any more.
    const work = [...callers.keys()];
    for (let callee = work.pop(); callee !== undefined; callee = work.pop()) {
      const effect = this.#known.get(callee) ?? all;
      for (const name of callers.get(callee) ?? []) {
        const caller = this.#known.get(name)!;
        const { reads, writes, acts } = caller;
        caller.reads ||= effect.reads;
        caller.writes ||= effect.writes;
        caller.acts ||= effect.acts;
        if (caller.reads !== reads || caller.writes !== writes || caller.acts !== acts) work.push(name);
      }
    }
  }

  /** Of calling a symbol. */
  of(symbol: string): Effect {
    return this.#known.get(symbol) ?? all;
  }

  /** Of a call instruction. */
  call(i: Extract<Instruction, { op: "call" }>): Effect {
    return (
      (i.callee.kind === "address" && i.callee.offset === 0n ? this.#known.get(i.callee.symbol) : undefined) ?? all
    );
  }
}

/** What a function does by itself. */
export function summarize(f: IrFunction): Summary {
  const calls: string[] = [];
  const summary: Summary = { reads: false, writes: false, acts: false, calls };
  const everything = () => Object.assign(summary, all);
  // A jump backwards in the list of blocks may be a loop, which may not end; functions without any run to their end.
  const position = new Int32Array(f.nextBlock);
  f.blocks.forEach((block, at) => {
    position[block.id] = at;
  });
  const table: (Instruction | undefined)[] = [];
  for (const block of f.blocks) for (const i of block.instructions) for (const v of resultsOf(i)) table[v.id] = i;
  const own = (address: Operand) => rootOf(address, table).kind === "slot";
  for (const block of f.blocks) {
    const t = block.terminator;
    if (t.op === "trap" || t.op === "unreachable") summary.acts = true;
    if (successors(block).some((to) => position[to.id]! <= position[block.id]!)) summary.acts = true;
    for (const i of block.instructions) {
      switch (i.op) {
        case "load":
          if (i.ordering !== "plain") summary.acts = true;
          if (!own(i.address)) summary.reads = true;
          break;
        case "store":
          if (i.ordering !== "plain") summary.acts = true;
          if (!own(i.address)) summary.writes = true;
          break;
        case "copy":
        case "move":
          if (!own(i.from)) summary.reads = true;
          if (!own(i.to)) summary.writes = true;
          break;
        case "fill":
          if (!own(i.to)) summary.writes = true;
          break;
        case "atomic":
        case "compareExchange":
        case "fence":
          everything();
          break;
        case "machine":
          summary.acts = true;
          if (machineOps[i.name]?.memoryless !== true) everything();
          break;
        case "call":
          if (i.callee.kind !== "address" || i.callee.offset !== 0n) everything();
          else {
            calls.push(i.callee.symbol);
            // Recursion may not end either.
            if (i.callee.symbol === f.name) summary.acts = true;
          }
          break;
        default:
      }
    }
  }
  return summary;
}
