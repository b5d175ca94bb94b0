/**
 * `npm run test:cpu -- --instructions N --seed S`: random user-mode programs on the host's processor and on ours, in
 * 64-, 32- and 16-bit code, until N instructions have been executed; then how often every row of the table was executed.
 * `--case K` runs one case again and shows it. Where the host's processor cannot be asked, or with `--recorded`, recorded
 * outcomes of a real one are compared with instead; `--record` makes them anew. `--tier translator`: everything is translated.
 *
 * Exit code 1 if anything differed, or if a run of FULL_RUN instructions or more did not execute every row often enough, or
 * left out too many cases for one reason.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { tiers } from "../../emulator/translator/tiers.ts";
import { hostFlags } from "./eligible.ts";
import { type Group, groups } from "./groups.ts";
import { HostOracle } from "./host-oracle.ts";
import { hostUnavailable } from "./host-processor.ts";
import { measureApproximations, measureTranscendentals } from "./measured.ts";
import { record, replay } from "./recorded.ts";
import { reportCoverage, reportLeftOut, TARGET } from "./report.ts";

/** From here on a run is held to its coverage. */
const FULL_RUN = 20_000_000;
const SHOWN = 20;
const USAGE =
  "npm run test:cpu -- [--instructions N] [--seed S] [--case K] [--group NAME] [--tier TIER] [--recorded | --record]";
/** Some half a megabyte. */
const RECORDED_PROGRAMS = 2000;

function refuse(message: string): never {
  console.error(`test:cpu: ${message}; usage: ${USAGE}`);
  process.exit(2);
}

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean", default: false } as const;
    const options = {
      instructions: text,
      seed: text,
      case: text,
      group: text,
      tier: text,
      recorded: flag,
      record: flag,
    };
    return parseArgs({ options });
  } catch (error) {
    return refuse((error as Error).message.split(".")[0]!);
  }
}

const { values } = readOptions();

function whole(name: "instructions" | "seed" | "case", otherwise: number, least: number): number {
  const text = values[name];
  if (text === undefined) return otherwise;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) refuse(`--${name} wants a whole number from ${least} on`);
  return value;
}

const wanted = whole("instructions", 1_000_000, 1);
const seed = whole("seed", 1, 0);
const single = whole("case", -1, 0);
const name = values.group ?? "integer";
const tier = tiers.find((one) => one === (values.tier ?? "interpreter"));
if (tier === undefined) refuse(`there is no tier ${values.tier}, only ${tiers.join(", ")}`);
const group: Group = groups[name] ?? refuse(`there is no group ${name}, only ${Object.keys(groups).join(", ")}`);
if (values.recorded || (hostUnavailable !== null && single < 0 && !values.record)) {
  if (hostUnavailable !== null)
    console.error(`This processor ${hostUnavailable}: recorded outcomes are compared with.`);
  const { cases, mismatches } = replay(groups.integer!);
  for (const text of mismatches.slice(0, SHOWN)) console.log(`${text}\n`);
  console.log(`${cases} recorded cases, ${mismatches.length} mismatches`);
  process.exit(mismatches.length === 0 ? 0 : 1);
}
if (hostUnavailable !== null) refuse(`this processor ${hostUnavailable}`);
if (values.record) {
  const model = /^model name\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "an unnamed processor";
  await record(groups.integer!, seed, RECORDED_PROGRAMS, model);
  process.exit(0);
}

const again = (number: number) =>
  `npm run test:cpu -- --seed ${seed} --case ${number}${name === "integer" ? "" : ` --group ${name}`}`;

const oracle = new HostOracle(group, seed, tier);
if (single >= 0) {
  console.log(await oracle.single(single));
  oracle.close();
  process.exit(oracle.mismatches.length === 0 ? 0 : 1);
}

const started = performance.now();
let told = 0;
/** The first mismatches as they are found. */
const tell = () => {
  for (; told < Math.min(oracle.mismatches.length, SHOWN); told++) {
    const { case: number, text } = oracle.mismatches[told]!;
    console.log(`${text}\n  again: ${again(number)}\n`);
  }
};
const progress = () => {
  const seconds = (performance.now() - started) / 1000;
  const rate = ((seconds * 1e6) / Math.max(oracle.instructions, 1)).toFixed(1);
  process.stderr.write(
    `\r${(oracle.instructions / 1e6).toFixed(1)} M instructions, ${oracle.mismatches.length} mismatches, ${rate} µs each `,
  );
};
await oracle.run(0, () => {
  tell();
  progress();
  return oracle.instructions >= wanted;
});
progress();
process.stderr.write("\n");
tell();
oracle.close();

const { cases, instructions, mismatches, coverage } = oracle;
const measurements = name === "vectors" ? [measureTranscendentals(seed), measureApproximations()] : [];
for (const { executed } of measurements) for (const [row, count] of executed) coverage.executed[row.id]! += count;
const { lines, missing } = reportCoverage(group, coverage, hostFlags());
const { lines: reasons, greedy } = reportLeftOut(cases, oracle.leftOut, oracle.endless);
const measured = measurements.flatMap((measurement) => [
  ...measurement.lines,
  ...measurement.mismatches.map((text) => `  MISMATCH ${text}`),
]);
for (const line of [...lines, ...reasons, ...measured]) console.log(line);
for (const number of oracle.interrupted)
  console.log(`case ${number}: an interrupt of the host's changed a null selector; asked again, it agrees`);
const wrong = mismatches.length + measurements.reduce((sum, measurement) => sum + measurement.mismatches.length, 0);
console.log(`${cases} cases, ${instructions} instructions, ${wrong} mismatches (seed ${seed})`);
const full = wanted >= FULL_RUN;
if (full && missing > 0) console.log(`${missing} rows were not executed ${TARGET} times`);
if (full && greedy > 0) console.log(`${greedy} reasons left out more cases than they may`);
process.exitCode = wrong > 0 || (full && (missing > 0 || greedy > 0)) ? 1 : 0;
