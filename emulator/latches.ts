/**
 * Ports of one byte that are, for the moment, nothing but a value: reading one changes nothing, or writing it does nothing but keep what was written.
 * Their devices keep the values here, in the machine's memory, where generated code reads and writes them itself
 * (interpreter/quick/ports.ts, translator/port-latch.ts). To everybody else they are ports like others.
 */

/** What may be done to a latch without asking its device. */
export const LatchMay = { beRead: 1, beWritten: 2 } as const;

/** One word for each port: bits of `LatchMay`, and the value from bit 8 on. */
export const LATCH_BYTES = 4;
export const LATCHES_BYTES = 0x1_0000 * LATCH_BYTES;
export const LATCH_VALUE_SHIFT = 8;

export class Latches {
  #words: Uint32Array = new Uint32Array(LATCHES_BYTES / LATCH_BYTES);

  /** What is kept from now on is kept there. */
  moveTo(buffer: ArrayBufferLike, at: number): void {
    const words = new Uint32Array(buffer, at, this.#words.length);
    words.set(this.#words);
    this.#words = words;
  }

  value(port: number): number {
    return this.#words[port]! >>> LATCH_VALUE_SHIFT;
  }

  /** `may`: bits of `LatchMay`. */
  set(port: number, value: number, may: number): void {
    this.#words[port] = (value << LATCH_VALUE_SHIFT) | may;
  }
}
