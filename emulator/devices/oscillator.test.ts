import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CLOCK_HZ } from "../clock.ts";
import { Oscillator } from "./oscillator.ts";

const frequencies = [1_193_182, 1_843_200, 32_768, 3_579_545, 14_318_180, 10_000_000];

test("ticks agree with exact rational arithmetic for every cycle count a double can hold", () => {
  for (const hz of frequencies) {
    const oscillator = new Oscillator(hz);
    fc.assert(
      fc.property(fc.maxSafeInteger().map(Math.abs), (cycle) => {
        const exact = (BigInt(cycle) * BigInt(hz)) / BigInt(CLOCK_HZ);
        assert.equal(BigInt(oscillator.ticksAt(cycle)), exact);
      }),
      { numRuns: 1000 },
    );
  }
});

test("cycleOf gives the first cycle at which the tick has happened", () => {
  for (const hz of frequencies) {
    const oscillator = new Oscillator(hz);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Math.floor(2 ** 53 / (CLOCK_HZ / hz)) - 1 }), (tick) => {
        const cycle = oscillator.cycleOf(tick);
        assert.equal(oscillator.ticksAt(cycle), tick);
        assert.equal(oscillator.ticksAt(cycle - 1), tick - 1);
      }),
      { numRuns: 1000 },
    );
  }
});

test("a frequency that cannot be counted exactly is refused", () => {
  assert.throws(() => new Oscillator(999_999_937));
});
