/**
 * MSI-X: interrupts as messages, each with an address and data of its own, instead of one wire for everything a function has
 * to say. The function keeps a table of them in its memory; a masked vector leaves a mark in the pending bits, and is sent when
 * it is unmasked. (PCI Local Bus 3.0, 6.8.2)
 */
import type { AccessSize, MemoryDevice } from "../bus.ts";

/** Capability ID, and the capability's size in configuration space. */
export const MSIX_CAPABILITY = 0x11;
export const MSIX_CAPABILITY_BYTES = 12;
/** Bits of Message Control. */
export const MSIX_ENABLE = 1 << 15;
export const MSIX_FUNCTION_MASK = 1 << 14;

/** The page in which table and pending bits are: their offsets. */
export const MSIX_TABLE = 0;
export const MSIX_PENDING = 0x800;
export const MSIX_BYTES = 0x1000;

const ENTRY_BYTES = 16;
const VECTOR_CONTROL = 12;
const MASKED = 1;
export const MOST_MSIX_VECTORS = MSIX_PENDING / ENTRY_BYTES;

/** Sends a message: a write of 32 bits by the function, as the bus's interrupt logic takes it. */
export type SendMessage = (address: number, data: number) => void;

export class MsixTable implements MemoryDevice {
  readonly vectors: number;
  readonly #send: SendMessage;
  readonly #table: Uint8Array;
  readonly #view: DataView;
  readonly #pending: Uint8Array;
  /** Message Control as the function's configuration space has it. */
  #control = 0;

  /** `vectors`: 1 to 128. */
  constructor(vectors: number, send: SendMessage) {
    if (vectors < 1 || vectors > MOST_MSIX_VECTORS) throw new Error(`a table of ${vectors} vectors`);
    this.vectors = vectors;
    this.#send = send;
    this.#table = new Uint8Array(vectors * ENTRY_BYTES);
    this.#view = new DataView(this.#table.buffer);
    this.#pending = new Uint8Array(Math.ceil(vectors / 64) * 8);
    this.reset();
  }

  get enabled(): boolean {
    return (this.#control & MSIX_ENABLE) !== 0;
  }

  setControl(control: number): void {
    this.#control = control;
    this.#sendPending();
  }

  /** Something to say through this vector; nothing happens for a number that the table does not have, or while MSI-X is off. */
  raise(vector: number): void {
    if (vector >= this.vectors || !this.enabled) return;
    if (this.#isMasked(vector)) this.#pending[vector >> 3]! |= 1 << (vector & 7);
    else this.#say(vector);
  }

  #isMasked(vector: number): boolean {
    return (
      (this.#control & MSIX_FUNCTION_MASK) !== 0 ||
      (this.#view.getUint32(vector * ENTRY_BYTES + VECTOR_CONTROL, true) & MASKED) !== 0
    );
  }

  #say(vector: number): void {
    const at = vector * ENTRY_BYTES;
    // The upper half of the address is 0 for all interrupts of a PC.
    if (this.#view.getUint32(at + 4, true) !== 0) return;
    this.#send(this.#view.getUint32(at, true), this.#view.getUint32(at + 8, true));
  }

  #sendPending(): void {
    if (!this.enabled) return;
    for (let vector = 0; vector < this.vectors; vector++) {
      const bit = 1 << (vector & 7);
      if ((this.#pending[vector >> 3]! & bit) === 0 || this.#isMasked(vector)) continue;
      this.#pending[vector >> 3]! &= ~bit;
      this.#say(vector);
    }
  }

  readMemory(offset: number, size: AccessSize): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.#byte(offset + i) * 2 ** (8 * i);
    return value;
  }

  #byte(offset: number): number {
    return (offset < MSIX_PENDING ? this.#table[offset] : this.#pending[offset - MSIX_PENDING]) ?? 0;
  }

  writeMemory(offset: number, size: AccessSize, value: number): void {
    if (offset + size > this.#table.length) return;
    for (let i = 0; i < size; i++) this.#table[offset + i] = value >>> (8 * i);
    this.#sendPending();
  }

  reset(): void {
    this.#control = 0;
    this.#table.fill(0);
    this.#pending.fill(0);
    for (let v = 0; v < this.vectors; v++) this.#view.setUint32(v * ENTRY_BYTES + VECTOR_CONTROL, MASKED, true);
  }

  save(): { readonly table: Uint8Array; readonly pending: Uint8Array } {
    return { table: this.#table.slice(), pending: this.#pending.slice() };
  }

  /** The control word comes back with the configuration space. */
  restore({ table, pending }: { readonly table: Uint8Array; readonly pending: Uint8Array }): void {
    this.#table.set(table);
    this.#pending.set(pending);
  }
}
