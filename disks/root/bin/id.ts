// id: who we are. Cor has one user so far.

import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { groupName, userName } from "../../lib/names.ts";

const help = `Usage: id [-ugn]
Shows user and group.

  -u  only the user's number    -g  only the group's    -n  names in place of numbers
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "ugnG", "", help);
  let which: u8 = 0;
  let names = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("n")) names = true;
    else which = o;
  }
  if (which === 0) {
    out.write("uid=0(");
    out.write(userName(0));
    out.write(") gid=0(");
    out.write(groupName(0));
    out.line(")");
  } else if (names) out.line(which === byte("u") ? userName(0) : groupName(0));
  else out.line("0");
  return 0;
}
