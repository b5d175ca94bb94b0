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
const ROM_BYTES = 256 * 1024;

/** Types of ranges as INT 15h AX=E820h numbers them; multiboot, PVH and Linux use the same. */
export const USABLE = 1;
export const RESERVED = 2;

export interface MemoryRange {
  readonly start: number;
  readonly length: number;
  readonly type: number;
}

/** The memory map of a machine without firmware, as firmware would tell it. */
export function bareMemoryMap(ramBytes: number): MemoryRange[] {
  return [
    { start: 0, length: CONVENTIONAL_END, type: USABLE },
    { start: CONVENTIONAL_END, length: VIDEO_START - CONVENTIONAL_END, type: RESERVED },
    { start: ROM_START, length: EXTENDED_START - ROM_START, type: RESERVED },
    { start: EXTENDED_START, length: ramBytes - EXTENDED_START, type: USABLE },
    { start: FIRMWARE_END - ROM_BYTES, length: ROM_BYTES, type: RESERVED },
  ];
}

export class Placement {
  /** What the kernel is told. */
  readonly map: readonly MemoryRange[];
  readonly #ramBytes: number;
  readonly #name: string;
  /** Usable RAM, lowest first. */
  readonly #areas: readonly { readonly start: number; readonly end: number }[];
  readonly #taken: { readonly start: number; readonly end: number }[] = [];
  /** End of the last page above 1 MiB that the kernel itself takes. */
  #kernelEnd = EXTENDED_START;

  /** `map` may be a guest's word: what it claims beyond RAM is not believed. */
  constructor(ramBytes: number, name: string, map: readonly MemoryRange[]) {
    this.map = map;
    this.#ramBytes = ramBytes;
    this.#name = name;
    this.#areas = map
      .filter(({ type }) => type === USABLE)
      .map(({ start, length }) => ({ start, end: Math.min(start + length, ramBytes) }))
      .sort((a, b) => a.start - b.start);
  }

  /** Takes a range whose address the kernel dictates. Throws a UserError where there is no RAM, or something already. */
  fix(start: number, length: number, what: string): void {
    const end = start + length;
    const range = `0x${start.toString(16)} to 0x${end.toString(16)}`;
    if (end > this.#ramBytes) {
      throw new UserError(
        `${this.#name} wants ${what} at ${range}, and the machine has ${this.#ramBytes / MiB} MiB; give it more with --memory`,
      );
    }
    if (!this.#areas.some((area) => start >= area.start && end <= area.end)) {
      throw new UserError(
        `${this.#name} wants ${what} at ${range}, where video memory, ROMs or tables of the firmware are; link it elsewhere`,
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
    for (const area of this.#areas) {
      let at = up(Math.max(area.start, LOWEST, from), align);
      while (at + length <= Math.min(area.end, limit)) {
        const blocker = this.#taken.find((t) => at < t.end && t.start < at + length);
        if (blocker === undefined) return at;
        at = up(blocker.end, align);
      }
    }
    return -1;
  }

  /** Takes the lowest free place above 1 MiB that is behind the kernel's last page. Throws a UserError when there is none. */
  above(length: number, what: string, align = 4096): number {
    const at = this.find(length, align, Math.max(this.#kernelEnd, ...this.#taken.map((t) => t.end)), this.#ramBytes);
    return this.#take(at, length, what);
  }

  /** Takes the highest free place above 1 MiB that ends at or before `limit`. Throws a UserError when there is none. */
  below(limit: number, length: number, what: string): number {
    for (const area of this.#areas.toReversed()) {
      const lowest = Math.max(area.start, EXTENDED_START);
      let at = Math.floor((Math.min(limit, area.end) - length) / 4096) * 4096;
      while (at >= lowest) {
        const blocker = this.#taken.find((t) => at < t.end && t.start < at + length);
        if (blocker === undefined) return this.#take(at, length, what);
        at = Math.floor((blocker.start - length) / 4096) * 4096;
      }
    }
    return this.#take(-1, length, what);
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

  /** KiB of RAM from 0 on, and from 1 MiB on. */
  get kibibytes(): { readonly lower: number; readonly upper: number } {
    const from = (start: number): number => {
      const area = this.#areas.find((a) => a.start <= start && start < a.end);
      return area === undefined ? 0 : Math.floor((area.end - start) / 1024);
    };
    return { lower: Math.min(640, from(0)), upper: from(EXTENDED_START) };
  }

  /** A place of at least `length` bytes whose start is a multiple of `align`, from 1 MiB on; or -1. Takes nothing. */
  suits(length: number, align: number): number {
    return this.find(length, align, up(EXTENDED_START, align), this.#ramBytes);
  }
}

export const up = (n: number, align: number): number => Math.ceil(n / align) * align;
