/**
 * What two processors made of the same x87 records, compared: everything but where the two are known to differ by design.
 *
 * - The code pointer's selector: Cor is of those that store 0 (CPUID "deprecates FCS and FDS").
 * - The opcode field: the host notes every instruction's, Cor only that of an unmasked exception, as Intel's processors do.
 * - Transcendental functions: results may differ in the last place, and then C1, which says how it was rounded; the
 *   differences are counted.
 */
import { Image, Record, type Subject } from "./x87-host.ts";

export interface Comparison {
  readonly records: number;
  /** Records in which something differs that should not, the first few described. */
  readonly mismatches: number;
  readonly shown: readonly string[];
  /** Of transcendental results: by the mnemonic, how many were k units in the last place off. */
  readonly ulps: ReadonlyMap<string, readonly number[]>;
}

const SUMMARY = 0x80;
const C1 = 0x200;
const MOST_SHOWN = 10;
const MOST_ULPS = 8;

interface Register {
  readonly top: number;
  readonly significand: bigint;
}

const registerAt = (view: DataView, at: number, i: number): Register => ({
  top: view.getUint16(at + Image.registers + 10 * i + 8, true),
  significand: view.getBigUint64(at + Image.registers + 10 * i, true),
});

/** How many representable numbers apart, if it is a few; else null. */
function distance(x: Register, y: Register): number | null {
  const place = ({ top, significand }: Register) => {
    const exponent = BigInt(top & 0x7fff);
    // The integer bit counts with the exponent, so that 2^63 at one exponent follows 2^64 − 1 at the one below.
    const magnitude = ((exponent === 0n ? 1n : exponent) << 63n) + significand;
    return top & 0x8000 ? -magnitude : magnitude;
  };
  const apart = place(x) - place(y);
  const size = Number(apart < 0n ? -apart : apart);
  return size < MOST_ULPS ? size : null;
}

export function compare(
  list: readonly Subject[],
  each: number,
  [before, host, cor]: readonly [Uint8Array, Uint8Array, Uint8Array],
): Comparison {
  const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
  const [b, h, c] = [view(before), view(host), view(cor)];
  const shown: string[] = [];
  const ulps = new Map<string, number[]>();
  let mismatches = 0;
  for (const [number, { row, name }] of list.entries()) {
    const transcendental = row.cost === "x87-transcendental";
    for (let n = 0; n < each; n++) {
      const at = (number * each + n) * Record.bytes;
      const differences: string[] = [];
      const word = (what: string, offset: number, mask = 0xffff) => {
        const [x, y] = [h.getUint16(at + offset, true) & mask, c.getUint16(at + offset, true) & mask];
        if (x !== y) differences.push(`${what} ${y.toString(16)}, host ${x.toString(16)}`);
      };
      word("control", Image.control);
      word("status", Image.status, transcendental ? 0xffff & ~C1 : 0xffff);
      for (const offset of [Image.control, Image.status, Image.tags]) word("reserved", offset + 2);
      word("tags", Image.tags);
      // AMD's processors forget the pointers when the kernel switches tasks between the instruction and FNSAVE.
      const forgotten = h.getUint32(at + Image.code, true) === 0;
      if (!forgotten) {
        word("code pointer", Image.code);
        word("code pointer", Image.code + 2);
        for (let offset = 0; offset < 8; offset += 2) word("data pointer", Image.data + offset);
      }
      if (
        !forgotten &&
        c.getUint16(at + Image.status, true) & SUMMARY &&
        !(b.getUint16(at + Image.status, true) & SUMMARY)
      )
        word("opcode", Image.opcode);
      for (let offset = 0; offset < 32; offset += 2) word("operand", Record.operand + offset);
      word("flags", Record.flags);
      for (let i = 0; i < 8; i++) {
        const [x, y] = [registerAt(h, at, i), registerAt(c, at, i)];
        const apart = x.top === y.top && x.significand === y.significand ? 0 : transcendental ? distance(x, y) : null;
        if (apart === null)
          differences.push(`ST${i} ${text(y)}, host ${text(x)}, before ${text(registerAt(b, at, i))}`);
        else if (transcendental && i < (/^f(ptan|sincos)$/.test(row.mnemonic) ? 2 : 1)) {
          const counts = ulps.get(row.mnemonic) ?? new Array(MOST_ULPS).fill(0);
          counts[apart]++;
          ulps.set(row.mnemonic, counts);
        }
      }
      if (differences.length === 0) continue;
      mismatches++;
      const control = b.getUint16(at + Image.control, true).toString(16);
      if (shown.length < MOST_SHOWN) shown.push(`${name}, control word ${control}: ${differences.join("; ")}`);
    }
  }
  return { records: list.length * each, mismatches, shown, ulps };
}

const text = ({ top, significand }: Register): string => `${top.toString(16)}:${significand.toString(16)}`;

/** The measured distribution, one line for each mnemonic. */
export function distribution(ulps: Comparison["ulps"]): string {
  const lines = [...ulps].map(([mnemonic, counts]) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const parts = counts.flatMap((count, i) => (count > 0 ? [`${i} ulp ${((100 * count) / total).toFixed(3)} %`] : []));
    return `${mnemonic.padEnd(8)} ${total} results: ${parts.join(", ")}`;
  });
  return lines.join("\n");
}
