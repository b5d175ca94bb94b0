#include <stdint.h>
#define K(f) __attribute__((noinline)) c_##f

uint64_t K(fib)(uint64_t n) { return n < 2 ? n : c_fib(n - 1) + c_fib(n - 2); }

uint32_t K(crc32)(const uint8_t *p, uint64_t n, const uint32_t *table) {
  uint32_t c = ~0u;
  for (uint64_t i = 0; i < n; i++) c = table[(c ^ p[i]) & 255] ^ (c >> 8);
  return ~c;
}

void K(sort)(uint32_t *a, uint64_t n) {
  for (uint64_t i = 1; i < n; i++) {
    uint32_t x = a[i];
    uint64_t j = i;
    while (j != 0 && a[j - 1] > x) {
      a[j] = a[j - 1];
      j--;
    }
    a[j] = x;
  }
}

void K(matrix)(const uint64_t *a, const uint64_t *b, uint64_t *c, uint64_t n) {
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < n; j++) {
      uint64_t s = 0;
      for (uint64_t k = 0; k < n; k++) s += a[i * n + k] * b[k * n + j];
      c[i * n + j] = s;
    }
}

uint64_t K(hash)(uint64_t *slots, uint64_t mask, const uint64_t *keys, uint64_t n) {
  uint64_t hits = 0;
  for (uint64_t i = 0; i < n; i++) {
    uint64_t k = keys[i], at = (k * 0x9e3779b97f4a7c15ull) >> 40;
    for (;; at++) {
      uint64_t *slot = &slots[at & mask];
      if (*slot == k) {
        hits++;
        break;
      }
      if (*slot == 0) {
        *slot = k;
        break;
      }
    }
  }
  return hits;
}

uint64_t K(bitmap)(const uint64_t *words, uint64_t n) {
  uint64_t s = 0;
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t left = words[i]; left != 0; left &= left - 1) s += 64 * i + (uint64_t)__builtin_ctzll(left);
  return s;
}

static uint32_t ror(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

void K(sha256)(uint32_t *state, uint32_t *w, const uint32_t *k) {
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
  for (uint64_t i = 16; i < 64; i++) {
    uint32_t s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ (w[i - 15] >> 3);
    uint32_t s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  for (uint64_t i = 0; i < 64; i++) {
    uint32_t t1 = h + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
    uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

uint64_t K(decimal)(uint64_t n, uint8_t *to) {
  uint64_t at = 0;
  do to[at++] = (uint8_t)(n % 10 + '0');
  while ((n /= 10) != 0);
  return at;
}
