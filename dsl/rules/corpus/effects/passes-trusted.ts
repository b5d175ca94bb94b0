// Callers trust a promise: only the place that breaks it would be named.
let n: u32 = 0;

function promised(): void {
  attr(noSleep);
  n++;
}
export function trusting(): void {
  attr(noSleep, noAlloc);
  promised();
}
