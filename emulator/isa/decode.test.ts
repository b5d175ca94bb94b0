import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "./decode.ts";
import type { Mode } from "./instruction.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));
const outcome = (mode: Mode, hex: string) => {
  const code = bytes(hex);
  const result = decode(code, 0, code.length, mode);
  return typeof result === "string" ? result : `${result.row.mnemonic} ${result.length}`;
};

test("bytes that are missing are told from bytes that are too many", () => {
  assert.equal(outcome(64, ""), "incomplete");
  assert.equal(outcome(64, "66"), "incomplete");
  assert.equal(outcome(64, "48"), "incomplete");
  assert.equal(outcome(64, "0f"), "incomplete");
  assert.equal(outcome(64, "0f38"), "incomplete");
  assert.equal(outcome(64, "8b"), "incomplete");
  assert.equal(outcome(64, "8b84"), "incomplete");
  assert.equal(outcome(64, "8b8400000000"), "incomplete");
  assert.equal(outcome(64, "8b840000000000"), "mov 7");
  assert.equal(outcome(64, "c4e260"), "incomplete");
  assert.equal(outcome(64, "c4e260f2"), "incomplete");
  assert.equal(outcome(32, "c4"), "incomplete");
  assert.equal(outcome(64, "66666666666666666666666666666666"), "too-long");
  assert.equal(outcome(64, "666666666666666666666666666666"), "too-long");
  assert.equal(outcome(64, "6666666666666666666666666666"), "incomplete");
  assert.equal(outcome(64, "6666666666666666666666666690"), "nop 14");
  assert.equal(outcome(64, "666666666666666666666666666690"), "nop 15");
  assert.equal(outcome(64, "66666666666666666666666666666690"), "too-long");
  assert.equal(outcome(64, "2e2e2e2e2e2e2e2e2e2e2e8b840000000000"), "too-long");
});

test("an offset and an end inside a larger array are respected", () => {
  const code = bytes("90909005000000009090");
  const result = decode(code, 3, code.length, 32);
  assert.ok(typeof result !== "string");
  assert.deepEqual([result.row.mnemonic, result.length], ["add", 5]);
  assert.equal(decode(code, 3, 7, 32), "incomplete");
});

test("LOCK is refused unless the instruction allows it and writes memory", () => {
  assert.equal(outcome(64, "f00108"), "add 3");
  assert.equal(outcome(64, "f001c8"), "undefined");
  assert.equal(outcome(64, "f00308"), "undefined");
  assert.equal(outcome(64, "f03908"), "undefined");
  assert.equal(outcome(64, "f090"), "undefined");
  assert.equal(outcome(64, "f00fc7f0"), "undefined");
  assert.equal(outcome(64, "f00fc709"), "cmpxchg8b 4");
});

test("REX counts directly before the opcode only", () => {
  assert.equal(outcome(64, "4889c8"), "mov 3");
  const wide = decode(bytes("4889c8"), 0, 3, 64);
  const cancelled = decode(bytes("486689c8"), 0, 4, 64);
  assert.ok(typeof wide !== "string" && typeof cancelled !== "string");
  assert.deepEqual([wide.operandSize, cancelled.operandSize], [64, 16]);
});

test("VEX is refused after 66, F2, F3, LOCK and REX, and with an unused vvvv that is not 1111b", () => {
  assert.equal(outcome(64, "c4e260f2c1"), "andn 5");
  assert.equal(outcome(64, "64c4e260f201"), "andn 6");
  for (const prefix of ["66", "f2", "f3", "f0", "48"]) assert.equal(outcome(64, `${prefix}c4e260f2c1`), "undefined");
  assert.equal(outcome(64, "c4e264f2c1"), "undefined");
  assert.equal(outcome(64, "c4e37bf0c203"), "rorx 6");
  assert.equal(outcome(64, "c4e373f0c203"), "undefined");
});

test("C4, C5 and 62 are LES, LDS and BOUND outside 64-bit mode with memory operands", () => {
  assert.equal(outcome(32, "c400"), "les 2");
  assert.equal(outcome(16, "c500"), "lds 2");
  assert.equal(outcome(32, "6200"), "bound 2");
  assert.equal(outcome(32, "62c0"), "undefined");
  assert.equal(outcome(64, "6200"), "undefined");
  assert.equal(outcome(32, "c4e260f2c1"), "andn 5");
});

test("registers that do not exist are refused", () => {
  assert.equal(outcome(64, "0f20c0"), "mov 3");
  assert.equal(outcome(64, "0f20c8"), "undefined");
  assert.equal(outcome(64, "440f20c0"), "mov 4");
  assert.equal(outcome(64, "440f20c8"), "undefined");
  assert.equal(outcome(64, "440f21c0"), "undefined");
  assert.equal(outcome(64, "8ec8"), "undefined");
  assert.equal(outcome(64, "8ef0"), "undefined");
  assert.equal(outcome(64, "8cf0"), "undefined");
});

test("the segment in force: the last override wins, 64-bit mode knows FS and GS only", () => {
  const segment = (mode: Mode, hex: string) => {
    const code = bytes(hex);
    const result = decode(code, 0, code.length, mode);
    assert.ok(typeof result !== "string");
    const operand = result.operands[1];
    assert.ok(operand?.kind === "memory");
    return [result.segmentOverride, operand.segment];
  };
  assert.deepEqual(segment(32, "8b00"), [-1, 3]);
  assert.deepEqual(segment(32, "8b4500"), [-1, 2]);
  assert.deepEqual(segment(32, "26648b00"), [4, 4]);
  assert.deepEqual(segment(32, "64268b00"), [0, 0]);
  assert.deepEqual(segment(64, "64268b00"), [4, 4]);
  assert.deepEqual(segment(64, "268b4500"), [-1, 2]);
  assert.deepEqual(segment(16, "8b02"), [-1, 2]);
});
