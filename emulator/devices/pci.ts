/**
 * PCI: the bus with its configuration space, and what every function on it has in common. A function is found by
 * asking all 256 addresses whether somebody is there; it says what it is, how much room it wants (base address registers), and
 * is told where to answer and when. (PCI Local Bus 3.0, chapter 6)
 *
 * Configuration mechanism #1 (3.2.2.3.2): CONFIG_ADDRESS at 0xCF8 takes bus, device, function and register, CONFIG_DATA at
 * 0xCFC is that register. Only four-byte accesses reach CONFIG_ADDRESS; the byte at 0xCF9 is the chipset's reset register.
 */
import type { AccessSize, Bus, Line, MemoryDevice, PortDevice, Window } from "../bus.ts";
import type { Log } from "../log.ts";
import type { Plain } from "../snapshot.ts";
import type { BytePorts } from "./byte-ports.ts";
import type { Device } from "./device.ts";

const CONFIG_ADDRESS = 0xcf8;
const CONFIG_DATA = 0xcfc;
const RESET_CONTROL = 0xcf9;
const ENABLE = 0x8000_0000;

/** Registers that all functions have (figure 6-1, header type 0). */
export const PciRegister = {
  vendor: 0x00,
  device: 0x02,
  command: 0x04,
  status: 0x06,
  revision: 0x08,
  class: 0x09,
  header: 0x0e,
  bar: 0x10,
  subsystemVendor: 0x2c,
  subsystem: 0x2e,
  capabilities: 0x34,
  interruptLine: 0x3c,
  interruptPin: 0x3d,
} as const;

export const PciCommand = { ports: 1, memory: 2, busMaster: 4, interruptDisable: 1 << 10 } as const;
const STATUS_INTERRUPT = 1 << 3;
/** Errors that a function signals; ones clear them. */
const STATUS_WRITE_1_CLEARS = 0xf900;
const MULTIFUNCTION = 0x80;

const BARS = 6;

/** Room that a function wants: `size` is a power of two, at least 16 bytes of memory or 4 ports. */
export type Bar =
  | { readonly space: "ports"; readonly size: number; readonly device: PortDevice }
  | {
      readonly space: "memory";
      readonly size: number;
      readonly device: MemoryDevice;
      /** Takes two registers, and can be anywhere. */
      readonly wide?: boolean;
      readonly prefetchable?: boolean;
    };

export interface PciIdentity {
  /** Unique in the machine: "pci.host". */
  readonly name: string;
  readonly vendor: number;
  readonly device: number;
  readonly revision?: number;
  /** Base class, subclass, programming interface: 24 bits. */
  readonly class: number;
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
  /** Status bits that never change, such as "medium DEVSEL timing". */
  readonly status?: number;
  /** Command bits that can be set; default: ports and memory where there are such bars, bus master, interrupt disable. */
  readonly command?: number;
  /** INTA# to INTD#: 1 to 4. */
  readonly interruptPin?: number;
  /** Keys are 0 to 5. */
  readonly bars?: Readonly<Record<number, Bar>>;
}

export interface PciState {
  readonly config: Uint8Array;
  readonly interrupt: boolean;
  readonly [key: string]: Plain;
}

/** Where configuration accesses go: one function. */
export class PciFunction implements Device<PciState> {
  readonly section: string;
  /** All 256 bytes as they read. */
  protected readonly config = new Uint8Array(256);
  protected readonly view = new DataView(this.config.buffer);
  /** Bits that writes change, and bits that ones clear. */
  readonly #writable = new Uint8Array(256);
  readonly #clearable = new Uint8Array(256);
  readonly #powerOn = new Uint8Array(256);
  readonly #bars: readonly { readonly register: number; readonly bar: Bar; readonly window: Window }[];
  #interruptLine: Line | null = null;
  #interrupt = false;

  constructor(identity: PciIdentity, bus: Bus) {
    this.section = identity.name;
    const bars = Object.entries(identity.bars ?? {}).map(([number, bar]) => ({ number: Number(number), bar }));
    const spaces = bars.reduce(
      (bits, { bar }) => bits | (bar.space === "ports" ? PciCommand.ports : PciCommand.memory),
      0,
    );
    const command = identity.command ?? spaces | PciCommand.busMaster | PciCommand.interruptDisable;
    this.setPowerOn(PciRegister.vendor, 2, identity.vendor);
    this.setPowerOn(PciRegister.device, 2, identity.device);
    this.setPowerOn(PciRegister.command, 2, 0, command);
    this.setPowerOn(PciRegister.status, 2, identity.status ?? 0, 0, STATUS_WRITE_1_CLEARS);
    this.setPowerOn(PciRegister.revision, 1, identity.revision ?? 0);
    this.setPowerOn(PciRegister.class, 2, identity.class & 0xffff);
    this.setPowerOn(PciRegister.class + 2, 1, identity.class >> 16);
    this.setPowerOn(PciRegister.subsystemVendor, 2, identity.subsystemVendor ?? 0);
    this.setPowerOn(PciRegister.subsystem, 2, identity.subsystem ?? 0);
    if (identity.interruptPin !== undefined) {
      this.setPowerOn(PciRegister.interruptLine, 1, 0, 0xff);
      this.setPowerOn(PciRegister.interruptPin, 1, identity.interruptPin);
    }
    this.#bars = bars.map(({ number, bar }) => {
      const register = PciRegister.bar + 4 * number;
      const name = `${identity.name}.bar${number}`;
      const address = ~(bar.size - 1) >>> 0;
      if (bar.space === "ports") {
        this.setPowerOn(register, 4, 1, address & 0xffff_fffc);
        return { register, bar, window: bus.portWindow(name, bar.device) };
      }
      if (number + (bar.wide ? 1 : 0) >= BARS) throw new Error(`${name} does not fit into the registers`);
      this.setPowerOn(register, 4, (bar.wide ? 4 : 0) | (bar.prefetchable ? 8 : 0), address & 0xffff_fff0);
      if (bar.wide) this.setPowerOn(register + 4, 4, 0, 0xffff_ffff);
      return { register, bar, window: bus.memoryWindow(name, bar.device) };
    });
    this.config.set(this.#powerOn);
  }

  /** For the constructor: what a register holds after reset, which of its bits can be written, and which ones clear. Little-endian. */
  protected setPowerOn(register: number, bytes: number, value: number, writable = 0, clearable = 0): void {
    for (let i = 0; i < bytes; i++) {
      this.#powerOn[register + i] = value >>> (8 * i);
      this.#writable[register + i] = writable >>> (8 * i);
      this.#clearable[register + i] = clearable >>> (8 * i);
      this.config[register + i] = this.#powerOn[register + i]!;
    }
  }

  get isMultifunction(): boolean {
    return (this.config[PciRegister.header]! & MULTIFUNCTION) !== 0;
  }

  /** Done by the bus for function 0 of a device that has more. */
  markMultifunction(): void {
    this.setPowerOn(PciRegister.header, 1, MULTIFUNCTION);
  }

  /** Done by the bus, which knows where the slot's wires lead. */
  connect(line: Line): void {
    this.#interruptLine = line;
  }

  /** INTA# … INTD#, 0 for a function without. */
  get interruptPin(): number {
    return this.config[PciRegister.interruptPin]!;
  }

  /** The function wants attention, as a level; Interrupt Disable in the command register keeps the pin still. */
  protected setInterrupt(high: boolean): void {
    this.#interrupt = high;
    const status = this.view.getUint16(PciRegister.status, true) & ~STATUS_INTERRUPT;
    this.view.setUint16(PciRegister.status, status | (high ? STATUS_INTERRUPT : 0), true);
    this.#drive();
  }

  #drive(): void {
    this.#interruptLine?.set(this.#interrupt && (this.command & PciCommand.interruptDisable) === 0);
  }

  protected get command(): number {
    return this.view.getUint16(PciRegister.command, true);
  }

  /** An access never crosses a four-byte register. */
  readConfig(register: number, size: AccessSize): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.config[register + i]! * 2 ** (8 * i);
    return value;
  }

  writeConfig(register: number, size: AccessSize, value: number): void {
    for (let i = 0; i < size; i++) {
      const at = register + i;
      const byte = (value >>> (8 * i)) & 0xff;
      const writable = this.#writable[at]!;
      this.config[at] = ((this.config[at]! & ~writable) | (byte & writable)) & ~(byte & this.#clearable[at]!);
    }
    if (register < PciRegister.subsystemVendor) this.#place();
    this.configWritten(register, size);
  }

  /** For functions with registers that do something: called after a write, with the bytes that it touched. */
  protected configWritten(_register: number, _size: number): void {}

  /** Puts every bar where its register says, as far as the command register lets it answer. */
  #place(): void {
    for (const { register, bar, window } of this.#bars) {
      const enabled = this.command & (bar.space === "ports" ? PciCommand.ports : PciCommand.memory);
      const low = (this.view.getUint32(register, true) & (bar.space === "ports" ? 0xffff_fffc : 0xffff_fff0)) >>> 0;
      const high = bar.space === "memory" && bar.wide ? this.view.getUint32(register + 4, true) : 0;
      const address = high * 2 ** 32 + low;
      if (!enabled || address === 0 || (bar.space === "ports" && address > 0xffff)) window.withdraw();
      else window.place(address, bar.size);
    }
    this.#drive();
  }

  reset(): void {
    this.config.set(this.#powerOn);
    this.#interrupt = false;
    this.#place();
    this.configWritten(0, 256);
  }

  save(): PciState {
    return { config: this.config.slice(), interrupt: this.#interrupt };
  }

  restore({ config, interrupt }: PciState): void {
    this.config.set(config);
    this.#interrupt = interrupt;
    this.#place();
    this.configWritten(0, 256);
  }
}

export interface PciBusWiring {
  readonly bus: Bus;
  readonly log: Log;
  /** What answers single bytes at 0xCF9. */
  readonly resetControl: BytePorts;
  /** Where an interrupt pin of a slot leads: a new source for it. `wire` is 0–3, PIRQA# to PIRQD#. */
  readonly route: (wire: number) => Line;
}

export class PciBus implements PortDevice, Device<number> {
  readonly section = "pci.bus";
  readonly #log: Log;
  readonly #resetControl: BytePorts;
  readonly #route: (wire: number) => Line;
  /** By device × 8 + function; bus 0 is the only one. */
  readonly #functions = new Map<number, PciFunction>();
  #address = 0;

  constructor({ bus, log, resetControl, route }: PciBusWiring) {
    this.#log = log;
    this.#resetControl = resetControl;
    this.#route = route;
    bus.claimPorts("pci.bus", CONFIG_ADDRESS, 8, this);
  }

  /** Plugs a function in, while the machine is built. Throws if the place is taken. */
  plug(device: number, number: number, it: PciFunction): void {
    const at = device * 8 + number;
    if (this.#functions.has(at)) throw new Error(`${it.section} does not fit: ${device}.${number} is taken`);
    this.#functions.set(at, it);
    if (number > 0) this.#functions.get(device * 8)?.markMultifunction();
    // The four pins of a slot lead to four wires, shifted by one from slot to slot, so that not all share the first.
    if (it.interruptPin !== 0) it.connect(this.#route((device - 1 + it.interruptPin - 1) & 3));
  }

  readPort(port: number, size: AccessSize): number {
    if (port === CONFIG_ADDRESS && size === 4) return this.#address;
    if (port === RESET_CONTROL && size === 1) return this.#resetControl.readPort(port);
    const register = this.#register(port, size);
    if (register === null) return this.#odd("read", port, size);
    return this.#target()?.readConfig(register, size) ?? allOnes(size);
  }

  writePort(port: number, size: AccessSize, value: number): void {
    if (port === CONFIG_ADDRESS && size === 4) this.#address = (value & 0x80ff_fffc) >>> 0;
    else if (port === RESET_CONTROL && size === 1) this.#resetControl.writePort(port, value);
    else {
      const register = this.#register(port, size);
      if (register === null) this.#odd("write", port, size);
      else this.#target()?.writeConfig(register, size, value);
    }
  }

  #odd(what: string, port: number, size: AccessSize): number {
    this.#log.guestError(
      "pci.bus",
      `${what} of ${size} at port 0x${port.toString(16)}, which is no configuration access`,
    );
    return allOnes(size);
  }

  /** The configuration register that an access means, or null. */
  #register(port: number, size: number): number | null {
    if (port < CONFIG_DATA || port + size > CONFIG_DATA + 4 || (this.#address & ENABLE) === 0) return null;
    return (this.#address & 0xfc) + (port - CONFIG_DATA);
  }

  #target(): PciFunction | undefined {
    const address = this.#address & ~ENABLE;
    return address >>> 16 === 0 ? this.#functions.get((address >>> 8) & 0xff) : undefined;
  }

  reset(): void {
    this.#address = 0;
  }

  save(): number {
    return this.#address;
  }

  restore(saved: number): void {
    this.#address = saved;
  }
}

const allOnes = (size: AccessSize): number => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);
