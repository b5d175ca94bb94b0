// cmp: whether two files are the same, and where not.

import { complain } from "../../lib/failing.ts";
import { exit } from "../../lib/hooks.ts";
import { beginOptions } from "../../lib/start.ts";
import { errors, type Input, openInput, out } from "../../lib/stream.ts";

const help = `Usage: cmp [-ls] FILE [FILE]
Compares bytes. Status 0: the same, 1: they differ, 2: trouble.

  -l  all differences: place, and both bytes in octal    -s  only the status
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "ls", "verbose=l quiet=s silent=s", help, 2);
  let all = false;
  let silent = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("l")) all = true;
    else silent = true;
  }
  const paths = options.rest();
  if (paths.length < 1 || paths.length > 2) options.usage();
  const second = paths.length > 1 ? paths[1] : "-";
  const x = opened(paths[0], silent);
  const y = opened(second, silent);
  let place: u64 = 1;
  let line: u64 = 1;
  let status: i32 = 0;
  for (;;) {
    const a = x.get();
    const b = y.get();
    if (a < 0 && b < 0) return status;
    if (a < 0 || b < 0) {
      if (!silent) {
        out.flush();
        sayShorter(a < 0 ? paths[0] : second, place - 1, all, line);
      }
      return 1;
    }
    if (a !== b) {
      status = 1;
      if (silent) return 1;
      if (!all) {
        out.write(paths[0]);
        out.put(byte(" "));
        out.write(second);
        out.write(" differ: char ");
        out.number(place);
        out.write(", line ");
        out.number(line);
        out.put(byte("\n"));
        return 1;
      }
      out.number(place);
      out.put(byte(" "));
      octal(a);
      out.put(byte(" "));
      octal(b);
      out.put(byte("\n"));
    }
    if (a === 10) line++;
    place++;
  }
}

function octal(c: i32): void {
  const n = u64(c);
  if (n < 64) out.put(byte(" "));
  if (n < 8) out.put(byte(" "));
  out.padded(n, 8, 1);
}

function opened(path: string, silent: boolean): Ptr<Input> {
  const file = openInput(path);
  if (!isErr(file)) return file;
  if (!silent) complain(path, file.code);
  exit(2);
}

function sayShorter(path: string, after: u64, all: boolean, line: u64): void {
  errors.write("cmp: EOF on ");
  errors.write(path);
  if (after === 0) {
    errors.line(" which is empty");
    return;
  }
  errors.write(" after byte ");
  errors.number(after);
  if (!all) {
    errors.write(", in line ");
    errors.number(line);
  }
  errors.put(byte("\n"));
}
