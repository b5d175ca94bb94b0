// No lock: the one who would set it is interrupted.
const ready = zeroed<Atomic<u32>>();

export const timer = interrupt(0x20, () => {
  while (ready.load() === 0) cpu.pause();
  // <- rule: nothing shows that this loop ends
});
