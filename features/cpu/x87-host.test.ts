import assert from "node:assert/strict";
import { test } from "node:test";
import { hostUnavailable } from "./host-processor.ts";
import { compare, distribution } from "./x87-compare.ts";
import { onCor, onHost, subjects } from "./x87-host.ts";
import { makeRecords } from "./x87-records.ts";

// A sample of what x87-host.long.ts runs.
for (const seed of [20_261_122, (Date.now() % 0x7fff_ffff) + 1])
  test(`every x87 instruction does what the host's processor does (seed ${seed})`, {
    skip: hostUnavailable ?? false,
  }, (context) => {
    const list = subjects();
    const each = 300;
    const records = makeRecords(list, each, seed);
    const result = compare(list, each, [records, onHost(list, each, records), onCor(list, each, records)]);
    context.diagnostic(`${result.records} records`);
    for (const line of distribution(result.ulps).split("\n")) context.diagnostic(line);
    assert.equal(result.mismatches, 0, `seed ${seed}:\n${result.shown.join("\n")}`);
    for (const [mnemonic, counts] of result.ulps)
      assert.equal(
        counts.slice(2).reduce((sum, count) => sum + count, 0),
        0,
        `${mnemonic}: more than one unit in the last place`,
      );
  });
