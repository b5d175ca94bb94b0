/**
 * What the operations mean, on bit patterns: the one definition that the interpreter runs and constant folding applies.
 * Integers are unsigned bigints cut to their width, floats their bit patterns.
 */
import { bitsOfFloat, floatOfBits } from "./build.ts";
import { type BinaryOp, type CompareOp, type Type, type UnaryOp, widths } from "./ssa.ts";

/** The result of a binary operation; null where it has none (division by zero, INT_MIN / -1). */
export function evaluateBinary(how: BinaryOp, type: Type, x: bigint, y: bigint): bigint | null {
  const width = widths[type];
  switch (how) {
    case "add":
      return BigInt.asUintN(width, x + y);
    case "sub":
      return BigInt.asUintN(width, x - y);
    case "mul":
      return BigInt.asUintN(width, x * y);
    case "udiv":
      return y === 0n ? null : x / y;
    case "urem":
      return y === 0n ? null : x % y;
    case "sdiv":
    case "srem": {
      const a = BigInt.asIntN(width, x);
      const b = BigInt.asIntN(width, y);
      if (b === 0n || (b === -1n && x === 1n << BigInt(width - 1))) return null;
      return BigInt.asUintN(width, how === "sdiv" ? a / b : a % b);
    }
    case "and":
      return x & y;
    case "or":
      return x | y;
    case "xor":
      return x ^ y;
    case "shl":
      return y >= width ? 0n : BigInt.asUintN(width, x << y);
    case "lshr":
      return y >= width ? 0n : x >> y;
    case "ashr":
      return BigInt.asUintN(width, BigInt.asIntN(width, x) >> (y >= width ? BigInt(width - 1) : y));
    case "rotl":
    case "rotr": {
      const count = y % BigInt(width);
      const left = how === "rotl" ? count : (BigInt(width) - count) % BigInt(width);
      return BigInt.asUintN(width, (x << left) | (x >> (BigInt(width) - left)));
    }
    case "umulh":
      return (x * y) >> 64n;
    case "smulh":
      return BigInt.asUintN(64, (BigInt.asIntN(64, x) * BigInt.asIntN(64, y)) >> 64n);
    case "fadd":
    case "fsub":
    case "fmul":
    case "fdiv": {
      // Rounding the f64 result of two f32 to f32 gives the correctly rounded result: 53 >= 2 * 24 + 2.
      const real = type as "f32" | "f64";
      const a = floatOfBits(real, x);
      const b = floatOfBits(real, y);
      return bitsOfFloat(real, how === "fadd" ? a + b : how === "fsub" ? a - b : how === "fmul" ? a * b : a / b);
    }
  }
}

/** Whether a comparison of two operands of `type` holds. */
export function evaluateCompare(how: CompareOp, type: Type, x: bigint, y: bigint): boolean {
  const width = widths[type];
  switch (how) {
    case "eq":
      return x === y;
    case "ne":
      return x !== y;
    case "ult":
      return x < y;
    case "ule":
      return x <= y;
    case "ugt":
      return x > y;
    case "uge":
      return x >= y;
    case "slt":
      return BigInt.asIntN(width, x) < BigInt.asIntN(width, y);
    case "sle":
      return BigInt.asIntN(width, x) <= BigInt.asIntN(width, y);
    case "sgt":
      return BigInt.asIntN(width, x) > BigInt.asIntN(width, y);
    case "sge":
      return BigInt.asIntN(width, x) >= BigInt.asIntN(width, y);
    default: {
      const a = floatOfBits(type as "f32" | "f64", x);
      const b = floatOfBits(type as "f32" | "f64", y);
      switch (how) {
        case "feq":
          return a === b;
        case "fne":
          return a !== b;
        case "flt":
          return a < b;
        case "fle":
          return a <= b;
        case "fgt":
          return a > b;
        case "fge":
          return a >= b;
      }
    }
  }
}

/** The number nearest to an integer, ties to even. */
function floatOfInteger(type: "f32" | "f64", value: bigint): number {
  if (type === "f64") return Number(value);
  // Through f64 it would be rounded twice: first drop low bits into a sticky one, so that the f64 is exact.
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return Math.fround(Number(value));
  const sticky = (magnitude & 0xffffn) === 0n ? 0n : 1n;
  const rounded = Math.fround(Number((magnitude >> 16n) | sticky)) * 65536;
  return value < 0n ? -rounded : rounded;
}

/** The result of a unary operation from type `from` to type `to`. */
export function evaluateUnary(how: UnaryOp, from: Type, to: Type, x: bigint): bigint {
  const width = widths[from];
  switch (how) {
    case "neg":
      return BigInt.asUintN(width, -x);
    case "not":
      return BigInt.asUintN(width, ~x);
    case "clz":
      return BigInt(width - (x === 0n ? 0 : x.toString(2).length));
    case "ctz":
      return x === 0n ? BigInt(width) : BigInt((x & -x).toString(2).length - 1);
    case "popcnt": {
      let count = 0n;
      for (let rest = x; rest !== 0n; rest &= rest - 1n) count++;
      return count;
    }
    case "bswap": {
      let swapped = 0n;
      for (let at = 0; at < width; at += 8) swapped = (swapped << 8n) | ((x >> BigInt(at)) & 0xffn);
      return swapped;
    }
    case "fneg":
      return x ^ (1n << BigInt(width - 1));
    case "fabs":
      return BigInt.asUintN(width - 1, x);
    case "fsqrt":
      return bitsOfFloat(from as "f32" | "f64", Math.sqrt(floatOfBits(from as "f32" | "f64", x)));
    case "zext":
    case "bitcast":
      return x;
    case "sext":
      return BigInt.asUintN(widths[to], BigInt.asIntN(width, x));
    case "trunc":
      return BigInt.asUintN(widths[to], x);
    case "stof":
    case "utof":
      return bitsOfFloat(
        to as "f32" | "f64",
        floatOfInteger(to as "f32" | "f64", how === "stof" ? BigInt.asIntN(width, x) : x),
      );
    case "ftos":
    case "ftou": {
      const bits = BigInt(widths[to]);
      const least = how === "ftos" ? -(1n << (bits - 1n)) : 0n;
      const most = how === "ftos" ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
      const value = Math.trunc(floatOfBits(from as "f32" | "f64", x));
      if (Number.isNaN(value)) return 0n;
      const whole = value === Infinity ? most : value === -Infinity ? least : BigInt(value);
      return BigInt.asUintN(Number(bits), whole < least ? least : whole > most ? most : whole);
    }
    case "fext":
      return bitsOfFloat("f64", floatOfBits("f32", x));
    case "ftrunc":
      return bitsOfFloat("f32", floatOfBits("f64", x));
  }
}
