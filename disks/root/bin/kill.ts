// kill: signals for processes.

import { complain, complainText } from "../../lib/failing.ts";
import { beginArguments } from "../../lib/start.ts";
import { signalName, signalNumber } from "../../lib/signals.ts";
import { errors, out } from "../../lib/stream.ts";
import { kill } from "../../lib/sys.ts";
import { parseSigned } from "../../lib/text.ts";

const help = `Usage: kill [-SIGNAL | -s SIGNAL] PID...    or    kill -l
Sends a signal (else TERM) to processes; a negative number is a group of them.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  let words = beginArguments(argc, argv);
  let signal: i32 = 15;
  if (words.length > 0 && words[0] === "--help") {
    out.write(help);
    return 0;
  }
  if (words.length > 0 && words[0] === "-l") {
    for (let s: i32 = 1; s < 32; s++) out.line(signalName(s));
    return 0;
  }
  if (words.length > 1 && words[0].length > 1 && words[0][0] === byte("-") && words[0] !== "--") {
    const separate = words[0] === "-s";
    const name = separate ? words[1] : words[0].sub(1, words[0].length);
    const number = signalNumber(name);
    if (isErr(number)) {
      complainText(name, "bad signal");
      return 1;
    }
    signal = number;
    words = words.sub(separate ? 2 : 1, words.length);
  }
  if (words.length > 0 && words[0] === "--") words = words.sub(1, words.length);
  if (words.length === 0) {
    errors.write(help);
    return 1;
  }
  let status: i32 = 0;
  for (const word of words) {
    const pid = parseSigned(word);
    if (isErr(pid)) {
      complainText(word, "bad process number");
      status = 1;
      continue;
    }
    const sent = kill(i32(pid), signal);
    if (!isErr(sent)) continue;
    complain(word, sent.code);
    status = 1;
  }
  return status;
}
