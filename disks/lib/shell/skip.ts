// Where things in a word end: quotes, braces, arithmetic, with everything that may stand inside.

import { indexOf } from "../text.ts";
import { arithmetic, substitution } from "./expand.ts";
import { Source } from "./source.ts";

export function doubleEnd(t: string, from: usize): Res<usize> {
  attr(bounded(100));
  let i = from;
  while (i < t.length && t[i] !== byte('"')) i = orReturn(skip(t, i));
  return i;
}

/** Behind the character, escape or substitution at `i`. */
export function skip(t: string, i: usize): Res<usize> {
  attr(bounded(100));
  const c = t[i];
  if (c === byte("\\")) return i + 2 <= t.length ? i + 2 : t.length;
  if (c === byte("`")) {
    let end = i + 1;
    while (end < t.length && t[end] !== byte("`")) end += t[end] === byte("\\") ? 2 : 1;
    return end + 1;
  }
  if (c === byte("$") && i + 1 < t.length) {
    if (t[i + 1] === byte("{")) return orReturn(braceEnd(t, i + 2, false)) + 1;
    if (t[i + 1] === byte("(")) {
      const arithmetic = arithmeticEnd(t, i);
      if (arithmetic > 0) return arithmetic;
      const part = zeroed<Source>();
      using _ = defer(() => part.text.dispose());
      orReturn(substitution(t, i, ref(part)));
      return i + 2 + part.at;
    }
  }
  return i + 1;
}

/** The } that belongs to a ${ before `from`. */
export function braceEnd(t: string, from: usize, quoted: boolean): Res<usize> {
  attr(bounded(100));
  let i = from;
  while (i < t.length && t[i] !== byte("}")) {
    if (t[i] === byte("'") && !quoted) i = indexOf(t, byte("'"), i + 1) + 1;
    else if (t[i] === byte('"')) i = orReturn(doubleEnd(t, i + 1)) + 1;
    else i = orReturn(skip(t, i));
  }
  return i < t.length ? i : t.length;
}

/** Behind "))" when what begins at the $ of "$((" is arithmetic, else 0. */
export function arithmeticEnd(t: string, at: usize): usize {
  if (at + 2 >= t.length || t[at + 2] !== byte("(")) return 0;
  let depth: usize = 0;
  for (let i = at + 2; i < t.length; i++) {
    if (t[i] === byte("'") || t[i] === byte("\n")) return 0;
    if (t[i] === byte("(")) depth++;
    if (t[i] === byte(")")) {
      depth--;
      if (depth === 0) return i + 1 < t.length && t[i + 1] === byte(")") ? i + 2 : 0;
    }
  }
  return 0;
}
