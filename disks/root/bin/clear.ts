// clear: an empty screen.

import { beginOperands } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";

const help = `Usage: clear
Empties the screen.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  beginOperands(argc, argv, help);
  out.write("\x1b[H\x1b[2J\x1b[3J");
  return 0;
}
