/**
 * A stage for tests of what only system software does: a reference processor in protected or long mode with a GDT, an
 * LDT, an IDT and a TSS that the test fills, one line per descriptor or gate. Paging is off but in long mode, where the
 * first 2 MiB are mapped to themselves for everybody.
 */
import { CS, SS } from "../isa/instruction.ts";
import { Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import type { CpuModel } from "./cpuid.ts";
import { ReferenceProcessor } from "./reference.ts";
import { setSegment, unpackDescriptor } from "./segmentation.ts";
import { LDTR, TR, Vector } from "./state.ts";

export const GDT = 0x1000;
export const LDT = 0x1800;
export const IDT = 0x2000;
export const TSS = 0x3000;
/** A second TSS for task switches. */
export const OTHER_TSS = 0x3400;
/** Tops of the stacks of rings 0–3. */
export const STACKS = [0x5000, 0x5800, 0x6000, 0x6800] as const;
export const CODE = 0x10000;

/** Selectors that every scene has: flat code and data of ring 0 and 3, the LDT and the TSS. */
export const KERNEL_CODE = 0x08;
export const KERNEL_DATA = 0x10;
export const USER_CODE = 0x18 | 3;
export const USER_DATA = 0x20 | 3;
/** 16 bytes each in long mode. */
export const LDT_SELECTOR = 0x28;
export const TSS_SELECTOR = 0x38;
/** Free for the test from here on. */
export const FREE = 0x48;

/** Access bytes by what they describe; `| dpl(n)` for outer rings. */
export const Kind = {
  code: 0x9a,
  codeExecuteOnly: 0x98,
  conforming: 0x9e,
  data: 0x92,
  dataReadOnly: 0x90,
  ldt: 0x82,
  tss16: 0x81,
  tss32: 0x89,
  taskGate: 0x85,
  callGate16: 0x84,
  callGate32: 0x8c,
  interruptGate16: 0x86,
  trapGate16: 0x87,
  interruptGate32: 0x8e,
  trapGate32: 0x8f,
} as const;
export const NOT_PRESENT = 0x80;
export const dpl = (ring: number): number => ring << 5;

export interface Segment {
  readonly kind: number;
  readonly base?: number;
  /** In bytes; above 1 MiB − 1 in pages. */
  readonly limit?: number;
  /** D/B. Default: set, but for 64-bit code. */
  readonly big?: boolean;
  readonly long?: boolean;
}

/** The eight bytes of a segment or system descriptor. */
export function descriptor({ kind, base = 0, limit = 0xffff_ffff, big, long = false }: Segment): bigint {
  const granular = limit > 0xf_ffff;
  const units = BigInt(granular ? limit >>> 12 : limit);
  const isSystem = (kind & 0x10) === 0;
  const flags = (granular ? 8 : 0) | ((big ?? (!long && !isSystem)) ? 4 : 0) | (long ? 2 : 0);
  const wide = BigInt(base);
  return (
    (units & 0xffffn) |
    ((wide & 0xff_ffffn) << 16n) |
    (BigInt(kind) << 40n) |
    ((units >> 16n) << 48n) |
    (BigInt(flags) << 52n) |
    ((wide >> 24n) << 56n)
  );
}

export interface Gate {
  readonly kind: number;
  readonly selector: number;
  readonly offset?: number;
  /** Parameters of a call gate, IST of a 64-bit gate. */
  readonly count?: number;
}

export function gate({ kind, selector, offset = 0, count = 0 }: Gate): bigint {
  const wide = BigInt(offset);
  return (
    (wide & 0xffffn) |
    (BigInt(selector) << 16n) |
    (BigInt(count) << 32n) |
    (BigInt(kind) << 40n) |
    (((wide >> 16n) & 0xffffn) << 48n)
  );
}

const names = Object.fromEntries(Object.entries(Vector).map(([name, vector]) => [vector, name]));

/** "#GP(18)": a fault as the manual writes it, the error code in hexadecimal. */
export function faultName({ vector, errorCode }: { vector: number; errorCode: number | null }): string {
  const name = `#${names[vector] ?? vector}`;
  return errorCode === null ? name : `${name}(${errorCode.toString(16)})`;
}

/** The fault that the work ends in, or "none". */
export function faultOf(work: () => void): string {
  try {
    work();
    return "none";
  } catch (thrown) {
    if (thrown instanceof Fault) return faultName(thrown);
    throw thrown;
  }
}

export class Scene {
  readonly cpu: ReferenceProcessor;

  /** In ring `cpl`, at CODE, on that ring's stack. */
  constructor(mode: "protected" | "long", { cpl = 0, model }: { cpl?: number; model?: CpuModel } = {}) {
    this.cpu = new ReferenceProcessor(0x20_0000, model);
    const { cpu } = this;
    const { state } = cpu;
    const long = mode === "long";
    this.segment(KERNEL_CODE, { kind: Kind.code, long });
    this.segment(KERNEL_DATA, { kind: Kind.data });
    this.segment(USER_CODE, { kind: Kind.code | dpl(3), long });
    this.segment(USER_DATA, { kind: Kind.data | dpl(3) });
    this.segment(LDT_SELECTOR, { kind: Kind.ldt, base: LDT, limit: 0x7f });
    this.segment(TSS_SELECTOR, { kind: Kind.tss32 | 2, base: TSS, limit: 0x67 });
    state.set64("gdtrBase", BigInt(GDT));
    state.set32("gdtrLimit", 0xff);
    state.set64("idtrBase", BigInt(IDT));
    state.set32("idtrLimit", 0x7ff);
    state.set64("cr0", Cr0.PE | Cr0.ET | Cr0.NE);
    if (long) {
      this.write64(0x8000, 0x9007n);
      this.write64(0x9000, 0xa007n);
      this.write64(0xa000, 0x87n);
      state.set64("cr3", 0x8000n);
      state.set64("cr4", Cr4.PAE);
      state.set64("efer", Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE);
      state.set64("cr0", state.get64("cr0") | Cr0.PG);
      for (let ring = 0; ring < 3; ring++) this.write64(TSS + 4 + 8 * ring, BigInt(STACKS[ring]!));
    } else
      for (let ring = 0; ring < 3; ring++) {
        this.write32(TSS + 4 + 8 * ring, STACKS[ring]!);
        this.write32(TSS + 8 + 8 * ring, ring === 0 ? KERNEL_DATA : 0);
      }
    this.load(LDTR, LDT_SELECTOR);
    this.load(TR, TSS_SELECTOR);
    this.enter(cpl);
  }

  /** Loads a segment register from the table, without any check. */
  load(segment: number, selector: number): void {
    const address = BigInt((selector & 4 ? LDT : GDT) + (selector & 0xfff8));
    const loaded = unpackDescriptor(selector, address, this.cpu.readPhysical(address, 8));
    const accessed = loaded.access & 0x10 ? loaded.access | 1 : loaded.access;
    setSegment(this.cpu, segment, selector, { ...loaded, access: accessed });
  }

  /** Makes ring `cpl` the running one. */
  enter(cpl: number): void {
    const { cpu } = this;
    cpu.state.set32("cpl", cpl);
    this.load(CS, cpl === 3 ? USER_CODE : KERNEL_CODE);
    for (const segment of [SS, 0, 3, 4, 5]) this.load(segment, cpl === 3 ? USER_DATA : KERNEL_DATA);
    cpu.state.set64("rip", BigInt(CODE));
    cpu.state.set64("general", BigInt(STACKS[cpl]!), 4);
    cpu.modeChanged();
  }

  write32(address: number, value: number): void {
    this.cpu.writePhysical(BigInt(address), 4, BigInt(value >>> 0));
  }

  write64(address: number, value: bigint): void {
    this.cpu.writePhysical(BigInt(address), 8, value);
  }

  read(address: number | bigint, bytes: 1 | 2 | 4 | 8): bigint {
    return this.cpu.readPhysical(BigInt(address), bytes);
  }

  segment(selector: number, what: Segment): void {
    this.write64((selector & 4 ? LDT : GDT) + (selector & 0xfff8), descriptor(what));
  }

  /** A gate in the GDT or LDT; in long mode with the upper half of its offset, 0. */
  gate(selector: number, what: Gate): void {
    this.write64((selector & 4 ? LDT : GDT) + (selector & 0xfff8), gate(what));
  }

  /** A gate of the IDT. */
  handler(vector: number, what: Gate): void {
    const size = this.cpu.state.get64("efer") & Efer.LMA ? 16 : 8;
    this.write64(IDT + size * vector, gate(what));
    if (size === 16) this.write64(IDT + 16 * vector + 8, 0n);
  }

  code(bytes: readonly number[], address: number = CODE): void {
    this.cpu.memory.set(bytes, address);
  }

  /** Executes `count` instructions, delivering what they raise. */
  step(count = 1): void {
    for (let i = 0; i < count; i++) this.cpu.step();
  }

  register(index: number): bigint {
    return this.cpu.state.get64("general", index);
  }

  get rip(): bigint {
    return this.cpu.state.get64("rip");
  }

  get rsp(): bigint {
    return this.register(4);
  }

  selector(segment: number): number {
    return this.cpu.state.get32("segmentSelector", segment);
  }

  /** The words of `bytes` from the stack's top on. */
  stack(bytes: 2 | 4 | 8, count: number): number[] {
    const base = this.cpu.state.get64("segmentBase", SS);
    const mask = this.cpu.state.get32("segmentAccess", SS) & 0x4000 || bytes === 8 ? 0xffff_ffffn : 0xffffn;
    return Array.from({ length: count }, (_, i) =>
      Number(this.read(base + (this.rsp & mask) + BigInt(i * bytes), bytes)),
    );
  }
}
