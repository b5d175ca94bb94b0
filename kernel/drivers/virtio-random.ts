// A device that has random numbers and nothing else: one buffer in, the same buffer filled out. At boot, when everything in the
// machine is as it always is, that is where the pool gets its first bytes that nobody can know. (Virtual I/O Device 1.2, 5.4)
import { allocFrame, type Frame, OWNER_DRIVERS, physOf, virtOf } from "../memory/frames.ts";
import { Locked } from "../sync/spin.ts";
import type { PciFunction } from "./pci.ts";
import { addRandom } from "./random.ts";
import { type Doorbell, F_EVENT_INDEX, Virtio } from "./virtio.ts";
import { Descriptor, Finished, Virtqueue } from "./virtqueue.ts";

const REQUESTED: u32 = 64;

class Source {
  started: boolean;
  virtio: Virtio;
  queue: Virtqueue;
  doorbell: Ptr<Doorbell>;
  frame: Ptr<Frame>;
}

const source = zeroed<Locked<Source>>();

/** Asks for a first portion. EEXIST for a second device; ENODEV, ENXIO, ENOMEM, EIO. */
export function startVirtioRandom(it: Ptr<PciFunction>): Res<void> {
  using s = source.enter();
  const v = s.v;
  if (v.started) return err(Errno.EEXIST);
  v.frame = orReturn(allocFrame(OWNER_DRIVERS));
  orReturn(v.virtio.find(it));
  orReturn(v.virtio.begin(F_EVENT_INDEX));
  orReturn(v.virtio.claimInterrupts("virtio-random", 1, onInterrupt, afterInterrupt, 0));
  orReturn(v.virtio.startQueue(0, ref(v.queue)));
  v.doorbell = orReturn(v.virtio.doorbell(0));
  v.virtio.go();
  v.started = true;
  orReturn(ask(v));
}

function ask(v: Ptr<Source>): Res<void> {
  const one = zeroed<Arr<Descriptor, 1>>();
  one[0].address = u64(physOf(v.frame));
  one[0].bytes = REQUESTED;
  orReturn(v.queue.add(slice(one), 0, 0));
  if (v.queue.shouldNotify()) v.doorbell.queue = 0;
}

function onInterrupt(_context: u64): boolean {
  using s = source.enter();
  return s.v.virtio.acknowledge();
}

function afterInterrupt(_context: u64): void {
  using s = source.enter();
  const finished = zeroed<Finished>();
  if (!s.v.queue.take(ref(finished))) return;
  const count = finished.bytes < REQUESTED ? finished.bytes : REQUESTED;
  addRandom(slice(virtOf<u8>(s.v.frame), usize(count)));
}
