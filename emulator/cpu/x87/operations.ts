/**
 * What the x87 instructions compute, for the helpers: arguments come in words, as call.ts says. The checks before every
 * instruction (#NM, #MF) and all memory accesses are the definitions'.
 */
import type { CpuContext } from "../context.ts";
import { Fault, FROZEN, RESULT_WORD } from "../context.ts";
import { Cr0 } from "../control-bits.ts";
import { Vector } from "../state.ts";
import { ADDRESS, end, Flavour, OPERAND, OPERATION, Operation, operand, Source } from "./call.ts";
import { Status } from "./exceptions.ts";
import { Kind } from "./number.ts";
import type { X87 } from "./unit.ts";

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

/**
 * A waiting instruction meets a pending exception: #MF, or with CR0.NE clear the PC's way: FERR# is asserted, and the processor
 * stands still until the interrupt comes, unless IGNNE# says that the error is to be ignored (vol. 1, 8.7).
 */
export function pending(cpu: CpuContext): void {
  if (cpu.state.get64("cr0") & Cr0.NE) throw new Fault(Vector.MF);
  if (!cpu.x87.signal()) throw new Fault(FROZEN);
}
