// dirname: a path without its last part.

import { beginOperands } from "../../lib/start.ts";
import { say } from "../../lib/failing.ts";
import { out } from "../../lib/stream.ts";
import { lastIndexOf } from "../../lib/text.ts";

const help = `Usage: dirname PATH...
Writes paths without their last parts.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginOperands(argc, argv, help);
  if (words.length === 0) {
    say("usage: dirname PATH...");
    return 1;
  }
  for (const word of words) out.line(folderOf(word));
  return 0;
}

function folderOf(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === byte("/")) end--;
  const cut = path.sub(0, end);
  const slash = lastIndexOf(cut, byte("/"));
  if (slash === cut.length) return ".";
  let to = slash;
  while (to > 1 && cut[to - 1] === byte("/")) to--;
  return cut.sub(0, to === 0 ? 1 : to);
}
