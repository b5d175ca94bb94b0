// Seed 107116, unoptimized: a quotient by 1 kept the lower half only.
let checksum: u64 = 1;
let g7: isize = 9223372036854775806;
let g9: Arr<isize, 4> = [0, 0, 0, 7];
export function main(): void {
  g9[2] = g7 / 1;
  g7 -= g9[2];
  checksum ^= u64(g9[2]) ^ u64(g7);
  print`${checksum}\n`;
}
