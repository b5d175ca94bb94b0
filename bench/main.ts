/**
 * START HERE: `npm run bench [-- --rounds N] [NAME…]` runs Cor and its neighbours side by side and prints what came out.
 *
 * A single measurement on a busy machine says little, so every benchmark is a list of contestants that take turns, N
 * rounds long, and what is printed is medians and the ratio between them: whatever slows the machine down for a while
 * slows all of them.
 */
import { parseArgs } from "node:util";
import { boot } from "./boot.ts";
import { type Benchmark, compare } from "./compare.ts";

const benchmarks: readonly Benchmark[] = [boot];

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "7" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const unknown = positionals.find((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (!Number.isInteger(rounds) || rounds < 1 || unknown !== undefined) {
  const names = benchmarks.map((benchmark) => benchmark.name).join(", ");
  process.stderr.write(`bench: ${unknown ?? `--rounds ${values.rounds}`}: give --rounds N and some of ${names}\n`);
  process.exit(2);
}
for (const benchmark of benchmarks) {
  if (positionals.length === 0 || positionals.includes(benchmark.name)) await compare(benchmark, rounds);
}
