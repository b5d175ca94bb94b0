/**
 * The lookup table: from RIP to the head record of the run there, for control transfers that are not linked (returns,
 * indirect jumps, other pages). Direct-mapped; an entry is valid while the key it was made under is the processor's present
 * key. A key stands for everything that the way from RIP to bytes to run depends on (mode, privilege, CS, translations), so
 * to forget all entries is to take new keys.
 */
import { LOOKUP_BASE, LOOKUP_SIZE } from "../memory.ts";

export const LOOKUP_ENTRY_BYTES = 16;
export const LOOKUP_ENTRIES = LOOKUP_SIZE / LOOKUP_ENTRY_BYTES;

/** Offsets in an entry: RIP (i64), key (i32), head (i32). */
export const LookupEntry = { rip: 0, key: 8, head: 12 } as const;

/** Bits of RIP above the index that are folded into it. */
export const LOOKUP_FOLD = 14;
/** The key is folded in too, times this (odd, to spread neighbours): a kernel's code is in every address space at the same place. */
export const LOOKUP_KEY_STRIDE = 0x9e5;

/** Address of the entry for a RIP, given its low 32 bits, under a key. */
export const lookupEntry = (ripLow: number, key: number): number => {
  const folded = ripLow ^ (ripLow >>> LOOKUP_FOLD) ^ Math.imul(key, LOOKUP_KEY_STRIDE);
  return LOOKUP_BASE + (folded & (LOOKUP_ENTRIES - 1)) * LOOKUP_ENTRY_BYTES;
};
