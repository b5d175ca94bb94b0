import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./fuzz.ts";

test("100,000 mutated programs: a verdict for each, never a crash", () => {
  const { accepted, mistakes } = fuzz(1_000_000, 100_000);
  assert.ok(accepted > 1000 && mistakes > 100_000);
});
