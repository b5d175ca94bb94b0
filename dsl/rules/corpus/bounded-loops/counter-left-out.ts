const sum = zeroed<Atomic<u32>>();

export const network = interrupt(0x2a, () => {
  let i: u32 = 0;
  do {
  // <- rule: nothing shows that this loop ends
    if (sum.load() === 5) continue;
    i++;
  } while (i < 10);
});
