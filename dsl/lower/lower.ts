/**
 * START HERE: lowering, from the typed tree to IR. Each function becomes blocks over slots and loads and stores, as plainly
 * as can be; making it good is the passes' work. shape.ts says what values of each type are, unit.ts holds what functions
 * share, frame.ts one function while it is made; places, expressions, calls, statements and intrinsics do the rest.
 */
import type { TypedFunction, TypedProgram } from "../check/tree.ts";
import type { IrFunction, IrProgram } from "../ir/ssa.ts";
import { Frame } from "./frame.ts";
import { scalarsOf } from "./shape.ts";
import { block } from "./statements.ts";
import { Unit } from "./unit.ts";

/** Lowers a checked program. `sources` takes, by the names of functions, the bodies they were made of. */
export function lower(typed: TypedProgram, sources: Map<string, object> = new Map()): IrProgram {
  const unit = new Unit();
  for (const g of typed.globals) unit.addTypedGlobal(g);
  const roots = new Set(typed.roots.map((root) => root.function));
  for (const f of typed.functions) {
    if (f.body === null) unit.functionSymbol(f);
    else {
      unit.program.functions.push(lowerFunction(unit, f, roots.has(f)));
      sources.set(unit.functionSymbol(f), f.body);
    }
  }
  return unit.program;
}

/** Lowers one function with a body. */
function lowerFunction(unit: Unit, f: TypedFunction, root: boolean): IrFunction {
  const l = new Frame(unit, f);
  block(l, f.body!);
  if (l.b.open) {
    // The end of a body: a function without a value returns, a result without a value is no error.
    if (f.result.kind === "never") l.b.unreachable();
    else if (f.result.kind === "void") l.b.return();
    else if (f.result.kind === "result" && f.result.of.kind === "void")
      l.b.return(...scalarsOf(f.result)!.map((s) => ({ kind: "constant" as const, type: s.type, bits: 0n })));
    else l.b.unreachable();
  }
  return root ? { ...l.ir, attributes: { ...l.ir.attributes, exported: true } } : l.ir;
}
