// Memory routines under the names that C compilers call behind their users' backs (gcc, "Standards": memcpy, memmove, memset, memcmp).

export function memcpy(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("memcpy"));
  copySlice(slice(to, bytes), slice(from, bytes));
  return to;
}

export function memmove(to: Ptr<u8>, from: Ptr<u8>, bytes: usize): Ptr<u8> {
  attr(symbol("memmove"));
  copySlice(slice(to, bytes), slice(from, bytes));
  return to;
}

export function memset(to: Ptr<u8>, value: i32, bytes: usize): Ptr<u8> {
  attr(symbol("memset"));
  fill(slice(to, bytes), u8(value));
  return to;
}

export function memcmp(x: Ptr<u8>, y: Ptr<u8>, bytes: usize): i32 {
  attr(symbol("memcmp"));
  for (let i: usize = 0; i < bytes; i++) if (x[i] !== y[i]) return i32(x[i]) - i32(y[i]);
  return 0;
}
