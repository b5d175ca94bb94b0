/**
 * Most of a PC's devices sit on the eight-bit part of the ISA bus: the bus controller splits a wider access into bytes,
 * low port first. Such a device says what a byte means; `eightBit` makes a PortDevice of it.
 */
import type { PortDevice } from "../bus.ts";

export interface BytePorts {
  /** An IN of one byte at absolute port `port`: 0–255. */
  readPort(port: number): number;
  writePort(port: number, value: number): void;
}

export function eightBit(device: BytePorts): PortDevice {
  return {
    readPort(port, size) {
      let value = device.readPort(port);
      for (let i = 1; i < size; i++) value += device.readPort(port + i) * 2 ** (8 * i);
      return value;
    },
    writePort(port, size, value) {
      for (let i = 0; i < size; i++) device.writePort(port + i, (value >>> (8 * i)) & 0xff);
    },
  };
}
