/**
 * Helpers for the instructions that touch only some elements in memory: masked moves and gathers of AVX and AVX2. All checks
 * (segment, canonicality, paging) are those of the elements that are touched; none of them ever raises #AC (vol. 2, VMASKMOV,
 * VPGATHERDD).
 */
import type { CpuContext, Helpers } from "./context.ts";

type Bytes = 4 | 8;

/** Where the elements are: a segment, ES…GS as 0…5, with the address size above it (bits 15:8), and an offset that is cut to that size. */
function elementAddress(cpu: CpuContext, place: bigint, offset: bigint, bytes: Bytes, write: boolean): bigint {
  return cpu.linearOf(Number(place & 0xffn), BigInt.asUintN(Number(place >> 8n), offset), bytes, write, 0);
}

/** Elements whose bit of `chosen` is set; zeros elsewhere. */
function loadMasked(cpu: CpuContext, place: bigint, offset: bigint, chosen: number, bytes: Bytes): bigint {
  let value = 0n;
  for (let i = 0; i < 16 / bytes; i++) {
    if (!(chosen & (1 << i))) continue;
    const linear = elementAddress(cpu, place, offset + BigInt(i * bytes), bytes, false);
    value |= cpu.readLinear(linear, bytes) << BigInt(8 * i * bytes);
  }
  return value;
}

/** All are checked before any is written. */
function storeMasked(
  cpu: CpuContext,
  place: bigint,
  offset: bigint,
  chosen: number,
  bytes: Bytes,
  words: readonly bigint[],
): void {
  const elements = words
    .flatMap((_, i) => (bytes === 8 ? [i] : [2 * i, 2 * i + 1]))
    .filter((i) => chosen & (1 << i))
    .map((i) => ({ at: i * bytes, linear: elementAddress(cpu, place, offset + BigInt(i * bytes), bytes, true) }));
  for (const { linear } of elements) cpu.probeLinear(linear, bytes, { write: true });
  for (const { at, linear } of elements) {
    cpu.writeLinear(linear, bytes, BigInt.asUintN(8 * bytes, words[at >> 3]! >> BigInt(8 * (at & 7))));
  }
}

/** What a gather is, as its definition packs it. */
interface Gather {
  readonly indexBits: number;
  readonly bits: number;
  readonly count: number;
}

/**
 * Lowest element first; each that is loaded clears its mask at once, so that after a fault the instruction goes on where it was
 * (vol. 2, VPGATHERDD). In the end what is above the elements, and all of the mask, is 0.
 */
function gather(
  cpu: CpuContext,
  place: bigint,
  base: bigint,
  [index, scale, destination, mask]: readonly number[],
  { indexBits, bits, count }: Gather,
): void {
  const { state } = cpu;
  const get = (register: number, width: number, i: number) => {
    const at = i * width;
    const word = state.get64("vector", 4 * register + (at >> 6));
    return (word >> BigInt(at & 63)) & ((1n << BigInt(width)) - 1n);
  };
  const put = (register: number, i: number, value: bigint) => {
    const at = i * bits;
    const place = 4 * register + (at >> 6);
    const field = ((1n << BigInt(bits)) - 1n) << BigInt(at & 63);
    state.set64("vector", (state.get64("vector", place) & ~field) | (value << BigInt(at & 63)), place);
  };
  const indices = Array.from({ length: count }, (_, i) => BigInt.asIntN(indexBits, get(index!, indexBits, i)));
  for (let i = 0; i < count; i++) {
    if (get(mask!, bits, i) >> BigInt(bits - 1) !== 0n) {
      const bytes = (bits / 8) as Bytes;
      const linear = elementAddress(cpu, place, base + (indices[i]! << BigInt(scale!)), bytes, false);
      put(destination!, i, cpu.readLinear(linear, bytes));
    }
    put(mask!, i, 0n);
  }
  for (let at = count * bits; at < 256; at += 64)
    for (const register of [destination!, mask!]) if (at % 64 === 0) state.set64("vector", 0n, 4 * register + at / 64);
}

export const vectorMemoryHelpers: Helpers = {
  loadMasked: (cpu, place, offset, chosen, bytes) =>
    loadMasked(cpu, place!, offset!, Number(chosen! & 15n), Number(bytes) as Bytes),
  storeMasked: (cpu, place, offset, chosen, bytes, w0, w1, w2, w3) =>
    storeMasked(cpu, place!, offset!, Number(chosen), Number(bytes) as Bytes, [w0!, w1!, w2 ?? 0n, w3 ?? 0n]),
  gather: (cpu, place, base, index, scale, destination, mask, shape) => {
    const word = Number(shape);
    gather(cpu, place!, base!, [Number(index), Number(scale), Number(destination), Number(mask)], {
      indexBits: word & 0xff,
      bits: (word >> 8) & 0xff,
      count: (word >> 16) & 0xff,
    });
  },
};
