// head: the beginnings of files.

import { eachInput } from "../../lib/inputs.ts";
import { beginArguments } from "../../lib/start.ts";
import { Options } from "../../lib/options.ts";
import { Portion } from "../../lib/portion.ts";
import { type Input, out } from "../../lib/stream.ts";
import { oldStyle } from "../../lib/counts.ts";
import { Text } from "../../lib/text.ts";

const help = `Usage: head [-qv] [-n LINES | -c BYTES] [FILE]...
Writes the first 10 lines of each file.

  -n N  so many lines (-N: all but the last N)    -c N  so many bytes
  -q    no names above                            -v    always names
`;

const portion = zeroed<Portion>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = new Options(oldStyle(beginArguments(argc, argv)), "n:c:qv", "lines=n bytes=c quiet=q verbose=v", help, 1);
  portion.count = 10;
  for (let o = options.take(); o !== 0; o = options.take()) portion.take(o, options.value);
  const paths = options.rest();
  portion.expect(paths.length);
  return eachInput(paths, (file, path) => {
    portion.title(path);
    head(file);
  });
}

function head(file: Ptr<Input>): void {
  if (portion.count < 0) {
    allBut(file, usize(0 - portion.count));
    return;
  }
  let left = portion.count;
  while (left > 0) {
    const c = file.get();
    if (c < 0) break;
    out.put(u8(c));
    if (portion.bytes || c === 10) left--;
  }
  file.giveBack();
}

/** Everything, then what is too much is left out. */
function allBut(file: Ptr<Input>, count: usize): void {
  const all = zeroed<Text>();
  file.all(ref(all));
  const t = all.view();
  if (portion.bytes) {
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
