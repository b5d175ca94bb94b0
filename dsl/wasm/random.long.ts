import assert from "node:assert/strict";
import { test } from "node:test";
import { optimize } from "../ir/optimize.ts";
import { randomProgram } from "../ir/random.ts";
import { shownByInterpreter } from "../ir/shown.ts";
import { shownByWasm } from "./shown.ts";

test("20,000 random programs show the same as WebAssembly, as they are and optimized", () => {
  for (let seed = 30_000; seed < 50_000; seed++) {
    const program = randomProgram(seed);
    const argument = BigInt(seed);
    const expected = shownByInterpreter(program, argument).text;
    if (expected === "steps") continue;
    assert.equal(shownByWasm(program, argument), expected, `seed ${seed}`);
    optimize(program);
    assert.equal(shownByWasm(program, argument), expected, `seed ${seed}, optimized`);
  }
});
