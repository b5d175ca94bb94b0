/**
 * Integer constants without a type: exact, of any size, read from the source text. They take the type of the place where
 * they are used, and it is checked there that they fit.
 */
import type { Node } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Checker } from "./checker.ts";
import type { GlobalDeclaration } from "./declarations.ts";
import { enumeration, mistake } from "./resolve.ts";

/** The value of an integer literal as written (0x_, 0b, 0o, separators), or null when it has a fraction or an exponent. */
export function literalValue(raw: string): bigint | null {
  const digits = raw.replaceAll("_", "");
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
  named: (name: string) => bigint | null | undefined = () => null,
): bigint | null {
  const value = (inner: Node) => constantInteger(inner, named);
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" ? literalValue(node.raw ?? "") : null;
    case "Identifier":
      return named(node.name) ?? null;
    case "MemberExpression":
      return !node.computed && node.object.type === "Identifier" && node.property.type === "Identifier"
        ? (named(`${node.object.name}.${node.property.name}`) ?? null)
        : null;
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
    constantInteger(node.init!, (name) => namedConstant(checker, declaration, name)),
  );
  declaration.state = value === null ? "unseen" : "done";
  declaration.value = value;
  return value;
}

function namedConstant(checker: Checker, { module }: GlobalDeclaration, name: string): bigint | null {
  const [first, member] = name.split(".");
  const found = checker.lookUp(module, first);
  if (member !== undefined)
    return found?.kind === "enum" ? (enumeration(checker, found).enumeration.members.get(member) ?? null) : null;
  if (found?.kind !== "global") return null;
  if (found.state === "running") throw new Reported();
  return untypedValue(checker, found);
}
