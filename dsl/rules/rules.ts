/**
 * START HERE: the rules, which look at the whole program where the checker looks at one expression. Each takes the typed
 * program and gives its mistakes; none depends on another's.
 */

import type { TypedProgram } from "../check/tree.ts";
import { type Diagnostic, inOrder } from "../syntax/diagnostic.ts";
import { overlappingClaims } from "./claims.ts";
import { effectMistakes } from "./effects.ts";

/** The mistakes of all rules; `files` gives their order. Fills in `inferred` of every function. */
export function checkRules(program: TypedProgram, files: readonly string[]): Diagnostic[] {
  return inOrder([...overlappingClaims(program), ...effectMistakes(program)], files);
}
