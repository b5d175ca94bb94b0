import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreement } from "./agree.ts";

test("20,000 random programs show the same after every pass", () => {
  for (let seed = 10_000; seed < 30_000; seed++) assert.equal(disagreement(seed, true), null);
});
