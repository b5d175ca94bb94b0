/** Code that runs from ROM, copies itself into the RAM behind, and goes on there: what a PC's firmware does first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CS, DS } from "../isa/instruction.ts";
import { Shadow } from "../memory.ts";
import { board, real } from "./board.ts";

const RAX = 0;
const CODE = 0xc_0000;

test("a processor's writes go through ROM into the RAM behind it, and code is seen anew when that is shown", () => {
  const b = board();
  real(b);
  // mov ax,1; mov byte [2000h],77h; inc word [1]; hlt
  b.memory.plugRom(CODE, Uint8Array.of(0xb8, 1, 0, 0xc6, 0x06, 0x00, 0x20, 0x77, 0xff, 0x06, 0x01, 0x00, 0xf4));
  const run = () => {
    b.cpu.state.set32("activity", 0);
    for (const segment of [CS, DS]) b.cpu.state.set64("segmentBase", BigInt(CODE), segment);
    b.cpu.modeChanged();
    b.cpu.state.set64("rip", 0n);
    assert.equal(b.cpu.run(10).kind, "halted");
    return b.cpu.state.get64("general", RAX) & 0xffffn;
  };
  b.memory.shadow(CODE, Shadow.write);
  assert.equal(run(), 1n);
  assert.equal(b.memory.load(CODE + 0x2000, 1), 0xff, "reads still see ROM");
  b.memory.shadow(CODE, Shadow.read | Shadow.write);
  assert.equal(b.memory.load(CODE + 0x2000, 1), 0x77);
  assert.equal(b.memory.load(CODE + 1, 2), 2, "the incremented word, written behind the ROM");
  b.memory.write(CODE, Uint8Array.of(0xb8, 9, 0, 0xf4));
  assert.equal(run(), 9n);
  b.memory.shadow(CODE, Shadow.read);
  assert.equal(run(), 9n);
  b.memory.shadow(CODE, 0);
  assert.equal(run(), 1n);
});
