/** Contracts: `attr(noSleep, stack(512))` as the first statement of a body. They are recorded here and proved by the rules. */
import type { Expression as ExpressionNode, Statement as StatementNode } from "oxc-parser";
import type { Body } from "./body.ts";
import { constantInteger } from "./constants.ts";
import { noContracts } from "./instances.ts";
import { constantByName, mistake } from "./resolve.ts";
import type { Contracts } from "./tree.ts";

type Writable = { -readonly [K in keyof Contracts]: Contracts[K] };

const flags = [
  "noSleep",
  "noAlloc",
  "irqSafe",
  "maySleep",
  "mayAlloc",
  "inline",
  "noInline",
  "cold",
  "floats",
] as const;

export function isContract(b: Body, node: StatementNode): boolean {
  if (node.type !== "ExpressionStatement" || node.expression.type !== "CallExpression") return false;
  const { callee } = node.expression;
  return callee.type === "Identifier" && callee.name === "attr" && b.isBuiltin("attr");
}

export function contracts(b: Body, node: StatementNode): Contracts {
  const made: Writable = { ...noContracts };
  if (node.type !== "ExpressionStatement" || node.expression.type !== "CallExpression") return made;
  for (const argument of node.expression.arguments) {
    const flag = flags.find((name) => argument.type === "Identifier" && argument.name === name);
    if (flag) {
      if (made[flag]) throw mistake(argument, `${flag} is said twice`, null);
      made[flag] = true;
    } else if (argument.type === "CallExpression" && argument.callee.type === "Identifier") {
      valued(b, made, argument.callee.name, argument.arguments[0] as ExpressionNode | undefined, argument);
    } else
      throw mistake(
        argument,
        "this is not a contract",
        `${flags.join(", ")}, stack(n), bounded(n), section(name), symbol(name)`,
      );
  }
  if (made.noSleep && made.maySleep) throw mistake(node, "noSleep and maySleep exclude each other", null);
  if (made.noAlloc && made.mayAlloc) throw mistake(node, "noAlloc and mayAlloc exclude each other", null);
  if (made.inline && made.noInline) throw mistake(node, "inline and noInline exclude each other", null);
  if (made.irqSafe && made.maySleep) throw mistake(node, "what is safe in interrupt context cannot sleep", null);
  return made;
}

function valued(
  b: Body,
  made: Writable,
  name: string,
  argument: ExpressionNode | undefined,
  node: ExpressionNode,
): void {
  switch (name) {
    case "stack":
    case "bounded": {
      const value = argument
        ? constantInteger(argument, (constant) => constantByName(b.checker, b.module, constant))
        : null;
      if (value === null || value < 1n || value > 0x7fff_ffffn)
        throw mistake(node, `${name}() takes a positive integer constant`, null);
      made[name === "stack" ? "stackBytes" : "bounded"] = Number(value);
      break;
    }
    case "section":
    case "symbol":
      if (argument?.type !== "Literal" || typeof argument.value !== "string" || !/^[.\w$]+$/.test(argument.value))
        throw mistake(node, `${name}() takes a name`, `${name}("name")`);
      made[name] = argument.value;
      break;
    default:
      throw mistake(
        node,
        "this is not a contract",
        `${flags.join(", ")}, stack(n), bounded(n), section(name), symbol(name)`,
      );
  }
}
