/**
 * Breakpoints of the debug registers (SDM vol. 3, 17.2 and 17.3.1), for both processors: what DR7 enables, and which of it an
 * access, a port or a fetch meets.
 *
 * Nothing is asked while nothing is enabled. With data breakpoints, the pages they lie on are kept out of the TLB, so only
 * accesses to those come by. With instruction breakpoints, code on their pages is fetched one instruction at a time.
 *
 * Data and I/O breakpoints are traps: what was met is noted in the state (`debugPending`) until the instruction is
 * complete. Instruction breakpoints are faults, before anything of the instruction happens. B0–B3 of DR6 are set for enabled
 * breakpoints alone; the manual leaves the others open (17.2.3).
 */
import { type CpuContext, Fault } from "./context.ts";
import { Cr4 } from "./control-bits.ts";
import { Flag, Inhibit, type StateView, Vector } from "./state.ts";

/** DR6 (17.2.3). */
export const Dr6 = { BD: 1n << 13n, BS: 1n << 14n, BT: 1n << 15n } as const;
/** DR7.GD (17.2.4). */
export const GENERAL_DETECT = 1n << 13n;

/** R/W fields of DR7. */
const Kind = { execute: 0, write: 1, port: 2, readWrite: 3 } as const;
/** LEN fields of DR7, in bytes. */
const LENGTHS = [1, 2, 8, 4] as const;
const ENABLES = 0xffn;

interface Breakpoint {
  readonly bit: number;
  readonly kind: number;
  /** Linear address or port of the first byte, aligned to the length. */
  readonly address: bigint;
  readonly bytes: bigint;
}

export class Breakpoints {
  readonly #state: StateView;
  #dr7 = 0n;
  #de = false;
  readonly #addresses = [0n, 0n, 0n, 0n];
  #enabled: readonly Breakpoint[] = [];
  /** Whether any breakpoint of the kind is enabled. */
  data = false;
  execute = false;
  ports = false;
  /** Told when a trap is due behind the present instruction. */
  onMet: () => void = () => {};

  constructor(state: StateView) {
    this.#state = state;
  }

  /** Compares with the registers; true when something changed. */
  refresh(): boolean {
    const state = this.#state;
    const dr7 = state.get64("debug", 7);
    if ((dr7 & ENABLES) === 0n && this.#enabled.length === 0) return false;
    const de = (state.get64("cr4") & Cr4.DE) !== 0n;
    const same =
      dr7 === this.#dr7 &&
      de === this.#de &&
      this.#addresses.every((address, i) => address === state.get64("debug", i));
    if (same) return false;
    this.#dr7 = dr7;
    this.#de = de;
    for (let i = 0; i < 4; i++) this.#addresses[i] = state.get64("debug", i);
    this.#enabled = [0, 1, 2, 3].filter((i) => (dr7 >> BigInt(2 * i)) & 3n).map((i) => this.#breakpoint(i));
    const any = (...kinds: number[]) => this.#enabled.some(({ kind }) => kinds.includes(kind));
    this.data = any(Kind.write, Kind.readWrite);
    this.execute = any(Kind.execute);
    this.ports = de && any(Kind.port);
    return true;
  }

  #breakpoint(i: number): Breakpoint {
    const field = Number((this.#dr7 >> BigInt(16 + 4 * i)) & 15n);
    const kind = field & 3;
    const bytes = BigInt(kind === Kind.execute ? 1 : LENGTHS[field >> 2]!);
    return { bit: 1 << i, kind, address: this.#addresses[i]! & ~(bytes - 1n), bytes };
  }

  #met(first: bigint, bytes: number, wanted: (kind: number) => boolean): number {
    const end = first + BigInt(bytes);
    let met = 0;
    for (const { bit, kind, address, bytes: length } of this.#enabled)
      if (wanted(kind) && first < address + length && end > address) met |= bit;
    return met;
  }

  /** Whether a data breakpoint lies on the page of a linear address. */
  onDataPage(linear: bigint): boolean {
    const page = linear >> 12n;
    return this.#enabled.some(({ kind, address }) => kind & 1 && address >> 12n === page);
  }

  onCodePage(linear: bigint): boolean {
    const page = linear >> 12n;
    return this.#enabled.some(({ kind, address }) => kind === Kind.execute && address >> 12n === page);
  }

  /** Notes what an access to memory meets. */
  access(linear: bigint, bytes: number, write: boolean): void {
    this.#note(this.#met(linear, bytes, (kind) => kind === Kind.readWrite || (write && kind === Kind.write)));
  }

  /** Notes what an access to ports meets. */
  port(port: number, bytes: number): void {
    this.#note(this.#met(BigInt(port), bytes, (kind) => kind === Kind.port));
  }

  #note(met: number): void {
    if (met === 0) return;
    this.#state.set32("debugPending", this.#state.get32("debugPending") | met);
    this.onMet();
  }

  /**
   * Before the instruction at `linear` is fetched: throws #DB if a breakpoint is there, unless RF or the shadow of a load of SS
   * hides it (17.3.1.1, 6.8.3).
   */
  fetch(linear: bigint): void {
    const state = this.#state;
    if ((state.get32("flagsOther") & Flag.RF) !== 0 || (state.get32("inhibit") & Inhibit.movSs) !== 0) return;
    const met = this.#met(linear, 1, (kind) => kind === Kind.execute);
    if (met === 0) return;
    setDr6(state, BigInt(met));
    throw new Fault(Vector.DB);
  }
}

export const setDr6 = (state: StateView, bits: bigint): void => state.set64("debug", state.get64("debug", 6) | bits, 6);

/** Moves what the last instructions met into DR6, with BS if it was single-stepped; false if there is nothing to trap for. */
export function takeDebugTrap(state: StateView, singleStep: boolean): boolean {
  const pending = state.get32("debugPending");
  if (pending === 0 && !singleStep) return false;
  setDr6(state, BigInt(pending) | (singleStep ? Dr6.BS : 0n));
  state.set32("debugPending", 0);
  return true;
}

/** MOV to or from a debug register while DR7.GD is set (17.2.4): a fault, before the instruction. */
export function checkGeneralDetect(cpu: CpuContext): void {
  if ((cpu.state.get64("debug", 7) & GENERAL_DETECT) === 0n) return;
  setDr6(cpu.state, Dr6.BD);
  throw new Fault(Vector.DB, null, null, true);
}
