// The pattern of most text tools: every file that was named, or standard input, one after the other.

import { complain } from "./failing.ts";
import { closeInput, input, type Input, openInput } from "./stream.ts";

/** Calls for each file that can be opened: its stream, and its name ("-": standard input). Status 1 when some could not be read. */
export function eachInput(paths: Slice<string>, f: (file: Ptr<Input>, path: string) => void): i32 {
  let status: i32 = 0;
  if (paths.length === 0) {
    f(ref(input), "-");
    return ended(ref(input), "-");
  }
  for (const path of paths) {
    const file = openInput(path);
    if (isErr(file)) {
      complain(path, file.code);
      status = 1;
      continue;
    }
    f(file, path);
    if (ended(file, path) !== 0) status = 1;
    closeInput(file);
  }
  return status;
}

function ended(file: Ptr<Input>, path: string): i32 {
  if (file.failed === 0) return 0;
  complain(path, unit<Errno>(file.failed));
  return 1;
}
