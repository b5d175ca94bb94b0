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
      return times[order.filter((n) => n === name).length - 1]!;
    },
  });
  const log = mock.method(console, "log", () => {});
  try {
    const contestants = () => [
      racer("ours", [1000, 10, 20, 30]),
      racer("theirs", [5000, 50, 40, 60]),
      { name: "absent", missing: "is not installed", run: async () => 0 },
    ];
    await compare({ name: "b", describe: "what", contestants }, 3);
  } finally {
    log.mock.restore();
  }
  assert.deepEqual(order, Array(4).fill(["ours", "theirs"]).flat());
  const said = log.mock.calls.map((call) => String(call.arguments[0]));
  assert.match(said[1]!, /absent +is not installed/);
  assert.match(said[2]!, /ours +20 ms {2}\(10…30\)$/);
  assert.match(said[3]!, /theirs +50 ms {2}\(40…60\) {2}2\.50 × ours's/);
});
