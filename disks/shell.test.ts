/** The shell beside dash: random scripts, and cases that were wrong once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hostPrograms, lacksTools, runCases } from "./testing/host-programs.ts";
import { ScriptMaker } from "./testing/random-shell.ts";

const skip = lacksTools("dash", "bash");

/** Runs each script in both shells; the scripts about which they do not agree. */
export function disagreements(scripts: readonly string[]): string[] {
  const files = new Map(scripts.map((script, k) => [`s${k}`, script]));
  const cases = scripts.map((_, k) => ({ command: `rm -f $(ls | grep -v '^s${k}$'); timeout 20 $Tsh s${k}` }));
  const ours = runCases(cases, `${hostPrograms()}/bin/`, files);
  const theirs = runCases(cases, "da", files);
  return scripts.flatMap((script, k) => {
    const [x, y] = [ours[k]!, theirs[k]!];
    if (x.stdout === y.stdout && x.status === y.status) return [];
    return [`${script}--- sh, ${x.status}:\n${x.stdout}--- dash, ${y.status}:\n${y.stdout}`];
  });
}

test("random scripts do in sh what they do in dash", { skip }, () => {
  const found = disagreements(Array.from({ length: 150 }, (_, k) => new ScriptMaker(k + 1).script()));
  assert.deepEqual(found, []);
});
