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

/** What random programs have found once: 16-bit code and how many instructions of it, CR0 being 0 and IF clear. */
const found: Readonly<Record<string, { readonly code: string; readonly count: number }>> = {
  "what is written to the video window, where no memory is, reads as ones": {
    code: "b800a08ed8a300008b0e0000",
    count: 4,
  },
  "the shadow of STI is over behind MOV SS, which has its own": { code: "fb8ed0", count: 2 },
  "x87 waits for an interrupt behind STI, whose shadow is over": { code: "d9e8fbd9e8", count: 3 },
  "x87 waits for an interrupt behind MOV SS, whose shadow is over": { code: "d9e88ed0d9e8", count: 3 },
};

/** States of the generator before programs that differed once, with random memory around them. */
const foundSeeds = [873283410, 3757752343, 1355700493, 769925346];

for (const { tier, behind, more } of suites) {
  test(`${tier}: what random programs have found once stays mended`, () => {
    const pair = new Lockstep(1, prepareInterpreter(), tier);
    for (const [name, { code, count }] of Object.entries(found)) {
      pair.reset(new Uint8Array(USABLE));
      prepare(pair, new Random(1), 16, [...Buffer.from(code, "hex"), ...behind]);
      pair.setFlags(2);
      assert.equal(pair.run(count + more), null, name);
    }
    for (const seed of foundSeeds)
      for (let fillSeed = 0; fillSeed < 3; fillSeed++) {
        const random = new Random(fillSeed);
        const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
        random.state = seed;
        const { code, text, count } = program(random, 16);
        pair.reset(fill);
        prepare(pair, random, 16, [...code, ...behind]);
        assert.equal(pair.run(count + 100), null, `seed ${seed}, memory of seed ${fillSeed}: ${text}`);
      }
  });
}
