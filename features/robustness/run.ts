/**
 * `node features/robustness/run.ts --seed N [--seeds COUNT]`: hostile guests one after another, in this process; for a seed that
 * failed in the long run, and for measuring.
 */
import { parseArgs } from "node:util";
import { Arena } from "./arena.ts";
import { describe, Guests } from "./hunt.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, seeds: { type: "string", default: "1" } },
});
const [first, count] = [Number(values.seed), Number(values.seeds)];
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) {
  console.error("usage: node features/robustness/run.ts --seed N [--seeds COUNT] (whole numbers)");
  process.exit(2);
}
const arena = new Arena();
const guests = new Guests();
const began = performance.now();
for (let seed = first; seed < first + count; seed++) {
  try {
    guests.add(arena.run(seed));
  } catch (error) {
    console.error(`seed ${seed}:`, error);
    process.exitCode = 1;
  }
}
const seconds = (performance.now() - began) / 1000;
console.log(describe(guests.report));
console.log(`${seconds.toFixed(1)} s: ${(guests.report.instructions / seconds / 1e6).toFixed(2)} million a second`);
