/** The coverage report: every row that user mode can execute, how often it was, and why some were not. */
import { defaultModel, supports } from "../../emulator/cpu/cpuid.ts";
import type { Row } from "../../emulator/isa/instruction.ts";
import { rows } from "../../emulator/isa/rows.ts";
import { notOnHost } from "./eligible.ts";
import type { Group } from "./groups.ts";
import type { Coverage } from "./host-oracle.ts";
import { type LeftOut, leftOut, type Reason } from "./left-out.ts";
import { byRule } from "./rules.ts";

/** What a run must reach for every row of user mode. */
export const TARGET = 1000;

const rowText = (row: Row): string =>
  `${row.mnemonic} ${row.operands.map((spec) => spec.notation).join(", ")}`.trimEnd().concat(`  (${row.encoding})`);

/** Why a row that user mode may execute need not be, or null. */
function excuse(row: Row, flags: ReadonlySet<string>): string | null {
  if (!supports(defaultModel, row) && !row.elseBase) return `the model has no ${row.feature}`;
  if (row.mnemonic === "rsm") return "#UD outside system management mode, always";
  return notOnHost(row, flags);
}

export interface CoverageReport {
  readonly lines: readonly string[];
  /** Rows below the target without an excuse. */
  readonly missing: number;
}

/** `flags`: the host's. */
export function reportCoverage(group: Group, coverage: Coverage, flags: ReadonlySet<string>): CoverageReport {
  const lines: string[] = [];
  const user = rows.filter((row) => group.has(row) && row.privilege === 3);
  let missing = 0;
  let excused = 0;
  let ruled = 0;
  for (const row of user) {
    const count = coverage.executed[row.id]!;
    if (byRule.has(row.mnemonic)) ruled++;
    if (count >= TARGET) continue;
    const why = excuse(row, flags);
    if (why === null) missing++;
    else excused++;
    lines.push(`  ${String(count).padStart(5)}  ${rowText(row)}${why === null ? "" : `: ${why}`}`);
  }
  const least = Math.min(...user.filter((row) => excuse(row, flags) === null).map((row) => coverage.executed[row.id]!));
  return {
    lines: [
      `${user.length} rows of user mode, ${ruled} of them judged by rule; ${missing} were executed less than ${TARGET} times` +
        ` (the seldomest ${least}), ${excused} cannot be compared here:`,
      ...lines,
    ],
    missing,
  };
}

/** No reason may take more of the cases than this. Gathers that fault take 0.021: gathers are tried ten times as often as other rows. */
const MOST_LEFT_OUT = 0.03;

/** How many cases were not compared, and why; `greedy`: the reasons that took more than their share. */
export function reportLeftOut(
  compared: number,
  counts: LeftOut,
  endless: number,
): { lines: readonly string[]; greedy: number } {
  const entries = (Object.entries(counts) as [Reason, number][])
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a);
  const thrown = entries.reduce((sum, [, count]) => sum + count, 0);
  const all = compared + thrown + endless;
  const share = (count: number) => `${((100 * count) / all).toFixed(3)} %`;
  return {
    lines: [
      `${all} cases made: ${compared} compared, ${endless} without an end (${share(endless)}), ${thrown} left out (${share(thrown)}):`,
      ...entries.map(([reason, count]) => `  ${String(count).padStart(6)}  ${share(count)}  ${leftOut[reason]}`),
    ],
    greedy: entries.filter(([, count]) => count > MOST_LEFT_OUT * all).length,
  };
}
