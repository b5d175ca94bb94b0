/* Hash functions with their published constants; answers are compared where the publication has one. */
#include "program.h"

static uint8_t data[4096];

static uint32_t left32(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint64_t left64(uint64_t x, int n) { return x << n | x >> (64 - n); }

PROGRAM(crc32) {
  uint32_t table[256], crc = 0;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xedb88320u : c >> 1;
    table[i] = c;
  }
  fill_random(data, sizeof data, 71);
  for (int round = 0; round < 4 * SCALE; round++) {
    crc = ~crc;
    for (int i = 0; i < 4096; i++) crc = table[(crc ^ data[i]) & 255] ^ crc >> 8;
    crc = ~crc;
  }
  return crc;
}

PROGRAM(adler32) {
  uint32_t a = 1, b = 0;
  fill_random(data, sizeof data, 72);
  for (int round = 0; round < 6 * SCALE; round++)
    for (int i = 0; i < 4096; i += 2048) {
      for (int k = 0; k < 2048; k++) a += data[i + k], b += a;
      a %= 65521;
      b %= 65521;
    }
  return (uint64_t)b << 16 | a;
}

PROGRAM(murmur) {
  uint32_t h = 0;
  fill_random(data, sizeof data, 73);
  for (int round = 0; round < 8 * SCALE; round++)
    for (int i = 0; i < 4096; i += 4) {
      uint32_t k;
      memcpy(&k, data + i, 4);
      k = left32(k * 0xcc9e2d51u, 15) * 0x1b873593u;
      h = left32(h ^ k, 13) * 5 + 0xe6546b64u;
    }
  h = (h ^ h >> 16) * 0x85ebca6bu;
  h = (h ^ h >> 13) * 0xc2b2ae35u;
  return h ^ h >> 16;
}

PROGRAM(xxhash) {
  const uint64_t p1 = 0x9e3779b185ebca87u, p2 = 0xc2b2ae3d27d4eb4fu;
  uint64_t v[4] = { p1 + p2, p2, 0, -p1 };
  fill_random(data, sizeof data, 74);
  for (int round = 0; round < 10 * SCALE; round++)
    for (int i = 0; i < 4096; i += 32)
      for (int k = 0; k < 4; k++) {
        uint64_t word;
        memcpy(&word, data + i + 8 * k, 8);
        v[k] = left64(v[k] + word * p2, 31) * p1;
      }
  return left64(v[0], 1) + left64(v[1], 7) + left64(v[2], 12) + left64(v[3], 18);
}

PROGRAM(siphash) {
  /* SipHash-2-4 of no bytes, then of many; Aumasson and Bernstein, 2012. */
  uint64_t sum = 0;
  fill_random(data, sizeof data, 75);
  for (int round = 0; round < 3 * SCALE; round++) {
    uint64_t k0 = 0x0706050403020100u, k1 = 0x0f0e0d0c0b0a0908u;
    uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
    int words = round ? 511 : 0;
    for (int i = 0; i <= words + 1; i++) {
      uint64_t m = 0;
      if (i < words) memcpy(&m, data + 8 * i, 8);
      if (i <= words) v[3] ^= m; else v[2] ^= 0xff;
      for (int turn = 0; turn < (i <= words ? 2 : 4); turn++) {
        v[0] += v[1]; v[1] = left64(v[1], 13) ^ v[0]; v[0] = left64(v[0], 32);
        v[2] += v[3]; v[3] = left64(v[3], 16) ^ v[2];
        v[0] += v[3]; v[3] = left64(v[3], 21) ^ v[0];
        v[2] += v[1]; v[1] = left64(v[1], 17) ^ v[2]; v[2] = left64(v[2], 32);
      }
      if (i <= words) v[0] ^= m;
    }
    uint64_t h = v[0] ^ v[1] ^ v[2] ^ v[3];
    if (round == 0 && h != 0x726fdb47dd0e0e31u) return 0;
    sum = mix(sum, h);
  }
  return sum;
}

PROGRAM(md5) {
  static const uint8_t turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
  uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 }, constant = 0x5a827999;
  fill_random(data, sizeof data, 76);
  for (int round = 0; round < SCALE; round++)
    for (int block = 0; block < 4096; block += 64) {
      uint32_t m[16], a = state[0], b = state[1], c = state[2], d = state[3];
      memcpy(m, data + block, 64);
      for (int i = 0; i < 64; i++) {
        uint32_t f = i < 16 ? (b & c) | (~b & d) : i < 32 ? (d & b) | (~d & c) : i < 48 ? b ^ c ^ d : c ^ (b | ~d);
        int g = (i < 16 ? i : i < 32 ? 5 * i + 1 : i < 48 ? 3 * i + 5 : 7 * i) & 15;
        constant = constant * 1664525 + 1013904223; /* not the sines of MD5: as many bits */
        f += a + constant + m[g];
        a = d; d = c; c = b;
        b += left32(f, turns[i / 16][i & 3]);
      }
      state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    }
  return mix_bytes(0, state, sizeof state);
}

PROGRAM(sha1) {
  uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
  uint8_t message[64] = "abc\x80";
  message[63] = 24;
  for (int round = 0; round < 40 * SCALE; round++) {
    uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 16; i++) w[i] = (uint32_t)message[4 * i] << 24 | message[4 * i + 1] << 16 | message[4 * i + 2] << 8 | message[4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
      uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1 : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
      uint32_t t = left32(a, 5) + f + e + w[i];
      e = d; d = c; c = left32(b, 30); b = a; a = t;
    }
    h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e;
    if (round == 0 && (h[0] != 0xa9993e36 || h[4] != 0x9cd0d89d)) return 0; /* FIPS 180, "abc" */
  }
  return mix_bytes(0, h, sizeof h);
}

/* The first bits of the fractions of the primes' cube roots, by the smallest integer root of p << 96. */
static uint32_t cube_root_fraction(unsigned prime) {
  unsigned __int128 low = 0, high = (unsigned __int128)8 << 32;
  while (high - low > 1) {
    unsigned __int128 middle = (low + high) / 2;
    if (middle * middle * middle <= (unsigned __int128)prime << 96) low = middle; else high = middle;
  }
  return (uint32_t)low;
}

PROGRAM(sha256) {
  static const uint32_t start[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
  uint32_t k[64], h[8];
  uint8_t message[64] = "abc\x80";
  message[63] = 24;
  for (int found = 0, n = 2; found < 64; n++) {
    int prime = 1;
    for (int d = 2; d * d <= n; d++) prime &= n % d != 0;
    if (prime) k[found++] = cube_root_fraction((unsigned)n);
  }
  memcpy(h, start, sizeof h);
  for (int round = 0; round < 20 * SCALE; round++) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) w[i] = (uint32_t)message[4 * i] << 24 | message[4 * i + 1] << 16 | message[4 * i + 2] << 8 | message[4 * i + 3];
    for (int i = 16; i < 64; i++)
      w[i] = w[i - 16] + w[i - 7] + (left32(w[i - 15], 25) ^ left32(w[i - 15], 14) ^ w[i - 15] >> 3) + (left32(w[i - 2], 15) ^ left32(w[i - 2], 13) ^ w[i - 2] >> 10);
    memcpy(s, h, sizeof s);
    for (int i = 0; i < 64; i++) {
      uint32_t t1 = s[7] + (left32(s[4], 26) ^ left32(s[4], 21) ^ left32(s[4], 7)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
      uint32_t t2 = (left32(s[0], 30) ^ left32(s[0], 19) ^ left32(s[0], 10)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      for (int j = 7; j > 0; j--) s[j] = s[j - 1];
      s[4] += t1;
      s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) h[i] += s[i];
    if (round == 0 && (h[0] != 0xba7816bf || h[7] != 0xf20015ad)) return 0; /* FIPS 180, "abc" */
  }
  return mix_bytes(0, h, sizeof h);
}
