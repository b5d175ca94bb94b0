/**
 * What the software TLB holds, for several address spaces at once, so that a kernel which switches between programs finds
 * its translations again. A space is everything that translation depends on beside the tables in memory: where the root is
 * and the mode bits (paging.ts makes a key of them). PCIDs and global pages need no notice: what is kept here is always
 * what the tables say, so keeping more than a guest asked for cannot be told from keeping less.
 *
 * That is so because every frame from which a walk read an entry is marked, and knows which spaces depend on it. Nobody writes a
 * marked frame without `tableChanging` being asked first: spaces in which an entry was present that now changes are emptied. Entries
 * that are not present are never cached, so filling them in is free. A mark stays when nobody depends on it any more, until
 * the next write finds that out.
 *
 * What is asked often lies in the machine's memory (tlb.ts, workspace.ts), where generated code does the ordinary cases by itself
 * (interpreter/quick/walk.ts).
 */
import {
  DEPENDENTS_BASE,
  FRAME_BYTES,
  FrameFlag,
  type Memory,
  RAM_BASE,
  REGIONS_BASE,
  WRITERS_BASE,
} from "../memory.ts";
import { FILLED_WORDS, SLOTS_END, SLOTS_FILLED, SLOTS_START } from "./range-slots.ts";
import {
  bankAddress,
  FORGOTTEN,
  LargePage,
  MOST_FILLED,
  NO_PAGE,
  SPACES,
  SpaceField,
  spaceAddress,
  TLB_ENTRIES,
  TLB_ENTRY_BYTES,
  TlbBank,
  TlbEntry,
  WATCHED,
} from "./tlb.ts";
import { Workspace } from "./workspace.ts";

/** Words of a key. */
export const KEY_WORDS = 14;

/** The region of an entry whose change empties the whole space: see `watch`. */
export const MANY_PAGES = -0x8000_0000;

/**
 * The region around a linear address: its bits above 20 as a signed number. A page table's entries map pages of one region (of two with
 * 4-byte entries, which the lower one names). Where that many bits do not say it all: MANY_PAGES.
 */
export const regionOf = (high: number, low: number): number => {
  const top = (high | 0) >> 20;
  return top === 0 || top === -1 ? (high << 11) | (low >>> 21) : MANY_PAGES;
};

const DEVICE_PAGES = 64;
const P = 1;
export const ANY_CODE = FrameFlag.userCode | FrameFlag.systemCode;

class Space {
  readonly number: number;
  readonly #i32: Int32Array;
  readonly #at: number;
  readonly filled: Int32Array;
  /** Translations to device memory, four words each: kind of access and bank (0: none), linear page (high, low), physical page. */
  readonly devices = new Float64Array(4 * DEVICE_PAGES);
  /** Frames that its walks read. */
  tables: number[] = [];

  constructor(number: number, i32: Int32Array) {
    this.number = number;
    this.#i32 = i32;
    this.#at = spaceAddress(number) >> 2;
    const filled = this.#at + (SpaceField.filled >> 2);
    this.filled = i32.subarray(filled, filled + MOST_FILLED);
  }

  get used(): boolean {
    return this.#i32[this.#at + (SpaceField.used >> 2)] !== 0;
  }

  get turn(): number {
    return this.#i32[this.#at + (SpaceField.turn >> 2)]!;
  }

  get filledCount(): number {
    return this.#i32[this.#at + (SpaceField.filledCount >> 2)]!;
  }

  set filledCount(count: number) {
    this.#i32[this.#at + (SpaceField.filledCount >> 2)] = count;
  }

  take(key: Int32Array): void {
    this.#i32[this.#at + (SpaceField.used >> 2)] = 1;
    this.#i32.set(key, this.#at);
  }

  enter(turn: number): void {
    this.#i32[this.#at + (SpaceField.turn >> 2)] = turn;
  }

  has(key: Int32Array): boolean {
    for (let i = 0; i < KEY_WORDS; i++) if (this.#i32[this.#at + i] !== key[i]) return false;
    return this.used;
  }
}

const frameOf = (host: number): number => (host - RAM_BASE) >>> 12;

export class AddressSpaces {
  readonly #memory: Memory;
  readonly #i32: Int32Array;
  readonly #spaces: readonly Space[];
  /** For each frame, as bit masks of spaces: whose walks read it; who may have a translation for writing to it. */
  readonly #dependents: Uint16Array;
  readonly #writers: Uint16Array;
  /** For each frame whose walks somebody depends on: the region that its entries map, as a page table; or MANY_PAGES. */
  readonly #regions: Int32Array;
  /**
   * Told when code may be elsewhere in a space: what was derived from it beside the TLB (lookup table, running code) must go. `whose`:
   * FrameFlag.userCode, systemCode or both.
   */
  onCodeMoved: (space: number, whose: number) => void = () => {};

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#i32 = new Int32Array(memory.buffer);
    const frames = (memory.buffer.byteLength - RAM_BASE) / FRAME_BYTES;
    this.#dependents = new Uint16Array(memory.buffer, DEPENDENTS_BASE, frames);
    this.#writers = new Uint16Array(memory.buffer, WRITERS_BASE, frames);
    this.#regions = new Int32Array(memory.buffer, REGIONS_BASE, frames);
    this.#spaces = Array.from({ length: SPACES }, (_, number) => new Space(number, this.#i32));
    this.#i32[Workspace.ramBytes >> 2] = memory.ramBytes;
  }

  get #present(): Space {
    return this.#spaces[this.present]!;
  }

  /** Number of the space in use. */
  get present(): number {
    return this.#i32[Workspace.space >> 2]!;
  }

  /** Address of a bank of the space in use. */
  bank(bank: number): number {
    return bankAddress(this.present, bank);
  }

  /** Makes the space with this key the present one. Returns false if it is already. */
  select(key: Int32Array, entryBytes: 4 | 8): boolean {
    if (this.#present.has(key)) return false;
    let space = this.#spaces.find((one) => one.has(key));
    if (space === undefined) {
      space = this.#spaces.reduce((oldest, one) => (one.turn < oldest.turn ? one : oldest));
      if (space.used) this.drop(space.number);
      else this.#clear(space);
      space.take(key);
      this.#note(Workspace.narrowSpaces, space, entryBytes === 4);
    }
    space.enter(++this.#i32[Workspace.turn >> 2]!);
    this.#i32[Workspace.space >> 2] = space.number;
    return true;
  }

  /** Sets or clears a space's bit in a mask of the workspace. */
  #note(mask: number, { number }: Space, on: boolean): void {
    if (on) this.#i32[mask >> 2]! |= 1 << number;
    else this.#i32[mask >> 2]! &= ~(1 << number);
  }

  #clear(space: Space): void {
    for (let bank = 0; bank < TlbBank.strict; bank++) {
      const start = bankAddress(space.number, bank);
      for (let i = 0; i < TLB_ENTRIES; i++) this.#invalidate(start + i * TLB_ENTRY_BYTES, NO_PAGE);
    }
  }

  // ---- filling

  /** A page of the present space that is memory at `host`. `writable`: for whoever uses the bank, and the dirty bit is set. `large`: see TlbEntry. */
  fill(high: number, low: number, host: number, bank: number, writable: boolean, large: boolean): void {
    const space = this.#present;
    const entry = bankAddress(space.number, bank) + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES;
    const i32 = this.#i32;
    const at = entry >> 2;
    const page = low & ~0xfff;
    const frame = frameOf(host);
    const wasEmpty = i32[at + (TlbEntry.readTag >> 2)] === NO_PAGE;
    i32[at + (TlbEntry.readTag >> 2)] = page;
    i32[at + (TlbEntry.readTag >> 2) + 1] = high;
    const plain = (this.#memory.flagsAt(host) & (FrameFlag.code | FrameFlag.table | FrameFlag.rom)) === 0;
    if (writable && plain) {
      i32[at + (TlbEntry.writeTag >> 2)] = page;
      i32[at + (TlbEntry.writeTag >> 2) + 1] = high;
      this.#writers[frame] = this.#writers[frame]! | (1 << space.number);
    } else {
      i32[at + (TlbEntry.writeTag >> 2)] = NO_PAGE;
      i32[at + (TlbEntry.writeTag >> 2) + 1] = writable ? WATCHED : 0;
    }
    i32[at + (TlbEntry.addend >> 2)] = (host - low) | 0;
    i32[at + (TlbEntry.frame >> 2)] = frame;
    i32[at + (TlbEntry.large >> 2)] = large ? LargePage.is : 0;
    if (!wasEmpty) return;
    space.filled[space.filledCount++] = entry;
  }

  /** Notes that a page of the present space is device memory; `key` (not 0): access and bank. */
  fillDevice(key: number, high: number, low: number, physical: number): void {
    this.#present.devices.set([key, high, low & ~0xfff, physical - (low & 0xfff)], deviceIndex(low));
    this.#note(Workspace.deviceSpaces, this.#present, true);
  }

  /** The physical address behind a device page that is known, or −1. Device pages cannot be in the TLB, and a screen is written often. */
  findDevice(key: number, high: number, low: number): number {
    const at = deviceIndex(low);
    const known = this.#present.devices;
    if (known[at] !== key || known[at + 1] !== high || known[at + 2] !== (low & ~0xfff)) return -1;
    return known[at + 3]! + (low & 0xfff);
  }

  /**
   * Marks the frame of an entry at `host` as a table of the present space. `region`: what the frame's entries map, if the one
   * at `host` is that of a 4-KiB page; MANY_PAGES for all other entries. (One region for all spaces: a table is hardly at two places.) `fetches`: FrameFlag.userCode or
   * systemCode, if the entry is that of a page from which code is fetched; else 0.
   */
  watch(host: number, region: number, fetches: number): void {
    const frame = frameOf(host);
    const bit = 1 << this.present;
    const dependents = this.#dependents[frame]!;
    if (dependents === 0) this.#regions[frame] = region;
    else if (this.#regions[frame] !== region) this.#regions[frame] = MANY_PAGES;
    const flags = this.#memory.flagsAt(host);
    if ((fetches & ~flags) !== 0 && (flags & FrameFlag.rom) === 0) this.#memory.mark(host, fetches);
    if ((dependents & bit) !== 0) return;
    if ((flags & FrameFlag.rom) !== 0) return;
    this.#dependents[frame] = dependents | bit;
    this.#present.tables.push(frame);
    if ((flags & FrameFlag.table) !== 0) return;
    this.#memory.mark(host, FrameFlag.table);
    this.dropWrites(host);
  }

  // ---- forgetting

  /** What regions remember is no more than what the TLB says. */
  #clearSlots(): void {
    const filled = this.#i32.subarray(SLOTS_FILLED >> 2, (SLOTS_FILLED >> 2) + FILLED_WORDS);
    if (filled.every((bits) => bits === 0)) return;
    this.#i32.fill(0, SLOTS_START >> 2, SLOTS_END >> 2);
    filled.fill(0);
  }

  /** Somebody watches a frame that nobody may have watched before. */
  #noteMark(): void {
    const at = Workspace.marks >> 2;
    this.#i32[at]! += 1 << LargePage.marks;
    if (this.#i32[at] === 0) this.#i32[at + 1]!++;
  }

  #invalidate(entry: number, readTag: typeof NO_PAGE | typeof FORGOTTEN): void {
    this.#i32[(entry + TlbEntry.readTag) >> 2] = readTag;
    this.#i32[(entry + TlbEntry.writeTag) >> 2] = NO_PAGE;
  }

  /** Empties a space. */
  drop(number: number): void {
    this.#clearSlots();
    this.#noteMark();
    const space = this.#spaces[number]!;
    for (let i = 0; i < space.filledCount; i++) this.#invalidate(space.filled[i]!, NO_PAGE);
    space.filledCount = 0;
    if ((this.#i32[Workspace.deviceSpaces >> 2]! & (1 << number)) !== 0) space.devices.fill(0);
    this.#note(Workspace.deviceSpaces, space, false);
    const others = ~(1 << number);
    for (const frame of space.tables) this.#dependents[frame] = this.#dependents[frame]! & others;
    space.tables = [];
    this.onCodeMoved(number, ANY_CODE);
  }

  /** Empties all spaces. */
  dropAll(): void {
    for (const { used, number } of this.#spaces) if (used) this.drop(number);
  }

  /** From now on writes to the frame around `host` must take the slow path, in every space. */
  dropWrites(host: number): void {
    this.#clearSlots();
    this.#noteMark();
    const frame = frameOf(host);
    const writers = this.#writers[frame]!;
    if (writers === 0) return;
    this.#writers[frame] = 0;
    for (const { number, filled, filledCount } of this.#spaces) {
      if ((writers & (1 << number)) === 0) continue;
      for (let i = 0; i < filledCount; i++) {
        const at = filled[i]! >> 2;
        if (this.#i32[at + (TlbEntry.frame >> 2)] === frame) this.#i32[at + (TlbEntry.writeTag >> 2)] = NO_PAGE;
      }
    }
  }

  /** Bytes of a marked frame are about to change: the spaces that may depend on an entry there forget what came from it. */
  tableChanging(physical: number, bytes: number): void {
    const host = this.#memory.locate(physical);
    const frame = frameOf(host);
    const dependents = this.#dependents[frame]!;
    if (dependents !== 0)
      for (const space of this.#spaces)
        if ((dependents & (1 << space.number)) !== 0) this.#entriesChanging(space, host, bytes);
    if (this.#dependents[frame] === 0) this.#memory.unmark(host, FrameFlag.table | ANY_CODE);
  }

  #entriesChanging(space: Space, host: number, bytes: number): void {
    const { number } = space;
    const entryBytes = (this.#i32[Workspace.narrowSpaces >> 2]! & (1 << number)) !== 0 ? 4 : 8;
    const region = this.#regions[frameOf(host)]!;
    const code = this.#memory.flagsAt(host) & ANY_CODE;
    let moved = 0;
    for (let at = host - (host % entryBytes); at < host + bytes; at += entryBytes) {
      if ((this.#i32[at >> 2]! & P) === 0) continue;
      if (region === MANY_PAGES) {
        this.drop(number);
        return;
      }
      this.#dropPage(space, region >> 11, (region << 21) + ((at % FRAME_BYTES) / entryBytes) * FRAME_BYTES);
      // Nothing can be fetched by an entry with XD set, whatever EFER.NXE.
      if (entryBytes === 4 || this.#i32[(at >> 2) + 1]! >= 0) moved = code;
    }
    if (moved !== 0) this.onCodeMoved(number, moved);
  }

  /** (high, low): the linear address of the page. */
  #dropPage(space: Space, high: number, low: number): void {
    this.#clearSlots();
    for (let bank = 0; bank < TlbBank.strict; bank++) {
      const entry = bankAddress(space.number, bank) + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES;
      const at = (entry + TlbEntry.readTag) >> 2;
      if (this.#i32[at] === low && this.#i32[at + 1] === high) this.#invalidate(entry, FORGOTTEN);
    }
    const at = deviceIndex(low);
    if (space.devices[at + 1] === high && space.devices[at + 2] === low) space.devices[at] = 0;
  }
}

const deviceIndex = (low: number): number => 4 * ((low >>> 12) & (DEVICE_PAGES - 1));
