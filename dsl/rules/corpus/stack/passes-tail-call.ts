// The frame is gone before the next one begins.
export function gcd(a: u64, b: u64): u64 {
  if (b === 0) return a;
  return gcd(b, a % b);
}
