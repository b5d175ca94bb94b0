// Dates: seconds since 1970 as people write them, in UTC, and back.

import { CLOCK_REALTIME } from "../../kernel/abi/processes.ts";
import { TimeSpec } from "../../kernel/abi/files.ts";
import { clockGet } from "./sys.ts";
import type { Text } from "./text.ts";

export class Calendar {
  year: i64;
  /** 1 … 12 */
  month: u64;
  /** 1 … 31 */
  day: u64;
  hour: u64;
  minute: u64;
  second: u64;
  /** 0 is Sunday. */
  weekday: u64;
  /** 0 … 365 */
  yearDay: u64;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const DAYS = "SunMonTueWedThuFriSat";

export function monthName(month: u64): string {
  return MONTHS.sub((month - 1) * 3, month * 3);
}

/**
 * The date of a time. Days are counted from 1 March of year 0, so that the leap day is the last of its year; 400 years are
 * 146097 days, always.
 */
export function calendarOf(seconds: i64, into: Ptr<Calendar>): void {
  let days = seconds / 86400;
  let rest = seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    days--;
  }
  into.hour = u64(rest / 3600);
  into.minute = u64(rest / 60 % 60);
  into.second = u64(rest % 60);
  into.weekday = u64(((days + 4) % 7 + 7) % 7);
  const z = days + 719468;
  const era = (z >= 0 ? z : z - 146096) / 146097;
  const dayOfEra = z - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * dayOfYear + 2) / 153;
  into.day = u64(dayOfYear - (153 * shifted + 2) / 5 + 1);
  into.month = u64(shifted < 10 ? shifted + 3 : shifted - 9);
  into.year = yearOfEra + era * 400 + (into.month <= 2 ? 1 : 0);
  into.yearDay = u64(days - daysBefore(into.year));
}

/** Days from 1970 to 1 January of a year. */
function daysBefore(year: i64): i64 {
  const y = year - 1;
  return y * 365 + floorDivide(y, 4) - floorDivide(y, 100) + floorDivide(y, 400) - 719162;
}

function floorDivide(x: i64, y: i64): i64 {
  return x >= 0 ? x / y : (x - y + 1) / y;
}

/** Seconds since 1970 of a date; a day or hour beyond its range moves on. */
export function secondsOf(date: Ptr<Calendar>): i64 {
  const shifted = date.month <= 2 ? i64(date.month) + 9 : i64(date.month) - 3;
  const leap = date.year % 4 === 0 && (date.year % 100 !== 0 || date.year % 400 === 0);
  const march = (153 * shifted + 2) / 5 + i64(date.day) - 1;
  const dayOfYear = date.month <= 2 ? march - 306 : march + 59 + (leap ? 1 : 0);
  const days = daysBefore(date.year) + dayOfYear;
  return days * 86400 + i64(date.hour) * 3600 + i64(date.minute) * 60 + i64(date.second);
}

export function now(): i64 {
  const time = zeroed<TimeSpec>();
  ignore(clockGet(CLOCK_REALTIME, ref(time)), "without a clock it is 1970");
  return time.seconds;
}

function two(into: Ptr<Text>, n: u64, fill: u8): void {
  if (n < 10) into.put(fill);
  into.number(n);
}

const LONG_DAYS: Arr<string, 7> = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const LONG_MONTHS: Arr<string, 12> = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
];

/** Adds a date in the form that `layout` asks for, with the conversions of C's strftime. */
export function formatDate(into: Ptr<Text>, layout: string, seconds: i64, nanoseconds: u64): void {
  attr(bounded(4));
  const date = zeroed<Calendar>();
  calendarOf(seconds, ref(date));
  for (let i: usize = 0; i < layout.length; i++) {
    if (layout[i] !== byte("%") || i + 1 === layout.length) {
      into.put(layout[i]);
      continue;
    }
    i++;
    switch (layout[i]) {
      case byte("Y"): into.signed(date.year); break;
      case byte("C"): two(into, u64(date.year / 100), byte("0")); break;
      case byte("y"): two(into, u64(date.year % 100), byte("0")); break;
      case byte("m"): two(into, date.month, byte("0")); break;
      case byte("d"): two(into, date.day, byte("0")); break;
      case byte("e"): two(into, date.day, byte(" ")); break;
      case byte("H"): two(into, date.hour, byte("0")); break;
      case byte("k"): two(into, date.hour, byte(" ")); break;
      case byte("I"): two(into, (date.hour + 11) % 12 + 1, byte("0")); break;
      case byte("l"): two(into, (date.hour + 11) % 12 + 1, byte(" ")); break;
      case byte("M"): two(into, date.minute, byte("0")); break;
      case byte("S"): two(into, date.second, byte("0")); break;
      case byte("p"): into.add(date.hour < 12 ? "AM" : "PM"); break;
      case byte("P"): into.add(date.hour < 12 ? "am" : "pm"); break;
      case byte("a"): into.add(DAYS.sub(date.weekday * 3, date.weekday * 3 + 3)); break;
      case byte("A"): into.add(LONG_DAYS[date.weekday]); break;
      case byte("b"):
      case byte("h"): into.add(monthName(date.month)); break;
      case byte("B"): into.add(LONG_MONTHS[date.month - 1]); break;
      case byte("u"): into.number(date.weekday === 0 ? 7 : date.weekday); break;
      case byte("w"): into.number(date.weekday); break;
      case byte("s"): into.signed(seconds); break;
      case byte("n"): into.put(byte("\n")); break;
      case byte("t"): into.put(byte("\t")); break;
      case byte("%"): into.put(byte("%")); break;
      case byte("Z"): into.add("UTC"); break;
      case byte("z"): into.add("+0000"); break;
      case byte("U"): two(into, (date.yearDay + 7 - date.weekday) / 7, byte("0")); break;
      case byte("W"): two(into, (date.yearDay + 7 - (date.weekday + 6) % 7) / 7, byte("0")); break;
      case byte("j"):
        if (date.yearDay + 1 < 100) into.put(byte("0"));
        two(into, date.yearDay + 1, byte("0"));
        break;
      case byte("N"):
        for (let digit: u64 = 100_000_000; digit > 0; digit /= 10) into.put(byte("0") + u8(nanoseconds / digit % 10));
        break;
      case byte("D"): formatDate(into, "%m/%d/%y", seconds, nanoseconds); break;
      case byte("x"): formatDate(into, "%m/%d/%y", seconds, nanoseconds); break;
      case byte("F"): formatDate(into, "%Y-%m-%d", seconds, nanoseconds); break;
      case byte("T"): formatDate(into, "%H:%M:%S", seconds, nanoseconds); break;
      case byte("X"): formatDate(into, "%H:%M:%S", seconds, nanoseconds); break;
      case byte("R"): formatDate(into, "%H:%M", seconds, nanoseconds); break;
      case byte("r"): formatDate(into, "%I:%M:%S %p", seconds, nanoseconds); break;
      case byte("c"): formatDate(into, "%a %b %e %H:%M:%S %Y", seconds, nanoseconds); break;
      default:
        into.put(byte("%"));
        into.put(layout[i]);
    }
  }
}
