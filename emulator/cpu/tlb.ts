/**
 * The software TLB's form: what the inline probe of generated code and the page walker (paging.ts) agree on.
 *
 * A bank is a direct-mapped table of 1,024 entries for one kind of privilege in one address space; the state of the processor selects it. An
 * entry holds the linear page for which reading is a plain load, the page for which writing is a plain store, and what to
 * add to a linear address (modulo 2^32) to get the address in the WebAssembly memory. An access is allowed if the page of its *last* byte
 * equals the tag in the entry that its *first* byte selects: so one comparison checks presence, permission, canonicality
 * and that no page is crossed. Pages whose writes somebody must see (code, page tables, ROM, devices) never have a write tag.
 */
import { SPACES_BASE, SPACES_SIZE, TLB_BASE, TLB_SIZE } from "../memory.ts";

export const TLB_ENTRIES = 1024;
export const TLB_ENTRY_BYTES = 32;
export const TLB_BANK_BYTES = TLB_ENTRIES * TLB_ENTRY_BYTES;

/**
 * Offsets in an entry. Tags are 64-bit page addresses; `NO_PAGE` matches nothing, aligned or not (interpreter/access.ts). `large`: i64: see
 * `LargePage`.
 */
export const TlbEntry = { readTag: 0, writeTag: 8, addend: 16, frame: 20, large: 24 } as const;
/**
 * Bits of `TlbEntry.large`. `is`: all 2 MiB around the page are mapped as it is, one behind the other. `known`: it has been looked how many
 * pages of these, before the page and behind it, are plain memory that nobody watches (9 bits each); that holds as long as the bits from
 * `marks` on are those of `Workspace.marks`.
 */
export const LargePage = { is: 1, known: 2, below: 2, above: 11, marks: 20 } as const;
export const NO_PAGE = 0x800;
/** High half of a write tag that is NO_PAGE because somebody watches the page; else it might be written. */
export const WATCHED = 1;
/** As NO_PAGE, of a read tag whose entry was valid and is in its space's list still. */
export const FORGOTTEN = 0xc00;

/** Banks by what decides about permissions besides the page tables. */
export const TlbBank = {
  supervisor: 0,
  user: 1,
  /** Supervisor code under SMAP with EFLAGS.AC clear. */
  supervisorNoUser: 2,
  /** Never filled: every access takes the slow path, which checks alignment (#AC) or breakpoints. */
  strict: 3,
} as const;

/** Address spaces whose translations are kept at once (spaces.ts); each has three banks, and all share the strict one. */
export const SPACES = 16;

export const bankAddress = (space: number, bank: number): number =>
  TLB_BASE + (bank === TlbBank.strict ? SPACES * TlbBank.strict : space * TlbBank.strict + bank) * TLB_BANK_BYTES;

/** An address space in memory: offsets in bytes. The list of filled entries is its second half. */
export const SpaceField = {
  /** i32 × 14: what the space is for: see paging.ts. */
  key: 0,
  /** i32: 1 when its banks have been cleared, and the key means something. */
  used: 56,
  /** i32: of two spaces, the one with the lower turn was left longer ago. */
  turn: 60,
  /** i32: how many of the list are there. */
  filledCount: 64,
  /** i32 × MOST_FILLED: addresses of TLB entries that may be valid, each once. */
  filled: 16384,
} as const;
export const MOST_FILLED = TlbBank.strict * TLB_ENTRIES;
export const SPACE_BYTES = SpaceField.filled + 4 * MOST_FILLED;
export const spaceAddress = (space: number): number => SPACES_BASE + space * SPACE_BYTES;

if (SPACES * SPACE_BYTES > SPACES_SIZE) throw new Error("the address spaces do not fit their place");
if ((SPACES * TlbBank.strict + 1) * TLB_BANK_BYTES > TLB_SIZE)
  throw new Error("the TLB's banks do not fit their place");
