/**
 * Places as the interpreter finds them: state at constant addresses, or at addresses that the instruction's record holds;
 * what the instruction carries, in its record.
 */
import type { Place, StatePlace } from "../cpu/ir.ts";
import { placeBits } from "../cpu/ir.ts";
import { stateFields } from "../cpu/state.ts";
import type { Instruction } from "../isa/instruction.ts";
import type { Frame } from "./access.ts";
import { Op } from "./record.ts";
import { generalOffset, isRipRelative, memoryOperand, slotOffset, slotOfOperand } from "./shape.ts";

export const RSP_ADDRESS = stateFields.general.offset + 4 * 8;
const RIP = stateFields.rip.offset;

const isVectorClass = (name: string): boolean => name === "xmm" || name === "ymm";

const loadOf = { 8: "i32.load8_u", 16: "i32.load16_u", 32: "i32.load", 64: "i64.load" } as const;

export class Places {
  readonly #frame: Frame;
  readonly #instruction: Instruction;
  readonly #ripRelative: boolean;

  constructor(frame: Frame, instruction: Instruction) {
    this.#frame = frame;
    this.#instruction = instruction;
    this.#ripRelative = isRipRelative(memoryOperand(instruction));
  }

  /** The value, clean, on the stack. */
  read(place: Place): void {
    const { code, op, mode } = this.#frame;
    const record = (
      load: "i32.load" | "i32.load8_u" | "i32.load16_u" | "i64.load" | "i64.load32_s",
      offset: number,
    ) => {
      code.get(op);
      code.memory(load, offset);
    };
    switch (place.kind) {
      case "register":
        code.i32(0);
        code.memory(loadOf[place.register.bits as 8], stateFields.general.offset + generalOffset(place.register));
        break;
      case "field": {
        const field = stateFields[place.field];
        code.i32(0);
        if (field.width === "i64") code.memory("i64.load", field.offset + place.index * 8);
        else code.memory("i32.load", field.offset + place.index * 4);
        break;
      }
      case "operand":
        record("i32.load16_u", this.#slot(place.operand));
        code.memory(loadOf[place.bits]);
        break;
      case "vector":
        record("i32.load16_u", this.#slot(place.operand));
        if (place.bits === 128) code.simdMemory("v128.load", place.offset);
        else code.memory(loadOf[place.bits], place.offset);
        break;
      case "base":
        if (this.#ripRelative) {
          this.#nextRip();
          if (place.bits === 32) code.op("i32.wrap_i64");
          break;
        }
        record("i32.load16_u", Op.base);
        code.memory(loadOf[place.bits]);
        break;
      case "index":
        record("i32.load16_u", Op.index);
        code.memory(loadOf[place.bits]);
        break;
      case "segmentBase":
        if (mode === 64 && !this.#frame.based) code.i64(0n);
        else {
          record("i32.load8_u", Op.segment);
          code.i32(3);
          code.op("i32.shl");
          code.memory("i64.load", stateFields.segmentBase.offset);
        }
        break;
      case "immediate":
        if (this.#isSecondImmediate(place.operand))
          record(loadOf[place.bits === 64 ? 32 : place.bits], Op.displacement);
        else record(loadOf[place.bits], Op.immediate);
        break;
      case "displacement":
        if (place.wide) record(loadOf[place.bits], Op.immediate);
        else if (place.bits === 64) record("i64.load32_s", Op.displacement);
        else record(loadOf[place.bits], Op.displacement);
        break;
      case "scale":
        record("i32.load8_u", Op.scale);
        if (place.bits === 64) code.op("i64.extend_i32_u");
        break;
      case "target":
        this.#nextRip();
        record("i64.load32_s", Op.displacement);
        code.op("i64.add");
        if (place.bits === 64) break;
        code.op("i32.wrap_i64");
        if (place.bits === 16) {
          code.i32(0xffff);
          code.op("i32.and");
        }
        break;
      case "nextRip":
        this.#nextRip();
        break;
      case "selector":
        record("i32.load16_u", Op.immediate);
        break;
      case "farOffset":
        record(loadOf[place.bits], Op.displacement);
        break;
      case "registerNumber":
        record("i32.load16_u", this.#slot(place.operand));
        if (isVectorClass(this.#classOf(place.operand))) {
          code.i32(stateFields.vector.offset);
          code.op("i32.sub");
          code.i32(5);
          code.op("i32.shr_u");
        }
        if (this.#classOf(place.operand) === "segment") {
          code.i32(stateFields.segmentSelector.offset);
          code.op("i32.sub");
          code.i32(2);
          code.op("i32.shr_u");
        }
        break;
      case "indexNumber":
        record("i32.load16_u", Op.index);
        code.i32(stateFields.vector.offset);
        code.op("i32.sub");
        code.i32(5);
        code.op("i32.shr_u");
        break;
      case "segmentNumber":
        record("i32.load8_u", Op.segment);
        break;
      case "mmxExponent":
        throw new Error("the exponent of an MMX register is only written");
      case "baseIsStackPointer":
        record("i32.load16_u", Op.base);
        code.i32(RSP_ADDRESS);
        code.op("i32.eq");
        break;
    }
  }

  /** Stores what `pushValue` pushes: the value with rubbish above its width for 8 and 16 bits, as i64 for 32-bit general registers. */
  write(place: StatePlace, value: { dirty(): void; as64(): void }): void {
    const { code, op } = this.#frame;
    if (place.kind === "field") {
      const field = stateFields[place.field];
      code.i32(0);
      value.dirty();
      if (field.width === "i64") code.memory("i64.store", field.offset + place.index * 8);
      else code.memory("i32.store", field.offset + place.index * 4);
      return;
    }
    if (place.kind === "mmxExponent") {
      // The significands' address, as a number of words of half their size.
      code.get(op);
      code.memory("i32.load16_u", this.#slot(place.operand));
      code.i32(stateFields.x87Significand.offset);
      code.op("i32.sub");
      code.i32(1);
      code.op("i32.shr_u");
      value.dirty();
      code.memory("i32.store", stateFields.x87Exponent.offset);
      return;
    }
    if (place.kind === "vector") {
      code.get(op);
      code.memory("i32.load16_u", this.#slot(place.operand));
      value.dirty();
      if (place.bits === 128) code.simdMemory("v128.store", place.offset);
      else code.memory(place.bits === 64 ? "i64.store" : "i32.store", place.offset);
      return;
    }
    let offset = 0;
    if (place.kind === "register") {
      code.i32(0);
      offset = stateFields.general.offset + generalOffset(place.register);
    } else if (place.kind === "operand") {
      code.get(op);
      code.memory("i32.load16_u", this.#slot(place.operand));
    } else throw new Error(`${place.kind} is not written`);
    switch (placeBits(place)) {
      case 8:
        value.dirty();
        code.memory("i32.store8", offset);
        break;
      case 16:
        value.dirty();
        code.memory("i32.store16", offset);
        break;
      default:
        value.as64();
        code.memory("i64.store", offset);
    }
  }

  #nextRip(): void {
    const { code, op, mode } = this.#frame;
    code.i32(0);
    code.memory("i64.load", RIP);
    code.get(op);
    code.memory("i64.load16_u", Op.end);
    code.op("i64.add");
    if (mode !== 64) {
      code.i64(0xffff_ffffn);
      code.op("i64.and");
    }
  }

  #slot(operand: number): number {
    return slotOffset(this.#instruction, slotOfOperand(this.#instruction, operand));
  }

  #classOf(operand: number): string {
    const { kind, register } = this.#instruction.operands[operand] as { kind: string; register?: { class: string } };
    return register?.class ?? kind;
  }

  #isSecondImmediate(operand: number): boolean {
    return this.#instruction.operands.findIndex((o) => o.kind === "immediate") !== operand;
  }
}
