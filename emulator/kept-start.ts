/**
 * A machine's start, kept: the state at a moment at which it waited for somebody, and all that it had said by then. Until something
 * comes in from outside, a run is a function of the machine's options alone, so a machine with the same options may begin there: it is where it would have come
 * to, at the same instruction and the same cycle.
 *
 * Only a start that is over before a person could have pressed a key is kept: whoever means to speak to a boot menu must find it.
 *
 * Form of the bytes, numbers being 32 bits and little-endian: a check sum of what follows, the length of `said`, and `said` and the snapshot, each as V8
 * serializes it. They are apart, because what was said is repeated while the machine that is to have the state is still being made.
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { CLOCK_HZ } from "./clock.ts";
import type { OutputChannel, Snapshot } from "./machine.ts";

export interface KeptStart {
  /** As `encodeState` gives it. */
  readonly state: Uint8Array;
  /** In order; what follows each other on one channel is one piece. */
  readonly said: readonly { readonly channel: OutputChannel; readonly bytes: Uint8Array }[];
}

export const encodeState = (snapshot: Snapshot): Uint8Array => serialize(snapshot);

/** Of bytes that `encodeState` gave, and nothing else. */
export const decodeState = (state: Uint8Array): Snapshot => deserialize(state) as Snapshot;

export function encodeStart({ state, said }: KeptStart): Uint8Array {
  const words = serialize(said);
  const bytes = new Uint8Array(HEADER_BYTES + words.length + state.length);
  bytes.set(words, HEADER_BYTES);
  bytes.set(state, HEADER_BYTES + words.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(SUM_BYTES, words.length, true);
  view.setUint32(0, crc32(bytes.subarray(SUM_BYTES)), true);
  return bytes;
}

/** Null: the bytes are damaged. */
export function decodeStart(bytes: Uint8Array): KeptStart | null {
  if (bytes.length < HEADER_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (crc32(bytes.subarray(SUM_BYTES)) !== view.getUint32(0, true)) return null;
  const state = HEADER_BYTES + view.getUint32(SUM_BYTES, true);
  return { said: deserialize(bytes.subarray(HEADER_BYTES, state)), state: bytes.subarray(state) };
}

const SUM_BYTES = 4;
const HEADER_BYTES = 8;
/** Cycles for which a guest says nothing when it waits. */
const QUIET = CLOCK_HZ / 50;
/** Cycles in which nobody reads a screen and answers. */
const TOO_SOON = CLOCK_HZ / 2;
/** Bytes that a start may say. */
const MOST_SAID = 1 << 16;

/** Looks on while a machine starts, and knows when that is over. */
export class StartWatch {
  readonly #said: { channel: OutputChannel; bytes: number[] }[] = [];
  #count = 0;
  #lastCycle = 0;

  /** The machine said a byte, about this cycle. */
  output(channel: OutputChannel, byte: number, cycle: number): void {
    this.#lastCycle = cycle;
    if (this.#said.at(-1)?.channel !== channel) this.#said.push({ channel, bytes: [] });
    this.#said.at(-1)!.bytes.push(byte);
    this.#count++;
  }

  /** How a machine stands that is idle at this cycle. */
  at(cycle: number): "starting" | "waiting" | "too-late" {
    if (cycle > TOO_SOON || this.#count > MOST_SAID) return "too-late";
    return this.#count > 0 && cycle - this.#lastCycle >= QUIET ? "waiting" : "starting";
  }

  get said(): KeptStart["said"] {
    return this.#said.map(({ channel, bytes }) => ({ channel, bytes: Uint8Array.from(bytes) }));
  }
}
