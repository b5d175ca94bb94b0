/**
 * The two address spaces in which devices answer: 65,536 I/O ports, and the parts of physical memory that are not RAM.
 * A device claims its ranges when it is built; overlapping claims are a wiring mistake and throw. An access that nobody
 * claimed reads as all ones, as a floating bus does, and goes to the `guest_errors` log.
 *
 * RAM never passes through here: the processor reaches it directly (memory.ts), and so does DMA.
 */
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
  readonly start: number;
  readonly end: number;
  readonly device: MemoryDevice;
}

const allOnes = (size: AccessSize): number => (size === 4 ? 0xffff_ffff : size === 2 ? 0xffff : 0xff);

export class Bus {
  readonly #log: Log;
  readonly #ports: (PortDevice | undefined)[] = new Array(0x1_0000);
  readonly #portNames = new Map<number, string>();
  readonly #memory: MemoryClaim[] = [];

  constructor(log: Log) {
    this.#log = log;
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

  /** Takes ports back: for devices whose registers the guest can move (PCI BARs). */
  releasePorts(base: number, count: number): void {
    for (let port = base; port < base + count; port++) {
      this.#ports[port] = undefined;
      this.#portNames.delete(port);
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
      this.#log.guestError("bus", `read of ${size} at port 0x${port.toString(16)}, where nothing is`);
      return allOnes(size);
    }
    const value = device.readPort(port, size) >>> 0;
    if (this.#log.on("port"))
      this.#log.say("port", this.#portNames.get(port)!, `in ${hex(port)}/${size} = ${hex(value)}`);
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
      this.#log.guestError("bus", `write of 0x${value.toString(16)} to port 0x${port.toString(16)}, where nothing is`);
      return;
    }
    if (this.#log.on("port"))
      this.#log.say("port", this.#portNames.get(port)!, `out ${hex(port)}/${size} = ${hex(value)}`);
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

  releaseMemory(start: number): void {
    const at = this.#memory.findIndex((c) => c.start === start);
    if (at >= 0) this.#memory.splice(at, 1);
  }

  /** A load from physical memory that is not RAM or ROM. */
  readMemory(address: number, size: AccessSize): number {
    const claim = this.#find(address, size);
    if (claim === null) {
      this.#log.guestError("bus", `read of ${size} at physical 0x${address.toString(16)}, where nothing is`);
      return allOnes(size);
    }
    return claim.device.readMemory(address - claim.start, size) >>> 0;
  }

  /** A store to physical memory that is not RAM. */
  writeMemory(address: number, size: AccessSize, value: number): void {
    const claim = this.#find(address, size);
    if (claim === null) this.#log.guestError("bus", `write to physical 0x${address.toString(16)}, where nothing is`);
    else claim.device.writeMemory(address - claim.start, size, value);
  }

  #find(address: number, size: number): MemoryClaim | null {
    for (const claim of this.#memory) if (address >= claim.start && address + size <= claim.end) return claim;
    return null;
  }
}

const hex = (n: number): string => `0x${n.toString(16)}`;
