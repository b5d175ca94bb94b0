/**
 * Whether something shows that a loop ends by itself: its test compares a counter that every turn moves by a constant with a limit
 * that stays.
 */
import { rangeOf } from "../check/intern.ts";
import type { Block, Expression, Local, Statement } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import { visitBlock, visitExpression } from "./visit.ts";

export type Loop = Extract<Statement, { kind: "loop" }>;

export function isBounded(loop: Loop): boolean {
  return loop.test !== null && conjuncts(loop.test).some((test) => countsDown(test, loop));
}

/** What must all hold for another turn. */
function conjuncts(test: Expression): readonly Expression[] {
  if (test.kind === "logical" && test.operator === "&&") return [...conjuncts(test.left), ...conjuncts(test.right)];
  return [test];
}

function countsDown(test: Expression, loop: Loop): boolean {
  if (test.kind !== "compare" || test.operator === "===") return false;
  const { operator } = test;
  const sides = [
    { side: test.left, limit: test.right, up: operator.startsWith("<"), down: operator.startsWith(">") },
    { side: test.right, limit: test.left, up: operator.startsWith(">"), down: operator.startsWith("<") },
  ];
  return sides.some(({ side, limit, up, down }) => {
    const counter = counterIn(side);
    if (counter === null || !stays(limit, loop) || alwaysTrue(operator, side.type, limit)) return false;
    const steps: ReadonlySet<string> = up ? upward : down ? downward : new Set([...upward, ...downward]);
    return moves(counter, loop, steps);
  });
}

/** `x >= 0` of an unsigned type, `x <= 255` of a byte, and the same the other way round. */
function alwaysTrue(operator: string, type: Type, limit: Expression): boolean {
  if (!operator.endsWith("=") || operator === "!==" || type.kind !== "integer") return false;
  if (limit.kind !== "constant" || limit.value.kind !== "integer") return false;
  const { low, high } = rangeOf(type);
  return limit.value.value === low || limit.value.value === high;
}

/** The variable that a side of a comparison counts with: `i`, `i + 1`, `u64(i)`. */
function counterIn(e: Expression): Local | null {
  if (e.kind === "convert") return counterIn(e.operand);
  if (e.kind === "binary" && e.right.kind === "constant") return counterIn(e.left);
  return e.kind === "read" && e.place.kind === "localPlace" && e.type.kind === "integer" ? e.place.local : null;
}

const upward: ReadonlySet<string> = new Set(["+"]);
const downward: ReadonlySet<string> = new Set(["-", ">>", "/", "&"]);

/** Whether every assignment of the counter in the loop moves it by a constant, and there is one that every turn runs. */
function moves(counter: Local, loop: Loop, steps: ReadonlySet<string>): boolean {
  let always = loop.update !== null && stepOf(loop.update, counter, steps) === true;
  let disturbed = false;
  const look = (e: Expression) => {
    if (stepOf(e, counter, steps) === false) disturbed = true;
  };
  visitBlock(loop.body, { expression: look });
  for (const e of loop.update ? [loop.update] : []) visitExpression(e, { expression: look });
  if (loop.test) visitExpression(loop.test, { expression: look });
  // At the top of the body, before any `continue` that could leave it out.
  for (const s of loop.body) {
    if (s.kind === "expression" && stepOf(s.expression, counter, steps) === true) always = true;
    if (mayContinue(s)) break;
  }
  return always && !disturbed && !counter.addressed;
}

/** True: moves the counter by a constant. False: changes it otherwise. Null: has nothing to do with it. */
function stepOf(e: Expression, counter: Local, steps: ReadonlySet<string>): boolean | null {
  if ((e.kind !== "update" && e.kind !== "assign") || e.place.kind !== "localPlace" || e.place.local !== counter)
    return null;
  if (e.kind === "update") return e.operator !== "&" && steps.has(e.operator) && isStep(e.value);
  const { value } = e;
  if (value.kind !== "binary" || counterIn(value.left) !== counter || !steps.has(value.operator)) return false;
  // x & (x - 1) takes the lowest bit away.
  if (value.operator === "&") return value.right.kind === "binary" && counterIn(value.right) === counter;
  return isStep(value.right);
}

const isStep = (e: Expression): boolean => e.kind === "constant" && e.value.kind === "integer" && e.value.value !== 0n;

function mayContinue(s: Statement): boolean {
  let found = false;
  const block: Block = [s];
  visitBlock(block, {
    statement: (inner) => {
      if (inner.kind === "continue") found = true;
    },
  });
  return found;
}

/** Whether a limit is the same in every turn, as far as can be seen: no call, no device, no variable that changes. */
function stays(limit: Expression, loop: Loop): boolean {
  let fixed = true;
  const locals = new Set<Local>();
  visitExpression(limit, {
    expression: (e) => {
      if (e.kind === "call" || e.kind === "callValue" || e.kind === "intrinsic" || e.kind === "assign") fixed = false;
    },
    place: (place) => {
      if (place.type.kind === "volatile" || place.type.kind === "atomic") fixed = false;
      if (place.kind === "localPlace") locals.add(place.local);
    },
  });
  if (limit.type.kind === "pointer") return false;
  const look = (e: Expression) => {
    if ((e.kind === "assign" || e.kind === "update") && e.place.kind === "localPlace" && locals.has(e.place.local))
      fixed = false;
  };
  visitBlock(loop.body, { expression: look });
  if (loop.update) visitExpression(loop.update, { expression: look });
  return fixed;
}

/** Whether the test looks at an Atomic. */
export function asksAtomic(loop: Loop): boolean {
  let looks = false;
  if (loop.test !== null)
    visitExpression(loop.test, {
      expression: (e) => {
        if (e.kind === "intrinsic" && e.name.startsWith("atomic.")) looks = true;
      },
    });
  return looks;
}
