/**
 * `npm run test:cpu -- --instructions N --seed S`: random user-mode programs on the host's processor and on ours, in
 * 64-, 32- and 16-bit code, until N instructions have been executed; then how often every row of the table was executed.
 * Exit code 1 if anything differed; the first differences are shown with the programs that made them.
 */
import { parseArgs } from "node:util";
import { rows } from "../../emulator/isa/table.ts";
import { hostUnavailable } from "./host-driver.ts";
import { compareWithHost, describeMismatch, judgedRows, type Mismatch } from "./host-oracle.ts";

const BATCH = 5000;
const SHOWN = 5;

const { values } = parseArgs({
  options: { instructions: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const wanted = Number(values.instructions);
const seed = Number(values.seed);
if (!Number.isSafeInteger(wanted) || wanted <= 0 || !Number.isSafeInteger(seed)) {
  console.error("usage: npm run test:cpu -- --instructions N --seed S (whole numbers)");
  process.exit(2);
}
if (hostUnavailable !== null) {
  console.error(`The host's processor cannot be asked: it ${hostUnavailable}.`);
  process.exit(2);
}

const coverage: number[] = rows.map(() => 0);
const mismatches: Mismatch[] = [];
let programs = 0;
let instructions = 0;
for (let batch = 0; instructions < wanted; batch++) {
  const mode = ([64, 32, 64, 16] as const)[batch % 4]!;
  // Short programs reach each row's edges, long ones what instructions leave for each other.
  const length = [1, 3, 8, 20][(batch >> 2) % 4]!;
  const report = compareWithHost({ seed: seed * 1_000_003 + batch, programs: BATCH, mode, length });
  programs += report.programs;
  instructions += report.instructions;
  mismatches.push(...report.mismatches);
  for (const [id, count] of report.coverage.entries()) coverage[id] = coverage[id]! + (count ?? 0);
  if (process.stderr.isTTY) process.stderr.write(`\r${instructions} instructions, ${mismatches.length} mismatches `);
}
if (process.stderr.isTTY) process.stderr.write("\n");

for (const mismatch of mismatches.slice(0, SHOWN)) console.log(`${describeMismatch(mismatch)}\n`);
const judged = judgedRows();
const rarest = judged.map((row) => ({ row, count: coverage[row.id]! })).sort((x, y) => x.count - y.count);
const seldom = rarest.filter(({ count }) => count < 1000);
console.log(
  `${judged.length} rows can end without a fault in user mode; ${seldom.length} were executed less than 1,000 times`,
);
for (const { row, count } of seldom.slice(0, 40))
  console.log(
    `  ${String(count).padStart(5)}  ${row.mnemonic} ${row.operands.map((o) => o.notation).join(", ")}  (${row.encoding})`,
  );
console.log(`${programs} programs, ${instructions} instructions, ${mismatches.length} mismatches (seed ${seed})`);
process.exitCode = mismatches.length === 0 ? 0 : 1;
