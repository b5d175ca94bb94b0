/**
 * Reads the columns of an instruction-table line, each by itself; the notation is explained at the head of opcodes.ts.
 * Most columns repeat many times over the table: table.ts keeps what it has already read, which is why everything
 * here is a function of its text alone.
 */
import type { Access, ExceptionType, OperandSource, OperandSpec, Row } from "./instruction.ts";
import type { Register, RegisterClass } from "./registers.ts";
import * as registers from "./registers.ts";

export type Size = 0 | 16 | 32 | 64;

/** EFLAGS bits by the letter the table uses (vol. 1, 3.4.3). */
export const flagBits: Readonly<Record<string, number>> = {
  c: 1 << 0,
  p: 1 << 2,
  a: 1 << 4,
  z: 1 << 6,
  s: 1 << 7,
  t: 1 << 8,
  i: 1 << 9,
  d: 1 << 10,
  o: 1 << 11,
  l: 3 << 12,
  n: 1 << 14,
  r: 1 << 16,
  v: 1 << 17,
  k: 1 << 18,
  f: 1 << 19,
  g: 1 << 20,
  y: 1 << 21,
};
const allFlags = Object.values(flagBits).reduce((mask, bit) => mask | bit, 0);

function flagMask(letters: string, condition: string): number {
  if (letters === "all") return allFlags;
  let mask = 0;
  for (const letter of letters === "cc" ? condition : letters) {
    const bit = flagBits[letter];
    if (bit === undefined) throw new Error(`opcodes.ts: no flag "${letter}"`);
    mask |= bit;
  }
  return mask;
}

/** @param condition the flags that "cc" stands for */
export function parseFlags(column: string, condition: string): Row["flags"] {
  const flags = { reads: 0, writes: 0, undefined: 0 };
  if (column === "-") return flags;
  for (const word of column.split(" ")) {
    const arrow = word.indexOf(">");
    if (word.startsWith("?")) flags.undefined |= flagMask(word.slice(1), condition);
    else {
      if (arrow >= 0) flags.reads |= flagMask(word.slice(0, arrow), condition);
      flags.writes |= flagMask(word.slice(arrow + 1), condition);
    }
  }
  return flags;
}

const attributeWords = new Set(
  "lock rep repe i64 x64 d64 f64 nosize reg anymod pm cpl0 iopl alias else-base unaligned mvr".split(" "),
);

export interface Attributes {
  readonly words: ReadonlySet<string>;
  /** The word in capitals, or "". */
  readonly feature: string;
  /** The number of "type4", or null. */
  readonly type: ExceptionType | null;
}

export function parseAttributes(column: string): Attributes {
  const words = new Set<string>();
  let feature = "";
  let type: ExceptionType | null = null;
  for (const word of column === "" ? [] : column.split(" ")) {
    if (attributeWords.has(word)) words.add(word);
    else if (/^type\d+$/.test(word)) type = Number(word.slice(4)) as ExceptionType;
    else if (word[0]! >= "A" && word[0]! <= "Z" && feature === "") feature = word;
    else throw new Error(`opcodes.ts: no attribute "${word}"`);
  }
  return { words, feature, type };
}

/** One word of the encoding column. `value` is a byte, a digit, a size, or what the kind says. */
export type EncodingWord =
  | { readonly kind: "byte"; readonly value: number; readonly register: boolean; readonly condition: boolean }
  /** "C0+i": ModRM's digit, with a stack register in its low bits. */
  | { readonly kind: "stackRegister"; readonly value: number }
  | { readonly kind: "reg" }
  | { readonly kind: "digit"; readonly value: number }
  | { readonly kind: "operandSize" | "addressSize"; readonly value: Size }
  | { readonly kind: "refusing"; readonly value: "np" | "nfx" }
  | { readonly kind: "vex"; readonly prefix: Row["mandatoryPrefix"]; readonly map: 2 | 3 | 4; readonly vex: Row["vex"] }
  /** ib, cd, …: said again by the operands. */
  | { readonly kind: "value" };

const byteWord = /^([0-9A-F]{2})(\+r[bwdo])?(\+cc)?$/;
const stackWord = /^([C-F][08])\+i$/;
const sizeWord = /^([oa])(16|32|64)$/;
const valueWord = /^(i[bwdo]|c[bwdp]|\/is4)$/;

export function parseEncodingWord(word: string): EncodingWord {
  if (word === "/r") return { kind: "reg" };
  if (valueWord.test(word)) return { kind: "value" };
  if (word.startsWith("/")) return { kind: "digit", value: Number(word[1]) };
  if (word === "NP" || word === "NFx") return { kind: "refusing", value: word === "NP" ? "np" : "nfx" };
  if (word === "REX.W") return { kind: "operandSize", value: 64 };
  if (word.startsWith("VEX.")) return parseVex(word);
  const byte = byteWord.exec(word);
  if (byte !== null) {
    const [, value, register, condition] = byte;
    return {
      kind: "byte",
      value: Number.parseInt(value!, 16),
      register: register !== undefined,
      condition: condition !== undefined,
    };
  }
  const stack = stackWord.exec(word);
  if (stack !== null) return { kind: "stackRegister", value: (Number.parseInt(stack[1]!, 16) >> 3) & 7 };
  const size = sizeWord.exec(word);
  if (size !== null) return { kind: size[1] === "o" ? "operandSize" : "addressSize", value: Number(size[2]) as Size };
  throw new Error(`opcodes.ts: no encoding "${word}"`);
}

/** "VEX.LZ.F2.0F38.W0" */
function parseVex(word: string): EncodingWord {
  const fields = word.split(".");
  const has = (field: string) => fields.includes(field);
  const prefix = has("66") ? 0x66 : has("F2") ? 0xf2 : has("F3") ? 0xf3 : "np";
  const map = has("0F38") ? 3 : has("0F3A") ? 4 : 2;
  const l = has("LZ") || has("128") ? 0 : has("256") ? 1 : "ignored";
  const w = has("W1") ? 1 : has("W0") ? 0 : "ignored";
  return { kind: "vex", prefix, map, vex: { l, w } };
}

const fixedRegisters: Readonly<Record<string, Register>> = {
  AL: registers.al,
  AX: registers.ax,
  EAX: registers.eax,
  RAX: registers.rax,
  CL: registers.cl,
  DX: registers.dx,
  ES: registers.es,
  CS: registers.cs,
  SS: registers.ss,
  DS: registers.ds,
  FS: registers.fs,
  GS: registers.gs,
  "ST(0)": registers.st0,
};

/** Where a register operand without a place of its own in the notation ("r32") sits. */
export type RegisterPlace = Extract<OperandSource, "modrm.reg" | "modrm.rm" | "opcode" | "vvvv" | "is4">;

/** Width in bits of what a memory notation names: "m32" 32, "m16:32" 48, "m16&32" 48, "m80bcd" 80, "m512byte" 4096, "m" 0. */
function memoryBits(notation: string): number {
  if (notation.endsWith("byte")) return 8 * Number(notation.slice(1, -4));
  let sum = 0;
  for (const part of notation.match(/\d+/g) ?? []) sum += Number(part);
  return sum;
}

const registerNames: Readonly<Record<string, { readonly kind: RegisterClass; readonly bits: 0 | 64 | 128 | 256 }>> = {
  r: { kind: "general", bits: 0 },
  mm: { kind: "mmx", bits: 64 },
  xmm: { kind: "xmm", bits: 128 },
  ymm: { kind: "ymm", bits: 256 },
};

/** Class and width of a register notation, without its place among the operands: "r32a", "xmm2", "r". */
function parseRegister(notation: string) {
  const [, name, number] = /^(r|[xy]?mm)(\d*)[ab]?$/.exec(notation) ?? [];
  const known = registerNames[name ?? ""];
  if (known === undefined) throw new Error(`opcodes.ts: no operand "${notation}"`);
  return { registerClass: known.kind, registerBits: known.bits || (Number(number) as 8 | 16 | 32 | 64) };
}

/**
 * @param place of a plain register operand
 * @param elementBits of a vector of addresses ("vm32x"): what is at each of them
 */
export function parseOperand(
  notation: string,
  place: RegisterPlace,
  access: Access,
  signExtendTo: OperandSpec["signExtendTo"],
  elementBits: 32 | 64,
): OperandSpec {
  const none = {
    notation,
    register: false,
    memory: false,
    registerBits: 0,
    registerClass: null,
    vectorIndex: null,
    access,
    fixed: null,
    signExtendTo,
  } as const;
  const numbers = notation.match(/\d+/g) ?? [];
  const first = Number(numbers[0] ?? 0);
  if (notation === "1") return { ...none, source: "fixed", bits: 8, fixed: 1 };
  const fixed = fixedRegisters[notation];
  if (fixed !== undefined) {
    const { bits, class: registerClass } = fixed;
    const registerBits = bits as OperandSpec["registerBits"];
    return { ...none, source: "fixed", register: true, bits, registerBits, registerClass, fixed };
  }
  const special = { Sreg: "segment", CR: "control", DR: "debug" }[notation] as RegisterClass | undefined;
  if (special !== undefined) {
    const bits = special === "segment" ? 16 : 64;
    return { ...none, source: "modrm.reg", register: true, bits, registerBits: bits, registerClass: special };
  }
  if (notation === "ST(i)")
    return { ...none, source: place, register: true, bits: 80, registerBits: 80, registerClass: "x87" };
  if (notation.startsWith("imm")) return { ...none, source: "immediate", bits: first };
  if (notation.startsWith("rel")) return { ...none, source: "relative", bits: first };
  if (notation.startsWith("ptr")) return { ...none, source: "far", bits: Number(numbers[1]) };
  if (notation.startsWith("moffs")) return { ...none, source: "moffs", memory: true, bits: first };
  if (notation.startsWith("vm")) {
    const vectorIndex = notation.endsWith("x") ? "xmm" : "ymm";
    return { ...none, source: "modrm.rm", memory: true, bits: elementBits, vectorIndex };
  }
  const slash = notation.indexOf("/m");
  if (slash > 0) {
    // "r/m32", or "r32/m16" and "xmm2/m64" where register and memory differ in width
    const bits = Number(notation.slice(slash + 2));
    const { registerClass, registerBits } = parseRegister(notation.slice(0, slash));
    const known = registerBits || (bits as 8 | 16 | 32 | 64);
    return { ...none, source: "modrm.rm", register: true, memory: true, bits, registerBits: known, registerClass };
  }
  if (/^m(\d|$)/.test(notation)) return { ...none, source: "modrm.rm", memory: true, bits: memoryBits(notation) };
  const plain = parseRegister(notation);
  return {
    ...none,
    ...plain,
    source: notation.endsWith("b") ? "vvvv" : place,
    register: true,
    bits: plain.registerBits,
  };
}

/**
 * The operand size a notation implies, or 0: the register's, r/m's, far pointer's or relative's own. DX, CL and
 * segment registers say nothing about the operation, memory alone says it only as a pointer or pair.
 */
export function impliedSize(notation: string): Size {
  if (/^([A-D]S|DX|CL|AL|Sreg|CR|DR|ST\([0i]\)|m\d*(?:fp|int|bcd)?|1)$/.test(notation)) return 0;
  const size = Number(/(\d+)(?=\/m|[ab]?$)/.exec(notation)?.[0] ?? { AX: 16, EAX: 32, RAX: 64 }[notation] ?? 0);
  return size === 16 || size === 32 || size === 64 ? size : 0;
}
