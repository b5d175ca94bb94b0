/**
 * Floats in the scalar halves of the XMM registers. UCOMISS/UCOMISD set CF, ZF and PF as an unsigned comparison would,
 * all three for unordered operands (SDM vol. 2), so "below" is asked with exchanged operands and equality needs PF too.
 */
import type { Instruction, Operand as IrOperand } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { constantOrExtended } from "./integer.ts";
import { type Condition, imm, NONE, type Operand, type Reg, reg, type Width } from "./mir.ts";
import { operationWidth, type Selection } from "./selection.ts";

type Of<Op extends Instruction["op"]> = Extract<Instruction, { op: Op }>;
type Float = "f32" | "f64";

/** True when `condition` holds, or `also` does, and `and` does. */
export interface FloatCondition {
  readonly condition: Condition;
  readonly also: Condition | null;
  readonly and: Condition | null;
}

const suffix = (type: Float) => (type === "f32" ? "ss" : "sd");

export function floatBinary(s: Selection, i: Of<"binary">): void {
  const type = i.result.type as Float;
  const op = `${i.how.slice(1)}${suffix(type)}`;
  const x = reg(s.value(i.x));
  s.emit(op, widths[type] as Width, s.of(i.result), x, place(s, i.y));
}

function place(s: Selection, o: IrOperand): Operand {
  return s.foldLoad(o, o.kind === "value" ? (widths[o.type] as Width) : 64) ?? reg(s.value(o));
}

export function floatCondition(s: Selection, i: Of<"compare">): FloatCondition {
  const type = i.x.kind === "address" ? "f64" : i.x.type;
  const swap = i.how === "flt" || i.how === "fle";
  const x = reg(s.value(swap ? i.y : i.x));
  s.emit(`ucomi${suffix(type as Float)}`, widths[type] as Width, NONE, x, place(s, swap ? i.x : i.y));
  if (i.how === "feq") return { condition: "e", also: null, and: "np" };
  if (i.how === "fne") return { condition: "ne", also: "p", and: null };
  return { condition: i.how === "flt" || i.how === "fgt" ? "a" : "ae", also: null, and: null };
}

export function setFloatCondition(s: Selection, d: Reg, { condition, also, and }: FloatCondition): void {
  const second = also ?? and;
  const first = second === null ? d : s.fresh();
  s.emit("setcc", 8, first).condition = condition;
  if (second === null) return;
  const other = s.fresh();
  s.emit("setcc", 8, other).condition = second;
  s.emit(also === null ? "and" : "or", 32, d, reg(first), reg(other));
}

/** Through general registers, where CMOV is. */
export function floatSelect(s: Selection, i: Of<"select">): void {
  const type = i.result.type as Float;
  const no = bitsOf(s, s.value(i.y), type);
  const yes = bitsOf(s, s.value(i.x), type);
  s.emit("cmp", 8, NONE, reg(s.value(i.condition)), imm(0));
  const chosen = s.fresh();
  s.emit("cmov", 64, chosen, reg(no), reg(yes)).condition = "ne";
  fromBits(s, s.of(i.result), chosen, type);
}

function bitsOf(s: Selection, r: Reg, type: Float): Reg {
  const bits = s.fresh();
  s.emit(type === "f32" ? "movd" : "movq", type === "f32" ? 32 : 64, bits, reg(r));
  return bits;
}

function fromBits(s: Selection, d: Reg, bits: Reg, type: Float): void {
  s.emit(type === "f32" ? "movd" : "movq", type === "f32" ? 32 : 64, d, reg(bits));
}

function floatConstant(s: Selection, type: Float, value: number): Reg {
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return s.value({ kind: "constant", type, bits: type === "f32" ? BigInt(view.getUint32(0)) : view.getBigUint64(0) });
}

export function floatUnary(s: Selection, i: Of<"unary">): void {
  const from = i.x.kind === "address" ? "i64" : i.x.type;
  const to = i.result.type;
  const d = s.of(i.result);
  switch (i.how) {
    case "fneg":
    case "fabs": {
      const sign = 1n << BigInt(widths[to] - 1);
      const mask = s.value({ kind: "constant", type: to, bits: i.how === "fneg" ? sign : sign - 1n });
      s.emit(i.how === "fneg" ? "xorps" : "andps", 32, d, reg(s.value(i.x)), reg(mask));
      return;
    }
    case "fsqrt":
      s.emit(`sqrt${suffix(to as Float)}`, widths[to] as Width, d, reg(s.value(i.x)));
      return;
    case "fext":
      s.emit("cvtss2sd", 32, d, reg(s.value(i.x)));
      return;
    case "ftrunc":
      s.emit("cvtsd2ss", 64, d, reg(s.value(i.x)));
      return;
    case "bitcast":
      s.emit(widths[to] === 32 ? "movd" : "movq", widths[to] as Width, d, reg(s.value(i.x)));
      return;
    case "stof":
      convert(s, d, constantOrExtended(s, i.x, true), to as Float, operationWidth(from));
      return;
    case "utof":
      if (from === "i64") unsignedToFloat(s, d, s.value(i.x), to as Float);
      else {
        const wide = s.fresh();
        s.emit("movzx", 32, wide, reg(s.value(i.x))).from = widths[from] as Width;
        convert(s, d, wide, to as Float, 64);
      }
      return;
    case "ftos":
      floatToSigned(s, d, s.value(i.x), from as Float, widths[to]);
      return;
    case "ftou":
      if (to === "i64") floatToUnsigned64(s, d, s.value(i.x), from as Float);
      else floatToUnsigned(s, d, s.value(i.x), from as Float, widths[to]);
      return;
    default:
      throw new Error(`${i.how} is no operation on floats`);
  }
}

function convert(s: Selection, d: Reg, r: Reg, to: Float, width: Width): void {
  // The conversion leaves the register's other bits as they were: from zero it waits for nothing.
  s.emit(`cvtsi2${suffix(to)}`, width, d, reg(r));
}

/** Values with the top bit: halved, the lost bit kept for rounding, converted, doubled. */
function unsignedToFloat(s: Selection, d: Reg, r: Reg, to: Float): void {
  const small = s.fresh(to);
  convert(s, small, r, to, 64);
  const half = s.fresh();
  const low = s.fresh();
  const sticky = s.fresh();
  s.emit("shr", 64, half, reg(r), imm(1));
  s.emit("and", 32, low, reg(r), imm(1));
  s.emit("or", 64, sticky, reg(half), reg(low));
  const halved = s.fresh(to);
  convert(s, halved, sticky, to, 64);
  const large = s.fresh(to);
  s.emit(`add${suffix(to)}`, widths[to] as Width, large, reg(halved), reg(halved));
  const a = bitsOf(s, small, to);
  const b = bitsOf(s, large, to);
  s.emit("cmp", 64, NONE, reg(r), imm(0));
  const chosen = s.fresh();
  s.emit("cmov", 64, chosen, reg(a), reg(b)).condition = "s";
  fromBits(s, d, chosen, to);
}

function truncate(s: Selection, r: Reg, from: Float): Reg {
  const whole = s.fresh();
  s.emit(`cvtt${suffix(from)}2si`, 64, whole, reg(r));
  return whole;
}

/** `whole`, or `instead` if the float is at least the limit. */
function unless(s: Selection, whole: Reg, r: Reg, from: Float, limit: number, instead: bigint | Reg): Reg {
  const other = typeof instead === "number" ? instead : s.fresh();
  if (typeof instead !== "number") s.emit("mov", 64, other, imm(instead));
  const bound = floatConstant(s, from, limit);
  s.emit(`ucomi${suffix(from)}`, widths[from] as Width, NONE, reg(r), reg(bound));
  const chosen = s.fresh();
  s.emit("cmov", 64, chosen, reg(whole), reg(other)).condition = "ae";
  return chosen;
}

/** CVTTSD2SI gives the most negative number for what it cannot express; large values and NaN are put right. */
function floatToSigned(s: Selection, d: Reg, r: Reg, from: Float, bits: number): void {
  let whole = truncate(s, r, from);
  const most = (1n << BigInt(bits - 1)) - 1n;
  if (bits < 64) {
    const least = s.fresh();
    s.emit("mov", 64, least, imm(-most - 1n));
    const clamped = s.fresh();
    s.emit("cmp", 64, NONE, reg(whole), reg(least));
    s.emit("cmov", 64, clamped, reg(whole), reg(least)).condition = "l";
    whole = clamped;
  }
  whole = unless(s, whole, r, from, 2 ** (bits - 1), most);
  const zero = s.fresh();
  s.emit("mov", 32, zero, imm(0));
  s.emit(`ucomi${suffix(from)}`, widths[from] as Width, NONE, reg(r), reg(r));
  s.emit("cmov", 64, d, reg(whole), reg(zero)).condition = "p";
}

/** Negative numbers, and what NaN becomes, are 0. */
function notNegative(s: Selection, whole: Reg): Reg {
  const zero = s.fresh();
  s.emit("mov", 32, zero, imm(0));
  s.emit("cmp", 64, NONE, reg(whole), imm(0));
  const chosen = s.fresh();
  s.emit("cmov", 64, chosen, reg(whole), reg(zero)).condition = "s";
  return chosen;
}

function floatToUnsigned(s: Selection, d: Reg, r: Reg, from: Float, bits: number): void {
  const whole = notNegative(s, truncate(s, r, from));
  s.emit("copy", 64, d, reg(unless(s, whole, r, from, 2 ** bits, (1n << BigInt(bits)) - 1n)));
}

function floatToUnsigned64(s: Selection, d: Reg, r: Reg, from: Float): void {
  const small = notNegative(s, truncate(s, r, from));
  const less = s.fresh(from);
  s.emit(`sub${suffix(from)}`, widths[from] as Width, less, reg(r), reg(floatConstant(s, from, 2 ** 63)));
  const top = s.fresh();
  s.emit("mov", 64, top, imm(1n << 63n));
  const large = s.fresh();
  s.emit("xor", 64, large, reg(truncate(s, less, from)), reg(top));
  const whole = unless(s, small, r, from, 2 ** 63, large);
  s.emit("copy", 64, d, reg(unless(s, whole, r, from, 2 ** 64, (1n << 64n) - 1n)));
}
