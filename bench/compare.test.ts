import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { compare, median } from "./compare.ts";

test("medians of odd and even counts", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([9, 1, 5, 6]), 5.5);
});

test("contestants take turns, the first turn does not count, and the missing are named", async () => {
  const order: string[] = [];
  const racer = (name: string, times: readonly number[]) => ({
    name,
    missing: null,
    run: async () => {
      order.push(name);
      const time = times[order.filter((n) => n === name).length - 1]!;
      return [time, 10 * time];
    },
  });
  const log = mock.method(console, "log", () => {});
  try {
    const contestants = () => [
      racer("ours", [1000, 10, 20, 30]),
      racer("theirs", [5000, 50, 40, 60]),
      { name: "absent", missing: "is not installed", run: async () => [] },
    ];
    await compare({ name: "b", describe: "what", moments: ["half", "done"], contestants }, 3);
  } finally {
    log.mock.restore();
  }
  assert.deepEqual(order, Array(4).fill(["ours", "theirs"]).flat());
  const said = log.mock.calls.map((call) => String(call.arguments[0]));
  assert.match(said[1]!, /absent +is not installed/);
  assert.match(said[2]!, /half/);
  assert.match(said[3]!, /ours +20 ms {2}\(10…30\)$/);
  assert.match(said[4]!, /theirs +50 ms {2}\(40…60\) {2}2\.50 × ours's/);
  assert.match(said[5]!, /done/);
  assert.match(said[6]!, /ours +200 ms {2}\(100…300\)$/);
  assert.equal(said.length, 8);
});
