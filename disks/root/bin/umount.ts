// umount: a file system goes, with everything written to its disk.

import { complain, say } from "../../lib/failing.ts";
import { beginOperands } from "../../lib/start.ts";
import { umount } from "../../lib/sys.ts";

const help = `Usage: umount DIRECTORY...
Takes away what is mounted at the directories.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const paths = beginOperands(argc, argv, help);
  if (paths.length === 0) {
    say("which directory?");
    return 1;
  }
  let status: i32 = 0;
  for (const path of paths) {
    const done = umount(path);
    if (!isErr(done)) continue;
    complain(path, done.code);
    status = 1;
  }
  return status;
}
