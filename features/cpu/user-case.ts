/**
 * A user-mode program and what became of it, in the terms that the host's processor and ours share. Both are byte records of
 * one layout, that of the registers in a Linux signal frame, so that they are loaded, saved and compared in bulk.
 *
 * Memory is two pages, with nothing around them: DATA is readable and writable, CODE also executable (so programs may
 * change themselves). The code stands at the page's beginning or end; what is not code in its page is INT3, and so is
 * the end of the program. A program ends with the first exception.
 */

export const DATA = 0x1000_0000;
export const CODE = 0x2000_0000;
export const PAGE = 4096;
/** Room for a program's code, in bytes. */
export const CODE_BYTES = 256;
/** The data page is zero but for three windows: its first and last 128 bytes, and 256 in the middle. */
export const WINDOWS = [
  { offset: 0, bytes: 128 },
  { offset: PAGE / 2 - 128, bytes: 256 },
  { offset: PAGE - 128, bytes: 128 },
] as const;
export const WINDOW_BYTES = 512;

export const INT3 = 0xcc;

export type Mode = 16 | 32 | 64;

/**
 * What a program's addresses count from: 16-bit code runs in two segments of the LDT that begin at the pages, so that its
 * offsets are small.
 */
export const dataBase = (mode: Mode): number => (mode === 16 ? 0 : DATA);
export const codeBase = (mode: Mode): number => (mode === 16 ? 0 : CODE);
/** Limits of the LDT's segments: the code may run off its page (#PF), data ends with its page (#GP, #SS). */
export const CODE_16_LIMIT = 0xffff;
export const DATA_16_LIMIT = PAGE - 1;
/** Bits of the general registers that count. Leaving a 16-bit stack's ring 0, processors spoil the upper half of ESP. */
export const registerBits = (mode: Mode, index: number): number =>
  mode === 64 ? 64 : mode === 16 && index === 4 ? 16 : 32;

/** Selectors of Linux's user segments. */
export const USER_CODE_32 = 0x23;
export const USER_DATA = 0x2b;
export const USER_CODE_64 = 0x33;
/** Entries 0 and 1 of the LDT. */
export const USER_CODE_16 = 0x07;
export const USER_DATA_16 = 0x0f;
export const CODE_SELECTOR = { 16: USER_CODE_16, 32: USER_CODE_32, 64: USER_CODE_64 } as const;
export const DATA_SELECTOR = { 16: USER_DATA_16, 32: USER_DATA, 64: USER_DATA } as const;

/** The words (8 bytes) of a signal frame's registers, uc_mcontext.gregs: r8 … r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, then these. */
export const Word = { rip: 16, flags: 17, segments: 18, error: 19, vector: 20, oldMask: 21, cr2: 22 } as const;
/** Register numbers as encoded in instructions (rax 0, rcx 1 …) by the frame's words, and the frame's words by register number. */
export const REGISTER_OF_WORD = [8, 9, 10, 11, 12, 13, 14, 15, 7, 6, 5, 3, 2, 0, 1, 4] as const;
export const WORD_OF_REGISTER: readonly number[] = REGISTER_OF_WORD.map((_, register) =>
  REGISTER_OF_WORD.indexOf(register as never),
);

/** Words of a frame that a case gives, and that an outcome has. */
export const WORDS_GIVEN = 19;
export const WORDS_SAVED = 23;

/**
 * Where things are in a case's record, in bytes: the given words, the linear address of the code, the group's state (groups.ts),
 * the windows, the code.
 */
export const Case = {
  place: WORDS_GIVEN * 8,
  state: WORDS_GIVEN * 8 + 8,
  windows: (stateBytes: number) => WORDS_GIVEN * 8 + 8 + stateBytes,
  code: (stateBytes: number) => WORDS_GIVEN * 8 + 8 + stateBytes + WINDOW_BYTES,
  bytes: (stateBytes: number) => WORDS_GIVEN * 8 + 8 + stateBytes + WINDOW_BYTES + CODE_BYTES,
} as const;

/** And in an outcome's: the saved words, the checksum of memory, the selectors of ES, FS, DS and GS (16 bits each), the group's state. */
export const Outcome = {
  checksum: WORDS_SAVED * 8,
  selectors: WORDS_SAVED * 8 + 8,
  state: WORDS_SAVED * 8 + 16,
  bytes: (stateBytes: number) => WORDS_SAVED * 8 + 16 + stateBytes,
} as const;

/** Segment registers in the order of an outcome's selectors. */
export const OUTCOME_SELECTORS = [0, 3, 4, 5] as const;

/** A record as the words and bytes it is made of. Records begin at multiples of 8. */
export class RecordView {
  readonly bytes: Uint8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly u64: BigUint64Array;

  constructor(buffer: ArrayBufferLike, offset: number, length: number) {
    this.bytes = new Uint8Array(buffer, offset, length);
    this.u16 = new Uint16Array(buffer, offset, length / 2);
    this.u32 = new Uint32Array(buffer, offset, length / 4);
    this.u64 = new BigUint64Array(buffer, offset, length / 8);
  }

  static of(length: number): RecordView {
    return new RecordView(new ArrayBuffer(length), 0, length);
  }

  register(index: number): bigint {
    return this.u64[WORD_OF_REGISTER[index]!]!;
  }

  /** Of a case: its code segment says in which mode it runs. */
  get mode(): Mode {
    const selector = this.u16[4 * Word.segments];
    return selector === USER_CODE_64 ? 64 : selector === USER_CODE_32 ? 32 : 16;
  }
}

/** What an outcome's checksum is of a page, given that of the one before (or 0s): four lanes of doublewords. */
export function checksumPage(lanes: Uint32Array, page: Uint32Array): void {
  let a = lanes[0]!;
  let b = lanes[1]!;
  let c = lanes[2]!;
  let d = lanes[3]!;
  for (let i = 0; i < PAGE / 4; i += 4) {
    a = Math.imul(a ^ page[i]!, CHECKSUM_FACTOR);
    b = Math.imul(b ^ page[i + 1]!, CHECKSUM_FACTOR);
    c = Math.imul(c ^ page[i + 2]!, CHECKSUM_FACTOR);
    d = Math.imul(d ^ page[i + 3]!, CHECKSUM_FACTOR);
  }
  lanes[0] = a;
  lanes[1] = b;
  lanes[2] = c;
  lanes[3] = d;
}

export const CHECKSUM_FACTOR = 0x0100_0193;

/** The lanes as one number: ((a × f ⊕ b) × f ⊕ c) × f ⊕ d. */
export function checksumOf(lanes: Uint32Array): number {
  let sum = lanes[0]!;
  for (let i = 1; i < 4; i++) sum = Math.imul(sum, CHECKSUM_FACTOR) ^ lanes[i]!;
  return sum >>> 0;
}
