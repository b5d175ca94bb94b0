// touch: files with the time of now, made when they are missing.

import { O_CREAT, O_NONBLOCK, O_WRONLY, Stat, TimeSpec } from "../../../kernel/abi/files.ts";
import { CLOCK_REALTIME } from "../../../kernel/abi/processes.ts";
import { complain, die } from "../../lib/failing.ts";
import { parseDate } from "../../lib/dates.ts";
import { beginOptions } from "../../lib/start.ts";
import { clockGet, close, open, stat, utimes } from "../../lib/sys.ts";

const help = `Usage: touch [-acm] [-d DATE | -t STAMP | -r FILE] FILE...
Sets times of files to now, and makes those that are missing.

  -c  make none    -a  only the time of access    -m  only the time of change
  -d  the time: "2026-11-22 15:30:00", @SECONDS    -t  [[CC]YY]MMDDhhmm[.ss]
  -r  the times of this file
`;

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const options = beginOptions(argc, argv, "acmd:t:r:", "no-create=c date=d reference=r", help);
  let create = true;
  let accessed = true;
  let modified = true;
  const times = zeroed<Arr<TimeSpec, 2>>();
  ignore(clockGet(CLOCK_REALTIME, ref(times[0])), "without a clock it is 1970");
  copy(ref(times[1]), ref(times[0]));
  for (let o = options.take(); o !== 0; o = options.take()) {
    if (o === byte("c")) create = false;
    if (o === byte("a")) modified = false;
    if (o === byte("m")) accessed = false;
    if (o === byte("d") || o === byte("t")) {
      const seconds = parseDate(options.value, times[0].seconds, o === byte("t"));
      if (isErr(seconds)) die(1, "invalid date");
      times[0].seconds = seconds;
      times[0].nanoseconds = 0;
      copy(ref(times[1]), ref(times[0]));
    }
    if (o === byte("r")) {
      const s = zeroed<Stat>();
      const seen = stat(options.value, ref(s));
      if (isErr(seen)) {
        complain(options.value, seen.code);
        return 1;
      }
      copy(ref(times[0]), ref(s.accessed));
      copy(ref(times[1]), ref(s.modified));
    }
  }
  if (!accessed && !modified) {
    accessed = true;
    modified = true;
  }
  const paths = options.rest();
  if (paths.length === 0) options.usage();
  let status: i32 = 0;
  for (const path of paths) {
    const s = zeroed<Stat>();
    const seen = stat(path, ref(s));
    if (isErr(seen)) {
      if (!create && seen.code === Errno.ENOENT) continue;
      const made = open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o666);
      if (isErr(made)) {
        complain(path, made.code);
        status = 1;
        continue;
      }
      ignore(close(made), "nothing was written");
    }
    const wanted = zeroed<Arr<TimeSpec, 2>>();
    copy(ref(wanted[0]), accessed ? ref(times[0]) : ref(s.accessed));
    copy(ref(wanted[1]), modified ? ref(times[1]) : ref(s.modified));
    const set = utimes(path, ref(wanted));
    if (isErr(set)) {
      complain(path, set.code);
      status = 1;
    }
  }
  return status;
}
