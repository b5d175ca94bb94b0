/**
 * System calls: `syscall(f)` makes the entry that the dispatcher's table holds, a function of six words that narrows them to
 * f's parameters and turns its result into one word: the value, or the negated error code.
 */
import type { Expression as ExpressionNode } from "oxc-parser";
import type { Body } from "./body.ts";
import type { CallNode } from "./calls.ts";
import { value } from "./expressions.ts";
import { noContracts } from "./instances.ts";
import { bool, errorType, i64, typeName, u64 } from "./intern.ts";
import { errnoType } from "./members.ts";
import { mistake } from "./resolve.ts";
import type { Block, Expression, Local, Place, TypedFunction } from "./tree.ts";

const names = ["a", "b", "c", "d", "e", "f"];

export function systemCall(b: Body, node: CallNode): TypedFunction {
  const argument = node.arguments[0] as ExpressionNode | undefined;
  if (node.arguments.length !== 1 || !argument) throw mistake(node, "syscall takes 1 argument", "syscall(sysWrite)");
  const made = value(b, argument);
  if (made.kind !== "constant" || made.value.kind !== "function")
    throw mistake(argument, "a function of the module is expected", null);
  const target = made.value.function;
  const { checker } = b;
  const known = checker.syscalls.get(target);
  if (known) return known;
  if (target.parameters.length > names.length)
    throw mistake(argument, `a system call has at most ${names.length} arguments`, null);
  for (const { name, type } of target.parameters) {
    if (type.kind !== "integer" && type.kind !== "user" && type.kind !== "bool")
      throw mistake(argument, `${name} is ${typeName(type)}: a word is an integer, a boolean or a User<T>`, null);
  }
  const { result } = target;
  const site = b.site(node);
  const of = result.kind === "result" ? result.of : result;
  if (of.kind !== "void" && of.kind !== "integer" && of.kind !== "never")
    throw mistake(argument, `the result is ${typeName(result)}: it must be an integer or nothing`, "Res<usize>");
  const parameters: Local[] = names.map((name) => ({
    name,
    type: u64,
    site,
    mutable: false,
    addressed: false,
    captured: false,
  }));
  const word = (local: Local): Expression => ({
    kind: "read",
    place: { kind: "localPlace", local, type: local.type, site },
    type: local.type,
    site,
  });
  const zero: Expression = { kind: "constant", value: { kind: "integer", value: 0n }, type: i64, site };
  const given = target.parameters.map(({ type }, index): Expression => {
    if (type.kind !== "bool") return { kind: "convert", operand: word(parameters[index]), type, site };
    return {
      kind: "compare",
      operator: "!==",
      left: word(parameters[index]),
      right: { ...zero, type: u64 } as Expression,
      type,
      site,
    };
  });
  const call: Expression = { kind: "call", callee: target, arguments: given, type: result, site };
  const asWord = (operand: Expression): Expression => ({ kind: "convert", operand, type: i64, site });
  let body: Block;
  if (result.kind !== "result") {
    body =
      of.kind === "integer"
        ? [{ kind: "return", value: asWord(call), site }]
        : [
            { kind: "expression", expression: call, site },
            { kind: "return", value: zero, site },
          ];
  } else {
    const local: Local = { name: "result", type: result, site, mutable: false, addressed: false, captured: false };
    const place: Place = { kind: "localPlace", local, type: result, site };
    const read: Expression = { kind: "read", place, type: result, site };
    const code: Expression = {
      kind: "convert",
      operand: { kind: "errorCode", operand: read, type: errorType, site },
      type: errnoType(b),
      site,
    };
    const negative: Expression = { kind: "unary", operator: "-", operand: asWord(code), type: i64, site };
    const ok: Expression =
      of.kind === "void"
        ? zero
        : asWord({ kind: "read", place: { kind: "okPlace", of: place, type: of, site }, type: of, site });
    body = [
      { kind: "local", local, initial: call, site },
      {
        kind: "if",
        condition: { kind: "isError", operand: read, type: bool, site },
        then: [{ kind: "return", value: negative, site }],
        otherwise: null,
        site,
      },
      { kind: "return", value: ok, site },
    ];
  }
  const fn: TypedFunction = {
    name: `${target.name}$syscall`,
    site,
    module: b.module.name,
    parameters,
    captures: [],
    result: i64,
    body,
    contracts: noContracts,
    inferred: null,
    exported: false,
  };
  checker.syscalls.set(target, fn);
  checker.functions.push(fn);
  checker.roots.push({ kind: "syscall", function: fn, vector: null, site });
  return fn;
}
