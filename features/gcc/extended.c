/* long double: the x87. What only some processors know to the last bit (sines and their like) is rounded to float first. */
#include "program.h"

typedef long double real;

static real sine(real x) { __asm__("fsin" : "+t"(x)); return x; }
static real cosine(real x) { __asm__("fcos" : "+t"(x)); return x; }
static real arctangent(real y, real x) { real r; __asm__("fpatan" : "=t"(r) : "0"(x), "u"(y) : "st(1)"); return r; }
static real binary_logarithm(real x) { real r; __asm__("fyl2x" : "=t"(r) : "0"(x), "u"(1.0L) : "st(1)"); return r; }

static real power_of_two(real x) {
  real whole, r;
  __asm__("frndint" : "=t"(whole) : "0"(x));
  __asm__("f2xm1" : "=t"(r) : "0"(x - whole));
  r += 1;
  __asm__("fscale" : "+t"(r) : "u"(whole));
  return r;
}

PROGRAM(extended_series) {
  uint64_t sum = 0;
  for (int round = 1; round <= 6 * SCALE; round++) {
    real e = 1, term = 1, pi = 0, sign = 1;
    for (int i = 1; i < 40; i++) term /= i + (real)round / 1000, e += term;
    for (int i = 0; i < 300; i++) pi += sign * 4 / (2 * i + round), sign = -sign;
    sum = mix_extended(mix_extended(sum, e), pi);
  }
  return sum;
}

PROGRAM(extended_dot) {
  real a[100], b[100], dot = 0;
  uint64_t seed = 41;
  for (int i = 0; i < 100; i++) a[i] = (real)(int64_t)next_random(&seed) / 3, b[i] = random_unit(&seed);
  for (int round = 0; round < 30 * SCALE; round++) {
    for (int i = 0; i < 100; i++) dot += a[i] * b[99 - i];
    for (int i = 0; i < 100; i++) a[i] = a[i] * 0.5L + b[i];
  }
  return mix_extended(0, dot);
}

PROGRAM(extended_roots) {
  uint64_t sum = 0, seed = 42;
  for (int i = 0; i < 1500 * SCALE; i++) {
    real x = (real)next_random(&seed) / (real)(next_random(&seed) | 1), root = __builtin_sqrtl(x);
    sum = mix_extended(sum, root);
    sum = mix_extended(sum, root * root - x);
  }
  return sum;
}

PROGRAM(extended_waves) {
  uint64_t sum = 0;
  for (int i = 0; i < 600 * SCALE; i++) {
    real x = (real)i / 7 - 40, s = sine(x), c = cosine(x);
    sum = mix_float(mix_float(sum, (float)s), (float)c);
    sum = mix_float(sum, (float)arctangent(s + 0.25L, c));
  }
  return sum;
}

PROGRAM(extended_powers) {
  uint64_t sum = 0;
  for (int i = 1; i < 600 * SCALE; i++) {
    real x = (real)i / 16, y = binary_logarithm(x);
    sum = mix_float(mix_float(sum, (float)y), (float)power_of_two(y * 0.75L - 3));
  }
  return sum;
}

PROGRAM(extended_matrix) {
  static real a[12][12], b[12][12], c[12][12];
  uint64_t seed = 43, sum = 0;
  for (int i = 0; i < 144; i++) a[i / 12][i % 12] = random_unit(&seed), b[i / 12][i % 12] = random_unit(&seed);
  for (int round = 0; round < 8 * SCALE; round++) {
    for (int i = 0; i < 12; i++)
      for (int j = 0; j < 12; j++) {
        c[i][j] = 0;
        for (int k = 0; k < 12; k++) c[i][j] += a[i][k] * b[k][j];
      }
    for (int i = 0; i < 144; i++) a[i / 12][i % 12] = c[i / 12][i % 12] / 2 - b[i / 12][i % 12];
  }
  for (int i = 0; i < 144; i++) sum = mix_extended(sum, c[i / 12][i % 12]);
  return sum;
}

PROGRAM(extended_conversions) {
  uint64_t sum = 0, seed = 44;
  for (int i = 0; i < 1000 * SCALE; i++) {
    real x = (real)(int64_t)next_random(&seed) / (real)(1 + (next_random(&seed) >> 20));
    sum = mix(mix(mix(sum, (uint64_t)(int64_t)x), (uint32_t)(int32_t)(x / 1e12L)), (uint16_t)(int16_t)(x * 1e-16L));
    sum = mix_float(mix_double(sum, (double)x), (float)x);
    sum = mix_extended(sum, (real)(double)x - x);
  }
  return sum;
}

PROGRAM(extended_order) {
  uint64_t sum = 0, seed = 45;
  real list[64];
  for (int round = 0; round < 3 * SCALE; round++) {
    for (int i = 0; i < 64; i++) list[i] = (real)(int64_t)next_random(&seed) * (i % 3 ? 1 : 1e-10L);
    for (int i = 1; i < 64; i++) {
      real x = list[i];
      int j = i;
      for (; j > 0 && list[j - 1] > x; j--) list[j] = list[j - 1];
      list[j] = x;
    }
    for (int i = 0; i < 64; i++) sum = mix_extended(sum, list[i]);
    sum = mix(sum, list[0] < -list[63]) + (list[1] == list[2]) + (__builtin_fabsl(list[3]) >= list[60]);
  }
  return sum;
}

PROGRAM(extended_decimal) {
  /* Packed decimals by FBSTP and FBLD. */
  uint64_t sum = 0, seed = 46;
  for (int i = 0; i < 800 * SCALE; i++) {
    uint8_t bcd[16];
    real x = (real)((int64_t)next_random(&seed) >> (i % 40 + 5)), back;
    __asm__("fbstp %0" : "=m"(*(uint8_t(*)[10])bcd) : "t"(x) : "st");
    __asm__("fbld %1" : "=t"(back) : "m"(*(uint8_t(*)[10])bcd));
    sum = mix_extended(mix_bytes(sum, bcd, 10), back - x);
  }
  return sum;
}

PROGRAM(precision_control) {
  uint64_t sum = 0;
  uint16_t before, now;
  __asm__ volatile("fnstcw %0" : "=m"(before));
  for (int round = 0; round < 12 * SCALE; round++) {
    static const uint16_t precisions[] = { 0, 0x200, 0x300 };
    now = (uint16_t)((before & 0xf0ff) | precisions[round % 3] | (round & 3) << 10);
    __asm__ volatile("fldcw %0" : : "m"(now));
    volatile real x = 1, y = 3;
    for (int i = 0; i < 100; i++) {
      x = x / y + __builtin_sqrtl(y);
      y = y * x - 0.1L;
      if (y > 1e9L) y *= 1e-9L;
      sum = mix_extended(mix_extended(sum, x), y);
    }
  }
  __asm__ volatile("fldcw %0" : : "m"(before));
  return sum;
}

PROGRAM(remainders) {
  uint64_t sum = 0, seed = 47;
  for (int i = 0; i < 600 * SCALE; i++) {
    real x = (real)(int64_t)next_random(&seed), y = (real)(next_random(&seed) % 1000 + 1) / 7, a = x, b = x;
    uint16_t status;
    do __asm__("fprem\n\tfnstsw %1" : "+t"(a), "=a"(status) : "u"(y)); while (status & 0x400);
    do __asm__("fprem1\n\tfnstsw %1" : "+t"(b), "=a"(status) : "u"(y)); while (status & 0x400);
    sum = mix(mix_extended(mix_extended(sum, a), b), status & 0x4700);
  }
  return sum;
}
