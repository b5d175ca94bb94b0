/**
 * What of a program's outcome can be compared with another processor: which status flags the manual leaves undefined,
 * and whether the program has done something that processors may answer differently (then it is "tainted", and thrown
 * away). It watches every instruction of the reference processor.
 */
import type { Fault } from "../../emulator/cpu/context.ts";
import type { ReferenceProcessor } from "../../emulator/cpu/reference.ts";
import { Flag, STATUS_FLAGS, Vector } from "../../emulator/cpu/state.ts";
import { ES, type Instruction, SS } from "../../emulator/isa/instruction.ts";
import { DATA, PAGE } from "./user-case.ts";

const RCX = 1;
const RSP = 4;
const RSI = 6;
const RDI = 7;

/**
 * Rows whose outcome is not the processor's alone: they end in the host's kernel, depend on time or on the processor's
 * make, or show tables that are the kernel's. (INT1 is hypervisors' own: under some its trap comes with the wrong RIP.)
 */
export const notComparable: ReadonlySet<string> = new Set([
  "syscall",
  "sysenter",
  "sysexit",
  "sysexitq",
  "sysret",
  "sysretq",
  "int",
  "int1",
  "cpuid",
  "rdtsc",
  "rdtscp",
  "rdpmc",
  "rdrand",
  "rdseed",
  "rdpid",
  "xgetbv",
  "rdpkru",
  "wrpkru",
  "sgdt",
  "sidt",
  "sldt",
  "str",
  "smsw",
  "lar",
  "lsl",
  "verr",
  "verw",
]);

/** Like far calls, processors access their frames in different orders and of different extent: near a page's end their faults differ. */
const farReturns = new Set(["retf", "iret", "iretd", "iretq"]);

const severalStores = new Set(["pusha", "pushad"]);

/** Rows that leave every flag alone for a masked count of 0. */
const counted = new Set(["shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr", "shld", "shrd"]);

export class Judge {
  readonly #cpu: ReferenceProcessor;
  /** Status flags whose present value the manual leaves open. */
  undefinedFlags = 0;
  tainted = false;
  /** It ended in an instruction of several stores, of which processors make some before they fault. */
  partialStores = false;
  #before = 0;

  constructor(cpu: ReferenceProcessor) {
    this.#cpu = cpu;
  }

  #register(index: number, bits: number): bigint {
    return BigInt.asUintN(bits, this.#cpu.state.get64("general", index));
  }

  /** To be told of each instruction before it is executed. `bytes`: its own. */
  observe(instruction: Instruction, bytes: Uint8Array): void {
    const { row } = instruction;
    this.#before = this.undefinedFlags;
    if (notComparable.has(row.mnemonic)) this.tainted = true;
    if (row.flags.reads & this.undefinedFlags) this.tainted = true;
    // A 66 prefix on a near branch of 64-bit code: Intel's processors ignore it, AMD's do not.
    if (row.size64 === "f64" && instruction.mode === 64 && bytes.subarray(0, 4).includes(0x66)) this.tainted = true;
    this.#judgeFrames(instruction);
    if (this.#changesFlags(instruction))
      this.undefinedFlags = ((this.undefinedFlags & ~row.flags.writes) | row.flags.undefined) & STATUS_FLAGS;
  }

  #judgeFrames({ row, operands }: Instruction): void {
    const farCall = row.mnemonic === "call" && /16:/.test(row.operands[0]!.notation);
    if (!farCall && !farReturns.has(row.mnemonic)) return;
    const released = operands[0];
    if (released?.kind === "immediate" && released.value > 64n) this.tainted = true;
    const { state } = this.#cpu;
    const wide = state.get32("codeSize") === 64;
    const pointerBits = wide ? 64 : state.get32("segmentAccess", SS) & 0x4000 ? 32 : 16;
    const base = wide ? 0n : state.get64("segmentBase", SS);
    const stack = Number(base + this.#register(RSP, pointerBits)) - DATA;
    if (stack < 16 || stack > PAGE - 128 || this.#cpu.flags & Flag.AC) this.tainted = true;
  }

  /** Whether the flags are written at all: not for counts of 0. */
  #changesFlags(instruction: Instruction): boolean {
    const { row, operands, operandSize, prefixes } = instruction;
    if (counted.has(row.mnemonic)) {
      const count = operands.at(-1)!;
      const value = count.kind === "immediate" ? Number(count.value) : Number(this.#register(RCX, 8));
      const masked = value & (operandSize === 64 ? 63 : 31);
      // The result of a double shift by more than its width.
      if (row.mnemonic.length === 4 && operandSize === 16 && masked > 16) this.tainted = true;
      return masked !== 0;
    }
    if (row.repeat !== "none" && prefixes !== 0) {
      const none = this.#register(RCX, instruction.addressSize) === 0n;
      // Whether a port's permission is checked for a count of 0 is not said.
      if (none && row.privilege === "iopl") this.tainted = true;
      return !none;
    }
    return true;
  }

  /** To be told when a repeated instruction goes on: one that overwrites itself is fetched anew at a moment of the processor's choice. */
  repeats(unchanged: boolean): void {
    if (!unchanged) this.tainted = true;
  }

  /** To be told of the fault that ends the program; `instruction` is null when it could not be fetched or decoded. */
  judgeFault(instruction: Instruction | null, fault: Fault): void {
    this.undefinedFlags = this.#before;
    if (instruction === null) {
      // Bytes of an instruction set that the table has not: x87 to AVX.
      if (fault.vector === Vector.UD) this.tainted = true;
      return;
    }
    const { mnemonic } = instruction.row;
    this.partialStores = severalStores.has(mnemonic);
    const cut = (register: number) => this.#register(register, instruction.addressSize);
    // Both operands fault: which is looked at first?
    if (mnemonic.startsWith("cmps")) {
      const source = instruction.segmentOverride < 0 ? 3 : instruction.segmentOverride;
      if (this.#faults(source, cut(RSI), 8) && this.#faults(ES, cut(RDI), 8)) this.tainted = true;
    }
    const bytes = (instruction.operandSize / 8) as 2 | 4 | 8;
    // Some processors change registers as they are popped, before a later one faults.
    if (mnemonic.startsWith("popa") && !this.#faults(SS, cut(RSP), bytes)) this.tainted = true;
    // A bad target, and no room for the return address.
    if (mnemonic === "call" && fault.vector === Vector.GP && this.#faults(SS, cut(RSP) - BigInt(bytes), bytes))
      this.tainted = true;
  }

  #faults(segment: number, offset: bigint, bytes: 2 | 4 | 8): boolean {
    try {
      this.#cpu.readSegment(segment, offset, bytes);
      return false;
    } catch {
      return true;
    }
  }

  reset(): void {
    this.undefinedFlags = 0;
    this.#before = 0;
    this.tainted = false;
    this.partialStores = false;
  }
}
