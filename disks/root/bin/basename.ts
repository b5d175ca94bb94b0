// basename: the last part of a path.

import { beginOperands } from "../../lib/start.ts";
import { say } from "../../lib/failing.ts";
import { out } from "../../lib/stream.ts";
import { baseName, endsWith } from "../../lib/text.ts";

const help = `Usage: basename PATH [SUFFIX]
Writes the last part of a path, without the suffix.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginOperands(argc, argv, help);
  if (words.length < 1 || words.length > 2) {
    say("usage: basename PATH [SUFFIX]");
    return 1;
  }
  let name = baseName(words[0]);
  if (words.length === 2 && name.length > words[1].length && endsWith(name, words[1])) name = name.sub(0, name.length - words[1].length);
  out.line(name);
  return 0;
}
