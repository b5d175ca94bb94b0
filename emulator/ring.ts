/**
 * Bytes from one thread to another through shared memory: one writer, one reader, records of (channel, bytes) in order.
 * The machine's thread writes what its serial lines and logs say; the main thread takes it out when the terminal or
 * socket behind it can take more. A full ring makes the writer wait, so that a guest which prints for ever in front of a
 * slow reader costs time and never memory.
 */

/** Words of the header: counts of bytes ever written and ever read, modulo 2^32. */
const WRITTEN = 0;
const READ = 1;
/** 1 while the reader has seen the ring empty and wants to be rung up at the next write. */
const WAITING = 2;
const HEADER_BYTES = 16;
/** A record is its channel, its length (16 bits, low byte first), and its bytes. */
const RECORD_HEAD = 3;

export interface RingRecord {
  readonly channel: number;
  readonly bytes: Uint8Array;
}

export class Ring {
  readonly #words: Int32Array;
  readonly #data: Uint8Array;
  readonly #mask: number;

  /** Shared memory for a ring that holds `capacity` bytes, a power of two. */
  static allocate(capacity: number): SharedArrayBuffer {
    return new SharedArrayBuffer(HEADER_BYTES + capacity);
  }

  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, HEADER_BYTES / 4);
    this.#data = new Uint8Array(shared, HEADER_BYTES);
    this.#mask = this.#data.length - 1;
    if ((this.#data.length & this.#mask) !== 0) throw new Error("a ring's capacity is a power of two");
  }

  /**
   * Appends bytes to a channel (0–255), waiting for room; `ring` is called when the reader has to be woken.
   * Only in a thread that may block.
   */
  write(channel: number, bytes: Uint8Array, ring: () => void): void {
    const most = Math.min(0xffff, this.#data.length / 2 - RECORD_HEAD);
    for (let from = 0; from < bytes.length; from += most) {
      this.#writeRecord(channel, bytes.subarray(from, from + most));
      if (Atomics.exchange(this.#words, WAITING, 0) === 1) ring();
    }
  }

  #writeRecord(channel: number, bytes: Uint8Array): void {
    const needed = RECORD_HEAD + bytes.length;
    const written = this.#words[WRITTEN]!;
    for (;;) {
      const read = Atomics.load(this.#words, READ);
      if (this.#data.length - ((written - read) >>> 0) >= needed) break;
      Atomics.wait(this.#words, READ, read);
    }
    this.#data[written & this.#mask] = channel;
    this.#data[(written + 1) & this.#mask] = bytes.length & 0xff;
    this.#data[(written + 2) & this.#mask] = bytes.length >> 8;
    const start = (written + RECORD_HEAD) & this.#mask;
    const first = Math.min(bytes.length, this.#data.length - start);
    this.#data.set(bytes.subarray(0, first), start);
    this.#data.set(bytes.subarray(first), 0);
    Atomics.store(this.#words, WRITTEN, (written + needed) | 0);
  }

  /** Takes the next record out, or asks to be rung up and gives null. */
  read(): RingRecord | null {
    const read = this.#words[READ]!;
    if (Atomics.load(this.#words, WRITTEN) === read) {
      Atomics.store(this.#words, WAITING, 1);
      // What was written between the two looks has not rung.
      if (Atomics.load(this.#words, WRITTEN) === read) return null;
      Atomics.store(this.#words, WAITING, 0);
    }
    const channel = this.#data[read & this.#mask]!;
    const length = this.#data[(read + 1) & this.#mask]! | (this.#data[(read + 2) & this.#mask]! << 8);
    const start = (read + RECORD_HEAD) & this.#mask;
    const bytes = new Uint8Array(length);
    const first = Math.min(length, this.#data.length - start);
    bytes.set(this.#data.subarray(start, start + first));
    bytes.set(this.#data.subarray(0, length - first), first);
    Atomics.store(this.#words, READ, (read + RECORD_HEAD + length) | 0);
    Atomics.notify(this.#words, READ);
    return { channel, bytes };
  }
}
