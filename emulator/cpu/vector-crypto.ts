/**
 * AES, carry-less multiplication and SHA (SDM vol. 1, 5.13, 12.13; vol. 2, each instruction). All of it from operations of the
 * IR; the S-box is a story of its own (aes-box.ts).
 */
import { substitute, substituteInversely } from "./aes-box.ts";
import type { Builder, Definition, Definitions, Value } from "./builder.ts";
import { anySet } from "./operand.ts";
import {
  every,
  lanes,
  type Operation,
  packed,
  packedWithImmediate,
  readVector,
  writeVector,
  xmm0,
  zeros,
} from "./vector-operand.ts";
import { shuffled } from "./vector-shuffle.ts";

// ---- AES (FIPS 197)

/** Byte r + 4 c is row r, column c; row r is turned by `direction` × r columns. */
const rowShift = (direction: 1 | -1): number[] =>
  Array.from({ length: 16 }, (_, i) => (i + 4 * direction * (i % 4) + 16) % 16);

const shiftRows = (b: Builder, x: Value, direction: 1 | -1): Value => shuffled(b, 8, x, x, rowShift(direction));

/** Each column turned by so many rows. */
const turnColumns = (b: Builder, x: Value, by: number): Value =>
  shuffled(
    b,
    8,
    x,
    x,
    Array.from({ length: 16 }, (_, i) => (i & 12) | ((i + by) & 3)),
  );

/** Every byte times x. */
function double(b: Builder, x: Value): Value {
  const carry = b.and(b.packed("i8x16.lt_s", [x, zeros(b)]), every(b, 8, 0x1b));
  return b.xor(b.packed("i8x16.add", [x, x]), carry);
}

/** 2 a(r) + 3 a(r+1) + a(r+2) + a(r+3). */
function mixColumns(b: Builder, x: Value): Value {
  const twice = double(b, x);
  const far = b.xor(turnColumns(b, x, 2), turnColumns(b, x, 3));
  return b.xor(b.xor(twice, turnColumns(b, b.xor(twice, x), 1)), far);
}

/** The inverse is 4 (a(r) + a(r+2)) added first. */
const mixColumnsInverse = (b: Builder, x: Value): Value =>
  mixColumns(b, b.xor(x, double(b, double(b, b.xor(x, turnColumns(b, x, 2))))));

const aesenclast: Operation = (b, state, key) => b.xor(substitute(b, shiftRows(b, state!, 1)), key!);
const aesenc: Operation = (b, state, key) => b.xor(mixColumns(b, substitute(b, shiftRows(b, state!, 1))), key!);
const aesdeclast: Operation = (b, state, key) => b.xor(substituteInversely(b, shiftRows(b, state!, -1)), key!);
const aesdec: Operation = (b, state, key) =>
  b.xor(mixColumnsInverse(b, substituteInversely(b, shiftRows(b, state!, -1))), key!);

/** Doublewords 1 and 3 substituted; as they are, and turned by a byte with the round constant added. */
const aeskeygenassist = packedWithImmediate((b, x, constant) => {
  const words = substitute(b, shuffled(b, 32, x!, x!, [1, 1, 3, 3]));
  const turned = shuffled(b, 8, words, words, [0, 1, 2, 3, 5, 6, 7, 4, 8, 9, 10, 11, 13, 14, 15, 12]);
  return b.xor(turned, b.and(b.packed("i32x4.splat", [constant!]), lanes(b, [0, -1, 0, -1])));
});

// ---- carry-less multiplication

const word = (b: Builder, value: bigint): Value => b.constant(64, value);
const everyFourth = (b: Builder, first: number): Value => word(b, 0x1111_1111_1111_1111n << BigInt(first));

/**
 * The low 64 bits of a product without carries: with three zeros between any two bits that count, the carries of an
 * ordinary product do not reach the next one.
 */
function carrylessLow(b: Builder, x: Value, y: Value): Value {
  const parts = (v: Value) => [0, 1, 2, 3].map((i) => b.and(v, everyFourth(b, i)));
  const [p, q] = [parts(x), parts(y)];
  let result: Value | null = null;
  for (let sum = 0; sum < 4; sum++) {
    let part: Value | null = null;
    for (let i = 0; i < 4; i++) {
      const product = b.mul(p[i]!, q[(sum - i + 4) % 4]!);
      part = part === null ? product : b.xor(part, product);
    }
    const kept = b.and(part!, everyFourth(b, sum));
    result = result === null ? kept : b.or(result, kept);
  }
  return result!;
}

function reverseBits(b: Builder, x: Value): Value {
  let result = x;
  for (const [shift, mask] of [
    [1n, 0x5555_5555_5555_5555n],
    [2n, 0x3333_3333_3333_3333n],
    [4n, 0x0f0f_0f0f_0f0f_0f0fn],
  ] as const) {
    const high = b.and(b.shr(result, word(b, shift)), word(b, mask));
    result = b.or(high, b.shl(b.and(result, word(b, mask)), word(b, shift)));
  }
  return b.byteSwap(result);
}

/** PCLMULQDQ: immediate bits 0 and 4 choose the halves of the sources. */
const pclmulqdq = packedWithImmediate((b, x, y, immediate) => {
  const half = (v: Value, bit: number) => {
    const [low, high] = [0, 1].map((lane) => b.packed("i64x2.extract_lane", [v], [lane])) as [Value, Value];
    return b.select(anySet(b, immediate!, bit), high, low);
  };
  const [p, q] = [half(x!, 1), half(y!, 16)];
  const low = carrylessLow(b, p, q);
  const reversed = carrylessLow(b, reverseBits(b, p), reverseBits(b, q));
  const high = b.shr(reverseBits(b, reversed), word(b, 1n));
  return b.packed("i64x2.replace_lane", [b.packed("i64x2.splat", [low]), high], [1]);
});

// ---- SHA (FIPS 180-4)

const doublewords = (b: Builder, x: Value): [Value, Value, Value, Value] =>
  [0, 1, 2, 3].map((lane) => b.packed("i32x4.extract_lane", [x], [lane])) as [Value, Value, Value, Value];

const join = (b: Builder, values: readonly Value[]): Value =>
  values.reduce((x, value, lane) => b.packed("i32x4.replace_lane", [x, value], [lane]), zeros(b));

const rotate = (b: Builder, x: Value, left: number): Value => b.rotl(x, b.constant(32, left));
const sum = (b: Builder, ...values: Value[]): Value => values.reduce((x, y) => b.add(x, y));
const xor3 = (b: Builder, x: Value, y: Value, z: Value): Value => b.xor(b.xor(x, y), z);
const choose = (b: Builder, x: Value, y: Value, z: Value): Value => b.xor(z, b.and(x, b.xor(y, z)));
const majority = (b: Builder, x: Value, y: Value, z: Value): Value => b.or(b.and(x, y), b.and(z, b.or(x, y)));

/** SHA1RNDS4: function and constant by immediate bits 1:0. */
const sha1rnds4 = packedWithImmediate((b, x, y, immediate) => {
  let [d, c, bb, a] = doublewords(b, x!);
  const words = doublewords(b, y!).toReversed();
  const kind = b.and(immediate!, b.constant(32, 3));
  const is = (value: number) => b.eq(kind, b.constant(32, value));
  const byKind = (zero: Value, one: Value, two: Value, three: Value) =>
    b.select(is(0), zero, b.select(is(1), one, b.select(is(2), two, three)));
  const k = (value: number) => b.constant(32, value);
  const constant = byKind(k(0x5a82_7999), k(0x6ed9_eba1), k(0x8f1b_bcdc), k(0xca62_c1d6));
  let e: Value | null = null;
  for (const w of words) {
    const parity = xor3(b, bb, c, d);
    const f = byKind(choose(b, bb, c, d), parity, majority(b, bb, c, d), parity);
    const next = sum(b, f, rotate(b, a, 5), w, constant, ...(e === null ? [] : [e]));
    [e, d, c, bb, a] = [d, c, rotate(b, bb, 30), a, next];
  }
  return join(b, [d, c, bb, a]);
});

const sha1nexte: Operation = (b, x, y) => {
  const top = b.packed("i32x4.extract_lane", [x!], [3]);
  return b.packed("i32x4.add", [y!, b.packed("i32x4.replace_lane", [zeros(b), rotate(b, top, 30)], [3])]);
};

const sha1msg1: Operation = (b, x, y) => b.xor(x!, shuffled(b, 32, x!, y!, [6, 7, 0, 1]));

const sha1msg2: Operation = (b, x, y) => {
  const [w3, w2, w1, w0] = doublewords(b, x!);
  const [w15, w14, w13] = doublewords(b, y!);
  const w16 = rotate(b, b.xor(w0, w13), 1);
  const next = (p: Value, q: Value) => rotate(b, b.xor(p, q), 1);
  return join(b, [next(w3, w16), next(w2, w15), next(w1, w14), w16]);
};

/** SHA256RNDS2: the message's words with their constants are in XMM0. */
const sha256rnds2: Definition = (b, destination, source) => {
  let [h, g, d, c] = doublewords(b, readVector(b, destination));
  let [f, e, bb, a] = doublewords(b, readVector(b, source!));
  const message = doublewords(b, xmm0(b));
  const sigma = (x: Value, turns: readonly number[]) =>
    turns.map((right) => rotate(b, x, 32 - right)).reduce((p, q) => b.xor(p, q));
  for (const w of message.slice(0, 2)) {
    const first = sum(b, choose(b, e, f, g), sigma(e, [6, 11, 25]), w, h);
    const second = sum(b, majority(b, a, bb, c), sigma(a, [2, 13, 22]));
    [h, g, f, e, d, c, bb, a] = [g, f, e, b.add(first, d), c, bb, a, b.add(first, second)];
  }
  writeVector(b, destination, [join(b, [f, e, bb, a])]);
};

/** Of every doubleword: two turns and a shift to the right. */
function smallSigma(b: Builder, x: Value, first: number, second: number, shift: number): Value {
  const right = (by: number) => b.packed("i32x4.shr_u", [x, b.constant(32, by)]);
  const turned = (by: number) => b.xor(right(by), b.packed("i32x4.shl", [x, b.constant(32, 32 - by)]));
  return xor3(b, turned(first), turned(second), right(shift));
}

const sha256msg1: Operation = (b, x, y) =>
  b.packed("i32x4.add", [x!, smallSigma(b, shuffled(b, 32, x!, y!, [1, 2, 3, 4]), 7, 18, 3)]);

/** The upper two words need the lower two: those of W14 and W15 are made first. */
const sha256msg2: Operation = (b, x, y) => {
  const add = (sources: Value, from: Value) => b.packed("i32x4.add", [from, smallSigma(b, sources, 17, 19, 10)]);
  const lower = add(shuffled(b, 32, y!, zeros(b), [2, 3, 4, 4]), x!);
  return add(shuffled(b, 32, lower, zeros(b), [4, 4, 0, 1]), lower);
};

export const vectorCrypto: Definitions = {
  aesenc: packed(aesenc),
  aesenclast: packed(aesenclast),
  aesdec: packed(aesdec),
  aesdeclast: packed(aesdeclast),
  aesimc: packed((b, x) => mixColumnsInverse(b, x!)),
  aeskeygenassist,
  pclmulqdq,
  sha1rnds4,
  sha1nexte: packed(sha1nexte),
  sha1msg1: packed(sha1msg1),
  sha1msg2: packed(sha1msg2),
  sha256rnds2,
  sha256msg1: packed(sha256msg1),
  sha256msg2: packed(sha256msg2),
};
