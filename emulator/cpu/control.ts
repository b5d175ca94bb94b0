/**
 * Control transfers (SDM vol. 1, 5.1.7): near ones here in full; far ones, software interrupts and their returns are
 * helpers (far.ts, interrupts.ts), for they are the longest stories of the manual.
 */
import { SS } from "../isa/instruction.ts";
import {
  type Builder,
  type Condition,
  conditions,
  type Definition,
  type Definitions,
  type Operand,
  type Value,
} from "./builder.ts";
import { fit, generalRegister, isNotZero, isZero, RCX, width } from "./operand.ts";
import { stack } from "./stack.ts";
import { Vector } from "./state.ts";

/** Selector and offset of a far target: in the instruction, or in memory with the selector behind the offset. */
function farTarget(b: Builder, operand: Operand): { selector: Value; offset: Value } {
  if (operand.kind === "far") return b.farPointer(operand);
  if (operand.kind !== "memory") throw new Error("a far target in memory was expected");
  const bits = b.operandSize;
  const offset = b.loadAt(operand, b.constant(operand.addressSize, 0), bits);
  const selector = b.loadAt(operand, b.constant(operand.addressSize, bits / 8), 16);
  return { selector, offset };
}

const isFar = (b: Builder): boolean => /^(ptr|m)16:/.test(b.row.operands[0]!.notation);

const jmp: Definition = (b, target) => {
  if (isFar(b)) {
    const { selector, offset } = farTarget(b, target);
    b.helper("jumpFar", [selector, offset, b.constant(32, b.operandSize), b.nextRip()]);
    b.transferred();
  } else if (target.kind === "relative") b.branch(target);
  else b.jump(b.read(target));
};

const call: Definition = (b, operand) => {
  if (isFar(b)) {
    const { selector, offset } = farTarget(b, operand);
    b.helper("callFar", [selector, offset, b.constant(32, b.operandSize), b.nextRip()]);
    b.transferred();
    return;
  }
  const target = b.read(operand);
  b.checkJump(target);
  const s = stack(b);
  const top = s.at(-b.operandSize / 8);
  b.store(SS, top, fit(b, b.nextRip(), b.operandSize));
  s.setTop(top);
  b.jump(target);
};

/** RET: the immediate is added to the stack pointer after the pop. */
const ret: Definition = (b, release) => {
  const s = stack(b);
  const target = b.load(SS, s.at(0), b.operandSize);
  b.checkJump(target);
  const bytes = b.operandSize / 8;
  s.setTop(s.at(release === undefined ? bytes : b.add(fit(b, b.read(release), 64), b.constant(64, bytes))));
  b.jump(target);
};

const retf: Definition = (b, release) => {
  const bytes = release === undefined ? b.constant(64, 0) : fit(b, b.read(release), 64);
  b.helper("returnFar", [bytes, b.constant(32, b.operandSize)]);
  b.transferred();
};

const jcc =
  (condition: Condition): Definition =>
  (b, target) => {
    if (target.kind === "relative") b.branch(target, b.condition(condition));
  };

/** JCXZ, JECXZ, JRCXZ: the count register has the address size. */
const jcxz: Definition = (b, target) => {
  if (target.kind === "relative") b.branch(target, isZero(b, b.register(generalRegister(b.addressSize, RCX))));
};

/** LOOP, LOOPE, LOOPNE: rCX ← rCX − 1; jump if it is not 0 and ZF is as wanted. */
const loop =
  (wantedZf: boolean | null): Definition =>
  (b, target) => {
    if (target.kind !== "relative") return;
    const counter = generalRegister(b.addressSize, RCX);
    const count = b.sub(b.register(counter), b.constant(b.addressSize, 1));
    let taken = isNotZero(b, count);
    if (wantedZf !== null) taken = b.and(taken, wantedZf ? b.flag("ZF") : b.not(b.flag("ZF")));
    b.if(taken, () => b.checkJump(b.read(target)));
    b.setRegister(counter, count);
    b.branch(target, taken);
  };

const interrupt =
  (vector: number, kind: number): Definition =>
  (b) => {
    b.helper("softwareInterrupt", [b.constant(32, vector), b.constant(32, kind), b.nextRip()]);
    b.transferred();
  };

/** How `softwareInterrupt` is told which instruction it works for: index into its list of kinds. */
export const softwareKinds = ["software", "int3", "into", "int1"] as const;
const kindOf = (name: (typeof softwareKinds)[number]): number => softwareKinds.indexOf(name);

const int: Definition = (b, vector) => {
  b.helper("softwareInterrupt", [fit(b, b.read(vector), 32), b.constant(32, kindOf("software")), b.nextRip()]);
  b.transferred();
};

const into: Definition = (b) => {
  b.if(b.flag("OF"), () => {
    b.helper("softwareInterrupt", [b.constant(32, Vector.OF), b.constant(32, kindOf("into")), b.nextRip()]);
    b.transferred();
  });
};

const iret =
  (bits: 16 | 32 | 64): Definition =>
  (b) => {
    b.helper("interruptReturn", [b.constant(32, bits), b.nextRip()]);
    b.transferred();
  };

/** BOUND: #BR unless lower ≤ index ≤ upper, all signed. */
const bound: Definition = (b, index, bounds) => {
  if (bounds?.kind !== "memory") return;
  const bits = width(index);
  const lower = b.loadAt(bounds, b.constant(bounds.addressSize, 0), bits);
  const upper = b.loadAt(bounds, b.constant(bounds.addressSize, bits / 8), bits);
  const value = b.read(index);
  b.if(b.or(b.ltSigned(value, lower), b.ltSigned(upper, value)), () => b.fault(Vector.BR));
};

const transferBy =
  (helper: string): Definition =>
  (b) => {
    b.helper(helper, [b.nextRip()]);
    b.transferred();
  };

/** UD0, UD1, UD2: always #UD; the operands are not read. */
const undefinedInstruction: Definition = (b) => b.fault(Vector.UD);

export const control: Definitions = {
  jmp,
  call,
  ret,
  retf,
  ...Object.fromEntries(conditions.map((condition) => [`j${condition}`, jcc(condition)])),
  jcxz,
  jecxz: jcxz,
  jrcxz: jcxz,
  loop: loop(null),
  loope: loop(true),
  loopne: loop(false),
  int,
  int3: interrupt(Vector.BP, kindOf("int3")),
  int1: interrupt(Vector.DB, kindOf("int1")),
  into,
  iret: iret(16),
  iretd: iret(32),
  iretq: iret(64),
  bound,
  syscall: transferBy("syscall"),
  sysret: transferBy("sysret"),
  sysretq: transferBy("sysretq"),
  sysenter: transferBy("sysenter"),
  sysexit: transferBy("sysexit"),
  sysexitq: transferBy("sysexitq"),
  rsm: undefinedInstruction,
  ud0: undefinedInstruction,
  ud1: undefinedInstruction,
  ud2: undefinedInstruction,
};
