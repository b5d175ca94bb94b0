/* What gcc's code calls without being asked to. Compiled so that gcc does not turn these loops into calls of themselves. */
#pragma GCC optimize("no-tree-loop-distribute-patterns")
#include "program.h"

void *memcpy(void *to, const void *from, size_t length) {
  for (size_t i = 0; i < length; i++) ((char *)to)[i] = ((const char *)from)[i];
  return to;
}

void *memmove(void *to, const void *from, size_t length) {
  char *t = to;
  const char *f = from;
  if (t < f) for (size_t i = 0; i < length; i++) t[i] = f[i];
  else for (size_t i = length; i > 0; i--) t[i - 1] = f[i - 1];
  return to;
}

void *memset(void *to, int byte, size_t length) {
  for (size_t i = 0; i < length; i++) ((char *)to)[i] = (char)byte;
  return to;
}

int memcmp(const void *a, const void *b, size_t length) {
  const uint8_t *x = a, *y = b;
  for (size_t i = 0; i < length; i++) if (x[i] != y[i]) return x[i] - y[i];
  return 0;
}

size_t strlen(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

int __popcountdi2(int64_t);
int __popcountdi2(int64_t word) {
  int count = 0;
  for (uint64_t rest = (uint64_t)word; rest; rest &= rest - 1) count++;
  return count;
}
