/* Each kernel twice: ours under its name, C's behind "c_". A slice of ours is an address and a length. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOTH(result, name, ...) result name(__VA_ARGS__); result c_##name(__VA_ARGS__);
BOTH(uint64_t, allocator, void *frames, uint64_t n, uint32_t *held, uint64_t n_held, uint32_t rounds)
BOTH(uint64_t, bitmap, const uint64_t *words, uint64_t n)
BOTH(uint16_t, checksum, const uint8_t *data, uint64_t n)
BOTH(uint32_t, crc32, const uint8_t *data, uint64_t n, const uint32_t *table)
BOTH(uint64_t, decimal, uint64_t n, uint8_t *to, uint64_t room)
BOTH(uint64_t, fib, uint64_t n)
BOTH(uint64_t, hash, uint64_t *slots, uint64_t n_slots, const uint64_t *keys, uint64_t n)
BOTH(void, matrix, const uint64_t a[100][100], const uint64_t b[100][100], uint64_t product[100][100])
BOTH(uint64_t, parser, const uint8_t *text, uint64_t length)
BOTH(uint64_t, ring, void *ring, uint32_t rounds)
BOTH(uint64_t, search, const uint8_t *text, uint64_t n, const uint8_t *pattern, uint64_t m)
BOTH(void, sha256, uint32_t *state, const uint32_t *block)
BOTH(void, sort, uint32_t *items, uint64_t n)
BOTH(uint64_t, tree, void *nodes, uint64_t room, const uint64_t *keys, uint64_t n)
