// read: one line of input, in as many parts as there are names.

import { errors } from "../stream.ts";
import { read } from "../sys.ts";
import { has, Text } from "../text.ts";
import { wrong } from "./complaints.ts";
import { isName } from "./parser.ts";
import { interrupt } from "./traps.ts";
import { lookUp, setVariable } from "./variables.ts";

/** One byte; below 0 at the end, or when a signal came. */
function oneByte(): i32 {
  const one = zeroed<Arr<u8, 1>>();
  for (;;) {
    const got = read(0, slice(one));
    if (isErr(got)) {
      if (got.code === Errno.EINTR && !interrupt.came && !interrupt.anyPending) continue;
      return -2;
    }
    return got === 0 ? -1 : i32(one[0]);
  }
}

/** read: a line, in pieces. What a backslash stands before separates nothing. */
export function readLine(words: Slice<string>): i32 {
  let raw = false;
  let first: usize = 1;
  while (first < words.length && words[first].length > 1 && words[first][0] === byte("-")) {
    if (words[first] === "--") {
      first++;
      break;
    }
    if (words[first] === "-r") raw = true;
    else if (words[first] === "-p" && first + 1 < words.length) {
      first++;
      errors.write(words[first]);
    } else return wrong("read", words[first], "no such option");
    first++;
  }
  const line = zeroed<Text>();
  const escaped = zeroed<Text>();
  using _ = defer(() => line.dispose());
  using __ = defer(() => escaped.dispose());
  let status: i32 = 0;
  for (;;) {
    let c = oneByte();
    if (c < 0) {
      status = c === -1 ? 1 : 130;
      break;
    }
    if (c === 10) break;
    let quoted = false;
    if (c === 92 && !raw) {
      c = oneByte();
      if (c < 0) {
        status = 1;
        break;
      }
      if (c === 10) continue;
      quoted = true;
    }
    if (c === 0) continue;
    line.put(u8(c));
    escaped.put(quoted ? 1 : 0);
  }
  const into = words.sub(first, words.length);
  for (const name of into) if (!isName(name)) return wrong("read", name, "bad variable name");
  if (into.length === 0) return assignRead("REPLY", line.view()) ? status : 2;
  const ifs = lookUp("IFS");
  const separators = ifs === null || !ifs.isSet ? " \t\n" : ifs.value;
  const t = line.view();
  const marks = escaped.bytes();
  let at: usize = 0;
  while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  for (let i: usize = 0; i < into.length; i++) {
    const start = at;
    if (i + 1 === into.length) {
      if (!assignRead(into[i], lastPart(t, marks, start, separators))) return 2;
      break;
    }
    while (at < t.length && !(marks[at] === 0 && has(separators, t[at]))) at++;
    if (!assignRead(into[i], t.sub(start, at))) return 2;
    at = afterSeparator(t, marks, at, separators);
  }
  return status;
}

function isBlank(c: u8): boolean {
  return c === byte(" ") || c === byte("\t") || c === byte("\n");
}

/** Blanks, at most one other separator, blanks. */
function afterSeparator(t: string, marks: Slice<u8>, from: usize, separators: string): usize {
  let at = from;
  while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  if (at < t.length && marks[at] === 0 && !isBlank(t[at]) && has(separators, t[at])) {
    at++;
    while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  }
  return at;
}

/** The rest of the line: without blanks at its end, and without one separator when nothing else is behind it. */
function lastPart(t: string, marks: Slice<u8>, from: usize, separators: string): string {
  let end = t.length;
  while (end > from && marks[end - 1] === 0 && isBlank(t[end - 1]) && has(separators, t[end - 1])) end--;
  let first = from;
  while (first < end && !(marks[first] === 0 && has(separators, t[first]))) first++;
  // A single field that a separator ends: the separator goes, too.
  if (first < end && afterSeparator(t, marks, first, separators) >= end) end = first;
  return t.sub(from, end);
}

export function assignRead(name: string, value: string): boolean {
  const done = setVariable(name, value);
  return !isErr(done);
}
