import assert from "node:assert/strict";
import { test } from "node:test";
import { packFlags, unpackFlags } from "./flags.ts";
import { STATE_SIZE, STATUS_FLAGS, StateView } from "./state.ts";

test("every combination of the status flags can be represented", () => {
  const state = new StateView(new ArrayBuffer(STATE_SIZE));
  for (let flags = 0; flags < 0x1000; flags++) {
    if ((flags & ~STATUS_FLAGS) !== 0) continue;
    unpackFlags(state, flags | 0x202);
    assert.equal(packFlags(state), flags | 0x202);
  }
});

test("the carry vector of every 8-bit addition and subtraction gives CF and OF, the result the rest", () => {
  const state = new StateView(new ArrayBuffer(STATE_SIZE));
  state.set32("flagsOther", 2);
  const parity = (byte: number) => ([...byte.toString(2)].filter((bit) => bit === "1").length % 2 === 0 ? 4 : 0);
  const check = (x: number, y: number, carry: number, subtract: boolean) => {
    const wide = subtract ? x - y - carry : x + y + carry;
    const result = wide & 0xff;
    const signed = ((x << 24) >> 24) + (subtract ? -1 : 1) * (((y << 24) >> 24) + carry);
    const carries = subtract ? (~x & y) | ((~x | y) & result) : (x & y) | ((x | y) & ~result);
    state.set64("flagResult", BigInt.asUintN(64, BigInt((result << 24) >> 24)));
    state.set64("flagCarries", BigInt(carries & 0xff) << 56n);
    state.set32("flagAux", (x ^ y ^ result) & 0x10);
    const low = subtract ? (x & 15) - (y & 15) - carry < 0 : (x & 15) + (y & 15) + carry > 15;
    const expected =
      2 |
      (wide !== result ? 1 : 0) |
      parity(result) |
      (low ? 0x10 : 0) |
      (result === 0 ? 0x40 : 0) |
      (result & 0x80) |
      (signed < -128 || signed > 127 ? 0x800 : 0);
    assert.equal(packFlags(state), expected, `${x} ${subtract ? "-" : "+"} ${y}, ${carry}`);
  };
  for (let x = 0; x < 256; x += 3)
    for (let y = 0; y < 256; y++)
      for (const carry of [0, 1]) {
        check(x, y, carry, false);
        check(x, y, carry, true);
      }
});
