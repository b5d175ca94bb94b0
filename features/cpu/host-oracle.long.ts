/** The host oracle at length: a fixed seed, and one that is new each day; a difference names the seed that shows it. */
import assert from "node:assert/strict";
import test from "node:test";
import { groups } from "./groups.ts";
import { HostOracle } from "./host-oracle.ts";
import { hostUnavailable } from "./host-processor.ts";

const skip = hostUnavailable ?? false;
const today = Math.floor(Date.now() / 86_400_000);

for (const [name, group] of Object.entries(groups))
  for (const seed of [1, today])
    test(`random programs of the group ${name}, seed ${seed}`, { skip }, async (context) => {
      const oracle = new HostOracle(group, seed);
      await oracle.run(0, () => oracle.instructions >= 2_000_000);
      oracle.close();
      context.diagnostic(`${oracle.cases} cases, ${oracle.instructions} instructions`);
      const again = (number: number) => `--group ${name} --seed ${seed} --case ${number}`;
      const told = oracle.mismatches.map(({ case: number, text }) => `${again(number)}\n${text}`);
      assert.equal(told.slice(0, 3).join("\n\n"), "");
    });
