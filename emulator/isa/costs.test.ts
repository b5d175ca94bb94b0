import assert from "node:assert/strict";
import { test } from "node:test";
import { costClasses } from "./costs.ts";
import { rows } from "./table.ts";

test("every row of the table has a cost class with numbers, and every class has rows", () => {
  const used = new Set(rows.map(({ cost }) => cost));
  const missing = [...used].filter((name) => !costClasses.has(name));
  assert.deepEqual(missing, [], "add a line for these to costs.ts");
  assert.deepEqual(
    [...costClasses.keys()].filter((name) => !used.has(name)),
    [],
  );
});

test("only what runs alone is long: the ticks of a run fit into its records", () => {
  for (const [name, { latency, slots, alone }] of costClasses) {
    if (!alone) assert.ok(latency <= 60 && slots / 6 <= 60, name);
  }
});
