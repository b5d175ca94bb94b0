// rm: takes names of files away, and whole trees.

import { S_IFDIR, S_IFLNK, S_IFMT, Stat, W_OK } from "../../../kernel/abi/files.ts";
import { joinPath, namesIn } from "../../lib/directory.ts";
import { cannot, complainText } from "../../lib/failing.ts";
import { confirm } from "../../lib/files.ts";
import { List } from "../../lib/list.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { access, lstat, rmdir, unlink } from "../../lib/sys.ts";
import { isTerminal } from "../../lib/terminal.ts";
import { baseName } from "../../lib/text.ts";

const help = `Usage: rm [-firRdv] FILE...
Removes files.

  -r, -R  directories with all that is in them    -d  empty directories
  -f      never ask, say nothing of what is not there
  -i      always ask                              -v  say what is done
`;

class Settings {
  force: boolean;
  ask: boolean;
  recursive: boolean;
  folders: boolean;
  verbose: boolean;
  terminal: boolean;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "firRdv", "force=f interactive=i recursive=r dir=d verbose=v", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("f") || o === byte("i")) {
      settings.force = o === byte("f");
      settings.ask = o === byte("i");
    }
    if (o === byte("r") || o === byte("R")) settings.recursive = true;
    if (o === byte("d")) settings.folders = true;
    if (o === byte("v")) settings.verbose = true;
  }
  settings.terminal = isTerminal(0);
  const paths = options.rest();
  if (paths.length === 0) {
    if (settings.force) return 0;
    options.usage();
  }
  let status: i32 = 0;
  for (const path of paths) {
    const name = baseName(path);
    if (name === "." || name === ".." || name === "/") {
      complainText(path, "refusing to remove it");
      status = 1;
    } else if (!remove(path)) status = 1;
  }
  return status;
}

function failed(path: string, code: Errno): boolean {
  cannot("remove", path, code);
  return false;
}

function remove(path: string): boolean {
  attr(bounded(500));
  const s = zeroed<Stat>();
  const seen = lstat(path, ref(s));
  if (isErr(seen)) {
    if (settings.force && (seen.code === Errno.ENOENT || seen.code === Errno.ENOTDIR)) return true;
    return failed(path, seen.code);
  }
  if ((s.mode & S_IFMT) === S_IFDIR) return removeFolder(path);
  if (!settings.force) {
    const writable = access(path, W_OK);
    const odd = settings.terminal && (s.mode & S_IFMT) !== S_IFLNK && isErr(writable);
    if ((settings.ask || odd) && !confirm("remove", path)) return true;
  }
  const gone = unlink(path);
  if (isErr(gone)) return failed(path, gone.code);
  say(path);
  return true;
}

function say(path: string): void {
  if (!settings.verbose) return;
  out.write("removed '");
  out.write(path);
  out.line("'");
}

function removeFolder(path: string): boolean {
  attr(bounded(500));
  if (!settings.recursive && !settings.folders) return failed(path, Errno.EISDIR);
  if (settings.recursive) {
    if (settings.ask && !confirm("descend into directory", path)) return true;
    const names = zeroed<List<string>>();
    using _ = defer(() => names.dispose());
    const read = namesIn(path, ref(names));
    if (isErr(read)) return failed(path, read.code);
    let all = true;
    for (const name of names.items()) if (!remove(joinPath(path, name))) all = false;
    if (!all) return false;
  }
  if (settings.ask && !confirm("remove directory", path)) return true;
  const gone = rmdir(path);
  if (isErr(gone)) return failed(path, gone.code);
  say(path);
  return true;
}
