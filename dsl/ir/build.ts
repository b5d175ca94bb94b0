/**
 * Making IR: constants, fresh values and blocks for passes, and a builder that appends instructions to a block, which is
 * what lowering and tests write. The builder checks nothing and simplifies nothing; the verifier does the one, the passes
 * the other.
 */
import { nowhere, type Site } from "../out/site.ts";
import {
  type Address,
  type AtomicOp,
  type BinaryOp,
  type Block,
  type CompareOp,
  type Constant,
  type Instruction,
  type IrFunction,
  type IrProgram,
  type Operand,
  type Ordering,
  type Origin,
  type Phi,
  type Signature,
  type Slot,
  type Terminator,
  type Type,
  type UnaryOp,
  type Value,
  type Variable,
  widths,
} from "./ssa.ts";

export const noOrigin: Origin = { site: nowhere, inlined: null };

/** An integer constant, cut to the type's width; for floats the bit pattern. */
export function constant(type: Type, bits: bigint | number): Constant {
  return { kind: "constant", type, bits: BigInt.asUintN(widths[type], BigInt(bits)) };
}

export const i64 = (bits: bigint | number): Constant => constant("i64", bits);
export const i32 = (bits: bigint | number): Constant => constant("i32", bits);
export const i8 = (bits: bigint | number): Constant => constant("i8", bits);
export const bool = (truth: boolean): Constant => constant("i1", truth ? 1n : 0n);

const scratch = new DataView(new ArrayBuffer(8));

/** The float constant nearest to a number. */
export function float(type: "f32" | "f64", value: number): Constant {
  return constant(type, bitsOfFloat(type, value));
}

/** The bit pattern of a number as f32 (rounded) or f64. */
export function bitsOfFloat(type: "f32" | "f64", value: number): bigint {
  if (type === "f32") {
    scratch.setFloat32(0, value);
    return BigInt(scratch.getUint32(0));
  }
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

/** The number whose bit pattern it is. */
export function floatOfBits(type: "f32" | "f64", bits: bigint): number {
  if (type === "f32") {
    scratch.setUint32(0, Number(bits));
    return scratch.getFloat32(0);
  }
  scratch.setBigUint64(0, bits);
  return scratch.getFloat64(0);
}

export function address(symbol: string, offset: bigint | number = 0): Address {
  return { kind: "address", symbol, offset: BigInt.asIntN(64, BigInt(offset)) };
}

export function typeOf(operand: Operand): Type {
  return operand.kind === "address" ? "i64" : operand.type;
}

export function freshValue(f: IrFunction, type: Type, hint: string | null = null): Value {
  return { kind: "value", id: f.nextValue++, type, hint };
}

/** A block outside the function's list; the caller puts it in and gives it an end. */
export function freshBlock(f: IrFunction, label: string): Block {
  return {
    id: f.nextBlock++,
    label,
    phis: [],
    instructions: [],
    terminator: { op: "unreachable", origin: noOrigin },
  };
}

export function emptyProgram(): IrProgram {
  return { functions: [], globals: [], externs: [], entries: [] };
}

/** Makes a function without blocks; its parameters are its first values. */
export function newFunction(
  name: string,
  parameters: readonly { readonly type: Type; readonly hint?: string }[],
  results: readonly Type[],
  { site = nowhere, ...attributes }: Partial<IrFunction["attributes"]> & { site?: Site } = {},
): IrFunction {
  const f: IrFunction = {
    name,
    site,
    signature: { parameters: parameters.map((p) => p.type), results },
    parameters: [],
    blocks: [],
    slots: [],
    attributes: {
      ...{ inline: "auto", cold: false, exported: false, section: null, noReturn: false, floats: false },
      ...attributes,
    },
    nextValue: 0,
    nextBlock: 0,
  };
  for (const { type, hint = null } of parameters) f.parameters.push(freshValue(f, type, hint));
  return f;
}

/** Appends to a function, block by block. */
export class Builder {
  readonly function: IrFunction;
  /** Stamped on everything appended. */
  origin: Origin = noOrigin;
  #block: Block;
  /** Whether the current block has got its end; what is appended then goes to a block of its own that nothing reaches. */
  #ended = false;

  /** Starts with the entry block. */
  constructor(f: IrFunction) {
    this.function = f;
    this.#block = this.block("entry");
  }

  /** A new block at the end of the list. */
  block(label: string): Block {
    const block = freshBlock(this.function, label);
    this.function.blocks.push(block);
    return block;
  }

  /** What follows is appended to this block. */
  at(block: Block): void {
    this.#block = block;
    this.#ended = false;
  }

  get current(): Block {
    return this.#block;
  }

  /** Whether control can come to what is appended next. */
  get open(): boolean {
    return !this.#ended;
  }

  slot(name: string, bytes: number, align: number): Slot {
    const slot = { name, bytes, align };
    this.function.slots.push(slot);
    return slot;
  }

  append(i: Instruction): void {
    if (this.#ended) this.at(this.block("dead"));
    this.#block.instructions.push(i);
  }

  value(type: Type, hint: string | null = null): Value {
    return freshValue(this.function, type, hint);
  }

  phi(type: Type, hint: string | null = null): Phi {
    const phi: Phi = { result: this.value(type, hint), inputs: new Map() };
    this.#block.phis.push(phi);
    return phi;
  }

  binary(how: BinaryOp, x: Operand, y: Operand): Value {
    const result = this.value(typeOf(x));
    this.append({ op: "binary", how, result, x, y, origin: this.origin });
    return result;
  }

  compare(how: CompareOp, x: Operand, y: Operand): Value {
    const result = this.value("i1");
    this.append({ op: "compare", how, result, x, y, origin: this.origin });
    return result;
  }

  /** `type`: of the result, where the operation changes it. */
  unary(how: UnaryOp, x: Operand, type: Type = typeOf(x)): Value {
    const result = this.value(type);
    this.append({ op: "unary", how, result, x, origin: this.origin });
    return result;
  }

  select(condition: Operand, x: Operand, y: Operand): Value {
    const result = this.value(typeOf(x));
    this.append({ op: "select", result, condition, x, y, origin: this.origin });
    return result;
  }

  load(
    type: Type,
    address: Operand,
    offset = 0,
    { ordering = "plain", align = 1 }: { ordering?: Ordering; align?: number } = {},
  ): Value {
    const result = this.value(type);
    this.append({ op: "load", result, address, offset, ordering, align, origin: this.origin });
    return result;
  }

  store(
    value: Operand,
    address: Operand,
    offset = 0,
    { ordering = "plain", align = 1 }: { ordering?: Ordering; align?: number } = {},
  ): void {
    this.append({ op: "store", value, address, offset, ordering, align, origin: this.origin });
  }

  slotAddress(slot: Slot): Value {
    const result = this.value("i64", slot.name);
    this.append({ op: "slot", result, slot, origin: this.origin });
    return result;
  }

  copy(to: Operand, from: Operand, bytes: Operand, align = 1): void {
    this.append({ op: "copy", to, from, bytes, align, origin: this.origin });
  }

  move(to: Operand, from: Operand, bytes: Operand, align = 1): void {
    this.append({ op: "move", to, from, bytes, align, origin: this.origin });
  }

  fill(to: Operand, byte: Operand, bytes: Operand, align = 1): void {
    this.append({ op: "fill", to, byte, bytes, align, origin: this.origin });
  }

  atomic(how: AtomicOp, address: Operand, value: Operand, ordering: Ordering = "seqcst"): Value {
    const result = this.value(typeOf(value));
    this.append({ op: "atomic", how, result, address, value, ordering, origin: this.origin });
    return result;
  }

  compareExchange(address: Operand, want: Operand, to: Operand, ordering: Ordering = "seqcst"): Value {
    const result = this.value(typeOf(want));
    this.append({ op: "compareExchange", result, address, want, to, ordering, origin: this.origin });
    return result;
  }

  fence(ordering: Ordering): void {
    this.append({ op: "fence", ordering, origin: this.origin });
  }

  call(callee: Operand, signature: Signature, args: Operand[]): Value[] {
    const results = signature.results.map((type) => this.value(type));
    this.append({ op: "call", results, callee, arguments: args, signature, origin: this.origin });
    return results;
  }

  machine(name: string, args: Operand[], results: readonly Type[]): Value[] {
    const values = results.map((type) => this.value(type));
    this.append({ op: "machine", name, results: values, arguments: args, origin: this.origin });
    return values;
  }

  debug(variable: Variable, value: Operand | null, indirect = false): void {
    this.append({ op: "debug", variable, piece: null, value, indirect, origin: this.origin });
  }

  declare(variable: Variable, slot: Slot): void {
    this.append({ op: "declare", variable, slot, origin: this.origin });
  }

  #end(terminator: Terminator): void {
    if (this.#ended) return;
    this.#block.terminator = terminator;
    this.#ended = true;
  }

  jump(to: Block): void {
    this.#end({ op: "jump", to, origin: this.origin });
  }

  branch(condition: Operand, taken: Block, otherwise: Block, likely: "taken" | "otherwise" | null = null): void {
    this.#end({ op: "branch", condition, taken, otherwise, likely, origin: this.origin });
  }

  switch(value: Operand, cases: { bits: bigint; to: Block }[], otherwise: Block): void {
    this.#end({ op: "switch", value, cases, otherwise, origin: this.origin });
  }

  return(...values: Operand[]): void {
    this.#end({ op: "return", values, origin: this.origin });
  }

  trap(message: string, ...args: Operand[]): void {
    this.#end({ op: "trap", message, arguments: args, origin: this.origin });
  }

  unreachable(): void {
    this.#end({ op: "unreachable", origin: this.origin });
  }
}
