/* Text from numbers and back: everything that printf, strtod and their families are asked for, in many combinations. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 42;
static uint64_t next(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static double anyDouble(void) {
  uint64_t bits = next();
  double x;
  switch (next() % 4) {
    case 0: x = (double)(int64_t)(bits >> (next() % 64)) / (double)(1 + next() % 1000); break;
    case 1: x = (double)(next() % 100000) / 8; break;
    default: memcpy(&x, &bits, sizeof x);
  }
  return x;
}

int main(void) {
  static const char *flags[] = { "", "-", "+", " ", "0", "#", "-+", "+0", "# 0", "-#" };
  static const char *sizes[] = { "", "5", "12", "30" };
  static const char *precisions[] = { "", ".", ".0", ".1", ".3", ".17", ".40" };
  char form[40], out[2000];
  for (int i = 0; i < 10; i++)
    for (int j = 0; j < 4; j++)
      for (int k = 0; k < 7; k++) {
        for (const char *c = "diuxXo"; *c; c++) {
          snprintf(form, sizeof form, "%%%s%s%sl%c|", flags[i], sizes[j], precisions[k], *c);
          printf(form, (long)(next() >> (next() % 64)));
          printf(form, 0l);
          snprintf(form, sizeof form, "%%%s%s%shh%c|", flags[i], sizes[j], precisions[k], *c);
          printf(form, (int)next());
        }
        for (const char *c = "feEgGaA"; *c; c++) {
          snprintf(form, sizeof form, "%%%s%s%s%c|", flags[i], sizes[j], precisions[k], *c);
          int n = snprintf(out, sizeof out, form, anyDouble());
          printf("%d %s", n, out);
          printf(form, 0.0);
          printf(form, -1.0 / 0);
          printf(form, 0.5 + (double)(next() % 16));
        }
        snprintf(form, sizeof form, "%%%s%s%ss|%%%s%sc\n", i == 1 ? "-" : "", sizes[j], precisions[k], i == 1 ? "-" : "", sizes[j]);
        printf(form, "some text", 'x');
      }
  printf("%Lf %.20Lg %Le\n", 3.25L, 1.0L / 4, 1e300L);
  printf("%p %p %%\n", (void *)0, (void *)0x1234);

  for (int i = 0; i < 3000; i++) {
    double x = anyDouble();
    snprintf(out, sizeof out, "%.*e", (int)(next() % 25), x);
    char *end;
    double back = strtod(out, &end);
    printf("%s %a %d\n", out, back, (int)(end - out));
  }
  static const char *texts[] = { "1e400", "-1e-400", "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
    "1.7976931348623158e308", "1.7976931348623159e308", "2.2250738585072011e-308", "0.1e", "1e+", ".5", "5.", ".", "-.e1", "inf", "-infinityx", "nan",
    "9007199254740993", "9007199254740992.99999999999999999999", "  12abc", "00000000000000000000000000001.50000000000", "123456789012345678901234567890" };
  for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
    char *end;
    errno = 0;
    double x = strtod(texts[i], &end);
    if (x != x) x = 0;
    printf("%s %a %d %d\n", texts[i], x, (int)(end - texts[i]), errno);
  }
  static const char *wholes[] = { "0", "-1", "0x7f", "0xg", "077", "08", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "-9223372036854775809", "18446744073709551615", "18446744073709551616", "zz", " +5", "-", "" };
  for (unsigned i = 0; i < sizeof wholes / sizeof *wholes; i++)
    for (int base = 0; base < 37; base += base == 0 ? 2 : 7) {
      char *end, *end2;
      errno = 0;
      long n = strtol(wholes[i], &end, base);
      int code = errno;
      unsigned long u = strtoul(wholes[i], &end2, base);
      printf("%s %d %ld %lu %d %d %d\n", wholes[i], base, n, u, (int)(end - wholes[i]), (int)(end2 - wholes[i]), code);
    }
  return 0;
}
