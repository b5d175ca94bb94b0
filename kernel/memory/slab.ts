// Memory smaller than a frame. Most of what a kernel keeps are small things of few sizes: a task, an open file, a region. So
// each size class cuts whole frames into equal objects; which are free is a chain through the free objects themselves, and
// the bookkeeping lies in the frame's descriptor, so that objects begin at the frame's start and fill it. Given back is by
// address alone: the address leads to the frame, the frame knows its class.
//
// What is larger than half a frame comes from the frame allocator as a block.
import { PAGE_MASK, PAGE_SIZE } from "../layout.ts";
import { ORDERS } from "../limits.ts";
import { Locked } from "../sync/spin.ts";
import { allocFrames, FRAME_SLAB, FRAME_USED, type Frame, FrameList, frameAt, OWNER_LARGE, OWNER_SLABS, release, virtOf } from "./frames.ts";

/** Bytes of the objects of each class. */
const CLASSES: Arr<u16, 12> = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024, 2048];
const LARGEST = 2048;
const NONE: u16 = 0xffff;
/** Of each class, so many frames without any object stay, for whoever comes next. */
const KEPT = 1;

class Class {
  /** Frames with both free and used objects, or with free ones only. */
  partial: FrameList;
  /** Frames of `partial` without any used object. */
  empty: usize;
  /** Objects in use. */
  used: usize;
  frames: usize;
}

class Slabs {
  classes: Arr<Class, 12>;
}

const slabs = zeroed<Locked<Slabs>>();
const bytesInUse = zeroed<Atomic<usize>>();

/** Bytes of all objects in use, as their classes round them. */
export function slabBytes(): usize {
  return bytesInUse.load(relaxed);
}

/** What a size class has at the moment. */
export class SlabFacts {
  /** Bytes of each object. */
  size: usize;
  used: usize;
  /** Frames that it has cut, also those with nothing in use. */
  frames: usize;
}

/** Facts about a class; false when there are no more classes. */
export function slabFacts(index: usize, into: Ptr<SlabFacts>): boolean {
  if (index >= CLASSES.length) return false;
  into.size = usize(CLASSES[index]);
  using s = slabs.enter();
  into.used = s.v.classes[index].used;
  into.frames = s.v.classes[index].frames;
  return true;
}

/** Gives back the frames that are kept for whoever comes next. */
export function trimSlabs(): void {
  for (let index: usize = 0; index < CLASSES.length; index++) {
    using s = slabs.enter();
    const c = ref(s.v.classes[index]);
    let frame = c.partial.head;
    while (frame !== null && c.empty > 0) {
      const next = frame.next;
      if (frame.used === 0) {
        c.empty--;
        giveFrame(c, frame);
      }
      frame = next;
    }
  }
}

function giveFrame(c: Ptr<Class>, frame: Ptr<Frame>): void {
  c.partial.unlink(frame);
  c.frames--;
  frame.state = FRAME_USED;
  release(frame);
}

function classFor(bytes: usize): usize {
  for (let i: usize = 0; i < CLASSES.length; i++) if (bytes <= usize(CLASSES[i])) return i;
  return CLASSES.length;
}

/** The link in a free object: the offset in its frame of the next one, or NONE. */
function linkAt(frame: Ptr<Frame>, offset: u16): Ptr<u16> {
  return unsafe.ptr<u16>(addr(virtOf<u8>(frame)) + u64(offset));
}

/** At least so many bytes, aligned to 16 (to their size where that is a power of two); ENOMEM. What is in them is not known. */
export function kalloc(bytes: usize): Res<Ptr<u8>> {
  attr(irqSafe, noSleep);
  if (bytes > LARGEST) return allocLarge(bytes);
  const index = classFor(bytes);
  const size = CLASSES[index];
  using s = slabs.enter();
  const c = ref(s.v.classes[index]);
  let frame = c.partial.head;
  if (frame === null) {
    const fresh = orReturn(allocFrames(0, OWNER_SLABS));
    cut(fresh, u8(index), size);
    c.partial.push(fresh);
    c.frames++;
    c.empty++;
    frame = fresh;
  }
  if (frame.used === 0) c.empty--;
  const at = frame.free;
  frame.free = linkAt(frame, at)[0];
  frame.used++;
  c.used++;
  if (frame.free === NONE) c.partial.unlink(frame);
  bytesInUse.add(usize(size));
  return unsafe.ptr<u8>(addr(virtOf<u8>(frame)) + u64(at));
}

/** Chains all objects of a fresh frame, the first one first. */
function cut(frame: Ptr<Frame>, index: u8, size: u16): void {
  frame.state = FRAME_SLAB;
  frame.class = index;
  frame.used = 0;
  frame.free = 0;
  const count = PAGE_SIZE / u32(size);
  for (let i: u32 = 0; i < count; i++) {
    const at = u16(i) * size;
    linkAt(frame, at)[0] = i + 1 < count ? at + size : NONE;
  }
}

/** Gives back what kalloc gave. */
export function kfree(p: Ptr<u8>): void {
  attr(irqSafe, noSleep);
  const frame = frameAt(p);
  if (frame.state !== FRAME_SLAB) {
    assert((addr(p) & PAGE_MASK) === 0, "kfree of an address inside a block");
    bytesInUse.sub(PAGE_SIZE << usize(frame.order));
    release(frame);
    return;
  }
  const index = usize(frame.class);
  const size = CLASSES[index];
  const at = u16(addr(p) & PAGE_MASK);
  assert(at % size === 0, "kfree of an address inside an object");
  using s = slabs.enter();
  const c = ref(s.v.classes[index]);
  assert(frame.used !== 0, "kfree in a frame whose objects are all free");
  if (frame.free === NONE) c.partial.push(frame);
  linkAt(frame, at)[0] = frame.free;
  frame.free = at;
  frame.used--;
  c.used--;
  bytesInUse.sub(usize(size));
  if (frame.used !== 0) return;
  if (c.empty < KEPT) {
    c.empty++;
    return;
  }
  giveFrame(c, frame);
}

function allocLarge(bytes: usize): Res<Ptr<u8>> {
  let order: u8 = 0;
  while (usize(PAGE_SIZE) << usize(order) < bytes) {
    order++;
    if (order >= ORDERS) return err(Errno.ENOMEM);
  }
  const frame = orReturn(allocFrames(order, OWNER_LARGE));
  bytesInUse.add(usize(PAGE_SIZE) << usize(order));
  return virtOf<u8>(frame);
}

/** Zeroed storage of a type, given back with destroy. */
export function create<T>(): Res<Ptr<T>> {
  const p = orReturn(kalloc(sizeOf<T>()));
  fill(slice(p, sizeOf<T>()), 0);
  return unsafe.cast<Ptr<T>>(p);
}

export function destroy<T>(p: Ptr<T>): void {
  kfree(unsafe.cast<Ptr<u8>>(p));
}
