import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreement } from "./agree.ts";
import { runsHere } from "./native.ts";
import { linux } from "./target.ts";

test("800 random programs do natively what the interpreter says", { skip: runsHere }, () => {
  assert.equal(disagreement(0, 800, {}), null);
});

test("600 optimized random programs do natively what the interpreter says of them unoptimized", {
  skip: runsHere,
}, () => {
  assert.equal(disagreement(10_000, 10_600, { optimized: true }), null);
});

test("300 random programs do the same as position-independent code", { skip: runsHere }, () => {
  const target = { ...linux, model: "pic" } as const;
  assert.equal(disagreement(20_000, 20_300, { target }), null);
});
