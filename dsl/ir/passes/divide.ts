/**
 * Division by constants without dividing: a multiplication by a scaled reciprocal that is exact for every dividend of the
 * width (Granlund, Montgomery: "Division by Invariant Integers using Multiplication"), and shifts for powers of two.
 * Remainders follow from quotients.
 */
import { constant, freshValue, typeOf } from "../build.ts";
import type { Pass } from "../pass.ts";
import type { BinaryOp, Instruction, IrFunction, Operand, Origin, Type, UnaryOp } from "../ssa.ts";
import { widths } from "../ssa.ts";

type Binary = Extract<Instruction, { op: "binary" }>;

export const divide: Pass = {
  name: "divide",
  keepsShape: true,
  run(f) {
    let changed = false;
    for (const block of f.blocks) {
      if (!block.instructions.some(isDivision)) continue;
      block.instructions = block.instructions.flatMap((i) => {
        if (!isDivision(i)) return [i];
        const made = new Reciprocal(f, i.origin).instead(i);
        if (made === null) return [i];
        changed = true;
        return made;
      });
    }
    return changed;
  },
};

function isDivision(i: Instruction): i is Binary {
  return i.op === "binary" && ["udiv", "sdiv", "urem", "srem"].includes(i.how) && i.y.kind === "constant";
}

/** ceil(log2(d)) */
const log2up = (d: bigint) => BigInt((d - 1n).toString(2).length);

class Reciprocal {
  readonly #f: IrFunction;
  readonly #origin: Origin;
  readonly #out: Instruction[] = [];

  constructor(f: IrFunction, origin: Origin) {
    this.#f = f;
    this.#origin = origin;
  }

  #binary(how: BinaryOp, x: Operand, y: Operand | bigint): Operand {
    const result = freshValue(this.#f, typeOf(x));
    const right = typeof y === "bigint" ? constant(typeOf(x), y) : y;
    this.#out.push({ op: "binary", how, result, x, y: right, origin: this.#origin });
    return result;
  }

  #unary(how: UnaryOp, x: Operand, type: Type): Operand {
    const result = freshValue(this.#f, type);
    this.#out.push({ op: "unary", how, result, x, origin: this.#origin });
    return result;
  }

  /** What to do instead of a division; null: nothing better is known. */
  instead(i: Binary): Instruction[] | null {
    const type = i.result.type;
    const width = BigInt(widths[type]);
    if (i.y.kind !== "constant") return null;
    const signed = i.how === "sdiv" || i.how === "srem";
    const d = signed ? BigInt.asIntN(Number(width), i.y.bits) : i.y.bits;
    const size = d < 0n ? -d : d;
    // Powers of two of unsigned division are shifts already.
    if (size < 2n || (!signed && (size & (size - 1n)) === 0n)) return null;
    const quotient = signed ? this.#signed(i.x, d, size, type, width) : this.#unsigned(i.x, size, type, width);
    const remainder = i.how === "urem" || i.how === "srem";
    const last = remainder
      ? this.#binary("sub", i.x, this.#binary("mul", quotient, constant(type, d)))
      : this.#binary("add", quotient, 0n);
    const final = this.#out.at(-1) as Binary;
    if (final.result !== last) throw new Error("the last instruction makes the result");
    final.result = i.result;
    return this.#out;
  }

  #unsigned(x: Operand, d: bigint, type: Type, width: bigint): Operand {
    const up = log2up(d);
    if (width < 64n) {
      // x * m / 2^p is exact when m * d - 2^p <= 2^(p - width).
      const wide = this.#unary("zext", x, "i64");
      for (let p = width; p <= width + up; p++) {
        const m = ((1n << p) + d - 1n) / d;
        if (m * d - (1n << p) > 1n << (p - width) || m * ((1n << width) - 1n) >= 1n << 64n) continue;
        return this.#unary("trunc", this.#binary("lshr", this.#binary("mul", wide, m), p), type);
      }
      return this.#unary("trunc", this.#binary("umulh", wide, ((1n << 64n) + d - 1n) / d), type);
    }
    for (let p = 64n; p <= 64n + up; p++) {
      const m = ((1n << p) + d - 1n) / d;
      if (m >= 1n << 64n || m * d - (1n << p) > 1n << (p - 64n)) continue;
      const high = this.#binary("umulh", x, m);
      return p === 64n ? high : this.#binary("lshr", high, p - 64n);
    }
    // The reciprocal has 65 bits: its top bit is an addition, halved so as not to overflow.
    const m = (((1n << (64n + up)) + d - 1n) / d) & ((1n << 64n) - 1n);
    const high = this.#binary("umulh", x, m);
    const half = this.#binary("lshr", this.#binary("sub", x, high), 1n);
    return this.#binary("lshr", this.#binary("add", half, high), up - 1n);
  }

  #signed(x: Operand, d: bigint, size: bigint, type: Type, width: bigint): Operand {
    const negate = (q: Operand) => (d < 0n ? this.#unary("neg", q, type) : q);
    if ((size & (size - 1n)) === 0n) {
      // Rounding goes towards zero: negative dividends get size - 1 added first.
      const k = log2up(size);
      const bias = this.#binary("lshr", this.#binary("ashr", x, width - 1n), width - k);
      return negate(this.#binary("ashr", this.#binary("add", x, bias), k));
    }
    const minus = this.#binary("lshr", x, width - 1n);
    if (width < 64n) {
      const p = width - 1n + log2up(size);
      const m = (1n << p) / size + 1n;
      const product = this.#binary("mul", this.#unary("sext", x, "i64"), m);
      const floor = this.#unary("trunc", this.#binary("ashr", product, p), type);
      return negate(this.#binary("add", floor, minus));
    }
    const up = log2up(size);
    const m = (1n << (63n + up)) / size + 1n;
    // m is between 2^63 and 2^64: as a signed number it is m - 2^64, which an addition mends.
    const high = this.#binary("add", this.#binary("smulh", x, m), x);
    return negate(this.#binary("add", this.#binary("ashr", high, up - 1n), minus));
  }
}
