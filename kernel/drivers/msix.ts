// MSI-X: a device interrupts by writing a word to an address, and each thing that it has to say can have a word of its own.
// No wire is shared and nobody has to ask who it was. The words stand in a table in the device's own memory.
// (PCI Local Bus 3.0, 6.8.2)
import type { Message } from "../trap/irq.ts";
import { barRegisters, findCapability, type PciFunction } from "./pci.ts";
import { COMMAND_NO_INTX, PCI_COMMAND, readConfig16, readConfig32, writeConfig16 } from "./pci-config.ts";

const MSIX_CAPABILITY: u8 = 0x11;
const ENABLE: u16 = 0x8000;
const ALL_MASKED: u16 = 0x4000;
const ENTRY_BYTES = 16;

const unwanted = zeroed<Atomic<u32>>();

class Entry {
  addressLow: Vol<u32>;
  addressHigh: Vol<u32>;
  data: Vol<u32>;
  /** Bit 0: masked. */
  control: Vol<u32>;
}

/** From now on no function can send messages, as far as its driver learns. */
export function doWithoutMessages(): void {
  unwanted.store(1);
}

/** Turns messages on, and the wire off; how many the function can send. ENODEV when it cannot. */
export function enableMsix(it: Ptr<PciFunction>): Res<u16> {
  if (unwanted.load() !== 0) return err(Errno.ENODEV);
  const at = findCapability(it, MSIX_CAPABILITY, 0);
  if (at === 0) return err(Errno.ENODEV);
  const control = readConfig16(it.address, at + 2);
  writeConfig16(it.address, at + 2, (control | ENABLE) & ~ALL_MASKED);
  writeConfig16(it.address, PCI_COMMAND, readConfig16(it.address, PCI_COMMAND) | COMMAND_NO_INTX);
  return (control & 0x7ff) + 1;
}

/** Back to the wire. */
export function disableMsix(it: Ptr<PciFunction>): void {
  const at = findCapability(it, MSIX_CAPABILITY, 0);
  if (at === 0) return;
  writeConfig16(it.address, at + 2, readConfig16(it.address, at + 2) & ~ENABLE);
  writeConfig16(it.address, PCI_COMMAND, readConfig16(it.address, PCI_COMMAND) & ~COMMAND_NO_INTX);
}

/** Sets a message of the table, and lets it through. ENXIO. */
export function setMsix(it: Ptr<PciFunction>, index: u16, message: Ptr<Message>): Res<void> {
  const at = findCapability(it, MSIX_CAPABILITY, 0);
  if (at === 0) return err(Errno.ENODEV);
  const table = readConfig32(it.address, at + 4);
  const offset = u64(table & ~7) + u64(index) * ENTRY_BYTES;
  const entry = orReturn(barRegisters<Entry>(it, table & 7, offset, ENTRY_BYTES));
  entry.addressLow = u32(message.address);
  entry.addressHigh = u32(message.address >> 32);
  entry.data = message.data;
  entry.control = 0;
}
