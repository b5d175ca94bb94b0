/**
 * START HERE for the x87 unit: its state, the register stack, and how an operation answers to exceptions.
 *
 * The state's fields (state.ts, x87…) hold registers as they are stored, by physical number; ST(i) is register
 * (TOP + i) & 7. An operation unpacks its operands into two numbers, lets `math` compute, which collects exceptions,
 * and then *settles*: exceptions go into the status word, and the result goes to its register unless an unmasked one
 * forbids it. So the order of SDM vol. 1, 8.6 holds: nothing is changed by an instruction that ends in #IS, #IA, #D or #Z
 * unmasked, and the handler is called by the next waiting instruction.
 */
import { type StateView, stateFields } from "../state.ts";
import { CONTROL_FIXED, CONTROL_WRITABLE, Exception, INITIAL_CONTROL, Status } from "./exceptions.ts";
import { Extended, Kind } from "./number.ts";
import { Transcendental } from "./transcendental.ts";

const SIGNIFICAND = stateFields.x87Significand.offset >> 2;
const EXPONENT = stateFields.x87Exponent.offset >> 2;
const CONTROL = stateFields.x87Control.offset >> 2;
const STATUS = stateFields.x87Status.offset >> 2;
const TAGS = stateFields.x87Tags.offset >> 2;
const RIP = stateFields.rip.offset >> 2;
const CODE_OFFSET = stateFields.x87CodeOffset.offset >> 2;
const DATA_OFFSET = stateFields.x87DataOffset.offset >> 2;
const OPCODE = stateFields.x87Opcode.offset >> 2;

/** The two-bit tags of FSTENV (vol. 1, 8.1.7). */
export const Tag = { valid: 0, zero: 1, special: 2, empty: 3 } as const;

/** How the unit tells a PC of errors (vol. 1, 8.7.1). */
export interface ErrorPins {
  setFerr(high: boolean): void;
  ignne(): boolean;
}

export class X87 {
  readonly math = new Transcendental();
  /** Operands of the present operation. */
  readonly a = new Extended();
  readonly b = new Extended();
  readonly #words: Uint32Array;
  readonly #pins: ErrorPins;
  /** An operation has just left an unmasked exception behind: the opcode is still to be noted. */
  faulted = false;

  /** `pins`: FERR# and IGNNE#; none where nobody listens. */
  constructor(state: StateView, pins: ErrorPins = { setFerr() {}, ignne: () => false }) {
    this.#words = state.words;
    this.#pins = pins;
  }

  /** Asserts FERR#. Returns whether IGNNE# lets the instruction go on. */
  signal(): boolean {
    this.#pins.setFerr(true);
    return this.#pins.ignne();
  }

  // ---- words

  get control(): number {
    return this.#words[CONTROL]!;
  }

  /** FLDCW and all that load the control word: exceptions that were flagged may now be unmasked, and are then pending at once. */
  setControl(value: number): void {
    this.#words[CONTROL] = (value & CONTROL_WRITABLE) | CONTROL_FIXED;
    this.#summarize();
  }

  get status(): number {
    return this.#words[STATUS]!;
  }

  /** Of the bits given, ES and B are not taken but follow from the exceptions and masks. */
  setStatus(value: number): void {
    this.#words[STATUS] = value & 0xffff;
    this.#summarize();
  }

  #summarize(): void {
    const words = this.#words;
    const pending = words[STATUS]! & ~words[CONTROL]! & Exception.all;
    const both = Status.summary | Status.busy;
    words[STATUS] = pending === 0 ? words[STATUS]! & ~both : words[STATUS]! | both;
    if (pending === 0) this.#pins.setFerr(false);
  }

  /** FNINIT. Data registers stay. */
  initialize(): void {
    const words = this.#words;
    words[CONTROL] = INITIAL_CONTROL;
    words[STATUS] = 0;
    words[TAGS] = 0;
    words[OPCODE] = 0;
    this.setCode(0, 0);
    this.setData(0, 0);
    this.#pins.setFerr(false);
  }

  setCode(high: number, low: number): void {
    const words = this.#words;
    words[CODE_OFFSET] = low;
    words[CODE_OFFSET + 1] = high;
  }

  setData(high: number, low: number): void {
    const words = this.#words;
    words[DATA_OFFSET] = low;
    words[DATA_OFFSET + 1] = high;
  }

  setOpcode(opcode: number): void {
    this.#words[OPCODE] = opcode & 0x7ff;
  }

  // ---- the stack

  get top(): number {
    return (this.#words[STATUS]! >>> Status.topShift) & 7;
  }

  /** Moves TOP by +1 (a pop) or −1 (a push), and leaves C1 alone. */
  turnKeeping(by: number): void {
    const words = this.#words;
    const status = words[STATUS]!;
    words[STATUS] = (status & ~(7 << Status.topShift)) | ((((status >>> Status.topShift) + by) & 7) << Status.topShift);
  }

  /** As FINCSTP and FDECSTP. */
  turn(by: number): void {
    this.#words[STATUS] = this.#words[STATUS]! & ~Status.c1;
    this.turnKeeping(by);
  }

  isEmpty(i: number): boolean {
    return ((this.#words[TAGS]! >>> ((this.top + i) & 7)) & 1) === 0;
  }

  free(i: number): void {
    this.#words[TAGS] = this.#words[TAGS]! & ~(1 << ((this.top + i) & 7));
  }

  pop(): void {
    this.free(0);
    this.turnKeeping(1);
  }

  /** ST(i) as a number. */
  unpack(into: Extended, i: number): void {
    const words = this.#words;
    const register = (this.top + i) & 7;
    const at = SIGNIFICAND + 2 * register;
    into.unpack(words[EXPONENT + register]!, words[at + 1]!, words[at]!);
  }

  /** ST(i) into `a` and ST(j) into `b`, if neither is empty. */
  unpackTwo(i: number, j: number): boolean {
    const words = this.#words;
    const top = words[STATUS]! >>> Status.topShift;
    const tags = words[TAGS]!;
    const x = (top + i) & 7;
    const y = (top + j) & 7;
    if (((tags >>> x) & (tags >>> y) & 1) === 0) return false;
    this.a.unpack(words[EXPONENT + x]!, words[SIGNIFICAND + 2 * x + 1]!, words[SIGNIFICAND + 2 * x]!);
    this.b.unpack(words[EXPONENT + y]!, words[SIGNIFICAND + 2 * y + 1]!, words[SIGNIFICAND + 2 * y]!);
    return true;
  }

  /** A rounded result into ST(i), which is then not empty. */
  pack(i: number, from: Extended): void {
    const top = from.kind === Kind.denormal ? from.sign << 15 : (from.sign << 15) | from.exponent;
    this.setRaw(i, top, from.high, from.low);
  }

  setRaw(i: number, top: number, high: number, low: number): void {
    const words = this.#words;
    const register = (this.top + i) & 7;
    const at = SIGNIFICAND + 2 * register;
    words[at] = low;
    words[at + 1] = high;
    words[EXPONENT + register] = top;
    words[TAGS] = words[TAGS]! | (1 << register);
  }

  /** As `setRaw`, without a word about its being empty. */
  restoreRegister(i: number, top: number, high: number, low: number): void {
    const tags = this.#words[TAGS]!;
    this.setRaw(i, top, high, low);
    this.#words[TAGS] = tags;
  }

  exponentOf(i: number): number {
    return this.#words[EXPONENT + ((this.top + i) & 7)]!;
  }

  lowOf(i: number): number {
    return this.#words[SIGNIFICAND + 2 * ((this.top + i) & 7)]!;
  }

  highOf(i: number): number {
    return this.#words[SIGNIFICAND + 2 * ((this.top + i) & 7) + 1]!;
  }

  copyRegister(to: number, from: number): void {
    this.setRaw(to, this.exponentOf(from), this.highOf(from), this.lowOf(from));
  }

  /** The 16-bit tag word: what is not empty is looked at. */
  tagWord(): number {
    const words = this.#words;
    let tags = 0;
    for (let register = 0; register < 8; register++) {
      let tag: number = Tag.empty;
      if ((words[TAGS]! >>> register) & 1) {
        const exponent = words[EXPONENT + register]! & 0x7fff;
        const [low, high] = [words[SIGNIFICAND + 2 * register]!, words[SIGNIFICAND + 2 * register + 1]!];
        if (exponent === 0) tag = (low | high) === 0 ? Tag.zero : Tag.special;
        else tag = exponent === 0x7fff || (high | 0) >= 0 ? Tag.special : Tag.valid;
      }
      tags |= tag << (2 * register);
    }
    return tags;
  }

  /** Only empty or not is kept of a tag. */
  setTagWord(tags: number): void {
    let kept = 0;
    for (let register = 0; register < 8; register++)
      if (((tags >>> (2 * register)) & 3) !== Tag.empty) kept |= 1 << register;
    this.#words[TAGS] = kept;
  }

  // ---- operations

  /** Every operation but the control instructions begins here: its address is noted, C1 cleared. */
  begin(): void {
    const words = this.#words;
    words[CODE_OFFSET] = words[RIP]!;
    words[CODE_OFFSET + 1] = words[RIP + 1]!;
    words[STATUS] = words[STATUS]! & ~Status.c1;
    this.math.begin(words[CONTROL]!);
  }

  /** Exceptions into the status word. */
  settle(): void {
    const { math } = this;
    const { raised } = math;
    if (raised === 0) return;
    const words = this.#words;
    let status = words[STATUS]! | raised;
    if (math.roundedUp) status |= Status.c1;
    if (raised & ~words[CONTROL]! & Exception.all) {
      status |= Status.summary | Status.busy;
      this.faulted = true;
    }
    words[STATUS] = status;
  }

  /** #IS: the masked answer to it is the indefinite, in `math.result`. Returns whether it is masked. */
  stackFault(overflow: boolean): boolean {
    const { math } = this;
    math.raised = 0;
    math.roundedUp = false;
    math.invalid();
    this.#words[STATUS] = this.#words[STATUS]! | Status.stackFault | (overflow ? Status.c1 : 0);
    this.settle();
    return !math.refused;
  }

  /** Settles, and stores the result in ST(i) and pops, unless refused. */
  finish(i: number, pops: number): void {
    this.settle();
    const { math } = this;
    if (math.raised !== 0 && math.refused) return;
    this.pack(i, math.result);
    for (let n = 0; n < pops; n++) this.pop();
  }

  /** As `finish`, onto a new top. The operand's exceptions come after those of the stack. */
  push(): void {
    if (!this.isEmpty(7)) {
      if (!this.stackFault(true)) return;
    } else {
      this.settle();
      if (this.math.raised !== 0 && this.math.refused) return;
    }
    this.turnKeeping(-1);
    this.pack(0, this.math.result);
  }

  /** A denormal number from memory, which is normal here: #D is told, but unmasked too it does not keep the number out. */
  pushDenormal(): void {
    this.math.result.kind = Kind.normal;
    if (this.isEmpty(7)) {
      this.math.raised |= Exception.denormal;
      this.settle();
      this.math.raised = 0;
    }
    this.push();
  }

  /** Whether ST(0) (and ST(i)) hold something; else #IS, and the masked answer in ST(destination). */
  has(i: number, destination: number, pops: number): boolean {
    if (!this.isEmpty(0) && !this.isEmpty(i)) return true;
    if (this.stackFault(false)) {
      this.pack(destination, this.math.result);
      for (let n = 0; n < pops; n++) this.pop();
    }
    return false;
  }

  /** Puts C1 back as it was before `begin`. */
  keepC1(before: number): void {
    this.#words[STATUS] = this.#words[STATUS]! | before;
  }

  /** C2 alone: whether an angle was too large, a remainder is incomplete. */
  setC2(): void {
    this.#words[STATUS] = this.#words[STATUS]! | Status.c2;
  }

  clearC2(): void {
    this.#words[STATUS] = this.#words[STATUS]! & ~Status.c2;
  }

  /** C0, C2 and C3 become these; C1 is set if it is among them. */
  setConditions(bits: number): void {
    this.#words[STATUS] = (this.#words[STATUS]! & ~(Status.c0 | Status.c2 | Status.c3)) | bits;
  }
}
