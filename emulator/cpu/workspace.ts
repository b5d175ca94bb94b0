/**
 * Words that generated code and the run loop share but that are no architectural state: they follow from the state
 * (segment ends, TLB bank, mode) or live only while an instruction runs (arguments of helpers and slow memory accesses).
 * They fill the page after the state.
 */
import { SCRATCH_BASE } from "../memory.ts";

export const Workspace = {
  /**
   * i64: what may still be executed before the run loop must look up: bits 63:32 instructions, bits 31:0 ticks
   * (cost.ts) to the deadline less one. A run subtracts its whole charge on entry, and does not start if either half would become
   * negative; so the deadline is not reached inside it. An iteration of a repeated instruction starts if an instruction is left and the
   * ticks are not negative; it may make them so.
   */
  left: SCRATCH_BASE,
  /** i64: what `left` was when the state's counters were last brought up to date: the difference has been executed since. */
  granted: SCRATCH_BASE + 0x20,
  /** i32: record of the instruction that is just using a slow path, or 0: the rest of its run is charged, but not executed. */
  currentOp: SCRATCH_BASE + 0x28,
  /** i32: address of the translation bank (paging.ts) for data accesses at the present privilege. */
  tlbBank: SCRATCH_BASE + 0x08,
  /** i32: what entries of the lookup table must carry to be valid now: mode and generation (interpreter/lookup.ts). */
  lookupKey: SCRATCH_BASE + 0x0c,
  /** i32: EFLAGS.AC and VM for which the bank was chosen: when they differ, TypeScript must choose anew. */
  knownFlags: SCRATCH_BASE + 0x2c,
  /** i32: not 0 while an interrupt is requested or an NMI waits: the run loop wants to see every change of IF. */
  pending: SCRATCH_BASE + 0x30,
  /**
   * i32: bit s (ES 0 … GS 5): segment s begins at 0, ends at 4 GiB and may be read and written; bit 8: the stack pointer outside
   * 64-bit mode is ESP.
   */
  flatSegments: SCRATCH_BASE + 0x14,
  /** i32: record of the instruction that left generated code. */
  exitOp: SCRATCH_BASE + 0x10,
  /** i64: offset within its segment of the access that takes the slow path, or the target of a jump. */
  offset: SCRATCH_BASE + 0x18,
  /** i64 × 8: offsets that end at or below these (access's last byte + 1) pass the segment's checks; 0: never, ask the slow path. */
  readEnd: SCRATCH_BASE + 0x40,
  writeEnd: SCRATCH_BASE + 0x80,
  /** i64 × 16 and i64 × 2: words to and from helpers. */
  helperArguments: SCRATCH_BASE + 0x100,
  helperResult: SCRATCH_BASE + 0x180,
  /** 16 slots of 16 bytes in which values of slow accesses wait. */
  slots: SCRATCH_BASE + 0x200,
  slotCount: 16,

  /** i32: 1 while interpreter/quick may do what it can: nothing is logged, no breakpoint is set. */
  quick: SCRATCH_BASE + 0x34,
  /** i32: likewise, and 32-bit protected mode runs outside long mode. */
  quick32: SCRATCH_BASE + 0x3c0,
  /** The lookup keys of 32-bit code in protected mode that were in use lately, `ModeKey` each. */
  modeKeys: SCRATCH_BASE + 0x400,
  /** i32: bit mask of spaces in which code that is not of 64 bits has lookup keys. */
  modeSpaces: SCRATCH_BASE + 0x3c4,
  /** i32: 1 while no I/O breakpoint is set. */
  quickPorts: SCRATCH_BASE + 0xec,
  /** i32: TlbBank of data accesses at the present privilege, whether or not `tlbBank` is the strict one. */
  dataBank: SCRATCH_BASE + 0x38,
  /** i32: 1 while data accesses must be aligned (#AC). */
  checkAlignment: SCRATCH_BASE + 0x3c,
  /** i32: number of the address space in use (spaces.ts). */
  space: SCRATCH_BASE + 0xc0,
  /** i32: rises with each switch to another address space. */
  turn: SCRATCH_BASE + 0xcc,
  /** i32: bit masks of spaces whose tables have 4-byte entries; in which device memory was translated. */
  narrowSpaces: SCRATCH_BASE + 0xd8,
  deviceSpaces: SCRATCH_BASE + 0xdc,
  /** i32: 1 while records were made to stop generated code (Interpreter.stopAt). */
  stops: SCRATCH_BASE + 0xe8,
  /** i64: interrupts and exceptions delivered since the processor was made, and instructions that ended in an exception instead. */
  delivered: SCRATCH_BASE + 0xf0,
  faulted: SCRATCH_BASE + 0xf8,
  /** i32: error code of the page fault that interpreter/quick/walk.ts met. */
  walkError: SCRATCH_BASE + 0xe4,
  /** i32: bytes of RAM. */
  ramBytes: SCRATCH_BASE + 0xe0,
  /** i64: bits at the top of a linear address that are copies of the one below them: 16, or 7 with 5-level paging. */
  canonicalShift: SCRATCH_BASE + 0x3c8,
  /** i64: how far the running region may count before it looks whether there is time (translator/time-left.ts). */
  bound: SCRATCH_BASE + 0x3d0,
  /** i64: rises by 1 << `LargePage.marks` with each frame that somebody begins to watch (spaces.ts). */
  marks: SCRATCH_BASE + 0x3d8,
  /** i32: bits of `TranslationMode`. */
  translation: SCRATCH_BASE + 0xc4,
  /** i32: the next key of the lookup table that nobody has had. */
  nextKey: SCRATCH_BASE + 0xc8,
  /**
   * i64: what `left` was when an IRETQ returned to an instruction with RF set, and left RF out of EFLAGS; −1: never since `left`
   * was granted. As `left` only falls, the run that starts with this value starts with that instruction.
   */
  resumedAt: SCRATCH_BASE + 0xd0,
  /** i32 × 32: the lookup keys of 64-bit code, by address space, supervisor and user; 0: none. */
  longKeys: SCRATCH_BASE + 0x300,
  /** i32 × 16: how often each `QuickWay` was gone to its end. */
  taken: SCRATCH_BASE + 0x380,
} as const;

/**
 * What page walks remember of the upper levels (interpreter/quick/walk.ts): for a region of 2 MiB of a space, where its page table is and what
 * the entries above allow. An entry holds as long as `marks` are `Workspace.marks`: an upper entry that was present changes only with all that
 * its space has. `tag`: i64, the linear address above the region's bits, and the space's number below them; `marks`: i64; `table`:
 * i32, in the WebAssembly memory; `rights`: i32.
 */
export const WalkEntry = { tag: 0, marks: 8, table: 16, rights: 20, bytes: 24 } as const;
export const WALK_ENTRIES = 16;
export const WALKS = SCRATCH_BASE + 0xd40;

/** An entry of `Workspace.modeKeys`: i32s. `who`: twice the number of the address space, and 1 for ring 3; −1: nobody. */
export const ModeKey = { who: 0, base: 4, limit: 8, key: 12, bytes: 16 } as const;
export const MODE_KEYS = 8;

/** The quick ways, as they are counted. */
export const QuickWay = {
  deliver: 0,
  interruptReturn: 1,
  syscall: 2,
  sysret: 3,
  loadCr3: 4,
  invalidatePage: 5,
  walk: 6,
  tableChange: 7,
  deliverFault: 8,
  port: 9,
  readTimestamp: 10,
  segmentBase: 11,
  deliver32: 12,
  interruptReturn32: 13,
  walk32: 14,
  walkToCode: 15,
} as const;

/** What the quick ways ask of the way linear addresses are translated. `walk`: 4-level or 5-level paging, A20 on; `walk32`: 32-bit paging, A20 on. */
export const TranslationMode = {
  smap: 1,
  walk: 2,
  nx: 4,
  writeProtect: 8,
  gigabytePages: 16,
  walk32: 32,
  pse: 64,
  fiveLevels: 128,
  protectionKeys: 256,
} as const;

/** The sign bits of both halves of `Workspace.left`. */
export const USED_UP = 0x8000_0000_8000_0000n;

/** Addresses that the slow paths give out below this are slots, not guest memory. */
export const WORKSPACE_END = SCRATCH_BASE + 0x1000;
