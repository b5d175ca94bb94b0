/**
 * What of a program's outcome can be compared with another processor: which status flags the manual leaves undefined,
 * and whether the program has done something that processors may answer differently (then it is "tainted", and thrown
 * away, for a reason of left-out.ts). It watches every instruction before our processor executes it.
 */
import { type AccessBytes, type CpuContext, Fault } from "../../emulator/cpu/context.ts";
import { Flag, STATUS_FLAGS, Vector } from "../../emulator/cpu/state.ts";
import { ES, type Instruction, type MemoryOperand, type Row, SS } from "../../emulator/isa/instruction.ts";
import { differsByMaker } from "./eligible.ts";
import { HEADER, isExtended, isImageRow, OTHER_STATES, savesImage } from "./images.ts";
import type { Reason } from "./left-out.ts";
import { byRule } from "./rules.ts";
import { DATA, PAGE, USER_CODE_64, USER_DATA, USER_DATA_16 } from "./user-case.ts";

const RAX = 0;
const RCX = 1;
const RDX = 2;
const RSP = 4;
const RSI = 6;
const RDI = 7;

/** Like far calls, processors access their frames in different orders and of different extent: near a page's end their faults differ. */
const farReturns = new Set(["retf", "iret", "iretd", "iretq"]);
const isFarCall = ({ mnemonic, operands }: Row): boolean => mnemonic === "call" && /16:/.test(operands[0]!.notation);
/** Of several stores, of which some processors make the first ones before they fault (AMD's far call even before it looks at the target). */
const hasSeveralStores = (row: Row): boolean => row.mnemonic.startsWith("pusha") || isFarCall(row) || savesImage(row);
/** Their operand is a selector; some name descriptors that Linux fills in for itself. */
const selectorReaders = new Set(["lar", "lsl", "verr", "verw"]);
/** What makers decide, or differ in, when a row faults. */
function reasonWhenFaulting({ row, operands, mode }: Instruction, exception: number, cr2: bigint): Reason | null {
  const { vector, mnemonic, feature } = row;
  if (vector?.type === 12) return "gatherFault";
  if (/^v?p?maskmov/.test(mnemonic)) return "maskedFault";
  if (vector?.state === "mmx-sse" && exception === Vector.XM) return "mmxOrder";
  const ofStack = isImageRow(row) && operands.some((operand) => operand.kind === "memory" && operand.segment === SS);
  if (vector?.aligned === true ? exception === Vector.SS : ofStack && exception === Vector.GP) return "alignedStack";
  if (feature === "SHA" && exception === Vector.GP) return "shaAlignment";
  if ((isImageRow(row) || /^f(ldenv|rstor)$/.test(mnemonic)) && exception === Vector.PF) return "imageOrder";
  const isWide = operands.some((operand) => operand.kind === "memory" && operand.bits === 256);
  const beforeEnd = mode !== 64 && (cr2 & 0xffffn) >= 0x1_0000n - 32n;
  return isWide && (exception === Vector.AC || (exception === Vector.PF && beforeEnd)) ? "wideLimit" : null;
}

/** Rows that leave every flag alone for a masked count of 0. */
const counted = new Set(["shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr", "shld", "shrd"]);

/** What the judge does at a row, found out once. */
const Concern = {
  flags: 1,
  frames: 2,
  count: 4,
  repeat: 8,
  selector: 16,
  bothOperands: 32,
  call: 64,
  popa: 128,
  taint: 256,
  loop: 512,
  image: 1024,
  mxcsr: 2048,
  cvtpi2ps: 4096,
  masked: 8192,
} as const;
/** What depends on registers or memory. */
const LOOKING =
  Concern.frames |
  Concern.selector |
  Concern.bothOperands |
  Concern.call |
  Concern.popa |
  Concern.image |
  Concern.mxcsr |
  Concern.cvtpi2ps |
  Concern.masked;
const concerns = new Map<Row, number>();

function concernsOf(row: Row): number {
  let mask = concerns.get(row);
  if (mask !== undefined) return mask;
  const { mnemonic, flags } = row;
  mask = 0;
  if ((flags.writes | flags.undefined) & STATUS_FLAGS) mask |= Concern.flags;
  if (farReturns.has(mnemonic) || isFarCall(row)) mask |= Concern.frames;
  if (counted.has(mnemonic)) mask |= Concern.count;
  if (row.repeat !== "none") mask |= Concern.repeat;
  if (selectorReaders.has(mnemonic)) mask |= Concern.selector;
  if (mnemonic.startsWith("cmps")) mask |= Concern.bothOperands;
  if (mnemonic === "call") mask |= Concern.call;
  if (mnemonic.startsWith("popa")) mask |= Concern.popa;
  if (mnemonic.startsWith("loop")) mask |= Concern.loop;
  if (byRule.has(mnemonic) || differsByMaker(row) !== null) mask |= Concern.taint;
  if (isImageRow(row)) mask |= Concern.image;
  if (/^(v?ldmxcsr|fxrstor|xrstor)/.test(mnemonic)) mask |= Concern.mxcsr;
  if (/^vp?(maskmovp?[sdq]|gather)/.test(mnemonic)) mask |= Concern.masked;
  if (mnemonic === "cvtpi2ps") mask |= Concern.cvtpi2ps;
  concerns.set(row, mask);
  return mask;
}

/** Of the x87 status word. */
const TOP = 0x3800;
/** Where FXSAVE's and XSAVE's areas have MXCSR; its upper half with AMD's MM alone. */
const MXCSR_IN_IMAGE = 24;
const MISALIGNED_MASK = 2n;

/** Selectors of descriptors in Linux's GDT that are not ours. */
const FIRST_OTHER = 0x40;
const BEHIND_GDT = 0x80;

/** What would be compared if the present instruction faulted. */
const Doubt = { none: 0, always: 1, generalProtection: 2 } as const;

export class Judge {
  readonly #cpu: CpuContext;
  /** Status flags whose present value the manual leaves open. */
  undefinedFlags = 0;
  /** Why the program cannot be compared: it has done what processors may answer differently. */
  reason: Reason | null = null;
  /** It ended in an instruction of several stores, of which processors make some before they fault. */
  partialStores = false;
  /** What that was before the present instruction. */
  before = 0;
  #doubt: number = Doubt.none;
  /** Of the present instruction, in bytes. */
  #length = 0;

  constructor(cpu: CpuContext) {
    this.#cpu = cpu;
  }

  reset(): void {
    this.undefinedFlags = 0;
    this.before = 0;
    this.reason = null;
    this.partialStores = false;
    this.#doubt = Doubt.none;
  }

  get tainted(): boolean {
    return this.reason !== null;
  }

  /** The first reason stays. */
  taint(reason: Reason): void {
    this.reason ??= reason;
  }

  /** Whether the verdict on an instruction depends on registers or memory, so that those before it must have been executed. */
  static looks({ row, prefixes, operands }: Instruction): boolean {
    const concern = concernsOf(row);
    if (concern & LOOKING) return true;
    if (concern & Concern.count) return operands.at(-1)!.kind !== "immediate";
    return (concern & Concern.repeat) !== 0 && prefixes !== 0;
  }

  #register(index: number, bits: number): bigint {
    return BigInt.asUintN(bits, this.#cpu.state.get64("general", index));
  }

  /** To be told of each instruction before it is executed. `narrow`: a 66 prefix stands in front of it. */
  observe(instruction: Instruction, narrow: boolean): void {
    const { row } = instruction;
    this.before = this.undefinedFlags;
    this.#doubt = Doubt.none;
    this.#length = instruction.length;
    if (row.flags.reads & this.undefinedFlags) this.taint("undefinedFlags");
    if (narrow && row.size64 === "f64" && instruction.mode === 64) this.taint("narrowBranch");
    const concern = concernsOf(row);
    if (concern === 0) return;
    if (concern & Concern.loop && instruction.prefixes !== 0) this.taint("reservedRepeat");
    if (concern & Concern.taint) this.taint("ruled");
    if (concern & Concern.cvtpi2ps) this.#judgeTransition(instruction);
    if (concern & Concern.masked) this.#judgeMasked(instruction);
    if (concern & Concern.mxcsr) this.#judgeMxcsr(instruction);
    if (concern & Concern.image) this.#judgeImage(instruction);
    if (concern & Concern.frames) this.#judgeFrames(instruction);
    if (concern & Concern.selector) this.#judgeSelector(instruction);
    if (concern & (Concern.bothOperands | Concern.call | Concern.popa)) this.#judgeOrder(instruction, concern);
    if (concern & (Concern.flags | Concern.repeat | Concern.count) && this.#changesFlags(instruction, concern))
      this.undefinedFlags = ((this.undefinedFlags & ~row.flags.writes) | row.flags.undefined) & STATUS_FLAGS;
  }

  #judgeFrames({ row, operands, operandSize }: Instruction): void {
    const released = operands[0];
    if (released?.kind === "immediate" && released.value > 64n) this.taint("farFrame");
    const { state } = this.#cpu;
    const wide = state.get32("codeSize") === 64;
    const pointerBits = wide ? 64 : state.get32("segmentAccess", SS) & 0x4000 ? 32 : 16;
    const base = wide ? 0n : state.get64("segmentBase", SS);
    const stack = Number(base + this.#register(RSP, pointerBits)) - DATA;
    if (stack < 16 || stack > PAGE - 128 || this.#cpu.flags & Flag.AC) this.taint("farFrame");
    else if (farReturns.has(row.mnemonic)) {
      // A target beyond the new segment, and a bad stack segment.
      const bytes = (operandSize / 8) as 2 | 4 | 8;
      const at = BigInt(stack) + BigInt(DATA);
      const target = this.#cpu.readLinear(at, bytes);
      const selector = Number(this.#cpu.readLinear(at + BigInt(bytes), 2));
      const limit = selector & 4 ? 0xffffn : (selector & ~3) === (USER_CODE_64 & ~3) ? 0x7fff_ffff_ffffn : 0xffff_ffffn;
      if (target > limit) this.#doubt = Doubt.generalProtection;
    }
  }

  /** Whether the flags are written at all: not for counts of 0. */
  #changesFlags(instruction: Instruction, concern: number): boolean {
    const { row, operands, operandSize, prefixes } = instruction;
    if (concern & Concern.count) {
      const count = operands.at(-1)!;
      const value = count.kind === "immediate" ? Number(count.value) : Number(this.#register(RCX, 8));
      const masked = value & (operandSize === 64 ? 63 : 31);
      // The result of a double shift by more than its width.
      if (row.mnemonic.length === 4 && operandSize === 16 && masked > 16) this.taint("wideDoubleShift");
      return masked !== 0;
    }
    if (concern & Concern.repeat && prefixes !== 0) {
      const none = this.#register(RCX, instruction.addressSize) === 0n;
      // Whether a port's permission is checked for a count of 0 is not said.
      if (none && row.privilege === "iopl") this.taint("noRepetition");
      return !none;
    }
    return true;
  }

  /** So many bytes of a memory operand, or null if they cannot be read. */
  #peek(operand: MemoryOperand, bytes: AccessBytes, from = 0): bigint | null {
    const { state } = this.#cpu;
    const of = (register: typeof operand.base) =>
      register === null
        ? 0n
        : register.class === "instructionPointer"
          ? state.get64("rip") + BigInt(this.#length)
          : this.#register(register.index, register.bits);
    const offset = of(operand.base) + of(operand.index) * BigInt(operand.scale) + operand.displacement + BigInt(from);
    try {
      return this.#cpu.readSegment(operand.segment, BigInt.asUintN(operand.addressSize, offset), bytes);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return null;
    }
  }

  /** Linux's GDT has the TSS, the LDT, three segments of the thread's and one with the processor's number where we have others. */
  #judgeSelector({ operands }: Instruction): void {
    const operand = operands.at(-1)!;
    let selector: number;
    if (operand.kind === "register") selector = Number(this.#register(operand.register.index, 16));
    else if (operand.kind === "memory") selector = Number(this.#peek(operand, 2) ?? 0n);
    else return;
    if ((selector & 4) === 0 && selector >= FIRST_OTHER && selector < BEHIND_GDT) this.taint("selector");
  }

  /** Through a segment that forbids what is not wanted of it: AMD's processors fault all the same. */
  #judgeMasked({ operands, mode }: Instruction): void {
    const area = operands.find((operand) => operand.kind === "memory");
    if (mode === 64 || area === undefined) return;
    const selector = this.#cpu.state.get32("segmentSelector", area.segment);
    if (selector !== USER_DATA && selector !== USER_DATA_16) this.taint("nullSegment");
  }

  /** With memory: whether a transition to MMX's order of registers would show. */
  #judgeTransition({ operands }: Instruction): void {
    const { state } = this.#cpu;
    const isInOrder = (state.get32("x87Status") & TOP) === 0 && state.get32("x87Tags") === 0xff;
    if (operands[1]!.kind === "memory" && !isInOrder) this.taint("cvtpi2ps");
  }

  /** Whether an MXCSR would be loaded that AMD's processors take and Intel's do not. */
  #judgeMxcsr({ row, operands }: Instruction): void {
    const [operand] = operands;
    if (operand?.kind !== "memory") return;
    const mxcsr = this.#peek(operand, 4, row.mnemonic.endsWith("ldmxcsr") ? 0 : MXCSR_IN_IMAGE) ?? 0n;
    if (mxcsr >> 16n === MISALIGNED_MASK) this.taint("misalignedMask");
  }

  #judgeImage({ row, operands }: Instruction): void {
    const { state, flags } = this.#cpu;
    // A trap between the instruction and its closing, or a fault in it.
    if (savesImage(row) && (flags & (Flag.AC | Flag.TF)) !== 0) this.taint("openImage");
    if (!isExtended(row)) return;
    const mask = (this.#register(RDX, 32) << 32n) | this.#register(RAX, 32);
    if ((mask & OTHER_STATES) !== 0n) this.taint("otherStates");
    if (!savesImage(row)) {
      for (const word of [HEADER, HEADER + 8])
        if (((this.#peek(operands[0] as MemoryOperand, 8, word) ?? 0n) & OTHER_STATES) !== 0n)
          this.taint("otherStates");
      return;
    }
    const isZero = (first: number) => {
      for (let i = first; i < 64; i += 4)
        if (state.get64("vector", i) !== 0n || state.get64("vector", i + 1) !== 0n) return false;
      return true;
    };
    const isX87Initial =
      state.get32("x87Control") === 0x37f && state.get32("x87Status") === 0 && state.get32("x87Tags") === 0;
    if (isX87Initial || isZero(0) || isZero(2)) this.taint("initialState");
  }

  /** Instructions of which more than one part may fault: which comes first? Decided before they are executed. */
  #judgeOrder(instruction: Instruction, concern: number): void {
    const cut = (register: number) => this.#register(register, instruction.addressSize);
    const bytes = (instruction.operandSize / 8) as 2 | 4 | 8;
    const stack = this.#register(RSP, this.#stackBits());
    if (concern & Concern.bothOperands) {
      const source = instruction.segmentOverride < 0 ? 3 : instruction.segmentOverride;
      if (this.#faults(source, cut(RSI), bytes) && this.#faults(ES, cut(RDI), bytes)) this.#doubt = Doubt.always;
    } else if (concern & Concern.popa) {
      // Some processors change registers as they are popped, before a later one faults.
      if (!this.#faults(SS, stack, bytes)) this.#doubt = Doubt.always;
    } else if (this.#faults(SS, BigInt.asUintN(this.#stackBits(), stack - BigInt(bytes)), bytes))
      // A bad target, and no room for the return address.
      this.#doubt = Doubt.generalProtection;
  }

  #stackBits(): 16 | 32 | 64 {
    const { state } = this.#cpu;
    return state.get32("codeSize") === 64 ? 64 : state.get32("segmentAccess", SS) & 0x4000 ? 32 : 16;
  }

  #faults(segment: number, offset: bigint, bytes: AccessBytes): boolean {
    try {
      this.#cpu.readSegment(segment, offset, bytes);
      return false;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return true;
    }
  }

  /** To be told when a repeated instruction goes on: one that overwrites itself is fetched anew at a moment of the processor's choice. */
  repeats(unchanged: boolean): void {
    if (!unchanged) this.taint("changedRepetition");
  }

  /** To be told of the fault that ends the program in `instruction`, which is null when it could not be fetched or decoded. */
  judgeFault(instruction: Instruction | null, vector: number): void {
    if (instruction === null) {
      // Bytes of an instruction set that the table has not.
      if (vector === Vector.UD) this.taint("unknownBytes");
      return;
    }
    this.undefinedFlags = this.before;
    this.partialStores = hasSeveralStores(instruction.row);
    const reason = reasonWhenFaulting(instruction, vector, this.#cpu.state.get64("cr2"));
    if (reason !== null) this.taint(reason);
    if (this.#doubt === Doubt.always || (this.#doubt === Doubt.generalProtection && vector === Vector.GP))
      this.taint("faultOrder");
  }
}
