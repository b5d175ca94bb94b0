// ${…}: a parameter, and what is to become of its value.

import { complainText } from "../failing.ts";
import { matches } from "../pattern.ts";
import { has, indexOf, isDigit, isLetter, isWord } from "../text.ts";
import { evaluate } from "./arithmetic.ts";
import { cameAs, patternText, plainText, walk } from "./expand.ts";
import { Expansion, QUOTED, WRITTEN } from "./expansion.ts";
import { checkSet, numberText, parameter, parameters, Value } from "./parameters.ts";
import { braceEnd, doubleEnd, skip } from "./skip.ts";
import { shell } from "./state.ts";
import { setVariable } from "./variables.ts";

function badSubstitution(): Err {
  complainText("syntax error", "Bad substitution");
  return err(Errno.EINVAL);
}

/** ${…}: where the walk goes on. */
export function braces(t: string, at: usize, x: Ptr<Expansion>, plain: u8): Res<usize> {
  attr(bounded(100));
  let i = at + 2;
  const end = orReturn(braceEnd(t, i, plain === QUOTED));
  if (end === t.length) return badSubstitution();
  const value = zeroed<Value>();
  // ${#name}, but ${#} and ${#-…} are about the number of parameters.
  if (t[i] === byte("#") && i + 1 < end && !has(":-=+?#%", t[i + 1])) {
    const name = t.sub(i + 1, end);
    if (name === "@" || name === "*") value.text = numberText(i64(shell.parameters.length));
    else {
      parameter(name, ref(value));
      orReturn(checkSet(name, ref(value)));
      value.text = numberText(i64(characters(value.text)));
    }
    x.add(value.text, cameAs(plain));
    return end + 1;
  }
  const start = i;
  if (isLetter(t[i]) || t[i] === byte("_")) while (i < end && isWord(t[i])) i++;
  else if (isDigit(t[i])) while (i < end && isDigit(t[i])) i++;
  else if (has("@*#?-$!", t[i])) i++;
  const name = t.sub(start, i);
  if (name.length === 0) return badSubstitution();
  const whole = name === "@" || name === "*";
  parameter(name, ref(value));
  if (i === end) {
    if (whole) parameters(name[0], x, plain);
    else {
      orReturn(checkSet(name, ref(value)));
      x.add(value.text, cameAs(plain));
    }
    return end + 1;
  }
  let colon = false;
  if (t[i] === byte(":") && i + 1 < end && has("-=+?", t[i + 1])) {
    colon = true;
    i++;
  }
  const missing = !value.isSet || (colon && value.text.length === 0);
  const operator = t[i];
  const inner = cameAs(plain);
  switch (operator) {
    case byte("-"):
      if (missing) orReturn(walk(t, i + 1, end, x, inner, false));
      else if (whole) parameters(name[0], x, plain);
      else x.add(value.text, inner);
      break;
    case byte("+"):
      if (!missing) orReturn(walk(t, i + 1, end, x, inner, false));
      break;
    case byte("="):
      if (missing) {
        if (!isLetter(name[0]) && name[0] !== byte("_")) return badSubstitution();
        const given = orReturn(expandPart(t, i + 1, end, plain));
        orReturn(setVariable(name, given));
        x.add(given, inner);
      } else x.add(value.text, inner);
      break;
    case byte("?"):
      if (missing) {
        const why = orReturn(expandPart(t, i + 1, end, plain));
        complainText(name, why.length > 0 ? why : "parameter not set");
        return err(Errno.EINVAL);
      }
      x.add(value.text, inner);
      break;
    case byte("#"):
    case byte("%"): {
      orReturn(checkSet(name, ref(value)));
      const longest = i + 1 < end && t[i + 1] === operator;
      const pattern = orReturn(patternPart(t, longest ? i + 2 : i + 1, end));
      x.add(operator === byte("#") ? withoutStart(value.text, pattern, longest) : withoutEnd(value.text, pattern, longest), inner);
      break;
    }
    case byte(":"): {
      orReturn(checkSet(name, ref(value)));
      const range = orReturn(expandPart(t, i + 1, end, plain));
      x.add(orReturn(substring(value.text, range)), inner);
      break;
    }
    case byte("/"): {
      orReturn(checkSet(name, ref(value)));
      orReturn(replaced(t, i + 1, end, value.text, x, inner));
      break;
    }
    default:
      return badSubstitution();
  }
  return end + 1;
}

function characters(t: string): usize {
  let n: usize = 0;
  for (const c of t) if ((c & 0xc0) !== 0x80) n++;
  return n;
}

function expandPart(t: string, from: usize, to: usize, plain: u8): Res<string> {
  attr(bounded(100));
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(walk(t, from, to, ref(x), plain === QUOTED ? QUOTED : WRITTEN, false));
  return plainText(ref(x));
}

function patternPart(t: string, from: usize, to: usize): Res<string> {
  attr(bounded(100));
  const x = zeroed<Expansion>();
  using _ = defer(() => x.dispose());
  x.single = true;
  orReturn(walk(t, from, to, ref(x), WRITTEN, false));
  return patternText(ref(x), 0, x.bytes.length);
}

function withoutStart(t: string, pattern: string, longest: boolean): string {
  for (let n: usize = 0; n <= t.length; n++) {
    const length = longest ? t.length - n : n;
    if (matches(pattern, t.sub(0, length))) return t.sub(length, t.length);
  }
  return t;
}

function withoutEnd(t: string, pattern: string, longest: boolean): string {
  for (let n: usize = 0; n <= t.length; n++) {
    const from = longest ? n : t.length - n;
    if (matches(pattern, t.sub(from, t.length))) return t.sub(0, from);
  }
  return t;
}

/** offset[:length] of a text; numbers below 0 count from its end. */
function substring(t: string, range: string): Res<string> {
  const colon = indexOf(range, byte(":"), 0);
  const length = i64(t.length);
  let from = orReturn(evaluate(range.sub(0, colon)));
  if (from < 0) from = from + length < 0 ? length : from + length;
  if (from > length) from = length;
  let to = length;
  if (colon < range.length) {
    const given = orReturn(evaluate(range.sub(colon + 1, range.length)));
    to = given < 0 ? length + given : from + given;
    if (to > length) to = length;
    if (to < from) to = from;
  }
  return t.sub(usize(from), usize(to));
}

/** pattern/by of a text, with another / in front: everywhere. */
function replaced(t: string, from: usize, to: usize, value: string, x: Ptr<Expansion>, origin: u8): Res<void> {
  attr(bounded(100));
  const everywhere = from < to && t[from] === byte("/");
  const start = everywhere ? from + 1 : from;
  let slash = start;
  while (slash < to && t[slash] !== byte("/")) {
    if (t[slash] === byte("'")) slash = indexOf(t, byte("'"), slash + 1) + 1;
    else if (t[slash] === byte('"')) slash = orReturn(doubleEnd(t, slash + 1)) + 1;
    else slash = orReturn(skip(t, slash));
  }
  const pattern = orReturn(patternPart(t, start, slash < to ? slash : to));
  const by = slash < to ? orReturn(expandPart(t, slash + 1, to, origin)) : "";
  let at: usize = 0;
  let done = false;
  while (at < value.length) {
    let end = value.length;
    while (end > at && !matches(pattern, value.sub(at, end))) end--;
    if (end > at && !(done && !everywhere)) {
      x.add(by, origin);
      at = end;
      done = true;
    } else {
      x.put(value[at], origin);
      at++;
    }
  }
}
