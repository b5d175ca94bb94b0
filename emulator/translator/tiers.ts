/** Who executes code: the interpreter alone, or with it the translator. What the guest sees is the same. */

/** "translator": everything that can be, from its first execution on; "auto": what turns out to be hot. */
export const tiers = ["auto", "interpreter", "translator"] as const;
export type Tier = (typeof tiers)[number];

export interface TierSettings {
  /** How often a run is entered before it is translated; 0: never. */
  readonly threshold: number;
  /** The same when the machine has lived long enough for another thread to translate, if less. */
  readonly later?: number;
  /** So many times hotter must a run be whose region was dropped, each time. */
  readonly cooling: number;
  /** Wishes wait until generated code has come back, and become one module together. */
  readonly deferred: boolean;
  /** Only code that has been executed becomes part of a region. */
  readonly onlySeen: boolean;
  /** Regions count what they do (counters.ts). */
  readonly counted?: boolean;
}

export const tierSettings: Readonly<Record<Tier, TierSettings>> = {
  interpreter: { threshold: 0, cooling: 1, deferred: false, onlySeen: true },
  translator: { threshold: 1, cooling: 1, deferred: false, onlySeen: false },
  auto: { threshold: 6000, later: 500, cooling: 4, deferred: true, onlySeen: true },
};
