/* What only the third level has: 32-byte registers, fused multiplication, gathers, half floats, bit fields. */
#include "program.h"

#ifdef __AVX2__
typedef float f8 __attribute__((vector_size(32)));
typedef double d4 __attribute__((vector_size(32)));
typedef int i8 __attribute__((vector_size(32)));
typedef long long q4 __attribute__((vector_size(32)));
typedef char c32 __attribute__((vector_size(32)));
typedef short s16 __attribute__((vector_size(32)));

PROGRAM(fused_dot) {
  static double a[512], b[512];
  uint64_t seed = 101;
  double dot = 0;
  for (int i = 0; i < 512; i++) a[i] = random_unit(&seed), b[i] = random_unit(&seed);
  d4 lanes = { 0 };
  for (int round = 0; round < 20 * SCALE; round++)
    for (int i = 0; i < 512; i += 4) {
      d4 x, y;
      memcpy(&x, a + i, 32);
      memcpy(&y, b + i, 32);
      lanes = x * y + lanes;
      dot = __builtin_fma(a[i], b[511 - i], dot) - a[i + 1] * b[i];
    }
  for (int i = 0; i < 4; i++) dot += lanes[i];
  return mix_double(0, dot);
}

PROGRAM(fused_signs) {
  f8 x = { 1, 2, 3, 4, 5, 6, 7, 8 }, y = x * 0.37f, z = -x;
  uint64_t sum = 0;
  for (int i = 0; i < 1500 * SCALE; i++) {
    f8 a = x * y + z, b = x * y - z, c = -(x * y) + z, d = -(x * y) - z;
    x = a * 0.11f + b * 0.07f;
    y = c * 0.05f - 0.3f;
    z = d * 0.02f + 1.25f;
    x = __builtin_ia32_vfmaddsubps256(x, y, z) * 0.5f;
    sum = mix_float(mix_float(sum, x[i & 7]), z[7]);
  }
  return sum;
}

PROGRAM(fused_limits) {
  /* Zeros, cancellations and the ends of the range, with the flags that they leave, alone and beside other lanes. */
  static const double values[] = { 0, -0.0, 1, -1, 3, -1.0 / 3, 0x1p-1074, 0x1p-540, -0x1p-1000, 0x1p500, 1e308, __builtin_inf(), __builtin_nan("") };
  static const float singles[] = { 0, -0.0f, 1, -1, 3, -1.0f / 3, 0x1p-149f, 0x1p-70f, -0x1p-120f, 0x1p60f, 3e38f, __builtin_inff(), __builtin_nanf("") };
  enum { count = LENGTH(values) };
  uint64_t sum = 0;
  unsigned before = __builtin_ia32_stmxcsr();
  for (int i = 0; i < count; i++)
    for (int j = 0; j < count; j++)
      for (int k = 0; k < count; k++)
        for (unsigned settled = 0; settled <= 0x20; settled += 0x20) {
          volatile double x = values[i], y = values[j], z = values[k], product = -values[i] * values[j];
          volatile float p = singles[i], q = singles[j], r = singles[k];
          __builtin_ia32_ldmxcsr(0x1f80 | settled);
          d4 packed = { x, 0, 1, z }, with = { y, z, -1, 1 }, and = { z, z, 1, -z };
          packed = __builtin_ia32_vfmaddpd256(packed, with, and);
          volatile d4 kept = packed;
          sum = mix(sum, __builtin_ia32_stmxcsr());
          volatile double fused = __builtin_fma(x, y, z), cancelled = __builtin_fma(x, y, product);
          sum = mix(sum, __builtin_ia32_stmxcsr());
          volatile float single = __builtin_fmaf(p, q, r), lost = __builtin_fmaf(p, q, -p * q);
          sum = mix(sum, __builtin_ia32_stmxcsr());
          sum = mix_double(mix_double(sum, fused), cancelled);
          sum = mix_float(mix_float(sum, single), lost);
          for (int lane = 0; lane < 4; lane++) sum = mix_double(sum, kept[lane]);
        }
  __builtin_ia32_ldmxcsr(before);
  return sum;
}

PROGRAM(gathers) {
  static int table[1024];
  static double numbers[1024];
  uint64_t seed = 102, sum = 0;
  for (int i = 0; i < 1024; i++) table[i] = (int)(next_random(&seed) & 1023), numbers[i] = random_unit(&seed);
  i8 at = { 1, 5, 9, 13, 17, 21, 25, 29 };
  d4 total = { 0 };
  for (int i = 0; i < 600 * SCALE; i++) {
    i8 mask = at << 27;
    i8 got = __builtin_ia32_gathersiv8si(at, table, at, mask, 4);
    at = (got + i) & 1023;
    i8 whole = at | -1;
    at = __builtin_ia32_gathersiv8si(at, table, at, whole, 4) & 1023;
    typedef int i4 __attribute__((vector_size(16)));
    i4 low = { at[0], at[1], at[2], at[3] };
    total += __builtin_ia32_gathersiv4df((d4){ 0 }, numbers, low, (d4)((q4){ -1, -1, i, -1 }), 8);
    sum = mix(sum, (uint64_t)(uint32_t)at[i & 7]);
  }
  for (int i = 0; i < 4; i++) sum = mix_double(sum, total[i]);
  return sum;
}

PROGRAM(shuffles) {
  c32 bytes, order;
  uint64_t sum = 0;
  fill_random(&bytes, 32, 103);
  fill_random(&order, 32, 104);
  for (int i = 0; i < 1200 * SCALE; i++) {
    bytes = __builtin_ia32_pshufb256(bytes, order) + bytes;
    bytes = (c32)__builtin_ia32_permvarsi256((i8)bytes, (i8)order & 7);
    order = (c32)__builtin_ia32_palignr256((q4)order, (q4)bytes, 40);
    order ^= (c32)__builtin_ia32_permti256((q4)bytes, (q4)order, 0x31);
    bytes = (c32)__builtin_ia32_packsswb256((s16)bytes, (s16)order);
    order = (c32)__builtin_ia32_punpckhwd256((s16)order, (s16)bytes);
    bytes = __builtin_ia32_pblendvb256(bytes, order, order << 3);
    sum = mix(sum, (uint32_t)__builtin_ia32_pmovmskb256(bytes));
    bytes += (char)i;
  }
  return mix_bytes(mix_bytes(sum, &bytes, 32), &order, 32);
}

PROGRAM(lanes) {
  q4 a, b;
  uint64_t sum = 0;
  fill_random(&a, 32, 105);
  fill_random(&b, 32, 106);
  for (int i = 0; i < 1200 * SCALE; i++) {
    a = (q4)__builtin_ia32_pmaddubsw256((c32)a, (c32)b) + b;
    b = (q4)__builtin_ia32_psadbw256((c32)a, (c32)b) ^ (a << 9);
    a = (q4)__builtin_ia32_mpsadbw256((c32)a, (c32)b, 5) - (b >> 5);
    b += (q4)__builtin_ia32_pmulhrsw256((s16)a, (s16)b);
    b ^= (q4)__builtin_ia32_psllv8si((i8)a, (i8)b & 31);
    a += (q4)__builtin_ia32_phaddsw256((s16)a, (s16)b);
    a ^= (q4)__builtin_ia32_psignd256((i8)b, (i8)a);
    sum = mix(mix(sum, (uint64_t)a[i & 3]), (uint64_t)b[3]);
  }
  return sum;
}

PROGRAM(half_float_instructions) {
  typedef short s8 __attribute__((vector_size(16)));
  s8 halves;
  uint64_t sum = 0;
  fill_random(&halves, 16, 107);
  for (int i = 0; i < 1000 * SCALE; i++) {
    f8 wide = __builtin_ia32_vcvtph2ps256(halves);
    wide = wide * 1.37f + 0.001f;
    s8 back = i & 1 ? __builtin_ia32_vcvtps2ph256(wide, 0) : __builtin_ia32_vcvtps2ph256(wide, 3);
    sum = mix_float(mix_bytes(sum, &back, 16), wide[i & 7]);
    halves = back * (short)3 + (short)i;
  }
  return sum;
}

PROGRAM(bit_fields) {
  uint64_t sum = 0, seed = 108;
  for (int i = 0; i < 2500 * SCALE; i++) {
    uint64_t a = next_random(&seed), b = next_random(&seed), high;
    sum = mix(sum, __builtin_ia32_pdep_di(a, b) ^ __builtin_ia32_pext_di(b, a));
    sum = mix(sum, (a & -a) + (b & (b - 1)) + (a ^ (a - 1)) + (a & ~b));
    sum += __builtin_ia32_bextr_u64(a, b & 0x3f3f) + __builtin_ia32_bzhi_di(b, a & 63);
    high = (uint64_t)((unsigned __int128)a * b >> 64);
    sum ^= (high >> (a & 63)) + (uint64_t)((int64_t)b >> (high & 63)) + (a << (b & 63));
    sum += (uint64_t)__builtin_clzll(a) * (uint64_t)__builtin_ctzll(b) + __builtin_bswap64(high);
  }
  return sum;
}

PROGRAM(masked_copies) {
  static int from[64], to[64];
  uint64_t sum = 0;
  fill_random(from, sizeof from, 109);
  for (int i = 0; i < 800 * SCALE; i++) {
    i8 mask = (i8){ 0, 1, 2, 3, 4, 5, 6, 7 } < (i & 15) - 4;
    for (int k = 0; k < 64; k += 32) {
      i8 x = __builtin_ia32_maskloadd256((i8 *)&from[k], mask);
      __builtin_ia32_maskstored256((i8 *)&to[63 - k - 7], mask, x + i);
    }
    for (int k = 0; k < 64; k++) from[k] = from[k] > to[k] ? from[k] - to[63 - k] : from[k] ^ i;
    sum = mix(sum, (uint64_t)(uint32_t)to[i & 63]);
  }
  return mix_bytes(sum, from, sizeof from);
}
#endif
