#include "twins.h"

uint64_t c_fib(uint64_t n) { return n < 2 ? n : c_fib(n - 1) + c_fib(n - 2); }
