// du: how much room trees of files take.

import { Stat } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { complain, die } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { isDirectory } from "../../lib/modes.ts";
import { humanSize } from "../../lib/sizes.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { lstat } from "../../lib/sys.ts";
import { parseNumber, Text } from "../../lib/text.ts";

const help = `Usage: du [-asckh] [-d DEPTH] [FILE]...
Shows the room that each directory takes with all below it, in KiB.

  -a  files, too    -s  only the sums    -c  all together at the end
  -h  as 1.5M       -d  only so deep     -k  (as without it)
`;

class Settings {
  all: boolean;
  human: boolean;
  depth: u64;
  status: i32;
}

const settings = zeroed<Settings>();
/** Files with several names, counted once. */
const seen = zeroed<List<u64>>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "asckhd:x", "all=a summarize=s total=c human-readable=h max-depth=d", help);
  settings.depth = 0xffff_ffff;
  let total = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("a")) settings.all = true;
    if (o === byte("s")) settings.depth = 0;
    if (o === byte("c")) total = true;
    if (o === byte("h")) settings.human = true;
    if (o === byte("d")) {
      const n = parseNumber(options.value);
      if (isErr(n)) die(1, "invalid number");
      settings.depth = n;
    }
  }
  const paths = options.rest();
  let sum: u64 = 0;
  if (paths.length === 0) sum = walk(".", 0);
  for (const path of paths) sum += walk(path, 0);
  if (total) show(sum, "total");
  return settings.status;
}

/** Blocks of 512 bytes. */
function walk(path: string, depth: u64): u64 {
  attr(bounded(500));
  const s = zeroed<Stat>();
  const known = lstat(path, ref(s));
  if (isErr(known)) {
    complain(path, known.code);
    settings.status = 1;
    return 0;
  }
  const folder = isDirectory(s.mode);
  if (!folder && s.links > 1) {
    for (const inode of seen.items()) if (inode === s.inode) return 0;
    seen.push(s.inode);
  }
  let blocks = u64(s.blocks);
  if (folder) {
    const names = zeroed<List<string>>();
    using _ = defer(() => names.dispose());
    const read = namesIn(path, ref(names));
    if (isErr(read)) {
      complain(path, read.code);
      settings.status = 1;
    }
    for (const name of names.items()) blocks += walk(joinPath(path, name), depth + 1);
  }
  if (depth === 0 || ((folder || settings.all) && depth <= settings.depth)) show(blocks, path);
  return blocks;
}

function show(blocks: u64, path: string): void {
  const t = zeroed<Text>();
  if (settings.human) humanSize(ref(t), blocks * 512);
  else t.number((blocks + 1) / 2);
  out.write(t.view());
  out.put(byte("\t"));
  out.line(path);
  t.dispose();
}
