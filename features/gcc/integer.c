/* Loops over arrays of integers, which gcc turns into packed operations: bytes, words, saturation, comparisons, shuffles. */
#include "program.h"

static uint8_t picture[64 * 64 + 256], blurred[64 * 64 + 256];

PROGRAM(blur) {
  fill_random(picture, sizeof picture, 17);
  for (int round = 0; round < 4 * SCALE; round++) {
    for (int i = 65; i < 64 * 64; i++) {
      const uint8_t *at = &picture[i];
      blurred[i] = (at[-65] + 2 * at[-64] + at[-63] + 2 * at[-1] + 4 * at[0] + 2 * at[1] + at[63] + 2 * at[64] + at[65] + 8) >> 4;
    }
    for (int i = 65; i < 64 * 64; i++) picture[i] = (blurred[i] + picture[i] + 1) >> 1;
  }
  return mix_bytes(0, picture, 64 * 64);
}

static int16_t words[2048], others[2048];
static int32_t longs[2048], further[2048];

PROGRAM(saturation) {
  fill_random(words, sizeof words, 1);
  fill_random(others, sizeof others, 2);
  for (int round = 0; round < 20 * SCALE; round++) {
    for (int i = 0; i < 2048; i++) {
      int t = words[i] + others[i];
      words[i] = (int16_t)(t > 32767 ? 32767 : t < -32768 ? -32768 : t);
    }
    for (int i = 0; i < 2048; i++) {
      int t = others[i] - words[i] * 3;
      others[i] = (int16_t)(t > 32767 ? 32767 : t < -32768 ? -32768 : t);
    }
  }
  return mix_bytes(mix_bytes(0, words, sizeof words), others, sizeof others);
}

PROGRAM(saturating_instructions) {
  typedef char c16 __attribute__((vector_size(16)));
  typedef short s8 __attribute__((vector_size(16)));
  typedef int i4 __attribute__((vector_size(16)));
  c16 x, y;
  uint64_t sum = 0;
  fill_random(&x, 16, 25);
  fill_random(&y, 16, 26);
  for (int i = 0; i < 1500 * SCALE; i++) {
    x = __builtin_ia32_paddsb128(x, y) ^ __builtin_ia32_psubusb128(y, x);
    y = (c16)__builtin_ia32_paddusw128((s8)x, (s8)y) + (char)i;
    x = __builtin_ia32_packuswb128((s8)x, (s8)y) ^ (c16)__builtin_ia32_packssdw128((i4)y, (i4)x);
    y = (c16)__builtin_ia32_pmaddwd128((s8)x, (s8)y) ^ __builtin_ia32_pavgb128(x, y);
    y ^= (c16)__builtin_ia32_psubsw128((s8)y, (s8)x) ^ (c16)__builtin_ia32_pmulhuw128((s8)x, (s8)y);
    sum = mix(sum, (uint32_t)__builtin_ia32_pmovmskb128(x ^ y));
  }
  return mix_bytes(mix_bytes(sum, &x, 16), &y, 16);
}

PROGRAM(products) {
  uint64_t sum = 0;
  fill_random(words, sizeof words, 3);
  fill_random(others, sizeof others, 4);
  for (int round = 0; round < 12 * SCALE; round++) {
    int32_t dot = 0;
    for (int i = 0; i < 2048; i++) dot += words[i] * others[i];
    for (int i = 0; i < 2048; i++) words[i] = (int16_t)((words[i] * others[i]) >> 16);
    for (int i = 0; i < 2048; i++) others[i] = (int16_t)((uint16_t)others[i] * 31u + (uint16_t)words[i] + round);
    sum = mix(sum, (uint32_t)dot);
  }
  return mix_bytes(sum, others, sizeof others);
}

PROGRAM(differences) {
  /* Sums of absolute differences, as when a film looks for movement. */
  uint64_t sum = 0;
  fill_random(picture, sizeof picture, 5);
  fill_random(blurred, sizeof blurred, 6);
  for (int shift = 0; shift < 24 * SCALE; shift++) {
    uint32_t total = 0;
    for (int i = 0; i < 2048; i++) {
      int d = picture[i] - blurred[i + shift % 256];
      total += d < 0 ? -d : d;
    }
    sum = mix(sum, total);
  }
  return sum;
}

PROGRAM(extremes) {
  uint64_t sum = 0;
  fill_random(longs, sizeof longs, 7);
  fill_random(further, sizeof further, 8);
  for (int round = 0; round < 16 * SCALE; round++) {
    int32_t least = INT32_MAX, most = INT32_MIN;
    uint32_t unsigned_most = 0;
    for (int i = 0; i < 2048; i++) {
      least = longs[i] < least ? longs[i] : least;
      most = longs[i] > most ? longs[i] : most;
      unsigned_most = (uint32_t)further[i] > unsigned_most ? (uint32_t)further[i] : unsigned_most;
    }
    sum = mix(mix(mix(sum, (uint32_t)least), (uint32_t)most), unsigned_most);
    for (int i = 0; i < 2048; i++) longs[i] = (longs[i] ^ further[i]) - round, further[i] = further[i] * 69069 + 1;
  }
  return sum;
}

PROGRAM(shifts) {
  static uint64_t quads[512];
  fill_random(longs, sizeof longs, 9);
  fill_random(quads, sizeof quads, 10);
  for (int round = 0; round < 16 * SCALE; round++) {
    int by = round % 31 + 1;
    for (int i = 0; i < 2048; i++) longs[i] = (longs[i] >> by) ^ (int32_t)((uint32_t)longs[i] << (32 - by));
    for (int i = 0; i < 2048; i++) further[i] = (int32_t)((uint32_t)longs[i] >> (i & 31)) + (longs[i] >> (further[i] & 15));
    for (int i = 0; i < 512; i++) quads[i] = (quads[i] << by | quads[i] >> (64 - by)) + quads[511 - i];
  }
  return mix_bytes(mix_bytes(0, further, sizeof further), quads, sizeof quads);
}

PROGRAM(transpose) {
  static uint32_t from[48][48], to[48][48];
  static uint8_t bytes[64][16], turned[16][64];
  fill_random(from, sizeof from, 11);
  fill_random(bytes, sizeof bytes, 12);
  for (int round = 0; round < 8 * SCALE; round++) {
    for (int i = 0; i < 48; i++) for (int j = 0; j < 48; j++) to[j][i] = from[i][j] + i;
    for (int i = 0; i < 48; i++) for (int j = 0; j < 48; j++) from[i][j] = to[i][j] ^ to[47 - i][j];
    for (int i = 0; i < 64; i++) for (int j = 0; j < 16; j++) turned[j][i] = bytes[i][j];
    for (int i = 0; i < 1024; i++) bytes[i / 16][i % 16] = turned[15 - i / 64][63 - i % 64] + round;
  }
  return mix_bytes(mix_bytes(0, from, sizeof from), bytes, sizeof bytes);
}

PROGRAM(running_sums) {
  fill_random(longs, sizeof longs, 13);
  for (int round = 0; round < 16 * SCALE; round++) {
    for (int i = 1; i < 2048; i++) longs[i] += longs[i - 1];
    for (int i = 0; i < 2048; i++) further[i] = longs[i] > further[2047 - i] ? longs[i] : -further[i];
    for (int i = 0; i < 2048; i++) longs[i] = further[i] & 0xffffff;
  }
  return mix_bytes(0, longs, sizeof longs);
}

PROGRAM(histogram) {
  uint32_t count[256] = { 0 };
  fill_random(picture, sizeof picture, 14);
  for (int round = 0; round < 6 * SCALE; round++) {
    for (int i = 0; i < 64 * 64; i++) count[picture[i]]++;
    for (int i = 0; i < 64 * 64; i++) picture[i] = (uint8_t)(picture[i] * 5 + (count[i & 255] & 1));
  }
  return mix_bytes(0, count, sizeof count);
}

PROGRAM(bitset) {
  static uint64_t a[256], b[256];
  uint64_t sum = 0;
  fill_random(a, sizeof a, 15);
  fill_random(b, sizeof b, 16);
  for (int round = 0; round < 12 * SCALE; round++) {
    int count = 0, first = 0;
    for (int i = 0; i < 256; i++) a[i] = (a[i] & ~b[i]) | (b[255 - i] ^ a[i] << 1);
    for (int i = 0; i < 256; i++) count += __builtin_popcountll(a[i]);
    for (int i = 0; i < 256; i++) if (a[i]) first += __builtin_ctzll(a[i]) * 64 + __builtin_clzll(a[i]);
    sum = mix(mix(sum, count), first);
  }
  return sum;
}

PROGRAM(widths) {
  /* Every widening and narrowing of integers. */
  static int8_t bytes[1024];
  static int64_t quads[1024];
  uint64_t sum = 0;
  fill_random(bytes, sizeof bytes, 18);
  for (int round = 0; round < 8 * SCALE; round++) {
    for (int i = 0; i < 1024; i++) words[i] = bytes[i];
    for (int i = 0; i < 1024; i++) longs[i] = words[i] * 3 + (uint8_t)bytes[i];
    for (int i = 0; i < 1024; i++) quads[i] = (int64_t)longs[i] * longs[1023 - i] + (uint16_t)words[i];
    for (int i = 0; i < 1024; i++) bytes[i] = (int8_t)(quads[i] >> 3);
    for (int i = 0; i < 1024; i++) sum += (uint32_t)quads[i] * (uint64_t)(uint32_t)longs[i];
  }
  return mix_bytes(sum, bytes, sizeof bytes);
}

PROGRAM(colours) {
  /* RGBA to luminance and back with alpha, in fixed point, bytes four apart. */
  static uint8_t rgba[4096], grey[1024];
  fill_random(rgba, sizeof rgba, 19);
  for (int round = 0; round < 8 * SCALE; round++) {
    for (int i = 0; i < 1024; i++) grey[i] = (uint8_t)((rgba[4 * i] * 77 + rgba[4 * i + 1] * 150 + rgba[4 * i + 2] * 29) >> 8);
    for (int i = 0; i < 1024; i++) {
      unsigned alpha = rgba[4 * i + 3];
      for (int k = 0; k < 3; k++) rgba[4 * i + k] = (uint8_t)((rgba[4 * i + k] * alpha + grey[i] * (255 - alpha) + 127) / 255);
      rgba[4 * i + 3] = (uint8_t)(alpha + 3);
    }
  }
  return mix_bytes(mix_bytes(0, rgba, sizeof rgba), grey, sizeof grey);
}

PROGRAM(life) {
  static uint8_t now[34][34], then[34][34];
  for (int i = 0; i < 34 * 34; i++) now[i / 34][i % 34] = 0;
  uint64_t seed = 20;
  for (int y = 1; y < 33; y++) for (int x = 1; x < 33; x++) now[y][x] = next_random(&seed) & 1;
  for (int round = 0; round < 10 * SCALE; round++) {
    for (int y = 1; y < 33; y++)
      for (int x = 1; x < 33; x++) {
        int n = now[y - 1][x - 1] + now[y - 1][x] + now[y - 1][x + 1] + now[y][x - 1] + now[y][x + 1] + now[y + 1][x - 1] + now[y + 1][x] + now[y + 1][x + 1];
        then[y][x] = n == 3 || (n == 2 && now[y][x]);
      }
    for (int y = 1; y < 33; y++) for (int x = 1; x < 33; x++) now[y][x] = then[y][x];
  }
  return mix_bytes(0, now, sizeof now);
}
