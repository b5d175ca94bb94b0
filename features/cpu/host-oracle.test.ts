/** A small sample of random programs on both processors; `npm run test:cpu` runs any number. */
import assert from "node:assert/strict";
import test from "node:test";
import { groups } from "./groups.ts";
import { HostOracle } from "./host-oracle.ts";
import { hostUnavailable } from "./host-processor.ts";

for (const [name, group] of Object.entries(groups))
  test(`random programs of the group ${name}, in all modes, end as on the host's processor`, {
    skip: hostUnavailable ?? false,
  }, async () => {
    const oracle = new HostOracle(group, 1000);
    await oracle.run(0, () => oracle.instructions > 0, 128);
    oracle.close();
    assert.ok(oracle.cases > 700);
    assert.equal(oracle.mismatches.map(({ text }) => text).join("\n\n"), "");
  });
