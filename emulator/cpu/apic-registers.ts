/**
 * The registers of the local APIC (SDM vol. 3, chapter 10; 12 in newer editions): where each stands, which of its bits can be
 * written, and what they are called. `apic.ts` is what they do.
 */
export const APIC_BSP = 1n << 8n;
export const APIC_EXTD = 1n << 10n;
export const APIC_ENABLE = 1n << 11n;

/** Offsets of the registers in the page (table 10-1), and, divided by 16, of the MSRs from 800H on. */
export const ApicRegister = {
  ID: 0x020,
  VERSION: 0x030,
  TPR: 0x080,
  APR: 0x090,
  PPR: 0x0a0,
  EOI: 0x0b0,
  RRD: 0x0c0,
  LDR: 0x0d0,
  DFR: 0x0e0,
  SVR: 0x0f0,
  ISR: 0x100,
  TMR: 0x180,
  IRR: 0x200,
  ESR: 0x280,
  ICR_LOW: 0x300,
  ICR_HIGH: 0x310,
  LVT_TIMER: 0x320,
  LVT_THERMAL: 0x330,
  LVT_PERFORMANCE: 0x340,
  LVT_LINT0: 0x350,
  LVT_LINT1: 0x360,
  LVT_ERROR: 0x370,
  INITIAL_COUNT: 0x380,
  CURRENT_COUNT: 0x390,
  DCR: 0x3e0,
  /** x2APIC only. */
  SELF_IPI: 0x3f0,
} as const;
const R = ApicRegister;

/** Version 15H, six LVT entries, EOI broadcasts can be suppressed. */
export const VERSION = 0x0105_0015;

export const SVR_ENABLE = 1 << 8;
export const SVR_SUPPRESS_EOI_BROADCAST = 1 << 12;
export const SVR_WRITABLE = 0x13ff;

export const LVT_REMOTE_IRR = 1 << 14;
export const LVT_LEVEL = 1 << 15;
export const LVT_MASKED = 1 << 16;
/** Bits that can be written: vector, delivery mode, polarity and trigger as the entry has them, mask, timer mode. */
export const lvtWritable: Readonly<Record<number, number>> = {
  [R.LVT_TIMER]: 0x7_00ff,
  [R.LVT_THERMAL]: 0x1_07ff,
  [R.LVT_PERFORMANCE]: 0x1_07ff,
  [R.LVT_LINT0]: 0x1_a7ff,
  [R.LVT_LINT1]: 0x1_a7ff,
  [R.LVT_ERROR]: 0x1_00ff,
};
export const lvtOffsets = Object.keys(lvtWritable).map(Number);
export const lvtIndex = (offset: number): number => (offset - R.LVT_TIMER) >> 4;

/** Bits of ESR (figure 10-9). */
export const EsrBit = { sendIllegalVector: 1 << 5, receiveIllegalVector: 1 << 6, illegalRegister: 1 << 7 } as const;

/** Bits of ICR (figure 10-12). */
export const ICR_LOGICAL = 1 << 11;
export const ICR_ASSERT = 1 << 14;
export const ICR_LEVEL = 1 << 15;
export const ICR_WRITABLE = 0x000c_cfff;
export const Shorthand = { none: 0, self: 1, all: 2, others: 3 } as const;

/** A vector below is the processor's own. */
export const FIRST_VECTOR = 16;
/** Model of DFR; the other one is 0, cluster. */
export const FLAT = 0xf;

/** Bits of an x2APIC register that must be written as 0; null: it cannot be written. */
export function x2apicReserved(offset: number): bigint | null {
  const allow = (mask: number): bigint => ~BigInt(mask >>> 0) & 0xffff_ffff_ffff_ffffn;
  const lvt = lvtWritable[offset];
  if (lvt !== undefined) return allow(lvt | 0x5000);
  switch (offset) {
    case R.TPR:
    case R.SELF_IPI:
      return allow(0xff);
    case R.EOI:
    case R.ESR:
      return allow(0);
    case R.SVR:
      return allow(SVR_WRITABLE);
    case R.INITIAL_COUNT:
      return allow(0xffff_ffff);
    case R.DCR:
      return allow(0b1011);
    case R.ICR_LOW:
      return ~(0xffff_ffff_0000_0000n | BigInt(ICR_WRITABLE)) & 0xffff_ffff_ffff_ffffn;
    default:
      return null;
  }
}
