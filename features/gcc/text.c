/* Letters and bytes. */
#include "program.h"

static char text[4096 + 64];

static void some_text(uint64_t seed) {
  static const char letters[] = "etaoinshrdlu cmfwyp vbgkjq xz etaoin ";
  for (int i = 0; i < 4096; i++) text[i] = letters[next_random(&seed) % (sizeof letters - 1)];
  text[4096] = 0;
}

PROGRAM(lengths) {
  uint64_t sum = 0;
  some_text(51);
  for (int i = 0; i < 30 * SCALE; i++) {
    text[4000 - i % 4000] = 0;
    for (int from = 0; from < 4096; from += 1 + (int)strlen(text + from)) sum = mix(sum, strlen(text + from));
  }
  return sum;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

PROGRAM(base64) {
  static uint8_t bytes[768], decoded[768];
  static char encoded[1024];
  int8_t value[256];
  for (int i = 0; i < 256; i++) value[i] = -1;
  for (int i = 0; i < 64; i++) value[(uint8_t)alphabet[i]] = (int8_t)i;
  fill_random(bytes, sizeof bytes, 52);
  for (int round = 0; round < 8 * SCALE; round++) {
    for (int i = 0, o = 0; i < 768; i += 3, o += 4) {
      uint32_t v = (uint32_t)bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
      for (int k = 0; k < 4; k++) encoded[o + k] = alphabet[v >> (18 - 6 * k) & 63];
    }
    for (int i = 0, o = 0; i < 1024; i += 4, o += 3) {
      uint32_t v = 0;
      for (int k = 0; k < 4; k++) v = v << 6 | (uint32_t)value[(uint8_t)encoded[i + k]];
      for (int k = 0; k < 3; k++) decoded[o + k] = (uint8_t)(v >> (16 - 8 * k));
    }
    if (memcmp(bytes, decoded, sizeof bytes) != 0) return 0;
    for (int i = 0; i < 768; i++) bytes[i] = (uint8_t)(decoded[767 - i] + round);
  }
  return mix_bytes(0, encoded, sizeof encoded);
}

PROGRAM(utf8) {
  static uint8_t bytes[4096];
  uint64_t sum = 0, seed = 53;
  for (int round = 0; round < 3 * SCALE; round++) {
    int length = 0;
    while (length < 4000) {
      uint32_t c = (uint32_t)(next_random(&seed) >> (next_random(&seed) % 24 + 43)) % 0x110000;
      if (c < 0x80) bytes[length++] = (uint8_t)c;
      else if (c < 0x800) bytes[length++] = (uint8_t)(0xc0 | c >> 6), bytes[length++] = 0x80 | (c & 63);
      else if (c < 0x10000) bytes[length++] = (uint8_t)(0xe0 | c >> 12), bytes[length++] = 0x80 | (c >> 6 & 63), bytes[length++] = 0x80 | (c & 63);
      else bytes[length++] = (uint8_t)(0xf0 | c >> 18), bytes[length++] = 0x80 | (c >> 12 & 63), bytes[length++] = 0x80 | (c >> 6 & 63), bytes[length++] = 0x80 | (c & 63);
    }
    int letters = 0;
    for (int i = 0; i < length; i++) letters += (bytes[i] & 0xc0) != 0x80;
    for (int i = 0; i < length;) {
      int more = __builtin_clz(~((uint32_t)bytes[i] << 24) | 1);
      uint32_t c = bytes[i] & (0xff >> (more + (more > 0)));
      for (i++; more > 1; more--, i++) c = c << 6 | (bytes[i] & 63);
      sum = mix(sum, c);
    }
    sum = mix(sum, letters);
  }
  return sum;
}

PROGRAM(numbers_as_text) {
  uint64_t sum = 0, seed = 54;
  for (int i = 0; i < 400 * SCALE; i++) {
    uint64_t n = next_random(&seed) >> i % 60, back = 0, hex = 0;
    char digits[20];
    int length = 0;
    for (uint64_t rest = n; length == 0 || rest; rest /= 10) digits[length++] = (char)('0' + rest % 10);
    for (int k = length; k > 0; k--) back = back * 10 + (digits[k - 1] - '0');
    for (int k = 0; k < 16; k++) {
      char digit = "0123456789abcdef"[n >> (60 - 4 * k) & 15];
      hex = hex << 4 | (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    sum = mix(mix(mix_bytes(sum, digits, (size_t)length), back), hex);
  }
  return sum;
}

PROGRAM(edit_distance) {
  uint64_t sum = 0;
  some_text(55);
  for (int round = 0; round < 4 * SCALE; round++) {
    const char *a = text + round % 64 * 48, *b = a + 700;
    int row[49];
    for (int j = 0; j <= 48; j++) row[j] = j;
    for (int i = 1; i <= 48; i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= 48; j++) {
        int best = corner + (a[i - 1] != b[j - 1]);
        best = row[j] + 1 < best ? row[j] + 1 : best;
        best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
        corner = row[j];
        row[j] = best;
      }
    }
    sum = mix_bytes(sum, row, sizeof row);
  }
  return sum;
}

PROGRAM(search) {
  uint64_t sum = 0;
  some_text(56);
  for (int round = 0; round < 30 * SCALE; round++) {
    const char *wanted = text + 4090 - round % 500 * 7;
    int length = 2 + round % 4, skip[256], found = 0;
    for (int i = 0; i < 256; i++) skip[i] = length;
    for (int i = 0; i < length - 1; i++) skip[(uint8_t)wanted[i]] = length - 1 - i;
    for (int at = 0; at + length <= 4096; at += skip[(uint8_t)text[at + length - 1]])
      if (memcmp(text + at, wanted, (size_t)length) == 0) found++, sum = mix(sum, at);
    sum = mix(sum, found);
  }
  return sum;
}

PROGRAM(letter_case) {
  uint64_t sum = 0;
  some_text(57);
  for (int round = 0; round < 24 * SCALE; round++) {
    for (int i = 0; i < 4096; i++) text[i] ^= text[i] >= 'a' && text[i] <= 'z' && (i + round) % 3 ? 0x20 : 0;
    int spaces = 0, capitals = 0;
    for (int i = 0; i < 4096; i++) spaces += text[i] == ' ', capitals += text[i] >= 'A' && text[i] <= 'Z';
    for (int i = 0; i < 4096; i++) text[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)('a' + (text[i] - 'A' + 13) % 26) : text[i];
    sum = mix(mix(sum, spaces), capitals);
  }
  return mix_bytes(sum, text, 4096);
}

PROGRAM(words) {
  /* Counts words in an open hash table. */
  static struct { uint32_t hash, count; } table[1024];
  uint64_t sum = 0;
  some_text(58);
  memset(table, 0, sizeof table);
  for (int round = 0; round < 4 * SCALE; round++)
    for (int i = 0; i < 4096;) {
      uint32_t hash = 2166136261u;
      for (; text[i] != ' ' && text[i]; i++) hash = (hash ^ (uint8_t)text[i]) * 16777619u;
      i++;
      uint32_t slot = hash & 1023;
      while (table[slot].count && table[slot].hash != hash) slot = (slot + 1) & 1023;
      table[slot].hash = hash;
      table[slot].count++;
    }
  for (int i = 0; i < 1024; i++) sum = mix(mix(sum, table[i].hash), table[i].count);
  return sum;
}
