// hexdump: bytes as numbers.

import { countOf } from "../../lib/counts.ts";
import { die } from "../../lib/failing.ts";
import { eachInput } from "../../lib/inputs.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { isPrintable } from "../../lib/text.ts";

const help = `Usage: hexdump [-Cxbv] [-n BYTES] [-s BYTES] [FILE]...
Shows bytes, 16 on each line behind their offset; lines that repeat are one *.

  -C  bytes, and the text that they are    -x  words of two bytes (as without options)
  -b  in octal    -n  so many only    -s  so many are skipped    -v  all lines
`;

class Dump {
  form: u8;
  all: boolean;
  skip: u64;
  left: u64;
  offset: u64;
  used: usize;
  row: Arr<u8, 16>;
  before: Arr<u8, 16>;
  any: boolean;
  starred: boolean;

  byte(c: u8): void {
    if (this.skip > 0) {
      this.skip--;
      this.offset++;
      return;
    }
    if (this.left === 0) return;
    this.left--;
    this.row[this.used] = c;
    this.used++;
    if (this.used === 16) this.line();
  }

  line(): void {
    let same = this.any && this.used === 16 && !this.all;
    for (let i: usize = 0; same && i < 16; i++) same = this.row[i] === this.before[i];
    if (same) {
      if (!this.starred) out.line("*");
      this.starred = true;
    } else {
      this.show();
      this.starred = false;
    }
    copySlice(slice(this.before), slice(this.row));
    this.any = true;
    this.offset += this.used;
    this.used = 0;
  }

  private place(): void {
    out.padded(this.offset, 16, this.form === byte("C") ? 8 : 7);
  }

  private show(): void {
    this.place();
    if (this.form === byte("C")) {
      out.put(byte(" "));
      for (let i: usize = 0; i < 16; i++) {
        out.write(i === 8 ? "  " : " ");
        if (i < this.used) out.padded(u64(this.row[i]), 16, 2);
        else out.write("  ");
      }
      out.write("  |");
      for (let i: usize = 0; i < this.used; i++) out.put(isPrintable(this.row[i]) ? this.row[i] : byte("."));
      out.put(byte("|"));
    } else if (this.form === byte("b")) {
      for (let i: usize = 0; i < 16; i++) {
        out.put(byte(" "));
        if (i < this.used) out.padded(u64(this.row[i]), 8, 3);
        else out.write("   ");
      }
    } else {
      for (let i: usize = 0; i < 16; i += 2) {
        out.write(this.form === byte("x") ? "    " : " ");
        if (i >= this.used) out.write("    ");
        else out.padded(u64(this.row[i]) | (i + 1 < this.used ? u64(this.row[i + 1]) << 8 : 0), 16, 4);
      }
    }
    out.put(byte("\n"));
  }
}

const dump = zeroed<Dump>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "Cxbvn:s:", "canonical=C", help);
  dump.left = 0xffff_ffff_ffff_ffff;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("v")) dump.all = true;
    else if (o === byte("n") || o === byte("s")) {
      const n = countOf(options.value);
      if (isErr(n) || n < 0) die(1, "invalid number");
      if (o === byte("n")) dump.left = u64(n);
      else dump.skip = u64(n);
    } else dump.form = o;
  }
  const status = eachInput(options.rest(), (file) => {
    while (dump.left > 0 && file.more()) for (const c of file.some()) dump.byte(c);
  });
  if (dump.used > 0) dump.line();
  if (dump.any) {
    out.padded(dump.offset, 16, dump.form === byte("C") ? 8 : 7);
    out.put(byte("\n"));
  }
  return status;
}
