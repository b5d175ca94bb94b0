/**
 * The registers that regions keep in locals, by number: 0–15 the general ones, 64 bits each; from VECTORS on the halves of the YMM
 * registers, 128 bits each: VECTORS + 2n is XMMn, the next one what is above it.
 */
import type { Place } from "../cpu/ir.ts";
import { stateFields } from "../cpu/state.ts";
import type { ValueType } from "../formats/wasm-codes.ts";
import { general } from "../isa/registers.ts";

export const VECTORS = 16;
export const REGISTERS = VECTORS + 2 * 16;

export const bitsOf = (index: number): 64 | 128 => (index < VECTORS ? 64 : 128);

/** The local that a register lives in. */
export const typeOfRegister = (index: number): ValueType => (index < VECTORS ? "i64" : "v128");

/** Where it is in the state. */
export const addressOf = (index: number): number =>
  index < VECTORS ? stateFields.general.offset + 8 * index : stateFields.vector.offset + 16 * (index - VECTORS);

/** Stands for what a register held when a block was entered. */
export function placeOf(index: number): Place {
  if (index < VECTORS) return { kind: "register", register: general[64][index]! };
  const half = index - VECTORS;
  return { kind: "vector", operand: half >> 1, bits: 128, offset: 16 * (half & 1) };
}

/** The register that `placeOf` stands for, or −1. */
export function registerAt(place: Place): number {
  if (place.kind === "register") return place.register.index;
  return place.kind === "vector" ? VECTORS + 2 * place.operand + place.offset / 16 : -1;
}
