/**
 * 10⁹ instructions of work with 100 power cuts at random instructions and 100 more in the middle of writing. Others each day;
 * `SEED=n node --test features/endurance/power-cuts.long.ts` is one of them again.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutJudges } from "./judges.ts";
import { type CutResult, cutPower } from "./power-cuts.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Date.now() / 86_400_000));

const say = ({ broken: _, ...numbers }: CutResult): string => JSON.stringify(numbers);

test(`100 power cuts, and 100 while something is written, seed ${seed}: e2fsck repairs, and nothing that was synced is lost`, {
  skip: withoutJudges,
}, async (context) => {
  const result = await cutPower({ seed, instructions: 1e9, atInstructions: 100, atWrites: 100, bootEvery: 10 });
  context.diagnostic(say(result));
  assert.deepEqual(result.broken, []);
  assert.ok(result.cuts >= 195 && result.unflushed >= 60 && result.promises >= 1000, say(result));
});

test("a drive that says it has flushed and has not is found out", { skip: withoutJudges }, async (context) => {
  const lies = { seed, instructions: 1e8, atInstructions: 10, atWrites: 10, bootEvery: 1000, lies: true };
  const result = await cutPower(lies).catch((error: Error) => ({ broken: [error.message] }));
  context.diagnostic(result.broken.slice(0, 3).join("; ").slice(0, 500));
  assert.notEqual(result.broken.length, 0);
});
