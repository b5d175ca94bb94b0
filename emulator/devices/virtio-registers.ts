/**
 * What a driver sees of a virtio device, whatever its kind: how they agree on features, where the queues are, how it is told that
 * there is something in them. Devices here are transitional (1.3): there is a set of structures in memory for drivers of today, and a block
 * of ports for those from before the standard. A driver uses one of the two; they are two views of one state.
 *
 *     0000 common configuration, 1000 ISR status, 2000 the device's own configuration, 3000 notifications
 *
 * (Virtual I/O Device 1.2, OASIS 2022; section numbers are its)
 */
import type { AccessSize, Bus, MemoryDevice, PortDevice } from "../bus.ts";
import type { Log } from "../log.ts";
import type { Plain } from "../snapshot.ts";
import { MsixTable, type SendMessage } from "./msix.ts";
import { type QueueMemory, type QueueState, VirtioError, VirtQueue } from "./virtio-queue.ts";

/** Device status (2.1). */
export const VirtioStatus = {
  acknowledge: 1,
  driver: 2,
  driverOk: 4,
  featuresOk: 8,
  needsReset: 64,
  failed: 128,
} as const;

/** Features that belong to the transport and the queues (6). */
const F_ANY_LAYOUT = 1n << 27n;
const F_INDIRECT_DESC = 1n << 28n;
const F_EVENT_IDX = 1n << 29n;
const F_VERSION_1 = 1n << 32n;
const F_RING_RESET = 1n << 40n;
const ALWAYS = F_INDIRECT_DESC | F_EVENT_IDX | F_ANY_LAYOUT | F_VERSION_1 | F_RING_RESET;
/** What only a legacy driver sees. */
const LEGACY_ONLY = F_ANY_LAYOUT;

const NO_VECTOR = 0xffff;

/** ISR status (4.1.4.5). */
const ISR_QUEUE = 1;
const ISR_CONFIG = 2;

/** Where the structures of the modern interface are. */
export const Structure = { common: 0, isr: 0x1000, device: 0x2000, notify: 0x3000, bytes: 0x4000 } as const;
export const COMMON_BYTES = 60;
export const NOTIFY_MULTIPLIER = 4;
export const LEGACY_PORTS = 64;

/** What is behind the transport: a kind of device with queues and a configuration of its own. */
export interface VirtioDevice {
  /** 1 network card, 2 block device, 3 console, 4 entropy source (5). */
  readonly type: number;
  readonly class: number;
  /** Feature bits of its kind that it offers, 0 to 23 and from 50 on. */
  readonly features: bigint;
  /** Greatest sizes of its queues, powers of two. */
  readonly queueSizes: readonly number[];
  /** Its configuration as it reads. */
  readonly config: Uint8Array;
  /** The transport it was plugged into; set by it. */
  transport: VirtioTransport;
  /** The driver wrote to the configuration; bytes [offset, offset+bytes) of it exist. */
  configWritten(offset: number, bytes: Uint8Array): void;
  /** There may be something in a queue. Throws VirtioError. */
  notified(queue: number): void;
  /** A queue, or all of the device, was reset by the driver: nothing of it is to be touched any more. */
  queueReset(queue: number): void;
  reset(): void;
  save(): Plain;
  restore(saved: Plain): void;
}

/** What a device's kind asks of its transport. */
export interface VirtioTransport {
  readonly queues: readonly VirtQueue[];
  /** Whether the driver agreed to a feature. */
  has(feature: bigint): boolean;
  /** The driver is ready. */
  readonly isLive: boolean;
  /** Gives chains back to the driver: interrupts if it wants that. */
  used(queue: number): void;
  configChanged(): void;
  /** Runs what may find the guest at fault: then the device stops and asks to be reset. */
  guarded(work: () => void): void;
}

export interface VirtioWiring {
  readonly bus: Bus;
  readonly log: Log;
  readonly memory: QueueMemory;
  readonly signal: SendMessage;
  /** Unique in the machine: "virtio.blk.0". */
  readonly name: string;
}

/** Two sets of registers over one state. */
export class VirtioRegisters implements VirtioTransport {
  readonly queues: readonly VirtQueue[];
  readonly #device: VirtioDevice;
  readonly #log: Log;
  readonly #name: string;
  readonly msix: MsixTable;
  /** Drives the function's interrupt pin. */
  setPin: (high: boolean) => void = () => {};
  /** Configuration vector, negotiated features, status, selections, ISR, generation of the device's configuration. */
  #vector = NO_VECTOR;
  #driverFeatures = 0n;
  #deviceSelect = 0;
  #driverSelect = 0;
  #queueSelect = 0;
  #status = 0;
  #isr = 0;
  #generation = 0;

  constructor(device: VirtioDevice, { log, memory, signal, name }: VirtioWiring) {
    this.#device = device;
    this.#log = log;
    this.#name = name;
    this.queues = device.queueSizes.map((size) => new VirtQueue(memory, size));
    this.msix = new MsixTable(this.queues.length + 1, signal);
    device.transport = this;
  }

  // ---- for the device

  has(feature: bigint): boolean {
    return (this.#driverFeatures & feature) !== 0n;
  }

  get isLive(): boolean {
    return (this.#status & (VirtioStatus.driverOk | VirtioStatus.needsReset)) === VirtioStatus.driverOk;
  }

  used(queue: number): void {
    const { r } = this.queues[queue]!;
    if (!this.queues[queue]!.shouldInterrupt()) return;
    this.#interrupt(ISR_QUEUE, r.vector);
  }

  configChanged(): void {
    this.#generation = (this.#generation + 1) & 0xff;
    if (this.isLive) this.#interrupt(ISR_CONFIG, this.#vector);
  }

  guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof VirtioError)) throw error;
      this.#log.guestError(this.#name, `${error.message}; the device needs a reset`);
      const wasLive = this.isLive;
      this.#status |= VirtioStatus.needsReset;
      if (wasLive) this.#interrupt(ISR_CONFIG, this.#vector);
    }
  }

  #interrupt(cause: number, vector: number): void {
    if (this.msix.enabled) this.msix.raise(vector);
    else {
      this.#isr |= cause;
      this.setPin(true);
    }
  }

  // ---- what both views do

  get #offered(): bigint {
    return this.#device.features | ALWAYS;
  }

  /** Also what a driver does by writing 0 to the status (4.1.4.3.1). */
  reset(): void {
    this.#vector = NO_VECTOR;
    this.#driverFeatures = 0n;
    this.#deviceSelect = this.#driverSelect = this.#queueSelect = 0;
    this.#status = 0;
    this.#isr = 0;
    for (const queue of this.queues) queue.reset();
    this.#device.reset();
    this.setPin(false);
  }

  #setStatus(value: number, legacy: boolean): void {
    if (value === 0) {
      this.reset();
      return;
    }
    let next = value | (this.#status & VirtioStatus.needsReset);
    if (!legacy && next & VirtioStatus.featuresOk && !this.has(F_VERSION_1)) {
      this.#log.guestError(this.#name, "FEATURES_OK without VERSION_1");
      next &= ~VirtioStatus.featuresOk;
    }
    const wasLive = this.isLive;
    this.#status = next;
    for (const queue of this.queues) {
      queue.indirect = this.has(F_INDIRECT_DESC);
      queue.eventIndex = this.has(F_EVENT_IDX);
    }
    // What was put into queues before is taken now.
    if (this.isLive && !wasLive) for (const queue of this.queues.keys()) this.#notify(queue);
  }

  #notify(queue: number): void {
    if (queue >= this.queues.length) this.#odd(`notification of queue ${queue}`);
    else if (this.isLive && this.queues[queue]!.r.enabled) this.guarded(() => this.#device.notified(queue));
  }

  #readIsr(): number {
    const isr = this.#isr;
    this.#isr = 0;
    this.setPin(false);
    return isr;
  }

  #odd(what: string): void {
    this.#log.guestError(this.#name, what);
  }

  get #selected(): VirtQueue | undefined {
    return this.queues[this.#queueSelect];
  }

  #vectorFor(value: number): number {
    return value < this.msix.vectors ? value : NO_VECTOR;
  }

  // ---- the structures of BAR 4

  readonly modern: MemoryDevice = {
    readMemory: (offset, size) => {
      if (offset < Structure.isr) return readFrom(this.#commonBytes(), offset, size);
      if (offset < Structure.device) return offset === Structure.isr ? this.#readIsr() : 0;
      return offset < Structure.notify ? readFrom(this.#device.config, offset - Structure.device, size) : 0;
    },
    writeMemory: (offset, size, value) => {
      if (offset < Structure.isr) this.#writeCommon(offset, size, value);
      else if (offset >= Structure.notify) this.#notify(Math.floor((offset - Structure.notify) / NOTIFY_MULTIPLIER));
      else if (offset >= Structure.device) this.#writeConfig(offset - Structure.device, size, value);
    },
  };

  /** The common configuration as it reads now (4.1.4.3). */
  #commonBytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(COMMON_BYTES));
    const part = (features: bigint, select: number) =>
      select < 2 ? Number((features >> BigInt(32 * select)) & 0xffff_ffffn) : 0;
    view.setUint32(0, this.#deviceSelect, true);
    view.setUint32(4, part(this.#offered & ~LEGACY_ONLY, this.#deviceSelect), true);
    view.setUint32(8, this.#driverSelect, true);
    view.setUint32(12, part(this.#driverFeatures, this.#driverSelect), true);
    view.setUint16(16, this.#vector, true);
    view.setUint16(18, this.queues.length, true);
    view.setUint8(20, this.#status);
    view.setUint8(21, this.#generation);
    view.setUint16(22, this.#queueSelect, true);
    const queue = this.#selected;
    if (queue === undefined) return new Uint8Array(view.buffer);
    const { r } = queue;
    view.setUint16(24, r.size, true);
    view.setUint16(26, r.vector, true);
    view.setUint16(28, r.enabled ? 1 : 0, true);
    view.setUint16(30, this.#queueSelect, true);
    for (const [at, address] of [
      [32, r.descriptors],
      [40, r.driver],
      [48, r.device],
    ] as const) {
      view.setUint32(at, address % 2 ** 32, true);
      view.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
    }
    return new Uint8Array(view.buffer);
  }

  #writeCommon(offset: number, size: AccessSize, value: number): void {
    const queue = this.#selected?.r;
    switch (`${offset}/${size}`) {
      case "0/4":
        this.#deviceSelect = value;
        return;
      case "8/4":
        this.#driverSelect = value;
        return;
      case "12/4":
        this.#negotiate(value);
        return;
      case "16/2":
        this.#vector = this.#vectorFor(value);
        return;
      case "20/1":
        this.#setStatus(value, false);
        return;
      case "22/2":
        this.#queueSelect = value;
        return;
    }
    if (queue === undefined) this.#odd(`write to queue ${this.#queueSelect}, which is not there`);
    else this.#writeQueue(queue, offset, size, value);
  }

  #negotiate(value: number): void {
    if (this.#driverSelect > 1) return;
    if (this.#status & VirtioStatus.featuresOk) {
      this.#odd("features written after FEATURES_OK");
      return;
    }
    const shift = BigInt(32 * this.#driverSelect);
    const kept = this.#driverFeatures & ~(0xffff_ffffn << shift);
    this.#driverFeatures = (kept | (BigInt(value) << shift)) & this.#offered & ~LEGACY_ONLY;
  }

  #writeQueue(r: QueueState, offset: number, size: AccessSize, value: number): void {
    const field = `${offset}/${size}`;
    if (field === "26/2") {
      r.vector = this.#vectorFor(value);
      return;
    }
    if (field === "58/2") {
      if (value === 1 && this.has(F_RING_RESET)) this.#resetQueue(this.#queueSelect);
      return;
    }
    if (r.enabled) {
      this.#odd(`common configuration 0x${offset.toString(16)} written while queue ${this.#queueSelect} is on`);
      return;
    }
    const { maxSize } = this.#selected!;
    switch (field) {
      case "24/2":
        if (value > 0 && value <= maxSize && (value & (value - 1)) === 0) r.size = value;
        else this.#odd(`a queue of ${value}`);
        return;
      case "28/2":
        // A driver cannot switch a queue off this way (4.1.4.3.2).
        if (value === 1) r.enabled = true;
        if (value === 1 && this.isLive) this.#notify(this.#queueSelect);
        return;
    }
    const address = ["descriptors", "driver", "device"] as const;
    const which = address[(offset - 32) >> 3];
    if (which === undefined || size !== 4 || offset % 4 !== 0 || offset < 32) {
      this.#odd(`write of ${size} at common configuration 0x${offset.toString(16)}`);
      return;
    }
    const low = r[which] % 2 ** 32;
    r[which] = offset % 8 === 0 ? r[which] - low + value : value * 2 ** 32 + low;
  }

  #resetQueue(index: number): void {
    const queue = this.queues[index]!;
    const { indirect, eventIndex } = queue;
    queue.reset();
    Object.assign(queue, { indirect, eventIndex });
    this.#device.queueReset(index);
  }

  #writeConfig(offset: number, size: AccessSize, value: number): void {
    if (offset + size > this.#device.config.length) {
      this.#odd(`write at device configuration 0x${offset.toString(16)}`);
      return;
    }
    this.#device.configWritten(offset, Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24).subarray(0, size));
  }

  // ---- the block of BAR 0 (4.1.4.10); the two vectors are there only while MSI-X is on

  readonly legacy: PortDevice = {
    readPort: (port, size) => {
      const offset = port & (LEGACY_PORTS - 1);
      if (offset === 19) return this.#readIsr();
      const header = this.#legacyBytes();
      if (offset < header.length) return readFrom(header, offset, size);
      return readFrom(this.#device.config, offset - header.length, size);
    },
    writePort: (port, size, value) => this.#writeLegacy(port & (LEGACY_PORTS - 1), size, value),
  };

  #legacyBytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.msix.enabled ? 24 : 20));
    const queue = this.#selected;
    view.setUint32(0, Number(this.#offered & 0xffff_ffffn), true);
    view.setUint32(4, Number(this.#driverFeatures & 0xffff_ffffn), true);
    if (queue !== undefined) {
      view.setUint32(8, queue.r.enabled ? Math.floor(queue.r.descriptors / 4096) % 2 ** 32 : 0, true);
      view.setUint16(12, queue.maxSize, true);
    }
    view.setUint16(14, this.#queueSelect, true);
    view.setUint8(18, this.#status);
    if (this.msix.enabled) {
      view.setUint16(20, this.#vector, true);
      view.setUint16(22, queue?.r.vector ?? NO_VECTOR, true);
    }
    return new Uint8Array(view.buffer);
  }

  #writeLegacy(offset: number, size: AccessSize, value: number): void {
    const queue = this.#selected;
    switch (`${offset}/${size}`) {
      case "4/4":
        this.#driverFeatures = BigInt(value) & this.#offered & 0xffff_ffffn;
        return;
      case "8/4":
        if (queue === undefined) this.#odd(`address for queue ${this.#queueSelect}, which is not there`);
        else if (value === 0) this.#resetQueue(this.#queueSelect);
        else queue.placeLegacy(value);
        return;
      case "14/2":
        this.#queueSelect = value;
        return;
      case "16/2":
        this.#notify(value);
        return;
      case "18/1":
        this.#setStatus(value, true);
        return;
    }
    const header = this.msix.enabled ? 24 : 20;
    if (this.msix.enabled && offset === 20 && size === 2) this.#vector = this.#vectorFor(value);
    else if (this.msix.enabled && offset === 22 && size === 2) {
      if (queue !== undefined) queue.r.vector = this.#vectorFor(value);
    } else if (offset >= header) this.#writeConfig(offset - header, size, value);
    else this.#odd(`write of ${size} at port ${offset} of the legacy block`);
  }

  // ---- snapshots

  save(): Plain {
    return {
      vector: this.#vector,
      driverFeatures: this.#driverFeatures,
      deviceSelect: this.#deviceSelect,
      driverSelect: this.#driverSelect,
      queueSelect: this.#queueSelect,
      status: this.#status,
      isr: this.#isr,
      generation: this.#generation,
      queues: this.queues.map(({ r }) => ({ ...r })),
      msix: this.msix.save(),
      device: this.#device.save(),
    };
  }

  restore(saved: never): void {
    const s = saved as {
      vector: number;
      driverFeatures: bigint;
      deviceSelect: number;
      driverSelect: number;
      queueSelect: number;
      status: number;
      isr: number;
      generation: number;
      queues: readonly QueueState[];
      msix: ReturnType<MsixTable["save"]>;
      device: Plain;
    };
    this.#vector = s.vector;
    this.#driverFeatures = s.driverFeatures;
    this.#deviceSelect = s.deviceSelect;
    this.#driverSelect = s.driverSelect;
    this.#queueSelect = s.queueSelect;
    this.#status = s.status;
    this.#isr = s.isr;
    this.#generation = s.generation;
    this.queues.forEach((queue, i) => {
      queue.r = { ...s.queues[i]! };
      queue.indirect = this.has(F_INDIRECT_DESC);
      queue.eventIndex = this.has(F_EVENT_IDX);
    });
    this.msix.restore(s.msix);
    this.#device.restore(s.device);
  }
}

/** Little-endian; what is beyond the end reads as 0. */
export function readFrom(bytes: Uint8Array, offset: number, size: AccessSize): number {
  let value = 0;
  for (let i = 0; i < size; i++) value += (bytes[offset + i] ?? 0) * 2 ** (8 * i);
  return value;
}
