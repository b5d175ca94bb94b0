// test: questions about files, texts and numbers; as [ it wants a ] at the end.

import { programName } from "../../lib/environment.ts";
import { test } from "../../lib/shared/test.ts";
import { beginArguments } from "../../lib/start.ts";
import { errors, out } from "../../lib/stream.ts";

const help = `Usage: test EXPRESSION    or    [ EXPRESSION ]
Status 0 when the expression holds, 1 when not, 2 when it is none.

  -e -f -d -L -p -S -b -c FILE  there is one; of this kind (file, directory, link, pipe ...)
  -r -w -x FILE                 it may be read, written, run
  -s FILE                       it is not empty
  FILE -nt|-ot|-ef FILE         newer, older, the same
  -t N                          file number N is a terminal
  -n TEXT, TEXT                 not empty          -z TEXT  empty
  TEXT = != < > TEXT            texts compared
  N -eq -ne -lt -le -gt -ge N   numbers compared
  ! EXPRESSION, E -a E, E -o E, ( E )
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginArguments(argc, argv);
  if (words.length === 1 && words[0] === "--help") {
    out.write(help);
    return 0;
  }
  if (programName() !== "[") return test("test", words);
  if (words.length === 0 || words[words.length - 1] !== "]") {
    errors.line("[: missing ]");
    return 2;
  }
  return test("[", words.sub(0, words.length - 1));
}
