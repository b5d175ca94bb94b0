/*
 * Runs each kernel of both compilers in turns, checks that they agree, and prints the median of the processor's time of
 * each in nanoseconds: other processes on the machine stretch the wall's.
 */
#include "twins/twins.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 25

static uint64_t words[1 << 16], other[1 << 16], out[1 << 16], state = 88172645463325252ull;
static uint8_t text[200000];

static uint64_t next(void) {
  state ^= state << 13, state ^= state >> 7, state ^= state << 17;
  return state;
}

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t sum(const void *p, size_t bytes) {
  uint64_t s = 0;
  for (size_t i = 0; i < bytes; i++) s = s * 31 + ((const uint8_t *)p)[i];
  return s;
}

static size_t write_expression(size_t at, int depth) {
  uint64_t r = next();
  if (depth == 0 || r % 4 == 0) {
    if (r >> 8 & 1) text[at++] = r >> 9 & 1 ? 'x' : '-';
    return at + (size_t)sprintf((char *)text + at, "%u", (unsigned)(r >> 40) % 100000);
  }
  bool brackets = r >> 8 & 1;
  if (brackets) text[at++] = '(';
  at = write_expression(at, depth - 1);
  text[at++] = (uint8_t)"+-*"[(r >> 16) % 3];
  at = write_expression(at, depth - 1);
  if (brackets) text[at++] = ')';
  return at;
}

static size_t expressions(void) {
  size_t at = 0;
  while (at < sizeof text - 4000) {
    at = write_expression(at, 5);
    text[at++] = '\n';
  }
  return at;
}

static size_t text_length;
static uint8_t letters[100000];

static uint64_t do_allocator(int c) { return (c ? c_allocator : allocator)(out, 16384, (uint32_t *)other, 512, 60000); }
static uint64_t do_bitmap(int c) { return (c ? c_bitmap : bitmap)(words, 30000); }
static uint64_t do_checksum(int c) { return (c ? c_checksum : checksum)((uint8_t *)words + 1, 400001); }
static uint64_t do_crc32(int c) { return (c ? c_crc32 : crc32)((uint8_t *)words, 400000, (uint32_t *)words); }
static uint64_t do_decimal(int c) {
  uint64_t s = 0;
  for (int k = 0; k < 20000; k++) s += (c ? c_decimal : decimal)(words[k], (uint8_t *)out, 20);
  return s + sum(out, 20);
}
static uint64_t do_fib(int c) { return (c ? c_fib : fib)(27); }
static uint64_t do_hash(int c) {
  uint64_t hits = 0;
  memset(out, 0, sizeof out);
  for (int k = 0; k < 10; k++) hits += (c ? c_hash : hash)(out, 65536, words, 30000);
  return hits;
}
static uint64_t do_matrix(int c) {
  (c ? c_matrix : matrix)((void *)words, (void *)(words + 20000), (void *)out);
  return sum(out, 80000);
}
static uint64_t do_parser(int c) { return (c ? c_parser : parser)(text, text_length); }
static uint64_t do_ring(int c) {
  memset(out, 0, 2000);
  return (c ? c_ring : ring)(out, 50000) + sum(out, 2000);
}
static uint64_t do_search(int c) {
  return (c ? c_search : search)(letters, sizeof letters, (const uint8_t *)"abca", 4) * 1000 +
         (c ? c_search : search)(letters, sizeof letters, (const uint8_t *)"bbbbbbbb", 8);
}
static uint64_t do_sha256(int c) {
  uint32_t s[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  for (int k = 0; k < 4000; k++) (c ? c_sha256 : sha256)(s, (uint32_t *)(words + k));
  return sum(s, sizeof s);
}
static uint64_t do_sort(int c) {
  memcpy(out, words, 12000);
  (c ? c_sort : sort)((uint32_t *)out, 3000);
  return sum(out, 12000);
}
static uint64_t do_tree(int c) { return (c ? c_tree : tree)(out, 5000, words, 5000); }

#define ROW(name) {#name, do_##name}
static const struct {
  const char *name;
  uint64_t (*run)(int c);
} rows[] = {ROW(allocator), ROW(bitmap), ROW(checksum), ROW(crc32), ROW(decimal), ROW(fib),    ROW(hash),
            ROW(matrix),    ROW(parser), ROW(ring),     ROW(search), ROW(sha256), ROW(sort), ROW(tree)};

static int ascending(const void *x, const void *y) {
  uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
  return a < b ? -1 : a > b;
}

int main(int count, char **arguments) {
  for (size_t i = 0; i < 1 << 16; i++) words[i] = next(), other[i] = next();
  for (size_t i = 0; i < sizeof letters; i++) letters[i] = (uint8_t)('a' + next() % 3);
  text_length = expressions();
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    uint64_t took[2][ROUNDS], result[2];
    if (count > 1 && strcmp(arguments[1], rows[r].name) != 0) continue;
    for (int round = 0; round < ROUNDS; round++)
      for (int c = 0; c < 2; c++) {
        uint64_t start = now();
        result[c] = rows[r].run(c);
        took[c][round] = now() - start;
      }
    if (result[0] != result[1]) {
      fprintf(stderr, "%s: %llx, C %llx\n", rows[r].name, (unsigned long long)result[0], (unsigned long long)result[1]);
      return 1;
    }
    for (int c = 0; c < 2; c++) qsort(took[c], ROUNDS, sizeof **took, ascending);
    printf("%s %llu %llu\n", rows[r].name, (unsigned long long)took[0][ROUNDS / 2],
           (unsigned long long)took[1][ROUNDS / 2]);
  }
}
