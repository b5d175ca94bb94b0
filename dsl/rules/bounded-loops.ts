/**
 * A loop that a handler runs must end by itself: while it runs, nothing else does. Bounded is a loop over the elements of
 * something, and one whose test compares a counter that every turn moves by a constant with a limit that stays (loop-bounds.ts). Not
 * bounded: waiting for a device, or following pointers until there are none. A lock may be waited for: its holder has
 * interrupts off and is on another processor (interrupt-data.ts). A function that never returns is meant not to.
 */
import type { TypedFunction } from "../check/tree.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { factsOf, type OpenLoop } from "./facts.ts";
import { isRuntime } from "./reach.ts";
import { isShared } from "./shared.ts";
import type { Whole } from "./whole.ts";

export function boundedLoops(whole: Whole): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { handled } = whole;
  for (const fn of handled.functions) {
    if (isRuntime(fn) || fn.result.kind === "never") continue;
    for (const loop of factsOf(fn).openLoops) {
      if (waitsForLock(whole, fn, loop)) continue;
      found.push({
        site: loop.site,
        length: loop.length,
        message: `nothing shows that this loop ends, and ${whole.context(fn)} waits for it`,
        hint: "for (let tries: u32 = 0; tries < MOST; tries++) …, and what happens when that was not enough",
        path: whole.interruptPath(fn, loop.site, handled),
        rule: "bounded-loops",
      });
    }
  }
  return found;
}

/** A lock's own loop, whose test looks at an Atomic. */
function waitsForLock(whole: Whole, fn: TypedFunction, { asksAtomic }: OpenLoop): boolean {
  const self = fn.parameters[0];
  if (!asksAtomic || self?.name !== "this" || self.type.kind !== "pointer") return false;
  return whole.lockTakenBy(fn) !== null || isShared(self.type.to);
}
