/**
 * Integer arithmetic: what the IR defines (shifts by any count, clz of 0, …) in instructions that define less.
 */
import type { BinaryOp, Instruction, Operand as IrOperand, Type, UnaryOp } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { divideByConstant } from "./division.ts";
import { type Condition, imm, maskOf, mem, type Operand, RAX, RCX, RDX, type Reg, reg, type Width } from "./mir.ts";
import { exactWidth, operationWidth, type Selection } from "./selection.ts";

type Binary = Extract<Instruction, { op: "binary" }>;
type Unary = Extract<Instruction, { op: "unary" }>;

const commutative = new Set<BinaryOp>(["add", "mul", "and", "or", "xor", "umulh", "smulh"]);

export function selectBinary(s: Selection, i: Binary): void {
  let { x, y } = i;
  if (commutative.has(i.how) && (x.kind === "constant" || (s.onlyUse(x, "load") !== null && y.kind === "value")))
    [x, y] = [y, x];
  const type = i.result.type;
  const d = s.of(i.result);
  const width = operationWidth(type);
  switch (i.how) {
    case "add":
      add(s, d, x, y, width);
      return;
    case "sub":
      if (y.kind === "constant") {
        add(s, d, x, { ...y, bits: BigInt.asUintN(widths[type], -y.bits) }, width);
        return;
      }
      if (x.kind === "constant" && x.bits === 0n) {
        s.emit("neg", width, d, reg(s.value(y)));
        return;
      }
      s.emit("sub", width, d, reg(s.value(x)), operandOf(s, y, type));
      return;
    case "and":
    case "or":
    case "xor":
      logic(s, i.how, d, x, y, type);
      return;
    case "mul":
      multiply(s, d, x, y, type);
      return;
    case "shl":
    case "lshr":
    case "ashr":
      shift(s, i.how, d, x, y, type);
      return;
    case "rotl":
    case "rotr":
      rotate(s, i.how === "rotl" ? "rol" : "ror", d, x, y, type);
      return;
    case "udiv":
    case "sdiv":
    case "urem":
    case "srem":
      divide(s, i.how, d, x, y, type);
      return;
    case "umulh":
    case "smulh":
      high(s, i.how === "umulh" ? "mul" : "imul1", d, reg(s.value(x)), s.place(y, 64));
      return;
    default:
      throw new Error(`${i.how} is no integer operation`);
  }
}

/** A second operand of 32- or 64-bit arithmetic: memory is read at its exact width only. */
function operandOf(s: Selection, o: IrOperand, type: Type): Operand {
  const width = operationWidth(type);
  return s.immediate(o, width) ?? (exactWidth(type) === width ? s.foldLoad(o, width) : null) ?? reg(s.value(o));
}

function add(s: Selection, d: Reg, x: IrOperand, y: IrOperand, width: Width): void {
  if (width === 64) {
    const memory = s.foldLoad(y, 64);
    if (memory !== null) {
      s.emit("add", 64, d, reg(s.value(x)), memory);
      return;
    }
    // Sums of three terms, of a scaled one, or of an address and something: LEA does it in one.
    const parts = s.sum(x, y);
    const terms = (parts.base >= 0 ? 1 : 0) + (parts.index >= 0 ? 1 : 0);
    const complex = parts.symbol !== null || parts.slot !== null || parts.scale !== 1;
    if (!complex && terms === 2 && parts.disp === 0) {
      s.emit("add", 64, d, reg(parts.base), reg(parts.index));
      return;
    }
    if (!complex && terms === 1 && parts.base >= 0) {
      if (parts.disp === 0) s.emit("copy", 64, d, reg(parts.base));
      else s.emit("add", 64, d, reg(parts.base), imm(parts.disp));
      return;
    }
    if (terms === 0 && parts.symbol === null && parts.slot === null) s.emit("mov", 64, d, imm(parts.disp));
    else s.emit("lea", 64, d, parts);
    return;
  }
  const immediate = s.immediate(y, width);
  if (immediate?.kind === "imm" && immediate.value === 0n) s.emit("movzx", 32, d, reg(s.value(x))).from = 32;
  else s.emit("add", width, d, reg(s.value(x)), immediate ?? operandOf(s, y, "i32"));
}

function logic(s: Selection, how: "and" | "or" | "xor", d: Reg, x: IrOperand, y: IrOperand, type: Type): void {
  const width = operationWidth(type);
  if (y.kind === "constant") {
    const ones = BigInt.asUintN(widths[type], -1n);
    // NOT would set what is above a narrow value, which is clean where the value was.
    if (how === "xor" && y.bits === ones && (type === "i32" || type === "i64")) {
      s.emit("not", width, d, reg(s.value(x)));
      return;
    }
    if (how === "and" && type === "i64") {
      // A mask of 32 bits clears the upper half by the width of the operation.
      if (y.bits === 0xffffffffn) {
        s.emit("movzx", 32, d, reg(s.value(x))).from = 32;
        return;
      }
      if (y.bits === 0xffn || y.bits === 0xffffn) {
        s.emit("movzx", 32, d, reg(s.value(x))).from = y.bits === 0xffn ? 8 : 16;
        return;
      }
      if (y.bits < 0x1_0000_0000n) {
        s.emit("and", 32, d, reg(s.value(x)), imm(BigInt.asIntN(32, y.bits)));
        return;
      }
    }
    if (how === "and" && type === "i32" && (y.bits === 0xffn || y.bits === 0xffffn)) {
      s.emit("movzx", 32, d, reg(s.value(x))).from = y.bits === 0xffn ? 8 : 16;
      return;
    }
    // What is clean above the value stays so.
    if (type === "i8" || type === "i16") {
      s.emit(how, 32, d, reg(s.value(x)), imm(y.bits));
      return;
    }
  }
  s.emit(how, width, d, reg(s.value(x)), operandOf(s, y, type));
}

function multiply(s: Selection, d: Reg, x: IrOperand, y: IrOperand, type: Type): void {
  const width = operationWidth(type);
  if (y.kind !== "constant") {
    s.emit("imul", width, d, reg(s.value(x)), operandOf(s, y, type));
    return;
  }
  const by = BigInt.asIntN(widths[type], y.bits);
  const positive = BigInt.asUintN(widths[type], y.bits);
  const power = exponent(positive);
  if (positive === 0n) s.emit("mov", 32, d, imm(0));
  else if (power === 0) s.emit(width === 64 ? "copy" : "movzx", width, d, reg(s.value(x))).from = width;
  else if (power > 0) s.emit("shl", width, d, reg(s.value(x)), imm(power));
  else if (by === 3n || by === 5n || by === 9n) {
    const r = s.value(x);
    s.emit("lea", width, d, mem({ base: r, index: r, scale: Number(by - 1n) as 2 | 4 | 8 }));
  } else {
    const immediate = s.immediate(y, width);
    if (immediate !== null) s.emit("imul3", width, d, s.place(x, width === exactWidth(type) ? width : 64), immediate);
    else s.emit("imul", width, d, reg(s.value(x)), reg(s.value(y)));
  }
}

/** log2 of a power of two, else -1. */
export function exponent(value: bigint): number {
  return value > 0n && (value & (value - 1n)) === 0n ? value.toString(2).length - 1 : -1;
}

/** The operand zero- or sign-extended to at least 32 bits. */
export function extended(s: Selection, o: IrOperand, signed: boolean): Reg {
  if (o.kind !== "value" || o.type === "i32" || o.type === "i64") return s.value(o);
  if (!signed && s.isClean(o)) return s.value(o);
  const r = s.fresh();
  s.emit(signed ? "movsx" : "movzx", 32, r, s.place(o, exactWidth(o.type))).from = exactWidth(o.type);
  return r;
}

/** The largest value a shift count can have, where its definition shows it. */
function countBound(s: Selection, y: IrOperand): bigint {
  if (y.kind === "constant") return y.bits;
  const i = s.definition(y);
  if (i?.op === "binary" && i.how === "and" && i.y.kind === "constant") return i.y.bits;
  if (i?.op === "binary" && i.how === "urem" && i.y.kind === "constant" && i.y.bits > 0n) return i.y.bits - 1n;
  if (i?.op === "unary" && (i.how === "zext" || i.how === "trunc") && i.x.kind === "value") {
    const bound = countBound(s, i.x);
    return i.how === "zext" || bound < 1n << BigInt(widths[i.result.type]) ? bound : 1n << 64n;
  }
  return 1n << 64n;
}

function shift(s: Selection, how: "shl" | "lshr" | "ashr", d: Reg, x: IrOperand, y: IrOperand, type: Type): void {
  const width = operationWidth(type);
  const bits = widths[type];
  const op = how === "shl" ? "shl" : how === "lshr" ? "shr" : "sar";
  const from = () => (how === "shl" ? s.value(x) : constantOrExtended(s, x, how === "ashr"));
  if (y.kind === "constant") {
    let count = y.bits;
    if (count >= BigInt(bits)) {
      if (how !== "ashr") {
        s.emit("mov", 32, d, imm(0));
        return;
      }
      count = BigInt(bits - 1);
    }
    if (count === 0n) s.emit(width === 64 ? "copy" : "movzx", width, d, reg(from())).from = width;
    else s.emit(op, width, d, reg(from()), imm(count));
    return;
  }
  const bound = countBound(s, y);
  // Narrow values are shifted in 32 bits, so counts up to 31 do what is defined.
  if (bound < BigInt(width)) {
    shiftByCl(s, op, width, d, from(), s.value(y));
    return;
  }
  const count = extended(s, y, false);
  const value = from();
  if (how === "ashr") {
    const most = s.fresh();
    s.emit("mov", 32, most, imm(width - 1));
    s.emit("cmp", width, -1, reg(count), imm(width - 1));
    const clamped = s.fresh();
    s.emit("cmov", width, clamped, reg(count), reg(most)).condition = "a";
    shiftByCl(s, op, width, d, value, clamped);
    return;
  }
  const shifted = s.fresh();
  shiftByCl(s, op, width, shifted, value, count);
  s.emit("cmp", width, -1, reg(count), imm(width));
  const mask = s.fresh();
  s.emit("carryMask", width, mask);
  s.emit("and", width, d, reg(shifted), reg(mask));
}

/** Constants are extended by writing them so. */
export function constantOrExtended(s: Selection, x: IrOperand, signed: boolean): Reg {
  if (x.kind !== "constant") return extended(s, x, signed);
  const bits = signed ? BigInt.asUintN(operationWidth(x.type), BigInt.asIntN(widths[x.type], x.bits)) : x.bits;
  const r = s.fresh();
  s.emit("mov", 64, r, imm(bits));
  return r;
}

function shiftByCl(s: Selection, op: string, width: Width, d: Reg, value: Reg, count: Reg): void {
  s.emit("copy", 32, RCX, reg(count));
  const i = s.emit(op, width, d, reg(value));
  i.reads = i.writes = maskOf(RCX);
}

function rotate(s: Selection, op: string, d: Reg, x: IrOperand, y: IrOperand, type: Type): void {
  const width = exactWidth(type);
  const value = s.value(x);
  if (y.kind === "constant") s.emit(op, width, d, reg(value), imm(y.bits % BigInt(width)));
  else shiftByCl(s, op, width, d, value, s.value(y));
}

/** The high half of a full product: RDX of MUL or IMUL. */
export function high(s: Selection, op: "mul" | "imul1", d: Reg, x: Operand, y: Operand): void {
  s.emit("copy", 64, RAX, x);
  const i = s.emit(op, 64, -1, y);
  i.reads = maskOf(RAX);
  i.writes = maskOf(RAX, RDX);
  s.emit("copy", 64, d, reg(RDX));
}

function divide(
  s: Selection,
  how: "udiv" | "sdiv" | "urem" | "srem",
  d: Reg,
  x: IrOperand,
  y: IrOperand,
  type: Type,
): void {
  const signed = how === "sdiv" || how === "srem";
  const width = operationWidth(type);
  const value = constantOrExtended(s, x, signed);
  if (y.kind === "constant" && y.bits !== 0n && divideByConstant(s, how, d, value, y.bits, type)) return;
  const by = y.kind === "constant" ? reg(constantOrExtended(s, y, signed)) : reg(extended(s, y, signed));
  s.emit("copy", width, RAX, reg(value));
  if (signed) {
    const widen = s.emit(width === 64 ? "cqo" : "cdq", width, -1);
    widen.reads = maskOf(RAX);
    widen.writes = maskOf(RDX);
  } else s.emit("mov", 32, RDX, imm(0));
  const i = s.emit(signed ? "idiv" : "div", width, -1, by);
  i.reads = maskOf(RAX, RDX);
  i.writes = maskOf(RAX, RDX);
  s.emit("copy", width, d, reg(how === "udiv" || how === "sdiv" ? RAX : RDX));
}

export function selectUnary(s: Selection, i: Unary): void {
  const from = i.x.kind === "address" ? "i64" : i.x.type;
  const to = i.result.type;
  const d = s.of(i.result);
  const width = operationWidth(to);
  switch (i.how as UnaryOp) {
    case "neg":
      s.emit("neg", width, d, reg(s.value(i.x)));
      return;
    case "not":
      if (to === "i1") s.emit("xor", 32, d, reg(s.value(i.x)), imm(1));
      else s.emit("not", width, d, reg(s.value(i.x)));
      return;
    case "zext":
      if (i.x.kind === "constant") s.emit("mov", 64, d, imm(i.x.bits));
      else if (s.isClean(i.x) && !s.private(i.x)) s.emit("copy", 32, d, reg(s.value(i.x)));
      else extend(s, d, "movzx", i.x, exactWidth(from), 32);
      return;
    case "sext":
      if (i.x.kind === "constant")
        s.emit("mov", 64, d, imm(BigInt.asUintN(width, BigInt.asIntN(widths[from], i.x.bits))));
      else if (from === "i1") {
        const bit = s.fresh();
        extend(s, bit, "movzx", i.x, 8, 32);
        s.emit("neg", width, d, reg(bit));
      } else extend(s, d, "movsx", i.x, exactWidth(from), width);
      return;
    case "trunc":
      if (to === "i1") s.emit("and", 32, d, reg(s.value(i.x)), imm(1));
      else s.emit("copy", 32, d, reg(s.value(i.x)));
      return;
    case "bswap":
      if (to === "i16") s.emit("rol", 16, d, reg(s.value(i.x)), imm(8));
      else s.emit("bswap", width, d, reg(s.value(i.x)));
      return;
    case "ctz":
      trailingZeros(s, d, i.x, to);
      return;
    case "clz":
      leadingZeros(s, d, i.x, to);
      return;
    case "popcnt":
      countOnes(s, d, i.x, to);
      return;
    default:
      throw new Error(`${i.how} is no integer operation`);
  }
}

/** A private clean value is a load as often as not: the extension then takes it in. */
function extend(s: Selection, d: Reg, op: "movzx" | "movsx", x: IrOperand, from: Width, to: Width): void {
  const source = s.place(x, from);
  if (op === "movzx" && source.kind === "reg" && s.isClean(x)) s.emit("copy", 32, d, source);
  else s.emit(op, to, d, source).from = from;
}

function trailingZeros(s: Selection, d: Reg, x: IrOperand, type: Type): void {
  if (type === "i8" || type === "i16") {
    // A bit above the value stands for "none".
    const guarded = s.fresh();
    s.emit("or", 32, guarded, reg(s.value(x)), imm(1 << widths[type]));
    s.emit("bsf", 32, d, reg(guarded));
    return;
  }
  const width = operationWidth(type);
  const none = s.fresh();
  const found = s.fresh();
  s.emit("mov", 32, none, imm(width));
  s.emit("bsf", width, found, reg(s.value(x)));
  s.emit("cmov", width, d, reg(found), reg(none)).condition = "e";
}

function leadingZeros(s: Selection, d: Reg, x: IrOperand, type: Type): void {
  const width = operationWidth(type);
  const value = extended(s, x, false);
  const none = s.fresh();
  const found = s.fresh();
  const chosen = s.fresh();
  s.emit("mov", 32, none, imm(2 * width - 1));
  s.emit("bsr", width, found, reg(value));
  s.emit("cmov", width, chosen, reg(found), reg(none)).condition = "e";
  if (type === "i32" || type === "i64") {
    s.emit("xor", width, d, reg(chosen), imm(width - 1));
    return;
  }
  const wide = s.fresh();
  s.emit("xor", 32, wide, reg(chosen), imm(31));
  s.emit("sub", 32, d, reg(wide), imm(32 - widths[type]));
}

/** Without POPCNT: sums of neighbouring bits, pairs and nibbles, and a multiplication that adds up the bytes. */
function countOnes(s: Selection, d: Reg, x: IrOperand, type: Type): void {
  const width = operationWidth(type);
  const value = constantOrExtended(s, x, false);
  if (s.target.popcnt) {
    s.emit("popcnt", width, d, reg(value));
    return;
  }
  const step = (op: string, a: Reg, b: Operand): Reg => {
    const r = s.fresh();
    s.emit(op, width, r, reg(a), b);
    return r;
  };
  const pattern = (byte: bigint): Operand => {
    const bits = (byte * 0x0101_0101_0101_0101n) & ((1n << BigInt(width)) - 1n);
    if (width === 32) return imm(BigInt.asIntN(32, bits));
    const r = s.fresh();
    s.emit("mov", 64, r, imm(bits));
    return reg(r);
  };
  const pairs = step("sub", value, reg(step("and", step("shr", value, imm(1)), pattern(0x55n))));
  const nibbles = step(
    "add",
    step("and", pairs, pattern(0x33n)),
    reg(step("and", step("shr", pairs, imm(2)), pattern(0x33n))),
  );
  const bytes = step("and", step("add", nibbles, reg(step("shr", nibbles, imm(4)))), pattern(0x0fn));
  const ones = pattern(0x01n);
  const sum = s.fresh();
  if (ones.kind === "imm") s.emit("imul3", width, sum, reg(bytes), ones);
  else s.emit("imul", width, sum, reg(bytes), ones);
  s.emit("shr", width, d, reg(sum), imm(width - 8));
}

/** A value made of a condition: 1 or 0 in a byte. */
export function setCondition(s: Selection, d: Reg, condition: Condition): void {
  s.emit("setcc", 8, d).condition = condition;
}
