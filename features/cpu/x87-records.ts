/** Records for x87-host.ts: numbers that lie where the x87 unit's rules change, in every mode and state of the stack. */
import { Random } from "./random.ts";
import { Image, Record, type Subject } from "./x87-host.ts";

const FRACTIONS = [0n, 1n, 2n, 0x7ffn, 0x400n, 0x3ffn, 0x401n, 0x80_0000_0000n, 0xff_ffff_ffffn, 0x7f_ffff_ffffn];
const EXPONENTS = [
  0, 1, 2, 0x40, 0x3f80, 0x3f81, 0x3f6a, 0x3c00, 0x3c01, 0x3bcd, 0x3ffe, 0x3fff, 0x4000, 0x401d, 0x401e, 0x403d, 0x403e,
  0x403f, 0x407e, 0x407f, 0x43fe, 0x43ff, 0x7ffd, 0x7ffe, 0x7fff,
];
const BIT_63 = 1n << 63n;

function fraction(random: Random): bigint {
  const wide = random.wide();
  switch (random.below(6)) {
    case 0:
      return FRACTIONS[random.below(FRACTIONS.length)]!;
    case 1:
      return BIT_63 - 1n - FRACTIONS[random.below(FRACTIONS.length)]!;
    case 2:
      return (BigInt(random.below(0x1000000)) << 39n) | FRACTIONS[random.below(FRACTIONS.length)]!;
    case 3:
      return ((wide >> 10n) << 10n) & (BIT_63 - 1n);
    default:
      return wide & (BIT_63 - 1n);
  }
}

/** Sign and exponent, significand. `near`: exponents that are worth computing with. */
export function extended(random: Random): { top: number; significand: bigint } {
  const sign = random.below(2) << 15;
  const choice = random.below(16);
  if (choice === 0) return { top: sign, significand: random.below(2) ? 0n : fraction(random) };
  if (choice === 1) {
    const kind = random.below(5);
    if (kind === 0) return { top: sign | 0x7fff, significand: BIT_63 };
    return { top: sign | 0x7fff, significand: (kind < 3 ? BIT_63 : 0n) | fraction(random) };
  }
  // Without the integer bit: unnormal, pseudo-denormal, pseudo-infinity …
  if (choice === 2 && random.below(2) === 0)
    return { top: sign | EXPONENTS[random.below(EXPONENTS.length)]!, significand: fraction(random) };
  if (choice < 6)
    return { top: sign | EXPONENTS[random.below(EXPONENTS.length)]!, significand: BIT_63 | fraction(random) };
  // Small integers
  if (choice === 6) {
    const value = BigInt(1 + random.below(200));
    const bits = value.toString(2).length;
    return { top: sign | (0x3fff + bits - 1), significand: value << BigInt(64 - bits) };
  }
  if (choice === 7) return { top: sign | random.below(0x8000), significand: BIT_63 | fraction(random) };
  return { top: sign | (0x3fff - 40 + random.below(90)), significand: BIT_63 | fraction(random) };
}

function operand(random: Random, view: DataView, at: number, notation: string): void {
  const { top, significand } = extended(random);
  view.setBigUint64(at, significand, true);
  view.setUint16(at + 8, top, true);
  if (notation === "m64fp") {
    const exponent = [0, 1, 0x3fe, 0x3ff, 0x400, 0x7fe, 0x7ff, random.below(0x800)][random.below(8)]!;
    view.setBigUint64(at, (BigInt(((top >> 15) << 11) | exponent) << 52n) | (significand & ((1n << 52n) - 1n)), true);
    if (random.below(8) === 0) view.setUint32(at, 0, true);
  } else if (notation === "m32fp") {
    const exponent = [0, 1, 0x7e, 0x7f, 0x80, 0xfe, 0xff, random.below(256)][random.below(8)]!;
    view.setUint32(
      at,
      ((top >> 15) << 31) | (exponent << 23) | (random.below(6) === 0 ? 0 : random.below(0x800000)),
      true,
    );
  } else if (notation.endsWith("bcd")) {
    for (let i = 0; i < 9; i++) view.setUint8(at + i, random.below(10) * 16 + random.below(10));
    view.setUint8(at + 9, random.below(2) * 128);
  }
}

/** `each` records for every subject. */
export function makeRecords(list: readonly Subject[], each: number, seed: number): Uint8Array {
  const random = new Random(seed);
  const bytes = new Uint8Array(list.length * each * Record.bytes);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { row } of list) {
    const notation = row.operands.find((spec) => spec.memory)?.notation ?? "";
    const integer = row.mnemonic === "fscale";
    for (let n = 0; n < each; n++, at += Record.bytes) {
      const masks = random.below(3) > 0 ? 0x3f : random.below(64);
      const precision = [3, 3, 3, 2, 0][random.below(5)]!;
      view.setUint32(at + Image.control, 0xffff_0040 | masks | (precision << 8) | (random.below(4) << 10), true);
      const flags = random.below(3) === 0 ? random.below(128) & (masks | 0x40) : 0;
      view.setUint32(at + Image.status, 0xffff_0000 | ((random.below(256) << 8) & 0x7f00) | flags, true);
      const tags = random.below(4) > 0 ? 0 : [0xffff, random.below(0x10000)][random.below(2)]!;
      const room = random.below(2) === 0 ? 0xc000 : 0;
      const top = (view.getUint32(at + Image.status, true) >>> 11) & 7;
      const free = ((room << (2 * top)) | (room >>> (16 - 2 * top))) & 0xffff;
      view.setUint32(at + Image.tags, 0xffff_0000 | tags | free, true);
      for (let i = 0; i < 8; i++) {
        let number = extended(random);
        if (integer && i === 1 && random.below(2))
          number = {
            top: (random.below(2) << 15) | (0x3fff + random.below(18)),
            significand: BIT_63 | (fraction(random) & (0xffffn << 47n)),
          };
        // Now and then the same number twice, or its neighbour: comparisons and cancellations.
        if (i > 0 && random.below(6) === 0) {
          const before = at + Image.registers + 10 * (i - 1);
          number = {
            top: view.getUint16(before + 8, true) ^ (random.below(2) << 15),
            significand: view.getBigUint64(before, true) ^ (random.below(2) === 0 ? 0n : 1n),
          };
        }
        view.setBigUint64(at + Image.registers + 10 * i, number.significand, true);
        view.setUint16(at + Image.registers + 10 * i + 8, number.top, true);
      }
      operand(random, view, at + Record.operand, notation);
      view.setUint8(at + Record.flags, (random.below(256) & 0xd5) | 2);
    }
  }
  return bytes;
}
