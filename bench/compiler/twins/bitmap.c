#include "twins.h"

uint64_t c_bitmap(const uint64_t *words, uint64_t n) {
  uint64_t sum = 0;
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t left = words[i]; left != 0; left &= left - 1) sum += 64 * i + (uint64_t)__builtin_ctzll(left);
  return sum;
}
