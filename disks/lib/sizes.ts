// Sizes as people read them: 512, 1.5K, 23M.

import { Digits, Text } from "./text.ts";

/** Adds a number of bytes in powers of 1024, two digits at least, rounded up. */
export function humanSize(into: Ptr<Text>, size: u64): void {
  if (size < 1024) {
    into.number(size);
    return;
  }
  let unit: u64 = 1024;
  let letter: usize = 0;
  while (letter < 5 && (size + unit - 1) / unit >= 1024) {
    unit *= 1024;
    letter++;
  }
  const tenths = (size / unit) * 10 + ((size % unit) * 10 + unit - 1) / unit;
  if (tenths < 100) into.number(tenths / 10).put(byte(".")).number(tenths % 10);
  else into.number((size + unit - 1) / unit);
  into.put("KMGTPE"[letter]);
}

export function digitsOf(n: u64): usize {
  const digits = zeroed<Digits>();
  return digits.of(n, 10).length;
}
