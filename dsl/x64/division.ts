/**
 * Division by constants without DIV: shifts for powers of two, else multiplication by a scaled reciprocal
 * (Granlund, Montgomery: "Division by Invariant Integers using Multiplication"; Warren: "Hacker's Delight", chapter 10).
 * Narrow values come extended to 32 bits and are divided there.
 */
import type { Type } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { exponent, high } from "./integer.ts";
import { imm, type Operand, type Reg, reg } from "./mir.ts";
import { fitsInt32, operationWidth, type Selection } from "./selection.ts";

type How = "udiv" | "sdiv" | "urem" | "srem";

/** Emits the division; false when DIV is to be used. `value` is extended to 32 bits at least. */
export function divideByConstant(s: Selection, how: How, d: Reg, value: Reg, bits: bigint, type: Type): boolean {
  const signed = how === "sdiv" || how === "srem";
  const width = operationWidth(type);
  const by = signed ? BigInt.asIntN(widths[type], bits) : bits;
  const remainder = how === "urem" || how === "srem";
  if (by === 1n || by === -1n) {
    if (remainder) s.emit("mov", 32, d, imm(0));
    else if (by === 1n) s.emit(width === 64 ? "copy" : "movzx", width, d, reg(value)).from = width;
    else s.emit("neg", width, d, reg(value));
    return true;
  }
  const magnitude = by < 0n ? -by : by;
  const power = exponent(magnitude);
  if (!signed && power > 0) {
    if (!remainder) s.emit("shr", width, d, reg(value), imm(power));
    else s.emit("and", width, d, reg(value), constant(s, by - 1n, width));
    return true;
  }
  const quotient = remainder ? s.fresh() : d;
  if (!signed) unsigned(s, quotient, value, by, width);
  else if (power > 0) signedPower(s, quotient, value, by, power, width);
  else signedQuotient(s, quotient, value, by, width);
  if (remainder) {
    const product = s.fresh();
    if (power > 0) {
      s.emit("shl", width, product, reg(quotient), imm(power));
      if (by < 0n) {
        s.emit("add", width, d, reg(value), reg(product));
        return true;
      }
    } else if (width < 64 || fitsInt32(by))
      s.emit("imul3", width, product, reg(quotient), imm(BigInt.asIntN(width, by)));
    else s.emit("imul", width, product, reg(quotient), constant(s, by, width));
    s.emit("sub", width, d, reg(value), reg(product));
  }
  return true;
}

/** An immediate, or a register when it does not fit one. */
function constant(s: Selection, value: bigint, width: 8 | 16 | 32 | 64): Operand {
  if (width < 64) return imm(BigInt.asIntN(32, value));
  if (fitsInt32(value)) return imm(value);
  const r = s.fresh();
  s.emit("mov", 64, r, imm(value));
  return reg(r);
}

function step(s: Selection, op: string, width: 8 | 16 | 32 | 64, x: Reg, y: Operand): Reg {
  const r = s.fresh();
  s.emit(op, width, r, reg(x), y);
  return r;
}

function unsigned(s: Selection, d: Reg, value: Reg, by: bigint, width: 8 | 16 | 32 | 64): void {
  const n = BigInt(width);
  // The least p with 2^p mod by small enough: then floor(x * ceil(2^p / by) / 2^p) is exact for all x of n bits.
  let shift = 0n;
  let factor = 0n;
  for (; ; shift++) {
    const scaled = 1n << (n + shift);
    factor = (scaled + by - 1n) / by;
    if (factor * by - scaled <= 1n << shift) break;
  }
  if (width === 32) {
    const wide = s.fresh();
    s.emit("movzx", 32, wide, reg(value)).from = 32;
    if (factor < 1n << 32n) {
      const product = step(s, "imul", 64, wide, constant64(s, factor));
      s.emit("shr", 64, d, reg(product), imm(32n + shift));
      return;
    }
    const product = step(s, "imul", 64, wide, constant64(s, factor - (1n << 32n)));
    const upper = step(s, "shr", 64, product, imm(32));
    halved(s, d, wide, upper, shift, 32);
    return;
  }
  const upper = s.fresh();
  if (factor < 1n << 64n) {
    high(s, "mul", upper, constant64(s, factor), reg(value));
    if (shift === 0n) s.emit("copy", 64, d, reg(upper));
    else s.emit("shr", 64, d, reg(upper), imm(shift));
    return;
  }
  high(s, "mul", upper, constant64(s, factor - (1n << 64n)), reg(value));
  halved(s, d, value, upper, shift, 64);
}

/** (value + upper) >> shift without losing the carry: ((value - upper) / 2 + upper) >> (shift - 1). */
function halved(s: Selection, d: Reg, value: Reg, upper: Reg, shift: bigint, width: 32 | 64): void {
  const half = step(s, "shr", width, step(s, "sub", width, value, reg(upper)), imm(1));
  const sum = step(s, "add", width, half, reg(upper));
  if (shift > 1n) s.emit("shr", width, d, reg(sum), imm(shift - 1n));
  else s.emit("copy", width, d, reg(sum));
}

/** A register with a constant of up to 64 bits, as IMUL by a register and MUL want it. */
function constant64(s: Selection, value: bigint): Operand {
  const r = s.fresh();
  s.emit("mov", 64, r, imm(value));
  return reg(r);
}

/** Rounds toward zero: adds 2^power - 1 to negative values before the shift. */
function signedPower(s: Selection, d: Reg, value: Reg, by: bigint, power: number, width: 8 | 16 | 32 | 64): void {
  const sign = power === 1 ? value : step(s, "sar", width, value, imm(width - 1));
  const bias = step(s, "shr", width, sign, imm(width - power));
  const sum = step(s, "add", width, value, reg(bias));
  if (by > 0n) s.emit("sar", width, d, reg(sum), imm(power));
  else s.emit("neg", width, d, reg(step(s, "sar", width, sum, imm(power))));
}

function signedQuotient(s: Selection, d: Reg, value: Reg, by: bigint, width: 8 | 16 | 32 | 64): void {
  const n = BigInt(width);
  const magnitude = by < 0n ? -by : by;
  // As for unsigned values, but x has n - 1 bits beside its sign.
  let shift = 1n;
  let factor = 0n;
  for (; ; shift++) {
    const scaled = 1n << (n + shift - 1n);
    factor = scaled / magnitude + 1n;
    if (factor * magnitude - scaled <= 1n << shift) break;
  }
  // factor / 2^(n + shift - 1); the product's high half has / 2^n.
  if (width === 32) {
    const wide = s.fresh();
    s.emit("movsx", 64, wide, reg(value)).from = 32;
    const product = step(s, "imul", 64, wide, constant64(s, factor));
    const quotient = step(s, "sar", 64, product, imm(31n + shift));
    finishSigned(s, d, value, quotient, by < 0n, 32);
    return;
  }
  const upper = s.fresh();
  const signedFactor = BigInt.asIntN(64, factor);
  high(s, "imul1", upper, constant64(s, signedFactor), reg(value));
  // A factor of 64 bits is negative to IMUL: the missing 2^64 × value is added.
  const whole = signedFactor < 0n ? step(s, "add", 64, upper, reg(value)) : upper;
  const quotient = shift > 1n ? step(s, "sar", 64, whole, imm(shift - 1n)) : whole;
  finishSigned(s, d, value, quotient, by < 0n, 64);
}

/** Rounds toward zero by adding 1 to what was rounded down for a negative value; the sign of the divisor turns it round. */
function finishSigned(s: Selection, d: Reg, value: Reg, quotient: Reg, negative: boolean, width: 32 | 64): void {
  const sign = step(s, "sar", width, value, imm(width - 1));
  if (negative) s.emit("sub", width, d, reg(sign), reg(quotient));
  else s.emit("sub", width, d, reg(quotient), reg(sign));
}
