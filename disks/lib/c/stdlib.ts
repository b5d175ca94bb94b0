// <stdlib.h>: memory, the end of a program, order, chance.

import { SIGABRT } from "../../../kernel/abi/signals.ts";
import { SYS_GETPID, SYS_KILL } from "../../../kernel/abi/calls.ts";
import { call } from "../door.ts";
import { free as giveBack, realloc as resize, usableBytes } from "../heap.ts";
import { setErrno } from "./errno.ts";
import { complainOfAssertion, flushAll } from "./stdio.ts";
import { memcmp, memcpy, memset, strlen } from "./string.ts";
import { allocate, leave } from "./unistd.ts";

/// <stdlib.h>
/*h
#include <stddef.h>
#include <sys/types.h>
#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 0x7fffffff
#define MB_CUR_MAX 1
typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;
static inline div_t div(int n, int d) { return (div_t){ n / d, n % d }; }
static inline ldiv_t ldiv(long n, long d) { return (ldiv_t){ n / d, n % d }; }
#define alloca(bytes) __builtin_alloca(bytes)
*/

/// void *malloc(size_t bytes);
export function malloc(bytes: usize): Ptr<u8> | null {
  attr(symbol("malloc"));
  return allocate(bytes);
}
/// void free(void *at);
export function free(at: Ptr<u8> | null): void {
  attr(symbol("free"));
  if (at !== null) giveBack(at);
}
/// void *calloc(size_t count, size_t size);
export function calloc(count: usize, size: usize): Ptr<u8> | null {
  attr(symbol("calloc"));
  if (size !== 0 && count > 0xffff_ffff_ffff_ffff / size) {
    setErrno(i32(Errno.ENOMEM));
    return null;
  }
  const at = allocate(count * size);
  if (at !== null) memset(at, 0, count * size);
  return at;
}
/// void *realloc(void *at, size_t bytes);
export function realloc(at: Ptr<u8> | null, bytes: usize): Ptr<u8> | null {
  attr(symbol("realloc"));
  if (at === null) return allocate(bytes);
  const to = resize(at, bytes);
  if (!isErr(to)) return to;
  setErrno(i32(Errno.ENOMEM));
  return null;
}
/// size_t malloc_usable_size(void *at);
export function mallocUsableSize(at: Ptr<u8>): usize {
  attr(symbol("malloc_usable_size"));
  return usableBytes(at);
}

class Leaving {
  count: usize;
  functions: Arr<Fn<() => void>, 64>;
}
const leaving = zeroed<Leaving>();

/// int atexit(void (*f)(void));
export function atexit(f: Fn<() => void>): i32 {
  attr(symbol("atexit"));
  if (leaving.count === leaving.functions.length) return -1;
  leaving.functions[leaving.count] = f;
  leaving.count++;
  return 0;
}
/// void exit(int status) __attribute__((noreturn));
export function exit(status: i32): never {
  attr(symbol("exit"));
  while (leaving.count > 0) {
    leaving.count--;
    const f = leaving.functions[leaving.count];
    f();
  }
  flushAll();
  leave(status);
}
/// void _Exit(int status) __attribute__((noreturn));
export function leaveNow(status: i32): never {
  attr(symbol("_Exit"));
  leave(status);
}
/// void abort(void) __attribute__((noreturn));
export function abort(): never {
  attr(symbol("abort"));
  flushAll();
  call(SYS_KILL, u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0)), SIGABRT, 0, 0, 0, 0);
  leave(134);
}
/// <assert.h>
/// void __assert_fail(const char *what, const char *file, int line, const char *where) __attribute__((noreturn));
export function assertFail(what: Ptr<u8>, file: Ptr<u8>, line: i32, where: Ptr<u8>): never {
  attr(symbol("__assert_fail"));
  complainOfAssertion(what, file, line, where);
  abort();
}

/// <stdlib.h>
/// int abs(int n);
export function abs(n: i32): i32 {
  attr(symbol("abs"));
  return n < 0 ? 0 - n : n;
}
/// long labs(long n);
export function labs(n: i64): i64 {
  attr(symbol("labs"));
  return n < 0 ? 0 - n : n;
}
/// long long llabs(long long n);
export function llabs(n: i64): i64 {
  attr(symbol("llabs"));
  return labs(n);
}

class Chance {
  state: u64;
}
const chance = zeroed<Chance>();

/// void srand(unsigned seed);
export function srand(seed: u32): void {
  attr(symbol("srand"));
  chance.state = u64(seed);
}
/// int rand(void);
export function rand(): i32 {
  attr(symbol("rand"));
  // Knuth, "The Art of Computer Programming", vol. 2, 3.3.4: the multiplier of MMIX; its upper bits are the good ones.
  chance.state = chance.state * 6364136223846793005 + 1442695040888963407;
  return i32((chance.state >> 33) & 0x7fff_ffff);
}

type Compare = Fn<(a: Ptr<u8>, b: Ptr<u8>) => i32>;

/// void qsort(void *at, size_t count, size_t size, int (*compare)(const void *, const void *));
export function qsort(at: Ptr<u8>, count: usize, size: usize, compare: Compare): void {
  attr(symbol("qsort"));
  // Heapsort: never slow, needs no memory.
  if (count < 2) return;
  for (let i = count / 2; i > 0; i--) sink(at, i - 1, count, size, compare);
  for (let end = count - 1; end > 0; end--) {
    swap(at, ref(at[end * size]), size);
    sink(at, 0, end, size, compare);
  }
}
function sink(at: Ptr<u8>, from: usize, count: usize, size: usize, compare: Compare): void {
  let i = from;
  for (;;) {
    let child = i * 2 + 1;
    if (child >= count) return;
    if (child + 1 < count && compare(ref(at[child * size]), ref(at[(child + 1) * size])) < 0) child++;
    if (compare(ref(at[i * size]), ref(at[child * size])) >= 0) return;
    swap(ref(at[i * size]), ref(at[child * size]), size);
    i = child;
  }
}
function swap(a: Ptr<u8>, b: Ptr<u8>, size: usize): void {
  for (let i: usize = 0; i < size; i++) {
    const x = a[i];
    a[i] = b[i];
    b[i] = x;
  }
}
/// void *bsearch(const void *key, const void *at, size_t count, size_t size, int (*compare)(const void *, const void *));
export function bsearch(key: Ptr<u8>, at: Ptr<u8>, count: usize, size: usize, compare: Compare): Ptr<u8> | null {
  attr(symbol("bsearch"));
  let low: usize = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) / 2;
    const order = compare(key, ref(at[middle * size]));
    if (order === 0) return ref(at[middle * size]);
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return null;
}

class Surroundings {
  /** Addresses of NAME=value, a zero at the end. */
  words: Ptr<u64> | null;
  /** Whether the list is one of ours, on the heap. */
  own: boolean;
}
const surroundings = zeroed<Surroundings>();

/** What the kernel gave. */
export function useEnvironment(words: Ptr<u64>): void {
  surroundings.words = words;
}
/// <unistd.h>
/// char ***__environ_location(void);
export function environLocation(): Ptr<Ptr<u64> | null> {
  attr(symbol("__environ_location"));
  return ref(surroundings.words);
}

/** Where a variable stands in the list, or where the list ends. */
function placeOf(name: Ptr<u8>): usize {
  const words = surroundings.words;
  const length = strlen(name);
  let i: usize = 0;
  if (words === null) return 0;
  for (; words[i] !== 0; i++) {
    const entry = unsafe.ptr<u8>(words[i]);
    if (memcmp(entry, name, length) === 0 && entry[length] === byte("=")) break;
  }
  return i;
}
/// <stdlib.h>
/// char *getenv(const char *name);
export function getenv(name: Ptr<u8>): Ptr<u8> | null {
  attr(symbol("getenv"));
  const words = surroundings.words;
  if (words === null) return null;
  const entry = words[placeOf(name)];
  return entry === 0 ? null : unsafe.ptr<u8>(entry + strlen(name) + 1);
}
/// int setenv(const char *name, const char *value, int replace);
export function setenv(name: Ptr<u8>, value: Ptr<u8>, replace: i32): i32 {
  attr(symbol("setenv"));
  const words = surroundings.words;
  const i = placeOf(name);
  const length = strlen(name);
  const there = words === null ? 0 : words[i];
  if (there !== 0 && replace === 0) return 0;
  const entry = allocate(length + strlen(value) + 2);
  const list = allocate((i + 2) * 8);
  if (entry === null || list === null) return -1;
  memcpy(entry, name, length);
  entry[length] = byte("=");
  memcpy(ref(entry[length + 1]), value, strlen(value) + 1);
  if (words !== null && there !== 0) {
    giveBack(list);
    words[i] = addr(entry);
    return 0;
  }
  const grown = unsafe.cast<Ptr<u64>>(list);
  for (let k: usize = 0; k < i; k++) if (words !== null) grown[k] = words[k];
  grown[i] = addr(entry);
  grown[i + 1] = 0;
  if (surroundings.own && words !== null) giveBack(unsafe.cast<Ptr<u8>>(words));
  surroundings.words = grown;
  surroundings.own = true;
  return 0;
}
/// int unsetenv(const char *name);
export function unsetenv(name: Ptr<u8>): i32 {
  attr(symbol("unsetenv"));
  const words = surroundings.words;
  if (words === null) return 0;
  for (let i = placeOf(name); words[i] !== 0; i++) words[i] = words[i + 1];
  return 0;
}
