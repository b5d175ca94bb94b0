/**
 * Which values an instruction waits for and which it makes, as far as time is concerned: registers, the carry flag, the
 * other status flags, and where in memory. Implicit operands are by mnemonic, for the table's rows name only explicit ones.
 */
import { type Instruction, type MemoryOperand, Prefix } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import { Flag, STATUS_FLAGS } from "./state.ts";

/** Numbers of the values: general registers 0–15, then these, then vector registers, then x87 and MMX registers together. */
export const Value = { carry: 16, flags: 17, stackTop: 18, vector: 32, x87: 64, count: 72 } as const;

const RAX = 0;
const RCX = 1;
const RDX = 2;
const RBX = 3;
const RSP = 4;
const RBP = 5;
const RSI = 6;
const RDI = 7;

export interface Flow {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  /** Where it loads from and stores to; "stack": at the stack pointer, which the stack engine moves for nothing. */
  readonly load: MemoryOperand | "stack" | null;
  readonly store: MemoryOperand | "stack" | null;
  /** Width of the access in bytes. */
  readonly bytes: number;
  /** What the address is made of. */
  readonly address: readonly number[];
  /** How far the stack pointer moves by the stack engine, in bytes. */
  readonly stackMove: number;
  /** The result does not depend on the sources: XOR and SUB of a register with itself and the like. */
  readonly isZeroing: boolean;
  /** A copy of a whole register, which renaming does without any unit. */
  readonly isCopy: boolean;
}

interface Implicit {
  readonly reads?: readonly number[];
  readonly writes?: readonly number[];
}

const implicit: Readonly<Record<string, Implicit>> = {
  mul: { reads: [RAX], writes: [RAX, RDX] },
  imul: { reads: [RAX], writes: [RAX, RDX] },
  mulx: { reads: [RDX] },
  div: { reads: [RAX, RDX], writes: [RAX, RDX] },
  idiv: { reads: [RAX, RDX], writes: [RAX, RDX] },
  cbw: { reads: [RAX], writes: [RAX] },
  cwde: { reads: [RAX], writes: [RAX] },
  cdqe: { reads: [RAX], writes: [RAX] },
  cwd: { reads: [RAX], writes: [RDX] },
  cdq: { reads: [RAX], writes: [RDX] },
  cqo: { reads: [RAX], writes: [RDX] },
  cmpxchg: { reads: [RAX], writes: [RAX] },
  cmpxchg8b: { reads: [RAX, RBX, RCX, RDX], writes: [RAX, RDX] },
  cmpxchg16b: { reads: [RAX, RBX, RCX, RDX], writes: [RAX, RDX] },
  lahf: { writes: [RAX] },
  sahf: { reads: [RAX] },
  xlatb: { reads: [RAX, RBX], writes: [RAX] },
  leave: { reads: [RBP], writes: [RSP, RBP] },
  enter: { reads: [RSP, RBP], writes: [RSP, RBP] },
  loop: { reads: [RCX], writes: [RCX] },
  loope: { reads: [RCX], writes: [RCX] },
  loopne: { reads: [RCX], writes: [RCX] },
  jcxz: { reads: [RCX] },
  jecxz: { reads: [RCX] },
  jrcxz: { reads: [RCX] },
};

const pushes = /^(push|call)$/;
const pops = /^(pop|ret)$/;
const zeroing = /^(xor|sub|v?p?xor[pd]?[sd]?|v?psub[bwdq]|v?pcmpgt[bwdq])$/;
const copying = /^(mov|v?mov(ap[sd]|up[sd]|dqa|dqu))$/;

/** The value that a register is part of; −1 for those that nothing waits for. */
function valueNumber(register: Register): number {
  switch (register.class) {
    case "general":
      return register.high ? register.index : register.index & 15;
    case "xmm":
    case "ymm":
      return Value.vector + register.index;
    case "x87":
    case "mmx":
      return Value.x87 + register.index;
    default:
      return -1;
  }
}

const remembered = new WeakMap<object, Implicit & { pushes: boolean; pops: boolean; string: boolean }>();

/** What depends on the row alone. */
function ofRow(row: Instruction["row"]) {
  let known = remembered.get(row);
  if (known === undefined) {
    const { mnemonic, cost } = row;
    const onlyExplicit = mnemonic === "imul" && row.operands.length > 1;
    known = {
      ...(onlyExplicit ? {} : implicit[mnemonic]),
      pushes: pushes.test(mnemonic),
      pops: pops.test(mnemonic),
      string: cost.startsWith("string-"),
    };
    remembered.set(row, known);
  }
  return known;
}

export function flowOf(instruction: Instruction): Flow {
  const { row, operands } = instruction;
  const about = ofRow(row);
  const reads: number[] = about.reads === undefined ? [] : [...about.reads];
  const writes: number[] = about.writes === undefined ? [] : [...about.writes];
  const address: number[] = [];
  let load: Flow["load"] = null;
  let store: Flow["store"] = null;
  let bytes = 8;
  let wholeRegisters = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    const { access } = row.operands[i]!;
    if (operand.kind === "register") {
      const value = valueNumber(operand.register);
      if (value < 0) continue;
      // A byte or word is merged into what the register held before.
      const narrow = operand.register.bits < 32;
      if (access !== "w" || narrow) reads.push(value);
      if (access !== "r") writes.push(value);
      if (!narrow) wholeRegisters++;
    } else if (operand.kind === "memory") {
      for (const part of [operand.base, operand.index])
        if (part !== null && part.class === "general") address.push(part.index & 15);
      if (access === "address") {
        if (row.mnemonic === "lea") reads.push(...address.splice(0));
        continue;
      }
      bytes = operand.bits >> 3;
      if (access !== "w") load = operand;
      if (access !== "r") store = operand;
    }
  }
  const { flags } = row;
  if (flags.reads & Flag.CF) reads.push(Value.carry);
  if (flags.reads & (STATUS_FLAGS & ~Flag.CF)) reads.push(Value.flags);
  const written = flags.writes | flags.undefined;
  if (written & Flag.CF) writes.push(Value.carry);
  if (written & (STATUS_FLAGS & ~Flag.CF)) writes.push(Value.flags);
  let stackMove = 0;
  if (about.pushes) {
    store = "stack";
    stackMove = -(instruction.operandSize >> 3);
  } else if (about.pops) {
    load = "stack";
    stackMove = instruction.operandSize >> 3;
  } else if (about.string) {
    for (const value of [RSI, RDI]) {
      reads.push(value);
      writes.push(value);
    }
    if (instruction.prefixes & (Prefix.rep | Prefix.repne)) writes.push(RCX);
  } else if (row.mnemonic === "leave") load = "stack";
  return {
    reads,
    writes,
    load,
    store,
    bytes,
    address,
    stackMove,
    isZeroing: isSame(operands) && zeroing.test(row.mnemonic),
    isCopy:
      wholeRegisters === 2 && operands.length === 2 && load === null && store === null && copying.test(row.mnemonic),
  };
}

/** Whether the last two operands are the same register. */
function isSame(operands: Instruction["operands"]): boolean {
  const [x, y] = [operands.at(-1), operands.at(-2)];
  return x?.kind === "register" && y?.kind === "register" && x.register === y.register;
}
