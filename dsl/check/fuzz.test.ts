import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "./fuzz.ts";

test("1,500 mutated programs: a verdict for each, never a crash", () => {
  const { accepted, mistakes } = fuzz(1, 1500);
  assert.ok(
    accepted > 20 && mistakes > 1500,
    `${accepted} accepted, ${mistakes} mistakes: the mutations have lost their bite`,
  );
});
