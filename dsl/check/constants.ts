/**
 * Integer constants without a type: exact, of any size, read from the source text. They take the type of the place where
 * they are used, and it is checked there that they fit.
 */
import type { Node } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";

import type { Checker } from "./checker.ts";
import type { GlobalDeclaration } from "./declarations.ts";
import { enumeration, mistake } from "./resolve.ts";

/** The value of an integer literal as written (0x_, 0b, 0o, separators, 1e9), or null when it has a fraction. */
export function literalValue(raw: string): bigint | null {
  const digits = raw.replaceAll("_", "");
  const power = /^([0-9]+)[eE]\+?([0-9]{1,2})$/.exec(digits);
  if (power) return BigInt(power[1]) * 10n ** BigInt(power[2]);
  return /^(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|[0-9]+)$/.test(digits) ? BigInt(digits) : null;
}

/** Literals of more digits than any type has are not worth computing with. */
const mostShift = 256n;

/**
 * The value of an expression made of integer literals, operators and names that `named` knows; null when it is anything
 * else. Division rounds towards zero.
 */
export function constantInteger(
  node: Node,
  named: (name: string, node: Node) => bigint | null | undefined = () => null,
): bigint | null {
  const value = (inner: Node) => constantInteger(inner, named);
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" ? literalValue(node.raw ?? "") : null;
    case "Identifier":
      return named(node.name, node) ?? null;
    case "MemberExpression":
      return !node.computed && node.object.type === "Identifier" && node.property.type === "Identifier"
        ? (named(`${node.object.name}.${node.property.name}`, node) ?? null)
        : null;
    case "CallExpression": {
      const parameter = constParameter(node);
      return parameter === null ? null : (named(`<${parameter}>`, node) ?? null);
    }
    case "UnaryExpression": {
      const operand = node.operator === "-" || node.operator === "~" ? value(node.argument) : null;
      if (operand === null) return null;
      return node.operator === "-" ? -operand : ~operand;
    }
    case "BinaryExpression": {
      const left = value(node.left);
      if (left === null) return null;
      const right = value(node.right);
      return right === null ? null : compute(node.operator, left, right, node);
    }
    default:
      return null;
  }
}

/** The name N in `constant<N>()`; null for other calls. */
export function constParameter(node: Node): string | null {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "constant")
    return null;
  const [parameter] = node.typeArguments?.params ?? [];
  return parameter?.type === "TSTypeReference" &&
    parameter.typeName.type === "Identifier" &&
    node.arguments.length === 0
    ? parameter.typeName.name
    : null;
}

/** Exact arithmetic; null for operators that are not arithmetic. Mistakes: division by zero, a shift without bounds. */
export function compute(operator: string, left: bigint, right: bigint, node: Node): bigint | null {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
    case "%":
      if (right === 0n) throw mistake(node, "division by zero", null);
      return operator === "/" ? left / right : left % right;
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
    case ">>":
      if (right < 0n || right > mostShift) throw mistake(node, `a constant cannot be shifted by ${right}`, null);
      return operator === "<<" ? left << right : left >> right;
    default:
      return null;
  }
}

/** Initial values are computed from what stands above them in the module, as TypeScript wants it. */
export function declaredBefore(found: GlobalDeclaration, module: Module, node: Node): void {
  if (found.module !== module || found.node.start < node.start) return;
  throw mistake(node, `${found.name} is declared further down`, "declare it first");
}

/**
 * Whether ~ has a part in a constant: then its bits matter, and -4096 may stand for the same bits of an unsigned type.
 * `named` says it of a name.
 */
export function isMask(node: Node, named: (name: string) => boolean): boolean {
  switch (node.type) {
    case "Identifier":
      return named(node.name);
    case "UnaryExpression":
      return node.operator === "~" || isMask(node.argument, named);
    case "BinaryExpression":
      return isMask(node.left, named) || isMask(node.right, named);
    default:
      return false;
  }
}

/** The same of a constant of a module. */
export function isMaskConstant(checker: Checker, { node, module }: GlobalDeclaration): boolean {
  return isMask(node.init!, (name) => {
    const found = checker.lookUp(module, name);
    return found?.kind === "global" && untypedValue(checker, found) !== null && isMaskConstant(checker, found);
  });
}

/**
 * The value of `const X = 12`: a constant of the module without a type annotation, made of literals and other such
 * constants. Null for every other global.
 */
export function untypedValue(checker: Checker, declaration: GlobalDeclaration): bigint | null {
  if (declaration.value !== null) return declaration.value;
  const { node, module } = declaration;
  if (!declaration.constant || !node.init || node.id.type !== "Identifier" || node.id.typeAnnotation) return null;
  if (node.init.type === "MemberExpression" || declaration.state !== "unseen" || module.refused.has(node)) return null;
  declaration.state = "running";
  const value = checker.attempt(module, node.init, () =>
    checker.reads.during(declaration, () =>
      constantInteger(node.init!, (name, at) => namedConstant(checker, declaration, name, at)),
    ),
  );
  declaration.state = value === null ? "unseen" : "done";
  declaration.value = value;
  return value;
}

function namedConstant(checker: Checker, { module }: GlobalDeclaration, name: string, node: Node): bigint | null {
  const [first, member] = name.split(".");
  const found = checker.lookUp(module, first);
  if (member !== undefined)
    return found?.kind === "enum" ? (enumeration(checker, found).enumeration.members.get(member) ?? null) : null;
  if (found?.kind !== "global") return null;
  declaredBefore(found, module, node);
  if (found.state === "running") throw new Reported();
  return untypedValue(checker, found);
}
