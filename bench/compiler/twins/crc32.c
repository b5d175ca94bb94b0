#include "twins.h"

uint32_t c_crc32(const uint8_t *data, uint64_t n, const uint32_t *table) {
  uint32_t crc = 0xffffffff;
  for (uint64_t i = 0; i < n; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
  return ~crc;
}
