// grep: lines in which a pattern is found.

import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain, die, say } from "../../lib/failing.ts";
import { isFolder } from "../../lib/files.ts";
import { exit } from "../../lib/hooks.ts";
import { make } from "../../lib/heap.ts";
import { List } from "../../lib/list.ts";
import { Match, Regular } from "../../lib/regular.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, type Input, openInput, out } from "../../lib/stream.ts";
import { programName } from "../../lib/environment.ts";
import { indexOf, isWord, lower, parseNumber, Text } from "../../lib/text.ts";
import { matches } from "../../lib/pattern.ts";

const help = `Usage: grep [-EFivwxclLnoqsHhrazb] [-A N] [-B N] [-C N] [-m N] (PATTERN | -e PATTERN | -f FILE) [FILE]...
Writes lines in which the pattern is found. Status 0: some, 1: none, 2: trouble.

  -E  extended expressions: + ? | ( ) { } without backslashes    -F  the pattern is plain text
  -i  small and large letters are equal    -v  lines without it
  -w  whole words    -x  whole lines       -c  only how many
  -l  only names of files with it          -L  only names of files without it
  -n  line numbers   -b  byte offsets      -o  only what was found
  -q  nothing, only the status             -s  nothing about files that cannot be read
  -H, -h  with, without names of files     -r  directories with all that is in them
  -m  at most N lines of a file            -A -B -C  N lines after, before, around
  --include=PATTERN  with -r: only files with such names
`;

class Settings {
  extended: boolean;
  fixed: boolean;
  fold: boolean;
  invert: boolean;
  words: boolean;
  lines: boolean;
  count: boolean;
  names: boolean;
  without: boolean;
  numbers: boolean;
  offsets: boolean;
  only: boolean;
  quiet: boolean;
  silent: boolean;
  titles: u8;
  recursive: boolean;
  most: u64;
  after: u64;
  before: u64;
  include: string;
  found: boolean;
  /** Lines were shown, of whatever file. */
  shown: boolean;
  trouble: boolean;
}

const settings = zeroed<Settings>();
const patterns = zeroed<List<string>>();
const expressions = zeroed<List<Ptr<Regular>>>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "EFGivwxclLnobqsHhrRazUe:f:m:A:B:C:I:y", "extended-regexp=E fixed-strings=F ignore-case=i invert-match=v word-regexp=w line-regexp=x count=c files-with-matches=l files-without-match=L line-number=n only-matching=o quiet=q silent=q no-messages=s recursive=r regexp=e file=f max-count=m after-context=A before-context=B context=C include=I with-filename=H no-filename=h", help, 2);
  settings.most = 0xffff_ffff_ffff;
  settings.extended = programName() === "egrep";
  settings.fixed = programName() === "fgrep";
  let given = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    switch (o) {
      case byte("E"): settings.extended = true; settings.fixed = false; break;
      case byte("F"): settings.fixed = true; break;
      case byte("G"): settings.extended = false; settings.fixed = false; break;
      case byte("i"):
      case byte("y"): settings.fold = true; break;
      case byte("v"): settings.invert = true; break;
      case byte("w"): settings.words = true; break;
      case byte("x"): settings.lines = true; break;
      case byte("c"): settings.count = true; break;
      case byte("l"): settings.names = true; break;
      case byte("L"): settings.without = true; break;
      case byte("n"): settings.numbers = true; break;
      case byte("b"): settings.offsets = true; break;
      case byte("o"): settings.only = true; break;
      case byte("q"): settings.quiet = true; break;
      case byte("s"): settings.silent = true; break;
      case byte("H"):
      case byte("h"): settings.titles = o; break;
      case byte("r"):
      case byte("R"): settings.recursive = true; break;
      case byte("e"): addPatterns(options.value); given = true; break;
      case byte("f"): addFile(options.value); given = true; break;
      case byte("m"): settings.most = number(options.value); break;
      case byte("A"): settings.after = number(options.value); break;
      case byte("B"): settings.before = number(options.value); break;
      case byte("C"):
        settings.after = number(options.value);
        settings.before = settings.after;
        break;
      case byte("I"): settings.include = options.value; break;
      default: break;
    }
  }
  let paths = options.rest();
  if (!given) {
    if (paths.length === 0) options.usage();
    addPatterns(paths[0]);
    paths = paths.sub(1, paths.length);
  }
  compileAll();
  if (settings.titles === 0) settings.titles = paths.length > 1 || settings.recursive ? byte("H") : byte("h");
  if (paths.length === 0) {
    if (settings.recursive) below(".", "");
    else one("-", "(standard input)");
  }
  for (const path of paths) {
    if (settings.recursive && isFolder(path)) below(path, path);
    else one(path, path === "-" ? "(standard input)" : path);
  }
  return settings.trouble && !(settings.quiet && settings.found) ? 2 : settings.found ? 0 : 1;
}

function number(t: string): u64 {
  const n = parseNumber(t);
  if (isErr(n)) die(2, "invalid number");
  return n;
}

/** A pattern on each line. */
function addPatterns(t: string): void {
  for (let at: usize = 0; at <= t.length; ) {
    const end = indexOf(t, byte("\n"), at);
    patterns.push(t.sub(at, end));
    at = end + 1;
  }
}

function addFile(path: string): void {
  const file = openInput(path);
  if (isErr(file)) {
    complain(path, file.code);
    exit(2);
  }
  const all = zeroed<Text>();
  file.all(ref(all));
  if (all.length === 0) return;
  const t = all.view();
  addPatterns(t[t.length - 1] === byte("\n") ? t.sub(0, t.length - 1) : t);
}

function compileAll(): void {
  if (settings.fixed) return;
  for (const pattern of patterns.items()) {
    const expression = make<Regular>();
    const done = expression.compile(pattern, settings.extended, settings.fold);
    if (isErr(done)) {
      say(done.code === Errno.E2BIG ? "the regular expression is too large" : "bad regular expression");
      exit(2);
    }
    expressions.push(expression);
  }
}

function below(folder: string, shown: string): void {
  attr(bounded(300));
  const names = zeroed<List<string>>();
  const read = namesIn(folder, ref(names));
  if (isErr(read)) {
    if (!settings.silent) complain(folder, read.code);
    settings.trouble = true;
    return;
  }
  for (const name of names.items()) {
    const path = joinPath(folder, name);
    const title = shown.length === 0 ? name : joinPath(shown, name);
    if (isFolder(path)) below(path, title);
    else if (settings.include.length === 0 || matches(settings.include, name)) one(path, title);
  }
}

function one(path: string, title: string): void {
  const file = openInput(path);
  if (isErr(file)) {
    if (!settings.silent) complain(path, file.code);
    settings.trouble = true;
    return;
  }
  search(file, title);
  if (file.failed !== 0) {
    if (!settings.silent) complain(path, unit<Errno>(file.failed));
    settings.trouble = true;
  }
  closeInput(file);
}

function search(file: Ptr<Input>, title: string): void {
  const line = zeroed<Text>();
  const kept = zeroed<List<Ptr<Text>>>();
  let count: u64 = 0;
  let number: u64 = 0;
  let offset: u64 = 0;
  let after: u64 = 0;
  let lastShown: u64 = 0;
  const shows = !settings.quiet && !settings.count && !settings.names && !settings.without;
  while (count < settings.most || after > 0) {
    if (!file.line(ref(line))) break;
    number++;
    const hit = count < settings.most && lineMatches(line.view()) !== settings.invert;
    if (hit) {
      count++;
      settings.found = true;
      if (settings.quiet) exit(0);
      if (settings.names || settings.without) break;
      if (shows) {
        const missing = u64(kept.length);
        const apart = lastShown > 0 ? number - missing > lastShown + 1 : settings.shown;
        if (apart && settings.before + settings.after > 0) out.line("--");
        settings.shown = true;
        let n = number - missing;
        for (const old of kept.items()) {
          show(title, old.view(), n, 0, byte("-"));
          n++;
        }
        for (const old of kept.items()) old.dispose();
        kept.cut(0);
        if (settings.only) parts(title, line.view(), number, offset);
        else show(title, line.view(), number, offset, byte(":"));
        lastShown = number;
      }
      after = settings.after;
    } else if (after > 0) {
      after--;
      if (shows) show(title, line.view(), number, offset, byte("-"));
      lastShown = number;
    } else if (settings.before > 0) {
      if (u64(kept.length) === settings.before) {
        kept.at(0).dispose();
        kept.remove(0);
      }
      const old = make<Text>();
      old.add(line.view());
      kept.push(old);
    }
    offset += line.length + 1;
  }
  if (settings.names && count > 0) out.line(title);
  if (settings.without && count === 0) out.line(title);
  if (settings.count && !settings.quiet && !settings.names && !settings.without) {
    front(title, byte(":"));
    out.number(count);
    out.put(byte("\n"));
  }
}

function front(title: string, mark: u8): void {
  if (settings.titles !== byte("H")) return;
  out.write(title);
  out.put(mark);
}

function show(title: string, t: string, number: u64, offset: u64, mark: u8): void {
  front(title, mark);
  if (settings.numbers) {
    out.number(number);
    out.put(mark);
  }
  if (settings.offsets) {
    out.number(offset);
    out.put(mark);
  }
  out.line(t);
}

/** -o: every match on a line of its own. */
function parts(title: string, t: string, number: u64, offset: u64): void {
  if (settings.invert) return;
  const match = zeroed<Match>();
  let at: usize = 0;
  while (at <= t.length && found(t, at, ref(match))) {
    if (match.to > match.from) show(title, t.sub(match.from, match.to), number, offset + match.from, byte(":"));
    at = match.to > match.from ? match.to : match.to + 1;
  }
}

function lineMatches(t: string): boolean {
  const match = zeroed<Match>();
  return found(t, 0, ref(match));
}

/** The leftmost match of all patterns, the longest of those. */
function found(t: string, from: usize, into: Ptr<Match>): boolean {
  let any = false;
  for (let i: usize = 0; i < patterns.length; i++) {
    const match = zeroed<Match>();
    if (!foundOne(i, t, from, ref(match))) continue;
    if (any && (match.from > into.from || (match.from === into.from && match.to <= into.to))) continue;
    any = true;
    into.from = match.from;
    into.to = match.to;
  }
  return any;
}

function foundOne(i: usize, t: string, from: usize, into: Ptr<Match>): boolean {
  for (let at = from; at <= t.length; ) {
    const hit = settings.fixed ? plain(patterns.at(i), t, at, into) : expressions.at(i).find(t, at, into);
    if (!hit) return false;
    if (settings.lines) {
      if (into.from === 0 && into.to === t.length) return true;
    } else if (!settings.words || wholeWord(t, into)) return true;
    at = into.from + 1;
  }
  return false;
}

function wholeWord(t: string, match: Ptr<Match>): boolean {
  return !(match.from > 0 && isWord(t[match.from - 1])) && !(match.to < t.length && isWord(t[match.to]));
}

function plain(pattern: string, t: string, from: usize, into: Ptr<Match>): boolean {
  for (let at = from; at + pattern.length <= t.length; at++) {
    let same = true;
    for (let i: usize = 0; same && i < pattern.length; i++) {
      same = settings.fold ? lower(t[at + i]) === lower(pattern[i]) : t[at + i] === pattern[i];
    }
    if (!same) continue;
    into.from = at;
    into.to = at + pattern.length;
    return true;
  }
  return false;
}
