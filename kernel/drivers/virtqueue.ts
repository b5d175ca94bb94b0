// A virtqueue: how a driver and a device that never met hand memory to each other. Three rings in ordinary memory: descriptors
// say where buffers are, in the available ring the driver names the first descriptor of each chain that the device may have,
// in the used ring the device names those it is done with. Each side writes only what is its own, so there is no lock
// between them, only an order: first what is pointed at, then the pointer. (Virtual I/O Device 1.2, 2.7; section numbers are its)
//
// A word to the other side costs more than everything else (for a virtual machine it is a way out of the guest and back), so
// both say from which place on they want to hear one: the event index (2.7.7, 2.7.10).
import type { Phys } from "../layout.ts";
import { allocFrame, type Frame, OWNER_DRIVERS, physOf, virtOf } from "../memory/frames.ts";

/** Most descriptors of a queue; all three rings of it fit into one frame. A power of two. */
export const QUEUE_SIZE = 128;

export const DESCRIPTOR_NEXT: u16 = 1;
export const DESCRIPTOR_WRITE: u16 = 2;
export const DESCRIPTOR_INDIRECT: u16 = 4;

export class Descriptor {
  address: u64;
  bytes: u32;
  flags: u16;
  next: u16;
}

class UsedElement {
  readonly id: Vol<u32>;
  readonly bytes: Vol<u32>;
}

/** The ring has `size` elements; behind the last one stands the event index, wherever that is. */
class Available {
  flags: Vol<u16>;
  index: Vol<u16>;
  ring: Arr<Vol<u16>, 129>;
}

class Used {
  readonly flags: Vol<u16>;
  readonly index: Vol<u16>;
  ring: Arr<UsedElement, 129>;
}

class Rings {
  descriptors: Arr<Descriptor, typeof QUEUE_SIZE>;
  available: Available;
  @align(4) used: Used;
}

/** What came back. */
export class Finished {
  /** What the driver called it. */
  token: u64;
  /** Bytes that the device wrote. */
  bytes: u32;
}

/** Where the rings are, for the device. */
export class RingPlaces {
  descriptors: Phys;
  available: Phys;
  used: Phys;
}

/** One at a time: its owner keeps it behind a lock. */
export class Virtqueue {
  private rings: Ptr<Rings> | null;
  private frame: Ptr<Frame> | null;
  private size: u16;
  /** The first free descriptor; the others follow through `next`. */
  private free: u16;
  private freeCount: u16;
  /** How far the used ring was looked at, and what the device was told last. */
  private seen: u16;
  private told: u16;
  private eventIndex: boolean;
  private tokens: Arr<u64, typeof QUEUE_SIZE>;
  private counts: Arr<u16, typeof QUEUE_SIZE>;
  /** The device broke the rules: nothing of it is believed any more. */
  broken: boolean;

  /** Empty rings of `size` descriptors, a power of two up to QUEUE_SIZE. They keep their frame from one start to the next. ENOMEM. */
  start(size: u16, eventIndex: boolean): Res<void> {
    const frame = this.frame === null ? orReturn(allocFrame(OWNER_DRIVERS)) : this.frame;
    const rings = virtOf<Rings>(frame);
    this.frame = frame;
    this.rings = rings;
    fill(slice(virtOf<u64>(frame), sizeOf<Rings>() / 8), 0);
    this.size = size;
    this.eventIndex = eventIndex;
    this.free = 0;
    this.freeCount = size;
    this.seen = 0;
    this.told = 0;
    this.broken = false;
    for (let i: u16 = 0; i < size; i++) rings.descriptors[i].next = i + 1;
  }

  places(): RingPlaces {
    const frame = this.frame;
    const at: Phys = frame === null ? 0 : physOf(frame);
    return {
      descriptors: at,
      available: at + unit<Phys>(offsetOf<Rings>("available")),
      used: at + unit<Phys>(offsetOf<Rings>("used")),
    };
  }

  /** Descriptors that are free. */
  room(): u16 {
    return this.freeCount;
  }

  /**
   * Gives the device a chain: first `readable` buffers that it reads, then those that it writes. EBUSY without so many
   * descriptors. The device is told by `notify`.
   */
  add(buffers: View<Descriptor>, readable: usize, token: u64): Res<void> {
    const rings = this.rings;
    if (rings === null || buffers.length === 0) return err(Errno.EINVAL);
    if (buffers.length > usize(this.freeCount)) return err(Errno.EBUSY);
    const head = this.free;
    let last = head;
    for (let i: usize = 0; i < buffers.length; i++) {
      const d = ref(rings.descriptors[this.free]);
      last = this.free;
      this.free = d.next;
      d.address = buffers[i].address;
      d.bytes = buffers[i].bytes;
      d.flags = (buffers[i].flags & DESCRIPTOR_INDIRECT) | DESCRIPTOR_NEXT | (i >= readable ? DESCRIPTOR_WRITE : 0);
    }
    rings.descriptors[last].flags &= ~DESCRIPTOR_NEXT;
    this.freeCount -= u16(buffers.length);
    this.tokens[head] = token;
    this.counts[head] = u16(buffers.length);
    const index = rings.available.index;
    rings.available.ring[index & (this.size - 1)] = head;
    // The device may look at any moment: the element stands before the index says so.
    cpu.wmb();
    rings.available.index = index + 1;
  }

  /** Whether the device wants to hear of what was added since it was asked last. */
  shouldNotify(): boolean {
    const rings = this.rings;
    if (rings === null) return false;
    // Its wish is looked at after our index is there for it to see, or both sides wait for the other.
    cpu.mfence();
    const old = this.told;
    const now = rings.available.index;
    this.told = now;
    if (old === now) return false;
    if (!this.eventIndex) return (rings.used.flags & 1) === 0;
    const wish = u16(rings.used.ring[this.size].id);
    return now - wish - 1 < now - old;
  }

  /** The next chain that the device is done with; false: there is none. */
  take(into: Ptr<Finished>): boolean {
    const rings = this.rings;
    if (rings === null || this.broken) return false;
    if (this.seen === rings.used.index) {
      if (!this.eventIndex) return false;
      // From here on we want to hear of the next one; it may just have come.
      rings.available.ring[this.size] = this.seen;
      cpu.mfence();
      if (this.seen === rings.used.index) return false;
    }
    cpu.rmb();
    const element = ref(rings.used.ring[this.seen & (this.size - 1)]);
    const head = element.id;
    const bytes = element.bytes;
    this.seen++;
    if (head >= u32(this.size) || this.counts[head] === 0) {
      this.broken = true;
      return false;
    }
    into.token = this.tokens[head];
    into.bytes = bytes;
    this.release(rings, u16(head));
    return true;
  }

  /** The descriptors of a chain are free again. What the device may have written into them is not looked at: `next` is ours. */
  private release(rings: Ptr<Rings>, head: u16): void {
    let last = head;
    const count = this.counts[head];
    for (let i: u16 = 1; i < count; i++) last = rings.descriptors[last].next & (QUEUE_SIZE - 1);
    rings.descriptors[last].next = this.free;
    this.free = head;
    this.freeCount += count;
    this.counts[head] = 0;
  }
}
