/** In parts: a run that was interrupted goes on with `--test-name-pattern="from 1(07|08)"`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzCompiler } from "./fuzz.ts";

const FIRST = 1_000_000;
const PART = 10_000;

for (let from = FIRST; from < FIRST + 100_000; from += PART)
  test(`${PART} mutated sources from ${from} on through the whole compiler: a program or messages for each`, () => {
    const { compiled, mistakes } = fuzzCompiler(from, from + PART);
    assert.ok(compiled > PART / 100 && mistakes > PART / 2, `${compiled} compiled, ${mistakes} mistakes`);
  });
