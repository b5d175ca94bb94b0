/**
 * Instructions whose outcome is not the processor's alone, or not the same from one to the next: they end in the host's kernel,
 * depend on time, chance or make, or show tables that are the kernel's. A program of one such instruction is run on both
 * processors, and each outcome is held to a written rule, by itself.
 */
import { Flag, STATUS_FLAGS, Vector } from "../../emulator/cpu/state.ts";
import type { Instruction } from "../../emulator/isa/instruction.ts";
import type { Register } from "../../emulator/isa/registers.ts";
import { SYSCALL_HANDLER } from "./linux-machine.ts";
import { Case, CODE, type Mode, PAGE, type RecordView, registerBits, WORD_OF_REGISTER, Word } from "./user-case.ts";

type Side = "ours" | "host";

/** One outcome and what a rule asks of it. What is wrong collects in `lines`. */
class Ruling {
  readonly lines: string[] = [];
  readonly instruction: Instruction;
  readonly side: Side;
  readonly given: RecordView;
  readonly outcome: RecordView;
  readonly #mode: Mode;

  constructor(instruction: Instruction, side: Side, given: RecordView, outcome: RecordView) {
    this.instruction = instruction;
    this.side = side;
    this.given = given;
    this.outcome = outcome;
    this.#mode = given.mode;
  }

  get vector(): number {
    return Number(this.outcome.u64[Word.vector]!);
  }

  /** The program went on behind the instruction, to the INT3 there. */
  get completed(): boolean {
    return this.vector === Vector.BP && this.outcome.u64[Word.rip] === this.behind + 1n;
  }

  get behind(): bigint {
    return this.given.u64[Word.rip]! + BigInt(this.instruction.length);
  }

  /** A register at the end. */
  register(index: number): bigint {
    return this.outcome.register(index);
  }

  expect(holds: boolean, what: string): void {
    if (!holds) this.lines.push(`${this.side}: ${what}`);
  }

  /** All registers but some are as they were, and so are the flags but some. */
  keeps({ but = [], flags = 0 }: { but?: readonly number[]; flags?: number } = {}): void {
    for (let index = 0; index < (this.#mode === 64 ? 16 : 8); index++) {
      const cut = (value: bigint) => BigInt.asUintN(registerBits(this.#mode, index), value);
      if (!but.includes(index))
        this.expect(cut(this.register(index)) === cut(this.given.register(index)), `register ${index} was changed`);
    }
    const changed =
      Number(this.outcome.u64[Word.flags]! ^ this.given.u64[Word.flags]!) & (STATUS_FLAGS | Flag.DF | Flag.AC) & ~flags;
    this.expect(changed === 0, `flags ${changed.toString(16)} were changed`);
  }

  /** It faulted with nothing changed. */
  faults(vector: number, errorCode = 0): void {
    this.expect(this.vector === vector, `vector ${this.vector}, not ${vector}`);
    this.expect(this.outcome.u64[Word.rip] === this.given.u64[Word.rip], "the fault is not the instruction's");
    this.expect(Number(this.outcome.u64[Word.error]!) === errorCode, `error code ${this.outcome.u64[Word.error]}`);
    this.keeps();
  }

  completes(): void {
    this.expect(this.completed, `vector ${this.vector} at ${this.outcome.u64[Word.rip]!.toString(16)}`);
  }

  /** 32 bits with zeros above, in 64-bit mode; elsewhere nobody sees what is above. */
  isNarrow(index: number): void {
    if (this.#mode === 64) this.expect(this.register(index) >> 32n === 0n, `register ${index} has an upper half`);
  }
}

const [RAX, RCX, RDX, RBX, R11] = [0, 1, 2, 3, 11] as const;

/** The register that is written: its number, and whether what lies above the operand is as it has to be. */
function destination(ruling: Ruling): number {
  const [operand] = ruling.instruction.operands;
  if (operand?.kind !== "register") return -1;
  const { index, bits } = operand.register;
  if (bits === 16)
    ruling.expect(
      ruling.register(index) >> 16n === ruling.given.register(index) >> 16n || ruling.given.mode !== 64,
      "bits above 15 were changed",
    );
  if (bits === 32) ruling.isNarrow(index);
  return index;
}

function readsTime(ruling: Ruling, ...written: number[]): void {
  ruling.completes();
  for (const index of written) ruling.isNarrow(index);
  ruling.keeps({ but: written });
}

/** vol. 2, RDRAND: CF says whether there was a number; the other status flags are 0; without one the destination is 0. */
function readsChance(ruling: Ruling): void {
  ruling.completes();
  const index = destination(ruling);
  const flags = Number(ruling.outcome.u64[Word.flags]!) & STATUS_FLAGS;
  ruling.expect((flags & ~Flag.CF) === 0, `flags ${flags.toString(16)}`);
  const bits = ruling.instruction.operandSize;
  if (flags === 0) ruling.expect(BigInt.asUintN(bits, ruling.register(index)) === 0n, "no number, but not 0");
  ruling.keeps({ but: [index], flags: STATUS_FLAGS });
}

/**
 * Under CR4.UMIP, #GP(0) at CPL 3 (vol. 3, 2.5); Linux then stores made-up values itself. Half of our cases run without UMIP:
 * the value is stored.
 */
function showsTables(ruling: Ruling): void {
  const faulted = [Vector.GP, Vector.SS, Vector.PF, Vector.AC].some((vector) => vector === ruling.vector);
  if (ruling.side === "ours" && !withoutUmip(ruling.given)) {
    // The fault of UMIP is found before those of the operand's address.
    ruling.faults(Vector.GP);
    return;
  }
  if (faulted) {
    ruling.keeps();
    return;
  }
  ruling.completes();
  const [operand] = ruling.instruction.operands;
  const written = operand?.kind === "register" ? [operand.register.index] : [];
  // Linux writes the lower half of a register of 32 bits alone.
  if (ruling.side === "ours") destination(ruling);
  ruling.keeps({ but: written });
}

const rules: Readonly<Record<string, (ruling: Ruling) => void>> = {
  rdtsc: (ruling) => readsTime(ruling, RAX, RDX),
  rdtscp: (ruling) => readsTime(ruling, RAX, RDX, RCX),
  cpuid: (ruling) => readsTime(ruling, RAX, RBX, RCX, RDX),
  rdpid(ruling) {
    ruling.completes();
    const index = destination(ruling);
    ruling.isNarrow(index);
    ruling.keeps({ but: [index] });
  },
  rdrand: readsChance,
  rdseed: readsChance,
  // CR4.PCE is 0 but where a profiler runs.
  rdpmc(ruling) {
    if (ruling.side === "host" && ruling.completed) readsTime(ruling, RAX, RDX);
    else ruling.faults(Vector.GP);
  },
  // XCR0 and, where there is XGETBV with ECX 1, the states in use.
  xgetbv(ruling) {
    if (ruling.completed) {
      ruling.expect(BigInt.asUintN(32, ruling.given.register(RCX)) < 2n, "there is no such register");
      readsTime(ruling, RAX, RDX);
    } else ruling.faults(ruling.vector === Vector.UD ? Vector.UD : Vector.GP);
  },
  // Gates of user mode are 3 and 4 alone, and 80, which is Linux's.
  int(ruling) {
    const [operand] = ruling.instruction.operands;
    const vector = operand?.kind === "immediate" ? Number(operand.value) : -1;
    if (vector !== Vector.BP && vector !== Vector.OF) {
      ruling.faults(Vector.GP, vector * 8 + 2);
      return;
    }
    ruling.expect(ruling.vector === vector, `vector ${ruling.vector}`);
    ruling.expect(ruling.outcome.u64[Word.rip] === ruling.behind, "the trap is not behind the instruction");
    ruling.keeps();
  },
  // Some hypervisors deliver it with the RIP of the instruction itself.
  int1(ruling) {
    ruling.expect(ruling.vector === Vector.DB, `vector ${ruling.vector}`);
    const rip = ruling.outcome.u64[Word.rip]!;
    ruling.expect(rip === ruling.behind || ruling.side === "host", "the trap is not behind the instruction");
    ruling.keeps();
  },
  // RCX ← RIP, R11 ← RFLAGS (vol. 2, SYSCALL); a number that is none makes Linux come back with −ENOSYS.
  syscall(ruling) {
    if (ruling.side === "ours") ruling.expect(ruling.vector === SYSCALL_HANDLER, `vector ${ruling.vector}`);
    else ruling.completes();
    ruling.expect(ruling.register(RCX) === ruling.behind, "RCX is not the return address");
    const flags = (ruling.register(R11) ^ ruling.given.u64[Word.flags]!) & BigInt(STATUS_FLAGS | Flag.DF | Flag.AC);
    ruling.expect(flags === 0n, "R11 is not RFLAGS");
    ruling.keeps({ but: ruling.side === "ours" ? [RCX, R11] : [RAX, RCX, R11] });
  },
  // No code segment is set up for it: #GP(0). AMD's processors have it outside long mode only (#UD).
  sysenter: (ruling) => ruling.faults(ruling.side === "ours" ? Vector.GP : Vector.UD),
  sgdt: showsTables,
  sidt: showsTables,
  sldt: showsTables,
  str: showsTables,
  smsw: showsTables,
};

/** Never compared, and without a rule: what returns from a system call is privileged, and its refusal the maker's choice (#GP or #UD). */
const refused = ["sysexit", "sysexitq", "sysret", "sysretq", "rdpkru", "wrpkru"];

/** Compared elsewhere: the transcendental functions, whose last bit is each maker's own (measured.ts). */
const elsewhere = "f2xm1 fyl2x fyl2xp1 fptan fpatan fsin fcos fsincos".split(" ");

/** Mnemonics that other programs must not execute. */
export const byRule: ReadonlySet<string> = new Set([...Object.keys(rules), ...refused, ...elsewhere]);
export const hasRule = (mnemonic: string): boolean => mnemonic in rules;

/** Whether our processor runs the case without CR4.UMIP: by the parity of some register. */
export const withoutUmip = ({ u32 }: RecordView): boolean => (u32[2 * WORD_OF_REGISTER[RBX]!]! & 1) !== 0;

/** Whether the instruction stores into the code page, and may thus make another program of the case. */
export function overwritesCode({ operands, length }: Instruction, given: RecordView): boolean {
  const [operand] = operands;
  if (operand?.kind !== "memory" || given.mode === 16) return false;
  const { base, index, scale, displacement, addressSize } = operand;
  const held = (register: Register) =>
    register.class === "instructionPointer"
      ? given.u64[Word.rip]! + BigInt(length)
      : BigInt.asUintN(addressSize, given.register(register.index));
  const offset = (base === null ? 0n : held(base)) + (index === null ? 0n : held(index) * BigInt(scale)) + displacement;
  // With the base of FS or GS, or without: whichever it is.
  return [0, 1, 2].some((i) => {
    const segment = i === 0 ? 0n : given.u64[Case.state / 8 + i - 1]!;
    const linear = BigInt.asUintN(64, BigInt.asUintN(addressSize, offset) + segment);
    return linear > CODE - 16 && linear < CODE + PAGE;
  });
}

/** A case of an instruction with a rule must not ask the host's kernel for anything, and should meet what there is. */
export function makeHarmless({ u32 }: RecordView, mnemonic: string): void {
  const set = (register: number, value: number) => {
    u32[2 * WORD_OF_REGISTER[register]!] = value;
    u32[2 * WORD_OF_REGISTER[register]! + 1] = 0;
  };
  // No single step.
  u32[2 * Word.flags] = u32[2 * Word.flags]! & ~Flag.TF;
  if (mnemonic === "syscall") set(RAX, 0x0765_4321);
  if (mnemonic === "xgetbv" && (u32[2 * WORD_OF_REGISTER[RBX]!]! & 1) !== 0) set(RCX, 0);
}

/** What is wrong with an outcome by the rule of the case's only instruction. */
export function rule(instruction: Instruction, side: Side, given: RecordView, outcome: RecordView): readonly string[] {
  const ruling = new Ruling(instruction, side, given, outcome);
  rules[instruction.row.mnemonic]!(ruling);
  return ruling.lines;
}
