// Integers: literals take the type of their place, operators want equal types, casts are calls.
const SHIFT = 12;
const PAGE = 1 << SHIFT;
const MASK = ~(PAGE - 1);
const BIG: u64 = 0xffff_8880_0000_0000;
const CHECKED: u8 = 255;
const TOO_BIG: u8 = 256; // tsc: no, error: 256 does not fit into u8 (0 to 255)
const NEGATIVE: u32 = -1; // tsc: no, error: -1 does not fit into u32
const TYPED: i32 = -1;
type Ticks = Unit<"Ticks">;
type Irq = Unit<"Irq", u8>;
declare let x8: u8, x16: u16, x32: u32, x64: u64, s32: i32, s64: i64, ticks: Ticks, irq: Irq, flag: boolean, real: f64;

export function literals(): void {
  x64 = 0xffff_ffff_ffff_ffff;
  x64 = 18_446_744_073_709_551_616; // tsc: no, error: 0x10000000000000000 does not fit into u64
  x64 = BIG & MASK;
  x32 = x32 & MASK;
  x8 = 0b1010_1010;
  x16 = 0o17;
  x32 = 1e9;
  x32 = 5e9; // tsc: no, error: 0x12a05f200 does not fit into u32
  x8 = 300 - 50;
  x8 = 250 + 6; // tsc: no, error: 256 does not fit into u8
  x32 = 1.5; // tsc: no, error: u32 expected, this is f64
  s32 = -2147483648;
  s32 = 2147483648; // tsc: no, error: 0x80000000 does not fit into i32
  x8 = ~0;
  x8 = ~0xff;
}

export function operators(): void {
  x32 = x32 + 1;
  x64 = x64 * 2 + x64 / 3 - x64 % 5;
  x32 = x32 + x16; // tsc: no, error: u32 + u16: both sides must have the same type
  x32 = x32 + u32(x16);
  s32 = s32 - x32; // tsc: no, error: i32 - u32: both sides must have the same type
  x32 = x32 / 0; // tsc: no, error: division by zero
  x64 = x64 << 3;
  x64 = x64 << x8;
  x64 = x64 >> s32; // tsc: no, error: a shift count is unsigned, this is i32
  x32 = x32 << 32; // tsc: no, error: u32 has 32 bits: a shift by 32 leaves nothing
  x8 = x8 ^ 0xff;
  x8 += 1;
  x8 += 256; // tsc: no, error: 256 does not fit into u8
  x8 <<= 2;
  x64 += x32; // tsc: no, error: u64 + u32: both sides must have the same type
  x32++;
  --s32;
  x32 = -x32;
  x32 = ~x32;
  flag = !flag;
  flag = !x32; // tsc: no, error: a condition is a boolean, this is u32
  x32 = flag + 1; // error: + works on integers, this is boolean
  x8 = x8 & flag; // error: & works on integers, this is boolean
  x32 + 1; // tsc: no, error: x32 + 1 has no effect
  1 << x8; // tsc: no, error: the type of 1 is not known here
}

export function comparisons(): void {
  flag = x32 < 5;
  flag = x32 === x64; // tsc: no, error: u32 === u64: both sides must have the same type
  flag = s32 < x32; // tsc: no, error: i32 < u32: both sides must have the same type
  flag = x8 === 256; // tsc: no, error: 256 does not fit into u8
  flag = 1 < x32 && x32 < 10 || flag;
  flag = flag === true;
  flag = x32 && flag; // tsc: no, error: a condition is a boolean, this is u32
  x32 = flag ? 1 : 2;
  x32 = flag ? x32 : 7;
  x32 = flag ? x32 : x64; // error: the two sides are u32 and u64
}

export function casts(): void {
  x8 = u8(x64);
  x8 = u8(300);
  x64 = u64(-1);
  x64 = u64(s32);
  x32 = u32(flag);
  x32 = u32("5"); // error: u32() casts numbers, this is string
  x32 = u32(1, 2); // error: u32 takes 1 argument, not 2
  real = f64(x32) * 1.5;
  x32 = u32(real);
  real = x32; // error: f64 expected, this is u32
  real = real + 1;
  real = real % 2.0; // tsc: no, error: % works on integers, this is f64
}

export function units(): void {
  ticks = 100;
  ticks = ticks + 5;
  ticks = ticks + x64;
  ticks = ticks - ticks;
  ticks = x64; // error: Ticks expected, this is u64
  ticks = unit<Ticks>(x64);
  ticks = unit<Ticks>(x32); // tsc: no, error: Ticks has 64 bits, this is u32
  x64 = ticks; // error: u64 expected, this is Ticks
  x64 = u64(ticks);
  ticks = ticks + irq; // tsc: no, error: Ticks + Irq: both sides must have the same type
  irq = 256; // tsc: no, error: 256 does not fit into Irq
  irq = unit<Irq>(x8);
  flag = ticks >= x64;
}

export function bitTools(): void {
  x32 = rotateLeft(x32, 5);
  x32 = countOnes(x64);
  x16 = swapBytes(x16);
  x64 = multiplyHigh(x64, x64);
  x64 = multiplyHigh(x64, x32); // error: u64 expected, this is u32
  x32 = leadingZeros(flag); // error: leadingZeros works on integers
  x8 = byte("A");
  x8 = byte("AB"); // tsc: no, error: one ASCII character is expected
}
