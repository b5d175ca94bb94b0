/** 6,000 guests that do anything to every device; others each day. A failure names the seed. */
import { test } from "node:test";
import { DeviceArena } from "./devices.ts";

const SEEDS = 6000;
const OPERATIONS = 2000;

test(`${SEEDS} guests do ${OPERATIONS} things each to devices`, (context) => {
  const arena = new DeviceArena();
  const first = Math.floor(Date.now() / 86_400_000) * SEEDS;
  for (let seed = first; seed < first + SEEDS; seed++)
    try {
      arena.run(seed, OPERATIONS);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  context.diagnostic(`seeds ${first} to ${first + SEEDS - 1}`);
});
