/**
 * Floating-point arithmetic in translated code. The host's result is the right one, and no flag changes, where MXCSR is as it nearly always
 * is (all masked, to nearest, PE raised long ago), operands are plain and the result is normal (cpu/vector-float.ts).
 * Here that is assumed, as cheaply as it can be made sure of: a number's exponent tells most of it; only where that is
 * not enough the whole condition is asked; and what was made sure of once, as a result above all, is not asked again.
 */
import type { Builder, FloatAssumptions, Value } from "../cpu/builder.ts";
import type { Node } from "../cpu/ir.ts";
import { Mxcsr } from "../cpu/soft-float.ts";
import { type Arithmetic, type FloatShape, formatOf, isQuietResult, isScalar, wordsOf } from "../cpu/vector-float.ts";

/** Of plain operands DAZ takes nothing away; FTZ does nothing to normal results. */
const CONTROL = Mxcsr.masks | Mxcsr.RC | Mxcsr.PE;

export class BlockFloats implements FloatAssumptions {
  readonly #b: Builder;
  readonly #assume: (condition: Node, unless: Node | null) => void;
  readonly #learn: (fact: Node) => void;

  /** `assume`: that the condition holds, or where it does not, `unless`; then that one is known to hold, as what was learnt is. */
  constructor(b: Builder, assume: (condition: Node, unless: Node | null) => void, learn: (fact: Node) => void) {
    this.#b = b;
    this.#assume = assume;
    this.#learn = learn;
  }

  /** Whether the biased exponent is `least` or more, and the number finite. */
  #isBetween(shape: FloatShape, x: Value, least: number): Node {
    const b = this.#b;
    const { bits, fraction } = formatOf(shape);
    if (isScalar(shape)) {
      const constant = (value: number) => b.constant(bits as 32 | 64, value);
      const most = (1 << (bits - 1 - fraction)) - 1;
      const exponent = b.and(b.shr(x, constant(fraction)), constant(most));
      return b.ltUnsigned(b.sub(exponent, constant(least)), constant(most - least)) as Node;
    }
    const { op, abs, constant } = wordsOf(b, shape);
    const bound = (exponent: number) => constant(BigInt(exponent) << BigInt(fraction));
    const magnitude = abs(x);
    const infinite = (1 << (bits - 1 - fraction)) - 1;
    const both = b.and(op("ge", magnitude, bound(least)), op("lt", magnitude, bound(infinite)));
    const signs = b.packed(bits === 64 ? "i64x2.bitmask" : "i32x4.bitmask", [both]);
    return b.eq(signs, b.constant(32, bits === 64 ? 3 : 15)) as Node;
  }

  #isPlain(shape: FloatShape, x: Value): Node {
    const { all, isPlain } = wordsOf(this.#b, shape);
    return all(isPlain(x)) as Node;
  }

  plain(shape: FloatShape, x: Value): void {
    this.#assume(this.#isBetween(shape, x, 1), this.#isPlain(shape, x));
  }

  rounded(name: Arithmetic, shape: FloatShape, operands: readonly Value[], result: Value): void {
    const b = this.#b;
    const control = b.and(b.get("mxcsr"), b.constant(32, CONTROL));
    this.#assume(b.eq(control, b.constant(32, Mxcsr.masks | Mxcsr.PE)) as Node, null);
    for (const operand of operands) this.plain(shape, operand);
    const quiet = wordsOf(b, shape).all(isQuietResult(b, name, shape, operands, result)) as Node;
    // Above the binade of the least normal number, to which a tiny one may have been rounded.
    this.#assume(this.#isBetween(shape, result, 2), quiet);
    this.#learn(this.#isPlain(shape, result));
  }
}
