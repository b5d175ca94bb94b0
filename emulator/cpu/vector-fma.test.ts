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

for (const [name, format, code] of [
  ["VFMADD231SD", double, [0xc4, 0xe2, 0xf1, 0xb9, 0xc2]],
  ["VFMADD231SS", single, [0xc4, 0xe2, 0x71, 0xb9, 0xc2]],
] as const) {
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
    for (let i = 0; i < 20_000; i++) {
      const [x, y] = [number(random, format), number(random, format)];
      // Sometimes almost the product with the other sign, sometimes far below it.
      const near = multiplyAdd(format, [x, y, 0n], { product: true, addend: false }, MXCSR).value;
      const far = number(random, format) - (BigInt(random.below(60)) << BigInt(format.fraction));
      const z = [number(random, format), near, near + 1n, far][random.below(4)]!;
      const operands = [x, y, z].map((v) => BigInt.asUintN(format.bits, v)) as [bigint, bigint, bigint];
      for (const [register, value] of [operands[2], operands[0], operands[1]].entries())
        state.set64("vector", value, 4 * register);
      state.set32("mxcsr", MXCSR);
      state.set64("rip", BigInt(CODE));
      cpu.run(1);
      const expected = multiplyAdd(format, operands, { product: false, addend: false }, MXCSR).value;
      const got = BigInt.asUintN(format.bits, state.get64("vector"));
      assert.equal(got, expected, operands.map((v) => v.toString(16)).join(" "));
    }
  });
}
