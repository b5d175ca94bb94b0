/**
 * What the packed operations (packed.ts) mean, said as plainly as possible: lanes are bigints in an array, an operation is
 * a function of lanes. The measure of what V8 makes of the same names.
 */
import { laneBits, operationOf, type PackedOp, signatureOf } from "./packed.ts";

type Lanes = readonly bigint[];

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;
const signed = (bits: number, x: bigint): bigint => BigInt.asIntN(bits, x);

const split = (bits: number, x: bigint): bigint[] =>
  Array.from({ length: 128 / bits }, (_, i) => (x >> BigInt(i * bits)) & mask(bits));

const join = (bits: number, lanes: Lanes): bigint =>
  lanes.reduce((whole, lane, i) => whole | (BigInt.asUintN(bits, lane) << BigInt(i * bits)), 0n);

const clamp = (x: bigint, least: bigint, most: bigint): bigint => (x < least ? least : x > most ? most : x);
const saturateSigned = (bits: number, x: bigint): bigint => clamp(x, -(1n << BigInt(bits - 1)), mask(bits - 1));
const saturateUnsigned = (bits: number, x: bigint): bigint => clamp(x, 0n, mask(bits));
const absolute = (x: bigint): bigint => (x < 0n ? -x : x);

/** Integer lane by lane; operands unsigned, results cut. `s`: as signed number. */
const integer: Readonly<Record<string, (bits: number, x: bigint, y: bigint, s: (x: bigint) => bigint) => bigint>> = {
  add: (_, x, y) => x + y,
  sub: (_, x, y) => x - y,
  mul: (_, x, y) => x * y,
  add_sat_s: (bits, x, y, s) => saturateSigned(bits, s(x) + s(y)),
  add_sat_u: (bits, x, y) => saturateUnsigned(bits, x + y),
  sub_sat_s: (bits, x, y, s) => saturateSigned(bits, s(x) - s(y)),
  sub_sat_u: (bits, x, y) => saturateUnsigned(bits, x - y),
  min_s: (_, x, y, s) => (s(x) < s(y) ? x : y),
  min_u: (_, x, y) => (x < y ? x : y),
  max_s: (_, x, y, s) => (s(x) > s(y) ? x : y),
  max_u: (_, x, y) => (x > y ? x : y),
  avgr_u: (_, x, y) => (x + y + 1n) >> 1n,
  q15mulr_sat_s: (bits, x, y, s) => saturateSigned(bits, (s(x) * s(y) + 0x4000n) >> 15n),
  abs: (_, x, _y, s) => absolute(s(x)),
  neg: (_, x) => -x,
  popcnt: (_, x) => BigInt(x.toString(2).replaceAll("0", "").length),
};

const comparisons: Readonly<Record<string, (x: bigint, y: bigint, s: (x: bigint) => bigint) => boolean>> = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt_s: (x, y, s) => s(x) < s(y),
  lt_u: (x, y) => x < y,
  gt_s: (x, y, s) => s(x) > s(y),
  gt_u: (x, y) => x > y,
  le_s: (x, y, s) => s(x) <= s(y),
  le_u: (x, y) => x <= y,
  ge_s: (x, y, s) => s(x) >= s(y),
  ge_u: (x, y) => x >= y,
};

/** The number that the bits mean. */
function numberOf(bits: number, x: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, x);
  return bits === 64 ? view.getFloat64(0) : view.getFloat32(4);
}

/** The bits of a number, rounded to nearest for 32. */
function bitsOf(bits: number, x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (bits === 64) view.setFloat64(0, x);
  else view.setFloat32(4, x);
  return view.getBigUint64(0);
}

const floatBinary: Readonly<Record<string, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pmin: (x, y) => (y < x ? y : x),
  pmax: (x, y) => (x < y ? y : x),
};

/** Halfway cases to even. */
function nearest(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  const result = up ? down + 1 : down;
  return result === 0 && (x < 0 || Object.is(x, -0)) ? -0 : result;
}

const floatUnary: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  ceil: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
  nearest,
};

const floatComparisons: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  eq: (x, y) => x === y,
  ne: (x, y) => x !== y,
  lt: (x, y) => x < y,
  gt: (x, y) => x > y,
  le: (x, y) => x <= y,
  ge: (x, y) => x >= y,
};

/** One floating-point operation on numbers given by their bits; null if the name is none. */
function float(bits: number, name: string, x: bigint, y: bigint): bigint | null {
  if (name === "abs") return x & mask(bits - 1);
  if (name === "neg") return x ^ (1n << BigInt(bits - 1));
  const binary = floatBinary[name];
  if (binary !== undefined) return bitsOf(bits, binary(numberOf(bits, x), numberOf(bits, y)));
  const unary = floatUnary[name];
  return unary === undefined ? null : bitsOf(bits, unary(numberOf(bits, x)));
}

/** A number as an integer, towards zero; what does not fit becomes the nearest that does, NaN 0. */
function truncated(bits: number, x: number): bigint {
  if (Number.isNaN(x)) return 0n;
  if (!Number.isFinite(x)) return saturateSigned(bits, x > 0 ? 1n << 64n : -(1n << 64n));
  return saturateSigned(bits, BigInt(Math.trunc(x)));
}

/** An integer as a number, rounded once to nearest. */
function converted(bits: number, x: bigint): bigint {
  if (bits === 64) return bitsOf(64, Number(x));
  // To 32 bits by way of 64 would round twice: what is beyond 64 − 11 bits only counts as "more than nothing".
  const magnitude = absolute(x);
  const excess = BigInt(Math.max(0, magnitude.toString(2).length - 40));
  const sticky = (magnitude & ((1n << excess) - 1n)) === 0n ? 0n : 1n;
  const rounded = Number(((magnitude >> excess) | sticky) << excess);
  return bitsOf(32, x < 0n ? -rounded : rounded);
}

/** The result of an operation; arguments and result unsigned, of the widths in its signature. */
export function evaluatePacked(op: PackedOp, args: readonly bigint[], immediates: readonly number[]): bigint {
  return BigInt.asUintN(signatureOf(op).result, compute(op, args, immediates));
}

function compute(op: PackedOp, args: readonly bigint[], immediates: readonly number[]): bigint {
  const bits = laneBits(op);
  const name = operationOf(op);
  const [x = 0n, y = 0n, z = 0n] = args;
  if (op.startsWith("v128")) return whole(name, x, y, z);
  if (op === "i8x16.shuffle") {
    const both = [...split(8, x), ...split(8, y)];
    return join(
      8,
      immediates.map((from) => both[from]!),
    );
  }
  if (/^f(32|64)\.|^i(32|64)\./.test(op)) return single(op, bits, name, x, y);
  const lanes = split(bits, x);
  const others = split(bits, y);
  const s = (lane: bigint) => signed(bits, lane);
  const lane = immediates[0] ?? 0;
  const each = (f: (x: bigint, y: bigint) => bigint) =>
    join(
      bits,
      lanes.map((a, i) => f(a, others[i]!)),
    );
  switch (name) {
    case "swizzle":
      return join(
        8,
        others.map((from) => lanes[Number(from)] ?? 0n),
      );
    case "splat":
      return join(
        bits,
        lanes.map(() => x),
      );
    case "extract_lane":
    case "extract_lane_u":
      return lanes[lane]!;
    case "replace_lane":
      return join(bits, lanes.with(lane, y));
    case "all_true":
      return lanes.every((a) => a !== 0n) ? 1n : 0n;
    case "bitmask":
      return lanes.reduce((bitmask, a, i) => bitmask | ((a >> BigInt(bits - 1)) << BigInt(i)), 0n);
    case "shl":
    case "shr_s":
    case "shr_u": {
      const count = y % BigInt(bits);
      return join(
        bits,
        lanes.map((a) => (name === "shl" ? a << count : (name === "shr_s" ? s(a) : a) >> count)),
      );
    }
    case "dot_i16x8_s": {
      const [a, b] = [x, y].map((v) => split(16, v).map((lane) => signed(16, lane))) as [bigint[], bigint[]];
      return join(
        32,
        lanes.map((_, i) => a[2 * i]! * b[2 * i]! + a[2 * i + 1]! * b[2 * i + 1]!),
      );
    }
  }
  const wide = /^(narrow|extend_low|extend_high|extadd_pairwise|extmul_low|extmul_high)_i\d+x\d+_([su])$/.exec(name);
  if (wide !== null) return resized(bits, wide[1]!, wide[2]! === "s", x, y);
  if (op.startsWith("i")) {
    if (name === "trunc_sat_f32x4_s")
      return join(
        32,
        lanes.map((a) => truncated(32, numberOf(32, a))),
      );
    if (name === "trunc_sat_f64x2_s_zero")
      return join(
        32,
        split(64, x).map((a) => truncated(32, numberOf(64, a))),
      );
    const compares = comparisons[name];
    if (compares !== undefined) return each((a, b) => (compares(a, b, s) ? mask(bits) : 0n));
    return each((a, b) => integer[name]!(bits, a, b, s));
  }
  switch (name) {
    case "demote_f64x2_zero":
      return join(
        32,
        split(64, x).map((a) => bitsOf(32, numberOf(64, a))),
      );
    case "promote_low_f32x4":
      return join(
        64,
        split(32, x)
          .slice(0, 2)
          .map((a) => bitsOf(64, numberOf(32, a))),
      );
    case "convert_i32x4_s":
      return join(
        32,
        lanes.map((a) => converted(32, s(a))),
      );
    case "convert_low_i32x4_s":
      return join(
        64,
        split(32, x)
          .slice(0, 2)
          .map((a) => converted(64, signed(32, a))),
      );
  }
  const compares = floatComparisons[name];
  if (compares !== undefined) return each((a, b) => (compares(numberOf(bits, a), numberOf(bits, b)) ? mask(bits) : 0n));
  return each((a, b) => float(bits, name, a, b)!);
}

function whole(name: string, x: bigint, y: bigint, z: bigint): bigint {
  switch (name) {
    case "not":
      return ~x;
    case "and":
      return x & y;
    case "andnot":
      return x & ~y;
    case "or":
      return x | y;
    case "xor":
      return x ^ y;
    case "bitselect":
      return (x & z) | (y & ~z);
    default:
      return x === 0n ? 0n : 1n;
  }
}

/** Lanes of `bits` from lanes half (or for narrowing, twice) as wide. */
function resized(bits: number, how: string, isSigned: boolean, x: bigint, y: bigint): bigint {
  const from = how === "narrow" ? bits * 2 : bits / 2;
  const read = (value: bigint) => split(from, value).map((a) => (isSigned || how === "narrow" ? signed(from, a) : a));
  const [a, b] = [read(x), read(y)];
  const half = a.length / 2;
  switch (how) {
    case "narrow": {
      const saturate = isSigned ? saturateSigned : saturateUnsigned;
      return join(
        bits,
        [...a, ...b].map((lane) => saturate(bits, lane)),
      );
    }
    case "extend_low":
      return join(bits, a.slice(0, half));
    case "extend_high":
      return join(bits, a.slice(half));
    case "extadd_pairwise":
      return join(
        bits,
        Array.from({ length: half }, (_, i) => a[2 * i]! + a[2 * i + 1]!),
      );
    case "extmul_low":
      return join(
        bits,
        a.slice(0, half).map((lane, i) => lane * b[i]!),
      );
    default:
      return join(
        bits,
        a.slice(half).map((lane, i) => lane * b[half + i]!),
      );
  }
}

/** The operations on single numbers. */
function single(op: PackedOp, bits: number, name: string, x: bigint, y: bigint): bigint {
  const source = signatureOf(op).arguments[0]!;
  if (name.startsWith("trunc_sat")) return truncated(bits, numberOf(source, x));
  if (name.startsWith("convert")) return converted(bits, signed(source, x));
  if (name === "demote_f64" || name === "promote_f32") return bitsOf(bits, numberOf(source, x));
  const compares = floatComparisons[name];
  if (compares !== undefined) return compares(numberOf(bits, x), numberOf(bits, y)) ? 1n : 0n;
  return float(bits, name, x, y)!;
}
