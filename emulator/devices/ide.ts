/**
 * An IDE channel: the command block (0x1F0 or 0x170), Alternate Status and Device Control (0x3F6 or 0x376), and up to two
 * devices behind them. Both devices see every register write; only the selected one answers reads, takes commands and
 * drives the interrupt line. If device 1 is missing, device 0 answers for it with a status of zero (ATA/ATAPI-7, 9.16);
 * if both are, pull-down resistors make everything zero.
 */
import type { AccessSize, Bus, Line, PortDevice } from "../bus.ts";
import type { Log } from "../log.ts";
import { type AtaDevice, DEVICE_DEV, REG_DEVICE, STATUS_BSY, STATUS_DRQ } from "./ata-device.ts";
import { eightBit } from "./byte-ports.ts";
import type { Device } from "./device.ts";
import type { BusMaster } from "./ide-bus-master.ts";

const REG_DATA = 0;
const REG_STATUS = 7;

const CONTROL_NIEN = 0x02;
const CONTROL_SRST = 0x04;
const CONTROL_HOB = 0x80;

const DEVICE_RESET = 0x08;
const EXECUTE_DEVICE_DIAGNOSTIC = 0x90;

export interface IdeWiring {
  /** Unique in the machine: "ide.primary". */
  readonly name: string;
  readonly bus: Bus;
  /** The command block's first port: 0x1F0 or 0x170. */
  readonly base: number;
  /** The Device Control register's port: 0x3F6 or 0x376. */
  readonly control: number;
  /** IRQ 14 or 15. */
  readonly line: Line;
  readonly log: Log;
  /** The DMA engine at the channel's side. */
  readonly busMaster?: BusMaster;
  readonly device0?: AtaDevice;
  readonly device1?: AtaDevice;
}

type IdeState = { readonly selected: number; readonly control: number };

export class IdeChannel implements PortDevice, Device<IdeState> {
  readonly section: string;
  readonly #base: number;
  readonly #line: Line;
  readonly #log: Log;
  readonly #devices: readonly [AtaDevice | undefined, AtaDevice | undefined];
  /** The DEV bit. */
  #selected: 0 | 1 = 0;
  #control = 0;
  readonly #busMaster: BusMaster | undefined;
  #interrupt = false;

  constructor({ name, bus, base, control, line, log, busMaster, device0, device1 }: IdeWiring) {
    this.section = name;
    this.#base = base;
    this.#line = line;
    this.#log = log;
    this.#devices = [device0, device1];
    this.#busMaster = busMaster;
    if (busMaster !== undefined) busMaster.peer = () => this.#device;
    for (const [i, device] of this.#devices.entries())
      device?.attach(
        i === 1,
        () => this.#update(),
        () => busMaster?.run(),
      );
    bus.claimPorts(name, base, 8, this);
    const deviceControl = {
      readPort: () => this.#device?.status ?? 0,
      writePort: (_port: number, value: number) => this.#writeControl(value),
    };
    bus.claimPorts(`${name}.control`, control, 1, eightBit(deviceControl));
  }

  get #device(): AtaDevice | undefined {
    return this.#devices[this.#selected];
  }

  #update(): void {
    const interrupt = this.#device?.intrq === true && (this.#control & CONTROL_NIEN) === 0;
    if (interrupt && !this.#interrupt) this.#busMaster?.interrupted();
    this.#interrupt = interrupt;
    this.#line.set(interrupt);
  }

  /** The devices have their own reset; this is the channel's part. */
  reset(): void {
    this.#selected = 0;
    this.#control = 0;
    this.#update();
  }

  readPort(port: number, size: AccessSize): number {
    const register = port - this.#base;
    if (register === REG_DATA) return this.#readData(size);
    let value = 0;
    for (let i = 0; i < size; i++) value += this.#readRegister(register + i) * 2 ** (8 * i);
    return value;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    const register = port - this.#base;
    if (register === REG_DATA) this.#writeData(size, value);
    else for (let i = 0; i < size; i++) this.#writeRegister(register + i, (value >>> (8 * i)) & 0xff);
  }

  /** The Data register is 16 bits wide; a controller makes two words of a 32-bit access. */
  #readData(size: AccessSize): number {
    const device = this.#device;
    if (device === undefined) return 0;
    const word = device.readData();
    if (size === 4) return word + device.readData() * 0x1_0000;
    if (size === 1) this.#log.guestError(this.section, "read of one byte from the 16-bit Data register");
    return size === 1 ? word & 0xff : word;
  }

  #writeData(size: AccessSize, value: number): void {
    const device = this.#device;
    if (size === 1) this.#log.guestError(this.section, "write of one byte to the 16-bit Data register");
    device?.writeData(value & 0xffff);
    if (size === 4) device?.writeData(value >>> 16);
  }

  #readRegister(register: number): number {
    const device = this.#device;
    if (register === REG_STATUS) {
      device?.acknowledge();
      return device?.status ?? 0;
    }
    const previous = (this.#control & CONTROL_HOB) !== 0;
    const answering = device ?? this.#devices[0];
    const value = answering?.readRegister(register, previous) ?? 0;
    // Both devices hold what was last written to Device, so DEV reads as the selection.
    return register === REG_DEVICE && answering !== undefined ? (value & ~DEVICE_DEV) | (this.#selected << 4) : value;
  }

  #writeRegister(register: number, value: number): void {
    const device = this.#device;
    if (register === REG_STATUS && value === DEVICE_RESET && device?.isPacket && !this.#inReset) {
      device.start(DEVICE_RESET);
      return;
    }
    if (device !== undefined && device.status & (STATUS_BSY | STATUS_DRQ)) {
      const why = device.isBusy ? "BSY" : "DRQ";
      this.#log.guestError(
        this.section,
        `write of 0x${value.toString(16)} to register ${register} while ${why} is set`,
      );
      return;
    }
    if (register === REG_STATUS) {
      this.#command(value);
      return;
    }
    this.#control &= ~CONTROL_HOB;
    for (const each of this.#devices) each?.writeRegister(register, value);
    if (register === REG_DEVICE) {
      this.#selected = value & DEVICE_DEV ? 1 : 0;
      this.#update();
    }
  }

  get #inReset(): boolean {
    return (this.#control & CONTROL_SRST) !== 0;
  }

  #command(command: number): void {
    if (command === EXECUTE_DEVICE_DIAGNOSTIC) {
      for (const each of this.#devices) each?.diagnose();
      this.#select0();
    } else this.#device?.start(command);
  }

  #select0(): void {
    this.#selected = 0;
    this.#update();
  }

  #writeControl(value: number): void {
    const before = this.#control;
    this.#control = value & (CONTROL_NIEN | CONTROL_SRST | CONTROL_HOB);
    if (value & ~before & CONTROL_SRST) {
      for (const device of this.#devices) device?.holdReset();
      this.#select0();
    }
    if (before & ~value & CONTROL_SRST) for (const device of this.#devices) device?.releaseReset();
    this.#update();
  }

  save(): IdeState {
    return { selected: this.#selected, control: this.#control };
  }

  /** The devices have been restored before. An INTRQ that was there already is no news for the bus master. */
  restore({ selected, control }: IdeState): void {
    this.#selected = selected === 1 ? 1 : 0;
    this.#control = control;
    this.#interrupt = this.#device?.intrq === true && (control & CONTROL_NIEN) === 0;
    this.#update();
  }
}
