// rmdir: empty directories go away.

import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { rmdir } from "../../lib/sys.ts";
import { lastIndexOf } from "../../lib/text.ts";

const help = `Usage: rmdir [-p] DIRECTORY...
Removes empty directories.

  -p  those above as well, as far as they are empty then
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "p", "parents=p", help);
  let parents = false;
  for (let o = options.take(); o !== 0; o = options.take()) parents = true;
  const paths = options.rest();
  if (paths.length === 0) options.usage();
  let status: i32 = 0;
  for (const path of paths) {
    let rest = path;
    for (;;) {
      const gone = rmdir(rest);
      if (isErr(gone)) {
        complain(rest, gone.code);
        status = 1;
        break;
      }
      const slash = lastIndexOf(rest, byte("/"));
      if (!parents || slash === rest.length || slash === 0) break;
      rest = rest.sub(0, slash);
    }
  }
  return status;
}
