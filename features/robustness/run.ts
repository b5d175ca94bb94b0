/**
 * `node features/robustness/run.ts --seed N [--seeds COUNT]`: hostile guests one after another, in this process; for a seed that
 * failed in the long run, and for measuring.
 */
import { parseArgs } from "node:util";
import { Arena } from "./arena.ts";
import { Report } from "./hunt.ts";

const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, seeds: { type: "string", default: "1" } },
});
const [first, count] = [Number(values.seed), Number(values.seeds)];
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) {
  console.error("usage: node features/robustness/run.ts --seed N [--seeds COUNT] (whole numbers)");
  process.exit(2);
}
const arena = new Arena();
const report = new Report();
const began = process.cpuUsage();
for (let seed = first; seed < first + count; seed++) {
  try {
    report.add(arena.run(seed));
  } catch (error) {
    console.error(`seed ${seed}:`, error);
    process.exitCode = 1;
  }
}
const { user, system } = process.cpuUsage(began);
const seconds = (user + system) / 1e6;
console.log(String(report));
console.log(
  `${seconds.toFixed(1)} s of the processor's time: ${(report.instructions / seconds / 1e6).toFixed(2)} million a second`,
);
