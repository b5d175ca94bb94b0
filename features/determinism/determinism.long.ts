/** Snapshots at 40 random places of each guest, which are others each day. */
import { test } from "node:test";
import { checkSnapshots } from "./determinism.ts";
import { guests } from "./guests.ts";

const today = Math.floor(Date.now() / 86_400_000);
for (const guest of guests())
  test(`${guest.name}: snapshots continued in a fresh process, seed ${today}`, () =>
    checkSnapshots([guest], 40, today));

test("Cor's boot in exact timing goes on from 25,343,479 cycles, with a disk's interrupt noted and still high", () =>
  checkSnapshots(
    guests().filter(({ name }) => name === "Cor's boot, exact timing"),
    40,
    20779,
  ));
