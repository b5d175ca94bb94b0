// cut: parts of lines.

import { die } from "../../lib/failing.ts";
import { eachInput } from "../../lib/inputs.ts";
import { List } from "../../lib/list.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { has, indexOf, parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: cut (-b LIST | -c LIST | -f LIST) [-d SEPARATOR] [-s] [FILE]...
Writes chosen parts of each line. LIST is like 1,3-5,7- (from 1).

  -b  bytes    -c  characters    -f  fields, separated by tabs
  -d  what separates fields      -s  only lines that have a separator
  --output-delimiter=TEXT        -n  (nothing)
`;


const froms = zeroed<List<u64>>();
const tos = zeroed<List<u64>>();

class Settings {
  kind: u8;
  separator: u8;
  glue: string;
  onlySeparated: boolean;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "b:c:f:d:sno:", "bytes=b characters=c fields=f delimiter=d only-delimited=s output-delimiter=o", help);
  settings.separator = byte("\t");
  let list = "";
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("b") || o === byte("c") || o === byte("f")) {
      if (settings.kind !== 0) die(1, "only one list may be given");
      settings.kind = o;
      list = options.value;
    }
    if (o === byte("d")) {
      if (options.value.length > 1) die(1, "the separator is one character");
      settings.separator = options.value.length > 0 ? options.value[0] : 0;
    }
    if (o === byte("s")) settings.onlySeparated = true;
    if (o === byte("o")) settings.glue = options.value;
  }
  if (settings.kind === 0) options.usage();
  const read = readList(list);
  if (isErr(read)) die(1, "invalid list");
  const line = zeroed<Text>();
  return eachInput(options.rest(), (file) => {
    while (file.line(ref(line))) {
      if (settings.kind === byte("f")) fields(line.view());
      else pieces(line.view());
    }
  });
}

function readList(list: string): Res<void> {
  for (let at: usize = 0; at < list.length; ) {
    let end = at;
    while (end < list.length && list[end] !== byte(",") && list[end] !== byte(" ")) end++;
    const part = list.sub(at, end);
    const dash = indexOf(part, byte("-"), 0);
    const from = dash === 0 ? 1 : orReturn(parseNumber(part.sub(0, dash)));
    let to = from;
    if (dash < part.length) {
      if (part.length === 1) return err(Errno.EINVAL);
      to = dash + 1 === part.length ? 0xffff_ffff_ffff : orReturn(parseNumber(part.sub(dash + 1, part.length)));
    }
    if (from === 0 || to < from) return err(Errno.EINVAL);
    froms.push(from);
    tos.push(to);
    at = end + 1;
  }
  if (froms.length === 0) return err(Errno.EINVAL);
}

function chosen(n: u64): boolean {
  for (let i: usize = 0; i < froms.length; i++) if (n >= froms.at(i) && n <= tos.at(i)) return true;
  return false;
}

/** Bytes or characters. */
function pieces(t: string): void {
  let n: u64 = 0;
  let begun = false;
  let before = false;
  for (let i: usize = 0; i < t.length; i++) {
    if (settings.kind === byte("b") || (t[i] & 0xc0) !== 0x80) n++;
    const now = chosen(n);
    if (now && begun && !before) out.write(settings.glue);
    if (now) {
      out.put(t[i]);
      begun = true;
    }
    before = now;
  }
  out.put(byte("\n"));
}

function fields(t: string): void {
  if (!has(t, settings.separator)) {
    if (!settings.onlySeparated) out.line(t);
    return;
  }
  let begun = false;
  let n: u64 = 1;
  for (let at: usize = 0; at <= t.length; n++) {
    const end = indexOf(t, settings.separator, at);
    if (chosen(n)) {
      if (begun && settings.glue.length > 0) out.write(settings.glue);
      else if (begun) out.put(settings.separator);
      begun = true;
      out.write(t.sub(at, end));
    }
    at = end + 1;
  }
  out.put(byte("\n"));
}
