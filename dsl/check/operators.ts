/**
 * Arithmetic, strictly: both sides have the same type, and so has the result. Constants take the other side's type. A unit
 * is kept by every operator, and plain integers of its base may join in. Everything wraps around; shift counts are
 * unsigned and have a type of their own.
 */
import type { Expression as ExpressionNode, Node } from "oxc-parser";
import type { Body } from "./body.ts";
import { coerce, constant, maskLiteral, ruleOf } from "./coerce.ts";
import { compare, isComparison } from "./conditions.ts";
import { constantInteger, constParameter, isMask, isMaskConstant, literalValue, untypedValue } from "./constants.ts";
import { check, expression, value } from "./expressions.ts";
import { literal, typeName, u32, u64 } from "./intern.ts";
import { assignable, placeOf, readPlace } from "./places.ts";
import { enumeration, mistake } from "./resolve.ts";
import type { BinaryOperator, Expression } from "./tree.ts";
import type { IntegerType, Type } from "./types.ts";

export type BinaryNode = Extract<ExpressionNode, { type: "BinaryExpression" }> & { readonly left: ExpressionNode };

const arithmetic = new Set<string>(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"]);
const isShift = (operator: string) => operator === "<<" || operator === ">>";

/** Whether an expression is an integer without a type of its own: literals, untyped constants, and operators on these. */
export function untyped(b: Body, node: Node): boolean {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" && literalValue(node.raw ?? "") !== null;
    case "Identifier":
      return namedConstant(b, node.name) !== null;
    case "MemberExpression":
      return isEnumMember(b, node);
    case "CallExpression": {
      const parameter = constParameter(node);
      return parameter !== null && b.isBuiltin("constant") && b.arguments.get(parameter)?.kind === "number";
    }
    case "UnaryExpression":
      return (node.operator === "-" || node.operator === "~") && untyped(b, node.argument);
    case "BinaryExpression":
      return (
        arithmetic.has(node.operator) && untyped(b, node.left) && (isShift(node.operator) || untyped(b, node.right))
      );
    case "ConditionalExpression":
      return untyped(b, node.consequent) && untyped(b, node.alternate);
    default:
      return false;
  }
}

function isEnumMember(b: Body, node: Extract<Node, { type: "MemberExpression" }>): boolean {
  if (node.computed || node.object.type !== "Identifier" || b.find(node.object.name)) return false;
  return b.checker.lookUp(b.module, node.object.name)?.kind === "enum";
}

/** The value of a name that is a constant without type, or of "Enum.Member". */
function namedConstant(b: Body, name: string): bigint | null {
  if (name.startsWith("<")) {
    const argument = b.arguments.get(name.slice(1, -1));
    return argument?.kind === "number" ? argument.value : null;
  }
  const [first, member] = name.split(".");
  const bound = b.find(first);
  if (bound) return bound.kind === "constant" && member === undefined ? bound.value : null;
  const declaration = b.checker.lookUp(b.module, first);
  if (member !== undefined) {
    return declaration?.kind === "enum"
      ? (enumeration(b.checker, declaration).enumeration.members.get(member) ?? null)
      : null;
  }
  return declaration?.kind === "global" ? untypedValue(b.checker, declaration) : null;
}

/** The exact constant that an expression of untyped parts is; null when it is none. */
export function untypedConstant(b: Body, node: ExpressionNode): Expression | null {
  if (!untyped(b, node)) return null;
  const found = constantInteger(node, (name) => namedConstant(b, name));
  if (found === null) return null;
  return constant(b, node, isMask(node, (name) => isMaskName(b, name)) ? maskLiteral : literal, found);
}

function isMaskName(b: Body, name: string): boolean {
  const bound = b.find(name);
  if (bound) return bound.kind === "constant" && bound.mask;
  const declaration = b.checker.lookUp(b.module, name);
  return (
    declaration?.kind === "global" &&
    untypedValue(b.checker, declaration) !== null &&
    isMaskConstant(b.checker, declaration)
  );
}

/** What untyped operands should become: an expected integer or floating-point type. */
const numeric = (type: Type | null): Type | null =>
  type?.kind === "result"
    ? numeric(type.of)
    : (type?.kind === "integer" && !type.enumeration) || type?.kind === "float"
      ? type
      : null;

export function binary(b: Body, node: BinaryNode, expected: Type | null): Expression {
  const { operator } = node;
  if (isComparison(operator)) return compare(b, node);
  if (!arithmetic.has(operator)) throw mistake(node, `${operator} is not part of the kernel language`, null);
  const wanted = numeric(expected);
  if (isShift(operator)) {
    const left = untyped(b, node.left) ? check(b, node.left, needType(b, node, wanted)) : value(b, node.left, wanted);
    return combine(b, node, operator as BinaryOperator, left, shiftCount(b, node.right, left.type));
  }
  if (untyped(b, node.left)) {
    if (untyped(b, node.right)) {
      const type = needType(b, node, wanted);
      return combine(b, node, operator as BinaryOperator, check(b, node.left, type), check(b, node.right, type));
    }
    const right = expression(b, node.right, wanted);
    return combine(b, node, operator as BinaryOperator, constantSide(b, node.left, right.type), right);
  }
  const left = expression(b, node.left, wanted);
  const right = untyped(b, node.right)
    ? constantSide(b, node.right, left.type)
    : expression(b, node.right, numeric(left.type));
  return combine(b, node, operator as BinaryOperator, left, right);
}

/** A constant beside an operand of a type. */
function constantSide(b: Body, node: ExpressionNode, other: Type): Expression {
  if ((other.kind !== "integer" || other.enumeration) && other.kind !== "float") return value(b, node);
  const exact = untypedConstant(b, node);
  return exact ? coerce(b, exact, other, node) : check(b, node, other);
}

function needType(b: Body, node: BinaryNode, wanted: Type | null): Type {
  if (wanted) return wanted;
  throw mistake(
    node.left,
    `the type of ${b.text(node.left)} is not known here`,
    `u32(${b.text(node.left)}) …, or the type that is meant`,
  );
}

function shiftCount(b: Body, node: ExpressionNode, left: Type): Expression {
  if (untyped(b, node)) {
    const count = check(b, node, u32);
    if (
      left.kind === "integer" &&
      count.kind === "constant" &&
      count.value.kind === "integer" &&
      count.value.value >= BigInt(left.bits)
    ) {
      throw mistake(
        node,
        `${typeName(left)} has ${left.bits} bits: a shift by ${count.value.value} leaves nothing`,
        null,
      );
    }
    return count;
  }
  const count = value(b, node);
  if (count.type.kind !== "integer" || count.type.signed)
    throw mistake(node, `a shift count is unsigned, this is ${typeName(count.type)}`, `u32(${b.text(node)})`);
  return count;
}

/** Both operands typed: do they fit together? */
function combine(b: Body, node: BinaryNode, operator: BinaryOperator, left: Expression, right: Expression): Expression {
  const type = isShift(operator) ? shiftType(b, node, left.type) : operandType(b, node, operator, left, right);
  if ((operator === "/" || operator === "%") && isZero(right)) throw mistake(node.right, "division by zero", null);
  const to = (side: Expression): Expression =>
    side.type === type ? side : { kind: "convert", operand: side, type, site: side.site };
  return {
    kind: "binary",
    operator,
    left: to(left),
    right: isShift(operator) ? right : to(right),
    type,
    site: b.site(node),
  };
}

const isZero = (e: Expression) => e.kind === "constant" && e.value.kind === "integer" && e.value.value === 0n;

function shiftType(b: Body, node: BinaryNode, type: Type): Type {
  if (type.kind === "integer" && !type.enumeration) return type;
  throw mistake(
    node.left,
    `only integers are shifted, this is ${typeName(type)}`,
    type.kind === "pointer" ? `addr(${b.text(node.left)})` : null,
  );
}

/** The common type of two operands of an operator. */
function operandType(
  b: Body,
  node: BinaryNode,
  operator: string,
  { type: left }: Expression,
  { type: right }: Expression,
): Type {
  for (const [side, type] of [
    [node.left, left],
    [node.right, right],
  ] as const) {
    if (type.kind === "integer" && !type.enumeration) continue;
    if (type.kind === "float" && "+-*/".includes(operator)) continue;
    throw mistake(
      side,
      `${operator} works on integers, this is ${typeName(type)}`,
      operandHint(b, side, type, operator),
      ruleOf(type),
    );
  }
  const joined = joinUnits(left, right);
  if (joined) return joined;
  throw mistake(
    node,
    `${typeName(left)} ${operator} ${typeName(right)}: both sides must have the same type`,
    castHint(b, node, left, right),
  );
}

/** Equal types, or a unit and its base: the unit. Null: they do not mix. */
export function joinUnits(left: Type, right: Type): Type | null {
  if (left === right) return left;
  if (left.kind !== "integer" || right.kind !== "integer" || left.enumeration || right.enumeration) return null;
  if (left.bits !== right.bits || left.signed !== right.signed) return null;
  if (right.unit === null) return left;
  return left.unit === null ? right : null;
}

function operandHint(b: Body, node: Node, type: Type, operator: string): string | null {
  const text = b.text(node);
  switch (type.kind) {
    case "pointer":
      return operator === "+"
        ? `ref(${text}[n]) is the address n elements further, addr(${text}) the number`
        : `addr(${text}) is the number`;
    case "bool":
      return operator === "&" || operator === "|" ? `${operator}${operator}` : `u8(${text})`;
    case "integer":
      return `u32(${text})`;
    case "result":
      return `orReturn(${text}), or isErr(…) first`;
    case "slice":
      return type.text ? "format(buffer)`…` puts texts together" : null;
    case "bigEndian":
      return `${text}.get()`;
    case "atomic":
      return `${text}.load()`;
    default:
      return null;
  }
}

/** The narrower side widened, or the signed one made unsigned. */
export function castHint(b: Body, node: { left: Node; right: Node }, left: Type, right: Type): string | null {
  if (left.kind === "float" && right.kind === "integer") return `${typeName(left)}(${b.text(node.right)})`;
  if (right.kind === "float" && left.kind === "integer") return `${typeName(right)}(${b.text(node.left)})`;
  if (left.kind !== "integer" || right.kind !== "integer") return null;
  if (left.unit && right.unit) return `units do not mix: u64(…) takes the number out`;
  const widenRight = left.unit === null ? left.bits >= right.bits : true;
  const [to, node2] = widenRight ? [left, node.right] : [right, node.left];
  return `casts are calls: ${plain(to)}(${b.text(node2)})`;
}

const plain = (type: IntegerType) => `${type.signed ? "i" : "u"}${type.bits}`;

type UnaryNode = Extract<ExpressionNode, { type: "UnaryExpression" }>;

/** -x and ~x of something with a type. */
export function negate(b: Body, node: UnaryNode, expected: Type | null): Expression {
  const { operator } = node;
  if (operator !== "-" && operator !== "~") throw mistake(node, `${operator} is not part of the kernel language`, null);
  const operand = expression(b, node.argument, numeric(expected));
  const { type } = operand;
  if (operand.kind === "constant" && operand.value.kind === "float" && operator === "-") {
    return { ...operand, value: { kind: "float", value: -operand.value.value } };
  }
  const fits = (type.kind === "integer" && !type.enumeration) || (type.kind === "float" && operator === "-");
  if (!fits)
    throw mistake(
      node.argument,
      `${operator} works on integers, this is ${typeName(type)}`,
      type.kind === "bool" ? `!${b.text(node.argument)}` : operandHint(b, node.argument, type, operator),
    );
  return { kind: "unary", operator, operand, type, site: b.site(node) };
}

function notAssignable(b: Body, node: ExpressionNode) {
  if (node.type === "MemberExpression") expression(b, node, null);
  const isConstant = node.type === "Identifier" && untyped(b, node);
  return mistake(
    node,
    `${b.text(node)} is ${isConstant ? "a const" : "not a place that can be assigned"}`,
    isConstant ? "let" : null,
  );
}

type AssignmentNode = Extract<ExpressionNode, { type: "AssignmentExpression" }>;

/** `place = value` and `place op= value`. */
export function assignment(b: Body, node: AssignmentNode): Expression {
  const { left, right } = node;
  const place = placeOf(b, left as ExpressionNode, "write");
  if (!place) throw notAssignable(b, left as ExpressionNode);
  assignable(b, place, left);
  const stored = place.type.kind === "volatile" ? place.type.of : place.type;
  const site = b.site(node);
  if (node.operator === "=") {
    const made = fitsBits(b, check(b, right, stored), place, right);
    b.stored(place);
    if (place.kind === "localPlace") {
      b.flow.unassigned.delete(place.local);
      if (place.type.kind === "result") b.unlooked.set(place.local, left);
    }
    const plain = made.kind === "convert" ? made.operand.type : made.type;
    const path = b.path(place);
    if (path !== null && stored.kind === "pointer" && stored.nullable && plain.kind === "pointer" && !plain.nullable)
      b.flow.know(path, plain);
    return { kind: "assign", place, value: made, type: stored, site };
  }
  const operator = node.operator.slice(0, -1);
  const before = readPlace(b, place, left);
  const given = isShift(operator)
    ? shiftCount(b, right, before.type)
    : untyped(b, right)
      ? constantSide(b, right, before.type)
      : expression(b, right, numeric(before.type));
  const shape = { type: "BinaryExpression", operator, left, right, start: node.start, end: node.end } as BinaryNode;
  const result = combine(b, shape, operator as BinaryOperator, before, given);
  if (result.kind !== "binary" || result.type !== before.type)
    throw mistake(
      node,
      `${typeName(before.type)} expected, this is ${typeName(result.type)}`,
      `${b.text(left)} = unit<…>(…)`,
    );
  b.stored(place);
  return {
    kind: "update",
    operator: operator as BinaryOperator,
    place,
    value: result.right,
    result: "after",
    type: before.type,
    site,
  };
}

/** A constant for a bit field must fit into its bits. */
function fitsBits(b: Body, made: Expression, place: Parameters<typeof assignable>[1], node: Node): Expression {
  if (place.kind !== "field" || made.kind !== "constant" || made.value.kind !== "integer") return made;
  const owner = place.of.type;
  const field = owner.kind === "class" ? owner.fields.find((candidate) => candidate.name === place.field) : undefined;
  if (!field?.bit || field.type.kind !== "integer") return made;
  const width = BigInt(field.bit.width);
  const { value } = made.value;
  const low = field.type.signed ? -(1n << (width - 1n)) : 0n;
  const high = field.type.signed ? (1n << (width - 1n)) - 1n : (1n << width) - 1n;
  if (value < low || value > high)
    throw mistake(node, `${b.text(node)} does not fit into the ${width} bits of ${field.name}`, null);
  return made;
}

type UpdateNode = Extract<ExpressionNode, { type: "UpdateExpression" }>;

/** ++ and --. */
export function update(b: Body, node: UpdateNode): Expression {
  const place = placeOf(b, node.argument as ExpressionNode, "write");
  if (!place) throw notAssignable(b, node.argument as ExpressionNode);
  assignable(b, place, node.argument);
  const before = readPlace(b, place, node.argument);
  const { type } = before;
  if (type.kind !== "integer" || type.enumeration) {
    throw mistake(
      node,
      `${node.operator} works on integers, this is ${typeName(type)}`,
      type.kind === "pointer" ? `p = ref(p[1]) is the next element` : null,
    );
  }
  b.stored(place);
  const operator = node.operator === "++" ? "+" : "-";
  return {
    kind: "update",
    operator,
    place,
    value: constant(b, node, type, 1n),
    result: node.prefix ? "after" : "before",
    type,
    site: b.site(node),
  };
}

/** An index or a count: any unsigned integer, as a u64. */
export function index(b: Body, node: ExpressionNode): Expression {
  const found = untyped(b, node) ? check(b, node, u64) : expression(b, node, u64);
  if (found.type === u64) return found;
  if (found.type.kind !== "integer" || found.type.enumeration)
    throw mistake(
      node,
      `an index is an unsigned integer, this is ${typeName(found.type)}`,
      found.type.kind === "integer" ? `u32(${b.text(node)})` : null,
    );
  if (found.type.signed)
    throw mistake(
      node,
      `an index is unsigned, this is ${typeName(found.type)}`,
      `usize(${b.text(node)}), when it is not negative`,
    );
  return { kind: "convert", operand: found, type: u64, site: found.site };
}
