#include "twins.h"

void c_sort(uint32_t *items, uint64_t n) {
  for (uint64_t i = 1; i < n; i++) {
    uint32_t item = items[i];
    uint64_t j = i;
    while (j > 0 && items[j - 1] > item) {
      items[j] = items[j - 1];
      j--;
    }
    items[j] = item;
  }
}
