/**
 * Arithmetic against exact rationals: what the unit makes of two numbers is compared with the quotient of two bigints, rounded
 * by the definition. Slow, and it shares nothing with the unit. (features/cpu/x87-host.test.ts asks a real processor.)
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../random-program.ts";
import { Arithmetic } from "./arithmetic.ts";
import { Exception, Rounding } from "./exceptions.ts";
import { BIAS, Extended, Kind } from "./number.ts";

/** numerator / denominator × 2^scale */
interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly scale: number;
}

const significand = (x: Extended): bigint => (BigInt(x.high) << 32n) | BigInt(x.low);
const rational = (x: Extended): Rational => ({
  numerator: x.sign === 1 ? -significand(x) : significand(x),
  denominator: 1n,
  scale: x.exponent - BIAS - 63,
});

function sum(x: Rational, y: Rational): Rational {
  const scale = Math.min(x.scale, y.scale);
  const at = (r: Rational) => r.numerator << BigInt(r.scale - scale);
  return { numerator: at(x) + at(y), denominator: 1n, scale };
}
const product = (x: Rational, y: Rational): Rational => ({
  numerator: x.numerator * y.numerator,
  denominator: 1n,
  scale: x.scale + y.scale,
});
const quotient = (x: Rational, y: Rational): Rational => ({
  numerator: y.numerator < 0n ? -x.numerator : x.numerator,
  denominator: y.numerator < 0n ? -y.numerator : y.numerator,
  scale: x.scale - y.scale,
});

const length = (x: bigint): number => x.toString(2).length;

/** The definition of rounding: the neighbours at `bits` bits, and the rule that chooses. Numbers in the middle of the range only. */
function rounded({ numerator, denominator, scale }: Rational, bits: number, mode: number): string {
  if (numerator === 0n) return mode === Rounding.down ? "-0" : "+0";
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  // So many bits that the quotient has `bits` or one more; then cut exactly.
  let shift = bits + length(denominator) - length(magnitude) + 1;
  const divide = (by: number) =>
    by >= 0 ? [magnitude << BigInt(by), denominator] : [magnitude, denominator << BigInt(-by)];
  let [top, bottom] = divide(shift) as [bigint, bigint];
  if (length(top / bottom) > bits) [top, bottom] = divide(--shift) as [bigint, bigint];
  if (length(top / bottom) > bits) [top, bottom] = divide(--shift) as [bigint, bigint];
  let result = top / bottom;
  const rest = top % bottom;
  const up =
    mode === Rounding.nearest
      ? 2n * rest > bottom || (2n * rest === bottom && (result & 1n) === 1n)
      : rest > 0n && mode === (negative ? Rounding.down : Rounding.up);
  if (up) result++;
  const exponent = scale - shift;
  // In the form of 64 bits: significand with bit 63 set.
  const lift = 64 - length(result);
  const wide = lift >= 0 ? result << BigInt(lift) : result >> BigInt(-lift);
  return `${negative ? "-" : "+"}${wide.toString(16)}p${exponent - lift}${rest > 0n ? " inexact" : ""}${up ? " up" : ""}`;
}

function shown({ result, raised, roundedUp }: Arithmetic): string {
  const sign = result.sign === 1 ? "-" : "+";
  if (result.kind === Kind.zero) return `${sign}0`;
  const inexact = raised & Exception.precision ? " inexact" : "";
  const up = roundedUp ? " up" : "";
  return `${sign}${significand(result).toString(16)}p${result.exponent - BIAS - 63}${inexact}${up}`;
}

/** Full, sparse and nearly full significands; exponents close together. */
function number(random: Random, into: Extended): void {
  const wide = () => [random.bits(32), random.bits(32)] as const;
  const shapes = [
    wide,
    () => [0x8000_0000, random.bits(2)] as const,
    () => [0xffff_ffff, (0xffff_ffff - random.bits(2)) >>> 0] as const,
    () => [random.bits(24) * 256, 0] as const,
    () => [random.bits(32), random.below(2) * 0x400 + random.bits(21) * 0x800] as const,
  ];
  const [high, low] = shapes[random.below(shapes.length)]!();
  into.set(Kind.normal, random.below(2), BIAS - 70 + random.below(140), (high | 0x8000_0000) >>> 0, low >>> 0);
}

const ROUNDS = 20_000;

test("sums, differences, products and quotients are the rounded exact ones, in every precision and rounding", () => {
  const random = new Random(80);
  const unit = new Arithmetic();
  const [a, b] = [new Extended(), new Extended()];
  const operations = [
    ["+", () => unit.add(a, b, false), () => sum(rational(a), rational(b))],
    [
      "−",
      () => unit.add(a, b, true),
      () => sum(rational(a), product(rational(b), { numerator: -1n, denominator: 1n, scale: 0 })),
    ],
    ["×", () => unit.mul(a, b), () => product(rational(a), rational(b))],
    ["÷", () => unit.div(a, b), () => quotient(rational(a), rational(b))],
  ] as const;
  for (let round = 0; round < ROUNDS; round++) {
    number(random, a);
    if (random.below(8) > 0) number(random, b);
    else b.set(Kind.normal, random.below(2), a.exponent - random.below(3), a.high, (a.low ^ random.bits(2)) >>> 0);
    const [precision, bits] = (
      [
        [3, 64],
        [2, 53],
        [0, 24],
      ] as const
    )[random.below(3)]!;
    const mode = random.below(4);
    for (const [sign, compute, exact] of operations) {
      unit.begin(0x3f | (precision << 8) | (mode << 10));
      compute();
      const what = `${shownNumber(a)} ${sign} ${shownNumber(b)}, ${bits} bits, rounding ${mode}`;
      assert.equal(shown(unit), rounded(exact(), bits, mode), what);
    }
  }
});

const shownNumber = (x: Extended): string =>
  `${x.sign === 1 ? "-" : ""}${significand(x).toString(16)}p${x.exponent - BIAS - 63}`;

test("square roots are the rounded exact ones", () => {
  const random = new Random(81);
  const unit = new Arithmetic();
  const a = new Extended();
  for (let round = 0; round < ROUNDS; round++) {
    number(random, a);
    a.sign = 0;
    // Squares, and their neighbours.
    if (random.below(4) === 0) {
      const root = BigInt(random.bits(32)) | (1n << 31n);
      const square = root * root + BigInt(random.below(3) - 1);
      a.set(Kind.normal, 0, BIAS + 63, Number(square >> 32n), Number(square & 0xffff_ffffn));
      a.normalize();
    }
    const [precision, bits] = (
      [
        [3, 64],
        [2, 53],
        [0, 24],
      ] as const
    )[random.below(3)]!;
    const mode = random.below(4);
    unit.begin(0x3f | (precision << 8) | (mode << 10));
    unit.sqrt(a);
    assert.equal(shown(unit), rounded(root(a), bits, mode), `√${shownNumber(a)}, ${bits} bits, rounding ${mode}`);
  }
});

/** The largest integer whose square is not above the radicand, with a hundred bits more than asked for, and a half for what is left. */
function root(a: Extended): Rational {
  const scale = a.exponent - BIAS - 63;
  const shift = 200 + (scale & 1);
  const radicand = significand(a) << BigInt(shift);
  let whole = 1n << BigInt(Math.ceil(length(radicand) / 2));
  for (;;) {
    const next = (whole + radicand / whole) >> 1n;
    if (next >= whole) break;
    whole = next;
  }
  const sticky = whole * whole === radicand ? 0n : 1n;
  return { numerator: 2n * whole + sticky, denominator: 1n, scale: (scale - shift) / 2 - 1 };
}
