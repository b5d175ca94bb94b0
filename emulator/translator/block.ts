/**
 * The meaning of a block of real instructions: a `Builder` that runs definitions (cpu/builder.ts) one after the other, knows
 * register numbers, immediates and addresses, and keeps what they do to registers and flags as values (graph.ts) until the
 * block's end. What cannot wait, memory above all, becomes a list of actions in order.
 *
 * An action that may have to leave remembers the processor's state before its instruction: a snapshot. Whatever is out of the ordinary
 * (a fault, a device, a helper that must be called) is not done here: the region leaves with that snapshot, and the interpreter
 * does the instruction. That is always right, for definitions change nothing before all that may fault is behind them.
 */
import type { Bits, Builder, Condition, FarOperand, SegmentRef, StatusFlag, Value } from "../cpu/builder.ts";
import { define } from "../cpu/definitions.ts";
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
} from "../cpu/flags.ts";
import { type BinaryOp, type CompareOp, type Node, operandsOf, type Place, type ResizeOp } from "../cpu/ir.ts";
import { type PackedOp, signatureOf } from "../cpu/packed.ts";
import { Access, STATUS_FLAGS, type StateField, stateFields } from "../cpu/state.ts";
import { alignmentOf, placeOfVector } from "../cpu/vector-row.ts";
import { segmentOf } from "../interpreter/shape.ts";
import {
  FS,
  type Instruction,
  type MemoryOperand,
  type Mode,
  type Operand,
  type RegisterOperand,
  type RelativeOperand,
  SS,
} from "../isa/instruction.ts";
import { general, type Register } from "../isa/registers.ts";
import { Graph } from "./graph.ts";
import {
  Conditions,
  type FlagWords,
  type Form,
  fromParts,
  operandsOfStatus,
  type Parts,
  partsOf,
  type Status,
} from "./status.ts";

/** What code is read and run under; regions are made for one of these, and look at it when they are entered. */
export interface Surroundings {
  readonly mode: Mode;
  /** Largest RIP in CS. */
  readonly limit: bigint;
  /** Bits of `Workspace.flatSegments`, outside 64-bit mode. */
  readonly flat: number;
  /** The stack pointer is ESP, not SP; outside 64-bit mode. */
  readonly bigStack: boolean;
}

/** The state before an instruction, as far as it is in values. */
export interface Snapshot {
  /** Of the instruction in its block. */
  readonly number: number;
  readonly registers: readonly (Node | null)[];
  readonly status: Status;
}

export interface MemoryAction {
  readonly segment: number;
  /** Within the segment, 64 bits. */
  readonly offset: Node;
  readonly linear: Node;
  /** The offset must be compared with the segment's end. */
  readonly limited: boolean;
  readonly bytes: number;
  readonly alignment: number;
  readonly before: Snapshot;
}

export type Action =
  /** `node`, a leaf, becomes what is there; `modify`: its place will be written by a `storeModified`. */
  | ({ readonly do: "load" | "modify"; readonly node: Node } & MemoryAction)
  | ({ readonly do: "store"; readonly value: Node } & MemoryAction)
  | ({ readonly do: "probe" } & MemoryAction)
  | { readonly do: "storeModified"; readonly modify: Node; readonly value: Node }
  /** State that is not kept in values, at an address. */
  | { readonly do: "readState"; readonly node: Node; readonly address: number }
  | { readonly do: "writeState"; readonly address: number; readonly value: Node }
  | {
      readonly do: "if";
      readonly condition: Node;
      readonly yes: readonly Action[];
      readonly no: readonly Action[];
      /** Leaves that become one value or another, according to which way was gone. */
      readonly merges: readonly { readonly node: Node; readonly yes: Node; readonly no: Node }[];
    }
  /** The interpreter goes on with the instruction. */
  | { readonly do: "leave"; readonly before: Snapshot };

/** How a block ends. Targets are RIPs. */
export type End =
  | { readonly kind: "fall"; readonly next: bigint }
  | { readonly kind: "branch"; readonly condition: Node; readonly taken: bigint; readonly next: bigint }
  | { readonly kind: "jump"; readonly target: bigint; readonly returnTo: bigint | null }
  | { readonly kind: "indirect"; readonly target: Node; readonly isReturn: boolean; readonly returnTo: bigint | null }
  /** The interpreter goes on with the instruction at `rip`. */
  | { readonly kind: "leave"; readonly rip: bigint };

/** Thrown where an instruction is the interpreter's. */
class NotTranslated extends Error {}

/** Stand for the parts of the flags (status.ts), as they are when a block is entered. */
export const FLAG_X: Place = { kind: "field", field: "flagResult", index: 0 };
export const FLAG_Y: Place = { kind: "field", field: "flagCarries", index: 0 };
export const FLAG_KIND: Place = { kind: "field", field: "flagAux", index: 0 };

interface State {
  registers: (Node | null)[];
  status: Status;
  /** Values known to be at addresses of the state: by address and width. */
  known: Map<string, { readonly address: number; readonly bytes: number; readonly node: Node }>;
  actions: Action[];
  /** Nothing that follows is reached. */
  dead: boolean;
}

export class BlockBuilder implements Builder {
  readonly graph = new Graph();
  readonly entryStatus: Status;
  readonly #conditions = new Conditions(this.graph);
  readonly #around: Surroundings;
  #state: State;
  #end: End | null = null;
  /** RIPs of the instructions, and that of the end. */
  readonly rips: bigint[] = [];

  // The present instruction.
  #instruction!: Instruction;
  #next = 0n;
  #before!: Snapshot;
  /** State was changed that a snapshot does not hold: nothing may leave any more. */
  #changed = false;
  #divided = false;
  #captured: Partial<Record<StateField, Node>> | null = null;
  readonly #modified: { node: Node; delta: Value | null }[] = [];
  row!: Instruction["row"];
  mode: Mode;
  operandSize!: 16 | 32 | 64;
  addressSize!: 16 | 32 | 64;
  prefixes!: number;

  /** `form`: of the flags when the block is entered, if it is known. */
  constructor(around: Surroundings, form: Form | null) {
    this.#around = around;
    this.mode = around.mode;
    const parts = () => [this.graph.read("x", 64, FLAG_X), this.graph.read("y", 64, FLAG_Y)] as const;
    this.entryStatus = form === null ? { kind: "entry" } : fromParts(this.graph, form, parts());
    this.#state = {
      registers: new Array<Node | null>(16).fill(null),
      status: this.entryStatus,
      known: new Map(),
      actions: [],
      dead: false,
    };
  }

  /** Adds an instruction. Returns whether the next one may follow; if not, `end` says how the block ends. */
  append(instruction: Instruction, rip: bigint): boolean {
    const state = this.#state;
    const length = state.actions.length;
    this.rips.push(rip);
    this.#instruction = instruction;
    this.row = instruction.row;
    this.operandSize = instruction.operandSize;
    this.addressSize = instruction.addressSize;
    this.prefixes = instruction.prefixes;
    this.#next = rip + BigInt(instruction.length);
    this.#changed = false;
    this.#modified.length = 0;
    const { registers, status } = state;
    this.#before = { number: this.rips.length - 1, registers, status };
    state.registers = registers.slice();
    try {
      if (this.#next > this.#around.limit) throw new NotTranslated();
      define(this, instruction.operands);
    } catch (thrown) {
      if (!(thrown instanceof NotTranslated)) throw thrown;
      state.actions.length = length;
      this.#state = { ...state, registers, status, known: new Map(), dead: false };
      this.#captured = null;
      this.rips.pop();
      this.#end = { kind: "leave", rip };
      return false;
    }
    // A fault that is sure to come.
    if (this.#state.dead) this.#end = { kind: "leave", rip };
    return this.#end === null;
  }

  /** Ends the block before the instruction at `next`. */
  fallTo(next: bigint): void {
    this.#end = { kind: "fall", next };
  }

  get end(): End {
    if (this.#end === null) throw new Error("the block has no end yet");
    return this.#end;
  }

  get actions(): readonly Action[] {
    return this.#state.actions;
  }

  /** The state at the start. */
  get entry(): Snapshot {
    return { number: 0, registers: [], status: this.entryStatus };
  }

  /** All values that actions and the end use themselves, and the snapshots of ways out within the block. */
  forEachUse(use: (node: Node) => void, snapshot: (before: Snapshot) => void): void {
    const memory = (access: MemoryAction) => {
      use(access.linear);
      use(access.offset);
      snapshot(access.before);
    };
    const visit = (actions: readonly Action[]): void => {
      for (const action of actions)
        switch (action.do) {
          case "load":
          case "modify":
          case "probe":
            memory(action);
            break;
          case "store":
            memory(action);
            use(action.value);
            break;
          case "storeModified":
          case "writeState":
            use(action.value);
            break;
          case "if":
            use(action.condition);
            visit(action.yes);
            visit(action.no);
            for (const { yes, no } of action.merges) {
              use(yes);
              use(no);
            }
            break;
          case "leave":
            snapshot(action.before);
        }
    };
    visit(this.actions);
    const { end } = this;
    if (end.kind === "branch") use(end.condition);
    if (end.kind === "indirect") use(end.target);
  }

  #reached: ReadonlySet<Node> | null = null;

  /** All values that actions, ways out and the end are made of; after the end. */
  reached(): ReadonlySet<Node> {
    if (this.#reached !== null) return this.#reached;
    const seen = new Set<Node>();
    const stack: Node[] = [];
    const snapshots = new Set([this.last]);
    this.forEachUse(
      (node) => stack.push(node),
      (before) => snapshots.add(before),
    );
    for (const { registers, status } of snapshots) {
      for (const node of registers) if (node !== null) stack.push(node);
      stack.push(...operandsOfStatus(status));
    }
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      for (const operand of operandsOf(node)) stack.push(operand);
    }
    this.#reached = seen;
    return seen;
  }

  /** The flags at some point, as they travel. */
  parts(status: Status): Parts {
    return partsOf(this.graph, status, (one) => this.words(one));
  }

  /** The flags of all snapshots, that at the end among them. */
  statuses(): ReadonlySet<Status> {
    const found = new Set([this.last.status]);
    this.forEachUse(
      () => {},
      ({ status }) => found.add(status),
    );
    return found;
  }

  /** The state at the end, before the end's transfer of control. */
  get last(): Snapshot {
    const { registers, status } = this.#state;
    return { number: this.rips.length, registers, status };
  }

  // ---- what is said

  #say(action: Action): void {
    if (!this.#state.dead) this.#state.actions.push(action);
  }

  #mayLeave(): void {
    if (this.#changed) throw new NotTranslated();
  }

  #leave(): void {
    this.#mayLeave();
    this.#say({ do: "leave", before: this.#before });
    this.#state.dead = true;
  }

  // ---- values

  constant = (bits: Bits, value: number | bigint): Node => this.graph.constant(bits, value);
  #binary = (op: BinaryOp, x: Value, y: Value): Node => this.graph.binary(op, x as Node, y as Node);
  #compare = (op: CompareOp, x: Value, y: Value): Node => this.graph.compare(op, x as Node, y as Node);
  #resize = (op: ResizeOp, x: Value, bits: Bits): Node => this.graph.resize(op, x as Node, bits);
  #divide(op: BinaryOp, x: Value, y: Value): Node {
    this.#divided = true;
    return this.#binary(op, x, y);
  }

  add = (x: Value, y: Value): Node => this.#binary("add", x, y);
  sub = (x: Value, y: Value): Node => this.#binary("sub", x, y);
  mul = (x: Value, y: Value): Node => this.#binary("mul", x, y);
  mulHighUnsigned = (x: Value, y: Value): Node => this.#binary("mulHighUnsigned", x, y);
  mulHighSigned = (x: Value, y: Value): Node => this.#binary("mulHighSigned", x, y);
  divUnsigned = (x: Value, y: Value): Node => this.#divide("divUnsigned", x, y);
  divSigned = (x: Value, y: Value): Node => this.#divide("divSigned", x, y);
  remUnsigned = (x: Value, y: Value): Node => this.#divide("remUnsigned", x, y);
  remSigned = (x: Value, y: Value): Node => this.#divide("remSigned", x, y);
  and = (x: Value, y: Value): Node => this.#binary("and", x, y);
  or = (x: Value, y: Value): Node => this.#binary("or", x, y);
  xor = (x: Value, y: Value): Node => this.#binary("xor", x, y);
  not = (x: Value): Node => this.graph.unary("not", x as Node);
  neg = (x: Value): Node => this.graph.unary("neg", x as Node);
  shl = (x: Value, count: Value): Node => this.#binary("shl", x, count);
  shr = (x: Value, count: Value): Node => this.#binary("shr", x, count);
  sar = (x: Value, count: Value): Node => this.#binary("sar", x, count);
  rotl = (x: Value, count: Value): Node => this.#binary("rotl", x, count);
  rotr = (x: Value, count: Value): Node => this.#binary("rotr", x, count);
  leadingZeros = (x: Value): Node => this.graph.unary("leadingZeros", x as Node);
  trailingZeros = (x: Value): Node => this.graph.unary("trailingZeros", x as Node);
  popcount = (x: Value): Node => this.graph.unary("popcount", x as Node);
  byteSwap = (x: Value): Node => this.graph.unary("byteSwap", x as Node);
  eq = (x: Value, y: Value): Node => this.#compare("eq", x, y);
  ne = (x: Value, y: Value): Node => this.#compare("ne", x, y);
  ltUnsigned = (x: Value, y: Value): Node => this.#compare("ltUnsigned", x, y);
  leUnsigned = (x: Value, y: Value): Node => this.#compare("leUnsigned", x, y);
  ltSigned = (x: Value, y: Value): Node => this.#compare("ltSigned", x, y);
  leSigned = (x: Value, y: Value): Node => this.#compare("leSigned", x, y);
  zeroExtend = (x: Value, bits: Bits): Node => this.#resize("zeroExtend", x, bits);
  signExtend = (x: Value, bits: Bits): Node => this.#resize("signExtend", x, bits);
  truncate = (x: Value, bits: Bits): Node => this.#resize("truncate", x, bits);
  select = (condition: Value, x: Value, y: Value): Node => this.graph.select(condition as Node, x as Node, y as Node);

  packed(op: PackedOp, args: readonly Value[], immediates: readonly number[] = []): Node {
    return this.graph.packed(op, signatureOf(op).result, args as readonly Node[], immediates);
  }

  // ---- registers

  #whole(index: number): Node {
    const known = this.#state.registers[index];
    if (known !== null && known !== undefined) return known;
    return this.graph.read(`r${index}`, 64, { kind: "register", register: general[64][index]! });
  }

  register(register: Register): Node {
    if (register.class !== "general") throw new NotTranslated();
    const whole = this.#whole(register.index);
    if (!register.high) return this.graph.resize("truncate", whole, register.bits as Bits);
    return this.graph.resize("truncate", this.graph.binary("shr", whole, this.constant(64, 8)), 8);
  }

  setRegister(register: Register, value: Value): void {
    if (register.class !== "general") throw new NotTranslated();
    if (this.#state.dead) return;
    const { index, bits, high } = register;
    const wide = this.#resize("zeroExtend", value, 64);
    if (bits >= 32) {
      this.#state.registers[index] = wide;
      return;
    }
    const shift = high ? 8 : 0;
    const mask = ((1n << BigInt(bits)) - 1n) << BigInt(shift);
    const kept = this.graph.binary("and", this.#whole(index), this.constant(64, ~mask));
    const put = this.graph.binary("shl", wide, this.constant(64, shift));
    this.#state.registers[index] = this.graph.binary("or", kept, put);
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
        return this.constant(this.operandSize, this.#target(operand));
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
    else this.#say({ do: "storeModified", modify: modified.node, value: value as Node });
  }

  #vectorAddress(operand: RegisterOperand, offset: number): number {
    const { field, index } = placeOfVector(operand.register);
    return stateFields[field].offset + 8 * index + offset;
  }

  readPart(operand: Operand, bits: 32 | 64 | 128, offset = 0): Node {
    if (operand.kind === "register") return this.#readState(this.#vectorAddress(operand, offset), bits);
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
      this.#writeState(this.#vectorAddress(operand, offset), value as Node);
      if (operand.register.class !== "mmx") return;
      this.#writeState(stateFields.x87Exponent.offset + 4 * operand.register.index, this.constant(32, 0xffff));
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
          ? this.constant(bits, this.#next)
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
    return segment === "override" ? segmentOf(this.#instruction, null) : segment;
  }

  #isFlat(segment: number): boolean {
    return this.mode === 64 ? segment < FS : (this.#around.flat & (1 << segment)) !== 0;
  }

  /** From an offset of 64 bits. */
  #linear(segment: number, offset: Node): Node {
    if (this.#isFlat(segment)) return offset;
    const linear = this.graph.binary("add", this.get("segmentBase", segment), offset);
    return this.mode === 64 ? linear : this.graph.binary("and", linear, this.constant(64, 0xffff_ffff));
  }

  #access(segment: number, offset: Value, bits: number, alignment: number): MemoryAction {
    const wide = this.#resize("zeroExtend", offset, 64);
    return {
      segment,
      offset: wide,
      linear: this.#linear(segment, wide),
      limited: this.mode !== 64 && !this.#isFlat(segment),
      bytes: bits / 8,
      alignment,
      before: this.#before,
    };
  }

  #load(segment: number, offset: Value, bits: Bits, alignment: number, how: "load" | "modify"): Node {
    this.#mayLeave();
    const node = this.graph.leaf(bits);
    const access = this.#access(segment, offset, bits, alignment);
    this.#say({ do: how, node, ...access });
    return node;
  }

  #store(segment: number, offset: Value, value: Value, alignment: number): void {
    this.#mayLeave();
    const access = this.#access(segment, offset, value.bits, alignment);
    this.#say({ do: "store", value: value as Node, ...access });
  }

  #probe(segment: number, offset: Value, bits: number, alignment: number): void {
    this.#mayLeave();
    this.#say({ do: "probe", ...this.#access(segment, offset, bits, alignment) });
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
    else this.#say({ do: "storeModified", modify: modified.node, value: value as Node });
  }

  // ---- flags

  /** The state's three words for flags as they are. */
  words(status: Status): FlagWords {
    switch (status.kind) {
      case "words":
        return status;
      case "entry":
        return {
          result: this.graph.read("x", 64, FLAG_X),
          carries: this.graph.read("y", 64, FLAG_Y),
          aux: this.graph.read("kind", 32, FLAG_KIND),
        };
    }
    const captured: Partial<Record<StateField, Node>> = {};
    this.#captured = captured;
    switch (status.kind) {
      case "add":
        recordAdd(this, status.x, status.y, status.result);
        break;
      case "sub":
        recordSub(this, status.x, status.y, status.result);
        break;
      case "logic":
        recordLogic(this, status.result);
        break;
      case "inc":
      case "dec": {
        const top = this.graph.binary("shl", this.zeroExtend(status.carry, 64), this.constant(64, 63));
        captured.flagCarries = top;
        (status.kind === "inc" ? recordInc : recordDec)(this, status.x, status.result);
        break;
      }
      case "given":
        recordStatus(this, status.result, status);
        break;
    }
    this.#captured = null;
    return { result: captured.flagResult!, carries: captured.flagCarries!, aux: captured.flagAux! };
  }

  #setStatus(status: Status): void {
    if (!this.#state.dead) this.#state.status = status;
  }

  flag(name: StatusFlag): Node {
    return this.#conditions.flag(this.#state.status, name) ?? (readFlag(this, name) as Node);
  }

  flags = (): Node => this.or(this.get("flagsOther"), readStatus(this));

  condition(code: Condition): Node {
    return this.#conditions.condition(this.#state.status, code) ?? (readCondition(this, code) as Node);
  }

  readonly setFlags: Builder["setFlags"] = {
    add: (x, y) => this.#recorded("add", x, y, this.add(x, y)),
    adc: (x, y, carry) => this.#recorded("add", x, y, this.add(this.add(x, y), this.zeroExtend(carry, x.bits))),
    sub: (x, y) => this.#recorded("sub", x, y, this.sub(x, y)),
    sbb: (x, y, borrow) => this.#recorded("sub", x, y, this.sub(this.sub(x, y), this.zeroExtend(borrow, x.bits))),
    inc: (x) => this.#stepped("inc", x, this.add(x, this.constant(x.bits, 1))),
    dec: (x) => this.#stepped("dec", x, this.sub(x, this.constant(x.bits, 1))),
    logic: (result) => {
      this.#setStatus({ kind: "logic", result: result as Node });
      return result;
    },
  };

  #recorded(kind: "add" | "sub", x: Value, y: Value, result: Node): Node {
    this.#setStatus({ kind, x: x as Node, y: y as Node, result });
    return result;
  }

  #stepped(kind: "inc" | "dec", x: Value, result: Node): Node {
    this.#setStatus({ kind, x: x as Node, result, carry: this.flag("CF") });
    return result;
  }

  setStatus(result: Value, given: { CF: Value; OF: Value; AF: Value }): void {
    const [CF, OF, AF] = [given.CF as Node, given.OF as Node, given.AF as Node];
    this.#setStatus({ kind: "given", result: result as Node, CF, OF, AF });
  }

  setFlag(name: StatusFlag, value: Value): void {
    const { status } = this.#state;
    // Rotations set these two one after the other.
    if (status.kind === "given" && (name === "CF" || name === "OF"))
      this.#setStatus({ ...status, [name]: value as Node });
    else writeFlag(this, name, value);
  }

  setFlagBits(value: Value, mask: number | Value): void {
    if (typeof mask !== "number") {
      const merged = this.or(this.and(this.flags(), this.not(mask)), this.and(value, mask));
      writeStatus(this, merged);
      this.set("flagsOther", this.and(merged, this.constant(32, ~STATUS_FLAGS)));
      return;
    }
    const merge = (old: Value, part: number) =>
      this.or(this.and(old, this.constant(32, ~(mask & part))), this.and(value, this.constant(32, mask & part)));
    const status = (mask & STATUS_FLAGS) === STATUS_FLAGS ? value : null;
    if ((mask & STATUS_FLAGS) !== 0) writeStatus(this, status ?? merge(readStatus(this), STATUS_FLAGS));
    if ((mask & ~STATUS_FLAGS) !== 0) this.set("flagsOther", merge(this.get("flagsOther"), ~STATUS_FLAGS));
  }

  // ---- state

  get(field: StateField, index = 0): Node {
    switch (field) {
      case "flagResult":
      case "flagCarries":
      case "flagAux": {
        const own = this.#captured?.[field];
        if (own !== undefined) return own;
        const words = this.words(this.#state.status);
        return field === "flagResult" ? words.result : field === "flagCarries" ? words.carries : words.aux;
      }
      case "segmentAccess":
        // All that the stack wants to know.
        if (index === SS && this.mode !== 64) return this.constant(32, this.#around.bigStack ? Access.big : 0);
        break;
      case "rip":
        throw new NotTranslated();
    }
    const { offset, width } = stateFields[field];
    return this.#readState(offset + index * (width === "i64" ? 8 : 4), width === "i64" ? 64 : 32);
  }

  set(field: StateField, value: Value, index = 0): void {
    const node = value as Node;
    switch (field) {
      case "flagResult":
      case "flagCarries":
      case "flagAux": {
        if (this.#captured !== null) {
          this.#captured[field] = node;
          return;
        }
        const words = this.words(this.#state.status);
        const { result, carries, aux } = words;
        if (field === "flagResult") this.#setStatus({ kind: "words", result: node, carries, aux });
        else if (field === "flagCarries") this.#setStatus({ kind: "words", result, carries: node, aux });
        else this.#setStatus({ kind: "words", result, carries, aux: node });
        return;
      }
      case "rip":
        throw new NotTranslated();
    }
    const { offset, width } = stateFields[field];
    this.#writeState(offset + index * (width === "i64" ? 8 : 4), node);
  }

  #readState(address: number, bits: Bits): Node {
    const key = `${address} ${bits}`;
    const known = this.#state.known.get(key);
    if (known !== undefined) return known.node;
    const node = this.graph.leaf(bits);
    this.#say({ do: "readState", node, address });
    this.#state.known.set(key, { address, bytes: bits / 8, node });
    return node;
  }

  #writeState(address: number, value: Node): void {
    if (this.#state.dead) return;
    this.#changed = true;
    this.#say({ do: "writeState", address, value });
    this.#forget(address, value.bits / 8);
    this.#state.known.set(`${address} ${value.bits}`, { address, bytes: value.bits / 8, node: value });
  }

  #forget(address: number, bytes: number): void {
    for (const [key, part] of this.#state.known)
      if (part.address < address + bytes && address < part.address + part.bytes) this.#state.known.delete(key);
  }

  // ---- control

  /** The quick way is the only one here. */
  shortcut = (condition: Value): Node => condition as Node;

  if(condition: Value, then: () => void, otherwise: () => void = () => {}): void {
    const test = condition as Node;
    if (this.#state.dead) return;
    if (test.op === "const") {
      if (test.value !== 0n) then();
      else otherwise();
      return;
    }
    const outer = this.#state;
    const [changed, divided] = [this.#changed, this.#divided];
    this.#divided = false;
    const run = (fill: () => void): { state: State; changed: boolean } => {
      this.#changed = changed;
      this.#state = {
        registers: outer.registers.slice(),
        status: outer.status,
        known: new Map(outer.known),
        actions: [],
        dead: false,
      };
      fill();
      return { state: this.#state, changed: this.#changed };
    };
    const yes = run(then);
    const no = run(otherwise);
    this.#changed = yes.changed || no.changed;
    this.#state = outer;
    this.#join(test, yes.state, no.state);
    this.#divided = divided || this.#divided;
  }

  #join(condition: Node, yes: State, no: State): void {
    const outer = this.#state;
    for (const arm of [yes, no])
      for (const action of arm.actions) forEachWrite(action, (address, bytes) => this.#forget(address, bytes));
    if (yes.dead || no.dead) {
      const alive = yes.dead ? no : yes;
      if (yes.dead && no.dead) outer.dead = true;
      else {
        outer.registers = alive.registers;
        outer.status = alive.status;
      }
      // The rest of the living arm comes behind the way out of the other.
      if (outer.dead) outer.actions.push({ do: "if", condition, yes: yes.actions, no: no.actions, merges: [] });
      else {
        const left = yes.dead ? yes.actions : no.actions;
        const test = yes.dead ? condition : this.graph.unary("not", condition);
        outer.actions.push({ do: "if", condition: test, yes: left, no: [], merges: [] }, ...alive.actions);
      }
      return;
    }
    const quiet = yes.actions.length === 0 && no.actions.length === 0 && !this.#divided;
    const merges: { node: Node; yes: Node; no: Node }[] = [];
    const merge = (x: Node, y: Node): Node => {
      if (x === y) return x;
      if (quiet) return this.graph.select(condition, x, y);
      const node = this.graph.leaf(x.bits);
      merges.push({ node, yes: x, no: y });
      return node;
    };
    for (let i = 0; i < 16; i++) {
      const [x, y] = [yes.registers[i] ?? null, no.registers[i] ?? null];
      if (x !== y) outer.registers[i] = merge(x ?? this.#entry(i), y ?? this.#entry(i));
    }
    if (yes.status !== no.status) {
      const [x, y] = [this.words(yes.status), this.words(no.status)];
      outer.status = {
        kind: "words",
        result: merge(x.result, y.result),
        carries: merge(x.carries, y.carries),
        aux: merge(x.aux, y.aux),
      };
    } else outer.status = yes.status;
    if (!quiet) outer.actions.push({ do: "if", condition, yes: yes.actions, no: no.actions, merges });
  }

  #entry(index: number): Node {
    return this.graph.read(`r${index}`, 64, { kind: "register", register: general[64][index]! });
  }

  fault(): void {
    this.#leave();
  }

  /** What a helper does, the interpreter has it do. */
  helper(_name: string, _args: readonly Value[], bits: Bits = 64): Node {
    this.#leave();
    return this.constant(bits, 0);
  }

  #target(operand: RelativeOperand): bigint {
    return BigInt.asUintN(this.operandSize, this.#next + operand.displacement);
  }

  #checkConstant(target: bigint): void {
    const fits =
      this.mode === 64 ? BigInt.asUintN(64, BigInt.asIntN(48, target)) === target : target <= this.#around.limit;
    if (!fits) throw new NotTranslated();
  }

  checkJump(target: Value): void {
    const node = target as Node;
    if (node.op === "const") {
      this.#checkConstant(node.value);
      return;
    }
    this.#mayLeave();
    const wide = this.#resize("zeroExtend", node, 64);
    const sixteen = this.constant(64, 16);
    const bad =
      this.mode === 64
        ? this.ne(this.sar(this.shl(wide, sixteen), sixteen), wide)
        : this.ltUnsigned(this.constant(64, this.#around.limit), wide);
    this.if(bad, () => this.#leave());
  }

  jump(target: Value): void {
    this.checkJump(target);
    const node = this.#resize("zeroExtend", target, 64);
    const { cost } = this.row;
    const returnTo = cost.startsWith("call") ? this.#next : null;
    if (node.op === "const") this.#end = { kind: "jump", target: node.value, returnTo };
    else this.#end = { kind: "indirect", target: node, isReturn: cost === "ret", returnTo };
  }

  branch(operand: RelativeOperand, condition?: Value): void {
    const taken = this.#target(operand);
    this.#checkConstant(taken);
    if (condition === undefined) {
      this.#end = { kind: "jump", target: taken, returnTo: null };
      return;
    }
    const node = condition as Node;
    if (node.op === "const")
      this.#end = { kind: "jump", target: node.value === 0n ? this.#next : taken, returnTo: null };
    else this.#end = { kind: "branch", condition: node, taken, next: this.#next };
  }

  nextRip = (): Node => this.constant(64, this.#next);

  transferred(): void {
    throw new NotTranslated();
  }

  endRun(): void {
    throw new NotTranslated();
  }

  repeat(): void {
    throw new NotTranslated();
  }
}

/** Places in the state that an action writes, with those within it. */
function forEachWrite(action: Action, visit: (address: number, bytes: number) => void): void {
  if (action.do === "writeState") visit(action.address, action.value.bits / 8);
  else if (action.do === "if") for (const inner of [...action.yes, ...action.no]) forEachWrite(inner, visit);
}
