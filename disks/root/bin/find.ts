// find: walks through trees of files and says, or does, something about those that fit.

import { S_IFMT, Stat } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain, complainText, die, say } from "../../lib/failing.ts";
import { exit } from "../../lib/hooks.ts";
import { keep, make } from "../../lib/heap.ts";
import { List } from "../../lib/list.ts";
import { changedMode } from "../../lib/mode-words.ts";
import { isDirectory } from "../../lib/modes.ts";
import { matches } from "../../lib/pattern.ts";
import { runProgram } from "../../lib/programs.ts";
import { beginArguments } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { lstat, rmdir, stat, unlink } from "../../lib/sys.ts";
import { baseName, find as findText, lower, parseNumber, Text } from "../../lib/text.ts";
import { now } from "../../lib/time.ts";

const help = `Usage: find [PATH]... [EXPRESSION]
Walks through everything below each path (here without one) and writes what fits.

  -name PATTERN, -iname, -path PATTERN     -type f|d|l|c|b|p|s
  -size [+-]N[ckMG]  (blocks of 512)       -perm [-/]MODE        -empty
  -mtime [+-]DAYS  -mmin [+-]MINUTES       -newer FILE           -links [+-]N   -inum N
  -maxdepth N  -mindepth N  -depth         -xdev                 -true  -false
  ! A, A -a B, A -o B, ( A ), -not
  -print  -print0  -delete  -prune  -quit  -exec PROGRAM ... {} ... ;   or   {} +
`;

enum Test {
  And,
  Or,
  Not,
  Name,
  FoldedName,
  Path,
  Type,
  Size,
  Permission,
  Empty,
  Days,
  Minutes,
  Newer,
  Links,
  Inode,
  True,
  False,
  Print,
  PrintZero,
  Delete,
  Prune,
  Quit,
  Exec,
}

class Node {
  test: Test;
  first: Ptr<Node> | null;
  second: Ptr<Node> | null;
  text: string;
  number: u64;
  /** + - = in front of a number; - / = of a mode. */
  sign: u8;
  time: i64;
  words: List<string>;
  /** -exec … {} +: what is collected. */
  collected: List<string>;
  many: boolean;
}

class Settings {
  most: u64;
  least: u64;
  depthFirst: boolean;
  oneDevice: boolean;
  device: u64;
  acts: boolean;
  pruned: boolean;
  status: i32;
}

const settings = zeroed<Settings>();
const collecting = zeroed<List<Ptr<Node>>>();

class Parser {
  words: Slice<string>;
  at: usize;

  done(): boolean {
    return this.at >= this.words.length;
  }

  operand(of: string): string {
    if (this.done()) {
      complainText(of, "missing argument");
      exit(1);
    }
    this.at++;
    return this.words[this.at - 1];
  }

  node(test: Test): Ptr<Node> {
    const n = make<Node>();
    n.test = test;
    return n;
  }

  or(): Ptr<Node> {
    attr(bounded(50));
    let left = this.and();
    while (!this.done() && (this.words[this.at] === "-o" || this.words[this.at] === "-or")) {
      this.at++;
      const n = this.node(Test.Or);
      n.first = left;
      n.second = this.and();
      left = n;
    }
    return left;
  }

  and(): Ptr<Node> {
    attr(bounded(50));
    let left = this.primary();
    while (!this.done() && this.words[this.at] !== "-o" && this.words[this.at] !== "-or" && this.words[this.at] !== ")") {
      if (this.words[this.at] === "-a" || this.words[this.at] === "-and") this.at++;
      const n = this.node(Test.And);
      n.first = left;
      n.second = this.primary();
      left = n;
    }
    return left;
  }

  primary(): Ptr<Node> {
    attr(bounded(50));
    const word = this.operand("expression");
    if (word === "!" || word === "-not") {
      const n = this.node(Test.Not);
      n.first = this.primary();
      return n;
    }
    if (word === "(") {
      const inside = this.or();
      if (this.done() || this.words[this.at] !== ")") die(1, "missing )");
      this.at++;
      return inside;
    }
    return this.test(word);
  }

  private withText(test: Test, word: string): Ptr<Node> {
    const n = this.node(test);
    n.text = this.operand(word);
    return n;
  }

  private withNumber(test: Test, word: string): Ptr<Node> {
    const n = this.node(test);
    const given = this.operand(word);
    n.sign = given.length > 0 && (given[0] === byte("+") || given[0] === byte("-")) ? given[0] : byte("=");
    let digits = n.sign === byte("=") ? given : given.sub(1, given.length);
    n.time = 512;
    if (test === Test.Size && digits.length > 0) {
      const unit = digits[digits.length - 1];
      if (unit === byte("c")) n.time = 1;
      if (unit === byte("k")) n.time = 1024;
      if (unit === byte("M")) n.time = 1024 * 1024;
      if (unit === byte("G")) n.time = 1024 * 1024 * 1024;
      if (unit > byte("9")) digits = digits.sub(0, digits.length - 1);
    }
    const number = parseNumber(digits);
    if (isErr(number)) {
      complainText(given, "invalid number");
      exit(1);
    }
    n.number = number;
    return n;
  }

  private setting(word: string): u64 {
    const number = parseNumber(this.operand(word));
    if (isErr(number)) {
      complainText(word, "invalid number");
      exit(1);
    }
    return number;
  }

  private test(word: string): Ptr<Node> {
    if (word === "-name") return this.withText(Test.Name, word);
    if (word === "-iname") return this.withText(Test.FoldedName, word);
    if (word === "-path") return this.withText(Test.Path, word);
    if (word === "-type") return this.withText(Test.Type, word);
    if (word === "-size") return this.withNumber(Test.Size, word);
    if (word === "-mtime") return this.withNumber(Test.Days, word);
    if (word === "-mmin") return this.withNumber(Test.Minutes, word);
    if (word === "-links") return this.withNumber(Test.Links, word);
    if (word === "-inum") return this.withNumber(Test.Inode, word);
    if (word === "-empty") return this.node(Test.Empty);
    if (word === "-true") return this.node(Test.True);
    if (word === "-false") return this.node(Test.False);
    if (word === "-prune") return this.node(Test.Prune);
    if (word === "-print" || word === "-print0" || word === "-quit") {
      settings.acts = true;
      return this.node(word === "-print" ? Test.Print : word === "-quit" ? Test.Quit : Test.PrintZero);
    }
    if (word === "-delete") {
      settings.acts = true;
      settings.depthFirst = true;
      return this.node(Test.Delete);
    }
    if (word === "-perm") return this.permission(word);
    if (word === "-newer") return this.newer(word);
    if (word === "-exec") return this.execution();
    if (word === "-maxdepth") settings.most = this.setting(word);
    else if (word === "-mindepth") settings.least = this.setting(word);
    else if (word === "-depth") settings.depthFirst = true;
    else if (word === "-xdev" || word === "-mount") settings.oneDevice = true;
    else {
      complainText(word, "unrecognized");
      exit(1);
    }
    return this.node(Test.True);
  }

  private permission(word: string): Ptr<Node> {
    const n = this.node(Test.Permission);
    const given = this.operand(word);
    n.sign = given.length > 0 && (given[0] === byte("-") || given[0] === byte("/")) ? given[0] : byte("=");
    const mode = changedMode(n.sign === byte("=") ? given : given.sub(1, given.length), 0, 0);
    if (isErr(mode)) {
      complainText(given, "invalid mode");
      exit(1);
    }
    n.number = u64(mode);
    return n;
  }

  private newer(word: string): Ptr<Node> {
    const n = this.node(Test.Newer);
    const path = this.operand(word);
    const s = zeroed<Stat>();
    const seen = stat(path, ref(s));
    if (isErr(seen)) {
      complain(path, seen.code);
      exit(1);
    }
    n.time = s.modified.seconds;
    n.number = u64(s.modified.nanoseconds);
    return n;
  }

  private execution(): Ptr<Node> {
    settings.acts = true;
    const n = this.node(Test.Exec);
    for (;;) {
      const word = this.operand("-exec");
      if (word === ";") break;
      if (word === "+" && n.words.length > 0 && n.words.at(n.words.length - 1) === "{}") {
        n.words.cut(n.words.length - 1);
        n.many = true;
        collecting.push(n);
        break;
      }
      n.words.push(word);
    }
    if (n.words.length === 0) die(1, "-exec: which program?");
    return n;
  }
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  if (words.length === 1 && words[0] === "--help") {
    out.write(help);
    return 0;
  }
  settings.most = 0xffff_ffff;
  let paths: usize = 0;
  while (paths < words.length && words[paths].length > 0 && words[paths][0] !== byte("-") && words[paths] !== "!" && words[paths] !== "(") paths++;
  const parser = zeroed<Parser>();
  parser.words = words.sub(paths, words.length);
  let root: Ptr<Node> = parser.node(Test.True);
  if (!parser.done()) root = parser.or();
  if (!parser.done()) {
    complainText(parser.words[parser.at], "unexpected");
    return 1;
  }
  if (!settings.acts) {
    const both = parser.node(Test.And);
    both.first = root;
    both.second = parser.node(Test.Print);
    root = both;
  }
  if (paths === 0) walk(".", 0, root);
  for (const path of words.sub(0, paths)) walk(path, 0, root);
  for (const n of collecting.items()) runCollected(n);
  return settings.status;
}

function failed(path: string, code: Errno): void {
  complain(path, code);
  settings.status = 1;
}

function walk(path: string, depth: u64, root: Ptr<Node>): void {
  attr(bounded(500));
  const s = zeroed<Stat>();
  const seen = lstat(path, ref(s));
  if (isErr(seen)) {
    failed(path, seen.code);
    return;
  }
  if (depth === 0) settings.device = s.device;
  settings.pruned = false;
  const counts = depth >= settings.least;
  if (!settings.depthFirst && counts) holds(root, path, ref(s));
  if (isDirectory(s.mode) && !settings.pruned && depth < settings.most && !(settings.oneDevice && s.device !== settings.device)) {
    const names = zeroed<List<string>>();
    using _ = defer(() => names.dispose());
    const read = namesIn(path, ref(names));
    if (isErr(read)) failed(path, read.code);
    for (const name of names.items()) walk(joinPath(path, name), depth + 1, root);
  }
  if (settings.depthFirst && counts) holds(root, path, ref(s));
}

function compared(n: Ptr<Node>, value: u64): boolean {
  return n.sign === byte("+") ? value > n.number : n.sign === byte("-") ? value < n.number : value === n.number;
}

function folded(t: string): string {
  const small = zeroed<Text>();
  for (const c of t) small.put(lower(c));
  return small.view();
}

function kindOf(mode: u32): string {
  switch (mode & S_IFMT) {
    case 0x8000: return "f";
    case 0x4000: return "d";
    case 0xa000: return "l";
    case 0x2000: return "c";
    case 0x6000: return "b";
    case 0x1000: return "p";
    default: return "s";
  }
}

function holds(n: Ptr<Node> | null, path: string, s: Ptr<Stat>): boolean {
  attr(bounded(50));
  if (n === null) return true;
  switch (n.test) {
    case Test.And: return holds(n.first, path, s) && holds(n.second, path, s);
    case Test.Or: return holds(n.first, path, s) || holds(n.second, path, s);
    case Test.Not: return !holds(n.first, path, s);
    case Test.Name: return matches(n.text, baseName(path));
    case Test.FoldedName: return matches(folded(n.text), folded(baseName(path)));
    case Test.Path: return matches(n.text, path);
    case Test.Type: return n.text === kindOf(s.mode);
    case Test.Size: return compared(n, (u64(s.bytes) + u64(n.time) - 1) / u64(n.time));
    case Test.Days: return compared(n, u64(now() - s.modified.seconds) / 86400);
    case Test.Minutes: return compared(n, u64(now() - s.modified.seconds) / 60);
    case Test.Links: return compared(n, s.links);
    case Test.Inode: return compared(n, s.inode);
    case Test.Newer:
      return s.modified.seconds > n.time || (s.modified.seconds === n.time && u64(s.modified.nanoseconds) > n.number);
    case Test.Permission: {
      const mode = u64(s.mode & 0xfff);
      if (n.sign === byte("-")) return (mode & n.number) === n.number;
      return n.sign === byte("/") ? (mode & n.number) !== 0 || n.number === 0 : mode === n.number;
    }
    case Test.Empty: return isEmpty(path, s);
    case Test.True: return true;
    case Test.False: return false;
    case Test.Print:
      out.line(path);
      return true;
    case Test.PrintZero:
      out.write(path);
      out.put(0);
      return true;
    case Test.Prune:
      settings.pruned = true;
      return true;
    case Test.Quit:
      for (const other of collecting.items()) runCollected(other);
      exit(settings.status);
    case Test.Delete: {
      if (path === ".") return true;
      const gone = isDirectory(s.mode) ? rmdir(path) : unlink(path);
      if (!isErr(gone)) return true;
      failed(path, gone.code);
      return false;
    }
    case Test.Exec: return execute(n, path);
  }
}

function isEmpty(path: string, s: Ptr<Stat>): boolean {
  if (!isDirectory(s.mode)) return (s.mode & S_IFMT) === 0x8000 && s.bytes === 0;
  const names = zeroed<List<string>>();
  using _ = defer(() => names.dispose());
  const read = namesIn(path, ref(names));
  return !isErr(read) && names.length === 0;
}

/** {} in a word is the path. */
function execute(n: Ptr<Node>, path: string): boolean {
  if (n.many) {
    n.collected.push(keep(path));
    if (n.collected.length >= 500) runCollected(n);
    return true;
  }
  const words = zeroed<List<string>>();
  for (const word of n.words.items()) words.push(filled(word, path));
  const status = runProgram(words.items());
  return !isErr(status) && status === 0;
}

function filled(word: string, path: string): string {
  const whole = zeroed<Text>();
  let at: usize = 0;
  for (;;) {
    const hole = findText(word, "{}", at);
    whole.add(word.sub(at, hole));
    if (hole === word.length) return whole.view();
    whole.add(path);
    at = hole + 2;
  }
}

function runCollected(n: Ptr<Node>): void {
  if (n.collected.length === 0) return;
  const words = zeroed<List<string>>();
  for (const word of n.words.items()) words.push(word);
  for (const path of n.collected.items()) words.push(path);
  n.collected.cut(0);
  const status = runProgram(words.items());
  if (isErr(status)) say("can't run the program");
  if (isErr(status) || status !== 0) settings.status = 1;
}
