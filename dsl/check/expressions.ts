/**
 * Expressions: from syntax to typed tree. `expected` is what the surroundings would like to have (null: nothing known);
 * it gives constants, closures, and object and array literals their types, and is a wish only: `check` insists.
 */
import type { Expression as ExpressionNode, Node } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { call, construct, tagged } from "./calls.ts";
import { nearest } from "./checker.ts";
import { closure } from "./closures.ts";
import { coerce, constant, maskLiteral } from "./coerce.ts";
import { conditional, endsInError, logical, not } from "./conditions.ts";
import { literalValue } from "./constants.ts";
import { functionValue } from "./instances.ts";
import { bool, f32, f64, isStorage, literal, nullType, typeName, u64, voidType } from "./intern.ts";
import { complete } from "./layout.ts";
import { member } from "./members.ts";
import { assignment, type BinaryNode, binary, negate, untyped, untypedConstant, update } from "./operators.ts";
import { placeOf, readPlace } from "./places.ts";
import { enumeration, mistake, tagOf } from "./resolve.ts";
import type { Expression } from "./tree.ts";
import type { ClassType, Type } from "./types.ts";

/** An expression of exactly this type. */
export function check(b: Body, node: ExpressionNode, target: Type): Expression {
  return coerce(b, expression(b, node, expectedOf(b, node, target)), target, node);
}

/**
 * What an expression is told to be where a type is wanted: of a result its value, except where it is a choice between value
 * and error, or undefined, which a result without a value is.
 */
export function expectedOf(b: Body, node: ExpressionNode, target: Type): Type {
  const whole = endsInError(b, node) || (node.type === "Identifier" && node.name === "undefined");
  return target.kind === "result" && !whole ? target.of : target;
}

/** A value: an expression that is not a constant without type (those become usize) and not void. */
export function value(b: Body, node: ExpressionNode, expected: Type | null = null): Expression {
  const result = expression(b, node, expected);
  if (result.type.kind === "void") throw mistake(node, `${b.text(node)} has no value`, null);
  return result.type.kind === "literal" ? coerce(b, result, u64, node) : result;
}

export function expression(b: Body, node: ExpressionNode, expected: Type | null): Expression {
  if (b.module.refused.has(node)) throw new Reported();
  switch (node.type) {
    case "Literal":
      return literalExpression(b, node, expected);
    case "Identifier":
      return identifier(b, node, expected);
    case "ThisExpression":
      return readPlace(b, placeOf(b, node)!, node);
    case "MemberExpression":
      return untyped(b, node) ? enumMember(b, node) : member(b, node);
    case "CallExpression":
      return call(b, node, expected);
    case "NewExpression":
      return construct(b, node, expected);
    case "TaggedTemplateExpression":
      return tagged(b, node);
    case "UnaryExpression":
      if (node.operator === "!") return not(b, node);
      return untypedConstant(b, node) ?? negate(b, node, expected);
    case "BinaryExpression":
      return untypedConstant(b, node) ?? binary(b, node as BinaryNode, expected);
    case "LogicalExpression":
      return logical(b, node);
    case "ConditionalExpression":
      return conditional(b, node, expected);
    case "AssignmentExpression":
      return assignment(b, node);
    case "UpdateExpression":
      return update(b, node);
    case "ArrowFunctionExpression":
      return closure(b, node, expected);
    case "ObjectExpression":
      return object(b, node, expected);
    case "ArrayExpression":
      return array(b, node, expected);
    default:
      throw mistake(node, `${node.type} is not part of the kernel language`, null);
  }
}

function literalExpression(
  b: Body,
  node: Extract<ExpressionNode, { type: "Literal" }>,
  expected: Type | null,
): Expression {
  const site = b.site(node);
  const { value } = node;
  if (value === null) return { kind: "constant", type: nullType, site, value: { kind: "null" } };
  if (typeof value === "boolean") return { kind: "constant", type: bool, site, value: { kind: "bool", value } };
  if (typeof value === "number") {
    const exact = literalValue(node.raw ?? "");
    if (exact !== null) return constant(b, node, literal, exact);
    const type = expected === f32 ? f32 : f64;
    return { kind: "constant", type, site, value: { kind: "float", value: type === f32 ? Math.fround(value) : value } };
  }
  if (typeof value === "string") {
    if (expected?.kind === "symbol") {
      if (!expected.texts.includes(value)) {
        throw mistake(
          node,
          `${typeName(expected)} expected, this is ${JSON.stringify(value)}`,
          nearest(value, expected.texts),
        );
      }
      return constant(b, node, expected, b.checker.symbolNumber(value));
    }
    return text(b, node, value);
  }
  throw mistake(node, "this literal is not part of the kernel language", null);
}

export function text(b: Body, node: Node, value: string): Expression {
  const bytes = new TextEncoder().encode(value);
  return { kind: "constant", type: b.checker.types.text, site: b.site(node), value: { kind: "text", bytes } };
}

function identifier(b: Body, node: Extract<ExpressionNode, { type: "Identifier" }>, expected: Type | null): Expression {
  const bound = b.find(node.name);
  if (bound?.kind === "broken") throw new Reported();
  if (bound?.kind === "constant") return constant(b, node, bound.mask ? maskLiteral : literal, bound.value);
  const named = untypedConstant(b, node);
  if (named) return named;
  const place = placeOf(b, node);
  if (place) return readPlace(b, place, node);
  const declaration = b.checker.lookUp(b.module, node.name);
  switch (declaration?.kind) {
    case "function":
      return functionValue(b, node, declaration, expected);
    case undefined:
      if (node.name === "undefined" && expected?.kind === "result" && expected.of === voidType)
        return { kind: "makeOk", value: null, type: expected, site: b.site(node) };
      if (node.name === "undefined")
        throw mistake(node, "undefined is not part of the kernel language", "null, for a pointer");
      throw unknownName(b, node);
    default:
      throw mistake(
        node,
        `${node.name} is not a value`,
        declaration?.kind === "class" ? `new ${node.name}(…) makes one` : null,
      );
  }
}

export function unknownName(b: Body, node: { name: string; start: number; end: number }) {
  const names = function* () {
    yield* b.names();
    yield* b.checker.names.get(b.module.file)?.keys() ?? [];
  };
  return mistake(node, `there is no ${node.name}`, nearest(node.name, names()));
}

/** `Errno.EIO`: a value of its enum; within operators an integer constant. */
function enumMember(b: Body, node: Extract<ExpressionNode, { type: "MemberExpression" }>): Expression {
  if (node.object.type !== "Identifier" || node.computed || node.property.type !== "Identifier") throw new Reported();
  const declaration = b.checker.lookUp(b.module, node.object.name);
  if (declaration?.kind !== "enum") throw new Reported();
  const { type, enumeration: made } = enumeration(b.checker, declaration);
  const found = made.members.get(node.property.name);
  if (found === undefined)
    throw mistake(
      node.property,
      `${made.name} has no member ${node.property.name}`,
      nearest(node.property.name, made.members.keys()),
    );
  return constant(b, node, type, found);
}

/** `{ addr: 0, len: 1 }` where a class, or a tagged union, is expected. */
function object(
  b: Body,
  node: Extract<ExpressionNode, { type: "ObjectExpression" }>,
  expected: Type | null,
): Expression {
  const type = expected && objectClass(b, node, expected);
  if (!type)
    throw mistake(
      node,
      "an object literal needs a class that it is a value of",
      "const d: Desc = { … }, or new Desc(…)",
    );
  complete(b.checker, type, node);
  const methods = b.checker.classes.get(type)?.declaration.methods;
  if (methods?.has("constructor")) throw mistake(node, `${type.name} has a constructor`, `new ${type.name}(…)`);
  // To TypeScript, the methods would be missing.
  if (methods !== undefined && methods.size > 0)
    throw mistake(
      node,
      `${type.name} has methods, which a literal has not`,
      `zeroed<${type.name}>(), then its fields; or a constructor`,
    );
  const fields = new Map<string, Expression>();
  for (const property of node.properties) {
    if (b.module.refused.has(property) || property.type !== "Property" || property.key.type !== "Identifier")
      throw new Reported();
    const name = property.key.name;
    const field = type.fields.find((candidate) => candidate.name === name);
    if (!field)
      throw mistake(
        property.key,
        `${type.name} has no field ${name}`,
        nearest(
          name,
          type.fields.map((f) => f.name),
        ),
      );
    if (fields.has(name)) throw mistake(property.key, `the field ${name} is given twice`, null);
    fields.set(name, checkStored(b, property.value, field.type));
  }
  const missing = type.fields.filter((field) => !fields.has(field.name)).map((field) => field.name);
  if (missing.length > 0)
    throw mistake(
      node,
      `the field${missing.length > 1 ? "s" : ""} ${missing.join(", ")} of ${type.name} ${missing.length > 1 ? "are" : "is"} missing`,
      `zeroed<${type.name}>() is all zeros`,
    );
  return { kind: "construct", fields, initialise: null, type, site: b.site(node) };
}

function objectClass(
  b: Body,
  node: Extract<ExpressionNode, { type: "ObjectExpression" }>,
  expected: Type,
): ClassType | null {
  if (expected.kind === "class") return expected;
  if (expected.kind !== "tagged") return null;
  for (const property of node.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier" || property.key.name !== expected.tag)
      continue;
    if (property.value.type !== "Literal" || typeof property.value.value !== "string") break;
    const tag = property.value.value;
    const found = expected.members.find((candidate) => tagOf(b.checker, candidate)?.text === tag);
    if (!found)
      throw mistake(
        property.value,
        `${expected.name} has no member with the tag ${JSON.stringify(tag)}`,
        nearest(
          tag,
          expected.members.map((m) => tagOf(b.checker, m)?.text ?? ""),
        ),
      );
    return found;
  }
  throw mistake(node, `the tag ${expected.tag} of ${expected.name} is missing`, null);
}

/** A value that is stored into storage of a type: volatile storage takes plain values, other cells only zeros. */
export function checkStored(b: Body, node: ExpressionNode, type: Type): Expression {
  return check(b, node, type.kind === "volatile" ? type.of : type);
}

function array(b: Body, node: Extract<ExpressionNode, { type: "ArrayExpression" }>, expected: Type | null): Expression {
  const wanted = expected?.kind === "array" ? expected : null;
  const elements: Expression[] = [];
  let of = wanted?.of ?? null;
  for (const element of node.elements) {
    if (!element || element.type === "SpreadElement")
      throw element ? new Reported() : mistake(node, "an element is missing", "0");
    if (of) elements.push(checkStored(b, element, of));
    else {
      const first = value(b, element);
      of = first.type;
      elements.push(first);
    }
  }
  if (!of) throw mistake(node, "an empty array has no type", "zeroed<Arr<T, N>>()");
  if (isStorage(of) && !wanted) throw mistake(node, "the type of this array is not known", "const a: Arr<T, N> = […]");
  if (wanted && wanted.length !== elements.length) {
    throw mistake(
      node,
      `${typeName(wanted)} expected, these are ${elements.length} elements`,
      `zeroed<${typeName(wanted)}>() is all zeros`,
    );
  }
  return { kind: "arrayLiteral", elements, type: b.checker.types.array(of, elements.length), site: b.site(node) };
}
