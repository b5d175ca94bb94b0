/** The calendar against the host's. */
import assert from "node:assert/strict";
import test from "node:test";
import { kernelModule } from "../testing/module.ts";

const { call, run } = kernelModule(`
import { Date, dateOf, secondsOf } from "./drivers/calendar.ts";
const date = zeroed<Date>();
export function at(): u64 {
  return addr(ref(date));
}
export function toDate(seconds: u64): void {
  dateOf(seconds, ref(date));
}
export function toSeconds(): u64 {
  return secondsOf(ref(date));
}
`);

test("seconds become dates, and dates seconds, from 1970 to 2400", () => {
  const at = Number(call("at")[0]);
  const fields = new Uint32Array(run.memory.buffer, at, 6);
  const last = Date.UTC(2400, 11, 31) / 1000;
  const seconds = [0, 86_399, 951_782_399, 951_782_400, 4_107_542_399, last];
  for (let i = 0; i < 4000; i++) seconds.push(Math.floor((i * 3_406_511.37) % last));
  for (const s of seconds) {
    call("toDate", BigInt(s));
    const d = new Date(s * 1000);
    assert.deepEqual(
      [...fields],
      [d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()],
    );
    assert.equal(Number(call("toSeconds")[0]), s);
  }
});
