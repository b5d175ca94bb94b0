/**
 * FMA3 (SDM vol. 1, 14.5): multiply and add with one rounding; and F16C, numbers of 16 bits. The digits of a mnemonic say which
 * operands are multiplied and which one is added: 132 is first × third + second.
 */
import type { Definition, Definitions, Operand, Value } from "./builder.ts";
import { type FloatShape, isScalar, readScalar, writeScalar } from "./vector-float.ts";
import { halvesOf, readVector, writeVector } from "./vector-operand.ts";

const orders = { 132: [0, 2, 1], 213: [1, 0, 2], 231: [1, 2, 0] } as const;
const kinds = ["madd", "msub", "nmadd", "nmsub", "maddsub", "msubadd"] as const;
/** Adds in some lanes and subtracts in others: packed only. */
const isAlternating = (kind: string): boolean => kind === "maddsub" || kind === "msubadd";
const shapes = { ps: "f32x4", pd: "f64x2", ss: "f32", sd: "f64" } as const;

const fusedMultiplyAdd =
  (kind: string, order: readonly number[], shape: FloatShape): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const scalar = isScalar(shape);
    const groups = (scalar ? ([0] as const) : halvesOf(destination)).map((half) =>
      order.map((i) => (scalar ? readScalar(b, operands[i]!, shape) : readVector(b, operands[i]!, half))),
    );
    const name = `${kind}.${shape}`;
    if (scalar) {
      const bits = shape === "f32" ? 32 : 64;
      // The bits above come from the destination itself.
      writeScalar(b, [destination, destination], b.helper(name, groups[0]!, bits));
      return;
    }
    const results: Value[] =
      groups.length === 1
        ? [b.helper(name, groups[0]!, 128)]
        : groups.map((_, half) => b.helper(`${name}.256`, [b.constant(64, half), ...groups.flat()], 128));
    writeVector(b, destination, results);
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
  const results = halvesOf(destination).map((half) =>
    b.helper("f32x4.from.f16x4", [b.readPart(source!, 64, 8 * half)], 128),
  );
  writeVector(b, destination, results);
};

/** VCVTPS2PH: rounding by the immediate's bits 1:0, or by MXCSR (bit 2). FTZ does not count. */
const singleToHalf: Definition = (b, destination, source, immediate) => {
  const control = b.zeroExtend(b.read(immediate!), 64);
  const halves = halvesOf(source!);
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
