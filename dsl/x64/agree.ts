/**
 * The question the back end's random tests ask: does a program show the same in the IR interpreter and natively? Many
 * programs go into one executable; a failure comes back reduced, as text to be read again.
 */
import { cloneProgram } from "../ir/clone.ts";
import { optimize } from "../ir/optimize.ts";
import { ENTRY, type RandomOptions, randomProgram } from "../ir/random.ts";
import { reduceProgram } from "../ir/reduce.ts";
import { shownByInterpreter } from "../ir/shown.ts";
import type { IrProgram } from "../ir/ssa.ts";
import { printProgram } from "../ir/text.ts";
import { runNative } from "./native.ts";
import type { Target } from "./target.ts";

const argumentOf = (seed: number) => BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n);

/** So many programs share an executable. */
const batch = 250;

export interface Options extends RandomOptions {
  readonly optimized?: boolean;
  readonly target?: Target;
}

/** Runs the programs of the seeds [from, to); null when all agree, else the first that does not, small. */
export function disagreement(from: number, to: number, options: Options): string | null {
  for (let start = from; start < to; start += batch) {
    const runs: { seed: number; program: IrProgram; argument: bigint; expected: string }[] = [];
    for (let seed = start; seed < Math.min(to, start + batch); seed++) {
      const program = randomProgram(seed, { ...options, machine: false });
      const argument = argumentOf(seed);
      const { text } = shownByInterpreter(program, argument);
      // Programs that take too long tell nothing; a fault is the generator's mistake, and its own tests find it.
      if (text === "steps" || text.startsWith("fault")) continue;
      if (options.optimized) optimize(program);
      runs.push({ seed, program, argument, expected: text });
    }
    const shown = runNative(runs, options.target);
    for (const [k, { seed, program, argument, expected }] of runs.entries()) {
      if (shown[k] === expected) continue;
      const small = reduceProgram(program, (p) => differs(p, argument, options.target), 400);
      const [now] = runNative([{ program: cloneProgram(small), argument }], options.target);
      const should = shownByInterpreter(small, argument).text;
      return `seed ${seed} shows\n${now}\ninstead of\n${should}\n${printProgram(small)}`;
    }
  }
  return null;
}

function differs(p: IrProgram, argument: bigint, target: Target | undefined): boolean {
  if (!p.functions.some((f) => f.name === ENTRY)) return false;
  const { text } = shownByInterpreter(cloneProgram(p), argument);
  if (text === "steps" || text.startsWith("fault")) return false;
  try {
    return runNative([{ program: p, argument }], target)[0] !== text;
  } catch {
    return true;
  }
}
