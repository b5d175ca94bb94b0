// What a program's addresses mean: a list of regions, in order, that do not overlap. A region says what pages are to be there
// and what may be done with them; which are there already is in the page tables. So mapping a gigabyte costs as much as
// mapping a page, and what nobody touches never takes memory.
import type { Vnode } from "../fs/vnode.ts";
import { drop, hold } from "../fs/vnode.ts";
import { SPACE_REGIONS } from "../limits.ts";
import { create, destroy } from "./slab.ts";

/** Kinds and properties of regions. */
/** What is written is seen by all who have it, and goes to the file. */
export const REGION_SHARED: u32 = 1;
/** Grows downward when somebody touches what lies below. */
export const REGION_STACK: u32 = 2;

export class Region {
  next: Ptr<Region> | null;
  /** On page boundaries. */
  start: u64;
  end: u64;
  /** PROT_*. */
  rights: u32;
  /** REGION_*. */
  flags: u32;
  /** What fills the pages, held; null: zeros. */
  file: Ptr<Vnode> | null;
  /** Where in the file `start` is, and where the file's part ends: pages behind are zeros. */
  offset: u64;
  fileEnd: u64;

  pages(): u64 {
    return (this.end - this.start) >> 12;
  }
}

/** A program's regions, by ascending address. */
export class RegionList {
  first: Ptr<Region> | null;
  count: u32;

  /** The region that an address lies in. */
  find(at: u64): Ptr<Region> | null {
    const region = this.behind(at);
    return region !== null && region.start <= at ? region : null;
  }

  /** The first region that ends behind an address. */
  behind(at: u64): Ptr<Region> | null {
    let region = this.first;
    while (region !== null && region.end <= at) region = region.next;
    return region;
  }

  isFree(start: u64, end: u64): boolean {
    const region = this.behind(start);
    return region === null || region.start >= end;
  }

  /** The highest free place of so many bytes below `top`, above `bottom`; 0: there is none. */
  place(bytes: u64, bottom: u64, top: u64): u64 {
    let best: u64 = 0;
    let start = bottom;
    let region = this.first;
    while (start < top) {
      let end = top;
      if (region !== null && region.start < top) end = region.start;
      if (end > start && end - start >= bytes) best = end - bytes;
      if (region === null) break;
      if (region.end > start) start = region.end;
      region = region.next;
    }
    return best;
  }

  /** Memory at a free place: a region of its own, or more of the one before it where nothing tells them apart. ENOMEM. */
  insert(start: u64, end: u64, rights: u32, flags: u32): Res<Ptr<Region>> {
    const before = this.before(start);
    if (before !== null && before.end === start && before.file === null && before.rights === rights) {
      if (flags === 0 && before.flags === 0) {
        before.end = end;
        return before;
      }
    }
    return this.insertAlone(start, end, rights, flags);
  }

  /** A new region at a free place. ENOMEM. */
  insertAlone(start: u64, end: u64, rights: u32, flags: u32): Res<Ptr<Region>> {
    const fresh = orReturn(this.make());
    const before = this.before(start);
    fresh.start = start;
    fresh.end = end;
    fresh.rights = rights;
    fresh.flags = flags;
    fresh.next = before === null ? this.first : before.next;
    if (before === null) this.first = fresh;
    else before.next = fresh;
    return fresh;
  }

  /** The last region that ends at or before an address. */
  private before(at: u64): Ptr<Region> | null {
    let before: Ptr<Region> | null = null;
    for (let region = this.first; region !== null && region.end <= at; region = region.next) before = region;
    return before;
  }

  private make(): Res<Ptr<Region>> {
    if (this.count >= SPACE_REGIONS) return err(Errno.ENOMEM);
    const fresh = orReturn(create<Region>());
    this.count++;
    return fresh;
  }

  /** Makes `at` a border between regions. ENOMEM. */
  split(at: u64): Res<void> {
    const region = this.find(at);
    if (region === null || region.start === at) return;
    const upper = orReturn(this.make());
    copy(upper, region);
    upper.start = at;
    upper.offset = region.offset + (at - region.start);
    const file = region.file;
    if (file !== null) hold(file);
    region.next = upper;
    region.end = at;
  }

  /** Takes out the regions between two borders and gives them, with their files, back. */
  remove(start: u64, end: u64): void {
    let before: Ptr<Region> | null = null;
    let region = this.first;
    while (region !== null && region.start < end) {
      const next = region.next;
      if (region.start < start) before = region;
      else {
        if (before === null) this.first = next;
        else before.next = next;
        this.count--;
        forget(region);
      }
      region = next;
    }
  }

  /** The same regions in another, empty, list. ENOMEM; then the other has some of them. */
  copyTo(to: Ptr<RegionList>): Res<void> {
    let last: Ptr<Region> | null = null;
    for (let region = this.first; region !== null; region = region.next) {
      const fresh = orReturn(to.make());
      copy(fresh, region);
      fresh.next = null;
      const file = fresh.file;
      if (file !== null) hold(file);
      if (last === null) to.first = fresh;
      else last.next = fresh;
      last = fresh;
    }
  }
}

function forget(region: Ptr<Region>): void {
  const file = region.file;
  if (file !== null) drop(file);
  destroy(region);
}
