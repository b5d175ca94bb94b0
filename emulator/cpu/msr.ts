/**
 * Model-specific registers (SDM vol. 4, chapter 2): one table of what exists, with the values each refuses. RDMSR and
 * WRMSR of anything else are #GP(0) and a line in `guest_errors`.
 */
import { APIC_BSP, APIC_ENABLE, APIC_EXTD } from "./apic-registers.ts";
import { type CpuContext, Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import { PHYSICAL_BITS } from "./control-registers.ts";
import type { Feature } from "./cpuid.ts";
import { isCanonical } from "./segmentation.ts";
import { type StateField, Vector } from "./state.ts";

interface Msr {
  /** Absent when the model lacks it. */
  readonly feature?: Feature;
  readonly read: (cpu: CpuContext) => bigint;
  /** Absent for read-only registers. Throws #GP(0) for values it refuses. */
  readonly write?: (cpu: CpuContext, value: bigint) => void;
}

const protection = () => new Fault(Vector.GP, 0);

const FS = 4;
const GS = 5;

function checkCanonical(cpu: CpuContext, value: bigint): void {
  if (!isCanonical(cpu, value)) throw protection();
}

/** A register that keeps what is written, if `check` lets it. */
function storage(field: StateField, index = 0, check: (cpu: CpuContext, value: bigint) => void = () => {}): Msr {
  return {
    read: (cpu) => cpu.state.get64(field, index),
    write: (cpu, value) => {
      check(cpu, value);
      cpu.state.set64(field, value, index);
    },
  };
}

/** #GP(0) for bits outside the mask. */
const only =
  (mask: bigint) =>
  (_: CpuContext, value: bigint): void => {
    if (value & ~mask) throw protection();
  };

const constant = (value: bigint): Msr => ({ read: () => value });
/** Reads as a constant; writes are accepted and forgotten. */
const inert = (value: bigint): Msr => ({ read: () => value, write: () => {} });

const ADDRESS_MASK = ((1n << PHYSICAL_BITS) - 1n) & ~0xfffn;
const LOW_32 = 0xffff_ffffn;

/** UC 0, WC 1, WT 4, WP 5, WB 6, and in the PAT also UC- 7. */
const isMemoryType = (type: bigint, pat: boolean): boolean =>
  type === 0n || type === 1n || (type >= 4n && type <= (pat ? 7n : 6n));

/** Eight memory types, one a byte. */
const memoryTypes =
  (pat: boolean) =>
  (_: CpuContext, value: bigint): void => {
    for (let shift = 0n; shift < 64n; shift += 8n) if (!isMemoryType((value >> shift) & 0xffn, pat)) throw protection();
  };

function checkMtrrBase(_: CpuContext, value: bigint): void {
  if (value & ~(ADDRESS_MASK | 0xffn) || !isMemoryType(value & 0xffn, false)) throw protection();
}

function checkMtrrDefault(_: CpuContext, value: bigint): void {
  if (value & ~0xcffn || !isMemoryType(value & 0xffn, false)) throw protection();
}

function writeEfer(cpu: CpuContext, value: bigint): void {
  const { state } = cpu;
  const old = state.get64("efer");
  const nx = cpu.model.features.has("NX") ? Efer.NXE : 0n;
  if (value & ~(Efer.SCE | Efer.LME | Efer.LMA | nx)) throw protection();
  if ((value ^ old) & Efer.LME && state.get64("cr0") & Cr0.PG) throw protection();
  state.set64("efer", (value & ~Efer.LMA) | (old & Efer.LMA));
  if ((value ^ old) & Efer.NXE) cpu.flushTranslations("all");
  cpu.modeChanged();
}

/** Vol. 3, 10.4.4 and figure 10-27. */
function writeApicBase(cpu: CpuContext, value: bigint): void {
  const extd = cpu.model.features.has("X2APIC") ? APIC_EXTD : 0n;
  if (value & ~(ADDRESS_MASK | APIC_BSP | extd | APIC_ENABLE) || !cpu.apic.allowsBase(value)) throw protection();
  cpu.apic.setBase(value);
}

function writeTimestamp(cpu: CpuContext, value: bigint): void {
  cpu.state.set64("tscOffset", value - cpu.cycles);
  cpu.apic.timestampChanged();
}

/** A register of the local APIC in x2APIC mode (vol. 3, table 10-6). */
function apicRegister(number: number): Msr {
  return {
    feature: "X2APIC",
    read: (cpu) => {
      const value = cpu.apic.readMsr(number);
      if (value === null) throw protection();
      return value;
    },
    write: (cpu, value) => {
      if (!cpu.apic.writeMsr(number, value)) throw protection();
    },
  };
}

/** Bits that say "not there" for branch trace store and PEBS, and cannot be written. */
const MISC_ENABLE_FIXED = 0x1800n;
/** Fast strings, thermal control, SpeedStep, MONITOR, limit CPUID, xTPR off, XD off. */
const MISC_ENABLE_WRITABLE = 0x1n | (1n << 3n) | (1n << 16n) | (1n << 18n) | (1n << 22n) | (1n << 23n) | (1n << 34n);

function writeMiscEnable(cpu: CpuContext, value: bigint): void {
  if (value & ~(MISC_ENABLE_WRITABLE | MISC_ENABLE_FIXED)) throw protection();
  cpu.state.set64("miscEnable", (value & MISC_ENABLE_WRITABLE) | MISC_ENABLE_FIXED);
}

/** None of the speculation errata: RDCL, RSB, L1D on VM entry, SSB, MDS, page-size MCE, TAA, SBDR, FBSDP, PSDP, BHI, PBRSB, GDS, RFDS. */
const ARCH_CAPABILITIES = 0x0d10_e179n;

const base = (segment: number): Msr => storage("segmentBase", segment, checkCanonical);

function table(): ReadonlyMap<number, Msr> {
  const msrs = new Map<number, Msr>([
    [
      0x10,
      {
        read: timestamp,
        write: writeTimestamp,
      },
    ],
    [0x17, constant(0n)],
    [0x1b, { feature: "APIC", read: (cpu) => cpu.apic.base, write: writeApicBase }],
    // FEATURE_CONTROL: locked, nothing in it.
    [0x3a, constant(1n)],
    [0x79, { read: () => 0n, write: () => {} }],
    // BIOS_SIGN_ID: below revision 22H of this model's microcode, Linux does not trust the TSC deadline timer.
    [0x8b, inert(0x28n << 32n)],
    // MTRRCAP: 8 variable ranges, fixed ranges, write combining.
    [0xfe, { feature: "MTRR", read: () => 0x508n }],
    [0x10a, { feature: "ARCH_CAPABILITIES", read: () => ARCH_CAPABILITIES }],
    [0x174, { feature: "SEP", ...storage("sysenterCs", 0, only(LOW_32)) }],
    [0x175, { feature: "SEP", ...storage("sysenterEsp", 0, checkCanonical) }],
    [0x176, { feature: "SEP", ...storage("sysenterEip", 0, checkCanonical) }],
    // Machine check: no banks.
    [0x179, { feature: "MCA", read: () => 0n }],
    [0x17a, { feature: "MCA", read: () => 0n, write: only(0n) }],
    [0x1a0, { read: (cpu) => cpu.state.get64("miscEnable"), write: writeMiscEnable }],
    [0x277, { feature: "PAT", ...storage("pat", 0, memoryTypes(true)) }],
    [0x2ff, { feature: "MTRR", ...storage("mtrrDefault", 0, checkMtrrDefault) }],
    [
      0x6e0,
      {
        feature: "TSC_DEADLINE",
        read: (cpu) => cpu.apic.tscDeadline,
        write: (cpu, value) => {
          cpu.apic.tscDeadline = value;
        },
      },
    ],
    [0xc000_0080, { read: (cpu) => cpu.state.get64("efer"), write: writeEfer }],
    [0xc000_0081, storage("star")],
    [0xc000_0082, storage("lstar", 0, checkCanonical)],
    [0xc000_0083, storage("cstar", 0, checkCanonical)],
    [0xc000_0084, storage("fmask", 0, only(LOW_32))],
    [0xc000_0100, base(FS)],
    [0xc000_0101, base(GS)],
    [0xc000_0102, storage("kernelGsBase", 0, checkCanonical)],
    [0xc000_0103, { feature: "RDTSCP", ...storage("tscAux", 0, only(LOW_32)) }],
  ]);
  for (let i = 0; i < 8; i++) {
    msrs.set(0x200 + 2 * i, { feature: "MTRR", ...storage("mtrrVariable", 2 * i, checkMtrrBase) });
    msrs.set(0x201 + 2 * i, { feature: "MTRR", ...storage("mtrrVariable", 2 * i + 1, only(ADDRESS_MASK | 0x800n)) });
  }
  for (let number = 0x800; number < 0x900; number++) msrs.set(number, apicRegister(number));
  const fixed = [0x250, 0x258, 0x259, 0x268, 0x269, 0x26a, 0x26b, 0x26c, 0x26d, 0x26e, 0x26f];
  for (const [i, number] of fixed.entries())
    msrs.set(number, { feature: "MTRR", ...storage("mtrrFixed", i, memoryTypes(false)) });
  return msrs;
}

const msrs = table();

function find(cpu: CpuContext, number: number): Msr | undefined {
  const msr = msrs.get(number);
  return msr?.feature === undefined || cpu.model.features.has(msr.feature) ? msr : undefined;
}

/** RDMSR. #GP(0) for a register that does not exist. */
export function readMsr(cpu: CpuContext, number: number): bigint {
  const msr = find(cpu, number);
  if (msr === undefined) throw unknown(cpu, "RDMSR", number);
  return BigInt.asUintN(64, msr.read(cpu));
}

/** WRMSR. #GP(0) for a register that does not exist or is read-only, and for values it refuses. */
export function writeMsr(cpu: CpuContext, number: number, value: bigint): void {
  const msr = find(cpu, number);
  if (msr === undefined) throw unknown(cpu, "WRMSR", number);
  if (msr.write === undefined) throw protection();
  msr.write(cpu, value);
}

function unknown(cpu: CpuContext, instruction: string, number: number): Fault {
  cpu.log.guestError("cpu", `${instruction} of register 0x${number.toString(16)}, which does not exist`);
  return protection();
}

/** The time-stamp counter. */
export function timestamp(cpu: CpuContext): bigint {
  return BigInt.asUintN(64, cpu.cycles + cpu.state.get64("tscOffset"));
}

/** RDTSC: #GP(0) above CPL 0 when CR4.TSD is set. */
export function readTimestamp(cpu: CpuContext): bigint {
  const { state } = cpu;
  if (state.get64("cr4") & Cr4.TSD && state.get32("cpl") !== 0) throw protection();
  return timestamp(cpu);
}

/** RDPMC: CR4.PCE or CPL 0; there are no counters, so #GP(0) either way. */
export function readPerformanceCounter(cpu: CpuContext, index: number): bigint {
  cpu.log.guestError("cpu", `RDPMC of counter 0x${index.toString(16)}, which does not exist`);
  throw protection();
}

/** Values of these registers after power-on (vol. 3, table 9-1 and 11.11.5). */
export function resetMsrs(cpu: Pick<CpuContext, "state">): void {
  const { state } = cpu;
  state.set64("miscEnable", MISC_ENABLE_FIXED | 1n);
}

/** PAT and MTRRs after power-on. */
export function resetMemoryTypes(cpu: Pick<CpuContext, "state">): void {
  const { state } = cpu;
  state.set64("pat", 0x0007_0406_0007_0406n);
  state.set64("mtrrDefault", 0n);
  for (let i = 0; i < 11; i++) state.set64("mtrrFixed", 0n, i);
  for (let i = 0; i < 16; i++) state.set64("mtrrVariable", 0n, i);
}
