/**
 * Small words for definitions: how wide an operand is, and how a value is made to fit it. Everything here depends on the
 * instruction's shape alone (builder.ts, first rule).
 */
import type { RegisterClass } from "../isa/registers.ts";
import { general, type Register } from "../isa/registers.ts";
import type { Bits, Builder, Operand, RegisterOperand, Value } from "./builder.ts";

export type Width = 8 | 16 | 32 | 64;

/** Width in bits of a register, memory or immediate operand. */
export function width(operand: Operand): Width {
  return (operand.kind === "register" ? operand.register.bits : operand.bits) as Width;
}

export function isRegister(operand: Operand, kind: RegisterClass): operand is RegisterOperand {
  return operand.kind === "register" && operand.register.class === kind;
}

/** Cut or zero-extended to `bits`. */
export function fit(b: Builder, value: Value, bits: Bits): Value {
  if (value.bits === bits) return value;
  return value.bits > bits ? b.truncate(value, bits) : b.zeroExtend(value, bits);
}

/** The sign bit, as a condition. */
export function sign(b: Builder, value: Value): Value {
  return b.ltSigned(value, b.constant(value.bits, 0));
}

/** Bit 0, as a condition. */
export const lowBit = (b: Builder, value: Value): Value => b.truncate(value, 1);

export const isZero = (b: Builder, value: Value): Value => b.eq(value, b.constant(value.bits, 0));
export const isNotZero = (b: Builder, value: Value): Value => b.ne(value, b.constant(value.bits, 0));

/** Whether any bit of `mask` is set in a 32-bit value. */
export const anySet = (b: Builder, value: Value, mask: number): Value =>
  isNotZero(b, b.and(value, b.constant(value.bits, mask)));

/** AL, AX, EAX or RAX, and so on: number `index` in encoding order at the given width (never AH…BH). */
export function generalRegister(bits: Width, index: number): Register {
  return general[bits][index]!;
}

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
