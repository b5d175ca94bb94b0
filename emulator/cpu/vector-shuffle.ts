/**
 * Packed data rearranged: unpack, pack, shuffle, blend, insert, extract, extend (SDM vol. 1, 5.4 to 5.10). An immediate that
 * says how is not known when a handler is made: it becomes a vector of byte numbers or a mask, by arithmetic.
 */
import type { Builder, Definition, Definitions, Operand, Value } from "./builder.ts";
import type { PackedOp } from "./packed.ts";
import {
  beside,
  every,
  halvesOf,
  isMmx,
  lanes,
  type Operation,
  packed,
  packedOp,
  packedOrMmx,
  packedWithImmediate,
  readVector,
  sourcesOf,
  writeVector,
  xmm0,
  zeros,
} from "./vector-operand.ts";

/** Lanes of `bits` by their numbers among those of both values. */
export function shuffled(b: Builder, bits: 8 | 16 | 32 | 64, x: Value, y: Value, from: readonly number[]): Value {
  const bytes = bits / 8;
  const order = from.flatMap((lane) => Array.from({ length: bytes }, (_, i) => lane * bytes + i));
  return b.packed("i8x16.shuffle", [x, y], order);
}

const shuffle =
  (bits: 8 | 16 | 32 | 64, from: readonly number[]): Operation =>
  (b, x, y) =>
    shuffled(b, bits, x!, y!, from);

// ---- unpack and pack

/** PUNPCKLxx, PUNPCKHxx, UNPCKxPx: lanes of the low (or high) halves in turn. */
const interleave = (bits: 8 | 16 | 32 | 64, half: "low" | "high"): Definition => {
  const count = 128 / bits;
  const order = (first: number, all: number) =>
    Array.from({ length: all }, (_, i) => first + Math.floor(i / 2) + (i % 2) * count);
  // Of MMX registers, the high half begins at a quarter of the value; what is above 64 bits does not matter.
  return packedOrMmx(
    shuffle(bits, order(half === "low" ? 0 : count / 2, count)),
    shuffle(bits, order(half === "low" ? 0 : count / 4, count)),
  );
};

/** PACKxxxx: of MMX registers the sources stand side by side first. */
const pack = (op: PackedOp): Definition =>
  packedOrMmx(packedOp(op), (b, x, y) => {
    const both = beside(b, x!, y!);
    return b.packed(op, [both, both]);
  });

// ---- shuffles by immediate

/** From two bits for each of four lanes: lane numbers, in the low bits of 32-bit lanes. */
export function selectors(b: Builder, immediate: Value): Value {
  const spread = b.packed("i32x4.mul", [b.packed("i32x4.splat", [immediate]), lanes(b, [64, 16, 4, 1])]);
  return b.and(b.packed("i32x4.shr_u", [spread, b.constant(32, 6)]), every(b, 32, 3));
}

/** Byte numbers of 32-bit lanes. */
export const bytesOfDoublewords = (b: Builder, numbers: Value): Value =>
  b.packed("i32x4.add", [b.packed("i32x4.mul", [numbers, every(b, 32, 0x0404_0404)]), every(b, 32, 0x0302_0100)]);

/** PSHUFD. */
const shuffleDoublewords = packedWithImmediate((b, x, immediate) =>
  b.packed("i8x16.swizzle", [x!, bytesOfDoublewords(b, selectors(b, immediate!))]),
);

/** PSHUFLW, PSHUFHW, PSHUFW: four words by two bits each, those of the low or of the high half; the rest stays. */
const shuffleWords = (half: 0 | 1): Definition =>
  packedWithImmediate((b, x, immediate) => {
    const numbers = selectors(b, immediate!);
    // The word numbers from 32-bit lanes into the low four 16-bit lanes, then bytes: 2 n, 2 n + 1.
    const words = b.packed("i16x8.narrow_i32x4_u", [numbers, zeros(b)]);
    const bytes = b.packed("i16x8.add", [
      b.packed("i16x8.mul", [words, every(b, 16, 0x0202)]),
      every(b, 16, 0x0100 + 0x0808 * half),
    ]);
    const order =
      half === 0
        ? b.packed("i64x2.replace_lane", [bytes, b.constant(64, 0x0f0e_0d0c_0b0a_0908n)], [1])
        : shuffled(b, 64, b.constant(128, 0x0706_0504_0302_0100n), bytes, [0, 2]);
    return b.packed("i8x16.swizzle", [x!, order]);
  });

/** SHUFPS: two lanes of the first, then two of the second. */
const shufps = packedWithImmediate((b, x, y, immediate) => {
  const order = bytesOfDoublewords(b, selectors(b, immediate!));
  return shuffled(b, 64, b.packed("i8x16.swizzle", [x!, order]), b.packed("i8x16.swizzle", [y!, order]), [0, 3]);
});

/** All ones in the lanes whose bit of the immediate is set. */
function maskOfBits(b: Builder, bits: 16 | 32 | 64, immediate: Value): Value {
  const places = Array.from({ length: 128 / bits }, (_, i) => 1n << BigInt(i));
  const each = lanes(b, places);
  const splat =
    bits === 16
      ? b.packed("i16x8.splat", [b.truncate(immediate, 16)])
      : bits === 32
        ? b.packed("i32x4.splat", [immediate])
        : b.packed("i64x2.splat", [b.zeroExtend(immediate, 64)]);
  const shape = bits === 16 ? "i16x8" : bits === 32 ? "i32x4" : "i64x2";
  return b.packed(`${shape}.eq`, [b.and(splat, each), each]);
}

/** SHUFPD: bit 0 picks from the first, bit 1 from the second; of a YMM register bits 2 and 3 for the high half. */
const shufpd: Definition = (b, ...operands) => {
  const [destination] = operands as [Operand];
  const [first, second] = sourcesOf(b, operands.slice(0, -1)) as [Operand, Operand];
  const immediate = b.zeroExtend(b.read(operands.at(-1)!), 32);
  const results = halvesOf(destination).map((half) => {
    const mask = maskOfBits(b, 64, b.shr(immediate, b.constant(32, 2 * half)));
    const [x, y] = [readVector(b, first, half), readVector(b, second, half)];
    return b.packed("v128.bitselect", [shuffled(b, 64, x, y, [1, 3]), shuffled(b, 64, x, y, [0, 2]), mask]);
  });
  writeVector(b, destination, results);
};

/** BLENDPS, BLENDPD, PBLENDW: the second source where the bit is set; PBLENDW uses the same eight bits for both halves. */
export const blend =
  (bits: 16 | 32 | 64): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const [first, second] = sourcesOf(b, operands.slice(0, -1)) as [Operand, Operand];
    const immediate = b.zeroExtend(b.read(operands.at(-1)!), 32);
    const results = halvesOf(destination).map((half) => {
      const shift = bits === 16 ? 0 : (half * 128) / bits;
      const mask = maskOfBits(b, bits, b.shr(immediate, b.constant(32, shift)));
      return b.packed("v128.bitselect", [readVector(b, second, half), readVector(b, first, half), mask]);
    });
    writeVector(b, destination, results);
  };

/** PBLENDVB, BLENDVPS, BLENDVPD: the second source where the mask's sign bit is set; without VEX the mask is XMM0. */
const blendBySign = (shape: "i8x16" | "i32x4" | "i64x2"): Definition =>
  packed((b, x, y, mask = xmm0(b)) =>
    b.packed("v128.bitselect", [y!, x!, b.packed(`${shape}.lt_s`, [mask, zeros(b)])]),
  );

// ---- shuffles by vector

/** PSHUFB: a byte number with bit 7 set selects 0; bits above the number do not count. */
const pshufb = packedOrMmx(
  (b, x, order) => b.packed("i8x16.swizzle", [x!, b.and(order!, every(b, 8, 0x8f))]),
  (b, x, order) => b.packed("i8x16.swizzle", [x!, b.and(order!, every(b, 8, 0x87))]),
);

const byteNumbers = Array.from({ length: 16 }, (_, i) => i);

/** PALIGNR: both sources side by side, the first above, shifted right by whole bytes. */
const palignr: Definition = (b, ...operands) => {
  const wide = packedWithImmediate((_, x, y, immediate) => {
    const from = b.packed("i8x16.add_sat_u", [
      lanes(b, byteNumbers),
      b.packed("i8x16.splat", [b.truncate(immediate!, 8)]),
    ]);
    if (isMmx(operands[0]!)) return b.packed("i8x16.swizzle", [beside(b, y!, x!), from]);
    const above = b.packed("i8x16.sub", [from, every(b, 8, 16)]);
    return b.or(b.packed("i8x16.swizzle", [y!, from]), b.packed("i8x16.swizzle", [x!, above]));
  });
  wide(b, ...operands);
};

// ---- single elements

/** The lane (of `bits`) whose number is in the immediate, at the bottom of a value. */
function laneAt(b: Builder, bits: 8 | 16 | 32 | 64, x: Value, immediate: Value): Value {
  const number = b.and(immediate, b.constant(32, 128 / bits - 1));
  const first = b.mul(number, b.constant(32, bits / 8));
  const from = b.packed("i8x16.add", [lanes(b, byteNumbers), b.packed("i8x16.splat", [b.truncate(first, 8)])]);
  return b.packed("i8x16.swizzle", [x, from]);
}

/** PEXTRB, PEXTRW, PEXTRD, PEXTRQ, EXTRACTPS: into a general register, zero-extended, or memory. */
const extract =
  (bits: 8 | 16 | 32 | 64): Definition =>
  (b, destination, source, number) => {
    const immediate = b.zeroExtend(b.read(number!), 32);
    // Of an MMX register four words are there to be chosen from.
    const which = isMmx(source!) ? b.and(immediate, b.constant(32, 3)) : immediate;
    const x = laneAt(b, bits, readVector(b, source!), which);
    const low = bits === 64 ? b.truncate(x, 64) : b.truncate(b.truncate(x, 32), bits);
    b.write(
      destination,
      destination.kind === "memory"
        ? low
        : b.zeroExtend(low, destination.kind === "register" ? (destination.register.bits as 32 | 64) : 32),
    );
  };

/** PINSRB, PINSRW, PINSRD, PINSRQ: the lane whose number is in the immediate is replaced. */
const insert =
  (bits: 8 | 16 | 32 | 64): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const [base, element] = sourcesOf(b, operands.slice(0, -1)) as [Operand, Operand];
    const immediate = b.zeroExtend(b.read(operands.at(-1)!), 32);
    const whole = b.read(element);
    const value = whole.bits > bits ? b.truncate(whole, bits) : whole;
    const count = 128 / bits;
    const shape = bits === 8 ? "i8x16" : bits === 16 ? "i16x8" : bits === 32 ? "i32x4" : "i64x2";
    const number = b.and(immediate, b.constant(32, (isMmx(destination) ? count / 2 : count) - 1));
    const numbers = lanes(
      b,
      Array.from({ length: count }, (_, i) => i),
    );
    const splat = (v: Value) => b.packed(`${shape}.splat`, [v]);
    const mask = b.packed(`${shape}.eq`, [
      numbers,
      splat(bits === 64 ? b.zeroExtend(number, 64) : bits === 32 ? number : b.truncate(number, bits)),
    ]);
    writeVector(b, destination, [b.packed("v128.bitselect", [splat(value), readVector(b, base), mask])]);
  };

/** INSERTPS: a lane of the second source (memory: the one there), to a place of the first; then lanes are cleared by bits 3:0. */
const insertps: Definition = (b, ...operands) => {
  const [destination] = operands as [Operand];
  const [base, element] = sourcesOf(b, operands.slice(0, -1)) as [Operand, Operand];
  const immediate = b.zeroExtend(b.read(operands.at(-1)!), 32);
  const at = (shift: number) => b.and(b.shr(immediate, b.constant(32, shift)), b.constant(32, 3));
  const source = readVector(b, element);
  const value = b.truncate(element.kind === "memory" ? source : laneAt(b, 32, source, at(6)), 32);
  const mask = b.packed("i32x4.eq", [lanes(b, [0, 1, 2, 3]), b.packed("i32x4.splat", [at(4)])]);
  const inserted = b.packed("v128.bitselect", [b.packed("i32x4.splat", [value]), readVector(b, base), mask]);
  writeVector(b, destination, [b.packed("v128.andnot", [inserted, maskOfBits(b, 32, immediate)])]);
};

// ---- extension

const widths = { b: 8, w: 16, d: 32, q: 64 } as const;
const shapes = { 8: "i8x16", 16: "i16x8", 32: "i32x4", 64: "i64x2" } as const;

/** PMOVSXxx, PMOVZXxx: the lowest lanes, made wider step by step. */
const extend =
  (from: keyof typeof widths, to: keyof typeof widths, sign: "s" | "u"): Definition =>
  (b, destination, source) => {
    const results = halvesOf(destination).map((half) => {
      const bytes = (half * 16 * widths[from]) / widths[to];
      let x = readLow(b, source!, bytes);
      for (let bits: number = widths[from]; bits < widths[to]; bits *= 2) {
        const [narrow, wide] = [shapes[bits as 8], shapes[(bits * 2) as 16]];
        x = b.packed(`${wide}.extend_low_${narrow}_${sign}` as PackedOp, [x]);
      }
      return x;
    });
    writeVector(b, destination, results);
  };

/** The bytes of a source from `first` on, at the bottom of a value. */
function readLow(b: Builder, source: Operand, first: number): Value {
  const x = readVector(b, source);
  if (first === 0) return x;
  return shuffled(
    b,
    8,
    x,
    zeros(b),
    byteNumbers.map((i) => Math.min(i + first, 16)),
  );
}

const extensions = (name: string, sign: "s" | "u"): Definitions => ({
  [`${name}bw`]: extend("b", "w", sign),
  [`${name}bd`]: extend("b", "d", sign),
  [`${name}bq`]: extend("b", "q", sign),
  [`${name}wd`]: extend("w", "d", sign),
  [`${name}wq`]: extend("w", "q", sign),
  [`${name}dq`]: extend("d", "q", sign),
});

export const vectorShuffles: Definitions = {
  punpcklbw: interleave(8, "low"),
  punpcklwd: interleave(16, "low"),
  punpckldq: interleave(32, "low"),
  punpcklqdq: interleave(64, "low"),
  punpckhbw: interleave(8, "high"),
  punpckhwd: interleave(16, "high"),
  punpckhdq: interleave(32, "high"),
  punpckhqdq: interleave(64, "high"),
  unpcklps: interleave(32, "low"),
  unpckhps: interleave(32, "high"),
  unpcklpd: interleave(64, "low"),
  unpckhpd: interleave(64, "high"),
  packsswb: pack("i8x16.narrow_i16x8_s"),
  packuswb: pack("i8x16.narrow_i16x8_u"),
  packssdw: pack("i16x8.narrow_i32x4_s"),
  packusdw: pack("i16x8.narrow_i32x4_u"),
  pshufd: shuffleDoublewords,
  pshuflw: shuffleWords(0),
  pshufhw: shuffleWords(1),
  pshufw: shuffleWords(0),
  shufps,
  shufpd,
  pshufb,
  palignr,
  blendps: blend(32),
  blendpd: blend(64),
  pblendw: blend(16),
  pblendvb: blendBySign("i8x16"),
  blendvps: blendBySign("i32x4"),
  blendvpd: blendBySign("i64x2"),
  pextrb: extract(8),
  pextrw: extract(16),
  pextrd: extract(32),
  pextrq: extract(64),
  extractps: extract(32),
  pinsrb: insert(8),
  pinsrw: insert(16),
  pinsrd: insert(32),
  pinsrq: insert(64),
  insertps,
  ...extensions("pmovsx", "s"),
  ...extensions("pmovzx", "u"),
};
