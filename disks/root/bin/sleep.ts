// sleep: nothing, for a while.

import { die } from "../../lib/failing.ts";
import { beginOperands } from "../../lib/start.ts";
import { sleep } from "../../lib/sys.ts";
import { isDigit } from "../../lib/text.ts";

const help = `Usage: sleep NUMBER[smhd]...
Waits for so many seconds (minutes, hours, days), all together. 0.5 is half a second.
`;

const SECOND: u64 = 1_000_000_000;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const words = beginOperands(argc, argv, help);
  if (words.length === 0) die(1, "for how long?");
  let total: u64 = 0;
  for (const word of words) total += duration(word);
  ignore(sleep(total), "a signal that is handled ends it");
  return 0;
}

/** Nanoseconds. */
function duration(t: string): u64 {
  let whole: u64 = 0;
  let fraction: u64 = 0;
  let digit: u64 = SECOND / 10;
  let at: usize = 0;
  while (at < t.length && isDigit(t[at])) {
    whole = whole * 10 + u64(t[at] - byte("0"));
    at++;
  }
  if (at < t.length && t[at] === byte(".")) {
    at++;
    while (at < t.length && isDigit(t[at])) {
      fraction += u64(t[at] - byte("0")) * digit;
      digit /= 10;
      at++;
    }
  }
  let unit: u64 = 1;
  if (at > 0 && at + 1 === t.length) {
    if (t[at] === byte("m")) unit = 60;
    else if (t[at] === byte("h")) unit = 3600;
    else if (t[at] === byte("d")) unit = 86400;
    else if (t[at] !== byte("s")) die(1, "invalid number");
    at++;
  }
  if (at < t.length || t.length === 0) die(1, "invalid number");
  return (whole * SECOND + fraction) * unit;
}
