/**
 * The x87 instructions (SDM vol. 2, F…). What is said here is what an instruction touches and in which order; arithmetic
 * and the register stack are helpers in TypeScript (x87/): 80-bit numbers are rare, and too long for inline code.
 *
 * Every instruction but the control ones first asks whether the unit is there (#NM) and whether an earlier error
 * waits for its handler (#MF); then memory is read, or made sure to be writable; then the helper works. It takes a word that
 * says which operation, the operand's address (for the data pointer), the operand, and of ten-byte formats the upper end.
 */
import type { Builder, Definition, Definitions, MemoryOperand, Operand, Value } from "./builder.ts";
import { Cr0 } from "./control-bits.ts";
import { isNotZero } from "./operand.ts";
import { STATUS_FLAGS, Vector } from "./state.ts";
import { Flavour, Operation, Source } from "./x87/call.ts";
import { Status } from "./x87/exceptions.ts";
import { Evaluation } from "./x87/operations.ts";

/** #NM when CR0.EM or CR0.TS is set. */
export function checkAvailable(b: Builder): void {
  const off = b.and(b.get("cr0"), b.constant(64, Cr0.EM | Cr0.TS));
  b.if(isNotZero(b, off), () => b.fault(Vector.NM));
}

/** #MF when an unmasked exception is pending, or what a PC without CR0.NE does instead. */
export function checkPending(b: Builder): void {
  const summary = b.and(b.get("x87Status"), b.constant(32, Status.summary));
  b.if(isNotZero(b, summary), () => b.helper("x87Pending", []));
}

function begin(b: Builder): void {
  checkAvailable(b);
  checkPending(b);
}

const word = (b: Builder, value: number): Value => b.constant(32, value);

function call(b: Builder, name: string, code: number, register?: Operand, more: readonly Value[] = []): void {
  const number = register?.kind === "register" ? [b.constant(64, 0), b.registerNumber(register)] : [];
  b.helper(name, [word(b, code), ...number, ...more]);
}

/** What a memory operand's notation says it holds. */
function sourceOf(b: Builder, position = 0): Source {
  const { notation } = b.row.operands[position]!;
  if (notation.endsWith("int")) return Source.integer;
  if (notation.endsWith("bcd")) return Source.decimal;
  return notation === "m32fp" ? Source.single : notation === "m64fp" ? Source.double : Source.extended;
}

const isLong = (source: Source): boolean => source === Source.extended || source === Source.decimal;

/** Calls a helper with a memory operand: integers sign-extended, ten bytes in two parts. */
function callWithMemory(b: Builder, name: string, code: number, operand: MemoryOperand): Value {
  const source = sourceOf(b);
  const address = b.zeroExtend(b.effectiveAddress(operand), 64);
  const values: Value[] = [];
  if (isLong(source)) {
    values.push(b.loadAt(operand, b.constant(operand.addressSize, 0), 64));
    values.push(b.loadAt(operand, b.constant(operand.addressSize, 8), 16));
  } else {
    const value = b.read(operand);
    values.push(source === Source.integer ? b.signExtend(value, 64) : value);
  }
  return b.helper(name, [word(b, code | (source << 4)), address, ...values]);
}

// ---- arithmetic

/** FADD, FADDP, FIADD and their like. */
const arithmetic =
  (operation: number, pops = 0): Definition =>
  (b, first, second) => {
    begin(b);
    const code = operation | (pops << Flavour.pops);
    if (first!.kind === "memory") callWithMemory(b, "x87Arithmetic", code, first);
    else if (b.row.operands[0]!.source === "fixed") call(b, "x87Arithmetic", code, second);
    else call(b, "x87Arithmetic", code | Flavour.toRegister, first);
  };

/** FCOM and its like: `flags` says which bits of `Flavour`. */
const compare =
  (pops: number, flags = 0): Definition =>
  (b, first, second) => {
    begin(b);
    const code = (pops << Flavour.pops) | flags;
    if (first?.kind === "memory") callWithMemory(b, "x87Compare", code, first);
    else if (second !== undefined) call(b, "x87Compare", code, second);
    else b.helper("x87Compare", [word(b, code), b.constant(64, 0), word(b, 1)]);
  };

/** FCOMI: C3, C2 and C0 as ZF, PF and CF; the others become 0. */
const compareFlags =
  (pops: number, flags = 0): Definition =>
  (b, _first, second) => {
    begin(b);
    if (second?.kind !== "register") throw new Error("FCOMI compares with a register");
    const code = word(b, (pops << Flavour.pops) | flags | Flavour.flags);
    const result = b.helper("x87Compare", [code, b.constant(64, 0), b.registerNumber(second)], 32);
    b.setFlagBits(b.shr(result, b.constant(32, 8)), STATUS_FLAGS);
  };

const test: Definition = (b) => {
  begin(b);
  b.helper("x87Compare", [word(b, Source.zero << 4)]);
};

const evaluateFunction =
  (number: number): Definition =>
  (b) => {
    begin(b);
    b.helper("x87Function", [word(b, number)]);
  };

// ---- loads and stores

const load: Definition = (b, source) => {
  begin(b);
  if (source!.kind === "memory") callWithMemory(b, "x87Load", 0, source);
  else call(b, "x87Load", 0, source);
};

/** FST, FIST …: memory is checked, then the helper converts and may find that nothing is to be stored. */
const store =
  (pops: number, flags = 0): Definition =>
  (b, destination) => {
    begin(b);
    if (destination!.kind !== "memory") {
      const anyway = b.row.mnemonic === "fstpnce" ? Flavour.quietly : 0;
      call(b, "x87StoreRegister", (pops << Flavour.pops) | anyway, destination);
      return;
    }
    const source = sourceOf(b);
    const { bits, addressSize } = destination;
    const [start, end] = [b.constant(addressSize, 0), b.constant(addressSize, 8)];
    b.probeStoreAt(destination, start, isLong(source) ? 64 : (bits as 16 | 32 | 64));
    if (isLong(source)) b.probeStoreAt(destination, end, 16);
    const code = word(b, (bits << 16) | (source << 4) | (pops << Flavour.pops) | flags);
    const address = b.zeroExtend(b.effectiveAddress(destination), 64);
    const result = b.helper("x87Store", [code, address], 128);
    const low = b.packed("i64x2.extract_lane", [result], [0]);
    const high = b.packed("i64x2.extract_lane", [result], [1]);
    const stored = isNotZero(b, b.shr(high, b.constant(64, 32)));
    b.if(stored, () => {
      if (isLong(source)) {
        b.storeAt(destination, start, low);
        b.storeAt(destination, end, b.truncate(high, 16));
      } else b.storeAt(destination, start, b.truncate(low, bits as 16 | 32 | 64));
    });
  };

const loadConstant =
  (number: number): Definition =>
  (b) => {
    begin(b);
    b.helper("x87LoadConstant", [word(b, number)]);
  };

/** FXCH and FCMOVcc name ST(0) first. */
const exchange: Definition = (b, _first, second) => {
  begin(b);
  call(b, "x87Exchange", 0, second);
};

const conditionalMove =
  (condition: (b: Builder) => Value): Definition =>
  (b, _first, second) => {
    begin(b);
    call(b, "x87ConditionalMove", 0, second, [condition(b)]);
  };
const below = (b: Builder): Value => b.flag("CF");
const equal = (b: Builder): Value => b.flag("ZF");
const belowOrEqual = (b: Builder): Value => b.or(b.flag("CF"), b.flag("ZF"));
const unordered = (b: Builder): Value => b.flag("PF");
const inverted =
  (condition: (b: Builder) => Value) =>
  (b: Builder): Value =>
    b.not(condition(b));

/** Helper with a number and perhaps a register, after the checks. */
const simple =
  (helper: string, code = 0): Definition =>
  (b, register) => {
    begin(b);
    call(b, helper, code, register);
  };

const pop1 = 1 << Flavour.pops;
const { quietly, truncate } = Flavour;

export const x87Instructions: Definitions = {
  fadd: arithmetic(Operation.add),
  fiadd: arithmetic(Operation.add),
  faddp: arithmetic(Operation.add, 1),
  fmul: arithmetic(Operation.mul),
  fimul: arithmetic(Operation.mul),
  fmulp: arithmetic(Operation.mul, 1),
  fsub: arithmetic(Operation.sub),
  fisub: arithmetic(Operation.sub),
  fsubp: arithmetic(Operation.sub, 1),
  fsubr: arithmetic(Operation.subr),
  fisubr: arithmetic(Operation.subr),
  fsubrp: arithmetic(Operation.subr, 1),
  fdiv: arithmetic(Operation.div),
  fidiv: arithmetic(Operation.div),
  fdivp: arithmetic(Operation.div, 1),
  fdivr: arithmetic(Operation.divr),
  fidivr: arithmetic(Operation.divr),
  fdivrp: arithmetic(Operation.divr, 1),

  fcom: compare(0),
  ficom: compare(0),
  fcomp: compare(1),
  ficomp: compare(1),
  fcompp: compare(2),
  fucom: compare(0, quietly),
  fucomp: compare(1, quietly),
  fucompp: compare(2, quietly),
  fcomi: compareFlags(0),
  fcomip: compareFlags(1),
  fucomi: compareFlags(0, quietly),
  fucomip: compareFlags(1, quietly),
  ftst: test,
  fxam: simple("x87Examine"),

  fld: load,
  fild: load,
  fbld: load,
  fst: store(0),
  fist: store(0),
  fstp: store(1),
  fstpnce: store(1),
  fistp: store(1),
  fisttp: store(1, truncate),
  fbstp: store(1),
  fxch: exchange,
  fcmovb: conditionalMove(below),
  fcmove: conditionalMove(equal),
  fcmovbe: conditionalMove(belowOrEqual),
  fcmovu: conditionalMove(unordered),
  fcmovnb: conditionalMove(inverted(below)),
  fcmovne: conditionalMove(inverted(equal)),
  fcmovnbe: conditionalMove(inverted(belowOrEqual)),
  fcmovnu: conditionalMove(inverted(unordered)),

  fld1: loadConstant(0),
  fldl2t: loadConstant(1),
  fldl2e: loadConstant(2),
  fldpi: loadConstant(3),
  fldlg2: loadConstant(4),
  fldln2: loadConstant(5),
  fldz: loadConstant(6),

  fabs: simple("x87ChangeSign", 0),
  fchs: simple("x87ChangeSign", 1),
  fsqrt: evaluateFunction(Evaluation.sqrt),
  frndint: evaluateFunction(Evaluation.round),
  fscale: evaluateFunction(Evaluation.scale),
  fprem: evaluateFunction(Evaluation.prem),
  fprem1: evaluateFunction(Evaluation.prem1),
  fxtract: evaluateFunction(Evaluation.extract),
  f2xm1: evaluateFunction(Evaluation.f2xm1),
  fsin: evaluateFunction(Evaluation.sin),
  fcos: evaluateFunction(Evaluation.cos),
  fsincos: evaluateFunction(Evaluation.sincos),
  fptan: evaluateFunction(Evaluation.ptan),
  fpatan: evaluateFunction(Evaluation.patan),
  fyl2x: evaluateFunction(Evaluation.yl2x),
  fyl2xp1: evaluateFunction(Evaluation.yl2xp1),

  fincstp: simple("x87TurnStack", 1),
  fdecstp: simple("x87TurnStack", 0),
  ffree: simple("x87Free"),
  ffreep: simple("x87Free", pop1),
  fnop: simple("x87Nothing"),
};
