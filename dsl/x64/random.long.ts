import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreement } from "./agree.ts";
import { runsHere } from "./native.ts";

test("20,000 random programs do natively what the interpreter says", { skip: runsHere }, () => {
  assert.equal(disagreement(100_000, 110_000, {}), null);
  assert.equal(disagreement(110_000, 120_000, { optimized: true }), null);
});
