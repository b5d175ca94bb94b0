/** Snapshots at 40 random places of each guest, which are others each day. */
import { test } from "node:test";
import { checkSnapshots } from "./determinism.ts";
import { guests } from "./guests.ts";

const today = Math.floor(Date.now() / 86_400_000);
for (const guest of guests())
  test(`${guest.name}: snapshots continued in a fresh process, seed ${today}`, () =>
    checkSnapshots([guest], 40, today));
