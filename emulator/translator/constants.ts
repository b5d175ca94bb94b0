/**
 * Constants of 128 bits, in memory: V8 makes one in the code by as many as five instructions wherever it is used, and a load is
 * one. Each has its place for as long as the machine lives; when the room is used up, further ones are made in the code.
 */
import { CONSTANTS_BASE, CONSTANTS_SIZE } from "../memory.ts";

export class Constants {
  readonly #view: DataView;
  readonly #places = new Map<bigint, number>();

  constructor(view: DataView) {
    this.#view = view;
  }

  /** Address of a constant, or 0 when there is no room for it. */
  placeOf(value: bigint): number {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const at = CONSTANTS_BASE + 16 * this.#places.size;
    if (at === CONSTANTS_BASE + CONSTANTS_SIZE) return 0;
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
    this.#view.setBigUint64(at + 8, value >> 64n, true);
    this.#places.set(value, at);
    return at;
  }
}
