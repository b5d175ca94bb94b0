import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreement } from "./agree.ts";
import { runsHere } from "./native.ts";

test("1,500 random programs of integers do natively what the interpreter says", { skip: runsHere }, () => {
  assert.equal(disagreement(0, 1500, { floats: false }), null);
});

test("1,000 optimized random programs do natively what the interpreter says of them unoptimized", {
  skip: runsHere,
}, () => {
  assert.equal(disagreement(10_000, 11_000, { floats: false, optimized: true }), null);
});
