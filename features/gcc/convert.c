/* From one kind of number to another, in all four directions of rounding, and the flags that it leaves. */
#include "program.h"

static double doubles[256];
static float floats[256];
static int32_t ints[256];
static int64_t quads[256];

static void some_numbers(uint64_t seed) {
  for (int i = 0; i < 256; i++) {
    int scale = (int)(next_random(&seed) % 60);
    doubles[i] = random_unit(&seed) * (double)((uint64_t)1 << scale);
    floats[i] = (float)(random_unit(&seed) * (double)(1 << scale % 30));
    quads[i] = (int64_t)next_random(&seed) >> scale;
    ints[i] = (int32_t)quads[255 - i];
  }
}

PROGRAM(to_integers) {
  uint64_t sum = 0;
  some_numbers(31);
  for (int round = 0; round < 12 * SCALE; round++)
    for (int i = 0; i < 256; i++) {
      doubles[i] *= 1.0625;
      sum = mix(sum, (uint64_t)(int64_t)(doubles[i] * 0x1p-12));
      sum = mix(sum, (uint32_t)(int32_t)(floats[i] * 0.5f));
      sum = mix(sum, (uint64_t)__builtin_fabs(doubles[i]));
      sum = mix(sum, (uint64_t)(int64_t)(long double)doubles[i]);
    }
  return sum;
}

PROGRAM(from_integers) {
  uint64_t sum = 0;
  some_numbers(32);
  for (int round = 0; round < 12 * SCALE; round++)
    for (int i = 0; i < 256; i++) {
      quads[i] = quads[i] * 5 + round;
      sum = mix_double(sum, (double)quads[i]);
      sum = mix_double(sum, (double)(uint64_t)quads[i]);
      sum = mix_float(sum, (float)quads[i]);
      sum = mix_float(sum, (float)(uint64_t)quads[i]);
      sum = mix_extended(sum, (long double)(uint64_t)quads[i]);
    }
  return sum;
}

PROGRAM(packed_conversions) {
  uint64_t sum = 0;
  some_numbers(33);
  for (int round = 0; round < 30 * SCALE; round++) {
    for (int i = 0; i < 256; i++) doubles[i] = ints[i];
    for (int i = 0; i < 256; i++) floats[i] = (float)ints[i] * 0.001f;
    for (int i = 0; i < 256; i++) doubles[i] += floats[i];
    for (int i = 0; i < 256; i++) floats[i] = (float)doubles[i];
    for (int i = 0; i < 256; i++) ints[i] = (int32_t)(doubles[i] * 0.75) + (int32_t)(floats[i] * 0.25f);
    sum = mix_bytes(sum, floats, 64);
  }
  return mix_bytes(sum, ints, sizeof ints);
}

PROGRAM(roundings) {
  uint64_t sum = 0;
  some_numbers(34);
  unsigned before = __builtin_ia32_stmxcsr();
  for (int round = 0; round < 12 * SCALE; round++) {
    __builtin_ia32_ldmxcsr((before & ~0x6000u) | (unsigned)(round & 3) << 13);
    volatile double third = 3;
    for (int i = 0; i < 256; i++) {
      volatile double x = doubles[i];
      volatile float f = floats[i];
      sum = mix_double(sum, x / third);
      sum = mix_double(sum, __builtin_sqrt(x * x + third));
      sum = mix_float(sum, f * f + (float)third);
      sum = mix_float(sum, (float)x);
      sum = mix(sum, (uint64_t)__builtin_ia32_cvtsd2si64((__attribute__((vector_size(16))) double){ x, 0 }));
    }
    sum = mix(sum, __builtin_ia32_stmxcsr());
  }
  __builtin_ia32_ldmxcsr(before);
  return sum;
}

PROGRAM(flags) {
  /* After each operation, what MXCSR says of it. */
  static const double values[] = { 0, 1, -1.5, 3, 0x1p-1074, 0x1p-1022, 1e308, -1e-300, 0x1.fffffffffffffp+1023, __builtin_inf(), __builtin_nan("") };
  uint64_t sum = 0;
  unsigned before = __builtin_ia32_stmxcsr();
  for (int round = 0; round < 4 * SCALE; round++)
    for (unsigned i = 0; i < LENGTH(values); i++)
      for (unsigned j = 0; j < LENGTH(values); j++) {
        volatile double x = values[i], y = values[j], z;
        volatile float f;
#define FLAGS(operation) (__builtin_ia32_ldmxcsr(0x1f80 | (round & 3) << 13), operation, sum = mix(sum, __builtin_ia32_stmxcsr()))
        FLAGS(z = x + y);
        sum = mix_double(sum, z);
        FLAGS(z = x * y);
        sum = mix_double(sum, z);
        FLAGS(z = x / y);
        sum = mix_double(sum, z);
        FLAGS(f = (float)x);
        sum = mix_float(sum, f);
        FLAGS(z = x < y);
        FLAGS(z = x == y);
      }
  __builtin_ia32_ldmxcsr(before);
  return sum;
}

PROGRAM(half_floats) {
  /* Sixteen-bit numbers by integer operations. */
  uint64_t sum = 0;
  for (uint32_t h = 0; h < 0x10000; h += 64 / SCALE + 1) {
    uint32_t exponent = h >> 10 & 31, mantissa = h & 1023, bits;
    if (exponent == 31) bits = 0x7f800000 | mantissa << 13;
    else if (exponent) bits = (exponent + 112) << 23 | mantissa << 13;
    else {
      float small = (float)mantissa * 0x1p-24f;
      __builtin_memcpy(&bits, &small, 4);
    }
    bits |= (h & 0x8000) << 16;
    float f;
    __builtin_memcpy(&f, &bits, 4);
    sum = mix_float(sum, f);
    sum = mix_float(sum, f * 1.0009765625f);
  }
  return sum;
}

PROGRAM(decimal_fractions) {
  /* Prints doubles with seventeen digits after the point by repeated multiplication, and reads them back. */
  uint64_t sum = 0, seed = 35;
  for (int round = 0; round < 150 * SCALE; round++) {
    double x = __builtin_fabs(random_unit(&seed)), rest = x, back = 0, unit = 0.1;
    char digits[17];
    for (int i = 0; i < 17; i++) {
      rest *= 10;
      int digit = (int)rest;
      digits[i] = (char)('0' + digit);
      rest -= digit;
    }
    for (int i = 0; i < 17; i++) back += (digits[i] - '0') * unit, unit /= 10;
    sum = mix_double(mix_bytes(sum, digits, 17), back);
  }
  return sum;
}

PROGRAM(rounding_functions) {
  uint64_t sum = 0;
  some_numbers(36);
  for (int round = 0; round < 15 * SCALE; round++)
    for (int i = 0; i < 256; i++) {
      double x = doubles[i] * 0x1p-20 + round;
      int64_t down = (int64_t)x - (x < (double)(int64_t)x), nearest = (int64_t)(x + (x < 0 ? -0.5 : 0.5));
      sum = mix(mix(sum, (uint64_t)down), (uint64_t)nearest);
#ifdef __SSE4_1__
      sum = mix_double(mix_double(sum, __builtin_floor(x)), __builtin_ceil(x) + __builtin_trunc(x) + __builtin_rint(x));
#endif
    }
  return sum;
}
