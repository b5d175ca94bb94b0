/** A few seconds of hostile guests, and those that once hurt the host. `robustness.long.ts` goes on for longer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Arena } from "./arena.ts";
import { hunt } from "./hunt.ts";

/** How much of each guest's life there is time for. */
const LIFETIME = 1 / 32;
/** Seeds that found something. */
const CASES: readonly number[] = [];

test("hostile guests do not hurt the host", async (context) => {
  const report = await hunt(3, 200_000, undefined, LIFETIME);
  context.diagnostic(report.split("\n")[0]!);
});

test("a guest does the same each time, whoever ran before it", () => {
  const arena = new Arena();
  const once = arena.run(7, LIFETIME);
  arena.run(8, LIFETIME);
  assert.deepEqual(arena.run(7, LIFETIME), once);
});

test("guests that once hurt the host", { skip: CASES.length === 0 && "there is none" }, () => {
  const arena = new Arena();
  for (const seed of CASES) arena.run(seed);
});
