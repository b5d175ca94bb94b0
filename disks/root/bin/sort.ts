// sort: lines in order.

import { complain, complainText, die } from "../../lib/failing.ts";
import { keep, make } from "../../lib/heap.ts";
import { eachInput } from "../../lib/inputs.ts";
import { List } from "../../lib/list.ts";
import { sort } from "../../lib/sort.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeOutput, openOutput, out } from "../../lib/stream.ts";
import { compare, digitOf, isDigit, isLetter, isLetterOrDigit, isPrintable, isSpace, Text, upper } from "../../lib/text.ts";

const help = `Usage: sort [-nrufbdiMhVgsczm] [-t SEPARATOR] [-k KEY]... [-o FILE] [FILE]...
Sorts lines of all files.

  -n  by numbers           -h  by sizes as 2K, 1G      -M  by months
  -V  by versions          -g  by numbers              -r  reversed
  -u  equal ones once      -f  small letters as large  -d  only letters, digits, blanks
  -i  only printable       -b  no blanks in front      -s  what is equal stays in order
  -c  only look whether it is sorted                   -m  inputs are sorted already
  -t  what separates fields (else blanks in front begin a field)
  -k  F[.C][OPTIONS][,F[.C][OPTIONS]]  from where to where lines are compared
  -o  where the result goes                            -z  lines end with zero bytes
`;

/** How something is compared. */
class Order {
  numeric: boolean;
  human: boolean;
  month: boolean;
  version: boolean;
  reverse: boolean;
  fold: boolean;
  dictionary: boolean;
  printable: boolean;
  blanks: boolean;

  take(c: u8): boolean {
    switch (c) {
      case byte("n"):
      case byte("g"): this.numeric = true; return true;
      case byte("h"): this.human = true; return true;
      case byte("M"): this.month = true; return true;
      case byte("V"): this.version = true; return true;
      case byte("r"): this.reverse = true; return true;
      case byte("f"): this.fold = true; return true;
      case byte("d"): this.dictionary = true; return true;
      case byte("i"): this.printable = true; return true;
      case byte("b"): this.blanks = true; return true;
      default: return false;
    }
  }

  /** Nothing but the usual. */
  plain(): boolean {
    return !this.numeric && !this.human && !this.month && !this.version && !this.reverse && !this.fold && !this.dictionary && !this.printable && !this.blanks;
  }
}

/** From field and character (both from 1) to field and character; `toField` 0: to the end of the line. */
class Key {
  fromField: usize;
  fromByte: usize;
  fromBlanks: boolean;
  toField: usize;
  /** 0: to the end of the field. */
  toByte: usize;
  toBlanks: boolean;
  order: Order;
}

class Settings {
  order: Order;
  separator: u8;
  separated: boolean;
  unique: boolean;
  stable: boolean;
  check: boolean;
  end: u8;
  output: string;
}

const settings = zeroed<Settings>();
const keys = zeroed<List<Ptr<Key>>>();
const lines = zeroed<List<string>>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "nrufbdiMhVgsczmt:k:o:S:T:", "numeric-sort=n reverse=r unique=u key=k output=o stable=s check=c ignore-case=f field-separator=t human-numeric-sort=h", help, 2);
  settings.end = byte("\n");
  for (let o = options.take(); o !== 0; o = options.take()) {
    switch (o) {
      case byte("u"): settings.unique = true; break;
      case byte("s"): settings.stable = true; break;
      case byte("c"): settings.check = true; break;
      case byte("z"): settings.end = 0; break;
      case byte("o"): settings.output = options.value; break;
      case byte("t"):
        settings.separated = true;
        settings.separator = options.value === "\\0" ? 0 : options.value.length > 0 ? options.value[0] : 0;
        break;
      case byte("k"): {
        const read = readKey(options.value);
        if (isErr(read)) die(2, "invalid key");
        break;
      }
      default: settings.order.take(o);
    }
  }
  for (const key of keys.items()) if (key.order.plain() && !key.fromBlanks && !key.toBlanks) inherit(key);
  const line = zeroed<Text>();
  const status = eachInput(options.rest(), (file) => {
    while (file.upTo(ref(line), settings.end)) lines.push(keep(line.view()));
  });
  if (status !== 0) return 2;
  if (settings.check) return disorder();
  sort(lines.items(), (x, y) => order(x, y) < 0);
  return write();
}

/** A key that says nothing of its own is compared as everything is. */
function inherit(key: Ptr<Key>): void {
  copy(ref(key.order), ref(settings.order));
  key.fromBlanks = settings.order.blanks;
  key.toBlanks = settings.order.blanks;
}

class KeyText {
  text: string;
  at: usize;

  number(): usize {
    let n: usize = 0;
    while (this.at < this.text.length && isDigit(this.text[this.at])) {
      n = n * 10 + usize(digitOf(this.text[this.at]));
      this.at++;
    }
    return n;
  }

  take(c: u8): boolean {
    if (this.at >= this.text.length || this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }
}

function readKey(given: string): Res<void> {
  const key = make<Key>();
  const t: KeyText = zeroed<KeyText>();
  t.text = given;
  key.fromField = t.number();
  if (key.fromField === 0) return err(Errno.EINVAL);
  key.fromByte = 1;
  if (t.take(byte("."))) key.fromByte = t.number();
  if (key.fromByte === 0) return err(Errno.EINVAL);
  while (t.at < given.length && given[t.at] !== byte(",")) {
    if (given[t.at] === byte("b")) key.fromBlanks = true;
    else if (!key.order.take(given[t.at])) return err(Errno.EINVAL);
    t.at++;
  }
  if (t.take(byte(","))) {
    key.toField = t.number();
    if (key.toField === 0) return err(Errno.EINVAL);
    if (t.take(byte("."))) key.toByte = t.number();
    while (t.at < given.length) {
      if (given[t.at] === byte("b")) key.toBlanks = true;
      else if (!key.order.take(given[t.at])) return err(Errno.EINVAL);
      t.at++;
    }
  }
  keys.push(key);
}

function isBlank(c: u8): boolean {
  return c === byte(" ") || c === byte("\t");
}

/** Where a field (from 1) begins, and where it ends when `end`. */
function fieldAt(t: string, field: usize, end: boolean): usize {
  let at: usize = 0;
  for (let n: usize = 1; ; n++) {
    if (n === field && !end) return at;
    if (settings.separated) while (at < t.length && t[at] !== settings.separator) at++;
    else {
      while (at < t.length && isBlank(t[at])) at++;
      while (at < t.length && !isBlank(t[at])) at++;
    }
    if (n === field) return at;
    if (at >= t.length) return t.length;
    if (settings.separated) at++;
  }
}

function keyOf(t: string, key: Ptr<Key>): string {
  let from = fieldAt(t, key.fromField, false);
  if (key.fromBlanks) while (from < t.length && isBlank(t[from])) from++;
  from += key.fromByte - 1;
  if (from > t.length) from = t.length;
  if (key.toField === 0) return t.sub(from, t.length);
  let to = fieldAt(t, key.toField, key.toByte === 0);
  if (key.toByte > 0) {
    if (key.toBlanks) while (to < t.length && isBlank(t[to])) to++;
    to += key.toByte;
    if (to > t.length) to = t.length;
  }
  return from < to ? t.sub(from, to) : t.sub(from, from);
}

/** By keys, then as a whole unless that makes no difference to anybody. */
function order(x: string, y: string): i32 {
  const by = orderByKeys(x, y);
  if (by !== 0 || settings.unique || settings.stable) return by;
  const whole = compare(x, y);
  return settings.order.reverse ? 0 - whole : whole;
}

function orderByKeys(x: string, y: string): i32 {
  if (keys.length === 0) {
    const by = compareBy(ref(settings.order), x, y);
    return settings.order.reverse ? 0 - by : by;
  }
  for (const key of keys.items()) {
    const by = compareBy(ref(key.order), keyOf(x, key), keyOf(y, key));
    if (by !== 0) return key.order.reverse ? 0 - by : by;
  }
  return 0;
}

function withoutBlanks(t: string): string {
  let from: usize = 0;
  while (from < t.length && isBlank(t[from])) from++;
  return t.sub(from, t.length);
}

function compareBy(by: Ptr<Order>, x: string, y: string): i32 {
  if (by.numeric) return compareNumbers(x, y);
  if (by.human) return compareSizes(x, y);
  if (by.month) return month(x) - month(y);
  if (by.version) return compareVersions(x, y);
  const a = by.blanks ? withoutBlanks(x) : x;
  const b = by.blanks ? withoutBlanks(y) : y;
  if (!by.fold && !by.dictionary && !by.printable) return compare(a, b);
  let i: usize = 0;
  let j: usize = 0;
  for (;;) {
    while (i < a.length && skipped(by, a[i])) i++;
    while (j < b.length && skipped(by, b[j])) j++;
    if (i === a.length || j === b.length) return (i < a.length ? 1 : 0) - (j < b.length ? 1 : 0);
    const c = by.fold ? upper(a[i]) : a[i];
    const d = by.fold ? upper(b[j]) : b[j];
    if (c !== d) return i32(c) - i32(d);
    i++;
    j++;
  }
}

function skipped(by: Ptr<Order>, c: u8): boolean {
  return (by.dictionary && !isLetterOrDigit(c) && !isBlank(c)) || (by.printable && !isPrintable(c));
}

/** A number as far as it goes: its sign, its digits without zeros in front, what is behind the point. */
class Number {
  negative: boolean;
  whole: string;
  fraction: string;
  /** What follows. */
  rest: usize;

  read(t: string): void {
    let at: usize = 0;
    while (at < t.length && isSpace(t[at])) at++;
    this.negative = at < t.length && t[at] === byte("-");
    if (this.negative) at++;
    while (at < t.length && t[at] === byte("0")) at++;
    const from = at;
    while (at < t.length && isDigit(t[at])) at++;
    this.whole = t.sub(from, at);
    this.fraction = t.sub(at, at);
    if (at < t.length && t[at] === byte(".")) {
      const start = at + 1;
      at++;
      while (at < t.length && isDigit(t[at])) at++;
      let end = at;
      while (end > start && t[end - 1] === byte("0")) end--;
      this.fraction = t.sub(start, end);
    }
    this.rest = at;
    if (this.whole.length === 0 && this.fraction.length === 0) this.negative = false;
  }
}

function compareRead(a: Ptr<Number>, b: Ptr<Number>): i32 {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  let by = a.whole.length === b.whole.length ? compare(a.whole, b.whole) : a.whole.length < b.whole.length ? -1 : 1;
  if (by === 0) by = compare(a.fraction, b.fraction);
  return a.negative ? 0 - by : by;
}

function compareNumbers(x: string, y: string): i32 {
  const a = zeroed<Number>();
  const b = zeroed<Number>();
  a.read(x);
  b.read(y);
  return compareRead(ref(a), ref(b));
}

function unitOf(t: string, at: usize): i32 {
  if (at >= t.length) return 0;
  switch (upper(t[at])) {
    case byte("K"): return 1;
    case byte("M"): return 2;
    case byte("G"): return 3;
    case byte("T"): return 4;
    case byte("P"): return 5;
    case byte("E"): return 6;
    default: return 0;
  }
}

function compareSizes(x: string, y: string): i32 {
  const a = zeroed<Number>();
  const b = zeroed<Number>();
  a.read(x);
  b.read(y);
  const unitA = a.whole.length + a.fraction.length === 0 ? 0 : unitOf(x, a.rest) * (a.negative ? -1 : 1);
  const unitB = b.whole.length + b.fraction.length === 0 ? 0 : unitOf(y, b.rest) * (b.negative ? -1 : 1);
  if (a.negative !== b.negative || unitA === unitB) return compareRead(ref(a), ref(b));
  return unitA - unitB;
}

const MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

/** 1 … 12, 0 for what is no month. */
function month(t: string): i32 {
  let at: usize = 0;
  while (at < t.length && isSpace(t[at])) at++;
  if (t.length - at < 3) return 0;
  for (let m: usize = 0; m < 12; m++) {
    let same = true;
    for (let i: usize = 0; i < 3; i++) if (upper(t[at + i]) !== MONTHS[m * 3 + i]) same = false;
    if (same) return i32(m) + 1;
  }
  return 0;
}

/** Digits count as numbers wherever they stand. */
function compareVersions(x: string, y: string): i32 {
  let i: usize = 0;
  let j: usize = 0;
  while (i < x.length && j < y.length) {
    if (isDigit(x[i]) && isDigit(y[j])) {
      let a = i;
      let b = j;
      while (a < x.length && isDigit(x[a])) a++;
      while (b < y.length && isDigit(y[b])) b++;
      const by = compareNumbers(x.sub(i, a), y.sub(j, b));
      if (by !== 0) return by;
      i = a;
      j = b;
    } else {
      const by = versionOrder(x[i]) - versionOrder(y[j]);
      if (by !== 0) return by;
      i++;
      j++;
    }
  }
  return (i < x.length ? 1 : 0) - (j < y.length ? 1 : 0);
}

/** In versions letters come before all other signs, and numbers before letters. */
function versionOrder(c: u8): i32 {
  if (isDigit(c)) return 0;
  return isLetter(c) ? i32(c) : i32(c) + 256;
}

/** -c: 1, and the first line that is not where it belongs. */
function disorder(): i32 {
  for (let i: usize = 1; i < lines.length; i++) {
    const by = order(lines.at(i - 1), lines.at(i));
    if (by < 0 || (by === 0 && !settings.unique)) continue;
    const room = zeroed<Text>();
    room.add("disorder: ").add(lines.at(i));
    complainAt(i + 1, room.view());
    return 1;
  }
  return 0;
}

function complainAt(line: usize, what: string): void {
  const place = zeroed<Text>();
  place.add("-:").number(line);
  complainText(place.view(), what);
}

function write(): i32 {
  let file = ref(out);
  if (settings.output.length > 0) {
    const opened = openOutput(settings.output, false);
    if (isErr(opened)) {
      complain(settings.output, opened.code);
      return 2;
    }
    file = opened;
  }
  for (let i: usize = 0; i < lines.length; i++) {
    if (settings.unique && i > 0 && orderByKeys(lines.at(i - 1), lines.at(i)) === 0) continue;
    file.write(lines.at(i));
    file.put(settings.end);
  }
  if (file === ref(out)) return 0;
  const closed = closeOutput(file);
  if (!isErr(closed)) return 0;
  complain(settings.output, closed.code);
  return 2;
}
