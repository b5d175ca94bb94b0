/**
 * SSE floating-point arithmetic: add, subtract, multiply, divide, square root, minimum, maximum, comparisons (SDM vol. 1,
 * 10.4 and 11.4). Exact in every bit of result and MXCSR, at the speed of the host's own arithmetic where that is allowed:
 *
 * The shortcut. While all exceptions are masked and rounding is to nearest, the host's result is the right one. Which flags it
 * raised follows from the numbers: none but PE if no operand is denormal and the result is normal, or a zero that had
 * to be. And PE, once raised, stays: a program that has ever rounded has nothing left to record.
 *
 * The way in between, while PE is clear: whether the result is exact is computed (by its rounding error, or by the lengths of the
 * significands), and PE is set if it is not.
 *
 * Everything else is the helpers' (float-helpers.ts), in software.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import { isNotZero } from "./operand.ts";
import type { PackedOp } from "./packed.ts";
import { double, type Format, Mxcsr, single } from "./soft-float.ts";
import { STATUS_FLAGS } from "./state.ts";
import { every, halvesOf, readVector, sourcesOf, writeVector } from "./vector-operand.ts";
import { shuffled } from "./vector-shuffle.ts";

/** One number in a value of its width, or lanes of them in 128 bits: the prefix of the IR's operations. */
export type FloatShape = "f32" | "f64" | "f32x4" | "f64x2";

export const formatOf = (shape: FloatShape): Format => (shape.startsWith("f32") ? single : double);
export const isScalar = (shape: FloatShape): boolean => shape === "f32" || shape === "f64";
const scalarOf = (shape: FloatShape): "f32" | "f64" => (shape.startsWith("f32") ? "f32" : "f64");

/** The words of a shape, as operations on values. */
export function wordsOf(b: Builder, shape: FloatShape) {
  const { bits, fraction } = formatOf(shape);
  const constant = (lane: bigint) =>
    isScalar(shape) ? b.constant(bits as 32 | 64, lane) : every(b, bits as 32 | 64, lane);
  const least = 1n << BigInt(fraction);
  const infinity = (1n << BigInt(bits - 1)) - least;
  const op = (name: string, ...args: Value[]) => b.packed(`${shape}.${name}` as PackedOp, args);
  const abs = (x: Value) => op("abs", x);
  const isZero = (x: Value) => op("eq", x, constant(0n));
  return {
    op,
    constant,
    abs,
    isZero,
    /** A condition out of lanes of conditions. */
    all: (lanes: Value) =>
      isScalar(shape) ? lanes : b.packed(bits === 32 ? "i32x4.all_true" : "i64x2.all_true", [lanes]),
    /** Neither a denormal number nor a NaN. */
    isPlain: (x: Value) => b.or(op("ge", abs(x), constant(least)), isZero(x)),
    isFinite: (x: Value) => op("lt", abs(x), constant(infinity)),
    /** Finite and above the least normal number, to which a tiny one may have been rounded. */
    isNormal: (x: Value) => b.and(op("gt", abs(x), constant(least)), op("lt", abs(x), constant(infinity))),
  };
}

/** Condition for a shortcut: all lanes of all values are plain. */
export function arePlain(b: Builder, shape: FloatShape, values: readonly Value[]): Value {
  const { all, isPlain } = wordsOf(b, shape);
  if (b.floats === undefined) return all(values.map(isPlain).reduce((x, y) => b.and(x, y)));
  for (const value of values) b.floats.plain(shape, value);
  return b.constant(1, 1);
}

const CONTROL = Mxcsr.DAZ | Mxcsr.masks | Mxcsr.RC | Mxcsr.PE;

/** MXCSR as the shortcuts ask about it. */
export function mxcsrOf(b: Builder) {
  const mxcsr = b.get("mxcsr");
  const control = b.and(mxcsr, b.constant(32, CONTROL));
  return {
    /** To nearest, all masked, denormals as they are, and PE set. */
    isSettled: () => b.eq(control, b.constant(32, Mxcsr.masks | Mxcsr.PE)),
    /** The same, and PE clear. */
    isFresh: () => b.eq(control, b.constant(32, Mxcsr.masks)),
    setInexact: () => b.set("mxcsr", b.or(mxcsr, b.constant(32, Mxcsr.PE))),
  };
}

/** The single numbers of a value. */
function numbersOf(b: Builder, shape: FloatShape, x: Value): Value[] {
  if (isScalar(shape)) return [x];
  const { bits } = formatOf(shape);
  const op = bits === 32 ? "i32x4.extract_lane" : "i64x2.extract_lane";
  return Array.from({ length: 128 / bits }, (_, lane) => b.packed(op, [x], [lane]));
}

// ---- exactness

/** Whether x + y = sum exactly: the rounding error of a sum is itself a number (Knuth's two-sum). */
function isExactSum(b: Builder, shape: FloatShape, x: Value, y: Value, sum: Value): Value {
  const { op, isZero, all } = wordsOf(b, shape);
  const part = op("sub", sum, x);
  const error = op("add", op("sub", x, op("sub", sum, part)), op("sub", y, part));
  return all(isZero(error));
}

/**
 * Whether the product of two normal doubles is exact, its exponent being in range: with trailing zeros taken off, the
 * significands are odd, so the product is exact if it has no more than 53 bits.
 */
function isExactProduct64(b: Builder, x: Value, y: Value): Value {
  const c = (value: number | bigint) => b.constant(64, value);
  const odd = (v: Value) => {
    const significand = b.or(b.and(v, c((1n << 52n) - 1n)), c(1n << 52n));
    const zeros = b.trailingZeros(significand);
    return { value: b.shr(significand, zeros), length: b.sub(c(53), zeros) };
  };
  const [p, q] = [odd(x), odd(y)];
  const short = b.leUnsigned(b.add(p.length, q.length), c(54));
  return b.and(short, b.ltUnsigned(b.mul(p.value, q.value), c(1n << 53n)));
}

const promote = (b: Builder, x: Value): Value => b.packed("f64.promote_f32", [x]);

/** Whether x × y = product for one pair of numbers; zeros are exact. */
function isExactProduct(b: Builder, shape: "f32" | "f64", x: Value, y: Value, product: Value): Value {
  if (shape === "f32") {
    const wide = b.packed("f64.mul", [promote(b, x), promote(b, y)]);
    return b.packed("f64.eq", [promote(b, product), wide]);
  }
  return b.or(wordsOf(b, shape).isZero(product), isExactProduct64(b, x, y));
}

/** Whether quotient × y = x; a quotient of 0 is that of 0, also by infinity. */
function isExactQuotient(b: Builder, shape: "f32" | "f64", x: Value, y: Value, quotient: Value): Value {
  const zero = wordsOf(b, shape).isZero(quotient);
  if (shape === "f32") {
    const wide = b.packed("f64.mul", [promote(b, quotient), promote(b, y)]);
    return b.or(zero, b.packed("f64.eq", [promote(b, x), wide]));
  }
  const back = b.packed("f64.eq", [b.packed("f64.mul", [quotient, y]), x]);
  return b.or(zero, b.and(back, isExactProduct(b, shape, quotient, y, quotient)));
}

export type Arithmetic = "add" | "sub" | "mul" | "div" | "sqrt";

function isExact(b: Builder, name: Arithmetic, shape: FloatShape, [x, y]: readonly Value[], result: Value): Value {
  if (name === "add") return isExactSum(b, shape, x!, y!, result);
  if (name === "sub") return isExactSum(b, shape, x!, wordsOf(b, shape).op("neg", y!), result);
  const scalar = scalarOf(shape);
  const [xs, ys, results] = [x!, y ?? result, result].map((value) => numbersOf(b, shape, value)) as [
    Value[],
    Value[],
    Value[],
  ];
  return results
    .map((z, i) => {
      if (name === "mul") return isExactProduct(b, scalar, xs[i]!, ys[i]!, z);
      return isExactQuotient(b, scalar, xs[i]!, name === "div" ? ys[i]! : z, z);
    })
    .reduce((both, exact) => b.and(both, exact));
}

// ---- arithmetic

/** The result is normal, or the zero that these operands give exactly. */
export function isQuietResult(
  b: Builder,
  name: Arithmetic,
  shape: FloatShape,
  [x, y]: readonly Value[],
  z: Value,
): Value {
  const { isZero, isNormal } = wordsOf(b, shape);
  const normal = isNormal(z);
  switch (name) {
    case "add":
    case "sub":
      return b.or(normal, isZero(z));
    case "mul":
      return b.or(normal, b.and(isZero(z), b.or(isZero(x!), isZero(y!))));
    case "div":
      return b.or(normal, b.and(isZero(z), isZero(x!)));
    case "sqrt":
      return b.or(normal, isZero(x!));
  }
}

/**
 * Writes the result of one operation on each of `groups` (halves of YMM registers): by a shortcut, or by the helper
 * `name.shape`, whose arguments are the operands.
 */
export function writeRounded(
  b: Builder,
  name: Arithmetic,
  shape: FloatShape,
  groups: readonly (readonly Value[])[],
  write: (results: readonly Value[]) => void,
): void {
  const { op, all, isPlain } = wordsOf(b, shape);
  const results = groups.map((operands) => op(name, ...operands));
  const { floats } = b;
  if (floats !== undefined) {
    for (const [i, operands] of groups.entries()) floats.rounded(name, shape, operands, results[i]!);
    write(results);
    return;
  }
  let quiet = b.constant(1, 1);
  for (const [i, operands] of groups.entries()) {
    const plain = operands.map(isPlain).reduce((x, y) => b.and(x, y));
    quiet = b.and(quiet, all(b.and(plain, isQuietResult(b, name, shape, operands, results[i]!))));
  }
  const mxcsr = mxcsrOf(b);
  b.if(
    b.shortcut(b.and(mxcsr.isSettled(), quiet)),
    () => write(results),
    () =>
      b.if(
        b.shortcut(b.and(mxcsr.isFresh(), quiet)),
        () => {
          const exact = groups.map((operands, i) => isExact(b, name, shape, operands, results[i]!));
          b.if(b.not(exact.reduce((x, y) => b.and(x, y))), () => mxcsr.setInexact());
          write(results);
        },
        () => write(callHelper(b, `${name}.${shape}`, groups)),
      ),
  );
}

/**
 * The helper on one group of operands. Of two groups, exceptions must be those of all lanes together: `name` then is told all
 * operands, and is asked for each half.
 */
export function callHelper(
  b: Builder,
  name: string,
  groups: readonly (readonly Value[])[],
  more: readonly Value[] = [],
  bits = groups[0]![0]!.bits,
): Value[] {
  if (groups.length === 1) return [b.helper(name, [...groups[0]!, ...more], bits)];
  return groups.map((_, half) => b.helper(`${name}.256`, [b.constant(64, half), ...groups.flat(), ...more], bits));
}

/** The low number of an operand. */
export const readScalar = (b: Builder, operand: Operand, shape: FloatShape): Value =>
  b.readPart(operand, formatOf(shape).bits as 32 | 64);

/** Into the low bits of the destination; with VEX the other bits come from the first source. */
export function writeScalar(b: Builder, operands: readonly Operand[], value: Value): void {
  const [destination, first] = operands as [Operand, Operand];
  if (b.row.vex === null) {
    b.writePart(destination, value);
    return;
  }
  const op = value.bits === 32 ? "i32x4.replace_lane" : "i64x2.replace_lane";
  writeVector(b, destination, [b.packed(op, [readVector(b, first), value], [0])]);
}

/** The two sources of a scalar operation (one for SQRTSx, whose VEX form has the bits above from another register). */
const scalarSources = (b: Builder, operands: readonly Operand[], count: number): readonly Operand[] =>
  count === 1 ? [operands.at(-1)!] : b.row.vex === null ? operands : operands.slice(1);

export const arithmetic = (name: Arithmetic, shape: FloatShape): Definition =>
  isScalar(shape)
    ? (b, ...operands) => {
        const sources = scalarSources(b, operands, name === "sqrt" ? 1 : 2);
        const values = sources.map((source) => readScalar(b, source, shape));
        writeRounded(b, name, shape, [values], ([result]) => writeScalar(b, operands, result!));
      }
    : (b, ...operands) => {
        const [destination] = operands as [Operand];
        const sources = sourcesOf(b, operands);
        const groups = halvesOf(destination).map((half) => sources.map((source) => readVector(b, source, half)));
        writeRounded(b, name, shape, groups, (results) => writeVector(b, destination, results));
      };

/** HADDPx, HSUBPx: neighbours of the first source, then of the second. */
const horizontal = (name: "add" | "sub", shape: "f32x4" | "f64x2"): Definition => {
  const { bits } = formatOf(shape);
  const even = Array.from({ length: 128 / bits }, (_, i) => 2 * i);
  const odd = even.map((i) => i + 1);
  return (b, ...operands) => {
    const [destination] = operands as [Operand];
    const [first, second] = sourcesOf(b, operands) as [Operand, Operand];
    const groups = halvesOf(destination).map((half) => {
      const [x, y] = [readVector(b, first, half), readVector(b, second, half)];
      return [even, odd].map((order) => shuffled(b, bits as 32 | 64, x, y, order));
    });
    writeRounded(b, name, shape, groups, (results) => writeVector(b, destination, results));
  };
};

/** ADDSUBPx: even lanes are subtracted: their second operand changes its sign, unless it is a NaN. */
const addSubtract =
  (shape: "f32x4" | "f64x2"): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const [first, second] = sourcesOf(b, operands) as [Operand, Operand];
    const { op } = wordsOf(b, shape);
    const even = b.constant(128, shape === "f32x4" ? 0x8000_0000_0000_0000_8000_0000n : 1n << 63n);
    const groups = halvesOf(destination).map((half) => {
      const [x, y] = [readVector(b, first, half), readVector(b, second, half)];
      const isNan = op("ne", y, y);
      return [x, b.xor(y, b.packed("v128.andnot", [even, isNan]))];
    });
    writeRounded(b, "add", shape, groups, (results) => writeVector(b, destination, results));
  };

// ---- minimum, maximum, comparisons: no flags but of NaNs and denormals

/** MINxx, MAXxx: the second operand if the two are equal. */
const minmax =
  (name: "min" | "max", shape: FloatShape): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const { op } = wordsOf(b, shape);
    const scalar = isScalar(shape);
    const sources = scalar ? scalarSources(b, operands, 2) : sourcesOf(b, operands);
    const groups = (scalar ? ([0] as const) : halvesOf(destination)).map((half) =>
      sources.map((source) => (scalar ? readScalar(b, source, shape) : readVector(b, source, half))),
    );
    const write = (results: readonly Value[]) =>
      scalar ? writeScalar(b, operands, results[0]!) : writeVector(b, destination, results);
    const plain = groups.map((pair) => arePlain(b, shape, pair)).reduce((x, y) => b.and(x, y));
    b.if(
      b.shortcut(plain),
      () =>
        write(
          groups.map(([x, y]) =>
            scalar
              ? b.select(op(name === "min" ? "lt" : "gt", x!, y!), x!, y!)
              : op(name === "min" ? "pmin" : "pmax", y!, x!),
          ),
        ),
      () => write(callHelper(b, `${name}.${shape}`, groups)),
    );
  };

/**
 * CMPxx: predicates 0–7: equal, less, less or equal, unordered, and their opposites. Those of AVX, 8–31, differ from these only in
 * what a NaN gives or raises.
 */
const compare =
  (shape: FloatShape): Definition =>
  (b, ...all) => {
    const operands = all.slice(0, -1);
    const [destination] = operands as [Operand];
    const predicate = b.and(b.zeroExtend(b.read(all.at(-1)!), 32), b.constant(32, b.row.vex === null ? 7 : 31));
    const words = wordsOf(b, shape);
    const scalar = isScalar(shape);
    const { bits } = formatOf(shape);
    const sources = scalar ? scalarSources(b, operands, 2) : sourcesOf(b, operands);
    const groups = (scalar ? ([0] as const) : halvesOf(destination)).map((half) =>
      sources.map((source) => (scalar ? readScalar(b, source, shape) : readVector(b, source, half))),
    );
    const write = (results: readonly Value[]) =>
      scalar ? writeScalar(b, operands, results[0]!) : writeVector(b, destination, results);
    const plain = groups.map((pair) => arePlain(b, shape, pair)).reduce((x, y) => b.and(x, y));
    const mask = (condition: Value) =>
      scalar ? b.signExtend(condition, bits as 32 | 64) : b.packed("i32x4.splat", [b.signExtend(condition, 32)]);
    const isPredicate = (value: number) => b.eq(b.and(predicate, b.constant(32, 3)), b.constant(32, value));
    const bit = (place: number) => isNotZero(b, b.and(predicate, b.constant(32, 1 << place)));
    const holds = ([x, y]: readonly Value[]) => {
      const lane = (name: string) => {
        const value = words.op(name, x!, y!);
        return scalar ? mask(value) : value;
      };
      // Of numbers, none is unordered.
      const base = b.select(isPredicate(0), lane("eq"), b.select(isPredicate(1), lane("lt"), lane("le")));
      const ordered = b.select(isPredicate(3), mask(b.constant(1, 0)), base);
      return b.xor(ordered, mask(bit(2)));
    };
    b.if(
      b.shortcut(plain),
      () => write(groups.map(holds)),
      () => write(callHelper(b, `compare.${shape}`, groups, [b.zeroExtend(predicate, 64)])),
    );
  };

/** (U)COMISx: unordered sets ZF, PF and CF, less CF, equal ZF; the others are cleared. COMI refuses quiet NaNs. */
const compareFlags =
  (name: "comi" | "ucomi", shape: "f32" | "f64"): Definition =>
  (b, first, second) => {
    const [x, y] = [readScalar(b, first, shape), readScalar(b, second!, shape)];
    const { op } = wordsOf(b, shape);
    const flag = (condition: Value, place: number) => b.shl(b.zeroExtend(condition, 32), b.constant(32, place));
    b.if(
      b.shortcut(arePlain(b, shape, [x, y])),
      () => b.setFlagBits(b.or(flag(op("lt", x, y), 0), flag(op("eq", x, y), 6)), STATUS_FLAGS),
      () => b.setFlagBits(b.helper(`${name}.${shape}`, [x, y], 32), STATUS_FLAGS),
    );
  };

/** A mnemonic with its four endings. */
const shapes = { ps: "f32x4", pd: "f64x2", ss: "f32", sd: "f64" } as const;
const forShapes = (stem: string, make: (shape: FloatShape) => Definition): Definitions =>
  Object.fromEntries(Object.entries(shapes).map(([ending, shape]) => [stem + ending, make(shape)]));

export const vectorFloats: Definitions = {
  ...forShapes("add", (shape) => arithmetic("add", shape)),
  ...forShapes("sub", (shape) => arithmetic("sub", shape)),
  ...forShapes("mul", (shape) => arithmetic("mul", shape)),
  ...forShapes("div", (shape) => arithmetic("div", shape)),
  ...forShapes("sqrt", (shape) => arithmetic("sqrt", shape)),
  ...forShapes("min", (shape) => minmax("min", shape)),
  ...forShapes("max", (shape) => minmax("max", shape)),
  ...forShapes("cmp", compare),
  haddps: horizontal("add", "f32x4"),
  haddpd: horizontal("add", "f64x2"),
  hsubps: horizontal("sub", "f32x4"),
  hsubpd: horizontal("sub", "f64x2"),
  addsubps: addSubtract("f32x4"),
  addsubpd: addSubtract("f64x2"),
  comiss: compareFlags("comi", "f32"),
  comisd: compareFlags("comi", "f64"),
  ucomiss: compareFlags("ucomi", "f32"),
  ucomisd: compareFlags("ucomi", "f64"),
};
