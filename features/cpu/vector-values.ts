/**
 * Numbers as floating-point and vector instructions find interesting: NaNs with payloads, infinities, zeros, denormals, both
 * ends of every range, numbers that round halfway, numbers close to each other, integers at the conversions' edges; and
 * lanes of small integers, for shuffles and shifts.
 */
import type { Random } from "./random.ts";

/** Numbers by their bits, as words of 32 (the first, wherever it begins a line, is the highest). */
const parse = (text: string): readonly (readonly number[])[] =>
  text
    .trim()
    .split(/\s+/)
    .map((number) => number.split("_").map((word) => Number.parseInt(word, 16)));

/** Binary32: zeros and round numbers; NaNs; denormals and limits; around 0.5, 1.5, 2^-24, 2^23, 2^24, 2^31, 2^63, the largest binary16. */
const SINGLES = parse(`
  00000000 80000000 3f800000 bf800000 7f800000 ff800000 40000000 3f000000
  7fc00000 ffc00000 7fc12345 ffe54321 7fffffff 7f800001 ffa00000 7fbfffff
  00000001 80000001 007fffff 807fffff 00400000 00800000 80800001 7f7fffff ff7fffff
  3effffff 3fc00000 c0200000 33800000 33800001 4b000000 4b000001 4b800000 4b7fffff
  4effffff 4f000000 cf000000 cf000001 5effffff 5f000000 df000000 4f800000 477fe000 477ff000`).map(([word]) => word!);

/** Binary64: the same, with 2^52, 2^53, and the ends of binary32. */
const DOUBLES = parse(`
  00000000_00000000 80000000_00000000 3ff00000_00000000 bff00000_00000000 7ff00000_00000000 fff00000_00000000
  7ff80000_00000000 fff80000_00000000 7ff81234_56789abc ffffffff_ffffffff 7ff00000_00000001 fff40000_00000000
  00000000_00000001 80000000_00000001 000fffff_ffffffff 00080000_00000000 00100000_00000000 80100000_00000000
  7fefffff_ffffffff ffefffff_ffffffff 40000000_00000000 3fe00000_00000000 3ff80000_00000000 c0040000_00000000
  3fdfffff_ffffffff 3ff00000_00000001 3fefffff_ffffffff 3ca00000_00000000 3ca00000_00000001 43300000_00000000
  43400000_00000000 41e00000_00000000 41dfffff_ffc00000 41dfffff_ffffffff c1e00000_00000000 c1e00000_00200000
  43e00000_00000000 c3e00000_00000000 43dfffff_ffffffff 41f00000_00000000 47efffff_e0000000 47efffff_f0000000
  47f00000_00000000 38100000_00000000 380fffff_ffffffff 36900000_00000000 36a00000_00000001`);

/** Binary16. */
const HALVES = parse("0000 8000 3c00 bc00 7c00 fc00 7e00 fe12 7c01 fdff 0001 83ff 0400 7bff fbff").map(
  ([word]) => word!,
);

/**
 * The x87's 80 bits, sign and exponent first: also the formats it no longer makes (vol. 1, table 8-3: unnormals, pseudo-infinities,
 * pseudo-NaNs, pseudo-denormals); halfway for single and double precision; the ends of the integers, of double and of single.
 */
const EXTENDED = parse(`
  0000_00000000_00000000 8000_00000000_00000000 3fff_80000000_00000000 bfff_80000000_00000000 7fff_80000000_00000000
  ffff_80000000_00000000 7fff_c0000000_00000000 ffff_c0000000_00000000 7fff_c1234567_89abcdef 7fff_80000000_00000001
  ffff_a0000000_00000000 0000_00000000_00000001 8000_7fffffff_ffffffff 0000_80000000_00000000 8000_c0000000_00000001
  0001_80000000_00000000 7ffe_ffffffff_ffffffff 3fff_40000000_00000000 c000_00000000_00000000 7fff_00000000_00000000
  ffff_40000000_00000001 3fff_80000080_00000000 3fff_80000000_00000400 3fff_80000000_00000c00 3ffe_80000000_00000000
  3fff_c0000000_00000000 400e_80000000_00000000 401e_80000000_00000000 c01d_fffffffe_00000000 403e_80000000_00000000
  c03e_80000000_00000000 403d_ffffffff_fffffffe 43fe_ffffffff_fffffc00 3c00_80000000_00000000 407e_ffffff80_00000000
  3f80_ffffffff_00000000`);

/** Significands with few bits set round halfway oftener than others. */
function sparse(random: Random): number {
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return 1 << random.below(32);
    case 2:
      return -(1 << random.below(32));
    default:
      return random.word();
  }
}

/** A binary32 near 1 (within 2^±12), so that sums cancel and align. */
function nearOne(random: Random): number {
  const exponent = 127 - 12 + random.below(25);
  return (random.word() & 0x8000_0000) | (exponent << 23) | (sparse(random) & 0x7f_ffff);
}

/** Writes a 64-bit value as two words at `words[at]`, the lower one first. */
export function vectorValue(random: Random, words: Uint32Array, at: number): void {
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2: {
      const [high, low] = random.pick(DOUBLES);
      words[at] = low!;
      words[at + 1] = high!;
      break;
    }
    case 3:
    case 4:
    case 5:
      words[at] = random.pick(SINGLES);
      words[at + 1] = random.pick(SINGLES);
      break;
    case 6: {
      const exponent = 1023 - 20 + random.below(41);
      words[at] = sparse(random);
      words[at + 1] = (random.word() & 0x8000_0000) | (exponent << 20) | (sparse(random) & 0xf_ffff);
      break;
    }
    case 7:
      words[at] = nearOne(random);
      words[at + 1] = nearOne(random);
      break;
    case 8:
      words[at] = random.pick(HALVES) | (random.pick(HALVES) << 16);
      words[at + 1] = random.pick(HALVES) | (random.pick(HALVES) << 16);
      break;
    case 9:
      // Lanes of small numbers, some with their highest bits: selectors of shuffles, counts, masks.
      words[at] = random.word() & 0x8f8f_8f8f;
      words[at + 1] = random.once(2) ? 0 : random.word() & 0x8f8f_8f8f;
      break;
    case 10:
      random.edgyWords(words, at);
      break;
    default:
      words[at] = random.word();
      words[at + 1] = random.word();
  }
}

/** Writes an 80-bit value and six zero bytes at `words[at]` (four words). */
export function extendedValue(random: Random, words: Uint32Array, at: number): void {
  const [exponent, high, low] = random.pick(EXTENDED);
  const near = random.once(2);
  words[at] = near ? sparse(random) : low!;
  words[at + 1] = near ? 0x8000_0000 | (sparse(random) >>> 1) : high!;
  words[at + 2] = near ? (random.word() & 0x8000) | (0x3fff - 40 + random.below(81)) : exponent!;
  words[at + 3] = 0;
}
