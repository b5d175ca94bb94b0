// Seed 101194, unoptimized: a constant's sign went beyond the 32 bits it was extended to.
function step1(a0: u32): u32 {
  a0 = multiplyHigh(u32(i8(-1)), 1);
  return a0;
}
export function main(): void {
  print`${step1(0)}\n`;
}
