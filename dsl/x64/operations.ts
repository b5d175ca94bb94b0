/**
 * What the register allocator must know of an operation: whether its result takes the place of its first operand, whether
 * operands may be exchanged, and which operands may be in memory when their register was spilled.
 */
import type { Inst, Operand } from "./mir.ts";
import { NONE } from "./mir.ts";

interface Operation {
  /** Two-address: the result is written where the first operand was. */
  readonly tied: boolean;
  /** The two operands may be exchanged (CMOV: with the condition turned round). */
  readonly commutative: boolean;
}

const tied: Operation = { tied: true, commutative: false };
const symmetric: Operation = { tied: true, commutative: true };
const free: Operation = { tied: false, commutative: false };

const operations: { readonly [op: string]: Operation } = {
  add: symmetric,
  and: symmetric,
  or: symmetric,
  xor: symmetric,
  imul: symmetric,
  cmov: symmetric,
  addss: symmetric,
  addsd: symmetric,
  mulss: symmetric,
  mulsd: symmetric,
  xorps: symmetric,
  andps: symmetric,
  sub: tied,
  sbb: tied,
  shl: tied,
  shr: tied,
  sar: tied,
  rol: tied,
  ror: tied,
  neg: tied,
  not: tied,
  bswap: tied,
  subss: tied,
  subsd: tied,
  divss: tied,
  divsd: tied,
  xchg: tied,
  xadd: tied,
};

/** Whether emission must make the result and the first operand one register. */
export function isTied(i: Inst): boolean {
  return i.def !== NONE && (operations[i.op] ?? free).tied;
}

export function isCommutative(i: Inst): boolean {
  return operations[i.op]?.commutative === true && i.args.length === 2 && i.args[1]!.kind === "reg";
}

/**
 * Whether an operand is still needed when the result is written, so that the result must not take its register. True of
 * everything but the first operand of a tied operation (and the second, where they can be exchanged).
 */
export function isLate(i: Inst, k: number): boolean {
  return isTied(i) && k > 0 && !isCommutative(i);
}

const foldsFirst = new Set([
  ...["copy", "movzx", "movsx", "bsf", "bsr", "popcnt", "lzcnt", "tzcnt", "mul", "imul1", "div", "idiv", "call"],
  ...["sqrtss", "sqrtsd", "cvtsi2ss", "cvtsi2sd", "cvttss2si", "cvttsd2si", "cvtss2sd", "cvtsd2ss", "imul3"],
]);
const neverFolds = new Set(["xchg", "xadd", "cmpxchg", "atomicLoop"]);
const isRegister = (o: Operand | undefined) => o?.kind === "reg";

/** Whether a register operand may be replaced by the memory it was spilled to. */
export function mayBeMemory(i: Inst, k: number): boolean {
  if (neverFolds.has(i.op)) return false;
  if (i.args.some((o) => o.kind === "mem")) return isTied(i) && k === 0;
  if (foldsFirst.has(i.op)) return k === 0;
  // The packed operations would read 16 aligned bytes, on either side, for their operands can be exchanged.
  if (i.op === "xorps" || i.op === "andps") return false;
  // MOV loads the first operand into the result; the second is the instruction's own memory operand.
  if (isTied(i)) return k === 0 || (k === 1 && i.op !== "shl" && i.op !== "shr" && i.op !== "sar");
  if (i.op === "cmp") return k === 1 ? isRegister(i.args[0]) : i.args[1]!.kind === "imm";
  if (i.op === "ucomiss" || i.op === "ucomisd") return k === 1;
  return false;
}

/** Whether the instruction can be repeated anywhere with the same result: constants and addresses. */
export function isRematerialisable(i: Inst): boolean {
  if (i.def === NONE) return false;
  const [source] = i.args;
  if (i.op === "mov" && i.args.length === 1) {
    if (source!.kind === "imm" || source!.kind === "symbol") return true;
    return (
      source!.kind === "mem" && source!.slot?.kind === "incoming" && source!.base === NONE && source!.index === NONE
    );
  }
  return i.op === "lea" && source!.kind === "mem" && source!.base === NONE && source!.index === NONE;
}
