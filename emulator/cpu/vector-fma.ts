/**
 * FMA3 (SDM vol. 1, 14.5): multiply and add with one rounding; and F16C, numbers of 16 bits. The digits of a mnemonic say which
 * operands are multiplied and which one is added: 132 is first × third + second.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import {
  callHelper,
  type FloatShape,
  formatOf,
  isScalar,
  mxcsrOf,
  readScalar,
  wordsOf,
  writeScalar,
} from "./vector-float.ts";
import { halvesOf, lanes, quadwordsOf, readVector, writeVector } from "./vector-operand.ts";
import { shuffled } from "./vector-shuffle.ts";

const orders = { 132: [0, 2, 1], 213: [1, 0, 2], 231: [1, 2, 0] } as const;
const kinds = ["madd", "msub", "nmadd", "nmsub", "maddsub", "msubadd"] as const;
/** Adds in some lanes and subtracts in others: packed only. */
const isAlternating = (kind: string): boolean => kind === "maddsub" || kind === "msubadd";
const shapes = { ps: "f32x4", pd: "f64x2", ss: "f32", sd: "f64" } as const;

/** Whether product and addend change their signs, in even and in odd lanes. */
const signs: Readonly<Record<(typeof kinds)[number], readonly [product: boolean, even: boolean, odd: boolean]>> = {
  madd: [false, false, false],
  msub: [false, true, true],
  nmadd: [true, false, false],
  nmsub: [true, true, true],
  maddsub: [false, true, false],
  msubadd: [false, false, true],
};

/** Numbers as doubles: one, or two beside each other. */
type Wide = "f64" | "f64x2";
const wideOf = (shape: FloatShape): Wide => (isScalar(shape) ? "f64" : "f64x2");

/** A condition for each lane, or one condition. */
const both = (b: Builder, conditions: readonly Value[]): Value => conditions.reduce((x, y) => b.and(x, y));

/** x + y as a rounded sum and its error (Knuth). */
function twoSum(b: Builder, wide: Wide, x: Value, y: Value): { sum: Value; error: Value } {
  const { op } = wordsOf(b, wide);
  const sum = op("add", x, y);
  const part = op("sub", sum, x);
  return { sum, error: op("add", op("sub", x, op("sub", sum, part)), op("sub", y, part)) };
}

/** x × y as a rounded product and its error (Dekker, with Veltkamp's split at 27 bits). */
function twoProduct(b: Builder, wide: Wide, x: Value, y: Value): { product: Value; error: Value } {
  const { op, constant } = wordsOf(b, wide);
  const split = (v: Value) => {
    const scaled = op("mul", v, constant(0x41a0_0000_0200_0000n));
    const high = op("sub", scaled, op("sub", scaled, v));
    return { high, low: op("sub", v, high) };
  };
  const product = op("mul", x, y);
  const [p, q] = [split(x), split(y)];
  const first = op("sub", op("mul", p.high, q.high), product);
  const second = op("add", first, op("mul", p.high, q.low));
  const third = op("add", second, op("mul", p.low, q.high));
  return { product, error: op("add", third, op("mul", p.low, q.low)) };
}

/** Numbers by the host's arithmetic, and whether all of them may be trusted. */
interface Quick {
  readonly result: Value;
  readonly trusted: Value;
}

/** The bits that a double has more than a single, as they are halfway between two singles. */
const BELOW = (1n << 29n) - 1n;
const HALFWAY = 1n << 28n;

/**
 * Singles: products are exact in doubles. Their sums are rounded twice, which goes wrong only where the first rounding leads to the middle
 * between two singles.
 */
function singles(b: Builder, shape: "f32" | "f32x4", x: Value, y: Value, z: Value): Quick {
  const wide = wideOf(shape);
  const { op, constant } = wordsOf(b, wide);
  const { all, isPlain, isNormal } = wordsOf(b, shape);
  const upper = (v: Value) => shuffled(b, 64, v, v, [1, 0]);
  const promoted = (v: Value) =>
    shape === "f32"
      ? [b.packed("f64.promote_f32", [v])]
      : [v, upper(v)].map((half) => b.packed("f64x2.promote_low_f32x4", [half]));
  const [xs, ys, zs] = [promoted(x), promoted(y), promoted(z)];
  const sums = xs.map((value, i) => op("add", op("mul", value, ys[i]!), zs[i]!));
  const below = sums.map((sum) => b.and(sum, constant(BELOW)));
  const zeros = sums.map((sum) => op("eq", sum, constant(0n)));
  const plain = both(b, [x, y, z].map(isPlain));
  if (shape === "f32") {
    const result = b.packed("f32.demote_f64", [sums[0]!]);
    const once = b.ne(below[0]!, constant(HALFWAY));
    return { result, trusted: both(b, [plain, once, b.or(isNormal(result), zeros[0]!)]) };
  }
  const singlesOf = sums.map((sum) => b.packed("f32x4.demote_f64x2_zero", [sum]));
  const result = shuffled(b, 64, singlesOf[0]!, singlesOf[1]!, [0, 2]);
  const exactZeros = shuffled(b, 32, zeros[0]!, zeros[1]!, [0, 2, 4, 6]);
  const once = below.map((bits) => b.packed("i64x2.all_true", [b.xor(bits, constant(HALFWAY))]));
  return { result, trusted: both(b, [all(plain), ...once, all(b.or(isNormal(result), exactZeros))]) };
}

/** 1 − 2^−52 and 1 + 2^−52. */
const [LESS, MORE] = [0x3fef_ffff_ffff_fffen, 0x3ff0_0000_0000_0001n];

/**
 * Doubles: product and sum with their errors, as long as nothing is near a limit of the exponent. The errors together are one more number, known
 * to half a bit if they had to be rounded: where both ends of what it may be lead to the same result, that is the one. Or a zero, as padding and new sums
 * have it, is multiplied, which is exact.
 */
function doublesQuickly(b: Builder, wide: Wide, x: Value, y: Value, z: Value): Quick {
  const { op, abs, constant, all, isPlain, isFinite: isFiniteNumber, isZero } = wordsOf(b, wide);
  const { product, error } = twoProduct(b, wide, x, y);
  const { sum, error: lost } = twoSum(b, wide, product, z);
  const rest = op("add", lost, error);
  const fused = op("add", sum, rest);
  const [low, high] = [LESS, MORE].map((factor) => op("add", sum, op("mul", rest, constant(factor)))) as [Value, Value];
  // One error alone is no rounded sum.
  const known = b.or(b.or(isZero(lost), isZero(error)), op("eq", low, high));
  const within = (v: Value, exponent: number) => {
    const bound = (of: number) => constant(BigInt(1023 + of) << 52n);
    return b.and(op("gt", abs(v), bound(-exponent)), op("lt", abs(v), bound(exponent)));
  };
  const withinOrZero = (v: Value) => b.or(within(v, 800), isZero(v));
  const moderate = both(b, [within(x, 400), within(y, 400), withinOrZero(z), withinOrZero(fused), known]);
  const nothing = both(b, [b.or(isZero(x), isZero(y)), ...[x, y, z].flatMap((v) => [isPlain(v), isFiniteNumber(v)])]);
  const exact = op("add", op("mul", x, y), z);
  const result = wide === "f64" ? b.select(nothing, exact, fused) : b.packed("v128.bitselect", [exact, fused, nothing]);
  return { result, trusted: all(b.or(moderate, nothing)) };
}

const quickly = (b: Builder, shape: FloatShape, x: Value, y: Value, z: Value): Quick =>
  shape === "f32" || shape === "f32x4" ? singles(b, shape, x, y, z) : doublesQuickly(b, shape, x, y, z);

const fusedMultiplyAdd =
  (kind: (typeof kinds)[number], order: readonly number[], shape: FloatShape): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const scalar = isScalar(shape);
    const groups = (scalar ? ([0] as const) : halvesOf(destination)).map((half) =>
      order.map((i) => (scalar ? readScalar(b, operands[i]!, shape) : readVector(b, operands[i]!, half))),
    );
    const { bits } = formatOf(shape);
    const [product, even, odd] = signs[kind];
    const { op } = wordsOf(b, shape);
    const top = (changed: boolean) => (changed ? 1n << BigInt(bits - 1) : 0n);
    const pair = Array.from({ length: 128 / bits }, (_, i) => top(i % 2 === 0 ? even : odd));
    const opposite = (v: Value) => {
      if (even === odd) return even ? op("neg", v) : v;
      return b.xor(v, lanes(b, pair));
    };
    const quick = groups.map(([x, y, z]) => quickly(b, shape, product ? op("neg", x!) : x!, y!, opposite(z!)));
    const trusted = both(b, [mxcsrOf(b).isSettled(), ...quick.map((one) => one.trusted)]);
    // The bits above a scalar come from the destination itself.
    const write = (values: readonly Value[]) =>
      scalar ? writeScalar(b, [destination, destination], values[0]!) : writeVector(b, destination, values);
    b.if(
      b.shortcut(trusted),
      () => write(quick.map(({ result }) => result)),
      () => write(callHelper(b, `${kind}.${shape}`, groups)),
    );
  };

const fusedMultiplyAdds = (): Definitions => {
  const all: Record<string, Definition> = {};
  for (const kind of kinds)
    for (const [digits, order] of Object.entries(orders))
      for (const [ending, shape] of Object.entries(shapes))
        if (!isAlternating(kind) || ending.startsWith("p"))
          all[`vf${kind}${digits}${ending}`] = fusedMultiplyAdd(kind, order, shape);
  return all;
};

/** VCVTPH2PS: always exact. */
const halfToSingle: Definition = (b, destination, source) => {
  const results = quadwordsOf(b, destination, source!).map((x) => b.helper("f32x4.from.f16x4", [x], 128));
  writeVector(b, destination, results);
};

/** VCVTPS2PH: rounding by the immediate's bits 1:0, or by MXCSR (bit 2). FTZ does not count. */
const singleToHalf: Definition = (b, destination, source, immediate) => {
  const control = b.zeroExtend(b.read(immediate!), 64);
  const halves = halvesOf(source!);
  // Faults of memory come before floating-point exceptions.
  b.probePart(destination, halves.length === 1 ? 64 : 128);
  const values = halves.map((half) => readVector(b, source!, half));
  const results =
    values.length === 1
      ? [b.helper("f16x4.from.f32x4", [values[0]!, control], 64)]
      : halves.map((half) => b.helper("f16x4.from.f32x4.256", [b.constant(64, half), ...values, control], 64));
  if (destination.kind === "memory") {
    if (results.length === 1) b.writePart(destination, results[0]!);
    else
      b.writePart(
        destination,
        b.packed("i64x2.replace_lane", [b.packed("i64x2.splat", [results[0]!]), results[1]!], [1]),
      );
    return;
  }
  const low = b.zeroExtend(results[0]!, 128);
  writeVector(b, destination, [results.length === 1 ? low : b.packed("i64x2.replace_lane", [low, results[1]!], [1])]);
};

export const vectorFma: Definitions = {
  ...fusedMultiplyAdds(),
  vcvtph2ps: halfToSingle,
  vcvtps2ph: singleToHalf,
};
