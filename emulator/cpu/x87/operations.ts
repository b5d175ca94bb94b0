/**
 * What the x87 instructions do, for the helpers: arguments come in 32-bit words, as definitions (../x87.ts) pass them.
 * The checks before every instruction (#NM, #MF) and all memory accesses are the definitions'.
 */
import { CS } from "../../isa/instruction.ts";
import type { CpuContext } from "../context.ts";
import { Fault, FROZEN, RESULT_WORD } from "../context.ts";
import { Cr0 } from "../control-bits.ts";
import { Vector } from "../state.ts";
import { Status } from "./exceptions.ts";
import { type Extended, Kind } from "./number.ts";
import type { X87 } from "./unit.ts";

/** What memory holds, for the operand words of the helpers; `register`: the operand is the number of a stack register. */
export const Source = { register: 0, single: 1, double: 2, integer: 3, extended: 4, decimal: 5, zero: 6 } as const;
export type Source = (typeof Source)[keyof typeof Source];

export const Operation = { add: 0, mul: 1, sub: 2, subr: 3, div: 4, divr: 5 } as const;

/** Bits of a helper's first word, beside the operation (3:0) and the source (7:4). */
export const Flavour = {
  pops: 8,
  /** The result goes to ST(i), not ST(0). */
  toRegister: 0x400,
  quietly: 0x800,
  truncate: 0x1000,
  /** The comparison goes to EFLAGS. */
  flags: 0x2000,
} as const;

/** Where a helper finds its arguments, in words of 32 bits. */
const OPERATION = 0;
const ADDRESS = 2;
const OPERAND = 4;
const TOP = 6;

/** Reads the operand from the words into `into`. */
function operand(source: number, words: Uint32Array, into: Extended): void {
  const low = words[OPERAND]!;
  const high = words[OPERAND + 1]!;
  switch (source) {
    case Source.single:
      into.setSingle(low);
      break;
    case Source.double:
      into.setDouble(high, low);
      break;
    case Source.integer:
      into.setInteger(high, low);
      break;
    default:
      into.unpack(words[TOP]!, high, low);
  }
}

/**
 * After an instruction that left an unmasked exception behind: notes its opcode. (Only then is it kept, as on processors
 * since the Pentium 4: vol. 1, 8.1.9.1.) The bytes are read again, for no other instruction needs them.
 */
function end(cpu: CpuContext, unit: X87): void {
  if (!unit.faulted) return;
  unit.faulted = false;
  const { state } = cpu;
  const mask = state.get32("codeSize") === 64 ? 64 : 32;
  let at = state.get64("rip") + (mask === 64 ? 0n : state.get64("segmentBase", CS));
  const next = () => Number(cpu.readLinear(BigInt.asUintN(mask, at++), 1));
  try {
    let byte = next();
    while ((byte & 0xf8) !== 0xd8) byte = next();
    unit.setOpcode(((byte & 7) << 8) | next());
  } catch (thrown) {
    // Code that may be executed but not read: the opcode stays what it was.
    if (!(thrown instanceof Fault)) throw thrown;
  }
}

/** FADD … FDIVR in all their forms. */
export function arithmetic(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const { math, a, b } = unit;
  const code = words[OPERATION]!;
  const source = (code >>> 4) & 15;
  const pops = (code >>> Flavour.pops) & 3;
  unit.begin();
  let destination = 0;
  if (source === Source.register) {
    const i = words[OPERAND]!;
    let other = i;
    if (code & Flavour.toRegister) {
      destination = i;
      other = 0;
    }
    if (!unit.unpackTwo(destination, other)) {
      unit.has(i, destination, pops);
      end(cpu, unit);
      return;
    }
  } else {
    unit.setData(words[ADDRESS + 1]!, words[ADDRESS]!);
    if (!unit.has(0, 0, 0)) {
      end(cpu, unit);
      return;
    }
    unit.unpack(a, 0);
    operand(source, words, b);
  }
  switch (code & 15) {
    case Operation.add:
      math.add(a, b, false);
      break;
    case Operation.mul:
      math.mul(a, b);
      break;
    case Operation.sub:
      math.add(a, b, true);
      break;
    case Operation.subr:
      math.add(b, a, true);
      break;
    case Operation.div:
      math.div(a, b);
      break;
    default:
      math.div(b, a);
  }
  unit.finish(destination, pops);
  end(cpu, unit);
}

/**
 * FCOM, FUCOM, FICOM and FTST with their popping forms; the comparison's C3 C2 C0 are the result, for FCOMI. An unmasked
 * exception forbids the pop alone. FCOMI leaves C1 as it was. (Both as AMD's processors; the manual has it otherwise.)
 */
export function compare(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const { math, a, b } = unit;
  const code = words[OPERATION]!;
  const source = (code >>> 4) & 15;
  const before = unit.status & Status.c1;
  unit.begin();
  let conditions: number = Status.c0 | Status.c2 | Status.c3;
  const i = source === Source.register ? words[OPERAND]! : 0;
  if (source !== Source.register && source !== Source.zero) unit.setData(words[ADDRESS + 1]!, words[ADDRESS]!);
  if (unit.isEmpty(0) || unit.isEmpty(i)) unit.stackFault(false);
  else {
    if (code & Flavour.flags) unit.keepC1(before);
    unit.unpack(a, 0);
    if (source === Source.register) unit.unpack(b, i);
    else if (source === Source.zero) b.setZero(0);
    else operand(source, words, b);
    conditions = math.compare(a, b, (code & Flavour.quietly) !== 0);
    unit.settle();
  }
  words[RESULT_WORD] = conditions;
  if ((code & Flavour.flags) === 0) unit.setConditions(conditions);
  if (!math.refused) for (let pops = (code >>> Flavour.pops) & 3; pops > 0; pops--) unit.pop();
  end(cpu, unit);
}

/** FLD, FILD, FBLD. */
export function load(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const { math, a } = unit;
  const source = (words[OPERATION]! >>> 4) & 15;
  unit.begin();
  if (source === Source.register) loadRegister(unit, words[OPERAND]!);
  else {
    unit.setData(words[ADDRESS + 1]!, words[ADDRESS]!);
    if (source === Source.extended) {
      // The bits as they are, of whatever kind.
      if (unit.isEmpty(7)) {
        unit.turn(-1);
        unit.setRaw(0, words[TOP]!, words[OPERAND + 1]!, words[OPERAND]!);
      } else unit.push();
    } else {
      if (source === Source.decimal) math.fromDecimal(words[TOP]!, words[OPERAND + 1]!, words[OPERAND]!);
      else {
        operand(source, words, a);
        if (a.kind === Kind.signalingNaN) math.quiet(a);
        else math.result.copy(a);
        if (a.kind === Kind.denormal) {
          unit.pushDenormal();
          end(cpu, unit);
          return;
        }
      }
      unit.push();
    }
  }
  end(cpu, unit);
}

function loadRegister(unit: X87, i: number): void {
  if (unit.isEmpty(i)) {
    if (!unit.stackFault(false)) return;
    unit.turn(-1);
    unit.pack(0, unit.math.result);
  } else if (!unit.isEmpty(7)) unit.push();
  else {
    unit.turn(-1);
    unit.copyRegister(0, i + 1);
  }
}

/** FLD1 … FLDZ: sign and exponent, and the significand, already rounded. */
export function loadConstant(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  unit.begin();
  const number = words[OPERATION]!;
  unit.math.constant(number);
  unit.push();
  end(cpu, unit);
}

/**
 * FST, FIST, FISTTP, FBSTP to memory: the result is what to store; its third word has the upper 16 bits of ten-byte formats, the
 * fourth 1 if it is to be stored at all. The definition stores it, and has made sure that it can.
 */
export function store(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const { math, a } = unit;
  const code = words[OPERATION]!;
  unit.begin();
  unit.setData(words[ADDRESS + 1]!, words[ADDRESS]!);
  const empty = unit.isEmpty(0);
  if (empty) {
    unit.stackFault(false);
    a.copy(math.result);
  } else unit.unpack(a, 0);
  const underflowed = math.raised;
  const bits = (code >>> 16) as 16 | 32 | 64;
  switch ((code >>> 4) & 15) {
    case Source.single:
      math.toSingle(a);
      break;
    case Source.double:
      math.toDouble(a);
      break;
    case Source.integer:
      math.toInteger(a, bits, (code & Flavour.truncate) !== 0);
      break;
    case Source.decimal:
      math.toDecimal(a);
      break;
    default:
      math.outLow = empty ? 0 : unit.lowOf(0);
      math.outHigh = empty ? 0xc000_0000 : unit.highOf(0);
      math.outTop = empty ? 0xffff : unit.exponentOf(0);
  }
  if (empty) math.raised = underflowed;
  else unit.settle();
  const stored = !math.refusedInMemory;
  words[RESULT_WORD] = math.outLow;
  words[RESULT_WORD + 1] = math.outHigh;
  words[RESULT_WORD + 2] = math.outTop;
  words[RESULT_WORD + 3] = stored ? 1 : 0;
  if (stored && (code >>> Flavour.pops) & 1) unit.pop();
  end(cpu, unit);
}

/** FST ST(i), FSTP ST(i); quietly, as FSTPNCE, an empty register is popped without a word. */
export function storeRegister(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const i = words[OPERAND]!;
  const pops = (words[OPERATION]! >>> Flavour.pops) & 1;
  unit.begin();
  if (words[OPERATION]! & Flavour.quietly && unit.isEmpty(0)) unit.pop();
  else if (unit.has(0, i, pops)) {
    unit.copyRegister(i, 0);
    if (pops === 1) unit.pop();
  }
  end(cpu, unit);
}

/** FXCH: empty registers first receive the indefinite. */
export function exchange(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const i = words[OPERAND]!;
  unit.begin();
  if (unit.isEmpty(0) || unit.isEmpty(i)) {
    if (!unit.stackFault(false)) {
      end(cpu, unit);
      return;
    }
    if (unit.isEmpty(0)) unit.pack(0, unit.math.result);
    if (unit.isEmpty(i)) unit.pack(i, unit.math.result);
  }
  const [top, high, low] = [unit.exponentOf(0), unit.highOf(0), unit.lowOf(0)];
  unit.copyRegister(0, i);
  unit.setRaw(i, top, high, low);
}

/** FCMOVcc, which leaves C1 as it was; the second word of the operand is the condition. */
export function conditionalMove(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const i = words[OPERAND]!;
  const before = unit.status & Status.c1;
  unit.begin();
  if (unit.has(i, 0, 0)) {
    unit.keepC1(before);
    if (words[TOP] === 1) unit.copyRegister(0, i);
  }
  end(cpu, unit);
}

/** FCHS (1) and FABS (0): nothing but the sign changes, of NaNs too. */
export function changeSign(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  unit.begin();
  if (unit.has(0, 0, 0)) {
    const top = unit.exponentOf(0);
    unit.setRaw(0, words[OPERATION] === 1 ? top ^ 0x8000 : top & 0x7fff, unit.highOf(0), unit.lowOf(0));
  }
  end(cpu, unit);
}

/** FXAM: C1 is the sign, of empty registers too. */
export function examine(cpu: CpuContext): void {
  const unit = cpu.x87;
  const { a } = unit;
  unit.begin();
  unit.unpack(a, 0);
  const c1 = a.sign === 1 ? Status.c1 : 0;
  unit.setConditions((unit.isEmpty(0) ? Status.c3 | Status.c0 : classes[a.kind]!) | c1);
}

/** By kind. Pseudo-denormals count as denormal. */
const classes: Readonly<Record<number, number>> = {
  [Kind.zero]: Status.c3,
  [Kind.normal]: Status.c2,
  [Kind.denormal]: Status.c3 | Status.c2,
  [Kind.infinity]: Status.c2 | Status.c0,
  [Kind.quietNaN]: Status.c0,
  [Kind.signalingNaN]: Status.c0,
  [Kind.unsupported]: 0,
};

/** Instructions on ST(0), or ST(0) and ST(1), without operands. */
export const Evaluation = {
  sqrt: 0,
  round: 1,
  scale: 2,
  prem: 3,
  prem1: 4,
  extract: 5,
  f2xm1: 6,
  sin: 7,
  cos: 8,
  sincos: 9,
  ptan: 10,
  patan: 11,
  yl2x: 12,
  yl2xp1: 13,
} as const;

export function evaluateFunction(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  const { math, a, b } = unit;
  const number = words[OPERATION]!;
  unit.begin();
  switch (number) {
    case Evaluation.sqrt:
    case Evaluation.round:
    case Evaluation.f2xm1:
      if (!unit.has(0, 0, 0)) break;
      unit.unpack(a, 0);
      if (number === Evaluation.sqrt) math.sqrt(a);
      else if (number === Evaluation.round) math.roundToInteger(a);
      else math.f2xm1(a);
      unit.finish(0, 0);
      break;
    case Evaluation.scale:
      if (!unit.has(1, 0, 0)) break;
      unit.unpack(a, 0);
      unit.unpack(b, 1);
      math.scale(a, b);
      unit.finish(0, 0);
      break;
    case Evaluation.prem:
    case Evaluation.prem1: {
      // C2 tells that the reduction is complete, whatever came out; the quotient's bits only if there is one.
      unit.clearC2();
      if (!unit.has(1, 0, 0)) break;
      unit.unpack(a, 0);
      unit.unpack(b, 1);
      const conditions = math.remainder(a, b, number === Evaluation.prem1);
      math.roundedUp = (conditions & Status.c1) !== 0;
      unit.settle();
      if (math.refused) break;
      unit.pack(0, math.result);
      if (math.result.kind < Kind.quietNaN) unit.setConditions(conditions);
      break;
    }
    case Evaluation.patan:
    case Evaluation.yl2x:
    case Evaluation.yl2xp1:
      if (!unit.has(1, 1, 1)) break;
      unit.unpack(a, 0);
      unit.unpack(b, 1);
      if (number === Evaluation.patan) math.patan(b, a);
      else if (number === Evaluation.yl2x) math.yl2x(b, a);
      else math.yl2xp1(b, a);
      unit.finish(1, 1);
      break;
    case Evaluation.sin:
    case Evaluation.cos:
      unit.clearC2();
      if (!unit.has(0, 0, 0)) break;
      unit.unpack(a, 0);
      if (math.isOutOfRange(a)) unit.setC2();
      else {
        if (number === Evaluation.sin) math.sin(a);
        else math.cos(a);
        unit.finish(0, 0);
      }
      break;
    default:
      two(unit, number);
  }
  end(cpu, unit);
}

/** FXTRACT, FSINCOS, FPTAN: one result in place of ST(0), another on top of it. */
function two(unit: X87, number: number): void {
  const { math, a } = unit;
  if (number !== Evaluation.extract) unit.clearC2();
  if (unit.isEmpty(0) || !unit.isEmpty(7)) {
    const overflow = !unit.isEmpty(0);
    if (!unit.stackFault(overflow)) return;
    unit.pack(0, math.result);
    unit.turnKeeping(-1);
    unit.pack(0, math.result);
    return;
  }
  unit.unpack(a, 0);
  if (number !== Evaluation.extract && math.isOutOfRange(a)) {
    unit.setC2();
    return;
  }
  if (number === Evaluation.extract) math.extract(a);
  else if (number === Evaluation.sincos) math.sincos(a);
  else math.ptan(a);
  unit.settle();
  if (math.refused) return;
  // FXTRACT: the exponent stays below, the significand is on top; FSINCOS: sine below, cosine on top; FPTAN: tangent, 1.
  unit.pack(0, math.second);
  unit.turnKeeping(-1);
  unit.pack(0, math.result);
}

/** FINCSTP, FDECSTP. */
export function turnStack(cpu: CpuContext, words: Uint32Array): void {
  cpu.x87.begin();
  cpu.x87.turn(words[OPERATION]! === 1 ? 1 : -1);
}

/** FFREE, FFREEP. */
export function free(cpu: CpuContext, words: Uint32Array): void {
  const unit = cpu.x87;
  unit.begin();
  unit.free(words[OPERAND]!);
  if ((words[OPERATION]! >>> Flavour.pops) & 1) unit.pop();
}

/** FNOP: noted as the last instruction. */
export function nothing({ x87 }: CpuContext): void {
  const before = x87.status & Status.c1;
  x87.begin();
  x87.keepC1(before);
}

/**
 * A waiting instruction meets a pending exception: #MF, or with CR0.NE clear the PC's way: FERR# is asserted, and the processor
 * stands still until the interrupt comes, unless IGNNE# says that the error is to be ignored (vol. 1, 8.7).
 */
export function pending(cpu: CpuContext): void {
  if (cpu.state.get64("cr0") & Cr0.NE) throw new Fault(Vector.MF);
  if (!cpu.x87.signal()) throw new Fault(FROZEN);
}
