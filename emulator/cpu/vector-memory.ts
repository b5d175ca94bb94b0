/**
 * Helpers for the instructions that touch only some elements in memory: masked moves and gathers of AVX and AVX2. Addresses are
 * linear; #PF and #GP(0) come from the elements that are touched.
 */
import type { CpuContext, Helpers } from "./context.ts";

type Bytes = 4 | 8;

/** Elements whose bit of `chosen` is set; zeros elsewhere. */
function loadMasked(cpu: CpuContext, linear: bigint, chosen: number, bytes: Bytes): bigint {
  let value = 0n;
  for (let i = 0; i < 16 / bytes; i++)
    if (chosen & (1 << i)) value |= cpu.readLinear(linear + BigInt(i * bytes), bytes) << BigInt(8 * i * bytes);
  return value;
}

/** All are checked before any is written. */
function storeMasked(cpu: CpuContext, linear: bigint, chosen: number, bytes: Bytes, words: readonly bigint[]): void {
  const places = words.flatMap((_, i) => (bytes === 8 ? [i] : [2 * i, 2 * i + 1])).filter((i) => chosen & (1 << i));
  for (const i of places) cpu.probeLinear(linear + BigInt(i * bytes), bytes, { write: true });
  for (const i of places) {
    const at = i * bytes;
    cpu.writeLinear(linear + BigInt(at), bytes, BigInt.asUintN(8 * bytes, words[at >> 3]! >> BigInt(8 * (at & 7))));
  }
}

/** What a gather is, as its definition packs it. */
interface Gather {
  readonly indexBits: number;
  readonly bits: number;
  readonly count: number;
  readonly addressBits: number;
}

/**
 * Lowest element first; each that is loaded clears its mask at once, so that after a fault the instruction goes on where it was
 * (vol. 2, VPGATHERDD). In the end what is above the elements, and all of the mask, is 0.
 */
function gather(
  cpu: CpuContext,
  base: bigint,
  [index, scale, destination, mask]: readonly number[],
  { indexBits, bits, count, addressBits }: Gather,
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
      const address = BigInt.asUintN(addressBits === 64 ? 64 : 32, base + (indices[i]! << BigInt(scale!)));
      put(destination!, i, cpu.readLinear(address, (bits / 8) as Bytes));
    }
    put(mask!, i, 0n);
  }
  for (let at = count * bits; at < 256; at += 64)
    for (const register of [destination!, mask!]) if (at % 64 === 0) state.set64("vector", 0n, 4 * register + at / 64);
}

export const vectorMemoryHelpers: Helpers = {
  loadMasked: (cpu, linear, chosen, bytes) => loadMasked(cpu, linear!, Number(chosen! & 15n), Number(bytes) as Bytes),
  storeMasked: (cpu, linear, chosen, bytes, w0, w1, w2, w3) =>
    storeMasked(cpu, linear!, Number(chosen), Number(bytes) as Bytes, [w0!, w1!, w2 ?? 0n, w3 ?? 0n]),
  gather: (cpu, base, index, scale, destination, mask, shape) => {
    const word = Number(shape);
    gather(cpu, base!, [Number(index), Number(scale), Number(destination), Number(mask)], {
      indexBits: word & 0xff,
      bits: (word >> 8) & 0xff,
      count: (word >> 16) & 0xff,
      addressBits: (word >>> 24) & 0xff,
    });
  },
};
