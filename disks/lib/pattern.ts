// Patterns of the shell (POSIX "Pattern Matching Notation"): * ? [a-z] [!x] [[:digit:]], and a backslash before what means
// itself.

import { isDigit, isLetter, isLetterOrDigit, isLower, isPrintable, isPunctuation, isSpace, isUpper } from "./text.ts";

/** Whether the whole text fits. A star that led nowhere takes one byte more; only the last star needs to be tried again. */
export function matches(pattern: string, t: string): boolean {
  let p: usize = 0;
  let i: usize = 0;
  let star = pattern.length + 1;
  let starText: usize = 0;
  for (;;) {
    if (p < pattern.length && pattern[p] === byte("*")) {
      p++;
      star = p;
      starText = i;
      continue;
    }
    if (i === t.length && p === pattern.length) return true;
    if (i < t.length && p < pattern.length) {
      const next = matchOne(pattern, p, t, i);
      if (next > 0) {
        p = next;
        // A character of several bytes is one to "?" and to brackets.
        const wide = pattern[p - 1] === byte("?") || pattern[p - 1] === byte("]");
        i++;
        while (wide && i < t.length && (t[i] & 0xc0) === 0x80) i++;
        continue;
      }
    }
    if (star > pattern.length || starText >= t.length) return false;
    starText++;
    i = starText;
    p = star;
  }
}

/** Where the element of the pattern at `p` ends when it fits one character of the text, else 0. */
function matchOne(pattern: string, p: usize, t: string, i: usize): usize {
  const c = t[i];
  switch (pattern[p]) {
    case byte("?"):
      return p + 1;
    case byte("\\"):
      if (p + 1 === pattern.length) return c === byte("\\") ? p + 1 : 0;
      return pattern[p + 1] === c ? p + 2 : 0;
    case byte("["): {
      const end = bracketEnd(pattern, p);
      if (end === 0) return c === byte("[") ? p + 1 : 0;
      return inBracket(pattern.sub(p + 1, end), c) ? end + 1 : 0;
    }
    default:
      return pattern[p] === c ? p + 1 : 0;
  }
}

/** Where the ] of a bracket expression is; 0 when there is none. */
export function bracketEnd(pattern: string, open: usize): usize {
  let at = open + 1;
  if (at < pattern.length && (pattern[at] === byte("!") || pattern[at] === byte("^"))) at++;
  if (at < pattern.length && pattern[at] === byte("]")) at++;
  while (at < pattern.length && pattern[at] !== byte("]")) {
    if (pattern[at] === byte("[") && at + 1 < pattern.length && pattern[at + 1] === byte(":")) {
      let close = at + 2;
      while (close + 1 < pattern.length && !(pattern[close] === byte(":") && pattern[close + 1] === byte("]"))) close++;
      if (close + 1 < pattern.length) at = close + 1;
    } else if (pattern[at] === byte("\\")) at++;
    at++;
  }
  return at < pattern.length ? at : 0;
}

/** Whether a byte is in what stands between [ and ]. */
export function inBracket(set: string, c: u8): boolean {
  let at: usize = 0;
  const negated = set.length > 0 && (set[0] === byte("!") || set[0] === byte("^"));
  if (negated) at++;
  let found = false;
  while (at < set.length) {
    if (set[at] === byte("[") && at + 1 < set.length && set[at + 1] === byte(":")) {
      let end = at + 2;
      while (end + 1 < set.length && set[end] !== byte(":")) end++;
      if (inClass(set.sub(at + 2, end), c)) found = true;
      at = end + 2;
      continue;
    }
    if (set[at] === byte("\\") && at + 1 < set.length) at++;
    const from = set[at];
    at++;
    let to = from;
    if (at + 1 < set.length && set[at] === byte("-")) {
      at++;
      if (set[at] === byte("\\") && at + 1 < set.length) at++;
      to = set[at];
      at++;
    }
    if (c >= from && c <= to) found = true;
  }
  return found !== negated;
}

/** Whether a byte is of a class: alpha, digit … */
export function inClass(name: string, c: u8): boolean {
  if (name === "alpha") return isLetter(c);
  if (name === "digit") return isDigit(c);
  if (name === "alnum") return isLetterOrDigit(c);
  if (name === "upper") return isUpper(c);
  if (name === "lower") return isLower(c);
  if (name === "space") return isSpace(c);
  if (name === "blank") return c === byte(" ") || c === byte("\t");
  if (name === "punct") return isPunctuation(c);
  if (name === "print") return isPrintable(c);
  if (name === "graph") return isPrintable(c) && c !== byte(" ");
  if (name === "cntrl") return c < 32 || c === 127;
  if (name === "xdigit") return isDigit(c) || (c >= byte("a") && c <= byte("f")) || (c >= byte("A") && c <= byte("F"));
  return false;
}

/** Whether a text has anything that is more than itself in a pattern. */
export function isPattern(t: string): boolean {
  for (let i: usize = 0; i < t.length; i++) {
    if (t[i] === byte("\\")) i++;
    else if (t[i] === byte("*") || t[i] === byte("?") || (t[i] === byte("[") && bracketEnd(t, i) > 0)) return true;
  }
  return false;
}
