/**
 * A random user-mode program and what became of it, in the terms that the host's processor and ours share.
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

export type Mode = 16 | 32 | 64;

export interface UserCase {
  readonly mode: Mode;
  /** Where `code` stands: an offset in the code page. Execution begins there. */
  readonly start: number;
  readonly code: Uint8Array;
  /** rax … r15 in encoding order. */
  readonly general: readonly bigint[];
  readonly flags: number;
  /** Contents of WINDOWS, one behind the other. */
  readonly windows: Uint8Array;
}

export interface Outcome {
  readonly vector: number;
  readonly errorCode: number;
  /** The faulting address of a #PF, else 0. */
  readonly cr2: bigint;
  readonly rip: bigint;
  readonly general: readonly bigint[];
  readonly flags: number;
  readonly checksum: number;
}

/** What `checksum` holds: both pages, doubleword by doubleword. */
export function checksumOf(...pages: Uint8Array[]): number {
  let sum = 0;
  for (const page of pages) {
    const words = new Uint32Array(page.buffer, page.byteOffset, page.length / 4);
    for (const word of words) sum = Math.imul(sum ^ word, 0x0100_0193);
  }
  return sum >>> 0;
}
