/**
 * Why generated code hands control back to TypeScript: the values of the state field `exit`, and what `Processor.run`
 * makes of them for the machine.
 */

export const Exit = {
  none: 0,
  /** The budget is used up, or somebody asked for attention; RIP is that of the run that did not start. */
  budget: 1,
  /** An exception: exitVector, exitErrorCode (0xffffffff: the vector has none), exitAddress (for #PF: CR2; for #DB: 1 if RF is set in the pushed flags). */
  fault: 2,
  /** The run loop stopped the run before the record in `exitOp`. */
  leave: 3,
  /** Nothing decoded at RIP yet. */
  decode: 4,
  /** The instruction is complete and wants the run loop to look up: mode, interrupt flag or activity may have changed. */
  endRun: 5,
  /** As `endRun`, and RIP has been set already. */
  transferred: 6,
  /** A repeated string instruction is between two iterations, the budget used up. */
  repeat: 7,
} as const;

/** One exception on the way to a triple fault. */
export interface FaultRecord {
  readonly vector: number;
  readonly errorCode: number | null;
  readonly rip: bigint;
  readonly cr2: bigint | null;
}

/** Why `Processor.run` came back. */
export type Stop =
  /** As many instructions as asked for are done, or `Processor.stop()` was called. */
  | { readonly kind: "budget" }
  /** A timer of the clock is due: the machine fires it and runs on. */
  | { readonly kind: "deadline" }
  /** Waiting for an interrupt; with `interruptible` false only NMI or reset can end it. */
  | { readonly kind: "halted"; readonly interruptible: boolean }
  /** Triple fault: the chain of exceptions that led to it. */
  | { readonly kind: "shutdown"; readonly faults: readonly FaultRecord[] };
