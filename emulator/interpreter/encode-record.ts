/**
 * Fills an instruction's record (record.ts): the parts of the instruction that its shape leaves open.
 */
import { ticksAgain } from "../cpu/cost.ts";
import { stateFields } from "../cpu/state.ts";
import { placeOfVector } from "../cpu/vector-row.ts";
import type { Instruction } from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import { Op } from "./record.ts";
import { generalOffset, memoryOperand, segmentOf, slotOffset } from "./shape.ts";

/** What a register's slot holds: where it is in the state; for control and debug registers the number. */
function slotValue(register: Register | null): number {
  if (register === null) return stateFields.zero.offset;
  switch (register.class) {
    case "general":
      return stateFields.general.offset + generalOffset(register);
    case "segment":
      return stateFields.segmentSelector.offset + 4 * register.index;
    case "mmx":
    case "xmm":
    case "ymm": {
      const { field, index } = placeOfVector(register);
      return stateFields[field].offset + 8 * index;
    }
    case "instructionPointer":
      return stateFields.rip.offset;
    default:
      return register.index;
  }
}

/** Memory in which records are, seen as the widths of their fields. */
export class RecordMemory {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u64: BigUint64Array;

  constructor(buffer: ArrayBufferLike) {
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u64 = new BigUint64Array(buffer);
  }
}

/**
 * `at`: the record's address. `end`: distance from the run's start to the instruction's end, `number`: instructions of the run
 * before it, `ticks`: cost of the run up to and including it.
 */
export function encodeRecord(
  { u8, u16, i32, u64 }: RecordMemory,
  at: number,
  instruction: Instruction,
  handler: number,
  end: number,
  number: number,
  ticks: number,
): void {
  const { row, operands } = instruction;
  const memory = memoryOperand(instruction);
  i32[(at + Op.handler) >> 2] = handler;
  u16[(at + Op.end) >> 1] = end;
  u8[at + Op.length] = instruction.length;
  u8[at + Op.number] = number;
  u16[(at + Op.ticks) >> 1] = ticks;
  i32[(at + Op.displacement) >> 2] = row.repeat === "none" ? 0 : ticksAgain(instruction);
  i32[(at + Op.immediate) >> 2] = 0;
  i32[(at + Op.immediate + 4) >> 2] = 0;
  u8[at + Op.segment] = segmentOf(instruction, memory);
  u8[at + Op.scale] = memory === null ? 0 : 31 - Math.clz32(memory.scale);
  u16[(at + Op.base) >> 1] = slotValue(memory === null ? null : memory.base);
  u16[(at + Op.index) >> 1] = slotValue(memory === null ? null : memory.index);
  let slot = 0;
  let immediates = 0;
  for (let i = 0; i < operands.length; i++) {
    const operand = operands[i]!;
    switch (operand.kind) {
      case "register":
        u16[(at + slotOffset(instruction, slot++)) >> 1] = slotValue(operand.register);
        break;
      case "memory":
        if (row.operands[i]!.source === "moffs")
          u64[(at + Op.immediate) >> 3] = BigInt.asUintN(64, operand.displacement);
        // Every other displacement is a sign-extended one of 32 bits at most.
        else i32[(at + Op.displacement) >> 2] = Number(operand.displacement);
        break;
      case "immediate":
        if (immediates++ === 0) u64[(at + Op.immediate) >> 3] = operand.value;
        else i32[(at + Op.displacement) >> 2] = Number(operand.value);
        break;
      case "relative":
        i32[(at + Op.displacement) >> 2] = Number(operand.displacement);
        break;
      case "far":
        i32[(at + Op.displacement) >> 2] = operand.offset;
        u64[(at + Op.immediate) >> 3] = BigInt(operand.selector);
        break;
    }
  }
}
