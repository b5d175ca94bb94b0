/* Numbers of floating point in loops: scalar SSE2, and packed where gcc finds that it may. */
#include "program.h"

struct body { double x[3], v[3], mass; };

PROGRAM(nbody) {
  uint64_t seed = 11, sum = 0;
  struct body bodies[5];
  for (int i = 0; i < 5; i++) {
    for (int k = 0; k < 3; k++) bodies[i].x[k] = 10 * random_unit(&seed), bodies[i].v[k] = random_unit(&seed);
    bodies[i].mass = 1 + random_unit(&seed) / 2;
  }
  for (int step = 0; step < 300 * SCALE; step++) {
    for (int i = 0; i < 5; i++)
      for (int j = i + 1; j < 5; j++) {
        double d[3], square = 1e-3;
        for (int k = 0; k < 3; k++) d[k] = bodies[i].x[k] - bodies[j].x[k], square += d[k] * d[k];
        double pull = 0.01 / (square * __builtin_sqrt(square));
        for (int k = 0; k < 3; k++) bodies[i].v[k] -= d[k] * bodies[j].mass * pull, bodies[j].v[k] += d[k] * bodies[i].mass * pull;
      }
    for (int i = 0; i < 5; i++) for (int k = 0; k < 3; k++) bodies[i].x[k] += 0.01 * bodies[i].v[k];
  }
  for (int i = 0; i < 5; i++) for (int k = 0; k < 3; k++) sum = mix_double(sum, bodies[i].x[k]);
  return sum;
}

static double spectral_element(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

PROGRAM(spectral_norm) {
  enum { n = 40 };
  double u[n], v[n], w[n], uv = 0, vv = 0;
  for (int i = 0; i < n; i++) u[i] = 1;
  for (int round = 0; round < 6 * SCALE; round++) {
    double *from[] = { u, v }, *to[] = { v, u };
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < n; i++) { w[i] = 0; for (int j = 0; j < n; j++) w[i] += spectral_element(i, j) * from[half][j]; }
      for (int i = 0; i < n; i++) { to[half][i] = 0; for (int j = 0; j < n; j++) to[half][i] += spectral_element(j, i) * w[j]; }
    }
  }
  for (int i = 0; i < n; i++) uv += u[i] * v[i], vv += v[i] * v[i];
  return mix_double(0, __builtin_sqrt(uv / vv));
}

PROGRAM(mandelbrot) {
  uint64_t sum = 0;
  for (int y = 0; y < 24 * SCALE; y++)
    for (int x = 0; x < 32; x++) {
      double cr = x / 14.0 - 1.6, ci = y / (12.0 * SCALE) - 1, zr = 0, zi = 0;
      int n = 0;
      for (; n < 60 && zr * zr + zi * zi < 4; n++) {
        double t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
      }
      sum = mix(sum, n);
    }
  return sum;
}

PROGRAM(mandelbrot_float) {
  uint64_t sum = 0;
  float cr[16], zr[16], zi[16];
  int32_t count[16];
  for (int y = 0; y < 24 * SCALE; y++) {
    for (int x = 0; x < 16; x++) cr[x] = (float)x / 7 - 1.6f, zr[x] = zi[x] = 0, count[x] = 0;
    for (int n = 0; n < 40; n++)
      for (int x = 0; x < 16; x++) {
        float rr = zr[x] * zr[x], ii = zi[x] * zi[x], t = rr - ii + cr[x];
        int inside = rr + ii < 4;
        zi[x] = inside ? 2 * zr[x] * zi[x] + (float)y * 0.03f : zi[x];
        zr[x] = inside ? t : zr[x];
        count[x] += inside;
      }
    for (int x = 0; x < 16; x++) sum = mix(sum, count[x]);
  }
  return sum;
}

struct complex { double re, im; };

static struct complex product(struct complex a, struct complex b) {
  return (struct complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

PROGRAM(fft) {
  enum { n = 256 };
  static struct complex z[n];
  uint64_t seed = 5, sum = 0;
  for (int i = 0; i < n; i++) z[i] = (struct complex){ random_unit(&seed), random_unit(&seed) };
  for (int round = 0; round < 4 * SCALE; round++) {
    for (int i = 0, j = 0; i < n; i++) {
      if (i < j) { struct complex t = z[i]; z[i] = z[j]; z[j] = t; }
      int bit = n / 2;
      for (; j & bit; bit >>= 1) j &= ~bit;
      j |= bit;
    }
    /* The roots by half angles, from the fourth on: cos a/2 = sqrt((1 + cos a)/2). */
    struct complex root = { -1, 0 };
    for (int size = 2; size <= n; size *= 2) {
      for (int from = 0; from < n; from += size) {
        struct complex w = { 1, 0 };
        for (int i = from; i < from + size / 2; i++) {
          struct complex t = product(w, z[i + size / 2]);
          z[i + size / 2] = (struct complex){ z[i].re - t.re, z[i].im - t.im };
          z[i] = (struct complex){ z[i].re + t.re, z[i].im + t.im };
          w = product(w, root);
        }
      }
      double c = __builtin_sqrt((1 + root.re) / 2);
      root = (struct complex){ c, __builtin_sqrt((1 - root.re) / 2) };
    }
    for (int i = 0; i < n; i++) z[i].re /= 16, z[i].im /= 16;
  }
  for (int i = 0; i < n; i++) sum = mix_double(mix_double(sum, z[i].re), z[i].im);
  return sum;
}

static double da[48][48], db[48][48], dc[48][48];

PROGRAM(matrix_double) {
  uint64_t seed = 3, sum = 0;
  for (int i = 0; i < 48 * 48; i++) da[i / 48][i % 48] = random_unit(&seed), db[i / 48][i % 48] = random_unit(&seed);
  for (int round = 0; round < SCALE; round++) {
    for (int i = 0; i < 48; i++)
      for (int j = 0; j < 48; j++) {
        double t = 0;
        for (int k = 0; k < 48; k++) t += da[i][k] * db[k][j];
        dc[i][j] = t;
      }
    for (int i = 0; i < 48 * 48; i++) da[i / 48][i % 48] = dc[i / 48][i % 48] / 8 + db[i / 48][i % 48];
  }
  for (int i = 0; i < 48 * 48; i++) sum = mix_double(sum, dc[i / 48][i % 48]);
  return sum;
}

static float fa[64][64], fb[64][64], fc[64][64];

PROGRAM(matrix_float) {
  uint64_t seed = 4, sum = 0;
  for (int i = 0; i < 64 * 64; i++) fa[i / 64][i % 64] = (float)random_unit(&seed), fb[i / 64][i % 64] = (float)random_unit(&seed), fc[i / 64][i % 64] = 0;
  for (int round = 0; round < SCALE; round++)
    for (int i = 0; i < 64; i++)
      for (int k = 0; k < 64; k++)
        for (int j = 0; j < 64; j++) fc[i][j] += fa[i][k] * fb[k][j];
  for (int i = 0; i < 64 * 64; i++) sum = mix_float(sum, fc[i / 64][i % 64]);
  return sum;
}

struct quaternion { float w, x, y, z; };

static struct quaternion turned(struct quaternion a, struct quaternion b) {
  return (struct quaternion){
    a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z, a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
    a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x, a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
  };
}

PROGRAM(quaternion) {
  struct quaternion q = { 0.5f, 0.5f, 0.5f, 0.5f }, step = { 0.99f, 0.08f, -0.05f, 0.11f };
  uint64_t sum = 0;
  for (int i = 0; i < 3000 * SCALE; i++) {
    q = turned(q, step);
    float length = __builtin_sqrtf(q.w * q.w + q.x * q.x + q.y * q.y + q.z * q.z);
    q = (struct quaternion){ q.w / length, q.x / length, q.y / length, q.z / length };
    sum = mix_float(sum, q.x);
  }
  return mix_float(mix_float(sum, q.w), q.z);
}

PROGRAM(elimination) {
  enum { n = 24 };
  static double a[n][n + 1];
  uint64_t seed = 9, sum = 0;
  for (int round = 0; round < 4 * SCALE; round++) {
    for (int i = 0; i < n; i++) for (int j = 0; j <= n; j++) a[i][j] = random_unit(&seed);
    for (int k = 0; k < n; k++) {
      int best = k;
      for (int i = k + 1; i < n; i++) if (__builtin_fabs(a[i][k]) > __builtin_fabs(a[best][k])) best = i;
      for (int j = k; j <= n; j++) { double t = a[k][j]; a[k][j] = a[best][j]; a[best][j] = t; }
      for (int i = 0; i < n; i++) {
        if (i == k) continue;
        double factor = a[i][k] / a[k][k];
        for (int j = k; j <= n; j++) a[i][j] -= factor * a[k][j];
      }
    }
    for (int i = 0; i < n; i++) sum = mix_double(sum, a[i][n] / a[i][i]);
  }
  return sum;
}

PROGRAM(heat) {
  static float now[66 * 66], then[66 * 66];
  uint64_t sum = 0;
  for (int i = 0; i < 66 * 66; i++) now[i] = then[i] = i % 66 == 0 ? 100 : (float)(i % 7);
  for (int step = 0; step < 12 * SCALE; step++) {
    for (int y = 1; y < 65; y++)
      for (int x = 1; x < 65; x++) {
        const float *at = &now[y * 66 + x];
        then[y * 66 + x] = at[0] + 0.2f * (at[-1] + at[1] + at[-66] + at[66] - 4 * at[0]);
      }
    memcpy(now, then, sizeof now);
  }
  for (int i = 0; i < 66 * 66; i++) sum = mix_float(sum, now[i]);
  return sum;
}

PROGRAM(polynomials) {
  uint64_t seed = 21, sum = 0;
  double c[9], x[64], y[64];
  for (int i = 0; i < 9; i++) c[i] = random_unit(&seed);
  for (int i = 0; i < 64; i++) x[i] = random_unit(&seed);
  for (int round = 0; round < 60 * SCALE; round++) {
    for (int i = 0; i < 64; i++) { y[i] = c[8]; for (int k = 7; k >= 0; k--) y[i] = y[i] * x[i] + c[k]; }
    for (int i = 0; i < 64; i++) x[i] = y[i] * 0.37;
  }
  for (int i = 0; i < 64; i++) sum = mix_double(sum, y[i]);
  return sum;
}

PROGRAM(tiny_numbers) {
  /* Down to the denormal numbers and up again; infinities and what is no number. */
  uint64_t sum = 0;
  float f[32];
  for (int i = 0; i < 32; i++) f[i] = 1 + (float)i / 32;
  for (int step = 0; step < 170 * SCALE; step++) {
    float factor = step % 170 < 150 ? 0.5f : 3e30f;
    for (int i = 0; i < 32; i++) f[i] *= factor;
    for (int i = 0; i < 32; i++) sum = mix_float(sum, f[i]);
    if (step % 170 == 169) for (int i = 0; i < 32; i++) f[i] = (f[i] - f[i]) != 0 ? 1 : f[31 - i] / f[i] + (float)i;
  }
  return mix(sum, __builtin_ia32_stmxcsr());
}

PROGRAM(black_hole_sums) {
  /* Kahan's sum against the plain one, in float and double, forwards and backwards. */
  uint64_t seed = 77, sum = 0;
  static float terms[2000];
  for (int i = 0; i < 2000; i++) terms[i] = (float)random_unit(&seed) * (float)(1 << i % 20);
  for (int round = 0; round < 3 * SCALE; round++) {
    float plain = 0, kahan = 0, lost = 0;
    double wide = 0;
    for (int i = 0; i < 2000; i++) {
      volatile float added;
      float y = terms[i] - lost;
      added = kahan + y;
      lost = (added - kahan) - y;
      kahan = added;
      plain += terms[1999 - i];
      wide += terms[i];
    }
    sum = mix_double(mix_float(mix_float(sum, plain), kahan), wide);
    terms[round] *= 1.5f;
  }
  return sum;
}
