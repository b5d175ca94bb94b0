// The clock that runs while the machine is off: an MC146818 with a battery, two ports, and manners of its own. It updates
// itself once a second, and while it does (the UIP bit warns a little before) its registers are half old and half new. So
// they are read twice, until two readings agree. Numbers are binary or two decimal digits, hours are of 12 or 24, as
// register B says; a century did not fit in 1984 and stands where the firmware put it, in register 0x32 on nearly every PC.
// (MC146818A data sheet; ACPI 6.5, 5.2.9, CENTURY)
import { Locked } from "../sync/spin.ts";
import { Date, dateOf, secondsOf } from "./calendar.ts";

const ports = claimPorts(0x70, 2);
const ADDRESS = 0;
const DATA = 1;
const SECOND: u8 = 0x00;
const MINUTE: u8 = 0x02;
const HOUR: u8 = 0x04;
const DAY: u8 = 0x07;
const MONTH: u8 = 0x08;
const YEAR: u8 = 0x09;
const A: u8 = 0x0a;
const B: u8 = 0x0b;
const CENTURY: u8 = 0x32;
const A_UIP: u8 = 0x80;
const B_24H: u8 = 0x02;
const B_BINARY: u8 = 0x04;
const B_SET: u8 = 0x80;
const AFTERNOON: u8 = 0x80;
/** Looks at UIP; an update takes 2 ms. */
const LOOKS: u32 = 1_000_000;
const READINGS: u32 = 5;

class Chip {
  last: Date;
}

/** The address register is one: who has written it must read before another writes. */
const chip = zeroed<Locked<Chip>>();

function read(register: u8): u8 {
  ports.out8(ADDRESS, register);
  return ports.in8(DATA);
}

function write(register: u8, value: u8): void {
  ports.out8(ADDRESS, register);
  ports.out8(DATA, value);
}

function number(value: u8, mode: u8): u32 {
  return (mode & B_BINARY) !== 0 ? u32(value) : u32(value >> 4) * 10 + u32(value & 15);
}

function digits(value: u32, mode: u8): u8 {
  return (mode & B_BINARY) !== 0 ? u8(value) : u8(((value / 10) << 4) | (value % 10));
}

function hours(value: u8, mode: u8): u32 {
  if ((mode & B_24H) !== 0) return number(value, mode);
  const hour = number(value & ~AFTERNOON, mode) % 12;
  return (value & AFTERNOON) !== 0 ? hour + 12 : hour;
}

function reading(date: Ptr<Date>): void {
  for (let looks: u32 = 0; looks < LOOKS && (read(A) & A_UIP) !== 0; looks++) cpu.pause();
  const mode = read(B);
  date.second = number(read(SECOND), mode);
  date.minute = number(read(MINUTE), mode);
  date.hour = hours(read(HOUR), mode);
  date.day = number(read(DAY), mode);
  date.month = number(read(MONTH), mode);
  const century = number(read(CENTURY), mode);
  date.year = number(read(YEAR), mode) + (century >= 19 && century <= 29 ? century * 100 : 2000);
}

/** Seconds since 1970-01-01 UTC; 0 when the clock shows no date, as with an empty battery. */
export function readRtc(): u64 {
  using c = chip.enter();
  let before: u64 = 0;
  for (let i: u32 = 0; i < READINGS; i++) {
    reading(ref(c.v.last));
    if (c.v.last.month === 0 || c.v.last.month > 12 || c.v.last.day === 0 || c.v.last.year < 1970) return 0;
    const seconds = secondsOf(ref(c.v.last));
    if (seconds === before) return seconds;
    before = seconds;
  }
  return before;
}

/** Sets the clock. The update is held back meanwhile. */
export function writeRtc(seconds: u64): void {
  using c = chip.enter();
  const date = ref(c.v.last);
  dateOf(seconds, date);
  const mode = read(B) | B_24H;
  write(B, mode | B_SET);
  write(SECOND, digits(date.second, mode));
  write(MINUTE, digits(date.minute, mode));
  write(HOUR, digits(date.hour, mode));
  write(DAY, digits(date.day, mode));
  write(MONTH, digits(date.month, mode));
  write(YEAR, digits(date.year % 100, mode));
  write(CENTURY, digits(date.year / 100, mode));
  write(B, mode & ~B_SET);
}
