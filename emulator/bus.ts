/**
 * The two address spaces in which devices answer: 65,536 I/O ports, and the parts of physical memory that are not RAM.
 * A device claims its ranges when it is built; overlapping claims are a wiring mistake and throw. Ranges that the guest
 * moves (PCI base address registers, the local APIC's page) are windows: they may overlap anything, for that is the
 * guest's business. An access that nobody answers reads as all ones, as a floating bus does, and goes to the `guest_errors` log.
 *
 * RAM never passes through here: the processor reaches it directly (memory.ts), and so does DMA.
 */
import { Latches } from "./latches.ts";
import type { Log } from "./log.ts";

export type AccessSize = 1 | 2 | 4;

/** Answers port accesses. `port` is absolute; values are unsigned and `size` bytes wide. */
export interface PortDevice {
  readPort(port: number, size: AccessSize): number;
  writePort(port: number, size: AccessSize, value: number): void;
}

/**
 * Answers accesses to device memory. `offset` is relative to the claimed range; an access never crosses its end.
 * Eight-byte accesses arrive as two of four bytes, low half first.
 */
export interface MemoryDevice {
  readMemory(offset: number, size: AccessSize): number;
  writeMemory(offset: number, size: AccessSize, value: number): void;
}

/** An interrupt pin that a device drives. Level-triggered semantics; what edges mean is the controller's business. */
export interface Line {
  set(high: boolean): void;
}

interface MemoryClaim {
  readonly name: string;
  start: number;
  end: number;
  readonly device: MemoryDevice;
}

interface PortWindow {
  readonly name: string;
  start: number;
  end: number;
  readonly device: PortDevice;
}

/** A range whose place the guest chooses. It is nowhere until it is placed. Claims go before it; of two windows, the one made first. */
export interface Window {
  /** Answers at [start, start+length) from now on, and nowhere else. Port windows end at 0x10000. */
  place(start: number, length: number): void;
  withdraw(): void;
}

const allOnes = (size: AccessSize): number => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);

export class Bus {
  readonly #log: Log;
  readonly #ports: (PortDevice | undefined)[] = new Array(0x1_0000);
  readonly #portNames = new Map<number, string>();
  readonly #portWindows: PortWindow[] = [];
  /** Ports that belong to a window's device, not to a claim's. */
  readonly #inWindows = new Set<number>();
  /** The processor's own page, before everything else; then what was claimed; then windows. */
  readonly #local: MemoryClaim[] = [];
  readonly #memory: MemoryClaim[] = [];
  readonly #windows: MemoryClaim[] = [];

  readonly latches = new Latches();

  /** The log's channel `port`, asked about at each access. */
  readonly #logsPorts: boolean;

  constructor(log: Log) {
    this.#log = log;
    this.#logsPorts = log.on("port");
  }

  /** Gives ports base … base+count-1 to a device for the machine's life. Throws if one of them is taken. */
  claimPorts(name: string, base: number, count: number, device: PortDevice): void {
    for (let port = base; port < base + count; port++) {
      if (port < 0 || port > 0xffff) throw new Error(`${name} claims port ${port}, which does not exist`);
      if (this.#ports[port] !== undefined)
        throw new Error(`${name} and ${this.#portNames.get(port)} both claim port 0x${port.toString(16)}`);
      this.#ports[port] = device;
      this.#portNames.set(port, name);
    }
  }

  /** A device's claimed port is a latch from now on, or what it is has changed. `may`: bits of `LatchMay`. */
  latch(port: number, value: number, may: number): void {
    this.latches.set(port, value, this.#logsPorts ? 0 : may);
  }

  /** Ports at a place that the guest chooses; see Window. */
  portWindow(name: string, device: PortDevice): Window {
    const window: PortWindow = { name, start: 0, end: 0, device };
    this.#portWindows.push(window);
    const move = (start: number, end: number): void => {
      const { start: oldStart, end: oldEnd } = window;
      window.start = start;
      window.end = end;
      for (let port = oldStart; port < oldEnd; port++) this.#settlePort(port);
      for (let port = start; port < end; port++) this.#settlePort(port);
    };
    return {
      place: (start, length) => move(start, Math.min(start + length, 0x1_0000)),
      withdraw: () => move(0, 0),
    };
  }

  /** Who answers at a port, after a window moved. */
  #settlePort(port: number): void {
    const inWindow = this.#ports[port] === undefined || this.#inWindows.has(port);
    if (!inWindow) return;
    const window = this.#portWindows.find(({ start, end }) => port >= start && port < end);
    this.#ports[port] = window?.device;
    if (window === undefined) {
      this.#inWindows.delete(port);
      this.#portNames.delete(port);
    } else {
      this.#inWindows.add(port);
      this.#portNames.set(port, window.name);
    }
  }

  /**
   * An IN of `size` bytes. A wide access to a range whose next port belongs to another device (or nobody) is split into
   * bytes, as the ISA bus does.
   */
  readPort(port: number, size: AccessSize): number {
    const device = this.#ports[port];
    if (size > 1 && this.#splits(port, size)) {
      let value = 0;
      for (let i = 0; i < size; i++) value += this.readPort((port + i) & 0xffff, 1) * 2 ** (8 * i);
      return value;
    }
    if (device === undefined) {
      if (this.#log.on("guest_errors"))
        this.#log.guestError("bus", `read of ${size} at port 0x${port.toString(16)}, where nothing is`);
      return allOnes(size);
    }
    const value = device.readPort(port, size) >>> 0;
    if (this.#logsPorts) this.#log.say("port", this.#portNames.get(port)!, `in ${hex(port)}/${size} = ${hex(value)}`);
    return value;
  }

  /** An OUT of `size` bytes; see readPort. */
  writePort(port: number, size: AccessSize, value: number): void {
    const device = this.#ports[port];
    if (size > 1 && this.#splits(port, size)) {
      for (let i = 0; i < size; i++) this.writePort((port + i) & 0xffff, 1, (value >>> (8 * i)) & 0xff);
      return;
    }
    if (device === undefined) {
      if (this.#log.on("guest_errors"))
        this.#log.guestError(
          "bus",
          `write of 0x${value.toString(16)} to port 0x${port.toString(16)}, where nothing is`,
        );
      return;
    }
    if (this.#logsPorts) this.#log.say("port", this.#portNames.get(port)!, `out ${hex(port)}/${size} = ${hex(value)}`);
    device.writePort(port, size, value);
  }

  #splits(port: number, size: AccessSize): boolean {
    const device = this.#ports[port];
    for (let i = 1; i < size; i++) if (this.#ports[(port + i) & 0xffff] !== device) return true;
    return false;
  }

  /** Gives physical bytes [start, start+length) to a device. Frames (4 KiB) are never shared between RAM and devices. */
  claimMemory(name: string, start: number, length: number, device: MemoryDevice): void {
    const end = start + length;
    const other = this.#memory.find((c) => start < c.end && c.start < end);
    if (other !== undefined) throw new Error(`${name} and ${other.name} both claim memory at 0x${start.toString(16)}`);
    this.#memory.push({ name, start, end, device });
  }

  /** Device memory at a place that the guest chooses; see Window. `local`: the processor answers itself, before any claim is asked. */
  memoryWindow(name: string, device: MemoryDevice, { local = false } = {}): Window {
    const claim: MemoryClaim = { name, start: 0, end: 0, device };
    (local ? this.#local : this.#windows).push(claim);
    return {
      place(start, length) {
        claim.start = start;
        claim.end = start + length;
      },
      withdraw() {
        claim.start = claim.end = 0;
      },
    };
  }

  /** A load from physical memory that is not RAM or ROM. */
  readMemory(address: number, size: AccessSize): number {
    const claim = this.#find(address, size);
    if (claim === null) {
      if (this.#log.on("guest_errors"))
        this.#log.guestError("bus", `read of ${size} at physical 0x${address.toString(16)}, where nothing is`);
      return allOnes(size);
    }
    return claim.device.readMemory(address - claim.start, size) >>> 0;
  }

  /** A store to physical memory that is not RAM. */
  writeMemory(address: number, size: AccessSize, value: number): void {
    const claim = this.#find(address, size);
    if (claim !== null) claim.device.writeMemory(address - claim.start, size, value);
    else if (this.#log.on("guest_errors"))
      this.#log.guestError("bus", `write to physical 0x${address.toString(16)}, where nothing is`);
  }

  #find(address: number, size: number): MemoryClaim | null {
    for (const claims of [this.#local, this.#memory, this.#windows])
      for (const claim of claims) if (address >= claim.start && address + size <= claim.end) return claim;
    return null;
  }
}

const hex = (n: number): string => `0x${n.toString(16)}`;
