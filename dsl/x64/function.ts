/**
 * START HERE: the back end's passes for one function, in order.
 */
import type { IrFunction } from "../ir/ssa.ts";
import { coalesce } from "./coalesce.ts";
import { emit, type FunctionCode } from "./emit.ts";
import { expand } from "./expand.ts";
import { layFrame } from "./frame.ts";
import { analyse } from "./live.ts";
import { locate, type VariableLocation } from "./locations.ts";
import { printMachine } from "./mir-text.ts";
import { rewrite } from "./rewrite.ts";
import { allocate, savedRegisters } from "./scan.ts";
import { select } from "./select.ts";
import { stackAlign } from "./selection.ts";
import type { Target } from "./target.ts";

export interface Compiled {
  readonly source: IrFunction;
  readonly code: FunctionCode;
  readonly variables: readonly VariableLocation[];
}

/**
 * Compiles a verified function. `bytesOf`: length of a global by its symbol; `dump`: called with each pass's name and
 * result as text, where somebody wants to see it.
 */
export function compileFunction(
  f: IrFunction,
  target: Target,
  bytesOf: (symbol: string) => number,
  dump: ((pass: string, text: () => string) => void) | null = null,
): Compiled {
  const machine = select(f, target, bytesOf);
  dump?.("select", () => printMachine(machine));
  const live = analyse(machine);
  coalesce(live);
  allocate(live);
  rewrite(machine, live);
  dump?.("allocate", () => printMachine(machine));
  expand(machine);
  const frame = layFrame(machine, savedRegisters(machine));
  dump?.("expand", () => printMachine(machine));
  const code = emit(machine, frame, target, { site: f.site, inlined: null });
  const variables = locate(f, code, live, (slot) =>
    slot.align > stackAlign ? null : (machine.locals.get(slot) ?? null),
  );
  return { source: f, code, variables };
}
