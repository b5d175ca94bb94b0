/* Order, trees and searches: branches, recursion, and structs that are copied. */
#include "program.h"

struct item { uint32_t key; float weight; char name[24]; };

static struct item items[200], spare[200];
static uint32_t keys[1024], more[1024];

PROGRAM(quick_sort) {
  uint64_t sum = 0;
  for (int round = 0; round < 4 * SCALE; round++) {
    int from[64], to[64], depth = 0;
    fill_random(keys, sizeof keys, 61 + round);
    for (from[0] = 0, to[0] = 1023, depth = 1; depth > 0;) {
      int low = from[--depth], high = to[depth];
      while (low < high) {
        uint32_t pivot = keys[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
          while (keys[i] < pivot) i++;
          while (keys[j] > pivot) j--;
          if (i <= j) { uint32_t t = keys[i]; keys[i++] = keys[j]; keys[j--] = t; }
        }
        if (j - low < high - i) { from[depth] = i; to[depth++] = high; high = j; }
        else { from[depth] = low; to[depth++] = j; low = i; }
      }
    }
    sum = mix_bytes(sum, keys, 256);
  }
  return sum;
}

PROGRAM(struct_sort) {
  uint64_t sum = 0;
  for (int round = 0; round < 4 * SCALE; round++) {
    fill_random(items, sizeof items, 62 + round);
    for (int i = 0; i < 200; i++) items[i].weight = (float)(items[i].key % 1000) / 8;
    for (int width = 1; width < 200; width *= 2) {
      for (int at = 0; at < 200; at += 2 * width) {
        int a = at, b = at + width, o = at, end_a = b < 200 ? b : 200, end_b = b + width < 200 ? b + width : 200;
        while (a < end_a || b < end_b) spare[o++] = b >= end_b || (a < end_a && items[a].weight <= items[b].weight) ? items[a++] : items[b++];
      }
      memcpy(items, spare, sizeof items);
    }
    for (int i = 0; i < 200; i++) sum = mix_bytes(mix_float(sum, items[i].weight), items[i].name, 4);
  }
  return sum;
}

PROGRAM(heap_sort) {
  uint64_t sum = 0;
  for (int round = 0; round < 3 * SCALE; round++) {
    fill_random(keys, sizeof keys, 63 + round);
    for (int from = 511, size = 1024; size > 1;) {
      if (from > 0) from--;
      else { size--; uint32_t t = keys[0]; keys[0] = keys[size]; keys[size] = t; }
      for (int i = from, child; (child = 2 * i + 1) < size; i = child) {
        if (child + 1 < size && keys[child + 1] > keys[child]) child++;
        if (keys[i] >= keys[child]) break;
        uint32_t t = keys[i]; keys[i] = keys[child]; keys[child] = t;
      }
    }
    sum = mix_bytes(sum, keys, 256);
  }
  return sum;
}

PROGRAM(radix_sort) {
  uint64_t sum = 0;
  for (int round = 0; round < 5 * SCALE; round++) {
    fill_random(keys, sizeof keys, 64 + round);
    for (int shift = 0; shift < 32; shift += 8) {
      int count[257] = { 0 };
      for (int i = 0; i < 1024; i++) count[(keys[i] >> shift & 255) + 1]++;
      for (int i = 0; i < 256; i++) count[i + 1] += count[i];
      for (int i = 0; i < 1024; i++) more[count[keys[i] >> shift & 255]++] = keys[i];
      memcpy(keys, more, sizeof keys);
    }
    sum = mix_bytes(sum, keys + 512, 256);
  }
  return sum;
}

PROGRAM(network_sort) {
  /* Bitonic: comparisons that do not depend on the data, so that they can be packed. */
  static float values[512];
  uint64_t sum = 0, seed = 65;
  for (int round = 0; round < 3 * SCALE; round++) {
    for (int i = 0; i < 512; i++) values[i] = (float)random_unit(&seed);
    for (int k = 2; k <= 512; k *= 2)
      for (int j = k / 2; j > 0; j /= 2)
        for (int i = 0; i < 512; i += 2 * j)
          for (int l = i; l < i + j; l++) {
            float a = values[l], b = values[l + j];
            int up = (l & k) == 0;
            float low = a < b ? a : b, high = a < b ? b : a;
            values[l] = up ? low : high;
            values[l + j] = up ? high : low;
          }
    for (int i = 0; i < 512; i++) sum = mix_float(sum, values[i]);
  }
  return sum;
}

static int queens_below(unsigned columns, unsigned left, unsigned right, int size) {
  unsigned all = (1u << size) - 1;
  if (columns == all) return 1;
  int count = 0;
  for (unsigned free = all & ~(columns | left | right); free; free &= free - 1) {
    unsigned bit = free & -free;
    count += queens_below(columns | bit, (left | bit) << 1, (right | bit) >> 1, size);
  }
  return count;
}

PROGRAM(queens) {
  uint64_t sum = 0;
  for (int size = 4; size <= (SCALE > 1 ? 9 : 7); size++) sum = mix(sum, (uint64_t)queens_below(0, 0, 0, size));
  return sum;
}

PROGRAM(shortest_ways) {
  static uint32_t way[40][40];
  uint64_t sum = 0;
  for (int round = 0; round < SCALE; round++) {
    uint64_t seed = 66 + round;
    for (int i = 0; i < 1600; i++) way[i / 40][i % 40] = next_random(&seed) % 5 ? 1000000 : (uint32_t)(next_random(&seed) % 1000);
    for (int k = 0; k < 40; k++)
      for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++) {
          uint32_t through = way[i][k] + way[k][j];
          way[i][j] = through < way[i][j] ? through : way[i][j];
        }
    sum = mix_bytes(sum, way, sizeof way);
  }
  return sum;
}

PROGRAM(knapsack) {
  uint64_t sum = 0, seed = 67;
  for (int round = 0; round < 2 * SCALE; round++) {
    uint32_t best[1001] = { 0 };
    for (int item = 0; item < 40; item++) {
      uint32_t weight = (uint32_t)(next_random(&seed) % 200 + 1), worth = (uint32_t)(next_random(&seed) % 500);
      for (uint32_t i = 1000; i >= weight; i--) best[i] = best[i - weight] + worth > best[i] ? best[i - weight] + worth : best[i];
    }
    sum = mix_bytes(sum, best, sizeof best);
  }
  return sum;
}

struct node { struct node *left, *right; double key; uint64_t payload[3]; };

PROGRAM(tree) {
  static struct node nodes[600];
  uint64_t sum = 0, seed = 68;
  for (int round = 0; round < 3 * SCALE; round++) {
    struct node *root = NULL;
    for (int i = 0; i < 600; i++) {
      struct node **at = &root;
      nodes[i] = (struct node){ .key = random_unit(&seed), .payload = { i, i * 2u, i * 3u } };
      while (*at) at = nodes[i].key < (*at)->key ? &(*at)->left : &(*at)->right;
      *at = &nodes[i];
    }
    /* In order without recursion: the right end of a left subtree leads back for a while. */
    for (struct node *at = root; at;) {
      struct node *before = at->left;
      while (before && before->right && before->right != at) before = before->right;
      if (before && !before->right) { before->right = at; at = at->left; continue; }
      if (before) before->right = NULL;
      sum = mix(mix_double(sum, at->key), at->payload[1]);
      at = at->right;
    }
  }
  return sum;
}
