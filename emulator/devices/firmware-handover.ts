/**
 * Devices as a PC's firmware hands them over. A kernel that is started directly, without firmware, may count on what every
 * boot loader's specification takes for granted: a text screen, interrupt controllers and timer programmed as they were in
 * 1984 (the local APIC in between lets them through), serial ports that speak 8N1. Here the same port writes are made that firmware makes.
 */
import type { Bus } from "../bus.ts";
import { LOCAL_APIC } from "../map.ts";
import { enterTextMode } from "./vga-modes.ts";

/** Interrupt vectors of IRQ 0 and IRQ 8 under a PC's firmware. */
const MASTER_VECTOR = 0x08;
const SLAVE_VECTOR = 0x70;
const DIVISOR_115200 = 1;
/** Spurious vector register, LINT0, LINT1 (MultiProcessor Specification 1.4, 3.6.2.2). */
const VIRTUAL_WIRE = [
  [0x0f0, 0x10f],
  [0x350, 0x700],
  [0x360, 0x400],
] as const;

/** `serialPorts`: the base of each UART that the machine has. */
export function handOver(bus: Bus, serialPorts: readonly number[]): void {
  const out = (port: number, ...values: number[]): void => {
    for (const value of values) bus.writePort(port, 1, value);
  };
  // Both controllers: edge-triggered, cascaded by IR2, all but timer, keyboard, cascade and clock masked.
  out(0x20, 0x11);
  out(0x21, MASTER_VECTOR, 0x04, 0x01, 0xf8);
  out(0xa0, 0x11);
  out(0xa1, SLAVE_VECTOR, 0x02, 0x01, 0xfe);
  // Counter 0: a square wave of 18.2 Hz.
  out(0x43, 0x36);
  out(0x40, 0x00, 0x00);
  for (const base of serialPorts) {
    out(base + 3, 0x80);
    out(base, DIVISOR_115200);
    out(base + 1, 0x00);
    out(base + 3, 0x03);
  }
  // The local APIC as a piece of wire: on, LINT0 passes on what the 8259s say, LINT1 is NMI.
  for (const [register, value] of VIRTUAL_WIRE) bus.writeMemory(LOCAL_APIC + register, 4, value);
  enterTextMode(bus);
}
