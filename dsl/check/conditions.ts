/**
 * Conditions: boolean operators, comparisons, and what is known when they hold or do not. A condition gives two flows;
 * && and || pass them on, so that `p !== null && p.next !== null` knows about p on its right.
 */
import type { Expression as ExpressionNode, Node } from "oxc-parser";
import type { Body } from "./body.ts";
import { coerce } from "./coerce.ts";
import { check, expression, value } from "./expressions.ts";
import { type Flow, join } from "./flow.ts";
import { bool, errorType, never, typeName, u64 } from "./intern.ts";
import { type BinaryNode, castHint, joinUnits, untyped } from "./operators.ts";
import { placeOf } from "./places.ts";
import { mistake, tagOf } from "./resolve.ts";
import type { Comparison, Expression } from "./tree.ts";
import type { ClassType, TaggedType, Type } from "./types.ts";

const comparisons = new Set<string>(["===", "!==", "<", "<=", ">", ">="]);
export const isComparison = (operator: string): operator is Comparison => comparisons.has(operator);

export interface Condition {
  readonly expression: Expression;
  readonly whenTrue: Flow;
  readonly whenFalse: Flow;
}

/** Checks a condition; the body's flow afterwards is neither of the two, the caller chooses. */
export function condition(b: Body, node: ExpressionNode): Condition {
  if (node.type === "UnaryExpression" && node.operator === "!" && !b.module.refused.has(node)) {
    const inner = condition(b, node.argument);
    const made: Expression = {
      kind: "unary",
      operator: "!",
      operand: inner.expression,
      type: bool,
      site: b.site(node),
    };
    return { expression: made, whenTrue: inner.whenFalse, whenFalse: inner.whenTrue };
  }
  if (
    node.type === "LogicalExpression" &&
    (node.operator === "&&" || node.operator === "||") &&
    !b.module.refused.has(node)
  ) {
    const and = node.operator === "&&";
    const left = condition(b, node.left);
    b.flow = and ? left.whenTrue : left.whenFalse;
    const right = condition(b, node.right);
    const made: Expression = {
      kind: "logical",
      operator: and ? "&&" : "||",
      left: left.expression,
      right: right.expression,
      type: bool,
      site: b.site(node),
    };
    return and
      ? { expression: made, whenTrue: right.whenTrue, whenFalse: join(left.whenFalse, right.whenFalse) }
      : { expression: made, whenTrue: join(left.whenTrue, right.whenTrue), whenFalse: right.whenFalse };
  }
  const made = expression(b, node, bool);
  if (made.type !== bool && made.type !== never) throw notBoolean(b, node, made.type);
  const whenTrue = b.flow;
  const whenFalse = b.flow.clone();
  if (node.type === "Literal" && made.kind === "constant" && made.value.kind === "bool")
    (made.value.value ? whenFalse : whenTrue).reachable = false;
  for (const fact of facts(b, node)) {
    if (fact.whenTrue) whenTrue.know(fact.path, fact.whenTrue);
    if (fact.whenFalse) whenFalse.know(fact.path, fact.whenFalse);
  }
  return { expression: made, whenTrue, whenFalse };
}

function notBoolean(b: Body, node: Node, type: Type) {
  const text = b.text(node);
  const hint =
    type.kind === "pointer" || type.kind === "function" || type.kind === "null"
      ? `${text} !== null`
      : type.kind === "integer" || type.kind === "literal"
        ? `${text} !== 0`
        : type.kind === "result"
          ? `isErr(${text})`
          : null;
  return mistake(node, `a condition is a boolean, this is ${typeName(type)}`, hint);
}

interface Fact {
  readonly path: string;
  readonly whenTrue: Type | null;
  readonly whenFalse: Type | null;
}

/** What a comparison or isErr() says about a place. */
function facts(b: Body, node: ExpressionNode): Fact[] {
  if (
    node.type === "CallExpression" &&
    node.callee.type === "Identifier" &&
    node.callee.name === "isErr" &&
    b.isBuiltin("isErr")
  ) {
    const place = node.arguments[0] && placeOf(b, node.arguments[0] as ExpressionNode, "look");
    const path = place && b.path(place);
    return path != null && place?.type.kind === "result"
      ? [{ path, whenTrue: errorType, whenFalse: place.type.of }]
      : [];
  }
  if (node.type !== "BinaryExpression" || (node.operator !== "===" && node.operator !== "!==")) return [];
  const swap = node.operator === "!==";
  const of = (path: string, equal: Type | null, unequal: Type | null): Fact[] => [
    swap ? { path, whenTrue: unequal, whenFalse: equal } : { path, whenTrue: equal, whenFalse: unequal },
  ];
  const [left, right] = isNull(node.left) ? [node.right, node.left] : [node.left as ExpressionNode, node.right];
  if (isNull(right)) {
    const place = placeOf(b, left, "look");
    const path = place && b.path(place);
    if (path == null || !place) return [];
    if (place.type.kind === "pointer" && place.type.nullable)
      return of(path, null, b.checker.types.pointer(place.type.to));
    if (place.type.kind === "function" && place.type.nullable) {
      return of(
        path,
        null,
        b.checker.types.function(place.type.parameters, place.type.result, { ...place.type, nullable: false }),
      );
    }
    return [];
  }
  const tag = tagComparison(b, node as BinaryNode);
  if (!tag) return [];
  return of(tag.path, select(b, tag.type, [tag.text], true), select(b, tag.type, [tag.text], false));
}

const isNull = (node: Node) => node.type === "Literal" && node.value === null && node.raw === "null";

/** `r.kind === "read"`: the path of r, its union, and the text. */
function tagComparison(b: Body, node: BinaryNode): { path: string; type: TaggedType; text: string } | null {
  const [subject, text] = node.left.type === "Literal" ? [node.right, node.left] : [node.left, node.right];
  if (text.type !== "Literal" || typeof text.value !== "string") return null;
  const found = taggedSubject(b, subject as ExpressionNode);
  return found && { ...found, text: text.value };
}

/** When an expression is the tag of a tagged union in a place: the place's path, and the union. */
export function taggedSubject(b: Body, node: ExpressionNode): { path: string; type: TaggedType } | null {
  if (node.type !== "MemberExpression" || node.computed) return null;
  const place = placeOf(b, node, "look");
  if (place?.kind !== "field" || place.of.type.kind !== "tagged" || place.field !== place.of.type.tag) return null;
  const path = b.path(place.of);
  return path === null ? null : { path, type: place.of.type };
}

/** The members of a union whose tag is (or is not) among some texts. */
export function select(
  b: Body,
  type: TaggedType,
  texts: readonly string[],
  among: boolean,
): ClassType | TaggedType | null {
  const members = type.members.filter((member) => texts.includes(tagOf(b.checker, member)?.text ?? "") === among);
  if (members.length === 0) return null;
  return members.length === 1
    ? members[0]
    : b.checker.types.tagged(members.map((member) => member.name).join(" | "), type.tag, members);
}

export function logical(b: Body, node: Extract<ExpressionNode, { type: "LogicalExpression" }>): Expression {
  const made = condition(b, node);
  b.flow = join(made.whenTrue, made.whenFalse);
  return made.expression;
}

export function not(b: Body, node: Extract<ExpressionNode, { type: "UnaryExpression" }>): Expression {
  const made = condition(b, node);
  b.flow = join(made.whenTrue, made.whenFalse);
  return made.expression;
}

export function conditional(
  b: Body,
  node: Extract<ExpressionNode, { type: "ConditionalExpression" }>,
  expected: Type | null,
): Expression {
  const test = condition(b, node.test);
  const branch = (flow: Flow, side: ExpressionNode, wanted: Type | null, insist: boolean) => {
    b.flow = flow;
    const made = insist
      ? check(b, side, wanted!)
      : untyped(b, side) && !wanted
        ? value(b, side, wanted)
        : expression(b, side, wanted);
    return { made, flow: b.flow };
  };
  const { consequent, alternate } = node;
  // Where a value or an error is wanted, one side may be this and the other that.
  if (expected?.kind === "result" && endsInError(b, node)) {
    const yes = branch(test.whenTrue, consequent, expected, true);
    const no = branch(test.whenFalse, alternate, expected, true);
    b.flow = join(yes.flow, no.flow);
    return {
      ...{ kind: "conditional", condition: test.expression, then: yes.made, otherwise: no.made },
      ...{ type: expected, site: b.site(node) },
    };
  }
  let then: { made: Expression; flow: Flow };
  let otherwise: { made: Expression; flow: Flow };
  const wanted = expected?.kind === "result" ? expected.of : expected;
  if (untyped(b, consequent) && !untyped(b, alternate)) {
    otherwise = branch(test.whenFalse, alternate, wanted, false);
    then = branch(test.whenTrue, consequent, otherwise.made.type, true);
  } else {
    then = branch(test.whenTrue, consequent, wanted, false);
    if (then.made.type.kind === "literal") then.made = coerce(b, then.made, wanted ?? u64, consequent);
    otherwise = branch(
      test.whenFalse,
      alternate,
      untyped(b, alternate) ? then.made.type : (wanted ?? then.made.type),
      false,
    );
  }
  b.flow = join(then.flow, otherwise.flow);
  const type = commonType(b, then.made, otherwise.made, node);
  return {
    kind: "conditional",
    condition: test.expression,
    then: settle(b, then.made, type, consequent),
    otherwise: settle(b, otherwise.made, type, alternate),
    type,
    site: b.site(node),
  };
}

/** A choice of which a side is err(…). */
export function endsInError(b: Body, node: ExpressionNode): boolean {
  if (node.type !== "ConditionalExpression") return false;
  return [node.consequent, node.alternate].some((side) => isError(b, side) || endsInError(b, side));
}

const isError = (b: Body, node: ExpressionNode): boolean =>
  node.type === "CallExpression" &&
  node.callee.type === "Identifier" &&
  node.callee.name === "err" &&
  b.isBuiltin("err");

/** Storage is not copied by choosing it: the choice is a mistake only where a copy would be made. */
const settle = (b: Body, made: Expression, type: Type, node: Node) =>
  made.type === type ? made : coerce(b, made, type, node);

function commonType(
  b: Body,
  then: Expression,
  otherwise: Expression,
  node: Extract<ExpressionNode, { type: "ConditionalExpression" }>,
): Type {
  const [x, y] = [then.type, otherwise.type];
  if (x === y || y.kind === "never") return x;
  if (x.kind === "never" || x.kind === "literal") return y;
  if (y.kind === "literal") return x;
  const { types } = b.checker;
  if (x.kind === "null" && y.kind === "pointer") return types.pointer(y.to, true);
  if (y.kind === "null" && x.kind === "pointer") return types.pointer(x.to, true);
  if (x.kind === "pointer" && y.kind === "pointer" && x.to === y.to) return types.pointer(x.to, true);
  if (x.kind === "symbol" && y.kind === "symbol") return types.symbol([...x.texts, ...y.texts]);
  if (x.kind === "error" && y.kind !== "void") return y.kind === "result" ? y : types.result(y);
  if (y.kind === "error" && x.kind !== "void") return x.kind === "result" ? x : types.result(x);
  throw mistake(
    node,
    `the two sides are ${typeName(x)} and ${typeName(y)}`,
    castHint(b, { left: node.consequent, right: node.alternate }, x, y),
  );
}

/** A comparison: both sides of one type. Order is for numbers, equality also for pointers, booleans, enums and texts. */
export function compare(b: Body, node: BinaryNode): Expression {
  const operator = node.operator as Comparison;
  let left: Expression;
  let right: Expression;
  const number = (type: Type) => (type.kind === "integer" && !type.enumeration) || type.kind === "float";
  if (isBareConstant(b, node.left) && !isBareConstant(b, node.right)) {
    right = expression(b, node.right, null);
    left = number(right.type) ? check(b, node.left, right.type) : expression(b, node.left, right.type);
  } else {
    left = isBareConstant(b, node.left) ? value(b, node.left) : expression(b, node.left, null);
    right =
      number(left.type) && untyped(b, node.right)
        ? check(b, node.right, left.type)
        : expression(b, node.right, left.type);
    if (right.type.kind === "literal" && left.type.kind === "literal") right = coerce(b, right, u64, node.right);
  }
  const type = comparable(b, node, operator, left.type, right.type);
  const to = (side: Expression, of: Node) =>
    side.type === type || (side.type.kind === "integer" && type.kind === "integer" && !type.enumeration)
      ? side
      : coerce(b, side, type, of);
  return {
    kind: "compare",
    operator,
    left: to(left, node.left),
    right: to(right, node.right),
    type: bool,
    site: b.site(node),
  };
}

/** A constant without type, or a text that may be a symbol: the other side says what it is. */
const isBareConstant = (b: Body, node: ExpressionNode) =>
  untyped(b, node) ? node.type !== "MemberExpression" : node.type === "Literal" && typeof node.value === "string";

/** The type in which two sides are compared. */
function comparable(b: Body, node: BinaryNode, operator: Comparison, left: Type, right: Type): Type {
  const equality = operator === "===" || operator === "!==";
  const joined = joinUnits(left, right);
  if (joined && (joined.kind === "integer" ? equality || !joined.enumeration : joined.kind === "float")) return joined;
  if (left.kind === "integer" && right.kind === "integer") {
    const hint =
      left.enumeration || right.enumeration
        ? "u32(…) takes the number out of an enum's value"
        : castHint(b, node, left, right);
    throw mistake(node, `${typeName(left)} ${operator} ${typeName(right)}: both sides must have the same type`, hint);
  }
  const { types } = b.checker;
  if (equality) {
    if (left === right && (left.kind === "bool" || left.kind === "error" || left.kind === "user")) return left;
    if (left.kind === "slice" && left.text && left === right) return left;
    if (left.kind === "symbol" && right.kind === "symbol") return types.symbol([...left.texts, ...right.texts]);
    const pointers = left.kind === "null" ? right : left;
    const other = left.kind === "null" ? left : right;
    if (pointers.kind === "pointer") {
      if (other.kind === "null") {
        if (pointers.nullable || b.flow.narrowed.size > 0) return types.pointer(pointers.to, true);
        throw mistake(node, `${typeName(pointers)} is never null`, null);
      }
      if (other.kind === "pointer" && other.to === pointers.to) return types.pointer(pointers.to, true);
    }
    if (pointers.kind === "function" && !pointers.captures && (other.kind === "null" || other.kind === "function")) {
      const nullable = types.function(pointers.parameters, pointers.result, { ...pointers, nullable: true });
      if (other.kind === "null" ? pointers.nullable : other.parameters.length === pointers.parameters.length)
        return nullable;
    }
  }
  const hint =
    left.kind === "pointer" && right.kind === "pointer" && !equality
      ? "compare addr(…) of both"
      : left.kind === "result" || right.kind === "result"
        ? "orReturn(…), or isErr(…) first"
        : castHint(b, node, left, right);
  throw mistake(node, `${typeName(left)} and ${typeName(right)} cannot be compared with ${operator}`, hint);
}
