// df: how much room file systems have.

import { StatFs } from "../../../kernel/abi/files.ts";
import { complain } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { keep } from "../../lib/heap.ts";
import { humanSize } from "../../lib/sizes.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, openInput, out } from "../../lib/stream.ts";
import { statfs } from "../../lib/sys.ts";
import { indexOf, Text } from "../../lib/text.ts";

const help = `Usage: df [-khi] [FILE]...
Shows the room of the file systems that hold the files, or of all that are mounted.

  -k  in KiB (as without options)    -h  as 1.5M    -i  inodes in place of bytes
`;

class Settings {
  human: boolean;
  inodes: boolean;
  status: i32;
}

const settings = zeroed<Settings>();
const devices = zeroed<List<string>>();
const folders = zeroed<List<string>>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "khiaP", "human-readable=h inodes=i", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("h")) settings.human = true;
    if (o === byte("i")) settings.inodes = true;
  }
  readMounts();
  out.line(
    settings.inodes
      ? "Filesystem              Inodes      Used Available Use% Mounted on"
      : settings.human
        ? "Filesystem                Size      Used Available Use% Mounted on"
        : "Filesystem           1K-blocks      Used Available Use% Mounted on",
  );
  const paths = options.rest();
  for (const path of paths) {
    const best = holder(path);
    show(best < folders.length ? devices.at(best) : "-", path, best < folders.length ? folders.at(best) : path);
  }
  if (paths.length === 0) for (let i: usize = 0; i < folders.length; i++) show(devices.at(i), folders.at(i), folders.at(i));
  return settings.status;
}

/** /proc/mounts: device, folder, and more on each line. */
function readMounts(): void {
  const file = openInput("/proc/mounts");
  if (isErr(file)) return;
  const line = zeroed<Text>();
  while (file.line(ref(line))) {
    const t = line.view();
    const space = indexOf(t, byte(" "), 0);
    if (space === t.length) continue;
    devices.push(keep(t.sub(0, space)));
    folders.push(keep(t.sub(space + 1, indexOf(t, byte(" "), space + 1))));
  }
  closeInput(file);
}

/** The mounted folder that a path lies in: the longest that it begins with. */
function holder(path: string): usize {
  let best = folders.length;
  for (let i: usize = 0; i < folders.length; i++) {
    const folder = folders.at(i);
    const fits = folder === "/" || (path.length >= folder.length && path.sub(0, folder.length) === folder && (path.length === folder.length || path[folder.length] === byte("/")));
    if (fits && (best === folders.length || folder.length >= folders.at(best).length)) best = i;
  }
  return best;
}

function show(device: string, path: string, folder: string): void {
  const s = zeroed<StatFs>();
  const got = statfs(path, ref(s));
  if (isErr(got)) {
    complain(path, got.code);
    settings.status = 1;
    return;
  }
  const unit = s.blockBytes;
  const all = settings.inodes ? s.files : s.blocks;
  // What only makes something up has no room, and nobody asks.
  if (all === 0 && path !== folder) return;
  const free = settings.inodes ? s.filesFree : s.blocksFree;
  const available = settings.inodes ? s.filesFree : s.blocksAvailable;
  out.left(device, 20);
  out.put(byte(" "));
  size(all, unit);
  size(all - free, unit);
  size(available, unit);
  const used = all - free;
  const shown = used + available === 0 ? 0 : (used * 100 + used + available - 1) / (used + available);
  out.numberRight(shown, 3);
  out.write("% ");
  out.line(folder);
}

function size(n: u64, unit: u64): void {
  const t = zeroed<Text>();
  if (settings.inodes) t.number(n);
  else if (settings.human) humanSize(ref(t), n * unit);
  else t.number(n * unit / 1024);
  out.right(t.view(), 9);
  out.put(byte(" "));
}
