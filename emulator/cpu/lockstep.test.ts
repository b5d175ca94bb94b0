import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import type { Mode } from "../isa/instruction.ts";
import { flat32, long, real } from "./board.ts";
import { Lockstep, USABLE } from "./lockstep.ts";

/** A small generator with a visible state, so that a failure can be named. */
class Random {
  state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  bits(count: number): number {
    let value = 0;
    for (let done = 0; done < count; done += 8) {
      this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
      value = value * 256 + (this.state >>> 24);
    }
    return Math.floor(value / 2 ** (Math.ceil(count / 8) * 8 - count));
  }

  below(limit: number): number {
    return this.bits(24) % limit;
  }
}

const TOP = 0xffff_ffff_ffff_ffffn;
const edges = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  TOP >> 1n,
  1n << 63n,
  TOP,
];

/** Edges, addresses in usable memory, anything, small numbers. */
function operand(random: Random): bigint {
  switch (random.below(4)) {
    case 0:
      return edges[random.below(edges.length)]!;
    case 1:
      return BigInt(0x2_0000 + random.bits(16));
    case 2:
      return (BigInt(random.bits(32)) << 32n) | BigInt(random.bits(32));
    default:
      return BigInt(random.bits(8));
  }
}

interface Program {
  readonly code: readonly number[];
  readonly text: string;
  readonly count: number;
}

function program(random: Random, mode: Mode): Program {
  const code: number[] = [];
  const names: string[] = [];
  const count = 1 + random.below(6);
  while (names.length < count) {
    const bytes = Uint8Array.from({ length: 15 }, () => random.bits(8));
    if (random.below(3) === 0) bytes[0] = 0x0f;
    const instruction = decode(bytes, 0, bytes.length, mode);
    if (typeof instruction === "string") continue;
    const own = bytes.subarray(0, instruction.length);
    names.push(`${instruction.row.mnemonic} ${instruction.row.encoding} [${Buffer.from(own).toString("hex")}]`);
    code.push(...own);
  }
  return { code, text: names.join(" | "), count };
}

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

for (const mode of [16, 32, 64] as const) {
  test(`random instructions in ${mode}-bit code do what they do on the reference processor`, () => {
    const random = new Random(mode);
    const pair = new Lockstep();
    const fill = Uint8Array.from({ length: USABLE }, () => random.bits(8));
    for (let i = 0; i < 1500; i++) {
      const seed = random.state;
      const { code, text, count } = program(random, mode);
      pair.reset(fill);
      prepare(pair, random, mode, code);
      assert.equal(pair.run(count), null, `seed ${seed}: ${text}`);
    }
  });
}
