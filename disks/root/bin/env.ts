// env: the environment, shown, or changed for one program.

import { environment, setenv, unsetenv } from "../../lib/environment.ts";
import { complainText } from "../../lib/failing.ts";
import { errorText } from "../../lib/error-text.ts";
import { runInPlace } from "../../lib/programs.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { indexOf } from "../../lib/text.ts";

const help = `Usage: env [-i] [-u NAME]... [NAME=VALUE]... [PROGRAM [ARGUMENT]...]
Runs a program with a changed environment; without one shows it.

  -i  begin with an empty one    -u  without this variable
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "+iu:0", "ignore-environment=i unset=u null=0", help, 125);
  let end = byte("\n");
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("i")) environment().cut(0);
    if (o === byte("u")) unsetenv(options.value);
    if (o === byte("0")) end = 0;
  }
  const words = options.rest();
  let first: usize = 0;
  for (; first < words.length; first++) {
    const equals = indexOf(words[first], byte("="), 0);
    if (equals === words[first].length) break;
    setenv(words[first].sub(0, equals), words[first].sub(equals + 1, words[first].length));
  }
  if (first < words.length) {
    const why = runInPlace(words.sub(first, words.length)).code;
    complainText(words[first], errorText(i32(why)));
    return why === Errno.ENOENT ? 127 : 126;
  }
  for (const entry of environment().items()) {
    out.write(entry);
    out.put(end);
  }
  return 0;
}
