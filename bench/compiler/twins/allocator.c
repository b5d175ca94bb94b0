#include "twins.h"

#define ORDERS 11
#define NONE 0xffffffff

struct frame {
  uint32_t next, previous;
  uint8_t order;
  bool free;
};

struct zone {
  uint32_t lists[ORDERS];
  uint32_t taken;
};

static void push(struct zone *zone, struct frame *frames, uint32_t at, uint32_t order) {
  struct frame *frame = &frames[at];
  uint32_t next = zone->lists[order];
  frame->next = next;
  frame->previous = NONE;
  frame->order = (uint8_t)order;
  frame->free = true;
  if (next != NONE) frames[next].previous = at;
  zone->lists[order] = at;
}

static void unlink_frame(struct zone *zone, struct frame *frames, uint32_t at) {
  struct frame *frame = &frames[at];
  frame->free = false;
  if (frame->next != NONE) frames[frame->next].previous = frame->previous;
  if (frame->previous != NONE) frames[frame->previous].next = frame->next;
  else zone->lists[frame->order] = frame->next;
}

static uint32_t take(struct zone *zone, struct frame *frames, uint32_t order) {
  uint32_t from = order;
  while (from < ORDERS && zone->lists[from] == NONE) from++;
  if (from == ORDERS) return NONE;
  uint32_t at = zone->lists[from];
  unlink_frame(zone, frames, at);
  while (from > order) {
    from--;
    push(zone, frames, at + (1u << from), from);
  }
  frames[at].order = (uint8_t)order;
  zone->taken += 1u << order;
  return at;
}

static void give(struct zone *zone, struct frame *frames, uint64_t n, uint32_t at) {
  uint32_t order = frames[at].order;
  zone->taken -= 1u << order;
  while (order < ORDERS - 1) {
    uint32_t buddy = at ^ 1u << order;
    if (buddy >= n || !frames[buddy].free || frames[buddy].order != order) break;
    unlink_frame(zone, frames, buddy);
    at &= buddy;
    order++;
  }
  push(zone, frames, at, order);
}

uint64_t c_allocator(void *memory, uint64_t n, uint32_t *held, uint64_t n_held, uint32_t rounds) {
  struct frame *frames = memory;
  struct zone zone = {.taken = 0};
  for (uint64_t order = 0; order < ORDERS; order++) zone.lists[order] = NONE;
  for (uint32_t at = 0; at < n; at += 1u << (ORDERS - 1)) push(&zone, frames, at, ORDERS - 1);
  for (uint64_t i = 0; i < n_held; i++) held[i] = NONE;
  uint64_t random = 88172645463325252, sum = 0;
  for (uint32_t i = 0; i < rounds; i++) {
    random = random * 6364136223846793005 + 1442695040888963407;
    uint64_t slot = (random >> 33) % n_held;
    if (held[slot] != NONE) {
      give(&zone, frames, n, held[slot]);
      held[slot] = NONE;
    } else {
      held[slot] = take(&zone, frames, (uint32_t)__builtin_ctzll(random >> 40 | 64));
      sum += held[slot];
    }
  }
  return sum * 31 + zone.taken;
}
