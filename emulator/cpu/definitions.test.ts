import assert from "node:assert/strict";
import { test } from "node:test";
import { rows } from "../isa/rows.ts";
import { defaultModel, supports } from "./cpuid.ts";
import { definitionOf, definitions, vectorDefinitions } from "./definitions.ts";

test("every mnemonic that the processor understands has a definition, and there is no definition without a row", () => {
  const understood = rows.filter((row) => supports(defaultModel, row));
  assert.deepEqual(
    [...new Set(understood.filter((row) => definitionOf(row) === undefined).map((row) => row.mnemonic))],
    [],
  );
  for (const [all, isVector] of [
    [definitions, false],
    [vectorDefinitions(), true],
  ] as const) {
    const mnemonics = new Set(rows.filter((row) => (row.vector !== null) === isVector).map((row) => row.mnemonic));
    assert.deepEqual(
      Object.keys(all).filter((mnemonic) => !mnemonics.has(mnemonic)),
      [],
    );
  }
});
