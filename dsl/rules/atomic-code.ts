/**
 * While a guard is held whose lock turned interrupts off, nothing may sleep: the processor would run others with the lock
 * taken and interrupts off, and whoever wants the lock waits for a task that cannot run. Part of the rule on effects.
 */
import type { Expression, Statement, TypedFunction } from "../check/tree.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf } from "./facts.ts";
import { visitBlock } from "./visit.ts";
import type { Whole } from "./whole.ts";

type Using = Extract<Statement, { kind: "using" }>;

export function sleepsInAtomicCode(whole: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const fn of whole.program.functions) if (factsOf(fn).guards) inFunction(whole, fn, found);
  return found;
}

function inFunction(whole: Whole, fn: TypedFunction, found: Diagnostic[]): void {
  const held: Using[] = [];
  visitBlock(fn.body!, {
    enter: (using) => {
      const callee = calleeOf(using.initial);
      if (callee !== null && whole.turnsInterruptsOff(callee)) held.push(using);
    },
    leave: (using) => {
      if (held.at(-1) === using) held.pop();
    },
    expression: (e) => {
      const guard = held.at(-1);
      const sleeper = guard === undefined ? null : sleeperIn(e);
      if (guard === undefined || sleeper === null) return;
      found.push({
        site: e.site,
        length: 1,
        message: `${sleeper} may sleep, but ${guard.local.name} is held here (line ${guard.site.line}), which turned interrupts off`,
        hint: "end the guard's block first, or take a lock that sleeps",
        rule: "effects",
      });
    },
  });
}

function sleeperIn(e: Expression): string | null {
  if (e.kind === "callValue") return e.signature.effects.sleeps ? "this function value" : null;
  const callee = e.kind === "call" ? e.callee : e.kind === "construct" ? e.initialise?.callee : undefined;
  return callee?.inferred?.sleeps ? callee.name : null;
}

/** The function that made a guard. */
export function calleeOf(e: Expression): TypedFunction | null {
  if (e.kind === "orReturn" || e.kind === "convert") return calleeOf(e.operand);
  return e.kind === "call" ? e.callee : null;
}
