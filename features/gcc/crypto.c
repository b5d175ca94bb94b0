/* Ciphers and large numbers, in plain C. */
#include "program.h"

typedef unsigned __int128 wide;

static uint32_t left32(uint32_t x, int n) { return x << n | x >> (32 - n); }

static void chacha_block(uint32_t out[16], const uint32_t in[16]) {
  uint32_t x[16];
  memcpy(x, in, 64);
#define QUARTER(a, b, c, d) (a += b, d = left32(d ^ a, 16), c += d, b = left32(b ^ c, 12), a += b, d = left32(d ^ a, 8), c += d, b = left32(b ^ c, 7))
  for (int i = 0; i < 10; i++) {
    for (int k = 0; k < 4; k++) QUARTER(x[k], x[k + 4], x[k + 8], x[k + 12]);
    for (int k = 0; k < 4; k++) QUARTER(x[k], x[4 + (k + 1) % 4], x[8 + (k + 2) % 4], x[12 + (k + 3) % 4]);
  }
  for (int i = 0; i < 16; i++) out[i] = x[i] + in[i];
}

PROGRAM(chacha20) {
  /* RFC 8439, 2.3.2. */
  uint32_t state[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }, block[16];
  uint64_t sum = 0;
  for (int i = 0; i < 8; i++) state[4 + i] = 0x03020100u + 0x04040404u * (uint32_t)i;
  state[12] = 1, state[13] = 0x09000000, state[14] = 0x4a000000, state[15] = 0;
  for (int round = 0; round < 60 * SCALE; round++) {
    chacha_block(block, state);
    if (round == 0 && (block[0] != 0xe4e7f110 || block[15] != 0x4e3c50a2)) return 0;
    sum = mix_bytes(sum, block, 16);
    state[12]++;
  }
  return sum;
}

PROGRAM(poly1305) {
  /* Modulo 2^130 - 5 in three limbs of 44, 44 and 42 bits. */
  const uint64_t m44 = ((uint64_t)1 << 44) - 1, m42 = ((uint64_t)1 << 42) - 1;
  uint64_t r[3] = { 0x8e3b4c59d27 & m44, 0x5fc0fffc0ff & m44, 0x0fffc0f3c2 & m42 }, h[3] = { 0 }, seed = 81;
  for (int i = 0; i < 700 * SCALE; i++) {
    h[0] += next_random(&seed) & m44;
    h[1] += next_random(&seed) & m44;
    h[2] += (next_random(&seed) & m42) >> 2 | (uint64_t)1 << 40;
    wide d0 = (wide)h[0] * r[0] + (wide)h[1] * (20 * r[2]) + (wide)h[2] * (20 * r[1]);
    wide d1 = (wide)h[0] * r[1] + (wide)h[1] * r[0] + (wide)h[2] * (20 * r[2]);
    wide d2 = (wide)h[0] * r[2] + (wide)h[1] * r[1] + (wide)h[2] * r[0];
    d1 += (uint64_t)(d0 >> 44);
    h[0] = (uint64_t)d0 & m44;
    d2 += (uint64_t)(d1 >> 44);
    h[1] = (uint64_t)d1 & m44;
    h[2] = (uint64_t)d2 & m42;
    h[0] += 5 * (uint64_t)(d2 >> 42);
  }
  return mix(mix(mix(0, h[0]), h[1]), h[2]);
}

PROGRAM(aes_tables) {
  /* The S-box from its definition (FIPS 197, 5.1.1), then rounds by table. */
  uint8_t box[256], state[16] = { 0 }, next[16];
  for (unsigned p = 1, q = 1, first = 1; first || p != 1; first = 0) {
    p = (p ^ p << 1 ^ (p & 0x80 ? 0x11b : 0)) & 0xff;
    q ^= q << 1; q ^= q << 2; q ^= q << 4; q &= 0xff;
    if (q & 0x80) q ^= 9;
    unsigned x = q ^ (q << 1 | q >> 7) ^ (q << 2 | q >> 6) ^ (q << 3 | q >> 5) ^ (q << 4 | q >> 4);
    box[p] = (uint8_t)(x ^ 0x63);
  }
  box[0] = 0x63;
  if (box[0x53] != 0xed) return 0;
  for (int round = 0; round < 250 * SCALE; round++) {
    for (int i = 0; i < 16; i++) next[i] = box[state[(i * 5) & 15]];
    for (int c = 0; c < 16; c += 4) {
      uint8_t all = next[c] ^ next[c + 1] ^ next[c + 2] ^ next[c + 3];
      for (int i = 0; i < 4; i++) {
        uint8_t pair = next[c + i] ^ next[c + (i + 1) % 4];
        state[c + i] = (uint8_t)(next[c + i] ^ all ^ (pair << 1 ^ (pair & 0x80 ? 0x1b : 0)) ^ round);
      }
    }
  }
  return mix_bytes(0, state, 16);
}

PROGRAM(xtea) {
  uint32_t key[4] = { 0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f }, v0 = 0x41424344, v1 = 0x45464748;
  for (int round = 0; round < 120 * SCALE; round++) {
    uint32_t sum = 0;
    for (int i = 0; i < 32; i++) {
      v0 += ((v1 << 4 ^ v1 >> 5) + v1) ^ (sum + key[sum & 3]);
      sum += 0x9e3779b9;
      v1 += ((v0 << 4 ^ v0 >> 5) + v0) ^ (sum + key[sum >> 11 & 3]);
    }
    if (round == 0 && v0 != 0x497df3d0) return 0; /* the authors' vector */
  }
  return (uint64_t)v0 << 32 | v1;
}

PROGRAM(rc4) {
  uint8_t s[256], i = 0, j = 0;
  uint64_t sum = 0;
  for (int n = 0; n < 256; n++) s[n] = (uint8_t)n;
  for (int n = 0; n < 256; n++) { j += s[n] + (uint8_t)"Key"[n % 3]; uint8_t t = s[n]; s[n] = s[j]; s[j] = t; }
  j = 0;
  for (int n = 0; n < 6000 * SCALE; n++) {
    uint8_t t = s[++i];
    j += t;
    s[i] = s[j];
    s[j] = t;
    sum = mix(sum, s[(uint8_t)(s[i] + t)]);
  }
  return sum;
}

PROGRAM(big_product) {
  /* Schoolbook multiplication of 2,048-bit numbers. */
  uint64_t a[32], b[32], c[64], sum = 0;
  fill_random(a, sizeof a, 82);
  fill_random(b, sizeof b, 83);
  for (int round = 0; round < 8 * SCALE; round++) {
    memset(c, 0, sizeof c);
    for (int i = 0; i < 32; i++) {
      uint64_t carry = 0;
      for (int j = 0; j < 32; j++) {
        wide t = (wide)a[i] * b[j] + c[i + j] + carry;
        c[i + j] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
      }
      c[i + 32] = carry;
    }
    memcpy(a, c + 16, sizeof a);
    sum = mix_bytes(sum, c, 64);
  }
  return sum;
}

PROGRAM(factorial) {
  /* Large numbers in base 10^9, as they are printed. */
  static uint32_t digits[200];
  uint64_t sum = 0;
  for (int round = 0; round < SCALE; round++) {
    int length = 1;
    digits[0] = 1 + round;
    for (uint32_t n = 2; n <= 200; n++) {
      uint64_t carry = 0;
      for (int i = 0; i < length; i++) {
        carry += (uint64_t)digits[i] * n;
        digits[i] = (uint32_t)(carry % 1000000000);
        carry /= 1000000000;
      }
      if (carry) digits[length++] = (uint32_t)carry;
    }
    sum = mix_bytes(mix(sum, length), digits, 64);
  }
  return sum;
}

/* For moduli below 2^32. */
static uint64_t power_modulo(uint64_t base, uint64_t exponent, uint64_t modulus) {
  uint64_t result = 1;
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = result * base % modulus;
    base = base * base % modulus;
  }
  return result;
}

PROGRAM(primes_by_fermat) {
  uint64_t sum = 0;
  for (uint64_t n = 1000003; n < 1000003 + 10 * (uint64_t)SCALE; n += 2) {
    int probably = power_modulo(2, n - 1, n) == 1 && power_modulo(3, n - 1, n) == 1;
    sum = mix(sum, (uint64_t)probably);
  }
  return sum;
}

PROGRAM(common_divisors) {
  uint64_t sum = 0, seed = 84;
  for (int i = 0; i < 150 * SCALE; i++) {
    uint64_t a = next_random(&seed), b = next_random(&seed) >> i % 40 | 1, x = a, y = b;
    while (y) { uint64_t t = x % y; x = y; y = t; }
    sum = mix(sum, x);
    int64_t p = (int64_t)a, q = (int64_t)b;
    sum = mix(mix(sum, (uint64_t)(p / q)), (uint64_t)(p % q) + (uint32_t)((int32_t)p / ((int32_t)q | 1)));
  }
  return sum;
}
