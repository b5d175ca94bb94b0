/**
 * What passes have in common: their shape, what they may know of the program around the function they work on, and the
 * two chores nearly all of them have, finding definitions and replacing values.
 */
import { Effects, type Summary } from "./effects.ts";
import { Flow } from "./flow.ts";
import type { Instruction, IrFunction, IrGlobal, IrProgram, Operand, Phi, Value } from "./ssa.ts";
import { mapOperands, mapTerminatorOperands, resultOf, resultsOf } from "./visit.ts";

export interface Pass {
  /** What `--dump` calls it. */
  readonly name: string;
  /** Whether it leaves all blocks, and where they lead, as they were. */
  readonly keepsShape?: boolean;
  /** Improves a function in place; whether anything changed. */
  readonly run: (f: IrFunction, program: ProgramFacts) => boolean;
}

/** What a pass over one function may know of the others. */
export class ProgramFacts {
  readonly program: IrProgram;
  readonly globals: ReadonlyMap<string, IrGlobal>;
  readonly functions: ReadonlyMap<string, IrFunction>;
  readonly effects: Effects;
  #flow: { readonly f: IrFunction; readonly flow: Flow } | null = null;

  constructor(program: IrProgram, summaryOf?: (f: IrFunction) => Summary) {
    this.program = program;
    this.globals = new Map(program.globals.map((g) => [g.name, g]));
    this.functions = new Map(program.functions.map((f) => [f.name, f]));
    this.effects = new Effects(program, summaryOf);
  }

  /** The shape of the function that is worked on: good until a pass changes it, after which whoever runs passes calls `reshaped`. */
  flow(f: IrFunction): Flow {
    if (this.#flow?.f !== f) this.#flow = { f, flow: new Flow(f) };
    return this.#flow.flow;
  }

  reshaped(): void {
    this.#flow = null;
  }
}

/** The instruction or phi that defines each value, by id; parameters have none. */
export function definitions(f: IrFunction): (Instruction | Phi | undefined)[] {
  const table: (Instruction | Phi | undefined)[] = new Array(f.nextValue);
  for (const block of f.blocks) {
    for (const phi of block.phis) table[phi.result.id] = phi;
    for (const i of block.instructions) {
      const result = resultOf(i);
      if (result !== null) table[result.id] = i;
      else for (const v of resultsOf(i)) table[v.id] = i;
    }
  }
  return table;
}

/** Replacements of values by operands, which may themselves be replaced later. */
export class Replacements {
  /** By the replaced value's id. */
  readonly #by: (Operand | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(value: Value, by: Operand): void {
    if (by.kind === "value" && by.hint === null && value.hint !== null) by.hint = value.hint;
    while (this.#by.length <= value.id) this.#by.push(undefined);
    if (this.#by[value.id] === undefined) this.#size++;
    this.#by[value.id] = by;
  }

  readonly resolve = (operand: Operand): Operand => {
    let now = operand;
    while (now.kind === "value" && now.id < this.#by.length) {
      const next = this.#by[now.id];
      if (next === undefined) return now;
      now = next;
    }
    return now;
  };

  /** Puts them into the whole function; the replaced definitions are the caller's to remove. */
  apply(f: IrFunction): void {
    if (this.#size === 0) return;
    for (const block of f.blocks) {
      for (const { inputs } of block.phis)
        inputs.forEach((o, from) => {
          const now = this.resolve(o);
          if (now !== o) inputs.set(from, now);
        });
      for (const i of block.instructions) mapOperands(i, this.resolve);
      mapTerminatorOperands(block.terminator, this.resolve);
    }
  }
}
