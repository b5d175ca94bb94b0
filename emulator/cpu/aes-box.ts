/**
 * The S-box of AES and its inverse (FIPS 197, 5.1.1 and 5.3.2), of sixteen bytes at a time, by tables of sixteen bytes. A byte is seen as
 * k + iω, where i and k are of the subfield GF(2^4), and ω² + aω + a = 0. With the norm D = k² + aik + ai² the inverse is
 * (k + ai)/D + (i/D)ω; both parts follow from p = (k + ai)/D and q = (k + ai + ak)/D, and these from inverses in the subfield
 * alone, as M. Hamburg found ("Accelerating AES with Vector Permute Instructions", CHES 2009):
 *
 *     1/p = 1/(1/i + a/k) + j    1/q = 1/(1/j + a/k) + i    with j = i + k
 *
 * An inverse of 0 is a number that is in no table, so that what is looked up by it is 0; adding to it leaves it so.
 */
import { once } from "../isa/once.ts";
import type { Builder, Value } from "./builder.ts";
import { every, lanes } from "./vector-operand.ts";

const BYTES = Array.from({ length: 256 }, (_, x) => x);
const NIBBLES = BYTES.slice(0, 16);
/** In no table, whatever nibble is added. */
const INFINITE = 0x80;

/** Multiplication in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
function multiply(x: number, y: number): number {
  let product = 0;
  for (let a = x, rest = y; rest !== 0; rest >>= 1) {
    if (rest & 1) product ^= a;
    a = a & 0x80 ? ((a << 1) ^ 0x11b) & 0xff : a << 1;
  }
  return product;
}

/** The inverse; of 0, 0. */
const inverse = (x: number): number => Array.from({ length: 254 }, () => x).reduce(multiply, 1);

/** The linear part of the affine transformation, and of its inverse. */
const turned = (turns: readonly number[]) => (x: number) =>
  turns.reduce((sum, turn) => sum ^ (((x << turn) | (x >> (8 - turn))) & 0xff), 0);
const forward = turned([0, 1, 2, 3, 4]);
const backward = turned([1, 3, 6]);
const CONSTANT = 0x63;

/** What differs between the S-box and its inverse. */
interface Direction {
  /** By the low nibble and by the high one: i and k. */
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly ofP: readonly number[];
  readonly ofQ: readonly number[];
  /** Added at the end. */
  readonly constant: number;
}

interface Tables {
  /** 1/x and a/x of nibbles. */
  readonly inverses: readonly number[];
  readonly inversesOfK: readonly number[];
  readonly substitution: Direction;
  readonly inverseSubstitution: Direction;
}

const tables = once((): Tables => {
  /** The subfield: x^16 = x. Nibbles stand for its elements, so that their sums are sums. */
  const subfield = BYTES.filter((x) => [1, 2, 3, 4].reduce((power) => multiply(power, power), x) === x);
  const elements = [0];
  for (const element of subfield)
    if (!elements.includes(element)) elements.push(...elements.map((sum) => sum ^ element));
  const nibbleOf = (element: number): number => elements.indexOf(element);

  /** a, and ω outside of the subfield. */
  const [a, omega] = elements
    .flatMap((one) => BYTES.map((x) => [one, x] as const))
    .find(([one, x]) => one !== 0 && !elements.includes(x) && (multiply(x, x) ^ multiply(one, x) ^ one) === 0)!;

  /** The byte that is k + iω, by 16 i + k; and the other way round. */
  const joined = BYTES.map((both) => elements[both & 15]! ^ multiply(elements[both >> 4]!, omega));
  const split = (x: number): number => joined.indexOf(x);

  const inverses = NIBBLES.map((x) => (x === 0 ? INFINITE : nibbleOf(inverse(elements[x]!))));
  const inversesOfK = NIBBLES.map((x) => (x === 0 ? INFINITE : nibbleOf(multiply(a, inverse(elements[x]!)))));

  /** The inverse is p (1 + ω (1/a + 1/a²)) + q ω/a²: its parts, by 1/p and by 1/q, and what `after` makes of them. */
  function outwards(after: (x: number) => number): readonly [number[], number[]] {
    const inverted = inverse(a);
    const twice = multiply(inverted, inverted);
    const partOf = (factor: number) => NIBBLES.map((x) => after(multiply(inverse(elements[x]!), factor)));
    return [partOf(1 ^ multiply(omega, inverted ^ twice)), partOf(multiply(omega, twice))];
  }

  const [forwardP, forwardQ] = outwards(forward);
  const substitution: Direction = {
    low: NIBBLES.map(split),
    high: NIBBLES.map((x) => split(x << 4)),
    ofP: forwardP,
    ofQ: forwardQ,
    constant: CONSTANT,
  };
  const [backwardP, backwardQ] = outwards((x) => x);
  const inverseSubstitution: Direction = {
    low: NIBBLES.map((x) => split(backward(x ^ CONSTANT))),
    high: NIBBLES.map((x) => split(backward(x << 4))),
    ofP: backwardP,
    ofQ: backwardQ,
    constant: 0,
  };
  return { inverses, inversesOfK, substitution, inverseSubstitution };
});

function substituted(b: Builder, direction: Direction, x: Value): Value {
  const { inverses, inversesOfK } = tables();
  const find = (table: readonly number[], numbers: Value) => b.packed("i8x16.swizzle", [lanes(b, table), numbers]);
  const lowOf = (v: Value) => b.and(v, every(b, 8, 15));
  const highOf = (v: Value) => lowOf(b.packed("i16x8.shr_u", [v, b.constant(32, 4)]));
  const both = b.xor(find(direction.low, lowOf(x)), find(direction.high, highOf(x)));
  const [i, k] = [highOf(both), lowOf(both)];
  const j = b.xor(i, k);
  const ofK = find(inversesOfK, k);
  const p = b.xor(find(inverses, b.xor(find(inverses, i), ofK)), j);
  const q = b.xor(find(inverses, b.xor(find(inverses, j), ofK)), i);
  const sum = b.xor(find(direction.ofP, p), find(direction.ofQ, q));
  return direction.constant === 0 ? sum : b.xor(sum, every(b, 8, direction.constant));
}

/** SubBytes of sixteen bytes. */
export const substitute = (b: Builder, x: Value): Value => substituted(b, tables().substitution, x);

/** InvSubBytes. */
export const substituteInversely = (b: Builder, x: Value): Value => substituted(b, tables().inverseSubstitution, x);
