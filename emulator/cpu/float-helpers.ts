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
  Mxcsr,
  minmax,
  mul,
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
  return (words[at >> 6]! >> BigInt(at & 63)) & ((1n << BigInt(bits)) - 1n);
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
    value |= result.value << BigInt(lane * bits);
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

/** One operand of words, `count` lanes from `from` bits to `to` bits. */
function conversion(from: number, to: number, count: number, operation: (x: bigint, mxcsr: number) => Rounded): Helper {
  const run = (cpu: CpuContext, words: readonly bigint[]) =>
    eachLane(cpu, count, to, (lane, mxcsr) => operation(laneOf(words, from, lane), mxcsr));
  return from * count <= 64 ? (cpu, x) => run(cpu, [x!]) : (cpu, x0, x1) => run(cpu, [x0!, x1!]);
}

const integerHelper = (f: Format, bits: number, count: number, rounding?: number): Helper =>
  conversion(f.bits, bits, count, (x, mxcsr) => toInteger(f, x, bits, mxcsr, rounding));

const fromIntegerHelper = (f: Format, bits: number, count: number): Helper =>
  conversion(bits, f.bits, count, (x, mxcsr) => fromInteger(f, BigInt.asIntN(bits, x), mxcsr));

/** ROUNDxx: (x, immediate): bits 1:0 the rounding, bit 2 MXCSR's instead, bit 3 no precision exception. */
function integralHelpers(shape: string): Helpers {
  const { format, count } = lanesOf[shape]!;
  const { bits } = format;
  const run = (cpu: CpuContext, words: readonly bigint[], immediate: bigint) => {
    const how = Number(immediate);
    return eachLane(cpu, count, bits, (lane, mxcsr) => {
      const rounding = how & 4 ? (mxcsr >> Mxcsr.roundingShift) & 3 : how & 3;
      return toIntegral(format, laneOf(words, bits, lane), mxcsr, rounding, (how & 8) !== 0);
    });
  };
  return {
    [`round.${shape}`]:
      count === 1
        ? (cpu, x, immediate) => run(cpu, [x!], immediate!)
        : (cpu, x0, x1, immediate) => run(cpu, [x0!, x1!], immediate!),
  };
}

/** DPPS, DPPD: products of the lanes chosen by bits 7:4, added in pairs, where bits 3:0 say; each step rounds and raises. */
const dotProduct =
  (f: Format): Helper =>
  (cpu, x0, x1, y0, y1, immediate) => {
    const { bits } = f;
    const count = 128 / bits;
    const control = Number(immediate);
    const mxcsr = cpu.state.get32("mxcsr");
    let flags = 0;
    const note = ({ value, flags: raised }: Rounded) => {
      flags |= raised;
      return value;
    };
    const checked = (work: () => bigint[]) => {
      const values = work();
      raiseExceptions(cpu, flags);
      flags = 0;
      return values;
    };
    const products = checked(() =>
      Array.from({ length: count }, (_, lane) =>
        control & (0x10 << lane)
          ? note(mul(f, laneOf([x0!, x1!], bits, lane), laneOf([y0!, y1!], bits, lane), mxcsr))
          : 0n,
      ),
    );
    let sums = products;
    while (sums.length > 1)
      sums = checked(() =>
        Array.from({ length: sums.length / 2 }, (_, i) => note(add(f, sums[2 * i]!, sums[2 * i + 1]!, mxcsr))),
      );
    let value = 0n;
    for (let lane = 0; lane < count; lane++) if (control & (1 << lane)) value |= sums[0]! << BigInt(lane * bits);
    return value;
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
  "dot.f32x4": dotProduct(single),
  "dot.f64x2": dotProduct(double),
  "f64.from.f32": conversion(32, 64, 1, (x, mxcsr) => convert(single, double, x, mxcsr)),
  "f32.from.f64": conversion(64, 32, 1, (x, mxcsr) => convert(double, single, x, mxcsr)),
  "f64x2.from.f32x2": conversion(32, 64, 2, (x, mxcsr) => convert(single, double, x, mxcsr)),
  "f32x2.from.f64x2": conversion(64, 32, 2, (x, mxcsr) => convert(double, single, x, mxcsr)),
  "f32.from.i32": fromIntegerHelper(single, 32, 1),
  "f32.from.i64": fromIntegerHelper(single, 64, 1),
  "f64.from.i64": fromIntegerHelper(double, 64, 1),
  "f32x4.from.i32x4": fromIntegerHelper(single, 32, 4),
  "f32x2.from.i32x2": fromIntegerHelper(single, 32, 2),
  "i32.from.f32": integerHelper(single, 32, 1),
  "i64.from.f32": integerHelper(single, 64, 1),
  "i32.from.f64": integerHelper(double, 32, 1),
  "i64.from.f64": integerHelper(double, 64, 1),
  "i32x4.from.f32x4": integerHelper(single, 32, 4),
  "i32x2.from.f32x2": integerHelper(single, 32, 2),
  "i32x2.from.f64x2": integerHelper(double, 32, 2),
  "i32.truncate.f32": integerHelper(single, 32, 1, Rounding.zero),
  "i64.truncate.f32": integerHelper(single, 64, 1, Rounding.zero),
  "i32.truncate.f64": integerHelper(double, 32, 1, Rounding.zero),
  "i64.truncate.f64": integerHelper(double, 64, 1, Rounding.zero),
  "i32x4.truncate.f32x4": integerHelper(single, 32, 4, Rounding.zero),
  "i32x2.truncate.f32x2": integerHelper(single, 32, 2, Rounding.zero),
  "i32x2.truncate.f64x2": integerHelper(double, 32, 2, Rounding.zero),
};
