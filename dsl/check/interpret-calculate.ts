/**
 * Arithmetic, conversions and comparisons of compile-time evaluation, exactly as the compiled program computes them.
 */
import type { Site } from "../out/site.ts";
import { wrap } from "./intern.ts";
import type { Pointer, Value } from "./interpret-values.ts";
import type { BinaryOperator, Comparison } from "./tree.ts";
import type { IntegerType, Type } from "./types.ts";

/** What the running program would trap at. */
export class Trap extends Error {
  readonly site: Site;
  readonly hint: string | null;
  constructor(site: Site, message: string, hint: string | null = null) {
    super(message);
    this.site = site;
    this.hint = hint;
  }
}

export const isObject = (value: Value): value is Extract<Value, { kind: "object" }> => isKind(value, "object");

export function isKind<K extends string>(value: Value, kind: K): value is Extract<Value, { kind: K }> {
  return value !== null && typeof value === "object" && !(value instanceof Uint8Array) && value.kind === kind;
}

/** The address that a value is; null, and addresses of the running program, lead nowhere. */
export function pointerOf(value: Value, site: Site): Pointer {
  if (isKind(value, "pointer")) return value;
  throw new Trap(
    site,
    value === null ? "null is followed" : "this address means something in the running program only",
  );
}

export function elementsOf(over: Value, site: Site): Value[] {
  if (over instanceof Uint8Array) return [...over].map(BigInt);
  if (over !== null && typeof over === "object" && "kind" in over) {
    if (over.kind === "array") return over.elements.map((box) => box.value);
    if (over.kind === "slice") return over.elements.slice(over.from, over.from + over.length).map((box) => box.value);
  }
  throw new Trap(site, "this has no elements");
}

export function calculate(operator: BinaryOperator, left: Value, right: Value, type: Type, site: Site): Value {
  if (typeof left === "number" && typeof right === "number") {
    const exact =
      operator === "+"
        ? left + right
        : operator === "-"
          ? left - right
          : operator === "*"
            ? left * right
            : left / right;
    return round(exact, type);
  }
  if (typeof left !== "bigint" || typeof right !== "bigint" || type.kind !== "integer")
    throw new Trap(site, "an address is computed with, which is known in the running program only");
  if ((operator === "/" || operator === "%") && right === 0n) throw new Trap(site, "division by zero");
  return wrap(type, integer(operator, left, right, type));
}

export function convertValue(value: Value, from: Type, to: Type, site: Site): Value {
  if (to.kind === "integer" || to.kind === "symbol" || to.kind === "error" || to.kind === "ports") {
    if (typeof value === "boolean") return value ? 1n : 0n;
    if (typeof value === "bigint") return to.kind === "integer" ? wrap(to, value) : value;
    if (typeof value === "number" && to.kind === "integer") return saturate(value, to);
    throw new Trap(site, "an address as a number is known in the running program only");
  }
  if (to.kind === "float") return round(typeof value === "bigint" ? Number(value) : (value as number), to);
  if (to.kind === "pointer" && from.kind === "integer") return { kind: "fixed", address: value as bigint };
  if (from.kind === "slice" && to.kind === "slice" && to.text && isKind(value, "slice")) {
    return Uint8Array.from(elementsOf(value, site), (byte) => Number(byte as bigint));
  }
  return value;
}

export function compareValues(operator: Comparison, left: Value, right: Value): boolean {
  if (operator === "===" || operator === "!==") return same(left, right) === (operator === "===");
  const [x, y] = [left as bigint, right as bigint];
  return operator === "<" ? x < y : operator === "<=" ? x <= y : operator === ">" ? x > y : x >= y;
}

export const round = (value: number, type: Type): number =>
  type.kind === "float" && type.bits === 32 ? Math.fround(value) : value;

function saturate(value: number, type: IntegerType): bigint {
  if (Number.isNaN(value)) return 0n;
  const low = type.signed ? -(1n << BigInt(type.bits - 1)) : 0n;
  const high = (1n << BigInt(type.signed ? type.bits - 1 : type.bits)) - 1n;
  if (value <= Number(low)) return low;
  return value >= Number(high) ? high : BigInt(Math.trunc(value));
}

function integer(operator: BinaryOperator, left: bigint, right: bigint, type: IntegerType): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
      return right >= BigInt(type.bits) ? 0n : left << right;
    case ">>":
      return right >= BigInt(type.bits) ? (left < 0n ? -1n : 0n) : left >> right;
  }
}

function same(left: Value, right: Value): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array)
    return left.length === right.length && left.every((byte, index) => byte === right[index]);
  if (isKind(left, "pointer") && isKind(right, "pointer"))
    return left.elements === right.elements
      ? left.index === right.index
      : left.elements[left.index] === right.elements[right.index];
  if (isKind(left, "address") && isKind(right, "address"))
    return left.global === right.global && left.offset === right.offset;
  if (isKind(left, "fixed") && isKind(right, "fixed")) return left.address === right.address;
  if (isKind(left, "function") && isKind(right, "function")) return left.function === right.function;
  return left === right;
}
