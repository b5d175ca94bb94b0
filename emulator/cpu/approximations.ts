/**
 * RCPPS and RSQRTPS: approximations of twelve bits, whose last bits are each processor family's own (vol. 2, RCPPS: a relative
 * error of at most 1.5 × 2^−12). These are those of AMD's Zen, measured on one for every operand. They look at twelve bits of
 * the fraction and add two table entries: one for the upper eight bits, and a correction for the upper four and the lowest four.
 *
 * Denormal operands count as zeros, results that would be denormal are zeros, no exception is raised, and MXCSR is not looked at.
 */
import { once } from "../isa/once.ts";
import type { Helper, Helpers } from "./context.ts";

/** What a table is made of, by differences, for they fall: sign, exponent and twelve bits of fraction of results. */
interface Parts {
  /** The result for 1, or for 2 (`odd`). */
  readonly first: number;
  /** From each of the 256 entries of the first table to the next. */
  readonly steps: string;
  /** Within the second table, for each upper four bits: from each lowest four bits to the next. */
  readonly corrections: string;
}

/** 1 ÷ x for x from 1 to 2. */
const reciprocal: Parts = {
  first: 0x7effe,
  steps:
    "wvwuvvuuuutttttussrsrrrrrqqqqqprpppopoooononnnnomnmmmmmlmlllllkm" +
    "kkkkkkjkjkjjjjijijiiiiiihihihhhihghhgghgggggfgggfgfffffffefefefe" +
    "efedeeedeeddeddedddcdddcdcdccdccccccccbccbcbcbbcbbbbbbbbbbababbb" +
    "aabaaaabaaa9aaaa9aa9a9a9a999a99a9999989999899898989889888988888",
  corrections:
    "212222222122222 122122122122122 121121212121212 112112112112112 " +
    "111121112111121 112111111112111 111111111111111 111110111111111 " +
    "110111111011111 101111011110111 110110111011101 101101101101101 " +
    "011010110110101 011010110101101 010101011010101 010101101010101 ",
};

/** 1 ÷ √x for x from 1 to 2. */
const even: Parts = {
  first: 0x7efff,
  steps:
    "ggfggffgffffffeffefeeeeeeeeededededddddddcddcdcdcdcccccccbccbcbd" +
    "bbcbbbbbbbbbbabbabababaaabaaaaaaaaaa9aa9a9a9a99a99a9999999998998" +
    "9989898989889889888888888888788887887878787877877778777777777778" +
    "776777767767767676767676676676676666667666666666666656666566656",
  corrections:
    "111111101111111 111011111110111 110111101111101 110110111011101 " +
    "011011101101101 101101101011011 011010101101101 010101101010110 " +
    "101010101010101 010101010101010 010101001010101 101001010101001 " +
    "010010100101010 010100101001001 010010100101001 001001010010010 ",
};

/** 1 ÷ √x for x from 2 to 4. */
const odd: Parts = {
  first: 0x7e6a0,
  steps:
    "bbcbabbbbabbababaabaaaaa9aaa9a9aa99a9999999999998998989889889888" +
    "8888888887887878787877877787777777777776777677676767676676676667" +
    "6666666666666656665666565665656556565565565555655555555555555556" +
    "455555455545545545455454545454454544544544454445444444544444444",
  corrections:
    "101101101101101 011010110110110 011010101101010 011010101010101 " +
    "010101010101010 100101010101001 010100101010010 010100101001010 " +
    "001010010010100 010010010010010 010010010010010 100100100100010 " +
    "001001000100100 001001000100100 010001000100010 010001000100010 ",
};

/** Results for the 4096 upper fractions, as upper 21 bits of a binary32. */
function table({ first, steps, corrections }: Parts): Uint32Array {
  const results = new Uint32Array(4096);
  const lower = corrections.trim().split(" ");
  let upper = first;
  for (let eight = 0; eight < 256; eight++) {
    let result = upper;
    for (let four = 0; four < 16; four++) {
      results[(eight << 4) | four] = result;
      result -= Number(lower[eight >> 4]![four] ?? 0);
    }
    upper -= Number.parseInt(steps[eight] ?? "0", 36);
  }
  return results;
}

const reciprocals = once(() => table(reciprocal));
const roots = once(() => [table(even), table(odd)] as const);

const INFINITY = 0x7f80_0000;
const QUIET = 0x0040_0000;
const INDEFINITE = 0xffc0_0000;
const BIAS = 127;

/** The RCPSS of a binary32, both by their bits. */
export function reciprocalOf(x: number): number {
  const sign = x & 0x8000_0000;
  const exponent = (x >>> 23) & 0xff;
  const fraction = x & 0x7f_ffff;
  if (exponent === 0xff) return fraction === 0 ? sign >>> 0 : (x | QUIET) >>> 0;
  if (exponent === 0) return (sign | INFINITY) >>> 0;
  const result = (reciprocals()[fraction >> 11]! << 11) - ((exponent - BIAS) << 23);
  return (sign | (result < 0x0080_0000 ? 0 : result)) >>> 0;
}

/** The RSQRTSS of a binary32, both by their bits. */
export function reciprocalRootOf(x: number): number {
  const exponent = (x >>> 23) & 0xff;
  const fraction = x & 0x7f_ffff;
  if (exponent === 0xff && fraction !== 0) return (x | QUIET) >>> 0;
  if (exponent === 0) return ((x & 0x8000_0000) | INFINITY) >>> 0;
  if (x & 0x8000_0000) return INDEFINITE;
  if (exponent === 0xff) return 0;
  const half = (exponent - BIAS) >> 1;
  return (roots()[(exponent - BIAS) & 1]![fraction >> 11]! << 11) - (half << 23);
}

/** For the four singles of two 64-bit words. */
const lanes =
  (operation: (x: number) => number): Helper =>
  (_cpu, low, high) => {
    let value = 0n;
    for (let lane = 3; lane >= 0; lane--) {
      const word = lane < 2 ? low! : high!;
      const x = Number((word >> BigInt((lane & 1) * 32)) & 0xffff_ffffn);
      value = (value << 32n) | BigInt(operation(x));
    }
    return value;
  };

export const approximationHelpers: Helpers = {
  "rcp.f32x4": lanes(reciprocalOf),
  "rsqrt.f32x4": lanes(reciprocalRootOf),
};
