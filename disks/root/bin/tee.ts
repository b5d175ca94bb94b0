// tee: standard input, to standard output and to files.

import { complain } from "../../lib/failing.ts";
import { List } from "../../lib/list.ts";
import { ignoreSignal } from "../../lib/signals.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeOutput, input, openOutput, out, type Output } from "../../lib/stream.ts";

const help = `Usage: tee [-ai] [FILE]...
Copies standard input to standard output and to the files.

  -a  behind what is in them    -i  Ctrl-C does not end it
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "ai", "append=a ignore-interrupts=i", help);
  let append = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("a")) append = true;
    else ignoreSignal(2);
  }
  const files = zeroed<List<Ptr<Output>>>();
  const paths = zeroed<List<string>>();
  let status: i32 = 0;
  for (const path of options.rest()) {
    const file = openOutput(path, append);
    if (isErr(file)) {
      complain(path, file.code);
      status = 1;
      continue;
    }
    files.push(file);
    paths.push(path);
  }
  while (input.more()) {
    const some = input.some();
    out.bytes(some);
    out.flush();
    for (const file of files.items()) file.bytes(some);
  }
  for (let i: usize = 0; i < files.length; i++) {
    const closed = closeOutput(files.at(i));
    if (!isErr(closed)) continue;
    complain(paths.at(i), closed.code);
    status = 1;
  }
  return status;
}
