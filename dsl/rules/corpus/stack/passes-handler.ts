const last = zeroed<Atomic<u64>>();

export const network = interrupt(0x2a, (f) => {
  const table = zeroed<Arr<u64, 100>>();
  fill(slice(table), f.rip);
  last.store(table[f.rip & 15]);
});
