import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzCompiler } from "./fuzz.ts";

test("400 mutated sources through the whole compiler: a program or messages for each, never a crash", () => {
  const { compiled, mistakes } = fuzzCompiler(0, 400);
  assert.ok(compiled > 20 && mistakes > 200, `${compiled} compiled, ${mistakes} mistakes`);
});
