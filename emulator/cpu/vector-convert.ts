/**
 * Conversions between integers and floating-point numbers, and between formats; rounding to integral numbers; the
 * reciprocal approximations; dot products (SDM vol. 1, 10.4, 11.4, 12.8). Shortcuts are as in vector-float.ts: allowed where the host
 * gives the same result and the flags are known.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import { anySet, isZero } from "./operand.ts";
import { Mxcsr } from "./soft-float.ts";
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
import {
  every,
  halvesOf,
  isMmx,
  quadwordsOf,
  readVector,
  sourcesOf,
  vectorBits,
  writeVector,
} from "./vector-operand.ts";

/** Rounding to nearest. */
const roundsToNearest = (b: Builder): Value => isZero(b, b.and(b.get("mxcsr"), b.constant(32, Mxcsr.RC)));

/** PE is set and masked: an inexact result changes nothing. */
function inexactIsKnown(b: Builder): Value {
  const mask = b.constant(32, Mxcsr.PE | (Mxcsr.PE << 7));
  return b.eq(b.and(b.get("mxcsr"), mask), mask);
}

const both = (b: Builder, conditions: readonly Value[]): Value => conditions.reduce((x, y) => b.and(x, y));

// ---- numbers to integers

/** CVTxx2SI, CVTTxx2SI: into a general register. */
const toGeneral =
  (shape: "f32" | "f64", truncate: boolean): Definition =>
  (b, destination, source) => {
    const bits = vectorBits(destination) as 32 | 64;
    const x = readScalar(b, source!, shape);
    const { op, abs, constant } = wordsOf(b, shape);
    const integral = op(truncate ? "trunc" : "nearest", x);
    const limit = constant(shape === "f32" ? BigInt(126 + bits) << 23n : BigInt(1022 + bits) << 52n);
    const inRange = op("lt", abs(integral), limit);
    const known = b.or(inexactIsKnown(b), op("eq", integral, x));
    const allowed = truncate ? [inRange, known] : [inRange, known, roundsToNearest(b)];
    b.if(
      b.shortcut(both(b, allowed)),
      () => b.write(destination, b.packed(`i${bits}.trunc_sat_${shape}_s`, [integral])),
      () => b.write(destination, b.helper(`i${bits}.${truncate ? "truncate" : "from"}.${shape}`, [x], bits)),
    );
  };

/** The halves of a source that may have 256 bits. */
const groupsOf = (b: Builder, source: Operand): Value[] => halvesOf(source).map((half) => readVector(b, source, half));

/** Two results that fill the low quadwords of their values, as one. */
const joined = (b: Builder, results: readonly Value[]): Value =>
  results.length === 1 ? results[0]! : b.packed("i64x2.replace_lane", [results[0]!, b.truncate(results[1]!, 64)], [1]);

/** What packed conversions to doublewords have in common. */
function toDoublewords(
  b: Builder,
  shape: "f32x4" | "f64x2",
  xs: readonly Value[],
  truncate: boolean,
  slow: () => readonly Value[],
  write: (values: readonly Value[]) => void,
): void {
  const { op, abs, constant, all } = wordsOf(b, shape);
  const limit = constant(shape === "f32x4" ? 158n << 23n : 1054n << 52n);
  const integrals = xs.map((x) => op(truncate ? "trunc" : "nearest", x));
  const inRange = both(
    b,
    integrals.map((integral) => all(op("lt", abs(integral), limit))),
  );
  const exact = both(
    b,
    integrals.map((integral, i) => all(op("eq", integral, xs[i]!))),
  );
  const known = b.or(inexactIsKnown(b), exact);
  const allowed = truncate ? [inRange, known] : [inRange, known, roundsToNearest(b)];
  const convert = shape === "f32x4" ? "i32x4.trunc_sat_f32x4_s" : "i32x4.trunc_sat_f64x2_s_zero";
  b.if(
    b.shortcut(both(b, allowed)),
    () => write(integrals.map((integral) => b.packed(convert, [integral]))),
    () => write(slow()),
  );
}

/** CVTPS2DQ, CVTTPS2DQ, and to two doublewords in an MMX register. */
const singlesToDoublewords =
  (truncate: boolean): Definition =>
  (b, destination, source) => {
    const count = isMmx(destination) ? 2 : 4;
    const xs = count === 2 ? [b.zeroExtend(b.readPart(source!, 64), 128)] : groupsOf(b, source!);
    const name = `i32x${count}.${truncate ? "truncate" : "from"}.f32x${count}`;
    const slow = () =>
      count === 4
        ? callHelper(
            b,
            name,
            xs.map((x) => [x]),
          )
        : [b.zeroExtend(b.helper(name, [b.truncate(xs[0]!, 64)], 64), 128)];
    toDoublewords(b, "f32x4", xs, truncate, slow, (values) => writeVector(b, destination, values));
  };

/** CVTPD2DQ, CVTTPD2DQ, CVTPD2PI, CVTTPD2PI: doublewords, zeros above. */
const doublesToDoublewords =
  (truncate: boolean): Definition =>
  (b, destination, source) => {
    const xs = groupsOf(b, source!);
    const name = `i32x2.${truncate ? "truncate" : "from"}.f64x2`;
    const groups = xs.map((x) => [x]);
    const slow = () => callHelper(b, name, groups, [], 64).map((value) => b.zeroExtend(value, 128));
    toDoublewords(b, "f64x2", xs, truncate, slow, (values) => writeVector(b, destination, [joined(b, values)]));
  };

// ---- integers to numbers

/** CVTSI2Sx: exact, or rounded as MXCSR says. */
const fromGeneral =
  (shape: "f32" | "f64"): Definition =>
  (b, ...operands) => {
    const x = b.read(operands.at(-1)!);
    const bits = x.bits as 32 | 64;
    const convert = () => b.packed(`${shape}.convert_i${bits}_s`, [x]);
    if (shape === "f64" && bits === 32) {
      writeScalar(b, operands, convert());
      return;
    }
    const reach = 1n << BigInt(formatOf(shape).fraction + 1);
    const isExact = b.leUnsigned(b.add(x, b.constant(bits, reach)), b.constant(bits, 2n * reach));
    const known = b.and(inexactIsKnown(b), roundsToNearest(b));
    b.if(
      b.shortcut(b.or(isExact, known)),
      () => writeScalar(b, operands, convert()),
      () => writeScalar(b, operands, b.helper(`${shape}.from.i${bits}`, [x], shape === "f32" ? 32 : 64)),
    );
  };

/** CVTDQ2PS, CVTPI2PS. */
const doublewordsToSingles: Definition = (b, destination, source) => {
  const two = vectorBits(source!) === 64;
  const xs = groupsOf(b, source!);
  const reach = every(b, 32, 1 << 24);
  const small = both(
    b,
    xs.map((x) =>
      b.packed("i32x4.all_true", [b.packed("i32x4.le_u", [b.packed("i32x4.add", [x, reach]), every(b, 32, 2 << 24)])]),
    ),
  );
  const known = b.and(inexactIsKnown(b), roundsToNearest(b));
  const write = (values: readonly Value[]) =>
    two ? b.writePart(destination, b.truncate(values[0]!, 64)) : writeVector(b, destination, values);
  const slow = () =>
    two
      ? [b.zeroExtend(b.helper("f32x2.from.i32x2", [b.truncate(xs[0]!, 64)], 64), 128)]
      : callHelper(
          b,
          "f32x4.from.i32x4",
          xs.map((x) => [x]),
        );
  b.if(
    b.shortcut(b.or(small, known)),
    () => write(xs.map((x) => b.packed("f32x4.convert_i32x4_s", [x]))),
    () => write(slow()),
  );
};

/** CVTDQ2PD, CVTPI2PD: always exact. */
const doublewordsToDoubles: Definition = (b, destination, source) => {
  const xs = quadwordsOf(b, destination, source!);
  writeVector(
    b,
    destination,
    xs.map((x) => b.packed("f64x2.convert_low_i32x4_s", [b.zeroExtend(x, 128)])),
  );
};

// ---- between formats

/** CVTSS2SD: exact. */
const singleToDouble: Definition = (b, ...operands) => {
  const x = readScalar(b, operands.at(-1)!, "f32");
  b.if(
    b.shortcut(wordsOf(b, "f32").isPlain(x)),
    () => writeScalar(b, operands, b.packed("f64.promote_f32", [x])),
    () => writeScalar(b, operands, b.helper("f64.from.f32", [x], 64)),
  );
};

/** CVTPS2PD: the low two, or four. */
const singlesToDoubles: Definition = (b, destination, source) => {
  const lows = quadwordsOf(b, destination, source!);
  const xs = lows.map((low) => b.zeroExtend(low, 128));
  const { all, isPlain } = wordsOf(b, "f32x4");
  b.if(
    b.shortcut(
      both(
        b,
        xs.map((x) => all(isPlain(x))),
      ),
    ),
    () =>
      writeVector(
        b,
        destination,
        xs.map((x) => b.packed("f64x2.promote_low_f32x4", [x])),
      ),
    () =>
      writeVector(
        b,
        destination,
        callHelper(
          b,
          "f64x2.from.f32x2",
          lows.map((low) => [low]),
          [],
          128,
        ),
      ),
  );
};

/**
 * CVTSD2SS, CVTPD2PS: whether the host's rounding will do. `back`: the result as doubles again, in which it is above the least normal
 * single or a zero.
 */
function narrowsQuietly(b: Builder, shape: "f64" | "f64x2", x: Value, back: Value): Value {
  const { op, abs, all, constant, isPlain, isZero: isZeroNumber } = wordsOf(b, shape);
  const inRange = b.and(op("gt", abs(back), constant(897n << 52n)), op("lt", abs(back), constant(1151n << 52n)));
  const quiet = all(b.and(isPlain(x), b.or(inRange, isZeroNumber(x))));
  const mxcsr = mxcsrOf(b);
  const exact = b.and(mxcsr.isFresh(), all(op("eq", back, x)));
  return b.shortcut(b.and(quiet, b.or(mxcsr.isSettled(), exact)));
}

const doubleToSingle: Definition = (b, ...operands) => {
  const x = readScalar(b, operands.at(-1)!, "f64");
  const result = b.packed("f32.demote_f64", [x]);
  b.if(
    narrowsQuietly(b, "f64", x, b.packed("f64.promote_f32", [result])),
    () => writeScalar(b, operands, result),
    () => writeScalar(b, operands, b.helper("f32.from.f64", [x], 32)),
  );
};

const doublesToSingles: Definition = (b, destination, source) => {
  const xs = groupsOf(b, source!);
  const results = xs.map((x) => b.packed("f32x4.demote_f64x2_zero", [x]));
  const quiet = xs.map((x, i) => narrowsQuietly(b, "f64x2", x, b.packed("f64x2.promote_low_f32x4", [results[i]!])));
  const groups = xs.map((x) => [x]);
  b.if(
    both(b, quiet),
    () => writeVector(b, destination, [joined(b, results)]),
    () => {
      const slow = callHelper(b, "f32x2.from.f64x2", groups, [], 64).map((value) => b.zeroExtend(value, 128));
      writeVector(b, destination, [joined(b, slow)]);
    },
  );
};

// ---- rounding to integral numbers

/** ROUNDxx: bits 1:0 of the immediate: nearest, down, up, to zero; bit 2: MXCSR's instead; bit 3: no precision exception. */
const roundIntegral =
  (shape: FloatShape): Definition =>
  (b, ...all) => {
    const operands = all.slice(0, -1);
    const [destination] = operands as [Operand];
    const immediate = b.zeroExtend(b.read(all.at(-1)!), 32);
    const words = wordsOf(b, shape);
    const scalar = isScalar(shape);
    const source = scalar ? operands.at(-1)! : sourcesOf(b, operands)[0]!;
    const xs = scalar ? [readScalar(b, source, shape)] : groupsOf(b, source);
    const own = b.shr(b.and(b.get("mxcsr"), b.constant(32, Mxcsr.RC)), b.constant(32, Mxcsr.roundingShift));
    const mode = b.select(anySet(b, immediate, 4), own, b.and(immediate, b.constant(32, 3)));
    const isMode = (value: number) => b.eq(mode, b.constant(32, value));
    const results = xs.map((x) => {
      const directed = b.select(isMode(2), words.op("ceil", x), words.op("trunc", x));
      return b.select(isMode(0), words.op("nearest", x), b.select(isMode(1), words.op("floor", x), directed));
    });
    const exact = both(
      b,
      xs.map((x, i) => words.all(words.op("eq", results[i]!, x))),
    );
    const plain = both(
      b,
      xs.map((x) => words.all(words.isPlain(x))),
    );
    const silent = b.or(exact, b.or(anySet(b, immediate, 8), inexactIsKnown(b)));
    const write = (values: readonly Value[]) =>
      scalar ? writeScalar(b, operands, values[0]!) : writeVector(b, destination, values);
    const groups = xs.map((x) => [x]);
    b.if(
      b.shortcut(b.and(plain, silent)),
      () => write(results),
      () => write(callHelper(b, `round.${shape}`, groups, [b.zeroExtend(immediate, 64)])),
    );
  };

// ---- approximations

/** RCPxS, RSQRTxS of four singles (approximations.ts). */
const approximate = (b: Builder, name: "rcp" | "rsqrt", argument: Value): Value =>
  b.helper(`${name}.f32x4`, [argument], 128);

const approximation =
  (name: "rcp" | "rsqrt"): Definition =>
  (b, destination, source) =>
    writeVector(
      b,
      destination,
      halvesOf(destination).map((half) => approximate(b, name, readVector(b, source!, half))),
    );

const scalarApproximation =
  (name: "rcp" | "rsqrt"): Definition =>
  (b, ...operands) => {
    const x = b.zeroExtend(readScalar(b, operands.at(-1)!, "f32"), 128);
    writeScalar(b, operands, b.truncate(approximate(b, name, x), 32));
  };

/** DPPS, DPPD. */
const dotProduct =
  (shape: "f32x4" | "f64x2"): Definition =>
  (b, ...all) => {
    const operands = all.slice(0, -1);
    const [first, second] = sourcesOf(b, operands) as [Operand, Operand];
    const immediate = b.zeroExtend(b.read(all.at(-1)!), 64);
    const pairs = halvesOf(operands[0]!).map((half) => [readVector(b, first, half), readVector(b, second, half)]);
    writeVector(b, operands[0]!, callHelper(b, `dot.${shape}`, pairs, [immediate]));
  };

export const vectorConversions: Definitions = {
  cvtss2si: toGeneral("f32", false),
  cvtsd2si: toGeneral("f64", false),
  cvttss2si: toGeneral("f32", true),
  cvttsd2si: toGeneral("f64", true),
  cvtps2dq: singlesToDoublewords(false),
  cvttps2dq: singlesToDoublewords(true),
  cvtps2pi: singlesToDoublewords(false),
  cvttps2pi: singlesToDoublewords(true),
  cvtpd2dq: doublesToDoublewords(false),
  cvttpd2dq: doublesToDoublewords(true),
  cvtpd2pi: doublesToDoublewords(false),
  cvttpd2pi: doublesToDoublewords(true),
  cvtsi2ss: fromGeneral("f32"),
  cvtsi2sd: fromGeneral("f64"),
  cvtdq2ps: doublewordsToSingles,
  cvtpi2ps: doublewordsToSingles,
  cvtdq2pd: doublewordsToDoubles,
  cvtpi2pd: doublewordsToDoubles,
  cvtss2sd: singleToDouble,
  cvtsd2ss: doubleToSingle,
  cvtps2pd: singlesToDoubles,
  cvtpd2ps: doublesToSingles,
  roundps: roundIntegral("f32x4"),
  roundpd: roundIntegral("f64x2"),
  roundss: roundIntegral("f32"),
  roundsd: roundIntegral("f64"),
  rcpps: approximation("rcp"),
  rcpss: scalarApproximation("rcp"),
  rsqrtps: approximation("rsqrt"),
  rsqrtss: scalarApproximation("rsqrt"),
  dpps: dotProduct("f32x4"),
  dppd: dotProduct("f64x2"),
};
