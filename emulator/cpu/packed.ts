/**
 * The operations of the IR on 128-bit values, and on floating-point numbers. They are WebAssembly's, under WebAssembly's
 * names: that is the machine they run on, the names say shape and operation ("i16x8.add_sat_u"), and what x86 has besides
 * is composed of them in the definitions.
 *
 * The data model of vectors: a register is 256 bits in the state (`vector`, four words each); values have 128 bits, so a
 * 256-bit operation is said twice, for each half. Parts of registers are read and written as places of 32, 64 or 128 bits
 * at an offset (ir.ts). A floating-point number is its bits, in a value of 32 or 64 bits; NaNs are never taken from an
 * arithmetic operation here, for WebAssembly leaves their bits open: definitions use results only where they have made sure
 * of a number.
 */
import { type SimdLaneOp, type SimdOp, simd, simdLanes } from "../formats/wasm-simd-codes.ts";
import type { Bits } from "./builder.ts";

/** Arithmetic and comparisons of single numbers. */
export const floatOps = [
  ...(["f32.add", "f32.sub", "f32.mul", "f32.div", "f32.sqrt", "f32.abs", "f32.neg"] as const),
  ...(["f64.add", "f64.sub", "f64.mul", "f64.div", "f64.sqrt", "f64.abs", "f64.neg"] as const),
  ...(["f32.ceil", "f32.floor", "f32.trunc", "f32.nearest"] as const),
  ...(["f64.ceil", "f64.floor", "f64.trunc", "f64.nearest"] as const),
  ...(["f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"] as const),
  ...(["f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"] as const),
  ...(["f32.demote_f64", "f64.promote_f32"] as const),
  ...(["f32.convert_i32_s", "f32.convert_i64_s", "f64.convert_i32_s", "f64.convert_i64_s"] as const),
] as const;
export const saturatingOps = [
  "i32.trunc_sat_f32_s",
  "i32.trunc_sat_f64_s",
  "i64.trunc_sat_f32_s",
  "i64.trunc_sat_f64_s",
] as const;

export type FloatOp = (typeof floatOps)[number];
export type SaturatingFloatOp = (typeof saturatingOps)[number];
export type PackedOp = SimdOp | SimdLaneOp | FloatOp | SaturatingFloatOp | "i8x16.shuffle";

export interface Signature {
  readonly arguments: readonly Bits[];
  readonly result: Bits;
  /** Numbers that stand in the operation itself: a lane, or the sixteen of a shuffle. */
  readonly immediates: 0 | 1 | 16;
}

const isLaneOp = (op: PackedOp): op is SimdLaneOp => op in simdLanes;
export const isSimdOp = (op: PackedOp): op is SimdOp => op in simd;
const floatSet: ReadonlySet<PackedOp> = new Set(floatOps);
export const isFloatOp = (op: PackedOp): op is FloatOp => floatSet.has(op);
const saturatingSet: ReadonlySet<PackedOp> = new Set(saturatingOps);
export const isSaturatingOp = (op: PackedOp): op is SaturatingFloatOp => saturatingSet.has(op);

/** Width of one lane: "i16x8.add" 16; 128 for "v128". */
export const laneBits = (op: PackedOp): Bits =>
  op.startsWith("v128") ? 128 : (Number(/^[if](\d+)/.exec(op)![1]) as Bits);

const signatures = new Map<PackedOp, Signature>();

/** The operation's name behind the point. */
export const operationOf = (op: PackedOp): string => op.slice(op.indexOf(".") + 1);

export function signatureOf(op: PackedOp): Signature {
  let known = signatures.get(op);
  if (known === undefined) signatures.set(op, (known = work(op)));
  return known;
}

function work(op: PackedOp): Signature {
  const lane = laneBits(op);
  const name = operationOf(op);
  if (op === "i8x16.shuffle") return { arguments: [128, 128], result: 128, immediates: 16 };
  if (isLaneOp(op))
    return name === "replace_lane"
      ? { arguments: [128, lane], result: 128, immediates: 1 }
      : { arguments: [128], result: lane, immediates: 1 };
  if (isFloatOp(op) || isSaturatingOp(op)) {
    if (/^(eq|ne|lt|gt|le|ge)$/.test(name)) return { arguments: [lane, lane], result: 1, immediates: 0 };
    const from = /_[if](\d+)/.exec(name);
    if (from !== null) return { arguments: [Number(from[1]) as Bits], result: lane, immediates: 0 };
    const unary = /^(sqrt|abs|neg|ceil|floor|trunc|nearest)$/.test(name);
    return { arguments: unary ? [lane] : [lane, lane], result: lane, immediates: 0 };
  }
  const packed = (args: readonly Bits[], result: Bits): Signature => ({ arguments: args, result, immediates: 0 });
  if (name === "splat") return packed([lane], 128);
  if (name === "all_true" || name === "any_true") return packed([128], 1);
  if (name === "bitmask") return packed([128], 32);
  if (/^sh[lr]/.test(name)) return packed([128, 32], 128);
  if (name === "bitselect") return packed([128, 128, 128], 128);
  const unary =
    /^(abs|neg|popcnt|not|sqrt|ceil|floor|trunc|nearest|demote|promote|convert|extend|extadd|trunc_sat)(_|$)/;
  return packed(unary.test(name) ? [128] : [128, 128], 128);
}
