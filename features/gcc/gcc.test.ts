/**
 * Programs that gcc compiled compute in a bare machine what they compute natively, and in every tier by as many instructions and cycles. Each
 * file at one level; all of them: gcc.long.ts.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { missing } from "../../dsl/out/oracle.ts";
import { runsHere } from "../../dsl/x64/native.ts";
import { compileSource, differences, kernel, lacks, levelNames, native, onCor, sources } from "./programs.ts";

const skip = runsHere || missing("gcc", "od");

test("programs compiled by gcc compute the same as on the host's processor", { skip }, (context) => {
  const chosen = sources.map((source, i) => [source, levelNames[(i + 2) % levelNames.length]!] as const);
  const possible = chosen.filter(([source, level]) => lacks(source, level).length === 0);
  assert.ok(possible.length > 0);
  const compiled = possible.map(([source, level]) => compileSource(source, level, 1));
  const image = kernel(compiled);
  const interpreted = onCor(image, "interpreter");
  const { results, instructions } = interpreted;
  assert.deepEqual(differences(compiled, native(compiled), results), []);
  assert.deepEqual(onCor(image, "translator"), interpreted);
  for (const [source, level] of chosen) {
    const flags = lacks(source, level);
    if (flags.length > 0)
      context.diagnostic(`${source} at ${level} left out: the host's processor lacks ${flags.join(", ")}`);
  }
  assert.ok(!results.includes("0".repeat(16)), "a published answer was missed");
  context.diagnostic(`${results.length} programs, ${instructions} instructions`);
});
