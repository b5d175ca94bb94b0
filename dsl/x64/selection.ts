/**
 * The state of instruction selection in one function, and what every kind of instruction needs: registers of values,
 * operands, addresses, and folding.
 *
 * Blocks are selected from their end to their beginning, so that an instruction is met after all of its users in the
 * block. `count` says how many of its users want it in a register: a user that takes it apart instead (a load into its
 * memory operand, an addition into its address) takes itself off the count and wants the operands. What nobody wants by
 * the time it is met is not selected at all.
 */
import type { Block, Instruction, IrFunction, Operand as IrOperand, Origin, Slot, Type, Value } from "../ir/ssa.ts";
import { widths } from "../ir/ssa.ts";
import { operandsOf, resultsOf, terminatorOperands } from "../ir/visit.ts";
import {
  type FrameSlot,
  type Inst,
  imm,
  inst,
  type MachineFunction,
  type MemoryOperand,
  mem,
  NONE,
  newReg,
  type Operand,
  type Reg,
  reg,
  type Width,
} from "./mir.ts";
import type { Target } from "./target.ts";

export const isFloatType = (type: Type): boolean => type === "f32" || type === "f64";
/** Integer arithmetic is done in 32 or 64 bits; what lies above a narrower value is not defined. */
export const operationWidth = (type: Type): Width => (type === "i64" ? 64 : 32);
/** The width of a value where it counts: comparisons, memory. i1 is a byte that holds 0 or 1. */
export const exactWidth = (type: Type): Width => (type === "i1" ? 8 : (widths[type] as Width));
export const fitsInt32 = (value: bigint): boolean => BigInt.asIntN(32, value) === value;

/** Slots aligned more than the stack is get their address computed. */
export const stackAlign = 16;

export class Selection {
  readonly f: IrFunction;
  readonly out: MachineFunction;
  readonly target: Target;
  /** Bytes of a global, for the length of messages. */
  readonly bytesOf: (symbol: string) => number;
  /** By value id: users that still want the value in a register. */
  readonly count: Int32Array;
  readonly #definition: (Instruction | undefined)[];
  readonly #blockOf: (Block | undefined)[];
  /** By value id: how many instructions that may write memory stand before its definition in the block. */
  readonly #epochOf: Int32Array;
  /** By value id: uses as an address within its block. */
  readonly #addressUses: Int32Array;
  readonly #uses: Int32Array;
  /** By value id: whether its last user took it apart. */
  readonly #taken: Uint8Array;
  /** By value id: whether the bits of its register above its width are 0. */
  readonly #clean: Uint8Array;
  /** By value id: whether it is what a phi it is calculated from by addition becomes in the next round. */
  readonly #isNext: Uint8Array;
  readonly #registers: Reg[] = [];
  /** Where selection stands. */
  block!: Block;
  epoch = 0;
  origin!: Origin;
  /** Instructions of the current IR instruction, in order. */
  sequence: Inst[] = [];

  constructor(f: IrFunction, out: MachineFunction, target: Target, bytesOf: (symbol: string) => number) {
    this.f = f;
    this.out = out;
    this.target = target;
    this.bytesOf = bytesOf;
    const n = f.nextValue;
    this.count = new Int32Array(n);
    this.#definition = new Array(n);
    this.#blockOf = new Array(n);
    this.#epochOf = new Int32Array(n);
    this.#addressUses = new Int32Array(n);
    this.#clean = new Uint8Array(n);
    this.#taken = new Uint8Array(n);
    this.#isNext = new Uint8Array(n);
    this.#survey();
    this.#findNext();
    this.#uses = this.count.slice();
    this.#findClean();
  }

  #survey(): void {
    const use = (o: IrOperand) => {
      if (o.kind === "value") this.count[o.id]!++;
    };
    for (const p of this.f.parameters) this.#blockOf[p.id] = this.f.blocks[0];
    for (const block of this.f.blocks) {
      let epoch = 0;
      for (const phi of block.phis) {
        for (const o of phi.inputs.values()) use(o);
        this.#blockOf[phi.result.id] = block;
      }
      for (const i of block.instructions) {
        for (const o of operandsOf(i)) use(o);
        if (writesMemory(i)) epoch++;
        for (const r of resultsOf(i)) {
          this.#definition[r.id] = i;
          this.#blockOf[r.id] = block;
          this.#epochOf[r.id] = epoch;
        }
        if ((i.op === "load" || i.op === "store") && i.address.kind === "value") {
          const { id } = i.address;
          if (this.#blockOf[id] === block) this.#addressUses[id]!++;
        }
      }
      for (const o of terminatorOperands(block.terminator)) use(o);
    }
  }

  /** Addresses made from such a value keep it: going back to the phi would keep both alive. */
  #findNext(): void {
    for (const block of this.f.blocks)
      for (const phi of block.phis)
        for (const o of phi.inputs.values()) {
          const i = this.definition(o);
          if (i?.op === "binary" && i.how === "add" && i.x === phi.result) this.#isNext[i.result.id] = 1;
        }
  }

  /** Phis start as clean and lose it when an input is not. */
  #findClean(): void {
    const clean = this.#clean;
    const isClean = (o: IrOperand) => o.kind !== "value" || clean[o.id] === 1;
    for (const block of this.f.blocks) for (const phi of block.phis) clean[phi.result.id] = 1;
    for (let changed = true; changed; ) {
      changed = false;
      for (const block of this.f.blocks) {
        for (const i of block.instructions) {
          for (const r of resultsOf(i)) {
            const is = r.type === "i64" || definesClean(i, r.type, isClean) ? 1 : 0;
            clean[r.id] = is;
          }
        }
        for (const phi of block.phis) {
          if (clean[phi.result.id] === 0 || phi.result.type === "i64") continue;
          if (![...phi.inputs.values()].every(isClean)) {
            clean[phi.result.id] = 0;
            changed = true;
          }
        }
      }
    }
  }

  /** Whether the register of an operand holds zeros above the operand's width. */
  isClean(o: IrOperand): boolean {
    return o.kind !== "value" || this.#clean[o.id] === 1;
  }

  definition(o: IrOperand): Instruction | undefined {
    return o.kind === "value" ? this.#definition[o.id] : undefined;
  }

  emit(op: string, width: Width, def: Reg, ...args: Operand[]): Inst {
    const i = inst(op, width, def, args, this.origin);
    this.sequence.push(i);
    return i;
  }

  fresh(type: Type = "i64"): Reg {
    return newReg(this.out, isFloatType(type));
  }

  /** The virtual register of a value. */
  of(v: Value): Reg {
    return (this.#registers[v.id] ??= this.fresh(v.type));
  }

  hasRegister(v: Value): boolean {
    return this.#registers[v.id] !== undefined;
  }

  /** A register that holds the operand; constants and addresses are put into one. */
  value(o: IrOperand): Reg {
    if (o.kind === "value") return this.of(o);
    const r = this.fresh(o.kind === "address" ? "i64" : o.type);
    if (o.kind === "address") this.symbolTo(r, o.symbol, o.offset);
    else if (isFloatType(o.type)) {
      if (o.bits === 0n) this.emit("zerops", 32, r);
      else {
        const bits = this.fresh("i64");
        this.emit("mov", 64, bits, imm(o.bits));
        this.emit(o.type === "f32" ? "movd" : "movq", o.type === "f32" ? 32 : 64, r, reg(bits));
      }
    } else this.emit("mov", 64, r, imm(o.bits));
    return r;
  }

  /** An address as an immediate where the code model allows, else from RIP. */
  symbolTo(r: Reg, symbol: string, offset: bigint): void {
    if (!isNear(offset)) {
      const start = this.fresh();
      const far = this.fresh();
      this.symbolTo(start, symbol, 0n);
      this.emit("mov", 64, far, imm(offset));
      this.emit("lea", 64, r, mem({ base: start, index: far }));
    } else if (this.target.model === "pic") this.emit("lea", 64, r, mem({ symbol, disp: Number(offset) }));
    else this.emit("mov", 64, r, { kind: "symbol", symbol, offset });
  }

  /** The constant as an immediate of an operation of that width, or null when it needs a register. */
  immediate(o: IrOperand, width: Width): Operand | null {
    if (o.kind !== "constant" || isFloatType(o.type)) return null;
    const signed = BigInt.asIntN(o.type === "i1" ? 8 : widths[o.type], o.bits);
    return width < 64 || fitsInt32(signed) ? imm(signed) : null;
  }

  /** Immediate or register. */
  immediateOrRegister(o: IrOperand, width: Width): Operand {
    return this.immediate(o, width) ?? reg(this.value(o));
  }

  /** Immediate, memory operand of a load that only this wants, or register. `width`: bits that are read. */
  source(o: IrOperand, width: Width): Operand {
    return this.immediate(o, width) ?? this.foldLoad(o, width) ?? reg(this.value(o));
  }

  /** Memory or register. */
  place(o: IrOperand, width: Width): Operand {
    return this.foldLoad(o, width) ?? reg(this.value(o));
  }

  /** Whether the operand's definition may be merged into its user: nobody else wants it, and it stands in this block. */
  private(o: IrOperand): boolean {
    return o.kind === "value" && this.count[o.id] === 1 && this.#blockOf[o.id] === this.block;
  }

  /** The definition if it is of this kind and only the current instruction wants it. */
  onlyUse<Op extends Instruction["op"]>(o: IrOperand, op: Op): Extract<Instruction, { op: Op }> | null {
    const i = this.definition(o);
    return i !== undefined && i.op === op && this.private(o) ? (i as Extract<Instruction, { op: Op }>) : null;
  }

  /**
   * The current instruction takes the definition apart: it wants the operands in place of the value. The last to do so
   * takes over what the definition wanted.
   */
  take(o: IrOperand): void {
    if (o.kind !== "value") return;
    if (--this.count[o.id]! === 0) {
      this.#taken[o.id] = 1;
      return;
    }
    for (const operand of operandsOf(this.#definition[o.id]!)) if (operand.kind === "value") this.count[operand.id]!++;
  }

  /** A definition that nobody wants any more: its operands are wanted less, unless its last user took them over. */
  unwanted(i: Instruction, result: Value): void {
    if (this.#taken[result.id] === 0) this.drop(i);
  }

  /** What is never selected wants nothing. */
  drop(i: Instruction): void {
    for (const operand of operandsOf(i)) if (operand.kind === "value") this.count[operand.id]!--;
  }

  /** The memory operand of a plain load that can move down to the current instruction, or null. */
  foldLoad(o: IrOperand, width: Width): MemoryOperand | null {
    const load = this.onlyUse(o, "load");
    if (load === null || load.ordering !== "plain" || widths[load.result.type] !== width) return null;
    if (this.#epochOf[load.result.id] !== this.epoch) return null;
    this.take(o);
    return this.address(load.address, load.offset);
  }

  /** Whether nothing between the load and the current instruction writes memory. */
  sameEpoch(v: Value): boolean {
    return this.#epochOf[v.id] === this.epoch;
  }

  frameSlot(slot: Slot): FrameSlot {
    let room = this.out.locals.get(slot);
    if (room === undefined) {
      const extra = slot.align > stackAlign ? slot.align - stackAlign : 0;
      room = { kind: "local", bytes: slot.bytes + extra, align: Math.min(slot.align, stackAlign), offset: 0 };
      this.out.locals.set(slot, room);
      this.out.slots.push(room);
    }
    return room;
  }

  /** An address as a memory operand: what additions, shifts and slots make it of is folded where that costs nothing. */
  address(o: IrOperand, offset: number): MemoryOperand {
    const parts = new AddressParts(offset);
    this.#collect(o, parts, 0);
    return this.#assemble(parts);
  }

  /** The sum of two operands, as a memory operand for LEA. */
  sum(x: IrOperand, y: IrOperand): MemoryOperand {
    const parts = new AddressParts(0);
    parts.reserved++;
    this.#collect(x, parts, 0);
    parts.reserved--;
    this.#collect(y, parts, 0);
    return this.#assemble(parts);
  }

  #assemble(parts: AddressParts): MemoryOperand {
    const { terms, slot } = parts;
    let { symbol } = parts;
    let base = NONE;
    let index = NONE;
    let scale: 1 | 2 | 4 | 8 = 1;
    if (symbol !== null && !isNear(BigInt(parts.disp))) {
      parts.add({ kind: "address", symbol, offset: 0n }, 1);
      symbol = null;
    }
    if (symbol !== null && terms.length > 0 && this.target.model === "pic") {
      base = this.fresh();
      this.emit("lea", 64, base, mem({ symbol, disp: 0 }));
      symbol = null;
    }
    for (const term of terms) {
      const r = this.value(term.operand);
      if (term.scale === 1 && base === NONE && slot === null) base = r;
      else if (index === NONE) {
        index = r;
        scale = term.scale;
      } else {
        // An unscaled term came second: the first one without scale is the base, so this is the second index.
        const sum = this.fresh();
        this.emit("lea", 64, sum, mem({ base, index: r, scale: term.scale }));
        base = sum;
      }
    }
    return mem({ base, index, scale, disp: parts.disp, symbol, slot: slot === null ? null : this.frameSlot(slot) });
  }

  #collect(o: IrOperand, parts: AddressParts, depth: number): void {
    if (o.kind === "constant") {
      const value = BigInt.asIntN(64, o.bits);
      if (parts.addOffset(value)) return;
      parts.add(o, 1);
      return;
    }
    if (o.kind === "address") {
      if (parts.symbol === null && parts.slot === null && parts.addOffset(o.offset)) parts.symbol = o.symbol;
      else parts.add(o, 1);
      return;
    }
    const i = this.definition(o);
    if (i === undefined || depth > 4) {
      parts.add(o, 1);
      return;
    }
    if (i.op === "slot" && parts.slot === null && parts.symbol === null && i.slot.align <= stackAlign) {
      if (parts.plain === 0) {
        this.take(o);
        parts.slot = i.slot;
        return;
      }
    } else if (i.op === "binary" && i.how === "add") {
      if (i.y.kind === "constant" && this.#isNext[o.id] === 0 && parts.couldAdd(i.y.bits)) {
        this.take(o);
        parts.addOffset(BigInt.asIntN(64, i.y.bits));
        this.#collect(i.x, parts, depth + 1);
        return;
      }
      if (parts.room >= 2 && this.#worthFolding(o)) {
        this.take(o);
        parts.reserved++;
        this.#collect(i.x, parts, depth + 1);
        parts.reserved--;
        this.#collect(i.y, parts, depth + 1);
        return;
      }
    } else if (i.op === "binary" && i.how === "shl" && i.y.kind === "constant" && i.y.bits <= 3n) {
      if (parts.index && this.#worthFolding(o)) {
        this.take(o);
        parts.add(i.x, (1 << Number(i.y.bits)) as 1 | 2 | 4 | 8);
        return;
      }
    } else if (i.op === "binary" && i.how === "mul" && i.y.kind === "constant") {
      const by = Number(i.y.bits);
      if ((by === 2 || by === 4 || by === 8) && parts.index && this.#worthFolding(o)) {
        this.take(o);
        parts.add(i.x, by);
        return;
      }
    }
    parts.add(o, 1);
  }

  /** Whether the value disappears when addresses take it in: all its users are addresses of this block. */
  #worthFolding(o: Value): boolean {
    if (this.#blockOf[o.id] !== this.block) return false;
    return this.count[o.id] === 1 || this.#addressUses[o.id] === this.#uses[o.id];
  }
}

/**
 * Whether a symbol with an offset is still an address that the code model reaches. In code that never runs it may be
 * anything.
 */
export const isNear = (offset: bigint): boolean => offset >= -0x10_0000n && offset < 0x4000_0000n;

/** The terms of an address while it is taken apart. */
class AddressParts {
  readonly terms: { operand: IrOperand; scale: 1 | 2 | 4 | 8 }[] = [];
  disp: number;
  symbol: string | null = null;
  slot: Slot | null = null;
  /** Terms that are still to come from outer sums. */
  reserved = 0;

  constructor(disp: number) {
    this.disp = disp;
  }

  /** Registers that can still be added. */
  get room(): number {
    return 2 - this.terms.length - this.reserved - (this.slot === null ? 0 : 1);
  }

  /** Unscaled terms so far. */
  get plain(): number {
    return this.terms.filter((t) => t.scale === 1).length;
  }

  /** Whether a scaled term can be added. */
  get index(): boolean {
    return this.terms.every((t) => t.scale === 1);
  }

  couldAdd(bits: bigint): boolean {
    return fitsInt32(BigInt(this.disp) + BigInt.asIntN(64, bits));
  }

  addOffset(value: bigint): boolean {
    if (!fitsInt32(BigInt(this.disp) + value)) return false;
    this.disp += Number(value);
    return true;
  }

  add(operand: IrOperand, scale: 1 | 2 | 4 | 8): void {
    this.terms.push({ operand, scale });
  }
}

/** Whether a load may not be moved down past the instruction. */
export function writesMemory(i: Instruction): boolean {
  switch (i.op) {
    case "store":
    case "copy":
    case "move":
    case "fill":
    case "atomic":
    case "compareExchange":
    case "fence":
    case "call":
    case "machine":
      return true;
    case "load":
      return i.ordering !== "plain" && i.ordering !== "relaxed";
    default:
      return false;
  }
}

/** Whether the code selected for an instruction leaves zeros above a narrow result (see Selection.isClean). */
function definesClean(i: Instruction, type: Type, isClean: (o: IrOperand) => boolean): boolean {
  switch (i.op) {
    case "binary":
      if (type === "i32") return true;
      if (i.how === "and") return isClean(i.x) || isClean(i.y);
      if (i.how === "or" || i.how === "xor") return isClean(i.x) && isClean(i.y);
      return i.how === "lshr" || i.how === "udiv" || i.how === "urem";
    case "unary":
      if (i.how === "trunc") return type === "i1";
      if (i.how === "zext") return true;
      if (i.how === "clz" || i.how === "ctz" || i.how === "popcnt") return true;
      return type === "i32" && ["neg", "not", "bswap", "sext"].includes(i.how);
    case "load":
      return true;
    case "select":
      return type === "i32" || (isClean(i.x) && isClean(i.y));
    default:
      return false;
  }
}
