// yes: the same line for ever.

import { beginOperands } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { Text } from "../../lib/text.ts";

const help = `Usage: yes [WORD]...
Writes the words, or y, again and again.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginOperands(argc, argv, help);
  const line = zeroed<Text>();
  for (const word of words) {
    if (line.length > 0) line.put(byte(" "));
    line.add(word);
  }
  if (words.length === 0) line.put(byte("y"));
  line.put(byte("\n"));
  while (out.failed === 0) out.write(line.view());
  return 1;
}
