#include "twins.h"

struct ring {
  uint32_t head, tail, items[256];
};

static bool put(struct ring *r, uint32_t item) {
  if (r->head - r->tail == 256) return false;
  r->items[r->head % 256] = item;
  r->head++;
  return true;
}

static bool get(struct ring *r, uint32_t *item) {
  if (r->head == r->tail) return false;
  *item = r->items[r->tail % 256];
  r->tail++;
  return true;
}

uint64_t c_ring(void *memory, uint32_t rounds) {
  struct ring *r = memory;
  uint64_t sum = 0;
  for (uint32_t i = 0; i < rounds; i++) {
    for (uint32_t k = i & 15; k > 0; k--)
      if (!put(r, i * k)) sum++;
    for (uint32_t k = i & 12; k > 0; k--) {
      uint32_t item;
      if (!get(r, &item)) break;
      sum += item;
    }
  }
  return sum;
}
