import assert from "node:assert/strict";
import { test } from "node:test";
import { rows } from "../isa/table.ts";
import { defaultModel, supports } from "./cpuid.ts";
import { definitions } from "./definitions.ts";

test("every mnemonic that the processor understands has a definition, and there is no definition without a row", () => {
  const mnemonics = new Set(rows.map((row) => row.mnemonic));
  const understood = new Set(rows.filter((row) => supports(defaultModel, row)).map((row) => row.mnemonic));
  assert.deepEqual(
    [...understood].filter((mnemonic) => definitions[mnemonic] === undefined),
    [],
  );
  assert.deepEqual(
    Object.keys(definitions).filter((mnemonic) => !mnemonics.has(mnemonic)),
    [],
  );
});
