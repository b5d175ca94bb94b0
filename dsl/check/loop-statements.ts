/**
 * Loops, and the jumps out of them. What an iteration may change is forgotten at the head (loops.ts); what is known behind
 * the loop is what every way out agrees on.
 */
import type { Statement as StatementNode } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body, Exit } from "./body.ts";
import { condition } from "./conditions.ts";
import { value } from "./expressions.ts";
import { type Flow, joinAll } from "./flow.ts";
import { isStorage, typeName, u8 } from "./intern.ts";
import { forgetLoop } from "./loops.ts";
import { mistake } from "./resolve.ts";
import { block, effect } from "./statements.ts";
import type { Expression, Statement } from "./tree.ts";
import type { Type } from "./types.ts";
import { variable } from "./variables.ts";
export function inExit<T>(b: Body, kind: Exit["kind"], label: string | null, check: (exit: Exit) => T): T {
  const exit: Exit = { kind, label, breaks: [], continues: [] };
  b.exits = [...b.exits, exit];
  try {
    return check(exit);
  } finally {
    b.exits = b.exits.slice(0, -1);
  }
}

export function whileLoop(
  b: Body,
  node: Extract<StatementNode, { type: "WhileStatement" | "DoWhileStatement" }>,
  label: string | null,
): Statement {
  const site = b.site(node);
  forgetLoop(b, node);
  if (node.type === "WhileStatement") {
    const test = condition(b, node.test);
    const out: Flow[] = [test.whenFalse];
    b.flow = test.whenTrue;
    const body = inExit(b, "loop", label, (exit) => {
      const made = block(b, node.body);
      out.push(...exit.breaks);
      return made;
    });
    b.flow = joinAll(out);
    return { kind: "loop", label, test: endless(test.expression), testFirst: true, body, update: null, site };
  }
  return inExit(b, "loop", label, (exit) => {
    const body = block(b, node.body);
    b.flow = joinAll([b.flow, ...exit.continues]);
    const test = condition(b, node.test);
    b.flow = joinAll([test.whenFalse, ...exit.breaks]);
    return { kind: "loop", label, test: test.expression, testFirst: false, body, update: null, site } as Statement;
  });
}

const endless = (test: Expression) =>
  test.kind === "constant" && test.value.kind === "bool" && test.value.value ? null : test;

export function forLoop(
  b: Body,
  node: Extract<StatementNode, { type: "ForStatement" }>,
  label: string | null,
): Statement[] {
  const site = b.site(node);
  return b.inBlock(() => {
    const made: Statement[] = [];
    const { init } = node;
    if (init?.type === "VariableDeclaration") {
      if (b.module.refused.has(init)) throw new Reported();
      made.push(...init.declarations.flatMap((_, index) => variable(b, init, index)));
    } else if (init) made.push(...effect(b, init));
    forgetLoop(b, { type: node.type, test: node.test, body: node.body, update: node.update });
    const test = node.test ? condition(b, node.test) : null;
    const out: Flow[] = test ? [test.whenFalse] : [];
    if (test) b.flow = test.whenTrue;
    const { body, update } = inExit(b, "loop", label, (exit) => {
      const inner = block(b, node.body);
      b.flow = joinAll([b.flow, ...exit.continues]);
      out.push(...exit.breaks);
      const reachable = b.flow.reachable;
      b.flow.reachable = true;
      const [step] = node.update ? effect(b, node.update) : [];
      b.flow.reachable = reachable;
      return { body: inner, update: step?.kind === "expression" ? step.expression : null };
    });
    b.flow = joinAll(out);
    made.push({
      kind: "loop",
      label,
      test: test ? endless(test.expression) : null,
      testFirst: true,
      body,
      update,
      site,
    });
    return made.length > 1 ? [{ kind: "block", body: made, site }] : made;
  });
}

export function forOf(
  b: Body,
  node: Extract<StatementNode, { type: "ForOfStatement" }>,
  label: string | null,
): Statement {
  const site = b.site(node);
  const { left } = node;
  if (left.type !== "VariableDeclaration" || b.module.refused.has(left))
    throw left.type === "VariableDeclaration"
      ? new Reported()
      : mistake(left, "for … of declares its variable", "for (const x of …)");
  const [{ id }] = left.declarations;
  if (id.type !== "Identifier") throw new Reported();
  const over = value(b, node.right);
  const of =
    over.type.kind === "slice"
      ? over.type.text
        ? u8
        : over.type.of
      : over.type.kind === "array"
        ? over.type.of
        : null;
  if (!of)
    throw mistake(
      node.right,
      `${typeName(over.type)} has no elements to go through`,
      "an array, a Slice<T>, a View<T> or a text",
    );
  if (over.type.kind === "array" && over.kind !== "read")
    throw mistake(node.right, "the elements of a value without a name", "const a = …");
  const type: Type = of.kind === "volatile" ? of.of : of;
  if (isStorage(type))
    throw mistake(
      node.right,
      `the elements are storage (${typeName(type)}): they are not copied`,
      `for (let i: usize = 0; i < ${b.text(node.right)}.length; i++) … ref(${b.text(node.right)}[i])`,
    );
  forgetLoop(b, node);
  const before = b.flow.clone();
  return b.inBlock(() => {
    const local = b.newLocal(id.name, type, id, left.kind === "let");
    b.declare(id.name, { kind: "local", local, owner: b }, id);
    const body = inExit(b, "loop", label, (exit) => {
      const made = block(b, node.body);
      b.flow = joinAll([before, b.flow, ...exit.breaks, ...exit.continues]);
      return made;
    });
    return { kind: "forOf", label, local, over, body, site } as Statement;
  });
}

export function labeled(b: Body, node: Extract<StatementNode, { type: "LabeledStatement" }>): Statement[] {
  const { body } = node;
  const label = node.label.name;
  switch (body.type) {
    case "WhileStatement":
    case "DoWhileStatement":
      return [whileLoop(b, body, label)];
    case "ForStatement":
      return forLoop(b, body, label);
    case "ForOfStatement":
      return [forOf(b, body, label)];
    default:
      throw mistake(node, "a label names a loop", null);
  }
}

export function jump(
  b: Body,
  node: Extract<StatementNode, { type: "BreakStatement" | "ContinueStatement" }>,
): Statement {
  const label = node.label?.name ?? null;
  const isBreak = node.type === "BreakStatement";
  const exit = [...b.exits]
    .reverse()
    .find((candidate) => (label === null ? isBreak || candidate.kind === "loop" : candidate.label === label));
  if (!exit)
    throw mistake(
      node,
      label === null ? `${isBreak ? "break" : "continue"} outside of a loop` : `there is no loop ${label} around this`,
      b.deferred ? "what is deferred cannot leave the block around it" : null,
    );
  (isBreak ? exit.breaks : exit.continues).push(b.flow.clone());
  b.flow.reachable = false;
  return { kind: isBreak ? "break" : "continue", label, site: b.site(node) };
}
