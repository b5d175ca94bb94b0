/**
 * The instructions of the machine itself that programs reach by name (cpu.*, port I/O, the system call of the linux
 * target): one table with operand and result types and what the passes must know of them. The x86-64 back end has a row
 * for each; the interpreter and the wasm back end hand them to their host, which may refuse.
 */
import type { Type } from "./ssa.ts";

export interface MachineOp {
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
  /** False: may read or write any memory, or lets interrupts in; memory accesses do not move across it. */
  readonly memoryless: boolean;
}

const op = (parameters: readonly Type[], results: readonly Type[], memoryless = false): MachineOp => ({
  parameters,
  results,
  memoryless,
});

/** None is ever dropped, doubled or moved across another: they may all have effects on the machine. */
export const machineOps: { readonly [name: string]: MachineOp } = {
  // Port I/O (SDM vol. 2, IN, OUT, INS, OUTS); a device may reach memory by DMA.
  in8: op(["i16"], ["i8"]),
  in16: op(["i16"], ["i16"]),
  in32: op(["i16"], ["i32"]),
  out8: op(["i16", "i8"], []),
  out16: op(["i16", "i16"], []),
  out32: op(["i16", "i32"], []),
  // Port, address, count of units.
  ins8: op(["i16", "i64", "i64"], []),
  ins16: op(["i16", "i64", "i64"], []),
  ins32: op(["i16", "i64", "i64"], []),
  outs8: op(["i16", "i64", "i64"], []),
  outs16: op(["i16", "i64", "i64"], []),
  outs32: op(["i16", "i64", "i64"], []),

  // Interrupts and waiting.
  cli: op([], []),
  sti: op([], []),
  hlt: op([], []),
  // STI; HLT without a gap in which an interrupt could be missed.
  stiHlt: op([], []),
  pause: op([], [], true),
  readFlags: op([], ["i64"]),
  writeFlags: op(["i64"], []),
  // The flags as they were, then CLI.
  saveFlagsCli: op([], ["i64"]),
  int3: op([], []),

  // Control registers, model-specific registers, tables.
  readCr0: op([], ["i64"]),
  readCr2: op([], ["i64"]),
  readCr3: op([], ["i64"]),
  readCr4: op([], ["i64"]),
  readCr8: op([], ["i64"]),
  writeCr0: op(["i64"], []),
  writeCr2: op(["i64"], []),
  writeCr3: op(["i64"], []),
  writeCr4: op(["i64"], []),
  writeCr8: op(["i64"], []),
  clts: op([], []),
  invlpg: op(["i64"], []),
  wbinvd: op([], []),
  rdmsr: op(["i32"], ["i64"]),
  wrmsr: op(["i32", "i64"], []),
  xgetbv: op(["i32"], ["i64"]),
  xsetbv: op(["i32", "i64"], []),
  // The address of the ten bytes, limit and base.
  lgdt: op(["i64"], []),
  lidt: op(["i64"], []),
  sgdt: op(["i64"], []),
  sidt: op(["i64"], []),
  lldt: op(["i16"], []),
  ltr: op(["i16"], []),
  writeDs: op(["i16"], []),
  writeEs: op(["i16"], []),
  writeFs: op(["i16"], []),
  writeGs: op(["i16"], []),
  writeSs: op(["i16"], []),
  swapgs: op([], []),
  // The word at gs:0: the address of this CPU's own data, by Cor's convention.
  perCpuBase: op([], ["i64"]),
  stac: op([], []),
  clac: op([], []),

  // Time, identity, randomness.
  rdtsc: op([], ["i64"], true),
  rdtscp: op([], ["i64", "i32"], true),
  // Leaf, subleaf; EAX, EBX, ECX, EDX.
  cpuid: op(["i32", "i32"], ["i32", "i32", "i32", "i32"]),
  // The number, and whether there was one.
  rdrand: op([], ["i64", "i1"], true),
  rdseed: op([], ["i64", "i1"], true),

  // State of the floating-point units.
  fxsave: op(["i64"], []),
  fxrstor: op(["i64"], []),
  // Address, mask of components.
  xsave: op(["i64", "i64"], []),
  xrstor: op(["i64", "i64"], []),
  fninit: op([], []),

  // The stack pointer as it is here; what this function will return to.
  stackPointer: op([], ["i64"], true),
  returnAddress: op([], ["i64"], true),
  // SYSCALL as Linux takes it: number and six arguments.
  syscall: op(["i64", "i64", "i64", "i64", "i64", "i64", "i64"], ["i64"]),
  // INT 0x14, Cor's other door: number and five arguments.
  int0x14: op(["i64", "i64", "i64", "i64", "i64", "i64"], ["i64"]),
};
