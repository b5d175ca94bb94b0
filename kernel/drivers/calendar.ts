// Days as people write them, and seconds since 1970-01-01 UTC as machines count them. In the calendar's arithmetic the year
// begins in March: then the day that is sometimes missing is the last one, and the lengths of months follow a straight line.

export class Date {
  year: u32;
  /** 1 to 12, 1 to 31. */
  month: u32;
  day: u32;
  hour: u32;
  minute: u32;
  second: u32;
}

const DAY = 86_400;
/** Days from 1 March of the year 0 to 1970-01-01. */
const EPOCH = 719_468;
const DAYS_400: u64 = 146_097;

/** Seconds since 1970 of a day from 1970 on, Gregorian. */
export function secondsOf(date: Ptr<Date>): u64 {
  const year = u64(date.month > 2 ? date.year : date.year - 1);
  const month = u64(date.month > 2 ? date.month - 3 : date.month + 9);
  const dayOfYear = (153 * month + 2) / 5 + u64(date.day) - 1;
  const days = year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - EPOCH;
  return days * DAY + u64(date.hour) * 3600 + u64(date.minute) * 60 + u64(date.second);
}

/** The date of a number of seconds since 1970. */
export function dateOf(seconds: u64, date: Ptr<Date>): void {
  const days = seconds / DAY + EPOCH;
  const rest = seconds % DAY;
  const era = days / DAYS_400;
  const ofEra = days % DAYS_400;
  // Years of an era: the last day of 4, of 100 and of 400 years must not begin another one.
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
  const dayOfYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const month = (5 * dayOfYear + 2) / 153;
  date.day = u32(dayOfYear - (153 * month + 2) / 5 + 1);
  date.month = u32(month < 10 ? month + 3 : month - 9);
  date.year = u32(yearOfEra + era * 400 + (month < 10 ? 0 : 1));
  date.hour = u32(rest / 3600);
  date.minute = u32((rest / 60) % 60);
  date.second = u32(rest % 60);
}
