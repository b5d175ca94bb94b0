/**
 * fw_cfg, by which a virtual machine tells its firmware what no chip would: how much memory there is and where, how many
 * processors, what to boot. A selector at port 0x510 chooses an item, its bytes come one by one from port 0x511, or by DMA
 * through the register at 0x514. Firmware made for QEMU finds here what it expects there.
 *
 * The directory and the DMA descriptors are big-endian; what items hold is little-endian. A DMA transfer takes virtual
 * time in proportion to what it costs the host, so that no request of a guest keeps the host busy for long.
 * (QEMU, docs/specs/fw_cfg; the items' numbers are those of its fw_cfg_keys.)
 */
import type { AccessSize, Bus, PortDevice } from "../bus.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Log } from "../log.ts";
import type { PhysicalMemory } from "../memory.ts";
import type { Device } from "./device.ts";

const SELECTOR_PORT = 0x510;
const DATA_PORT = 0x511;
const DMA_PORT = 0x514;

/** Items that have numbers. */
export const fwCfgKey = {
  signature: 0x00,
  id: 0x01,
  uuid: 0x02,
  ramSize: 0x03,
  noGraphic: 0x04,
  processors: 0x05,
  kernelSize: 0x08,
  initrdSize: 0x0b,
  bootDevice: 0x0c,
  bootMenu: 0x0e,
  mostProcessors: 0x0f,
  kernelData: 0x11,
  initrdData: 0x12,
  commandLineSize: 0x14,
  commandLineData: 0x15,
  setupSize: 0x17,
  setupData: 0x18,
  directory: 0x19,
} as const;
const FIRST_FILE = 0x20;
const LONGEST_NAME = 55;

/** Item `id`: the traditional interface, and DMA. */
const FEATURES = 0x3;

const DMA_ERROR = 0x01;
const DMA_READ = 0x02;
const DMA_SKIP = 0x04;
const DMA_SELECT = 0x08;
const DMA_WRITE = 0x10;
/** What a read of the DMA register gives. */
const DMA_SIGNATURE = [0x5145_4d55, 0x2043_4647] as const;
/** Cycles before the first byte of a transfer. */
const START_TIME = 1000;
/** Bytes moved at once, and the cycles that so many take. */
const CHUNK = 0x1_0000;
const CHUNK_TIME = 16_000;
/** The same where no memory is, and every byte goes over the bus by itself. */
const DEVICE_CHUNK = 64;
const DEVICE_CHUNK_TIME = 64_000;
const FRAME = 4096;

export interface E820Entry {
  readonly address: number;
  readonly length: number;
  /** 1: RAM, 2: reserved. */
  readonly type: number;
}

/** What the machine has to tell. Sizes are in bytes. */
export interface FwCfgContents {
  readonly ramBytes: number;
  readonly processors?: number;
  /** Where memory is; default: RAM from 0 to `ramBytes`. */
  readonly e820?: readonly E820Entry[];
  /** Boot devices in the order to try them, as Open Firmware paths. */
  readonly bootOrder?: readonly string[];
  /** A Linux bzImage, split where its header says so. */
  readonly kernel?: Uint8Array;
  readonly initrd?: Uint8Array;
  readonly commandLine?: string;
  /** Further files by name, "etc/…" or "opt/…". */
  readonly files?: ReadonlyMap<string, Uint8Array>;
}

/** Where DMA goes. */
export interface DmaMemory extends PhysicalMemory {
  /** Whether the byte is in RAM or ROM: else each byte is an access on the bus. */
  isMemory(address: number): boolean;
}

export interface FwCfgWiring {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly memory: DmaMemory;
  readonly contents: FwCfgContents;
}

const powerOn = () => ({
  selector: 0,
  offset: 0,
  /** The DMA register's upper half, written before the lower one. */
  addressHigh: 0,
  /** The transfer under way: its descriptor, what it does, how much is left, where to. */
  descriptor: 0,
  control: 0,
  left: 0,
  target: 0,
});
type FwCfgState = ReturnType<typeof powerOn>;

export class FwCfg implements PortDevice, Device<FwCfgState> {
  readonly section = "fw_cfg";
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #memory: DmaMemory;
  readonly #items: ReadonlyMap<number, Uint8Array>;
  readonly #timer: Timer;
  #f: FwCfgState = powerOn();

  constructor({ bus, clock, log, memory, contents }: FwCfgWiring) {
    this.#clock = clock;
    this.#log = log;
    this.#memory = memory;
    this.#items = makeItems(contents);
    this.#timer = clock.timer("fw_cfg", () => this.#move());
    bus.claimPorts("fw_cfg", SELECTOR_PORT, 2, this);
    bus.claimPorts("fw_cfg.dma", DMA_PORT, 8, {
      readPort: (port, size) => this.#readDma(port, size),
      writePort: (port, size, value) => this.#writeDma(port, size, value),
    });
  }

  reset(): void {
    this.#timer.disarm();
    this.#f = powerOn();
  }

  get #item(): Uint8Array {
    return this.#items.get(this.#f.selector) ?? new Uint8Array(0);
  }

  readPort(port: number, size: AccessSize): number {
    if (port === DATA_PORT && size === 1) return this.#item[this.#f.offset++] ?? 0;
    this.#log.guestError("fw_cfg", `read of ${size} at port 0x${port.toString(16)}; data are bytes at 0x511`);
    return 0;
  }

  writePort(port: number, size: AccessSize, value: number): void {
    if (port === SELECTOR_PORT && size === 2) this.#select(value);
    else
      this.#log.guestError("fw_cfg", `write of ${size} to port 0x${port.toString(16)}; the selector is 16 bits wide`);
  }

  #select(selector: number): void {
    this.#f.selector = selector;
    this.#f.offset = 0;
  }

  // DMA.

  #readDma(port: number, size: AccessSize): number {
    if (size === 4 && port === DMA_PORT) return swap32(DMA_SIGNATURE[0]);
    if (size === 4 && port === DMA_PORT + 4) return swap32(DMA_SIGNATURE[1]);
    this.#log.guestError(
      "fw_cfg",
      `read of ${size} at port 0x${port.toString(16)}; the DMA register has two halves of 4`,
    );
    return 0;
  }

  #writeDma(port: number, size: AccessSize, value: number): void {
    if (size === 4 && port === DMA_PORT) this.#f.addressHigh = swap32(value);
    else if (size === 4 && port === DMA_PORT + 4) {
      const address = this.#f.addressHigh * 2 ** 32 + swap32(value);
      this.#f.addressHigh = 0;
      this.#start(address);
    } else this.#log.guestError("fw_cfg", `write of ${size} to port 0x${port.toString(16)} of the DMA register`);
  }

  /** Reads the descriptor: control, length, address, all big-endian. */
  #start(descriptor: number): void {
    if (this.#f.left > 0) {
      this.#log.guestError("fw_cfg", "a DMA request while another one is under way");
      return;
    }
    const bytes = new Uint8Array(16);
    this.#memory.read(descriptor, bytes);
    const view = new DataView(bytes.buffer);
    const control = view.getUint32(0);
    if (control & DMA_SELECT) this.#select(control >>> 16);
    const length = view.getUint32(4);
    const target = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
    if (control & (DMA_READ | DMA_SKIP)) {
      Object.assign(this.#f, { descriptor, control, target, left: length });
      if (length === 0) this.#finish(descriptor, 0);
      else this.#timer.arm(this.#clock.now + START_TIME + this.#next().cycles);
    } else {
      const failed = (control & DMA_WRITE) !== 0 && length > 0;
      if (failed)
        this.#log.guestError("fw_cfg", `write to item 0x${this.#f.selector.toString(16)}, which is read-only`);
      this.#finish(descriptor, failed ? DMA_ERROR : 0);
    }
  }

  /** The part to be moved next. */
  #next(): { bytes: number; cycles: number } {
    const { control, left, target } = this.#f;
    if (!(control & DMA_READ)) return { bytes: left, cycles: 0 };
    if (!this.#memory.isMemory(target)) return { bytes: Math.min(left, DEVICE_CHUNK), cycles: DEVICE_CHUNK_TIME };
    let bytes = FRAME - (target % FRAME);
    while (bytes < CHUNK && this.#memory.isMemory(target + bytes)) bytes += FRAME;
    bytes = Math.min(bytes, left, CHUNK);
    return { bytes, cycles: Math.ceil((bytes * CHUNK_TIME) / CHUNK) };
  }

  /** Moves a part. Beyond an item's end there are zeros. */
  #move(): void {
    const f = this.#f;
    const { bytes } = this.#next();
    if (f.control & DMA_READ) {
      const part = new Uint8Array(bytes);
      part.set(this.#item.subarray(f.offset, f.offset + bytes));
      this.#memory.write(f.target, part);
      f.target += bytes;
    }
    f.offset += bytes;
    f.left -= bytes;
    if (f.left > 0) this.#timer.arm(this.#clock.now + this.#next().cycles);
    else this.#finish(f.descriptor, 0);
  }

  /** The descriptor's control field tells the guest that it is done. */
  #finish(descriptor: number, control: number): void {
    this.#memory.write(descriptor, Uint8Array.of(0, 0, 0, control));
  }

  save(): FwCfgState {
    return { ...this.#f };
  }

  restore(saved: FwCfgState): void {
    this.#f = { ...saved };
  }
}

const swap32 = (value: number): number =>
  (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;

/** An integer in little-endian bytes. */
function le(value: number, bytes: 2 | 4 | 8): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);
}

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const concatenate = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

function makeItems(contents: FwCfgContents): Map<number, Uint8Array> {
  const { ramBytes, processors = 1, kernel, initrd, commandLine } = contents;
  const items = new Map<number, Uint8Array>([
    [fwCfgKey.signature, text("QEMU")],
    [fwCfgKey.id, le(FEATURES, 4)],
    [fwCfgKey.uuid, new Uint8Array(16)],
    [fwCfgKey.ramSize, le(ramBytes, 8)],
    [fwCfgKey.noGraphic, le(0, 2)],
    [fwCfgKey.processors, le(processors, 2)],
    [fwCfgKey.mostProcessors, le(processors, 2)],
    [fwCfgKey.bootMenu, le(0, 2)],
  ]);
  const putSized = (sizeKey: number, dataKey: number, data: Uint8Array): void => {
    items.set(sizeKey, le(data.length, 4));
    items.set(dataKey, data);
  };
  if (kernel !== undefined) {
    // A bzImage's real-mode part is its boot sector and `setup_sects` more (Linux boot protocol, 1F1h; 0 means 4).
    const split = Math.min(kernel.length, ((kernel[0x1f1] || 4) + 1) * 512);
    putSized(fwCfgKey.setupSize, fwCfgKey.setupData, kernel.subarray(0, split));
    putSized(fwCfgKey.kernelSize, fwCfgKey.kernelData, kernel.subarray(split));
    putSized(fwCfgKey.commandLineSize, fwCfgKey.commandLineData, text(`${commandLine ?? ""}\0`));
    putSized(fwCfgKey.initrdSize, fwCfgKey.initrdData, initrd ?? new Uint8Array(0));
  }
  putFiles(items, makeFiles(contents));
  return items;
}

function makeFiles({ ramBytes, processors = 1, e820, bootOrder, files }: FwCfgContents): Map<string, Uint8Array> {
  const memory = e820 ?? [{ address: 0, length: ramBytes, type: 1 }];
  const named = new Map<string, Uint8Array>([
    [
      "etc/e820",
      concatenate(memory.flatMap((entry) => [le(entry.address, 8), le(entry.length, 8), le(entry.type, 4)])),
    ],
    ["etc/max-cpus", le(processors, 2)],
  ]);
  if (bootOrder !== undefined) named.set("bootorder", text(`${bootOrder.join("\n")}\0`));
  for (const [name, data] of files ?? []) named.set(name, data);
  return named;
}

/** Gives files selectors from FIRST_FILE on, sorted by name, and writes the directory. */
function putFiles(items: Map<number, Uint8Array>, files: ReadonlyMap<string, Uint8Array>): void {
  const names = [...files.keys()].sort();
  const directory = new DataView(new ArrayBuffer(4 + 64 * names.length));
  directory.setUint32(0, names.length);
  names.forEach((name, i) => {
    const data = files.get(name)!;
    const encoded = text(name);
    if (encoded.length > LONGEST_NAME)
      throw new Error(`the fw_cfg file name ${name} is longer than ${LONGEST_NAME} bytes`);
    const at = 4 + 64 * i;
    directory.setUint32(at, data.length);
    directory.setUint16(at + 4, FIRST_FILE + i);
    new Uint8Array(directory.buffer).set(encoded, at + 8);
    items.set(FIRST_FILE + i, data);
  });
  items.set(fwCfgKey.directory, new Uint8Array(directory.buffer));
}
