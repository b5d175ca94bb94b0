/** The x87 instructions that move numbers and turn the stack, for the helpers: loads, stores, exchange, signs, FFREE. */
import type { CpuContext } from "../context.ts";
import { RESULT_WORD } from "../context.ts";
import { ADDRESS, end, Flavour, OPERAND, OPERATION, operand, Source, TOP } from "./call.ts";
import { Status } from "./exceptions.ts";
import { Kind } from "./number.ts";
import type { X87 } from "./unit.ts";

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
