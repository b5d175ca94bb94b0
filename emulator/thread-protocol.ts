/**
 * What the main thread and a machine's thread say to each other. Messages are few: input and orders one way, milestones
 * the other; the bytes that a machine puts out travel through the ring.
 */

import type { InputChannel, MachineOptions, OutputChannel, Stamp, StopReason } from "./machine.ts";
import type { RegionCounts } from "./translator/counters.ts";

/** What a machine's thread is started with. */
export interface ThreadStart {
  readonly options: MachineOptions;
  readonly pace: "real" | "fast";
  /** When it was switched on, on the clock of process.hrtime: milliseconds. Null: now. */
  readonly since: number | null;
  /** Null: nobody keeps starts (kept-start.ts). `state`: of the one for these options, if there is one; the other thread has said what was said by then. */
  readonly beginning: { readonly state: Uint8Array | null } | null;
  readonly until: string | null;
  readonly maxInstructions: number | null;
  /** Paths. */
  readonly record: string | null;
  readonly replay: string | null;
  /** Output and log (ring.ts). */
  readonly ring: SharedArrayBuffer;
}

/** Numbers of the ring's channels: places in this list, and the log. */
export const outputChannels: readonly OutputChannel[] = ["com1", "com2", "console", "debugcon"];
export const LOG_CHANNEL = 255;

export type Order =
  /** The first. */
  | { readonly kind: "start"; readonly start: ThreadStart }
  | { readonly kind: "input"; readonly channel: InputChannel; readonly bytes: Uint8Array }
  /** Stop running; the machine stays to be looked at. */
  | { readonly kind: "quit"; readonly why: "quit" | "timeout" }
  /** Answer with a picture of the screen. */
  | { readonly kind: "screenshot" }
  /** Let go of everything and end the thread. */
  | { readonly kind: "close" };

/** How a machine's run ended: of itself, at a limit, or because somebody asked. */
export type Ending =
  | Exclude<StopReason, { readonly kind: "cycle" | "paused" | "idle" }>
  | { readonly kind: "quit" | "timeout" | "closed" };

export interface Stats extends Stamp {
  /** Time on the host's clock, in milliseconds. */
  readonly hostMs: number;
  /** Regions that were translated, and instructions in them. */
  readonly regions: number;
  readonly translated: number;
  /** What regions have counted (translator/counters.ts): those in which most was executed, and why all of them together were left. */
  readonly hottest: readonly RegionCounts[];
  readonly left: RegionCounts["left"] | null;
}

export type Report =
  | { readonly kind: "ready" }
  /** The ring, once empty, has something in it. */
  | { readonly kind: "output" }
  /** So many bytes of input went into the machine. */
  | { readonly kind: "took"; readonly channel: InputChannel; readonly count: number }
  | { readonly kind: "stopped"; readonly ending: Ending; readonly stats: Stats }
  /** What `known` of a later machine's options may be. */
  | { readonly kind: "known"; readonly code: Uint8Array }
  /** The start to be kept for these options. */
  | { readonly kind: "started"; readonly start: Uint8Array }
  /** A PNG file. */
  | { readonly kind: "screenshot"; readonly png: Uint8Array }
  /** The user's mistake (UserError), and a bug of ours. */
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string };
