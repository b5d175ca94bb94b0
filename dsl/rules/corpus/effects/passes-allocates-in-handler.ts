// An allocator that never sleeps may be asked from a handler.
const n = zeroed<Atomic<u32>>();

function kalloc(): u32 {
  attr(mayAlloc, irqSafe);
  return n.add(1);
}
export const keyboard = interrupt(0x21, (f) => {
  n.store(u32(f.vector) + kalloc());
});
