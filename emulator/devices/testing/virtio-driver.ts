/**
 * A virtio driver for tests: finds the device as the specification tells a driver to (through PCI capabilities, or the legacy
 * block), lays out queues in the machine's RAM, and exchanges chains. It is written from the driver's chapters, so that it and the
 * device are two readings of one text.
 */
import type { AccessSize } from "../../bus.ts";
import type { Machine } from "../../machine.ts";

export interface Buffer {
  /** Bytes for the device, or how many it may write. */
  readonly bytes: Uint8Array | number;
}

const VENDOR_CAPABILITY = 0x09;
const BAR0_PORTS = 0xc000;
const BAR1_ADDRESS = 0xe000_0000;
const BAR4_ADDRESS = 0xe001_0000;
const QUEUE_PAGE = 0x10_0000;
const QUEUE_BYTES = 0x1_0000;
const BUFFERS = 0x40_0000;

export interface DriverOptions {
  readonly slot: number;
  readonly legacy?: boolean;
  /** Feature bits to agree to, if the device has them. */
  readonly features?: bigint;
  readonly msix?: boolean;
  readonly indirect?: boolean;
}

const EVENT_IDX = 1n << 29n;
const INDIRECT = 1n << 28n;
const VERSION_1 = 1n << 32n;

/** What was given back: bytes of the buffers for the device to write, one after another, as many as it says it wrote. */
export interface Answer {
  readonly written: number;
  readonly bytes: Uint8Array;
}

interface Queue {
  readonly size: number;
  readonly descriptors: number;
  readonly driver: number;
  readonly device: number;
  available: number;
  used: number;
  free: number;
}

export class VirtioDriver {
  readonly machine: Machine;
  readonly #slot: number;
  readonly #legacy: boolean;
  readonly #common = new Map<number, number>();
  #notifyMultiplier = 0;
  features = 0n;
  readonly queues: Queue[] = [];
  #buffer = BUFFERS;
  readonly #options: DriverOptions;

  constructor(machine: Machine, options: DriverOptions) {
    this.machine = machine;
    this.#options = options;
    this.#slot = options.slot;
    this.#legacy = options.legacy ?? false;
    this.#place();
    this.#findStructures();
    this.negotiate();
  }

  // ---- PCI

  config(register: number, size: AccessSize): number {
    this.machine.bus.writePort(0xcf8, 4, (0x8000_0000 | (this.#slot << 11) | (register & 0xfc)) >>> 0);
    return this.machine.bus.readPort(0xcfc + (register & 3), size);
  }

  setConfig(register: number, size: AccessSize, value: number): void {
    this.machine.bus.writePort(0xcf8, 4, (0x8000_0000 | (this.#slot << 11) | (register & 0xfc)) >>> 0);
    this.machine.bus.writePort(0xcfc + (register & 3), size, value);
  }

  #place(): void {
    const step = this.#slot * 0x10_0000;
    this.setConfig(0x10, 4, BAR0_PORTS + this.#slot * 0x100);
    this.setConfig(0x14, 4, BAR1_ADDRESS + step);
    this.setConfig(0x20, 4, BAR4_ADDRESS + step);
    this.setConfig(0x24, 4, 0);
    this.setConfig(0x04, 2, 7);
  }

  get ports(): number {
    return this.config(0x10, 4) & ~3;
  }

  get table(): number {
    return (this.config(0x14, 4) & ~15) >>> 0;
  }

  #findStructures(): void {
    const bar = (this.config(0x20, 4) & ~15) >>> 0;
    for (let at = this.config(0x34, 1); at !== 0; at = this.config(at + 1, 1)) {
      if (this.config(at, 1) === VENDOR_CAPABILITY) {
        const type = this.config(at + 3, 1);
        this.#common.set(type, bar + this.config(at + 8, 4));
        if (type === 2) this.#notifyMultiplier = this.config(at + 16, 4);
      } else if (this.config(at, 1) === 0x11 && this.#options.msix) {
        this.setConfig(at + 2, 2, 0x8000);
        for (let v = 0; v <= (this.config(at + 2, 2) & 0x7ff); v++) {
          const words = [0xfee0_0000, 0, 0x40 + v, 0];
          words.forEach((word, i) => {
            this.machine.bus.writeMemory(this.table + v * 16 + i * 4, 4, word);
          });
        }
      }
    }
  }

  /** A field of the common configuration. */
  read(offset: number, size: AccessSize): number {
    return this.machine.bus.readMemory(this.#common.get(1)! + offset, size);
  }

  write(offset: number, size: AccessSize, value: number): void {
    this.machine.bus.writeMemory(this.#common.get(1)! + offset, size, value);
  }

  get isr(): number {
    return this.#legacy
      ? this.machine.bus.readPort(this.ports + 19, 1)
      : this.machine.bus.readMemory(this.#common.get(3)!, 1);
  }

  deviceConfig(offset: number, size: AccessSize): number {
    if (!this.#legacy) return this.machine.bus.readMemory(this.#common.get(4)! + offset, size);
    return this.machine.bus.readPort(this.ports + (this.#options.msix ? 24 : 20) + offset, size);
  }

  setDeviceConfig(offset: number, size: AccessSize, value: number): void {
    this.machine.bus.writeMemory(this.#common.get(4)! + offset, size, value);
  }

  get status(): number {
    return this.#legacy ? this.machine.bus.readPort(this.ports + 18, 1) : this.read(20, 1);
  }

  set status(value: number) {
    if (this.#legacy) this.machine.bus.writePort(this.ports + 18, 1, value);
    else this.write(20, 1, value);
  }

  /** From reset to DRIVER_OK (3.1.1). */
  negotiate(): void {
    const wanted = this.#options.features ?? 0n;
    this.status = 0;
    this.status = 1;
    this.status = 3;
    if (this.#legacy) {
      const offered = BigInt(this.machine.bus.readPort(this.ports, 4));
      this.features = offered & wanted;
      this.machine.bus.writePort(this.ports + 4, 4, Number(this.features));
    } else {
      let offered = 0n;
      for (const half of [0, 1]) {
        this.write(0, 4, half);
        offered |= BigInt(this.read(4, 4)) << BigInt(32 * half);
      }
      this.features = offered & (wanted | VERSION_1);
      for (const half of [0, 1]) {
        this.write(8, 4, half);
        this.write(12, 4, Number((this.features >> BigInt(32 * half)) & 0xffff_ffffn));
      }
      this.status = 11;
      if ((this.status & 8) === 0) throw new Error("the device takes none of the features");
    }
    this.#layOutQueues();
    this.status = this.#legacy ? 7 : 15;
  }

  #layOutQueues(): void {
    this.queues.length = 0;
    for (let i = 0; ; i++) {
      if (this.#legacy) this.machine.bus.writePort(this.ports + 14, 2, i);
      else this.write(22, 2, i);
      const size = this.#legacy ? this.machine.bus.readPort(this.ports + 12, 2) : this.read(24, 2);
      if (size === 0) return;
      const descriptors = QUEUE_PAGE + i * QUEUE_BYTES;
      const driver = descriptors + 16 * size;
      const device = (driver + 6 + 2 * size + 4095) & ~4095;
      this.machine.memory.write(descriptors, new Uint8Array(QUEUE_BYTES));
      if (this.#legacy) {
        if (this.#options.msix) this.machine.bus.writePort(this.ports + 22, 2, i + 1);
        this.machine.bus.writePort(this.ports + 8, 4, descriptors >> 12);
      } else {
        if (this.#options.msix) this.write(26, 2, i + 1);
        for (const [offset, address] of [
          [32, descriptors],
          [40, driver],
          [48, device],
        ] as const) {
          this.write(offset, 4, address);
          this.write(offset + 4, 4, 0);
        }
        this.write(28, 2, 1);
      }
      this.queues.push({ size, descriptors, driver, device, available: 0, used: 0, free: 0 });
    }
  }

  // ---- queues

  word(address: number): number {
    return this.machine.memory.load(address, 2);
  }

  setWord(address: number, value: number): void {
    this.machine.memory.store(address, 2, value & 0xffff);
  }

  /** Room in RAM that is used once. */
  allocate(bytes: number): number {
    const at = this.#buffer;
    this.#buffer += (bytes + 15) & ~15;
    if (this.#buffer > this.machine.memory.ramBytes) this.#buffer = BUFFERS;
    return at;
  }

  descriptor(table: number, index: number, address: number, bytes: number, flags: number, next: number): void {
    const { memory } = this.machine;
    memory.store(table + 16 * index, 4, address);
    memory.store(table + 16 * index + 4, 4, 0);
    memory.store(table + 16 * index + 8, 4, bytes >>> 0);
    memory.store(table + 16 * index + 12, 2, flags);
    memory.store(table + 16 * index + 14, 2, next);
  }

  /** Lays a chain out, makes it available; the device hears of it with `kick`. Gives what is needed to look at the answer. */
  offer(queue: number, buffers: readonly Buffer[]): { readonly head: number; answer(written: number): Answer } {
    const q = this.queues[queue]!;
    const places = buffers.map(({ bytes }) => {
      const length = typeof bytes === "number" ? bytes : bytes.length;
      const address = this.allocate(length);
      if (typeof bytes !== "number") this.machine.memory.write(address, bytes);
      return { address, length, writable: typeof bytes === "number" };
    });
    const indirect = (this.#options.indirect ?? false) && (this.features & INDIRECT) !== 0n;
    const table = indirect ? this.allocate(16 * buffers.length) : q.descriptors;
    const head = q.free;
    places.forEach(({ address, length, writable }, i) => {
      const last = i === places.length - 1;
      const index = indirect ? i : (head + i) % q.size;
      const next = indirect ? i + 1 : (head + i + 1) % q.size;
      this.descriptor(table, index, address, length, (last ? 0 : 1) | (writable ? 2 : 0), last ? 0 : next);
    });
    if (indirect) this.descriptor(q.descriptors, head, table, 16 * buffers.length, 4, 0);
    q.free = (head + (indirect ? 1 : places.length)) % q.size;
    this.makeAvailable(queue, head);
    return {
      head,
      answer: (written) => {
        const bytes = new Uint8Array(written);
        let done = 0;
        for (const { address, length, writable } of places) {
          if (!writable || done >= written) continue;
          const part = bytes.subarray(done, Math.min(done + length, written));
          this.machine.memory.read(address, part);
          done += part.length;
        }
        return { written, bytes };
      },
    };
  }

  makeAvailable(queue: number, head: number): void {
    const q = this.queues[queue]!;
    this.setWord(q.driver + 4 + 2 * (q.available % q.size), head);
    q.available = (q.available + 1) & 0xffff;
    this.setWord(q.driver + 2, q.available);
    // With event index: an interrupt for the next one that is given back.
    if ((this.features & EVENT_IDX) !== 0n) this.setWord(q.driver + 4 + 2 * q.size, q.used);
  }

  kick(queue: number): void {
    if (this.#legacy) this.machine.bus.writePort(this.ports + 16, 2, queue);
    else this.machine.bus.writeMemory(this.#common.get(2)! + queue * this.#notifyMultiplier, 2, queue);
  }

  /** Heads and lengths that the device has given back since the last call. */
  collect(queue: number): { head: number; written: number }[] {
    const q = this.queues[queue]!;
    const given: { head: number; written: number }[] = [];
    while (this.word(q.device + 2) !== q.used) {
      const at = q.device + 4 + 8 * (q.used % q.size);
      given.push({ head: this.machine.memory.load(at, 4), written: this.machine.memory.load(at + 4, 4) });
      q.used = (q.used + 1) & 0xffff;
    }
    return given;
  }

  /** Lets virtual time pass. */
  wait(cycles: number): void {
    this.machine.passTime(this.machine.clock.now + cycles);
  }

  /** One chain there and back. */
  exchange(queue: number, ...buffers: readonly (Uint8Array | number)[]): Answer {
    const { head, answer } = this.offer(
      queue,
      buffers.map((bytes) => ({ bytes })),
    );
    this.kick(queue);
    for (let i = 0; i < 100; i++) {
      const [given] = this.collect(queue);
      if (given !== undefined) {
        if (given.head !== head) throw new Error(`chain ${given.head} came back for ${head}`);
        return answer(given.written);
      }
      this.wait(1_000_000);
    }
    throw new Error("the device does not answer");
  }
}
