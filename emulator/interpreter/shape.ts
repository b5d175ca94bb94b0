/**
 * The shape of an instruction: everything its handler is specialised on. Two instructions of one shape differ only in
 * what their records hold, and share a handler. A shape has a number for fast lookup; equal numbers, equal shapes.
 *
 * Rows that say the same about operands of the same kinds are one: ADD r/m32, imm8 and ADD EAX, imm32 both add a
 * 32-bit immediate to a 32-bit register, JE rel8 and JE rel32 both jump.
 */
import { FS, type Instruction, type MemoryOperand, type OperandSpec, Prefix, type Row } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import { rowsNamed } from "../isa/table.ts";
import { Op } from "./record.ts";

/** `memory`: the operand that may be a register or memory is memory. */
function operandMeaning(spec: OperandSpec, memory: boolean): string {
  switch (spec.source) {
    case "immediate":
      return `imm${spec.signExtendTo || spec.bits}`;
    case "relative":
      return "rel";
    case "far":
    case "moffs":
      return `${spec.source}${spec.bits}`;
    case "fixed":
      if (spec.fixed === 1) return "imm8";
      // ST(0) is not a register of the instruction: FADD ST(0), ST(i) is not FADD ST(i), ST(0).
      return spec.fixed!.class === "x87" ? spec.notation : spec.fixed!.class + spec.fixed!.bits;
    default: {
      const isMemory = spec.memory && (memory || !spec.register);
      return isMemory ? spec.notation.replace(/^.*\//, "") : `${spec.registerClass}${spec.registerBits}`;
    }
  }
}

/** What a row says, apart from how it is encoded. */
function meaningOf(row: Row, memory: boolean): string {
  const operands = row.operands.map((spec) => operandMeaning(spec, memory));
  return [row.mnemonic, row.protectedOnly, row.privilege, row.repeat, ...operands].join(" ");
}

/**
 * The number of what a row says with a register, or with memory, as its r/m operand: the first row of its mnemonic that says the same. So a row is
 * only compared with rows that have its name, and the others need not be read.
 */
class Meanings {
  readonly #memory: boolean;
  readonly #numbers: number[] = [];

  constructor(memory: boolean) {
    this.#memory = memory;
  }

  of(row: Row): number {
    return (this.#numbers[row.id] ??= this.#find(row));
  }

  #find(row: Row): number {
    const meaning = meaningOf(row, this.#memory);
    return rowsNamed(row.mnemonic).find((other) => meaningOf(other, this.#memory) === meaning)!.id;
  }
}

const meanings = { register: new Meanings(false), memory: new Meanings(true) } as const;

const sizeCode = (bits: 16 | 32 | 64): number => (bits === 16 ? 0 : bits === 32 ? 1 : 2);

export const memoryOperand = (instruction: Instruction): MemoryOperand | null => {
  for (const operand of instruction.operands) if (operand.kind === "memory") return operand;
  return null;
};

/** Segment of the memory operand, or of the source of a string instruction (DS unless overridden). */
export function segmentOf(instruction: Instruction, memory: MemoryOperand | null): number {
  if (memory !== null) return memory.segment;
  return instruction.segmentOverride >= 0 ? instruction.segmentOverride : 3;
}

export const isRipRelative = (memory: MemoryOperand | null): boolean =>
  memory !== null && memory.base !== null && memory.base.class === "instructionPointer";

/** Whether the segment's base is added in 64-bit mode: only FS and GS have one there. */
export const usesBase = (segment: number): boolean => segment >= FS;

/**
 * A number below 2^31. It holds the meaning of the row, the mode, operand and address size, the REP prefix where the row knows one, whether
 * the r/m operand is memory, whether it has an index, whether it is RIP-relative, and whether FS or GS is its segment in 64-bit mode.
 */
export function shapeNumber(instruction: Instruction): number {
  const { row, mode } = instruction;
  const memory = memoryOperand(instruction);
  let key = (memory === null ? meanings.register : meanings.memory).of(row);
  key = (key << 2) | sizeCode(mode);
  key = (key << 2) | sizeCode(instruction.operandSize);
  key = (key << 2) | sizeCode(instruction.addressSize);
  const repeat = row.repeat === "none" ? 0 : (instruction.prefixes & (Prefix.rep | Prefix.repne)) >> 1;
  key = (key << 2) | repeat;
  key = (key << 1) | (memory === null ? 0 : 1);
  key = (key << 1) | (memory === null || memory.index === null ? 0 : 1);
  key = (key << 1) | (isRipRelative(memory) ? 1 : 0);
  return (key << 1) | (mode === 64 && usesBase(segmentOf(instruction, memory)) ? 1 : 0);
}

/** Which slot of the record a register operand has: they are numbered in the order of the operands. */
export function slotOfOperand(instruction: Instruction, operand: number): number {
  let slot = 0;
  for (let i = 0; i < operand; i++) if (instruction.operands[i]!.kind === "register") slot++;
  return slot;
}

/**
 * Where a register's slot is in the record: beside a memory operand, which has the third and fourth, there is a third register
 * only without an immediate.
 */
export const slotOffset = (instruction: Instruction, slot: number): number =>
  slot >= 2 && memoryOperand(instruction) !== null ? Op.immediate + 2 * (slot - 2) : Op.slots + 2 * slot;

/** Byte offset of a general register's lowest byte from the start of the general registers. */
export const generalOffset = (register: Register): number => register.index * 8 + (register.high ? 1 : 0);
