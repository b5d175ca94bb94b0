#include "twins.h"

uint64_t c_decimal(uint64_t n, uint8_t *to, uint64_t room) {
  uint64_t at = 0;
  (void)room;
  do {
    to[at++] = (uint8_t)(n % 10 + '0');
    n /= 10;
  } while (n != 0);
  return at;
}
