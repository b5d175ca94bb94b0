/**
 * Comparisons and who uses them. A comparison that only a branch, a select or a SETcc in its block wants becomes flags
 * right before its user; any other is a byte.
 */
import type { CompareOp, Instruction, Operand as IrOperand } from "../ir/ssa.ts";
import { floatCondition, floatSelect, setFloatCondition } from "./floats.ts";
import { type Condition, exchanged, imm, inverse, NONE, type Operand, reg, type Width } from "./mir.ts";
import { exactWidth, fitsInt32, isFloatType, operationWidth, type Selection } from "./selection.ts";

type Compare = Extract<Instruction, { op: "compare" }>;
type Select = Extract<Instruction, { op: "select" }>;

const conditions: { readonly [how: string]: Condition } = {
  eq: "e",
  ne: "ne",
  ult: "b",
  ule: "be",
  ugt: "a",
  uge: "ae",
  slt: "l",
  sle: "le",
  sgt: "g",
  sge: "ge",
};

export const isFloatCompare = (how: CompareOp): boolean => how.startsWith("f");

/** Emits the comparison of two integers; the condition is true when it holds. */
function flags(s: Selection, i: Compare): Condition {
  let { x, y } = i;
  let condition = conditions[i.how]!;
  if (x.kind !== "value" && y.kind === "value") {
    [x, y] = [y, x];
    condition = exchanged[condition];
  }
  const type = x.kind === "address" ? "i64" : x.type;
  const width = exactWidth(type);
  if (y.kind === "constant" && y.bits === 0n && ["e", "ne", "l", "ge"].includes(condition)) {
    const sign = condition === "l" ? "s" : condition === "ge" ? "ns" : condition;
    const and = s.onlyUse(x, "binary");
    if (and?.how === "and") {
      s.take(x);
      test(s, and.x, and.y, width);
      return sign;
    }
    s.emit("cmp", width, NONE, s.place(x, width), imm(0));
    return sign;
  }
  const immediate = s.immediate(y, width);
  if (immediate !== null) {
    s.emit("cmp", width, NONE, s.place(x, width), immediate);
    return condition;
  }
  // Memory may stand on either side.
  const memory = s.foldLoad(y, width);
  if (memory !== null) s.emit("cmp", width, NONE, reg(s.value(x)), memory);
  else {
    const right = reg(s.value(y));
    s.emit("cmp", width, NONE, s.place(x, width), right);
  }
  return condition;
}

function test(s: Selection, x: IrOperand, y: IrOperand, width: Width): void {
  let right: Operand | null = s.immediate(y, width);
  if (right?.kind === "imm" && width === 64 && !fitsInt32(right.value)) right = null;
  if (right !== null) s.emit("test", width, NONE, s.place(x, width), right);
  else s.emit("test", width, NONE, reg(s.value(x)), reg(s.value(y)));
}

/** Flags for an i1: the condition under which it is true. Integers only. */
export function conditionOf(s: Selection, o: IrOperand): Condition {
  const negation = s.onlyUse(o, "binary");
  if (negation?.how === "xor" && negation.y.kind === "constant" && negation.y.bits === 1n) {
    s.take(o);
    return inverse[conditionOf(s, negation.x)];
  }
  const not = s.onlyUse(o, "unary");
  if (not?.how === "not") {
    s.take(o);
    return inverse[conditionOf(s, not.x)];
  }
  const compare = s.onlyUse(o, "compare");
  if (compare !== null && !isFloatCompare(compare.how)) {
    s.take(o);
    return flags(s, compare);
  }
  const and = s.onlyUse(o, "binary");
  if (and?.how === "and") {
    s.take(o);
    test(s, and.x, and.y, 8);
    return "ne";
  }
  s.emit("cmp", 8, NONE, reg(s.value(o)), imm(0));
  return "ne";
}

/** The float comparison that a branch or select may take in, or null. */
export function floatCompareOf(s: Selection, o: IrOperand): Compare | null {
  const compare = s.onlyUse(o, "compare");
  return compare !== null && isFloatCompare(compare.how) ? compare : null;
}

/** A comparison whose result is wanted as a value. */
export function selectCompare(s: Selection, i: Compare): void {
  const d = s.of(i.result);
  if (isFloatCompare(i.how)) {
    setFloatCondition(s, d, floatCondition(s, i));
    return;
  }
  const condition = flags(s, i);
  s.emit("setcc", 8, d).condition = condition;
}

export function selectSelect(s: Selection, i: Select): void {
  const d = s.of(i.result);
  const type = i.result.type;
  if (isFloatType(type)) {
    floatSelect(s, i);
    return;
  }
  const width = operationWidth(type);
  // Registers first: flags must not be changed behind the comparison.
  const no = s.value(i.y);
  const yes = s.value(i.x);
  const compare = floatCompareOf(s, i.condition);
  if (compare !== null) {
    s.take(i.condition);
    const { condition, also, and } = floatCondition(s, compare);
    if (and !== null) {
      const both = s.fresh();
      s.emit("cmov", width, both, reg(yes), reg(no)).condition = inverse[and];
      s.emit("cmov", width, d, reg(both), reg(no)).condition = inverse[condition];
      return;
    }
    const first = also === null ? d : s.fresh();
    s.emit("cmov", width, first, reg(no), reg(yes)).condition = condition;
    if (also !== null) s.emit("cmov", width, d, reg(first), reg(yes)).condition = also;
    return;
  }
  const condition = conditionOf(s, i.condition);
  s.emit("cmov", width, d, reg(no), reg(yes)).condition = condition;
}
