// Seed 100826, unoptimized: x ^ 0xff of a byte was NOT of 32 bits, and what was made of it counted on zeros above.
let byte: u8 = 0;
let half: u16 = 1;
export function main(): void {
  byte = multiplyHigh(byte ^ 0xff, 1);
  half = u16(u32(half ^ 0xffff) >> 12);
  print`${byte} ${half}\n`;
}
