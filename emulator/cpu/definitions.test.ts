import assert from "node:assert/strict";
import { test } from "node:test";
import { rows } from "../isa/table.ts";
import { definitions } from "./definitions.ts";

test("every mnemonic of the instruction table has a definition, and there is no definition without a row", () => {
  const mnemonics = new Set(rows.map((row) => row.mnemonic));
  assert.deepEqual(
    [...mnemonics].filter((mnemonic) => definitions[mnemonic] === undefined),
    [],
  );
  assert.deepEqual(
    Object.keys(definitions).filter((mnemonic) => !mnemonics.has(mnemonic)),
    [],
  );
});
