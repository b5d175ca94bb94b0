const seen = zeroed<Atomic<u32>>();

export const keyboard = interrupt(0x21, () => {
  for (;;) {
  // <- rule: nothing shows that this loop ends
    if (seen.add(1) > 5) break;
  }
});
