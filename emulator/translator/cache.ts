/**
 * The regions there are: by the frames that they were made from, so that a write to their bytes drops them, and as functions in
 * the interpreter's table. There is room for so many of them and so many bytes of modules; when it is used up, the oldest go, and what
 * is still hot comes back.
 */

import { FIRST_REGION } from "../interpreter/record.ts";
import { FrameFlag, type Memory, RAM_BASE } from "../memory.ts";

/** Bytes of memory, all in one frame: [start, end). */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export interface Region {
  /** Of its functions in the table: what stands in the head records of its entries. */
  readonly numbers: number[];
  readonly spans: Place[];
  /** Undoes what the head records of its entries know of it. `changed`: number of the frame (frameOf) whose bytes do not say the same any more, or −1. */
  readonly detach: (changed: number) => void;
  readonly name: string;
  /** Instructions in it. */
  readonly size: number;
  /** Its part of a module, roughly. */
  readonly bytes: number;
  readonly rip: bigint;
  /** Where it counts (counters.ts), or 0. */
  readonly counters: number;
}

/** Most that there is room for. */
export const MOST_REGIONS = 0x2000;
const MOST_BYTES = 32 * 1024 * 1024;
/** Of both, what stays when the oldest go. */
const KEPT = 0.75;

const frameOf = (host: number): number => (host - RAM_BASE) >>> 12;

export class RegionCache {
  readonly #memory: Memory;
  readonly #regions = new Set<Region>();
  readonly #byFrame = new Map<number, Set<Region>>();
  readonly #free: number[] = [];
  #next: number = FIRST_REGION;
  #bytes = 0;
  /** Told when a region goes, while its numbers are still its own. */
  onDrop: (region: Region) => void = () => {};
  /** Told when a frame gets its first code: stores to it must be seen from now on. */
  onFrameMarked: (host: number) => void = () => {};

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get size(): number {
    return this.#regions.size;
  }

  get regions(): Region[] {
    return [...this.#regions];
  }

  get isFull(): boolean {
    return this.#regions.size >= MOST_REGIONS || this.#bytes >= MOST_BYTES;
  }

  /** A number for a new region. */
  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  add(region: Region): void {
    this.#regions.add(region);
    this.#bytes += region.bytes;
    this.#watch(region, region.spans);
  }

  /** It depends on these bytes, too. */
  extend(region: Region, spans: readonly Place[]): void {
    region.spans.push(...spans);
    this.#watch(region, spans);
  }

  #watch(region: Region, spans: readonly Place[]): void {
    for (const { start } of spans) {
      const frame = frameOf(start);
      let regions = this.#byFrame.get(frame);
      if (regions === undefined) this.#byFrame.set(frame, (regions = new Set()));
      regions.add(region);
      if ((this.#memory.flagsAt(start) & FrameFlag.code) !== 0) continue;
      this.#memory.mark(start, FrameFlag.code);
      this.onFrameMarked(start);
    }
  }

  /** `changed`: see `Region.detach`. */
  drop(region: Region, changed = -1): void {
    if (!this.#regions.delete(region)) return;
    this.#bytes -= region.bytes;
    for (const { start } of region.spans) {
      const frame = frameOf(start);
      const regions = this.#byFrame.get(frame);
      regions?.delete(region);
      if (regions?.size === 0) this.#byFrame.delete(frame);
    }
    region.detach(changed);
    this.onDrop(region);
    this.#free.push(...region.numbers);
  }

  /** Those that were made first. */
  dropOld(): void {
    for (const region of this.#regions) {
      if (this.#regions.size <= KEPT * MOST_REGIONS && this.#bytes <= KEPT * MOST_BYTES) return;
      this.drop(region);
    }
  }

  dropAll(): void {
    for (const region of [...this.#regions]) this.drop(region);
  }

  /** Whether a region was made from bytes of the frame around `host`. */
  holds(host: number): boolean {
    return this.#byFrame.has(frameOf(host));
  }

  /** Bytes of one frame are about to change. Returns whether a region went. */
  changing(host: number, bytes: number): boolean {
    const regions = this.#byFrame.get(frameOf(host));
    if (regions === undefined) return false;
    let any = false;
    for (const region of [...regions])
      if (region.spans.some(({ start, end }) => start < host + bytes && host < end)) {
        this.drop(region, frameOf(host));
        any = true;
      }
    return any;
  }
}
