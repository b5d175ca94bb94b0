export function worker(n: u64): u64 {
  const room = zeroed<Arr<u64, 1500>>();
  fill(slice(room), n);
  return room[n & 15];
}
