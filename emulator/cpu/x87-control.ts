/**
 * The x87 control instructions: control and status word, environment, the whole state (SDM vol. 1, 8.1.10 and 8.1.11; vol. 2,
 * FLDCW, FNSTCW, FNSTSW, FLDENV, FNSTENV, FNSAVE, FRSTOR, FNINIT, FNCLEX), and WAIT.
 *
 * An image has seven words of the operand size; which of its four layouts is meant, the helper knows, since protected mode is
 * nothing that a shape has. It is made or taken apart word by word: these instructions are rare, FXSAVE took their place.
 */
import type { Builder, Definition, Definitions, MemoryOperand, Operand, Value } from "./builder.ts";
import { Cr0 } from "./control-bits.ts";
import { Vector } from "./state.ts";
import { checkAvailable, checkPending } from "./x87.ts";

const WORDS = 7;
const REGISTER_BYTES = 10;

const memory = (operand: Operand | undefined): MemoryOperand => {
  if (operand?.kind !== "memory") throw new Error("an image lies in memory");
  return operand;
};

/** WAIT: #NM when CR0.MP and CR0.TS are both set, then what waits. */
const wait: Definition = (b) => {
  const both = b.constant(64, Cr0.MP | Cr0.TS);
  b.if(b.eq(b.and(b.get("cr0"), both), both), () => b.fault(Vector.NM));
  checkPending(b);
};

const loadControl: Definition = (b, source) => {
  checkAvailable(b);
  checkPending(b);
  b.helper("x87SetControl", [b.read(source!)]);
};

/** FNSTCW, FNSTSW: to memory or AX. */
const storeWord =
  (field: "x87Control" | "x87Status"): Definition =>
  (b, destination) => {
    checkAvailable(b);
    b.write(destination!, b.truncate(b.get(field), 16));
  };

/** Without the check for what waits. */
const alone =
  (helper: string | null): Definition =>
  (b) => {
    checkAvailable(b);
    if (helper !== null) b.helper(helper, []);
  };

const imageBits = (b: Builder): 16 | 32 => (b.operandSize === 16 ? 16 : 32);

/** Offsets of an image's parts from its start. */
const at = (b: Builder, operand: MemoryOperand, offset: number): Value => b.constant(operand.addressSize, offset);

function storeImage(b: Builder, operand: MemoryOperand, registers: number): void {
  const bits = imageBits(b);
  const first = (WORDS * bits) / 8;
  const words = Array.from({ length: WORDS }, (_, i) => at(b, operand, (i * bits) / 8));
  const significands = Array.from({ length: registers }, (_, i) => at(b, operand, first + i * REGISTER_BYTES));
  const exponents = Array.from({ length: registers }, (_, i) => at(b, operand, first + i * REGISTER_BYTES + 8));
  for (const offset of words) b.probeStoreAt(operand, offset, bits);
  for (const offset of significands) b.probeStoreAt(operand, offset, 64);
  for (const offset of exponents) b.probeStoreAt(operand, offset, 16);
  const size = b.constant(64, bits);
  words.forEach((offset, i) => {
    b.storeAt(operand, offset, b.helper("x87ImageWord", [b.constant(64, i), size], bits));
  });
  significands.forEach((offset, i) => {
    b.storeAt(operand, offset, b.helper("x87Significand", [b.constant(64, i)], 64));
    b.storeAt(operand, exponents[i]!, b.helper("x87Exponent", [b.constant(64, i)], 16));
  });
}

/** FNSTENV masks all exceptions, FNSAVE initializes the unit. */
const store =
  (registers: number, after: string): Definition =>
  (b, destination) => {
    checkAvailable(b);
    storeImage(b, memory(destination), registers);
    b.helper(after, []);
  };

/** FLDENV, FRSTOR. */
const load =
  (registers: number): Definition =>
  (b, source) => {
    checkAvailable(b);
    checkPending(b);
    const operand = memory(source);
    const bits = imageBits(b);
    const words = Array.from({ length: WORDS }, (_, i) => b.loadAt(operand, at(b, operand, (i * bits) / 8), bits));
    const first = (WORDS * bits) / 8;
    const numbers = Array.from({ length: registers }, (_, i) => [
      b.loadAt(operand, at(b, operand, first + i * REGISTER_BYTES), 64),
      b.loadAt(operand, at(b, operand, first + i * REGISTER_BYTES + 8), 16),
    ]);
    b.helper("x87LoadImage", [...words, b.constant(64, bits)]);
    numbers.forEach(([significand, exponent], i) => {
      b.helper("x87LoadRegister", [b.constant(64, i), significand!, exponent!]);
    });
  };

export const x87Control: Definitions = {
  wait,
  fldcw: loadControl,
  fnstcw: storeWord("x87Control"),
  fnstsw: storeWord("x87Status"),
  fnclex: alone("x87ClearExceptions"),
  fninit: alone("x87Initialize"),
  fneni: alone(null),
  fndisi: alone(null),
  fnsetpm: alone(null),
  fldenv: load(0),
  fnstenv: store(0, "x87MaskAll"),
  frstor: load(8),
  fnsave: store(8, "x87Initialize"),
};
