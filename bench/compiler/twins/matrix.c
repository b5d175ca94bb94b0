#include "twins.h"

#define SIZE 100

void c_matrix(const uint64_t a[SIZE][SIZE], const uint64_t b[SIZE][SIZE], uint64_t product[SIZE][SIZE]) {
  for (uint64_t i = 0; i < SIZE; i++)
    for (uint64_t j = 0; j < SIZE; j++) {
      uint64_t sum = 0;
      for (uint64_t k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
      product[i][j] = sum;
    }
}
