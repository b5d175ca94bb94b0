// pwd: where we are.

import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { getcwd } from "../../lib/sys.ts";

const help = `Usage: pwd [-LP]
Writes the working directory, without symbolic links.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "LP", "", help);
  while (options.take() !== 0) continue;
  const room = zeroed<Arr<u8, 4096>>();
  const here = getcwd(slice(room));
  if (isErr(here)) {
    complain("the working directory", here.code);
    return 1;
  }
  out.line(here);
  return 0;
}
