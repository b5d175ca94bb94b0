// Numbers of lines and bytes on command lines: 10, -5, +3, 4k; and the old way to say -n 5, which is -5.

import { keep } from "./heap.ts";
import { List } from "./list.ts";
import { isDigit, parseNumber, Text } from "./text.ts";

/** With a sign and a unit: b 512, k 1024, m 1024². EINVAL when it is none. */
export function countOf(given: string): Res<i64> {
  let t = given;
  const negative = t.length > 0 && t[0] === byte("-");
  if (negative || (t.length > 0 && t[0] === byte("+"))) t = t.sub(1, t.length);
  let unit: i64 = 1;
  if (t.length > 1) {
    const c = t[t.length - 1];
    if (c === byte("b")) unit = 512;
    if (c === byte("k") || c === byte("K")) unit = 1024;
    if (c === byte("m") || c === byte("M")) unit = 1024 * 1024;
    if (c === byte("g") || c === byte("G")) unit = 1024 * 1024 * 1024;
    if (unit > 1) t = t.sub(0, t.length - 1);
  }
  const n = i64(orReturn(parseNumber(t))) * unit;
  return negative ? 0 - n : n;
}

/** Arguments with a first -N (or +N) made -nN. */
export function oldStyle(given: Slice<string>): Slice<string> {
  if (given.length === 0) return given;
  const first = given[0];
  const sign = first.length > 1 && (first[0] === byte("-") || first[0] === byte("+"));
  if (!sign || !isDigit(first[1])) return given;
  for (const c of first.sub(1, first.length)) if (!isDigit(c)) return given;
  const word = zeroed<Text>();
  word.add("-n").add(first[0] === byte("+") ? first : first.sub(1, first.length));
  const all = zeroed<List<string>>();
  all.push(keep(word.view()));
  for (const other of given.sub(1, given.length)) all.push(other);
  return all.items();
}
