/**
 * Goes through typed bodies in the order of evaluation, with what the rules want to know besides the node: how a place is
 * used, and which guards (`using`) are held there. Closures are functions of their own and are not entered.
 */
import type { Block, Expression, Local, Place, Statement } from "../check/tree.ts";

/** How a place is used: its value, written, both, or only its address. */
export type Use = "read" | "write" | "update" | "address";

export interface Visitor {
  readonly statement?: (statement: Statement) => void;
  readonly expression?: (expression: Expression) => void;
  /** Outermost places only: `a` in `a.b.c` is looked for in the place itself (rootOf). */
  readonly place?: (place: Place, use: Use) => void;
  /** A guard is held from here to the end of its block. */
  readonly enter?: (using: Extract<Statement, { kind: "using" }>) => void;
  readonly leave?: (using: Extract<Statement, { kind: "using" }>) => void;
}

export function visitBlock(block: Block, v: Visitor): void {
  const held: Extract<Statement, { kind: "using" }>[] = [];
  for (const statement of block) {
    visitStatement(statement, v);
    if (statement.kind !== "using") continue;
    held.push(statement);
    v.enter?.(statement);
  }
  for (const using of held.reverse()) v.leave?.(using);
}

function visitStatement(s: Statement, v: Visitor): void {
  v.statement?.(s);
  switch (s.kind) {
    case "local":
      if (s.initial) visitExpression(s.initial, v);
      break;
    case "using":
      visitExpression(s.initial, v);
      break;
    case "defer":
    case "block":
      visitBlock(s.body, v);
      break;
    case "expression":
      visitExpression(s.expression, v);
      break;
    case "if":
      visitExpression(s.condition, v);
      visitBlock(s.then, v);
      if (s.otherwise) visitBlock(s.otherwise, v);
      break;
    case "loop":
      if (s.test) visitExpression(s.test, v);
      visitBlock(s.body, v);
      if (s.update) visitExpression(s.update, v);
      break;
    case "forOf":
      visitExpression(s.over, v);
      visitBlock(s.body, v);
      break;
    case "switch":
      visitExpression(s.value, v);
      for (const { body } of s.cases) visitBlock(body, v);
      if (s.otherwise) visitBlock(s.otherwise, v);
      break;
    case "return":
      if (s.value) visitExpression(s.value, v);
      break;
    default:
  }
}

/** The expressions inside a place: what its pointers and indexes are made of. */
export function visitInside(place: Place, v: Visitor): void {
  switch (place.kind) {
    case "deref":
      visitExpression(place.pointer, v);
      break;
    case "field":
    case "variant":
    case "okPlace":
      visitInside(place.of, v);
      break;
    case "element":
      visitInside(place.of, v);
      visitExpression(place.index, v);
      break;
    case "elementOf":
      visitExpression(place.of, v);
      visitExpression(place.index, v);
      break;
    default:
  }
}

function visitPlace(place: Place, use: Use, v: Visitor): void {
  v.place?.(place, use);
  visitInside(place, v);
}

export function visitExpression(e: Expression, v: Visitor): void {
  v.expression?.(e);
  const all = (list: Iterable<Expression>) => {
    for (const item of list) visitExpression(item, v);
  };
  switch (e.kind) {
    case "read":
      visitPlace(e.place, "read", v);
      break;
    case "reference":
      visitPlace(e.place, "address", v);
      break;
    case "assign":
    case "update":
      visitPlace(e.place, e.kind === "assign" ? "write" : "update", v);
      visitExpression(e.value, v);
      break;
    case "binary":
    case "compare":
    case "logical":
      visitExpression(e.left, v);
      visitExpression(e.right, v);
      break;
    case "unary":
    case "convert":
    case "makeVariant":
    case "isError":
    case "errorCode":
    case "orReturn":
      visitExpression(e.operand, v);
      break;
    case "conditional":
      visitExpression(e.condition, v);
      visitExpression(e.then, v);
      visitExpression(e.otherwise, v);
      break;
    case "call":
      all(e.arguments);
      break;
    case "callValue":
      visitExpression(e.callee, v);
      all(e.arguments);
      break;
    case "construct":
      all(e.fields.values());
      if (e.initialise) all(e.initialise.arguments);
      break;
    case "arrayLiteral":
      all(e.elements);
      break;
    case "makeSlice":
      visitExpression(e.pointer, v);
      visitExpression(e.length, v);
      break;
    case "subSlice":
      visitExpression(e.of, v);
      visitExpression(e.from, v);
      visitExpression(e.to, v);
      break;
    case "length":
      visitExpression(e.of, v);
      break;
    case "makeError":
      visitExpression(e.code, v);
      break;
    case "makeOk":
      if (e.value) visitExpression(e.value, v);
      break;
    case "intrinsic":
      for (const place of e.places) visitPlace(place, "address", v);
      all(e.arguments);
      break;
    default:
  }
}

/** Where a place begins: a variable, what a pointer points at, or an element of a slice. */
export function rootOf(place: Place): Extract<Place, { kind: "localPlace" | "globalPlace" | "deref" | "elementOf" }> {
  let at = place;
  for (;;) {
    if (at.kind === "field" || at.kind === "variant" || at.kind === "okPlace" || at.kind === "element") at = at.of;
    else return at;
  }
}

/** The local that an expression names, by value or by address. */
export function localIn(e: Expression): Local | null {
  if ((e.kind !== "read" && e.kind !== "reference") || e.place.kind !== "localPlace") return null;
  return e.place.local;
}
