import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOCK_HZ } from "./clock.ts";
import { decodeStart, decodeState, encodeStart, encodeState, StartWatch } from "./kept-start.ts";

const MS = CLOCK_HZ / 1000;

function said(watch: StartWatch, text: string, cycle: number): void {
  for (const byte of Buffer.from(text)) watch.output("com1", byte, cycle);
}

test("a start is over when the guest has spoken and then been silent, and is not kept when a person could have answered", () => {
  const watch = new StartWatch();
  assert.equal(watch.at(100 * MS), "starting", "it has said nothing");
  said(watch, "one ", 100 * MS);
  assert.equal(watch.at(110 * MS), "starting");
  said(watch, "two", 115 * MS);
  watch.output("debugcon", 0x21, 115 * MS);
  assert.equal(watch.at(134 * MS), "starting");
  assert.equal(watch.at(135 * MS), "waiting");
  assert.deepEqual(
    watch.said.map(({ channel, bytes }) => [channel, Buffer.from(bytes).toString()]),
    [
      ["com1", "one two"],
      ["debugcon", "!"],
    ],
  );
  assert.equal(watch.at(501 * MS), "too-late");
});

test("a guest that does not stop talking has no start", () => {
  const watch = new StartWatch();
  said(watch, "x".repeat(70_000), 10 * MS);
  assert.equal(watch.at(100 * MS), "too-late");
});

test("bytes that are damaged are no start", () => {
  const snapshot = {
    version: "1",
    clock: { cycles: 7, deadlines: { a: Number.POSITIVE_INFINITY } },
    sections: { cpu: { a: 1n } },
  };
  const said = [{ channel: "com1", bytes: Uint8Array.of(1, 2) }] as const;
  const bytes = encodeStart({ state: encodeState(snapshot), said });
  const back = decodeStart(bytes)!;
  assert.deepEqual(decodeState(back.state), snapshot);
  assert.deepEqual([...back.said[0]!.bytes], [1, 2]);
  for (const at of [0, 4, 20, bytes.length - 1]) assert.equal(decodeStart(bytes.with(at, bytes[at]! ^ 4)), null);
  assert.equal(decodeStart(bytes.subarray(0, bytes.length - 1)), null);
  assert.equal(decodeStart(new Uint8Array(2)), null);
});
