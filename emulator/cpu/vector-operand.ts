/**
 * How vector instructions reach their operands. An operation is said on 128-bit values; here it becomes a definition for MMX
 * registers (the low 64 bits of a value), XMM registers and, with VEX, YMM registers (twice, one half after the other).
 *
 * Legacy SSE writes its first source and leaves the bits of the YMM register above it alone; VEX names the destination apart and
 * clears them (SDM vol. 1, 14.1.3). Which form it is, the table's row knows.
 */
import type { Builder, Definition, MemoryOperand, Operand, Value } from "./builder.ts";
import type { PackedOp } from "./packed.ts";

/** An operation on 128-bit values; `bits`: how many of them count (64 for MMX registers). */
export type Operation = (b: Builder, ...sources: Value[]) => Value;

/** `b.packed` as a function of values. */
export const packedOp =
  (op: PackedOp): Operation =>
  (b, ...sources) =>
    b.packed(op, sources);

/** A 128-bit constant from lanes of equal width, the lowest first; negative numbers wrap. */
export function lanes(b: Builder, values: readonly (number | bigint)[]): Value {
  const bits = 128 / values.length;
  let whole = 0n;
  for (const [i, value] of values.entries()) whole |= BigInt.asUintN(bits, BigInt(value)) << BigInt(i * bits);
  return b.constant(128, whole);
}

/** All lanes of `bits` the same constant. */
export const every = (b: Builder, bits: 8 | 16 | 32 | 64, value: number | bigint): Value =>
  lanes(
    b,
    Array.from({ length: 128 / bits }, () => value),
  );

export const zeros = (b: Builder): Value => b.constant(128, 0);

/** XMM0, where an instruction reads it without saying so. */
export const xmm0 = (b: Builder): Value =>
  b.packed("i64x2.replace_lane", [b.packed("i64x2.splat", [b.get("vector", 0)]), b.get("vector", 1)], [1]);

export const isMmx = (operand: Operand): boolean => operand.kind === "register" && operand.register.class === "mmx";

/** Width in bits of what a vector operand holds. */
export const vectorBits = (operand: Operand): number =>
  operand.kind === "register" ? operand.register.bits : (operand as MemoryOperand).bits;

/**
 * 128 bits of a vector operand, the high half if `half` is 1. MMX registers and narrower memory have zeros above.
 */
export function readVector(b: Builder, operand: Operand, half: 0 | 1 = 0): Value {
  const bits = vectorBits(operand);
  if (bits >= 128) return b.readPart(operand, 128, 16 * half);
  if (operand.kind === "register" || bits === 64 || bits === 32)
    return b.zeroExtend(b.readPart(operand, bits as 32 | 64), 128);
  return b.zeroExtend(b.read(operand), 128);
}

/** Writes the destination: one value, or two for a YMM register. */
export function writeVector(b: Builder, destination: Operand, values: readonly Value[]): void {
  const bits = vectorBits(destination);
  if (bits < 128) {
    b.writePart(destination, b.truncate(values[0]!, bits as 32 | 64));
    return;
  }
  if (values.length > 1) for (const half of [0, 1]) b.probePart(destination, 128, 16 * half);
  for (const [half, value] of values.entries()) b.writePart(destination, value, 16 * half);
  if (b.row.vex !== null && bits === 128 && destination.kind === "register") b.writePart(destination, zeros(b), 16);
}

/** Destination and sources: without VEX the destination is the first source if the instruction reads it at all. */
export function sourcesOf(b: Builder, operands: readonly Operand[]): readonly Operand[] {
  const { vex, operands: specs } = b.row;
  return vex === null && specs[0]!.access === "rw" ? operands : operands.slice(1);
}

/** How often the operation is said: for both halves of a YMM register. */
export const halvesOf = (operand: Operand): readonly (0 | 1)[] => (vectorBits(operand) === 256 ? [0, 1] : [0]);

/** The low quadword of a source, and for a YMM destination the next one; memory is read at once, which its alignment check shows. */
export function quadwordsOf(b: Builder, destination: Operand, source: Operand): Value[] {
  const halves = halvesOf(destination);
  if (halves.length === 1 || source.kind === "register") return halves.map((half) => b.readPart(source, 64, 8 * half));
  const whole = b.readPart(source, 128);
  return halves.map((half) => b.packed("i64x2.extract_lane", [whole], [half]));
}

/** A definition: destination ← operation(sources), each half for itself. */
export const packed =
  (operation: Operation): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const sources = sourcesOf(b, operands);
    const results = halvesOf(destination).map((half) =>
      operation(b, ...sources.map((source) => readVector(b, source, half))),
    );
    writeVector(b, destination, results);
  };

/** As `packed`, for instructions whose last operand is an immediate: it is given last, as 32 bits. */
export const packedWithImmediate =
  (operation: Operation): Definition =>
  (b, ...operands) => {
    const [destination] = operands as [Operand];
    const sources = sourcesOf(b, operands.slice(0, -1));
    const immediate = b.zeroExtend(b.read(operands.at(-1)!), 32);
    const results = halvesOf(destination).map((half) =>
      operation(b, ...sources.map((source) => readVector(b, source, half)), immediate),
    );
    writeVector(b, destination, results);
  };

/** For operations that combine neighbours: two MMX values side by side in one. */
export const beside = (b: Builder, low: Value, high: Value): Value =>
  b.packed("i64x2.replace_lane", [low, b.truncate(high, 64)], [1]);

/** As `packed`, with another operation where the registers are MMX registers. */
export const packedOrMmx = (operation: Operation, mmx: Operation): Definition => {
  const [wide, narrow] = [packed(operation), packed(mmx)];
  return (b, ...operands) => (isMmx(operands[0]!) ? narrow : wide)(b, ...operands);
};
