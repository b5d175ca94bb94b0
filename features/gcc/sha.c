/* SHA by its instructions. */
#pragma GCC target("sse4.1,sha")
#include "program.h"

typedef int v4 __attribute__((vector_size(16)));

PROGRAM(sha1_instructions) {
  v4 abcd = { 0x10325476, (int)0x98badcfe, (int)0xefcdab89, 0x67452301 }, e = { 0, 0, 0, (int)0xc3d2e1f0 };
  v4 m[4] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 }, { 13, 14, 15, 16 } };
  for (int round = 0; round < 1000 * SCALE; round++) {
    v4 before = abcd;
    e = __builtin_ia32_sha1nexte(e, m[0]);
    abcd = round & 2 ? __builtin_ia32_sha1rnds4(abcd, e, 0) : round & 1 ? __builtin_ia32_sha1rnds4(abcd, e, 1) : __builtin_ia32_sha1rnds4(abcd, e, 3);
    e = before;
    v4 next = __builtin_ia32_sha1msg2(__builtin_ia32_sha1msg1(m[0], m[1]) ^ m[2], m[3]);
    m[0] = m[1], m[1] = m[2], m[2] = m[3], m[3] = next;
    abcd = __builtin_ia32_sha1rnds4(abcd, m[2], 2);
  }
  return mix_bytes(mix_bytes(0, &abcd, 16), m, sizeof m);
}

PROGRAM(sha256_instructions) {
  v4 abef = { (int)0x9b05688c, 0x510e527f, (int)0xbb67ae85, 0x6a09e667 }, cdgh = { 0x5be0cd19, 0x1f83d9ab, (int)0xa54ff53a, 0x3c6ef372 };
  v4 m[4] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9, 10, 11, 12 }, { 13, 14, 15, 16 } };
  for (int round = 0; round < 1000 * SCALE; round++) {
    v4 k = m[0] + 0x428a2f98 + round;
    cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, k);
    abef = __builtin_ia32_sha256rnds2(abef, cdgh, __builtin_shuffle(k, (v4){ 2, 3, 2, 3 }));
    v4 across = __builtin_shuffle(m[2], m[3], (v4){ 1, 2, 3, 4 });
    v4 next = __builtin_ia32_sha256msg2(__builtin_ia32_sha256msg1(m[0], m[1]) + across, m[3]);
    m[0] = m[1], m[1] = m[2], m[2] = m[3], m[3] = next;
  }
  return mix_bytes(mix_bytes(mix_bytes(0, &abef, 16), &cdgh, 16), m, sizeof m);
}
