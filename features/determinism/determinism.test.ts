/** Equal runs, and snapshots continued elsewhere; `determinism.long.ts` takes more of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSnapshots, endOf } from "./determinism.ts";
import { guests } from "./guests.ts";

const all = guests();

for (const guest of all)
  test(`${guest.name}: all tiers, and two runs of one, end alike, in instructions, cycles and state`, () => {
    const end = endOf(guest, "auto");
    for (const tier of ["auto", "interpreter", "translator"] as const) assert.deepEqual(endOf(guest, tier), end, tier);
  });

test("snapshots taken anywhere end as the uninterrupted run, in a fresh process", () => {
  checkSnapshots(all, 1, 1);
});
