// Block devices: what a disk is to everybody above the drivers. A disk moves sectors between itself and physical memory, and
// it takes its time: milliseconds, in which a processor does millions of other things. So a request is an object that is
// started, goes its way, and is waited for by whoever needs the answer; somebody who wants ten blocks starts ten requests
// and waits afterwards. Partitions are devices too, which add their beginning to every sector and hand the request on.
//
// A request may lie on its owner's stack. That is why nobody may stop waiting for it: the device would still write to memory
// that is somebody else's by then. When a disk does not answer, its driver is told to reset it, and only after that, when
// the hardware is known to touch nothing any more, the request has failed.
import type { Phys } from "../layout.ts";
import { Locked } from "../sync/spin.ts";
import { WaitQueue } from "../sync/wait.ts";
import { now } from "../task/clock.ts";

/** Bytes of a sector, the unit in which disks are addressed. */
export const SECTOR = 512;
/** Pieces of memory that one request may name. */
export const MOST_PIECES = 16;
/** Bytes of one request at most. */
export const MOST_REQUEST_BYTES = 131_072;
/** Disks and partitions together. */
export const MOST_BLOCK_DEVICES = 64;
/** Nanoseconds until a disk that does not answer is reset. */
const PATIENCE = 10_000_000_000;

export enum BlockKind {
  Read,
  Write,
  /** What was written before is on the medium when this is done. */
  Flush,
}

/** Physical memory of whole sectors. */
export class BlockPiece {
  at: Phys;
  bytes: u32;
}

class Progress {
  underWay: boolean;
  /** An Errno, or 0. */
  failure: u32;
}

export class BlockRequest {
  kind: BlockKind;
  /** Pieces in use. */
  count: u32;
  /** The first sector: of the device that the request was made for; once it was started, of the whole disk. */
  sector: u64;
  pieces: Arr<BlockPiece, typeof MOST_PIECES>;
  /** For the driver's queue. */
  next: Ptr<BlockRequest> | null;
  /** For the driver: which of its drives is meant. */
  mark: u32;
  private progress: Locked<Progress>;
  private waiters: WaitQueue;

  /** Begins a new request without memory. */
  begin(kind: BlockKind, sector: u64): void {
    this.kind = kind;
    this.sector = sector;
    this.count = 0;
    this.next = null;
  }

  /** Another piece of memory behind those before, on a multiple of a sector. EINVAL when there is no room for it, or it is no whole number of sectors. */
  add(at: Phys, bytes: u32): Res<void> {
    if (this.count >= MOST_PIECES || bytes === 0 || bytes % SECTOR !== 0 || u64(at) % SECTOR !== 0) return err(Errno.EINVAL);
    const piece = ref(this.pieces[this.count]);
    piece.at = at;
    piece.bytes = bytes;
    this.count++;
  }

  /** Bytes of all pieces. */
  bytes(): u64 {
    attr(irqSafe);
    let sum: u64 = 0;
    for (let i: u32 = 0; i < this.count; i++) sum += u64(this.pieces[i].bytes);
    return sum;
  }

  isDone(): boolean {
    attr(irqSafe);
    using p = this.progress.enter();
    return !p.v.underWay;
  }

  /** Said by startRequest, before a driver sees the request. */
  setUnderWay(): void {
    using p = this.progress.enter();
    p.v.underWay = true;
    p.v.failure = 0;
  }

  /**
   * The driver is done with the request; `failure` is an Errno, or 0. The lock is what makes this safe for a request on a
   * stack: who waits cannot see the end before this function has let go of the memory.
   */
  finish(failure: u32): void {
    attr(irqSafe);
    using p = this.progress.enter();
    p.v.underWay = false;
    p.v.failure = failure;
    this.waiters.wakeAll();
  }

  /** Whether it ended well, once it is done. */
  outcome(): Res<void> {
    using p = this.progress.enter();
    if (p.v.failure !== 0) return err(unit<Errno>(p.v.failure));
  }

  /** False when it was not done at that time. Signals do not interrupt this. */
  waitUntil(deadline: u64): boolean {
    attr(maySleep);
    return this.waiters.waitAlwaysUntil(() => this.isDone(), unit(deadline));
  }
}

export class BlockDevice {
  private letters: Arr<u8, 16>;
  private nameLength: usize;
  sectors: u64;
  readOnly: boolean;
  /** The disk that a partition lies on, and where. */
  whole: Ptr<BlockDevice> | null;
  first: u64;
  /** For files of /dev: who is who. The same device has the same number in every run on the same machine. */
  number: u32;
  /** The driver's: takes a request (whole disk only); it is finished sooner or later, unless this fails. */
  submit: Fn<MaySleep<(request: Ptr<BlockRequest>, driver: u64) => Res<void>>>;
  /** The driver's: resets the hardware and finishes every request that it had. */
  recover: Fn<MaySleep<(disk: Ptr<BlockDevice>) => void>>;
  /** The driver's number for it. */
  driver: u64;

  name(): string {
    return text(slice(this.letters, this.nameLength));
  }

  setName(name: string): void {
    const length = name.length < this.letters.length ? name.length : this.letters.length;
    copySlice(slice(this.letters, length), bytes(name.sub(0, length)));
    this.nameLength = length;
  }
}

class Registry {
  count: u32;
  devices: Arr<Ptr<BlockDevice> | null, typeof MOST_BLOCK_DEVICES>;
}

const registry = zeroed<Locked<Registry>>();

/** A disk or partition is there from now on, and stays. ENFILE when there are too many. */
export function registerBlock(device: Ptr<BlockDevice>): Res<void> {
  using r = registry.enter();
  if (r.v.count >= MOST_BLOCK_DEVICES) return err(Errno.ENFILE);
  r.v.devices[r.v.count] = device;
  r.v.count++;
  device.number = r.v.count;
}

/** The devices in the order in which they were found; null behind the last one. */
export function blockDevice(index: u32): Ptr<BlockDevice> | null {
  using r = registry.enter();
  return index < r.v.count ? r.v.devices[index] : null;
}

export function findBlock(name: string): Ptr<BlockDevice> | null {
  for (let i: u32 = 0; i < MOST_BLOCK_DEVICES; i++) {
    const device = blockDevice(i);
    if (device === null) return null;
    if (device.name() === name) return device;
  }
  return null;
}

/**
 * Sends a request on its way. EINVAL when it reaches beyond the device, EROFS when it would write where nobody may, EIO and
 * others from the driver; then it is not under way, and there is nothing to wait for.
 */
export function startRequest(device: Ptr<BlockDevice>, request: Ptr<BlockRequest>): Res<void> {
  attr(maySleep);
  const sectors = request.bytes() / SECTOR;
  if (sectors > MOST_REQUEST_BYTES / SECTOR) return err(Errno.EINVAL);
  if (request.kind === BlockKind.Flush) {
    if (sectors !== 0) return err(Errno.EINVAL);
  } else {
    if (sectors === 0 || request.sector > device.sectors || sectors > device.sectors - request.sector)
      return err(Errno.EINVAL);
    if (request.kind === BlockKind.Write && device.readOnly) return err(Errno.EROFS);
  }
  let disk = device;
  const whole = device.whole;
  if (whole !== null) {
    request.sector += device.first;
    disk = whole;
  }
  request.setUnderWay();
  return disk.submit(request, disk.driver);
}

/** Waits for a request that was started: how it ended. A disk that says nothing for ten seconds is reset: EIO. */
export function waitRequest(device: Ptr<BlockDevice>, request: Ptr<BlockRequest>): Res<void> {
  attr(maySleep);
  const whole = device.whole;
  const disk = whole === null ? device : whole;
  while (!request.waitUntil(u64(now()) + PATIENCE)) {
    klog`${disk.name()}: no answer, the disk is reset`;
    disk.recover(disk);
  }
  return request.outcome();
}

/** Both. */
export function doRequest(device: Ptr<BlockDevice>, request: Ptr<BlockRequest>): Res<void> {
  attr(maySleep);
  orReturn(startRequest(device, request));
  return waitRequest(device, request);
}

/** What was written before survives a power cut once this returns without error. */
export function flushDevice(device: Ptr<BlockDevice>): Res<void> {
  attr(maySleep);
  const request = zeroed<BlockRequest>();
  request.begin(BlockKind.Flush, 0);
  return doRequest(device, ref(request));
}
