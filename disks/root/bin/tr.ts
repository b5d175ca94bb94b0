// tr: characters in place of others.

import { die } from "../../lib/failing.ts";
import { Escape } from "../../lib/escapes.ts";
import { inClass } from "../../lib/pattern.ts";
import { beginOptions } from "../../lib/start.ts";
import { input, out } from "../../lib/stream.ts";
import { indexOf, parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: tr [-cds] SET1 [SET2]
Copies standard input, bytes of SET1 replaced by those at the same place in SET2.

  -c  everything but SET1    -d  leave out SET1    -s  of several equal ones in a row, one
Sets: a-z, \\n \\t \\NNN, [:alpha:] [:digit:] [:space:] ..., [x*N], [=x=]
`;

class Mapping {
  to: Arr<u8, 256>;
  gone: Arr<boolean, 256>;
  once: Arr<boolean, 256>;
}

const mapping = zeroed<Mapping>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "+cCdst", "complement=c delete=d squeeze-repeats=s", help);
  let complement = false;
  let deletes = false;
  let squeeze = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("c") || o === byte("C")) complement = true;
    if (o === byte("d")) deletes = true;
    if (o === byte("s")) squeeze = true;
  }
  const sets = options.rest();
  const wanted: usize = deletes === squeeze ? 2 : 1;
  if (sets.length < wanted || sets.length > 2 || (deletes && !squeeze && sets.length > 1)) options.usage();
  const first = zeroed<Text>();
  const second = zeroed<Text>();
  expand(sets[0], ref(first), 0);
  if (complement) invert(ref(first));
  if (sets.length > 1) expand(sets[1], ref(second), deletes ? 0 : first.length);
  for (let c: usize = 0; c < 256; c++) mapping.to[c] = u8(c);
  if (deletes) for (const c of first.view()) mapping.gone[usize(c)] = true;
  else if (sets.length > 1) {
    if (second.length === 0) die(1, "SET2 is empty");
    let i: usize = 0;
    for (const c of first.view()) {
      mapping.to[usize(c)] = second.view()[i < second.length ? i : second.length - 1];
      i++;
    }
  }
  if (squeeze) for (const c of sets.length > 1 ? second.view() : first.view()) mapping.once[usize(c)] = true;
  let last: i32 = -1;
  while (input.more()) {
    for (const c of input.some()) {
      if (mapping.gone[usize(c)]) continue;
      const to = mapping.to[usize(c)];
      if (i32(to) === last && mapping.once[usize(to)]) continue;
      out.put(to);
      last = i32(to);
    }
    out.flush();
  }
  return 0;
}

function invert(set: Ptr<Text>): void {
  const other = zeroed<Text>();
  for (let c: u32 = 0; c < 256; c++) {
    let there = false;
    for (const d of set.view()) if (d === u8(c)) there = true;
    if (!there) other.put(u8(c));
  }
  set.clear();
  set.add(other.view());
}

/** All bytes of a set in order; [x*] is as long as is missing to `length`. */
function expand(t: string, into: Ptr<Text>, length: usize): void {
  for (let at: usize = 0; at < t.length; ) {
    if (t[at] === byte("[") && at + 1 < t.length) {
      const end = bracket(t, at, into, length);
      if (end > 0) {
        at = end;
        continue;
      }
    }
    const one = zeroed<Text>();
    at = single(t, at, ref(one));
    const from = one.view()[0];
    if (at + 1 < t.length && t[at] === byte("-")) {
      one.clear();
      at = single(t, at + 1, ref(one));
      const to = one.view()[0];
      if (to < from) die(1, "a range goes backwards");
      for (let c = u32(from); c <= u32(to); c++) into.put(u8(c));
    } else into.put(from);
    one.dispose();
  }
}

/** One byte, perhaps as an escape: where it ends. */
function single(t: string, at: usize, into: Ptr<Text>): usize {
  if (t[at] !== byte("\\") || at + 1 === t.length) {
    into.put(t[at]);
    return at + 1;
  }
  const escape = zeroed<Escape>();
  const end = escape.read(t, at, false);
  into.put(escape.length === 1 ? escape.bytes[0] : t[at + 1]);
  return end;
}

/** [:class:], [=x=], [x*N]: where it ends; 0 when it is none of them. */
function bracket(t: string, at: usize, into: Ptr<Text>, length: usize): usize {
  if (t[at + 1] === byte(":")) {
    const end = indexOf(t, byte(":"), at + 2);
    if (end + 1 >= t.length || t[end + 1] !== byte("]")) return 0;
    const name = t.sub(at + 2, end);
    for (let c: u32 = 0; c < 256; c++) if (inClass(name, u8(c))) into.put(u8(c));
    return end + 2;
  }
  if (t[at + 1] === byte("=") && at + 4 < t.length && t[at + 3] === byte("=") && t[at + 4] === byte("]")) {
    into.put(t[at + 2]);
    return at + 5;
  }
  const one = zeroed<Text>();
  const star = single(t, at + 1, ref(one));
  if (star >= t.length || t[star] !== byte("*")) return 0;
  const end = indexOf(t, byte("]"), star);
  if (end === t.length) return 0;
  const count = parseNumber(t.sub(star + 1, end));
  let times: usize = length > into.length ? length - into.length : 0;
  if (!isErr(count) && count > 0) times = count;
  else if (isErr(count) && end > star + 1) return 0;
  into.repeat(one.view()[0], times);
  return end + 1;
}
