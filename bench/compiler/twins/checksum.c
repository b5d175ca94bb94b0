#include "twins.h"

uint16_t c_checksum(const uint8_t *data, uint64_t n) {
  uint32_t sum = 0;
  uint64_t i = 0;
  for (; i + 1 < n; i += 2) {
    sum += (uint32_t)data[i] << 8 | data[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
  }
  if (i < n) sum += (uint32_t)data[i] << 8;
  sum = (sum & 0xffff) + (sum >> 16);
  return (uint16_t)~(sum + (sum >> 16));
}
