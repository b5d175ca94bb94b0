/**
 * Runs user cases on the reference processor, as a process of Linux would see it: CPL 3, Linux's segments, the two pages
 * of a case behind 4-level paging. Beside the outcome it says which flags the manual leaves undefined, so that a
 * comparison can leave them out.
 */
import { Fault, type Helpers } from "../../emulator/cpu/context.ts";
import { evaluate } from "../../emulator/cpu/evaluate.ts";
import { helpers } from "../../emulator/cpu/helpers.ts";
import { ReferenceProcessor } from "../../emulator/cpu/reference.ts";
import { Flag, STATUS_FLAGS, Vector } from "../../emulator/cpu/state.ts";
import { type Instruction, SS } from "../../emulator/isa/instruction.ts";
import { CODE_FRAME, DATA_FRAME, enterProgram, MACHINE_BYTES, prepareMachine } from "./linux-machine.ts";
import { CODE, checksumOf, DATA, type Outcome, PAGE, type UserCase } from "./user-case.ts";

const RSP = 4;
const RSI = 6;
const RDI = 7;

/** The GDT and the TSS lie in the kernel's half. */
const _SYSTEM = 0xffff_ff80_0000_0000n;

/** Linux's GDT (arch/x86/include/asm/segment.h): kernel code and data, user 32-bit code, data, 64-bit code. */
const _GDT: readonly bigint[] = [
  0n,
  0x00cf_9b00_0000_ffffn,
  0x00af_9b00_0000_ffffn,
  0x00cf_9300_0000_ffffn,
  0x00cf_fb00_0000_ffffn,
  0x00cf_f300_0000_ffffn,
  0x00af_fb00_0000_ffffn,
  // TSS, LDT and three empty slots for threads, which user code cannot load; then the processor's number.
  ...new Array(8).fill(0n),
  0x0040_f500_0000_0000n,
];

export interface Run extends Outcome {
  /** Status flags whose final value the manual leaves open. */
  readonly undefinedFlags: number;
  /** A flag was read while it was undefined, or something else happened that processors may answer differently. */
  readonly tainted: boolean;
  /** It ended in an instruction of several stores, of which processors make some before they fault. */
  readonly partialStores: boolean;
  /** Row ids of the instructions executed to their end. */
  readonly rows: readonly number[];
  readonly instructions: number;
}

const severalStores = new Set(["pusha", "pushad"]);

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

/** Rows that leave every flag alone for a masked count of 0. */
const counted = new Set(["shl", "sal", "shr", "sar", "rol", "ror", "rcl", "rcr", "shld", "shrd"]);

/** INT3, INTO and INT1 end a program like a fault, with RIP behind them. */
const userHelpers: Helpers = {
  ...helpers,
  softwareInterrupt: (cpu, vector, _kind, rip) => {
    cpu.state.set64("rip", rip!);
    throw new Fault(Number(vector));
  },
};

export class ReferenceRunner {
  readonly cpu = new ReferenceProcessor(MACHINE_BYTES);
  #undefined = 0;
  #tainted = false;
  #partialStores = false;
  #rows: number[] = [];

  constructor() {
    prepareMachine(this.cpu, (address, bytes) => this.cpu.memory.set(bytes, address));
  }

  #page(frame: number): Uint8Array {
    return this.cpu.memory.subarray(frame, frame + PAGE);
  }

  /** Puts the processor where the program begins. Code bytes beyond `code` are INT3. */
  load(program: UserCase): void {
    enterProgram(this.cpu, (address, bytes) => this.cpu.memory.set(bytes, address), program);
    this.#undefined = 0;
    this.#tainted = false;
    this.#partialStores = false;
    this.#rows = [];
  }

  /** Status flags that are undefined now. */
  get undefinedFlags(): number {
    return this.#undefined;
  }

  /** Overwrites code bytes; `offset` in the code page. */
  patch(offset: number, bytes: Uint8Array): void {
    this.#page(CODE_FRAME).set(bytes, offset);
  }

  /** Overwrites data; `offset` in the data page. */
  plant(offset: number, bytes: Uint8Array): void {
    this.#page(DATA_FRAME).set(bytes, offset);
  }

  /** One instruction. Null, or the fault (or single-step trap) that ends the program. */
  step(): Fault | null {
    const { cpu } = this;
    const trap = (cpu.flags & Flag.TF) !== 0;
    let instruction: Instruction | null = null;
    const before = this.#undefined;
    const start = cpu.state.get64("rip");
    let bytes = "";
    try {
      instruction = cpu.fetch();
      bytes = this.#codeAt(start, instruction.length);
      // A 66 prefix on a near branch of 64-bit code: Intel's processors ignore it, AMD's do not.
      if (instruction.row.size64 === "f64" && /^(?:\d+,){0,3}102,/.test(bytes) && instruction.mode === 64)
        this.#tainted = true;
      this.#observe(instruction);
      evaluate(cpu, userHelpers, instruction);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#undefined = before;
      this.#judgeFault(instruction, thrown);
      return thrown;
    }
    // A repeated instruction that overwrites itself is fetched anew at a moment of the processor's choice.
    const again = cpu.state.get64("rip") === start && instruction.prefixes !== 0;
    if (again && this.#codeAt(start, instruction.length) !== bytes) this.#tainted = true;
    this.#rows.push(instruction.row.id);
    return trap ? new Fault(Vector.DB) : null;
  }

  /** Faults whose particulars the manual leaves open, or that come from what is not implemented yet. */
  #judgeFault(instruction: Instruction | null, fault: Fault): void {
    if (instruction === null) {
      // Bytes of an instruction set that the table has not: x87 to AVX.
      if (fault.vector === Vector.UD) this.#tainted = true;
      return;
    }
    const { mnemonic } = instruction.row;
    this.#partialStores = severalStores.has(mnemonic);
    // Both operands fault: which is looked at first?
    const cut = (register: number) =>
      BigInt.asUintN(instruction.addressSize, this.cpu.state.get64("general", register));
    if (mnemonic.startsWith("cmps") && this.#faults(cut(RSI)) && this.#faults(cut(RDI))) this.#tainted = true;
    // Some processors change registers as they are popped, before a later one faults.
    if (mnemonic.startsWith("popa") && fault.address !== cut(RSP)) this.#tainted = true;
    // A bad target, and no room for the return address.
    if (mnemonic === "call" && fault.vector === Vector.GP && this.#faults(cut(RSP) - 8n)) this.#tainted = true;
  }

  #faults(offset: bigint): boolean {
    try {
      this.cpu.readSegment(SS, offset, 1);
      return false;
    } catch {
      return true;
    }
  }

  /** Code bytes at an address, as a string to compare; "" when it leaves the code page. */
  #codeAt(rip: bigint, length: number): string {
    const offset = Number(rip) - CODE;
    return offset < 0 || offset + length > PAGE
      ? ""
      : this.#page(CODE_FRAME)
          .subarray(offset, offset + length)
          .join();
  }

  /** Which flags the instruction reads and leaves undefined, seen before it is executed. */
  #observe(instruction: Instruction): void {
    const { row } = instruction;
    if (notComparable.has(row.mnemonic)) this.#tainted = true;
    if (row.flags.reads & this.#undefined) this.#tainted = true;
    const farCall = row.mnemonic === "call" && /16:/.test(row.operands[0]!.notation);
    if (farCall || farReturns.has(row.mnemonic)) {
      const stack = Number(this.cpu.state.get64("general", RSP)) - DATA;
      const released = instruction.operands[0];
      if (released?.kind === "immediate" && released.value > 64n) this.#tainted = true;
      if (stack < 16 || stack > PAGE - 128 || this.cpu.flags & Flag.AC) this.#tainted = true;
    }
    if (counted.has(row.mnemonic)) {
      const count = instruction.operands.at(-1)!;
      const value =
        count.kind === "immediate" ? Number(count.value) : Number(this.cpu.state.get64("general", 1) & 0xffn);
      const masked = value & (instruction.operandSize === 64 ? 63 : 31);
      if (masked === 0) return;
      if (row.mnemonic.length === 4 && instruction.operandSize === 16 && masked > 16) this.#tainted = true;
    }
    if (row.repeat !== "none" && instruction.prefixes !== 0) {
      const mask = (1n << BigInt(instruction.addressSize)) - 1n;
      const zero = (this.cpu.state.get64("general", 1) & mask) === 0n;
      // Whether a port's permission is checked for a count of 0 is not said.
      if (zero && row.privilege === "iopl") this.#tainted = true;
      if (zero) return;
    }
    this.#undefined = ((this.#undefined & ~row.flags.writes) | row.flags.undefined) & STATUS_FLAGS;
  }

  /** Runs until the program's end, or null if that does not come within `limit` instructions. */
  finish(limit: number): Run | null {
    for (let i = 0; i < limit; i++) {
      const fault = this.step();
      if (fault !== null) return this.#result(fault);
    }
    return null;
  }

  run(program: UserCase, limit: number): Run | null {
    this.load(program);
    return this.finish(limit);
  }

  #result(fault: Fault): Run {
    const { state } = this.cpu;
    return {
      vector: fault.vector,
      errorCode: fault.errorCode ?? 0,
      cr2: fault.address ?? 0n,
      rip: state.get64("rip"),
      general: Array.from({ length: 16 }, (_, i) => state.get64("general", i)),
      flags: this.cpu.flags,
      checksum: checksumOf(this.#page(DATA_FRAME), this.#page(CODE_FRAME)),
      undefinedFlags: this.#undefined,
      tainted: this.#tainted,
      partialStores: this.#partialStores,
      rows: this.#rows,
      instructions: this.#rows.length,
    };
  }
}
