// diff: which lines make one file of the other, as few as possible: the shortest way through the grid of both (E. Myers, "An
// O(ND) Difference Algorithm", 1986), with every turn remembered so that it can be walked back.

import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain } from "../../lib/failing.ts";
import { isFolder } from "../../lib/files.ts";
import { exit } from "../../lib/hooks.ts";
import { growRow, keep, make } from "../../lib/heap.ts";
import { List } from "../../lib/list.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, openInput, out } from "../../lib/stream.ts";
import { Stat } from "../../../kernel/abi/files.ts";
import { stat } from "../../lib/sys.ts";
import { baseName, compare, isSpace, lower, parseNumber, Text } from "../../lib/text.ts";
import { formatDate } from "../../lib/time.ts";

const help = `Usage: diff [-uqrsiwbBN] [-U LINES] FILE FILE
Shows how lines of two files differ. Status 0: not at all, 1: they do, 2: trouble.

  -u  with three lines around (-U: so many), as patch wants it    -q  only whether
  -r  directories with all that is in them    -s  say what is the same
  -i  small and large letters are equal       -w  spaces count nothing    -b  any number of spaces is one
  -N  a file that is missing is empty
`;

class Settings {
  unified: boolean;
  around: usize;
  brief: boolean;
  recursive: boolean;
  same: boolean;
  fold: boolean;
  noSpaces: boolean;
  fewSpaces: boolean;
  missing: boolean;
}

const settings = zeroed<Settings>();

/** The lines of a file. */
class Side {
  lines: List<string>;
  /** The last line has its end. */
  ended: boolean;
}

/** A run of lines: so many of one side go, so many of the other come. */
class Change {
  from: usize;
  gone: usize;
  to: usize;
  come: usize;
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "uqrsiwbBNaU:", "unified=u brief=q recursive=r ignore-case=i", help, 2);
  settings.around = 3;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("u")) settings.unified = true;
    if (o === byte("q")) settings.brief = true;
    if (o === byte("r")) settings.recursive = true;
    if (o === byte("s")) settings.same = true;
    if (o === byte("i")) settings.fold = true;
    if (o === byte("w")) settings.noSpaces = true;
    if (o === byte("b")) settings.fewSpaces = true;
    if (o === byte("N")) settings.missing = true;
    if (o === byte("U")) {
      const n = parseNumber(options.value);
      settings.unified = true;
      if (!isErr(n)) settings.around = n;
    }
  }
  const paths = options.rest();
  if (paths.length !== 2) options.usage();
  const x = isFolder(paths[0]);
  const y = isFolder(paths[1]);
  if (x && y) return folders(paths[0], paths[1]);
  if (x) return files(joinPath(paths[0], baseName(paths[1])), paths[1], "");
  if (y) return files(paths[0], joinPath(paths[1], baseName(paths[0])), "");
  return files(paths[0], paths[1], "");
}

function folders(x: string, y: string): i32 {
  attr(bounded(200));
  const left = zeroed<List<string>>();
  const right = zeroed<List<string>>();
  const first = namesIn(x, ref(left));
  const second = namesIn(y, ref(right));
  if (isErr(first) || isErr(second)) {
    if (isErr(first)) complain(x, first.code);
    if (isErr(second)) complain(y, second.code);
    return 2;
  }
  let status: i32 = 0;
  let i: usize = 0;
  let k: usize = 0;
  while (i < left.length || k < right.length) {
    const order = i === left.length ? 1 : k === right.length ? -1 : compare(left.at(i), right.at(k));
    if (order !== 0 && !settings.missing) {
      out.write("Only in ");
      out.write(order < 0 ? x : y);
      out.write(": ");
      out.line(order < 0 ? left.at(i) : right.at(k));
      if (status === 0) status = 1;
    } else {
      const name = order > 0 ? right.at(k) : left.at(i);
      const a = joinPath(x, name);
      const b = joinPath(y, name);
      let result: i32 = 0;
      if (isFolder(a) && isFolder(b)) {
        if (settings.recursive) result = folders(a, b);
        else {
          out.write("Common subdirectories: ");
          out.write(a);
          out.write(" and ");
          out.line(b);
        }
      } else result = files(a, b, settings.unified ? "diff -ur " : "diff -r ");
      if (result > status) status = result;
    }
    if (order <= 0) i++;
    if (order >= 0) k++;
  }
  return status;
}

function read(path: string, into: Ptr<Side>): void {
  const file = openInput(path);
  into.ended = true;
  if (isErr(file)) {
    if (settings.missing && file.code === Errno.ENOENT) return;
    complain(path, file.code);
    exit(2);
  }
  const line = zeroed<Text>();
  while (file.line(ref(line))) {
    into.lines.push(keep(line.view()));
    into.ended = file.ended;
  }
  line.dispose();
  if (file.failed !== 0) {
    complain(path, unit<Errno>(file.failed));
    exit(2);
  }
  closeInput(file);
}

/** A line as it is compared. */
function folded(t: string): string {
  if (!settings.fold && !settings.noSpaces && !settings.fewSpaces) return t;
  const plain = zeroed<Text>();
  for (let i: usize = 0; i < t.length; i++) {
    if (isSpace(t[i]) && (settings.noSpaces || settings.fewSpaces)) {
      while (i + 1 < t.length && isSpace(t[i + 1])) i++;
      if (settings.fewSpaces && !settings.noSpaces && i + 1 < t.length) plain.put(byte(" "));
    } else plain.put(settings.fold ? lower(t[i]) : t[i]);
  }
  return plain.view();
}

/** `title`: stands above in front of the names, where there are several files. */
function files(x: string, y: string, title: string): i32 {
  const a = zeroed<Side>();
  const b = zeroed<Side>();
  read(x, ref(a));
  read(y, ref(b));
  const changes = zeroed<List<Ptr<Change>>>();
  compareSides(ref(a), ref(b), ref(changes));
  if (changes.length === 0) {
    if (settings.same) pair("Files ", x, y, " are identical");
    return 0;
  }
  if (settings.brief) {
    pair("Files ", x, y, " differ");
    return 1;
  }
  if (title.length > 0) {
    out.write(title);
    out.write(x);
    out.put(byte(" "));
    out.line(y);
  }
  if (settings.unified) {
    heading("--- ", x);
    heading("+++ ", y);
    unified(ref(a), ref(b), changes.items());
  } else for (const change of changes.items()) normal(ref(a), ref(b), change);
  return 1;
}

function pair(front: string, x: string, y: string, end: string): void {
  out.write(front);
  out.write(x);
  out.write(" and ");
  out.write(y);
  out.line(end);
}

function heading(mark: string, path: string): void {
  const s = zeroed<Stat>();
  const seen = stat(path, ref(s));
  out.write(mark);
  out.write(path);
  out.put(byte("\t"));
  const t = zeroed<Text>();
  if (isErr(seen)) formatDate(ref(t), "%Y-%m-%d %H:%M:%S.%N %z", 0, 0);
  else formatDate(ref(t), "%Y-%m-%d %H:%M:%S.%N %z", s.modified.seconds, u64(s.modified.nanoseconds));
  out.line(t.view());
}

/** Of each turn, how far every diagonal got. */
class Turns {
  rows: List<Ptr<i32>>;
}

function compareSides(a: Ptr<Side>, b: Ptr<Side>, into: Ptr<List<Ptr<Change>>>): void {
  const left = zeroed<List<string>>();
  const right = zeroed<List<string>>();
  for (const t of a.lines.items()) left.push(folded(t));
  for (const t of b.lines.items()) right.push(folded(t));
  const x = left.items();
  const y = right.items();
  // What is equal in front and at the end needs no search.
  let front: usize = 0;
  const lastDiffers = a.ended !== b.ended;
  while (front < x.length && front < y.length && x[front] === y[front] && !(lastDiffers && (front + 1 === x.length || front + 1 === y.length))) front++;
  let endX = x.length;
  let endY = y.length;
  if (!lastDiffers) {
    while (endX > front && endY > front && x[endX - 1] === y[endY - 1]) {
      endX--;
      endY--;
    }
  }
  const turns = zeroed<Turns>();
  const n = i32(endX - front);
  const m = i32(endY - front);
  const gone = growRow<boolean>(null, x.length + 1);
  const come = growRow<boolean>(null, y.length + 1);
  for (let i: usize = 0; i < x.length; i++) gone[i] = false;
  for (let i: usize = 0; i < y.length; i++) come[i] = false;
  const size = usize(n + m) * 2 + 3;
  const middle = i32(n + m) + 1;
  const v = growRow<i32>(null, size);
  for (let i: usize = 0; i < size; i++) v[i] = 0;
  for (let d: i32 = 0; ; d++) {
    const row = growRow<i32>(null, usize(d) * 2 + 3);
    for (let k = 0 - d - 1; k <= d + 1; k++) row[usize(k + d + 1)] = v[usize(middle + k)];
    turns.rows.push(row);
    let done = false;
    for (let k = 0 - d; k <= d && !done; k += 2) {
      let i: i32 = k === 0 - d || (k !== d && v[usize(middle + k - 1)] < v[usize(middle + k + 1)]) ? v[usize(middle + k + 1)] : v[usize(middle + k - 1)] + 1;
      let j = i - k;
      while (i < n && j < m && sameAt(x, y, front + usize(i), front + usize(j), lastDiffers)) {
        i++;
        j++;
      }
      v[usize(middle + k)] = i;
      if (i >= n && j >= m) done = true;
    }
    if (!done) continue;
    walkBack(ref(turns), n, m, d, front, gone, come);
    break;
  }
  collect(x.length, y.length, gone, come, into);
}

/** A last line with its end is not one without. */
function sameAt(x: View<string>, y: View<string>, i: usize, j: usize, lastDiffers: boolean): boolean {
  if (lastDiffers && (i + 1 === x.length || j + 1 === y.length)) return false;
  return x[i] === y[j];
}

/** From the end to the beginning: what went and what came. */
function walkBack(turns: Ptr<Turns>, n: i32, m: i32, last: i32, front: usize, gone: Ptr<boolean>, come: Ptr<boolean>): void {
  let i = n;
  let j = m;
  for (let d = last; d > 0; d--) {
    const row = turns.rows.at(usize(d));
    const k = i - j;
    const down = k === 0 - d || (k !== d && row[usize(k - 1 + d + 1)] < row[usize(k + 1 + d + 1)]);
    const before = down ? k + 1 : k - 1;
    const startI = row[usize(before + d + 1)];
    const startJ = startI - before;
    if (down) come[front + usize(startJ)] = true;
    else gone[front + usize(startI)] = true;
    i = startI;
    j = startJ;
  }
}

function collect(n: usize, m: usize, gone: Ptr<boolean>, come: Ptr<boolean>, into: Ptr<List<Ptr<Change>>>): void {
  let i: usize = 0;
  let j: usize = 0;
  while (i < n || j < m) {
    if (!((i < n && gone[i]) || (j < m && come[j]))) {
      i++;
      j++;
      continue;
    }
    const change = make<Change>();
    change.from = i;
    change.to = j;
    while (i < n && gone[i]) i++;
    while (j < m && come[j]) j++;
    change.gone = i - change.from;
    change.come = j - change.to;
    into.push(change);
  }
}

function range(from: usize, count: usize): void {
  out.number(count === 0 ? from : from + 1);
  if (count > 1) {
    out.put(byte(","));
    out.number(from + count);
  }
}

function normal(a: Ptr<Side>, b: Ptr<Side>, change: Ptr<Change>): void {
  range(change.from, change.gone);
  out.put(change.gone === 0 ? byte("a") : change.come === 0 ? byte("d") : byte("c"));
  range(change.to, change.come);
  out.put(byte("\n"));
  for (let i = change.from; i < change.from + change.gone; i++) line("< ", a, i);
  if (change.gone > 0 && change.come > 0) out.line("---");
  for (let i = change.to; i < change.to + change.come; i++) line("> ", b, i);
}

function line(mark: string, side: Ptr<Side>, i: usize): void {
  out.write(mark);
  out.line(side.lines.at(i));
  if (i + 1 === side.lines.length && !side.ended) out.line("\\ No newline at end of file");
}

function hunkRange(mark: u8, from: usize, count: usize): void {
  out.put(mark);
  out.number(count === 0 ? from : from + 1);
  if (count !== 1) {
    out.put(byte(","));
    out.number(count);
  }
}

/** Changes whose surroundings touch stand together. */
function unified(a: Ptr<Side>, b: Ptr<Side>, changes: Slice<Ptr<Change>>): void {
  const around = settings.around;
  for (let first: usize = 0; first < changes.length; ) {
    let last = first;
    while (last + 1 < changes.length && changes[last + 1].from - (changes[last].from + changes[last].gone) <= 2 * around) last++;
    const begin = changes[first];
    const end = changes[last];
    const lead = begin.from < around ? begin.from : around;
    const rest = a.lines.length - (end.from + end.gone);
    const trail = rest < around ? rest : around;
    const from = begin.from - lead;
    const to = begin.to - lead;
    out.write("@@ ");
    hunkRange(byte("-"), from, end.from + end.gone + trail - from);
    out.put(byte(" "));
    hunkRange(byte("+"), to, end.to + end.come + trail - to);
    out.line(" @@");
    let at = from;
    for (let k = first; k <= last; k++) {
      const change = changes[k];
      for (; at < change.from; at++) line(" ", a, at);
      for (let i = change.from; i < change.from + change.gone; i++) line("-", a, i);
      for (let i = change.to; i < change.to + change.come; i++) line("+", b, i);
      at = change.from + change.gone;
    }
    for (let i: usize = 0; i < trail; i++) line(" ", a, at + i);
    first = last + 1;
  }
}
