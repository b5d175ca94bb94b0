/**
 * START HERE: `npm run bench [-- --rounds N] [NAME…]` runs Cor and its neighbours side by side and prints what came out.
 *
 * A single measurement on a busy machine says little, so every benchmark is a list of contestants that take turns, N
 * rounds long, and what is printed is medians and the ratio between them: whatever slows the machine down for a while
 * slows all of them.
 */
import { parseArgs } from "node:util";
import { boot } from "./boot.ts";
import { compare } from "./compare.ts";
import { edit } from "./edit.ts";
import { growth } from "./growth.ts";
import { shell } from "./shell.ts";
import { race, suites } from "./workloads.ts";

/** Benchmarks by name; each workload can be named alone, those of 32-bit code as "32:sieve". */
const benchmarks = [
  "boot",
  "edit",
  "growth",
  "shell",
  ...suites.flatMap(({ name, prefix, workloads }) => [name, ...workloads.map((w) => prefix + w)]),
];

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "7" } },
  allowPositionals: true,
  strict: false,
});
const rounds = Number(values.rounds);
const unknown =
  Object.keys(values)
    .filter((name) => name !== "rounds")
    .map((name) => `--${name}`)[0] ?? positionals.find((name) => !benchmarks.includes(name));
if (!Number.isInteger(rounds) || rounds < 1 || unknown !== undefined) {
  process.stderr.write(
    `bench: ${unknown ?? `--rounds ${values.rounds}`}: give --rounds N and some of ${benchmarks.join(", ")}\n`,
  );
  process.exit(2);
}
const all = positionals.length === 0;
if (all || positionals.includes("boot")) await compare(boot, rounds);
if (all || positionals.includes("edit")) await compare(edit, rounds);
if (all || positionals.includes("shell")) await compare(shell, rounds);
if (all || positionals.includes("growth")) await growth(Math.min(rounds, 3));
for (const suite of suites) {
  const whole = all || positionals.includes(suite.name);
  const chosen = suite.workloads.filter((name) => whole || positionals.includes(suite.prefix + name));
  if (chosen.length > 0) await race(suite, chosen, rounds);
}
