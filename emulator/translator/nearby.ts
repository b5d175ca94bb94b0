/**
 * Accesses of a region that are made near to another one, which is always made before them and through the same slot: from the same value of a block, or
 * from a register that the region never changes. The first keeps the slot filled, and asks for walks of the page tables (access.ts); what is near to it
 * finds what it wants there, or in the TLB, nearly always.
 */
import type { Node } from "../cpu/ir.ts";
import type { MemoryAction } from "./action.ts";
import { registerAt, VECTORS } from "./register-file.ts";

/** Bytes. Pages that are so near to each other never take each other's place in the TLB. */
const NEAR = 1n << 20n;
/** What stands for addresses that are constants, behind the registers. */
const CONSTANT = VECTORS;
const MOST_VALUES = 1 << 20;

/** Where the first access from somewhere went, as a distance from there. */
type Firsts = Map<number, bigint>;

export class Nearby {
  readonly #written: ReadonlySet<number>;
  readonly #values: Firsts = new Map();
  #lasting: Firsts;

  /** Of a block. `written`: registers that its region changes; `before`: of the block that is always executed before it, or null. */
  constructor(written: ReadonlySet<number>, before: Nearby | null) {
    this.#written = written;
    this.#lasting = before === null ? new Map() : new Map(before.#lasting);
  }

  /** Whether an access is near to one that was asked about before. Of what is not so, the first becomes such a one. */
  follows({ linear, limited }: MemoryAction, slot: number): boolean {
    if (limited) return false;
    const { origin, distance } = originOf(linear);
    const lasting = this.#lastingOf(origin);
    const firsts = lasting < 0 ? this.#values : this.#lasting;
    const key = slot * MOST_VALUES + (lasting < 0 ? origin!.id : lasting);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, distance);
    return first !== undefined && distance - first < NEAR && first - distance < NEAR;
  }

  /** What is written is executed sometimes only: what it accesses is not made before what follows. */
  apart(write: () => void): void {
    const [values, lasting] = [new Map(this.#values), this.#lasting];
    this.#lasting = new Map(lasting);
    write();
    this.#lasting = lasting;
    this.#values.clear();
    for (const [key, distance] of values) this.#values.set(key, distance);
  }

  /** A number for what is the same in all of the region, or −1. */
  #lastingOf(origin: Node | null): number {
    if (origin === null) return CONSTANT;
    if (origin.op !== "read") return -1;
    const register = registerAt(origin.place);
    return register >= 0 && register < VECTORS && !this.#written.has(register) ? register : -1;
  }
}

/** An address as a value and a distance from it; null: from 0. */
function originOf(linear: Node): { origin: Node | null; distance: bigint } {
  if (linear.op === "const") return { origin: null, distance: BigInt.asIntN(64, linear.value) };
  if (linear.op === "add" && linear.y.op === "const")
    return { origin: linear.x, distance: BigInt.asIntN(64, linear.y.value) };
  return { origin: linear, distance: 0n };
}
