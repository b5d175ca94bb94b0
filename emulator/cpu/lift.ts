/**
 * From an instruction to its meaning in IR: a `Builder` that writes down what the definition says, and keeps definitions
 * to their rules (builder.ts): widths fit, and nothing that may fault stands after a change of state.
 *
 * The result holds for every instruction of the same shape; what differs among them is left as places (ir.ts).
 */
import type { Instruction, MemoryOperand, Operand, RegisterOperand, RelativeOperand } from "../isa/instruction.ts";
import { general, type Register } from "../isa/registers.ts";
import type { Bits, Builder, Condition, FarOperand, SegmentRef, StatusFlag, Value } from "./builder.ts";
import { define } from "./definitions.ts";
import {
  readCondition,
  readFlag,
  readStatus,
  recordAdd,
  recordDec,
  recordInc,
  recordLogic,
  recordStatus,
  recordSub,
  writeFlag,
  writeStatus,
} from "./flags.ts";
import {
  type BinaryOp,
  type Block,
  type CompareOp,
  type Node,
  type Place,
  placeBits,
  type ResizeOp,
  type Statement,
  type StatePlace,
  type UnaryOp,
  verify,
  type Where,
} from "./ir.ts";
import { type PackedOp, signatureOf } from "./packed.ts";
import { STATUS_FLAGS, type StateField } from "./state.ts";
import { alignmentOf } from "./vector-row.ts";

/** The meaning of an instruction's shape. */
export function lift(instruction: Instruction): Block {
  // Operands that name the same register are one object; here each stands for its own place.
  const operands = instruction.operands.map((operand) => ({ ...operand }));
  const builder = new IrBuilder({ ...instruction, operands });
  define(builder, operands);
  verify(builder.body);
  return builder.body;
}

type Sized = 8 | 16 | 32 | 64;

class IrBuilder implements Builder {
  readonly #instruction: Instruction;
  readonly row;
  readonly mode;
  readonly operandSize;
  readonly addressSize;
  readonly prefixes;
  readonly body: Statement[] = [];
  #block = this.body;
  #ids = 0;
  /** State was changed on this path: nothing may fault any more. */
  #changed = false;
  /** A store was probed (or its place read for writing): stores may follow changes. */
  #probed = false;
  #jumpChecked = false;
  readonly #modified: Extract<Node, { op: "modify" }>[] = [];

  constructor(instruction: Instruction) {
    this.#instruction = instruction;
    this.row = instruction.row;
    this.mode = instruction.mode;
    this.operandSize = instruction.operandSize;
    this.addressSize = instruction.addressSize;
    this.prefixes = instruction.prefixes;
  }

  // ---- statements

  #say(statement: Statement): void {
    this.#block.push(statement);
  }

  #let<N extends Omit<Node, "id">>(node: N): Node {
    const made = { id: this.#ids++, ...node } as unknown as Node;
    this.#say({ do: "let", node: made });
    return made;
  }

  #mayFault(what: string): void {
    if (this.#changed) throw new Error(`${this.row.mnemonic}: ${what} may fault after a change of state`);
  }

  #read(place: Place): Node {
    return this.#let({ op: "read", bits: placeBits(place), place });
  }

  #write(place: StatePlace, value: Value): void {
    this.#changed = true;
    this.#say({ do: "write", place, value: value as Node });
  }

  // ---- values

  constant(bits: Bits, value: number | bigint): Value {
    return this.#let({ op: "const", bits, value: BigInt.asUintN(bits, BigInt(value)) });
  }

  #unary(op: UnaryOp, x: Value): Value {
    return this.#let({ op, bits: x.bits, x: x as Node });
  }

  #binary(op: BinaryOp, x: Value, y: Value): Value {
    return this.#let({ op, bits: x.bits, x: x as Node, y: y as Node });
  }

  #compare(op: CompareOp, x: Value, y: Value): Value {
    return this.#let({ op, bits: 1, x: x as Node, y: y as Node });
  }

  #resize(op: ResizeOp, x: Value, bits: Bits): Value {
    return x.bits === bits ? x : this.#let({ op, bits, x: x as Node });
  }

  add = (x: Value, y: Value): Value => this.#binary("add", x, y);
  sub = (x: Value, y: Value): Value => this.#binary("sub", x, y);
  mul = (x: Value, y: Value): Value => this.#binary("mul", x, y);
  mulHighUnsigned = (x: Value, y: Value): Value => this.#binary("mulHighUnsigned", x, y);
  mulHighSigned = (x: Value, y: Value): Value => this.#binary("mulHighSigned", x, y);
  divUnsigned = (x: Value, y: Value): Value => this.#binary("divUnsigned", x, y);
  divSigned = (x: Value, y: Value): Value => this.#binary("divSigned", x, y);
  remUnsigned = (x: Value, y: Value): Value => this.#binary("remUnsigned", x, y);
  remSigned = (x: Value, y: Value): Value => this.#binary("remSigned", x, y);
  and = (x: Value, y: Value): Value => this.#binary("and", x, y);
  or = (x: Value, y: Value): Value => this.#binary("or", x, y);
  xor = (x: Value, y: Value): Value => this.#binary("xor", x, y);
  not = (x: Value): Value => this.#unary("not", x);
  neg = (x: Value): Value => this.#unary("neg", x);
  shl = (x: Value, count: Value): Value => this.#binary("shl", x, count);
  shr = (x: Value, count: Value): Value => this.#binary("shr", x, count);
  sar = (x: Value, count: Value): Value => this.#binary("sar", x, count);
  rotl = (x: Value, count: Value): Value => this.#binary("rotl", x, count);
  rotr = (x: Value, count: Value): Value => this.#binary("rotr", x, count);
  leadingZeros = (x: Value): Value => this.#unary("leadingZeros", x);
  trailingZeros = (x: Value): Value => this.#unary("trailingZeros", x);
  popcount = (x: Value): Value => this.#unary("popcount", x);
  byteSwap = (x: Value): Value => this.#unary("byteSwap", x);
  eq = (x: Value, y: Value): Value => this.#compare("eq", x, y);
  ne = (x: Value, y: Value): Value => this.#compare("ne", x, y);
  ltUnsigned = (x: Value, y: Value): Value => this.#compare("ltUnsigned", x, y);
  leUnsigned = (x: Value, y: Value): Value => this.#compare("leUnsigned", x, y);
  ltSigned = (x: Value, y: Value): Value => this.#compare("ltSigned", x, y);
  leSigned = (x: Value, y: Value): Value => this.#compare("leSigned", x, y);
  zeroExtend = (x: Value, bits: Bits): Value => this.#resize("zeroExtend", x, bits);
  signExtend = (x: Value, bits: Bits): Value => this.#resize("signExtend", x, bits);
  truncate = (x: Value, bits: Bits): Value => this.#resize("truncate", x, bits);

  packed(op: PackedOp, args: readonly Value[], immediates: readonly number[] = []): Value {
    return this.#let({
      op: "packed",
      bits: signatureOf(op).result,
      name: op,
      args: args as readonly Node[],
      immediates,
    });
  }

  select(condition: Value, whenTrue: Value, whenFalse: Value): Value {
    const [x, y] = [whenTrue as Node, whenFalse as Node];
    return this.#let({ op: "select", bits: x.bits, condition: condition as Node, x, y });
  }

  // ---- operands

  #indexOf(operand: Operand): number {
    const index = this.#instruction.operands.indexOf(operand);
    if (index < 0) throw new Error(`${this.row.mnemonic}: an operand that is not the instruction's`);
    return index;
  }

  read(operand: Operand): Value {
    switch (operand.kind) {
      case "register":
        return this.#read(this.#registerPlace(operand));
      case "memory":
        return this.load("operand", this.effectiveAddress(operand), operand.bits as Bits);
      case "immediate":
        return this.#read({ kind: "immediate", operand: this.#indexOf(operand), bits: operand.bits as Sized });
      case "relative":
        return this.#read({ kind: "target", bits: this.operandSize });
      case "far":
        throw new Error("a far pointer is read in parts");
    }
  }

  #registerPlace(operand: RegisterOperand): StatePlace {
    const index = this.#indexOf(operand);
    const { register } = operand;
    if (register.class !== "general" && register.class !== "segment")
      throw new Error(`${this.row.mnemonic}: ${register.name} is not read as a plain value`);
    return { kind: "operand", operand: index, bits: register.bits as Sized };
  }

  readPart(operand: Operand, bits: 32 | 64 | 128, offset = 0): Value {
    if (operand.kind === "register")
      return this.#read({ kind: "vector", operand: this.#indexOf(operand), bits, offset });
    if (operand.kind !== "memory") throw new Error(`${this.row.mnemonic}: a part of an ${operand.kind} is read`);
    this.#mayFault("load");
    return this.#let({ op: "load", bits, where: this.#partOf(operand, bits, offset) });
  }

  writePart(operand: Operand, value: Value, offset = 0): void {
    if (operand.kind === "register") {
      const bits = value.bits as 32 | 64 | 128;
      this.#write({ kind: "vector", operand: this.#indexOf(operand), bits, offset }, value);
      if (operand.register.class === "mmx")
        this.#write({ kind: "mmxExponent", operand: this.#indexOf(operand) }, this.constant(32, 0xffff));
      return;
    }
    if (operand.kind !== "memory") throw new Error(`${this.row.mnemonic}: ${operand.kind} is written`);
    if (!this.#probed) this.#mayFault("store");
    this.#changed = true;
    const where = this.#partOf(operand, value.bits, offset);
    this.#say({ do: "store", where, value: value as Node, modify: null });
  }

  probePart(operand: Operand, bits: 32 | 64 | 128, offset = 0): void {
    if (operand.kind !== "memory") return;
    this.#mayFault("probe");
    this.#probed = true;
    this.#say({ do: "probe", where: this.#partOf(operand, bits, offset), bits });
  }

  vectorIndex(operand: MemoryOperand): { number: Value; scale: Value } {
    return {
      number: this.#read({ kind: "indexNumber" }),
      scale: this.#read({ kind: "scale", bits: operand.addressSize }),
    };
  }

  #partOf(operand: MemoryOperand, bits: number, offset: number): Where {
    const address = this.effectiveAddress(operand);
    const displaced = offset === 0 ? address : this.add(address, this.constant(address.bits, offset));
    const alignment = alignmentOf(this.row, bits, offset);
    const where = { segment: "operand", offset: displaced as Node } as const;
    return alignment === 1 ? where : { ...where, alignment };
  }

  modify(operand: Operand): Value {
    if (operand.kind !== "memory") return this.read(operand);
    return this.#modify("operand", this.effectiveAddress(operand), operand.bits as Bits);
  }

  write(operand: Operand, value: Value): void {
    if (operand.kind === "register") this.#write(this.#registerPlace(operand), value);
    else if (operand.kind === "memory") {
      const modify = this.#modified.findLast((m) => m.where.segment === "operand" && m.bits === value.bits);
      if (modify === undefined) this.#store("operand", this.effectiveAddress(operand), value, null);
      else this.#store("operand", modify.where.offset, value, modify);
    } else throw new Error(`${this.row.mnemonic}: ${operand.kind} is written`);
  }

  effectiveAddress(operand: MemoryOperand): Value {
    const bits = operand.addressSize;
    const wide = this.row.operands[this.#indexOf(operand)]!.source === "moffs";
    let address: Value = this.#read({ kind: "displacement", bits, wide });
    if (wide) return address;
    address = this.add(this.#read({ kind: "base", bits }), address);
    if (operand.index === null || operand.index.class !== "general") return address;
    const scaled = this.shl(this.#read({ kind: "index", bits }), this.#read({ kind: "scale", bits }));
    return this.add(address, scaled);
  }

  linearAddress(operand: MemoryOperand): Value {
    const offset = this.zeroExtend(this.effectiveAddress(operand), 64);
    const linear = this.add(this.#read({ kind: "segmentBase" }), offset);
    return this.mode === 64 ? linear : this.zeroExtend(this.truncate(linear, 32), 64);
  }

  segmentNumber(operand: MemoryOperand): Value {
    this.#indexOf(operand);
    return this.#read({ kind: "segmentNumber" });
  }

  baseIsStackPointer(operand: MemoryOperand): Value {
    this.#indexOf(operand);
    return this.#read({ kind: "baseIsStackPointer" });
  }

  registerNumber(operand: RegisterOperand): Value {
    return this.#read({ kind: "registerNumber", operand: this.#indexOf(operand) });
  }

  farPointer(operand: FarOperand): { selector: Value; offset: Value } {
    return {
      selector: this.#read({ kind: "selector" }),
      offset: this.#read({ kind: "farOffset", bits: operand.bits }),
    };
  }

  register(register: Register): Value {
    return this.#read(fixedRegister(register));
  }

  setRegister(register: Register, value: Value): void {
    this.#write(fixedRegister(register), value);
  }

  // ---- memory

  load(segment: SegmentRef | "operand", offset: Value, bits: Bits): Value {
    this.#mayFault("load");
    return this.#let({ op: "load", bits, where: { segment, offset: offset as Node } });
  }

  store(segment: SegmentRef, offset: Value, value: Value): void {
    this.#store(segment, offset, value, null);
  }

  #modify(segment: SegmentRef | "operand", offset: Value, bits: Bits): Value {
    this.#mayFault("modify");
    this.#probed = true;
    const node = this.#let({ op: "modify", bits, where: { segment, offset: offset as Node } });
    this.#modified.push(node as Extract<Node, { op: "modify" }>);
    return node;
  }

  #store(segment: SegmentRef | "operand", offset: Value, value: Value, modify: Node | null): void {
    if (modify === null && !this.#probed) this.#mayFault("store");
    this.#changed = true;
    const where: Where = { segment, offset: offset as Node };
    this.#say({ do: "store", where, value: value as Node, modify });
  }

  probeStore(segment: SegmentRef, offset: Value, bits: Bits): void {
    this.#mayFault("probe");
    this.#probed = true;
    this.#say({ do: "probe", where: { segment, offset: offset as Node }, bits });
  }

  probeStoreAt(operand: MemoryOperand, delta: Value, bits: Bits): void {
    this.#mayFault("probe");
    this.#probed = true;
    this.#say({ do: "probe", where: { segment: "operand", offset: this.#displaced(operand, delta) as Node }, bits });
  }

  #displaced(operand: MemoryOperand, delta: Value): Value {
    const address = this.effectiveAddress(operand);
    const node = delta as Node;
    return node.op === "const" && node.value === 0n ? address : this.add(address, delta);
  }

  loadAt(operand: MemoryOperand, delta: Value, bits: Bits): Value {
    return this.load("operand", this.#displaced(operand, delta), bits);
  }

  modifyAt(operand: MemoryOperand, delta: Value, bits: Bits): Value {
    const value = this.#modify("operand", this.#displaced(operand, delta), bits);
    this.#deltas.set(value as Node, delta);
    return value;
  }

  storeAt(operand: MemoryOperand, delta: Value, value: Value): void {
    const modify = this.#modified.find((m) => this.#deltas.get(m) === delta && m.bits === value.bits);
    if (modify === undefined) this.#store("operand", this.#displaced(operand, delta), value, null);
    else this.#store("operand", modify.where.offset, value, modify);
  }

  /** What `modifyAt` was given. */
  readonly #deltas = new Map<Node, Value>();

  // ---- flags

  flag = (name: StatusFlag): Value => readFlag(this, name);
  flags = (): Value => this.or(this.get("flagsOther"), readStatus(this));
  condition = (code: Condition): Value => readCondition(this, code);

  readonly setFlags: Builder["setFlags"] = {
    add: (x, y) => {
      const result = this.add(x, y);
      recordAdd(this, x, y, result);
      return result;
    },
    adc: (x, y, carry) => {
      const result = this.add(this.add(x, y), this.zeroExtend(carry, x.bits));
      recordAdd(this, x, y, result);
      return result;
    },
    sub: (x, y) => {
      const result = this.sub(x, y);
      recordSub(this, x, y, result);
      return result;
    },
    sbb: (x, y, borrow) => {
      const result = this.sub(this.sub(x, y), this.zeroExtend(borrow, x.bits));
      recordSub(this, x, y, result);
      return result;
    },
    inc: (x) => {
      const result = this.add(x, this.constant(x.bits, 1));
      recordInc(this, x, result);
      return result;
    },
    dec: (x) => {
      const result = this.sub(x, this.constant(x.bits, 1));
      recordDec(this, x, result);
      return result;
    },
    logic: (result) => {
      recordLogic(this, result);
      return result;
    },
  };

  setStatus = (result: Value, given: { CF: Value; OF: Value; AF: Value }): void => recordStatus(this, result, given);
  setFlag = (name: StatusFlag, value: Value): void => writeFlag(this, name, value);

  setFlagBits(value: Value, mask: number | Value): void {
    if (typeof mask === "number") {
      const merge = (old: Value, part: number) =>
        this.or(this.and(old, this.constant(32, ~(mask & part))), this.and(value, this.constant(32, mask & part)));
      const status = (mask & STATUS_FLAGS) === STATUS_FLAGS ? value : null;
      if ((mask & STATUS_FLAGS) !== 0) writeStatus(this, status ?? merge(readStatus(this), STATUS_FLAGS));
      if ((mask & ~STATUS_FLAGS) !== 0) this.set("flagsOther", merge(this.get("flagsOther"), ~STATUS_FLAGS));
      return;
    }
    const merged = this.or(this.and(this.flags(), this.not(mask)), this.and(value, mask));
    writeStatus(this, merged);
    this.set("flagsOther", this.and(merged, this.constant(32, ~STATUS_FLAGS)));
  }

  // ---- state fields

  get(field: StateField, index = 0): Value {
    return this.#read({ kind: "field", field, index });
  }

  set(field: StateField, value: Value, index = 0): void {
    this.#write({ kind: "field", field, index }, value);
  }

  // ---- control

  shortcut = (condition: Value): Value => condition;

  #nested(fill: () => void): { block: Statement[]; changed: boolean } {
    const [block, changed] = [this.#block, this.#changed];
    const inner: Statement[] = [];
    this.#block = inner;
    fill();
    const result = { block: inner, changed: this.#changed };
    this.#block = block;
    this.#changed = changed;
    return result;
  }

  if(condition: Value, then: () => void, otherwise: () => void = () => {}): void {
    const yes = this.#nested(then);
    const no = this.#nested(otherwise);
    this.#say({ do: "if", condition: condition as Node, yes: yes.block, no: no.block });
    this.#changed = yes.changed || no.changed;
  }

  fault(vector: number, errorCode?: Value | number): void {
    this.#mayFault("fault");
    const code = typeof errorCode === "number" ? this.constant(32, errorCode) : errorCode;
    this.#say({ do: "fault", vector, errorCode: code === undefined ? null : (this.#fit32(code) as Node) });
  }

  #fit32(value: Value): Value {
    return value.bits > 32 ? this.truncate(value, 32) : this.zeroExtend(value, 32);
  }

  helper(name: string, args: readonly Value[], bits: Bits = 64): Value {
    return this.#let({ op: "helper", bits, name, args: args as readonly Node[] });
  }

  jump(target: Value): void {
    if (!this.#jumpChecked) this.#mayFault("jump");
    this.#say({ do: "jump", target: target as Node });
  }

  checkJump(target: Value): void {
    this.#mayFault("checkJump");
    this.#jumpChecked = true;
    this.#say({ do: "checkJump", target: target as Node });
  }

  branch(_target: RelativeOperand, condition?: Value): void {
    if (!this.#jumpChecked) this.#mayFault("branch");
    this.#say({ do: "branch", condition: (condition as Node) ?? null });
  }

  nextRip(): Value {
    return this.#read({ kind: "nextRip" });
  }

  transferred(): void {
    this.#say({ do: "transferred" });
  }

  endRun(): void {
    this.#say({ do: "endRun" });
  }

  repeat(iteration: () => Value | null): void {
    let until: Value | null = null;
    const counter = fixedRegister(general[this.addressSize][1]!);
    const { block } = this.#nested(() => {
      until = iteration();
    });
    this.#changed = true;
    this.#say({ do: "repeat", counter, body: block, until });
  }
}

function fixedRegister(register: Register): StatePlace {
  if (register.class !== "general") throw new Error(`${register.name} is no general register`);
  return { kind: "register", register };
}
