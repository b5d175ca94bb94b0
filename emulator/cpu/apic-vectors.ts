/**
 * The vectors that an APIC has been asked for and those it serves, in order of priority (SDM vol. 3, 10.8; 12.8 in newer editions).
 * A vector is requested (IRR), taken into service when it is more urgent than what the core does (ISR), and ended. The upper four
 * bits of a vector are its priority. TMR says which were requested by level: their end is to be told to the I/O APIC.
 */
import { ApicRegister as R } from "./apic-registers.ts";

/** 256 bits, vector 0 the lowest bit of the first byte. */
type VectorSet = Uint8Array;

/** The highest vector of a set, or -1. */
function highest(set: VectorSet): number {
  for (let i = 31; i >= 0; i--) if (set[i] !== 0) return 8 * i + 31 - Math.clz32(set[i]!);
  return -1;
}

const has = (set: VectorSet, vector: number): boolean => ((set[vector >> 3]! >> (vector & 7)) & 1) === 1;

function put(set: VectorSet, vector: number, on: boolean): void {
  if (on) set[vector >> 3]! |= 1 << (vector & 7);
  else set[vector >> 3]! &= ~(1 << (vector & 7));
}

export interface ApicVectorsState {
  readonly tpr: number;
  readonly isr: Uint8Array;
  readonly tmr: Uint8Array;
  readonly irr: Uint8Array;
}

export class ApicVectors {
  /** The task's priority: what is not above is not delivered. */
  tpr = 0;
  readonly #isr: VectorSet = new Uint8Array(32);
  readonly #tmr: VectorSet = new Uint8Array(32);
  readonly #irr: VectorSet = new Uint8Array(32);

  /** As after power-on; TPR too. */
  clear(): void {
    this.tpr = 0;
    for (const set of [this.#isr, this.#tmr, this.#irr]) set.fill(0);
  }

  request(vector: number, level: boolean): void {
    put(this.#irr, vector, true);
    put(this.#tmr, vector, level);
  }

  isRequested(vector: number): boolean {
    return has(this.#irr, vector);
  }

  /** PPR (10.8.3.1). */
  get priority(): number {
    const serving = highest(this.#isr);
    return serving >> 4 > this.tpr >> 4 ? serving & 0xf0 : this.tpr;
  }

  /** APR (10.6.2.4, as the Pentium and P6 had it). */
  get arbitrationPriority(): number {
    const { tpr } = this;
    const requested = Math.max(0, highest(this.#irr)) >> 4;
    const serving = Math.max(0, highest(this.#isr)) >> 4;
    if (tpr >> 4 >= requested && tpr >> 4 > serving) return tpr;
    return Math.max(tpr >> 4, requested, serving) << 4;
  }

  /** The vector that would be delivered now, or -1. */
  get pending(): number {
    const vector = highest(this.#irr);
    return vector >> 4 > this.priority >> 4 ? vector : -1;
  }

  /** Takes the pending vector into service: there must be one. */
  serve(): number {
    const vector = this.pending;
    put(this.#irr, vector, false);
    put(this.#isr, vector, true);
    return vector;
  }

  /** Ends the most urgent vector in service, if there is one. */
  end(): { readonly vector: number; readonly level: boolean } | null {
    const vector = highest(this.#isr);
    if (vector < 0) return null;
    put(this.#isr, vector, false);
    return { vector, level: has(this.#tmr, vector) };
  }

  /** 32 vectors, as one of the eight registers of ISR, TMR or IRR shows them. `offset`: of that register. */
  word(offset: number): number {
    const set = offset < R.TMR ? this.#isr : offset < R.IRR ? this.#tmr : this.#irr;
    const at = ((offset >> 4) & 7) * 4;
    return (set[at]! | (set[at + 1]! << 8) | (set[at + 2]! << 16) | (set[at + 3]! << 24)) >>> 0;
  }

  save(): ApicVectorsState {
    return { tpr: this.tpr, isr: this.#isr.slice(), tmr: this.#tmr.slice(), irr: this.#irr.slice() };
  }

  restore({ tpr, isr, tmr, irr }: ApicVectorsState): void {
    this.tpr = tpr;
    this.#isr.set(isr);
    this.#tmr.set(tmr);
    this.#irr.set(irr);
  }
}
