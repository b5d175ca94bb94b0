/** A number's decimal digits, lowest first. Returns how many. */
export function decimal(n: u64, to: Slice<u8>): u64 {
  attr(symbol("decimal"));
  let left = n;
  let at: usize = 0;
  do {
    to[at++] = u8(left % 10) + byte("0");
    left /= 10;
  } while (left !== 0);
  return at;
}
