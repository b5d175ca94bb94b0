// What head and tail have in common: how much of each file is wanted, and names above where there are several.

import { countOf } from "./counts.ts";
import { die } from "./failing.ts";
import { out } from "./stream.ts";

export class Portion {
  /** Lines or bytes; below 0 as it was written. */
  count: i64;
  /** Written with a +. */
  plus: boolean;
  bytes: boolean;
  private quiet: boolean;
  private verbose: boolean;
  private titles: boolean;
  private begun: boolean;

  /** One of -n, -c, -q and -v. */
  take(option: u8, value: string): void {
    if (option === byte("q")) this.quiet = true;
    else if (option === byte("v")) this.verbose = true;
    else {
      const n = countOf(value);
      if (isErr(n)) die(1, "invalid number");
      this.count = n;
      this.plus = value[0] === byte("+");
      this.bytes = option === byte("c");
    }
  }

  /** How many files there will be. */
  expect(files: usize): void {
    this.titles = this.verbose || (files > 1 && !this.quiet);
  }

  /** Writes a file's name, if names are wanted. */
  title(path: string): void {
    if (this.titles) {
      if (this.begun) out.put(byte("\n"));
      out.write("==> ");
      out.write(path === "-" ? "standard input" : path);
      out.write(" <==\n");
    }
    this.begun = true;
  }
}
