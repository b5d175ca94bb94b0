/**
 * Segmentation (SDM vol. 3, chapters 3 and 5): reading descriptors from the GDT and LDT, and loading segment registers
 * with the manual's order of checks. What the processor caches of a descriptor lies in the state's segment arrays; the
 * access-rights word there is the descriptor's own (`Access`), so a `Descriptor` and a cached segment have one shape.
 *
 * Error codes of selector faults are the selector without its RPL; bit 0 (EXT) is added when an external event or an
 * exception is being delivered.
 */
import { CS, SS } from "../isa/instruction.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Efer } from "./control-bits.ts";
import { Access, Flag, LDTR, Vector } from "./state.ts";

/** A segment or system descriptor, unpacked. */
export interface Descriptor {
  readonly selector: number;
  /** Linear address of the descriptor itself. */
  readonly address: bigint;
  readonly base: bigint;
  /** In bytes: granularity applied. */
  readonly limit: number;
  readonly access: number;
  /** The two words as they stand in memory: gates read their own fields from them. */
  readonly low: number;
  readonly high: number;
}

/** Types of system descriptors (vol. 3, table 3-2), without S. */
export const SystemType = {
  tss16: 1,
  ldt: 2,
  tss16Busy: 3,
  callGate16: 4,
  taskGate: 5,
  interruptGate16: 6,
  trapGate16: 7,
  tss32: 9,
  tss32Busy: 11,
  callGate32: 12,
  interruptGate32: 14,
  trapGate32: 15,
} as const;

export const privilegeOf = (access: number): number => (access >> Access.dplShift) & 3;
export const isCode = (access: number): boolean =>
  (access & (Access.nonSystem | Access.code)) === (Access.nonSystem | Access.code);
export const isConforming = (access: number): boolean => (access & Access.conforming) !== 0;
export const isPresent = (access: number): boolean => (access & Access.present) !== 0;
/** Code or data; else a system descriptor. */
export const isSegment = (access: number): boolean => (access & Access.nonSystem) !== 0;
const isWritableData = (access: number): boolean =>
  (access & (Access.nonSystem | Access.code | Access.writable)) === (Access.nonSystem | Access.writable);

export const isNull = (selector: number): boolean => (selector & 0xfffc) === 0;
export const rplOf = (selector: number): number => selector & 3;
/** The error code that names a selector. */
export const selectorError = (selector: number, ext = 0): number => (selector & 0xfffc) | ext;

export const inLongMode = (cpu: CpuContext): boolean => (cpu.state.get64("efer") & Efer.LMA) !== 0n;
export const in64BitMode = (cpu: CpuContext): boolean => cpu.state.get32("codeSize") === 64;
export const inVirtual8086 = (cpu: CpuContext): boolean => (cpu.state.get32("flagsOther") & Flag.VM) !== 0;
/** Real-address mode or virtual-8086 mode: segments are the selector times 16. */
export const inRealOrVirtual8086 = (cpu: CpuContext): boolean =>
  (cpu.state.get64("cr0") & Cr0.PE) === 0n || inVirtual8086(cpu);

/** Bit 47 (or 56 with 5-level paging) repeated to the top: what a linear address in 64-bit mode must look like. */
export function isCanonical(cpu: CpuContext, address: bigint): boolean {
  const top = (cpu.state.get64("cr4") & (1n << 12n)) !== 0n ? 56n : 47n;
  const high = BigInt.asUintN(64, address) >> top;
  return high === 0n || high === (1n << (64n - top)) - 1n;
}

/** Unpacks the eight bytes of a descriptor. */
export function unpackDescriptor(selector: number, address: bigint, word: bigint): Descriptor {
  const low = Number(word & 0xffff_ffffn);
  const high = Number(word >> 32n);
  const access = (high >>> 8) & 0xf0ff;
  const base = BigInt(((high & 0xff00_0000) | ((high & 0xff) << 16) | (low >>> 16)) >>> 0);
  const rawLimit = (high & 0x000f_0000) | (low & 0xffff);
  const limit = access & Access.granularity ? ((rawLimit << 12) | 0xfff) >>> 0 : rawLimit;
  return { selector, address, base, limit, access, low, high };
}

/** Where a selector's descriptor lies, or null outside the table's limit (or without an LDT). `bytes`: 8, or 16 for long mode's system descriptors. */
export function descriptorAddress(cpu: CpuContext, selector: number, bytes = 8): bigint | null {
  const { state } = cpu;
  const offset = selector & 0xfff8;
  if (selector & 4) {
    if (state.get32("segmentAccess", LDTR) & Access.unusable) return null;
    if (offset + bytes - 1 > state.get32("segmentLimit", LDTR)) return null;
    return state.get64("segmentBase", LDTR) + BigInt(offset);
  }
  if (offset + bytes - 1 > state.get32("gdtrLimit")) return null;
  return state.get64("gdtrBase") + BigInt(offset);
}

/** The descriptor a selector names, or null outside the table. Reading may fault (#PF). */
export function findDescriptor(cpu: CpuContext, selector: number): Descriptor | null {
  const address = descriptorAddress(cpu, selector);
  if (address === null) return null;
  return unpackDescriptor(selector, address, cpu.readLinear(address, 8, { supervisor: true }));
}

/** As `findDescriptor`, with `vector`(selector + ext) outside the table. */
export function readDescriptor(cpu: CpuContext, selector: number, vector: number = Vector.GP, ext = 0): Descriptor {
  const descriptor = findDescriptor(cpu, selector);
  if (descriptor === null) throw new Fault(vector, selectorError(selector, ext));
  return descriptor;
}

/** Bits 63:32 of the base, and the type nibble that must be 0, of a 16-byte system descriptor. */
export function readUpperHalf(cpu: CpuContext, selector: number, vector: number, ext = 0): bigint {
  const address = descriptorAddress(cpu, selector, 16);
  if (address === null) throw new Fault(vector, selectorError(selector, ext));
  const upper = cpu.readLinear(address + 8n, 8, { supervisor: true });
  if ((upper >> 40n) & 0x1fn) throw new Fault(vector, selectorError(selector, ext));
  return (upper & 0xffff_ffffn) << 32n;
}

/** Sets the accessed bit in memory, if it is not set; gives the descriptor back as it is then. */
export function markAccessed(cpu: CpuContext, descriptor: Descriptor): Descriptor {
  if (descriptor.access & Access.accessed) return descriptor;
  const access = descriptor.access | Access.accessed;
  cpu.writeLinear(descriptor.address + 5n, 1, BigInt(access & 0xff), { supervisor: true });
  return { ...descriptor, access };
}

/** Fills a segment register's visible and hidden part. The caller calls `modeChanged`. */
export function setSegment(
  cpu: CpuContext,
  segment: number,
  selector: number,
  cache: { readonly base: bigint; readonly limit: number; readonly access: number },
): void {
  const { state } = cpu;
  state.set32("segmentSelector", selector, segment);
  state.set64("segmentBase", cache.base, segment);
  state.set32("segmentLimit", cache.limit, segment);
  state.set32("segmentAccess", cache.access, segment);
}

/** A null selector: every use faults, but in 64-bit mode. The DPL field of a null SS is kept equal to CPL. */
export function setNull(cpu: CpuContext, segment: number, selector: number): void {
  const dpl = segment === SS ? cpu.state.get32("cpl") : 0;
  setSegment(cpu, segment, selector, {
    base: 0n,
    limit: 0,
    access: Access.unusable | (dpl << Access.dplShift),
  });
}

/** Present, read/write data, accessed: what real-address mode makes of the access byte. */
const REAL_MODE_ACCESS = 0x93;
const VIRTUAL_8086_ACCESS = 0xf3;

/** Real-address mode: base = selector × 16; limit and the D/B bit stay what they were ("unreal mode" lives from that). */
export function setRealSegment(cpu: CpuContext, segment: number, selector: number): void {
  const { state } = cpu;
  state.set32("segmentSelector", selector, segment);
  state.set64("segmentBase", BigInt(selector << 4), segment);
  const kept = state.get32("segmentAccess", segment) & (Access.big | Access.granularity | Access.available);
  state.set32("segmentAccess", kept | REAL_MODE_ACCESS, segment);
}

/** Virtual-8086 mode: base = selector × 16, 64 KiB, DPL 3. */
export function setVirtual8086Segment(cpu: CpuContext, segment: number, selector: number): void {
  setSegment(cpu, segment, selector, { base: BigInt(selector << 4), limit: 0xffff, access: VIRTUAL_8086_ACCESS });
}

/**
 * MOV, POP, LDS … into ES, SS, DS, FS or GS (vol. 2, MOV, "Loads to segment registers…").
 * Throws #GP, #SS, #NP (selector), #GP(0) for a null SS, #UD for CS. Changes nothing when it throws.
 */
export function loadSegment(cpu: CpuContext, segment: number, selector: number): void {
  if (segment === CS || segment > 5) throw new Fault(Vector.UD);
  if (inVirtual8086(cpu)) setVirtual8086Segment(cpu, segment, selector);
  else if (inRealOrVirtual8086(cpu)) setRealSegment(cpu, segment, selector);
  else if (segment === SS) loadStackSegment(cpu, selector);
  else loadDataSegment(cpu, segment, selector);
  cpu.modeChanged();
}

function loadStackSegment(cpu: CpuContext, selector: number): void {
  const cpl = cpu.state.get32("cpl");
  if (isNull(selector)) {
    if (!in64BitMode(cpu) || cpl === 3 || rplOf(selector) !== cpl) throw new Fault(Vector.GP, 0);
    setNull(cpu, SS, selector);
    return;
  }
  const descriptor = checkStackDescriptor(cpu, selector, cpl, Vector.GP, 0);
  setSegment(cpu, SS, selector, markAccessed(cpu, descriptor));
}

/**
 * The checks that every new SS passes: in the table, RPL and DPL equal to `cpl`, writable data, present (#SS). `vector`
 * is #GP, or #TS when the selector comes from a TSS.
 */
export function checkStackDescriptor(
  cpu: CpuContext,
  selector: number,
  cpl: number,
  vector: number,
  ext: number,
): Descriptor {
  const descriptor = readDescriptor(cpu, selector, vector, ext);
  if (rplOf(selector) !== cpl || !isWritableData(descriptor.access) || privilegeOf(descriptor.access) !== cpl)
    throw new Fault(vector, selectorError(selector, ext));
  if (!isPresent(descriptor.access)) throw new Fault(Vector.SS, selectorError(selector, ext));
  return descriptor;
}

function loadDataSegment(cpu: CpuContext, segment: number, selector: number): void {
  if (isNull(selector)) {
    setNull(cpu, segment, selector);
    return;
  }
  const descriptor = checkDataDescriptor(cpu, selector, cpu.state.get32("cpl"), Vector.GP, 0);
  setSegment(cpu, segment, selector, markAccessed(cpu, descriptor));
}

/** The checks of DS, ES, FS, GS: data or readable code; privilege unless conforming; present (#NP). `vector` as above. */
export function checkDataDescriptor(
  cpu: CpuContext,
  selector: number,
  cpl: number,
  vector: number,
  ext: number,
): Descriptor {
  const descriptor = readDescriptor(cpu, selector, vector, ext);
  const { access } = descriptor;
  const code = isCode(access);
  if (!isSegment(access) || (code && !(access & Access.readable)))
    throw new Fault(vector, selectorError(selector, ext));
  if (!(code && isConforming(access))) {
    const dpl = privilegeOf(access);
    if (rplOf(selector) > dpl || cpl > dpl) throw new Fault(vector, selectorError(selector, ext));
  }
  if (!isPresent(access)) throw new Fault(Vector.NP, selectorError(selector, ext));
  return descriptor;
}

/**
 * What a new code segment must be in long mode: not both 64-bit (L) and 32-bit (D).
 * Throws #GP(selector). Outside long mode L is ignored.
 */
export function checkCodeSize(cpu: CpuContext, descriptor: Descriptor, ext = 0): void {
  const both = Access.long | Access.big;
  if (inLongMode(cpu) && (descriptor.access & both) === both)
    throw new Fault(Vector.GP, selectorError(descriptor.selector, ext));
}

/** #GP(ext) if a new instruction pointer lies outside the new code segment, or is not canonical in a 64-bit one. */
export function checkInstructionPointer(cpu: CpuContext, descriptor: Descriptor, rip: bigint, ext = 0): void {
  if (inLongMode(cpu) && descriptor.access & Access.long) {
    if (!isCanonical(cpu, rip)) throw new Fault(Vector.GP, ext);
  } else if (rip > BigInt(descriptor.limit)) throw new Fault(Vector.GP, ext);
}

/** Loads CS and CPL. The selector's RPL becomes the CPL. Marks the descriptor accessed; the caller calls `modeChanged`. */
export function setCode(cpu: CpuContext, descriptor: Descriptor, cpl: number): void {
  const cache = markAccessed(cpu, descriptor);
  setSegment(cpu, CS, (descriptor.selector & 0xfffc) | cpl, cache);
  cpu.state.set32("cpl", cpl);
}

/**
 * After a return to an outer ring: data segments that the new ring may not use become null (vol. 2, RET, "the far
 * return to an outer privilege level").
 */
export function dropPrivilegedSegments(cpu: CpuContext, cpl: number): void {
  for (const segment of [0, 3, 4, 5]) {
    const access = cpu.state.get32("segmentAccess", segment);
    if (access & Access.unusable) continue;
    if (isCode(access) && isConforming(access)) continue;
    if (privilegeOf(access) < cpl) setNull(cpu, segment, 0);
  }
}
