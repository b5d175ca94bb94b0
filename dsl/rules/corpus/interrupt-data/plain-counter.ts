// A handler and the rest of the kernel count in the same variable: an increment between load and store is lost.
let ticks: u64 = 0;

export const timer = interrupt(0x20, () => {
  ticks++;
  // <- rule: ticks (u64) is neither Locked, Atomic, PerCpu nor constant, and the handler of interrupt 0x20 comes here
});

export function now(): u64 {
  return ticks;
}
