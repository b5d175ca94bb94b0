/**
 * FMA3 (SDM vol. 1, 14.5): multiply and add with one rounding; and F16C, numbers of 16 bits. The digits of a mnemonic say which
 * operands are multiplied and which one is added: 132 is first × third + second.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import { isZero, sign } from "./operand.ts";
import {
  callHelper,
  type FloatShape,
  isScalar,
  mxcsrOf,
  numbersOf,
  readScalar,
  wordsOf,
  writeScalar,
} from "./vector-float.ts";
import { halvesOf, quadwordsOf, readVector, writeVector } from "./vector-operand.ts";

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

const f64 = (b: Builder, name: "add" | "sub" | "mul", x: Value, y: Value): Value => b.packed(`f64.${name}`, [x, y]);

/** x + y as a rounded sum and its error (Knuth). */
function twoSum(b: Builder, x: Value, y: Value): { sum: Value; error: Value } {
  const sum = f64(b, "add", x, y);
  const part = f64(b, "sub", sum, x);
  const error = f64(b, "add", f64(b, "sub", x, f64(b, "sub", sum, part)), f64(b, "sub", y, part));
  return { sum, error };
}

/** x × y as a rounded product and its error (Dekker, with Veltkamp's split at 27 bits). */
function twoProduct(b: Builder, x: Value, y: Value): { product: Value; error: Value } {
  const split = (v: Value) => {
    const wide = f64(b, "mul", v, b.constant(64, 0x41a0_0000_0200_0000n));
    const high = f64(b, "sub", wide, f64(b, "sub", wide, v));
    return { high, low: f64(b, "sub", v, high) };
  };
  const product = f64(b, "mul", x, y);
  const [p, q] = [split(x), split(y)];
  const first = f64(b, "sub", f64(b, "mul", p.high, q.high), product);
  const second = f64(b, "add", first, f64(b, "mul", p.high, q.low));
  const third = f64(b, "add", second, f64(b, "mul", p.low, q.high));
  return { product, error: f64(b, "add", third, f64(b, "mul", p.low, q.low)) };
}

/** x + y rounded to odd: an inexact sum has its last bit set, so that a second rounding cannot go wrong (Boldo, Melquiond). */
function sumToOdd(b: Builder, x: Value, y: Value): Value {
  const { sum, error } = twoSum(b, x, y);
  const inexact = b.packed("f64.ne", [error, b.constant(64, 0)]);
  const even = isZero(b, b.and(sum, b.constant(64, 1)));
  const outward = b.eq(sign(b, sum), sign(b, error));
  const neighbour = b.add(sum, b.select(outward, b.constant(64, 1), b.constant(64, -1)));
  return b.select(b.and(inexact, even), neighbour, sum);
}

/**
 * One number by the host's arithmetic, and whether that may be trusted: nothing near a limit of the exponent; or a zero, as padding and
 * new sums have it, that is exact.
 */
function quickly(b: Builder, shape: "f32" | "f64", x: Value, y: Value, z: Value): { result: Value; trusted: Value } {
  const { op, abs, constant, isZero: isZeroNumber, isPlain, isFinite: isFiniteNumber, isNormal } = wordsOf(b, shape);
  const plain = b.and(b.and(isPlain(x), isPlain(y)), isPlain(z));
  if (shape === "f32") {
    const wide = (v: Value) => b.packed("f64.promote_f32", [v]);
    const sum = sumToOdd(b, f64(b, "mul", wide(x), wide(y)), wide(z));
    const result = b.packed("f32.demote_f64", [sum]);
    // Rounded to odd, an inexact sum is not zero.
    const zero = b.packed("f64.eq", [sum, b.constant(64, 0)]);
    return { result, trusted: b.and(plain, b.or(isNormal(result), zero)) };
  }
  const { product, error } = twoProduct(b, x, y);
  const low = twoSum(b, z, error);
  const high = twoSum(b, product, low.sum);
  const fused = f64(b, "add", high.sum, sumToOdd(b, low.error, high.error));
  const within = (v: Value, exponent: number) =>
    b.and(
      op("gt", abs(v), constant(BigInt(1023 - exponent) << 52n)),
      op("lt", abs(v), constant(BigInt(1023 + exponent) << 52n)),
    );
  const withinOrZero = (v: Value) => b.or(within(v, 800), isZeroNumber(v));
  const moderate = b.and(b.and(within(x, 400), within(y, 400)), b.and(withinOrZero(z), withinOrZero(fused)));
  // A product of zero is exact, and so is its sum with any number.
  const finite = b.and(b.and(isFiniteNumber(x), isFiniteNumber(y)), isFiniteNumber(z));
  const nothing = b.and(b.or(isZeroNumber(x), isZeroNumber(y)), b.and(plain, finite));
  return {
    result: b.select(nothing, f64(b, "add", f64(b, "mul", x, y), z), fused),
    trusted: b.or(moderate, nothing),
  };
}

const fusedMultiplyAdd =
  (kind: (typeof kinds)[number], order: readonly number[], shape: FloatShape): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const scalar = isScalar(shape);
    const groups = (scalar ? ([0] as const) : halvesOf(destination)).map((half) =>
      order.map((i) => (scalar ? readScalar(b, operands[i]!, shape) : readVector(b, operands[i]!, half))),
    );
    const lane = shape.startsWith("f32") ? "f32" : "f64";
    const bits = lane === "f32" ? 32 : 64;
    const [product, even, odd] = signs[kind];
    const opposite = (v: Value, changed: boolean) => (changed ? b.packed(`${lane}.neg`, [v]) : v);
    let trusted = mxcsrOf(b).isSettled();
    const results = groups.map((group) => {
      const [xs, ys, zs] = group.map((value) => numbersOf(b, shape, value)) as [Value[], Value[], Value[]];
      const numbers = xs.map((x, i) => {
        const addend = opposite(zs[i]!, i % 2 === 0 ? even : odd);
        const one = quickly(b, lane, opposite(x, product), ys[i]!, addend);
        trusted = b.and(trusted, one.trusted);
        return one.result;
      });
      const put = bits === 32 ? "i32x4.replace_lane" : "i64x2.replace_lane";
      return scalar ? numbers[0]! : numbers.reduce((v, n, i) => b.packed(put, [v, n], [i]), b.constant(128, 0));
    });
    // The bits above a scalar come from the destination itself.
    const write = (values: readonly Value[]) =>
      scalar ? writeScalar(b, [destination, destination], values[0]!) : writeVector(b, destination, values);
    b.if(
      b.shortcut(trusted),
      () => write(results),
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
