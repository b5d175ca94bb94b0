/**
 * 20,000 random programs, in parts: a run that was interrupted, or went wrong, goes on with
 * `--test-name-pattern="from 1(07|08)"`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { agreement } from "./agree.ts";

const FIRST = 100_000;
const PART = 1000;

for (let from = FIRST; from < FIRST + 20_000; from += PART)
  test(`${PART} random programs from ${from} on do the same before and after every pass, as WebAssembly and on this machine`, () => {
    const { ran, problem } = agreement(from, from + PART);
    assert.equal(problem, null);
    assert.ok(ran > 0.95 * PART, `${ran} ran`);
  });
