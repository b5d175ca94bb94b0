/**
 * The builder that executes at once: values are bigints, statements happen when they are said. Slow and obvious; what the
 * interpreter and the translator generate is checked against it, and it in turn against real processors.
 *
 * It keeps definitions to the rule of precise faults at run time: a fault that comes after a change of state is a mistake
 * in the definition, and throws an Error.
 */
import type {
  FarOperand,
  Instruction,
  MemoryOperand,
  Operand,
  RegisterOperand,
  RelativeOperand,
} from "../isa/instruction.ts";
import { DS, FS, GS } from "../isa/instruction.ts";
import { general, type Register } from "../isa/registers.ts";
import type { Bits, Builder, Condition, SegmentRef, StatusFlag, Value } from "./builder.ts";
import {
  type AccessBytes,
  type CpuContext,
  Fault,
  HELPER_WORDS,
  type Helpers,
  RESULT_WORD,
  type WordHelper,
} from "./context.ts";
import { define } from "./definitions.ts";
import { wordHelpers } from "./helpers.ts";
import { type PackedOp, signatureOf } from "./packed.ts";
import { evaluatePacked } from "./packed-evaluate.ts";
import { isCanonical } from "./segmentation.ts";
import { Flag, type StateField, stateFields, Vector } from "./state.ts";
import { alignmentOf, placeOfVector } from "./vector-row.ts";

class Concrete implements Value {
  readonly bits: Bits;
  /** Unsigned. */
  readonly value: bigint;

  constructor(bits: Bits, value: bigint) {
    this.bits = bits;
    this.value = BigInt.asUintN(bits, value);
  }
}

const wordOf = (value: Value): bigint => (value as Concrete).value;
const signedOf = (value: Value): bigint => BigInt.asIntN(value.bits, (value as Concrete).value);
const truth = (value: Value): boolean => (value as Concrete).value !== 0n;
const condition = (holds: boolean): Value => new Concrete(1, holds ? 1n : 0n);

const flagMask: Readonly<Record<StatusFlag, number>> = {
  CF: Flag.CF,
  PF: Flag.PF,
  AF: Flag.AF,
  ZF: Flag.ZF,
  SF: Flag.SF,
  OF: Flag.OF,
};

/**
 * Executes one instruction (of a repeated string instruction: one iteration) at the state's RIP, which afterwards is
 * that of the next one. Throws the `Fault` it runs into, with nothing changed.
 */
export function evaluate(cpu: CpuContext, helpers: Helpers, instruction: Instruction): void {
  const evaluator = new Evaluator(cpu, helpers, instruction);
  try {
    define(evaluator, instruction.operands);
  } catch (thrown) {
    if (thrown instanceof Fault && evaluator.changed)
      throw new Error(`${instruction.row.mnemonic}: a fault came after a change of state`);
    throw thrown;
  }
  evaluator.finish();
}

class Evaluator implements Builder {
  readonly #cpu: CpuContext;
  readonly #helpers: Helpers;
  readonly #instruction: Instruction;
  readonly #start: bigint;
  readonly #addresses = new Map<MemoryOperand, bigint>();
  /** Where control goes: the next instruction, a jump's target, or null when a helper has set RIP. */
  #next: bigint | null;
  changed = false;

  readonly row;
  readonly mode;
  readonly operandSize;
  readonly addressSize;
  readonly prefixes;

  constructor(cpu: CpuContext, helpers: Helpers, instruction: Instruction) {
    this.#cpu = cpu;
    this.#helpers = helpers;
    this.#instruction = instruction;
    this.row = instruction.row;
    this.mode = instruction.mode;
    this.operandSize = instruction.operandSize;
    this.addressSize = instruction.addressSize;
    this.prefixes = instruction.prefixes;
    this.#start = cpu.state.get64("rip");
    const after = this.#start + BigInt(instruction.length);
    this.#next = BigInt.asUintN(instruction.mode === 64 ? 64 : 32, after);
  }

  finish(): void {
    if (this.#next !== null) this.#cpu.state.set64("rip", this.#next);
  }

  // ---- values

  constant = (bits: Bits, value: number | bigint): Value => new Concrete(bits, BigInt(value));

  #binary(x: Value, y: Value, operation: (x: bigint, y: bigint) => bigint): Value {
    if (x.bits !== y.bits) throw new Error(`${this.row.mnemonic}: ${x.bits} and ${y.bits} bits do not mix`);
    return new Concrete(x.bits, operation(wordOf(x), wordOf(y)));
  }

  #signedBinary(x: Value, y: Value, operation: (x: bigint, y: bigint) => bigint): Value {
    if (x.bits !== y.bits) throw new Error(`${this.row.mnemonic}: ${x.bits} and ${y.bits} bits do not mix`);
    return new Concrete(x.bits, operation(signedOf(x), signedOf(y)));
  }

  add = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a + b);
  sub = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a - b);
  mul = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a * b);
  mulHighUnsigned = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => (a * b) >> 64n);
  mulHighSigned = (x: Value, y: Value): Value => this.#signedBinary(x, y, (a, b) => (a * b) >> 64n);
  divUnsigned = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a / b);
  divSigned = (x: Value, y: Value): Value => this.#signedBinary(x, y, (a, b) => a / b);
  remUnsigned = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a % b);
  remSigned = (x: Value, y: Value): Value => this.#signedBinary(x, y, (a, b) => a % b);
  and = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a & b);
  or = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a | b);
  xor = (x: Value, y: Value): Value => this.#binary(x, y, (a, b) => a ^ b);
  not = (x: Value): Value => new Concrete(x.bits, ~wordOf(x));
  neg = (x: Value): Value => new Concrete(x.bits, -wordOf(x));

  shl = (x: Value, count: Value): Value => this.#binary(x, count, (a, n) => (n >= BigInt(x.bits) ? 0n : a << n));
  shr = (x: Value, count: Value): Value => this.#binary(x, count, (a, n) => (n >= BigInt(x.bits) ? 0n : a >> n));
  sar = (x: Value, count: Value): Value =>
    this.#binary(x, count, (_, n) => signedOf(x) >> (n >= BigInt(x.bits) ? BigInt(x.bits) : n));

  #rotate(x: Value, left: bigint): Value {
    const bits = BigInt(x.bits);
    const n = left % bits;
    return new Concrete(x.bits, (wordOf(x) << n) | (wordOf(x) >> (bits - n)));
  }

  rotl = (x: Value, count: Value): Value => this.#rotate(x, wordOf(count));
  rotr = (x: Value, count: Value): Value => this.#rotate(x, BigInt(x.bits) - (wordOf(count) % BigInt(x.bits)));

  leadingZeros(x: Value): Value {
    const digits = wordOf(x) === 0n ? 0 : wordOf(x).toString(2).length;
    return new Concrete(x.bits, BigInt(x.bits - digits));
  }

  trailingZeros(x: Value): Value {
    let count = 0n;
    while (count < BigInt(x.bits) && ((wordOf(x) >> count) & 1n) === 0n) count++;
    return new Concrete(x.bits, count);
  }

  popcount(x: Value): Value {
    const ones = wordOf(x).toString(2).replaceAll("0", "").length;
    return new Concrete(x.bits, BigInt(ones));
  }

  byteSwap(x: Value): Value {
    let swapped = 0n;
    for (let shift = 0n; shift < BigInt(x.bits); shift += 8n)
      swapped = (swapped << 8n) | ((wordOf(x) >> shift) & 0xffn);
    return new Concrete(x.bits, swapped);
  }

  #compare(x: Value, y: Value, holds: (x: bigint, y: bigint) => boolean, of = wordOf): Value {
    if (x.bits !== y.bits) throw new Error(`${this.row.mnemonic}: ${x.bits} and ${y.bits} bits do not compare`);
    return condition(holds(of(x), of(y)));
  }

  eq = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a === b);
  ne = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a !== b);
  ltUnsigned = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a < b);
  leUnsigned = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a <= b);
  ltSigned = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a < b, signedOf);
  leSigned = (x: Value, y: Value): Value => this.#compare(x, y, (a, b) => a <= b, signedOf);
  select = (c: Value, whenTrue: Value, whenFalse: Value): Value => (truth(c) ? whenTrue : whenFalse);

  zeroExtend = (x: Value, bits: Bits): Value => new Concrete(bits, wordOf(x));
  signExtend = (x: Value, bits: Bits): Value => new Concrete(bits, signedOf(x));
  truncate = (x: Value, bits: Bits): Value => new Concrete(bits, wordOf(x));

  packed(op: PackedOp, args: readonly Value[], immediates: readonly number[] = []): Value {
    return new Concrete(signatureOf(op).result, evaluatePacked(op, args.map(wordOf), immediates));
  }

  // ---- operands

  readPart(operand: Operand, bits: 32 | 64 | 128, offset = 0): Value {
    if (operand.kind === "memory") {
      return this.#loadSegment(operand.segment, this.#part(operand, offset), bits, alignmentOf(this.row, bits, offset));
    }
    if (operand.kind !== "register") throw new Error(`${this.row.mnemonic}: a part of an ${operand.kind} is read`);
    const { field, index } = placeOfVector(operand.register);
    let whole = 0n;
    for (let word = 0; word < (field === "vector" ? 4 : 1); word++)
      whole |= this.#cpu.state.get64(field, index + word) << BigInt(64 * word);
    return new Concrete(bits, whole >> BigInt(8 * offset));
  }

  writePart(operand: Operand, value: Value, offset = 0): void {
    if (operand.kind === "memory") {
      this.#storeSegment(
        operand.segment,
        this.#part(operand, offset),
        value,
        alignmentOf(this.row, value.bits, offset),
      );
      return;
    }
    if (operand.kind !== "register") throw new Error(`${this.row.mnemonic}: ${operand.kind} is written`);
    this.changed = true;
    const { state } = this.#cpu;
    const { field, index } = placeOfVector(operand.register);
    if (operand.register.class === "mmx") state.set32("x87Exponent", 0xffff, index);
    const at = index + Math.floor(offset / 8);
    if (value.bits === 32) {
      const shift = BigInt(8 * (offset % 8));
      state.set64(field, (state.get64(field, at) & ~(0xffff_ffffn << shift)) | (wordOf(value) << shift), at);
    } else
      for (let word = 0; word < value.bits / 64; word++)
        state.set64(field, BigInt.asUintN(64, wordOf(value) >> BigInt(64 * word)), at + word);
  }

  probePart(operand: Operand, bits: 32 | 64 | 128, offset = 0): void {
    if (operand.kind !== "memory") return;
    const alignment = alignmentOf(this.row, bits, offset);
    this.#cpu.probeSegment(operand.segment, this.#part(operand, offset), bits / 8, true, alignment);
  }

  vectorIndex(operand: MemoryOperand): { number: Value; scale: Value } {
    return {
      number: new Concrete(32, BigInt(operand.index!.index)),
      scale: new Concrete(operand.addressSize, BigInt(Math.log2(operand.scale))),
    };
  }

  #part = (operand: MemoryOperand, offset: number): bigint =>
    BigInt.asUintN(operand.addressSize, this.#address(operand) + BigInt(offset));

  read(operand: Operand): Value {
    switch (operand.kind) {
      case "register":
        return this.register(operand.register);
      case "memory":
        return this.#loadSegment(operand.segment, this.#address(operand), operand.bits as Bits);
      case "immediate":
        return new Concrete(operand.bits as Bits, operand.value);
      case "relative":
        return new Concrete(this.operandSize, this.#target(operand));
      case "far":
        throw new Error("a far pointer is read in parts");
    }
  }

  modify(operand: Operand): Value {
    if (operand.kind !== "memory") return this.read(operand);
    this.#probe(operand.segment, this.#address(operand), operand.bits);
    return this.read(operand);
  }

  write(operand: Operand, value: Value): void {
    if (operand.kind === "register") this.setRegister(operand.register, value);
    else if (operand.kind === "memory") this.#storeSegment(operand.segment, this.#address(operand), value);
    else throw new Error(`${this.row.mnemonic}: ${operand.kind} is written`);
  }

  /** Computed once: a register that the definition writes in between does not move the operand. */
  #address(operand: MemoryOperand): bigint {
    const known = this.#addresses.get(operand);
    if (known !== undefined) return known;
    const { base, index, scale, displacement } = operand;
    let sum = displacement;
    if (base !== null)
      sum += base.class === "instructionPointer" ? wordOf(this.nextRip()) : wordOf(this.register(base));
    if (index !== null && index.class === "general") sum += wordOf(this.register(index)) * BigInt(scale);
    const address = BigInt.asUintN(operand.addressSize, sum);
    this.#addresses.set(operand, address);
    return address;
  }

  effectiveAddress = (operand: MemoryOperand): Value => new Concrete(operand.addressSize, this.#address(operand));

  linearAddress(operand: MemoryOperand): Value {
    const { segment } = operand;
    const based = this.mode !== 64 || segment === FS || segment === GS;
    const base = based ? this.#cpu.state.get64("segmentBase", segment) : 0n;
    const linear = base + this.#address(operand);
    return new Concrete(64, this.mode === 64 ? linear : BigInt.asUintN(32, linear));
  }

  segmentNumber = (operand: MemoryOperand): Value => new Concrete(32, BigInt(operand.segment));

  baseIsStackPointer(operand: MemoryOperand): Value {
    const { base } = operand;
    return condition(base !== null && base.class === "general" && base.index === 4);
  }

  registerNumber = (operand: RegisterOperand): Value => new Concrete(32, BigInt(operand.register.index));

  farPointer(operand: FarOperand): { selector: Value; offset: Value } {
    return {
      selector: new Concrete(16, BigInt(operand.selector)),
      offset: new Concrete(operand.bits, BigInt(operand.offset)),
    };
  }

  register(register: Register): Value {
    const { state } = this.#cpu;
    if (register.class === "segment") return new Concrete(16, BigInt(state.get32("segmentSelector", register.index)));
    if (register.class !== "general") throw new Error(`${register.name} is not read as a plain value`);
    const whole = state.get64("general", register.index);
    return new Concrete(register.bits as Bits, register.high ? whole >> 8n : whole);
  }

  setRegister(register: Register, value: Value): void {
    const { state } = this.#cpu;
    if (register.class !== "general") throw new Error(`${register.name} is not written as a plain value`);
    if (register.bits !== value.bits) throw new Error(`${register.name} cannot hold ${value.bits} bits`);
    this.changed = true;
    const whole = state.get64("general", register.index);
    const word = wordOf(value);
    if (register.high) state.set64("general", (whole & ~0xff00n) | (word << 8n), register.index);
    else if (value.bits >= 32) state.set64("general", word, register.index);
    else state.set64("general", ((whole >> BigInt(value.bits)) << BigInt(value.bits)) | word, register.index);
  }

  // ---- memory

  #segment(ref: SegmentRef): number {
    if (ref !== "override") return ref;
    const { segmentOverride } = this.#instruction;
    return segmentOverride < 0 ? DS : segmentOverride;
  }

  #loadSegment(segment: number, offset: bigint, bits: number, alignment = 1): Value {
    if (bits === 128) this.#cpu.probeSegment(segment, offset, 16, false, alignment);
    return new Concrete(bits as Bits, this.#cpu.readSegment(segment, offset, (bits / 8) as AccessBytes));
  }

  #storeSegment(segment: number, offset: bigint, value: Value, alignment = 1): void {
    if (value.bits === 128) this.#cpu.probeSegment(segment, offset, 16, true, alignment);
    this.#cpu.writeSegment(segment, offset, (value.bits / 8) as AccessBytes, wordOf(value));
    this.changed = true;
  }

  #probe(segment: number, offset: bigint, bits: number): void {
    this.#cpu.probeSegment(segment, offset, bits / 8, true);
  }

  load = (ref: SegmentRef, offset: Value, bits: Bits): Value =>
    this.#loadSegment(this.#segment(ref), wordOf(offset), bits);
  store = (ref: SegmentRef, offset: Value, value: Value): void =>
    this.#storeSegment(this.#segment(ref), wordOf(offset), value);
  probeStore = (ref: SegmentRef, offset: Value, bits: Bits): void =>
    this.#probe(this.#segment(ref), wordOf(offset), bits);

  #displaced = (operand: MemoryOperand, delta: Value): bigint =>
    BigInt.asUintN(operand.addressSize, this.#address(operand) + wordOf(delta));

  loadAt = (operand: MemoryOperand, delta: Value, bits: Bits): Value =>
    this.#loadSegment(operand.segment, this.#displaced(operand, delta), bits);

  probeStoreAt = (operand: MemoryOperand, delta: Value, bits: Bits): void =>
    this.#probe(operand.segment, this.#displaced(operand, delta), bits);

  modifyAt(operand: MemoryOperand, delta: Value, bits: Bits): Value {
    this.#probe(operand.segment, this.#displaced(operand, delta), bits);
    return this.loadAt(operand, delta, bits);
  }

  storeAt = (operand: MemoryOperand, delta: Value, value: Value): void =>
    this.#storeSegment(operand.segment, this.#displaced(operand, delta), value);

  // ---- flags

  flag = (name: StatusFlag): Value => condition((this.#cpu.flags & flagMask[name]) !== 0);
  flags = (): Value => new Concrete(32, BigInt(this.#cpu.flags >>> 0));

  condition(code: Condition): Value {
    const is = (name: StatusFlag) => truth(this.flag(name));
    const holds: Readonly<Record<Condition, () => boolean>> = {
      o: () => is("OF"),
      no: () => !is("OF"),
      b: () => is("CF"),
      ae: () => !is("CF"),
      e: () => is("ZF"),
      ne: () => !is("ZF"),
      be: () => is("CF") || is("ZF"),
      a: () => !is("CF") && !is("ZF"),
      s: () => is("SF"),
      ns: () => !is("SF"),
      p: () => is("PF"),
      np: () => !is("PF"),
      l: () => is("SF") !== is("OF"),
      ge: () => is("SF") === is("OF"),
      le: () => is("ZF") || is("SF") !== is("OF"),
      g: () => !is("ZF") && is("SF") === is("OF"),
    };
    return condition(holds[code]());
  }

  /** ZF, SF and PF of a result; PF counts the low byte. */
  #flagsOf(result: Value): number {
    const word = wordOf(result);
    const ones = (word & 0xffn).toString(2).replaceAll("0", "").length;
    return (word === 0n ? Flag.ZF : 0) | (signedOf(result) < 0n ? Flag.SF : 0) | (ones % 2 === 0 ? Flag.PF : 0);
  }

  #merge(value: number, mask: number): void {
    this.changed = true;
    this.#cpu.setFlags((this.#cpu.flags & ~mask) | (value & mask));
  }

  /** x + y (+ carry), or x − y (− borrow), with the status flags of `mask`. */
  #arithmetic(x: Value, y: Value, sign: 1n | -1n, carry: Value | null, mask: number): Value {
    const c = carry === null ? 0n : wordOf(carry);
    const exact = wordOf(x) + sign * (wordOf(y) + c);
    const result = new Concrete(x.bits, exact);
    const signedExact = signedOf(x) + sign * (signedOf(y) + c);
    const low = (wordOf(x) & 15n) + sign * ((wordOf(y) & 15n) + c);
    let flags = this.#flagsOf(result);
    if (exact !== result.value) flags |= Flag.CF;
    if (signedExact !== signedOf(result)) flags |= Flag.OF;
    if (low < 0n || low > 15n) flags |= Flag.AF;
    this.#merge(flags, mask);
    return result;
  }

  readonly setFlags: Builder["setFlags"] = {
    add: (x, y) => this.#arithmetic(x, y, 1n, null, ALL_STATUS),
    adc: (x, y, carry) => this.#arithmetic(x, y, 1n, carry, ALL_STATUS),
    sub: (x, y) => this.#arithmetic(x, y, -1n, null, ALL_STATUS),
    sbb: (x, y, borrow) => this.#arithmetic(x, y, -1n, borrow, ALL_STATUS),
    inc: (x) => this.#arithmetic(x, this.constant(x.bits, 1), 1n, null, ALL_STATUS & ~Flag.CF),
    dec: (x) => this.#arithmetic(x, this.constant(x.bits, 1), -1n, null, ALL_STATUS & ~Flag.CF),
    logic: (result) => {
      this.#merge(this.#flagsOf(result), ALL_STATUS);
      return result;
    },
  };

  setStatus(result: Value, given: { CF: Value; OF: Value; AF: Value }): void {
    let flags = this.#flagsOf(result);
    if (truth(given.CF)) flags |= Flag.CF;
    if (truth(given.OF)) flags |= Flag.OF;
    if (truth(given.AF)) flags |= Flag.AF;
    this.#merge(flags, ALL_STATUS);
  }

  setFlag = (name: StatusFlag, value: Value): void => this.#merge(truth(value) ? flagMask[name] : 0, flagMask[name]);

  setFlagBits(value: Value, mask: number | Value): void {
    this.#merge(Number(wordOf(value)), typeof mask === "number" ? mask : Number(wordOf(mask)));
    this.#cpu.modeChanged();
  }

  // ---- state fields

  get(field: StateField, index = 0): Value {
    const { state } = this.#cpu;
    return stateFields[field].width === "i64"
      ? new Concrete(64, state.get64(field, index))
      : new Concrete(32, BigInt(state.get32(field, index)));
  }

  set(field: StateField, value: Value, index = 0): void {
    const { state } = this.#cpu;
    this.changed = true;
    if (stateFields[field].width === "i64") state.set64(field, wordOf(value), index);
    else state.set32(field, Number(wordOf(value)), index);
  }

  // ---- control

  shortcut = (): Value => condition(false);

  if(holds: Value, then: () => void, otherwise: () => void = () => {}): void {
    if (truth(holds)) then();
    else otherwise();
  }

  fault(vector: number, errorCode?: Value | number): void {
    const code = typeof errorCode === "object" ? Number(wordOf(errorCode)) : errorCode;
    throw new Fault(vector, code ?? null);
  }

  helper(name: string, args: readonly Value[], bits: Bits = 64): Value {
    const wordHelper = wordHelpers[name];
    if (wordHelper !== undefined) return this.#wordHelper(wordHelper, args, bits);
    const helper = this.#helpers[name];
    if (helper === undefined) throw new Error(`${this.row.mnemonic}: there is no helper ${name}`);
    const words = args.flatMap((argument) =>
      argument.bits === 128 ? [BigInt.asUintN(64, wordOf(argument)), wordOf(argument) >> 64n] : [wordOf(argument)],
    );
    return new Concrete(bits, helper(this.#cpu, ...words) ?? 0n);
  }

  #wordHelper(helper: WordHelper, args: readonly Value[], bits: Bits): Value {
    const words = new Uint32Array(HELPER_WORDS);
    for (const [i, argument] of args.entries()) {
      words[2 * i] = Number(wordOf(argument) & 0xffff_ffffn);
      words[2 * i + 1] = Number(wordOf(argument) >> 32n);
    }
    helper(this.#cpu, words);
    let value = 0n;
    for (let i = 3; i >= 0; i--) value = (value << 32n) | BigInt(words[RESULT_WORD + i]!);
    return new Concrete(bits, value);
  }

  /** Nested in no other state than the code segment: #GP(0) outside its limit, or for a target that is not canonical. */
  checkJump(target: Value): void {
    const rip = wordOf(target);
    const { state } = this.#cpu;
    const fits = this.mode === 64 ? isCanonical(this.#cpu, rip) : rip <= BigInt(state.get32("segmentLimit", 1));
    if (!fits) throw new Fault(Vector.GP, 0);
  }

  jump(target: Value): void {
    this.checkJump(target);
    this.#next = wordOf(target);
  }

  #target = (target: RelativeOperand): bigint =>
    BigInt.asUintN(this.operandSize, wordOf(this.nextRip()) + target.displacement);

  branch(target: RelativeOperand, taken?: Value): void {
    if (taken === undefined || truth(taken)) this.jump(this.read(target));
  }

  nextRip(): Value {
    const after = this.#start + BigInt(this.#instruction.length);
    return new Concrete(64, BigInt.asUintN(this.mode === 64 ? 64 : 32, after));
  }

  transferred(): void {
    this.#next = null;
  }

  /** Every instruction is decoded anew here. */
  endRun(): void {}

  repeat(iteration: () => Value | null): void {
    const counter = general[this.addressSize][1]!;
    if (wordOf(this.register(counter)) === 0n) return;
    const stop = iteration();
    const left = new Concrete(counter.bits, wordOf(this.register(counter)) - 1n);
    this.setRegister(counter, left);
    if (left.value !== 0n && (stop === null || !truth(stop))) this.#next = this.#start;
  }
}

const ALL_STATUS = Flag.CF | Flag.PF | Flag.AF | Flag.ZF | Flag.SF | Flag.OF;
