/**
 * Instructions about descriptors (SDM vol. 2): LLDT and LTR load the system segments; LAR, LSL, VERR and VERW look at a
 * selector without using it and never fault for what they find, they answer in ZF.
 */
import { type CpuContext, Fault } from "./context.ts";
import {
  type Descriptor,
  descriptorAddress,
  findDescriptor,
  inLongMode,
  isCanonical,
  isCode,
  isConforming,
  isNull,
  isPresent,
  isSegment,
  privilegeOf,
  readDescriptor,
  readUpperHalf,
  rplOf,
  SystemType,
  selectorError,
  setNull,
  setSegment,
} from "./segmentation.ts";
import { Access, LDTR, TR, Vector } from "./state.ts";

const refusal = (selector: number) => new Fault(Vector.GP, selectorError(selector));

/** A present system descriptor of the GDT, 16 bytes long in long mode. */
function readSystem(cpu: CpuContext, selector: number, types: readonly number[]): Descriptor {
  if (selector & 4) throw refusal(selector);
  const descriptor = readDescriptor(cpu, selector);
  if (!types.includes(descriptor.access & (Access.typeMask | Access.nonSystem))) throw refusal(selector);
  const upper = inLongMode(cpu) ? readUpperHalf(cpu, selector, Vector.GP) : 0n;
  if (!isPresent(descriptor.access)) throw new Fault(Vector.NP, selectorError(selector));
  const base = upper | descriptor.base;
  if (inLongMode(cpu) && !isCanonical(cpu, base)) throw refusal(selector);
  return { ...descriptor, base };
}

/** LLDT: a null selector marks the LDT unusable. #GP(selector) unless an LDT of the GDT, #NP. */
export function loadLdtr(cpu: CpuContext, selector: number): void {
  if (isNull(selector)) setNull(cpu, LDTR, selector);
  else setSegment(cpu, LDTR, selector, readSystem(cpu, selector, [SystemType.ldt]));
}

/** LTR: an available TSS, which becomes busy, in memory too. Long mode knows the 32-bit type number only, for its own format. */
export function loadTaskRegister(cpu: CpuContext, selector: number): void {
  if (isNull(selector)) throw new Fault(Vector.GP, 0);
  const types = inLongMode(cpu) ? [SystemType.tss32] : [SystemType.tss16, SystemType.tss32];
  const descriptor = readSystem(cpu, selector, types);
  const access = descriptor.access | 2;
  cpu.writeLinear(descriptor.address + 5n, 1, BigInt(access & 0xff), { supervisor: true });
  setSegment(cpu, TR, selector, { ...descriptor, access });
}

/** The descriptor LAR and LSL may look at: within its table, of a type they know, visible at CPL and RPL. */
function inspect(cpu: CpuContext, selector: number, systemTypes: readonly number[]): Descriptor | null {
  if (isNull(selector)) return null;
  const descriptor = findDescriptor(cpu, selector);
  if (descriptor === null) return null;
  const { access } = descriptor;
  if (!isSegment(access)) {
    if (!systemTypes.includes(access & Access.typeMask)) return null;
    if (inLongMode(cpu) && descriptorAddress(cpu, selector, 16) === null) return null;
  }
  if (isCode(access) && isConforming(access)) return descriptor;
  const dpl = privilegeOf(access);
  return dpl < cpu.state.get32("cpl") || dpl < rplOf(selector) ? null : descriptor;
}

const VALID = 1n << 32n;

const { ldt, tss16, tss16Busy, tss32, tss32Busy, callGate16, callGate32, taskGate } = SystemType;

/** LAR: VALID | the second word of the descriptor, masked; 0 where ZF is to be cleared. */
export function accessRights(cpu: CpuContext, selector: number): bigint {
  const types = inLongMode(cpu)
    ? [ldt, tss32, tss32Busy, callGate32]
    : [tss16, ldt, tss16Busy, callGate16, taskGate, tss32, tss32Busy, callGate32];
  const descriptor = inspect(cpu, selector, types);
  return descriptor === null ? 0n : VALID | BigInt((descriptor.high & 0x00ff_ff00) >>> 0);
}

/** LSL: VALID | the limit in bytes; gates have none. */
export function segmentLimit(cpu: CpuContext, selector: number): bigint {
  const types = inLongMode(cpu) ? [ldt, tss32, tss32Busy] : [tss16, ldt, tss16Busy, tss32, tss32Busy];
  const descriptor = inspect(cpu, selector, types);
  return descriptor === null ? 0n : VALID | BigInt(descriptor.limit);
}

function verify(cpu: CpuContext, selector: number, allows: (access: number) => boolean): bigint {
  if (isNull(selector)) return 0n;
  const descriptor = findDescriptor(cpu, selector);
  if (descriptor === null || !isSegment(descriptor.access) || !allows(descriptor.access)) return 0n;
  if (isCode(descriptor.access) && isConforming(descriptor.access)) return 1n;
  const dpl = privilegeOf(descriptor.access);
  return dpl < cpu.state.get32("cpl") || dpl < rplOf(selector) ? 0n : 1n;
}

/** VERR: data, or readable code. */
export const verifyRead = (cpu: CpuContext, selector: number): bigint =>
  verify(cpu, selector, (access) => !isCode(access) || (access & Access.readable) !== 0);

/** VERW: writable data. */
export const verifyWrite = (cpu: CpuContext, selector: number): bigint =>
  verify(cpu, selector, (access) => !isCode(access) && (access & Access.writable) !== 0);
