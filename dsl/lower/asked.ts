/**
 * What lowering a function asks of the program around it. Who knows the list of an unchanged function, from when it was lowered last,
 * makes the same program without lowering it.
 */
import type { TypedFunction } from "../check/tree.ts";
import type { IrGlobal, Signature } from "../ir/ssa.ts";

export type Asked =
  /** A text or a constant that has no name in the sources. */
  | readonly ["global", name: string]
  | readonly ["extern", name: string, signature: Signature | null]
  /** What lowering makes at its end. */
  | readonly ["later", name: string]
  /** Functions that are made when they are first needed. */
  | readonly ["equalBytes"]
  | readonly ["thunk", plain: Signature];

/** What is known of functions from when they were lowered last. */
export interface LoweredBefore {
  /** By symbol: what was asked for, of functions of which it is known that they would be lowered as they were then. */
  readonly asked: (symbol: string, f: TypedFunction) => readonly Asked[] | undefined;
  /** What "global" names. */
  readonly generated: ReadonlyMap<string, IrGlobal>;
}
