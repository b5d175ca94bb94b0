/**
 * The part of a block's `Builder` that knows what operands of real instructions are: registers, immediates, addresses, and memory, accesses to
 * which become actions.
 */
import type { Bits, FarOperand, SegmentRef, Value } from "../cpu/builder.ts";
import type { Node } from "../cpu/ir.ts";
import { OTHER_BASE } from "../cpu/range-slots.ts";
import { stateFields } from "../cpu/state.ts";
import { alignmentOf } from "../cpu/vector-row.ts";
import { segmentOf } from "../interpreter/shape.ts";
import {
  FS,
  type Instruction,
  type MemoryOperand,
  type Operand,
  type RegisterOperand,
  type RelativeOperand,
  SS,
} from "../isa/instruction.ts";
import { general } from "../isa/registers.ts";
import type { MemoryAction } from "./action.ts";
import { BlockState, NotTranslated } from "./block-state.ts";

const RSP = 4;

export abstract class BlockOperands extends BlockState {
  // The present instruction.
  protected instruction!: Instruction;
  protected next = 0n;
  row!: Instruction["row"];
  operandSize!: 16 | 32 | 64;
  addressSize!: 16 | 32 | 64;
  prefixes!: number;
  /** What it has read in order to write it: places of loads. */
  readonly #modified: { node: Node; delta: Value | null }[] = [];

  protected begin(instruction: Instruction, rip: bigint): void {
    this.instruction = instruction;
    this.row = instruction.row;
    this.operandSize = instruction.operandSize;
    this.addressSize = instruction.addressSize;
    this.prefixes = instruction.prefixes;
    this.next = rip + BigInt(instruction.length);
    this.changed = false;
    this.#modified.length = 0;
  }

  protected targetOf(operand: RelativeOperand): bigint {
    return BigInt.asUintN(this.operandSize, this.next + operand.displacement);
  }

  // ---- operands

  read(operand: Operand): Node {
    switch (operand.kind) {
      case "register":
        if (operand.register.class === "segment")
          return this.graph.resize("truncate", this.get("segmentSelector", operand.register.index), 16);
        return this.register(operand.register);
      case "memory":
        return this.#load(operand.segment, this.effectiveAddress(operand), operand.bits as Bits, 1, "load");
      case "immediate":
        return this.constant(operand.bits as Bits, operand.value);
      case "relative":
        return this.constant(this.operandSize, this.targetOf(operand));
      case "far":
        throw new NotTranslated();
    }
  }

  modify(operand: Operand): Node {
    if (operand.kind !== "memory") return this.read(operand);
    const node = this.#load(operand.segment, this.effectiveAddress(operand), operand.bits as Bits, 1, "modify");
    this.#modified.push({ node, delta: null });
    return node;
  }

  write(operand: Operand, value: Value): void {
    if (operand.kind === "register") {
      this.setRegister(operand.register, value);
      return;
    }
    if (operand.kind !== "memory") throw new NotTranslated();
    const modified = this.#modified.findLast((m) => m.node.bits === value.bits);
    if (modified === undefined) this.#store(operand.segment, this.effectiveAddress(operand), value, 1);
    else this.say({ do: "storeModified", modify: modified.node, value: value as Node });
  }

  readPart(operand: Operand, bits: 32 | 64 | 128, offset = 0): Node {
    if (operand.kind === "register") {
      const { register } = operand;
      if (register.class !== "mmx") return this.vectorPart(register.index, bits, offset);
      return this.readState(stateFields.x87Significand.offset + 8 * register.index + offset, bits);
    }
    if (operand.kind !== "memory") throw new NotTranslated();
    return this.#load(
      operand.segment,
      this.#partOf(operand, offset),
      bits,
      alignmentOf(this.row, bits, offset),
      "load",
    );
  }

  writePart(operand: Operand, value: Value, offset = 0): void {
    if (operand.kind === "register") {
      const { register } = operand;
      if (register.class !== "mmx") {
        this.setVectorPart(register.index, value as Node, offset);
        return;
      }
      this.writeState(stateFields.x87Significand.offset + 8 * register.index + offset, value as Node);
      this.writeState(stateFields.x87Exponent.offset + 4 * register.index, this.constant(32, 0xffff));
      return;
    }
    if (operand.kind !== "memory") throw new NotTranslated();
    this.#store(operand.segment, this.#partOf(operand, offset), value, alignmentOf(this.row, value.bits, offset));
  }

  probePart(operand: Operand, bits: 32 | 64 | 128, offset = 0): void {
    if (operand.kind !== "memory") return;
    this.#probe(operand.segment, this.#partOf(operand, offset), bits, alignmentOf(this.row, bits, offset));
  }

  #partOf(operand: MemoryOperand, offset: number): Node {
    const address = this.effectiveAddress(operand);
    return this.graph.binary("add", address, this.constant(address.bits, offset));
  }

  vectorIndex(): { number: Value; scale: Value } {
    throw new NotTranslated();
  }

  effectiveAddress(operand: MemoryOperand): Node {
    const { base, index, scale, displacement, addressSize: bits } = operand;
    let address = this.constant(bits, displacement);
    if (base !== null) {
      const start =
        base.class === "instructionPointer"
          ? this.constant(bits, this.next)
          : this.register(general[bits][base.index]!);
      address = this.graph.binary("add", start, address);
    }
    if (index === null || index.class !== "general") return address;
    const scaled = this.graph.binary(
      "shl",
      this.register(general[bits][index.index]!),
      this.constant(bits, Math.log2(scale)),
    );
    return this.graph.binary("add", address, scaled);
  }

  linearAddress(operand: MemoryOperand): Node {
    return this.#linear(operand.segment, this.graph.resize("zeroExtend", this.effectiveAddress(operand), 64));
  }

  segmentNumber(operand: MemoryOperand): Node {
    return this.constant(32, operand.segment);
  }

  baseIsStackPointer(operand: MemoryOperand): Node {
    return this.constant(1, operand.base?.class === "general" && operand.base.index === 4 ? 1 : 0);
  }

  registerNumber(operand: RegisterOperand): Node {
    return this.constant(32, operand.register.index);
  }

  farPointer(operand: FarOperand): { selector: Value; offset: Value } {
    return { selector: this.constant(16, operand.selector), offset: this.constant(operand.bits, operand.offset) };
  }

  // ---- memory

  #segment(segment: SegmentRef): number {
    return segment === "override" ? segmentOf(this.instruction, null) : segment;
  }

  #isFlat(segment: number): boolean {
    return this.mode === 64 ? segment < FS : (this.around.flat & (1 << segment)) !== 0;
  }

  /** From an offset of 64 bits. */
  #linear(segment: number, offset: Node): Node {
    if (this.#isFlat(segment)) return offset;
    const linear = this.graph.binary("add", this.get("segmentBase", segment), offset);
    return this.mode === 64 ? linear : this.graph.binary("and", linear, this.constant(64, 0xffff_ffff));
  }

  /** The register that the present instruction's address starts from; implied addresses are the stack's, mostly. */
  #base(segment: number): number {
    if (segment >= FS) return OTHER_BASE;
    const operand = this.instruction.operands.find((one) => one.kind === "memory" && one.segment === segment);
    if (operand?.kind !== "memory") return segment === SS ? RSP : OTHER_BASE;
    const register = operand.base ?? operand.index;
    return register?.class === "general" ? register.index : OTHER_BASE;
  }

  #access(segment: number, offset: Value, bits: number, alignment: number): MemoryAction {
    const wide = this.resized("zeroExtend", offset, 64);
    return {
      segment,
      offset: wide,
      linear: this.#linear(segment, wide),
      limited: this.mode !== 64 && !this.#isFlat(segment),
      bytes: bits / 8,
      base: this.#base(segment),
      alignment,
      before: this.before,
    };
  }

  #load(segment: number, offset: Value, bits: Bits, alignment: number, how: "load" | "modify"): Node {
    this.mayLeave();
    const node = this.graph.leaf(bits);
    const access = this.#access(segment, offset, bits, alignment);
    this.say({ do: how, node, ...access });
    return node;
  }

  #store(segment: number, offset: Value, value: Value, alignment: number): void {
    this.mayLeave();
    const access = this.#access(segment, offset, value.bits, alignment);
    this.say({ do: "store", value: value as Node, ...access });
  }

  #probe(segment: number, offset: Value, bits: number, alignment: number): void {
    this.mayLeave();
    this.say({ do: "probe", ...this.#access(segment, offset, bits, alignment) });
  }

  load(segment: SegmentRef, offset: Value, bits: Bits): Node {
    return this.#load(this.#segment(segment), offset, bits, 1, "load");
  }

  store(segment: SegmentRef, offset: Value, value: Value): void {
    this.#store(this.#segment(segment), offset, value, 1);
  }

  probeStore(segment: SegmentRef, offset: Value, bits: Bits): void {
    this.#probe(this.#segment(segment), offset, bits, 1);
  }

  #displaced = (operand: MemoryOperand, delta: Value): Node => this.add(this.effectiveAddress(operand), delta);

  loadAt(operand: MemoryOperand, delta: Value, bits: Bits): Node {
    return this.#load(operand.segment, this.#displaced(operand, delta), bits, 1, "load");
  }

  modifyAt(operand: MemoryOperand, delta: Value, bits: Bits): Node {
    const node = this.#load(operand.segment, this.#displaced(operand, delta), bits, 1, "modify");
    this.#modified.push({ node, delta });
    return node;
  }

  probeStoreAt(operand: MemoryOperand, delta: Value, bits: Bits): void {
    this.#probe(operand.segment, this.#displaced(operand, delta), bits, 1);
  }

  storeAt(operand: MemoryOperand, delta: Value, value: Value): void {
    const modified = this.#modified.find((m) => m.delta === delta && m.node.bits === value.bits);
    if (modified === undefined) this.#store(operand.segment, this.#displaced(operand, delta), value, 1);
    else this.say({ do: "storeModified", modify: modified.node, value: value as Node });
  }
}
