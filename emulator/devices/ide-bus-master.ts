/**
 * Bus-master IDE: the engine beside each ATA channel that moves a drive's data to and from memory by itself. The host writes a
 * table of physical regions, points the engine to it and starts it; whenever the drive has data (or wants some), they flow.
 * (Programming Interface for Bus Master IDE Controller, revision 1.0; 82371SB data sheet, 2.6)
 *
 * A drive takes virtual time for its data before it asks; the move itself takes none.
 */
import type { AccessSize, PortDevice } from "../bus.ts";
import type { PhysicalMemory } from "../memory.ts";
import type { Section } from "../snapshot.ts";

/** Offsets of BMICX, BMISX and BMIDTPX, for the secondary channel 8 higher. */
const COMMAND = 0;
const STATUS = 2;
const POINTER = 4;

const START = 0x01;
/** RWCON: the engine writes memory. */
const TO_MEMORY = 0x08;
const ACTIVE = 0x01;
const ERROR = 0x02;
const INTERRUPT = 0x04;
/** Software's notes that a drive can do DMA. */
const DRIVES = 0x60;

const END_OF_TABLE = 0x8000;
const REGION_BYTES = 0x1_0000;

/** A drive in a DMA command, as the engine sees it. */
export interface DmaPeer {
  /** Bytes that the drive has for the host, or wants; 0 when it asks for nothing now. */
  readonly dmaBytes: number;
  readonly dmaToHost: boolean;
  /** Moves as many bytes as the array has, at most `dmaBytes`: into it, or out of it. */
  moveDma(bytes: Uint8Array): void;
}

const powerOn = () => ({
  command: 0,
  status: 0,
  /** Of the region table: as written, and the next entry. */
  pointer: 0,
  next: 0,
  /** The present region, and whether it is the last. */
  address: 0,
  left: 0,
  last: false,
});
type EngineState = ReturnType<typeof powerOn>;

export class BusMaster implements Section<EngineState> {
  readonly section: string;
  readonly #memory: PhysicalMemory;
  /** The channel's selected drive. */
  peer: () => DmaPeer | undefined = () => undefined;
  #r = powerOn();

  constructor(name: string, memory: PhysicalMemory) {
    this.section = name;
    this.#memory = memory;
  }

  /** The drive asks: moves what it can, as far as the table goes. */
  run(): void {
    const r = this.#r;
    for (;;) {
      const peer = this.peer();
      if ((r.status & ACTIVE) === 0 || peer === undefined || peer.dmaBytes === 0) return;
      if (peer.dmaToHost !== ((r.command & TO_MEMORY) !== 0)) return;
      if (r.left === 0 && !this.#fetch()) return;
      const bytes = new Uint8Array(Math.min(r.left, peer.dmaBytes));
      const { address } = r;
      r.address += bytes.length;
      r.left -= bytes.length;
      // The table's end is known before the drive says that it is done.
      if (r.left === 0 && r.last) r.status &= ~ACTIVE;
      if (peer.dmaToHost) {
        peer.moveDma(bytes);
        this.#memory.write(address, bytes);
      } else {
        this.#memory.read(address, bytes);
        peer.moveDma(bytes);
      }
    }
  }

  /** The next region: address, then length (0 is 64 KiB) and the mark of the last; false after that. */
  #fetch(): boolean {
    const r = this.#r;
    if (r.last) return false;
    const entry = new Uint8Array(8);
    this.#memory.read(r.next, entry);
    const view = new DataView(entry.buffer);
    r.next = (r.next + 8) % 2 ** 32;
    r.address = view.getUint32(0, true) & ~1 & 0xffff_ffff;
    r.address >>>= 0;
    r.left = view.getUint16(4, true) & ~1 || REGION_BYTES;
    r.last = (view.getUint16(6, true) & END_OF_TABLE) !== 0;
    return true;
  }

  /** The drive's interrupt came through. */
  interrupted(): void {
    this.#r.status |= INTERRUPT;
  }

  readByte(offset: number): number {
    const { command, status, pointer } = this.#r;
    if (offset === COMMAND) return command;
    if (offset === STATUS) return status;
    return offset >= POINTER ? (pointer >>> (8 * (offset - POINTER))) & 0xff : 0;
  }

  writeByte(offset: number, value: number): void {
    const r = this.#r;
    if (offset === STATUS) {
      r.status = (r.status & ~DRIVES & ~(value & (ERROR | INTERRUPT))) | (value & DRIVES);
    } else if (offset >= POINTER) {
      const shift = 8 * (offset - POINTER);
      r.pointer = ((r.pointer & ~(0xff << shift)) | (value << shift)) & ~3;
      r.pointer >>>= 0;
    } else if (offset === COMMAND) this.#command(value);
  }

  #command(value: number): void {
    const r = this.#r;
    const before = r.command;
    r.command = value & (START | TO_MEMORY);
    if (value & ~before & START) {
      Object.assign(r, { status: r.status | ACTIVE, next: r.pointer, left: 0, last: false });
      this.run();
    } else if ((value & START) === 0) r.status &= ~ACTIVE;
  }

  reset(): void {
    this.#r = powerOn();
  }

  save(): EngineState {
    return { ...this.#r };
  }

  restore(saved: EngineState): void {
    this.#r = { ...saved };
  }
}

/** The sixteen ports of both engines. */
export function busMasterPorts(engines: readonly [BusMaster, BusMaster]): PortDevice {
  return {
    readPort(port, size: AccessSize) {
      let value = 0;
      for (let i = 0; i < size; i++) value += engines[((port + i) >> 3) & 1]!.readByte((port + i) & 7) * 2 ** (8 * i);
      return value;
    },
    writePort(port, size: AccessSize, value) {
      for (let i = 0; i < size; i++)
        engines[((port + i) >> 3) & 1]!.writeByte((port + i) & 7, (value >>> (8 * i)) & 0xff);
    },
  };
}
