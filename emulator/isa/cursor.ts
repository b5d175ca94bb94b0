/**
 * The decoder's place in the bytes, and what it reads from there: little-endian numbers and memory operands.
 */
import { DS, type MemoryOperand, type Mode, SS } from "./instruction.ts";
import { bp, bx, di, eip, general, type Register, rip, si } from "./registers.ts";

/** Where decoding stands, and what the prefixes said. */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly limit: number;
  readonly mode: Mode;
  position: number;
  /** REX.R, X, B (or VEX's) as the bits they add to register numbers: 0 or 8. */
  r = 0;
  x = 0;
  b = 0;
  addressSize: 16 | 32 | 64;
  segment = -1;

  constructor(bytes: Uint8Array, position: number, limit: number, mode: Mode) {
    this.bytes = bytes;
    this.position = position;
    this.limit = limit;
    this.mode = mode;
    this.addressSize = mode;
  }
}

/** The bytes 00–FF as signed numbers. */
export const signed8 = Array.from({ length: 256 }, (_, byte) => BigInt((byte << 24) >> 24));

/** Little-endian, unsigned; the caller has checked that the bytes are there. */
export function readUnsigned(cursor: Cursor, size: number): number {
  const { bytes, position } = cursor;
  cursor.position = position + size;
  if (size === 1) return bytes[position]!;
  const low = bytes[position]! | (bytes[position + 1]! << 8);
  return size === 2 ? low : (low | (bytes[position + 2]! << 16) | (bytes[position + 3]! << 24)) >>> 0;
}

/** Eight bytes, little-endian, unsigned; the caller has checked that they are there. */
export function readBigUnsigned(cursor: Cursor): bigint {
  const low = readUnsigned(cursor, 4);
  return (BigInt(readUnsigned(cursor, 4)) << 32n) | BigInt(low);
}

/** The address of a moffs operand, as wide as the address size, or null if bytes are missing. */
export function readMoffs(cursor: Cursor, bits: number): MemoryOperand | null {
  const { addressSize, segment } = cursor;
  if (cursor.position + (addressSize >> 3) > cursor.limit) return null;
  let displacement: bigint;
  if (addressSize === 64) displacement = BigInt.asIntN(64, readBigUnsigned(cursor));
  else {
    const value = readUnsigned(cursor, addressSize >> 3);
    displacement = BigInt(addressSize === 16 ? (value << 16) >> 16 : value | 0);
  }
  return {
    kind: "memory",
    bits,
    segment: segment >= 0 ? segment : DS,
    base: null,
    index: null,
    scale: 1,
    displacement,
    addressSize,
  };
}

/**
 * ModRM's memory operand (vol. 2, tables 2-1 to 2-3), or null if bytes are missing.
 *
 * @param vectorIndex of a gather: the registers SIB.index names, all sixteen of them (vol. 2, 2.3.12)
 */
export function readMemory(
  cursor: Cursor,
  modrm: number,
  bits: number,
  vectorIndex: readonly Register[] | null,
): MemoryOperand | null {
  if (cursor.addressSize === 16) return readMemory16(cursor, modrm, bits);
  const { bytes, limit, addressSize } = cursor;
  const mod = modrm >> 6;
  const registers: readonly Register[] = addressSize === 64 ? general[64] : general[32];
  let base: Register | null = null;
  let index: Register | null = null;
  let scale: 1 | 2 | 4 | 8 = 1;
  let segment: number = DS;
  let number = modrm & 7;
  let wide = mod === 2;
  if (number === 4) {
    if (cursor.position >= limit) return null;
    const sib = bytes[cursor.position++]!;
    number = sib & 7;
    const indexNumber = ((sib >> 3) & 7) | cursor.x;
    if (indexNumber !== 4 || vectorIndex !== null) {
      index = (vectorIndex ?? registers)[indexNumber]!;
      scale = (1 << (sib >> 6)) as 1 | 2 | 4 | 8;
    }
    if (number === 5 && mod === 0) wide = true;
    else {
      base = registers[number | cursor.b]!;
      if ((number === 4 || number === 5) && cursor.b === 0) segment = SS;
    }
  } else if (number === 5 && mod === 0) {
    wide = true;
    if (cursor.mode === 64) base = addressSize === 64 ? rip : eip;
  } else {
    base = registers[number | cursor.b]!;
    if (number === 5 && cursor.b === 0) segment = SS;
  }
  let displacement = 0n;
  if (wide) {
    if (cursor.position + 4 > limit) return null;
    displacement = BigInt(readUnsigned(cursor, 4) | 0);
  } else if (mod === 1) {
    if (cursor.position >= limit) return null;
    displacement = signed8[bytes[cursor.position++]!]!;
  }
  if (cursor.segment >= 0) segment = cursor.segment;
  return { kind: "memory", bits, segment, base, index, scale, displacement, addressSize };
}

const bases16 = [bx, bx, bp, bp, si, di, bp, bx] as const;
const indexes16 = [si, di, si, di, null, null, null, null] as const;

function readMemory16(cursor: Cursor, modrm: number, bits: number): MemoryOperand | null {
  const mod = modrm >> 6;
  const rm = modrm & 7;
  const absolute = mod === 0 && rm === 6;
  const base = absolute ? null : bases16[rm]!;
  let displacement = 0n;
  if (mod === 2 || absolute) {
    if (cursor.position + 2 > cursor.limit) return null;
    displacement = BigInt((readUnsigned(cursor, 2) << 16) >> 16);
  } else if (mod === 1) {
    if (cursor.position >= cursor.limit) return null;
    displacement = signed8[cursor.bytes[cursor.position++]!]!;
  }
  let segment: number = base === bp ? SS : DS;
  if (cursor.segment >= 0) segment = cursor.segment;
  return {
    kind: "memory",
    bits,
    segment,
    base,
    index: indexes16[rm]!,
    scale: 1,
    displacement,
    addressSize: 16,
  };
}
