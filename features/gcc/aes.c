/* AES, carry-less products and CRC-32C by their instructions, which no level promises: the processor must have them. */
#pragma GCC target("sse4.2,aes,pclmul")
#include "program.h"

typedef long long v2 __attribute__((vector_size(16)));
typedef uint8_t v16 __attribute__((vector_size(16)));

#define STEP(i, rcon) keys[i] = next_key(keys[i - 1], __builtin_ia32_aeskeygenassist128(keys[i - 1], rcon))

static v2 next_key(v2 key, v2 assist) {
  typedef int v4 __attribute__((vector_size(16)));
  v4 k = (v4)key, last = __builtin_shuffle((v4)assist, (v4){ 3, 3, 3, 3 });
  for (int i = 1; i < 4; i++) k[i] ^= k[i - 1];
  return (v2)(k ^ last);
}

static void schedule(v2 keys[11]) {
  STEP(1, 1); STEP(2, 2); STEP(3, 4); STEP(4, 8); STEP(5, 16); STEP(6, 32); STEP(7, 64); STEP(8, 128); STEP(9, 27); STEP(10, 54);
}

PROGRAM(aes_encrypt) {
  /* FIPS 197, appendix B. */
  v2 keys[11], x;
  uint64_t sum = 0;
  keys[0] = (v2)(v16){ 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
  x = (v2)(v16){ 0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34 };
  schedule(keys);
  for (int round = 0; round < 1000 * SCALE; round++) {
    x ^= keys[0];
    for (int i = 1; i < 10; i++) x = __builtin_ia32_aesenc128(x, keys[i]);
    x = __builtin_ia32_aesenclast128(x, keys[10]);
    if (round == 0 && ((v16)x)[0] != 0x39) return 0;
    sum = mix(sum, (uint64_t)x[1]);
  }
  return sum;
}

PROGRAM(aes_decrypt) {
  v2 keys[11], x = { 5, 7 };
  uint64_t sum = 0;
  keys[0] = (v2){ 11, -13 };
  schedule(keys);
  for (int round = 0; round < 500 * SCALE; round++) {
    v2 y = x ^ keys[10];
    for (int i = 9; i > 0; i--) y = __builtin_ia32_aesdec128(y, __builtin_ia32_aesimc128(keys[i]));
    x = __builtin_ia32_aesdeclast128(y, keys[0]);
    sum = mix(mix(sum, (uint64_t)x[0]), (uint64_t)x[1]);
  }
  return sum;
}

PROGRAM(ghash) {
  v2 h = { 0x66e94bd4ef8a2c3b, 0x184cfa59ca342b2e }, y = { 1, 2 };
  for (int i = 0; i < 2000 * SCALE; i++) {
    y ^= (v2){ i, -i };
    v2 low = __builtin_ia32_pclmulqdq128(y, h, 0x00), high = __builtin_ia32_pclmulqdq128(y, h, 0x11);
    v2 middle = __builtin_ia32_pclmulqdq128(y, h, 0x01) ^ __builtin_ia32_pclmulqdq128(y, h, 0x10);
    low ^= (v2){ 0, middle[0] };
    high ^= (v2){ middle[1], 0 };
    v2 fold = __builtin_ia32_pclmulqdq128(high, (v2){ 0x87, 0 }, 0x00), over = __builtin_ia32_pclmulqdq128(high, (v2){ 0x87, 0 }, 0x01);
    y = low ^ fold ^ (v2){ over[1], over[0] };
  }
  return mix(mix(0, (uint64_t)y[0]), (uint64_t)y[1]);
}

PROGRAM(crc32c) {
  /* "123456789" gives E3069283 (RFC 3720, B.4 uses the same polynomial). */
  static const char digits[] = "123456789";
  uint32_t crc = ~0u;
  for (int i = 0; i < 9; i++) crc = __builtin_ia32_crc32qi(crc, (uint8_t)digits[i]);
  if (~crc != 0xe3069283) return 0;
  uint64_t sum = crc, seed = 91;
  for (int i = 0; i < 2500 * SCALE; i++) {
    sum = __builtin_ia32_crc32di(sum, next_random(&seed));
    sum = __builtin_ia32_crc32hi((uint32_t)sum, (uint16_t)seed) ^ __builtin_ia32_crc32si((uint32_t)sum, (uint32_t)i);
  }
  return sum;
}
