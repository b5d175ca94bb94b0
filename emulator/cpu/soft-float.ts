/**
 * Floating-point arithmetic of SSE in software, exact for every operand, rounding mode and control bit: the slow path behind the
 * shortcuts of vector-float.ts, and the measure of them. A finite number is an integer times a power of two; every
 * operation computes its exact result in such a form (or enough of it, with a sticky bit) and rounds once.
 *
 * Numbers are their bits, as bigints. Rules: SDM vol. 1, 4.8 and 11.5; NaNs: table 4-7.
 */

/** IEEE 754 binary formats: width, and bits of the fraction. */
export interface Format {
  readonly bits: 16 | 32 | 64;
  readonly fraction: number;
  readonly bias: number;
  readonly signBit: bigint;
  /** All bits but the sign. */
  readonly magnitude: bigint;
  readonly infinity: bigint;
  readonly quietBit: bigint;
  /** The fraction as a mask, and the integer bit above it. */
  readonly fractionMask: bigint;
  readonly integerBit: bigint;
}

function format(bits: 16 | 32 | 64, fraction: number): Format {
  const exponentBits = bits - 1 - fraction;
  const signBit = 1n << BigInt(bits - 1);
  const integerBit = 1n << BigInt(fraction);
  return {
    bits,
    fraction,
    bias: 2 ** (exponentBits - 1) - 1,
    signBit,
    magnitude: signBit - 1n,
    infinity: ((1n << BigInt(exponentBits)) - 1n) << BigInt(fraction),
    quietBit: integerBit >> 1n,
    fractionMask: integerBit - 1n,
    integerBit,
  };
}

export const half = format(16, 10);
export const single = format(32, 23);
export const double = format(64, 52);

/** MXCSR (vol. 1, 10.2.3): the exception flags; their masks stand seven bits above. */
export const Mxcsr = {
  IE: 1 << 0,
  DE: 1 << 1,
  ZE: 1 << 2,
  OE: 1 << 3,
  UE: 1 << 4,
  PE: 1 << 5,
  /** Denormal operands count as zeros. */
  DAZ: 1 << 6,
  masks: 0x3f << 7,
  OM: 1 << 10,
  UM: 1 << 11,
  /** Rounding control in bits 14:13: to nearest even, down, up, towards zero. */
  roundingShift: 13,
  RC: 3 << 13,
  /** Tiny results become zeros, while underflow is masked. */
  FTZ: 1 << 15,
} as const;

export const Rounding = { nearest: 0, down: 1, up: 2, zero: 3 } as const;

/** What an operation gives: the bits, and the exceptions it raised (`Mxcsr` IE…PE). */
export interface Rounded {
  readonly value: bigint;
  readonly flags: number;
}

/** A finite number other than 0: significand × 2^exponent. */
interface Finite {
  readonly negative: boolean;
  readonly significand: bigint;
  readonly exponent: number;
}

export const roundingOf = (mxcsr: number): number => (mxcsr >> Mxcsr.roundingShift) & 3;

/** Negative, quiet, nothing else: what invalid operations give. */
export const defaultNan = (f: Format): bigint => f.signBit | f.infinity | f.quietBit;
const magnitude = (f: Format, x: bigint): bigint => x & f.magnitude;

export const isNegative = (f: Format, x: bigint): boolean => (x & f.signBit) !== 0n;
export const isNan = (f: Format, x: bigint): boolean => magnitude(f, x) > f.infinity;
export const isSignaling = (f: Format, x: bigint): boolean => isNan(f, x) && (x & f.quietBit) === 0n;
const isInfinite = (f: Format, x: bigint): boolean => magnitude(f, x) === f.infinity;
const isZero = (f: Format, x: bigint): boolean => magnitude(f, x) === 0n;
const isDenormal = (f: Format, x: bigint): boolean => !isZero(f, x) && magnitude(f, x) < f.integerBit;
export const quiet = (f: Format, x: bigint): bigint => x | f.quietBit;

/** Bits of a number that is not 0. */
function bitLength(x: bigint): number {
  const digits = x.toString(16);
  return 4 * digits.length - Math.clz32(Number.parseInt(digits[0]!, 16)) + 28;
}
const signed = (f: Format, negative: boolean, bits: bigint): bigint => (negative ? f.signBit | bits : bits);

function unpack(f: Format, x: bigint): Finite {
  const field = Number(magnitude(f, x) >> BigInt(f.fraction));
  const fraction = x & f.fractionMask;
  const least = 1 - f.bias - f.fraction;
  return field === 0
    ? { negative: isNegative(f, x), significand: fraction, exponent: least }
    : { negative: isNegative(f, x), significand: fraction | f.integerBit, exponent: least + field - 1 };
}

/** An operand under DAZ; DE where a denormal number stays one. */
export function operand(f: Format, x: bigint, mxcsr: number): Rounded {
  if (!isDenormal(f, x)) return { value: x, flags: 0 };
  if (mxcsr & Mxcsr.DAZ) return { value: x & f.signBit, flags: 0 };
  return { value: x, flags: Mxcsr.DE };
}

/** Drops the low bits of a significand, rounded. */
function shorten(x: bigint, drop: number, negative: boolean, rounding: number): { rounded: bigint; inexact: boolean } {
  if (drop <= 0) return { rounded: x << BigInt(-drop), inexact: false };
  const kept = x >> BigInt(drop);
  const rest = x & ((1n << BigInt(drop)) - 1n);
  if (rest === 0n) return { rounded: kept, inexact: false };
  const halfway = 1n << BigInt(drop - 1);
  const up =
    rounding === Rounding.nearest
      ? rest > halfway || (rest === halfway && (kept & 1n) === 1n)
      : rounding === Rounding.up
        ? !negative
        : rounding === Rounding.down
          ? negative
          : false;
  return { rounded: up ? kept + 1n : kept, inexact: true };
}

/** An exact number to the nearest representable ones; `significand` is not 0, and a sticky bit may be its lowest. */
export function round(f: Format, { negative, significand, exponent }: Finite, mxcsr: number): Rounded {
  const rounding = roundingOf(mxcsr);
  const precision = f.fraction + 1;
  const least = 1 - f.bias - f.fraction;
  const excess = bitLength(significand) - precision;
  const unbounded = shorten(significand, excess, negative, rounding);
  const carried = unbounded.rounded >> BigInt(precision) !== 0n ? 1 : 0;
  // Tiny: below the least normal number even when rounded as if the exponent had no bound.
  const flags = unbounded.inexact ? Mxcsr.PE : 0;
  if (exponent + excess + carried < least) {
    // Unmasked, it is as if the exponent had no bound (vol. 1, 4.9.1.5).
    if (mxcsr & Mxcsr.UM) return tiny(f, { negative, significand, exponent }, mxcsr);
    return { value: 0n, flags: flags | Mxcsr.UE };
  }
  const field = exponent + excess + carried - least + 1;
  if (field >= 2 * f.bias + 1) {
    const toInfinity = rounding === Rounding.nearest || rounding === (negative ? Rounding.down : Rounding.up);
    const value = toInfinity ? f.infinity : f.infinity - 1n;
    return { value: signed(f, negative, value), flags: Mxcsr.OE | (mxcsr & Mxcsr.OM ? Mxcsr.PE : flags) };
  }
  const fraction = (unbounded.rounded >> BigInt(carried)) & f.fractionMask;
  return { value: signed(f, negative, (BigInt(field) << BigInt(f.fraction)) | fraction), flags };
}

/** A tiny result while underflow is masked. */
function tiny(f: Format, { negative, significand, exponent }: Finite, mxcsr: number): Rounded {
  if (mxcsr & Mxcsr.FTZ) return { value: signed(f, negative, 0n), flags: Mxcsr.UE | Mxcsr.PE };
  const least = 1 - f.bias - f.fraction;
  const { rounded, inexact } = shorten(significand, least - exponent, negative, roundingOf(mxcsr));
  // A carry into the exponent field is the least normal number.
  return { value: signed(f, negative, rounded), flags: inexact ? Mxcsr.UE | Mxcsr.PE : 0 };
}

const invalid = (f: Format): Rounded => ({ value: defaultNan(f), flags: Mxcsr.IE });

/** The NaN that two operands give, one of which is a NaN: the first NaN, quiet (table 4-7). */
function propagate(f: Format, x: bigint, y: bigint): Rounded {
  const flags = isSignaling(f, x) || isSignaling(f, y) ? Mxcsr.IE : 0;
  return { value: quiet(f, isNan(f, x) ? x : y), flags };
}

const ofExact = (f: Format, exact: Finite, mxcsr: number, flags: number): Rounded => {
  const rounded = round(f, exact, mxcsr);
  return { value: rounded.value, flags: rounded.flags | flags };
};

export type Binary = (f: Format, x: bigint, y: bigint, mxcsr: number) => Rounded;

export const add: Binary = (f, first, second, mxcsr) => {
  if (isNan(f, first) || isNan(f, second)) return propagate(f, first, second);
  const [a, b] = [operand(f, first, mxcsr), operand(f, second, mxcsr)];
  const flags = a.flags | b.flags;
  const [x, y] = [a.value, b.value];
  if (isInfinite(f, x) || isInfinite(f, y)) {
    if (isInfinite(f, x) && isInfinite(f, y) && x !== y) return invalid(f);
    return { value: isInfinite(f, x) ? x : y, flags };
  }
  const [p, q] = [unpack(f, x), unpack(f, y)];
  const exponent = Math.min(p.exponent, q.exponent);
  const aligned = (n: Finite) => {
    const wide = n.significand << BigInt(n.exponent - exponent);
    return n.negative ? -wide : wide;
  };
  const sum = aligned(p) + aligned(q);
  if (sum !== 0n) return ofExact(f, { negative: sum < 0n, significand: sum < 0n ? -sum : sum, exponent }, mxcsr, flags);
  // Zeros of one sign keep it; else the sum of opposites is +0, but −0 when rounding down.
  const negative = p.negative === q.negative ? p.negative : roundingOf(mxcsr) === Rounding.down;
  return { value: signed(f, negative, 0n), flags };
};

export const sub: Binary = (f, x, y, mxcsr) =>
  isNan(f, x) || isNan(f, y) ? propagate(f, x, y) : add(f, x, y ^ f.signBit, mxcsr);

export const mul: Binary = (f, first, second, mxcsr) => {
  if (isNan(f, first) || isNan(f, second)) return propagate(f, first, second);
  const [a, b] = [operand(f, first, mxcsr), operand(f, second, mxcsr)];
  const flags = a.flags | b.flags;
  const [x, y] = [a.value, b.value];
  const negative = isNegative(f, x) !== isNegative(f, y);
  if (isInfinite(f, x) || isInfinite(f, y)) {
    if (isZero(f, x) || isZero(f, y)) return invalid(f);
    return { value: signed(f, negative, f.infinity), flags };
  }
  if (isZero(f, x) || isZero(f, y)) return { value: signed(f, negative, 0n), flags };
  const [p, q] = [unpack(f, x), unpack(f, y)];
  const exact = { negative, significand: p.significand * q.significand, exponent: p.exponent + q.exponent };
  return ofExact(f, exact, mxcsr, flags);
};

export const div: Binary = (f, first, second, mxcsr) => {
  if (isNan(f, first) || isNan(f, second)) return propagate(f, first, second);
  const [a, b] = [operand(f, first, mxcsr), operand(f, second, mxcsr)];
  const flags = a.flags | b.flags;
  const [x, y] = [a.value, b.value];
  const negative = isNegative(f, x) !== isNegative(f, y);
  if (isInfinite(f, x)) {
    if (isInfinite(f, y)) return invalid(f);
    return { value: signed(f, negative, f.infinity), flags };
  }
  if (isInfinite(f, y)) return { value: signed(f, negative, 0n), flags };
  if (isZero(f, y)) {
    if (isZero(f, x)) return invalid(f);
    return { value: signed(f, negative, f.infinity), flags: Mxcsr.ZE };
  }
  if (isZero(f, x)) return { value: signed(f, negative, 0n), flags };
  const [p, q] = [unpack(f, x), unpack(f, y)];
  // Enough bits of the quotient to round from, and one that says whether there are more.
  const scale = 2 * f.fraction + 6;
  const dividend = p.significand << BigInt(scale);
  const quotient = dividend / q.significand;
  const sticky = dividend % q.significand === 0n ? 0n : 1n;
  const exact = { negative, significand: (quotient << 1n) | sticky, exponent: p.exponent - q.exponent - scale - 1 };
  return ofExact(f, exact, mxcsr, flags);
};

/** The integer part of a square root. */
function integerRoot(x: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitLength(x) / 2));
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

export function sqrt(f: Format, argument: bigint, mxcsr: number): Rounded {
  if (isNan(f, argument)) return propagate(f, argument, argument);
  const { value: x, flags } = operand(f, argument, mxcsr);
  if (isZero(f, x)) return { value: x, flags };
  if (isNegative(f, x)) return invalid(f);
  if (isInfinite(f, x)) return { value: x, flags };
  const { significand, exponent } = unpack(f, x);
  const odd = exponent & 1;
  const scale = 2 * f.fraction + 8;
  const radicand = significand << BigInt(scale + odd);
  const root = integerRoot(radicand);
  const sticky = root * root === radicand ? 0n : 1n;
  const exact = { negative: false, significand: (root << 1n) | sticky, exponent: (exponent - odd - scale) / 2 - 1 };
  return ofExact(f, exact, mxcsr, flags);
}

/**
 * ± x × y ± z with one rounding (FMA3). Of several NaNs the first of x, y, z as they are given; a sign that is changed does not
 * change a NaN's.
 */
export function multiplyAdd(
  f: Format,
  operands: readonly [bigint, bigint, bigint],
  negate: { readonly product: boolean; readonly addend: boolean },
  mxcsr: number,
): Rounded {
  const nan = operands.find((x) => isNan(f, x));
  if (nan !== undefined) return { value: quiet(f, nan), flags: operands.some((x) => isSignaling(f, x)) ? Mxcsr.IE : 0 };
  const [a, b, c] = operands.map((x) => operand(f, x, mxcsr)) as [Rounded, Rounded, Rounded];
  const flags = a.flags | b.flags | c.flags;
  const [x, y] = [a.value, b.value];
  const z = negate.addend ? c.value ^ f.signBit : c.value;
  const negative = (isNegative(f, x) !== isNegative(f, y)) !== negate.product;
  if (isInfinite(f, x) || isInfinite(f, y)) {
    if (isZero(f, x) || isZero(f, y)) return invalid(f);
    if (isInfinite(f, z) && isNegative(f, z) !== negative) return invalid(f);
    return { value: signed(f, negative, f.infinity), flags };
  }
  if (isInfinite(f, z)) return { value: z, flags };
  const [p, q, r] = [unpack(f, x), unpack(f, y), unpack(f, z)];
  const exponent = Math.min(p.exponent + q.exponent, r.exponent);
  const wide = (p.significand * q.significand) << BigInt(p.exponent + q.exponent - exponent);
  const addend = r.significand << BigInt(r.exponent - exponent);
  const sum = (negative ? -wide : wide) + (r.negative ? -addend : addend);
  if (sum !== 0n) return ofExact(f, { negative: sum < 0n, significand: sum < 0n ? -sum : sum, exponent }, mxcsr, flags);
  const zeroSign = negative === r.negative ? negative : roundingOf(mxcsr) === Rounding.down;
  return { value: signed(f, zeroSign, 0n), flags };
}

/** −1, 0 or 1 for less, equal, greater; neither operand is a NaN. */
function order(f: Format, x: bigint, y: bigint): number {
  const value = (v: bigint) => (isNegative(f, v) ? -magnitude(f, v) : magnitude(f, v));
  const [p, q] = [value(x), value(y)];
  return p < q ? -1 : p > q ? 1 : 0;
}

/** MIN, MAX: the second operand where there is a NaN or the two are equal. */
export const minmax =
  (wanted: -1 | 1): Binary =>
  (f, first, second, mxcsr) => {
    if (isNan(f, first) || isNan(f, second)) {
      const { value } = isNan(f, second) ? { value: second } : operand(f, second, mxcsr);
      return { value, flags: Mxcsr.IE };
    }
    const [a, b] = [operand(f, first, mxcsr), operand(f, second, mxcsr)];
    const value = order(f, a.value, b.value) === wanted ? a.value : b.value;
    return { value, flags: a.flags | b.flags };
  };

/** How two numbers compare: "unordered" if one is a NaN. `signaling`: quiet NaNs are invalid too. */
export function compare(
  f: Format,
  first: bigint,
  second: bigint,
  mxcsr: number,
  signaling: boolean,
): { readonly order: "less" | "equal" | "greater" | "unordered"; readonly flags: number } {
  if (isNan(f, first) || isNan(f, second)) {
    const bad = signaling || isSignaling(f, first) || isSignaling(f, second);
    return { order: "unordered", flags: bad ? Mxcsr.IE : 0 };
  }
  const [a, b] = [operand(f, first, mxcsr), operand(f, second, mxcsr)];
  const sign = order(f, a.value, b.value);
  return { order: sign < 0 ? "less" : sign > 0 ? "greater" : "equal", flags: a.flags | b.flags };
}

/** From one format to another. */
export function convert(from: Format, to: Format, argument: bigint, mxcsr: number): Rounded {
  if (isNan(from, argument)) {
    const payload = argument & from.fractionMask;
    const shift = BigInt(Math.abs(to.fraction - from.fraction));
    const moved = to.fraction > from.fraction ? payload << shift : payload >> shift;
    const value = signed(to, isNegative(from, argument), to.infinity | to.quietBit | moved);
    return { value, flags: isSignaling(from, argument) ? Mxcsr.IE : 0 };
  }
  const { value: x, flags } = operand(from, argument, mxcsr);
  const negative = isNegative(from, x);
  if (isInfinite(from, x)) return { value: signed(to, negative, to.infinity), flags };
  if (isZero(from, x)) return { value: signed(to, negative, 0n), flags };
  return ofExact(to, unpack(from, x), mxcsr, flags);
}

/** A signed integer as a number. */
export function fromInteger(f: Format, x: bigint, mxcsr: number): Rounded {
  if (x === 0n) return { value: 0n, flags: 0 };
  return round(f, { negative: x < 0n, significand: x < 0n ? -x : x, exponent: 0 }, mxcsr);
}

/** A number as a signed integer of so many bits; what does not fit is invalid and gives the integer indefinite, 100…0B. */
export function toInteger(
  f: Format,
  argument: bigint,
  bits: number,
  mxcsr: number,
  rounding = roundingOf(mxcsr),
): Rounded {
  const indefinite = { value: 1n << BigInt(bits - 1), flags: Mxcsr.IE };
  if (isNan(f, argument) || isInfinite(f, argument)) return indefinite;
  const { value: x } = operand(f, argument, mxcsr);
  const { negative, significand, exponent } = unpack(f, x);
  const { rounded, inexact } = shorten(significand, -exponent, negative, rounding);
  const value = negative ? -rounded : rounded;
  if (BigInt.asIntN(bits, value) !== value) return indefinite;
  return { value: BigInt.asUintN(bits, value), flags: inexact ? Mxcsr.PE : 0 };
}

/** To an integral number in the same format (ROUNDPS …); `exact`: the precision exception is suppressed. */
export function toIntegral(f: Format, argument: bigint, mxcsr: number, rounding: number, exact: boolean): Rounded {
  if (isNan(f, argument)) return propagate(f, argument, argument);
  const { value: x } = operand(f, argument, mxcsr);
  if (isInfinite(f, x) || isZero(f, x)) return { value: x, flags: 0 };
  const { negative, significand, exponent } = unpack(f, x);
  if (exponent >= 0) return { value: x, flags: 0 };
  const { rounded, inexact } = shorten(significand, -exponent, negative, rounding);
  const flags = inexact && !exact ? Mxcsr.PE : 0;
  if (rounded === 0n) return { value: signed(f, negative, 0n), flags };
  return { value: round(f, { negative, significand: rounded, exponent: 0 }, 0).value, flags };
}
