/*
 * What every program here shares. A program is a function without arguments that computes and returns one word, into which
 * it has mixed whatever it computed. There is no library below: gcc is told so, and what its code calls by itself
 * (memcpy and its like, population count) is in support.c. LEVEL is the prefix of this compilation's names, SCALE how often the work is repeated.
 */
#include <stddef.h>
#include <stdint.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define PROGRAM(name) uint64_t JOIN(LEVEL, name)(void); uint64_t JOIN(LEVEL, name)(void)
#define LENGTH(array) (sizeof(array) / sizeof *(array))

void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);

static inline uint64_t mix(uint64_t sum, uint64_t word) {
  return ((sum << 7 | sum >> 57) ^ word) * 0x9e3779b97f4a7c15u;
}

static inline uint64_t mix_double(uint64_t sum, double x) {
  uint64_t word;
  __builtin_memcpy(&word, &x, 8);
  return mix(sum, word);
}

static inline uint64_t mix_float(uint64_t sum, float x) {
  uint32_t word;
  __builtin_memcpy(&word, &x, 4);
  return mix(sum, word);
}

/* The eighty bits that are the number: the padding behind them is anything. */
static inline uint64_t mix_extended(uint64_t sum, long double x) {
  uint64_t mantissa;
  uint16_t top;
  __builtin_memcpy(&mantissa, &x, 8);
  __builtin_memcpy(&top, (char *)&x + 8, 2);
  return mix(mix(sum, mantissa), top);
}

static inline uint64_t mix_bytes(uint64_t sum, const void *bytes, size_t length) {
  const uint8_t *p = bytes;
  for (size_t i = 0; i < length; i++) sum = mix(sum, p[i]);
  return sum;
}

/* Marsaglia's xorshift, from a given start. */
static inline uint64_t next_random(uint64_t *state) {
  uint64_t x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return *state = x;
}

static inline void fill_random(void *at, size_t bytes, uint64_t start) {
  uint8_t *p = at;
  for (size_t i = 0; i < bytes; i++) p[i] = (uint8_t)(next_random(&start) >> 24);
}

/* From -1 to 1, any bits. */
static inline double random_unit(uint64_t *state) { return (double)(int64_t)next_random(state) * 0x1p-63; }
