/**
 * Page translation (SDM vol. 3, chapter 4) and the software TLB behind the inline probes of generated code.
 *
 * The TLB is invisible to the guest: it never serves what the tables in memory no longer say (spaces.ts). Whatever
 * else translations depend on (CR0, CR3, CR4, EFER, PKRU, A20) is compared in `refresh`, which chooses the address space.
 * So INVLPG and flushes mean nothing here.
 *
 * Linear addresses are pairs of 32-bit halves and physical ones numbers below 2^52: this runs on every TLB miss, where bigints
 * would be dear.
 */
import { FrameFlag, type Memory } from "../memory.ts";
import { Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import { AddressSpaces, KEY_WORDS, MANY_PAGES, regionOf } from "./spaces.ts";
import { Flag, type StateView, stateFields, Vector } from "./state.ts";
import {
  bankAddress,
  NO_PAGE,
  SpaceField,
  spaceAddress,
  TLB_ENTRIES,
  TLB_ENTRY_BYTES,
  TlbBank,
  TlbEntry,
} from "./tlb.ts";
import { TranslationMode, Workspace } from "./workspace.ts";

export const PageAccess = { read: 0, write: 1, execute: 2 } as const;
export type PageAccess = (typeof PageAccess)[keyof typeof PageAccess];

/** Bits of the low half of a paging-structure entry, and XD in the high one. */
const P = 1;
const RW = 2;
const US = 4;
const A = 0x20;
const D = 0x40;
const PS = 0x80;
const XD = 0x8000_0000;

/** Error code of #PF (vol. 3, 4.7). */
const Code = { present: 1, write: 2, user: 4, reserved: 8, fetch: 16, key: 32 } as const;

/** In the high half of an entry: bits 51:46 (beyond the physical address width of 46), 62:52, and the address itself. */
const RESERVED_ADDRESS_HIGH = 0x000f_c000;
const RESERVED_PAE_HIGH = 0x7ff0_0000;
const ADDRESS_HIGH = 0x3fff;

const PG = Number(Cr0.PG) | 0;
const WP = Number(Cr0.WP);
const { PSE, PAE, LA57, SMEP, SMAP, PKE } = Object.fromEntries(
  Object.entries(Cr4).map(([name, bit]) => [name, Number(bit)]),
) as Record<keyof typeof Cr4, number>;
const LMA = Number(Efer.LMA);
const NXE = Number(Efer.NXE);

/** Words of the state: low halves. */
const word = (field: "cr0" | "cr3" | "cr4" | "efer" | "a20Mask" | "pkru" | "pdpte"): number =>
  stateFields[field].offset >> 2;
const [CR0, CR3, CR4, EFER, A20, PKRU, PDPTE] = (
  ["cr0", "cr3", "cr4", "efer", "a20Mask", "pkru", "pdpte"] as const
).map(word) as [number, number, number, number, number, number, number];

/** Words of an address space's key (SpaceField.key): mode bits (CR0, and bit 0: A20 is off), CR4, EFER, root (low, high), PKRU, PDPTEs. */
export const Key = { mode: 0, cr4: 1, efer: 2, root: 3, pkru: 5, pdpte: 6 } as const;
const A20_OFF = 1;
const A20_BIT = 1 << 20;

const TWO32 = 0x1_0000_0000;

export class Paging {
  readonly #state: StateView;
  readonly #memory: Memory;
  readonly #i32: Int32Array;
  readonly spaces: AddressSpaces;
  /** Told when another address space is in use: its TLB banks, its way from RIP to code. */
  onSwitch: () => void = () => {};
  /** What translation depends on, as of the last refresh. */
  readonly #key = new Int32Array(KEY_WORDS);

  // The key, taken apart.
  #enabled = false;
  #levels = 0;
  #long = false;
  #nx = false;
  #pse = false;
  #smep = false;
  #smap = false;
  #keys = false;
  #writeProtect = false;
  readonly #gigabytePages: boolean;
  #pkru = 0;
  /** Bits of a physical address that A20 takes away. */
  #a20Removes = 0;

  // What the last walk found beside the frame's address.
  #leafWritable = false;
  #leafDirty = false;
  #leafCacheable = false;
  #leafLarge = false;

  constructor(state: StateView, memory: Memory, options: { gigabytePages: boolean }) {
    this.#state = state;
    this.#memory = memory;
    this.#gigabytePages = options.gigabytePages;
    this.#i32 = new Int32Array(memory.buffer);
    this.spaces = new AddressSpaces(memory);
    // The strict bank is nobody's, and stays empty.
    const strict = bankAddress(0, TlbBank.strict);
    for (let i = 0; i < TLB_ENTRIES; i++) {
      const entry = (strict + i * TLB_ENTRY_BYTES) >> 2;
      this.#i32[entry + (TlbEntry.readTag >> 2)] = NO_PAGE;
      this.#i32[entry + (TlbEntry.writeTag >> 2)] = NO_PAGE;
    }
  }

  /** Chooses the address space that the state asks for. To be called after every change of what translation depends on. */
  refresh(): void {
    const key = this.#key;
    const state = this.#i32;
    const enabled = (state[CR0]! & PG) !== 0;
    key.fill(0);
    key[Key.mode] = (enabled ? state[CR0]! & (PG | WP) : 0) | (state[A20]! & A20_BIT ? 0 : A20_OFF);
    if (enabled) {
      const cr4 = state[CR4]! & (PSE | PAE | LA57 | SMEP | SMAP | PKE);
      const efer = state[EFER]! & (LMA | NXE);
      key[Key.cr4] = cr4;
      key[Key.efer] = efer;
      if ((efer & LMA) === 0 && cr4 & PAE) for (let i = 0; i < 8; i++) key[Key.pdpte + i] = state[PDPTE + i]!;
      else {
        key[Key.root] = state[CR3]! & ~0xfff;
        if (efer & LMA) key[Key.root + 1] = state[CR3 + 1]! & ADDRESS_HIGH;
      }
      if (efer & LMA && cr4 & PKE) key[Key.pkru] = state[PKRU]!;
    }
    const wide = (key[Key.cr4]! & PAE) !== 0;
    if (!this.spaces.select(key, wide ? 8 : 4)) return;
    this.#takeApart();
    this.#i32[Workspace.translation >> 2] = this.#quickMode();
    this.#i32[Workspace.canonicalShift >> 2] = this.#levels === 5 ? 7 : 16;
    this.onSwitch();
  }

  /** See TranslationMode. */
  #quickMode(): number {
    const walk = this.#enabled && this.#levels >= 4 && this.#a20Removes === 0;
    let mode = walk ? TranslationMode.walk : 0;
    if (this.#levels === 5) mode |= TranslationMode.fiveLevels;
    if (this.#keys) mode |= TranslationMode.protectionKeys;
    if (this.#enabled && this.#levels === 2 && this.#a20Removes === 0) mode |= TranslationMode.walk32;
    if (this.#pse) mode |= TranslationMode.pse;
    if (this.#smap) mode |= TranslationMode.smap;
    if (this.#nx) mode |= TranslationMode.nx;
    if (this.#writeProtect) mode |= TranslationMode.writeProtect;
    if (this.#gigabytePages) mode |= TranslationMode.gigabytePages;
    return mode;
  }

  #takeApart(): void {
    const key = this.#key;
    const cr4 = key[Key.cr4]!;
    this.#enabled = (key[Key.mode]! & PG) !== 0;
    this.#writeProtect = (key[Key.mode]! & WP) !== 0;
    this.#long = (key[Key.efer]! & LMA) !== 0;
    this.#levels = this.#long ? (cr4 & LA57 ? 5 : 4) : cr4 & PAE ? 3 : 2;
    this.#nx = (cr4 & PAE) !== 0 && (key[Key.efer]! & NXE) !== 0;
    this.#pse = (cr4 & PSE) !== 0;
    this.#smep = (cr4 & SMEP) !== 0;
    this.#smap = (cr4 & SMAP) !== 0;
    this.#keys = this.#long && (cr4 & PKE) !== 0;
    this.#pkru = key[Key.pkru]!;
    this.#a20Removes = key[Key.mode]! & A20_OFF ? A20_BIT : 0;
  }

  /** Physical address of the topmost table: that of the space in use, which generated code may have chosen (quick/address-space.ts). */
  get #root(): number {
    const at = (spaceAddress(this.spaces.present) + SpaceField.key) >> 2;
    return this.#i32[at + Key.root + 1]! * TWO32 + unsigned(this.#i32[at + Key.root]!);
  }

  /** The bank that data accesses of the present CPL use; not for `strict`. */
  bank(): number {
    if (this.#state.get32("cpl") === 3) return TlbBank.user;
    return this.#smap && (this.#state.get32("flagsOther") & Flag.AC) === 0
      ? TlbBank.supervisorNoUser
      : TlbBank.supervisor;
  }

  get hasSmap(): boolean {
    return this.#smap;
  }

  /** Whether the linear addresses with this high half are canonical. */
  isCanonical(high: number): boolean {
    const top = (high | 0) >> (this.#levels === 5 ? 24 : 15);
    return top === 0 || top === -1;
  }

  /** Physical address without the bits that A20 holds back. */
  throughA20(physical: number): number {
    // Bit 20 is in the low 32 bits; the rest of the number must survive.
    return this.#a20Removes !== 0 && ((physical >>> 0) & this.#a20Removes) !== 0
      ? physical - this.#a20Removes
      : physical;
  }

  // ---- walking

  /**
   * The physical address of a linear one, A20 applied. `bank` says with whose rights (a `TlbBank`; fetches only need user or
   * supervisor). Sets accessed and dirty bits. Throws #PF.
   */
  translate(high: number, low: number, access: PageAccess, bank: number): number {
    if (!this.#enabled) {
      this.#leafWritable = true;
      this.#leafDirty = true;
      this.#leafCacheable = true;
      this.#leafLarge = true;
      return this.throughA20(low >>> 0);
    }
    const frame = this.#levels === 2 ? this.#walk32(high, low, access, bank) : this.#walk64(high, low, access, bank);
    return this.throughA20(frame + (low & 0xfff));
  }

  #fault(extra: number, high: number, low: number, access: PageAccess, bank: number): Fault {
    let code = extra;
    if (access === PageAccess.write) code |= Code.write;
    if (bank === TlbBank.user) code |= Code.user;
    if (access === PageAccess.execute && (this.#nx || this.#smep)) code |= Code.fetch;
    return new Fault(Vector.PF, code, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
  }

  /** 0 when the page's rights allow the access; else the error code. Also notes whether writing would be allowed. */
  #forbids(rights: number, executeDisable: boolean, key: number, access: PageAccess, bank: number): number {
    const user = bank === TlbBank.user;
    const userPage = (rights & US) !== 0;
    if (access === PageAccess.execute) {
      if (executeDisable || (user && !userPage)) return Code.present;
      return !user && userPage && this.#smep ? Code.present : 0;
    }
    const writeProtected = user || this.#writeProtect;
    let writable = (rights & RW) !== 0 || !writeProtected;
    const write = access === PageAccess.write;
    const denied = (user && !userPage) || (userPage && bank === TlbBank.supervisorNoUser) || (write && !writable);
    // A key that forbids the access is told whatever else does (vol. 3, 4.7).
    let keyDenies = 0;
    if (this.#keys && userPage) {
      const keyRights = this.#pkru >>> (2 * key);
      const keyWritable = (keyRights & 2) === 0 || !writeProtected;
      if (keyRights & 1 || (write && !keyWritable)) keyDenies = Code.key;
      writable &&= keyWritable;
    }
    if (denied || keyDenies !== 0) return Code.present | keyDenies;
    this.#leafWritable = writable;
    return 0;
  }

  /** Sets bits in the low half of an entry. It changes nothing that translations depend on, so nobody is told. */
  #setBits(host: number, entry: number, bits: number): void {
    if (host !== 0 && (this.#memory.flagsAt(host) & FrameFlag.rom) === 0) this.#i32[host >>> 2] = entry | bits;
  }

  #walk32(high: number, low: number, access: PageAccess, bank: number): number {
    const memory = this.#memory;
    const directoryAt = this.throughA20(this.#root + ((low >>> 22) << 2));
    const directoryHost = memory.locate(directoryAt);
    const directory = memory.load(directoryAt, 4) | 0;
    if (!(directory & P)) throw this.#fault(0, high, low, access, bank);
    if (directory & PS && this.#pse) {
      if (directory & (1 << 21)) throw this.#fault(Code.present | Code.reserved, high, low, access, bank);
      const denied = this.#forbids(directory & (RW | US), false, 0, access, bank);
      if (denied !== 0) throw this.#fault(denied, high, low, access, bank);
      this.#leaf(directoryHost, directory, access, bank, MANY_PAGES);
      this.#leafLarge = true;
      // PSE-36: bits 20:13 of the entry are address bits 39:32.
      return ((directory >>> 13) & 0xff) * TWO32 + unsigned(directory & 0xffc0_0000) + (low & 0x003f_f000);
    }
    const tableAt = this.throughA20(unsigned(directory & 0xffff_f000) + (((low >>> 12) & 0x3ff) << 2));
    const tableHost = memory.locate(tableAt);
    const entry = memory.load(tableAt, 4) | 0;
    if (!(entry & P)) throw this.#fault(0, high, low, access, bank);
    const denied = this.#forbids(directory & entry & (RW | US), false, 0, access, bank);
    if (denied !== 0) throw this.#fault(denied, high, low, access, bank);
    if (!(directory & A)) this.#setBits(directoryHost, directory, A);
    this.#leaf(tableHost, entry, access, bank, regionOf(0, low & 0xffc0_0000));
    this.#keep(directoryHost, MANY_PAGES);
    return unsigned(entry & 0xffff_f000);
  }

  /** Accessed and dirty bits of the entry that maps the page, and what the TLB wants to know of it. `region`: see AddressSpaces.watch. */
  #leaf(host: number, entry: number, access: PageAccess, bank: number, region: number): void {
    const wanted = entry | A | (access === PageAccess.write ? D : 0);
    if (wanted !== entry) this.#setBits(host, entry, wanted);
    this.#leafDirty = (wanted & D) !== 0;
    this.#leafCacheable = true;
    this.#leafLarge = false;
    const fetcher = bank === TlbBank.user ? FrameFlag.userCode : FrameFlag.systemCode;
    this.#keep(host, region, access === PageAccess.execute ? fetcher : 0);
  }

  /** What was read at `host` is about to be cached: it must be watched, or, where that cannot be (device memory), nothing is cached. */
  #keep(host: number, region: number, fetches = 0): void {
    if (host === 0) this.#leafCacheable = false;
    else this.spaces.watch(host, region, fetches);
  }

  /** PAE (3 levels), 4-level and 5-level paging: 8-byte entries. */
  #walk64(high: number, low: number, access: PageAccess, bank: number): number {
    const memory = this.#memory;
    let rights = RW | US;
    let executeDisable = false;
    let tableHigh: number;
    let tableLow: number;
    let level = this.#levels;
    if (level === 3) {
      const pdpte = Key.pdpte + 2 * (low >>> 30);
      tableLow = this.#key[pdpte]!;
      tableHigh = this.#key[pdpte + 1]! & ADDRESS_HIGH;
      if (!(tableLow & P)) throw this.#fault(0, high, low, access, bank);
      level = 2;
    } else {
      tableHigh = Math.floor(this.#root / TWO32);
      tableLow = this.#root >>> 0;
    }
    const hosts = this.#hosts;
    const entries = this.#entries;
    let depth = 0;
    for (; ; level--) {
      const index = indexAt(level, high, low);
      const at = this.throughA20((tableHigh & ADDRESS_HIGH) * TWO32 + unsigned(tableLow & 0xffff_f000) + index * 8);
      const host = memory.locate(at);
      const entryLow = memory.load(at, 4) | 0;
      const entryHigh = memory.load(at + 4, 4) | 0;
      if (!(entryLow & P)) throw this.#fault(0, high, low, access, bank);
      const large = (entryLow & PS) !== 0 && (level === 2 || (level === 3 && this.#gigabytePages));
      if (this.#isReserved(entryHigh, entryLow, level, large))
        throw this.#fault(Code.present | Code.reserved, high, low, access, bank);
      rights &= entryLow;
      if (this.#nx && entryHigh & XD) executeDisable = true;
      if (level === 1 || large) {
        const denied = this.#forbids(rights, executeDisable, (entryHigh >>> 27) & 15, access, bank);
        if (denied !== 0) throw this.#fault(denied, high, low, access, bank);
        for (let i = 0; i < depth; i++) if (!(entries[i]! & A)) this.#setBits(hosts[i]!, entries[i]!, A);
        const region = level === 1 ? regionOf(high, low) : MANY_PAGES;
        this.#leaf(host, entryLow, access, bank, region);
        this.#leafLarge = large;
        for (let i = 0; i < depth; i++) this.#keep(hosts[i]!, MANY_PAGES);
        const base = (entryHigh & ADDRESS_HIGH) * TWO32;
        if (level === 1) return base + unsigned(entryLow & 0xffff_f000);
        const within = level === 2 ? 0x001f_f000 : 0x3fff_f000;
        return base + unsigned(entryLow & 0xffff_f000 & ~within) + (low & within);
      }
      hosts[depth] = host;
      entries[depth++] = entryLow;
      tableHigh = entryHigh;
      tableLow = entryLow;
    }
  }

  readonly #hosts = new Float64Array(5);
  readonly #entries = new Int32Array(5);

  #isReserved(entryHigh: number, entryLow: number, level: number, large: boolean): boolean {
    let reserved = RESERVED_ADDRESS_HIGH;
    if (!this.#nx) reserved |= XD;
    if (!this.#long) reserved |= RESERVED_PAE_HIGH;
    if (entryHigh & reserved) return true;
    if (large) return (entryLow & (level === 2 ? 0x001f_e000 : 0x3fff_e000)) !== 0;
    return level >= 3 && (entryLow & PS) !== 0;
  }

  // ---- the TLB

  /**
   * For an access that missed the TLB and does not cross a page: translates, and fills the entry if the page is plain memory.
   * Returns the address in the WebAssembly memory, or −1 − physical address for a device.
   */
  reach(high: number, low: number, access: PageAccess, bank: number, fill: boolean): number {
    const key = 4 * bank + access + 1;
    const device = this.spaces.findDevice(key, high, low);
    if (device >= 0) return -1 - device;
    const physical = this.translate(high, low, access, bank);
    const host = this.#memory.locate(physical);
    if (host === 0) {
      if (this.#leafCacheable) this.spaces.fillDevice(key, high, low, physical);
      return -1 - physical;
    }
    if (fill && this.#leafCacheable)
      this.spaces.fill(
        high,
        low,
        host,
        bank,
        this.#leafWritable && this.#leafDirty,
        this.#leafLarge && this.#a20Removes === 0,
      );
    return host;
  }
}

const unsigned = (low: number): number => low >>> 0;

/** Index into the table of a level (1: page table): nine bits of the linear address. */
function indexAt(level: number, high: number, low: number): number {
  switch (level) {
    case 1:
      return (low >>> 12) & 511;
    case 2:
      return (low >>> 21) & 511;
    case 3:
      return ((high & 0x7f) << 2) | (low >>> 30);
    case 4:
      return (high >>> 7) & 511;
    default:
      return (high >>> 16) & 511;
  }
}
