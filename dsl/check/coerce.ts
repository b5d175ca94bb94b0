/**
 * Whether a value may stand where a type is expected. Almost nothing converts by itself: constants take the type of their
 * place if they fit, null and plain pointers become pointers that may be null, values and errors become results, slices
 * become views, members become their union. Everything else is a mistake whose message says what to write.
 */
import type { Node } from "oxc-parser";
import type { RuleName } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { f32, f64, isStorage, literal, rangeOf, typeName } from "./intern.ts";
import { mistake } from "./resolve.ts";
import type { Expression } from "./tree.ts";
import type { IntegerType, Type } from "./types.ts";

/** Like `literal`, for constants made with ~: their bits matter, so that -4096 fits into a u64. */
export const maskLiteral: Type = { kind: "literal" };

export function constant(b: Body, node: Node, type: Type, value: bigint): Expression {
  return { kind: "constant", type, site: b.site(node), value: { kind: "integer", value } };
}

/** `expression` as a value of type `target`. */
export function coerce(b: Body, expression: Expression, target: Type, node: Node): Expression {
  const from = expression.type;
  if (from === target) {
    if (isStorage(target) && !isFresh(expression)) throw storageMistake(b, expression, node);
    return expression;
  }
  if (from.kind === "never") return { ...expression, type: target } as Expression;
  if (from.kind === "literal") return fit(b, expression, target, node);
  const convert = (): Expression => ({ kind: "convert", operand: expression, type: target, site: expression.site });
  switch (target.kind) {
    case "pointer":
      if (from.kind === "null" && target.nullable) return { ...expression, type: target } as Expression;
      if (from.kind === "pointer" && from.to === target.to && target.nullable) return convert();
      break;
    case "function": {
      if (from.kind === "null" && target.nullable) return { ...expression, type: target } as Expression;
      if (from.kind !== "function") break;
      if (!sameSignature(from.parameters, target.parameters) || from.result !== target.result) break;
      if (from.captures && !target.captures) throw escapes(b, node);
      if (from.nullable && !target.nullable) break;
      if ((from.effects.sleeps && !target.effects.sleeps) || (from.effects.allocates && !target.effects.allocates))
        break;
      return convert();
    }
    case "result":
      if (from.kind === "error") return { kind: "makeError", code: expression, type: target, site: expression.site };
      if (from.kind === "result") break;
      return { kind: "makeOk", value: coerce(b, expression, target.of, node), type: target, site: expression.site };
    case "slice":
      if (from.kind === "slice" && from.of === target.of && target.readonly && !from.text && !target.text)
        return convert();
      break;
    case "tagged": {
      const members = from.kind === "tagged" ? from.members : from.kind === "class" ? [from] : [];
      if (members.length === 0 || !members.every((member) => target.members.includes(member))) break;
      if (!isFresh(expression)) throw storageMistake(b, expression, node);
      return { kind: "makeVariant", operand: expression, type: target, site: expression.site };
    }
    case "symbol":
      if (from.kind === "symbol" && from.texts.every((text) => target.texts.includes(text))) return convert();
      break;
    default:
  }
  throw mismatch(b, from, target, node);
}

const sameSignature = (a: readonly Type[], b: readonly Type[]) =>
  a.length === b.length && a.every((type, i) => type === b[i]);

function escapes(b: Body, node: Node) {
  return mistake(
    node,
    `${b.text(node)} may be a closure, whose variables die with their function`,
    "it can be called and passed on as an argument; declare a parameter as Fn<…> to take only functions that capture nothing",
  );
}

/** A constant as a value of an integer or floating-point type: it must fit. */
function fit(b: Body, expression: Expression, target: Type, node: Node): Expression {
  if (target.kind === "result")
    return { kind: "makeOk", value: fit(b, expression, target.of, node), type: target, site: expression.site };
  if (expression.kind !== "constant" || expression.value.kind !== "integer")
    throw mistake(node, "this constant needs a type", null);
  const { value } = expression.value;
  if (target === f32 || target === f64) {
    const float = Number(value);
    if (BigInt(float) !== value)
      throw mistake(node, `${value} is not exact as ${typeName(target)}`, `${typeName(target)}(…) rounds it`);
    return { ...expression, type: target, value: { kind: "float", value: float } };
  }
  if (target.kind !== "integer") throw mismatch(b, literal, target, node);
  if (target.enumeration)
    throw mistake(
      node,
      `an integer is not a ${target.enumeration.name}`,
      `${target.enumeration.name}.${[...target.enumeration.members.keys()][0]}, or unit<${target.enumeration.name}>(x)`,
    );
  const { low, high } = rangeOf(target);
  if (value >= low && value <= high) return { ...expression, type: target };
  if (expression.type === maskLiteral && !target.signed && value < 0n && value >= -(high + 1n)) {
    return { ...expression, type: target, value: { kind: "integer", value: value + high + 1n } };
  }
  throw mistake(
    node,
    `${shown(value)} does not fit into ${typeName(target)} (${range(target)})`,
    `a wider type, or ${plainName(target)}(…), which cuts`,
  );
}

const shown = (value: bigint) =>
  value < 4096n && value > -4096n
    ? String(value)
    : value < 0n
      ? `-0x${(-value).toString(16)}`
      : `0x${value.toString(16)}`;

function range(type: IntegerType): string {
  const { low, high } = rangeOf(type);
  return type.bits > 16
    ? `${low < 0n ? `-2^${type.bits - 1}` : 0} to 2^${type.signed ? type.bits - 1 : type.bits} - 1`
    : `${low} to ${high}`;
}

/** The name of the cast to a type. */
const plainName = (type: IntegerType) => (type.unit ? `unit<${type.unit}>` : typeName(type));

/** A value that nobody else holds: storage may be made from it without a copy. */
export function isFresh(expression: Expression): boolean {
  switch (expression.kind) {
    case "read":
      // An affine value moves out of its variable (rules/affine.ts sees to it that nobody uses it again).
      return expression.place.kind === "localPlace" && expression.type.kind === "class" && expression.type.affine;
    case "conditional":
      return isFresh(expression.then) && isFresh(expression.otherwise);
    default:
      return true;
  }
}

function storageMistake(b: Body, expression: Expression, node: Node) {
  const name = typeName(expression.type);
  return mistake(
    node,
    `${b.text(node)} is storage (${name}): it is not copied by naming it`,
    `ref(${b.text(node)}) for its address, copy(ref(to), ref(${b.text(node)})) for a copy`,
  );
}

/** The rule that is broken by taking a value of the type for something else. */
export const ruleOf = ({ kind }: Type): RuleName | null =>
  kind === "user" ? "user-memory" : kind === "result" ? "results" : null;

/** What is wrong when a value of type `from` stands where `target` is expected. */
export function mismatch(b: Body, from: Type, target: Type, node: Node) {
  return mistake(
    node,
    `${typeName(target)} expected, this is ${typeName(from)}`,
    conversionHint(b, from, target, node),
    ruleOf(from),
  );
}

function conversionHint(b: Body, from: Type, target: Type, node: Node): string | null {
  const text = b.text(node);
  if (from.kind === "result") {
    if (target.kind === "result") return null;
    return `orReturn(${text}) takes the value and hands an error on; or isErr(…) first`;
  }
  if (from.kind === "integer" && target.kind === "integer") {
    if (target.unit || target.enumeration)
      return `unit<${typeName(target)}>(${text})${from.bits === target.bits ? "" : `, after a cast to u${target.bits}`}`;
    return `casts are calls: ${typeName(target)}(${text})`;
  }
  if ((from.kind === "float" && target.kind === "integer") || (from.kind === "integer" && target.kind === "float")) {
    return `casts are calls: ${typeName(target)}(${text})`;
  }
  if (from.kind === "pointer" && target.kind === "pointer") {
    if (from.to === target.to) return `compare with null first: if (${text} !== null) …`;
    return from.to.kind === "class" || target.to.kind === "class"
      ? `unsafe.cast<${typeName(target)}>(…) if you know better`
      : null;
  }
  if (from.kind === "pointer" && from.to === target) {
    return `${text} is an address, ${typeName(target)} is storage; copy(ref(to), ${text}) copies what is there`;
  }
  if (target.kind === "pointer" && target.to === from) return `ref(${text}) is its address`;
  if (from.kind === "pointer" && target.kind === "integer") return `addr(${text})`;
  if (from.kind === "integer" && target.kind === "pointer") return `unsafe.ptr<${typeName(target.to)}>(${text})`;
  if (from.kind === "array" && target.kind === "slice") return `slice(${text})`;
  if (from.kind === "slice" && target.kind === "slice") {
    if (from.text) return `bytes(${text})`;
    return target.text ? `text(${text})` : target.readonly ? null : "a View is only read";
  }
  if (target.kind === "bool")
    return from.kind === "pointer" ? `${text} !== null` : from.kind === "integer" ? `${text} !== 0` : null;
  if (from.kind === "null") return `Ptr<T> | null`;
  if (from.kind === "error") return "only a function that returns Res<T> can return an error";
  return null;
}
