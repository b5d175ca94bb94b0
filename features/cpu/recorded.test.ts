/** The recorded outcomes of a real processor, which any host can compare with. */
import assert from "node:assert/strict";
import test from "node:test";
import { groups } from "./groups.ts";
import { replay } from "./recorded.ts";

test("recorded programs end as they did on a real processor", (context) => {
  const { cases, mismatches } = replay(groups.integer!);
  context.diagnostic(`${cases} cases`);
  assert.ok(cases > 10_000);
  assert.equal(mismatches.slice(0, 3).join("\n\n"), "");
});
