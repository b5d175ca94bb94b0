/**
 * Where INT n of user code leads, and what IRETQ finds there when it comes back, as the tables in memory say while a region is made: gates and
 * descriptors of the ordinary kind. A region is made for these, and looks whether they are still the same each time (trap-change.ts). What is
 * read here may be changing meanwhile; then the region does not suit.
 */
import { Access } from "../cpu/state.ts";
import { TLB_ENTRIES, TLB_ENTRY_BYTES, TlbEntry } from "../cpu/tlb.ts";
import { CODE_MASK, CODE64, DATA, DATA_MASK } from "../interpreter/quick/segments.ts";
import { RAM_BASE } from "../memory.ts";

/** What a wish for code of ring 3 says of traps. */
export interface TrapTables {
  /** Under which code of ring 0 can be found. */
  readonly lookupKey: number;
  /** Address of the TLB bank by which the processor reads its tables. */
  readonly bank: number;
  readonly idtrBase: bigint;
  readonly gdtrBase: bigint;
  /** Selectors of CS and SS. */
  readonly code: number;
  readonly stack: number;
}

/** A segment as it is loaded. */
export interface Segment {
  readonly selector: number;
  readonly descriptor: bigint;
}

export interface Gate {
  readonly vector: number;
  /** Its first half, and the lower half of the second. */
  readonly low: bigint;
  readonly high: bigint;
  readonly target: bigint;
  /** Number of a stack of the task's, or 0. */
  readonly ist: number;
  /** It leaves IF as it is. */
  readonly isTrapGate: boolean;
  readonly code: Segment;
}

/** User code's own segments. */
export interface UserSegments {
  readonly code: Segment;
  readonly stack: Segment;
}

/** Offset of the descriptor in the GDT. */
export const offsetOf = ({ selector }: Segment): number => selector & 0xfff8;

/** In the upper half of a gate's first word: present, S and type of 64-bit interrupt gates and (bit 0 set) trap gates. */
const GATE_MASK = 0x9e;
const GATE = 0x8e;
const RING_SHIFT = 13;
const FRAME = ~0xfffn;

export class Tables {
  readonly #view: DataView;
  readonly #tables: TrapTables;

  constructor(view: DataView, tables: TrapTables) {
    this.#view = view;
    this.#tables = tables;
  }

  get lookupKey(): number {
    return this.#tables.lookupKey;
  }

  /** The gate of a vector that ring 3 may use, or null: nothing ordinary. */
  gate(vector: number): Gate | null {
    const at = this.#tables.idtrBase + BigInt(16 * vector);
    const low = this.#read(at);
    const high = this.#read(at + 8n);
    if (low === null || high === null) return null;
    const kind = Number((low >> 32n) & 0xffffn);
    if (((kind >> 8) & GATE_MASK) !== GATE || ((kind >> RING_SHIFT) & 3) !== 3) return null;
    const target = ((high & 0xffff_ffffn) << 32n) | ((low >> 32n) & 0xffff_0000n) | (low & 0xffffn);
    if (BigInt.asUintN(64, BigInt.asIntN(48, target)) !== target) return null;
    const selector = Number((low >> 16n) & 0xfffcn);
    const code = this.#segment(selector, CODE_MASK, CODE64, 0);
    if (code === null) return null;
    const isTrapGate = ((kind >> 8) & 1) !== 0;
    return { vector, low, high: high & 0xffff_ffffn, target, ist: kind & 7, isTrapGate, code };
  }

  /** The segments that user code comes back to, or null. */
  get user(): UserSegments | null {
    const { code, stack } = this.#tables;
    if ((code & 3) !== 3 || (stack & 3) !== 3) return null;
    const loaded = {
      code: this.#segment(code, CODE_MASK, CODE64, 3),
      stack: this.#segment(stack, DATA_MASK, DATA, 3),
    };
    return loaded.code === null || loaded.stack === null ? null : (loaded as UserSegments);
  }

  #segment(selector: number, mask: number, wanted: number, ring: number): Segment | null {
    if (selector < 8 || (selector & 4) !== 0) return null;
    const descriptor = this.#read(this.#tables.gdtrBase + BigInt(selector & 0xfff8));
    if (descriptor === null) return null;
    const { access } = fieldsOf(descriptor);
    if ((access & mask) !== wanted || ((access >> Access.dplShift) & 3) !== ring) return null;
    return { selector, descriptor };
  }

  /** Eight bytes of RAM, if the TLB knows where they are. */
  #read(linear: bigint): bigint | null {
    const low = Number(linear & 0xffff_ffffn);
    const entry = this.#tables.bank + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES;
    if (this.#view.getBigUint64(entry + TlbEntry.readTag, true) !== (BigInt.asUintN(64, linear + 7n) & FRAME))
      return null;
    const host = (low + this.#view.getInt32(entry + TlbEntry.addend, true)) >>> 0;
    return host < RAM_BASE || host + 8 > this.#view.byteLength ? null : this.#view.getBigUint64(host, true);
  }
}

/** What a segment register holds of a descriptor of memory. */
export function fieldsOf(descriptor: bigint): { base: number; limit: number; access: number } {
  const low = Number(descriptor & 0xffff_ffffn);
  const high = Number(descriptor >> 32n);
  const limit = (high & 0x000f_0000) | (low & 0xffff);
  const access = (high >>> 8) & 0xf0ff;
  const pages = (access & Access.granularity) !== 0;
  const base = ((high & 0xff00_0000) | ((high & 0xff) << 16) | (low >>> 16)) >>> 0;
  return { base, limit: (pages ? (limit << 12) | 0xfff : limit) >>> 0, access };
}
