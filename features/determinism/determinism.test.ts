/** Equal runs, and snapshots continued elsewhere; `determinism.long.ts` takes more of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSnapshots, endOf } from "./determinism.ts";
import { guests } from "./guests.ts";

const all = guests();

for (const guest of all)
  test(`${guest.name}: two runs end alike, in instructions, cycles and state`, () => {
    assert.deepEqual(endOf(guest), endOf(guest));
  });

test("snapshots taken anywhere end as the uninterrupted run, in a fresh process", () => {
  checkSnapshots(all, 1, 1);
});
