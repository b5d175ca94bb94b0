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

/**
 * `at`: the record's address. `end`: distance from the run's start to the instruction's end, `number`: instructions of the run
 * before it, `ticks`: cost of the run up to and including it.
 */
export function encodeRecord(
  view: DataView,
  at: number,
  instruction: Instruction,
  handler: number,
  position: { readonly end: number; readonly number: number; readonly ticks: number },
): void {
  view.setInt32(at + Op.handler, handler, true);
  view.setUint16(at + Op.end, position.end, true);
  view.setUint8(at + Op.length, instruction.length);
  view.setUint8(at + Op.number, position.number);
  view.setUint16(at + Op.ticks, position.ticks, true);
  view.setInt32(at + Op.displacement, instruction.row.repeat === "none" ? 0 : ticksAgain(instruction), true);
  view.setBigUint64(at + Op.immediate, 0n, true);
  const memory = memoryOperand(instruction);
  view.setUint8(at + Op.segment, segmentOf(instruction, memory));
  view.setUint8(at + Op.scale, memory === null ? 0 : Math.log2(memory.scale));
  view.setUint16(at + Op.base, slotValue(memory?.base ?? null), true);
  view.setUint16(at + Op.index, slotValue(memory?.index ?? null), true);
  let slot = 0;
  let immediates = 0;
  for (const [i, operand] of instruction.operands.entries()) {
    switch (operand.kind) {
      case "register":
        view.setUint16(at + slotOffset(instruction, slot++), slotValue(operand.register), true);
        break;
      case "memory":
        if (instruction.row.operands[i]!.source === "moffs")
          view.setBigInt64(at + Op.immediate, operand.displacement, true);
        else view.setInt32(at + Op.displacement, Number(BigInt.asIntN(32, operand.displacement)), true);
        break;
      case "immediate":
        if (immediates++ === 0) view.setBigUint64(at + Op.immediate, operand.value, true);
        else view.setInt32(at + Op.displacement, Number(operand.value), true);
        break;
      case "relative":
        view.setInt32(at + Op.displacement, Number(operand.displacement), true);
        break;
      case "far":
        view.setInt32(at + Op.displacement, operand.offset, true);
        view.setBigUint64(at + Op.immediate, BigInt(operand.selector), true);
        break;
    }
  }
}
