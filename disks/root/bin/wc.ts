// wc: how many lines, words and bytes.

import { eachInput } from "../../lib/inputs.ts";
import { beginOptions } from "../../lib/start.ts";
import { type Input, out } from "../../lib/stream.ts";
import { isSpace } from "../../lib/text.ts";

const help = `Usage: wc [-lwcmL] [FILE]...
Counts lines, words and bytes; of several files also all together.

  -l  lines    -w  words    -c  bytes    -m  characters    -L  the longest line
`;

class Counts {
  lines: u64;
  words: u64;
  bytes: u64;
  characters: u64;
  longest: u64;
}

class Settings {
  lines: boolean;
  words: boolean;
  bytes: boolean;
  characters: boolean;
  longest: boolean;
  columns: u32;
}

const settings = zeroed<Settings>();
const total = zeroed<Counts>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "lwcmL", "lines=l words=w bytes=c chars=m max-line-length=L", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("l")) settings.lines = true;
    if (o === byte("w")) settings.words = true;
    if (o === byte("c")) settings.bytes = true;
    if (o === byte("m")) settings.characters = true;
    if (o === byte("L")) settings.longest = true;
  }
  if (!settings.lines && !settings.words && !settings.bytes && !settings.characters && !settings.longest) {
    settings.lines = true;
    settings.words = true;
    settings.bytes = true;
  }
  settings.columns = u32(settings.lines) + u32(settings.words) + u32(settings.bytes) + u32(settings.characters) + u32(settings.longest);
  const paths = options.rest();
  const status = eachInput(paths, (file, path) => {
    const counts = zeroed<Counts>();
    count(file, ref(counts));
    show(ref(counts), paths.length === 0 ? "" : path, paths.length);
  });
  if (paths.length > 1) show(ref(total), "total", paths.length);
  return status;
}

function count(file: Ptr<Input>, into: Ptr<Counts>): void {
  let inWord = false;
  let column: u64 = 0;
  while (file.more()) {
    const some = file.some();
    into.bytes += some.length;
    for (const c of some) {
      if ((c & 0xc0) !== 0x80) into.characters++;
      const space = isSpace(c);
      if (!space && !inWord) into.words++;
      inWord = !space;
      if (c === byte("\n")) {
        into.lines++;
        if (column > into.longest) into.longest = column;
        column = 0;
      } else if (c === byte("\t")) column = (column & ~7) + 8;
      else if (c >= 32 && (c & 0xc0) !== 0x80) column++;
    }
  }
  if (column > into.longest) into.longest = column;
  total.lines += into.lines;
  total.words += into.words;
  total.bytes += into.bytes;
  total.characters += into.characters;
  if (into.longest > total.longest) total.longest = into.longest;
}

class Row {
  begun: boolean;

  number(n: u64, wanted: boolean, width: usize): void {
    if (!wanted) return;
    if (this.begun) out.put(byte(" "));
    out.numberRight(n, width);
    this.begun = true;
  }
}

/** One number stands alone; several stand in columns. */
function show(counts: Ptr<Counts>, name: string, files: usize): void {
  const width: usize = settings.columns === 1 && files <= 1 ? 1 : 9;
  const row = zeroed<Row>();
  row.number(counts.lines, settings.lines, width);
  row.number(counts.words, settings.words, width);
  row.number(counts.characters, settings.characters, width);
  row.number(counts.bytes, settings.bytes, width);
  row.number(counts.longest, settings.longest, width);
  if (name.length > 0) {
    out.put(byte(" "));
    out.write(name);
  }
  out.put(byte("\n"));
}
