/** The processors that `--cpu` chooses from: the levels of the x86-64 psABI, and everything that Cor's processor can do (cpuid.ts says what each has). */
export const cpuModels = ["x86-64", "x86-64-v2", "x86-64-v3", "max"] as const;
export type CpuModelName = (typeof cpuModels)[number];
export const DEFAULT_CPU: CpuModelName = "max";
