/**
 * Packed integers: arithmetic, comparisons, logic and shifts of MMX to SSE4.2 (SDM vol. 1, 5.4 to 5.12). Most are an
 * operation of the IR by another name; what WebAssembly lacks is composed, and exact.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import type { PackedOp } from "./packed.ts";
import { STATUS_FLAGS } from "./state.ts";
import {
  beside,
  every,
  halvesOf,
  lanes,
  type Operation,
  packed,
  packedOp,
  packedOrMmx,
  packedWithImmediate,
  readVector,
  sourcesOf,
  vectorBits,
  writeVector,
  zeros,
} from "./vector-operand.ts";
import { shuffled } from "./vector-shuffle.ts";

/** Mnemonics that are one operation. */
const direct: Readonly<Record<string, PackedOp>> = {
  paddb: "i8x16.add",
  paddw: "i16x8.add",
  paddd: "i32x4.add",
  paddq: "i64x2.add",
  paddsb: "i8x16.add_sat_s",
  paddsw: "i16x8.add_sat_s",
  paddusb: "i8x16.add_sat_u",
  paddusw: "i16x8.add_sat_u",
  psubb: "i8x16.sub",
  psubw: "i16x8.sub",
  psubd: "i32x4.sub",
  psubq: "i64x2.sub",
  psubsb: "i8x16.sub_sat_s",
  psubsw: "i16x8.sub_sat_s",
  psubusb: "i8x16.sub_sat_u",
  psubusw: "i16x8.sub_sat_u",
  pmullw: "i16x8.mul",
  pmulld: "i32x4.mul",
  pmaddwd: "i32x4.dot_i16x8_s",
  pavgb: "i8x16.avgr_u",
  pavgw: "i16x8.avgr_u",
  pminsb: "i8x16.min_s",
  pminub: "i8x16.min_u",
  pminsw: "i16x8.min_s",
  pminuw: "i16x8.min_u",
  pminsd: "i32x4.min_s",
  pminud: "i32x4.min_u",
  pmaxsb: "i8x16.max_s",
  pmaxub: "i8x16.max_u",
  pmaxsw: "i16x8.max_s",
  pmaxuw: "i16x8.max_u",
  pmaxsd: "i32x4.max_s",
  pmaxud: "i32x4.max_u",
  pcmpeqb: "i8x16.eq",
  pcmpeqw: "i16x8.eq",
  pcmpeqd: "i32x4.eq",
  pcmpeqq: "i64x2.eq",
  pcmpgtb: "i8x16.gt_s",
  pcmpgtw: "i16x8.gt_s",
  pcmpgtd: "i32x4.gt_s",
  pcmpgtq: "i64x2.gt_s",
  pabsb: "i8x16.abs",
  pabsw: "i16x8.abs",
  pabsd: "i32x4.abs",
  pand: "v128.and",
  andps: "v128.and",
  andpd: "v128.and",
  por: "v128.or",
  orps: "v128.or",
  orpd: "v128.or",
  pxor: "v128.xor",
  xorps: "v128.xor",
  xorpd: "v128.xor",
};

/** NOT first AND second: the reverse of WebAssembly's order. */
const andNot: Operation = (b, x, y) => b.packed("v128.andnot", [y!, x!]);

/** The upper halves of the 32-bit products. */
const multiplyHigh =
  (sign: "s" | "u"): Operation =>
  (b, x, y) => {
    const low = b.packed(`i32x4.extmul_low_i16x8_${sign}`, [x!, y!]);
    const high = b.packed(`i32x4.extmul_high_i16x8_${sign}`, [x!, y!]);
    return shuffled(b, 16, low, high, [1, 3, 5, 7, 9, 11, 13, 15]);
  };

/** PMULHRSW: (x y >> 14) + 1 >> 1. WebAssembly's saturates the one sum that does not fit, where x86 wraps to 8000H. */
const multiplyHighRounded: Operation = (b, x, y) => {
  const least = every(b, 16, 0x8000);
  const overflow = b.and(b.packed("i16x8.eq", [x!, least]), b.packed("i16x8.eq", [y!, least]));
  return b.xor(b.packed("i16x8.q15mulr_sat_s", [x!, y!]), overflow);
};

/** PMULUDQ, PMULDQ: the even doublewords. */
const multiplyEven =
  (sign: "s" | "u"): Operation =>
  (b, x, y) => {
    const even = (v: Value) => shuffled(b, 32, v, v, [0, 2, 0, 2]);
    return b.packed(`i64x2.extmul_low_i32x4_${sign}`, [even(x!), even(y!)]);
  };

/** PMADDUBSW: unsigned bytes of the first times signed bytes of the second; neighbours added with saturation. */
const multiplyAddBytes: Operation = (b, x, y) => {
  const eight = b.constant(32, 8);
  const evenX = b.and(x!, every(b, 16, 0xff));
  const oddX = b.packed("i16x8.shr_u", [x!, eight]);
  const evenY = b.packed("i16x8.shr_s", [b.packed("i16x8.shl", [y!, eight]), eight]);
  const oddY = b.packed("i16x8.shr_s", [y!, eight]);
  const even = b.packed("i16x8.mul", [evenX, evenY]);
  return b.packed("i16x8.add_sat_s", [even, b.packed("i16x8.mul", [oddX, oddY])]);
};

const absoluteDifference = (b: Builder, x: Value, y: Value): Value =>
  b.or(b.packed("i8x16.sub_sat_u", [x, y]), b.packed("i8x16.sub_sat_u", [y, x]));

/** PSADBW: in each quadword the sum of eight absolute differences. */
const sumOfDifferences: Operation = (b, x, y) => {
  const words = b.packed("i16x8.extadd_pairwise_i8x16_u", [absoluteDifference(b, x!, y!)]);
  const doubles = b.packed("i32x4.extadd_pairwise_i16x8_u", [words]);
  const sum = b.packed("i64x2.add", [doubles, b.packed("i64x2.shr_u", [doubles, b.constant(32, 32)])]);
  return b.and(sum, every(b, 64, 0xffff));
};

/** PSIGNx: negated where the second is negative, 0 where it is 0. */
const withSign =
  (shape: "i8x16" | "i16x8" | "i32x4"): Operation =>
  (b, x, y) => {
    const negative = b.packed(`${shape}.lt_s`, [y!, zeros(b)]);
    const negated = b.packed(`${shape}.sub`, [b.xor(x!, negative), negative]);
    return b.packed("v128.andnot", [negated, b.packed(`${shape}.eq`, [y!, zeros(b)])]);
  };

/** PHADDx, PHSUBx: even lanes of both sources, and odd lanes, combined. */
const horizontal = (bits: 16 | 32, op: PackedOp): Definition => {
  const count = 128 / bits;
  const even = Array.from({ length: count }, (_, i) => 2 * i);
  const combine = (b: Builder, x: Value, y: Value) =>
    b.packed(op, [
      shuffled(b, bits, x, y, even),
      shuffled(
        b,
        bits,
        x,
        y,
        even.map((i) => i + 1),
      ),
    ]);
  return packedOrMmx(
    (b, x, y) => combine(b, x!, y!),
    (b, x, y) => {
      const both = beside(b, x!, y!);
      return combine(b, both, both);
    },
  );
};

// ---- shifts

type Shape = "i16x8" | "i32x4" | "i64x2";
const widthOf = { i16x8: 16, i32x4: 32, i64x2: 64 } as const;

/**
 * PSLLx, PSRLx, PSRAx: one count for all lanes, an immediate or the low quadword of the second source. From the lane's width on
 * the result is 0, or all sign bits.
 */
const shift =
  (shape: Shape, how: "shl" | "shr_u" | "shr_s"): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const source = b.row.vex === null ? destination : operands[1]!;
    const amount = operands.at(-1)!;
    const count =
      amount.kind === "immediate" ? b.zeroExtend(b.read(amount), 64) : b.truncate(readVector(b, amount), 64);
    const width = widthOf[shape];
    const inRange = b.ltUnsigned(count, b.constant(64, width));
    const count32 = b.truncate(count, 32);
    const results = halvesOf(destination).map((half) => {
      const x = readVector(b, source, half);
      if (how === "shr_s")
        return b.packed(`${shape}.shr_s`, [x, b.select(inRange, count32, b.constant(32, width - 1))]);
      return b.select(inRange, b.packed(`${shape}.${how}`, [x, count32]), zeros(b));
    });
    writeVector(b, destination, results);
  };

/** Bytes by number: 0, 1, … 15. */
const byteNumbers = (b: Builder): Value =>
  lanes(
    b,
    Array.from({ length: 16 }, (_, i) => i),
  );

/** PSLLDQ, PSRLDQ: whole bytes; numbers outside 0–15 select zeros. */
const shiftBytes = (direction: "left" | "right"): Definition =>
  packedWithImmediate((b, x, immediate) => {
    const most = b.constant(32, 16);
    const count = b.select(b.ltUnsigned(immediate!, most), immediate!, most);
    const distance = b.packed("i8x16.splat", [b.truncate(count, 8)]);
    const from = b.packed(direction === "left" ? "i8x16.sub" : "i8x16.add", [byteNumbers(b), distance]);
    return b.packed("i8x16.swizzle", [x!, from]);
  });

// ---- the rest

/** PTEST: ZF: no common bits; CF: the second has none outside the first. */
const ptest: Definition = (b, first, second) => {
  let common: Value | null = null;
  let outside: Value | null = null;
  for (const half of halvesOf(first)) {
    const x = readVector(b, first, half);
    const y = readVector(b, second!, half);
    const [and, andnot] = [b.and(x, y), b.packed("v128.andnot", [y, x])];
    common = common === null ? and : b.or(common, and);
    outside = outside === null ? andnot : b.or(outside, andnot);
  }
  const flag = (bits: Value, place: number) =>
    b.shl(b.zeroExtend(b.not(b.packed("v128.any_true", [bits])), 32), b.constant(32, place));
  b.setFlagBits(b.or(flag(common!, 6), flag(outside!, 0)), STATUS_FLAGS);
};

/** PMOVMSKB, MOVMSKPS, MOVMSKPD: sign bits. */
const signMask =
  (op: "i8x16.bitmask" | "i32x4.bitmask" | "i64x2.bitmask"): Definition =>
  (b, destination, source) => {
    let mask = b.packed(op, [readVector(b, source!)]);
    const count = op === "i8x16.bitmask" ? 16 : op === "i32x4.bitmask" ? 4 : 2;
    if (vectorBits(source!) === 256) {
      const high = b.packed(op, [readVector(b, source!, 1)]);
      mask = b.or(mask, b.shl(high, b.constant(32, count)));
    }
    b.write(destination, vectorBits(destination) === 64 ? b.zeroExtend(mask, 64) : mask);
  };

/** PHMINPOSUW: the least word, and its place: words above their places, then the least of eight. */
const leastWord: Operation = (b, x) => {
  const sixteen = b.constant(32, 16);
  const placed = (half: "low" | "high", first: number) =>
    b.or(
      b.packed("i32x4.shl", [b.packed(`i32x4.extend_${half}_i16x8_u`, [x!]), sixteen]),
      lanes(b, [first, first + 1, first + 2, first + 3]),
    );
  let least = b.packed("i32x4.min_u", [placed("low", 0), placed("high", 4)]);
  for (const order of [
    [2, 3, 0, 1],
    [1, 0, 3, 2],
  ])
    least = b.packed("i32x4.min_u", [least, shuffled(b, 32, least, least, order)]);
  return b.zeroExtend(b.rotl(b.truncate(least, 32), sixteen), 128);
};

/**
 * MPSADBW: eight sums of four absolute differences: of the block of the second source that the immediate names, with the
 * first source at eight places in a row.
 */
const multipleSums: Definition = (b, ...operands) => {
  const [destination] = operands as [Operand];
  const [first, second] = sourcesOf(b, operands.slice(0, -1)) as [Operand, Operand];
  const control = b.zeroExtend(b.read(operands.at(-1)!), 32);
  const results = halvesOf(destination).map((half) => {
    const imm = b.shr(control, b.constant(32, 3 * half));
    const [x, y] = [readVector(b, first, half), readVector(b, second, half)];
    const blockX = b.and(imm, b.constant(32, 4));
    const blockY = b.shl(b.and(imm, b.constant(32, 3)), b.constant(32, 2));
    let sum: Value | null = null;
    for (let k = 0; k < 4; k++) {
      const at = (block: Value) => b.packed("i8x16.splat", [b.truncate(b.add(block, b.constant(32, k)), 8)]);
      const window = b.packed("i8x16.swizzle", [x, b.packed("i8x16.add", [byteNumbers(b), at(blockX)])]);
      const byte = b.packed("i8x16.swizzle", [y, at(blockY)]);
      const words = b.packed("i16x8.extend_low_i8x16_u", [absoluteDifference(b, window, byte)]);
      sum = sum === null ? words : b.packed("i16x8.add", [sum, words]);
    }
    return sum!;
  });
  writeVector(b, destination, results);
};

export const vectorIntegers: Definitions = {
  ...Object.fromEntries(Object.entries(direct).map(([mnemonic, op]) => [mnemonic, packed(packedOp(op))])),
  pandn: packed(andNot),
  andnps: packed(andNot),
  andnpd: packed(andNot),
  pmulhw: packed(multiplyHigh("s")),
  pmulhuw: packed(multiplyHigh("u")),
  pmulhrsw: packed(multiplyHighRounded),
  pmuludq: packed(multiplyEven("u")),
  pmuldq: packed(multiplyEven("s")),
  pmaddubsw: packed(multiplyAddBytes),
  psadbw: packed(sumOfDifferences),
  psignb: packed(withSign("i8x16")),
  psignw: packed(withSign("i16x8")),
  psignd: packed(withSign("i32x4")),
  phaddw: horizontal(16, "i16x8.add"),
  phaddd: horizontal(32, "i32x4.add"),
  phaddsw: horizontal(16, "i16x8.add_sat_s"),
  phsubw: horizontal(16, "i16x8.sub"),
  phsubd: horizontal(32, "i32x4.sub"),
  phsubsw: horizontal(16, "i16x8.sub_sat_s"),
  psllw: shift("i16x8", "shl"),
  pslld: shift("i32x4", "shl"),
  psllq: shift("i64x2", "shl"),
  psrlw: shift("i16x8", "shr_u"),
  psrld: shift("i32x4", "shr_u"),
  psrlq: shift("i64x2", "shr_u"),
  psraw: shift("i16x8", "shr_s"),
  psrad: shift("i32x4", "shr_s"),
  pslldq: shiftBytes("left"),
  psrldq: shiftBytes("right"),
  ptest,
  pmovmskb: signMask("i8x16.bitmask"),
  movmskps: signMask("i32x4.bitmask"),
  movmskpd: signMask("i64x2.bitmask"),
  phminposuw: packed(leastWord),
  mpsadbw: multipleSums,
};
