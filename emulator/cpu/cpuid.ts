/**
 * CPUID (SDM vol. 2, CPUID): a table of features, each with the bit that announces it, and models that are sets of
 * features. A model announces only what is implemented; whether a row of the instruction table exists for the guest is
 * asked of the same set, so an instruction and its bit cannot disagree.
 */
import { CLOCK_HZ } from "../clock.ts";
import type { Instruction, Row } from "../isa/instruction.ts";
import { rowsOf } from "../isa/table.ts";
import { APIC_ENABLE } from "./apic-registers.ts";
import { CRYSTAL_HZ } from "./apic-timer.ts";
import type { CpuContext } from "./context.ts";
import { Cr4 } from "./control-bits.ts";
import { type CpuModelName, DEFAULT_CPU } from "./cpu-models.ts";
import { XSAVE_BYTES } from "./fxsave.ts";
import { in64BitMode } from "./segmentation.ts";

type RegisterName = "eax" | "ebx" | "ecx" | "edx";

interface FeatureBit {
  readonly leaf: number;
  readonly subleaf?: number;
  readonly register: RegisterName;
  readonly bit: number;
}

const at = (leaf: number, register: RegisterName, bit: number): FeatureBit => ({ leaf, register, bit });

/** Where each feature is announced. Names as in the instruction table and vol. 2, tables 3-10 and 3-11. */
const bits = {
  FPU: at(1, "edx", 0),
  VME: at(1, "edx", 1),
  DE: at(1, "edx", 2),
  PSE: at(1, "edx", 3),
  TSC: at(1, "edx", 4),
  MSR: at(1, "edx", 5),
  PAE: at(1, "edx", 6),
  MCE: at(1, "edx", 7),
  CX8: at(1, "edx", 8),
  APIC: at(1, "edx", 9),
  SEP: at(1, "edx", 11),
  MTRR: at(1, "edx", 12),
  PGE: at(1, "edx", 13),
  MCA: at(1, "edx", 14),
  CMOV: at(1, "edx", 15),
  PAT: at(1, "edx", 16),
  PSE36: at(1, "edx", 17),
  CLFSH: at(1, "edx", 19),
  MMX: at(1, "edx", 23),
  FXSR: at(1, "edx", 24),
  SSE: at(1, "edx", 25),
  SSE2: at(1, "edx", 26),
  SSE3: at(1, "ecx", 0),
  PCLMULQDQ: at(1, "ecx", 1),
  MONITOR: at(1, "ecx", 3),
  SSSE3: at(1, "ecx", 9),
  FMA: at(1, "ecx", 12),
  CX16: at(1, "ecx", 13),
  PCID: at(1, "ecx", 17),
  SSE4_1: at(1, "ecx", 19),
  SSE4_2: at(1, "ecx", 20),
  X2APIC: at(1, "ecx", 21),
  MOVBE: at(1, "ecx", 22),
  POPCNT: at(1, "ecx", 23),
  TSC_DEADLINE: at(1, "ecx", 24),
  AESNI: at(1, "ecx", 25),
  XSAVE: at(1, "ecx", 26),
  AVX: at(1, "ecx", 28),
  F16C: at(1, "ecx", 29),
  RDRAND: at(1, "ecx", 30),
  ARAT: at(6, "eax", 2),
  FSGSBASE: at(7, "ebx", 0),
  BMI1: at(7, "ebx", 3),
  AVX2: at(7, "ebx", 5),
  SMEP: at(7, "ebx", 7),
  BMI2: at(7, "ebx", 8),
  ERMS: at(7, "ebx", 9),
  INVPCID: at(7, "ebx", 10),
  /** FCS and FDS are always stored as 0. */
  FCS_FDS_DEPRECATED: at(7, "ebx", 13),
  RDSEED: at(7, "ebx", 18),
  ADX: at(7, "ebx", 19),
  SMAP: at(7, "ebx", 20),
  CLFLUSHOPT: at(7, "ebx", 23),
  CLWB: at(7, "ebx", 24),
  PREFETCHWT1: at(7, "ecx", 0),
  SHA: at(7, "ebx", 29),
  VAES: at(7, "ecx", 9),
  VPCLMULQDQ: at(7, "ecx", 10),
  XSAVEOPT: { leaf: 0xd, subleaf: 1, register: "eax", bit: 0 },
  XSAVEC: { leaf: 0xd, subleaf: 1, register: "eax", bit: 1 },
  UMIP: at(7, "ecx", 2),
  PKU: at(7, "ecx", 3),
  LA57: at(7, "ecx", 16),
  RDPID: at(7, "ecx", 22),
  CLDEMOTE: at(7, "ecx", 25),
  PKS: at(7, "ecx", 31),
  CET_SS: at(7, "ecx", 7),
  CET_IBT: at(7, "edx", 20),
  FSRM: at(7, "edx", 4),
  SERIALIZE: at(7, "edx", 14),
  ARCH_CAPABILITIES: at(7, "edx", 29),
  LAHF: at(0x8000_0001, "ecx", 0),
  LZCNT: at(0x8000_0001, "ecx", 5),
  PREFETCHW: at(0x8000_0001, "ecx", 8),
  SYSCALL: at(0x8000_0001, "edx", 11),
  NX: at(0x8000_0001, "edx", 20),
  PDPE1GB: at(0x8000_0001, "edx", 26),
  RDTSCP: at(0x8000_0001, "edx", 27),
  LM: at(0x8000_0001, "edx", 29),
  INVARIANT_TSC: at(0x8000_0007, "edx", 8),
  WBNOINVD: at(0x8000_0008, "ebx", 9),
} as const satisfies Record<string, FeatureBit>;

export type Feature = keyof typeof bits;

/** What this processor can do. A feature joins the list in the change that completes it. */
const base: readonly Feature[] = [
  "FPU",
  "FCS_FDS_DEPRECATED",
  "VME",
  "DE",
  "PSE",
  "TSC",
  "MSR",
  "PAE",
  "MCE",
  "CX8",
  "APIC",
  "ARAT",
  "SEP",
  "MTRR",
  "PGE",
  "MCA",
  "CMOV",
  "PAT",
  "PSE36",
  "CLFSH",
  "MMX",
  "FXSR",
  "SSE",
  "SSE2",
  "SYSCALL",
  "NX",
  "LM",
  "INVARIANT_TSC",
  "ARCH_CAPABILITIES",
];
const v2: readonly Feature[] = [
  ...base,
  ...(["CX16", "LAHF", "POPCNT", "RDTSCP", "PDPE1GB"] as const),
  ...(["SSE3", "SSSE3", "SSE4_1", "SSE4_2"] as const),
];
const v3: readonly Feature[] = [...v2, "MOVBE", "LZCNT", "BMI1", "BMI2", "XSAVE", "AVX", "AVX2", "FMA", "F16C"];
const max: readonly Feature[] = [
  ...v3,
  "XSAVEOPT",
  "XSAVEC",
  "VAES",
  "VPCLMULQDQ",
  "AESNI",
  "PCLMULQDQ",
  "SHA",
  "X2APIC",
  "TSC_DEADLINE",
  "MONITOR",
  "PCID",
  "RDRAND",
  "FSGSBASE",
  "SMEP",
  "ERMS",
  "INVPCID",
  "RDSEED",
  "ADX",
  "SMAP",
  "CLFLUSHOPT",
  "CLWB",
  "UMIP",
  "PKU",
  "LA57",
  "RDPID",
  "CLDEMOTE",
  "FSRM",
  "SERIALIZE",
  "PREFETCHW",
  "WBNOINVD",
];

export interface CpuModel {
  readonly name: CpuModelName;
  readonly features: ReadonlySet<Feature>;
}

const model = (name: CpuModelName, features: readonly Feature[]): CpuModel => ({ name, features: new Set(features) });

/** The psABI's levels with what processors of their day had besides, and everything there is. */
export const models: Readonly<Record<CpuModelName, CpuModel>> = {
  "x86-64": model("x86-64", base),
  "x86-64-v2": model("x86-64-v2", v2),
  "x86-64-v3": model("x86-64-v3", v3),
  max: model("max", max),
};
export const defaultModel: CpuModel = models[DEFAULT_CPU];

/** Row features that need no announcement: RDPKRU and WRPKRU look at CR4.PKE themselves. */
const alwaysThere: ReadonlySet<string> = new Set(["", "OSPKE"]);

/** Whether a row of the instruction table exists in a model. */
export function supports(cpuModel: CpuModel, row: Row): boolean {
  // AES and PCLMULQDQ have VEX forms, which need AVX as well.
  if (row.vector?.state === "avx" && !cpuModel.features.has("AVX")) return false;
  if (cpuModel.features.has(row.feature as Feature)) return true;
  return row.vector === null && alwaysThere.has(row.feature);
}

/** The older instruction that the bytes of an `elseBase` row mean to a processor without the feature; else a NOP. */
const olderMnemonics: Readonly<Record<string, string>> = { tzcnt: "bsf", lzcnt: "bsr", wbnoinvd: "wbinvd" };

/** A decoded instruction as the model understands it: itself, the older one it extends, or null (#UD). */
export function asUnderstood(cpuModel: CpuModel, instruction: Instruction): Instruction | null {
  const { row } = instruction;
  if (supports(cpuModel, row)) return instruction;
  if (!row.elseBase) return null;
  const older = olderMnemonics[row.mnemonic];
  if (older === undefined) return { ...instruction, row: rowsOf("nop")[0]!, operands: [] };
  return { ...instruction, row: rowsOf(older).find((other) => other.operandSize === row.operandSize)! };
}

interface Registers {
  eax: number;
  ebx: number;
  ecx: number;
  edx: number;
}

const MAX_BASIC = 0x16;
const MAX_EXTENDED = 0x8000_0008;
const VENDOR = "GenuineIntel";
const BRAND = "Cor x86_64 processor, in TypeScript";
/** Family 6, model 3CH, stepping 4. */
const SIGNATURE = 0x0003_06c4;
const MISC_LIMIT_CPUID = 1n << 22n;

/** What the features of one leaf and register add up to. */
function featureBits(cpuModel: CpuModel, leaf: number, register: RegisterName): number {
  let value = 0;
  for (const [name, where] of Object.entries(bits))
    if (where.leaf === leaf && where.register === register && cpuModel.features.has(name as Feature))
      value |= 1 << where.bit;
  return value;
}

/** Four bytes of a string as a little-endian word; zeros behind its end. */
function word(text: string, offset: number): number {
  let value = 0;
  for (let i = 3; i >= 0; i--) value = (value << 8) | (offset + i < text.length ? text.charCodeAt(offset + i) : 0);
  return value;
}

/** Leaf 4, one cache level: type (1 data, 2 code, 3 unified), level, ways, sets; lines of 64 bytes, not shared. */
function cache(type: number, level: number, ways: number, sets: number): Registers {
  return { eax: type | (level << 5) | (1 << 8), ebx: ((ways - 1) << 22) | 63, ecx: sets - 1, edx: 0 };
}

const caches: readonly Registers[] = [
  cache(1, 1, 8, 64),
  cache(2, 1, 8, 64),
  cache(3, 2, 8, 512),
  cache(3, 3, 16, 8192),
];

/** CPUID's answer for a leaf and subleaf. Leaves above the maximum answer as the highest basic leaf. */
export function cpuidLeaf(cpu: CpuContext, requested: number, subleaf: number): Registers {
  const { state } = cpu;
  const limited = (state.get64("miscEnable") & MISC_LIMIT_CPUID) !== 0n;
  const maxBasic = limited ? 2 : MAX_BASIC;
  const inRange = requested >= 0x8000_0000 ? requested <= MAX_EXTENDED : requested <= maxBasic;
  const leaf = inRange ? requested : maxBasic;
  const zero: Registers = { eax: 0, ebx: 0, ecx: 0, edx: 0 };
  const announced = (register: RegisterName) => featureBits(cpu.model, leaf, register);
  switch (leaf) {
    case 0:
      return { eax: maxBasic, ebx: word(VENDOR, 0), edx: word(VENDOR, 4), ecx: word(VENDOR, 8) };
    case 1:
      return featureLeaf(cpu);
    case 2:
      // One byte: use leaf 4 for the caches.
      return { ...zero, eax: 0x00ff_0001 };
    case 4:
      return caches[subleaf] ?? zero;
    case 5:
      return cpu.model.features.has("MONITOR") ? { eax: 64, ebx: 64, ecx: 3, edx: 0 } : zero;
    case 6:
      // The APIC timer always runs (ARAT).
      return { ...zero, eax: announced("eax") };
    case 7: {
      if (subleaf !== 0) return zero;
      const ospke = state.get64("cr4") & Cr4.PKE ? 1 << 4 : 0;
      return { eax: 0, ebx: announced("ebx"), ecx: announced("ecx") | ospke, edx: announced("edx") };
    }
    case 0xb:
      // Topology: one thread per core, one core; levels end with type 0.
      if (subleaf === 0) return { eax: 0, ebx: 1, ecx: 0x100, edx: 0 };
      if (subleaf === 1) return { eax: 0, ebx: 1, ecx: 0x201, edx: 0 };
      return { ...zero, ecx: subleaf & 0xff };
    case 0xd:
      return extendedState(cpu, subleaf);
    case 0x15:
      // TSC = crystal × EBX / EAX.
      return { eax: 1, ebx: CLOCK_HZ / CRYSTAL_HZ, ecx: CRYSTAL_HZ, edx: 0 };
    case 0x16:
      return { eax: CLOCK_HZ / 1e6, ebx: CLOCK_HZ / 1e6, ecx: 100, edx: 0 };
    case 0x8000_0000:
      return { ...zero, eax: MAX_EXTENDED };
    case 0x8000_0001: {
      // SYSCALL is announced in 64-bit mode only.
      const hidden = in64BitMode(cpu) ? 0 : 1 << 11;
      return { ...zero, ecx: announced("ecx"), edx: announced("edx") & ~hidden };
    }
    case 0x8000_0002:
    case 0x8000_0003:
    case 0x8000_0004: {
      const offset = (leaf - 0x8000_0002) * 16;
      const [eax, ebx, ecx, edx] = [0, 4, 8, 12].map((i) => word(BRAND, offset + i)) as [
        number,
        number,
        number,
        number,
      ];
      return { eax, ebx, ecx, edx };
    }
    case 0x8000_0006:
      // L2: 256 KiB, 8 ways, lines of 64 bytes.
      return { ...zero, ecx: (256 << 16) | (6 << 12) | 64 };
    case 0x8000_0007:
      return { ...zero, edx: announced("edx") };
    case 0x8000_0008: {
      const linear = cpu.model.features.has("LA57") ? 57 : 48;
      return { ...zero, eax: 46 | (linear << 8), ebx: announced("ebx") };
    }
    default:
      return zero;
  }
}

/** Leaf 0DH: the components of XSAVE's areas: x87 and SSE in the legacy area, AVX behind the header. */
function extendedState(cpu: CpuContext, subleaf: number): Registers {
  const zero: Registers = { eax: 0, ebx: 0, ecx: 0, edx: 0 };
  const { features } = cpu.model;
  if (!features.has("XSAVE")) return zero;
  const avx = features.has("AVX");
  const now = cpu.state.get64("xcr0") & 4n ? XSAVE_BYTES.withAvx : XSAVE_BYTES.withoutAvx;
  switch (subleaf) {
    case 0:
      return {
        eax: avx ? 7 : 3,
        ebx: now,
        ecx: avx ? XSAVE_BYTES.withAvx : XSAVE_BYTES.withoutAvx,
        edx: 0,
      };
    case 1:
      return { ...zero, eax: featureBits(cpu.model, 0xd, "eax"), ebx: features.has("XSAVEC") ? now : 0 };
    case 2:
      return avx ? { ...zero, eax: XSAVE_BYTES.withAvx - XSAVE_BYTES.withoutAvx, ebx: XSAVE_BYTES.withoutAvx } : zero;
    default:
      return zero;
  }
}

/** Leaf 1: signature, CLFLUSH line (8 × 8 bytes), one logical processor, and the features, two of which mirror CR4 and APIC_BASE. */
function featureLeaf(cpu: CpuContext): Registers {
  const { state } = cpu;
  let ecx = featureBits(cpu.model, 1, "ecx");
  let edx = featureBits(cpu.model, 1, "edx");
  if (state.get64("cr4") & Cr4.OSXSAVE) ecx |= 1 << 27;
  if (!(cpu.apic.base & APIC_ENABLE)) edx &= ~(1 << 9);
  return { eax: SIGNATURE, ebx: (1 << 16) | (8 << 8), ecx, edx };
}

/** The CPUID instruction: EAX and ECX in, EAX…EDX out, upper halves cleared. */
export function cpuid(cpu: CpuContext): void {
  const { state } = cpu;
  const leaf = Number(state.get64("general", 0) & 0xffff_ffffn);
  const subleaf = Number(state.get64("general", 1) & 0xffff_ffffn);
  const { eax, ebx, ecx, edx } = cpuidLeaf(cpu, leaf, subleaf);
  for (const [i, value] of [eax, ecx, edx, ebx].entries()) state.set64("general", BigInt(value >>> 0), i);
}
