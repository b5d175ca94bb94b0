const seen = zeroed<Atomic<u32>>();
const pending = zeroed<Atomic<u64>>();

export const disk = interrupt(0x2b, () => {
  let left = pending.swap(0);
  while (left !== 0) {
    seen.or(u32(trailingZeros(left)));
    left = left & (left - 1);
  }
  for (let bits: u32 = seen.load(); bits !== 0; bits >>= 1) seen.add(bits & 1);
});
