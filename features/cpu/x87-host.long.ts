/** As x87-host.test.ts, millions of records: `node --test features/cpu/x87-host.long.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hostUnavailable } from "./host-processor.ts";
import { compare, distribution } from "./x87-compare.ts";
import { onCor, onHost, subjects } from "./x87-host.ts";
import { makeRecords } from "./x87-records.ts";

const ROUNDS = 20;

test("every x87 instruction does what the host's processor does, in millions of records", {
  skip: hostUnavailable ?? false,
}, (context) => {
  const totals = new Map<string, number[]>();
  const seed = (Date.now() % 0x7fff_ffff) + 1;
  let records = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const list = subjects([0, 1 + (round % 7)]);
    const each = 700;
    const before = makeRecords(list, each, seed + round);
    const result = compare(list, each, [before, onHost(list, each, before), onCor(list, each, before)]);
    assert.equal(result.mismatches, 0, `seed ${seed + round}:\n${result.shown.join("\n")}`);
    records += result.records;
    for (const [mnemonic, counts] of result.ulps) {
      const known = totals.get(mnemonic);
      totals.set(mnemonic, known === undefined ? [...counts] : known.map((count, i) => count + counts[i]!));
    }
  }
  context.diagnostic(`${records} records, seeds from ${seed}`);
  for (const line of distribution(totals).split("\n")) context.diagnostic(line);
  for (const [mnemonic, counts] of totals)
    assert.ok(
      counts.slice(2).every((count) => count === 0),
      mnemonic,
    );
});
