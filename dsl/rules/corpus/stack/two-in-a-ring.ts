export function even(n: u64): u64 {
  attr(cold);
  return n === 0 ? 1 : odd(n - 1) + 1;
  //                   ^ rule: stack/two-in-a-ring.even → stack/two-in-a-ring.odd → stack/two-in-a-ring.even
}
export function odd(n: u64): u64 {
  attr(cold);
  return n === 0 ? 0 : even(n - 1) + 2;
}
