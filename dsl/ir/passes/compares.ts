/**
 * Comparisons go to where something is decided by them: a branch that stands beside its comparison reads flags, one that
 * stands elsewhere needs the outcome kept in a register and tested again. The last thing that is done to a function,
 * since everything before wants each comparison once.
 */
import { freshValue, typeOf } from "../build.ts";
import { copyInstruction } from "../clone.ts";
import { definitions, type Pass } from "../pass.ts";
import type { Block, Instruction, Operand } from "../ssa.ts";
import { operandsOf, terminatorOperands } from "../visit.ts";

export const compares: Pass = {
  name: "compares",
  keepsShape: true,
  run(f) {
    const table = definitions(f);
    const uses = new Int32Array(f.nextValue);
    const homes: (Block | undefined)[] = new Array(f.nextValue);
    const use = (o: Operand) => {
      if (o.kind === "value") uses[o.id]!++;
    };
    for (const block of f.blocks) {
      for (const phi of block.phis) for (const o of phi.inputs.values()) use(o);
      for (const i of block.instructions) {
        for (const o of operandsOf(i)) use(o);
        if (i.op === "compare") homes[i.result.id] = block;
      }
      for (const o of terminatorOperands(block.terminator)) use(o);
    }
    let changed = false;
    /** A comparison of its own for a user in a block, or the operand as it is. */
    const own = (condition: Operand, block: Block, put: (i: Instruction) => void): Operand => {
      const d = condition.kind === "value" ? table[condition.id] : undefined;
      if (d === undefined || !("op" in d) || d.op !== "compare") return condition;
      const type = typeOf(d.x);
      if (type === "f32" || type === "f64" || (uses[d.result.id] === 1 && homes[d.result.id] === block))
        return condition;
      const copy = copyInstruction(d) as typeof d;
      copy.result = freshValue(f, "i1", d.result.hint);
      put(copy);
      uses[d.result.id]!--;
      changed = true;
      return copy.result;
    };
    for (const block of f.blocks) {
      const { terminator } = block;
      if (terminator.op === "branch")
        terminator.condition = own(terminator.condition, block, (i) => block.instructions.push(i));
      if (!block.instructions.some((i) => i.op === "select")) continue;
      block.instructions = block.instructions.flatMap((i) => {
        if (i.op !== "select") return [i];
        const before: Instruction[] = [];
        i.condition = own(i.condition, block, (compare) => before.push(compare));
        return [...before, i];
      });
    }
    return changed;
  },
};
