/**
 * START HERE: the rules, which look at the whole program where the checker looks at one expression. Each takes the program
 * and gives its mistakes; docs/rules/ has a page for each. Effects come first: the others want to know which function
 * values may stand where.
 */
import type { TypedFunction, TypedProgram } from "../check/tree.ts";
import { type Diagnostic, inOrder } from "../syntax/diagnostic.ts";
import { affineMistakes } from "./affine.ts";
import { sleepsInAtomicCode } from "./atomic-code.ts";
import { boundedLoops } from "./bounded-loops.ts";
import { overlappingClaims } from "./claims.ts";
import { effectMistakes } from "./effects.ts";
import { factsOf } from "./facts.ts";
import { factsText } from "./facts-text.ts";
import { interruptData } from "./interrupt-data.ts";
import { lockOrder } from "./lock-order.ts";
import { lostResults } from "./results.ts";
import { Whole } from "./whole.ts";

export interface Ruled {
  readonly diagnostics: readonly Diagnostic[];
  /** For the rule that waits for finished code (stack.ts). */
  readonly whole: Whole;
}

/** Of the functions of a program that breaks no rule, what another process wants to know for the rules; null where it has to look at the body. */
export function ruledFacts({
  functions,
}: TypedProgram): (fn: TypedFunction, references: readonly object[]) => string | null {
  const ruled = new Set(functions);
  return (fn, references) => (ruled.has(fn) ? factsText(fn, factsOf(fn), references) : null);
}

/** The mistakes of all rules; `files` gives their order. Fills in `inferred` of every function. */
export function checkRules(program: TypedProgram, files: readonly string[]): Ruled {
  const effects = effectMistakes(program);
  const whole = new Whole(program);
  const found = [
    ...overlappingClaims(program),
    ...effects,
    ...sleepsInAtomicCode(whole),
    ...interruptData(whole),
    ...affineMistakes(whole),
    ...lockOrder(whole),
    ...boundedLoops(whole),
    ...lostResults(whole),
  ];
  return { diagnostics: inOrder(found, files), whole };
}
