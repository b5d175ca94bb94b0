/**
 * Which instructions take the stack elsewhere, as one task's code does to go on with another's. What returns behind such an instruction returns to
 * where somebody else called from, so its target is worth as little as an indirect jump's.
 */
import type { Instruction } from "./instruction.ts";
import type { Register } from "./registers.ts";

const RSP = 4;
const RBP = 5;

const isGeneral = (register: Register | null, index: number): boolean =>
  register !== null && register.class === "general" && register.index === index && register.bits >= 32;

/** MOV, POP or XCHG of (E)SP, but not back from the frame pointer. */
export function switchesStack({ row, operands }: Instruction): boolean {
  const [to, from] = operands;
  if (row.mnemonic === "pop") return to?.kind === "register" && isGeneral(to.register, RSP);
  if (row.mnemonic === "xchg")
    return operands.some((operand) => operand.kind === "register" && isGeneral(operand.register, RSP));
  if (row.mnemonic !== "mov" || to?.kind !== "register" || !isGeneral(to.register, RSP)) return false;
  if (from?.kind === "memory") return !isGeneral(from.base, RBP);
  return from?.kind === "register" && !isGeneral(from.register, RBP);
}

/** Whether straight-line code ends in a return to where nobody in it called from. */
export const returnsElsewhere = (line: readonly Instruction[]): boolean =>
  line.at(-1)?.row.cost === "ret" && line.some(switchesStack);
