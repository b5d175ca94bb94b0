/** Which rows of the table a host can be asked about, in which mode. */
import { readFileSync } from "node:fs";
import { type CpuModel, supports } from "../../emulator/cpu/cpuid.ts";
import type { Row } from "../../emulator/isa/instruction.ts";
import { rows } from "../../emulator/isa/rows.ts";
import type { Group } from "./groups.ts";
import { byRule, hasRule } from "./rules.ts";
import type { Mode } from "./user-case.ts";

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
  RDRAND: "rdrand",
  RDTSCP: "rdtscp",
  RDPID: "rdpid",
  INVPCID: "invpcid",
  OSPKE: "ospke",
  XSAVE: "xsave",
  XSAVEOPT: "xsaveopt",
  XSAVEC: "xsavec",
  FPU: "fpu",
  FXSR: "fxsr",
  MMX: "mmx",
  SSE: "sse",
  SSE2: "sse2",
  SSE3: "pni",
  SSSE3: "ssse3",
  SSE4_1: "sse4_1",
  AESNI: "aes",
  PCLMULQDQ: "pclmulqdq",
  SHA: "sha_ni",
  F16C: "f16c",
  AVX: "avx",
  AVX2: "avx2",
  FMA: "fma",
  VAES: "vaes",
  VPCLMULQDQ: "vpclmulqdq",
};

/** The words of /proc/cpuinfo's "flags"; empty where there is no such file. */
export function hostFlags(): ReadonlySet<string> {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"));
    return new Set(line?.[1]?.trim().split(/\s+/) ?? []);
  } catch {
    return new Set();
  }
}

/** Whose approximations the host has; "" where there is no such file. */
const hostMaker = (() => {
  try {
    return /^vendor_id\s*:\s*(\S+)/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
})();

/** Why processors of different makers differ in a row, or null. */
export function differsByMaker(row: Row): string | null {
  if (row.operands.some((spec) => spec.notation === "m16:64")) return "far pointers of 64 bits are Intel's alone";
  if (/^v?r(cp|sqrt)[ps]s$/.test(row.mnemonic) && hostMaker !== "AuthenticAMD")
    return "approximations are each maker's own";
  if (row.mnemonic === "movsxd" && row.operandSize === 16) return "AMD's processors read 32 bits";
  if (row.mnemonic === "nop" && row.opcode === 0x0d) return "#UD on AMD's processors with a register";
  return null;
}

/** Why a row cannot be compared with a host of such flags, or null. */
export function notOnHost(row: Row, flags: ReadonlySet<string>): string | null {
  const name = hostNames[row.feature];
  if (name !== undefined && !flags.has(name)) return `the host has no ${row.feature}`;
  return differsByMaker(row);
}

/** The rows of a group whose programs both processors can run and that a program can go on behind or end in. */
export function eligibleRows(group: Group, mode: Mode, model: CpuModel, flags: ReadonlySet<string>): Row[] {
  return rows.filter(
    (row) =>
      group.has(row) &&
      row.modes[mode] &&
      !byRule.has(row.mnemonic) &&
      (supports(model, row) || row.elseBase) &&
      notOnHost(row, flags) === null,
  );
}

/** The rows that are judged by rule. */
export function ruledRows(group: Group, mode: Mode, model: CpuModel, flags: ReadonlySet<string>): Row[] {
  return rows.filter(
    (row) =>
      group.has(row) &&
      row.modes[mode] &&
      hasRule(row.mnemonic) &&
      // In compatibility mode AMD's SYSCALL and Linux's answer to it are another matter; Intel's SYSENTER is a system call.
      (row.mnemonic !== "syscall" || mode === 64) &&
      (row.mnemonic !== "sysenter" || flags.has("sse4a")) &&
      supports(model, row) &&
      notOnHost(row, flags) === null,
  );
}
