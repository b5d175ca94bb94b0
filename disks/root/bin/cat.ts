// cat: files one behind the other.

import { complain } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { closeInput, input, type Input, openInput, out } from "../../lib/stream.ts";

const help = `Usage: cat [-nbeEvtTsAu] [FILE]...
Writes the files, or standard input (also as -), one behind the other.

  -n  number the lines
  -b  number the lines that are not empty
  -s  one empty line in place of several
  -v  show control characters as ^X, bytes beyond 127 as M-x
  -E  show ends of lines as $    (-e: -vE)
  -T  show tabs as ^I            (-t: -vT)
  -A  -vET
  -u  write at once
`;

class Show {
  numbers: boolean;
  onlyFull: boolean;
  squeeze: boolean;
  controls: boolean;
  ends: boolean;
  tabs: boolean;
  line: u64;
  empty: u64;
  /** The next byte begins a line. */
  fresh: boolean;

  plain(): boolean {
    return !this.numbers && !this.squeeze && !this.controls && !this.ends && !this.tabs;
  }

  byte(c: u8): void {
    const end = c === byte("\n");
    if (this.fresh) {
      this.empty = end ? this.empty + 1 : 0;
      if (this.squeeze && this.empty > 1) return;
      if (this.numbers && !(end && this.onlyFull)) {
        this.line++;
        out.numberRight(this.line, 6);
        out.put(byte("\t"));
      }
    }
    this.fresh = end;
    if (end) {
      if (this.ends) out.put(byte("$"));
      out.put(c);
    } else if (c === byte("\t")) {
      if (this.tabs) out.write("^I");
      else out.put(c);
    } else if (this.controls) visible(c);
    else out.put(c);
  }
}

function visible(c: u8): void {
  if (c >= 128) out.write("M-");
  const low = c & 127;
  if (low < 32 || low === 127) {
    out.put(byte("^"));
    out.put(low ^ 64);
  } else out.put(low);
}

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const show = zeroed<Show>();
  show.fresh = true;
  const options = beginOptions(argc, argv, "nbeEvtTsAu", "number=n show-all=A show-ends=E show-tabs=T squeeze-blank=s", help);
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("n") || o === byte("b")) show.numbers = true;
    if (o === byte("b")) show.onlyFull = true;
    if (o === byte("s")) show.squeeze = true;
    if (o === byte("v") || o === byte("e") || o === byte("t") || o === byte("A")) show.controls = true;
    if (o === byte("e") || o === byte("E") || o === byte("A")) show.ends = true;
    if (o === byte("t") || o === byte("T") || o === byte("A")) show.tabs = true;
    if (o === byte("u")) out.unbuffered();
  }
  const files = options.rest();
  if (files.length === 0) return copyAll(ref(input), "-", ref(show));
  let status: i32 = 0;
  for (const path of files) {
    const file = openInput(path);
    if (isErr(file)) {
      complain(path, file.code);
      status = 1;
      continue;
    }
    if (copyAll(file, path, ref(show)) !== 0) status = 1;
    closeInput(file);
  }
  return status;
}

function copyAll(file: Ptr<Input>, path: string, show: Ptr<Show>): i32 {
  while (out.failed === 0 && file.more()) {
    const some = file.some();
    if (show.plain()) {
      out.bytes(some);
      // Whoever watches a pipe or a line sees what has come so far.
      out.flush();
    } else for (const c of some) show.byte(c);
  }
  if (file.failed === 0) return 0;
  complain(path, unit<Errno>(file.failed));
  return 1;
}
