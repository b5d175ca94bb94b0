import assert from "node:assert/strict";
import { test } from "node:test";
import { board, long, place } from "./board.ts";
import { Cr4 } from "./control-bits.ts";
import { Random } from "./random-program.ts";
import { double, type Format, multiplyAdd, single } from "./soft-float.ts";

/** Nearest, all masked, PE set: the shortcut is open. */
const MXCSR = 0x1fa0;
const CODE = 0x2_0000;

/** A normal number near 1, often with few significant bits, so that products are halfway cases and sums cancel. */
function number(random: Random, f: Format): bigint {
  const fraction = (BigInt(random.bits(32)) << 32n) | BigInt(random.bits(32));
  const kept = random.below(3) === 0 ? BigInt(1 + random.below(f.fraction)) : BigInt(f.fraction);
  const short =
    ((fraction & ((1n << BigInt(f.fraction)) - 1n)) >> (BigInt(f.fraction) - kept)) << (BigInt(f.fraction) - kept);
  const exponent = (1n << BigInt(f.bits - f.fraction - 2)) - 1n + BigInt(random.below(8)) - 4n;
  return (BigInt(random.bits(1)) << BigInt(f.bits - 1)) | (exponent << BigInt(f.fraction)) | short;
}

const forms = [
  { name: "VFMADD231SD", format: double, lanes: 1, code: [0xc4, 0xe2, 0xf1, 0xb9, 0xc2] },
  { name: "VFMADD231SS", format: single, lanes: 1, code: [0xc4, 0xe2, 0x71, 0xb9, 0xc2] },
  { name: "VFMADD231PD", format: double, lanes: 4, code: [0xc4, 0xe2, 0xf5, 0xb8, 0xc2] },
  { name: "VFMADD231PS", format: single, lanes: 8, code: [0xc4, 0xe2, 0x75, 0xb8, 0xc2] },
];

for (const { name, format, lanes, code } of forms) {
  test(`${name} by the host's arithmetic is rounded once`, () => {
    const random = new Random(format.bits);
    const b = board({ megabytes: 1 });
    long(b, { cpl: 0 });
    const { cpu } = b;
    const { state } = cpu;
    state.set64("cr4", state.get64("cr4") | Cr4.OSFXSR | Cr4.OSXSAVE);
    state.set64("xcr0", 7n);
    cpu.modeChanged();
    place(b, CODE, code);
    const { bits } = format;
    const count = 256 / bits;
    for (let i = 0; i < 20_000 / lanes; i++) {
      const registers = [0n, 0n, 0n];
      const operands = Array.from({ length: lanes }, (_, lane) => {
        const [x, y] = [number(random, format), number(random, format)];
        // Sometimes almost the product with the other sign, sometimes far below it.
        const near = multiplyAdd(format, [x, y, 0n], { product: true, addend: false }, MXCSR).value;
        const far = number(random, format) - (BigInt(random.below(60)) << BigInt(format.fraction));
        const z = [number(random, format), near, near + 1n, far][random.below(4)]!;
        const own = [x, y, z].map((v) => BigInt.asUintN(bits, v)) as [bigint, bigint, bigint];
        for (const [register, value] of [own[2], own[0], own[1]].entries())
          registers[register]! |= value << BigInt(bits * lane);
        return own;
      });
      for (const [register, value] of registers.entries())
        for (let word = 0; word < 4; word++)
          state.set64("vector", BigInt.asUintN(64, value >> BigInt(64 * word)), 4 * register + word);
      state.set32("mxcsr", MXCSR);
      state.set64("rip", BigInt(CODE));
      cpu.run(1);
      for (const [lane, own] of operands.entries()) {
        const expected = multiplyAdd(format, own, { product: false, addend: false }, MXCSR).value;
        const word = state.get64("vector", Math.floor((lane * 4) / count));
        const got = BigInt.asUintN(bits, word >> BigInt((lane * bits) % 64));
        assert.equal(got, expected, own.map((v) => v.toString(16)).join(" "));
      }
    }
  });
}
