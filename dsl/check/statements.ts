/**
 * Statements: blocks, loops, switch, using and defer, and the contracts at the start of a body. Every statement is
 * checked on its own: a mistake in one does not keep the next from being looked at.
 */
import type {
  Expression as ExpressionNode,
  Node,
  ParamPattern,
  Statement as StatementNode,
  VariableDeclaration,
} from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body, Exit } from "./body.ts";
import { coerce, maskLiteral } from "./coerce.ts";
import { condition, select, taggedSubject } from "./conditions.ts";
import { contracts, isContract } from "./contracts.ts";
import { check, checkStored, expression, value } from "./expressions.ts";
import { type Flow, join, joinAll } from "./flow.ts";
import { methodOf } from "./instances.ts";
import { isStorage, never, typeName, u8, u64, voidType } from "./intern.ts";
import { storageOf } from "./layout.ts";
import { forgetLoop } from "./loops.ts";
import { untyped, untypedConstant } from "./operators.ts";
import { mistake, tagOf, valueType } from "./resolve.ts";
import type { Block, Expression, Local, Place, Statement } from "./tree.ts";
import type { Type } from "./types.ts";

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

const block = (b: Body, node: StatementNode): Statement[] =>
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
    );
  }
  if (!hasEffect(made)) throw mistake(node, `${b.text(node)} has no effect`, null);
  return [{ kind: "expression", expression: made, site: made.site }];
}

function hasEffect(made: Expression): boolean {
  return ["assign", "update", "call", "callValue", "orReturn", "intrinsic"].includes(made.kind);
}

function variable(b: Body, node: VariableDeclaration, index: number): Statement[] {
  const declarator = node.declarations[index];
  if (b.module.refused.has(declarator) || b.module.refused.has(declarator.id)) throw new Reported();
  const { id, init } = declarator;
  if (id.type !== "Identifier") throw new Reported();
  if (node.kind === "using") return using(b, id.name, id, init);
  const { name } = id;
  const site = b.site(id);
  const declared = id.typeAnnotation ? valueType(b, id.typeAnnotation.typeAnnotation) : null;
  const mutable = node.kind === "let";
  if (!init) {
    if (!mutable) throw mistake(id, `the const ${name} has no value`, null);
    if (!declared) throw mistake(id, `the variable ${name} has neither type nor value`, `let ${name}: u32`);
    if (isStorage(declared))
      throw mistake(id, `${name} is storage without content`, `let ${name} = zeroed<${typeName(declared)}>()`);
    const local = b.newLocal(name, declared, id, true);
    b.declare(name, { kind: "local", local, owner: b }, id);
    b.flow.unassigned.add(local);
    return [{ kind: "local", local, initial: null, site }];
  }
  if (!declared && !mutable && init.type !== "MemberExpression") {
    const exact = untypedConstant(b, init);
    if (exact?.kind === "constant" && exact.value.kind === "integer") {
      b.declare(name, { kind: "constant", value: exact.value.value, mask: exact.type === maskLiteral }, id);
      return [];
    }
  }
  const initial = declared ? checkStored(b, init, declared) : value(b, init);
  const type = declared ?? initial.type;
  if (!declared && (type.kind === "null" || type.kind === "void"))
    throw mistake(init, `the type of ${name} is not known`, `let ${name}: Ptr<T> | null = null`);
  if (isStorage(type) && type.kind !== "result") storageOf(b.checker, type, id);
  if (!declared && isStorage(type)) coerce(b, initial, type, init);
  if (type.kind === "function" && type.captures && mutable)
    throw mistake(init, "a closure that uses variables around it is kept in a const", `const ${name} = …`);
  const local = b.newLocal(name, type, id, mutable);
  b.declare(name, { kind: "local", local, owner: b }, id);
  if (type.kind === "result") b.unlooked.set(local, id);
  const plain = initial.kind === "convert" ? initial.operand.type : initial.type;
  if (type.kind === "pointer" && type.nullable && plain.kind === "pointer" && !plain.nullable)
    b.flow.know(String(b.number(local)), plain);
  return [{ kind: "local", local, initial, site }];
}

/** `using g = …` and `using _ = defer(() => …)`. */
function using(b: Body, name: string, id: Node, init: ExpressionNode | null): Statement[] {
  const site = b.site(id);
  if (!init) throw mistake(id, `${name} has no value`, null);
  if (
    init.type === "CallExpression" &&
    init.callee.type === "Identifier" &&
    init.callee.name === "defer" &&
    b.isBuiltin("defer")
  ) {
    const body = init.arguments[0];
    if (body?.type !== "ArrowFunctionExpression" || body.params.length > 0 || init.arguments.length !== 1) {
      throw mistake(init, "defer takes a closure without parameters", "using _ = defer(() => free(page))");
    }
    if (b.module.refused.has(body)) throw new Reported();
    return [{ kind: "defer", body: deferred(b, body.body as Node), site }];
  }
  const initial = value(b, init);
  const { type } = initial;
  if (type.kind === "result")
    throw mistake(init, `${b.text(init)} may be an error`, `using ${name} = orReturn(${b.text(init)})`);
  if (type.kind !== "class" || !type.disposable)
    throw mistake(init, `${typeName(type)} is not disposed of: it has no [Symbol.dispose]()`, "const");
  coerce(b, initial, type, init);
  const dispose = methodOf(b.checker, type, "[dispose]");
  if (!dispose) throw new Reported();
  const local = b.newLocal(name, type, id, false);
  local.addressed = true;
  b.declare(name, { kind: "local", local, owner: b }, id);
  return [{ kind: "using", local, initial, dispose, site }];
}

/** The body runs when the block is left, whatever has happened by then: nothing that can change is known in it. */
function deferred(b: Body, body: Node): Block {
  const before = b.flow;
  const { exits, deferred: outer } = b;
  b.flow = before.clone();
  b.forgetChanging();
  b.exits = [];
  b.deferred = true;
  try {
    const nodes = body.type === "BlockStatement" ? (body.body as StatementNode[]) : null;
    return nodes ? b.inBlock(() => statements(b, nodes)) : effect(b, body as ExpressionNode);
  } finally {
    b.flow = before;
    b.exits = exits;
    b.deferred = outer;
  }
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

function inExit<T>(b: Body, kind: Exit["kind"], label: string | null, check: (exit: Exit) => T): T {
  const exit: Exit = { kind, label, breaks: [], continues: [] };
  b.exits = [...b.exits, exit];
  try {
    return check(exit);
  } finally {
    b.exits = b.exits.slice(0, -1);
  }
}

function whileLoop(
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

function forLoop(b: Body, node: Extract<StatementNode, { type: "ForStatement" }>, label: string | null): Statement[] {
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

function forOf(b: Body, node: Extract<StatementNode, { type: "ForOfStatement" }>, label: string | null): Statement {
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

function labeled(b: Body, node: Extract<StatementNode, { type: "LabeledStatement" }>): Statement[] {
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

function jump(b: Body, node: Extract<StatementNode, { type: "BreakStatement" | "ContinueStatement" }>): Statement {
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

function returnStatement(b: Body, node: Extract<StatementNode, { type: "ReturnStatement" }>): Statement {
  const site = b.site(node);
  if (b.deferred) throw mistake(node, "return inside defer: the function is being left already", null);
  let made: Expression | null = null;
  if (node.argument) made = returned(b, node.argument);
  else if (b.result === null) b.result = voidType;
  else if (b.result.kind === "result" && b.result.of === voidType)
    made = { kind: "makeOk", value: null, type: b.result, site };
  else if (b.result !== voidType) throw mistake(node, `${typeName(b.result)} is to be returned`, null);
  b.flow.reachable = false;
  return { kind: "return", value: made, site };
}

/** A returned value; storage in a local of the function moves out. */
function returned(b: Body, node: ExpressionNode): Expression {
  const wanted = b.result;
  if (wanted === never) throw mistake(node, "this function never returns", null);
  if (wanted === voidType)
    throw mistake(
      node,
      "this function returns nothing",
      b.function && !b.outer ? "say what it returns: function f(): u32" : null,
    );
  const made = expression(b, node, wanted?.kind === "result" ? wanted.of : wanted);
  if (made.kind === "reference" && rootIsLocal(made.place))
    throw mistake(
      node,
      `${b.text(node)} dies with the function`,
      "storage that lives longer: a parameter, a global, an allocation",
    );
  if (made.kind === "makeSlice" && made.pointer.kind === "reference" && rootIsLocal(made.pointer.place))
    throw mistake(node, `${b.text(node)} is of an array that dies with the function`, null);
  const type = made.type.kind === "literal" ? u64 : made.type;
  if (!wanted) {
    b.result = type;
    return made.type.kind === "literal" ? coerce(b, made, u64, node) : made;
  }
  const ok = wanted.kind === "result" ? wanted.of : wanted;
  const local = made.kind === "read" && made.place.kind === "localPlace" && !made.place.local.captured;
  if (
    local &&
    made.type === ok &&
    isStorage(ok) &&
    !b.function?.parameters.includes((made.place as { local: Local }).local)
  ) {
    return wanted === ok ? made : { kind: "makeOk", value: made, type: wanted, site: made.site };
  }
  if (made.type.kind === "result" && wanted.kind === "result" && made.type !== wanted) {
    throw mistake(node, `${typeName(wanted)} expected, this is ${typeName(made.type)}`, `orReturn(${b.text(node)})`);
  }
  if (made.type === voidType && wanted.kind === "result" && ok === voidType)
    throw mistake(node, `${b.text(node)} has no value`, "return; after it");
  return coerce(b, made, wanted, node);
}

function rootIsLocal(place: Place): boolean {
  if (place.kind === "localPlace") return true;
  return place.kind === "field" || place.kind === "element" || place.kind === "variant" || place.kind === "okPlace"
    ? rootIsLocal(place.of)
    : false;
}

/** switch over integers, enums, symbols and tags; over the latter three every value must have its case. */
function switchStatement(b: Body, node: Extract<StatementNode, { type: "SwitchStatement" }>): Statement {
  const subject = value(b, node.discriminant);
  const { type } = subject;
  if (type.kind !== "integer" && type.kind !== "symbol") {
    throw mistake(
      node.discriminant,
      `switch is over integers, enums and tags, this is ${typeName(type)}`,
      type.kind === "bool" ? "if" : "if … else if …",
    );
  }
  const union = type.kind === "symbol" ? taggedSubject(b, node.discriminant) : null;
  const start = b.flow;
  const seen = new Set<bigint>();
  const cases: { values: bigint[]; body: Block }[] = [];
  let otherwise: Block | null = null;
  const out: Flow[] = [];
  inExit(b, "switch", null, (exit) => {
    let pending: { values: bigint[]; texts: string[]; isDefault: boolean } = {
      values: [],
      texts: [],
      isDefault: false,
    };
    for (const [index, clause] of node.cases.entries()) {
      if (clause.test) {
        const test = b.checker.attempt(b.module, clause.test, () => caseValue(b, clause.test!, type));
        if (test !== null) {
          if (seen.has(test)) b.checker.report(b.module, clause.test, `the case ${b.text(clause.test)} appears twice`);
          seen.add(test);
          pending.values.push(test);
          if (clause.test.type === "Literal" && typeof clause.test.value === "string")
            pending.texts.push(clause.test.value);
        }
      } else pending.isDefault = true;
      const last = index === node.cases.length - 1;
      if (clause.consequent.length === 0 && !last) continue;
      b.flow = start.clone();
      if (union)
        narrow(
          b,
          union,
          pending,
          node.cases.flatMap((other) =>
            other.test?.type === "Literal" && typeof other.test.value === "string" ? [other.test.value] : [],
          ),
        );
      const body = b.inBlock(() => statements(b, clause.consequent));
      if (b.flow.reachable) {
        if (!last)
          b.checker.report(
            b.module,
            clause.test ?? clause,
            "a case must end: there is no falling through",
            "break, return or continue",
          );
        out.push(b.flow);
      }
      const trimmed =
        body.at(-1)?.kind === "break" && (body.at(-1) as { label: string | null }).label === null
          ? body.slice(0, -1)
          : body;
      if (pending.isDefault) otherwise = trimmed;
      else cases.push({ values: pending.values, body: trimmed });
      if (pending.isDefault && pending.values.length > 0) cases.push({ values: pending.values, body: trimmed });
      pending = { values: [], texts: [], isDefault: false };
    }
    out.push(...exit.breaks);
  });
  const missing = otherwise === null ? unnamed(b, type, seen, union) : [];
  if (missing.length > 0)
    throw mistake(
      node.discriminant,
      `no case for ${missing.slice(0, 4).join(", ")}${missing.length > 4 ? ` and ${missing.length - 4} more` : ""}`,
      "a case for each, or default",
    );
  const exhaustive = otherwise === null && (type.kind === "symbol" || type.enumeration !== null);
  if (otherwise === null && !exhaustive) out.push(start.clone());
  b.flow = joinAll(out);
  return { kind: "switch", value: subject, cases, otherwise, exhaustive, site: b.site(node) };
}

function narrow(
  b: Body,
  union: NonNullable<ReturnType<typeof taggedSubject>>,
  pending: { texts: readonly string[]; isDefault: boolean },
  all: readonly string[],
): void {
  const known = pending.isDefault
    ? select(
        b,
        union.type,
        all.filter((text) => !pending.texts.includes(text)),
        false,
      )
    : select(b, union.type, pending.texts, true);
  if (known) b.flow.know(union.path, known);
}

function caseValue(b: Body, node: ExpressionNode, type: Type): bigint {
  const made =
    untyped(b, node) && type.kind === "integer" && !type.enumeration
      ? coerce(b, untypedConstant(b, node)!, type, node)
      : check(b, node, type);
  const inner = made.kind === "convert" ? made.operand : made;
  if (inner.kind !== "constant" || inner.value.kind !== "integer")
    throw mistake(node, "a case is a constant", "if (…) …");
  return inner.value.value;
}

/** Values of an enum or symbol without a case. */
function unnamed(b: Body, type: Type, seen: ReadonlySet<bigint>, union: ReturnType<typeof taggedSubject>): string[] {
  if (union)
    return union.type.members.flatMap((member) => {
      const text = tagOf(b.checker, member)?.text ?? "";
      return seen.has(b.checker.symbolNumber(text)) ? [] : [JSON.stringify(text)];
    });
  if (type.kind === "symbol")
    return type.texts.filter((text) => !seen.has(b.checker.symbolNumber(text))).map((text) => JSON.stringify(text));
  if (type.kind !== "integer" || !type.enumeration) return [];
  const { name, members } = type.enumeration;
  return [...members].filter(([, number]) => !seen.has(number)).map(([member]) => `${name}.${member}`);
}
