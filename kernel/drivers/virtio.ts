// Virtio over PCI: devices made for virtual machines, where pretending to be a chip from 1990 is a waste for both sides. All
// kinds share how they are found, how features are agreed upon, and their queues; what the kinds mean by their queues stands
// in virtio-block.ts and the others. We speak the standard of 2016 and later ("modern"), whose registers lie in memory, where
// capabilities point to. (Virtual I/O Device 1.2, chapters 3 and 4.1; section numbers are its)
import { claimLine, claimMessage, Message } from "../trap/irq.ts";
import { disableMsix, enableMsix, setMsix } from "./msix.ts";
import { barRegisters, enable, findCapability, type PciFunction } from "./pci.ts";
import { readConfig8, readConfig32 } from "./pci-config.ts";
import { QUEUE_SIZE, type RingPlaces, type Virtqueue } from "./virtqueue.ts";

export const VIRTIO_NETWORK: u16 = 1;
export const VIRTIO_BLOCK: u16 = 2;
export const VIRTIO_CONSOLE: u16 = 3;
export const VIRTIO_RANDOM: u16 = 4;

/** Features of queues and transport (6). */
export const F_INDIRECT: u64 = 1 << 28;
export const F_EVENT_INDEX: u64 = 1 << 29;
const F_VERSION_1: u64 = 1 << 32;

const VENDOR: u16 = 0x1af4;
const VENDOR_CAPABILITY: u8 = 0x09;
const COMMON: u8 = 1;
const NOTIFY: u8 = 2;
const ISR: u8 = 3;
const CONFIG: u8 = 4;
const MOST_CAPABILITIES: u32 = 16;

// Device status (2.1).
const ACKNOWLEDGE: u8 = 1;
const DRIVER: u8 = 2;
const DRIVER_OK: u8 = 4;
const FEATURES_OK: u8 = 8;
const FAILED: u8 = 128;
/** Looks at the status until a reset is given up. */
const LOOKS: u32 = 1_000_000;
const NO_VECTOR: u16 = 0xffff;

/** Common configuration (4.1.4.3). */
class Common {
  deviceFeatureSelect: Vol<u32>;
  readonly deviceFeature: Vol<u32>;
  driverFeatureSelect: Vol<u32>;
  driverFeature: Vol<u32>;
  configVector: Vol<u16>;
  readonly queues: Vol<u16>;
  status: Vol<u8>;
  readonly generation: Vol<u8>;
  queueSelect: Vol<u16>;
  queueSize: Vol<u16>;
  queueVector: Vol<u16>;
  queueEnable: Vol<u16>;
  readonly queueNotifyOffset: Vol<u16>;
  descriptorsLow: Vol<u32>;
  descriptorsHigh: Vol<u32>;
  availableLow: Vol<u32>;
  availableHigh: Vol<u32>;
  usedLow: Vol<u32>;
  usedHigh: Vol<u32>;
}

class Isr {
  readonly status: Vol<u8>;
}

/** Where the device is told that there is something in a queue. */
export class Doorbell {
  queue: Vol<u16>;
}

/** A structure that a capability points to. */
class Structure {
  bar: u32;
  offset: u64;
  bytes: u64;
}

export class Virtio {
  function: Ptr<PciFunction>;
  /** What was agreed upon. */
  features: u64;
  messages: boolean;
  private common: Ptr<Common>;
  private isr: Ptr<Isr>;
  private config: Structure;
  private notify: Structure;
  private multiplier: u32;

  /** Finds the structures. ENODEV when they are not all there: a device from before the standard. */
  find(it: Ptr<PciFunction>): Res<void> {
    const common = zeroed<Structure>();
    const isr = zeroed<Structure>();
    this.function = it;
    enable(it);
    let at = findCapability(it, VENDOR_CAPABILITY, 0);
    for (let n: u32 = 0; n < MOST_CAPABILITIES && at !== 0; n++) {
      // The first one of each kind counts (4.1.4).
      switch (readConfig8(it.address, at + 3)) {
        case COMMON:
          this.read(at, ref(common));
          break;
        case ISR:
          this.read(at, ref(isr));
          break;
        case CONFIG:
          this.read(at, ref(this.config));
          break;
        case NOTIFY:
          if (this.notify.bytes === 0) this.multiplier = readConfig32(it.address, at + 16);
          this.read(at, ref(this.notify));
          break;
        default:
          break;
      }
      at = findCapability(it, VENDOR_CAPABILITY, at);
    }
    if (common.bytes === 0 || isr.bytes === 0 || this.notify.bytes === 0) return err(Errno.ENODEV);
    this.common = orReturn(barRegisters<Common>(it, common.bar, common.offset, common.bytes));
    this.isr = orReturn(barRegisters<Isr>(it, isr.bar, isr.offset, isr.bytes));
  }

  private read(at: u8, into: Ptr<Structure>): void {
    if (into.bytes !== 0) return;
    const address = this.function.address;
    into.bar = u32(readConfig8(address, at + 4));
    into.offset = u64(readConfig32(address, at + 8));
    into.bytes = u64(readConfig32(address, at + 12));
  }

  /** The device's own configuration. ENXIO when it has less than that. */
  configuration<T>(): Res<Ptr<T>> {
    return barRegisters<T>(this.function, this.config.bar, this.config.offset, this.config.bytes);
  }

  /** Resets the device: when this returns without error, it touches no memory any more. EIO when it does not answer. */
  reset(): Res<void> {
    this.common.status = 0;
    for (let looks: u32 = 0; looks < LOOKS; looks++) {
      if (this.common.status === 0) return;
      cpu.pause();
    }
    return err(Errno.EIO);
  }

  /** The first steps of 3.1.1: reset, and agreement on those of the features that the device has. ENODEV, EIO. */
  begin(wanted: u64): Res<void> {
    orReturn(this.reset());
    this.common.status = ACKNOWLEDGE;
    this.common.status = ACKNOWLEDGE | DRIVER;
    this.common.deviceFeatureSelect = 0;
    let offered = u64(this.common.deviceFeature);
    this.common.deviceFeatureSelect = 1;
    offered |= u64(this.common.deviceFeature) << 32;
    if ((offered & F_VERSION_1) === 0) return this.fail();
    this.features = offered & (wanted | F_VERSION_1);
    this.common.driverFeatureSelect = 0;
    this.common.driverFeature = u32(this.features);
    this.common.driverFeatureSelect = 1;
    this.common.driverFeature = u32(this.features >> 32);
    this.common.status = ACKNOWLEDGE | DRIVER | FEATURES_OK;
    if ((this.common.status & FEATURES_OK) === 0) return this.fail();
    this.common.configVector = NO_VECTOR;
  }

  private fail(): Res<void> {
    this.common.status = FAILED;
    return err(Errno.ENODEV);
  }

  has(feature: u64): boolean {
    attr(irqSafe);
    return (this.features & feature) !== 0;
  }

  /** Lays out a queue and tells the device where; its interrupts come with the message of that number. ENXIO, ENOMEM. */
  startQueue(index: u16, queue: Ptr<Virtqueue>): Res<void> {
    const common = this.common;
    if (index >= common.queues) return err(Errno.ENXIO);
    common.queueSelect = index;
    let size = common.queueSize;
    if (size === 0) return err(Errno.ENXIO);
    if (size > QUEUE_SIZE) size = QUEUE_SIZE;
    // A power of two, as it has to be (2.7), whatever the device says.
    size = u16(1) << (15 - leadingZeros(size));
    orReturn(queue.start(size, this.has(F_EVENT_INDEX)));
    common.queueSize = size;
    common.queueVector = this.messages ? index : NO_VECTOR;
    const places = queue.places();
    this.place(ref(places));
    common.queueEnable = 1;
  }

  /** Where the device is told of a queue. ENXIO, ENOMEM. */
  doorbell(index: u16): Res<Ptr<Doorbell>> {
    this.common.queueSelect = index;
    const offset = u64(this.common.queueNotifyOffset) * u64(this.multiplier);
    if (offset + 2 > this.notify.bytes) return err(Errno.ENXIO);
    return barRegisters<Doorbell>(this.function, this.notify.bar, this.notify.offset + offset, 2);
  }

  private place(places: Ptr<RingPlaces>): void {
    const common = this.common;
    common.descriptorsLow = u32(u64(places.descriptors));
    common.descriptorsHigh = u32(u64(places.descriptors) >> 32);
    common.availableLow = u32(u64(places.available));
    common.availableHigh = u32(u64(places.available) >> 32);
    common.usedLow = u32(u64(places.used));
    common.usedHigh = u32(u64(places.used) >> 32);
  }

  /** Everything is there: the device may begin. */
  go(): void {
    this.common.status = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
  }

  /**
   * Interrupts for the first `queues` queues: a message for each where the device can send them, else the line that it
   * shares with others.
   */
  claimInterrupts(
    name: string,
    queues: u16,
    critical: Fn<(context: u64) => boolean>,
    deferred: Fn<(context: u64) => void>,
    context: u64,
  ): Res<void> {
    const sent = this.claimMessages(name, queues, critical, deferred, context);
    this.messages = !isErr(sent);
    if (this.messages) return;
    disableMsix(this.function);
    if (this.function.line >= 16) return err(Errno.ENXIO);
    orReturn(claimLine(this.function.line, name, critical, deferred, context));
  }

  private claimMessages(
    name: string,
    queues: u16,
    critical: Fn<(context: u64) => boolean>,
    deferred: Fn<(context: u64) => void>,
    context: u64,
  ): Res<void> {
    const vectors = orReturn(enableMsix(this.function));
    if (vectors < queues) return err(Errno.ENXIO);
    for (let queue: u16 = 0; queue < queues; queue++) {
      const message = zeroed<Message>();
      orReturn(claimMessage(name, critical, deferred, context, ref(message)));
      orReturn(setMsix(this.function, queue, ref(message)));
    }
  }

  /** For a critical half: whether the interrupt was this device's, which is quiet afterwards. */
  acknowledge(): boolean {
    attr(irqSafe);
    return this.messages || this.isr.status !== 0;
  }
}

/** The kind of a virtio device, or 0. */
export function virtioKind(it: Ptr<PciFunction>): u16 {
  if (it.vendor !== VENDOR) return 0;
  if (it.device >= 0x1040 && it.device <= 0x107f) return it.device - 0x1040;
  // Transitional devices have IDs from before the standard, and say their kind as subsystem (4.1.2.1).
  return it.device >= 0x1000 && it.device <= 0x103f ? it.subsystem : 0;
}
