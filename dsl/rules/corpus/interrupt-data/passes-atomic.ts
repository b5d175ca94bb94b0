const ticks = zeroed<Atomic<u64>>();

export const timer = interrupt(0x20, () => {
  ticks.add(1);
});

export function now(): u64 {
  return ticks.load();
}
