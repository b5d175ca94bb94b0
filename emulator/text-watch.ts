/**
 * Watches a stream of bytes for a text, one byte at a time (Knuth, Morris, Pratt), so that a machine can stop at the very
 * instruction that completed it.
 */
export class TextWatch {
  readonly #text: Uint8Array;
  /** For each prefix of the text: the length of its longest proper prefix that is also its end. */
  readonly #fallback: Int32Array;
  #matched = 0;

  /** `text` is compared as UTF-8; it is not empty. */
  constructor(text: string) {
    this.#text = new TextEncoder().encode(text);
    if (this.#text.length === 0) throw new Error("an empty text is always there");
    this.#fallback = new Int32Array(this.#text.length + 1);
    let length = 0;
    for (let i = 1; i < this.#text.length; i++) {
      while (length > 0 && this.#text[i] !== this.#text[length]) length = this.#fallback[length]!;
      if (this.#text[i] === this.#text[length]) length++;
      this.#fallback[i + 1] = length;
    }
  }

  /** True when this byte completes the text. */
  push(byte: number): boolean {
    while (this.#matched > 0 && this.#text[this.#matched] !== byte) this.#matched = this.#fallback[this.#matched]!;
    if (this.#text[this.#matched] === byte) this.#matched++;
    if (this.#matched < this.#text.length) return false;
    this.#matched = this.#fallback[this.#matched]!;
    return true;
  }
}
