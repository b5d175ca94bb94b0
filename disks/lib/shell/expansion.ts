// A word on its way from what was written to arguments. Each byte remembers where it came from, because that decides what may still
// happen to it.

import { Text } from "../text.ts";

/** Written so: patterns mean patterns, never split. */
export const WRITTEN: u8 = 0;

/** Quoted: means itself. */
export const QUOTED: u8 = 1;

/** Came out of an unquoted expansion: split, and patterns mean patterns. */
export const CAME: u8 = 2;

/** No byte at all, but the field exists though it may be empty: "". */
export const EMPTY: u8 = 3;

/** No byte: the field ends here, between the parameters of "$@". */
export const BREAK: u8 = 4;

/** A word on the way. */
export class Expansion {
  bytes: Text;
  origin: Text;
  /** No fields come of it: "$@" is joined, nothing is split. */
  single: boolean;
  /** "$@" was met and there were no parameters. */
  noParameters: boolean;

  put(c: u8, origin: u8): void {
    this.bytes.put(c);
    this.origin.put(origin);
  }

  add(t: string, origin: u8): void {
    this.bytes.add(t);
    this.origin.repeat(origin, t.length);
  }

  dispose(): void {
    this.bytes.dispose();
    this.origin.dispose();
  }
}
