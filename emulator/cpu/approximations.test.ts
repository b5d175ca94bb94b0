import assert from "node:assert/strict";
import { test } from "node:test";
import { reciprocalOf, reciprocalRootOf } from "./approximations.ts";

const single = new Float32Array(1);
const word = new Uint32Array(single.buffer);
const bitsOf = (value: number): number => {
  single[0] = value;
  return word[0]!;
};
const numberOf = (bits: number): number => {
  word[0] = bits;
  return single[0]!;
};

test("special operands give what a processor of the family gives", () => {
  // Operand, RCPSS, RSQRTSS, as measured on one.
  const measured = `
    00000000 7f800000 7f800000  80000000 ff800000 ff800000  00000001 7f800000 7f800000  807fffff ff800000 ff800000
    7f800000 00000000 00000000  ff800000 80000000 ffc00000  7fc00001 7fc00001 7fc00001  7f800001 7fc00001 7fc00001
    7e800000 00000000 1ffff800  7effffff 00000000 1fb50800  7f000000 00000000 1fb50000  7f7fffff 00000000 1f800000
    00800000 7e7ff000 5efff800  00ffffff 7e000000 5eb50800  7e7fffff 00800000 20000000  ffc00000 ffc00000 ffc00000`;
  const numbers = measured
    .trim()
    .split(/\s+/)
    .map((hex) => Number.parseInt(hex, 16));
  for (let i = 0; i < numbers.length; i += 3) {
    const [x, reciprocal, root] = numbers.slice(i, i + 3) as [number, number, number];
    assert.equal(reciprocalOf(x).toString(16), reciprocal.toString(16), `rcpss ${x.toString(16)}`);
    assert.equal(reciprocalRootOf(x).toString(16), root.toString(16), `rsqrtss ${x.toString(16)}`);
  }
});

test("the relative error stays below 1.5 × 2^-12, over two octaves and with other exponents", (context) => {
  const worst = { reciprocal: 0, root: 0 };
  for (const scale of [1, 2 ** -60, 2 ** 61])
    for (let step = 0; step < 3 * 4096 * 4; step++) {
      const x = numberOf(bitsOf((1 + step / (4096 * 4)) * scale));
      const reciprocal = Math.abs(numberOf(reciprocalOf(bitsOf(x))) * x - 1);
      const root = Math.abs(numberOf(reciprocalRootOf(bitsOf(x))) * Math.sqrt(x) - 1);
      worst.reciprocal = Math.max(worst.reciprocal, reciprocal);
      worst.root = Math.max(worst.root, root);
    }
  context.diagnostic(`worst: ${JSON.stringify(worst)}, limit ${1.5 * 2 ** -12}`);
  assert.ok(worst.reciprocal < 1.5 * 2 ** -12 && worst.root < 1.5 * 2 ** -12);
});
