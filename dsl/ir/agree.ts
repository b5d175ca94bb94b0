/**
 * The question the random programs answer: does a program show the same before and after the passes, each alone in turn
 * and the whole list? Used by the short and the long test; failures come back reduced, as text to be read again.
 */
import { cloneProgram } from "./clone.ts";
import { early, late, optimize } from "./optimize.ts";
import { type Pass, ProgramFacts } from "./pass.ts";
import { Inliner } from "./passes/inline.ts";
import { ENTRY, randomProgram } from "./random.ts";
import { reduceProgram } from "./reduce.ts";
import { shownByInterpreter } from "./shown.ts";
import type { IrFunction, IrProgram } from "./ssa.ts";
import { printProgram } from "./text.ts";
import { verifyProgram } from "./verify.ts";

/** What a program is run with. */
const argumentOf = (seed: number) => BigInt.asUintN(64, BigInt(seed) * 0x9e3779b97f4a7c15n);

/** Runs the inliner alone over a program. */
export function inlineOnly(program: IrProgram): void {
  const inliner = new Inliner(program);
  const finished = new Set<IrFunction>();
  for (const f of inliner.order()) {
    inliner.run(f, finished);
    finished.add(f);
  }
}

/** One pass over a whole program. */
export type Step = { readonly name: string; readonly run: (p: IrProgram) => void };

const passStep = (pass: Pass): Step => ({
  name: pass.name,
  run: (p) => {
    const facts = new ProgramFacts(p);
    for (const f of p.functions) pass.run(f, facts);
  },
});

/** What a program is put through one after another, looked at after each. */
export const optimizerSteps: readonly Step[] = [
  ...early.map(passStep),
  { name: "inline", run: inlineOnly },
  ...late.map(passStep),
];

/** Why a program is not what it was after a step; null when it is. */
function differs(before: string, p: IrProgram, argument: bigint): string | null {
  const complaints = verifyProgram(p);
  if (complaints.length > 0) return complaints[0]!;
  const after = shownByInterpreter(p, argument, 1_000_000).text;
  return after === before ? null : `shows\n${after}\ninstead of\n${before}`;
}

/** Checks the program of a seed. Null when all is well, else what is wrong, with a small program that shows it. */
export function disagreement(seed: number, everyPass: boolean): string | null {
  const program = randomProgram(seed);
  const argument = argumentOf(seed);
  const before = shownByInterpreter(program, argument);
  if (before.text.startsWith("fault")) return `seed ${seed}: the program itself is wrong: ${before.text}`;
  // Programs that take too long tell nothing.
  if (before.text === "steps") return null;
  const whole: Step = { name: "optimize", run: (p) => optimize(p, { check: true }) };
  const now = cloneProgram(program);
  for (const step of everyPass ? [...optimizerSteps, whole] : [whole]) {
    const given = cloneProgram(step === whole ? program : now);
    const result = step === whole ? cloneProgram(program) : now;
    const problem = attempt(step, result) ?? differs(before.text, result, argument);
    if (problem === null) continue;
    const small = reduceProgram(given, (p) => {
      if (!p.functions.some((f) => f.name === ENTRY)) return false;
      const shown = shownByInterpreter(p, argument).text;
      if (shown === "steps" || shown.startsWith("fault")) return false;
      return (attempt(step, p) ?? differs(shown, p, argument)) !== null;
    });
    return `seed ${seed}, after ${step.name}: ${problem}\n${printProgram(small)}`;
  }
  return null;
}

function attempt(step: Step, p: IrProgram): string | null {
  try {
    step.run(p);
    return null;
  } catch (error) {
    return String(error instanceof Error ? error.stack : error);
  }
}
