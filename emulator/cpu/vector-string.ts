/**
 * PCMPESTRI, PCMPESTRM, PCMPISTRI, PCMPISTRM (SDM vol. 2, 4.1): comparisons of two strings of bytes or words, steered by an
 * immediate. Too intricate for the IR: a helper compares and sets the flags.
 */
import { general } from "../isa/registers.ts";
import type { Definition, Definitions, Operand } from "./builder.ts";
import type { CpuContext } from "./context.ts";
import { RAX, RCX, RDX } from "./operand.ts";
import { Flag, STATUS_FLAGS } from "./state.ts";
import { readVector } from "./vector-operand.ts";

/** Bits 3:2 of the immediate. */
const Aggregation = { any: 0, ranges: 1, each: 2, ordered: 3 } as const;

interface Text {
  readonly elements: readonly bigint[];
  /** How many of them count. */
  readonly length: number;
}

function textOf(low: bigint, high: bigint, control: number, length: (elements: readonly bigint[]) => number): Text {
  const bits = control & 1 ? 16n : 8n;
  const whole = low | (high << 64n);
  const elements = Array.from({ length: Number(128n / bits) }, (_, i) => {
    const element = (whole >> (BigInt(i) * bits)) & ((1n << bits) - 1n);
    return control & 2 ? BigInt.asIntN(Number(bits), element) : element;
  });
  return { elements, length: length(elements) };
}

/** The first zero ends the string. */
function implicitLength(elements: readonly bigint[]): number {
  const end = elements.indexOf(0n);
  return end < 0 ? elements.length : end;
}

/** The magnitude of a register, at most all elements. */
const explicitLength =
  (register: bigint) =>
  (elements: readonly bigint[]): number => {
    const magnitude = register < 0n ? -register : register;
    return magnitude > BigInt(elements.length) ? elements.length : Number(magnitude);
  };

/** IntRes1: a bit for each element of the second text. */
function aggregate(how: number, first: Text, second: Text): number {
  const count = first.elements.length;
  const holds = (j: number): boolean => {
    const y = second.elements[j]!;
    const valid = j < second.length;
    switch (how) {
      case Aggregation.any:
        return valid && first.elements.slice(0, first.length).includes(y);
      case Aggregation.ranges:
        for (let i = 0; i + 1 < first.length; i += 2)
          if (valid && first.elements[i]! <= y && y <= first.elements[i + 1]!) return true;
        return false;
      case Aggregation.each:
        return j < first.length ? valid && first.elements[j] === y : !valid;
      default:
        // What is beyond the first text matches anything, what is beyond the second only that.
        for (let i = 0; i < first.length && j + i < count; i++)
          if (j + i >= second.length || first.elements[i] !== second.elements[j + i]) return false;
        return true;
    }
  };
  let result = 0;
  for (let j = 0; j < count; j++) if (holds(j)) result |= 1 << j;
  return result;
}

/** IntRes2 and the flags. */
function compareTexts(cpu: CpuContext, first: Text, second: Text, control: number): number {
  const count = first.elements.length;
  const all = (1 << count) - 1;
  let result = aggregate((control >> 2) & 3, first, second);
  // Bits 5:4: negative polarity, of all elements or of those of the second text.
  if (control & 0x10) result ^= control & 0x20 ? (1 << second.length) - 1 : all;
  const flags =
    (result !== 0 ? Flag.CF : 0) |
    (second.length < count ? Flag.ZF : 0) |
    (first.length < count ? Flag.SF : 0) |
    (result & 1 ? Flag.OF : 0);
  cpu.setFlags((cpu.flags & ~STATUS_FLAGS) | flags);
  return result;
}

/** ECX: the number of the lowest (bit 6: highest) set bit, or of elements. */
function indexOf(result: number, control: number): bigint {
  const count = control & 1 ? 8 : 16;
  if (result === 0) return BigInt(count);
  return BigInt(control & 0x40 ? 31 - Math.clz32(result) : 31 - Math.clz32(result & -result));
}

/** XMM0: the bits, or (bit 6) elements of all ones. */
function maskOf(result: number, control: number): bigint {
  if (!(control & 0x40)) return BigInt(result);
  const bits = control & 1 ? 16 : 8;
  let mask = 0n;
  for (let i = 0; i < 128 / bits; i++) if (result & (1 << i)) mask |= ((1n << BigInt(bits)) - 1n) << BigInt(i * bits);
  return mask;
}

/** The helper: both strings as words, the immediate, and for the explicit forms the lengths as signed 64-bit numbers. */
export function compareStrings(cpu: CpuContext, words: readonly bigint[], lengths: readonly bigint[] | null): bigint {
  const [x0, x1, y0, y1, immediate] = words as [bigint, bigint, bigint, bigint, bigint];
  const control = Number(immediate & 0xffn);
  const wantsMask = immediate >> 8n !== 0n;
  const lengthOf = (which: 0 | 1) =>
    lengths === null ? implicitLength : explicitLength(BigInt.asIntN(64, lengths[which]!));
  const result = compareTexts(cpu, textOf(x0, x1, control, lengthOf(0)), textOf(y0, y1, control, lengthOf(1)), control);
  return wantsMask ? maskOf(result, control) : indexOf(result, control);
}

/** `lengths`: in EAX and EDX, or in RAX and RDX. */
const stringCompare =
  (gives: "index" | "mask", lengths: null | 32 | 64): Definition =>
  (b, first, second, immediate) => {
    const control = b.zeroExtend(b.read(immediate!), 64);
    const wanted = gives === "mask" ? b.or(control, b.constant(64, 0x100)) : control;
    const texts = [first, second as Operand].map((operand) => readVector(b, operand));
    const more =
      lengths === null ? [] : [RAX, RDX].map((register) => b.signExtend(b.register(general[lengths][register]!), 64));
    const name = lengths === null ? "compareStrings" : "compareStringsOfLength";
    const result = b.helper(name, [...texts, wanted, ...more], gives === "index" ? 32 : 128);
    if (gives === "index") b.setRegister(general[32][RCX]!, result);
    else {
      b.set("vector", b.truncate(result, 64), 0);
      b.set("vector", b.packed("i64x2.extract_lane", [result], [1]), 1);
      if (b.row.vex !== null) for (const word of [2, 3]) b.set("vector", b.constant(64, 0), word);
    }
  };

export const vectorStrings: Definitions = {
  pcmpistri: stringCompare("index", null),
  pcmpistrm: stringCompare("mask", null),
  pcmpestri: stringCompare("index", 32),
  pcmpestri64: stringCompare("index", 64),
  pcmpestrm: stringCompare("mask", 32),
  pcmpestrm64: stringCompare("mask", 64),
};
