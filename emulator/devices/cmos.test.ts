import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { Cmos } from "./cmos.ts";

const SECOND = 1_000_000_000;
const MiB = 1 << 20;
const [A, B, C, D] = [0x0a, 0x0b, 0x0c, 0x0d];

function pc({ start = Date.UTC(2024, 1, 28, 23, 59, 58) / 1000, ramBytes = 128 * MiB } = {}) {
  const bus = new Bus(new Log());
  const clock = new Clock();
  const rises: number[] = [];
  const pin = { high: false };
  const line = {
    set(high: boolean) {
      if (high && !pin.high) rises.push(clock.now);
      pin.high = high;
    },
  };
  const cmos = new Cmos({ bus, clock, line, ramBytes, start });
  const read = (index: number) => {
    bus.writePort(0x70, 1, index);
    return bus.readPort(0x71, 1);
  };
  const write = (index: number, value: number) => {
    bus.writePort(0x70, 1, index);
    bus.writePort(0x71, 1, value);
  };
  /** Year (four digits), month, day, hour, minute, second, day of week: the registers as hexadecimal. */
  const time = () => [0x32, 9, 8, 7, 4, 2, 0, 6].map((i) => read(i).toString(16).padStart(2, "0")).join(" ");
  return { bus, clock, cmos, rises, pin, read, write, time };
}

test("the clock shows the start and goes on with virtual time, over leap days and the weekday", () => {
  const { clock, time } = pc();
  assert.equal(time(), "20 24 02 28 23 59 58 04");
  clock.advanceTo(2 * SECOND - 1);
  assert.equal(time(), "20 24 02 28 23 59 59 04");
  clock.advanceTo(2 * SECOND);
  assert.equal(time(), "20 24 02 29 00 00 00 05");
  clock.advanceTo(2 * SECOND + 3 * 86_400 * SECOND);
  assert.equal(time(), "20 24 03 03 00 00 00 01");
});

test("binary and twelve-hour modes", () => {
  const { clock, read, write } = pc();
  write(B, 0x04); // binary, 12 hours
  write(4, 11);
  write(2, 59);
  write(0, 59);
  clock.advanceTo(SECOND);
  assert.deepEqual([read(4), read(2), read(0)], [0x8c, 0, 0], "12 PM");
  clock.advanceTo(13 * 3600 * SECOND);
  assert.deepEqual([read(4), read(2), read(0)], [12, 59, 59], "12:59:59 AM");
  clock.advanceTo((13 * 3600 + 1) * SECOND);
  assert.equal(read(4), 1);
  write(B, 0x00);
  write(4, 0x92);
  clock.advanceTo((14 * 3600 + 1) * SECOND);
  assert.equal(read(4), 0x81, "in BCD from 12 PM to 1 PM");
});

test("the century turns", () => {
  const { clock, time } = pc({ start: Date.UTC(1999, 11, 31, 23, 59, 59) / 1000 });
  clock.advanceTo(SECOND);
  assert.equal(time(), "20 00 01 01 00 00 00 07");
});

test("a date that a program set goes on from there, and SET holds it", () => {
  const { clock, read, write, time } = pc();
  clock.advanceTo(SECOND / 2);
  write(B, 0x82);
  for (const [index, value] of [
    [0x32, 0x19],
    [9, 0x87],
    [8, 0x12],
    [7, 0x31],
    [4, 0x23],
    [2, 0x59],
    [0, 0x58],
    [6, 0x05],
  ]) {
    write(index!, value!);
  }
  clock.advanceTo(10 * SECOND + 1);
  assert.equal(read(0), 0x58);
  write(B, 0x02);
  clock.advanceTo(11 * SECOND);
  assert.equal(time(), "19 87 12 31 23 59 59 05");
  clock.advanceTo(12 * SECOND);
  assert.equal(time(), "19 88 01 01 00 00 00 06");
});

test("UIP announces an update 2228 µs before it, and not while SET holds the clock", () => {
  const { clock, read, write } = pc();
  clock.advanceTo(SECOND - 2_228_001);
  assert.equal(read(A), 0x26);
  clock.advanceTo(SECOND - 2_228_000);
  assert.equal(read(A), 0xa6);
  clock.advanceTo(SECOND - 1);
  assert.equal(read(A), 0xa6);
  clock.advanceTo(SECOND);
  assert.equal(read(A), 0x26);
  clock.advanceTo(2 * SECOND - 1000);
  write(B, 0x82);
  assert.equal(read(A), 0x26);
});

test("the divider, let go, updates half a second later", () => {
  const { clock, read, write } = pc();
  clock.advanceTo(SECOND / 3);
  write(A, 0x76);
  clock.advanceTo(5 * SECOND);
  assert.equal(read(0), 0x58);
  write(A, 0x26);
  clock.advanceTo(5.5 * SECOND - 1);
  assert.equal(read(0), 0x58);
  clock.advanceTo(5.5 * SECOND);
  assert.equal(read(0), 0x59);
});

test("the update-ended interrupt comes every second, at the update, until C is read", () => {
  const { clock, read, write, rises, pin } = pc();
  write(B, 0x12);
  clock.advanceTo(SECOND);
  assert.deepEqual(rises, [SECOND]);
  clock.advanceTo(3 * SECOND);
  assert.equal(rises.length, 1);
  assert.equal(read(C) & 0xd0, 0xd0, "IRQF, UF, and PF, which needs no enable bit");
  assert.equal(pin.high, false);
  clock.advanceTo(4 * SECOND);
  assert.deepEqual(rises, [SECOND, 4 * SECOND]);
});

test("SET clears UIE", () => {
  const { read, write } = pc();
  write(B, 0x12);
  write(B, 0x92);
  assert.equal(read(B), 0x82);
});

test("the periodic interrupt keeps the rate that RS chooses, exactly", () => {
  for (const [rs, hz] of [
    [1, 256],
    [2, 128],
    [3, 8192],
    [6, 1024],
    [15, 2],
  ] as const) {
    const { clock, read, write, rises } = pc();
    write(A, 0x20 | rs);
    write(B, 0x42);
    for (let i = 1; i <= 20; i++) {
      clock.advanceTo(Math.ceil((i * SECOND) / hz));
      assert.equal(rises.length, i);
      assert.equal(rises[i - 1], Math.ceil((i * SECOND) / hz));
      assert.equal(read(C) & 0xc0, 0xc0);
    }
  }
});

test("the alarm comes at its second; bytes from 0xC0 on match any", () => {
  const { clock, read, write, rises } = pc();
  write(1, 0x05);
  write(3, 0xff);
  write(5, 0xc0);
  write(B, 0x22);
  clock.advanceTo(60 * SECOND);
  assert.deepEqual(rises, [7 * SECOND]);
  assert.equal(read(C) & 0xa0, 0xa0);
  write(1, 0x00);
  write(3, 0x30);
  write(5, 0x12);
  clock.advanceTo(86_400 * SECOND);
  assert.deepEqual(rises, [7 * SECOND, (2 + 12 * 3600 + 30 * 60) * SECOND]);
});

test("an alarm that passed unseen is flagged", () => {
  const { clock, read, write } = pc();
  write(1, 0x00);
  write(3, 0x00);
  write(5, 0x07);
  clock.advanceTo(6 * 3600 * SECOND);
  assert.equal(read(C) & 0x20, 0);
  clock.advanceTo(8 * 3600 * SECOND);
  assert.equal(read(C) & 0x20, 0x20);
});

test("no timer runs while no interrupt is enabled", () => {
  const { clock } = pc();
  assert.equal(clock.nextDeadline(), Number.POSITIVE_INFINITY);
});

test("a reset stops interrupts and keeps time and RAM", () => {
  const { clock, cmos, read, write } = pc();
  write(0x0f, 0x05);
  write(B, 0x7a);
  clock.advanceTo(SECOND);
  cmos.reset();
  assert.equal(read(B), 0x02);
  assert.equal(read(C), 0);
  assert.equal(read(0x0f), 0x05);
  assert.equal(read(0), 0x59);
});

test("firmware finds memory sizes, equipment and a right checksum", () => {
  const word = (read: (i: number) => number, at: number) => read(at) | (read(at + 1) << 8);
  const small = pc({ ramBytes: 8 * MiB });
  assert.equal(word(small.read, 0x15), 640);
  assert.equal(word(small.read, 0x17), 7 * 1024);
  assert.equal(word(small.read, 0x34), 0);
  const large = pc({ ramBytes: 3072 * MiB });
  assert.equal(word(large.read, 0x30), 0xffff);
  assert.equal(word(large.read, 0x34), (3072 - 16) * 16);
  assert.equal(large.read(0x14), 0x06);
  let sum = 0;
  for (let i = 0x10; i <= 0x2d; i++) sum += large.read(i);
  assert.equal((large.read(0x2e) << 8) | large.read(0x2f), sum);
  assert.equal(large.read(D), 0x80);
});

test("bit 7 of the index masks NMI and is no part of the index", () => {
  const { cmos, read } = pc();
  assert.equal(cmos.nmiMasked, false);
  assert.equal(read(0x80 | 0x14), 0x06);
  assert.equal(cmos.nmiMasked, true);
});

test("a restored clock shows and interrupts like the saved one", () => {
  const a = pc();
  a.write(B, 0x52);
  a.clock.advanceTo(1.3 * SECOND);
  a.read(C);
  const b = pc({ start: 0 });
  b.clock.restore(structuredClone(a.clock.save()));
  b.cmos.restore(structuredClone(a.cmos.save()));
  a.rises.length = b.rises.length = 0;
  for (const m of [a, b]) m.clock.advanceTo(1.5 * SECOND);
  assert.deepEqual(b.rises, a.rises);
  assert.equal(b.rises.length, 1);
  assert.equal(b.time(), a.time());
});

test("random accesses never throw, whatever date they make", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(127), fc.nat(255), fc.nat(3)), { minLength: 500, maxLength: 500 }),
      (steps) => {
        const { clock, read, write } = pc();
        for (const [index, value, what] of steps) {
          write(what === 0 ? index : index % 16, value);
          clock.advanceTo(clock.now + value * (what === 1 ? 10_000_000 : 1000));
          const byte = read(index);
          assert.ok(Number.isInteger(byte) && byte >= 0 && byte <= 255);
        }
      },
    ),
    { numRuns: 200 },
  );
});
