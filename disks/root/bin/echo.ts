// echo: its words, on standard output.

import { echo } from "../../lib/shared/echo.ts";
import { beginArguments } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";

const help = `Usage: echo [-neE] [WORD]...
Writes the words with spaces between them and a new line at the end.

  -n  no new line at the end
  -e  \\a \\b \\c \\e \\f \\n \\r \\t \\v \\\\ \\0NNN \\xHH mean what they mean in C; \\c ends everything
  -E  backslashes mean themselves (as without options)
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  if (words.length === 1 && words[0] === "--help") {
    out.write(help);
    return 0;
  }
  return echo(words);
}
