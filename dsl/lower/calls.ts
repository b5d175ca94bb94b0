/**
 * Calls: arguments flattened to scalars, results in registers or at an address that the caller gives, environments of
 * closures last. A closure is two words, its code and the address of its environment: the addresses of the variables it
 * uses, in a slot of its maker.
 */
import type { Expression, TypedFunction } from "../check/tree.ts";
import { address } from "../ir/build.ts";
import type { Operand, Value } from "../ir/ssa.ts";
import { inMemory, storageOf, value } from "./expressions.ts";
import type { Frame } from "./frame.ts";
import { inRegisters, scalarsOf } from "./shape.ts";

function argumentsOf(l: Frame, list: readonly Expression[]): Operand[] {
  return list.flatMap((e) => (inMemory(e.type) ? [storageOf(l, e)] : value(l, e)));
}

/**
 * A direct call. `to`: where a result that lives in memory is written; null for one in registers, or when nobody wants it.
 * `self` comes before the arguments.
 */
export function call(
  l: Frame,
  callee: TypedFunction,
  list: readonly Expression[],
  to: Operand | null,
  self: Operand | null = null,
): Operand[] {
  const back = l.here();
  const given = argumentsOf(l, list);
  if (self !== null) given.unshift(self);
  back();
  return finish(l, address(l.unit.functionSymbol(callee)), callee.result, l.unit.signature(callee), given, to);
}

function finish(
  l: Frame,
  code: Operand,
  result: TypedFunction["result"],
  signature: ReturnType<Frame["unit"]["signature"]>,
  given: Operand[],
  to: Operand | null,
): Operand[] {
  const { b } = l;
  if (inRegisters(result)) {
    const results = b.call(code, signature, given);
    if (result.kind === "never") b.unreachable();
    return results;
  }
  const place = to ?? l.temporary(result, "result");
  b.call(code, signature, [place, ...given]);
  const scalars = scalarsOf(result);
  return scalars === null || to !== null ? [] : l.get(place, scalars);
}

/** A call of a function value or closure. */
export function callValue(l: Frame, e: Extract<Expression, { kind: "callValue" }>, to: Operand | null): Operand[] {
  const callee = value(l, e.callee);
  const back = l.here();
  const given = argumentsOf(l, e.arguments);
  back();
  const environment = callee[1];
  if (environment !== undefined) given.push(environment);
  const { parameters, result } = e.signature;
  return finish(l, callee[0]!, result, l.unit.signatureOf(parameters, result, environment !== undefined), given, to);
}

/** Makes a closure's two words. */
export function makeClosure(l: Frame, e: Extract<Expression, { kind: "closure" }>): Operand[] {
  const { b } = l;
  const slot = b.slot("environment", 8 * e.captured.length, 8);
  const environment: Value = b.slotAddress(slot);
  e.captured.forEach((local, k) => {
    b.store(l.home(local), environment, 8 * k, { align: 8 });
  });
  return [address(l.unit.functionSymbol(e.function)), environment];
}
