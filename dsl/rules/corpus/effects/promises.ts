const n = zeroed<Atomic<u32>>();

function sleep(): void {
  attr(maySleep);
  n.add(1);
}
function kalloc(): u32 {
  attr(mayAlloc);
  return n.load();
}
export function promised(): void {
  attr(noSleep);
  sleep();
  // <- rule: effects/promises.promised (noSleep) may not sleep
}
export function irq(): void {
  attr(irqSafe);
  sleep();
  // <- rule: effects/promises.irq (irqSafe) may not sleep
}
export function noMemory(): u32 {
  attr(noAlloc);
  sleep();
  return kalloc();
  //     ^ rule: effects/promises.noMemory (noAlloc) may not allocate
}
