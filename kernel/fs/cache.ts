// The buffer cache: blocks of disks in memory. A disk answers in milliseconds and the processor counts in nanoseconds, so what
// was read once stays as long as nobody needs the memory for something better, and what is written is written here first and
// goes to the disk later, many blocks at once.
//
// "Later" is where file systems break: the power fails, and of what was to be written some sectors have arrived and others
// have not, in any order. So a change says not only that it is one but which rank it has, and `writeRank` writes one rank. Who
// writes rank after rank, with a flush in between, decides what can be on the disk without what (fs/ext2-commit.ts).
//
// A buffer is a page of a device, 4 KiB, whatever blocks a file system counts in; changes are kept by sector. Who holds a
// buffer knows that it stays; the bytes themselves are guarded by whoever they belong to.
import { type BlockDevice, BlockKind, BlockRequest, flushDevice, SECTOR, startRequest, waitRequest } from "../drivers/block.ts";
import { PAGE_SIZE } from "../layout.ts";
import { allocFrame, type Frame, onShortage, OWNER_CACHE, physOf, release, totalFrames, virtOf } from "../memory/frames.ts";
import { create, destroy } from "../memory/slab.ts";
import { SleepLocked } from "../sync/mutex.ts";
import { Locked } from "../sync/spin.ts";
import { WaitQueue } from "../sync/wait.ts";

/** Ranks of changes. */
export const RANKS = 7;
const SECTORS = PAGE_SIZE / SECTOR;
const BUCKETS = 4096;
/** Pages that one miss may read at once. */
const MOST_AHEAD = 16;

const EMPTY: u32 = 0;
/** Somebody reads it. */
const BUSY: u32 = 1;
const VALID: u32 = 2;

export class Buffer {
  device: Ptr<BlockDevice>;
  /** Which page of the device. */
  index: u64;
  private frame: Ptr<Frame>;
  private data: Ptr<u8>;
  /** EMPTY, BUSY, VALID. */
  state: Atomic<u32>;
  readers: WaitQueue;

  // The rest is guarded by the cache's lock.
  refs: u32;
  /** For each rank a bit for each sector. */
  dirty: Arr<u8, typeof RANKS>;
  inDirtyList: boolean;
  bucketNext: Ptr<Buffer> | null;
  /** In the list of dirty buffers, or, without holders, of clean ones. */
  next: Ptr<Buffer> | null;
  previous: Ptr<Buffer> | null;

  start(device: Ptr<BlockDevice>, index: u64, frame: Ptr<Frame>): void {
    this.device = device;
    this.index = index;
    this.frame = frame;
    this.data = virtOf<u8>(frame);
  }

  bytes(): Slice<u8> {
    return slice(this.data, PAGE_SIZE);
  }

  /** The bytes at a place as a structure. */
  at<T>(offset: usize): Ptr<T> {
    assert(offset % alignOf<T>() === 0 && offset + sizeOf<T>() <= PAGE_SIZE, "a structure that leaves its buffer");
    return unsafe.ptr<T>(addr(this.data) + offset);
  }

  /** So many structures from a place on. */
  slice<T>(offset: usize, count: usize): Slice<T> {
    assert(offset % alignOf<T>() === 0 && offset + sizeOf<T>() * count <= PAGE_SIZE, "structures that leave their buffer");
    return slice(unsafe.ptr<T>(addr(this.data) + offset), count);
  }

  giveFrame(): void {
    release(this.frame);
  }

  /** A piece of a request: so many sectors from one on. */
  addTo(request: Ptr<BlockRequest>, sector: u32, count: u32): Res<void> {
    return request.add(physOf(this.frame) + u64(sector * SECTOR), count * SECTOR);
  }

  isDirty(): boolean {
    for (const mask of this.dirty) if (mask !== 0) return true;
    return false;
  }
}

class List {
  first: Ptr<Buffer> | null;
  last: Ptr<Buffer> | null;
  count: usize;

  append(buffer: Ptr<Buffer>): void {
    const last = this.last;
    buffer.next = null;
    buffer.previous = last;
    if (last === null) this.first = buffer;
    else last.next = buffer;
    this.last = buffer;
    this.count++;
  }

  unlink(buffer: Ptr<Buffer>): void {
    const next = buffer.next;
    const previous = buffer.previous;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    this.count--;
  }
}

class Cache {
  buckets: Arr<Ptr<Buffer> | null, typeof BUCKETS>;
  count: usize;
  /** Without holders and changes, the one that was used longest ago first: these can go. */
  clean: List;
  dirty: List;
  hits: u64;
  misses: u64;

  find(device: Ptr<BlockDevice>, index: u64): Ptr<Buffer> | null {
    for (let b = this.buckets[bucketOf(device, index)]; b !== null; b = b.bucketNext)
      if (b.index === index && b.device === device) return b;
    return null;
  }

  insert(buffer: Ptr<Buffer>): void {
    const bucket = bucketOf(buffer.device, buffer.index);
    buffer.bucketNext = this.buckets[bucket];
    this.buckets[bucket] = buffer;
    this.count++;
  }

  remove(buffer: Ptr<Buffer>): void {
    const bucket = bucketOf(buffer.device, buffer.index);
    const first = this.buckets[bucket];
    this.count--;
    if (first === buffer) {
      this.buckets[bucket] = buffer.bucketNext;
      return;
    }
    for (let b = first; b !== null; b = b.bucketNext) {
      if (b.bucketNext !== buffer) continue;
      b.bucketNext = buffer.bucketNext;
      return;
    }
  }

  take(buffer: Ptr<Buffer>): void {
    if (buffer.refs === 0 && !buffer.inDirtyList) this.clean.unlink(buffer);
    buffer.refs++;
  }

  give(buffer: Ptr<Buffer>): void {
    buffer.refs--;
    if (buffer.refs === 0 && !buffer.inDirtyList) this.clean.append(buffer);
  }

  /** Puts a buffer that has changes into the dirty list, and takes one that has none any more out of it. */
  sort(buffer: Ptr<Buffer>): void {
    const dirty = buffer.isDirty();
    if (dirty === buffer.inDirtyList) return;
    if (dirty) {
      if (buffer.refs === 0) this.clean.unlink(buffer);
      this.dirty.append(buffer);
    } else {
      this.dirty.unlink(buffer);
      if (buffer.refs === 0) this.clean.append(buffer);
    }
    buffer.inDirtyList = dirty;
  }

  /** Takes the buffer out that was used longest ago, if one can go. */
  evict(): Ptr<Buffer> | null {
    const oldest = this.clean.first;
    if (oldest === null) return null;
    this.clean.unlink(oldest);
    this.remove(oldest);
    return oldest;
  }
}

const cache = zeroed<Locked<Cache>>();
/** Most buffers, and most of them with changes. */
const most = zeroed<Atomic<usize>>();
const cached = zeroed<Atomic<usize>>();
const changed = zeroed<Atomic<usize>>();

function bucketOf(device: Ptr<BlockDevice>, index: u64): usize {
  // Multiplication by the golden ratio spreads neighbours over the table.
  return ((index ^ (addr(device) >> 5)) * 0x9e37_79b9_7f4a_7c15) >> 52;
}

/** Before the first use: how large the cache may grow, and that others may ask it to shrink. */
export function startCache(): void {
  const limit = totalFrames() / 4;
  most.store(limit < 64 ? 64 : limit);
  onShortage(shrinkCache);
}

/** Frames that the cache has. */
export function cachedFrames(): usize {
  return cached.load(relaxed);
}

/** Of them, those that a disk does not have yet. */
export function changedFrames(): usize {
  return changed.load(relaxed);
}

/** Whether so much waits to be written that writers should see to it first. */
export function tooManyChanges(): boolean {
  return changed.load(relaxed) * 4 > most.load(relaxed);
}

/** Gives frames back that hold nothing but copies; how many. */
export function shrinkCache(): usize {
  let given: usize = 0;
  for (; given < 64; given++) if (!dropOldest()) break;
  return given;
}

/** Gives back all that can be given: whoever wants to know what is left needs this. */
export function emptyCache(): void {
  while (dropOldest());
}

function dropOldest(): boolean {
  const buffer = takeOldest();
  if (buffer === null) return false;
  buffer.giveFrame();
  destroy(buffer);
  return true;
}

function takeOldest(): Ptr<Buffer> | null {
  using c = cache.enter();
  const buffer = c.v.evict();
  cached.store(c.v.count, relaxed);
  return buffer;
}

/** The buffer if it is there, held. */
function lookFor(device: Ptr<BlockDevice>, index: u64): Ptr<Buffer> | null {
  using c = cache.enter();
  const buffer = c.v.find(device, index);
  if (buffer === null) return null;
  c.v.take(buffer);
  c.v.hits++;
  return buffer;
}

/** A new buffer, held; or the one that somebody else has made meanwhile. ENOMEM. */
function makeBuffer(device: Ptr<BlockDevice>, index: u64): Res<Ptr<Buffer>> {
  while (cached.load(relaxed) >= most.load(relaxed)) if (!dropOldest()) break;
  const frame = orReturn(frameFor());
  const buffer = create<Buffer>();
  if (isErr(buffer)) {
    release(frame);
    return buffer;
  }
  buffer.start(device, index, frame);
  const there = insertBuffer(buffer);
  if (there !== buffer) {
    buffer.giveFrame();
    destroy(buffer);
  }
  return there;
}

/** A frame; when there is none, that of the buffer that was used longest ago. */
function frameFor(): Res<Ptr<Frame>> {
  const frame = allocFrame(OWNER_CACHE);
  if (!isErr(frame) || !dropOldest()) return frame;
  return allocFrame(OWNER_CACHE);
}

function insertBuffer(buffer: Ptr<Buffer>): Ptr<Buffer> {
  using c = cache.enter();
  const there = c.v.find(buffer.device, buffer.index);
  if (there !== null) {
    c.v.take(there);
    return there;
  }
  buffer.refs = 1;
  c.v.insert(buffer);
  c.v.misses++;
  cached.store(c.v.count, relaxed);
  return buffer;
}

/** A buffer without a look at the disk: what is in it counts only where the caller writes, or when it is VALID. */
function bufferFor(device: Ptr<BlockDevice>, index: u64): Res<Ptr<Buffer>> {
  const there = lookFor(device, index);
  if (there !== null) return there;
  return makeBuffer(device, index);
}

/** Gives a buffer back. */
export function giveBuffer(buffer: Ptr<Buffer>): void {
  using c = cache.enter();
  c.v.give(buffer);
}

/**
 * A page of a device, held until giveBuffer. Where it must be read, up to `ahead` pages behind it are read with it. EIO,
 * ENOMEM, EINVAL beyond the device's end; the last page of a device that is no whole number of pages ends in zeros.
 */
export function readBuffer(device: Ptr<BlockDevice>, index: u64, ahead: usize): Res<Ptr<Buffer>> {
  if (index >= pagesOf(device)) return err(Errno.EINVAL);
  const buffer = orReturn(bufferFor(device, index));
  while (buffer.state.load() !== VALID) {
    if (buffer.state.cas(EMPTY, BUSY)) {
      const filled = fillBuffers(buffer, ahead);
      if (!isErr(filled)) break;
      giveBuffer(buffer);
      return filled;
    }
    buffer.readers.waitAlways(() => buffer.state.load() !== BUSY);
  }
  return buffer;
}

/** A page of a device whose bytes do not matter, because the caller writes all of them at once. Held until giveBuffer. */
export function blankBuffer(device: Ptr<BlockDevice>, index: u64): Res<Ptr<Buffer>> {
  if (index >= pagesOf(device)) return err(Errno.EINVAL);
  const buffer = orReturn(bufferFor(device, index));
  while (buffer.state.load() !== VALID) {
    if (buffer.state.cas(EMPTY, BUSY)) settle(buffer, VALID);
    else buffer.readers.waitAlways(() => buffer.state.load() !== BUSY);
  }
  return buffer;
}

export function pagesOf(device: Ptr<BlockDevice>): u64 {
  return (device.sectors + SECTORS - 1) / SECTORS;
}

function settle(buffer: Ptr<Buffer>, state: u32): void {
  buffer.state.store(state);
  buffer.readers.wakeAll();
}

/** Sectors of a page that the device has. */
function sectorsIn(device: Ptr<BlockDevice>, index: u64): u32 {
  const left = device.sectors - index * SECTORS;
  return left < SECTORS ? u32(left) : SECTORS;
}

/** Reads a page that is BUSY by us, and those behind it that nobody has yet. */
function fillBuffers(first: Ptr<Buffer>, ahead: usize): Res<void> {
  const device = first.device;
  const together = zeroed<Arr<Ptr<Buffer> | null, typeof MOST_AHEAD>>();
  const request = zeroed<BlockRequest>();
  request.begin(BlockKind.Read, first.index * SECTORS);
  let count: usize = 0;
  let all = orReturn(tryAdd(ref(request), first));
  together[count++] = first;
  while (all && count < MOST_AHEAD && count <= ahead) {
    const index = first.index + count;
    if (index >= pagesOf(device)) break;
    const next = bufferFor(device, index);
    // Reading ahead is a favour: where memory is short, or the page is there, it ends.
    if (isErr(next)) break;
    if (!next.state.cas(EMPTY, BUSY)) {
      giveBuffer(next);
      break;
    }
    const added = tryAdd(ref(request), next);
    together[count++] = next;
    if (isErr(added)) break;
    all = added;
  }
  const read = readNow(device, ref(request));
  for (let i: usize = 0; i < count; i++) {
    const buffer = together[i];
    if (buffer === null) continue;
    settle(buffer, isErr(read) ? EMPTY : VALID);
    if (i > 0) giveBuffer(buffer);
  }
  return read;
}

/** Whether the page was a whole one, so that another may follow. What the device does not have becomes zeros. */
function tryAdd(request: Ptr<BlockRequest>, buffer: Ptr<Buffer>): Res<boolean> {
  const sectors = sectorsIn(buffer.device, buffer.index);
  if (sectors < SECTORS) fill(buffer.bytes().sub(usize(sectors) * SECTOR, PAGE_SIZE), 0);
  orReturn(buffer.addTo(request, 0, sectors));
  return sectors === SECTORS;
}

function readNow(device: Ptr<BlockDevice>, request: Ptr<BlockRequest>): Res<void> {
  orReturn(startRequest(device, request));
  return waitRequest(device, request);
}

// ---- changes

/** Bits of the sectors that bytes `from` up to `to` touch. */
function maskOf(from: usize, to: usize): u8 {
  const first = u32(from / SECTOR);
  const end = u32((to + SECTOR - 1) / SECTOR);
  return u8((u32(1) << end) - (u32(1) << first));
}

/** Bytes of a buffer were changed, and are to be written with this rank; where a sector waits with a lower one already, with that. */
export function markChanged(buffer: Ptr<Buffer>, from: usize, bytes: usize, rank: u32): void {
  let mask = maskOf(from, from + bytes);
  using c = cache.enter();
  for (let r: usize = 0; r < usize(rank); r++) mask &= ~buffer.dirty[r];
  buffer.dirty[usize(rank)] |= mask;
  c.v.sort(buffer);
  changed.store(c.v.dirty.count, relaxed);
}

/** Bytes of a page do not matter any more: what was to be written of them is not. */
export function forgetChanges(device: Ptr<BlockDevice>, index: u64, from: usize, bytes: usize): void {
  const mask = maskOf(from, from + bytes);
  using c = cache.enter();
  const buffer = c.v.find(device, index);
  if (buffer === null) return;
  for (let r: usize = 0; r < RANKS; r++) buffer.dirty[r] &= ~mask;
  c.v.sort(buffer);
  changed.store(c.v.dirty.count, relaxed);
}

/** Whether a device does not have everything yet. */
export function hasChanges(device: Ptr<BlockDevice>): boolean {
  using c = cache.enter();
  for (let b = c.v.dirty.first; b !== null; b = b.next) if (b.device === device) return true;
  return false;
}

/** Buffers that are written at once, and requests under way. */
const BATCH = 128;
const FLIGHT = 8;

class Planned {
  buffer: Ptr<Buffer> | null;
  mask: u8;
}

/** One round of writing. It is too large for a stack, and whoever will need one has it before memory gets short. */
export class Batch {
  private planned: Arr<Planned, typeof BATCH>;
  private count: usize;
  private flight: Arr<BlockRequest, typeof FLIGHT>;
  private flying: usize;

  /** Writes every change of a rank that the device has; whether there was any. EIO: what could not be written stays changed. */
  write(device: Ptr<BlockDevice>, rank: u32): Res<boolean> {
    let any = false;
    for (;;) {
      this.gather(device, rank);
      if (this.count === 0) return any;
      any = true;
      this.order();
      const written = this.send(device);
      this.settle(rank, isErr(written));
      if (isErr(written)) return written;
    }
  }

  /** Takes up to BATCH changed buffers; from now on what changes in them is a new change. */
  private gather(device: Ptr<BlockDevice>, rank: u32): void {
    this.count = 0;
    using c = cache.enter();
    let buffer = c.v.dirty.first;
    while (buffer !== null && this.count < BATCH) {
      const next = buffer.next;
      const mask = buffer.dirty[usize(rank)];
      if (mask !== 0 && buffer.device === device) {
        const plan = ref(this.planned[this.count++]);
        plan.buffer = buffer;
        plan.mask = mask;
        c.v.take(buffer);
        buffer.dirty[usize(rank)] = 0;
        c.v.sort(buffer);
      }
      buffer = next;
    }
    changed.store(c.v.dirty.count, relaxed);
  }

  /** By place on the disk: heads move less, and neighbours become one request. */
  private order(): void {
    for (let i: usize = 1; i < this.count; i++) {
      const buffer = this.planned[i].buffer;
      const mask = this.planned[i].mask;
      if (buffer === null) continue;
      let at = i;
      for (; at > 0; at--) {
        const before = this.planned[at - 1].buffer;
        if (before === null || before.index <= buffer.index) break;
        this.planned[at].buffer = before;
        this.planned[at].mask = this.planned[at - 1].mask;
      }
      this.planned[at].buffer = buffer;
      this.planned[at].mask = mask;
    }
  }

  private send(device: Ptr<BlockDevice>): Res<void> {
    /** An Errno, or 0. */
    let failure: u32 = 0;
    this.flying = 0;
    let request = ref(this.flight[0]);
    /** Where the request that is being filled goes on; 0 sectors: it is empty. */
    let end: u64 = 0;
    request.begin(BlockKind.Write, 0);
    for (let i: usize = 0; i < this.count; i++) {
      const buffer = this.planned[i].buffer;
      if (buffer === null) continue;
      let left = u32(this.planned[i].mask);
      for (let turn = 0; turn < SECTORS && left !== 0; turn++) {
        const first = trailingZeros(left);
        const run = trailingZeros(~(left >> first));
        left &= ~(((u32(1) << run) - 1) << first);
        const sector = buffer.index * SECTORS + u64(first);
        let added: Res<void> = err(Errno.EINVAL);
        if (request.count > 0 && sector === end) added = buffer.addTo(request, first, run);
        if (isErr(added)) {
          if (request.count > 0) {
            const sent = this.launch(device);
            if (isErr(sent)) failure = u32(sent.code);
          }
          request = ref(this.flight[this.flying]);
          request.begin(BlockKind.Write, sector);
          const alone = buffer.addTo(request, first, run);
          if (isErr(alone)) failure = u32(alone.code);
        }
        end = sector + u64(run);
      }
    }
    if (request.count > 0) {
      const sent = this.launch(device);
      if (isErr(sent)) failure = u32(sent.code);
    }
    const landed = this.land(device);
    if (isErr(landed)) return landed;
    if (failure !== 0) return err(unit<Errno>(failure));
  }

  /** Starts the request that was filled; when there is no room for another one, all are waited for. */
  private launch(device: Ptr<BlockDevice>): Res<void> {
    const started = startRequest(device, ref(this.flight[this.flying]));
    if (isErr(started)) return started;
    this.flying++;
    if (this.flying === FLIGHT) return this.land(device);
  }

  private land(device: Ptr<BlockDevice>): Res<void> {
    /** An Errno, or 0. */
    let failure: u32 = 0;
    for (let i: usize = 0; i < this.flying; i++) {
      const done = waitRequest(device, ref(this.flight[i]));
      if (isErr(done)) failure = u32(done.code);
    }
    this.flying = 0;
    if (failure !== 0) return err(unit<Errno>(failure));
  }

  private settle(rank: u32, failed: boolean): void {
    using c = cache.enter();
    for (let i: usize = 0; i < this.count; i++) {
      const buffer = this.planned[i].buffer;
      if (buffer === null) continue;
      if (failed) {
        buffer.dirty[usize(rank)] |= this.planned[i].mask;
        c.v.sort(buffer);
      }
      c.v.give(buffer);
    }
    changed.store(c.v.dirty.count, relaxed);
  }
}

/** For devices that are written without a file system on them. */
const rawBatch = zeroed<SleepLocked<Batch>>();

/** Writes everything that was changed of a device, in no particular order, and flushes it. */
export function writeBack(device: Ptr<BlockDevice>): Res<void> {
  using batch = rawBatch.enter();
  for (let rank: u32 = 0; rank < RANKS; rank++) orReturn(batch.v.write(device, rank));
  return flushDevice(device);
}
