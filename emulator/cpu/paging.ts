/**
 * Page translation (SDM vol. 3, chapter 4) and the software TLB behind the inline probes of generated code.
 *
 * The TLB is invisible to the guest: it never serves what the tables in memory no longer say. Every frame from which a
 * walk reads an entry is marked, so that nobody writes it without `tableChanging` being asked first, which drops everything if
 * an entry that was present changes. Entries that are not present are never cached, so filling them in is free. Whatever
 * else translations depend on (CR0, CR3, CR4, EFER, PKRU, A20) is compared in `refresh`. So INVLPG and flushes mean nothing here.
 *
 * Linear addresses are pairs of 32-bit halves and physical ones numbers below 2^52: this runs on every TLB miss, where bigints
 * would be dear.
 */
import { FRAME_BYTES, FrameFlag, type Memory, RAM_BASE } from "../memory.ts";
import { Fault } from "./context.ts";
import { Cr0, Cr4, Efer } from "./control-bits.ts";
import { Flag, type StateView, Vector } from "./state.ts";
import { bankAddress, NO_PAGE, TLB_BANK_BYTES, TLB_ENTRIES, TLB_ENTRY_BYTES, TlbBank, TlbEntry } from "./tlb.ts";

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

const CR0_BITS = Cr0.PG | Cr0.WP;
const CR4_BITS = Cr4.PSE | Cr4.PAE | Cr4.LA57 | Cr4.SMEP | Cr4.SMAP | Cr4.PKE;
const EFER_BITS = Efer.LMA | Efer.NXE;

const DEVICE_PAGES = 64;

const TWO32 = 0x1_0000_0000;

export class Paging {
  readonly #state: StateView;
  readonly #memory: Memory;
  readonly #i32: Int32Array;
  /** Told after translations were dropped: what was derived from them elsewhere (the lookup table, the running code) must go too. */
  onDrop: () => void = () => {};

  // What translation depends on, as of the last refresh.
  #cr0 = -1n;
  #cr3 = 0n;
  #cr4 = 0n;
  #efer = 0n;
  #a20 = 0n;
  #pkru = 0;
  readonly #pdpte = [0n, 0n, 0n, 0n];

  // The same, taken apart.
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
  #root = 0;
  /** Bits of a physical address that A20 takes away. */
  #a20Removes = 0;

  /** TLB entries that may be valid, by address; may name one twice. */
  readonly #filled = new Int32Array(4096);
  #filledCount = 0;
  /** Translations to device memory, four words each: kind of access and bank (0: none), linear page (high, low), physical page. */
  readonly #devices = new Float64Array(4 * DEVICE_PAGES);
  /** Host addresses of the frames marked as page tables. */
  #tables: number[] = [];

  // What the last walk found beside the frame's address.
  #leafWritable = false;
  #leafDirty = false;
  #leafCacheable = false;

  constructor(state: StateView, memory: Memory, options: { gigabytePages: boolean }) {
    this.#state = state;
    this.#memory = memory;
    this.#gigabytePages = options.gigabytePages;
    this.#i32 = new Int32Array(memory.buffer);
    for (let bank = 0; bank < 4; bank++) {
      const start = bankAddress(bank);
      for (let entry = start; entry < start + TLB_BANK_BYTES; entry += TLB_ENTRY_BYTES) this.#invalidate(entry);
    }
  }

  /** Compares everything that translation depends on with the state, and starts afresh if something changed. */
  refresh(): void {
    const state = this.#state;
    const cr0 = state.get64("cr0") & CR0_BITS;
    const cr3 = state.get64("cr3");
    const cr4 = state.get64("cr4") & CR4_BITS;
    const efer = state.get64("efer") & EFER_BITS;
    const a20 = state.get64("a20Mask");
    const pkru = state.get32("pkru");
    const same =
      cr0 === this.#cr0 &&
      cr3 === this.#cr3 &&
      cr4 === this.#cr4 &&
      efer === this.#efer &&
      a20 === this.#a20 &&
      pkru === this.#pkru &&
      (this.#levels !== 3 || this.#pdpte.every((entry, i) => entry === state.get64("pdpte", i)));
    if (same) return;
    this.#cr0 = cr0;
    this.#cr3 = cr3;
    this.#cr4 = cr4;
    this.#efer = efer;
    this.#a20 = a20;
    this.#pkru = pkru;
    this.#enabled = (cr0 & Cr0.PG) !== 0n;
    this.#writeProtect = (cr0 & Cr0.WP) !== 0n;
    this.#long = (efer & Efer.LMA) !== 0n;
    const pae = (cr4 & Cr4.PAE) !== 0n;
    this.#levels = this.#long ? (cr4 & Cr4.LA57 ? 5 : 4) : pae ? 3 : 2;
    this.#nx = pae && (efer & Efer.NXE) !== 0n;
    this.#pse = (cr4 & Cr4.PSE) !== 0n;
    this.#smep = (cr4 & Cr4.SMEP) !== 0n;
    this.#smap = (cr4 & Cr4.SMAP) !== 0n;
    this.#keys = this.#long && (cr4 & Cr4.PKE) !== 0n;
    this.#root = Number(cr3 & (this.#long ? 0x3fff_ffff_f000n : 0xffff_f000n));
    this.#a20Removes = a20 & (1n << 20n) ? 0 : 1 << 20;
    for (let i = 0; i < 4; i++) this.#pdpte[i] = state.get64("pdpte", i);
    this.drop();
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
    if (user && !userPage) return Code.present;
    if (userPage && bank === TlbBank.supervisorNoUser) return Code.present;
    const writeProtected = user || this.#writeProtect;
    let writable = (rights & RW) !== 0 || !writeProtected;
    if (access === PageAccess.write && !writable) return Code.present;
    if (this.#keys && userPage) {
      const keyRights = this.#pkru >>> (2 * key);
      const keyWritable = (keyRights & 2) === 0 || !writeProtected;
      if (keyRights & 1 || (access === PageAccess.write && !keyWritable)) return Code.present | Code.key;
      writable &&= keyWritable;
    }
    this.#leafWritable = writable;
    return 0;
  }

  /** Marks the frame of an entry at `host` as a page table, so that changes are noticed. */
  #watch(host: number): void {
    if ((this.#memory.flagsAt(host) & (FrameFlag.table | FrameFlag.rom)) !== 0) return;
    this.#memory.mark(host, FrameFlag.table);
    this.#tables.push(host - (host % FRAME_BYTES));
    this.dropWrites(host);
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
      this.#leaf(directoryHost, directory, access);
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
    this.#leaf(tableHost, entry, access);
    this.#keep(directoryHost);
    return unsigned(entry & 0xffff_f000);
  }

  /** Accessed and dirty bits of the entry that maps the page, and what the TLB wants to know of it. */
  #leaf(host: number, entry: number, access: PageAccess): void {
    const wanted = entry | A | (access === PageAccess.write ? D : 0);
    if (wanted !== entry) this.#setBits(host, entry, wanted);
    this.#leafDirty = (wanted & D) !== 0;
    this.#leafCacheable = true;
    this.#keep(host);
  }

  /** What was read at `host` is about to be cached: it must be watched, or, where that cannot be (device memory), nothing is cached. */
  #keep(host: number): void {
    if (host === 0) this.#leafCacheable = false;
    else this.#watch(host);
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
      const pdpte = this.#pdpte[(low >>> 30) & 3]!;
      tableLow = Number(pdpte & 0xffff_ffffn);
      tableHigh = Number((pdpte >> 32n) & 0x3fffn);
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
        this.#leaf(host, entryLow, access);
        for (let i = 0; i < depth; i++) this.#keep(hosts[i]!);
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
    // Device pages cannot be in the TLB, and a screen is written often.
    const at = 4 * ((low >>> 12) & (DEVICE_PAGES - 1));
    const known = this.#devices;
    const key = 4 * bank + access + 1;
    if (known[at] === key && known[at + 1] === high && known[at + 2] === (low & ~0xfff))
      return -1 - (known[at + 3]! + (low & 0xfff));
    const physical = this.translate(high, low, access, bank);
    const host = this.#memory.locate(physical);
    if (host === 0) {
      if (this.#leafCacheable) known.set([key, high, low & ~0xfff, physical - (low & 0xfff)], at);
      return -1 - physical;
    }
    if (fill && this.#leafCacheable) this.#fill(high, low, host, bank);
    return host;
  }

  #fill(high: number, low: number, host: number, bank: number): void {
    const entry = bankAddress(bank) + ((low >>> 12) & (TLB_ENTRIES - 1)) * TLB_ENTRY_BYTES;
    const i32 = this.#i32;
    const at = entry >> 2;
    const page = low & ~0xfff;
    const plain = (this.#memory.flagsAt(host) & (FrameFlag.code | FrameFlag.table | FrameFlag.rom)) === 0;
    i32[at + (TlbEntry.readTag >> 2)] = page;
    i32[at + (TlbEntry.readTag >> 2) + 1] = high;
    if (this.#leafWritable && this.#leafDirty && plain) {
      i32[at + (TlbEntry.writeTag >> 2)] = page;
      i32[at + (TlbEntry.writeTag >> 2) + 1] = high;
    } else i32[at + (TlbEntry.writeTag >> 2)] = NO_PAGE;
    i32[at + (TlbEntry.addend >> 2)] = (host - low) | 0;
    i32[at + (TlbEntry.frame >> 2)] = (host - RAM_BASE) >>> 12;
    if (this.#filledCount === this.#filled.length) this.#compact();
    this.#filled[this.#filledCount++] = entry;
  }

  #invalidate(entry: number): void {
    this.#i32[(entry + TlbEntry.readTag) >> 2] = NO_PAGE;
    this.#i32[(entry + TlbEntry.writeTag) >> 2] = NO_PAGE;
  }

  /** Takes doubles out of the list of filled entries. */
  #compact(): void {
    const distinct = new Set(this.#filled.subarray(0, this.#filledCount));
    this.#filledCount = 0;
    for (const entry of distinct) this.#filled[this.#filledCount++] = entry;
  }

  /** Forgets all translations, and which frames were page tables. */
  drop(): void {
    for (let i = 0; i < this.#filledCount; i++) this.#invalidate(this.#filled[i]!);
    this.#filledCount = 0;
    this.#devices.fill(0);
    for (const host of this.#tables) this.#memory.unmark(host, FrameFlag.table);
    this.#tables = [];
    this.onDrop();
  }

  /** From now on writes to the frame around `host` must take the slow path. */
  dropWrites(host: number): void {
    const frame = (host - RAM_BASE) >>> 12;
    for (let i = 0; i < this.#filledCount; i++) {
      const at = this.#filled[i]! >> 2;
      if (this.#i32[at + (TlbEntry.frame >> 2)] === frame) this.#i32[at + (TlbEntry.writeTag >> 2)] = NO_PAGE;
    }
  }

  /** Bytes of a marked frame are about to change: drops all translations if one of them may depend on an entry there. */
  tableChanging(physical: number, bytes: number): void {
    const entryBytes = this.#levels === 2 ? 4 : 8;
    const first = physical - (physical % entryBytes);
    for (let at = first; at < physical + bytes; at += entryBytes) {
      if (this.#memory.load(at, 4) & P) {
        this.drop();
        return;
      }
    }
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
