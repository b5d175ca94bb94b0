import assert from "node:assert/strict";
import { test } from "node:test";
import { lift } from "../cpu/lift.ts";
import { WasmModule } from "../formats/wasm.ts";
import { printWasm } from "../formats/wasm-text.ts";
import { decode } from "../isa/decode.ts";
import type { Mode } from "../isa/instruction.ts";
import { asFunction, endingOf, writeHandler } from "./handler.ts";
import { importInto } from "./imports.ts";

/** The handler of an instruction's shape as text, one line: instructions separated by spaces. */
function handler(mode: Mode, hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  const instruction = decode(bytes, 0, bytes.length, mode);
  if (typeof instruction === "string") throw new Error(instruction);
  const module = new WasmModule();
  const shared = importInto(module);
  module.func("handler", ["i32"], ["i32"], (code, op) =>
    writeHandler(asFunction(code, op!, shared), instruction, lift(instruction), () => 0),
  );
  const text = printWasm(module.encode({ names: true }));
  return text
    .slice(text.indexOf("(func $handler"))
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .join(" | ");
}

test("the handler of MOV r32, r32: the upper half is cleared", () => {
  assert.equal(
    handler(64, "89d8"),
    "local.get 0 | i32.load16_u offset=0x4 | local.get 0 | i32.load16_u offset=0x6 | i32.load | i64.extend_i32_u | " +
      "i64.store | local.get 0 | i32.const 32 | i32.add)) | ",
  );
});

test("the handler of TEST r8, r8: three words for six flags", () => {
  assert.equal(
    handler(64, "84c8"),
    "i32.const 0 | local.get 0 | i32.load16_u offset=0x4 | i32.load8_u | local.get 0 | i32.load16_u offset=0x6 | " +
      "i32.load8_u | i32.and | i32.extend8_s | i64.extend_i32_s | i64.store offset=0x90 | i32.const 0 | i64.const 0 | " +
      "i64.store offset=0x98 | i32.const 0 | i32.const 0 | i32.store offset=0xa0 | local.get 0 | i32.const 32 | i32.add)) | ",
  );
});

test("how instructions end their runs", () => {
  const ending = (hex: string) => {
    const bytes = Buffer.from(hex, "hex");
    const instruction = decode(bytes, 0, bytes.length, 64);
    if (typeof instruction === "string") throw new Error(instruction);
    return endingOf(lift(instruction));
  };
  assert.equal(ending("4801c8"), "none");
  assert.equal(ending("7405"), "itself");
  assert.equal(ending("c3"), "itself");
  assert.equal(ending("0f0b"), "itself");
  assert.equal(ending("fb"), "itself");
  assert.equal(ending("f3a4"), "tail");
});
