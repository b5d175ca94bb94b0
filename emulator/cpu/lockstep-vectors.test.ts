import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "../isa/decode.ts";
import type { Mode } from "../isa/instruction.ts";
import { flat32, long } from "./board.ts";
import { Cr0, Cr4 } from "./control-bits.ts";
import { prepareInterpreter } from "./execution.ts";
import { Lockstep, suites, USABLE } from "./lockstep.ts";
import { operand, Random, TOP } from "./random-program.ts";

const singles = [
  0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 1, 0x8000_0001, 0x007f_ffff, 0x0080_0000, 0x0080_0001, 0x7f7f_ffff,
  0xff7f_ffff, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0xffc0_1234, 0x7f80_0001, 0xffa0_0000, 0x4f00_0000, 0xcf00_0000,
  0x5f00_0000, 0x3f00_0000, 0x3fc0_0000, 0x4b00_0001, 0x3380_0000, 0x2000_0000, 0x5fc0_0001, 0x4040_0000, 0x40a0_0000,
];
const doubles = [
  0n,
  1n << 63n,
  0x3ff0n << 48n,
  0xbff0n << 48n,
  1n,
  0x000f_ffff_ffff_ffffn,
  0x0010n << 48n,
  0x0010_0000_0000_0001n,
  0x7fef_ffff_ffff_ffffn,
  0x7ff0n << 48n,
  0xfff0n << 48n,
  0x7ff8n << 48n,
  0xfff8_0000_0000_1234n,
  0x7ff0_0000_0000_0001n,
  0x41e0n << 48n,
  0xc1e0n << 48n,
  0x43e0n << 48n,
  0x3fe0n << 48n,
  0x3ff8n << 48n,
  0x4330_0000_0000_0001n,
  0x3810n << 48n,
  0x47efffffe0000000n,
  0x47f0n << 48n,
  0x36a0n << 48n,
  0x4008n << 48n,
  0x4014n << 48n,
  0x2000n << 48n,
  0x5ff0n << 48n,
];

/** A quadword as vector instructions like it: numbers that something happens to. */
function word(random: Random): bigint {
  const any = () => BigInt(random.bits(32));
  const single = () => {
    switch (random.below(4)) {
      case 0:
        return BigInt(singles[random.below(singles.length)]!);
      case 1:
        return BigInt(
          ((random.bits(1) << 31) | (0x3f80_0000 + (random.bits(5) << 23) - (8 << 23)) | (random.bits(4) << 19)) >>> 0,
        );
      default:
        return any();
    }
  };
  switch (random.below(5)) {
    case 0:
      return doubles[random.below(doubles.length)]!;
    case 1:
      return (BigInt(0x3f8 + random.bits(4)) << 52n) + (BigInt(random.bits(1)) << 63n) + (any() << 20n);
    case 2:
      return (
        (BigInt(0x400 + random.bits(2)) << 52n) + (BigInt(random.bits(1)) << 63n) + (BigInt(random.bits(8)) << 44n)
      );
    case 3:
      return (single() << 32n) | single();
    default:
      return operand(random);
  }
}

/** Vector instructions of the mode, one to four. */
function program(random: Random, mode: Mode): { code: number[]; text: string; count: number } {
  const code: number[] = [];
  const names: string[] = [];
  const count = 1 + random.below(4);
  while (names.length < count) {
    const bytes = Uint8Array.from({ length: 15 }, () => random.bits(8));
    let at = 0;
    if (random.below(2) === 0) {
      // VEX: two bytes, or three with one of the maps.
      const long = random.below(2) === 0;
      bytes[at++] = long ? 0xc4 : 0xc5;
      if (long) bytes[at] = (bytes[at]! & 0xe0) | (1 + random.below(3));
      if (mode === 32) bytes[at] = bytes[at]! | 0xc0;
      if (long && random.below(2) === 0) bytes[at + 1] = bytes[at + 1]! & 0x7f;
    } else {
      const prefix = random.below(5);
      if (prefix < 3) bytes[at++] = [0x66, 0xf2, 0xf3][prefix]!;
      if (mode === 64 && random.below(3) === 0) bytes[at++] = 0x40 | random.bits(4);
      bytes[at++] = 0x0f;
      if (random.below(4) === 0) bytes[at++] = random.bits(1) ? 0x38 : 0x3a;
    }
    const instruction = decode(bytes, 0, bytes.length, mode);
    if (typeof instruction === "string" || instruction.row.vector === null) continue;
    const own = bytes.subarray(0, instruction.length);
    names.push(`${instruction.row.mnemonic} ${instruction.row.encoding} [${Buffer.from(own).toString("hex")}]`);
    code.push(...own);
  }
  return { code, text: names.join(" | "), count };
}

function prepare(pair: Lockstep, random: Random, mode: Mode, code: readonly number[]): void {
  const { state } = pair.board.cpu;
  if (mode === 32) flat32(pair.board);
  else long(pair.board, { cpl: random.below(2) * 3 });
  const mask = mode === 64 ? TOP : 0xffff_ffffn;
  for (let i = 0; i < 16; i++) {
    const value = random.below(3) === 0 ? operand(random) : BigInt(0x2_0000 + (random.bits(12) << 4));
    state.set64("general", value & mask, i);
  }
  let cr4 = state.get64("cr4") | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.OSXSAVE;
  if (random.below(30) === 0) cr4 &= ~(random.bits(1) ? Cr4.OSFXSR : Cr4.OSXMMEXCPT);
  state.set64("cr4", cr4);
  if (random.below(30) === 0) state.set64("cr0", state.get64("cr0") | (random.bits(1) ? Cr0.EM : Cr0.TS));
  state.set64("xcr0", random.below(30) === 0 ? 3n : 7n);
  for (let i = 0; i < 64; i++) state.set64("vector", word(random), i);
  for (let i = 0; i < 8; i++) {
    state.set64("x87Significand", word(random), i);
    state.set32("x87Exponent", random.bits(16), i);
  }
  state.set32("x87Tags", random.bits(8));
  state.set32("x87Status", random.bits(3) << 11);
  const masked = random.below(4) === 0 ? random.bits(6) << 7 : 0x1f80;
  const control = random.bits(1) ? 0 : (random.bits(3) << 13) | (random.bits(1) << 6);
  state.set32("mxcsr", masked | control | (random.bits(1) ? random.bits(6) : 0x20));
  state.set32("idtrLimit", 0);
  const address = 0x1_0000 - 0x1000;
  state.set64("rip", BigInt(address));
  const tables = new Uint8Array(0x3000);
  pair.board.memory.read(0x8000, tables);
  pair.reference.memory.set(tables, 0x8000);
  pair.board.cpu.modeChanged();
  pair.copyState();
  pair.setFlags(2 | (random.bits(12) & 0x8d5));
  pair.write(address, Uint8Array.from(code));
}

for (const { tier, behind, more, share } of suites)
  for (const mode of [32, 64] as const) {
    test(`${tier}: random vector instructions in ${mode}-bit code do what they do on the reference processor`, () => {
      const random = new Random(mode);
      const pair = new Lockstep(1, prepareInterpreter(), tier);
      const fill = new Uint8Array(USABLE);
      const view = new DataView(fill.buffer);
      for (let at = 0; at < USABLE; at += 8) view.setBigUint64(at, word(random) & TOP, true);
      for (let i = 0; i < 1500 * share; i++) {
        const seed = random.state;
        const { code, text, count } = program(random, mode);
        pair.reset(fill);
        prepare(pair, random, mode, [...code, ...behind]);
        assert.equal(pair.run(count + more), null, `seed ${seed}: ${text}`);
      }
    });
  }
