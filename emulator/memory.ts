/**
 * The machine's one WebAssembly memory and what lies where in it, and physical memory as loaders and DMA see it.
 *
 * Guest RAM, processor state, translation caches and decoded code share one memory, so that generated code reaches all of
 * them with plain loads and one base. The address of a RAM byte there is RAM_BASE + its physical address; the firmware's
 * copy at the end of 4 GiB comes after RAM. Device frames below 1 MiB have RAM bytes behind them that are never touched.
 * Between 768 KiB and 1 MiB lie ROM and RAM one behind the other, and the host bridge chooses for every 16 KiB which of
 * them reads see, and whether writes reach the RAM; what is not seen is kept aside, so that there is always one place to read from.
 *
 * Each frame (4 KiB) of RAM and firmware has a byte of flags. Whoever writes memory looks there: frames that hold decoded
 * code or page tables have caches hanging on them, and the watcher (the processor) hears of a write before it is done.
 */
import type { AccessSize, Bus } from "./bus.ts";
import { STATE_SIZE } from "./cpu/state.ts";
import { LATCHES_BYTES } from "./latches.ts";
import {
  DEVICES_START,
  EXTENDED_START,
  FIRMWARE_END,
  LARGEST_FIRMWARE,
  LOW_FIRMWARE,
  MiB,
  ROM_START,
  VIDEO_START,
} from "./map.ts";
import type { Section } from "./snapshot.ts";

const KiB = 1024;

export const FRAME_BYTES = 4096;

/** Where values wait that generated code exchanges with the slow paths of memory access (paging.ts); 4 KiB. */
export const SCRATCH_BASE = STATE_SIZE;
/** The branch predictor of exact timing: interpreter/predictor.ts. */
export const PREDICTOR_BASE = SCRATCH_BASE + 4 * KiB;
export const PREDICTOR_SIZE = 12 * KiB;
/** What translated code knows of the pages that it lies in: translator/pages.ts. */
export const PAGE_KEYS_BASE = PREDICTOR_BASE + PREDICTOR_SIZE;
export const PAGE_KEYS_SIZE = 36 * KiB;
/** Constants of translated code (translator/constants.ts). */
export const CONSTANTS_BASE = PAGE_KEYS_BASE + PAGE_KEYS_SIZE;
export const CONSTANTS_SIZE = 8 * KiB;
/** Translations for data: see cpu/tlb.ts. */
export const TLB_BASE = 64 * KiB;
export const TLB_SIZE = 1600 * KiB;
/** Where control goes by linear address: see interpreter/lookup.ts. */
export const LOOKUP_BASE = TLB_BASE + TLB_SIZE;
export const LOOKUP_SIZE = 256 * KiB;
/** One byte of `FrameFlag` per frame of RAM, then of firmware. */
export const FRAME_FLAGS_BASE = LOOKUP_BASE + LOOKUP_SIZE;
const MOST_FRAMES = 1 * MiB;
/** What page walks depend on, by frame: cpu/spaces.ts. Two bytes, two bytes and four bytes per frame. */
export const DEPENDENTS_BASE = FRAME_FLAGS_BASE + MOST_FRAMES;
export const WRITERS_BASE = DEPENDENTS_BASE + 2 * MOST_FRAMES;
export const REGIONS_BASE = WRITERS_BASE + 2 * MOST_FRAMES;
/** The address spaces themselves, likewise. */
export const SPACES_BASE = REGIONS_BASE + 4 * MOST_FRAMES;
export const SPACES_SIZE = 512 * KiB;
/** What regions count of themselves: translator/counters.ts. */
export const COUNTERS_BASE = SPACES_BASE + SPACES_SIZE;
export const COUNTERS_SIZE = 512 * KiB;
/** Where indirect jumps have gone: interpreter/jump-targets.ts. */
export const JUMP_TARGETS_BASE = COUNTERS_BASE + COUNTERS_SIZE;
export const JUMP_TARGETS_SIZE = 64 * KiB;
/** On the way from RIP to decoded code, beside the lookup table: pages of code, and heads of runs by place; likewise. */
export const CODE_PAGES_BASE = JUMP_TARGETS_BASE + JUMP_TARGETS_SIZE;
export const CODE_PAGES_SIZE = 16 * KiB;
export const HEADS_BASE = CODE_PAGES_BASE + CODE_PAGES_SIZE;
export const HEADS_SIZE = 128 * KiB;
/** Ports that are nothing but a value: latches.ts. */
export const LATCHES_BASE = HEADS_BASE + HEADS_SIZE;
/** Decoded code: interpreter/runs.ts. */
export const CODE_BASE = LATCHES_BASE + LATCHES_BYTES;
export const CODE_SIZE = 128 * MiB;
/** Room before guest RAM and behind the firmware that belongs to nobody. */
export const GUARD_SIZE = 64 * KiB;
/** Physical address 0. Page-aligned, and a multiple of 64 KiB. */
export const RAM_BASE = Math.ceil((CODE_BASE + CODE_SIZE + GUARD_SIZE) / (64 * KiB)) * 64 * KiB;

export const FrameFlag = {
  /** Decoded code came from it. */
  code: 1,
  /** A page walk read an entry in it that a cached translation depends on. */
  table: 2,
  /** Writes are ignored. */
  rom: 4,
  /** Not memory: the bus answers. */
  device: 8,
  /** Beside `table`: pages from which ring 3 has fetched code are mapped by its entries; from which the other rings have. */
  userCode: 16,
  systemCode: 32,
} as const;

/** Bytes that `shadow` switches at once. */
export const SHADOW_BLOCK = 16 * KiB;
/** What `shadow` is told: reads see RAM, writes reach RAM. */
export const Shadow = { read: 1, write: 2 } as const;

/** Hears of a write into a watched frame before it happens. The range never crosses a frame. */
export interface FrameWatcher {
  codeChanging(physical: number, bytes: number): void;
  tableChanging(physical: number, bytes: number): void;
  /** What the frame at `host` holds or answers is about to be something else. */
  frameRemapped(host: number): void;
}

/** Physical memory as devices and loaders use it. Addresses are in bytes. */
export interface PhysicalMemory {
  /** Fills `into`. Device memory is read through the bus; where nothing is, ones. */
  read(address: number, into: Uint8Array): void;
  /** Writes RAM; ROM ignores it, device memory gets it through the bus. */
  write(address: number, bytes: Uint8Array): void;
}

interface MemorySnapshot {
  /** Numbers of the frames of RAM that are not all zero, as little-endian 32-bit words, and their contents one after another. */
  readonly frames: Uint8Array;
  readonly contents: Uint8Array;
  /** The RAM that ROM hides, and what each block shows. */
  readonly behind: Uint8Array;
  readonly shadow: Uint8Array;
  [key: string]: Uint8Array;
}

export class Memory implements PhysicalMemory, Section<MemorySnapshot> {
  readonly section = "memory";
  readonly wasm: WebAssembly.Memory;
  readonly buffer: ArrayBufferLike;
  /** All of the WebAssembly memory. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** RAM in bytes, from physical address 0. */
  readonly ramBytes: number;
  /** Physical address at which the firmware's upper copy begins; it ends at 4 GiB. */
  readonly firmwareStart: number;
  readonly #bus: Bus;
  /** What reads between ROM_START and EXTENDED_START see without `Shadow.read`. */
  readonly #rom = new Uint8Array(EXTENDED_START - ROM_START).fill(0xff);
  /** RAM at the same place, for blocks that show ROM; stale for the others. */
  readonly #behind = new Uint8Array(EXTENDED_START - ROM_START);
  /** `Shadow` bits of each block. */
  readonly #shadow = new Uint8Array((EXTENDED_START - ROM_START) / SHADOW_BLOCK);
  /** Set once by the processor. */
  watcher: FrameWatcher = { codeChanging() {}, tableChanging() {}, frameRemapped() {} };

  /**
   * `ramBytes`: a multiple of 1 MiB, 1 MiB … 3 GiB. `firmware`: at most 16 MiB; padded at the front to a multiple of 4 KiB; its last 128 KiB also
   * appear below 1 MiB.
   */
  constructor({ ramBytes, firmware, bus }: { ramBytes: number; firmware: Uint8Array; bus: Bus }) {
    if (ramBytes % MiB !== 0 || ramBytes < MiB || ramBytes > DEVICES_START) throw new Error(`RAM of ${ramBytes} bytes`);
    if (firmware.length > LARGEST_FIRMWARE) throw new Error(`firmware of ${firmware.length} bytes`);
    const firmwareBytes = Math.ceil(firmware.length / FRAME_BYTES) * FRAME_BYTES;
    const pages = Math.ceil((RAM_BASE + ramBytes + firmwareBytes + GUARD_SIZE) / (64 * KiB));
    this.wasm = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.buffer = this.wasm.buffer;
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
    this.ramBytes = ramBytes;
    this.firmwareStart = FIRMWARE_END - firmwareBytes;
    this.#bus = bus;
    bus.latches.moveTo(this.buffer, LATCHES_BASE);

    this.bytes.set(firmware, RAM_BASE + ramBytes + firmwareBytes - firmware.length);
    this.#setFlags(this.firmwareStart, FIRMWARE_END, FrameFlag.rom);
    this.#setFlags(VIDEO_START, ROM_START, FrameFlag.device);
    this.#setFlags(ROM_START, EXTENDED_START, FrameFlag.rom);
    this.bytes.fill(0xff, RAM_BASE + ROM_START, RAM_BASE + EXTENDED_START);
    const low = firmware.subarray(Math.max(0, firmware.length - LOW_FIRMWARE));
    this.plugRom(EXTENDED_START - low.length, low);
  }

  /** Puts a ROM between ROM_START and EXTENDED_START, while the machine is built. */
  plugRom(address: number, bytes: Uint8Array): void {
    this.#rom.set(bytes, address - ROM_START);
    this.bytes.set(bytes, RAM_BASE + address);
  }

  /** What the block of SHADOW_BLOCK bytes at `address` (ROM_START … EXTENDED_START) shows from now on: a mask of `Shadow`. */
  shadow(address: number, mode: number): void {
    const start = address - ROM_START;
    const block = start / SHADOW_BLOCK;
    const before = this.#shadow[block]!;
    if (mode === before) return;
    const host = RAM_BASE + address;
    for (let at = host; at < host + SHADOW_BLOCK; at += FRAME_BYTES) this.watcher.frameRemapped(at);
    this.#shadow[block] = mode;
    if ((mode ^ before) & Shadow.read) {
      const ram = this.#behind.subarray(start, start + SHADOW_BLOCK);
      if (mode & Shadow.read) this.bytes.set(ram, host);
      else {
        ram.set(this.bytes.subarray(host, host + SHADOW_BLOCK));
        this.bytes.set(this.#rom.subarray(start, start + SHADOW_BLOCK), host);
      }
    }
    this.#flagShadow(block);
  }

  #flagShadow(block: number): void {
    const isRam = this.#shadow[block] === (Shadow.read | Shadow.write);
    const host = RAM_BASE + ROM_START + block * SHADOW_BLOCK;
    for (let at = host; at < host + SHADOW_BLOCK; at += FRAME_BYTES) {
      if (isRam) this.unmark(at, FrameFlag.rom);
      else this.mark(at, FrameFlag.rom);
    }
  }

  /** A write that `prepareWrite` refused: it may reach RAM behind a ROM (a block with `Shadow.write` alone). */
  writeBehind(host: number, bytes: Uint8Array): void {
    const start = host - RAM_BASE - ROM_START;
    if (start < 0 || start >= this.#behind.length) return;
    if (this.#shadow[Math.floor(start / SHADOW_BLOCK)] === Shadow.write) this.#behind.set(bytes, start);
  }

  /** Where a physical byte is in the WebAssembly memory, or 0 where there is no RAM or ROM (a device, or nothing). */
  locate(physical: number): number {
    if (physical < this.ramBytes)
      return (this.bytes[FRAME_FLAGS_BASE + (physical >>> 12)]! & FrameFlag.device) !== 0 ? 0 : RAM_BASE + physical;
    if (physical >= this.firmwareStart && physical < FIRMWARE_END) {
      const host = RAM_BASE + this.ramBytes + (physical - this.firmwareStart);
      return (this.flagsAt(host) & FrameFlag.device) !== 0 ? 0 : host;
    }
    return 0;
  }

  /** The inverse of `locate`. */
  physicalOf(host: number): number {
    const offset = host - RAM_BASE;
    return offset < this.ramBytes ? offset : offset - this.ramBytes + this.firmwareStart;
  }

  /** Flags of the frame around an address that `locate` gave. */
  flagsAt(host: number): number {
    return this.bytes[FRAME_FLAGS_BASE + ((host - RAM_BASE) >>> 12)]!;
  }

  /** Whether somebody must hear of a write to the frame, or it must not be done. */
  isWatched(host: number): boolean {
    return (this.flagsAt(host) & (FrameFlag.code | FrameFlag.table | FrameFlag.rom)) !== 0;
  }

  mark(host: number, flag: number): void {
    this.bytes[FRAME_FLAGS_BASE + ((host - RAM_BASE) >>> 12)]! |= flag;
  }

  unmark(host: number, flag: number): void {
    this.bytes[FRAME_FLAGS_BASE + ((host - RAM_BASE) >>> 12)]! &= ~flag;
  }

  /**
   * A page of device memory in front of RAM or ROM (the local APIC's, which can be moved anywhere), or no longer. What lies
   * behind keeps its contents. Nothing happens where there is neither. `physical`: the frame's first byte.
   */
  overlay(physical: number, on: boolean): void {
    const inRam = physical < this.ramBytes;
    if (!inRam && (physical < this.firmwareStart || physical >= FIRMWARE_END)) return;
    const host = RAM_BASE + (inRam ? physical : this.ramBytes + (physical - this.firmwareStart));
    this.watcher.frameRemapped(host);
    if (on) this.mark(host, FrameFlag.device);
    else if (!inRam || physical < VIDEO_START || physical >= ROM_START) this.unmark(host, FrameFlag.device);
  }

  read(address: number, into: Uint8Array): void {
    for (let done = 0; done < into.length; ) {
      const physical = address + done;
      const count = Math.min(into.length - done, FRAME_BYTES - (physical % FRAME_BYTES));
      const host = this.locate(physical);
      if (host === 0) for (let i = 0; i < count; i++) into[done + i] = this.#bus.readMemory(physical + i, 1);
      else into.set(this.bytes.subarray(host, host + count), done);
      done += count;
    }
  }

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const physical = address + done;
      const count = Math.min(bytes.length - done, FRAME_BYTES - (physical % FRAME_BYTES));
      const host = this.locate(physical);
      if (host === 0) for (let i = 0; i < count; i++) this.#bus.writeMemory(physical + i, 1, bytes[done + i]!);
      else if (this.prepareWrite(host, count)) this.bytes.set(bytes.subarray(done, done + count), host);
      else this.writeBehind(host, bytes.subarray(done, done + count));
      done += count;
    }
  }

  /** Whether the byte is in RAM or ROM: else an access is a device's, or nobody's. */
  isMemory(address: number): boolean {
    return this.locate(address) !== 0;
  }

  /** To be asked before bytes of one frame are written by anybody but generated code: false for ROM (see `writeBehind`); tells the watcher. */
  prepareWrite(host: number, bytes: number): boolean {
    const flags = this.flagsAt(host);
    if ((flags & (FrameFlag.code | FrameFlag.table | FrameFlag.rom)) === 0) return true;
    if ((flags & FrameFlag.rom) !== 0) return false;
    if ((flags & FrameFlag.code) !== 0) this.watcher.codeChanging(this.physicalOf(host), bytes);
    if ((flags & FrameFlag.table) !== 0) this.watcher.tableChanging(this.physicalOf(host), bytes);
    return true;
  }

  /** A load of the processor from physical memory that is naturally aligned or within one frame. */
  load(physical: number, bytes: AccessSize): number {
    const host = this.locate(physical);
    if (host === 0) return this.#bus.readMemory(physical, bytes);
    if (bytes === 4) return this.view.getUint32(host, true);
    return bytes === 2 ? this.view.getUint16(host, true) : this.bytes[host]!;
  }

  /** As `load`. */
  store(physical: number, bytes: AccessSize, value: number): void {
    const host = this.locate(physical);
    if (host === 0) this.#bus.writeMemory(physical, bytes, value);
    else if (this.prepareWrite(host, bytes)) {
      if (bytes === 4) this.view.setUint32(host, value, true);
      else if (bytes === 2) this.view.setUint16(host, value, true);
      else this.bytes[host] = value;
    } else {
      const little = Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
      this.writeBehind(host, little.subarray(0, bytes));
    }
  }

  save(): MemorySnapshot {
    const words = new Uint32Array(this.buffer, RAM_BASE, this.ramBytes / 4);
    const used: number[] = [];
    for (let frame = 0; frame < this.ramBytes / FRAME_BYTES; frame++) {
      const first = frame * (FRAME_BYTES / 4);
      for (let i = first; i < first + FRAME_BYTES / 4; i++) {
        if (words[i] !== 0) {
          used.push(frame);
          break;
        }
      }
    }
    const contents = new Uint8Array(used.length * FRAME_BYTES);
    used.forEach((frame, i) => {
      const host = RAM_BASE + frame * FRAME_BYTES;
      contents.set(this.bytes.subarray(host, host + FRAME_BYTES), i * FRAME_BYTES);
    });
    return {
      frames: new Uint8Array(Uint32Array.from(used).buffer),
      contents,
      behind: this.#behind.slice(),
      shadow: this.#shadow.slice(),
    };
  }

  /** `isNew`: nobody has written RAM but who plugged ROMs. Then what nobody has touched stays untouched, and costs nothing. */
  restore({ frames, contents, behind, shadow }: MemorySnapshot, isNew = false): void {
    this.#behind.set(behind);
    this.#shadow.set(shadow);
    for (let block = 0; block < shadow.length; block++) this.#flagShadow(block);
    const [first, end] = isNew ? [ROM_START, EXTENDED_START] : [0, this.ramBytes];
    this.bytes.fill(0, RAM_BASE + first, RAM_BASE + end);
    const used = new DataView(frames.buffer, frames.byteOffset, frames.byteLength);
    for (let i = 0; i < frames.byteLength / 4; i++) {
      const host = RAM_BASE + used.getUint32(i * 4, true) * FRAME_BYTES;
      this.bytes.set(contents.subarray(i * FRAME_BYTES, (i + 1) * FRAME_BYTES), host);
    }
  }

  /** Both ends are frame-aligned, in RAM or in the firmware. */
  #setFlags(start: number, end: number, flag: number): void {
    for (let physical = start; physical < end; physical += FRAME_BYTES) {
      const offset = physical < this.ramBytes ? physical : physical - this.firmwareStart + this.ramBytes;
      this.bytes[FRAME_FLAGS_BASE + offset / FRAME_BYTES] = flag;
    }
  }
}
