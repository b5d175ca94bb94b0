// Configuration space: 256 bytes for each function on the bus, in which it says what it is and is told where to be. A PC
// reaches them through two ports: an address into the first, and the second is that register. Two steps, so nobody else may
// come between. (PCI Local Bus 3.0, 3.2.2.3.2 and chapter 6)
import { Locked } from "../sync/spin.ts";

/** Where a function is: bus, slot, function, as the address port wants them. */
export type PciAddress = Unit<"PciAddress", u32>;

const ports = claimPorts(0xcf8, 8);
const ADDRESS = 0;
const DATA = 4;
const ENABLE: u32 = 0x8000_0000;

// Registers that all functions have.
export const PCI_VENDOR: u8 = 0x00;
export const PCI_COMMAND: u8 = 0x04;
export const PCI_STATUS: u8 = 0x06;
export const PCI_CLASS: u8 = 0x08;
export const PCI_HEADER: u8 = 0x0e;
export const PCI_BAR: u8 = 0x10;
export const PCI_SECONDARY_BUS: u8 = 0x19;
export const PCI_SUBSYSTEM: u8 = 0x2c;
export const PCI_CAPABILITIES: u8 = 0x34;
export const PCI_LINE: u8 = 0x3c;
export const PCI_PIN: u8 = 0x3d;

export const COMMAND_PORTS: u16 = 1;
export const COMMAND_MEMORY: u16 = 2;
export const COMMAND_BUS_MASTER: u16 = 4;
export const COMMAND_NO_INTX: u16 = 0x400;
export const STATUS_CAPABILITIES: u16 = 0x10;

class Selected {
  address: u32;
}

const selected = zeroed<Locked<Selected>>();

export function pciAddress(bus: u32, slot: u32, number: u32): PciAddress {
  return unit<PciAddress>((bus << 16) | (slot << 11) | (number << 8));
}

function select(s: Ptr<Selected>, at: PciAddress, register: u8): void {
  s.address = ENABLE | u32(at) | u32(register & 0xfc);
  ports.out32(ADDRESS, s.address);
}

/** A register at a multiple of 4; where nobody is, all ones. */
export function readConfig32(at: PciAddress, register: u8): u32 {
  using s = selected.enter();
  select(s.v, at, register);
  return ports.in32(DATA);
}

/** A register at a multiple of 2. */
export function readConfig16(at: PciAddress, register: u8): u16 {
  return u16(readConfig32(at, register) >> (u32(register & 2) * 8));
}

export function readConfig8(at: PciAddress, register: u8): u8 {
  return u8(readConfig32(at, register) >> (u32(register & 3) * 8));
}

export function writeConfig32(at: PciAddress, register: u8, value: u32): void {
  using s = selected.enter();
  select(s.v, at, register);
  ports.out32(DATA, value);
}

export function writeConfig16(at: PciAddress, register: u8, value: u16): void {
  using s = selected.enter();
  select(s.v, at, register);
  ports.out16(DATA + (register & 2), value);
}

export function writeConfig8(at: PciAddress, register: u8, value: u8): void {
  using s = selected.enter();
  select(s.v, at, register);
  ports.out8(DATA + (register & 3), value);
}

/** Reset control of Intel's chipsets, a port between the two: a hard reset of everything. (82371AB PIIX4, RC) */
export function resetByChipset(): void {
  ports.out8(1, 2);
  ports.out8(1, 6);
}
