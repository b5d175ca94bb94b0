/**
 * The helpers behind SSE's floating-point instructions: every lane computed in software (soft-float.ts), then the exceptions
 * of all lanes together (SDM vol. 1, 11.5.4 and vol. 3, 6.15 "#XM"): flags are set in MXCSR; if one is unmasked, the fault
 * is raised and nothing else has happened. Exceptions that are seen before computing (invalid, denormal, divide by zero),
 * where unmasked, keep those of the result from being seen.
 */
import { type CpuContext, Fault, type Helper, type Helpers } from "./context.ts";
import { Cr4 } from "./control-bits.ts";
import {
  add,
  type Binary,
  compare,
  convert,
  div,
  double,
  type Format,
  fromInteger,
  half,
  Mxcsr,
  minmax,
  mul,
  multiplyAdd,
  type Rounded,
  Rounding,
  single,
  sqrt,
  sub,
  toInteger,
  toIntegral,
} from "./soft-float.ts";
import { Flag, Vector } from "./state.ts";

const BEFORE = Mxcsr.IE | Mxcsr.DE | Mxcsr.ZE;

/** Records exceptions; throws #XM, or #UD where the system does not handle it, for an unmasked one. */
export function raiseExceptions(cpu: CpuContext, flags: number): void {
  if (flags === 0) return;
  const { state } = cpu;
  const mxcsr = state.get32("mxcsr");
  const unmasked = ~(mxcsr >> 7) & 0x3f;
  state.set32("mxcsr", mxcsr | (flags & BEFORE & unmasked ? flags & BEFORE : flags));
  if ((flags & unmasked) === 0) return;
  throw new Fault((state.get64("cr4") & Cr4.OSXMMEXCPT) === 0n ? Vector.UD : Vector.XM);
}

const laneOf = (words: readonly bigint[], bits: number, lane: number): bigint => {
  const at = lane * bits;
  const word = words[at >> 6]!;
  return bits === 64 ? word : BigInt.asUintN(bits, at & 63 ? word >> BigInt(at & 63) : word);
};

/** An operation on each lane; `x` and `y` are 64-bit words. Gives the lanes one after the other. */
function eachLane(
  cpu: CpuContext,
  count: number,
  bits: number,
  operation: (lane: number, mxcsr: number) => Rounded,
): bigint {
  const mxcsr = cpu.state.get32("mxcsr");
  let value = 0n;
  let flags = 0;
  for (let lane = 0; lane < count; lane++) {
    const result = operation(lane, mxcsr);
    value |= lane === 0 ? result.value : result.value << BigInt(lane * bits);
    flags |= result.flags;
  }
  raiseExceptions(cpu, flags);
  return value;
}

interface Lanes {
  readonly format: Format;
  readonly count: number;
}
const lanesOf: Readonly<Record<string, Lanes>> = {
  f32: { format: single, count: 1 },
  f64: { format: double, count: 1 },
  f32x4: { format: single, count: 4 },
  f64x2: { format: double, count: 2 },
};

/** Two-operand helpers for a shape: (x, y), each of one or two words; and for 256 bits (half, x0, y0, x1, y1). */
function binaryHelpers(name: string, shape: string, operation: Binary): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  if (count === 1)
    return {
      [`${name}.${shape}`]: (cpu, x, y) =>
        eachLane(cpu, 1, bits, (_, mxcsr) => operation(format, laneOf([x!], bits, 0), laneOf([y!], bits, 0), mxcsr)),
    };
  const words = (x: readonly bigint[], y: readonly bigint[]) => (lane: number, mxcsr: number) =>
    operation(format, laneOf(x, bits, lane), laneOf(y, bits, lane), mxcsr);
  return {
    [`${name}.${shape}`]: (cpu, x0, x1, y0, y1) => eachLane(cpu, count, bits, words([x0!, x1!], [y0!, y1!])),
    [`${name}.${shape}.256`]: (cpu, half, x0, x1, y0, y1, x2, x3, y2, y3) => {
      const all = eachLane(cpu, 2 * count, bits, words([x0!, x1!, x2!, x3!], [y0!, y1!, y2!, y3!]));
      return half === 0n ? BigInt.asUintN(128, all) : all >> 128n;
    },
  };
}

/** SQRT: one operand. */
function rootHelpers(shape: string): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  const words = (x: readonly bigint[]) => (lane: number, mxcsr: number) => sqrt(format, laneOf(x, bits, lane), mxcsr);
  if (count === 1) return { [`sqrt.${shape}`]: (cpu, x) => eachLane(cpu, 1, bits, words([x!])) };
  return {
    [`sqrt.${shape}`]: (cpu, x0, x1) => eachLane(cpu, count, bits, words([x0!, x1!])),
    [`sqrt.${shape}.256`]: (cpu, half, x0, x1, x2, x3) => {
      const all = eachLane(cpu, 2 * count, bits, words([x0!, x1!, x2!, x3!]));
      return half === 0n ? BigInt.asUintN(128, all) : all >> 128n;
    },
  };
}

/**
 * The comparison predicates (vol. 2, CMPPD, table 3-1): what each of less, equal, greater, unordered gives, and whether a quiet
 * NaN is invalid. 16–31 are 0–15 with that turned round.
 */
const predicates: readonly (readonly [holds: string, signaling: boolean])[] = [
  ["e", false],
  ["l", true],
  ["le", true],
  ["u", false],
  ["lgu", false],
  ["egu", true],
  ["gu", true],
  ["leg", false],
  ["eu", false],
  ["lu", true],
  ["leu", true],
  ["", false],
  ["lg", false],
  ["eg", true],
  ["g", true],
  ["legu", false],
];

const comparison =
  (predicate: number): Binary =>
  (format, x, y, mxcsr) => {
    const [holds, signaling] = predicates[predicate & 15]!;
    const { order, flags } = compare(format, x, y, mxcsr, signaling !== predicate >= 16);
    return { value: holds.includes(order[0]!) ? (1n << BigInt(format.bits)) - 1n : 0n, flags };
  };

function compareHelpers(shape: string): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  const words = (predicate: bigint, x: readonly bigint[], y: readonly bigint[]) => {
    const operation = comparison(Number(predicate));
    return (lane: number, mxcsr: number) => operation(format, laneOf(x, bits, lane), laneOf(y, bits, lane), mxcsr);
  };
  if (count === 1)
    return { [`compare.${shape}`]: (cpu, x, y, predicate) => eachLane(cpu, 1, bits, words(predicate!, [x!], [y!])) };
  return {
    [`compare.${shape}`]: (cpu, x0, x1, y0, y1, predicate) =>
      eachLane(cpu, count, bits, words(predicate!, [x0!, x1!], [y0!, y1!])),
    [`compare.${shape}.256`]: (cpu, half, x0, x1, y0, y1, x2, x3, y2, y3, predicate) => {
      const all = eachLane(cpu, 2 * count, bits, words(predicate!, [x0!, x1!, x2!, x3!], [y0!, y1!, y2!, y3!]));
      return half === 0n ? BigInt.asUintN(128, all) : all >> 128n;
    },
  };
}

const orderFlags = { less: Flag.CF, equal: Flag.ZF, greater: 0, unordered: Flag.ZF | Flag.PF | Flag.CF } as const;

const flagHelper =
  (format: Format, signaling: boolean): Helper =>
  (cpu, x, y) => {
    const mask = (1n << BigInt(format.bits)) - 1n;
    const { order, flags } = compare(format, x! & mask, y! & mask, cpu.state.get32("mxcsr"), signaling);
    raiseExceptions(cpu, flags);
    return BigInt(orderFlags[order]);
  };

// ---- conversions

/**
 * One operand of words, `count` lanes from `from` bits to `to` bits; for 256 bits the words of both halves, and which half of the results
 * is wanted.
 */
function conversions(
  name: string,
  from: number,
  to: number,
  count: number,
  operation: (x: bigint, mxcsr: number) => Rounded,
): Helpers {
  const run = (cpu: CpuContext, words: readonly bigint[], lanes: number) =>
    eachLane(cpu, lanes, to, (lane, mxcsr) => operation(laneOf(words, from, lane), mxcsr));
  const bits = to * count;
  const half = (which: bigint, all: bigint) => BigInt.asUintN(bits, all >> (which * BigInt(bits)));
  if (from * count <= 64)
    return {
      [name]: (cpu, x) => run(cpu, [x!], count),
      [`${name}.256`]: (cpu, which, x0, x1) => half(which!, run(cpu, [x0!, x1!], 2 * count)),
    };
  return {
    [name]: (cpu, x0, x1) => run(cpu, [x0!, x1!], count),
    [`${name}.256`]: (cpu, which, x0, x1, x2, x3) => half(which!, run(cpu, [x0!, x1!, x2!, x3!], 2 * count)),
  };
}

const toIntegers = (name: string, f: Format, bits: number, count: number, rounding?: number): Helpers =>
  conversions(name, f.bits, bits, count, (x, mxcsr) => toInteger(f, x, bits, mxcsr, rounding));

const fromIntegers = (name: string, f: Format, bits: number, count: number): Helpers =>
  conversions(name, bits, f.bits, count, (x, mxcsr) => fromInteger(f, BigInt.asIntN(bits, x), mxcsr));

const between = (name: string, from: Format, to: Format, count: number): Helpers =>
  conversions(name, from.bits, to.bits, count, (x, mxcsr) => convert(from, to, x, mxcsr));

/** ROUNDxx: (x, immediate): bits 1:0 the rounding, bit 2 MXCSR's instead, bit 3 no precision exception. */
function integralHelpers(shape: string): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  const run = (cpu: CpuContext, words: readonly bigint[], immediate: bigint, lanes: number) => {
    const how = Number(immediate);
    return eachLane(cpu, lanes, bits, (lane, mxcsr) => {
      const rounding = how & 4 ? (mxcsr >> Mxcsr.roundingShift) & 3 : how & 3;
      return toIntegral(format, laneOf(words, bits, lane), mxcsr, rounding, (how & 8) !== 0);
    });
  };
  if (count === 1) return { [`round.${shape}`]: (cpu, x, immediate) => run(cpu, [x!], immediate!, 1) };
  return {
    [`round.${shape}`]: (cpu, x0, x1, immediate) => run(cpu, [x0!, x1!], immediate!, count),
    [`round.${shape}.256`]: (cpu, half, x0, x1, x2, x3, immediate) => {
      const all = run(cpu, [x0!, x1!, x2!, x3!], immediate!, 2 * count);
      return half === 0n ? BigInt.asUintN(128, all) : all >> 128n;
    },
  };
}

/**
 * DPPS, DPPD: products of the lanes chosen by bits 7:4, added in pairs, where bits 3:0 say; each step rounds and raises, in
 * both halves of a YMM register together.
 */
function dotProduct(
  cpu: CpuContext,
  f: Format,
  x: readonly bigint[],
  y: readonly bigint[],
  immediate: bigint,
): readonly bigint[] {
  const { bits } = f;
  const count = 128 / bits;
  const control = Number(immediate);
  const mxcsr = cpu.state.get32("mxcsr");
  let flags = 0;
  const note = ({ value, flags: raised }: Rounded) => {
    flags |= raised;
    return value;
  };
  const step = <T>(work: () => T): T => {
    const values = work();
    raiseExceptions(cpu, flags);
    flags = 0;
    return values;
  };
  const each = Array.from({ length: count }, (_, lane) => lane);
  let sums = step(() =>
    Array.from({ length: x.length / 2 }, (_, half) =>
      each.map((lane) => {
        if (!(control & (0x10 << lane))) return 0n;
        const at = half * count + lane;
        return note(mul(f, laneOf(x, bits, at), laneOf(y, bits, at), mxcsr));
      }),
    ),
  );
  while (sums[0]!.length > 1)
    sums = step(() =>
      sums.map((parts) =>
        Array.from({ length: parts.length / 2 }, (_, i) => note(add(f, parts[2 * i]!, parts[2 * i + 1]!, mxcsr))),
      ),
    );
  return sums.map(([sum]) =>
    each.reduce((value, lane) => value | (control & (1 << lane) ? sum! << BigInt(lane * bits) : 0n), 0n),
  );
}

const dotHelpers = (shape: string, f: Format): Helpers => ({
  [`dot.${shape}`]: (cpu, x0, x1, y0, y1, immediate) => dotProduct(cpu, f, [x0!, x1!], [y0!, y1!], immediate!)[0]!,
  [`dot.${shape}.256`]: (cpu, half, x0, x1, y0, y1, x2, x3, y2, y3, immediate) =>
    dotProduct(cpu, f, [x0!, x1!, x2!, x3!], [y0!, y1!, y2!, y3!], immediate!)[Number(half)]!,
});

// ---- fused multiply and add

/** Signs of the product and of the addend, in even and in odd lanes. */
const fusedKinds = {
  madd: [false, false, false],
  msub: [false, true, true],
  nmadd: [true, false, false],
  nmsub: [true, true, true],
  maddsub: [false, true, false],
  msubadd: [false, false, true],
} as const;

function fusedHelpers(kind: keyof typeof fusedKinds, shape: string): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  const [product, even, odd] = fusedKinds[kind];
  const words = (x: readonly bigint[], y: readonly bigint[], z: readonly bigint[]) => (lane: number, mxcsr: number) =>
    multiplyAdd(
      format,
      [laneOf(x, bits, lane), laneOf(y, bits, lane), laneOf(z, bits, lane)],
      { product, addend: lane % 2 === 0 ? even : odd },
      mxcsr,
    );
  if (count === 1) return { [`${kind}.${shape}`]: (cpu, x, y, z) => eachLane(cpu, 1, bits, words([x!], [y!], [z!])) };
  return {
    [`${kind}.${shape}`]: (cpu, x0, x1, y0, y1, z0, z1) =>
      eachLane(cpu, count, bits, words([x0!, x1!], [y0!, y1!], [z0!, z1!])),
    [`${kind}.${shape}.256`]: (cpu, half, x0, x1, y0, y1, z0, z1, x2, x3, y2, y3, z2, z3) => {
      const all = eachLane(
        cpu,
        2 * count,
        bits,
        words([x0!, x1!, x2!, x3!], [y0!, y1!, y2!, y3!], [z0!, z1!, z2!, z3!]),
      );
      return half === 0n ? BigInt.asUintN(128, all) : all >> 128n;
    },
  };
}

// ---- numbers of 16 bits

/** VCVTPS2PH takes its rounding from the immediate or from MXCSR; FTZ does not count. */
function toHalf(immediate: bigint): (x: bigint, mxcsr: number) => Rounded {
  const how = Number(immediate);
  return (x, mxcsr) => {
    const rounding = how & 4 ? mxcsr & Mxcsr.RC : (how & 3) << Mxcsr.roundingShift;
    return convert(single, half, x, (mxcsr & ~(Mxcsr.RC | Mxcsr.FTZ)) | rounding);
  };
}

const halfHelpers: Helpers = {
  // DAZ does not count, and denormal operands raise nothing.
  "f32x4.from.f16x4": (cpu, x) =>
    eachLane(cpu, 4, 32, (lane, mxcsr) => {
      const { value, flags } = convert(half, single, laneOf([x!], 16, lane), mxcsr & ~Mxcsr.DAZ);
      return { value, flags: flags & ~Mxcsr.DE };
    }),
  "f16x4.from.f32x4": (cpu, x0, x1, immediate) => {
    const operation = toHalf(immediate!);
    return eachLane(cpu, 4, 16, (lane, mxcsr) => operation(laneOf([x0!, x1!], 32, lane), mxcsr));
  },
  "f16x4.from.f32x4.256": (cpu, which, x0, x1, x2, x3, immediate) => {
    const operation = toHalf(immediate!);
    const words = [x0!, x1!, x2!, x3!];
    const all = eachLane(cpu, 8, 16, (lane, mxcsr) => operation(laneOf(words, 32, lane), mxcsr));
    return which === 0n ? BigInt.asUintN(64, all) : all >> 64n;
  },
};

const binaries: Readonly<Record<string, Binary>> = { add, sub, mul, div, min: minmax(-1), max: minmax(1) };
const shapeNames = Object.keys(lanesOf);

export const floatHelpers: Helpers = {
  ...Object.assign(
    {},
    ...shapeNames.flatMap((shape) => Object.entries(binaries).map(([n, op]) => binaryHelpers(n, shape, op))),
  ),
  ...Object.assign({}, ...shapeNames.map(rootHelpers)),
  ...Object.assign({}, ...shapeNames.map(compareHelpers)),
  ...Object.assign({}, ...shapeNames.map(integralHelpers)),
  "comi.f32": flagHelper(single, true),
  "comi.f64": flagHelper(double, true),
  "ucomi.f32": flagHelper(single, false),
  "ucomi.f64": flagHelper(double, false),
  ...dotHelpers("f32x4", single),
  ...dotHelpers("f64x2", double),
  ...Object.assign(
    {},
    ...shapeNames.flatMap((shape) =>
      (Object.keys(fusedKinds) as (keyof typeof fusedKinds)[]).map((kind) => fusedHelpers(kind, shape)),
    ),
  ),
  ...halfHelpers,
  ...between("f64.from.f32", single, double, 1),
  ...between("f32.from.f64", double, single, 1),
  ...between("f64x2.from.f32x2", single, double, 2),
  ...between("f32x2.from.f64x2", double, single, 2),
  ...fromIntegers("f32.from.i32", single, 32, 1),
  ...fromIntegers("f32.from.i64", single, 64, 1),
  ...fromIntegers("f64.from.i64", double, 64, 1),
  ...fromIntegers("f32x4.from.i32x4", single, 32, 4),
  ...fromIntegers("f32x2.from.i32x2", single, 32, 2),
  ...toIntegers("i32.from.f32", single, 32, 1),
  ...toIntegers("i64.from.f32", single, 64, 1),
  ...toIntegers("i32.from.f64", double, 32, 1),
  ...toIntegers("i64.from.f64", double, 64, 1),
  ...toIntegers("i32x4.from.f32x4", single, 32, 4),
  ...toIntegers("i32x2.from.f32x2", single, 32, 2),
  ...toIntegers("i32x2.from.f64x2", double, 32, 2),
  ...toIntegers("i32.truncate.f32", single, 32, 1, Rounding.zero),
  ...toIntegers("i64.truncate.f32", single, 64, 1, Rounding.zero),
  ...toIntegers("i32.truncate.f64", double, 32, 1, Rounding.zero),
  ...toIntegers("i64.truncate.f64", double, 64, 1, Rounding.zero),
  ...toIntegers("i32x4.truncate.f32x4", single, 32, 4, Rounding.zero),
  ...toIntegers("i32x2.truncate.f32x2", single, 32, 2, Rounding.zero),
  ...toIntegers("i32x2.truncate.f64x2", double, 32, 2, Rounding.zero),
};
