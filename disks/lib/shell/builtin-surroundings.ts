// Builtins about what a process has from its kernel: where it is, what its files may be, how long it ran.

import { Times } from "../../../kernel/abi/processes.ts";
import { errorText } from "../error-text.ts";
import { out } from "../stream.ts";
import { chdir, getcwd, times, umask } from "../sys.ts";
import { indexOf, parseBase, Text } from "../text.ts";
import { wrong } from "./complaints.ts";
import { note, valueOf } from "./variables.ts";

/** Adds a path without . and .. and doubled slashes. */
function normalize(path: string, into: Ptr<Text>): void {
  into.clear();
  for (let at: usize = 0; at < path.length; ) {
    const end = indexOf(path, byte("/"), at);
    const part = path.sub(at, end);
    if (part === "..") {
      let length = into.length;
      while (length > 0 && into.view()[length - 1] !== byte("/")) length--;
      into.cut(length > 0 ? length - 1 : 0);
    } else if (part.length > 0 && part !== ".") into.put(byte("/")).add(part);
    at = end + 1;
  }
  if (into.length === 0) into.put(byte("/"));
}

export function cd(words: Slice<string>): i32 {
  let first: usize = 1;
  let physical = false;
  while (first < words.length && (words[first] === "-P" || words[first] === "-L" || words[first] === "--")) {
    physical = words[first] === "-P";
    first++;
  }
  let to = first < words.length ? words[first] : valueOf("HOME");
  if (to.length === 0) {
    if (first < words.length) return 0;
    return wrong("cd", "", "HOME not set");
  }
  const back = to === "-";
  if (back) {
    to = valueOf("OLDPWD");
    if (to.length === 0) return wrong("cd", "", "OLDPWD not set");
  }
  const before = zeroed<Text>();
  const logical = zeroed<Text>();
  const joined = zeroed<Text>();
  using _ = defer(() => {
    before.dispose();
    logical.dispose();
    joined.dispose();
  });
  before.add(valueOf("PWD"));
  if (to[0] !== byte("/")) joined.add(before.view()).put(byte("/"));
  joined.add(to);
  normalize(joined.view(), ref(logical));
  const moved = physical || before.length === 0 ? chdir(to) : chdir(logical.view());
  if (isErr(moved)) {
    const tried = chdir(to);
    if (isErr(tried)) {
      wrong("cd", to, errorText(i32(tried.code)));
      return 1;
    }
    physical = true;
  }
  if (physical || before.length === 0) {
    const room = zeroed<Arr<u8, 4096>>();
    const now = getcwd(slice(room));
    if (!isErr(now)) {
      logical.clear();
      logical.add(now);
    }
  }
  note("OLDPWD", before.view());
  note("PWD", logical.view());
  if (back) out.line(logical.view());
  return 0;
}

export function pwd(words: Slice<string>): i32 {
  const known = valueOf("PWD");
  if (known.length > 0 && !(words.length > 1 && words[1] === "-P")) {
    out.line(known);
    return 0;
  }
  const room = zeroed<Arr<u8, 4096>>();
  const now = getcwd(slice(room));
  if (isErr(now)) return wrong("pwd", "", errorText(i32(now.code)));
  out.line(now);
  return 0;
}

export function umaskWords(words: Slice<string>): i32 {
  if (words.length < 2 || words[1] === "-S") {
    const mask = umask(0);
    umask(mask);
    if (words.length < 2) {
      out.padded(u64(mask), 8, 4);
      out.put(byte("\n"));
      return 0;
    }
    for (let who: u32 = 0; who < 3; who++) {
      if (who > 0) out.put(byte(","));
      out.put("ugo"[who]);
      out.put(byte("="));
      for (let bit: u32 = 0; bit < 3; bit++) if (((mask >> (8 - who * 3 - bit)) & 1) === 0) out.put("rwx"[bit]);
    }
    out.put(byte("\n"));
    return 0;
  }
  const mask = parseBase(words[1], 8);
  if (isErr(mask) || mask > 0o777) return wrong("umask", words[1], "bad mask");
  umask(u32(mask));
  return 0;
}

export function showTimes(words: Slice<string>): i32 {
  const spent = zeroed<Times>();
  times(ref(spent));
  timePair(spent.user, spent.system);
  timePair(spent.childrenUser, spent.childrenSystem);
  return words.length > 0 ? 0 : 1;
}

function timePair(user: u64, system: u64): void {
  timeText(user);
  out.put(byte(" "));
  timeText(system);
  out.put(byte("\n"));
}

function timeText(nanoseconds: u64): void {
  const hundredths = nanoseconds / 10_000_000;
  out.number(hundredths / 6000);
  out.put(byte("m"));
  out.number(hundredths / 100 % 60);
  out.put(byte("."));
  out.padded(hundredths % 100, 10, 2);
  out.put(byte("s"));
}
