/**
 * Constants of 128 bits, in memory: V8 makes one in the code by as many as five instructions wherever it is used, and a load is
 * one. Each has its place for as long as the machine lives; when the room is used up, further ones are made in the code. Every thread that
 * translates finds there what the others have put there: a lock lets one of them append at a time. The first place holds the lock and how many
 * there are.
 */
import { CONSTANTS_BASE, CONSTANTS_SIZE } from "../memory.ts";

const BYTES = 16;
const MOST = CONSTANTS_SIZE / BYTES - 1;
const LOCK = CONSTANTS_BASE >> 2;
const COUNT = LOCK + 1;

const placeAt = (index: number): number => CONSTANTS_BASE + BYTES * (index + 1);

export class Constants {
  readonly #view: DataView;
  readonly #words: Int32Array;
  readonly #places = new Map<bigint, number>();

  constructor(view: DataView) {
    this.#view = view;
    this.#words = new Int32Array(view.buffer, 0, (CONSTANTS_BASE + CONSTANTS_SIZE) >> 2);
  }

  /** Address of a constant, or 0 when there is no room for it. */
  placeOf(value: bigint): number {
    return this.#places.get(value) ?? this.#append(value);
  }

  #append(value: bigint): number {
    while (Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0);
    this.#learn();
    let place = this.#places.get(value) ?? 0;
    if (place === 0 && this.#places.size < MOST) {
      place = placeAt(this.#places.size);
      this.#view.setBigUint64(place, BigInt.asUintN(64, value), true);
      this.#view.setBigUint64(place + 8, value >> 64n, true);
      this.#places.set(value, place);
      Atomics.store(this.#words, COUNT, this.#places.size);
    }
    Atomics.store(this.#words, LOCK, 0);
    return place;
  }

  /** What others have put there. */
  #learn(): void {
    const count = Atomics.load(this.#words, COUNT);
    for (let i = this.#places.size; i < count; i++) {
      const at = placeAt(i);
      this.#places.set((this.#view.getBigUint64(at + 8, true) << 64n) | this.#view.getBigUint64(at, true), at);
    }
  }
}
