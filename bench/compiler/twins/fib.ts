/** Calls and little else. */
export function fib(n: u64): u64 {
  attr(symbol("fib"), bounded(64));
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
