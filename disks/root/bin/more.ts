// more: texts a screenful at a time.

import { Termios, WindowSize } from "../../../kernel/abi/terminal.ts";
import { O_RDONLY } from "../../../kernel/abi/files.ts";
import { eachInput } from "../../lib/inputs.ts";
import { exit } from "../../lib/hooks.ts";
import { beginOptions } from "../../lib/start.ts";
import { type Input, out } from "../../lib/stream.ts";
import { open, read } from "../../lib/sys.ts";
import { getTerminal, isTerminal, makeRaw, screenSize, setTerminal } from "../../lib/terminal.ts";

const help = `Usage: more [FILE]...
Shows text; at the end of each screen waits for a key:
space for the next screen, Enter for a line, q for the end.
`;

class Pager {
  keys: i32;
  rows: u64;
  columns: u64;
  /** Rows that may still be written before somebody is asked. */
  left: u64;
  column: u64;
  before: Termios;

  wait(): void {
    out.write("\x1b[7m--More--\x1b[m");
    out.flush();
    const raw = zeroed<Termios>();
    copy(ref(raw), ref(this.before));
    makeRaw(ref(raw), true);
    ignore(setTerminal(this.keys, ref(raw)), "then a line is waited for");
    const one = zeroed<Arr<u8, 1>>();
    const got = read(this.keys, slice(one));
    ignore(setTerminal(this.keys, ref(this.before)), "it was so");
    out.write("\r\x1b[K");
    if (isErr(got) || got === 0 || one[0] === byte("q") || one[0] === 3) exit(0);
    this.left = one[0] === 13 || one[0] === 10 || one[0] === byte("j") ? 1 : this.rows;
  }

  byte(c: u8): void {
    if (this.left === 0) this.wait();
    out.put(c);
    if (c === byte("\n")) this.row();
    else if (c >= 32 && (c & 0xc0) !== 0x80) {
      this.column++;
      if (this.column === this.columns) this.row();
    } else if (c === byte("\t")) this.column = (this.column & ~7) + 8;
  }

  private row(): void {
    this.column = 0;
    this.left--;
  }
}

const pager = zeroed<Pager>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "", "", help);
  while (options.take() !== 0) continue;
  const paths = options.rest();
  if (!isTerminal(1)) return eachInput(paths, plain);
  const terminal = open("/dev/tty", O_RDONLY, 0);
  pager.keys = isErr(terminal) ? 2 : terminal;
  const got = getTerminal(pager.keys, ref(pager.before));
  if (isErr(got)) return eachInput(paths, plain);
  const size = zeroed<WindowSize>();
  screenSize(1, ref(size));
  pager.rows = u64(size.rows) - 1;
  pager.columns = u64(size.columns);
  pager.left = pager.rows;
  return eachInput(paths, (file, path) => {
    if (paths.length > 1) {
      for (const c of "::: ") pager.byte(c);
      for (const c of path) pager.byte(c);
      for (const c of "\n") pager.byte(c);
    }
    while (file.more()) for (const c of file.some()) pager.byte(c);
  });
}

function plain(file: Ptr<Input>, path: string): void {
  while (path.length > 0 && file.more()) out.bytes(file.some());
}
