// Who owns which frame of physical memory. A frame is 4 KiB because that is what a page table entry points at; the buddy
// system hands out blocks of 2^order frames that begin on a multiple of their size. Two halves of a block are buddies: their
// numbers differ in one bit, so when one comes back, whether the other is free as well is one look, and the two are one again.
//
// There is a descriptor for each frame from address 0 to the end of memory, holes included, in one array: from a physical
// address to its descriptor is a shift. A frame that several share (a page after fork, a cached block that is mapped) is
// counted; whoever gives back the last reference gives back the frame.
import { type BootInfo, REGION_USABLE } from "../boot-info.ts";
import { BOOT_DIRECT_MAP_BYTES, direct, directPhys, PAGE_MASK, PAGE_SHIFT, PAGE_SIZE, pageUp, type Phys } from "../layout.ts";
import { ORDERS, RESERVE_SHARE, SHRINKERS } from "../limits.ts";
import { Locked } from "../sync/spin.ts";

export type Pfn = Unit<"Pfn">;

/** Not memory, or the kernel's since before there was an allocator. */
export const FRAME_RESERVED: u8 = 0;
/** The first frame of a free block. */
export const FRAME_FREE: u8 = 1;
/** Somebody's. */
export const FRAME_USED: u8 = 2;
/** Cut into small objects by slab.ts. */
export const FRAME_SLAB: u8 = 3;

/** What a frame is used for, so that somebody who misses memory can see where it went. Together with the free ones they are all. */
export const OWNER_TABLES: u8 = 0;
export const OWNER_STACKS: u8 = 1;
export const OWNER_SLABS: u8 = 2;
/** Memory of the kernel too large for slabs. */
export const OWNER_LARGE: u8 = 3;
/** Buffers of the cache of disks. */
export const OWNER_CACHE: u8 = 4;
/** Pages of programs. */
export const OWNER_PROGRAMS: u8 = 5;
export const OWNER_PIPES: u8 = 6;
/** What files in memory hold. */
export const OWNER_FILES: u8 = 7;
/** Memory that devices and drivers share. */
export const OWNER_DRIVERS: u8 = 8;
/** For the length of one system call. */
export const OWNER_CALLS: u8 = 9;
export const OWNERS = 10;

/** Descriptor of one frame. Links belong to the list the frame is in: a free list, or its owner's. */
@size(32)
export class Frame {
  next: Ptr<Frame> | null;
  previous: Ptr<Frame> | null;
  refs: Atomic<u32>;
  /** FRAME_*. */
  state: u8;
  /** Of the block that begins here: 2^order frames. */
  order: u8;
  /** For the owner: slab.ts keeps its bookkeeping here. */
  class: u8;
  /** OWNER_*, while it is used. */
  owner: u8;
  used: u16;
  free: u16;
}

/** A list through the descriptors themselves. */
export class FrameList {
  head: Ptr<Frame> | null;
  count: usize;

  push(frame: Ptr<Frame>): void {
    const head = this.head;
    frame.previous = null;
    frame.next = head;
    if (head !== null) head.previous = frame;
    this.head = frame;
    this.count++;
  }

  unlink(frame: Ptr<Frame>): void {
    const next = frame.next;
    const previous = frame.previous;
    if (previous === null) this.head = next;
    else previous.next = next;
    if (next !== null) next.previous = previous;
    frame.next = null;
    frame.previous = null;
    this.count--;
  }
}

class Zone {
  lists: Arr<FrameList, typeof ORDERS>;
  free: usize;
  /** Frames of each owner. */
  used: Arr<usize, typeof OWNERS>;
}

const zone = zeroed<Locked<Zone>>();
/** By frame number. */
let frames: Slice<Frame> = late();
/** Frames there ever were to give. */
const total = zeroed<Atomic<usize>>();
/** A copy of `zone.free` that can be looked at without the lock. */
const free = zeroed<Atomic<usize>>();

export function pfnOf(frame: Ptr<Frame>): Pfn {
  return unit<Pfn>((addr(frame) - addr(ref(frames[0]))) / sizeOf<Frame>());
}

export function physOf(frame: Ptr<Frame>): Phys {
  return unit<Phys>(u64(pfnOf(frame)) << PAGE_SHIFT);
}

/** The descriptor of the frame that holds a physical address; there has to be one. */
export function frameOf(at: Phys): Ptr<Frame> {
  return ref(frames[u64(at) >> PAGE_SHIFT]);
}

/** Whether a physical address is memory (or a hole) below its end: only then frameOf knows it. */
export function isFrame(at: Phys): boolean {
  return u64(at) >> PAGE_SHIFT < frames.length;
}

/** The physical address behind the last frame. */
export function memoryEnd(): u64 {
  return u64(frames.length) << PAGE_SHIFT;
}

/** A frame's bytes, in the direct map. */
export function virtOf<T>(frame: Ptr<Frame>): Ptr<T> {
  return unsafe.ptr<T>(direct(physOf(frame)));
}

/** The frame behind an address of the direct map. */
export function frameAt<T>(p: Ptr<T>): Ptr<Frame> {
  return frameOf(directPhys(addr(p)));
}

export function freeFrames(): usize {
  return free.load(relaxed);
}

export function totalFrames(): usize {
  return total.load(relaxed);
}

/** Frames of each owner at one moment, and how many are free. */
export function countFrames(into: Ptr<Arr<usize, typeof OWNERS>>): usize {
  using z = zone.enter();
  for (let owner: usize = 0; owner < OWNERS; owner++) into[0][owner] = z.v.used[owner];
  return z.v.free;
}

/** 2^order frames next to each other, beginning on a multiple of that, with one reference; EINVAL or ENOMEM. What is in them is not known. */
export function allocFrames(order: u8, owner: u8): Res<Ptr<Frame>> {
  attr(irqSafe, noSleep);
  if (order >= ORDERS) return err(Errno.EINVAL);
  using z = zone.enter();
  for (let from: usize = usize(order); from < ORDERS; from++) {
    const frame = z.v.lists[from].head;
    if (frame === null) continue;
    z.v.lists[from].unlink(frame);
    // Each half that is not needed goes back, one order lower.
    for (let half = from; half > usize(order); half--) {
      const buddy = ref(frame[1 << (half - 1)]);
      buddy.order = u8(half - 1);
      buddy.state = FRAME_FREE;
      z.v.lists[half - 1].push(buddy);
    }
    frame.order = order;
    frame.state = FRAME_USED;
    frame.owner = owner;
    frame.refs.store(1, relaxed);
    z.v.used[usize(owner)] += 1 << usize(order);
    z.v.free -= 1 << usize(order);
    free.store(z.v.free, relaxed);
    return frame;
  }
  return err(Errno.ENOMEM);
}

export function allocFrame(owner: u8): Res<Ptr<Frame>> {
  attr(irqSafe, noSleep);
  return allocFrames(0, owner);
}

/** A frame of zeros. */
export function zeroedFrame(owner: u8): Res<Ptr<Frame>> {
  const frame = orReturn(allocFrames(0, owner));
  fill(slice(virtOf<u64>(frame), PAGE_SIZE / 8), 0);
  return frame;
}

/** One more owner of a block. */
export function retain(frame: Ptr<Frame>): void {
  attr(irqSafe, noSleep);
  const before = frame.refs.add(1);
  assert(before !== 0, "a frame that nobody owns gets a second owner");
}

/** One owner less; the last one gives the block back. */
export function release(frame: Ptr<Frame>): void {
  attr(irqSafe, noSleep);
  const before = frame.refs.sub(1);
  assert(before !== 0, "a frame is given back twice");
  if (before !== 1) return;
  assert(frame.state === FRAME_USED, "a frame is given back that was never handed out");
  using z = zone.enter();
  z.v.used[usize(frame.owner)] -= 1 << usize(frame.order);
  give(z.v, frame, frame.order);
}

/** Puts a block into the lists, joined with its buddies as far as they are free. */
function give(z: Ptr<Zone>, from: Ptr<Frame>, of: u8): void {
  let at = u64(pfnOf(from));
  let order = of;
  z.free += 1 << usize(order);
  for (; order < ORDERS - 1; order++) {
    const other = at ^ (1 << u64(order));
    if (other >= frames.length) break;
    const buddy = ref(frames[other]);
    if (buddy.state !== FRAME_FREE || buddy.order !== order) break;
    z.lists[usize(order)].unlink(buddy);
    buddy.state = FRAME_USED;
    at &= other;
  }
  const block = ref(frames[at]);
  block.order = order;
  block.state = FRAME_FREE;
  z.lists[usize(order)].push(block);
  free.store(z.free, relaxed);
}

// ---- shortage

class Shrinkers {
  count: usize;
  list: Arr<Fn<() => usize>, typeof SHRINKERS>;
}

const shrinkers = zeroed<Shrinkers>();

/** At boot: a cache says how it gives frames back. The function neither sleeps nor allocates, and tells how many it gave. */
export function onShortage(shrinker: Fn<() => usize>): void {
  assert(shrinkers.count < SHRINKERS, "too many shrinkers (limits.ts)");
  shrinkers.list[shrinkers.count] = shrinker;
  shrinkers.count++;
}

/** Asks the caches for frames; how many came. Nobody who calls this holds a lock. */
export function reclaim(): usize {
  let got: usize = 0;
  for (let i: usize = 0; i < shrinkers.count; i++) got += shrinkers.list[i]();
  return got;
}

/**
 * A frame of zeros for a program. Before there are none left the caches give back, and the last ones are the kernel's:
 * without a reserve, the program that took the last frame would also decide that nobody can open a file any more.
 */
export function userFrame(): Res<Ptr<Frame>> {
  const reserve = totalFrames() / RESERVE_SHARE;
  if (freeFrames() <= reserve && reclaim() === 0) return err(Errno.ENOMEM);
  if (freeFrames() <= reserve) return err(Errno.ENOMEM);
  return zeroedFrame(OWNER_PROGRAMS);
}

// ---- the beginning

/** The first frames are kept out: frame 0 so that no address is 0, the others for code that starts further processors in real mode. */
const LOW_MEMORY: u64 = 0x1_0000;

/** Takes the machine's memory into account: descriptors for all, and every usable frame that is nobody's into the lists. */
export function startFrames(boot: Ptr<BootInfo>): void {
  let end: u64 = 0;
  for (let i: usize = 0; i < usize(boot.regions); i++) {
    const region = ref(boot.memoryMap[i]);
    const regionEnd = (u64(region.base) + region.bytes) & ~PAGE_MASK;
    if (region.kind === REGION_USABLE && regionEnd > end) end = regionEnd;
  }
  const count = end >> PAGE_SHIFT;
  const bytes = pageUp(count * sizeOf<Frame>());
  const table = placeFor(boot, bytes);
  frames = slice(unsafe.ptr<Frame>(direct(unit<Phys>(table))), count);
  fill(slice(unsafe.ptr<u64>(direct(unit<Phys>(table))), bytes / 8), 0);
  for (let i: usize = 0; i < usize(boot.regions); i++) {
    const region = ref(boot.memoryMap[i]);
    if (region.kind !== REGION_USABLE) continue;
    giveRegion(boot, table, table + bytes, pageUp(u64(region.base)), (u64(region.base) + region.bytes) & ~PAGE_MASK);
  }
  total.store(freeFrames(), relaxed);
}

/** Whether what lies from `at` on is taken already: then its end, else 0. */
function takenAt(boot: Ptr<BootInfo>, table: u64, tableEnd: u64, at: u64): u64 {
  if (at < LOW_MEMORY) return LOW_MEMORY;
  if (at >= u64(boot.imageStart) && at < u64(boot.imageEnd)) return pageUp(u64(boot.imageEnd));
  const module = u64(boot.module) & ~PAGE_MASK;
  const moduleEnd = pageUp(u64(boot.module) + boot.moduleBytes);
  if (boot.moduleBytes !== 0 && at >= module && at < moduleEnd) return moduleEnd;
  if (at >= table && at < tableEnd) return tableEnd;
  return 0;
}

function giveRegion(boot: Ptr<BootInfo>, table: u64, tableEnd: u64, start: u64, end: u64): void {
  using z = zone.enter();
  let at = start;
  while (at < end) {
    const taken = takenAt(boot, table, tableEnd, at);
    if (taken !== 0) {
      at = taken;
      continue;
    }
    const order = largestAt(boot, table, tableEnd, at, end);
    give(z.v, ref(frames[at >> PAGE_SHIFT]), order);
    at += PAGE_SIZE << u64(order);
  }
}

/** The order of the largest block that can begin at `at`: a multiple of its size, of which nothing is taken. */
function largestAt(boot: Ptr<BootInfo>, table: u64, tableEnd: u64, at: u64, end: u64): u8 {
  let order: u8 = 0;
  while (usize(order) < ORDERS - 1) {
    const blockEnd = at + (PAGE_SIZE << (u64(order) + 1));
    if (((at >> PAGE_SHIFT) & ((1 << (u64(order) + 1)) - 1)) !== 0 || blockEnd > end) break;
    if (firstTaken(boot, at, blockEnd) !== 0 || (at < tableEnd && blockEnd > table)) break;
    order++;
  }
  return order;
}

/** Room for the descriptors in memory that is mapped already: the first place that is usable and nobody's. */
function placeFor(boot: Ptr<BootInfo>, bytes: u64): u64 {
  for (let i: usize = 0; i < usize(boot.regions); i++) {
    const region = ref(boot.memoryMap[i]);
    if (region.kind !== REGION_USABLE) continue;
    const end = u64(region.base) + region.bytes;
    let at = pageUp(u64(region.base));
    // What is taken are at most three pieces; each turn steps over one.
    for (let turn: u32 = 0; turn < 8 && at + bytes <= end && at + bytes <= BOOT_DIRECT_MAP_BYTES; turn++) {
      const taken = firstTaken(boot, at, at + bytes);
      if (taken === 0) return at;
      at = taken;
    }
  }
  panic("there is no memory for the frame table");
}

/** Where the first thing that overlaps a range ends, or 0. */
function firstTaken(boot: Ptr<BootInfo>, start: u64, end: u64): u64 {
  if (start < LOW_MEMORY) return LOW_MEMORY;
  if (start < u64(boot.imageEnd) && end > u64(boot.imageStart)) return pageUp(u64(boot.imageEnd));
  const moduleEnd = pageUp(u64(boot.module) + boot.moduleBytes);
  if (boot.moduleBytes !== 0 && start < moduleEnd && end > u64(boot.module)) return moduleEnd;
  return 0;
}
