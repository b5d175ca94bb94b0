/**
 * What regions know of the pages that they lie in, beside that of their entry: for each such page a word with the lookup key
 * (interpreter/lookup.ts) under which it was last found to be a frame that holds what the region was made from. Keys change with
 * everything that the way from RIP to bytes depends on, so one comparison tells whether the page may be gone into.
 */
import { PAGE_KEYS_BASE, PAGE_KEYS_SIZE } from "../memory.ts";
import type { KnownRegion } from "./known-regions.ts";

/** A page of RIP of a region. */
export interface RegionPage {
  readonly rip: bigint;
  readonly region: KnownRegion;
}

/** Keys that are remembered for each page: those of as many address spaces as take turns. */
const KEYS = 16;
const MOST = PAGE_KEYS_SIZE / 4 - 1;

export class PageKeys {
  readonly #view: DataView;
  readonly #pages = new Map<number, RegionPage & { readonly keys: number[] }>();
  readonly #free: number[] = [];
  #used = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  /** Addresses of at most so many words that nobody has. */
  reserve(count: number): number[] {
    const taken: number[] = [];
    while (taken.length < count) {
      // Address 0 of the room stays free: 0 means no key.
      const at = this.#free.pop() ?? (this.#used < MOST ? PAGE_KEYS_BASE + 4 * ++this.#used : 0);
      if (at === 0) break;
      taken.push(at);
    }
    return taken;
  }

  /** Words that are nobody's yet. */
  get left(): number {
    return this.#free.length + MOST - this.#used;
  }

  /** A word that was reserved is that of a page, which is not known to be there yet. */
  name(at: number, page: RegionPage): void {
    this.#pages.set(at, { ...page, keys: [] });
    this.#view.setInt32(at, 0, true);
  }

  give(at: number): void {
    this.#pages.delete(at);
    this.#free.push(at);
  }

  page(at: number): RegionPage {
    return this.#pages.get(at)!;
  }

  /** Where the page is must be found anew, under any key. */
  lose(at: number): void {
    this.#pages.get(at)!.keys.length = 0;
    this.#view.setInt32(at, 0, true);
  }

  /** Whether the page was found under this key before: a key that has come back says the same as then. */
  isKnown(at: number, key: number): boolean {
    if (!this.#pages.get(at)!.keys.includes(key)) return false;
    this.#view.setInt32(at, key, true);
    return true;
  }

  /** The page holds what the region was made from, under this key. */
  found(at: number, key: number): void {
    const { keys } = this.#pages.get(at)!;
    keys.unshift(key);
    if (keys.length > KEYS) keys.length = KEYS;
    this.#view.setInt32(at, key, true);
  }
}
