// <time.h>, in UTC: there are no time zones here.

import { SYS_CLOCK_GETTIME, SYS_CLOCK_SETTIME, SYS_SLEEP } from "../../../kernel/abi/calls.ts";
import { TimeSpec } from "../../../kernel/abi/files.ts";
import { call } from "../door.ts";
import { Text } from "../text.ts";
import { Calendar, calendarOf, formatDate, secondsOf } from "../time.ts";
import { outcome32 } from "./errno.ts";
import { strlen } from "./string.ts";

/// <time.h>
/*h
#include <sys/types.h>
typedef long clock_t;
typedef int clockid_t;
#define CLOCKS_PER_SEC 1000000
struct timespec { time_t tv_sec; long tv_nsec; };
struct tm { int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst; };
*/
/// CLOCK_* from kernel/abi/processes.ts

class BrokenDown {
  second: i32;
  minute: i32;
  hour: i32;
  day: i32;
  month: i32;
  year: i32;
  weekday: i32;
  yearDay: i32;
  summer: i32;
}
class Results {
  date: BrokenDown;
  text: Arr<u8, 40>;
}
const results = zeroed<Results>();

/// int clock_gettime(clockid_t clock, struct timespec *into);
export function clockGettime(clock: i32, into: Ptr<TimeSpec>): i32 {
  attr(symbol("clock_gettime"));
  return outcome32(call(SYS_CLOCK_GETTIME, u64(clock), addr(into), 0, 0, 0, 0));
}
/// int clock_settime(clockid_t clock, const struct timespec *time);
export function clockSettime(clock: i32, time: Ptr<TimeSpec>): i32 {
  attr(symbol("clock_settime"));
  return outcome32(call(SYS_CLOCK_SETTIME, u64(clock), addr(time), 0, 0, 0, 0));
}
/// time_t time(time_t *into);
export function time(into: Ptr<i64> | null): i64 {
  attr(symbol("time"));
  const now = zeroed<TimeSpec>();
  clockGettime(0, ref(now));
  if (into !== null) into[0] = now.seconds;
  return now.seconds;
}
/// clock_t clock(void);
export function clock(): i64 {
  attr(symbol("clock"));
  const used = zeroed<TimeSpec>();
  return clockGettime(2, ref(used)) < 0 ? -1 : used.seconds * 1_000_000 + used.nanoseconds / 1000;
}
/// int nanosleep(const struct timespec *wanted, struct timespec *left);
export function nanosleep(wanted: Ptr<TimeSpec>, left: Ptr<TimeSpec> | null): i32 {
  attr(symbol("nanosleep"));
  const begun = zeroed<TimeSpec>();
  clockGettime(1, ref(begun));
  const nanoseconds = wanted.seconds * 1_000_000_000 + wanted.nanoseconds;
  const result = outcome32(call(SYS_SLEEP, u64(nanoseconds), 0, 0, 0, 0, 0));
  if (result < 0 && left !== null) {
    const now = zeroed<TimeSpec>();
    clockGettime(1, ref(now));
    const passed = (now.seconds - begun.seconds) * 1_000_000_000 + now.nanoseconds - begun.nanoseconds;
    const rest = passed < nanoseconds ? nanoseconds - passed : 0;
    left.seconds = rest / 1_000_000_000;
    left.nanoseconds = rest % 1_000_000_000;
  }
  return result;
}
/// struct tm *gmtime_r(const time_t *seconds, struct tm *into);
export function gmtimeR(seconds: Ptr<i64>, into: Ptr<BrokenDown>): Ptr<BrokenDown> {
  attr(symbol("gmtime_r"));
  const date = zeroed<Calendar>();
  calendarOf(seconds[0], ref(date));
  into.second = i32(date.second);
  into.minute = i32(date.minute);
  into.hour = i32(date.hour);
  into.day = i32(date.day);
  into.month = i32(date.month) - 1;
  into.year = i32(date.year) - 1900;
  into.weekday = i32(date.weekday);
  into.yearDay = i32(date.yearDay);
  into.summer = 0;
  return into;
}
/// struct tm *gmtime(const time_t *seconds);
export function gmtime(seconds: Ptr<i64>): Ptr<BrokenDown> {
  attr(symbol("gmtime"));
  return gmtimeR(seconds, ref(results.date));
}
/// struct tm *localtime_r(const time_t *seconds, struct tm *into);
export function localtimeR(seconds: Ptr<i64>, into: Ptr<BrokenDown>): Ptr<BrokenDown> {
  attr(symbol("localtime_r"));
  return gmtimeR(seconds, into);
}
/// struct tm *localtime(const time_t *seconds);
export function localtime(seconds: Ptr<i64>): Ptr<BrokenDown> {
  attr(symbol("localtime"));
  return gmtime(seconds);
}
/// time_t mktime(struct tm *date);
export function mktime(date: Ptr<BrokenDown>): i64 {
  attr(symbol("mktime"));
  // Months beyond the year move it; what is smaller is simply counted.
  let year = i64(date.year) + 1900 + i64(date.month) / 12;
  let month = i64(date.month) % 12;
  if (month < 0) {
    month += 12;
    year--;
  }
  const first = zeroed<Calendar>();
  first.year = year;
  first.month = u64(month) + 1;
  first.day = 1;
  let seconds: i64 = secondsOf(ref(first)) + (i64(date.day) - 1) * 86400;
  seconds += i64(date.hour) * 3600 + i64(date.minute) * 60 + i64(date.second);
  gmtimeR(ref(seconds), date);
  return seconds;
}
/// double difftime(time_t a, time_t b);
export function difftime(a: i64, b: i64): f64 {
  attr(symbol("difftime"));
  return f64(a - b);
}
/// size_t strftime(char *restrict into, size_t bytes, const char *restrict form, const struct tm *restrict date);
export function strftime(into: Ptr<u8>, bytes: usize, form: Ptr<u8>, date: Ptr<BrokenDown>): usize {
  attr(symbol("strftime"));
  const given = zeroed<BrokenDown>();
  copy(ref(given), date);
  const words = zeroed<Text>();
  using _ = defer(() => words.dispose());
  formatDate(ref(words), text(slice(form, strlen(form))), mktime(ref(given)), 0);
  if (words.length >= bytes) return 0;
  for (let i: usize = 0; i < words.length; i++) into[i] = words.view()[i];
  into[words.length] = 0;
  return words.length;
}
/// char *asctime(const struct tm *date);
export function asctime(date: Ptr<BrokenDown>): Ptr<u8> {
  attr(symbol("asctime"));
  const form = "%a %b %e %H:%M:%S %Y\n\0";
  strftime(ref(results.text[0]), results.text.length, unsafe.ptr<u8>(addr(form)), date);
  return ref(results.text[0]);
}
/// char *ctime(const time_t *seconds);
export function ctime(seconds: Ptr<i64>): Ptr<u8> {
  attr(symbol("ctime"));
  return asctime(gmtime(seconds));
}

/// <sys/time.h>
/*h
#include <sys/types.h>
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
*/
/// int gettimeofday(struct timeval *into, void *zone);
export function gettimeofday(into: Ptr<TimeSpec>, zone: u64): i32 {
  attr(symbol("gettimeofday"));
  const result = clockGettime(0, into);
  into.nanoseconds /= 1000;
  return result;
}
