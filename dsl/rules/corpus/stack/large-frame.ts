export function sum(from: View<u8>): u64 {
  //            ^ rule: stack/large-frame.sum needs
  const buffer = zeroed<Arr<u8, 9000>>();
  let total: u64 = 0;
  for (let i: u64 = 0; i < from.length; i++) buffer[i] = from[i];
  for (const c of buffer) total += u64(c);
  return total;
}
