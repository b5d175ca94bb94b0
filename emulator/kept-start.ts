/**
 * A machine's start, kept: the state at a moment at which it waited for somebody, and all that it had said by then. Until something
 * comes in from outside, a run is a function of the machine's options alone, so a machine with the same options may begin there: it is where it would have come
 * to, at the same instruction and the same cycle.
 *
 * Only a start that is over before a person could have pressed a key is kept: whoever means to speak to a boot menu must find it.
 *
 * Form of the bytes: a check sum of what follows (32 bits, little-endian), and a `KeptStart` as V8 serializes it.
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { CLOCK_HZ } from "./clock.ts";
import type { OutputChannel, Snapshot } from "./machine.ts";

export interface KeptStart {
  readonly snapshot: Snapshot;
  /** In order; what follows each other on one channel is one piece. */
  readonly said: readonly { readonly channel: OutputChannel; readonly bytes: Uint8Array }[];
}

export function encodeStart(start: KeptStart): Uint8Array {
  const content = serialize(start);
  const bytes = new Uint8Array(SUM_BYTES + content.length);
  bytes.set(content, SUM_BYTES);
  new DataView(bytes.buffer).setUint32(0, crc32(content), true);
  return bytes;
}

/** Null: the bytes are damaged. */
export function decodeStart(bytes: Uint8Array): KeptStart | null {
  if (bytes.length < SUM_BYTES) return null;
  const content = bytes.subarray(SUM_BYTES);
  const sum = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return crc32(content) === sum ? (deserialize(content) as KeptStart) : null;
}

const SUM_BYTES = 4;
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
