const last = zeroed<Atomic<u64>>();

function digest(n: u64): u64 {
  const table = zeroed<Arr<u64, 300>>();
  fill(slice(table), n);
  return table[n & 15];
}
export const network = interrupt(0x2a, (f) => {
  //                   ^ rule: stack/deep-handler.network needs
  last.store(digest(f.rip));
});
