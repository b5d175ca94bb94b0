#include "twins.h"

uint64_t c_hash(uint64_t *slots, uint64_t n_slots, const uint64_t *keys, uint64_t n) {
  uint64_t hits = 0;
  for (uint64_t i = 0; i < n; i++) {
    uint64_t key = keys[i];
    uint64_t at = ((key * 0x9e3779b97f4a7c15) >> 40) % n_slots;
    while (slots[at] != key && slots[at] != 0) {
      at++;
      if (at == n_slots) at = 0;
    }
    if (slots[at] == key) hits++;
    else slots[at] = key;
  }
  return hits;
}
