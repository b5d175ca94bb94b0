// mkdir: new directories.

import { complain, die } from "../../lib/failing.ts";
import { isFolder } from "../../lib/files.ts";
import { changedMode } from "../../lib/mode-words.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { chmod, mkdir } from "../../lib/sys.ts";
import { indexOf } from "../../lib/text.ts";

const help = `Usage: mkdir [-pv] [-m MODE] DIRECTORY...
Makes directories.

  -p  those above, too; those that are there are fine
  -m  their mode, as chmod takes it    -v  say what is done
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "pvm:", "parents=p verbose=v mode=m", help);
  let parents = false;
  let verbose = false;
  let words = "";
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("p")) parents = true;
    if (o === byte("v")) verbose = true;
    if (o === byte("m")) words = options.value;
  }
  const paths = options.rest();
  if (paths.length === 0) options.usage();
  let status: i32 = 0;
  for (const path of paths) {
    if (parents) makeAbove(path);
    const made = mkdir(path, 0o777);
    if (isErr(made)) {
      if (parents && made.code === Errno.EEXIST && isFolder(path)) continue;
      complain(path, made.code);
      status = 1;
      continue;
    }
    if (verbose) {
      out.write("created directory '");
      out.write(path);
      out.line("'");
    }
    if (words.length === 0) continue;
    const mode = changedMode(words, 0o40777, 0);
    if (isErr(mode)) die(1, "invalid mode");
    const changed = chmod(path, mode);
    if (isErr(changed)) complain(path, changed.code);
  }
  return status;
}

/** Whatever is missing above; what goes wrong shows when the last one is made. */
function makeAbove(path: string): void {
  for (let at = indexOf(path, byte("/"), 1); at < path.length; at = indexOf(path, byte("/"), at + 1))
    if (path[at - 1] !== byte("/")) ignore(mkdir(path.sub(0, at), 0o777), "it may be there");
}
