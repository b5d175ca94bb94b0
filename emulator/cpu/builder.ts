/**
 * The language in which instruction semantics are said, once. A definition (integer.ts, string.ts, control.ts, system.ts)
 * receives a `Builder` and the instruction's operands and says what the manual's "Operation" section says; what comes out
 * is IR (ir.ts), from which both the interpreter and the translator are made. A third builder executes at once
 * (evaluate.ts): the slow, obvious one, against which the fast ones are checked.
 *
 * Rules for definitions
 *  - A definition depends only on the instruction's shape: row, mode, sizes, prefixes, operand kinds and widths. It never
 *    looks at a register number, an immediate's value or a displacement: the interpreter shares one handler among all
 *    instructions of a shape and fills these in at run time.
 *  - Precise faults: whatever can fault (reads and writes of memory, helpers, `fault`, `jump`) comes before the first
 *    change of a register, flag or state field. A memory destination that is read and written is read with `modify`,
 *    which checks for writing first, so that the later `write` cannot fault. Builders enforce this.
 *  - Reads see what earlier writes of the same definition wrote.
 *  - What is undefined in the manual is still a function of the inputs alone.
 */
import type {
  FarOperand,
  ImmediateOperand,
  Instruction,
  MemoryOperand,
  Operand,
  RegisterOperand,
  RelativeOperand,
  Row,
} from "../isa/instruction.ts";
import type { Register } from "../isa/registers.ts";
import type { PackedOp } from "./packed.ts";
import type { StateField } from "./state.ts";

export type Bits = 1 | 8 | 16 | 32 | 64 | 128;

/** A value of a known width. 1-bit values are conditions. Opaque to definitions. */
export interface Value {
  readonly bits: Bits;
}

export type StatusFlag = "CF" | "PF" | "AF" | "ZF" | "SF" | "OF";

/** Condition codes in encoding order 0–15 (SDM vol. 2, appendix B, "tttn"). */
export const conditions = [
  "o",
  "no",
  "b",
  "ae",
  "e",
  "ne",
  "be",
  "a",
  "s",
  "ns",
  "p",
  "np",
  "l",
  "ge",
  "le",
  "g",
] as const;
export type Condition = (typeof conditions)[number];

/** A segment: a fixed one (ES…TR as 0…7), or the one the instruction's override chose (default DS): "override". */
export type SegmentRef = number | "override";

/** After each of these what it says holds, or the instruction was given up. Shapes as in vector-float.ts. */
export interface FloatAssumptions {
  /** All lanes are plain: neither denormal numbers nor NaNs. */
  plain(shape: "f32" | "f64" | "f32x4" | "f64x2", x: Value): void;
  /** What the host computed of plain operands is what the processor would, and MXCSR stays as it is. */
  rounded(
    name: "add" | "sub" | "mul" | "div" | "sqrt",
    shape: "f32" | "f64" | "f32x4" | "f64x2",
    operands: readonly Value[],
    result: Value,
  ): void;
}

export interface Builder {
  /** The shape; see the first rule. */
  readonly row: Row;
  readonly mode: Instruction["mode"];
  readonly operandSize: 16 | 32 | 64;
  readonly addressSize: 16 | 32 | 64;
  readonly prefixes: number;

  // ---- values
  constant(bits: Bits, value: number | bigint): Value;
  add(x: Value, y: Value): Value;
  sub(x: Value, y: Value): Value;
  mul(x: Value, y: Value): Value;
  /** High half of the 2×64-bit product; for 64-bit values. */
  mulHighUnsigned(x: Value, y: Value): Value;
  mulHighSigned(x: Value, y: Value): Value;
  /** Quotient and remainder of same-width values; the divisor must not be 0, the quotient must be representable: check before. */
  divUnsigned(x: Value, y: Value): Value;
  divSigned(x: Value, y: Value): Value;
  remUnsigned(x: Value, y: Value): Value;
  remSigned(x: Value, y: Value): Value;
  and(x: Value, y: Value): Value;
  or(x: Value, y: Value): Value;
  xor(x: Value, y: Value): Value;
  not(x: Value): Value;
  neg(x: Value): Value;
  /** Shifts: `count` has the same width and may be ≥ the width: then the result is 0 (shl, shr) or all sign bits (sar). */
  shl(x: Value, count: Value): Value;
  shr(x: Value, count: Value): Value;
  sar(x: Value, count: Value): Value;
  /** Rotates take the count modulo the width. */
  rotl(x: Value, count: Value): Value;
  rotr(x: Value, count: Value): Value;
  /** Width of x when x is 0. */
  leadingZeros(x: Value): Value;
  trailingZeros(x: Value): Value;
  popcount(x: Value): Value;
  byteSwap(x: Value): Value;
  eq(x: Value, y: Value): Value;
  ne(x: Value, y: Value): Value;
  ltUnsigned(x: Value, y: Value): Value;
  leUnsigned(x: Value, y: Value): Value;
  ltSigned(x: Value, y: Value): Value;
  leSigned(x: Value, y: Value): Value;
  /** Both sides are evaluated. */
  select(condition: Value, whenTrue: Value, whenFalse: Value): Value;
  zeroExtend(x: Value, bits: Bits): Value;
  signExtend(x: Value, bits: Bits): Value;
  /** The low bits. */
  truncate(x: Value, bits: Bits): Value;
  /**
   * An operation on 128-bit values or floating-point numbers (packed.ts); `immediates`: its lane, or the bytes of a shuffle. Of
   * the other operations, and, or, xor, not, select, zeroExtend, truncate take 128 bits too.
   */
  packed(op: PackedOp, args: readonly Value[], immediates?: readonly number[]): Value;

  // ---- operands
  /** Register: its value; memory: a load (may fault); immediate: its value; relative: the absolute target at 64 bits, cut to the operand size. */
  read(operand: Operand): Value;
  /** As read, for an operand that `write` will be given: memory is checked for writing first. */
  modify(operand: Operand): Value;
  /** 32-bit general registers clear their upper half; 8- and 16-bit ones keep the rest. Memory without a `modify` before may fault. */
  write(operand: Operand, value: Value): void;
  /**
   * Vector registers: `bits` of the register from byte `offset` on; memory: as many bits at the address, displaced by
   * `offset`. 128 bits in memory must be aligned where the instruction demands it (vector-row.ts), else #GP(0).
   */
  readPart(operand: Operand, bits: 32 | 64 | 128, offset?: number): Value;
  /** The rest of a register stays. */
  writePart(operand: Operand, value: Value, offset?: number): void;
  /** As `probeStore`, for parts of an operand that `writePart` will be given; nothing for a register. */
  probePart(operand: Operand, bits: 32 | 64 | 128, offset?: number): void;
  /** Of a vector of addresses: the number of the index register, at 32 bits, and its scale as a power of two, at the address size. */
  vectorIndex(operand: MemoryOperand): { readonly number: Value; readonly scale: Value };
  /** The effective address (offset within the segment), at the address size; of a vector of addresses without its index. */
  effectiveAddress(operand: MemoryOperand): Value;
  /** The linear address: segment base plus effective address, at 64 bits, unchecked (INVLPG, alignment rules). */
  linearAddress(operand: MemoryOperand): Value;
  /** The number of the operand's segment, ES…GS as 0…5, at 32 bits: for helpers that go through it. */
  segmentNumber(operand: MemoryOperand): Value;
  /** 1 if the base register is SP, ESP or RSP: POP m computes its address with the incremented stack pointer. */
  baseIsStackPointer(operand: MemoryOperand): Value;
  /** The number of a segment, control or debug register operand, at 32 bits: what a helper needs to know which one. */
  registerNumber(operand: RegisterOperand): Value;
  /** The parts of a pointer that stands in the instruction (CALL ptr16:32), to be filled in like immediates: 16 bits, and the operand's own. */
  farPointer(operand: FarOperand): { readonly selector: Value; readonly offset: Value };
  /** A given register, for implicit operands: b.register(rsp). */
  register(register: Register): Value;
  setRegister(register: Register, value: Value): void;

  // ---- memory by segment and offset (offset of any width, zero-extended); with all checks of segment, canonicality, paging, alignment
  load(segment: SegmentRef, offset: Value, bits: Bits): Value;
  store(segment: SegmentRef, offset: Value, value: Value): void;
  /** Faults as a store of `bits` there would, and changes nothing: before the first of several stores. */
  probeStore(segment: SegmentRef, offset: Value, bits: Bits): void;
  /** As `load`/`modify`/`store` of a memory operand displaced by `delta` bytes within its segment (BT with a register, the second half of m16:32). */
  loadAt(operand: MemoryOperand, delta: Value, bits: Bits): Value;
  modifyAt(operand: MemoryOperand, delta: Value, bits: Bits): Value;
  /** As `probeStore`, for a memory operand displaced by `delta` bytes. */
  probeStoreAt(operand: MemoryOperand, delta: Value, bits: Bits): void;
  storeAt(operand: MemoryOperand, delta: Value, value: Value): void;

  // ---- flags
  flag(name: StatusFlag): Value;
  /** All of EFLAGS as a 32-bit value. */
  flags(): Value;
  condition(code: Condition): Value;
  /** Sets all six status flags as the operation does, and gives its result. Recorded, not computed. */
  readonly setFlags: {
    add(x: Value, y: Value): Value;
    adc(x: Value, y: Value, carry: Value): Value;
    sub(x: Value, y: Value): Value;
    sbb(x: Value, y: Value, borrow: Value): Value;
    /** CF stays. */
    inc(x: Value): Value;
    dec(x: Value): Value;
    /** AND, OR, XOR, TEST: CF = OF = AF = 0. Returns its argument. */
    logic(result: Value): Value;
  };
  /** ZF SF PF of `result`, the others as given (1 bit each). */
  setStatus(result: Value, given: { CF: Value; OF: Value; AF: Value }): void;
  /** One flag; the others stay. */
  setFlag(name: StatusFlag, value: Value): void;
  /** Replaces the EFLAGS bits selected by the mask (status and others alike). No privilege rules: those are the definition's. */
  setFlagBits(value: Value, mask: number | Value): void;

  // ---- state fields
  get(field: StateField, index?: number): Value;
  set(field: StateField, value: Value, index?: number): void;

  // ---- control
  /**
   * Whether a shortcut may be taken: the condition. Where the definition has a quick way beside a slow, obviously right one, the
   * builder that executes at once always answers no, so that the two ways are compared.
   */
  shortcut(condition: Value): Value;
  /** How a builder that can give an instruction up makes sure of shortcuts of floating-point arithmetic, instead of asking `shortcut`. */
  readonly floats?: FloatAssumptions;
  if(condition: Value, then: () => void, otherwise?: () => void): void;
  /** Abandons the instruction: nothing of it is seen but completed iterations of `repeat`. */
  fault(vector: number, errorCode?: Value | number): void;
  /**
   * Calls a TypeScript helper by name (helpers.ts). It sees and may change all state (RIP is that of this instruction
   * when it starts; it sets RIP itself if it transfers control), may fault, and returns a value of `bits` (or nothing).
   * Arguments are passed as 64-bit words, at most four; 128 bits make two of them, the low half first.
   */
  helper(name: string, args: readonly Value[], bits?: Bits): Value;
  /** Near jump to an offset in CS, already cut to the operand size: faults #GP(0) outside the limit or non-canonical. Ends the run. */
  jump(target: Value): void;
  /** The fault of `jump`, without jumping: for instructions that store before they jump (CALL). */
  checkJump(target: Value): void;
  /** Jumps to the relative operand's target, if `condition` holds. Ends the run. */
  branch(target: RelativeOperand, condition?: Value): void;
  /** RIP of the next instruction, at 64 bits. */
  nextRip(): Value;
  /** RIP has been set, by a helper or by `set("rip", …)`, perhaps with CS, mode and privilege: ends the run without touching it. */
  transferred(): void;
  /** The instruction changed what decoding or interrupt delivery depends on: nothing after it may come from the same run. */
  endRun(): void;
  /**
   * Repeats `iteration` while rCX (at the address size) is not 0, decrementing it each time; stops after an iteration
   * whose returned condition holds (REPE/REPNE). Each iteration is complete in itself: a fault in a later one, an
   * interrupt or a used-up budget leaves RIP at this instruction.
   */
  repeat(iteration: () => Value | null): void;
}

export type Definition = (b: Builder, ...operands: Operand[]) => void;

/** Mnemonic → what it does. Each chapter's file fills one. */
export type Definitions = Record<string, Definition>;

export type { FarOperand, ImmediateOperand, MemoryOperand, Operand, RegisterOperand, RelativeOperand };
