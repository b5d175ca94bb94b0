/**
 * What stands right of a dot: fields and elements that are read, lengths, and the methods that come with the language's
 * own types (slices, atomics, big-endian storage, ports, one-per-CPU data).
 */
import type { Expression as ExpressionNode, Node } from "oxc-parser";
import { Reported } from "../syntax/diagnostic.ts";
import type { Body } from "./body.ts";
import { callMethod, callValue } from "./calls.ts";
import { nearest } from "./checker.ts";
import { constant } from "./coerce.ts";
import { check } from "./expressions.ts";
import { bool, errorType, typeName, u8, u16, u32, u64, voidType } from "./intern.ts";
import { index } from "./operators.ts";
import { type Base, baseOf, fieldIn, placeOf, readPlace } from "./places.ts";
import { enumeration, mistake } from "./resolve.ts";
import type { Expression, Place } from "./tree.ts";
import type { ClassType, IntegerType, Type } from "./types.ts";

type MemberNode = Extract<ExpressionNode, { type: "MemberExpression" }>;
type CallNode = Extract<ExpressionNode, { type: "CallExpression" }>;

/** Reads `x.name` or `x[i]`. */
export function member(b: Body, node: MemberNode): Expression {
  if (node.computed) return readPlace(b, placeOf(b, node)!, node);
  if (node.property.type !== "Identifier") throw new Reported();
  const name = node.property.name;
  const namespace = namespaceOf(b, node.object);
  if (namespace)
    throw mistake(node, `${namespace}.${name} is called, not handed around`, `(…) => ${namespace}.${name}(…)`);
  const place = placeOf(b, node);
  if (place) return readPlace(b, place, node);
  const base = baseOf(b, node.object);
  const receiver = receiverOf(b, base, node.object);
  const site = b.site(node);
  const { type } = receiver;
  if (name === "length" && type.kind === "slice") return { kind: "length", of: receiver.value!, type: u64, site };
  if (name === "length" && type.kind === "array") return constant(b, node, u64, BigInt(type.length));
  if (name === "code" && type === errorType)
    return { kind: "convert", operand: receiver.value!, type: errnoType(b), site };
  if (name === "my" && type.kind === "perCpu")
    return intrinsic(b, node, "percpu.my", b.checker.types.pointer(type.of), [receiver.place!], []);
  if (type.kind === "class") {
    const methods = b.checker.classes.get(type)?.declaration.methods;
    if (methods?.has(name))
      throw mistake(node, `${name} is a method: it is called, not handed around`, `(…) => ${b.text(node)}(…)`);
    throw noField(type, name, node.property, receiver.place === null ? b.text(node.object) : null);
  }
  throw mistake(node.property, `${typeName(type)} has no member ${name}`, memberHint(type));
}

function noField(type: ClassType, name: string, node: Node, nameless: string | null) {
  if (nameless !== null && type.fields.some((field) => field.name === name))
    return mistake(node, `${nameless} is storage without a name`, "const x = …, then x.field");
  const all = type.fields.map((field) => field.name);
  return mistake(node, `${type.name} has no field ${name}`, nearest(name, all));
}

function memberHint(type: Type): string | null {
  switch (type.kind) {
    case "integer":
    case "float":
    case "bool":
      return "numbers have no methods here: rotateLeft(x, n), countOnes(x) … are functions";
    case "atomic":
      return "load, store, swap, add, sub, or, and, xor, cas";
    case "slice":
      return "length, sub(from, to), [i]";
    case "array":
      return "length, [i]; slice(a) has sub(from, to)";
    case "bigEndian":
      return "get(), set(v)";
    case "error":
      return "code";
    default:
      return null;
  }
}

export function namespaceOf(b: Body, node: ExpressionNode): string | null {
  if (node.type !== "Identifier" || b.find(node.name)) return null;
  return b.checker.lookUp(b.module, node.name)?.kind === "namespace" ? node.name : null;
}

export function errnoType(b: Body): IntegerType {
  const declaration = b.checker.preludeName("Errno");
  if (declaration?.kind !== "enum") throw new Error("the prelude has no Errno");
  return enumeration(b.checker, declaration).type;
}

interface Receiver {
  readonly type: Type;
  /** Storage. */
  readonly place: Place | null;
  /** Slices, ports, errors: values that are read. */
  readonly value: Expression | null;
}

function receiverOf(b: Body, base: Base, node: Node): Receiver {
  if (!base.place) return { type: base.value.type, place: null, value: base.value };
  const { type } = base.place;
  const read = readPlace(b, base.place, node);
  if (read.type === errorType) return { type: errorType, place: null, value: read };
  return { type, place: base.place, value: read };
}

export function intrinsic(
  b: Body,
  node: Node,
  name: string,
  type: Type,
  places: Place[],
  given: Expression[],
): Expression {
  return { kind: "intrinsic", name, places, arguments: given, text: [], type, site: b.site(node) };
}

/** `x.name(…)`. */
export function methodCall(b: Body, node: CallNode, callee: MemberNode, expected: Type | null): Expression {
  if (callee.computed) return callValue(b, node, readPlace(b, placeOf(b, callee)!, callee));
  if (callee.property.type !== "Identifier") throw new Reported();
  const name = callee.property.name;
  const base = baseOf(b, callee.object);
  const receiver = receiverOf(b, base, callee.object);
  const { type } = receiver;
  if (type.kind === "class" || type.kind === "tagged") {
    if (!receiver.place)
      throw mistake(
        callee.object,
        `${b.text(callee.object)} is storage without a name`,
        "const x = …, then x.method()",
      );
    if (type.kind === "class") {
      const called = callMethod(b, node, callee.property, receiver.place, type, name, expected);
      if (called) return called;
    }
    const field = fieldIn(b, receiver.place, name, callee.property);
    if (field) return callValue(b, node, readPlace(b, field, callee));
    if (type.kind === "class") throw noMethod(b, type, name, callee.property);
  }
  const methods = builtinMethods(type);
  const method = methods && Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!method) throw mistake(callee.property, `${typeName(type)} has no method ${name}`, memberHint(type));
  return method({ b, node, name, receiver, arguments: node.arguments as ExpressionNode[] });
}

function noMethod(b: Body, type: ClassType, name: string, node: Node) {
  const methods = b.checker.classes.get(type)?.declaration.methods.keys() ?? [];
  return mistake(node, `${type.name} has no method ${name}`, nearest(name, methods));
}

interface MethodCall {
  readonly b: Body;
  readonly node: CallNode;
  readonly name: string;
  readonly receiver: Receiver;
  readonly arguments: ExpressionNode[];
}

type Methods = { readonly [name: string]: (call: MethodCall) => Expression };

function builtinMethods(type: Type): Methods | null {
  switch (type.kind) {
    case "slice":
      return sliceMethods;
    case "atomic":
      return atomicMethods;
    case "bigEndian":
      return bigEndianMethods;
    case "ports":
      return portMethods;
    case "perCpu":
      return perCpuMethods;
    default:
      return null;
  }
}

function expectArguments({ node, name, arguments: given }: MethodCall, least: number, most = least): void {
  if (given.length >= least && given.length <= most) return;
  throw mistake(
    node,
    `${name} takes ${least === most ? least : `${least} or ${most}`} argument${most === 1 ? "" : "s"}, not ${given.length}`,
    null,
  );
}

const sliceMethods: Methods = {
  sub(call) {
    const { b, node, receiver, arguments: given } = call;
    expectArguments(call, 2);
    return {
      kind: "subSlice",
      of: receiver.value!,
      from: index(b, given[0]),
      to: index(b, given[1]),
      type: receiver.type,
      site: b.site(node),
    };
  },
};

const bigEndianMethods: Methods = {
  get(call) {
    expectArguments(call, 0);
    return intrinsic(
      call.b,
      call.node,
      "bigEndian.get",
      bigEndianValue(call.receiver.type),
      [call.receiver.place!],
      [],
    );
  },
  set(call) {
    const { b, node, receiver, arguments: given } = call;
    expectArguments(call, 1);
    return intrinsic(
      b,
      node,
      "bigEndian.set",
      voidType,
      [receiver.place!],
      [check(b, given[0], bigEndianValue(receiver.type))],
    );
  },
};

const bigEndianValue = (type: Type): Type =>
  type.kind !== "bigEndian" ? type : type.bits === 16 ? u16 : type.bits === 32 ? u32 : u64;

const perCpuMethods: Methods = {
  of(call) {
    const { b, node, receiver, arguments: given } = call;
    expectArguments(call, 1);
    const { type } = receiver;
    if (type.kind !== "perCpu") throw new Reported();
    return intrinsic(
      b,
      node,
      "percpu.of",
      b.checker.types.pointer(type.of),
      [receiver.place!],
      [check(b, given[0], u32)],
    );
  },
};

/** The order named by an optional last argument. */
function order(call: MethodCall, at: number, allowed: readonly string[]): string {
  const node = call.arguments[at];
  if (!node) return "seqcst";
  const name = node.type === "Identifier" && !call.b.find(node.name) ? node.name : "";
  if (!allowed.includes(name)) throw mistake(node, `the order of ${call.name} is ${allowed.join(" or ")}`, null);
  return name;
}

const cellType = (call: MethodCall): Type => {
  const { type } = call.receiver;
  if (type.kind !== "atomic") throw new Reported();
  return type.of;
};

function atomic(call: MethodCall, suffix: string, type: Type, given: Expression[]): Expression {
  return intrinsic(call.b, call.node, `atomic.${call.name}${suffix}`, type, [call.receiver.place!], given);
}

const modify = (call: MethodCall): Expression => {
  expectArguments(call, 1);
  const type = cellType(call);
  if (type.kind !== "integer" && call.name !== "swap")
    throw mistake(call.node, `${call.name} works on integers, this cell holds ${typeName(type)}`, "swap or cas");
  return atomic(call, ".seqcst", type, [check(call.b, call.arguments[0], type)]);
};

const atomicMethods: Methods = {
  load(call) {
    expectArguments(call, 0, 1);
    return atomic(call, `.${order(call, 0, ["acquire", "relaxed"])}`, cellType(call), []);
  },
  store(call) {
    expectArguments(call, 1, 2);
    const given = check(call.b, call.arguments[0], cellType(call));
    return atomic(call, `.${order(call, 1, ["release", "relaxed"])}`, voidType, [given]);
  },
  swap: modify,
  add: modify,
  sub: modify,
  or: modify,
  and: modify,
  xor: modify,
  cas(call) {
    expectArguments(call, 2);
    const type = cellType(call);
    return atomic(call, ".seqcst", bool, [
      check(call.b, call.arguments[0], type),
      check(call.b, call.arguments[1], type),
    ]);
  },
};

/** The number of a port within the claim, as a u16; constants are checked here, others when they run. */
function port(call: MethodCall, at: number, bytes: number): Expression {
  const { b, receiver, arguments: given } = call;
  const { type } = receiver;
  const found = index(b, given[at]);
  if (
    type.kind === "ports" &&
    found.kind === "constant" &&
    found.value.kind === "integer" &&
    found.value.value + BigInt(bytes) > BigInt(type.count)
  ) {
    throw mistake(
      given[at],
      `${typeName(type)} has no ${bytes === 1 ? "port" : `${bytes} ports from`} ${found.value.value}`,
      null,
    );
  }
  return found;
}

function read(bits: 8 | 16 | 32, type: Type) {
  return (call: MethodCall): Expression => {
    expectArguments(call, 1);
    return intrinsic(call.b, call.node, `ports.in${bits}`, type, [], [call.receiver.value!, port(call, 0, bits / 8)]);
  };
}

function write(bits: 8 | 16 | 32, type: Type) {
  return (call: MethodCall): Expression => {
    expectArguments(call, 2);
    const at = port(call, 0, bits / 8);
    return intrinsic(
      call.b,
      call.node,
      `ports.out${bits}`,
      voidType,
      [],
      [call.receiver.value!, at, check(call.b, call.arguments[1], type)],
    );
  };
}

/** Many units through one port: REP INS, REP OUTS. */
function string(way: "in" | "out", bits: 8 | 16 | 32, type: Type) {
  return (call: MethodCall): Expression => {
    const { b, node, receiver, arguments: given } = call;
    expectArguments(call, 2);
    const units = check(b, given[1], b.checker.types.slice(type, way === "out"));
    return intrinsic(b, node, `ports.${way}${bits}s`, voidType, [], [receiver.value!, port(call, 0, bits / 8), units]);
  };
}

const portMethods: Methods = {
  in8: read(8, u8),
  in16: read(16, u16),
  in32: read(32, u32),
  out8: write(8, u8),
  out16: write(16, u16),
  out32: write(32, u32),
  in8s: string("in", 8, u8),
  in16s: string("in", 16, u16),
  in32s: string("in", 32, u32),
  out8s: string("out", 8, u8),
  out16s: string("out", 16, u16),
  out32s: string("out", 32, u32),
  part(call) {
    const { b, node, receiver, arguments: given } = call;
    expectArguments(call, 2);
    const [from, count] = given.map((argument) => index(b, argument));
    if (
      receiver.type.kind !== "ports" ||
      from.kind !== "constant" ||
      count.kind !== "constant" ||
      from.value.kind !== "integer" ||
      count.value.kind !== "integer"
    ) {
      throw mistake(node, "a part of a claim has constant bounds", "ports.part(4, 2)");
    }
    const end = from.value.value + count.value.value;
    if (count.value.value < 1n || end > BigInt(receiver.type.count))
      throw mistake(node, `${typeName(receiver.type)} has no ports up to ${end}`, null);
    return intrinsic(
      b,
      node,
      "ports.part",
      b.checker.types.ports(Number(count.value.value)),
      [],
      [receiver.value!, from],
    );
  },
};
