/**
 * Statements: blocks, loops, switch, using and defer, and the contracts at the start of a body. Every statement is
 * checked on its own: a mistake in one does not keep the next from being looked at.
 */
import type { Expression as ExpressionNode, Node, ParamPattern, Statement as StatementNode } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { condition } from "./conditions.ts";
import { contracts, isContract } from "./contracts.ts";
import { expression } from "./expressions.ts";
import { type Flow, join } from "./flow.ts";
import { never, typeName, voidType } from "./intern.ts";
import { forLoop, forOf, jump, labeled, whileLoop } from "./loop-statements.ts";
import { mistake } from "./resolve.ts";
import { returnStatement } from "./returns.ts";
import { switchStatement } from "./switch.ts";
import type { Block, Expression, Local, Place, Statement } from "./tree.ts";
import { variable } from "./variables.ts";

/** The body of a function: contracts first; at the end a result must have been returned. */
export function functionBody(
  b: Body,
  nodes: readonly StatementNode[],
  node: Node,
  parameters: readonly ParamPattern[],
): Block {
  const first = nodes[0];
  const hasContract = first !== undefined && isContract(b, first);
  if (hasContract && b.function) {
    b.checker.attempt(b.module, first, () => {
      b.function!.contracts = contracts(b, first);
    });
  }
  const made: Statement[] = [...parameterFields(b, parameters)];
  made.push(...statements(b, hasContract ? nodes.slice(1) : nodes));
  if (b.flow.reachable && !b.broken && b.result && b.result !== voidType) {
    const open = b.result.kind === "result" && b.result.of === voidType;
    if (open)
      made.push({
        kind: "return",
        value: { kind: "makeOk", value: null, type: b.result, site: b.site(node) },
        site: b.site(node),
      });
    else if (b.result === never)
      b.checker.report(
        b.module,
        head(node),
        "this function never returns, but its end can be reached",
        "panic(…), or a loop without end",
      );
    else
      b.checker.report(
        b.module,
        head(node),
        `the end can be reached without a result: ${typeName(b.result)} is to be returned`,
        null,
      );
  }
  if (!b.broken)
    for (const [local, at] of b.unlooked) {
      b.checker.report(
        b.module,
        at,
        `${local.name} may be an error and nobody looks`,
        `orReturn(…), isErr(${local.name}), or ignore(…, why)`,
        "results",
      );
    }
  return made;
}

const head = (node: Node): { start: number; end: number } => {
  const named = (node as { id?: Node | null }).id;
  return named ?? { start: node.start, end: node.start + 1 };
};

/** `constructor(private a: u32)`: the parameter is stored before the body runs. */
function parameterFields(b: Body, parameters: readonly ParamPattern[]): Statement[] {
  const made: Statement[] = [];
  for (const parameter of parameters) {
    if (parameter.type !== "TSParameterProperty" || parameter.parameter.type !== "Identifier") continue;
    const name = parameter.parameter.name;
    const bound = b.find(name);
    const self = b.find("this");
    if (bound?.kind !== "local" || self?.kind !== "local" || !b.thisClass) continue;
    const site = b.site(parameter);
    const read = (local: Local): Expression => ({
      kind: "read",
      place: { kind: "localPlace", local, type: local.type, site },
      type: local.type,
      site,
    });
    const object: Place = { kind: "deref", pointer: read(self.local), type: b.thisClass, site };
    const place: Place = { kind: "field", of: object, field: name, type: bound.local.type, site };
    made.push({
      kind: "expression",
      expression: { kind: "assign", place, value: read(bound.local), type: bound.local.type, site },
      site,
    });
  }
  return made;
}

/** Statements of one block, each checked on its own. What cannot be reached is checked, and left out. */
export function statements(b: Body, nodes: readonly StatementNode[]): Statement[] {
  const made: Statement[] = [];
  for (const node of nodes) {
    const dead = !b.flow.reachable;
    if (dead) b.flow.reachable = true;
    const { exits } = b;
    const before = b.flow.clone();

    const checked = b.checker.attempt(b.module, node, () => statement(b, node));
    b.exits = exits;
    if (dead) b.flow.reachable = false;
    else if (checked) made.push(...checked);
    if (checked === null) broken(b, node, before);
  }
  return made;
}

/** Names that a declaration with a mistake would have made: their uses say nothing more. */
function broken(b: Body, node: StatementNode, before: Flow): void {
  b.flow = before;
  b.flow.unassigned.clear();
  for (let body: Body | null = b; body; body = body.outer) body.broken = true;
  if (node.type === "ReturnStatement") b.flow.reachable = false;
  if (node.type !== "VariableDeclaration") return;
  for (const { id } of node.declarations) {
    if (id.type === "Identifier" && b.find(id.name)?.kind !== "local") b.declare(id.name, { kind: "broken" }, id);
  }
}

export const block = (b: Body, node: StatementNode): Statement[] =>
  b.inBlock(() => statements(b, node.type === "BlockStatement" ? (node.body as StatementNode[]) : [node]));

function statement(b: Body, node: StatementNode): Statement[] {
  if (b.module.refused.has(node)) throw new Reported();
  const site = b.site(node);
  switch (node.type) {
    case "EmptyStatement":
      return [];
    case "BlockStatement":
      return [{ kind: "block", body: block(b, node), site }];
    case "ExpressionStatement":
      return effect(b, node.expression);
    case "VariableDeclaration":
      return node.declarations.flatMap((_, index) => variable(b, node, index));
    case "IfStatement":
      return [ifStatement(b, node)];
    case "WhileStatement":
    case "DoWhileStatement":
      return [whileLoop(b, node, null)];
    case "ForStatement":
      return forLoop(b, node, null);
    case "ForOfStatement":
      return [forOf(b, node, null)];
    case "LabeledStatement":
      return labeled(b, node);
    case "SwitchStatement":
      return [switchStatement(b, node)];
    case "BreakStatement":
    case "ContinueStatement":
      return [jump(b, node)];
    case "ReturnStatement":
      return [returnStatement(b, node)];
    default:
      throw mistake(node, `${node.type} is not part of the kernel language`, null);
  }
}

/** An expression for its effect. A result that nobody looks at is a mistake, and so is a value without effect. */
export function effect(b: Body, node: ExpressionNode): Statement[] {
  if (node.type === "ConditionalExpression" || node.type === "LogicalExpression")
    throw mistake(node, "an expression as a statement should have an effect", "if (…) …");
  const made = expression(b, node, null);
  if (made.type.kind === "result" && made.kind !== "assign") {
    throw mistake(
      node,
      `${b.text(node)} may be an error and nobody looks`,
      `orReturn(${b.text(node)}), isErr(…), or ignore(${b.text(node)}, why)`,
      "results",
    );
  }
  if (!hasEffect(made)) throw mistake(node, `${b.text(node)} has no effect`, null);
  return [{ kind: "expression", expression: made, site: made.site }];
}

function hasEffect(made: Expression): boolean {
  return ["assign", "update", "call", "callValue", "orReturn", "intrinsic"].includes(made.kind);
}

function ifStatement(b: Body, node: Extract<StatementNode, { type: "IfStatement" }>): Statement {
  const test = condition(b, node.test);
  b.flow = test.whenTrue;
  const then = block(b, node.consequent);
  const after = b.flow;
  b.flow = test.whenFalse;
  const otherwise = node.alternate ? block(b, node.alternate) : null;
  b.flow = join(after, b.flow);
  return { kind: "if", condition: test.expression, then, otherwise, site: b.site(node) };
}
