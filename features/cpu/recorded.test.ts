/** A part of the recorded outcomes of a real processor, which any host can compare with; all: `npm run test:cpu -- --recorded`. */
import assert from "node:assert/strict";
import test from "node:test";
import { groups } from "./groups.ts";
import { replay } from "./recorded.ts";

test("recorded programs end as they did on a real processor", (context) => {
  const { cases, mismatches } = replay(groups.integer!, 4);
  context.diagnostic(`${cases} cases`);
  assert.ok(cases > 5000);
  assert.equal(mismatches.slice(0, 3).join("\n\n"), "");
});
