/**
 * The shape of an instruction: everything its handler is specialised on. Two instructions of one shape differ only in
 * what their records hold, and share a handler. A shape has a number for fast lookup; equal numbers, equal shapes.
 */
import { FS, type Instruction, type MemoryOperand, Prefix } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";

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
 * A number below 2^31. It holds the row, the mode, operand and address size, the REP prefix where the row knows one, whether
 * the r/m operand is memory, whether it has an index, whether it is RIP-relative, and whether FS or GS is its segment in 64-bit mode.
 */
export function shapeNumber(instruction: Instruction): number {
  const { row, mode } = instruction;
  const memory = memoryOperand(instruction);
  let key = row.id;
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

/** Which slot of the record an explicit register operand has: they are numbered in the order of the operands, fixed ones left out. */
export function slotOfOperand(instruction: Instruction, operand: number): number {
  let slot = 0;
  for (let i = 0; i < operand; i++) if (hasSlot(instruction, i)) slot++;
  return slot;
}

export const hasSlot = (instruction: Instruction, operand: number): boolean =>
  instruction.operands[operand]!.kind === "register" && instruction.row.operands[operand]!.source !== "fixed";

/** Byte offset of a general register's lowest byte from the start of the general registers. */
export const generalOffset = (register: Register): number => register.index * 8 + (register.high ? 1 : 0);
