export function hash(n: u64): u64 {
  attr(stack(1024));
  const table = zeroed<Arr<u64, 64>>();
  fill(slice(table), n);
  return table[n & 15];
}
