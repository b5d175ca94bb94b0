/**
 * The lookup table: from RIP to the head record of the run there, for control transfers that are not linked (returns,
 * indirect jumps, other pages). Direct-mapped; an entry is valid while the key it was made under is the processor's present
 * key. A key stands for everything that the way from RIP to bytes to run depends on (mode, privilege, CS, translations), so
 * to forget all entries is to take new keys.
 */
import { stateFields } from "../cpu/state.ts";
import { Workspace } from "../cpu/workspace.ts";
import type { Code } from "../formats/wasm.ts";
import { CODE_PAGES_BASE, CODE_PAGES_SIZE, HEADS_BASE, HEADS_SIZE, LOOKUP_BASE, LOOKUP_SIZE } from "../memory.ts";

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

/**
 * Pages where code was found, for what misses the lookup table (quick/fetch.ts): the linear page (i64), the lookup key under which it was
 * found (i32; key 0 is none), and where it is in the WebAssembly memory (i32). Direct-mapped.
 */
export const CodePage = { page: 0, key: 8, place: 12, bytes: 16 } as const;
export const CODE_PAGES = CODE_PAGES_SIZE / CodePage.bytes;

/** Address of the entry for a linear page, given the low half of an address in it, under a key. */
export const codePageEntry = (low: number, key: number): number =>
  CODE_PAGES_BASE + (((low >>> 12) ^ Math.imul(key, LOOKUP_KEY_STRIDE)) & (CODE_PAGES - 1)) * CodePage.bytes;

/** Heads of runs of 64-bit code, by the place of their first byte: i32s, each a guess, for the head itself says where its run is. */
export const HEADS = HEADS_SIZE / 4;
export const HEADS_FOLD = 12;

/** Address of the place for the head of a run. */
export const headEntry = (place: number): number => HEADS_BASE + ((place ^ (place >>> HEADS_FOLD)) & (HEADS - 1)) * 4;

/** Pushes the head for the RIP in the state: from the table, or what `miss` pushes. */
export function pushLookup(c: Code, miss: () => void): void {
  const rip = c.local("i64");
  const low = c.local("i32");
  const entry = c.local("i32");
  const key = c.local("i32");
  c.i32(0);
  c.memory("i64.load", stateFields.rip.offset);
  c.tee(rip);
  c.op("i32.wrap_i64");
  c.tee(low);
  c.get(low);
  c.i32(LOOKUP_FOLD);
  c.op("i32.shr_u");
  c.op("i32.xor");
  c.i32(0);
  c.memory("i32.load", Workspace.lookupKey);
  c.tee(key);
  c.i32(LOOKUP_KEY_STRIDE);
  c.op("i32.mul");
  c.op("i32.xor");
  c.i32(LOOKUP_ENTRIES - 1);
  c.op("i32.and");
  c.i32(Math.log2(LOOKUP_ENTRY_BYTES));
  c.op("i32.shl");
  c.tee(entry);
  c.memory("i64.load", LOOKUP_BASE + LookupEntry.rip);
  c.get(rip);
  c.op("i64.eq");
  c.get(entry);
  c.memory("i32.load", LOOKUP_BASE + LookupEntry.key);
  c.get(key);
  c.op("i32.eq");
  c.op("i32.and");
  c.if(
    () => {
      c.get(entry);
      c.memory("i32.load", LOOKUP_BASE + LookupEntry.head);
    },
    miss,
    "i32",
  );
  for (const local of [rip, low, entry, key]) c.release(local);
}
