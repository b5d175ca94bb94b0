/**
 * Random user-mode programs. They are made by walking: each instruction is chosen when the reference processor has
 * executed the ones before it, so its operands can be aimed at what the registers then hold: mostly at the data page,
 * often at its edges, sometimes beside it.
 */
import { type CpuModel, supports } from "../../emulator/cpu/cpuid.ts";
import { type EncodeOptions, encodeRow } from "../../emulator/isa/encode.ts";
import { EncodeError } from "../../emulator/isa/encode-error.ts";
import type { MemoryOperand, Operand, OperandSpec, Row } from "../../emulator/isa/instruction.ts";
import { Prefix } from "../../emulator/isa/instruction.ts";
import {
  controlRegisters,
  debugRegisters,
  eip,
  general,
  highBytes,
  type Register,
  rip,
  segments,
} from "../../emulator/isa/registers.ts";
import { rows } from "../../emulator/isa/table.ts";
import { notComparable } from "./judge.ts";
import type { Random } from "./random.ts";
import type { ReferenceRunner, Run } from "./reference-case.ts";
import {
  CODE_BYTES,
  codeBase,
  dataBase,
  INT3,
  type Mode,
  PAGE,
  registerBits,
  USER_CODE_16,
  USER_CODE_32,
  USER_CODE_64,
  USER_DATA,
  USER_DATA_16,
  type UserCase,
  WINDOW_BYTES,
  WINDOWS,
} from "./user-case.ts";

/** Features of table rows by the words of /proc/cpuinfo; the others are taken for granted. */
const hostNames: Readonly<Record<string, string>> = {
  ADX: "adx",
  BMI1: "bmi1",
  BMI2: "bmi2",
  LZCNT: "abm",
  POPCNT: "popcnt",
  MOVBE: "movbe",
  SSE4_2: "sse4_2",
  FSGSBASE: "fsgsbase",
  CLFLUSHOPT: "clflushopt",
  CLWB: "clwb",
  CX16: "cx16",
  SERIALIZE: "serialize",
  RDSEED: "rdseed",
  INVPCID: "invpcid",
};

/** The rows whose programs both processors can run. `hostFlags`: the words of /proc/cpuinfo's "flags". */
export function eligibleRows(mode: Mode, model: CpuModel, hostFlags: ReadonlySet<string>): Row[] {
  return rows.filter((row) => {
    const hostName = hostNames[row.feature];
    const onHost = hostName === undefined || hostFlags.has(hostName);
    // Far pointers with 64-bit offsets are Intel's alone.
    if (row.operands.some((spec) => spec.notation === "m16:64")) return false;
    // With a 66 prefix, AMD's processors still read 32 bits.
    if (row.mnemonic === "movsxd" && row.operandSize === 16) return false;
    // 0F 0D with a register is a NOP on Intel's processors and #UD on AMD's.
    if (row.mnemonic === "nop" && row.opcode === 0x0d) return false;
    return (
      row.modes[mode] && row.mnemonic !== "int3" && !notComparable.has(row.mnemonic) && supports(model, row) && onHost
    );
  });
}

/** Programs that have not ended after so many instructions are thrown away. */
export const STEP_LIMIT = 3000;

const OWN_CODE = { 16: USER_CODE_16, 32: USER_CODE_32, 64: USER_CODE_64 } as const;
const OWN_DATA = { 16: USER_DATA_16, 32: USER_DATA, 64: USER_DATA } as const;

export class Generator {
  readonly #random: Random;
  readonly #runner: ReferenceRunner;
  readonly #rows: readonly Row[];
  readonly #mode: Mode;
  /** Where the pages begin for the program. */
  readonly #data: number;
  readonly #code: number;
  /** Of the program in the making. */
  #windows = new Uint8Array(WINDOW_BYTES);

  constructor(random: Random, runner: ReferenceRunner, mode: Mode, eligible: readonly Row[]) {
    this.#random = random;
    this.#runner = runner;
    this.#mode = mode;
    this.#data = dataBase(mode);
    this.#code = codeBase(mode);
    this.#rows = eligible;
  }

  /** A program of at most `length` chosen instructions and what the reference makes of it; tries until one ends in time, untainted. */
  next(length: number): { program: UserCase; expected: Run } {
    for (;;) {
      const program = this.#build(length);
      const expected = this.#runner.run(program, STEP_LIMIT);
      if (expected !== null && !expected.tainted) return { program, expected };
    }
  }

  #build(length: number): UserCase {
    const random = this.#random;
    const start = random.once(8) ? PAGE - CODE_BYTES : 0x400;
    const windows = new Uint8Array(WINDOW_BYTES);
    this.#windows = windows;
    for (let i = 0; i < WINDOW_BYTES; i += 8) new DataView(windows.buffer).setBigUint64(i, this.#value(start), true);
    const code = new Uint8Array(CODE_BYTES).fill(INT3);
    const registers = Array.from({ length: 16 }, (_, i) =>
      BigInt.asUintN(registerBits(this.#mode, i), this.#value(start)),
    );
    // The stack pointer nearly always leads somewhere.
    if (!random.once(16)) registers[4] = BigInt(this.#pointer() & ~7);
    const status = random.word() & 0x8d5;
    const program: UserCase = {
      mode: this.#mode,
      start,
      code,
      general: registers,
      flags: status | (random.once(4) ? 0x400 : 0) | (random.once(40) ? 0x40000 : 0),
      windows,
    };
    const runner = this.#runner;
    runner.load(program);
    let frontier = 0;
    let chosen = 0;
    for (let steps = 0; steps < STEP_LIMIT; steps++) {
      const at = Number(runner.cpu.state.get64("rip")) - this.#code - start;
      if (at >= frontier && at < CODE_BYTES) {
        if (chosen === length) break;
        frontier = at;
        const bytes = this.#choose(start + at, chosen);
        if (frontier + bytes.length > CODE_BYTES) break;
        code.set(bytes, frontier);
        runner.patch(start + frontier, bytes);
        frontier += bytes.length;
        chosen++;
      }
      if (runner.step() !== null) break;
    }
    return program;
  }

  /** An address in or beside the data page, often at an edge. */
  #pointer(): number {
    const random = this.#random;
    switch (random.below(4)) {
      case 0:
        return this.#data + random.below(160) - 16;
      case 1:
        return this.#data + PAGE - 144 + random.below(160);
      default:
        return this.#data + PAGE / 2 - 128 + random.below(256);
    }
  }

  /** What registers and memory begin with: pointers to data and code, and numbers. */
  #value(start: number): bigint {
    const random = this.#random;
    if (random.once(3)) return BigInt(this.#pointer());
    if (random.once(8)) return BigInt(this.#code + start + random.below(64));
    if (random.once(16)) return BigInt(this.#selector());
    return random.edgy(64);
  }

  /** Mostly one that Linux's GDT has for user code. */
  #selector(): number {
    if (this.#mode === 16)
      return this.#random.pick([0, 3, USER_CODE_16, USER_CODE_16, USER_DATA_16, USER_DATA_16, 0x10]);
    return this.#random.pick([0, 1, 3, USER_CODE_32, USER_CODE_32, USER_DATA, USER_DATA, USER_CODE_64, 0x10, 0x28]);
  }

  /** Puts numbers of `bytes` each, one behind the other, into the data page, now and for the program's start; only windows can be written. */
  #plant(address: bigint, bytes: number, values: readonly (bigint | number)[]): void {
    const data = new Uint8Array(bytes * values.length);
    for (const [i, value] of values.entries())
      for (let k = 0; k < bytes; k++) data[i * bytes + k] = Number((BigInt(value) >> BigInt(8 * k)) & 0xffn);
    const offset = Number(address) - this.#data;
    let at = 0;
    for (const window of WINDOWS) {
      const within = offset - window.offset;
      if (within >= 0 && within + data.length <= window.bytes) {
        this.#windows.set(data, at + within);
        this.#runner.plant(offset, data);
      }
      at += window.bytes;
    }
  }

  /** What an instruction will find in memory, so that it does not only fault: far pointers, frames, selectors, bounds. */
  #prepare(row: Row, operands: readonly Operand[], at: number): void {
    const random = this.#random;
    const { state } = this.#runner.cpu;
    const size = (row.operandSize || this.#mode) / 8;
    const top = state.get64("general", 4);
    const target = this.#code + at + 8 + random.below(16);
    const code = random.once(4) ? this.#selector() : OWN_CODE[this.#mode];
    const flags = random.word() & 0xcd5;
    if (row.mnemonic === "retf") this.#plant(top, size, [target, code]);
    else if (row.mnemonic.startsWith("iret"))
      this.#plant(top, size, [
        target,
        code,
        flags,
        this.#pointer(),
        random.once(4) ? this.#selector() : OWN_DATA[this.#mode],
      ]);
    else if (row.mnemonic === "pop" && row.operands[0]!.bits === 16) this.#plant(top, size, [this.#selector()]);
    const memory = operands.find((operand) => operand.kind === "memory");
    if (memory === undefined) return;
    const spec = row.operands[operands.indexOf(memory)]!;
    const address = this.#addressOf(memory, at);
    if (spec.notation.startsWith("m16:")) {
      const bytes = spec.notation === "m16:16" ? 2 : 4;
      const selector = /^(jmp|call)$/.test(row.mnemonic) ? code : this.#selector();
      this.#plant(address, bytes, [target]);
      this.#plant(address + BigInt(bytes), 2, [selector]);
    } else if (row.mnemonic === "bound") {
      this.#plant(address, size, [-random.below(3), random.wide()]);
    } else if (row.operands[0]!.notation === "Sreg") this.#plant(address, 2, [this.#selector()]);
    else if (row.mnemonic.startsWith("cmpxchg") && random.once(2)) {
      this.#plant(address, Math.min(spec.bits / 8, 8), [state.get64("general", 0)]);
      if (row.mnemonic === "cmpxchg16b") this.#plant(address + 8n, 8, [state.get64("general", 2)]);
      if (row.mnemonic === "cmpxchg8b") this.#plant(address + 4n, 4, [state.get64("general", 2)]);
    }
  }

  /** Bytes of an instruction to stand at `at` in the code page. */
  #choose(at: number, position: number): Uint8Array {
    const random = this.#random;
    for (;;) {
      const row = random.pick(this.#rows);
      if (row.flags.reads & this.#runner.judge.undefinedFlags) continue;
      // Privileged instructions are only ever #GP(0) here.
      if (row.privilege !== 3 && !random.once(8)) continue;
      // Transfers to anywhere seldom come back: most of them last.
      if (position < 2 && /^(ret|retf|iret|jmp|call)/.test(row.mnemonic) && !random.once(4)) continue;
      const bytes = this.#encode(row, at);
      if (bytes !== null) return bytes;
    }
  }

  #encode(row: Row, at: number): Uint8Array | null {
    const random = this.#random;
    const options: { -readonly [K in keyof EncodeOptions]: EncodeOptions[K] } = {};
    let prefixes = 0;
    if (row.lockable && random.once(6)) prefixes |= Prefix.lock;
    if (row.repeat !== "none" && random.once(2)) prefixes |= random.once(2) ? Prefix.rep : Prefix.repne;
    options.prefixes = prefixes;
    if (random.once(12)) options.addressSize = this.#mode === 32 ? 16 : 32;
    if (random.once(10)) options.segmentOverride = random.pick([0, 2, 3]);
    const operands = row.operands.map((spec) => this.#operand(row, spec, at));
    if (operands.includes(null)) return null;
    try {
      const { bytes } = encodeRow(row, operands as Operand[], this.#mode, options);
      if (!random.once(8)) this.#prepare(row, operands as Operand[], at);
      return bytes;
    } catch (error) {
      if (error instanceof EncodeError) return null;
      throw error;
    }
  }

  #operand(row: Row, spec: OperandSpec, at: number): Operand | null {
    const random = this.#random;
    if (spec.fixed === 1) return { kind: "immediate", bits: 8, value: 1n };
    if (spec.fixed !== null) return { kind: "register", register: spec.fixed };
    switch (spec.source) {
      case "immediate":
        return this.#immediate(row, spec);
      case "relative":
        return {
          kind: "relative",
          bits: spec.bits,
          displacement: BigInt(random.once(4) ? -random.below(24) : random.below(24)),
        };
      case "far":
        return {
          kind: "far",
          selector: random.once(4) ? random.below(0x10000) : this.#selector(),
          offset: this.#code + at + 8 + random.below(16),
          bits: spec.bits as 16 | 32,
        };
      case "moffs":
        return this.#memory(spec, { base: null, index: null, scale: 1 }, at);
    }
    if (spec.memory && (!spec.register || random.once(2))) return this.#memory(spec, this.#addressing(), at);
    return { kind: "register", register: this.#register(spec) };
  }

  #immediate(row: Row, spec: OperandSpec): Operand {
    const bits = spec.signExtendTo || spec.bits;
    let value = this.#random.edgy(spec.bits);
    if (row.mnemonic === "enter" && spec.bits === 16) value &= 0xffn;
    // Beyond the stack's page processors disagree whether the page fault or the selector's fault comes first.
    if (row.mnemonic === "retf") value &= 0x3fn;
    if (spec.signExtendTo !== 0) value = BigInt.asUintN(bits, BigInt.asIntN(spec.bits, value));
    return { kind: "immediate", bits, value };
  }

  #register(spec: OperandSpec): Register {
    const random = this.#random;
    if (spec.notation === "Sreg") return random.pick([segments[0]!, segments[3]!]);
    if (spec.notation === "CR") return random.pick(controlRegisters.slice(0, this.#mode === 64 ? 9 : 5));
    if (spec.notation === "DR") return random.pick(debugRegisters.slice(0, 8));
    const bits = spec.registerBits as 8 | 16 | Mode;
    if (bits === 8 && random.once(4)) return random.pick(highBytes);
    const index = random.below(this.#mode === 64 ? 16 : bits === 8 ? 4 : 8);
    // The upper half of ESP is not the program's own in 16-bit code.
    return general[bits][this.#mode === 16 && bits === 32 && index === 4 ? 5 : index]!;
  }

  #addressing(): { base: Register | null; index: Register | null; scale: 1 | 2 | 4 | 8 } {
    const random = this.#random;
    const narrow = random.once(10);
    if (this.#mode === 16 ? !narrow : this.#mode === 32 && narrow) return this.#addressing16();
    const family = general[this.#mode === 64 && !narrow ? 64 : 32];
    const count = this.#mode === 64 ? 16 : 8;
    if (this.#mode === 64 && random.once(12)) return { base: narrow ? eip : rip, index: null, scale: 1 };
    let index: Register | null = random.once(3) ? family[random.below(count)]! : null;
    if (index?.index === 4) index = null;
    const base = random.once(12) ? null : family[random.below(count)]!;
    return {
      base: this.#mode === 16 && base?.index === 4 ? null : base,
      index,
      scale: random.pick([1, 2, 4, 8]),
    };
  }

  #addressing16(): { base: Register; index: Register | null; scale: 1 } {
    const random = this.#random;
    const [bx, bp, si, di] = [3, 5, 6, 7].map((i) => general[16][i]!);
    if (random.once(2)) return { base: random.pick([bx!, bp!]), index: random.pick([si!, di!]), scale: 1 };
    return { base: random.pick([bx!, bp!, si!, di!]), index: null, scale: 1 };
  }

  /** Base and scaled index as they are now. */
  #sum({ base, index, scale }: Pick<MemoryOperand, "base" | "index" | "scale">, at: number): bigint {
    const { state } = this.#runner.cpu;
    // How long the instruction will be is not known yet.
    const held = (register: Register) =>
      register.class === "instructionPointer" ? BigInt(this.#code + at + 8) : state.get64("general", register.index);
    return (base === null ? 0n : held(base)) + (index === null ? 0n : held(index) * BigInt(scale));
  }

  #addressOf(operand: MemoryOperand, at: number): bigint {
    return BigInt.asUintN(operand.addressSize, this.#sum(operand, at) + operand.displacement);
  }

  /** A memory operand; where the registers allow it, its displacement is chosen so that it lies in or near the data page. */
  #memory(
    spec: OperandSpec,
    { base, index, scale }: { base: Register | null; index: Register | null; scale: 1 | 2 | 4 | 8 },
    at: number,
  ): Operand | null {
    const random = this.#random;
    const addressSize = (base ?? index)?.bits ?? this.#mode;
    const moffs = spec.source === "moffs";
    const sum = this.#sum({ base, index, scale }, at);
    const near = BigInt(this.#pointer());
    const wanted = spec.bits === 128 && !random.once(8) ? near & ~15n : near;
    const reachBits = moffs ? addressSize : addressSize === 16 ? 16 : 32;
    let displacement = BigInt.asIntN(addressSize, wanted - sum);
    const reaches = BigInt.asIntN(reachBits, displacement) === displacement;
    if (!reaches) {
      // Out of reach: another operand, or seldom one that faults.
      if (!random.once(12)) return null;
      displacement = BigInt.asIntN(reachBits, random.edgy(reachBits));
    }
    if (addressSize === 64 && !moffs && BigInt.asIntN(32, displacement) !== displacement) return null;
    // Linux's user segments are flat, FS and GS are null: in 32-bit code every access through them faults.
    const usual = base !== null && (base.index === 4 || base.index === 5) && base.class === "general" ? 2 : 3;
    const segment = random.once(12) ? random.pick(this.#mode === 64 ? [4, 5] : [0, 2, 3, 4]) : usual;
    const operand: MemoryOperand = {
      kind: "memory",
      bits: spec.bits,
      segment,
      base,
      index,
      scale: index === null ? 1 : scale,
      displacement,
      addressSize: addressSize as Mode,
    };
    return operand;
  }
}
