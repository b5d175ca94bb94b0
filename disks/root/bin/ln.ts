// ln: more names for files, and symbolic links.

import { complain, complainText } from "../../lib/failing.ts";
import { isFolder, sayMoved, targetFor } from "../../lib/files.ts";
import { beginOptions } from "../../lib/start.ts";
import { link, symlink, unlink } from "../../lib/sys.ts";
import { baseName } from "../../lib/text.ts";

const help = `Usage: ln [-sfnv] TARGET... [LINK|DIRECTORY]
Gives files further names; without LINK the same name here.

  -s  symbolic links    -f  in place of what is there
  -n  a LINK that is a directory's link is replaced, not entered    -v  say what is done
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "sfnv", "symbolic=s force=f no-dereference=n verbose=v", help);
  let symbolic = false;
  let force = false;
  let enter = true;
  let verbose = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("s")) symbolic = true;
    if (o === byte("f")) force = true;
    if (o === byte("n")) enter = false;
    if (o === byte("v")) verbose = true;
  }
  const paths = options.rest();
  if (paths.length === 0) options.usage();
  const last = paths.length === 1 ? baseName(paths[0]) : paths[paths.length - 1];
  const folder = paths.length > 1 && enter && isFolder(last);
  if (paths.length > 2 && !folder) {
    complainText(last, "Not a directory");
    return 1;
  }
  let status: i32 = 0;
  for (const target of paths.sub(0, paths.length === 1 ? 1 : paths.length - 1)) {
    const path = targetFor(target, last, folder);
    if (force) ignore(unlink(path), "it may not be there");
    const made = symbolic ? symlink(target, path) : link(target, path);
    if (isErr(made)) {
      complain(path, made.code);
      status = 1;
    } else if (verbose) sayMoved(path, target);
  }
  return status;
}
