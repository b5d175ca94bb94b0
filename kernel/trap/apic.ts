// The local APIC: the part of the interrupt system that belongs to one processor. Messages of PCI devices arrive here, its
// timer is here, and the old controllers' one wire ends here, at a pin that has to be told so. (SDM vol. 3, 12)
import type { Phys } from "../layout.ts";
import { mapDevice } from "../memory/kernel-space.ts";
import { SPURIOUS_VECTOR } from "./vectors.ts";

@size(0x400)
export class LocalApic {
  @at(0x020) id: Vol<u32>;
  @at(0x030) readonly version: Vol<u32>;
  @at(0x080) taskPriority: Vol<u32>;
  @at(0x0b0) endOfInterrupt: Vol<u32>;
  @at(0x0d0) logicalDestination: Vol<u32>;
  @at(0x0e0) destinationFormat: Vol<u32>;
  @at(0x0f0) spurious: Vol<u32>;
  @at(0x280) errorStatus: Vol<u32>;
  @at(0x320) lvtTimer: Vol<u32>;
  @at(0x340) lvtPerformance: Vol<u32>;
  @at(0x350) lvtLint0: Vol<u32>;
  @at(0x360) lvtLint1: Vol<u32>;
  @at(0x370) lvtError: Vol<u32>;
  @at(0x380) initialCount: Vol<u32>;
  @at(0x390) readonly currentCount: Vol<u32>;
  @at(0x3e0) divide: Vol<u32>;
}

const CPUID_APIC: u32 = 1 << 9;
const IA32_APIC_BASE = 0x1b;
const APIC_BASE_ENABLE: u64 = 0x800;
const APIC_BASE_ADDRESS: u64 = 0x000f_ffff_ffff_f000;
const SOFTWARE_ENABLE: u32 = 0x100;
const MASKED: u32 = 0x1_0000;
/** Delivery modes in a local vector table entry. */
const EXTINT: u32 = 0x700;
const NMI: u32 = 0x400;
const MESSAGES: u64 = 0xfee0_0000;

let apic: Ptr<LocalApic> | null = late();

/** Its registers, or null where the processor has none. */
export function localApic(): Ptr<LocalApic> | null {
  attr(irqSafe);
  return apic;
}

/** Wakes it up: messages come through, and what the 8259s bring. `unwanted`: it stays as the firmware left it, a piece of wire. */
export function startApic(unwanted: boolean): void {
  apic = null;
  if (unwanted || (cpu.cpuidEdx(1, 0) & CPUID_APIC) === 0) return;
  const base = cpu.rdmsr(IA32_APIC_BASE);
  cpu.wrmsr(IA32_APIC_BASE, base | APIC_BASE_ENABLE);
  const at = mapDevice(unit<Phys>(base & APIC_BASE_ADDRESS), sizeOf<LocalApic>());
  if (isErr(at)) return;
  const own = unsafe.ptr<LocalApic>(at);
  own.taskPriority = 0;
  // First of all: while it is switched off, it keeps the entries of its table masked (SDM vol. 3, 12.4.7.2).
  own.spurious = SOFTWARE_ENABLE | u32(SPURIOUS_VECTOR);
  own.lvtTimer = MASKED;
  own.lvtPerformance = MASKED;
  own.lvtError = MASKED;
  own.lvtLint0 = EXTINT;
  own.lvtLint1 = NMI;
  apic = own;
}

/** Its name in messages: bits 31:24 of a destination. ENODEV without one. */
export function localId(): Res<u32> {
  const own = apic;
  if (own === null) return err(Errno.ENODEV);
  return own.id & 0xff00_0000;
}

/** Nothing comes over the old controllers' wire any more. */
export function closeWire(): void {
  const own = apic;
  if (own !== null) own.lvtLint0 = EXTINT | MASKED;
}

/** The handlers of one of its interrupts are done. */
export function endLocal(): void {
  attr(irqSafe);
  const own = apic;
  if (own !== null) own.endOfInterrupt = 0;
}

/** Where devices write messages for this processor. ENODEV. */
export function messageAddress(): Res<u64> {
  return MESSAGES | (u64(orReturn(localId()) >> 24) << 12);
}
