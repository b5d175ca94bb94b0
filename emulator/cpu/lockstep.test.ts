import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mode } from "../isa/instruction.ts";
import { flat32, long, real } from "./board.ts";
import { prepareInterpreter } from "./execution.ts";
import { Lockstep, suites, USABLE } from "./lockstep.ts";
import { operand, program, Random, TOP } from "./random-program.ts";

/** Sets both processors up for the mode with random registers, and the code at the end of a page or inside one. */
function prepare(pair: Lockstep, random: Random, mode: Mode, code: readonly number[]): void {
  const { state } = pair.board.cpu;
  if (mode === 16) real(pair.board);
  else if (mode === 32) flat32(pair.board);
  else long(pair.board, { cpl: random.below(2) * 3 });
  const mask = mode === 64 ? TOP : mode === 32 ? 0xffff_ffffn : 0xffffn;
  for (let i = 0; i < 16; i++) state.set64("general", operand(random) & mask, i);
  state.set64("general", BigInt(0x3_0000 + random.bits(16)) & mask, 4);
  // Without an IDT every exception ends in a shutdown whose chain of faults tells what happened.
  state.set32("idtrLimit", 0);
  const page = mode === 16 ? 0xf000 : 0x1_0000;
  const address = page - (random.below(8) === 0 ? random.below(40) : 0x1000);
  state.set64("rip", BigInt(address));
  const tables = new Uint8Array(0x3000);
  pair.board.memory.read(0x8000, tables);
  pair.reference.memory.set(tables, 0x8000);
  pair.copyState();
  pair.setFlags(2 | (random.bits(12) & 0x8d5) | (random.bits(11) & 0x400));
  pair.write(address, Uint8Array.from(code));
}

for (const { tier, behind, more, share } of suites)
  for (const mode of [16, 32, 64] as const) {
    test(`${tier}: random instructions in ${mode}-bit code do what they do on the reference processor`, () => {
      const random = new Random(mode);
      const pair = new Lockstep(1, prepareInterpreter(), tier);
      const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
      for (let i = 0; i < 1500 * share; i++) {
        const seed = random.state;
        const { code, text, count } = program(random, mode);
        pair.reset(fill);
        prepare(pair, random, mode, [...code, ...behind]);
        assert.equal(pair.run(count + more), null, `seed ${seed}: ${text}`);
      }
    });
  }
