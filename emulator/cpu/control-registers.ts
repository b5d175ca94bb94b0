/**
 * Control, debug and extended control registers (SDM vol. 3, 2.5, 17.2; vol. 2, MOV CR, MOV DR, LMSW, CLTS, XSETBV):
 * which values are refused, and what follows from the accepted ones: paging modes, long mode, forgotten translations.
 */
import { CS } from "../isa/instruction.ts";
import { checkGeneralDetect } from "./breakpoints.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import type { Feature } from "./cpuid.ts";
import { in64BitMode } from "./segmentation.ts";
import { Access, Vector } from "./state.ts";

/** Physical address width that CPUID reports, in bits. */
export const PHYSICAL_BITS = 46n;

const protection = () => new Fault(Vector.GP, 0);

const CR0_WRITABLE = Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS | Cr0.NE | Cr0.WP | Cr0.AM | Cr0.NW | Cr0.CD | Cr0.PG;

/** Bits of CR4 that exist only with a feature; the rest of `cr4Always` exists in every model. */
const cr4Features: readonly (readonly [bigint, Feature])[] = [
  [Cr4.VME, "VME"],
  [Cr4.PVI, "VME"],
  [Cr4.TSD, "TSC"],
  [Cr4.DE, "DE"],
  [Cr4.PSE, "PSE"],
  [Cr4.PAE, "PAE"],
  [Cr4.MCE, "MCE"],
  [Cr4.PGE, "PGE"],
  [Cr4.OSFXSR, "FXSR"],
  [Cr4.OSXMMEXCPT, "SSE"],
  [Cr4.UMIP, "UMIP"],
  [Cr4.LA57, "LA57"],
  [Cr4.FSGSBASE, "FSGSBASE"],
  [Cr4.PCIDE, "PCID"],
  [Cr4.OSXSAVE, "XSAVE"],
  [Cr4.SMEP, "SMEP"],
  [Cr4.SMAP, "SMAP"],
  [Cr4.PKE, "PKU"],
  [Cr4.PKS, "PKS"],
];

function cr4Writable(cpu: CpuContext): bigint {
  let mask: bigint = Cr4.PCE;
  for (const [bit, feature] of cr4Features) if (cpu.model.features.has(feature)) mask |= bit;
  return mask;
}

/** MOV from CR. #UD for registers that do not exist. */
export function readControl(cpu: CpuContext, number: number): bigint {
  const { state } = cpu;
  switch (number) {
    case 0:
      return state.get64("cr0");
    case 2:
      return state.get64("cr2");
    case 3:
      return state.get64("cr3");
    case 4:
      return state.get64("cr4");
    case 8:
      return cpu.apic.cr8;
    default:
      throw new Fault(Vector.UD);
  }
}

/** MOV to CR. Throws #GP(0) for every value the manual refuses, #UD for registers that do not exist. */
export function writeControl(cpu: CpuContext, number: number, value: bigint): void {
  const { state } = cpu;
  switch (number) {
    case 0:
      writeCr0(cpu, value);
      return;
    case 2:
      state.set64("cr2", value);
      return;
    case 3:
      writeCr3(cpu, value);
      return;
    case 4:
      writeCr4(cpu, value);
      return;
    case 8:
      if (value >> 4n) throw protection();
      cpu.apic.cr8 = value;
      return;
    default:
      throw new Fault(Vector.UD);
  }
}

function writeCr0(cpu: CpuContext, written: bigint): void {
  const { state } = cpu;
  if (written >> 32n) throw protection();
  const value = (written & CR0_WRITABLE) | Cr0.ET;
  const old = state.get64("cr0");
  const cr4 = state.get64("cr4");
  const efer = state.get64("efer");
  const has = (bit: bigint) => (value & bit) !== 0n;
  if (has(Cr0.PG) && !has(Cr0.PE)) throw protection();
  if (has(Cr0.NW) && !has(Cr0.CD)) throw protection();
  const pagingOn = has(Cr0.PG) && !(old & Cr0.PG);
  const pagingOff = !has(Cr0.PG) && (old & Cr0.PG) !== 0n;
  if (pagingOff && (cr4 & Cr4.PCIDE || in64BitMode(cpu))) throw protection();
  if (pagingOn && efer & Efer.LME) {
    const longCode = state.get32("segmentAccess", CS) & Access.long;
    if (!(cr4 & Cr4.PAE) || longCode) throw protection();
  }
  const pae = has(Cr0.PG) && (cr4 & Cr4.PAE) !== 0n && !(efer & Efer.LME);
  if (pae && (value ^ old) & (Cr0.PG | Cr0.CD | Cr0.NW)) loadPdptes(cpu, state.get64("cr3"));
  if (pagingOn && efer & Efer.LME) state.set64("efer", efer | Efer.LMA);
  if (pagingOff) state.set64("efer", efer & ~Efer.LMA);
  state.set64("cr0", value);
  if ((value ^ old) & (Cr0.PG | Cr0.WP | Cr0.PE)) cpu.flushTranslations("all");
  cpu.modeChanged();
}

/** With CR4.PCIDE, bit 63 keeps the translations of the new PCID; it is not stored. */
function writeCr3(cpu: CpuContext, written: bigint): void {
  const { state } = cpu;
  const pcide = (state.get64("cr4") & Cr4.PCIDE) !== 0n;
  const keep = pcide && written >> 63n === 1n;
  const value = keep ? written & ~(1n << 63n) : written;
  if (in64BitMode(cpu) && value >> PHYSICAL_BITS) throw protection();
  loadPageDirectoryPointers(cpu, value);
  state.set64("cr3", value);
  // Nothing is to be forgotten, but other tables count.
  if (keep) cpu.modeChanged();
  else if (pcide) cpu.flushPcid(Number(value & 0xfffn), false);
  else cpu.flushTranslations("nonGlobal");
}

function writeCr4(cpu: CpuContext, value: bigint): void {
  const { state } = cpu;
  const old = state.get64("cr4");
  const long = (state.get64("efer") & Efer.LMA) !== 0n;
  const changes = value ^ old;
  if (value & ~cr4Writable(cpu)) throw protection();
  if (long && !(value & Cr4.PAE)) throw protection();
  if (long && changes & Cr4.LA57) throw protection();
  if (changes & value & Cr4.PCIDE && (!long || state.get64("cr3") & 0xfffn)) throw protection();
  const paging = (state.get64("cr0") & Cr0.PG) !== 0n;
  const pagingBits = Cr4.PAE | Cr4.PGE | Cr4.PSE | Cr4.SMEP;
  if (paging && !long && value & Cr4.PAE && changes & pagingBits) loadPdptes(cpu, state.get64("cr3"));
  state.set64("cr4", value);
  const translating = pagingBits | Cr4.SMAP | Cr4.PCIDE | Cr4.LA57 | Cr4.PKE | Cr4.PKS;
  if (changes & translating) cpu.flushTranslations("all");
  cpu.modeChanged();
}

/** Under PAE paging outside long mode, a new CR3 loads the four PDPTEs (vol. 3, 4.4.1). #GP(0) for reserved bits in a present one. */
export function loadPageDirectoryPointers(cpu: CpuContext, cr3: bigint): void {
  const { state } = cpu;
  const pae = (state.get64("cr0") & Cr0.PG) !== 0n && (state.get64("cr4") & Cr4.PAE) !== 0n;
  if (pae && !(state.get64("efer") & Efer.LMA)) loadPdptes(cpu, cr3);
}

const PDPTE_RESERVED = 0x1e6n | (((1n << 64n) - 1n) ^ ((1n << PHYSICAL_BITS) - 1n));

function loadPdptes(cpu: CpuContext, cr3: bigint): void {
  const table = cr3 & 0xffff_ffe0n;
  const entries = [0n, 1n, 2n, 3n].map((i) => cpu.readPhysical(table + 8n * i, 8));
  if (entries.some((entry) => entry & 1n && entry & PDPTE_RESERVED)) throw protection();
  for (const [i, entry] of entries.entries()) cpu.state.set64("pdpte", entry, i);
}

/** LMSW: PE MP EM TS; PE can be set but not cleared. */
export function loadMachineStatus(cpu: CpuContext, value: bigint): void {
  const old = cpu.state.get64("cr0");
  const low = Cr0.MP | Cr0.EM | Cr0.TS;
  writeCr0(cpu, (old & ~low) | (value & (low | Cr0.PE)));
}

export function clearTaskSwitched(cpu: CpuContext): void {
  cpu.state.set64("cr0", cpu.state.get64("cr0") & ~Cr0.TS);
  cpu.modeChanged();
}

const DR6_FIXED = 0xffff_0ff0n;
const DR6_WRITABLE = 0xe00fn;
const DR7_FIXED = 0x400n;
const DR7_WRITABLE = 0xffff_23ffn;

/** The register a debug register number means: 4 and 5 are 6 and 7 unless CR4.DE makes them #UD. With DR7.GD every access is #DB. */
function debugIndex(cpu: CpuContext, number: number): number {
  const { state } = cpu;
  const alias = number === 4 || number === 5;
  if (number > 7 || (alias && state.get64("cr4") & Cr4.DE)) throw new Fault(Vector.UD);
  checkGeneralDetect(cpu);
  return alias ? number + 2 : number;
}

export function readDebug(cpu: CpuContext, number: number): bigint {
  return cpu.state.get64("debug", debugIndex(cpu, number));
}

export function writeDebug(cpu: CpuContext, number: number, value: bigint): void {
  const index = debugIndex(cpu, number);
  if (index >= 6 && value >> 32n) throw protection();
  let stored = value;
  if (index === 6) stored = (value & DR6_WRITABLE) | DR6_FIXED;
  if (index === 7) stored = (value & DR7_WRITABLE) | DR7_FIXED;
  cpu.state.set64("debug", stored, index);
  cpu.modeChanged();
}

/** XGETBV: #UD without CR4.OSXSAVE, #GP(0) for a register that does not exist. */
export function readExtendedControl(cpu: CpuContext, index: number): bigint {
  checkOsxsave(cpu);
  if (index !== 0) throw protection();
  return cpu.state.get64("xcr0");
}

/** XSETBV: x87 state (bit 0) must be on; SSE (bit 1) and AVX (bit 2) as the model has them, AVX only with SSE. */
export function writeExtendedControl(cpu: CpuContext, index: number, value: bigint): void {
  checkOsxsave(cpu);
  if (cpu.state.get32("cpl") !== 0) throw protection();
  const legal = 1n | (cpu.model.features.has("SSE") ? 2n : 0n) | (cpu.model.features.has("AVX") ? 4n : 0n);
  const bad = (value & 1n) === 0n || (value & ~legal) !== 0n || ((value & 4n) !== 0n && (value & 2n) === 0n);
  if (index !== 0 || bad) throw protection();
  cpu.state.set64("xcr0", value);
  cpu.modeChanged();
}

function checkOsxsave(cpu: CpuContext): void {
  if (!(cpu.state.get64("cr4") & Cr4.OSXSAVE)) throw new Fault(Vector.UD);
}

/** RDPKRU: #UD without CR4.PKE, #GP(0) unless ECX = 0. */
export function readProtectionKeys(cpu: CpuContext, ecx: number): bigint {
  if (!(cpu.state.get64("cr4") & Cr4.PKE)) throw new Fault(Vector.UD);
  if (ecx !== 0) throw protection();
  return BigInt(cpu.state.get32("pkru"));
}

/** WRPKRU: as RDPKRU, and EDX must be 0. */
export function writeProtectionKeys(cpu: CpuContext, ecx: number, edx: number, value: number): void {
  if (!(cpu.state.get64("cr4") & Cr4.PKE)) throw new Fault(Vector.UD);
  if (ecx !== 0 || edx !== 0) throw protection();
  cpu.state.set32("pkru", value);
  cpu.flushTranslations("all");
}

const InvpcidType = { address: 0n, context: 1n, allWithGlobal: 2n, all: 3n } as const;

/** INVPCID (vol. 2): #GP(0) for a bad type, reserved descriptor bits, a PCID while CR4.PCIDE is 0, a non-canonical address. */
export function invalidatePcid(cpu: CpuContext, type: bigint, low: bigint, address: bigint, canonical: boolean): void {
  const pcid = low & 0xfffn;
  const pcide = (cpu.state.get64("cr4") & Cr4.PCIDE) !== 0n;
  if (type > 3n || low >> 12n) throw protection();
  const single = type === InvpcidType.address || type === InvpcidType.context;
  if (single && !pcide && pcid !== 0n) throw protection();
  if (type === InvpcidType.address && !canonical) throw protection();
  if (type === InvpcidType.address) cpu.flushPage(address);
  else if (type === InvpcidType.context) cpu.flushPcid(Number(pcid), false);
  else cpu.flushTranslations(type === InvpcidType.all ? "nonGlobal" : "all");
}
