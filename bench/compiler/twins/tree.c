#include "twins.h"

struct node {
  uint64_t key;
  struct node *left, *right;
};

static void insert(struct node *root, struct node *node) {
  struct node *at = root;
  for (;;) {
    struct node *next = node->key < at->key ? at->left : at->right;
    if (next == NULL) break;
    at = next;
  }
  if (node->key < at->key) at->left = node;
  else at->right = node;
}

static uint64_t depth_of(const struct node *root, uint64_t key) {
  uint64_t depth = 0;
  for (const struct node *at = root; at != NULL; at = key < at->key ? at->left : at->right) {
    if (at->key == key) return depth;
    depth++;
  }
  return 0;
}

uint64_t c_tree(void *memory, uint64_t room, const uint64_t *keys, uint64_t n) {
  struct node *nodes = memory;
  (void)room;
  for (uint64_t i = 0; i < n; i++) {
    struct node *node = &nodes[i];
    node->key = keys[i];
    node->left = NULL;
    node->right = NULL;
    if (i > 0) insert(&nodes[0], node);
  }
  uint64_t sum = 0;
  for (uint64_t i = 0; i < n; i++) sum += depth_of(&nodes[0], keys[i]);
  return sum;
}
