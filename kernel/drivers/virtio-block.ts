// Disks for virtual machines: a request is a header (what, where), data, and one byte for how it went, and many are on their
// way at once. Each request gets a slot with room for its header, its status and its list of descriptors, so that in the ring
// itself it is a single one (an indirect descriptor), however many pieces of memory it names. When all slots are taken, requests
// wait in a list; nobody who submits one has to. (Virtual I/O Device 1.2, 5.2; section numbers are its)
import { allocFrames, type Frame, OWNER_DRIVERS, physOf, virtOf } from "../memory/frames.ts";
import { create } from "../memory/slab.ts";
import { Locked } from "../sync/spin.ts";
import { type BlockDevice, BlockKind, type BlockRequest, MOST_PIECES, registerBlock } from "./block.ts";
import { nameDisk } from "./disk-names.ts";
import type { PciFunction } from "./pci.ts";
import { type Doorbell, F_EVENT_INDEX, F_INDIRECT, Virtio } from "./virtio.ts";
import {
  Descriptor,
  DESCRIPTOR_INDIRECT,
  DESCRIPTOR_NEXT,
  DESCRIPTOR_WRITE,
  Finished,
  QUEUE_SIZE,
  Virtqueue,
} from "./virtqueue.ts";

export const MOST_VIRTIO_DISKS = 26;
/** Requests on their way. */
const SLOTS = 64;
/** 64 slots of 512 bytes are 8 frames. */
const SLOT_FRAMES_ORDER: u8 = 3;

const F_READ_ONLY: u64 = 1 << 5;
const F_FLUSH: u64 = 1 << 9;
const TYPE_IN: u32 = 0;
const TYPE_OUT: u32 = 1;
const TYPE_FLUSH: u32 = 4;
const STATUS_OK: u8 = 0;
const STATUS_UNSUPPORTED: u8 = 2;
/** What the driver writes there before: the device has not answered. */
const STATUS_NONE: u8 = 0xff;

class Configuration {
  readonly capacityLow: Vol<u32>;
  readonly capacityHigh: Vol<u32>;
}

/** What the device reads and writes besides data. */
@size(512)
class Slot {
  type: u32;
  reserved: u32;
  sector: u64;
  status: Vol<u8>;
  @at(32) table: Arr<Descriptor, 18>;
}

class Disk {
  virtio: Virtio;
  queue: Virtqueue;
  doorbell: Ptr<Doorbell>;
  slots: Ptr<Slot>;
  slotsFrame: Ptr<Frame>;
  device: Ptr<BlockDevice>;
  requests: Arr<Ptr<BlockRequest> | null, typeof SLOTS>;
  /** A bit for each slot that is free. */
  free: u64;
  /** Requests that wait for a slot, first and last. */
  first: Ptr<BlockRequest> | null;
  last: Ptr<BlockRequest> | null;
  /** It did not come back from a reset. */
  dead: boolean;
}

const disks = zeroed<Arr<Locked<Disk>, typeof MOST_VIRTIO_DISKS>>();
const count = zeroed<Atomic<u32>>();

/** Takes a disk into use. ENFILE, ENODEV, ENXIO, ENOMEM, EIO. */
export function startVirtioBlock(it: Ptr<PciFunction>): Res<void> {
  const index = count.load();
  if (index >= MOST_VIRTIO_DISKS) return err(Errno.ENFILE);
  const device = orReturn(create<BlockDevice>());
  const frame = orReturn(allocFrames(SLOT_FRAMES_ORDER, OWNER_DRIVERS));
  orReturn(prepare(index, it, device, frame));
  count.store(index + 1);
  orReturn(registerBlock(device));
  klog`${device.name()}: ${device.sectors / 2048} MiB${device.readOnly ? ", read-only" : ""} (virtio)`;
}

function prepare(index: u32, it: Ptr<PciFunction>, device: Ptr<BlockDevice>, frame: Ptr<Frame>): Res<void> {
  using d = disks[index].enter();
  const disk = d.v;
  disk.slots = virtOf<Slot>(frame);
  disk.slotsFrame = frame;
  disk.device = device;
  orReturn(disk.virtio.find(it));
  orReturn(disk.virtio.begin(F_READ_ONLY | F_FLUSH | F_INDIRECT | F_EVENT_INDEX));
  const configuration = orReturn(disk.virtio.configuration<Configuration>());
  nameDisk(device, "vd", index);
  device.sectors = u64(configuration.capacityLow) | (u64(configuration.capacityHigh) << 32);
  device.readOnly = disk.virtio.has(F_READ_ONLY);
  device.driver = u64(index);
  device.submit = submit;
  device.recover = recover;
  orReturn(disk.virtio.claimInterrupts("virtio-block", 1, onInterrupt, afterInterrupt, u64(index)));
  orReturn(startQueue(disk));
  disk.doorbell = orReturn(disk.virtio.doorbell(0));
  disk.virtio.go();
}

function startQueue(disk: Ptr<Disk>): Res<void> {
  orReturn(disk.virtio.startQueue(0, ref(disk.queue)));
  disk.free = ~0;
  for (let i: u32 = 0; i < SLOTS; i++) disk.requests[i] = null;
}

// ---- requests go

function submit(request: Ptr<BlockRequest>, driver: u64): Res<void> {
  using d = disks[driver].enter();
  const disk = d.v;
  if (disk.dead) return err(Errno.EIO);
  if (request.kind === BlockKind.Flush && !disk.virtio.has(F_FLUSH)) {
    // A disk without the feature keeps nothing back (5.2.6.2).
    request.finish(0);
    return;
  }
  if (disk.first === null && tryStart(disk, request)) {
    ring(disk);
    return;
  }
  const last = disk.last;
  request.next = null;
  if (last === null) disk.first = request;
  else last.next = request;
  disk.last = request;
}

function ring(disk: Ptr<Disk>): void {
  if (disk.queue.shouldNotify()) disk.doorbell.queue = 0;
}

/** Puts a request into a slot and into the ring. False when there is no room. */
function tryStart(disk: Ptr<Disk>, request: Ptr<BlockRequest>): boolean {
  if (disk.free === 0) return false;
  const index = u64(trailingZeros(disk.free));
  const slot = ref(disk.slots[index]);
  const at = u64(physOf(disk.slotsFrame)) + index * sizeOf<Slot>();
  const kind = request.kind;
  slot.type = kind === BlockKind.Read ? TYPE_IN : kind === BlockKind.Write ? TYPE_OUT : TYPE_FLUSH;
  slot.reserved = 0;
  slot.sector = kind === BlockKind.Flush ? 0 : request.sector;
  slot.status = STATUS_NONE;
  let used: u32 = 1;
  put(slot, 0, at, 16, 0);
  const dataFlags: u16 = kind === BlockKind.Read ? DESCRIPTOR_WRITE : 0;
  for (let i: u32 = 0; i < MOST_PIECES && i < request.count; i++) {
    put(slot, used, u64(request.pieces[i].at), request.pieces[i].bytes, dataFlags);
    used++;
  }
  put(slot, used, at + offsetOf<Slot>("status"), 1, DESCRIPTOR_WRITE);
  slot.table[used].flags = DESCRIPTOR_WRITE;
  used++;
  if (!addSlot(disk, slot, at, used, kind === BlockKind.Read ? 1 : used - 1, index)) return false;
  disk.free &= ~(1 << index);
  disk.requests[index] = request;
  return true;
}

function put(slot: Ptr<Slot>, index: u32, at: u64, bytes: u32, flags: u16): void {
  const d = ref(slot.table[index]);
  d.address = at;
  d.bytes = bytes;
  d.flags = flags | DESCRIPTOR_NEXT;
  d.next = u16(index) + 1;
}

function addSlot(disk: Ptr<Disk>, slot: Ptr<Slot>, at: u64, used: u32, readable: u32, index: u64): boolean {
  if (!disk.virtio.has(F_INDIRECT))
    return !isErr(disk.queue.add(slice(slot.table, usize(used)), usize(readable), index));
  const one = zeroed<Arr<Descriptor, 1>>();
  one[0].address = at + offsetOf<Slot>("table");
  one[0].bytes = used * u32(sizeOf<Descriptor>());
  one[0].flags = DESCRIPTOR_INDIRECT;
  return !isErr(disk.queue.add(slice(one), 1, index));
}

// ---- requests come back

function onInterrupt(context: u64): boolean {
  using d = disks[context].enter();
  return d.v.virtio.acknowledge();
}

function afterInterrupt(context: u64): void {
  // Interrupts come through between one request and the next.
  for (let n: u32 = 0; n < QUEUE_SIZE; n++) if (!finishOne(context)) break;
  startWaiting(context);
}

/** Tells whose request came back how it went. False when there is none. */
function finishOne(context: u64): boolean {
  using d = disks[context].enter();
  const disk = d.v;
  const finished = zeroed<Finished>();
  if (!disk.queue.take(ref(finished))) return false;
  const index = finished.token & (SLOTS - 1);
  const request = disk.requests[index];
  disk.requests[index] = null;
  disk.free |= 1 << index;
  if (request !== null) request.finish(failureOf(disk.slots[index].status));
  return true;
}

function failureOf(status: u8): u32 {
  if (status === STATUS_OK) return 0;
  return u32(status === STATUS_UNSUPPORTED ? Errno.EINVAL : Errno.EIO);
}

function startWaiting(context: u64): void {
  using d = disks[context].enter();
  const disk = d.v;
  for (let n: u32 = 0; n < SLOTS; n++) {
    const request = disk.first;
    if (request === null || !tryStart(disk, request)) break;
    disk.first = request.next;
    if (disk.first === null) disk.last = null;
  }
  ring(disk);
}

// ---- when it does not answer

/** Resets the disk. What was on its way has failed; what waited for a slot gets its turn. */
function recover(device: Ptr<BlockDevice>): void {
  const driver = device.driver;
  {
    using d = disks[driver].enter();
    const disk = d.v;
    const stopped = disk.virtio.reset();
    if (isErr(stopped)) {
      // It may still write to memory: nobody gets an answer, and what hangs goes on hanging.
      klog`${disk.device.name()}: does not even answer to a reset`;
      return;
    }
    for (let i: u32 = 0; i < SLOTS; i++) {
      const request = disk.requests[i];
      disk.requests[i] = null;
      if (request !== null) request.finish(u32(Errno.EIO));
    }
    if (isErr(restart(disk))) {
      disk.dead = true;
      failWaiting(disk);
      return;
    }
  }
  startWaiting(driver);
}

function restart(disk: Ptr<Disk>): Res<void> {
  orReturn(disk.virtio.begin(disk.virtio.features));
  orReturn(startQueue(disk));
  disk.virtio.go();
}

function failWaiting(disk: Ptr<Disk>): void {
  for (let request = disk.first; request !== null; request = disk.first) {
    disk.first = request.next;
    request.finish(u32(Errno.EIO));
  }
  disk.last = null;
}
