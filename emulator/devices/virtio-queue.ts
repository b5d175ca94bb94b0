/**
 * A virtio split queue, the device's side: descriptors in a table, the driver's ring of chains that are ready for the device,
 * the device's ring of those it has used. (Virtual I/O Device 1.2, 2.7)
 *
 * Everything here was written by the guest and can be wrong in every way: tables beyond memory, chains that bite their tail,
 * buffers of gigabytes. All of it ends in a `VirtioError`, after which the device asks to be reset (2.1.2); buffers are only
 * ever in RAM, so a device never talks to another device.
 */
import type { PhysicalMemory } from "../memory.ts";

/** What a driver must not do. The device stops, and its message goes to the guest_errors log. */
export class VirtioError extends Error {}

/** Guest RAM as the queues use it: bytes from physical address 0 on. */
export interface QueueMemory extends PhysicalMemory {
  readonly ramBytes: number;
}

interface Segment {
  readonly address: number;
  readonly bytes: number;
}

const DESCRIPTOR_BYTES = 16;
const F_NEXT = 1;
const F_WRITE = 2;
const F_INDIRECT = 4;
const AVAIL_NO_INTERRUPT = 1;
/** Legacy drivers lay the used ring out on a page of its own. */
const LEGACY_ALIGN = 4096;

const TWO32 = 2 ** 32;

/** One request: bytes from the driver, then room for the device. */
export class Chain {
  readonly head: number;
  readonly #memory: QueueMemory;
  readonly #readable: readonly Segment[];
  readonly #writable: readonly Segment[];
  readonly readableBytes: number;
  readonly writableBytes: number;

  constructor(head: number, memory: QueueMemory, readable: readonly Segment[], writable: readonly Segment[]) {
    this.head = head;
    this.#memory = memory;
    this.#readable = readable;
    this.#writable = writable;
    this.readableBytes = total(readable);
    this.writableBytes = total(writable);
  }

  /** Fills `into` with the driver's bytes from `offset` on; they must be there. */
  read(offset: number, into: Uint8Array): void {
    walk(this.#readable, offset, into.length, (address, done, bytes) =>
      this.#memory.read(address, into.subarray(done, done + bytes)),
    );
  }

  /** Writes to the device's room from `offset` on; the bytes must fit. */
  write(offset: number, from: Uint8Array): void {
    walk(this.#writable, offset, from.length, (address, done, bytes) =>
      this.#memory.write(address, from.subarray(done, done + bytes)),
    );
  }
}

const total = (segments: readonly Segment[]): number => segments.reduce((sum, { bytes }) => sum + bytes, 0);

/** Splits `bytes` bytes from `offset` on into parts of segments. */
function walk(
  segments: readonly Segment[],
  offset: number,
  bytes: number,
  part: (address: number, done: number, bytes: number) => void,
): void {
  let done = 0;
  let start = 0;
  for (const segment of segments) {
    const skip = offset + done - start;
    if (skip < segment.bytes && done < bytes) {
      const count = Math.min(segment.bytes - skip, bytes - done);
      part(segment.address + skip, done, count);
      done += count;
    }
    start += segment.bytes;
  }
  if (done < bytes) throw new Error(`${bytes} bytes at ${offset} of a chain of ${start}`);
}

const powerOn = (size: number) => ({
  size,
  enabled: false,
  /** Physical addresses of descriptor table, driver ring, device ring. */
  descriptors: 0,
  driver: 0,
  device: 0,
  /** MSI-X vector; 0xFFFF is none. */
  vector: 0xffff,
  /** Ring positions as they count on, modulo 2^16: the next chain to take, the next place to give one back. */
  taken: 0,
  given: 0,
  /** How far the driver was told. */
  told: 0,
  toldValid: false,
});
export type QueueState = ReturnType<typeof powerOn>;

export class VirtQueue {
  readonly maxSize: number;
  readonly #memory: QueueMemory;
  /** What was negotiated; set by the transport. */
  eventIndex = false;
  indirect = false;
  r: QueueState;

  /** `maxSize`: a power of two up to 32,768. */
  constructor(memory: QueueMemory, maxSize: number) {
    this.#memory = memory;
    this.maxSize = maxSize;
    this.r = powerOn(maxSize);
  }

  reset(): void {
    this.r = powerOn(this.maxSize);
    this.eventIndex = this.indirect = false;
  }

  /** A legacy driver gives one address for all three parts (2.7.2). 0 switches the queue off. */
  placeLegacy(page: number): void {
    const { r } = this;
    r.descriptors = page * LEGACY_ALIGN;
    r.driver = r.descriptors + DESCRIPTOR_BYTES * r.size;
    const driverEnd = r.driver + 6 + 2 * r.size;
    r.device = Math.ceil(driverEnd / LEGACY_ALIGN) * LEGACY_ALIGN;
    r.enabled = page !== 0;
  }

  /** Whether chains wait to be taken. */
  get hasMore(): boolean {
    return this.r.enabled && this.#available() !== this.r.taken;
  }

  #available(): number {
    const { r } = this;
    const index = this.#word(r.driver + 2, "driver ring");
    if (((index - r.taken) & 0xffff) > r.size) throw new VirtioError("the driver ring's index ran away");
    return index;
  }

  /** The next chain, which stays where it is; or null. */
  peek(): Chain | null {
    const { r } = this;
    if (!r.enabled || this.#available() === r.taken) return null;
    return this.chainAt(this.#word(r.driver + 4 + 2 * (r.taken % r.size), "driver ring"));
  }

  /** Takes the next chain, or null. */
  pop(): Chain | null {
    const chain = this.peek();
    if (chain === null) return null;
    const { r } = this;
    r.taken = (r.taken + 1) & 0xffff;
    // "Tell me when there is more than this" (2.7.7.1).
    if (this.eventIndex) this.#setWord(r.device + 4 + 8 * r.size, r.taken, "device ring");
    return chain;
  }

  /** The chain that begins with descriptor `head`, as it stands in memory now. */
  chainAt(head: number): Chain {
    const { r } = this;
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let table = r.descriptors;
    let count = r.size;
    let index = head;
    let inTable = false;
    const entry = new Uint8Array(DESCRIPTOR_BYTES);
    const view = new DataView(entry.buffer);
    for (let steps = 0; ; steps++) {
      if (index >= count) throw new VirtioError(`descriptor ${index} of ${count}`);
      // A chain may be as long as the queue, be its descriptors in the queue's table or in one of its own.
      if (steps >= r.size) throw new VirtioError("a chain longer than its queue");
      this.#inRam(table + index * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES, "descriptor table");
      this.#memory.read(table + index * DESCRIPTOR_BYTES, entry);
      const address = view.getUint32(0, true) + view.getUint32(4, true) * TWO32;
      const bytes = view.getUint32(8, true);
      const flags = view.getUint16(12, true);
      if (flags & F_INDIRECT) {
        if (!this.indirect) throw new VirtioError("an indirect descriptor that was not negotiated");
        if (inTable || flags & F_NEXT) throw new VirtioError("an indirect descriptor that goes on");
        if (bytes === 0 || bytes % DESCRIPTOR_BYTES !== 0) throw new VirtioError(`an indirect table of ${bytes} bytes`);
        this.#inRam(address, bytes, "indirect table");
        inTable = true;
        table = address;
        count = bytes / DESCRIPTOR_BYTES;
        index = 0;
        continue;
      }
      if (bytes > 0) {
        this.#inRam(address, bytes, "buffer");
        if (flags & F_WRITE) writable.push({ address, bytes });
        else if (writable.length > 0) throw new VirtioError("a buffer to read behind one to write");
        else readable.push({ address, bytes });
      }
      if ((flags & F_NEXT) === 0) return new Chain(head, this.#memory, readable, writable);
      index = view.getUint16(14, true);
    }
  }

  /** Gives a chain back, `written` bytes of its room filled. Call `shouldInterrupt` after one or several. */
  push(head: number, written: number): void {
    const { r } = this;
    const at = r.device + 4 + 8 * (r.given % r.size);
    this.#inRam(at, 8, "device ring");
    const element = new DataView(new ArrayBuffer(8));
    element.setUint32(0, head, true);
    element.setUint32(4, written, true);
    this.#memory.write(at, new Uint8Array(element.buffer));
    r.given = (r.given + 1) & 0xffff;
    this.#setWord(r.device + 2, r.given, "device ring");
  }

  /** Whether the driver wants to hear of what was given back since it was last told (2.7.7.2, 2.7.10). */
  shouldInterrupt(): boolean {
    const { r } = this;
    const before = r.told;
    const valid = r.toldValid;
    r.told = r.given;
    r.toldValid = true;
    if (!this.eventIndex) return (this.#word(r.driver, "driver ring") & AVAIL_NO_INTERRUPT) === 0;
    const event = this.#word(r.driver + 4 + 2 * r.size, "driver ring");
    return !valid || ((r.given - event - 1) & 0xffff) < ((r.given - before) & 0xffff);
  }

  #inRam(address: number, bytes: number, what: string): void {
    if (address + bytes > this.#memory.ramBytes)
      throw new VirtioError(`${what} of ${bytes} bytes at 0x${address.toString(16)}, where no RAM is`);
  }

  #word(address: number, what: string): number {
    this.#inRam(address, 2, what);
    const bytes = new Uint8Array(2);
    this.#memory.read(address, bytes);
    return bytes[0]! | (bytes[1]! << 8);
  }

  #setWord(address: number, value: number, what: string): void {
    this.#inRam(address, 2, what);
    this.#memory.write(address, Uint8Array.of(value, value >> 8));
  }
}
