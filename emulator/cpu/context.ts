/**
 * What the processor offers to helpers: the parts of an instruction's semantics that are said in TypeScript instead of IR
 * (far transfers, interrupt delivery, task switches, CPUID, MSRs), because they are rare and long. A helper is a plain
 * function over a `CpuContext`; what goes wrong for the guest it throws as a `Fault`.
 *
 * Addresses and 64-bit values are bigints, as in `StateView`. Everything here happens at once and in program order; what a
 * helper wrote before it throws stays written, so helpers check first and change afterwards.
 */
import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { LocalApic } from "./apic.ts";
import type { Breakpoints } from "./breakpoints.ts";
import type { CpuModel } from "./cpuid.ts";
import { type StateView, Vector } from "./state.ts";
import type { X87 } from "./x87/unit.ts";

/** A guest exception on its way. Not an Error: it needs no stack trace, and most of them are ordinary life (page faults). */
export class Fault {
  readonly vector: number;
  /** Null where the vector pushes none. */
  readonly errorCode: number | null;
  /** The faulting linear address of a #PF: what CR2 receives when it is delivered. */
  readonly address: bigint | null;
  /** RF is set in the pushed EFLAGS (SDM vol. 3, 17.3.1.1): true for faults, but for those of instruction breakpoints. */
  readonly resumes: boolean;

  constructor(
    vector: number,
    errorCode: number | null = null,
    address: bigint | null = null,
    resumes = vector !== Vector.DB,
  ) {
    this.vector = vector;
    this.errorCode = errorCode;
    this.address = address;
    this.resumes = resumes;
  }
}

/**
 * The vector of a fault that is none: the instruction did not happen, and the processor stands still before it until an
 * interrupt comes (an x87 error with CR0.NE clear: vol. 1, 8.7.1).
 */
export const FROZEN = -1;

export type AccessBytes = 1 | 2 | 4 | 8 | 16;

/** How a linear address is touched. Default: a data read with the rights of the current CPL. */
export interface LinearAccess {
  readonly write?: boolean;
  /** An implicit system access (GDT, LDT, IDT, TSS), made with supervisor rights at any CPL (SDM vol. 3, 4.6). */
  readonly supervisor?: boolean;
}

export interface CpuContext {
  readonly state: StateView;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  /** What CPUID tells and which rows exist. */
  readonly model: CpuModel;
  readonly apic: LocalApic;
  readonly x87: X87;

  /** Little-endian, unsigned. Any alignment, page crossings included. Throws #PF; in 64-bit addressing #GP(0) when not canonical. No segment checks, no #AC. */
  readLinear(linear: bigint, bytes: AccessBytes, how?: LinearAccess): bigint;
  /** Checks every page first: a write that throws has changed nothing. Cuts the value to `bytes`. */
  writeLinear(linear: bigint, bytes: AccessBytes, value: bigint, how?: LinearAccess): void;
  /** Throws what a read (or write) of `bytes` there would throw, changes nothing but accessed and dirty bits. */
  probeLinear(linear: bigint, bytes: number, how?: LinearAccess): void;

  /** A window on `bytes` at a linear address, if they can be read (or written) without anybody noticing; null: use the ways above. */
  directView(linear: bigint, bytes: number, write: boolean): DataView | null;

  /** As an instruction's operand: segment ES…TR as 0…7, all checks (null, type, limit, canonical, paging, #AC). `offset` as unsigned 64 bits. */
  readSegment(segment: number, offset: bigint, bytes: AccessBytes): bigint;
  writeSegment(segment: number, offset: bigint, bytes: AccessBytes, value: bigint): void;
  /** The linear address of an access through a segment, as `probeSegment` checks it, but for paging. */
  linearOf(segment: number, offset: bigint, bytes: number, write: boolean, alignment?: number): bigint;
  /** Throws as `writeSegment` would, for any number of bytes, and #GP(0) unless the linear address is a multiple of `alignment`; 0: without #AC. */
  probeSegment(segment: number, offset: bigint, bytes: number, write: boolean, alignment?: number): void;

  /** Physical memory, RAM, ROM and devices alike; A20 applies. */
  readPhysical(physical: bigint, bytes: AccessBytes): bigint;
  writePhysical(physical: bigint, bytes: AccessBytes, value: bigint): void;

  /** All of EFLAGS, packed (bit 1 set); setting replaces all of it, without privilege rules. */
  readonly flags: number;
  setFlags(value: number): void;

  /**
   * Control goes on at `rip` (offset in CS, as already loaded, checked by the caller) instead of at the next instruction.
   * Setting the state's `rip` field is not enough: a jump to the instruction itself could not be told from no jump.
   */
  transfer(rip: bigint): void;

  /**
   * To be called after any change of CR0, CR4, EFER, CPL, EFLAGS.VM/AC/TF/IF, CS (base, limit, D, L) or another segment
   * register's cache: recomputes `codeSize` and everything else that decoding and access checks were specialised on.
   * CPL itself is set by the caller.
   */
  modeChanged(): void;

  /**
   * The architecture's moments of forgetting translations. The TLB never serves what the page tables no longer say, so
   * these matter only for what else a translation depends on (CR3, PKRU, CR4, …) and must be called after such changes.
   */
  flushTranslations(which: "all" | "nonGlobal"): void;
  flushPage(linear: bigint): void;
  flushPcid(pcid: number, includingGlobal: boolean): void;

  /** Cycles since power-on, exact at this instruction, as the TSC counts (without tscOffset). */
  readonly cycles: bigint;

  /** What DR7 enables; compared with the registers by `modeChanged`. */
  readonly breakpoints: Breakpoints;
}

/** A helper: arguments are the 64-bit words the definition passed, unsigned. The result is cut to the width the definition asked for. */
// biome-ignore lint/suspicious/noConfusingVoidType: helpers without a result should not have to say so
export type Helper = (cpu: CpuContext, ...args: bigint[]) => bigint | void;
export type Helpers = Record<string, Helper>;

/**
 * A helper that is called often, and makes no bigint: `words` has the arguments, two words of 32 bits each, the low one first,
 * and from `RESULT_WORD` on room for a result of up to 128 bits.
 */
export type WordHelper = (cpu: CpuContext, words: Uint32Array) => void;
export const RESULT_WORD = 32;
export const HELPER_WORDS = 36;

/**
 * What enters the guest's handlers through the IDT. `deliver` (interrupts.ts) does one event: it throws a `Fault` when
 * delivery itself faults, and the processor then combines the two (double fault, triple fault).
 */
export interface Delivery {
  readonly vector: number;
  /** Exceptions and NMI/external interrupts differ from INT n in their privilege checks and in the EXT bit of error codes. */
  readonly kind: "exception" | "interrupt" | "nmi" | "software" | "int1" | "int3" | "into";
  readonly errorCode: number | null;
  /** The RIP to push: that of the instruction for faults, of the next one for traps and interrupts. */
  readonly rip: bigint;
  /** RF is set in the pushed EFLAGS: see `Fault.resumes`; also between two iterations of a repeated string instruction. */
  readonly resumes?: boolean;
}
export type Deliver = (cpu: CpuContext, event: Delivery) => void;
