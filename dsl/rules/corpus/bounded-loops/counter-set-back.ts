const sum = zeroed<Atomic<u32>>();

export const network = interrupt(0x2a, () => {
  let i: u32 = 0;
  while (i < 10) {
  // <- rule: nothing shows that this loop ends
    i++;
    if (sum.add(i) === 5) i = 0;
  }
});
