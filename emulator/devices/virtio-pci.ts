/**
 * Virtio over PCI: a virtio device as a function on the bus, found by its IDs, its structures by the capabilities that point to
 * them (4.1).
 *
 *     BAR 0   ports    the legacy block (4.1.4.10)
 *     BAR 1   memory   MSI-X table and pending bits
 *     BAR 4   memory   the modern structures (virtio-registers.ts)
 *
 * (Virtual I/O Device 1.2, OASIS 2022; section numbers are its)
 */
import type { AccessSize } from "../bus.ts";
import { MSIX_BYTES, MSIX_CAPABILITY, MSIX_ENABLE, MSIX_FUNCTION_MASK, MSIX_PENDING, MSIX_TABLE } from "./msix.ts";
import { PciFunction, PciRegister, type PciState } from "./pci.ts";
import {
  COMMON_BYTES,
  LEGACY_PORTS,
  NOTIFY_MULTIPLIER,
  readFrom,
  Structure,
  type VirtioDevice,
  VirtioRegisters,
  type VirtioWiring,
} from "./virtio-registers.ts";

const VENDOR = 0x1af4;

/** Vendor-specific capabilities (4.1.4). */
const VENDOR_CAPABILITY = 0x09;
const CapabilityType = { common: 1, notify: 2, isr: 3, device: 4, access: 5 } as const;
const MODERN_BAR = 4;
const MSIX_BAR = 1;
const capabilitiesAt = 0x40;

/** A virtio device as a function on the PCI bus. */
export class VirtioFunction extends PciFunction {
  readonly #registers: VirtioRegisters;
  readonly #msixAt: number;
  /** The capability through which configuration space reaches the bars (4.1.4.9). */
  readonly #accessAt: number;

  constructor(device: VirtioDevice, wiring: VirtioWiring) {
    const registers = new VirtioRegisters(device, wiring);
    super(
      {
        name: wiring.name,
        vendor: VENDOR,
        // Transitional IDs are those from before the standard (4.1.2.1).
        device: [0, 0x1000, 0x1001, 0x1003, 0x1005][device.type]!,
        class: device.class,
        subsystemVendor: VENDOR,
        subsystem: device.type,
        status: 0x0010,
        interruptPin: 1,
        bars: {
          0: { space: "ports", size: LEGACY_PORTS, device: registers.legacy },
          [MSIX_BAR]: { space: "memory", size: MSIX_BYTES, device: registers.msix },
          [MODERN_BAR]: {
            space: "memory",
            size: Structure.bytes,
            device: registers.modern,
            wide: true,
            prefetchable: true,
          },
        },
      },
      wiring.bus,
    );
    this.#registers = registers;
    registers.setPin = (high) => this.setInterrupt(high);

    let at = capabilitiesAt;
    this.setPowerOn(PciRegister.capabilities, 1, at);
    const capability = (type: number, bytes: number, offset: number, length: number, last = false): number => {
      const here = at;
      at += bytes;
      this.setPowerOn(here, 4, VENDOR_CAPABILITY | ((last ? 0 : at) << 8) | (bytes << 16) | (type << 24));
      this.setPowerOn(here + 4, 4, type === CapabilityType.access ? 0 : MODERN_BAR);
      this.setPowerOn(here + 8, 4, offset);
      this.setPowerOn(here + 12, 4, length);
      return here;
    };
    capability(CapabilityType.common, 16, 0, COMMON_BYTES);
    capability(CapabilityType.isr, 16, Structure.isr, 1);
    capability(CapabilityType.device, 16, Structure.device, Structure.notify - Structure.device);
    const notify = capability(CapabilityType.notify, 20, Structure.notify, NOTIFY_MULTIPLIER * registers.queues.length);
    this.setPowerOn(notify + 16, 4, NOTIFY_MULTIPLIER);
    this.#accessAt = capability(CapabilityType.access, 20, 0, 0);
    this.setPowerOn(this.#accessAt + 4, 1, 0, 0xff);
    for (const field of [8, 12, 16]) this.setPowerOn(this.#accessAt + field, 4, 0, 0xffff_ffff);
    this.#msixAt = at;
    const control = registers.msix.vectors - 1;
    this.setPowerOn(at, 2, MSIX_CAPABILITY);
    this.setPowerOn(at + 2, 2, control, MSIX_ENABLE | MSIX_FUNCTION_MASK);
    this.setPowerOn(at + 4, 4, MSIX_TABLE | MSIX_BAR);
    this.setPowerOn(at + 8, 4, MSIX_PENDING | MSIX_BAR);
  }

  protected override configWritten(register: number, size: number): void {
    const touches = (at: number, bytes: number) => register < at + bytes && at < register + size;
    if (touches(this.#msixAt + 2, 2)) {
      const { msix } = this.#registers;
      msix.setControl(this.view.getUint16(this.#msixAt + 2, true));
      if (msix.enabled) this.setInterrupt(false);
    }
    if (size <= 4 && touches(this.#accessAt + 16, 4)) this.#access(true);
  }

  override readConfig(register: number, size: AccessSize): number {
    if (register >= this.#accessAt + 16 && register < this.#accessAt + 20) this.#access(false);
    return super.readConfig(register, size);
  }

  /** One access to the modern structures by way of configuration space. */
  #access(write: boolean): void {
    const at = this.#accessAt;
    const bar = this.config[at + 4]!;
    const offset = this.view.getUint32(at + 8, true);
    const length = this.view.getUint32(at + 12, true);
    if (bar !== MODERN_BAR || (length !== 1 && length !== 2 && length !== 4)) return;
    if (offset % length !== 0 || offset + length > Structure.bytes) return;
    if (write) this.#registers.modern.writeMemory(offset, length, readFrom(this.config, at + 16, length));
    else this.view.setUint32(at + 16, this.#registers.modern.readMemory(offset, length), true);
  }

  override reset(): void {
    super.reset();
    this.#registers.reset();
    this.#registers.msix.reset();
  }

  override save(): PciState {
    return { ...super.save(), virtio: this.#registers.save() } as PciState;
  }

  override restore(saved: PciState): void {
    super.restore(saved);
    this.#registers.restore((saved as unknown as { virtio: never }).virtio);
  }
}
