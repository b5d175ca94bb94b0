// What every C function that fails leaves behind: a code in errno.

import { errorText } from "../error-text.ts";

class ErrorState {
  code: i32;
  /** strerror's texts with their zeros, 48 bytes for each code; what is no code of ours shares the last. */
  texts: Arr<u8, 6432>;
}

const state = zeroed<ErrorState>();

/// <errno.h>
/// E* from Errno
/*h
#define errno (*__errno_location())
*/

/// int *__errno_location(void);
export function errnoLocation(): Ptr<i32> {
  attr(symbol("__errno_location"));
  return ref(state.code);
}

export function setErrno(code: i32): void {
  state.code = code;
}

export function errno(): i32 {
  return state.code;
}

/** What the kernel gave, as C wants it: -1 for an error, whose code goes to errno. */
export function outcome(r: i64): i64 {
  if (r >= 0) return r;
  state.code = i32(0 - r);
  return -1;
}

export function outcome32(r: i64): i32 {
  return i32(outcome(r));
}

/// <string.h>
/// char *strerror(int code);
export function strerror(code: i32): Ptr<u8> {
  attr(symbol("strerror"));
  const words = errorText(code);
  const at = (code >= 0 && code < 133 ? usize(code) : 133) * 48;
  copySlice(slice(state.texts).sub(at, at + words.length), bytes(words));
  state.texts[at + words.length] = 0;
  return ref(state.texts[at]);
}
