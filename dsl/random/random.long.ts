import assert from "node:assert/strict";
import { test } from "node:test";
import { agreement } from "./agree.ts";

test("20,000 random programs do the same in the interpreter, after passes, as WebAssembly and on this machine", () => {
  const { ran, problem } = agreement(100_000, 120_000);
  assert.equal(problem, null);
  assert.ok(ran > 19_000, `${ran} ran`);
});
