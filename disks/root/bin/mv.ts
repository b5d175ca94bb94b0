// mv: other names for files; across file systems by copying, which cp does.

import { S_IFDIR, S_IFMT, Stat, W_OK } from "../../../kernel/abi/files.ts";
import { cannot, complainText } from "../../lib/failing.ts";
import { confirm, eachInto, sayMoved } from "../../lib/files.ts";
import { List } from "../../lib/list.ts";
import { runProgram } from "../../lib/programs.ts";
import { beginOptions } from "../../lib/start.ts";
import { isTerminal } from "../../lib/terminal.ts";
import { access, lstat, rename } from "../../lib/sys.ts";

const help = `Usage: mv [-finv] SOURCE... TARGET
Renames a file, or moves files into a directory.

  -f  never ask    -i  ask before anything is replaced
  -n  replace nothing    -v  say what is done
`;

class Settings {
  force: boolean;
  ask: boolean;
  never: boolean;
  verbose: boolean;
}

const settings = zeroed<Settings>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "finv", "force=f interactive=i no-clobber=n verbose=v", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("f") || o === byte("i")) {
      settings.force = o === byte("f");
      settings.ask = o === byte("i");
    }
    if (o === byte("n")) settings.never = true;
    if (o === byte("v")) settings.verbose = true;
  }
  const paths = options.rest();
  if (paths.length < 2) options.usage();
  return eachInto(paths, (from, to) => move(from, to));
}

function move(from: string, to: string): boolean {
  const s = zeroed<Stat>();
  const seen = lstat(from, ref(s));
  if (isErr(seen)) {
    cannot("stat", from, seen.code);
    return false;
  }
  const old = zeroed<Stat>();
  const there = lstat(to, ref(old));
  if (!isErr(there)) {
    if (old.device === s.device && old.inode === s.inode && from === to) {
      complainText(to, "it is the same file");
      return false;
    }
    if (settings.never) return true;
    const writable = access(to, W_OK);
    if (!settings.force && (settings.ask || (isErr(writable) && isTerminal(0))) && !confirm("replace", to)) return true;
    if ((old.mode & S_IFMT) === S_IFDIR && (s.mode & S_IFMT) !== S_IFDIR) {
      complainText(to, "Is a directory");
      return false;
    }
  }
  const renamed = rename(from, to);
  if (isErr(renamed)) {
    if (renamed.code !== Errno.EXDEV) {
      cannot("rename", from, renamed.code);
      return false;
    }
    if (run("cp", "-a", from, to) !== 0 || run("rm", "-rf", from, "") !== 0) return false;
  }
  if (settings.verbose) sayMoved(from, to);
  return true;
}

/** Runs cp or rm: its status. */
function run(name: string, option: string, first: string, second: string): i32 {
  const words = zeroed<List<string>>();
  words.push(name);
  words.push(option);
  words.push("--");
  words.push(first);
  if (second.length > 0) words.push(second);
  const status = runProgram(words.items());
  return isErr(status) ? 1 : status;
}
