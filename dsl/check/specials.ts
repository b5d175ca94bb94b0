/**
 * The functions of the prelude that the checker understands by name, because their types say less than they mean: casts,
 * addresses, sizes, results, compile-time evaluation. Everything else in the prelude is an intrinsic with its declared
 * signature.
 */
import type { Expression as ExpressionNode, Node, TSType } from "oxc-parser";
import type { Body } from "./body.ts";
import { type CallNode, checkArguments } from "./calls.ts";
import { closure } from "./closures.ts";
import { coerce, constant, ruleOf } from "./coerce.ts";
import { condition } from "./conditions.ts";
import { check, expression, value } from "./expressions.ts";
import { bool, errorType, literal, scalarNames, typeName, u8, u16, u64, voidType, wrap } from "./intern.ts";
import { evaluate } from "./interpret.ts";
import { storageOf } from "./layout.ts";
import { errnoType, intrinsic } from "./members.ts";
import { index, untyped, untypedConstant } from "./operators.ts";
import { constantRoot, fieldOf, placeOf, readPlace } from "./places.ts";
import { address } from "./reference.ts";
import { mistake, resolveType } from "./resolve.ts";
import { systemCall } from "./syscall.ts";
import type { Expression } from "./tree.ts";
import type { FloatType, IntegerType, Type } from "./types.ts";

export interface Special {
  readonly b: Body;
  readonly node: CallNode;
  readonly name: string;
  readonly arguments: ExpressionNode[];
  readonly expected: Type | null;
}

type Specials = { readonly [name: string]: (call: Special) => Expression };

function expectArguments({ node, name, arguments: given }: Special, least: number, most = least): void {
  if (given.length >= least && given.length <= most) return;
  throw mistake(
    node,
    `${name} takes ${least === most ? least : `${least} or ${most}`} argument${most === 1 ? "" : "s"}, not ${given.length}`,
    null,
  );
}

/** The one type argument; `inferred` stands in when it is not given. */
function typeArgument(call: Special, inferred: Type | null = null): Type {
  const { b, node, name } = call;
  const [given] = (node.typeArguments?.params ?? []) as TSType[];
  if (given) return resolveType(b, given);
  if (inferred) return inferred;
  throw mistake(node, `the type of ${name} is not known here`, `${name}<T>(…)`);
}

const convert = (b: Body, node: Node, operand: Expression, type: Type): Expression => ({
  kind: "convert",
  operand,
  type,
  site: b.site(node),
});

/** u32(x): constants are computed exactly and cut. */
function cast(target: IntegerType | FloatType) {
  return (call: Special): Expression => {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    const exact = untypedConstant(b, given[0]);
    if (exact?.kind === "constant" && exact.value.kind === "integer") {
      const { value: number } = exact.value;
      if (target.kind === "integer") return constant(b, node, target, wrap(target, number));
      return {
        kind: "constant",
        type: target,
        site: b.site(node),
        value: { kind: "float", value: target.bits === 32 ? Math.fround(Number(number)) : Number(number) },
      };
    }
    const operand = expression(b, given[0], target);
    const { type } = operand;
    if (type.kind === "integer" || type.kind === "float" || (type.kind === "bool" && target.kind === "integer"))
      return convert(b, node, operand, target);
    throw mistake(
      given[0],
      `${typeName(target)}() casts numbers, this is ${typeName(type)}`,
      castHint(b, given[0], type),
      ruleOf(type),
    );
  };
}

function castHint(b: Body, node: Node, type: Type): string | null {
  const text = b.text(node);
  switch (type.kind) {
    case "pointer":
      return `addr(${text})`;
    case "result":
      return `orReturn(${text}) first`;
    case "error":
      return `${text}.code`;
    case "bigEndian":
      return `${text}.get()`;
    case "atomic":
      return `${text}.load()`;
    case "user":
      return "an address in a user program is no number here";
    default:
      return null;
  }
}

function fieldArgument(call: Special, type: Type, node: ExpressionNode): { name: string; offset: number; type: Type } {
  const { b } = call;
  if (type.kind !== "class") throw mistake(call.node, `${typeName(type)} has no fields`, null);
  if (node.type !== "Literal" || typeof node.value !== "string")
    throw mistake(node, "the name of a field is expected", `"${type.fields[0]?.name ?? "name"}"`);
  const field = fieldOf(b, type, node.value, node);
  if (!field) throw mistake(node, `${type.name} has no field ${node.value}`, null);
  if (field.bit) throw mistake(node, `${field.name} is a bit field: it has no offset`, null);
  return field;
}

function result(
  b: Body,
  node: ExpressionNode,
  expected: Type | null,
): Expression & { readonly type: Extract<Type, { kind: "result" }> } {
  const made = expression(b, node, expected);
  if (made.type.kind !== "result") {
    const looked = made.type === errorType ? "it is known to be an error here" : "it is known to be no error here";
    throw mistake(
      node,
      `${b.text(node)} is ${typeName(made.type)}, not a result`,
      node.type === "Identifier" ? looked : null,
    );
  }
  return made as Expression & { readonly type: Extract<Type, { kind: "result" }> };
}

const only =
  (where: string) =>
  (call: Special): Expression => {
    throw mistake(call.node, `${call.name} stands ${where} only`, null);
  };

const casts: Specials = Object.fromEntries([...scalarNames].map(([name, type]) => [name, cast(type)]));

export const specials: Specials = {
  ...casts,

  unit(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given, expected } = call;
    const target = typeArgument(call, expected?.kind === "integer" ? expected : null);
    if (target.kind !== "integer") throw mistake(node, `a unit or enum is expected, this is ${typeName(target)}`, null);
    if (untyped(b, given[0])) {
      const exact = untypedConstant(b, given[0]);
      const plain: IntegerType = { ...target, enumeration: null };
      if (exact) return { ...coerce(b, exact, plain, given[0]), type: target } as Expression;
    }
    const operand = value(b, given[0]);
    const { type } = operand;
    if (type.kind !== "integer")
      throw mistake(given[0], `unit() re-labels integers, this is ${typeName(type)}`, castHint(b, given[0], type));
    if (type.bits !== target.bits || (type.signed !== target.signed && !target.enumeration)) {
      throw mistake(
        given[0],
        `${typeName(target)} has ${target.bits} bits, this is ${typeName(type)}`,
        `u${target.bits}(…) first`,
      );
    }
    return convert(b, node, operand, target);
  },

  ref(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    const place = placeOf(b, given[0]);
    if (!place)
      throw mistake(
        given[0],
        `${b.text(given[0])} has no address: it is not a place`,
        "a variable, a field, or an element",
      );
    return { ...address(b, place, given[0]), site: b.site(node) } as Expression;
  },

  addr(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    const operand = expression(b, given[0], null);
    if (operand.type.kind === "slice") return intrinsic(b, node, "addr", u64, [], [operand]);
    if (operand.type.kind !== "pointer" && operand.type.kind !== "function")
      throw mistake(
        given[0],
        `addr() takes a pointer, this is ${typeName(operand.type)}`,
        placeOf(b, given[0]) ? `addr(ref(${b.text(given[0])}))` : null,
      );
    return convert(b, node, operand, u64);
  },

  sizeOf(call) {
    expectArguments(call, 0);
    const { b, node } = call;
    return constant(b, node, u64, BigInt(storageOf(b.checker, typeArgument(call), node).bytes));
  },

  alignOf(call) {
    expectArguments(call, 0);
    const { b, node } = call;
    return constant(b, node, u64, BigInt(storageOf(b.checker, typeArgument(call), node).align));
  },

  offsetOf(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    return constant(b, node, u64, BigInt(fieldArgument(call, typeArgument(call), given[0]).offset));
  },

  containerOf(call) {
    expectArguments(call, 2);
    const { b, node, arguments: given, expected } = call;
    const target = typeArgument(call, expected?.kind === "pointer" ? expected.to : null);
    const inner = value(b, given[0]);
    const field = fieldArgument(call, target, given[1]);
    if (inner.type.kind !== "pointer" || inner.type.nullable || inner.type.to !== field.type) {
      throw mistake(
        given[0],
        `a pointer to the field ${field.name} (${typeName(field.type)}) is expected, this is ${typeName(inner.type)}`,
        null,
      );
    }
    const offset = constant(b, node, u64, BigInt(field.offset));
    const from: Expression = {
      kind: "binary",
      operator: "-",
      left: convert(b, node, inner, u64),
      right: offset,
      type: u64,
      site: b.site(node),
    };
    return convert(b, node, from, b.checker.types.pointer(target));
  },

  constant(call) {
    expectArguments(call, 0);
    const { b, node } = call;
    const type = typeArgument(call);
    if (type.kind !== "number")
      throw mistake(node, `a const type parameter is expected, this is ${typeName(type)}`, "N extends number");
    return constant(b, node, literal, type.value);
  },

  zeroed(call) {
    expectArguments(call, 0);
    const { b, node, expected } = call;
    const type = typeArgument(call, expected);
    storageOf(b.checker, type, node);
    const never = type.kind === "void" || type.kind === "number";
    if (never || (type.kind === "pointer" && !type.nullable) || (type.kind === "function" && !type.nullable)) {
      throw mistake(
        node,
        `${typeName(type)} cannot be zero`,
        type.kind === "pointer" ? `${typeName(type)} | null` : null,
      );
    }
    return { kind: "constant", type, site: b.site(node), value: { kind: "zero" } };
  },

  slice(call) {
    expectArguments(call, 1, 2);
    const { b, node, arguments: given } = call;
    const site = b.site(node);
    const place = placeOf(b, given[0]);
    if (place?.type.kind === "array") {
      const { of, length } = place.type;
      const type = b.checker.types.slice(of, constantRoot(place) !== null);
      const whole = constant(b, node, u64, BigInt(length));
      if (length > 0) address(b, place, given[0]);
      const pointer: Expression = {
        kind: "reference",
        place: { kind: "element", of: place, index: constant(b, node, u64, 0n), checked: false, type: of, site },
        type: b.checker.types.pointer(of),
        site,
      };
      const all: Expression = { kind: "makeSlice", pointer, length: whole, type, site };
      return given.length === 1
        ? all
        : { kind: "subSlice", of: all, from: constant(b, node, u64, 0n), to: index(b, given[1]), type, site };
    }
    const pointer = place ? readPlace(b, place, given[0]) : value(b, given[0]);
    if (pointer.type.kind !== "pointer" || pointer.type.nullable)
      throw mistake(given[0], `slice() takes an array or a pointer, this is ${typeName(pointer.type)}`, null);
    if (given.length === 1) throw mistake(node, "a slice of what follows a pointer needs a length", "slice(p, n)");
    return {
      kind: "makeSlice",
      pointer,
      length: index(b, given[1]),
      type: b.checker.types.slice(pointer.type.to, false),
      site,
    };
  },

  bytes(call) {
    const { b, node } = call;
    const [operand] = checkArguments(b, node, "bytes", [b.checker.types.text], new Map(), []);
    return convert(b, node, operand, b.checker.types.slice(u8, true));
  },

  text(call) {
    const { b, node } = call;
    const [operand] = checkArguments(b, node, "text", [b.checker.types.slice(u8, true)], new Map(), []);
    return convert(b, node, operand, b.checker.types.text);
  },

  byte(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    const [inner] = given;
    const code =
      inner.type === "Literal" && typeof inner.value === "string" && inner.value.length === 1
        ? inner.value.charCodeAt(0)
        : 128;
    if (code > 127) throw mistake(inner, "one ASCII character is expected", 'byte("A")');
    return constant(b, node, u8, BigInt(code));
  },

  comptime(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given, expected } = call;
    const [body] = given;
    if (body.type !== "ArrowFunctionExpression" || body.params.length > 0)
      throw mistake(body, "comptime takes a closure without parameters", "comptime(() => …)");
    const wanted = node.typeArguments ? typeArgument(call) : expected;
    const open = wanted === null;
    const made = closure(b, body, open ? null : b.checker.types.function([], wanted), open);
    if (made.kind !== "constant" || made.value.kind !== "function" || made.type.kind !== "function") {
      throw mistake(body, "what is evaluated while compiling cannot use variables of the running program", null);
    }
    const fn = made.value.function;
    const type = fn.result;
    return {
      kind: "constant",
      type,
      site: b.site(node),
      value: evaluate(b.checker, { kind: "call", callee: fn, arguments: [], type, site: b.site(node) }, b.module, node),
    };
  },

  err(call) {
    const { b, node } = call;
    const [code] = checkArguments(b, node, "err", [errnoType(b)], new Map(), []);
    return convert(b, node, code, errorType);
  },

  isErr(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given } = call;
    return { kind: "isError", operand: result(b, given[0], null), type: bool, site: b.site(node) };
  },

  orReturn(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given, expected } = call;
    if (b.deferred) throw mistake(node, "orReturn inside defer: the function is being left already", "isErr(…)");
    const operand = result(
      b,
      given[0],
      expected && expected.kind !== "result" ? b.checker.types.result(expected) : expected,
    );
    if (b.result === null && b.outer)
      throw mistake(node, "the closure's result is not known yet", "give it a result type: (): Res<T> => …");
    if (b.result?.kind !== "result") {
      throw mistake(
        node,
        "orReturn hands an error on: the function around it must return a result",
        `: Res<${b.result ? typeName(b.result) : "void"}>, or isErr(…)`,
      );
    }
    return { kind: "orReturn", operand, type: operand.type.of, site: b.site(node) };
  },

  ignore(call) {
    expectArguments(call, 2);
    const { b, node, arguments: given } = call;
    const operand = result(b, given[0], null);
    if (given[1].type !== "Literal" || typeof given[1].value !== "string")
      throw mistake(given[1], "the reason is a text", 'ignore(r, "the device is gone anyway")');
    return intrinsic(b, node, "ignore", voidType, [], [operand]);
  },

  assert(call) {
    expectArguments(call, 1, 2);
    const { b, node, arguments: given } = call;
    const made = condition(b, given[0]);
    b.flow = made.whenTrue;
    const why = given[1] ? check(b, given[1], b.checker.types.text) : null;
    return intrinsic(b, node, "assert", voidType, [], why ? [made.expression, why] : [made.expression]);
  },

  "unsafe.ptr"(call) {
    const { b, node, expected } = call;
    const to = typeArgument(call, expected?.kind === "pointer" ? expected.to : null);
    const [address] = checkArguments(b, node, call.name, [u64], new Map(), []);
    return convert(b, node, address, b.checker.types.pointer(to));
  },

  "unsafe.cast"(call) {
    expectArguments(call, 1);
    const { b, node, arguments: given, expected } = call;
    const target = typeArgument(call, expected);
    const operand = value(b, given[0]);
    if (target.kind !== "pointer" || operand.type.kind !== "pointer")
      throw mistake(node, "unsafe.cast makes one pointer type of another", "unsafe.cast<Ptr<T>>(p)");
    if (operand.type.nullable && !target.nullable)
      throw mistake(given[0], `${b.text(given[0])} may be null`, `if (${b.text(given[0])} !== null) …`);
    return convert(b, node, operand, target);
  },

  "unsafe.user"(call) {
    const { b, node, expected } = call;
    const to = typeArgument(call, expected?.kind === "user" ? expected.to : null);
    const [address] = checkArguments(b, node, call.name, [u64], new Map(), []);
    return convert(b, node, address, b.checker.types.user(to));
  },

  "unsafe.ports"(call) {
    const { b, node } = call;
    const count = typeArgument(call);
    if (count.kind !== "number") throw mistake(node, "the number of ports is expected", "unsafe.ports<8>(base)");
    const [base] = checkArguments(b, node, call.name, [u16], new Map(), []);
    return convert(b, node, base, b.checker.types.ports(Number(count.value)));
  },

  "unsafe.code"(call) {
    const { b, node, expected } = call;
    const type = typeArgument(call, expected);
    if (type.kind !== "function" || type.captures)
      throw mistake(node, `a function type is expected, this is ${typeName(type)}`, null);
    const [address] = checkArguments(b, node, call.name, [u64], new Map(), []);
    return convert(b, node, address, type);
  },

  late: only("as the initial value of a module's let"),
  perCpu: only("as the initial value of a module's const"),
  claimPorts: only("as the initial value of a module's const"),
  claimRegisters: only("as the initial value of a module's const"),
  interrupt: only("as the initial value of a module's const"),
  interruptDefault: only("as the initial value of a module's const"),
  trap: only("as the initial value of a module's const"),
  syscallEntry: only("as the initial value of a module's const"),

  syscall(call) {
    const { b, node } = call;
    if (b.function) throw mistake(node, "syscall stands in the initial value of a module's constant", null);
    const fn = systemCall(b, node);
    const type = b.checker.types.function(
      fn.parameters.map((parameter) => parameter.type),
      fn.result,
      { effects: { sleeps: true, allocates: true } },
    );
    return { kind: "constant", type, site: b.site(node), value: { kind: "function", function: fn } };
  },

  defer: only("in using _ = defer(() => …)"),
  attr: only("as the first statement of a function"),
  stack: only("in attr(…)"),
  section: only("in attr(…)"),
  symbol: only("in attr(…)"),
  bounded: only("in attr(…)"),
  hex: only("in a format string"),
  format: only("in format(buffer)`…`"),
  klog: only("in klog`…`"),
  print: only("in print`…`"),
};
