/**
 * Pre-decoded code as it lies in memory: a *run* is straight-line code, decoded once; a head record, then one record
 * per instruction, 32 bytes each. A record names the handler for its instruction's shape and holds what differs between
 * instructions of one shape: addresses of registers in the state, immediates, displacements.
 *
 * Two records are not instructions: the head, which charges the whole run against the budget, and the tail that follows a
 * run which does not end in a control transfer. While a run executes, the state's RIP is that of its first instruction;
 * records know how far behind it they are.
 */
export const RECORD_BYTES = 32;

/** Offsets in an instruction's record, in bytes. */
export const Op = {
  /** i32: number of the handler. */
  handler: 0,
  /** u16 × 4: addresses of registers in the state (segment operands: of the selector; control and debug registers: the number). */
  slots: 4,
  /** Third and fourth slot when there is a memory operand. */
  base: 8,
  index: 10,
  /** i32: displacement, branch distance, far offset, the second immediate; ticks of one more iteration of a repeated instruction. */
  displacement: 12,
  /** i64: the first immediate (zero-extended from its width), the displacement of a moffs operand, or a far selector. */
  immediate: 16,
  /** u32 × 2: where a relative branch goes when taken, and what follows it (or a tail): a head record's address, or a `Link`. */
  taken: 16,
  next: 20,
  /** u16: distance in bytes from the run's start to the end of the instruction. */
  end: 24,
  /** u8: length of the instruction in bytes. */
  length: 26,
  /** u8: number of instructions of the run before this one. */
  number: 27,
  /** u16: ticks (cpu/cost.ts) of the run up to and including this instruction. */
  ticks: 28,
  /** u8: the index register is multiplied by two to this power. Of a near return, 1 if its target is to be noted (isa/stack-switch.ts). */
  scale: 30,
  /** u8: segment of the memory operand (ES…GS as 0…5), or of the string source. */
  segment: 31,
} as const;

/** Offsets in a head record. */
export const Head = {
  handler: 0,
  /** u16: instructions. */
  count: 4,
  /** u16: bytes of code. */
  bytes: 6,
  /** i64: ticks, and instructions in the upper half: what is subtracted from `Workspace.left`. */
  charge: 8,
  /** i32: how often it may still be entered before somebody thinks about translating it; below 0: never. */
  heat: 16,
  /** i32: address in the WebAssembly memory of the run's first byte, or 0: it may not be found by that. */
  place: 20,
  /** i32: a `RunKind`. */
  kind: 24,
} as const;

/** What runs may be found by place alone. */
export const RunKind = { none: 0, long: 1 } as const;

/** What `taken` and `next` hold while they are no address. */
export const Link = {
  /** Not resolved yet. */
  unresolved: 0,
  /** Goes to another page, or may not be linked: look up every time. */
  lookup: 1,
} as const;

/** Handlers that belong to no instruction. */
export const Handler = {
  /** Head record: charge the budget, go on with the next record. In its place a head may have the function of a region (translator/). */
  enter: 0,
  /** Tail record: go on with what follows the run. */
  tail: 1,
  /** Put over a record to stop before it. */
  leave: 2,
  /** Put over a head whose run is no longer valid: the run is decoded anew, in place. */
  stale: 3,
  /** Instead of an instruction: the bytes are none (#UD), or too many (#GP). */
  undefined: 4,
  tooLong: 5,
  /** As `enter`, for a head whose entries nobody counts. */
  enterUncounted: 6,
  /** The first number for shapes. */
  first: 7,
} as const;

/** Instructions in a run at most; the number must fit its byte. */
export const LONGEST_RUN = 64;

/** The first number for functions of regions (translator/cache.ts). */
export const FIRST_REGION = 0x4000;
