/**
 * Random programs for lockstep tests: valid instructions of one mode in a row, and operand values biased towards edges and
 * addresses that exist.
 */
import { decode } from "../isa/decode.ts";
import type { Instruction, Mode } from "../isa/instruction.ts";

/** A small generator with a visible state, so that a failure can be named. */
export class Random {
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

export const TOP = 0xffff_ffff_ffff_ffffn;
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
export function operand(random: Random): bigint {
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

export interface Program {
  readonly code: readonly number[];
  readonly text: string;
  readonly count: number;
}

/** One to six instructions. Instructions that do not please `prefer` are taken a third of the time. */
export function program(
  random: Random,
  mode: Mode,
  prefer: (instruction: Instruction) => boolean = () => true,
): Program {
  const code: number[] = [];
  const names: string[] = [];
  const count = 1 + random.below(6);
  while (names.length < count) {
    const bytes = Uint8Array.from({ length: 15 }, () => random.bits(8));
    if (random.below(3) === 0) bytes[0] = 0x0f;
    const instruction = decode(bytes, 0, bytes.length, mode);
    if (typeof instruction === "string" || (!prefer(instruction) && random.below(3) !== 0)) continue;
    const own = bytes.subarray(0, instruction.length);
    names.push(`${instruction.row.mnemonic} ${instruction.row.encoding} [${Buffer.from(own).toString("hex")}]`);
    code.push(...own);
  }
  return { code, text: names.join(" | "), count };
}
