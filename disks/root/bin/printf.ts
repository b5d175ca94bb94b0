// printf: text in a form.

import { printFormatted } from "../../lib/shared/printf.ts";
import { beginArguments } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";

const help = `Usage: printf FORMAT [ARGUMENT]...
Writes the format with the arguments in place of conversions, again while arguments are left.

  %d %i %u %o %x %X  numbers     %s  texts     %c  first bytes     %b  texts with escapes
  flags - + space # 0, width and .precision (also *) as in C; %% is a percent sign
  \\a \\b \\f \\n \\r \\t \\v \\\\ \\NNN \\xHH as in C; \\c ends everything
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  if (words.length === 1 && words[0] === "--help") {
    out.write(help);
    return 0;
  }
  return printFormatted(words);
}
