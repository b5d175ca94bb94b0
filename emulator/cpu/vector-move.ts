/**
 * Moves between vector registers, memory and general registers; MXCSR; EMMS; the non-temporal and masked stores (SDM vol. 1,
 * 5.4 to 5.7). Non-temporal is a hint about caches that there are none of.
 */
import { general } from "../isa/registers.ts";
import type { Definition, Definitions, Operand } from "./builder.ts";
import { anySet, RDI } from "./operand.ts";
import { Vector } from "./state.ts";
import { halvesOf, isMmx, packed, readVector, vectorBits, writeVector } from "./vector-operand.ts";
import { shuffled } from "./vector-shuffle.ts";

/** MOVAPS and its like: all of a register; MMX's MOVQ too. */
const move: Definition = (b, destination, source) => {
  const values = halvesOf(destination).map((half) => readVector(b, source!, half));
  writeVector(b, destination, values);
};

const isGeneral = (operand: Operand): boolean => operand.kind === "register" && operand.register.class === "general";

/** MOVD, MOVQ: 32 or 64 bits; into a vector register with zeros above. */
const moveLow: Definition = (b, destination, source) => {
  const bits = Math.min(vectorBits(destination), vectorBits(source!)) as 32 | 64 | 128;
  const width = bits === 128 ? 64 : bits;
  const value = isGeneral(source!) ? b.read(source!) : b.readPart(source!, width);
  if (isGeneral(destination)) b.write(destination, value);
  else if (destination.kind === "memory") b.writePart(destination, value);
  else writeVector(b, destination, [b.zeroExtend(value, 128)]);
};

/**
 * MOVSS, MOVSD: from memory with zeros above; between registers the bits above stay, or with VEX come from the first source.
 */
const moveScalar =
  (bits: 32 | 64): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const source = operands.at(-1)!;
    const value = b.readPart(source, bits);
    if (destination.kind === "memory") b.writePart(destination, value);
    else if (source.kind === "memory") writeVector(b, destination, [b.zeroExtend(value, 128)]);
    else if (b.row.vex === null) b.writePart(destination, value);
    else {
      const op = bits === 32 ? "i32x4.replace_lane" : "i64x2.replace_lane";
      writeVector(b, destination, [b.packed(op, [readVector(b, operands[1]!), value], [0])]);
    }
  };

/** MOVLPx, MOVHPx, MOVHLPS, MOVLHPS: a quadword from half `from` of the source to half `to` of the destination. */
const moveHalf =
  (from: 0 | 1, to: 0 | 1): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const source = operands.at(-1)!;
    if (destination.kind === "memory") {
      b.writePart(destination, b.readPart(source, 64, 8 * to));
      return;
    }
    const value = b.readPart(source, 64, source.kind === "memory" ? 0 : 8 * from);
    if (b.row.vex === null) b.writePart(destination, value, 8 * to);
    else writeVector(b, destination, [b.packed("i64x2.replace_lane", [readVector(b, operands[1]!), value], [to])]);
  };

/** MOVSLDUP, MOVSHDUP, MOVDDUP. */
const duplicate = (bits: 32 | 64, order: readonly number[]): Definition =>
  packed((b, x) => shuffled(b, bits, x!, x!, order));

/** MASKMOVDQU, MASKMOVQ: the bytes whose mask has its sign bit set, at [DS:rDI] (the segment may be overridden). */
const maskedStore: Definition = (b, source, mask) => {
  const count = isMmx(source) ? 8 : 16;
  const address = b.register(general[b.addressSize][RDI]!);
  const chosen = b.packed("i8x16.bitmask", [readVector(b, mask!)]);
  const data = readVector(b, source);
  const at = (i: number) => b.add(address, b.constant(address.bits, i));
  b.probeStore("override", address, count === 8 ? 64 : 128);
  for (let i = 0; i < count; i++)
    b.if(anySet(b, chosen, 1 << i), () => b.store("override", at(i), b.packed("i8x16.extract_lane_u", [data], [i])));
};

/** LDMXCSR: #GP(0) for reserved bits. */
const loadMxcsr: Definition = (b, source) => {
  const value = b.read(source);
  b.if(anySet(b, value, ~0xffff), () => b.fault(Vector.GP, 0));
  b.set("mxcsr", value);
};

/** MOVQ2DQ, MOVDQ2Q. */
const betweenMmx: Definition = (b, destination, source) => {
  const value = b.readPart(source!, 64);
  writeVector(b, destination, [b.zeroExtend(value, 128)]);
};

/** EMMS: what it does to the tags is done for all MMX instructions (vector-row.ts). */
const emms: Definition = () => {};

const storeMxcsr: Definition = (b, destination) => b.write(destination, b.get("mxcsr"));

export const vectorMoves: Definitions = {
  movaps: move,
  movapd: move,
  movdqa: move,
  movups: move,
  movupd: move,
  movdqu: move,
  lddqu: move,
  movntps: move,
  movntpd: move,
  movntdq: move,
  movntdqa: move,
  movntq: move,
  movd: moveLow,
  movq: moveLow,
  movss: moveScalar(32),
  movsd: moveScalar(64),
  movlps: moveHalf(0, 0),
  movlpd: moveHalf(0, 0),
  movhps: moveHalf(0, 1),
  movhpd: moveHalf(0, 1),
  movhlps: moveHalf(1, 0),
  movlhps: moveHalf(0, 1),
  movsldup: duplicate(32, [0, 0, 2, 2]),
  movshdup: duplicate(32, [1, 1, 3, 3]),
  movddup: duplicate(64, [0, 0]),
  maskmovdqu: maskedStore,
  maskmovq: maskedStore,
  movq2dq: betweenMmx,
  movdq2q: betweenMmx,
  ldmxcsr: loadMxcsr,
  stmxcsr: storeMxcsr,
  emms,
};
