/**
 * What an instruction costs in cycles of virtual time. At least 1, so that time never stands still; a function of the
 * instruction alone. A repeated string instruction costs as much again for each further iteration.
 */
import type { Instruction } from "../isa/instruction.ts";

export function cost(_instruction: Instruction): number {
  return 1;
}
