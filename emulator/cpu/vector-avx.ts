/**
 * What AVX and AVX2 have besides the forms of older instructions: broadcasts, permutations across halves, masked moves, gathers,
 * shifts with a count for each lane, VZEROUPPER (SDM vol. 1, chapter 14).
 */
import type { Builder, Definition, Definitions, MemoryOperand, Operand, Value } from "./builder.ts";
import { anySet } from "./operand.ts";
import { STATUS_FLAGS } from "./state.ts";
import {
  every,
  halvesOf,
  lanes,
  packed,
  packedWithImmediate,
  readVector,
  vectorBits,
  writeVector,
  zeros,
} from "./vector-operand.ts";
import { blend, bytesOfDoublewords, selectors, shuffled } from "./vector-shuffle.ts";

/** The two halves of a YMM operand. */
const halves = (b: Builder, operand: Operand): [Value, Value] => [readVector(b, operand, 0), readVector(b, operand, 1)];

const bit = (b: Builder, value: Value, place: number): Value => anySet(b, value, 1 << place);
const immediateOf = (b: Builder, operand: Operand): Value => b.zeroExtend(b.read(operand), 32);

// ---- broadcasts

const splats = { 8: "i8x16.splat", 16: "i16x8.splat", 32: "i32x4.splat", 64: "i64x2.splat" } as const;

const broadcast =
  (bits: 8 | 16 | 32 | 64): Definition =>
  (b, destination, source) => {
    let value: Value;
    if (source!.kind === "memory" && bits < 32) value = b.read(source!);
    else {
      const part = b.readPart(source!, bits === 64 ? 64 : 32);
      value = bits < 32 ? b.truncate(part, bits) : part;
    }
    const splat = b.packed(splats[bits], [value]);
    writeVector(
      b,
      destination,
      halvesOf(destination).map(() => splat),
    );
  };

const broadcastHalf: Definition = (b, destination, source) => {
  const value = readVector(b, source!);
  writeVector(b, destination, [value, value]);
};

// ---- halves

const insertHalf: Definition = (b, destination, base, source, immediate) => {
  const high = bit(b, immediateOf(b, immediate!), 0);
  const [x0, x1] = halves(b, base!);
  const value = readVector(b, source!);
  writeVector(b, destination, [b.select(high, x0, value), b.select(high, value, x1)]);
};

const extractHalf: Definition = (b, destination, source, immediate) => {
  const [x0, x1] = halves(b, source!);
  writeVector(b, destination, [b.select(bit(b, immediateOf(b, immediate!), 0), x1, x0)]);
};

/** VPERM2F128, VPERM2I128: each half by four bits of the immediate: one of four halves, or zeros. */
const permuteHalves: Definition = (b, destination, first, second, immediate) => {
  const control = immediateOf(b, immediate!);
  const [x0, x1] = halves(b, first!);
  const [y0, y1] = halves(b, second!);
  const results = [0, 4].map((place) => {
    const low = bit(b, control, place);
    const chosen = b.select(bit(b, control, place + 1), b.select(low, y1, y0), b.select(low, x1, x0));
    return b.select(bit(b, control, place + 3), zeros(b), chosen);
  });
  writeVector(b, destination, results);
};

// ---- permutations

/** VPERMILPS by vector: bits 1:0 of each lane. */
const permuteSingles = packed((b, x, control) =>
  b.packed("i8x16.swizzle", [x!, bytesOfDoublewords(b, b.and(control!, every(b, 32, 3)))]),
);
const permuteSinglesByImmediate = packedWithImmediate((b, x, immediate) =>
  b.packed("i8x16.swizzle", [x!, bytesOfDoublewords(b, selectors(b, immediate!))]),
);

/** The high or low double for each lane of a mask. */
const pickDoubles = (b: Builder, x: Value, mask: Value): Value =>
  b.packed("v128.bitselect", [shuffled(b, 64, x, x, [1, 1]), shuffled(b, 64, x, x, [0, 0]), mask]);

/** VPERMILPD by vector: bit 1 of each lane. */
const permuteDoubles = packed((b, x, control) => {
  const mask = b.packed("i64x2.ne", [b.and(control!, every(b, 64, 2)), zeros(b)]);
  return pickDoubles(b, x!, mask);
});

const permuteDoublesByImmediate: Definition = (b, destination, source, immediate) => {
  const control = immediateOf(b, immediate!);
  const results = halvesOf(destination).map((half) => {
    const places = lanes(b, [1 << (2 * half), 2 << (2 * half)]);
    const chosen = b.and(b.packed("i64x2.splat", [b.zeroExtend(control, 64)]), places);
    return pickDoubles(b, readVector(b, source!, half), b.packed("i64x2.eq", [chosen, places]));
  });
  writeVector(b, destination, results);
};

const byKind =
  (immediateForm: Definition, vectorForm: Definition): Definition =>
  (b, ...operands) =>
    (operands.at(-1)!.kind === "immediate" ? immediateForm : vectorForm)(b, ...operands);

/** VPERMQ, VPERMPD: any of four quadwords, two bits each. */
const permuteQuadwords: Definition = (b, destination, source, immediate) => {
  const control = immediateOf(b, immediate!);
  const quadwords = halves(b, source!).flatMap((x) =>
    [0, 1].map((lane) => b.packed("i64x2.extract_lane", [x], [lane])),
  );
  const chosen = [0, 1, 2, 3].map((i) => {
    const low = bit(b, control, 2 * i);
    const [lower, upper] = [0, 2].map((first) => b.select(low, quadwords[first + 1]!, quadwords[first]!));
    return b.select(bit(b, control, 2 * i + 1), upper!, lower!);
  });
  const join = (x: Value, y: Value) => b.packed("i64x2.replace_lane", [b.packed("i64x2.splat", [x]), y], [1]);
  writeVector(b, destination, [join(chosen[0]!, chosen[1]!), join(chosen[2]!, chosen[3]!)]);
};

/** VPERMD, VPERMPS: any of eight doublewords, by the first source. Byte numbers out of range select zeros. */
const permuteDoublewords: Definition = (b, destination, control, source) => {
  const [low, high] = halves(b, source!);
  const results = halves(b, control!).map((numbers) => {
    const from = bytesOfDoublewords(b, b.and(numbers, every(b, 32, 7)));
    const above = b.packed("i8x16.sub", [from, every(b, 8, 16)]);
    return b.or(b.packed("i8x16.swizzle", [low, from]), b.packed("i8x16.swizzle", [high, above]));
  });
  writeVector(b, destination, results);
};

// ---- tests and masked moves

/** VTESTPS, VTESTPD: as PTEST, of the sign bits. */
const testSigns =
  (bits: 32 | 64): Definition =>
  (b, first, second) => {
    const signs = every(b, bits, 1n << BigInt(bits - 1));
    let common = zeros(b);
    let outside = zeros(b);
    for (const half of halvesOf(first)) {
      const x = readVector(b, first, half);
      const y = b.and(readVector(b, second!, half), signs);
      common = b.or(common, b.and(x, y));
      outside = b.or(outside, b.packed("v128.andnot", [y, x]));
    }
    const flag = (value: Value, place: number) =>
      b.shl(b.zeroExtend(b.not(b.packed("v128.any_true", [value])), 32), b.constant(32, place));
    b.setFlagBits(b.or(flag(common, 6), flag(outside, 0)), STATUS_FLAGS);
  };

/** Sign bits of all lanes of a mask, the lowest first, at 64 bits. */
function signsOf(b: Builder, mask: Operand, bits: 32 | 64): Value {
  const op = bits === 32 ? "i32x4.bitmask" : "i64x2.bitmask";
  const all = halvesOf(mask).map((half) => b.packed(op, [readVector(b, mask, half)]));
  const joined = all.length === 1 ? all[0]! : b.or(all[0]!, b.shl(all[1]!, b.constant(32, 128 / bits)));
  return b.zeroExtend(joined, 64);
}

/** Segment and offset, as the helpers in vector-memory.ts want them: the offset is cut to the address size only there. */
function placeOf(b: Builder, operand: MemoryOperand): readonly [segment: Value, offset: Value] {
  const segment = b.or(b.zeroExtend(b.segmentNumber(operand), 64), b.constant(64, operand.addressSize << 8));
  return [segment, b.zeroExtend(b.effectiveAddress(operand), 64)];
}

/** VMASKMOVPx, VPMASKMOVx: elements whose mask has its sign bit clear are not touched, and cannot fault. */
const maskedMove =
  (bits: 32 | 64): Definition =>
  (b, destination, mask, other) => {
    const chosen = signsOf(b, mask!, bits);
    const all = b.constant(64, (1n << BigInt(vectorBits(mask!) / bits)) - 1n);
    const isWhole = b.eq(chosen, all);
    if (destination.kind === "memory") {
      const values = halvesOf(other!).map((half) => readVector(b, other!, half));
      b.if(
        isWhole,
        () => writeVector(b, destination, values),
        () => b.helper("storeMasked", [...placeOf(b, destination), chosen, b.constant(64, bits / 8), ...values]),
      );
      return;
    }
    const source = other as MemoryOperand;
    const [segment, offset] = placeOf(b, source);
    b.if(
      isWhole,
      () =>
        writeVector(
          b,
          destination,
          halvesOf(destination).map((half) => readVector(b, source, half)),
        ),
      () => {
        const results = halvesOf(destination).map((half) => {
          const first = b.add(offset, b.constant(64, 16 * half));
          const part = b.shr(chosen, b.constant(64, (half * 128) / bits));
          return b.helper("loadMasked", [segment, first, part, b.constant(64, bits / 8)], 128);
        });
        writeVector(b, destination, results);
      },
    );
  };

/**
 * VGATHERxxx, VPGATHERxx: the helper loads the elements one by one and keeps account in destination and mask. `index`: bits of an
 * index; the number of elements is that of whichever is wider.
 */
const gather =
  (index: 32 | 64, bits: 32 | 64): Definition =>
  (b, destination, addresses, mask) => {
    const operand = addresses as MemoryOperand;
    if (destination.kind !== "register" || mask!.kind !== "register") throw new Error("a gather has registers");
    const { number, scale } = b.vectorIndex(operand);
    // The index decides how many elements there are: a YMM index of quadwords has four, whatever the destination.
    const indexBits = operand.index!.bits;
    const count = Math.min(indexBits / index, vectorBits(destination) / bits);
    const shape = b.constant(64, index | (bits << 8) | (count << 16));
    b.helper("gather", [
      ...placeOf(b, operand),
      b.zeroExtend(number, 64),
      b.zeroExtend(scale, 64),
      b.zeroExtend(b.registerNumber(destination), 64),
      b.zeroExtend(b.registerNumber(mask!), 64),
      shape,
    ]);
  };

// ---- shifts

/** VPSLLVx, VPSRLVx, VPSRAVD: a count for each lane. */
const variableShift = (bits: 32 | 64, how: "shl" | "shr" | "sar"): Definition => {
  const [get, put] =
    bits === 32
      ? (["i32x4.extract_lane", "i32x4.replace_lane"] as const)
      : (["i64x2.extract_lane", "i64x2.replace_lane"] as const);
  return packed((b, x, counts) => {
    let result = x!;
    for (let lane = 0; lane < 128 / bits; lane++) {
      const [value, count] = [x!, counts!].map((v) => b.packed(get, [v], [lane])) as [Value, Value];
      result = b.packed(put, [result, b[how](value, count)], [lane]);
    }
    return result;
  });
};

// ---- state

/** VZEROUPPER, VZEROALL: of the registers that the mode has. */
const zero =
  (first: 0 | 2): Definition =>
  (b) => {
    for (let register = 0; register < (b.mode === 64 ? 16 : 8); register++)
      for (let word = first; word < 4; word++) b.set("vector", b.constant(64, 0), 4 * register + word);
  };

export const vectorAvx: Definitions = {
  vbroadcastss: broadcast(32),
  vbroadcastsd: broadcast(64),
  vbroadcastf128: broadcastHalf,
  vbroadcasti128: broadcastHalf,
  vpbroadcastb: broadcast(8),
  vpbroadcastw: broadcast(16),
  vpbroadcastd: broadcast(32),
  vpbroadcastq: broadcast(64),
  vinsertf128: insertHalf,
  vinserti128: insertHalf,
  vextractf128: extractHalf,
  vextracti128: extractHalf,
  vperm2f128: permuteHalves,
  vperm2i128: permuteHalves,
  vpermilps: byKind(permuteSinglesByImmediate, permuteSingles),
  vpermilpd: byKind(permuteDoublesByImmediate, permuteDoubles),
  vpermq: permuteQuadwords,
  vpermpd: permuteQuadwords,
  vpblendd: blend(32),
  vpermd: permuteDoublewords,
  vpermps: permuteDoublewords,
  vtestps: testSigns(32),
  vtestpd: testSigns(64),
  vmaskmovps: maskedMove(32),
  vmaskmovpd: maskedMove(64),
  vpmaskmovd: maskedMove(32),
  vpmaskmovq: maskedMove(64),
  vpgatherdd: gather(32, 32),
  vpgatherdq: gather(32, 64),
  vpgatherqd: gather(64, 32),
  vpgatherqq: gather(64, 64),
  vgatherdps: gather(32, 32),
  vgatherdpd: gather(32, 64),
  vgatherqps: gather(64, 32),
  vgatherqpd: gather(64, 64),
  vpsllvd: variableShift(32, "shl"),
  vpsllvq: variableShift(64, "shl"),
  vpsrlvd: variableShift(32, "shr"),
  vpsrlvq: variableShift(64, "shr"),
  vpsravd: variableShift(32, "sar"),
  vzeroupper: zero(2),
  vzeroall: zero(0),
};
