import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { costClasses } from "./costs.ts";
import { rows } from "./rows.ts";

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

test("the table of classes, with what belongs to each", () => {
  const lines = [...costClasses].map(([name, { latency, slots, units, alone }]) => {
    const mnemonics = [...new Set(rows.filter(({ cost }) => cost === name).map(({ mnemonic }) => mnemonic))];
    const occupied = units.map(({ pipes, count }) => `${count}×${pipes.toString(2)}`);
    const costs = [`latency ${latency}`, `slots ${slots}`, ...occupied, ...(alone ? ["alone"] : [])];
    return `${name}: ${costs.join(", ")}\n    ${mnemonics.join(" ")}\n`;
  });
  const file = new URL("costs.golden.txt", import.meta.url);
  const text = lines.join("");
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"), "UPDATE_GOLDEN=1 writes the file anew");
});
