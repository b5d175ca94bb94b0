import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "./build.ts";

test("building twice gives the same bytes", () => {
  assert.deepEqual(build(), build());
});
