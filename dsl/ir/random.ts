/**
 * Random typed programs in IR, from a seed: what passes and back ends are tested with. Programs cover every instruction
 * and terminator, end by construction (loops count to small limits, calls go to earlier functions only), stay inside
 * their memory, initialise slots before use, and show what they compute through the extern `observe` and their globals.
 * Addresses and which NaN a float is are never observed, since readers may differ there.
 */
import { Dice } from "./dice.ts";
import { FunctionMaker } from "./random-control.ts";
import { observeSignature } from "./random-values.ts";
import type { IrGlobal, IrProgram } from "./ssa.ts";

export interface RandomOptions {
  /** Whether to use f32 and f64. */
  readonly floats?: boolean;
  /** Whether to use port I/O, which only hosts can answer. */
  readonly machine?: boolean;
  /** Roughly how many statements a function has. */
  readonly size?: number;
}

/** The function that programs begin with; it takes one i64 and gives one. */
export const ENTRY = "main";
/** Extern that takes an i64: what it is given, in order, is what a program shows. */
export const OBSERVE = "observe";
/** Global that may hold addresses: not part of what a program shows. */
export const HIDDEN = "hidden";

/** Makes the program of a seed. */
export function randomProgram(seed: number, options: RandomOptions = {}): IrProgram {
  const dice = new Dice(seed);
  const where = { file: "random.ts", line: 1, column: 1 };
  const global = (name: string, bytes: number, section: string, data = new Uint8Array(0)): IrGlobal => {
    return { name, site: where, section, align: 8, bytes, data, pointers: [], exported: false };
  };
  const noise = (n: number) => Uint8Array.from({ length: n }, () => dice.below(256));
  const program: IrProgram = {
    functions: [],
    globals: [
      global("out of bounds", 13, "rodata", new TextEncoder().encode("out of bounds")),
      global("division", 8, "rodata", new TextEncoder().encode("division")),
      global(HIDDEN, 16, "bss"),
      global("numbers", 64, "data", noise(64)),
      global("zeros", 32, "bss"),
      global("constants", 32, "rodata", noise(32)),
    ],
    externs: [{ name: OBSERVE, signature: observeSignature }],
    entries: [],
  };
  const count = 1 + dice.below(4);
  for (let k = 0; k < count; k++) program.functions.push(new FunctionMaker(program, dice, options).helper(k));
  program.functions.push(new FunctionMaker(program, dice, options).entry());
  return program;
}
