// ls: what is in directories.

import { Stat, S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_IFSOCK } from "../../../kernel/abi/files.ts";
import { WindowSize } from "../../../kernel/abi/terminal.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain } from "../../lib/failing.ts";
import { keep, make } from "../../lib/heap.ts";
import { List } from "../../lib/list.ts";
import { isDirectory, isLink, ModeText } from "../../lib/modes.ts";
import { groupName, userName } from "../../lib/names.ts";
import { digitsOf, humanSize } from "../../lib/sizes.ts";
import { sort } from "../../lib/sort.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { lstat, readlink, stat } from "../../lib/sys.ts";
import { isTerminal, screenSize } from "../../lib/terminal.ts";
import { compare, Digits, Text } from "../../lib/text.ts";
import { formatDate, now } from "../../lib/time.ts";

const help = `Usage: ls [-1AaCcdFhiLlnpRrSstUux] [--color[=WHEN]] [FILE]...
Lists files, and what is in directories (the working directory without arguments).

  -a  also names that begin with a dot     -l  long: mode, links, owner, group, size, time
  -A  as -a, without . and ..              -n  as -l, owner and group as numbers
  -d  directories themselves               -h  sizes as 1.5K, 23M (with -l, -s)
  -R  what is below, too                   -i  inode numbers
  -1  one on each line                     -s  space taken, in KiB
  -C  columns                              -F  a mark behind names: / * @ | =
  -x  columns, sorted along lines          -p  a slash behind directories
  -t  newest first                         -L  what links lead to
  -S  largest first                        -u  time of last access  (with -l, -t)
  -U  unsorted                             -c  time of last change of the inode
  -r  reversed
  --color=WHEN  always, never, or auto (on a terminal; the default)
`;

class Settings {
  all: boolean;
  almost: boolean;
  self: boolean;
  long: boolean;
  numeric: boolean;
  human: boolean;
  inodes: boolean;
  blocks: boolean;
  marks: boolean;
  slashes: boolean;
  follow: boolean;
  reverse: boolean;
  recursive: boolean;
  columns: boolean;
  across: boolean;
  color: boolean;
  /** What sorts: a name, t S U. */
  order: u8;
  /** Which time: m u c. */
  time: u8;
  width: usize;
  status: i32;
  /** A directory's name stands above what is in it. */
  titles: boolean;
  /** Something was listed already: an empty line comes before the next. */
  begun: boolean;
}

const settings = zeroed<Settings>();

class File {
  name: string;
  path: string;
  stat: Stat;
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "1AaCcdFhiLlnpRrSstUuxw:k", "all=a almost-all=A color=w directory=d reverse=r recursive=R", help, 2);
  const terminal = isTerminal(1);
  settings.columns = terminal;
  settings.color = terminal;
  settings.order = byte("a");
  settings.time = byte("m");
  for (let o = options.take(); o !== 0; o = options.take()) option(o, options.value);
  const screen = zeroed<WindowSize>();
  screenSize(1, ref(screen));
  settings.width = usize(screen.columns);
  const given = options.rest();
  const files = zeroed<List<Ptr<File>>>();
  const folders = zeroed<List<Ptr<File>>>();
  if (given.length === 0) look(".", ".", settings.self ? ref(files) : ref(folders));
  for (const path of given) {
    const file = found(path, path, !settings.long || settings.follow);
    if (file === null) {
      settings.status = 2;
      continue;
    }
    if (isDirectory(file.stat.mode) && !settings.self) folders.push(file);
    else files.push(file);
  }
  settings.titles = given.length > 1 || settings.recursive;
  order(ref(files));
  order(ref(folders));
  if (files.length > 0) {
    show(ref(files));
    settings.begun = true;
  }
  for (const folder of folders.items()) list(folder.path);
  return settings.status;
}

function option(o: u8, value: string): void {
  switch (o) {
    case byte("a"): settings.all = true; break;
    case byte("A"): settings.almost = true; break;
    case byte("d"): settings.self = true; break;
    case byte("n"):
    case byte("l"):
      settings.long = true;
      if (o === byte("n")) settings.numeric = true;
      break;
    case byte("h"): settings.human = true; break;
    case byte("i"): settings.inodes = true; break;
    case byte("s"): settings.blocks = true; break;
    case byte("F"): settings.marks = true; break;
    case byte("p"): settings.slashes = true; break;
    case byte("L"): settings.follow = true; break;
    case byte("r"): settings.reverse = true; break;
    case byte("R"): settings.recursive = true; break;
    case byte("1"): settings.columns = false; break;
    case byte("C"):
    case byte("x"):
      settings.columns = true;
      settings.across = o === byte("x");
      settings.long = false;
      break;
    case byte("t"):
    case byte("S"):
    case byte("U"): settings.order = o; break;
    case byte("u"):
    case byte("c"): settings.time = o; break;
    case byte("w"): settings.color = value === "always" || (value !== "never" && isTerminal(1)); break;
    default: break;
  }
}

function found(path: string, name: string, follow: boolean): Ptr<File> | null {
  const file = make<File>();
  file.name = name;
  file.path = path;
  if (follow) {
    const seen = stat(path, ref(file.stat));
    if (!isErr(seen)) return file;
  }
  const seen = lstat(path, ref(file.stat));
  if (!isErr(seen)) return file;
  complain(path, seen.code);
  settings.status = 1;
  return null;
}

function look(path: string, name: string, into: Ptr<List<Ptr<File>>>): void {
  const file = found(path, name, settings.follow);
  if (file !== null) into.push(file);
}

function list(path: string): void {
  if (settings.begun) out.put(byte("\n"));
  settings.begun = true;
  if (settings.titles) {
    out.write(path);
    out.write(":\n");
  }
  const names = zeroed<List<string>>();
  const read = namesIn(path, ref(names));
  if (isErr(read)) {
    complain(path, read.code);
    settings.status = 1;
    return;
  }
  const files = zeroed<List<Ptr<File>>>();
  if (settings.all) {
    look(joinPath(path, "."), ".", ref(files));
    look(joinPath(path, ".."), "..", ref(files));
  }
  for (const name of names.items())
    if (name[0] !== byte(".") || settings.all || settings.almost) look(joinPath(path, name), name, ref(files));
  order(ref(files));
  if (settings.long || settings.blocks) {
    let blocks: u64 = 0;
    for (const file of files.items()) blocks += u64(file.stat.blocks);
    out.write("total ");
    const total = zeroed<Text>();
    if (settings.human) humanSize(ref(total), blocks * 512);
    else total.number((blocks + 1) / 2);
    out.line(total.view());
  }
  show(ref(files));
  if (!settings.recursive) return;
  for (const file of files.items())
    if (isDirectory(file.stat.mode) && file.name !== "." && file.name !== "..") list(file.path);
}

function timeOf(file: Ptr<File>): i64 {
  return settings.time === byte("u") ? file.stat.accessed.seconds : settings.time === byte("c") ? file.stat.changed.seconds : file.stat.modified.seconds;
}

function nanosecondsOf(file: Ptr<File>): i64 {
  return settings.time === byte("u")
    ? file.stat.accessed.nanoseconds
    : settings.time === byte("c") ? file.stat.changed.nanoseconds : file.stat.modified.nanoseconds;
}

/** Below 0: x comes first. */
function compareFiles(x: Ptr<File>, y: Ptr<File>): i32 {
  if (settings.order === byte("t")) {
    if (timeOf(x) !== timeOf(y)) return timeOf(x) > timeOf(y) ? -1 : 1;
    if (nanosecondsOf(x) !== nanosecondsOf(y)) return nanosecondsOf(x) > nanosecondsOf(y) ? -1 : 1;
  }
  if (settings.order === byte("S") && x.stat.bytes !== y.stat.bytes) return x.stat.bytes > y.stat.bytes ? -1 : 1;
  return compare(x.name, y.name);
}

function order(files: Ptr<List<Ptr<File>>>): void {
  if (settings.order === byte("U")) return;
  sort(files.items(), (x, y) => (settings.reverse ? compareFiles(y, x) < 0 : compareFiles(x, y) < 0));
}

/** How wide the columns of a listing are. */
class Widths {
  inode: usize;
  blocks: usize;
  links: usize;
  user: usize;
  group: usize;
  size: usize;
  name: usize;
}

function larger(x: usize, y: usize): usize {
  return x > y ? x : y;
}

function show(files: Ptr<List<Ptr<File>>>): void {
  const widths = zeroed<Widths>();
  const w = ref(widths);
  for (const file of files.items()) {
    w.inode = larger(w.inode, digitsOf(file.stat.inode));
    w.blocks = larger(w.blocks, blocksText(file).length);
    w.name = larger(w.name, shownLength(file));
    if (!settings.long) continue;
    w.links = larger(w.links, digitsOf(file.stat.links));
    w.user = larger(w.user, owner(file).length);
    w.group = larger(w.group, group(file).length);
    w.size = larger(w.size, sizeText(file).length);
  }
  if (settings.long || !settings.columns) {
    for (const file of files.items()) {
      front(file, w);
      if (settings.long) longFront(file, w);
      nameOf(file);
      if (settings.long && isLink(file.stat.mode)) target(file);
      out.put(byte("\n"));
    }
    return;
  }
  columns(files.items(), w);
}

/** Columns of one width, filled downwards (or along lines with -x). */
function columns(files: Slice<Ptr<File>>, w: Ptr<Widths>): void {
  if (files.length === 0) return;
  const extra = (settings.inodes ? w.inode + 1 : 0) + (settings.blocks ? w.blocks + 1 : 0);
  const width = w.name + extra + 2;
  const across = larger(1, settings.width / width);
  const rows = (files.length + across - 1) / across;
  for (let row: usize = 0; row < rows; row++) {
    for (let column: usize = 0; ; column++) {
      const i = settings.across ? row * across + column : column * rows + row;
      const next = settings.across ? i + 1 : i + rows;
      front(files[i], w);
      nameOf(files[i]);
      const last = next >= files.length || (settings.across && column + 1 === across);
      if (last) break;
      out.repeat(byte(" "), w.name + 2 - shownLength(files[i]));
    }
    out.put(byte("\n"));
  }
}

function front(file: Ptr<File>, w: Ptr<Widths>): void {
  if (settings.inodes) {
    out.numberRight(file.stat.inode, w.inode);
    out.put(byte(" "));
  }
  if (settings.blocks) {
    out.right(blocksText(file), w.blocks);
    out.put(byte(" "));
  }
}

function blocksText(file: Ptr<File>): string {
  const t = zeroed<Text>();
  if (settings.human) humanSize(ref(t), u64(file.stat.blocks) * 512);
  else t.number((u64(file.stat.blocks) + 1) / 2);
  return t.view();
}

function owner(file: Ptr<File>): string {
  return settings.numeric ? numberText(u64(file.stat.uid)) : userName(file.stat.uid);
}

function group(file: Ptr<File>): string {
  return settings.numeric ? numberText(u64(file.stat.gid)) : groupName(file.stat.gid);
}

function numberText(n: u64): string {
  const digits = zeroed<Digits>();
  return keep(digits.of(n, 10));
}

/** Devices have no size: their two numbers stand there. */
function sizeText(file: Ptr<File>): string {
  const t = zeroed<Text>();
  const kind = file.stat.mode & S_IFMT;
  const device = file.stat.specialDevice;
  if (kind === S_IFCHR || kind === S_IFBLK)
    t.number(((device >> 8) & 0xfff) | ((device >> 32) & 0xffff_f000)).add(", ").number((device & 0xff) | ((device >> 12) & 0xffff_ff00));
  else if (settings.human) humanSize(ref(t), u64(file.stat.bytes));
  else t.number(u64(file.stat.bytes));
  return t.view();
}

const HALF_A_YEAR = 15_778_476;

function longFront(file: Ptr<File>, w: Ptr<Widths>): void {
  const mode = zeroed<ModeText>();
  out.write(mode.of(file.stat.mode));
  out.put(byte(" "));
  out.numberRight(file.stat.links, w.links);
  out.put(byte(" "));
  out.left(owner(file), w.user + 1);
  out.left(group(file), w.group + 1);
  out.right(sizeText(file), w.size);
  const time = timeOf(file);
  const age = now() - time;
  const date = zeroed<Text>();
  formatDate(ref(date), age < 0 || age > HALF_A_YEAR ? " %b %e  %Y " : " %b %e %H:%M ", time, 0);
  out.write(date.view());
}

function mark(file: Ptr<File>): string {
  if (isDirectory(file.stat.mode)) return settings.marks || settings.slashes ? "/" : "";
  if (!settings.marks) return "";
  if (isLink(file.stat.mode)) return settings.long ? "" : "@";
  const kind = file.stat.mode & S_IFMT;
  if (kind === S_IFIFO) return "|";
  if (kind === S_IFSOCK) return "=";
  return (file.stat.mode & 0o111) !== 0 && kind === 0x8000 ? "*" : "";
}

/** Columns that a name takes: characters, not bytes. */
function shownLength(file: Ptr<File>): usize {
  let length = mark(file).length;
  for (const c of file.name) if ((c & 0xc0) !== 0x80) length++;
  return length;
}

function color(file: Ptr<File>): string {
  const kind = file.stat.mode & S_IFMT;
  if (isDirectory(file.stat.mode)) return "\x1b[1;34m";
  if (isLink(file.stat.mode)) return "\x1b[1;36m";
  if (kind === S_IFCHR || kind === S_IFBLK) return "\x1b[1;33m";
  if (kind === S_IFIFO) return "\x1b[33m";
  if (kind === S_IFSOCK) return "\x1b[1;35m";
  return (file.stat.mode & 0o111) !== 0 ? "\x1b[1;32m" : "";
}

function nameOf(file: Ptr<File>): void {
  const painted = settings.color ? color(file) : "";
  out.write(painted);
  out.write(file.name);
  if (painted.length > 0) out.write("\x1b[m");
  out.write(mark(file));
}

function target(file: Ptr<File>): void {
  const room = zeroed<Arr<u8, 4096>>();
  const t = readlink(file.path, slice(room));
  if (isErr(t)) return;
  out.write(" -> ");
  out.write(t);
}
