/** Sets of interrupt vectors as the APIC's ISR, IRR and TMR are: 256 bits in 32 bytes, vector 0 the lowest bit of the first. */

/** The highest vector of a set, or -1. */
export function highest(bits: Uint8Array): number {
  for (let i = 31; i >= 0; i--) if (bits[i] !== 0) return 8 * i + 31 - Math.clz32(bits[i]!);
  return -1;
}

/** Whether a vector is in the set. */
export const getBit = (bits: Uint8Array, number: number): boolean => ((bits[number >> 3]! >> (number & 7)) & 1) === 1;

/** Puts a vector into the set, or takes it out. */
export function setBit(bits: Uint8Array, number: number, on: boolean): void {
  if (on) bits[number >> 3]! |= 1 << (number & 7);
  else bits[number >> 3]! &= ~(1 << (number & 7));
}
