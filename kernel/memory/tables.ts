// Page tables: four levels of 512 entries, the top one for half the address space each 512 GiB, the last one for 4 KiB each
// (SDM vol. 3, 5.5). The processor reads them on its own, so they are written like data for a device: the entry last, and
// after an entry became less than it was, the translation that the processor may remember is dropped (INVLPG).
import { direct, KERNEL_MAPPINGS, PAGE_SIZE, type Phys } from "../layout.ts";
import { frameOf, OWNER_TABLES, physOf, release, zeroedFrame } from "./frames.ts";

export const PRESENT: u64 = 1;
export const WRITABLE: u64 = 2;
export const USER: u64 = 4;
/** Write-through and not cached: device registers. */
export const UNCACHED: u64 = 0x18;
export const ACCESSED: u64 = 0x20;
export const DIRTY: u64 = 0x40;
/** In a page directory: the entry maps 2 MiB itself. */
export const LARGE: u64 = 0x80;
/** Bits 9 to 11 are ours. A page that is shared and copied when somebody writes to it. */
export const COPY_ON_WRITE: u64 = 0x200;
/** A page that nobody may touch (PROT_NONE): not present for the processor, but kept. */
export const KEPT: u64 = 0x400;
export const NO_EXECUTE: u64 = 0x8000_0000_0000_0000;
/** The physical address in an entry. */
export const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

export const ENTRIES = 512;

/** The table that an entry, or CR3, leads to. */
export function tableAt(entry: u64): Ptr<u64> {
  return unsafe.ptr<u64>(direct(unit<Phys>(entry & ADDRESS)));
}

/** Index of an address in the tables of a level: 3 is the top, 0 the last. */
export function indexAt(at: u64, level: u64): usize {
  return usize((at >> (12 + 9 * level)) & 511);
}

/** The last level's entry for an address; null where a table is missing on the way, or a large page in it. */
export function findEntry(root: Phys, at: u64): Ptr<u64> | null {
  let table = tableAt(u64(root));
  for (let level: u64 = 3; level > 0; level--) {
    const entry = table[indexAt(at, level)];
    if ((entry & PRESENT) === 0 || (entry & LARGE) !== 0) return null;
    table = tableAt(entry);
  }
  return ref(table[indexAt(at, 0)]);
}

/** The same, with the missing tables made. `rights` of the tables: USER or 0; what a page may is decided in its own entry. ENOMEM. */
export function makeEntry(root: Phys, at: u64, rights: u64): Res<Ptr<u64>> {
  let table = tableAt(u64(root));
  for (let level: u64 = 3; level > 0; level--) {
    const place = ref(table[indexAt(at, level)]);
    if ((place[0] & PRESENT) === 0) {
      const frame = orReturn(zeroedFrame(OWNER_TABLES));
      place[0] = u64(physOf(frame)) | PRESENT | WRITABLE | rights;
    }
    assert((place[0] & LARGE) === 0, "a page inside a large page");
    table = tableAt(place[0]);
  }
  return ref(table[indexAt(at, 0)]);
}

/** Calls `each` for every page that is there, or kept, between two addresses of the lower half; what has no tables is stepped over. */
export function eachPage(root: Phys, start: u64, end: u64, each: (entry: Ptr<u64>, at: u64) => void): void {
  let at = start;
  while (at < end) {
    let table = tableAt(u64(root));
    let level: u64 = 3;
    while (level > 0) {
      const entry = table[indexAt(at, level)];
      if ((entry & PRESENT) === 0) break;
      table = tableAt(entry);
      level--;
    }
    const span: u64 = 1 << (12 + 9 * (level + 1));
    const here = (at & ~(span - 1)) + span;
    const stop = here < end ? here : end;
    if (level > 0) {
      // Nothing there at this level: on to where its next entry begins.
      const step: u64 = 1 << (12 + 9 * level);
      at = (at & ~(step - 1)) + step;
      continue;
    }
    for (; at < stop; at += PAGE_SIZE) {
      const place = ref(table[indexAt(at, 0)]);
      if ((place[0] & (PRESENT | KEPT)) !== 0) each(place, at);
    }
  }
}

/** Gives back the tables of a root's lower half, whose pages are gone already, and the root itself. */
export function dropTables(root: Phys): void {
  const top = tableAt(u64(root));
  for (let i: usize = 0; i < ENTRIES / 2; i++) {
    if ((top[i] & PRESENT) === 0) continue;
    const second = tableAt(top[i]);
    for (let j: usize = 0; j < ENTRIES; j++) {
      if ((second[j] & PRESENT) === 0) continue;
      const third = tableAt(second[j]);
      for (let k: usize = 0; k < ENTRIES; k++) if ((third[k] & PRESENT) !== 0) releaseAt(third[k]);
      releaseAt(second[j]);
    }
    releaseAt(top[i]);
  }
  releaseAt(u64(root));
}

function releaseAt(entry: u64): void {
  release(frameOf(unit<Phys>(entry & ADDRESS)));
}

/** Whether the kernel can read at an address now: asked by panics, which follow pointers that may be wrong. */
export function isMapped(at: u64): boolean {
  attr(irqSafe);
  if (at < 0xffff_8000_0000_0000) return false;
  let table = tableAt(cpu.readCr3());
  for (let level: u64 = 3; level > 0; level--) {
    const entry = table[indexAt(at, level)];
    if ((entry & PRESENT) === 0) return false;
    if ((entry & LARGE) !== 0) return true;
    table = tableAt(entry);
  }
  return (table[indexAt(at, 0)] & PRESENT) !== 0;
}
