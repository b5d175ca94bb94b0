/**
 * What handler modules share: the memory, the function table, and the slow paths. The slow paths come partly from
 * TypeScript (runtime.ts), partly from the core module (core.ts), which wraps them so that 64-bit words travel through memory and not through
 * BigInt parameters.
 */
import type { FunctionRef, WasmModule } from "../formats/wasm.ts";
import type { ValueType } from "../formats/wasm-codes.ts";

/** Parameters and results of every shared function. */
export const sharedFunctions = {
  /**
   * (op, offset, access) → where the bytes can be read or written, or 0 when the instruction faults. `access`: see accessWord.
   */
  reach: { parameters: ["i32", "i64", "i32"], results: ["i32"] },
  /** (op, offset, access, value) → 1, or 0 when the instruction faults. */
  store32: { parameters: ["i32", "i64", "i32", "i32"], results: ["i32"] },
  store64: { parameters: ["i32", "i64", "i32", "i64"], results: ["i32"] },
  store128: { parameters: ["i32", "i64", "i32", "v128"], results: ["i32"] },
  /** (op, address that `reach` gave): the value there was written. */
  commit: { parameters: ["i32", "i32"], results: [] },
  /** (op, vector, error code or −1): records a fault; the handler then leaves. */
  raise: { parameters: ["i32", "i32", "i32"], results: [] },
  /** (op, number of the helper) → 1, or 0 when it threw a fault. Arguments and result are in the workspace. */
  helper: { parameters: ["i32", "i32"], results: ["i32"] },
  /** (op, reason): leaves generated code. */
  leave: { parameters: ["i32", "i32"], results: [] },
  /** (op): a head's counter has come to 0 → whether the head has got another handler, which is to be called. */
  hot: { parameters: ["i32"], results: ["i32"] },
  /** (op, target) → 1, or 0 when the target is outside the code segment's limit or not canonical. */
  checkJump: { parameters: ["i32", "i64"], results: ["i32"] },
  /** (op): the head record for the RIP in the state, or 0 with an exit. */
  lookup: { parameters: ["i32"], results: ["i32"] },
  /** (op, address of the link, target): as lookup, by way of a link that is not an address yet. */
  follow: { parameters: ["i32", "i32", "i64"], results: ["i32"] },
  /** (op) → next record: behind an instruction that may have changed what the run loop must act on; its run ends. */
  endRun: { parameters: ["i32"], results: ["i32"] },
  /** (op) → next record: likewise, where a helper has set RIP. */
  transferred: { parameters: ["i32"], results: ["i32"] },
  /** (op, element size as a power of two): as many further iterations of REP MOVS or REP STOS as can be done at once, perhaps none. */
  bulkMove32: { parameters: ["i32", "i32"], results: [] },
  bulkStore32: { parameters: ["i32", "i32"], results: [] },
  bulkMove: { parameters: ["i32", "i32"], results: [] },
  bulkStore: { parameters: ["i32", "i32"], results: [] },
  /** (low half of the RIP behind an indirect jump or call, target): see jump-targets.ts. */
  noteJump: { parameters: ["i32", "i64"], results: [] },
  /** (op, 1 if the conditional branch is taken): see predictor.ts, as the next three. */
  predictBranch: { parameters: ["i32", "i32"], results: [] },
  /** (op, target) of an indirect jump or call. */
  predictJump: { parameters: ["i32", "i64"], results: [] },
  /** (op) of a near call. */
  noteCall: { parameters: ["i32"], results: [] },
  /** (op, target) of a near return. */
  predictReturn: { parameters: ["i32", "i64"], results: [] },
  /** () → the head record of the handler of the fault that was recorded, or 0 when TypeScript must see to it, or to something else. */
  deliverFault: { parameters: [], results: ["i32"] },
  /** (op) → 1, or 0 when nothing was done, and the helper must be called: see `quickWays`. */
  quickInterrupt: { parameters: ["i32"], results: ["i32"] },
  quickInterruptReturn: { parameters: ["i32"], results: ["i32"] },
  quickSyscall: { parameters: ["i32"], results: ["i32"] },
  quickSysret: { parameters: ["i32"], results: ["i32"] },
  quickLoadCr3: { parameters: ["i32"], results: ["i32"] },
  quickInvalidatePage: { parameters: ["i32"], results: ["i32"] },
  quickIn: { parameters: ["i32"], results: ["i32"] },
  quickOut: { parameters: ["i32"], results: ["i32"] },
  quickReadTimestamp: { parameters: ["i32"], results: ["i32"] },
  quickReadMsr: { parameters: ["i32"], results: ["i32"] },
  quickWriteMsr: { parameters: ["i32"], results: ["i32"] },
  mulHighUnsigned: { parameters: ["i64", "i64"], results: ["i64"] },
  mulHighSigned: { parameters: ["i64", "i64"], results: ["i64"] },
} as const satisfies Record<string, { parameters: readonly ValueType[]; results: readonly ValueType[] }>;

export type SharedName = keyof typeof sharedFunctions;
export type Shared = { readonly [Name in SharedName]: FunctionRef };

/**
 * Helpers with a quick way in front of them (quick/): generated code, of either tier, puts the helper's arguments into the
 * workspace, calls the function with the instruction's record, and calls the helper only if the answer is 0.
 */
export const quickWays: { readonly [helper: string]: SharedName & `quick${string}` } = {
  softwareInterrupt: "quickInterrupt",
  interruptReturn: "quickInterruptReturn",
  syscall: "quickSyscall",
  sysretq: "quickSysret",
  writeControl: "quickLoadCr3",
  invalidatePage: "quickInvalidatePage",
  in: "quickIn",
  out: "quickOut",
  readTimestamp: "quickReadTimestamp",
  readMsr: "quickReadMsr",
  writeMsr: "quickWriteMsr",
};

/** The largest memory there is: what a module that fits every machine asks for. */
export const MOST_PAGES = 0x1_0000;

/** Declares memory, function table and all shared functions in a module that fits every machine. */
export function importInto(module: WasmModule): Shared {
  module.importMemory("cor", "memory", { minimum: 1, maximum: MOST_PAGES, shared: true });
  module.importTable("cor", "table", { minimum: 1 });
  const names = Object.keys(sharedFunctions) as SharedName[];
  return Object.fromEntries(
    names.map((name) => {
      const { parameters, results } = sharedFunctions[name];
      return [name, module.importFunction("cor", name, parameters, results)];
    }),
  ) as Shared;
}

/** How memory is touched: bytes in bits 7:0, kind in bits 15:8, segment in bits 23:16, alignment in bits 31:24. */
export const AccessKind = { read: 0, write: 1, modify: 2, probe: 3 } as const;
export type AccessKind = (typeof AccessKind)[keyof typeof AccessKind];

export const accessWord = (bytes: number, kind: AccessKind, segment: number, alignment: number): number =>
  bytes | (kind << 8) | (segment << 16) | (alignment << 24);

export const bytesOf = (access: number): number => access & 0xff;
export const accessKindOf = (access: number): number => (access >>> 8) & 0xff;
export const segmentOfAccess = (access: number): number => (access >>> 16) & 0xff;
export const alignmentOfAccess = (access: number): number => access >>> 24;
