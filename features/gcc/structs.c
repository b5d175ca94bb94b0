/* How C passes things around: structs by value, unions, bit fields, variable arguments, jumps by table, 128-bit integers. */
#include "program.h"
#include <stdarg.h>

struct small { int32_t a; float b; };
struct large { double values[7]; int32_t counts[9]; char tag[5]; };

static __attribute__((noinline)) struct small exchanged(struct small s) { return (struct small){ (int32_t)s.b, (float)s.a * 0.5f }; }

static __attribute__((noinline)) struct large changed(struct large s, int i) {
  s.values[i % 7] += s.counts[i % 9];
  s.counts[(i * 5) % 9] ^= i;
  s.tag[i % 5]++;
  return s;
}

PROGRAM(struct_copies) {
  struct large all[8];
  struct small one = { 12345, 678.5f };
  uint64_t sum = 0;
  memset(all, 0, sizeof all);
  for (int i = 0; i < 1200 * SCALE; i++) {
    all[i & 7] = changed(all[(i * 3 + 1) & 7], i);
    if (i % 5 == 0) { struct large t = all[i & 7]; all[i & 7] = all[7 - (i & 7)]; all[7 - (i & 7)] = t; }
    one = exchanged(one);
    one.a += i;
  }
  for (int i = 0; i < 8; i++) {
    sum = mix_bytes(mix_bytes(sum, all[i].counts, sizeof all[i].counts), all[i].tag, 5);
    for (int k = 0; k < 7; k++) sum = mix_double(sum, all[i].values[k]);
  }
  return mix_float(mix(sum, (uint32_t)one.a), one.b);
}

static __attribute__((noinline)) double total(const char *kinds, ...) {
  va_list list;
  double sum = 0;
  va_start(list, kinds);
  for (; *kinds; kinds++) switch (*kinds) {
    case 'i': sum += va_arg(list, int); break;
    case 'd': sum += va_arg(list, double); break;
    case 'l': sum += (double)va_arg(list, long); break;
    case 'L': sum += (double)va_arg(list, long double); break;
  }
  va_end(list);
  return sum;
}

PROGRAM(variable_arguments) {
  uint64_t sum = 0;
  for (int i = 0; i < 500 * SCALE; i++) {
    double x = i * 0.3;
    sum = mix_double(sum, total("idlLid", i, x, (long)i << 33, (long double)x / 3, -i, x * x));
    sum = mix_double(sum, total("ddddddddddiiiiiiii", x, x + 1, x + 2, x, x, x, x, x, x, x / 7, i, i, i, i, 5, 6, 7, 8));
  }
  return sum;
}

PROGRAM(bit_field_members) {
  struct { uint64_t a : 3, b : 17; int64_t c : 29; uint64_t d : 15; } s = { 0 };
  uint64_t sum = 0;
  for (int i = 0; i < 3000 * SCALE; i++) {
    s.a += 1;
    s.b ^= s.b << 2 ^ (unsigned)i;
    s.c = s.c * 3 - (int)s.b;
    s.d = s.b + s.a * 5;
    sum = mix(sum, (uint64_t)s.c + s.d);
  }
  return sum;
}

union both { float f; uint32_t u; };

PROGRAM(unions) {
  /* The inverse square root of a famous game. */
  uint64_t sum = 0;
  for (int i = 1; i < 4000 * SCALE; i++) {
    union both x = { .f = (float)i * 0.37f };
    float half = x.f * 0.5f;
    x.u = 0x5f3759df - (x.u >> 1);
    x.f *= 1.5f - half * x.f * x.f;
    sum = mix_float(sum, x.f);
  }
  return sum;
}

static double add(double a, double b) { return a + b; }
static double less(double a, double b) { return a - b; }
static double times(double a, double b) { return a * b; }
static double over(double a, double b) { return b == 0 ? a : a / b; }

PROGRAM(calculator) {
  static double (*const operations[])(double, double) = { add, less, times, over };
  double stack[16] = { 1 };
  uint64_t sum = 0, seed = 111;
  int depth = 1;
  for (int i = 0; i < 4000 * SCALE; i++) {
    uint64_t r = next_random(&seed);
    if (depth < 2 || (depth < 15 && r % 7 < 4)) stack[depth++] = (double)(r >> 40) / 1000;
    else { depth--; stack[depth - 1] = operations[r >> 20 & 3](stack[depth - 1], stack[depth]); }
    if (__builtin_fabs(stack[depth - 1]) > 1e100) stack[depth - 1] = 1;
    sum = mix_double(sum, stack[depth - 1]);
  }
  return sum;
}

PROGRAM(virtual_machine) {
  uint64_t sum = 0, seed = 112;
  uint8_t code[512];
  int64_t r[4] = { 1, 2, 3, 4 };
  for (int i = 0; i < 512; i++) code[i] = (uint8_t)(next_random(&seed) >> 30);
  for (int i = 0, at = 0; i < 5000 * SCALE; i++, at = (at + 1) & 511) {
    int64_t *d = &r[code[at] >> 6], s = r[code[at] >> 4 & 3];
    switch (code[at] & 15) {
      case 0: *d += s; break;
      case 1: *d -= s; break;
      case 2: *d *= s | 1; break;
      case 3: *d ^= s; break;
      case 4: *d = *d << (s & 63); break;
      case 5: *d = *d >> (s & 63); break;
      case 6: at = (at + (s & 15)) & 511; break;
      case 7: *d = *d < s ? s : *d; break;
      case 8: *d = (int64_t)((double)*d / ((double)s + 0.5) * 0.125); break;
      case 9: *d = -*d; break;
      case 10: *d = ~s; break;
      case 11: *d = (int32_t)*d + (int64_t)(uint16_t)s; break;
      case 12: *d = (int64_t)__builtin_bswap64((uint64_t)s); break;
      default: *d += code[at]; break;
    }
    sum = mix(sum, (uint64_t)*d);
  }
  return sum;
}

PROGRAM(integers_128) {
  unsigned __int128 a = 1, b = 1;
  __int128 c = -1;
  uint64_t sum = 0;
  for (int i = 1; i < 2500 * SCALE; i++) {
    unsigned __int128 t = a + b;
    a = b;
    b = t ^ (a >> (i & 127));
    c = c * 3 - (__int128)(a << 3) + (c < (__int128)b);
    sum = mix(mix(sum, (uint64_t)(c >> 64)), (uint64_t)b);
  }
  return sum;
}

PROGRAM(overflows) {
  uint64_t sum = 0, seed = 113;
  for (int i = 0; i < 3000 * SCALE; i++) {
    int64_t a = (int64_t)next_random(&seed), b = (int64_t)next_random(&seed), c;
    int32_t d;
    uint64_t carry = 0, e;
    sum += (uint64_t)__builtin_add_overflow(a, b, &c) + 2u * (uint64_t)__builtin_mul_overflow(a >> 30, b >> (i & 31), &c);
    sum = mix(sum, (uint64_t)c) + (uint64_t)__builtin_sub_overflow((int32_t)a, (int32_t)b, &d);
    carry += __builtin_uaddl_overflow((uint64_t)a, (uint64_t)b, &e);
    carry += __builtin_usubl_overflow(e, (uint64_t)c, &e);
    sum = mix(sum, e + carry + (uint32_t)d);
  }
  return sum;
}
