// Seed 100678, unoptimized: a product by 1 kept the lower half only.
let checksum: u64 = 0;
function mix(x: u64): void {
  checksum = x * 1;
}
let g3: u64 = 281474976710656;
export function main(): void {
  g3 += 5;
  mix(g3);
  print`${checksum}\n`;
}
