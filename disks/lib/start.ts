// The beginning of every program: the stack that the kernel made (System V ABI, "Process Initialization") becomes arguments
// and environment, and the three standard files are there.

import { textAt } from "./c-text.ts";
import { rememberProgram } from "./environment.ts";
import { List } from "./list.ts";
import { Options } from "./options.ts";
import { errors, input, out } from "./stream.ts";

const all = zeroed<List<string>>();

/** All arguments, the program's own name first. */
export function begin(argc: u64, argv: Ptr<u64>): Slice<string> {
  input.start(0);
  out.start(1);
  errors.start(2);
  errors.unbuffered();
  for (let i: u64 = 0; i < argc; i++) all.push(textAt(unsafe.ptr<u8>(argv[i])));
  rememberProgram(argc > 0 ? all.at(0) : "", ref(argv[argc + 1]));
  return all.items();
}

/** As `begin`, without the program's own name. */
export function beginArguments(argc: u64, argv: Ptr<u64>): Slice<string> {
  const given = begin(argc, argv);
  return given.sub(given.length > 0 ? 1 : 0, given.length);
}

/** As `begin`, for a program with options (options.ts). `status`: how it ends when it is called wrongly. */
export function beginOptions(argc: u64, argv: Ptr<u64>, letters: string, names: string, help: string, status: i32 = 1): Options {
  return new Options(beginArguments(argc, argv), letters, names, help, status);
}

/** As `begin`, for a program without options: its operands. */
export function beginOperands(argc: u64, argv: Ptr<u64>, help: string): Slice<string> {
  const options = beginOptions(argc, argv, "", "", help);
  while (options.take() !== 0) continue;
  return options.rest();
}
