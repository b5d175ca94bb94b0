/**
 * Chooses the operands of one instruction by what the registers hold now: mostly so that they lie in the data page, often at
 * its edges, sometimes beside it; and says what the instruction should find in memory, so that it does not only fault.
 */
import type { CpuContext } from "../../emulator/cpu/context.ts";
import { decode } from "../../emulator/isa/decode.ts";
import { type EncodeOptions, encodeRow } from "../../emulator/isa/encode.ts";
import { EncodeError } from "../../emulator/isa/encode-error.ts";
import type { MemoryOperand, Operand, OperandSpec, Row } from "../../emulator/isa/instruction.ts";
import { CS, Prefix } from "../../emulator/isa/instruction.ts";
import { eip, general, highBytes, type Register, rip, xmm, ymm } from "../../emulator/isa/registers.ts";
import type { Group } from "./groups.ts";
import { areaOf, closingOf, isExtended, isImageRow, openingOf, savesImage } from "./images.ts";
import { nearData, selector } from "./program.ts";
import type { Random } from "./random.ts";
import { CODE, CODE_BYTES, CODE_SELECTOR, DATA_SELECTOR, dataBase, type Mode, PAGE } from "./user-case.ts";
import { randomMxcsr } from "./vectors.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const RSP = 4;

/** Bytes that an instruction should find. */
interface Wanted {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Numbers of `size` bytes each, one behind the other. */
function little(size: number, values: readonly (bigint | number)[]): Uint8Array {
  const bytes = new Uint8Array(size * values.length);
  for (const [i, value] of values.entries()) {
    let rest = BigInt(value);
    for (let k = 0; k < size; k++, rest >>= 8n) bytes[i * size + k] = Number(rest & 0xffn);
  }
  return bytes;
}

const isNearTransfer = (row: Row): boolean =>
  /^(jmp|call)$/.test(row.mnemonic) && row.operands[0]!.notation.startsWith("r/m");

export class Operands {
  readonly #random: Random;
  readonly #cpu: CpuContext;
  readonly #group: Group;
  readonly #mode: Mode;
  readonly #data: number;
  /** Where the code page begins for the program. */
  readonly #code: number;
  /** Where the instruction is to stand in the code page. */
  readonly #at: number;
  /** General registers that addresses are made of, here and, to begin with, in what stands before: used again, seldom written. */
  pointers: number;
  wanted: Wanted[] = [];

  constructor(random: Random, cpu: CpuContext, group: Group, mode: Mode, at: number, pointers: number) {
    this.pointers = pointers;
    this.#random = random;
    this.#cpu = cpu;
    this.#group = group;
    this.#mode = mode;
    this.#data = dataBase(mode);
    this.#code = mode === 64 ? CODE : CODE - Number(cpu.state.get64("segmentBase", CS));
    this.#at = at;
  }

  /** The row's bytes with random operands and prefixes, or null if the choice was an impossible one. */
  encode(row: Row): Uint8Array | null {
    if (isImageRow(row)) return this.#image(row);
    const random = this.#random;
    const options: Mutable<EncodeOptions> = {};
    let prefixes = 0;
    if (row.lockable && random.once(6)) prefixes |= Prefix.lock;
    if (row.repeat !== "none" && random.once(2)) prefixes |= random.once(2) ? Prefix.rep : Prefix.repne;
    options.prefixes = prefixes;
    if (random.once(12)) options.addressSize = this.#mode === 32 ? 16 : 32;
    if (random.once(10)) options.segmentOverride = random.pick([0, 2, 3]);
    const operands: Operand[] = [];
    for (const spec of row.operands) {
      const operand = this.#operand(row, spec);
      if (operand === null) return null;
      operands.push(operand);
    }
    try {
      const { bytes } = encodeRow(row, operands, this.#mode, options);
      if (!random.once(8)) this.#want(row, operands);
      return bytes;
    } catch (error) {
      if (error instanceof EncodeError) return null;
      throw error;
    }
  }

  /** An image's row with its opening and its closing. */
  #image(row: Row): Uint8Array | null {
    const random = this.#random;
    // The mask of components is theirs.
    if (isExtended(row) && this.pointers & 5) return null;
    const { bytes, alignment } = areaOf(row);
    const place = random.pick([0, PAGE / 2 - 128, PAGE - bytes]) + random.below(160) - 16;
    const near = random.once(8)
      ? this.#pointer()
      : this.#data + (Math.min(Math.max(place, 0), PAGE - bytes) & -alignment);
    const addressing = this.#addressing();
    for (const register of [addressing.base, addressing.index])
      if (
        register?.class === "instructionPointer" ||
        (isExtended(row) && (register?.index === 0 || register?.index === 2))
      )
        return null;
    const area = this.#memory(row.operands[0]!, addressing, BigInt(near));
    if (area?.kind !== "memory") return null;
    try {
      const { bytes: own } = encodeRow(row, [area], this.#mode);
      const instruction = decode(own, 0, own.length, this.#mode);
      if (typeof instruction === "string" || instruction.row !== row) return null;
      const closing = savesImage(row) ? closingOf(instruction) : new Uint8Array(0);
      if (closing === null) return null;
      return Buffer.concat([openingOf(row, area, this.#mode, random, randomMxcsr(random)), own, closing]);
    } catch (error) {
      if (error instanceof EncodeError) return null;
      throw error;
    }
  }

  #pointer(): number {
    return this.#data + nearData(this.#random);
  }

  #selector(): number {
    return selector(this.#random, this.#mode);
  }

  /** An address a little behind this instruction. */
  #target(): number {
    return this.#code + this.#at + 8 + this.#random.below(16);
  }

  #plant(address: bigint, size: number, values: readonly (bigint | number)[]): void {
    this.wanted.push({ address, bytes: little(size, values) });
  }

  /** Far pointers, return frames, selectors, bounds, and what is compared with. */
  #want(row: Row, operands: readonly Operand[]): void {
    const random = this.#random;
    const { state } = this.#cpu;
    const { mnemonic } = row;
    const size = (row.operandSize || this.#mode) / 8;
    const top = state.get64("general", RSP);
    const code = random.once(4) ? this.#selector() : CODE_SELECTOR[this.#mode];
    if (mnemonic === "ret") this.#plant(top, size, [this.#target()]);
    else if (mnemonic === "retf") this.#plant(top, size, [this.#target(), code]);
    else if (mnemonic.startsWith("iret"))
      this.#plant(top, size, [
        this.#target(),
        code,
        random.word() & 0xcd5,
        this.#pointer(),
        random.once(4) ? this.#selector() : DATA_SELECTOR[this.#mode],
      ]);
    else if (mnemonic === "pop" && row.operands[0]!.bits === 16) this.#plant(top, size, [this.#selector()]);
    else if (mnemonic === "leave") {
      const frame = state.get64("general", 5);
      this.#plant(frame, size, [this.#pointer()]);
    }
    const memory = operands.find((operand) => operand.kind === "memory");
    if (memory === undefined) return;
    const spec = row.operands[operands.indexOf(memory)]!;
    const address = this.#addressOf(memory);
    if (spec.notation.startsWith("m16:")) {
      const bytes = spec.notation === "m16:16" ? 2 : 4;
      const chosen = /^(jmp|call)$/.test(mnemonic) ? code : this.#selector();
      this.#plant(address, bytes, [this.#target()]);
      this.#plant(address + BigInt(bytes), 2, [chosen]);
    } else if (isNearTransfer(row)) this.#plant(address, size, [this.#target()]);
    else if (mnemonic === "bound") {
      const index = operands[0]!;
      const value =
        index.kind === "register" ? BigInt.asIntN(size * 8, state.get64("general", index.register.index)) : 0n;
      const low = random.once(4) ? -BigInt(random.below(3)) : value - BigInt(random.below(3));
      this.#plant(address, size, [low, random.once(4) ? random.wide() : value + BigInt(random.below(3))]);
    } else if (row.operands[0]!.notation === "Sreg" || /^(lar|lsl|verr|verw)$/.test(mnemonic))
      this.#plant(address, 2, [this.#selector()]);
    else if (mnemonic.startsWith("cmpxchg") && random.once(2)) {
      this.#plant(address, Math.min(spec.bits / 8, 8), [state.get64("general", 0)]);
      if (mnemonic === "cmpxchg16b") this.#plant(address + 8n, 8, [state.get64("general", 2)]);
      if (mnemonic === "cmpxchg8b") this.#plant(address + 4n, 4, [state.get64("general", 2)]);
    }
  }

  #operand(row: Row, spec: OperandSpec): Operand | null {
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
          // Backward seldom, and not for ever.
          displacement: BigInt(random.once(6) && row.flags.reads !== 0 ? -random.below(24) : random.below(24)),
        };
      case "far":
        return {
          kind: "far",
          selector: random.once(4) ? random.below(0x10000) : this.#selector(),
          offset: this.#target(),
          bits: spec.bits as 16 | 32,
        };
      case "moffs":
        return this.#memory(spec, { base: null, index: null, scale: 1 });
    }
    if (isNearTransfer(row) && random.once(3)) {
      const register = this.#holdingTarget(spec);
      if (register !== null) return { kind: "register", register };
    }
    const inMemory = spec.memory && (!spec.register || random.once(2) || isNearTransfer(row));
    if (spec.vectorIndex !== null) return this.#gather(spec);
    if (inMemory) return this.#memory(spec, this.#addressing());
    return { kind: "register", register: this.#register(spec) };
  }

  /** A vector of addresses around a base; the group keeps small numbers in some registers. */
  #gather(spec: OperandSpec): Operand | null {
    const memory = this.#memory(spec, { ...this.#addressing(), index: null });
    if (memory?.kind !== "memory" || memory.addressSize === 16 || memory.base?.class !== "general") return null;
    const registers: readonly Register[] = spec.vectorIndex === "xmm" ? xmm : ymm;
    const index = registers[this.#random.pick(this.#mode === 64 ? [6, 7, 12, 13, 14, 15] : [6, 7])]!;
    return { ...memory, index, scale: this.#random.pick([1, 2, 4, 8]) };
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
    if (spec.registerClass !== "general") return this.#group.register(random, spec, this.#mode);
    const bits = spec.registerBits as 8 | 16 | Mode;
    if (bits === 8 && random.once(4)) return random.pick(highBytes);
    let index = 0;
    for (let draws = 0; draws < 3; draws++) {
      index = random.below(this.#mode === 64 ? 16 : bits === 8 ? 4 : 8);
      if (spec.access === "r" || ((this.pointers >> index) & 1) === 0) break;
    }
    // The upper half of ESP is not the program's own in 16-bit code.
    return general[bits][this.#mode === 16 && bits === 32 && index === 4 ? 5 : index]!;
  }

  /** A general register that leads into the program. */
  #holdingTarget({ registerBits }: OperandSpec): Register | null {
    const start = this.#code + (this.#at & ~(CODE_BYTES - 1));
    for (let index = 0; index < (this.#mode === 64 ? 16 : 8); index++) {
      const value = this.#cpu.state.get64("general", index);
      if (value >= start && value < start + CODE_BYTES) return general[registerBits as 16 | 32 | 64][index]!;
    }
    return null;
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
    let chosen = random.below(count);
    for (let draws = 0; this.pointers !== 0 && draws < 4 && ((this.pointers >> chosen) & 1) === 0; draws++)
      chosen = random.below(count);
    const base = random.once(12) ? null : family[chosen]!;
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
  #sum({ base, index, scale }: Pick<MemoryOperand, "base" | "index" | "scale">): bigint {
    const { state } = this.#cpu;
    // How long the instruction will be is not known yet.
    const held = (register: Register) =>
      register.class === "instructionPointer"
        ? BigInt(this.#code + this.#at + 8)
        : state.get64("general", register.index);
    return (base === null ? 0n : held(base)) + (index === null ? 0n : held(index) * BigInt(scale));
  }

  /** Linear but for the bases of 16-bit code's segments, which `dataBase` stands for. */
  #addressOf(operand: MemoryOperand): bigint {
    return BigInt.asUintN(operand.addressSize, this.#sum(operand) + operand.displacement) + this.#base(operand.segment);
  }

  /** What a segment adds in 64-bit code. */
  #base(segment: number): bigint {
    return this.#mode === 64 && segment >= 4 ? this.#cpu.state.get64("segmentBase", segment) : 0n;
  }

  /** A memory operand; where the registers allow it, its displacement is chosen so that it lies in or near the data page. */
  #memory(
    spec: OperandSpec,
    { base, index, scale }: { base: Register | null; index: Register | null; scale: 1 | 2 | 4 | 8 },
    exactly: bigint | null = null,
  ): Operand | null {
    const random = this.#random;
    const addressSize = (base ?? index)?.bits ?? this.#mode;
    const moffs = spec.source === "moffs";
    // Linux's user segments are flat, FS and GS are null: in 32-bit code every access through them faults.
    const usual = base !== null && (base.index === 4 || base.index === 5) && base.class === "general" ? 2 : 3;
    const segment = random.once(12) ? random.pick(this.#mode === 64 ? [4, 5] : [0, 2, 3, 4]) : usual;
    const sum = this.#sum({ base, index, scale }) + this.#base(segment);
    const near = BigInt(this.#pointer());
    const aligned = spec.bits >= 128 && !random.once(8) ? near & -BigInt(spec.bits >= 256 ? 32 : 16) : near;
    const wanted = exactly ?? aligned;
    const reachBits = moffs ? addressSize : addressSize === 16 ? 16 : 32;
    let displacement = BigInt.asIntN(addressSize, wanted - sum);
    const reaches = BigInt.asIntN(reachBits, displacement) === displacement;
    if (!reaches) {
      // Out of reach: another operand, or seldom one that faults.
      if (!random.once(12)) return null;
      displacement = BigInt.asIntN(reachBits, random.edgy(reachBits));
    }
    if (addressSize === 64 && !moffs && BigInt.asIntN(32, displacement) !== displacement) return null;
    for (const register of [base, index]) if (register?.class === "general") this.pointers |= 1 << register.index;
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
