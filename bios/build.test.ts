import assert from "node:assert/strict";
import { test } from "node:test";
import { buildBios } from "./build.ts";

test("two builds give the same 64 KiB, which begin where the processor does", () => {
  const rom = buildBios();
  assert.equal(rom.length, 0x1_0000);
  assert.deepEqual(buildBios(), rom);
  assert.equal(rom[0xfff0], 0xea, "a far jump at the reset vector");
  assert.equal(rom[0xfffe], 0xfc, "the byte that says AT");
});
