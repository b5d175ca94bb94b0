/** A small sample of random programs on both processors; `npm run test:cpu` runs any number. */
import assert from "node:assert/strict";
import test from "node:test";
import { hostUnavailable } from "./host-driver.ts";
import { compareWithHost, describeMismatch } from "./host-oracle.ts";

const skip = hostUnavailable ?? false;

for (const mode of [64, 32, 16] as const)
  for (const length of [1, 6])
    test(`${mode}-bit programs of up to ${length} instructions end as on the host's processor`, { skip }, () => {
      const { mismatches, instructions } = compareWithHost({
        seed: 1000 + mode + length,
        programs: 1000,
        mode,
        length,
      });
      assert.ok(instructions > 500);
      assert.equal(mismatches.map(describeMismatch).slice(0, 3).join("\n\n"), "");
    });
