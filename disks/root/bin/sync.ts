// sync: everything written is on the disks.

import { beginOperands } from "../../lib/start.ts";
import { sync } from "../../lib/sys.ts";

const help = `Usage: sync
Waits until the disks have everything that was written.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  beginOperands(argc, argv, help);
  sync();
  return 0;
}
