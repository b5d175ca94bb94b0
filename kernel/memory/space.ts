// The memory of a program. What it may use stands in regions; the pages come when they are touched, by a page fault: zeros
// for memory, the file's bytes for a mapped file. After fork parent and child have the same pages, which nobody may write:
// whoever tries gets a copy of that one page first (copy on write), so a fork that is followed by exec copies nearly
// nothing.
//
// Page faults of several threads, and calls that change regions, take turns by the space's mutex: bringing a page may have to
// wait for a disk. Page tables are changed while it is held.
import { MAP_FIXED, MAP_SHARED, PROT_EXEC, PROT_READ, PROT_WRITE } from "../abi/processes.ts";
import type { Vnode } from "../fs/vnode.ts";
import { hold, readVnode, writeVnode } from "../fs/vnode.ts";
import {
  PAGE_MASK,
  PAGE_SHIFT,
  PAGE_SIZE,
  pageDown,
  pageUp,
  type Phys,
  USER_END,
  USER_MAPPINGS_END,
  USER_STACK_END,
  USER_START,
} from "../layout.ts";
import { USER_STACK_BYTES } from "../limits.ts";
import { SleepingMutex } from "../sync/mutex.ts";
import { current } from "../task/task.ts";
import { type Frame, freeFrames, frameOf, OWNER_TABLES, physOf, reclaim, release, retain, totalFrames, userFrame, virtOf, zeroedFrame } from "./frames.ts";
import { kernelRoot } from "./kernel-space.ts";
import { type Region, REGION_SHARED, REGION_STACK, RegionList } from "./regions.ts";
import { create, destroy } from "./slab.ts";
import {
  ADDRESS,
  COPY_ON_WRITE,
  DIRTY,
  dropTables,
  eachPage,
  ENTRIES,
  findEntry,
  KEPT,
  makeEntry,
  NO_EXECUTE,
  PRESENT,
  tableAt,
  USER,
  WRITABLE,
} from "./tables.ts";

/** Bits of a page fault's error code (SDM vol. 3, figure 5-12). */
const FAULT_PRESENT: u64 = 1;
const FAULT_WRITE: u64 = 2;
const FAULT_FETCH: u64 = 0x10;

export class Space {
  mutex: SleepingMutex;
  regions: RegionList;
  /** The top page table. */
  root: Phys;
  /** The heap: where it begins, and where it ends to the byte. */
  heapStart: u64;
  heapEnd: u64;
  /** Pages that are there. */
  pages: Atomic<u64>;
}

const faults = zeroed<Atomic<u64>>();

/** Page faults of all programs since the start. */
export function pageFaults(): u64 {
  return faults.load(relaxed);
}

/** An empty space, with the kernel in its upper half. ENOMEM. */
export function createSpace(): Res<Ptr<Space>> {
  const space = orReturn(create<Space>());
  const frame = zeroedFrame(OWNER_TABLES);
  if (isErr(frame)) {
    destroy(space);
    return frame;
  }
  space.root = physOf(frame);
  const own = tableAt(u64(space.root));
  const kernel = tableAt(u64(kernelRoot()));
  for (let i: usize = ENTRIES / 2; i < ENTRIES; i++) own[i] = kernel[i];
  return space;
}

/** Gives everything back. Nobody runs in it any more, or it is the caller's own, which goes on without. */
export function dropSpace(space: Ptr<Space>): void {
  attr(maySleep, mayAlloc);
  for (let region = space.regions.first; region !== null; region = region.next) {
    writeBack(space, region, region.start, region.end);
    dropPages(space, region.start, region.end);
  }
  space.regions.remove(0, USER_END);
  if ((cpu.readCr3() & ADDRESS) === u64(space.root)) cpu.writeCr3(u64(kernelRoot()));
  dropTables(space.root);
  destroy(space);
}

/** From here on user addresses are this space's. */
export function switchSpace(space: Ptr<Space>): void {
  attr(irqSafe, noSleep);
  if ((cpu.readCr3() & ADDRESS) !== u64(space.root)) cpu.writeCr3(u64(space.root));
}

/** From here on there are no user addresses: for a task whose space goes away. */
export function leaveSpace(): void {
  attr(irqSafe, noSleep);
  cpu.writeCr3(u64(kernelRoot()));
}

/** A copy, as fork makes it: the pages are shared until somebody writes. ENOMEM. */
export function forkSpace(from: Ptr<Space>): Res<Ptr<Space>> {
  attr(maySleep, mayAlloc);
  if (!hasRoom(from.pages.load() / ENTRIES + 4)) return err(Errno.ENOMEM);
  const space = orReturn(createSpace());
  const done = sharePages(from, space);
  if (isErr(done)) {
    dropSpace(space);
    return done;
  }
  return space;
}

function sharePages(from: Ptr<Space>, to: Ptr<Space>): Res<void> {
  attr(maySleep, mayAlloc);
  using _ = from.mutex.lock();
  to.heapStart = from.heapStart;
  to.heapEnd = from.heapEnd;
  orReturn(from.regions.copyTo(ref(to.regions)));
  let failed = false;
  for (let region = from.regions.first; region !== null; region = region.next) {
    const shared = (region.flags & REGION_SHARED) !== 0;
    eachPage(from.root, region.start, region.end, (entry, at) => {
      if (failed) return;
      const place = makeEntry(to.root, at, USER);
      if (isErr(place)) {
        failed = true;
        return;
      }
      if (!shared && (entry[0] & WRITABLE) !== 0) entry[0] = (entry[0] & ~WRITABLE) | COPY_ON_WRITE;
      place[0] = entry[0];
      retain(frameIn(entry[0]));
      to.pages.add(1);
    });
  }
  flush(from);
  if (failed) return err(Errno.ENOMEM);
}

function frameIn(entry: u64): Ptr<Frame> {
  return frameOf(unit<Phys>(entry & ADDRESS));
}

/** Forgets all translations of a space that the processor may remember. */
function flush(space: Ptr<Space>): void {
  if ((cpu.readCr3() & ADDRESS) === u64(space.root)) cpu.writeCr3(u64(space.root));
}

function bitsFor(rights: u32): u64 {
  if (rights === 0) return KEPT;
  let bits = PRESENT | USER;
  if ((rights & PROT_WRITE) !== 0) bits |= WRITABLE;
  if ((rights & PROT_EXEC) === 0) bits |= NO_EXECUTE;
  return bits;
}

// ---- mapping

/** Where a mapping goes: the address that was asked for, or a free place. EINVAL, ENOMEM. */
function placeFor(space: Ptr<Space>, at: u64, bytes: usize, flags: u32): Res<u64> {
  attr(maySleep, mayAlloc);
  if (bytes === 0 || bytes > USER_END) return err(Errno.EINVAL);
  const length = pageUp(bytes);
  if ((flags & MAP_FIXED) !== 0) {
    if ((at & PAGE_MASK) !== 0 || at < USER_START || at > USER_END || length > USER_END - at) return err(Errno.EINVAL);
    orReturn(unmapLocked(space, at, length));
    return at;
  }
  const wished = pageDown(at);
  const fits = wished >= USER_START && wished < USER_END && length <= USER_END - wished;
  if (fits && space.regions.isFree(wished, wished + length)) return wished;
  const found = space.regions.place(length, pageUp(space.heapEnd) + USER_START, USER_MAPPINGS_END);
  if (found === 0) return err(Errno.ENOMEM);
  return found;
}

/** Whether so many more pages could be there, when the caches have given what they can: a program is told when it asks, not when it touches. */
function hasRoom(pages: u64): boolean {
  const reserve = totalFrames() / 32;
  while (pages + reserve > freeFrames()) if (reclaim() === 0) return false;
  return true;
}

/**
 * Memory of zeros; `at` 0: anywhere. `flags` are MAP_*: what MAP_FIXED covers goes away, MAP_SHARED is shared with children. The
 * address. EINVAL, ENOMEM.
 */
export function mapAnonymous(space: Ptr<Space>, at: u64, bytes: usize, rights: u32, flags: u32): Res<u64> {
  attr(maySleep, mayAlloc);
  if ((rights & PROT_WRITE) !== 0 && !hasRoom(bytes >> PAGE_SHIFT)) return err(Errno.ENOMEM);
  using _ = space.mutex.lock();
  const place = orReturn(placeFor(space, at, bytes, flags));
  const end = place + pageUp(bytes);
  const shared = (flags & MAP_SHARED) !== 0;
  orReturn(space.regions.insert(place, end, rights, shared ? REGION_SHARED : 0));
  if (!shared) return place;
  // Pages that come later would come to parent and child apart.
  const filled = fillPages(space, place, end, rights);
  if (!isErr(filled)) return place;
  dropPages(space, place, end);
  space.regions.remove(place, end);
  return filled;
}

function fillPages(space: Ptr<Space>, start: u64, end: u64, rights: u32): Res<void> {
  for (let at = start; at < end; at += PAGE_SIZE) {
    const entry = orReturn(makeEntry(space.root, at, USER));
    const frame = orReturn(userFrame());
    entry[0] = u64(physOf(frame)) | bitsFor(rights);
    space.pages.add(1);
  }
}

/** A file's bytes from `offset` (a multiple of the page size) on; behind the file's end are zeros. EINVAL, ENOMEM. */
export function mapFile(
  space: Ptr<Space>,
  at: u64,
  bytes: usize,
  rights: u32,
  flags: u32,
  file: Ptr<Vnode>,
  offset: u64,
): Res<u64> {
  attr(maySleep, mayAlloc);
  if ((offset & PAGE_MASK) !== 0) return err(Errno.EINVAL);
  using _ = space.mutex.lock();
  const place = orReturn(placeFor(space, at, bytes, flags));
  const shared = (flags & MAP_SHARED) !== 0;
  const region = orReturn(space.regions.insertAlone(place, place + pageUp(bytes), rights, shared ? REGION_SHARED : 0));
  region.file = hold(file);
  region.offset = offset;
  region.fileEnd = place + bytes;
  return place;
}

/** A program's stack at the top of its half, growing down as far as it may; where it ends. ENOMEM. */
export function mapStack(space: Ptr<Space>): Res<u64> {
  attr(maySleep, mayAlloc);
  using _ = space.mutex.lock();
  orReturn(space.regions.insert(USER_STACK_END - PAGE_SIZE, USER_STACK_END, PROT_READ | PROT_WRITE, REGION_STACK));
  return USER_STACK_END;
}

/** Takes away what is mapped in a range, if anything. EINVAL, ENOMEM. */
export function unmap(space: Ptr<Space>, at: u64, bytes: usize): Res<void> {
  attr(maySleep, mayAlloc);
  using _ = space.mutex.lock();
  orReturn(checkRange(at, bytes));
  orReturn(unmapLocked(space, at, pageUp(bytes)));
}

function checkRange(at: u64, bytes: usize): Res<void> {
  if ((at & PAGE_MASK) !== 0 || bytes === 0 || at >= USER_END || bytes > USER_END - at) return err(Errno.EINVAL);
}

function unmapLocked(space: Ptr<Space>, start: u64, length: u64): Res<void> {
  attr(maySleep, mayAlloc);
  const end = start + length;
  orReturn(space.regions.split(start));
  orReturn(space.regions.split(end));
  for (let region = space.regions.behind(start); region !== null && region.start < end; region = region.next)
    writeBack(space, region, region.start, region.end);
  dropPages(space, start, end);
  space.regions.remove(start, end);
}

/** Gives the frames of a range back. */
function dropPages(space: Ptr<Space>, start: u64, end: u64): void {
  eachPage(space.root, start, end, (entry, at) => {
    const frame = frameIn(entry[0]);
    entry[0] = 0;
    cpu.invlpg(at);
    release(frame);
    space.pages.sub(1);
  });
}

/** Changes what may be done with a range. EINVAL, ENOMEM (also when a part of it is not mapped). */
export function protect(space: Ptr<Space>, at: u64, bytes: usize, rights: u32): Res<void> {
  attr(maySleep, mayAlloc);
  using _ = space.mutex.lock();
  orReturn(checkRange(at, bytes));
  const end = at + pageUp(bytes);
  let covered = at;
  for (let region = space.regions.behind(at); region !== null && region.start <= covered; region = region.next)
    covered = region.end;
  if (covered < end) return err(Errno.ENOMEM);
  orReturn(space.regions.split(at));
  orReturn(space.regions.split(end));
  for (let region = space.regions.find(at); region !== null && region.start < end; region = region.next)
    protectRegion(space, region, rights);
  flush(space);
}

function protectRegion(space: Ptr<Space>, region: Ptr<Region>, rights: u32): void {
  region.rights = rights;
  const shared = (region.flags & REGION_SHARED) !== 0;
  eachPage(space.root, region.start, region.end, (entry, at) => {
    const before = entry[0];
    let bits = bitsFor(rights);
    // A page that others have too stays as it is: the fault decides who copies.
    const own = shared || frameIn(before).refs.load() === 1;
    if (!own && (bits & WRITABLE) !== 0) bits = (bits & ~WRITABLE) | COPY_ON_WRITE;
    entry[0] = (before & (ADDRESS | DIRTY)) | bits;
  });
}

/** Writes what was changed in a shared file's pages to the file. What does not fit any more is lost, as the disk is. */
function writeBack(space: Ptr<Space>, region: Ptr<Region>, start: u64, end: u64): void {
  attr(maySleep, mayAlloc);
  const file = region.file;
  if (file === null || (region.flags & REGION_SHARED) === 0) return;
  eachDirty(space, start, end, (entry, at) => {
    const length = region.fileEnd - at < PAGE_SIZE ? region.fileEnd - at : u64(PAGE_SIZE);
    entry[0] = entry[0] & ~DIRTY;
    cpu.invlpg(at);
    const bytes = slice(virtOf<u8>(frameIn(entry[0])), usize(length));
    ignore(writeVnode(file, region.offset + (at - region.start), bytes), "nobody waits for an answer here; msync's caller asks fsync");
  });
}

/** The pages of a range that were written to. */
function eachDirty(
  space: Ptr<Space>,
  start: u64,
  end: u64,
  each: MaySleep<MayAlloc<(entry: Ptr<u64>, at: u64) => void>>,
): void {
  attr(maySleep, mayAlloc);
  for (let at = start; at < end; at += PAGE_SIZE) {
    const entry = findEntry(space.root, at);
    if (entry !== null && (entry[0] & DIRTY) !== 0) each(entry, at);
  }
}

/** Writes changed pages of shared files in a range back. EINVAL, ENOMEM (nothing is mapped there). */
export function syncMapped(space: Ptr<Space>, at: u64, bytes: usize): Res<void> {
  attr(maySleep, mayAlloc);
  using _ = space.mutex.lock();
  orReturn(checkRange(at, bytes));
  const end = at + pageUp(bytes);
  let covered = at;
  for (let region = space.regions.behind(at); region !== null && region.start <= covered; region = region.next) {
    if (region.start >= end) break;
    const from = region.start > at ? region.start : at;
    writeBack(space, region, from, region.end < end ? region.end : end);
    covered = region.end;
  }
  if (covered < end) return err(Errno.ENOMEM);
}

// ---- the heap

/** At exec: the heap begins behind the program. */
export function setBreak(space: Ptr<Space>, at: u64): void {
  space.heapStart = pageUp(at);
  space.heapEnd = space.heapStart;
}

/** Moves the heap's end by so many bytes; where it was. ENOMEM, EINVAL. */
export function moveBreak(space: Ptr<Space>, delta: i64): Res<u64> {
  attr(maySleep, mayAlloc);
  using _ = space.mutex.lock();
  const before = space.heapEnd;
  const after = before + u64(delta);
  if (delta > 0) {
    if (after < before || after > USER_MAPPINGS_END) return err(Errno.ENOMEM);
    const start = pageUp(before);
    const end = pageUp(after);
    if (end > start) {
      if (!hasRoom((end - start) >> PAGE_SHIFT) || !space.regions.isFree(start, end)) return err(Errno.ENOMEM);
      orReturn(space.regions.insert(start, end, PROT_READ | PROT_WRITE, 0));
    }
  } else {
    if (after > before || after < space.heapStart) return err(Errno.EINVAL);
    const start = pageUp(after);
    if (start < pageUp(before)) orReturn(unmapLocked(space, start, pageUp(before) - start));
  }
  space.heapEnd = after;
  return before;
}

// ---- faults

/** What a page fault came to. */
export enum FaultEnd {
  /** The page is there now: go on where it was. */
  Done,
  /** There is nothing at the address, or it may not be used that way. */
  Forbidden,
  /** There should be something, but there is no memory for it, or the file cannot be read. */
  Failed,
}

/** Brings the page that a program, or the kernel for it, wants to use. `code`: the fault's error code. May sleep. */
export function handleFault(at: u64, code: u64): FaultEnd {
  attr(maySleep, mayAlloc);
  const space = current().space;
  if (space === null || at >= USER_END) return FaultEnd.Forbidden;
  faults.add(1);
  using _ = space.mutex.lock();
  const region = regionFor(space, at);
  if (region === null || !isAllowed(region.rights, code)) return FaultEnd.Forbidden;
  const page = pageDown(at);
  const entry = makeEntry(space.root, page, USER);
  if (isErr(entry)) return FaultEnd.Failed;
  const there = (entry[0] & PRESENT) !== 0;
  const brought = there ? takeOver(region, entry, code) : bring(space, region, entry, page);
  cpu.invlpg(page);
  return isErr(brought) ? FaultEnd.Failed : FaultEnd.Done;
}

function isAllowed(rights: u32, code: u64): boolean {
  if ((code & FAULT_WRITE) !== 0) return (rights & PROT_WRITE) !== 0;
  if ((code & FAULT_FETCH) !== 0) return (rights & PROT_EXEC) !== 0;
  return rights !== 0;
}

/** The region an address lies in; a stack grows to hold it. */
function regionFor(space: Ptr<Space>, at: u64): Ptr<Region> | null {
  const region = space.regions.behind(at);
  if (region === null || region.start <= at) return region;
  if ((region.flags & REGION_STACK) === 0 || region.end - at > USER_STACK_BYTES) return null;
  const start = pageDown(at);
  // A page stays free between a stack and what lies below it.
  if (!space.regions.isFree(start - PAGE_SIZE, region.start)) return null;
  region.start = start;
  return region;
}

/** A page that is there, and must not be used as it was: one that is copied when somebody writes, or a right that is new. */
function takeOver(region: Ptr<Region>, entry: Ptr<u64>, code: u64): Res<void> {
  const before = entry[0];
  if ((code & FAULT_WRITE) === 0 || (before & COPY_ON_WRITE) === 0) {
    // Another thread was quicker, or the processor remembered what was before.
    return;
  }
  const shared = frameIn(before);
  if (shared.refs.load() === 1) {
    entry[0] = (before & ~COPY_ON_WRITE) | WRITABLE;
    return;
  }
  const frame = orReturn(userFrame());
  copySlice(slice(virtOf<u64>(frame), PAGE_SIZE / 8), slice(virtOf<u64>(shared), PAGE_SIZE / 8));
  entry[0] = u64(physOf(frame)) | bitsFor(region.rights);
  release(shared);
}

/** A page that is not there: zeros, or what the file has. */
function bring(space: Ptr<Space>, region: Ptr<Region>, entry: Ptr<u64>, page: u64): Res<void> {
  attr(maySleep, mayAlloc);
  const frame = orReturn(userFrame());
  const file = region.file;
  if (file !== null && page < region.fileEnd) {
    const left = region.fileEnd - page;
    const bytes = slice(virtOf<u8>(frame), usize(left < PAGE_SIZE ? left : u64(PAGE_SIZE)));
    const got = readVnode(file, region.offset + (page - region.start), bytes);
    if (isErr(got)) {
      release(frame);
      return got;
    }
  }
  entry[0] = u64(physOf(frame)) | bitsFor(region.rights);
  space.pages.add(1);
}
