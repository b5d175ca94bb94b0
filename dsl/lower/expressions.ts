/**
 * Expressions: `value` gives the scalars of an expression, `into` writes one that lives in memory to a place of its own,
 * `branchOn` goes one of two ways without making a boolean first. Evaluation is left to right.
 */
import { sizeOf } from "../check/intern.ts";
import type { BinaryOperator, ConstantValue, Expression } from "../check/tree.ts";
import type { Type } from "../check/types.ts";
import { address, bool, constant, float, i64, typeOf } from "../ir/build.ts";
import type { BinaryOp, Block, CompareOp, Type as IrType, Operand, Phi } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { call, callValue, makeClosure } from "./calls.ts";
import type { Frame } from "./frame.ts";
import { intrinsic } from "./intrinsics.ts";
import { addressOf, checkLate, elementAddress, markLate, readSpot, resize, spotOf, writeSpot } from "./places.ts";
import { contentOf, isSigned, okOffset, scalarOf, scalarsOf } from "./shape.ts";

/** The one scalar of an expression. */
export function one(l: Frame, e: Expression): Operand {
  const scalars = value(l, e);
  const [first] = scalars;
  if (first === undefined) {
    // What never comes back has any value.
    const type = scalarOf(e.type);
    if (e.type.kind === "never" || !l.b.open) return constant(type ?? "i64", 0);
    throw new Error(`${e.kind} has no value`);
  }
  return first;
}

/** Whether values of the type are written to memory instead of being scalars. */
export function inMemory(type: Type): boolean {
  return scalarsOf(type) === null;
}

/** The address of storage that holds an expression's value: its own place, or a fresh one. */
export function storageOf(l: Frame, e: Expression): Operand {
  if (e.kind === "read") {
    checkLate(l, e.place);
    return addressOf(l, spotOf(l, e.place));
  }
  const at = l.temporary(e.type);
  into(l, e, at);
  return at;
}

/** Writes an expression's value to memory, whatever its type. */
export function into(l: Frame, e: Expression, to: Operand): void {
  const scalars = scalarsOf(e.type);
  if (scalars !== null) {
    l.put(to, scalars, value(l, e));
    return;
  }
  const { b } = l;
  l.at(e.site);
  switch (e.kind) {
    case "constant":
      if (e.value.kind === "zero" || e.value.kind === "null") l.zero(to, e.type);
      else l.copy(to, address(l.unit.constantStorage(e.value, e.type)), e.type);
      return;
    case "read":
      l.copy(to, storageOf(l, e), e.type);
      return;
    case "construct": {
      if (e.type.kind !== "class") throw new Error("only classes are constructed");
      l.zero(to, e.type);
      for (const [name, one] of e.fields) {
        const field = e.type.fields.find((f) => f.name === name)!;
        const type = contentOf(field.type);
        if (inMemory(type)) into(l, one, field.offset === 0 ? to : b.binary("add", to, i64(field.offset)));
        else
          writeSpot(l, { address: to, offset: field.offset, type, bit: field.bit, ordering: "plain" }, value(l, one));
      }
      if (e.initialise !== null) call(l, e.initialise.callee, e.initialise.arguments, null, to);
      return;
    }
    case "arrayLiteral": {
      if (e.type.kind !== "array") throw new Error("only arrays have elements");
      const { of } = e.type;
      const { bytes } = sizeOf(of);
      e.elements.forEach((element, k) => {
        into(l, element, k === 0 ? to : b.binary("add", to, i64(k * bytes)));
      });
      return;
    }
    case "makeVariant":
      into(l, e.operand, to);
      return;
    case "makeOk":
      if (e.type.kind !== "result") throw new Error("only results are ok");
      b.store(constant("i32", 0), to);
      if (e.value !== null) into(l, e.value, b.binary("add", to, i64(okOffset(e.type.of))));
      return;
    case "makeError":
      b.store(one(l, e.code), to);
      return;
    case "orReturn": {
      const at = storageOf(l, e.operand);
      leaveOnError(l, b.load("i32", at));
      l.copy(to, b.binary("add", at, i64(okOffset(e.type))), e.type);
      return;
    }
    case "call":
      call(l, e.callee, e.arguments, to);
      return;
    case "callValue":
      callValue(l, e, to);
      return;
    case "conditional": {
      const [then, otherwise, join] = [b.block("then"), b.block("else"), b.block("join")];
      branchOn(l, e.condition, then, otherwise);
      b.at(then);
      into(l, e.then, to);
      b.jump(join);
      b.at(otherwise);
      into(l, e.otherwise, to);
      b.jump(join);
      b.at(join);
      return;
    }
    case "assign": {
      const spot = spotOf(l, e.place);
      into(l, e.value, addressOf(l, spot));
      markLate(l, e.place);
      l.copy(to, addressOf(l, spot), e.type);
      return;
    }
    case "convert":
      into(l, e.operand, to);
      return;
    case "intrinsic":
      intrinsic(l, e, to);
      return;
    default:
      throw new Error(`${e.kind} makes no ${e.type.kind}`);
  }
}

/** Returns from the function with an error's code when it is one. */
function leaveOnError(l: Frame, code: Operand): void {
  const { b } = l;
  const failed = b.block("failed");
  const fine = b.block("fine");
  b.branch(b.compare("ne", code, constant("i32", 0)), failed, fine, "otherwise");
  b.at(failed);
  const { result } = l.typed;
  if (l.resultAddress !== null) {
    b.store(code, l.resultAddress);
    l.leaveFunction([]);
  } else {
    const rest = scalarsOf(result)!.slice(1);
    l.leaveFunction([code, ...rest.map((s) => constant(s.type, 0))]);
  }
  b.at(fine);
}

/** The scalars of an expression. */
export function value(l: Frame, e: Expression): Operand[] {
  const { b } = l;
  l.at(e.site);
  switch (e.kind) {
    case "constant":
      return constantScalars(l, e.value, e.type);
    case "read":
      checkLate(l, e.place);
      return readSpot(l, spotOf(l, e.place));
    case "reference":
      return [addressOf(l, spotOf(l, e.place))];
    case "assign": {
      const spot = spotOf(l, e.place);
      if (inMemory(e.value.type)) {
        into(l, e.value, addressOf(l, spot));
        markLate(l, e.place);
        return [];
      }
      const values = value(l, e.value);
      l.at(e.site);
      const stored = writeSpot(l, spot, values);
      markLate(l, e.place);
      return stored;
    }
    case "update": {
      checkLate(l, e.place);
      const spot = spotOf(l, e.place);
      const before = readSpot(l, spot)[0]!;
      const by = one(l, e.value);
      l.at(e.site);
      const after = writeSpot(l, spot, [arithmetic(l, e.operator, e.type, before, by)])[0]!;
      return [e.result === "before" ? before : after];
    }
    case "binary": {
      const x = one(l, e.left);
      const y = one(l, e.right);
      l.at(e.site);
      return [arithmetic(l, e.operator, e.type, x, y)];
    }
    case "compare":
      return [comparison(l, e)];
    case "unary": {
      const x = one(l, e.operand);
      if (e.operator === "-") return [b.unary(e.type.kind === "float" ? "fneg" : "neg", x)];
      return [b.unary("not", x)];
    }
    case "logical": {
      const [yes, no, join] = [b.block("true"), b.block("false"), b.block("join")];
      branchOn(l, e, yes, no);
      b.at(yes);
      b.jump(join);
      b.at(no);
      b.jump(join);
      b.at(join);
      const phi = b.phi("i1");
      phi.inputs.set(yes, bool(true));
      phi.inputs.set(no, bool(false));
      return [phi.result];
    }
    case "conditional":
      return conditional(l, e);
    case "convert":
      return convert(l, e.operand, e.type);
    case "call":
      return call(l, e.callee, e.arguments, null);
    case "callValue":
      return callValue(l, e, null);
    case "closure":
      return makeClosure(l, e);
    case "makeSlice":
      return [one(l, e.pointer), one(l, e.length)];
    case "subSlice": {
      const [at, length] = value(l, e.of) as [Operand, Operand];
      const from = one(l, e.from);
      const to = one(l, e.to);
      l.at(e.site);
      l.check(b.compare("ule", to, length), "slice out of bounds", to, length);
      l.check(b.compare("ule", from, to), "slice out of bounds", from, to);
      const of = e.type.kind === "slice" ? e.type.of : e.type;
      return [elementAddress(l, at, from, of), b.binary("sub", to, from)];
    }
    case "length":
      return [value(l, e.of)[1]!];
    case "makeError":
      return [
        one(l, e.code),
        ...scalarsOf(e.type)!
          .slice(1)
          .map((s) => constant(s.type, 0)),
      ];
    case "makeOk":
      return [constant("i32", 0), ...(e.value === null ? [] : value(l, e.value))];
    case "isError":
      return [b.compare("ne", codeOf(l, e.operand), constant("i32", 0))];
    case "errorCode":
      return [codeOf(l, e.operand)];
    case "orReturn": {
      // The result may be larger than its value is: then its value is read from memory.
      const whole = value(l, e.operand);
      leaveOnError(l, whole[0]!);
      return whole.slice(1);
    }
    case "intrinsic":
      return intrinsic(l, e, null);
    case "construct":
    case "makeVariant":
    case "arrayLiteral":
      // Made for its effects alone.
      storageOf(l, e);
      return [];
  }
}

/** The code of a result, 0 for none. */
function codeOf(l: Frame, e: Expression): Operand {
  return inMemory(e.type) ? l.b.load("i32", storageOf(l, e)) : value(l, e)[0]!;
}

function constantScalars(l: Frame, v: ConstantValue, type: Type): Operand[] {
  const scalars = scalarsOf(type);
  if (scalars === null) throw new Error(`a constant ${type.kind} lies in memory`);
  switch (v.kind) {
    case "integer":
      return [constant(scalars[0]!.type, v.value)];
    case "float":
      return [float(scalars[0]!.type as "f32" | "f64", v.value)];
    case "bool":
      return [bool(v.value)];
    case "text":
      return [address(l.unit.text(v.bytes)), i64(v.bytes.length)];
    case "function": {
      const symbol = address(l.unit.functionSymbol(v.function));
      // Where a closure may stand, a plain function is its own environment.
      return scalars.length === 2 ? [l.unit.thunk(l.unit.signature(v.function)), symbol] : [symbol];
    }
    case "reference":
      return [address(l.unit.globalSymbol(v.global), v.offset)];
    case "null":
    case "zero":
      return scalars.map((s) => constant(s.type, 0));
    default:
      throw new Error(`a constant of ${v.kind} lies in memory`);
  }
}

function conditional(l: Frame, e: Extract<Expression, { kind: "conditional" }>): Operand[] {
  const { b } = l;
  const [then, otherwise, join] = [b.block("then"), b.block("else"), b.block("join")];
  branchOn(l, e.condition, then, otherwise);
  const ways: { from: Block; values: Operand[] }[] = [];
  for (const [block, arm] of [
    [then, e.then],
    [otherwise, e.otherwise],
  ] as const) {
    b.at(block);
    const values = value(l, arm);
    if (arm.type.kind === "never") b.unreachable();
    else if (b.open) ways.push({ from: b.current, values });
    b.jump(join);
  }
  b.at(join);
  const types = scalarsOf(e.type)!;
  const phis: Phi[] = types.map((s) => b.phi(s.type));
  phis.forEach((phi, k) => {
    for (const { from, values } of ways) phi.inputs.set(from, values[k]!);
  });
  return phis.map((phi) => phi.result);
}

const operators: { readonly [op in BinaryOperator]: BinaryOp } = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "udiv",
  "%": "urem",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shl",
  ">>": "lshr",
};
const floatOperators: { readonly [op: string]: BinaryOp } = { "+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv" };

/** x operator y, for operands of a type: shifts by any count and division are defined, division by zero is a trap. */
export function arithmetic(l: Frame, operator: BinaryOperator, type: Type, x: Operand, y: Operand): Operand {
  const { b } = l;
  const ir = typeOf(x);
  if (ir === "f32" || ir === "f64") return b.binary(floatOperators[operator]!, x, y);
  if (operator === "<<" || operator === ">>") {
    const how = operator === "<<" ? "shl" : isSigned(type) ? "ashr" : "lshr";
    return b.binary(how, x, shiftCount(l, y, ir));
  }
  if (operator !== "/" && operator !== "%") return b.binary(operators[operator], x, y);
  const signed = isSigned(type);
  if (y.kind !== "constant" || y.bits === 0n) l.check(b.compare("ne", y, constant(ir, 0)), "division by zero");
  const minus = (1n << BigInt(widths[ir])) - 1n;
  if (!signed) return b.binary(operator === "/" ? "udiv" : "urem", x, y);
  if (y.kind === "constant" && y.bits !== minus) return b.binary(operator === "/" ? "sdiv" : "srem", x, y);
  // The smallest number by -1 wraps around.
  const [negate, divide, join] = [b.block("negate"), b.block("divide"), b.block("join")];
  b.branch(b.compare("eq", y, constant(ir, minus)), negate, divide, "otherwise");
  b.at(negate);
  const negated = operator === "/" ? b.unary("neg", x) : constant(ir, 0);
  b.jump(join);
  b.at(divide);
  const divided = b.binary(operator === "/" ? "sdiv" : "srem", x, y);
  b.jump(join);
  b.at(join);
  const phi = b.phi(ir);
  phi.inputs.set(negate, negated);
  phi.inputs.set(divide, divided);
  return phi.result;
}

/** A count of any unsigned type as one of the shifted type, without losing that it is too large. */
function shiftCount(l: Frame, y: Operand, type: IrType): Operand {
  const { b } = l;
  const from = typeOf(y);
  if (widths[from] === widths[type]) return y;
  if (widths[from] < widths[type]) return y.kind === "constant" ? constant(type, y.bits) : b.unary("zext", y, type);
  const most = constant(type, widths[type]);
  if (y.kind === "constant") return y.bits < widths[type] ? constant(type, y.bits) : most;
  return b.select(b.compare("ult", y, constant(from, widths[type])), b.unary("trunc", y, type), most);
}

const unsignedCompares: { readonly [op: string]: CompareOp } = {
  "===": "eq",
  "!==": "ne",
  "<": "ult",
  "<=": "ule",
  ">": "ugt",
  ">=": "uge",
};

function comparison(l: Frame, e: Extract<Expression, { kind: "compare" }>): Operand {
  const { b } = l;
  const type = e.left.type;
  const x = value(l, e.left);
  const y = value(l, e.right);
  l.at(e.site);
  if (type.kind === "slice") {
    const same = b.block("length");
    const join = b.block("join");
    const equal = b.compare("eq", x[1]!, y[1]!);
    const before = b.current;
    b.branch(equal, same, join);
    b.at(same);
    const signature = {
      parameters: ["i64", "i64", "i64"] as IrType[],
      results: ["i1"] as IrType[],
    };
    const [content] = b.call(l.unit.equalBytes(), signature, [x[0]!, y[0]!, x[1]!]);
    b.jump(join);
    b.at(join);
    const phi = b.phi("i1");
    phi.inputs.set(before, bool(false));
    phi.inputs.set(same, content!);
    return e.operator === "===" ? phi.result : b.unary("not", phi.result);
  }
  const how = unsignedCompares[e.operator]!;
  if (type.kind === "float")
    return b.compare(how === "eq" || how === "ne" ? `f${how}` : (`f${how.slice(1)}` as CompareOp), x[0]!, y[0]!);
  const signed = isSigned(type) && how.startsWith("u");
  return b.compare(signed ? (`s${how.slice(1)}` as CompareOp) : how, x[0]!, y[0]!);
}

/** Goes to one of two blocks, as a condition says. */
export function branchOn(l: Frame, e: Expression, yes: Block, no: Block): void {
  const { b } = l;
  if (e.kind === "unary" && e.operator === "!") {
    branchOn(l, e.operand, no, yes);
    return;
  }
  if (e.kind === "logical") {
    const second = b.block(e.operator === "&&" ? "and" : "or");
    if (e.operator === "&&") branchOn(l, e.left, second, no);
    else branchOn(l, e.left, yes, second);
    b.at(second);
    branchOn(l, e.right, yes, no);
    return;
  }
  const condition = one(l, e);
  l.at(e.site);
  b.branch(condition, yes, no);
}

function convert(l: Frame, operand: Expression, to: Type): Operand[] {
  const { b } = l;
  const from = operand.type;
  const given = value(l, operand);
  const target = scalarsOf(to)!;
  // Slices, texts and views are the same two words.
  if (given.length !== 1 || target.length !== 1) {
    if (from.kind !== "function" || given.length === target.length) return given;
    if (from.kind === "function" && to.kind === "function" && !from.captures && to.captures) {
      const plain = l.unit.signatureOf(from.parameters, from.result, false);
      return [l.unit.thunk(plain), given[0]!];
    }
    return given;
  }
  const x = given[0]!;
  const type = target[0]!.type;
  const ir = typeOf(x);
  const isFloat = (t: IrType) => t === "f32" || t === "f64";
  if (isFloat(ir) && isFloat(type)) return [ir === type ? x : b.unary(type === "f64" ? "fext" : "ftrunc", x, type)];
  if (isFloat(ir)) return [b.unary(isSigned(to) ? "ftos" : "ftou", x, type)];
  if (isFloat(type)) return [b.unary(isSigned(from) ? "stof" : "utof", x, type)];
  if (x.kind === "constant" && !isSigned(from)) return [constant(type, x.bits)];
  return [resize(l, x, type, isSigned(from))];
}
