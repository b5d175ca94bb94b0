/**
 * Closures: arrow functions. One that uses nothing of its surroundings is a plain function; one that does takes the locals
 * it uses by address, and may be called and passed down, but not outlive its maker (coerce.ts refuses that).
 */
import type { Expression as ExpressionNode, Statement as StatementNode } from "oxc-parser";
import { Body } from "./body.ts";
import { coerce } from "./coerce.ts";
import { check, expression } from "./expressions.ts";
import { noContracts, parametersOf } from "./instances.ts";
import { typeName, u64, voidType } from "./intern.ts";
import { asParameter, mistake, resolveType, valueType } from "./resolve.ts";
import { effect, functionBody } from "./statements.ts";
import type { Block, Expression, Local, TypedFunction } from "./tree.ts";
import type { Type } from "./types.ts";

type ArrowNode = Extract<ExpressionNode, { type: "ArrowFunctionExpression" }>;

/** `open`: the result of `expected` is not known yet; the closure's own counts. */
export function closure(b: Body, node: ArrowNode, expected: Type | null, open = false): Expression {
  const wanted = expected?.kind === "function" ? expected : null;
  const { checker, module } = b;
  const { types } = checker;
  if (node.typeParameters)
    throw mistake(node.typeParameters, "a closure has no type parameters", "a function at the top of the module");
  const written = parametersOf(node, module.refused);
  if (wanted && written.length > wanted.parameters.length) {
    throw mistake(node, `${typeName(wanted)} expected, this takes ${written.length} parameters`, null);
  }
  const parameters: Local[] = written.map((parameter, index) => {
    if (parameter.fallback) throw mistake(parameter.fallback, "a closure's parameter has no default", null);
    const type = parameter.type ? valueType(b, parameter.type, true) : wanted?.parameters[index];
    if (!type)
      throw mistake(parameter.node, `the parameter ${parameter.name} has no type`, `(${parameter.name}: u32) => …`);
    return b.newLocal(parameter.name, type, parameter.node, true);
  });
  for (const type of wanted?.parameters.slice(written.length) ?? [])
    parameters.push(b.newLocal("_", type, node, false));
  const declared = node.returnType ? resolveType(b, node.returnType.typeAnnotation) : null;
  const result = declared ?? (wanted && !open ? wanted.result : null);
  const fn: TypedFunction = {
    name: nextName(b),
    site: b.site(node),
    module: module.name,
    parameters,
    captures: [],
    result: result ?? voidType,
    body: null,
    contracts: noContracts,
    inferred: null,
    exported: false,
  };
  const inner = new Body({
    checker,
    module,
    arguments: b.arguments,
    function: fn,
    thisClass: b.thisClass,
    outer: b,
    result,
    isConstructor: false,
    node: null,
  });
  for (const [index, { name, node: at }] of written.entries())
    inner.declare(name, { kind: "local", local: parameters[index], owner: inner }, at);
  fn.body =
    node.body.type === "BlockStatement"
      ? functionBody(inner, node.body.body as StatementNode[], node, [])
      : single(inner, node.body as ExpressionNode);
  fn.result = inner.result ?? voidType;
  (fn.captures as Local[]).push(...inner.captures);
  checker.functions.push(fn);
  const captures = inner.captures.length > 0;
  const type = types.function(
    parameters.map((parameter) => parameter.type),
    fn.result,
    { effects: wanted?.effects, captures },
  );
  if (captures)
    return {
      kind: "closure",
      function: fn,
      captured: inner.captures,
      type: asParameter(checker, type),
      site: b.site(node),
    };
  return { kind: "constant", type, site: b.site(node), value: { kind: "function", function: fn } };
}

/** `(x) => x + 1`: its value is the result. */
function single(b: Body, node: ExpressionNode): Block {
  const site = b.site(node);
  if (b.result === voidType) return effect(b, node);
  const made = b.result ? check(b, node, b.result) : expression(b, node, null);
  const value = made.type.kind === "literal" ? coerce(b, made, u64, node) : made;
  b.result ??= value.type;
  if (value.type === voidType) return [{ kind: "expression", expression: value, site }];
  return [{ kind: "return", value, site }];
}

/** Closures are numbered within the function they stand in; the first of a global is called like the global. */
function nextName(b: Body): string {
  const base = b.function?.name ?? `${b.module.name}.${b.title}`;
  const count = (b.checker.closureCounts.get(base) ?? 0) + 1;
  b.checker.closureCounts.set(base, count);
  return b.function === null && count === 1 ? base : `${base}$${count}`;
}
