#include "twins.h"

uint64_t c_search(const uint8_t *text, uint64_t n, const uint8_t *pattern, uint64_t m) {
  uint64_t found = 0;
  if (m > n) return 0;
  for (uint64_t at = 0; at <= n - m; at++) {
    uint64_t i = 0;
    while (i < m && text[at + i] == pattern[i]) i++;
    if (i == m) found++;
  }
  return found;
}
