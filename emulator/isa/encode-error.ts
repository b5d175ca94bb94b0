/** What the encoder says when something cannot be encoded: one line, and a kind a caller can look at. */

export type EncodeProblem =
  /** No such instruction. */
  | "mnemonic"
  /** The instruction exists, but not with these operands. */
  | "operands"
  /** The form exists, but not in 16-, 32- or 64-bit code. */
  | "mode"
  /** An immediate, displacement or branch target that does not fit. */
  | "range"
  /** A memory operand whose width nothing shows. */
  | "width"
  /** A register that cannot be used here: AH beside REX, R8 outside 64-bit code. */
  | "register"
  /** Base, index, scale and address size that no encoding has. */
  | "address"
  /** LOCK or REP where they are not allowed. */
  | "prefix"
  /** More than 15 bytes. */
  | "length";

export class EncodeError extends Error {
  readonly problem: EncodeProblem;

  constructor(problem: EncodeProblem, message: string) {
    super(message);
    this.name = "EncodeError";
    this.problem = problem;
  }
}
