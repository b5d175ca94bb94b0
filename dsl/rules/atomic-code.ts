/**
 * While a guard is held whose lock turned interrupts off, nothing may sleep: the processor would run others with the lock
 * taken and interrupts off, and whoever wants the lock waits for a task that cannot run. Part of the rule on effects.
 */
import type { TypedFunction } from "../check/tree.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { type Call, type Enter, factsOf, type ValueCall } from "./facts.ts";
import type { Whole } from "./whole.ts";

export function sleepsInAtomicCode(whole: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const fn of whole.program.functions) if (factsOf(fn).guards) inFunction(whole, fn, found);
  return found;
}

function inFunction(whole: Whole, fn: TypedFunction, found: Diagnostic[]): void {
  /** Null: one that leaves interrupts on. */
  const held: (Enter | null)[] = [];
  for (const act of factsOf(fn).acts)
    if (act.kind === "enter") held.push(act.maker !== null && whole.turnsInterruptsOff(act.maker) ? act : null);
    else if (act.kind === "leave") held.pop();
    else if (act.kind === "call" || act.kind === "callValue") {
      const guard = held.findLast((one) => one !== null);
      const sleeper = guard === undefined ? null : sleeperIn(act);
      if (guard === undefined || sleeper === null) continue;
      found.push({
        site: act.site,
        length: 1,
        message: `${sleeper} may sleep, but ${guard.name} is held here (line ${guard.site.line}), which turned interrupts off`,
        hint: "end the guard's block first, or take a lock that sleeps",
        rule: "effects",
      });
    }
}

function sleeperIn(act: Call | ValueCall): string | null {
  if (act.kind === "callValue") return act.effects.sleeps ? "this function value" : null;
  return act.callee.inferred?.sleeps ? act.callee.name : null;
}
