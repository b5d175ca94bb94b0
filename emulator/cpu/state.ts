/**
 * The processor's architectural state, at fixed offsets from the start of the machine's one WebAssembly memory. Generated
 * code reads it with plain loads at constant addresses; TypeScript reads it through `StateView`. The order is by how hot
 * a field is: general registers, flags and counters share the first cache lines.
 *
 * Only state that the guest could tell apart belongs here, plus the few words that generated code and the run loop share
 * (budget, exit). Caches (TLB, decoded runs) have their own places (memory.ts).
 */

type Width = "i32" | "i64";

interface Field {
  readonly offset: number;
  readonly width: Width;
  readonly count: number;
}

/** Lays fields out one after another, each aligned to its width. */
function layOut<const Spec extends Record<string, readonly [Width, number?]>>(
  spec: Spec,
): { readonly [K in keyof Spec]: Field } {
  let offset = 0;
  const fields: Record<string, Field> = {};
  for (const [name, [width, count = 1]] of Object.entries(spec)) {
    const bytes = width === "i64" ? 8 : 4;
    offset = Math.ceil(offset / bytes) * bytes;
    fields[name] = { offset, width, count };
    offset += bytes * count;
  }
  return fields as never;
}

export const stateFields = layOut({
  /** rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8 … r15 in encoding order. */
  general: ["i64", 16],
  /** Always 0: what an absent base or index register reads as. */
  zero: ["i64"],
  /** Of the next instruction; while a run executes, valid only where an instruction may fault or look. Offset in CS, not linear. */
  rip: ["i64"],

  /**
   * Status flags, lazily: ZF, SF and PF are those of `flagResult` (sign-extended to 64 bits), CF and OF sit in the carry
   * chain `flagCarries` of the operation, AF is bit 4 of `flagAux` (flags.ts has the exact encoding and its proof).
   */
  flagResult: ["i64"],
  flagCarries: ["i64"],
  flagAux: ["i32"],
  /** EFLAGS without CF PF AF ZF SF OF: TF IF DF IOPL NT RF VM AC VIF VIP ID at their places; bit 1 set. */
  flagsOther: ["i32"],

  /** Instructions retired since power-on. One iteration of a repeated string instruction counts as one. */
  instructions: ["i64"],
  /** Ticks (cost.ts) since power-on: the machine's clock counts their whole cycles. */
  ticks: ["i64"],
  /** Cycles left until the run loop must look up: the nearest deadline, or less when attention was called for. */
  budget: ["i64"],

  /** Why generated code came back (exits.ts), and what goes with it. */
  exit: ["i32"],
  exitVector: ["i32"],
  exitErrorCode: ["i32"],
  exitAddress: ["i64"],

  /** Current privilege level: 0–3; 3 in virtual-8086 mode, 0 in real-address mode. */
  cpl: ["i32"],
  /** Default operand size of the running code segment: 16, 32 or 64 (64: EFER.LMA and CS.L). */
  codeSize: ["i32"],
  /** Bit mask of `Inhibit`: interrupts and debug traps held off for one instruction after MOV SS/POP SS, or STI. */
  inhibit: ["i32"],
  /** B0–B3 of the data and I/O breakpoints that were met, until their trap is taken: held while `inhibit` says so. */
  debugPending: ["i32"],
  /** One of `Activity`. */
  activity: ["i32"],

  /** Segment registers ES CS SS DS FS GS LDTR TR, each as the processor caches it. Limits are in bytes (granularity applied). */
  segmentBase: ["i64", 8],
  segmentLimit: ["i32", 8],
  segmentAccess: ["i32", 8],
  segmentSelector: ["i32", 8],
  gdtrBase: ["i64"],
  idtrBase: ["i64"],
  gdtrLimit: ["i32"],
  idtrLimit: ["i32"],

  cr0: ["i64"],
  cr2: ["i64"],
  cr3: ["i64"],
  cr4: ["i64"],
  xcr0: ["i64"],
  efer: ["i64"],
  /** DR0–DR3, and DR6, DR7 at their numbers; 4 and 5 are aliases and stay 0. */
  debug: ["i64", 8],
  /** Physical address bits that A20 lets through: all ones, or bit 20 cleared. */
  a20Mask: ["i64"],

  kernelGsBase: ["i64"],
  star: ["i64"],
  lstar: ["i64"],
  cstar: ["i64"],
  fmask: ["i64"],
  sysenterCs: ["i64"],
  sysenterEsp: ["i64"],
  sysenterEip: ["i64"],
  tscAux: ["i64"],
  /** TSC = cycles + tscOffset. */
  tscOffset: ["i64"],
  pkru: ["i32"],
  /** 1 from the delivery of an NMI until the next IRET: NMIs wait (SDM vol. 3, 6.7.1). */
  nmiBlocked: ["i32"],
  /** 1 between MONITOR and MWAIT. */
  monitorArmed: ["i32"],
  /** PDPTE0–3 as the last MOV to CR3 (or mode change) read them under PAE paging (SDM vol. 3, 4.4.1). */
  pdpte: ["i64", 4],
  /** Where RDRAND and RDSEED stand in their sequence; set from the machine's seed at reset. */
  random: ["i64"],
  /**
   * x87 data registers R0–R7, by their physical number: ST(i) is register (TOP + i) & 7 (SDM vol. 1, 8.1.2). MM0–MM7 are
   * the significands. `x87Exponent` has the sign in bit 15, the biased exponent below, zeros above.
   */
  x87Significand: ["i64", 8],
  x87Exponent: ["i32", 8],
  /** The control word as it is stored: bit 6 set. */
  x87Control: ["i32"],
  /** All 16 bits of the status word, TOP (13:11), ES (7) and B (15) included; the upper half is 0. */
  x87Status: ["i32"],
  /** Bit i: register Ri is not empty: the abridged tag word of FXSAVE. The full tags follow from the contents. */
  x87Tags: ["i32"],
  /** Low 11 bits of the last non-control instruction's opcode, its address, and that of its memory operand (offsets: the selectors are always 0, CPUID says so). */
  x87Opcode: ["i32"],
  x87CodeOffset: ["i64"],
  x87DataOffset: ["i64"],
  miscEnable: ["i64"],
  pat: ["i64"],
  mtrrDefault: ["i64"],
  /** 64K_00000, 16K_80000, 16K_A0000, 4K_C0000 … 4K_F8000. */
  mtrrFixed: ["i64", 11],
  /** PHYSBASE0, PHYSMASK0, … PHYSMASK7. */
  mtrrVariable: ["i64", 16],

  /** YMM0–YMM15, four words each, the low half (XMM) first: word `w` of register `n` is number 4 n + w. */
  vector: ["i64", 64],
  mxcsr: ["i32"],
});

export type StateField = keyof typeof stateFields;

/** Room kept for the state at the start of memory, in bytes; later parts (x87, vectors) grow into it. */
export const STATE_SIZE = 0x1000;

/** Numbers of the system segments in the segment arrays, after ES…GS = 0…5. */
export const LDTR = 6;
export const TR = 7;

/** Bits of `segmentAccess`, as in SDM vol. 3, "Format of Access Rights": byte 5 of the descriptor, then the high nibble of byte 6. */
export const Access = {
  typeMask: 0xf,
  accessed: 1 << 0,
  /** Data segments. */
  writable: 1 << 1,
  expandDown: 1 << 2,
  /** Code segments. */
  readable: 1 << 1,
  conforming: 1 << 2,
  code: 1 << 3,
  /** S: 1 code or data, 0 system. */
  nonSystem: 1 << 4,
  dplShift: 5,
  present: 1 << 7,
  available: 1 << 12,
  long: 1 << 13,
  /** D/B: 32-bit default operand size; for stacks, ESP instead of SP; for expand-down data, upper bound 4 GiB. */
  big: 1 << 14,
  granularity: 1 << 15,
  /** A null selector was loaded: every use faults (64-bit mode excepted). */
  unusable: 1 << 16,
} as const;

/** EFLAGS bits (SDM vol. 1, 3.4.3). */
export const Flag = {
  CF: 1 << 0,
  PF: 1 << 2,
  AF: 1 << 4,
  ZF: 1 << 6,
  SF: 1 << 7,
  TF: 1 << 8,
  IF: 1 << 9,
  DF: 1 << 10,
  OF: 1 << 11,
  IOPL: 3 << 12,
  NT: 1 << 14,
  RF: 1 << 16,
  VM: 1 << 17,
  AC: 1 << 18,
  VIF: 1 << 19,
  VIP: 1 << 20,
  ID: 1 << 21,
} as const;

/** CF PF AF ZF SF OF. */
export const STATUS_FLAGS = 0x8d5;

/**
 * `sti`, `movSs`: the shadows of these instructions. `singleStep`: INT n, INT3, INTO or INT1 was executed with TF set, and
 * the trap that would follow is lost (SDM vol. 3, 17.3.1.4); the run loop takes the bit back at once.
 */
export const Inhibit = { sti: 1, movSs: 2, singleStep: 4 } as const;

/** `halted` while HLT or MWAIT waits, `shutdown` after a triple fault, `waitForStartUp` after INIT of an application processor. */
export const Activity = { running: 0, halted: 1, shutdown: 2, waitForStartUp: 3 } as const;

/** Exception vectors by their mnemonics (SDM vol. 3, table 6-1). */
export const Vector = {
  DE: 0,
  DB: 1,
  NMI: 2,
  BP: 3,
  OF: 4,
  BR: 5,
  UD: 6,
  NM: 7,
  DF: 8,
  TS: 10,
  NP: 11,
  SS: 12,
  GP: 13,
  PF: 14,
  MF: 16,
  AC: 17,
  MC: 18,
  XM: 19,
} as const;

/** TypeScript's window on the state. 64-bit fields are bigints (unsigned), 32-bit ones numbers (unsigned). */
export class StateView {
  readonly #i64: BigUint64Array;
  readonly #u32: Uint32Array;
  /** The whole state in 32-bit words, for what is too hot for a field's name; a field begins at its offset / 4. */
  readonly words: Uint32Array;

  /** `base`: where the state begins in `buffer`, in bytes. */
  constructor(buffer: ArrayBufferLike, base = 0) {
    this.#i64 = new BigUint64Array(buffer, base, STATE_SIZE / 8);
    this.words = this.#u32 = new Uint32Array(buffer, base, STATE_SIZE / 4);
  }

  get64(field: StateField, index = 0): bigint {
    return this.#i64[(stateFields[field].offset >> 3) + index]!;
  }

  /** Cuts the value to 64 bits. */
  set64(field: StateField, value: bigint, index = 0): void {
    this.#i64[(stateFields[field].offset >> 3) + index] = value;
  }

  get32(field: StateField, index = 0): number {
    return this.#u32[(stateFields[field].offset >> 2) + index]!;
  }

  /** Cuts the value to 32 bits. */
  set32(field: StateField, value: number, index = 0): void {
    this.#u32[(stateFields[field].offset >> 2) + index] = value;
  }
}
