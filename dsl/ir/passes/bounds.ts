/**
 * Bounds-check elimination: comparisons whose outcome follows from the comparisons that dominate them, from how their
 * operands are calculated, and from how loops count (ranges.ts). The branches they decide then go with `cfg`.
 */
import { bool, typeOf } from "../build.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, CompareOp, Instruction, Operand } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { Ranges } from "./ranges.ts";
import { inverse } from "./rules.ts";

export const bounds: Pass = {
  name: "bounds",
  keepsShape: true,
  run(f, program) {
    if (!f.blocks.some((block) => block.instructions.some((i) => i.op === "compare"))) return false;
    const table = definitions(f);
    const flow = program.flow(f);
    const ranges = new Ranges(flow, table);
    const replaced = new Replacements();

    const decide = (condition: Operand, truth: boolean) => {
      const d = condition.kind === "value" ? table[condition.id] : undefined;
      if (d === undefined || !("op" in d)) return;
      if (d.op === "unary" && d.how === "not") decide(d.x, !truth);
      if (d.op === "binary" && d.how === (truth ? "and" : "or")) {
        decide(d.x, truth);
        decide(d.y, truth);
      }
      if (d.op !== "compare") return;
      const how = truth ? d.how : inverse[d.how];
      if (how !== null) ranges.learn(how, d.x, d.y);
    };

    const visit = (block: Block) => {
      const from = flow.predecessors(block);
      if (from.length === 1) {
        const t = from[0]!.terminator;
        if (t.op === "branch" && t.taken !== t.otherwise) decide(t.condition, t.taken === block);
        if (t.op === "switch" && t.otherwise !== block) {
          const here = t.cases.filter((c) => c.to === block);
          if (here.length === 1)
            ranges.learn("eq", t.value, { kind: "constant", type: typeOf(t.value), bits: here[0]!.bits });
        }
      }
      for (const i of block.instructions) {
        if (i.op !== "compare" || typeOf(i.x) === "i1") continue;
        const outcome = outcomeOf(i, ranges);
        if (outcome !== null) replaced.set(i.result, bool(outcome));
      }
    };

    const stack: { block: Block; next: number; mark: number }[] = [];
    const enter = (block: Block) => {
      stack.push({ block, next: 0, mark: ranges.mark() });
      visit(block);
    };
    enter(f.blocks[0]!);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = flow.children(top.block)[top.next++];
      if (next !== undefined) enter(next);
      else {
        ranges.back(top.mark);
        stack.pop();
      }
    }
    if (replaced.size === 0) return false;
    for (const block of f.blocks)
      block.instructions = block.instructions.filter(
        (i) => i.op !== "compare" || replaced.resolve(i.result) === i.result,
      );
    replaced.apply(f);
    return true;
  },
};

/** How a comparison comes out, where that is certain. */
function outcomeOf(i: Extract<Instruction, { op: "compare" }>, ranges: Ranges): boolean | null {
  const { x, y } = i;
  const unsigned = (how: CompareOp): boolean | null => {
    switch (how) {
      case "ult":
        return ranges.less(x, y, true) ? true : ranges.less(y, x, false) ? false : null;
      case "ule":
        return ranges.less(x, y, false) ? true : ranges.less(y, x, true) ? false : null;
      case "ugt":
        return ranges.less(y, x, true) ? true : ranges.less(x, y, false) ? false : null;
      case "uge":
        return ranges.less(y, x, false) ? true : ranges.less(x, y, true) ? false : null;
      default:
        return null;
    }
  };
  switch (i.how) {
    case "eq":
    case "ne":
      return ranges.less(x, y, true) || ranges.less(y, x, true) ? i.how === "ne" : null;
    case "slt":
    case "sle":
    case "sgt":
    case "sge": {
      const sign = 1n << BigInt(widths[typeOf(x)] - 1);
      if (ranges.of(x).high >= sign || ranges.of(y).high >= sign) return null;
      return unsigned(`u${i.how.slice(1)}` as CompareOp);
    }
    default:
      return unsigned(i.how);
  }
}
