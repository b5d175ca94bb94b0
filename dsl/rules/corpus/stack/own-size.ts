export function worker(n: u64): u64 {
  //            ^ rule: stack/own-size.worker needs
  const room = zeroed<Arr<u64, 200>>();
  fill(slice(room), n);
  return room[n & 15];
}
