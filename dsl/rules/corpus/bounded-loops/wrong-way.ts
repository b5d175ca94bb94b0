const sum = zeroed<Atomic<u32>>();

export const network = interrupt(0x2a, () => {
  for (let i: u32 = 9; i >= 0; i--) sum.add(i);
  // <- rule: nothing shows that this loop ends
});
