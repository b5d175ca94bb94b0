// <string.h>: bytes in memory, and texts that end with a zero.

import { malloc } from "../heap.ts";
import { setErrno } from "./errno.ts";

/// <string.h>
/*h
#include <stddef.h>
*/

/// void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
export function memcpy(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("memcpy"));
  copySlice(slice(to, bytes), slice(from, bytes));
  return to;
}

/// void *memmove(void *to, const void *from, size_t bytes);
export function memmove(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("memmove"));
  copySlice(slice(to, bytes), slice(from, bytes));
  return to;
}

/// void *memset(void *to, int value, size_t bytes);
export function memset(to: Ptr<u8>, value: i32, bytes: usize): Ptr<u8> {
  attr(symbol("memset"));
  fill(slice(to, bytes), u8(value));
  return to;
}

/// int memcmp(const void *a, const void *b, size_t bytes);
export function memcmp(a: Ptr<u8>, b: Ptr<u8>, bytes: usize): i32 {
  attr(symbol("memcmp"));
  for (let i: usize = 0; i < bytes; i++) if (a[i] !== b[i]) return i32(a[i]) - i32(b[i]);
  return 0;
}

/// void *memchr(const void *at, int value, size_t bytes);
export function memchr(at: Ptr<u8>, value: i32, bytes: usize): Ptr<u8> | null {
  attr(symbol("memchr"));
  for (let i: usize = 0; i < bytes; i++) if (at[i] === u8(value)) return ref(at[i]);
  return null;
}

/// size_t strlen(const char *s);
export function strlen(s: Ptr<u8>): usize {
  attr(symbol("strlen"));
  let length: usize = 0;
  while (s[length] !== 0) length++;
  return length;
}

/// size_t strnlen(const char *s, size_t most);
export function strnlen(s: Ptr<u8>, most: usize): usize {
  attr(symbol("strnlen"));
  let length: usize = 0;
  while (length < most && s[length] !== 0) length++;
  return length;
}

/// char *strcpy(char *restrict to, const char *restrict from);
export function strcpy(to: Ptr<u8>, from: Ptr<u8>): Ptr<u8> {
  attr(symbol("strcpy"));
  return memcpy(to, from, strlen(from) + 1);
}

/// char *stpcpy(char *restrict to, const char *restrict from);
export function stpcpy(to: Ptr<u8>, from: Ptr<u8>): Ptr<u8> {
  attr(symbol("stpcpy"));
  const length = strlen(from);
  memcpy(to, from, length + 1);
  return ref(to[length]);
}

/// char *strncpy(char *restrict to, const char *restrict from, size_t bytes);
export function strncpy(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("strncpy"));
  const length = strnlen(from, bytes);
  memcpy(to, from, length);
  memset(ref(to[length]), 0, bytes - length);
  return to;
}

/// char *strcat(char *restrict to, const char *restrict from);
export function strcat(to: Ptr<u8>, from: Ptr<u8>): Ptr<u8> {
  attr(symbol("strcat"));
  strcpy(ref(to[strlen(to)]), from);
  return to;
}

/// char *strncat(char *restrict to, const char *restrict from, size_t bytes);
export function strncat(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("strncat"));
  const end = strlen(to);
  const length = strnlen(from, bytes);
  memcpy(ref(to[end]), from, length);
  to[end + length] = 0;
  return to;
}

/// int strcmp(const char *a, const char *b);
export function strcmp(a: Ptr<u8>, b: Ptr<u8>): i32 {
  attr(symbol("strcmp"));
  let i: usize = 0;
  while (a[i] !== 0 && a[i] === b[i]) i++;
  return i32(a[i]) - i32(b[i]);
}

/// int strcoll(const char *a, const char *b);
export function strcoll(a: Ptr<u8>, b: Ptr<u8>): i32 {
  attr(symbol("strcoll"));
  return strcmp(a, b);
}

/// int strncmp(const char *a, const char *b, size_t bytes);
export function strncmp(a: Ptr<u8>, b: Ptr<u8>, bytes: usize): i32 {
  attr(symbol("strncmp"));
  for (let i: usize = 0; i < bytes; i++) {
    if (a[i] !== b[i]) return i32(a[i]) - i32(b[i]);
    if (a[i] === 0) break;
  }
  return 0;
}

function lowered(c: u8): i32 {
  return c >= byte("A") && c <= byte("Z") ? i32(c) + 32 : i32(c);
}

/// <strings.h>
/*h
#include <stddef.h>
*/
/// int strcasecmp(const char *a, const char *b);
export function strcasecmp(a: Ptr<u8>, b: Ptr<u8>): i32 {
  attr(symbol("strcasecmp"));
  return strncasecmp(a, b, 0xffff_ffff_ffff_ffff);
}

/// int strncasecmp(const char *a, const char *b, size_t bytes);
export function strncasecmp(a: Ptr<u8>, b: Ptr<u8>, bytes: usize): i32 {
  attr(symbol("strncasecmp"));
  for (let i: usize = 0; i < bytes; i++) {
    const difference = lowered(a[i]) - lowered(b[i]);
    if (difference !== 0 || a[i] === 0) return difference;
  }
  return 0;
}

/// <string.h>
/// char *strchr(const char *s, int c);
export function strchr(s: Ptr<u8>, c: i32): Ptr<u8> | null {
  attr(symbol("strchr"));
  for (let i: usize = 0; ; i++) {
    if (s[i] === u8(c)) return ref(s[i]);
    if (s[i] === 0) return null;
  }
}

/// char *strrchr(const char *s, int c);
export function strrchr(s: Ptr<u8>, c: i32): Ptr<u8> | null {
  attr(symbol("strrchr"));
  for (let i = strlen(s) + 1; i > 0; i--) if (s[i - 1] === u8(c)) return ref(s[i - 1]);
  return null;
}

/// char *strstr(const char *s, const char *part);
export function strstr(s: Ptr<u8>, part: Ptr<u8>): Ptr<u8> | null {
  attr(symbol("strstr"));
  const length = strlen(part);
  for (let i: usize = 0; ; i++) {
    if (strncmp(ref(s[i]), part, length) === 0) return ref(s[i]);
    if (s[i] === 0) return null;
  }
}

function isOneOf(c: u8, set: Ptr<u8>): boolean {
  for (let i: usize = 0; set[i] !== 0; i++) if (set[i] === c) return true;
  return false;
}

/// size_t strspn(const char *s, const char *set);
export function strspn(s: Ptr<u8>, set: Ptr<u8>): usize {
  attr(symbol("strspn"));
  let i: usize = 0;
  while (s[i] !== 0 && isOneOf(s[i], set)) i++;
  return i;
}

/// size_t strcspn(const char *s, const char *set);
export function strcspn(s: Ptr<u8>, set: Ptr<u8>): usize {
  attr(symbol("strcspn"));
  let i: usize = 0;
  while (s[i] !== 0 && !isOneOf(s[i], set)) i++;
  return i;
}

/// char *strpbrk(const char *s, const char *set);
export function strpbrk(s: Ptr<u8>, set: Ptr<u8>): Ptr<u8> | null {
  attr(symbol("strpbrk"));
  const i = strcspn(s, set);
  return s[i] === 0 ? null : ref(s[i]);
}

class TokenState {
  rest: Ptr<u8> | null;
}
const tokens = zeroed<TokenState>();

/// char *strtok(char *restrict s, const char *restrict separators);
export function strtok(s: Ptr<u8> | null, separators: Ptr<u8>): Ptr<u8> | null {
  attr(symbol("strtok"));
  return strtokR(s, separators, ref(tokens.rest));
}

/// char *strtok_r(char *restrict s, const char *restrict separators, char **restrict rest);
export function strtokR(s: Ptr<u8> | null, separators: Ptr<u8>, rest: Ptr<Ptr<u8> | null>): Ptr<u8> | null {
  attr(symbol("strtok_r"));
  const given = s !== null ? s : rest[0];
  if (given === null) return null;
  const token = ref(given[strspn(given, separators)]);
  rest[0] = null;
  if (token[0] === 0) return null;
  const length = strcspn(token, separators);
  if (token[length] !== 0) {
    token[length] = 0;
    rest[0] = ref(token[length + 1]);
  }
  return token;
}

/// char *strdup(const char *s);
export function strdup(s: Ptr<u8>): Ptr<u8> | null {
  attr(symbol("strdup"));
  return strndup(s, strlen(s));
}

/// char *strndup(const char *s, size_t most);
export function strndup(s: Ptr<u8>, most: usize): Ptr<u8> | null {
  attr(symbol("strndup"));
  const length = strnlen(s, most);
  const to = malloc(length + 1);
  if (isErr(to)) {
    setErrno(i32(Errno.ENOMEM));
    return null;
  }
  memcpy(to, s, length);
  to[length] = 0;
  return to;
}
