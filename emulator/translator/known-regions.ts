/**
 * Regions by what they were made from. Nothing in a region's code says in which frames it was found: it is made for an RIP and for bytes, and pages
 * beside that of its entry are looked at when it goes there (pages.ts). So a program that is started again, in other frames, has its regions at once.
 *
 * A region that is known need not be in use: it is while heads lead to it. There is room for so many; when it is used up, those go that were made
 * first and are not in use.
 */
import type { Handlers } from "../interpreter/handlers.ts";
import type { Run } from "../interpreter/runs.ts";
import { FRAME_BYTES } from "../memory.ts";
import type { Surroundings } from "./action.ts";
import { bytesOfRegion, type MadeRegion, type Wish } from "./batch.ts";
import { MOST_REGIONS, type Region } from "./cache.ts";

/** Bytes of code by their place in their page. */
export interface CodePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A module of regions. */
export class RegionModule {
  readonly #module: WebAssembly.Module;
  #instance: { readonly handlers: Handlers; readonly exports: WebAssembly.Exports } | null = null;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  /** Its functions, beside these handlers. */
  exports(handlers: Handlers, validate: (at: number) => number): WebAssembly.Exports {
    if (this.#instance?.handlers !== handlers) {
      const { exports } = new WebAssembly.Instance(this.#module, { cor: { ...handlers.imports.cor, validate } });
      this.#instance = { handlers, exports };
    }
    return this.#instance.exports;
  }
}

/** What is known of a region beside its code; plain data. */
export interface RegionFacts {
  readonly name: string;
  /** Instructions in it. */
  readonly size: number;
  readonly around: Surroundings;
  /** Where SYSCALL must lead; null: it contains none that is followed. */
  readonly systemCalls: bigint | null;
  /** RIPs; that of entry i is the module's export `${first + i}`. */
  readonly entries: readonly bigint[];
  readonly first: number;
  readonly begins: number;
  readonly blocks: readonly bigint[];
  /** By RIP of the page: what was read there. */
  readonly pages: ReadonlyMap<bigint, readonly CodePiece[]>;
  /** Addresses of words for its pages' keys. */
  readonly pageKeys: readonly { readonly at: number; readonly rip: bigint }[];
  /** Where it counts (counters.ts), or 0. */
  readonly counters: number;
}

/** A region that heads lead to. */
export interface Use {
  readonly region: Region;
  readonly heads: { readonly run: Run; readonly number: number }[];
  /** Of each entry: its function's number in the table, or 0: it has none yet. */
  readonly numbers: number[];
  /** By RIP of the page: addresses of the frames that were found to hold it. */
  readonly frames: Map<bigint, Set<number>>;
}

export interface KnownRegion extends RegionFacts {
  readonly module: RegionModule;
  use: Use | null;
  /** How often a page was found to hold something else than what it was made from. */
  mistakes: number;
}

const PAGE = ~0xfffn;
export const pageOf = (rip: bigint): bigint => rip & PAGE;

/** Whether the frame at `host` holds what was read. */
export const holds = (memory: Uint8Array, host: number, pieces: readonly CodePiece[]): boolean =>
  pieces.every(({ offset, bytes }) => {
    const start = host + offset;
    return Buffer.compare(memory.subarray(start, start + bytes.length), bytes) === 0;
  });

/** What is known of a region that was just made. */
export function factsOf(made: MadeRegion, { around, systemCalls }: Wish): RegionFacts {
  const { name, size, entries, first, begins, blocks, spans, pageKeys, counters } = made;
  const pages = new Map<bigint, CodePiece[]>();
  for (const { page, start, bytes } of spans) {
    const piece = { offset: start % FRAME_BYTES, bytes };
    const pieces = pages.get(page);
    if (pieces === undefined) pages.set(page, [piece]);
    else pieces.push(piece);
  }
  return {
    name,
    size,
    around,
    systemCalls: made.hasSystemCalls ? systemCalls!.rip : null,
    entries,
    first,
    begins,
    blocks,
    pages,
    pageKeys,
    counters,
  };
}

/** Of modules, roughly: most that there is room for. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Of both, what stays when the oldest go. */
const KEPT = 0.75;

export class KnownRegions {
  readonly #all = new Set<KnownRegion>();
  readonly #byEntry = new Map<bigint, KnownRegion[]>();
  /** Entries by their offset in the page. */
  readonly #offsets = new Uint16Array(FRAME_BYTES);
  #bytes = 0;

  /** False: no region is known that may be entered at such a place of a page. */
  mayBeginAt(offset: number): boolean {
    return this.#offsets[offset] !== 0;
  }

  /** Those that may be entered there, if bytes and surroundings are the same: those that were made last first. */
  at(rip: bigint): readonly KnownRegion[] {
    return this.#byEntry.get(rip) ?? [];
  }

  add(region: KnownRegion): void {
    this.#all.add(region);
    this.#bytes += bytesOfRegion(region.size);
    for (const rip of region.entries) {
      const there = this.#byEntry.get(rip);
      if (there === undefined) this.#byEntry.set(rip, [region]);
      else there.unshift(region);
      this.#offsets[Number(rip & 0xfffn)]!++;
    }
  }

  forget(region: KnownRegion): void {
    if (!this.#all.delete(region)) return;
    this.#bytes -= bytesOfRegion(region.size);
    for (const rip of region.entries) {
      const others = this.#byEntry.get(rip)!.filter((other) => other !== region);
      if (others.length === 0) this.#byEntry.delete(rip);
      else this.#byEntry.set(rip, others);
      this.#offsets[Number(rip & 0xfffn)]!--;
    }
  }

  get isFull(): boolean {
    return this.#all.size >= MOST_REGIONS || this.#bytes >= MOST_BYTES;
  }

  /** Those that are to go when there must be room. */
  oldest(): KnownRegion[] {
    const unused = [...this.#all].filter(({ use }) => use === null);
    const count = Math.ceil((1 - KEPT) * this.#all.size);
    return unused.slice(0, count);
  }
}
