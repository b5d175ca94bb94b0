/* Runs each kernel of both compilers in turns, checks that they agree, prints the best time of each in nanoseconds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BOTH(result, name, ...) result name(__VA_ARGS__); result c_##name(__VA_ARGS__);
BOTH(uint64_t, fib, uint64_t)
BOTH(uint32_t, crc32, const uint8_t *, uint64_t, const uint32_t *)
BOTH(void, sort, uint32_t *, uint64_t)
BOTH(void, matrix, const uint64_t *, const uint64_t *, uint64_t *, uint64_t)
BOTH(uint64_t, hash, uint64_t *, uint64_t, const uint64_t *, uint64_t)
BOTH(uint64_t, bitmap, const uint64_t *, uint64_t)
BOTH(void, sha256, uint32_t *, uint32_t *, const uint32_t *)
BOTH(uint64_t, decimal, uint64_t, uint8_t *)

static uint64_t words[1 << 16], other[1 << 16], out[1 << 16], state = 88172645463325252ull;

static uint64_t next(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t sum(const void *p, size_t bytes) {
  uint64_t s = 0;
  for (size_t i = 0; i < bytes; i++) s = s * 31 + ((const uint8_t *)p)[i];
  return s;
}

static uint64_t do_fib(int c) { return c ? c_fib(27) : fib(27); }
static uint64_t do_crc32(int c) {
  uint8_t *p = (uint8_t *)words;
  uint32_t *t = (uint32_t *)other;
  return c ? c_crc32(p, 400000, t) : crc32(p, 400000, t);
}
static uint64_t do_sort(int c) {
  memcpy(out, words, 12000);
  (c ? c_sort : sort)((uint32_t *)out, 3000);
  return sum(out, 12000);
}
static uint64_t do_matrix(int c) {
  (c ? c_matrix : matrix)(words, other, out, 100);
  return sum(out, 80000);
}
static uint64_t do_hash(int c) {
  uint64_t hits = 0;
  memset(out, 0, sizeof out);
  for (int k = 0; k < 20; k++) hits += (c ? c_hash : hash)(out, 65535, words, 30000);
  return hits;
}
static uint64_t do_bitmap(int c) { return (c ? c_bitmap : bitmap)(words, 30000); }
static uint64_t do_sha256(int c) {
  uint32_t s[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int k = 0; k < 4000; k++) {
    memcpy(out, words + k, 64);
    (c ? c_sha256 : sha256)(s, (uint32_t *)out, (uint32_t *)other);
  }
  return sum(s, sizeof s);
}
static uint64_t do_decimal(int c) {
  uint64_t s = 0;
  for (int k = 0; k < 20000; k++) s += (c ? c_decimal : decimal)(words[k], (uint8_t *)out);
  return s + sum(out, 20);
}

#define ROW(name) {#name, do_##name}
static const struct { const char *name; uint64_t (*run)(int c); } rows[] = {
    ROW(fib), ROW(crc32), ROW(sort), ROW(matrix), ROW(hash), ROW(bitmap), ROW(sha256), ROW(decimal)};

int main(void) {
  for (size_t i = 0; i < 1 << 16; i++) words[i] = next(), other[i] = next();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    uint64_t best[2] = {~0ull, ~0ull}, result[2];
    for (int round = 0; round < 15; round++)
      for (int c = 0; c < 2; c++) {
        uint64_t start = now();
        result[c] = rows[r].run(c);
        uint64_t took = now() - start;
        if (took < best[c]) best[c] = took;
      }
    if (result[0] != result[1]) {
      fprintf(stderr, "%s: %llx, C %llx\n", rows[r].name, (unsigned long long)result[0], (unsigned long long)result[1]);
      return 1;
    }
    printf("%s %llu %llu\n", rows[r].name, (unsigned long long)best[0], (unsigned long long)best[1]);
  }
}
