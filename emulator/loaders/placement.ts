/**
 * Which ranges of RAM a kernel and its gifts (modules, command line, tables) take, so that nothing is put on top of
 * anything else; and the memory map that the kernel is told.
 */
import { EXTENDED_START, FIRMWARE_END, MiB, ROM_START, VIDEO_START } from "../map.ts";
import { UserError } from "../user-error.ts";

/** Below: the real-mode interrupt table and BIOS data; loaders leave them alone. */
const LOWEST = 0x1000;
/** The end of conventional memory as a BIOS reports it: the kibibyte behind is its extended data area. */
const CONVENTIONAL_END = VIDEO_START - 0x400;

/** Types of ranges as INT 15h AX=E820h numbers them; multiboot, PVH and Linux use the same. */
export const USABLE = 1;
export const RESERVED = 2;

export interface MemoryRange {
  readonly start: number;
  readonly length: number;
  readonly type: number;
}

export class Placement {
  readonly ramBytes: number;
  readonly #name: string;
  readonly #taken: { readonly start: number; readonly end: number }[] = [];
  /** End of the last page above 1 MiB that the kernel itself takes. */
  #kernelEnd = EXTENDED_START;

  constructor(ramBytes: number, name: string) {
    this.ramBytes = ramBytes;
    this.#name = name;
  }

  /** Takes a range whose address the kernel dictates. Throws a UserError where there is no RAM, or something already. */
  fix(start: number, length: number, what: string): void {
    const end = start + length;
    const range = `0x${start.toString(16)} to 0x${end.toString(16)}`;
    if (end > this.ramBytes) {
      throw new UserError(
        `${this.#name} wants ${what} at ${range}, and the machine has ${this.ramBytes / MiB} MiB; give it more with --memory`,
      );
    }
    if (start < EXTENDED_START && end > CONVENTIONAL_END) {
      throw new UserError(
        `${this.#name} wants ${what} at ${range}, where the video memory and the ROMs are; link it elsewhere`,
      );
    }
    if (this.#taken.some((t) => start < t.end && t.start < end)) {
      throw new UserError(
        `${this.#name} wants ${what} at ${range}, where another part of it already is; link it elsewhere`,
      );
    }
    if (length > 0) this.#taken.push({ start, end });
    this.#kernelEnd = Math.max(this.#kernelEnd, up(end, 4096));
  }

  /** The lowest free place of `length` bytes at or after `from`, or -1; the end is at most `limit`. */
  find(length: number, align: number, from: number, limit: number): number {
    const areas = [
      [LOWEST, CONVENTIONAL_END],
      [EXTENDED_START, this.ramBytes],
    ] as const;
    for (const [first, last] of areas) {
      let at = up(Math.max(first, from), align);
      while (at + length <= Math.min(last, limit)) {
        const blocker = this.#taken.find((t) => at < t.end && t.start < at + length);
        if (blocker === undefined) return at;
        at = up(blocker.end, align);
      }
    }
    return -1;
  }

  /** Takes the lowest free place above 1 MiB that is behind the kernel's last page. Throws a UserError when there is none. */
  above(length: number, what: string, align = 4096): number {
    const at = this.find(length, align, Math.max(this.#kernelEnd, ...this.#taken.map((t) => t.end)), this.ramBytes);
    return this.#take(at, length, what);
  }

  /** Takes the highest free place that ends at or before `limit`. Throws a UserError when there is none. */
  below(limit: number, length: number, what: string): number {
    let at = Math.floor((Math.min(limit, this.ramBytes) - length) / 4096) * 4096;
    for (;;) {
      const blocker = this.#taken.find((t) => at < t.end && t.start < at + length);
      if (blocker === undefined) break;
      at = Math.floor((blocker.start - length) / 4096) * 4096;
    }
    return this.#take(at >= EXTENDED_START ? at : -1, length, what);
  }

  /** Takes the lowest free place in conventional memory. */
  low(length: number, what: string): number {
    return this.#take(this.find(length, 4096, 0x1_0000, CONVENTIONAL_END), length, what);
  }

  #take(at: number, length: number, what: string): number {
    if (at < 0) {
      throw new UserError(`${this.#name}: no room for ${what} (${length} bytes); give the machine more with --memory`);
    }
    this.#taken.push({ start: at, end: at + length });
    return at;
  }

  /** RAM and what is not, as firmware would tell. */
  memoryMap(): MemoryRange[] {
    return [
      { start: 0, length: CONVENTIONAL_END, type: USABLE },
      { start: CONVENTIONAL_END, length: VIDEO_START - CONVENTIONAL_END, type: RESERVED },
      { start: ROM_START, length: EXTENDED_START - ROM_START, type: RESERVED },
      { start: EXTENDED_START, length: this.ramBytes - EXTENDED_START, type: USABLE },
      { start: FIRMWARE_END - 256 * 1024, length: 256 * 1024, type: RESERVED },
    ];
  }

  /** KiB of conventional memory, and of RAM from 1 MiB on. */
  get kibibytes(): { readonly lower: number; readonly upper: number } {
    return { lower: CONVENTIONAL_END / 1024, upper: (this.ramBytes - EXTENDED_START) / 1024 };
  }
}

export const up = (n: number, align: number): number => Math.ceil(n / align) * align;
