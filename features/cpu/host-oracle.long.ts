/** The host oracle at length: a fixed seed, and one that is new each day; a difference names the seed that shows it. */
import assert from "node:assert/strict";
import test from "node:test";
import { hostUnavailable } from "./host-driver.ts";
import { compareWithHost, describeMismatch } from "./host-oracle.ts";

const skip = hostUnavailable ?? false;
const today = Math.floor(Date.now() / 86_400_000);

for (const seed of [1, today])
  for (const mode of [64, 32, 16] as const)
    for (const length of [1, 4, 16])
      test(`${mode}-bit programs of up to ${length} instructions, seed ${seed}`, { skip }, (context) => {
        const { mismatches, programs, instructions } = compareWithHost({ seed, programs: 5000, mode, length });
        context.diagnostic(`${programs} programs, ${instructions} instructions`);
        assert.equal(mismatches.map(describeMismatch).slice(0, 3).join("\n\n"), "");
      });
