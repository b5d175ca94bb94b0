/** A buddy allocator of page frames, and a load of random sizes that are taken and given back. */
const ORDERS = 11;
const NONE: u32 = 0xffff_ffff;

class Frame {
  next: u32;
  previous: u32;
  order: u8;
  free: boolean;
}

class Zone {
  lists: Arr<u32, 11>;
  taken: u32;
}

function push(zone: Ptr<Zone>, frames: Slice<Frame>, at: u32, order: u32): void {
  const frame = ref(frames[at]);
  const next = zone.lists[order];
  frame.next = next;
  frame.previous = NONE;
  frame.order = u8(order);
  frame.free = true;
  if (next !== NONE) frames[next].previous = at;
  zone.lists[order] = at;
}

function unlink(zone: Ptr<Zone>, frames: Slice<Frame>, at: u32): void {
  const frame = ref(frames[at]);
  frame.free = false;
  if (frame.next !== NONE) frames[frame.next].previous = frame.previous;
  if (frame.previous !== NONE) frames[frame.previous].next = frame.next;
  else zone.lists[frame.order] = frame.next;
}

function take(zone: Ptr<Zone>, frames: Slice<Frame>, order: u32): u32 {
  let from = order;
  while (from < ORDERS && zone.lists[from] === NONE) from++;
  if (from === ORDERS) return NONE;
  const at = zone.lists[from];
  unlink(zone, frames, at);
  while (from > order) {
    from--;
    push(zone, frames, at + (1 << from), from);
  }
  frames[at].order = u8(order);
  zone.taken += 1 << order;
  return at;
}

function give(zone: Ptr<Zone>, frames: Slice<Frame>, freed: u32): void {
  let at = freed;
  let order = u32(frames[at].order);
  zone.taken -= 1 << order;
  while (order < ORDERS - 1) {
    const buddy = at ^ (1 << order);
    if (usize(buddy) >= frames.length || !frames[buddy].free || u32(frames[buddy].order) !== order) break;
    unlink(zone, frames, buddy);
    at &= buddy;
    order++;
  }
  push(zone, frames, at, order);
}

export function allocator(frames: Slice<Frame>, held: Slice<u32>, rounds: u32): u64 {
  attr(symbol("allocator"));
  const zone = zeroed<Zone>();
  for (let order: usize = 0; order < ORDERS; order++) zone.lists[order] = NONE;
  for (let at: u32 = 0; usize(at) < frames.length; at += 1 << (ORDERS - 1)) push(ref(zone), frames, at, ORDERS - 1);
  for (let i: usize = 0; i < held.length; i++) held[i] = NONE;
  let random: u64 = 88172645463325252;
  let sum: u64 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    random = random * 6364136223846793005 + 1442695040888963407;
    const slot = (random >> 33) % held.length;
    if (held[slot] !== NONE) {
      give(ref(zone), frames, held[slot]);
      held[slot] = NONE;
    } else {
      held[slot] = take(ref(zone), frames, u32(trailingZeros((random >> 40) | 64)));
      sum += u64(held[slot]);
    }
  }
  return sum * 31 + u64(zone.taken);
}
