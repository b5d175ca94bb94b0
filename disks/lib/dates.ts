// Dates as people type them.

import { Calendar, calendarOf, secondsOf } from "./time.ts";
import { isDigit, parseNumber, parseSigned } from "./text.ts";

class Reader {
  text: string;
  at: usize;

  /** So many digits; EINVAL when they are not there. */
  digits(count: usize): Res<u64> {
    if (this.at + count > this.text.length) return err(Errno.EINVAL);
    this.at += count;
    return parseNumber(this.text.sub(this.at - count, this.at));
  }

  take(c: u8): boolean {
    if (this.at >= this.text.length || this.text[this.at] !== c) return false;
    this.at++;
    return true;
  }
}

/**
 * Seconds since 1970. "2026-11-22", with " 15:30" or "T15:30:05" behind, "15:30" alone (of today), "@1234"; or, as touch -t
 * and date take it when `stamp`, [[CC]YY]MMDDhhmm[.ss]. EINVAL for anything else.
 */
export function parseDate(given: string, now: i64, stamp: boolean): Res<i64> {
  const date = zeroed<Calendar>();
  calendarOf(now, ref(date));
  date.second = 0;
  const reader = zeroed<Reader>();
  reader.text = given;
  if (stamp) return parseStamp(ref(reader), ref(date));
  if (given === "now") return now;
  if (reader.take(byte("@"))) return parseSigned(given.sub(1, given.length));
  if (given.length >= 10 && given[4] === byte("-")) {
    date.year = i64(orReturn(reader.digits(4)));
    if (!reader.take(byte("-"))) return err(Errno.EINVAL);
    date.month = orReturn(reader.digits(2));
    if (!reader.take(byte("-"))) return err(Errno.EINVAL);
    date.day = orReturn(reader.digits(2));
    date.hour = 0;
    date.minute = 0;
    if (reader.at === given.length) return checked(ref(date));
    if (!reader.take(byte(" ")) && !reader.take(byte("T"))) return err(Errno.EINVAL);
  }
  date.hour = orReturn(reader.digits(2));
  if (!reader.take(byte(":"))) return err(Errno.EINVAL);
  date.minute = orReturn(reader.digits(2));
  if (reader.take(byte(":"))) date.second = orReturn(reader.digits(2));
  if (reader.at < given.length) return err(Errno.EINVAL);
  return checked(ref(date));
}

function parseStamp(reader: Ptr<Reader>, date: Ptr<Calendar>): Res<i64> {
  let count: usize = 0;
  while (count < reader.text.length && isDigit(reader.text[count])) count++;
  if (count === 12) date.year = i64(orReturn(reader.digits(4)));
  else if (count === 10) {
    const year = i64(orReturn(reader.digits(2)));
    date.year = year + (year < 69 ? 2000 : 1900);
  } else if (count !== 8) return err(Errno.EINVAL);
  date.month = orReturn(reader.digits(2));
  date.day = orReturn(reader.digits(2));
  date.hour = orReturn(reader.digits(2));
  date.minute = orReturn(reader.digits(2));
  if (reader.take(byte("."))) date.second = orReturn(reader.digits(2));
  if (reader.at < reader.text.length) return err(Errno.EINVAL);
  return checked(date);
}

function checked(date: Ptr<Calendar>): Res<i64> {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31 || date.hour > 23 || date.minute > 59 || date.second > 60) return err(Errno.EINVAL);
  return secondsOf(date);
}
