export function hash(n: u64): u64 {
  //            ^ rule: stack/broken-promise.hash needs
  attr(stack(128));
  const table = zeroed<Arr<u64, 64>>();
  fill(slice(table), n);
  return table[n & 15];
}
