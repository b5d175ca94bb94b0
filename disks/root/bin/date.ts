// date: what time it is, or shall be.

import { Stat, TimeSpec } from "../../../kernel/abi/files.ts";
import { CLOCK_REALTIME } from "../../../kernel/abi/processes.ts";
import { parseDate } from "../../lib/dates.ts";
import { complain, die } from "../../lib/failing.ts";
import { beginOptions } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { clockGet, clockSet, stat } from "../../lib/sys.ts";
import { Text } from "../../lib/text.ts";
import { formatDate } from "../../lib/time.ts";

const help = `Usage: date [-uR] [-d DATE | -r FILE | -s DATE] [+FORMAT | MMDDhhmm[[CC]YY]]
Shows the time (in UTC), or sets it.

  -d  shows this date: "2026-11-22 15:30:00", @SECONDS    -r  when the file was changed
  -s  sets the clock                                      -R  as in mails
  -I  as 2026-11-22
FORMAT: %Y %m %d %H %M %S %a %b %j %s %F %T and others of C's strftime.
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "uRId:r:s:", "date=d utc=u reference=r set=s", help);
  const time = zeroed<TimeSpec>();
  const got = clockGet(CLOCK_REALTIME, ref(time));
  if (isErr(got)) {
    complain("the clock", got.code);
    return 1;
  }
  let layout = "%a %b %e %H:%M:%S UTC %Y";
  let set = false;
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("R")) layout = "%a, %d %b %Y %H:%M:%S +0000";
    if (o === byte("I")) layout = "%F";
    if (o === byte("d") || o === byte("s")) {
      const seconds = parseDate(options.value, time.seconds, false);
      if (isErr(seconds)) die(1, "invalid date");
      time.seconds = seconds;
      time.nanoseconds = 0;
      if (o === byte("s")) set = true;
    }
    if (o === byte("r")) {
      const s = zeroed<Stat>();
      const seen = stat(options.value, ref(s));
      if (isErr(seen)) {
        complain(options.value, seen.code);
        return 1;
      }
      copy(ref(time), ref(s.modified));
    }
  }
  for (const word of options.rest()) {
    if (word.length > 0 && word[0] === byte("+")) layout = word.sub(1, word.length);
    else {
      // MMDDhhmm[[CC]YY] has the year last; what reads stamps wants it first.
      const swapped = zeroed<Text>();
      if (word.length > 8) swapped.add(word.sub(8, word.length));
      swapped.add(word.length < 8 ? word : word.sub(0, 8));
      const seconds = parseDate(swapped.view(), time.seconds, true);
      if (isErr(seconds)) die(1, "invalid date");
      time.seconds = seconds;
      time.nanoseconds = 0;
      set = true;
    }
  }
  if (set) {
    const done = clockSet(CLOCK_REALTIME, ref(time));
    if (isErr(done)) {
      complain("the clock cannot be set", done.code);
      return 1;
    }
  }
  const shown = zeroed<Text>();
  formatDate(ref(shown), layout, time.seconds, u64(time.nanoseconds));
  out.line(shown.view());
  return 0;
}
