// head: the beginnings of files.

import { eachInput } from "../../lib/inputs.ts";
import { die } from "../../lib/failing.ts";
import { beginArguments } from "../../lib/start.ts";
import { Options } from "../../lib/options.ts";
import { type Input, out } from "../../lib/stream.ts";
import { countOf, oldStyle } from "../../lib/counts.ts";
import { Text } from "../../lib/text.ts";

const help = `Usage: head [-qv] [-n LINES | -c BYTES] [FILE]...
Writes the first 10 lines of each file.

  -n N  so many lines (-N: all but the last N)    -c N  so many bytes
  -q    no names above                            -v    always names
`;

class Settings {
  count: i64;
  bytes: boolean;
  titles: boolean;
  begun: boolean;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = new Options(oldStyle(beginArguments(argc, argv)), "n:c:qv", "lines=n bytes=c quiet=q verbose=v", help, 1);
  settings.count = 10;
  let quiet = false;
  let verbose = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("q")) quiet = true;
    else if (o === byte("v")) verbose = true;
    else {
      const n = countOf(options.value);
      if (isErr(n)) die(1, "invalid number");
      settings.count = n;
      settings.bytes = o === byte("c");
    }
  }
  const paths = options.rest();
  settings.titles = verbose || (paths.length > 1 && !quiet);
  return eachInput(paths, (file, path) => {
    if (settings.titles) {
      if (settings.begun) out.put(byte("\n"));
      out.write("==> ");
      out.write(path === "-" ? "standard input" : path);
      out.write(" <==\n");
    }
    settings.begun = true;
    head(file);
  });
}

function head(file: Ptr<Input>): void {
  if (settings.count < 0) {
    allBut(file, usize(0 - settings.count));
    return;
  }
  let left = settings.count;
  while (left > 0) {
    const c = file.get();
    if (c < 0) break;
    out.put(u8(c));
    if (settings.bytes || c === 10) left--;
  }
  file.giveBack();
}

/** Everything, then what is too much is left out. */
function allBut(file: Ptr<Input>, count: usize): void {
  const all = zeroed<Text>();
  file.all(ref(all));
  const t = all.view();
  if (settings.bytes) {
    if (t.length > count) out.write(t.sub(0, t.length - count));
    return;
  }
  let end = t.length;
  for (let left = count; left > 0 && end > 0; left--) {
    end--;
    while (end > 0 && t[end - 1] !== byte("\n")) end--;
  }
  out.write(t.sub(0, end));
}
