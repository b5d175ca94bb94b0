/** Writes the little-endian records that boot protocols are made of. */
export class Records {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** Where the next value goes. */
  at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(value: number, at = this.#advance(1)): this {
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number, at = this.#advance(2)): this {
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number, at = this.#advance(4)): this {
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: number, at = this.#advance(8)): this {
    this.#view.setBigUint64(at, BigInt(value), true);
    return this;
  }

  data(bytes: Uint8Array, at = this.#advance(bytes.length)): this {
    this.bytes.set(bytes, at);
    return this;
  }

  align(to: number): this {
    this.at = Math.ceil(this.at / to) * to;
    return this;
  }

  #advance(count: number): number {
    const at = this.at;
    this.at += count;
    return at;
  }
}

/** A text with its terminating zero. */
export const zeroTerminated = (text: string): Uint8Array => new TextEncoder().encode(`${text}\0`);
