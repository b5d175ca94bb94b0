/**
 * The runs of one frame (runs.ts), and what is known of writes to it: which of its bytes code depends on, and whether what is written beside
 * them shows that the code is somebody's who is gone.
 */
import type { Counter } from "../cpu/counter.ts";
import { FRAME_BYTES } from "../memory.ts";
import type { Run } from "./runs.ts";

/**
 * Writes beside a frame's code after which that is taken for what somebody has left who is gone: the frame is data now, and each write to it
 * would come here. If that happens again within so many instructions, code and data are neighbours there, and it takes twice as many writes.
 */
const FEWEST_MISSES = 16;
const MOST_MISSES = 1 << 20;
const SOON = 500_000;

export class FrameRuns {
  readonly byStart = new Map<number, Run>();
  /** Those of them that are not stale: code that is written again and again leaves many behind. */
  readonly valid = new Set<Run>();
  /** Runs of the frame before that reach into this one. */
  readonly reachingIn = new Set<Run>();
  /** Runs that were valid when the page was last known or learnt as it is; 0: it is not known. */
  known = 0;
  /** How often it was learnt. */
  lessons = 0;
  /** Writes beside the valid runs since one of them was decoded last; after how many the runs are given up, and when that was. */
  misses = 0;
  #mostMisses = FEWEST_MISSES;
  #givenUp = 0;
  /** A bit for each 64 bytes of the frame that valid runs depend on: most writes to a mixed page miss them. */
  readonly #lines = new Uint32Array(2);

  cover({ costFirst, costEnd }: Run): void {
    const last = Math.min(costEnd, FRAME_BYTES) - 1;
    for (let line = costFirst >> 6; line <= last >> 6; line++) this.#lines[line >> 5]! |= 1 << (line & 31);
  }

  /** Whether some valid run depends on a byte from `first` to `last` of the frame, or on one near. */
  covers(first: number, last: number): boolean {
    for (let line = first >> 6; line <= last >> 6; line++)
      if (this.#lines[line >> 5]! & (1 << (line & 31))) return true;
    return false;
  }

  /** After runs went stale. */
  coverAgain(): void {
    this.#lines.fill(0);
    for (const run of this.valid) this.cover(run);
  }

  /** A write met none of the runs; true: that was once too often, and all of them are to be given up. */
  missed(counter: Counter): boolean {
    if (++this.misses < this.#mostMisses || this.valid.size === 0) return false;
    const now = counter.instructions;
    this.#mostMisses = now - this.#givenUp < SOON ? Math.min(2 * this.#mostMisses, MOST_MISSES) : FEWEST_MISSES;
    this.#givenUp = now;
    return true;
  }

  get isBare(): boolean {
    return this.valid.size === 0 && this.reachingIn.size === 0;
  }
}
