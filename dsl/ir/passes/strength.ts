/**
 * Strength reduction of induction variables: where a loop multiplies its counter by a constant that an addressing mode
 * cannot, a second counter that goes by the product takes the multiplication's place.
 */
import { constant, freshValue } from "../build.ts";
import { Flow } from "../flow.ts";
import { definitions, type Pass, Replacements } from "../pass.ts";
import type { Block, Instruction, Operand, Phi } from "../ssa.ts";
import { widths } from "../ssa.ts";
import { preheaders } from "./licm.ts";

export const strength: Pass = {
  name: "strength",
  run(f, program) {
    if (!f.blocks.some((b) => b.instructions.some((i) => scaleOf(i) !== null))) return false;
    const before = program.flow(f);
    let changed = preheaders(f, before);
    const flow = changed ? new Flow(f) : before;
    const table = definitions(f);
    const replaced = new Replacements();
    for (const { header, blocks } of flow.loops().loops) {
      const front = flow.predecessors(header).find((b) => !blocks.has(b))!;
      for (const phi of [...header.phis]) {
        const counter = countingBy(phi, blocks, table);
        if (counter === null) continue;
        /** One new counter for each factor. */
        const made = new Map<bigint, Phi>();
        // Behind all that is looked at now: the multiplication may be in the very block that goes round.
        const added: [Block, Instruction][] = [];
        for (const block of blocks)
          block.instructions = block.instructions.filter((i) => {
            const scale = scaleOf(i);
            if (scale === null || i.op !== "binary" || i.x !== phi.result) return true;
            let scaled = made.get(scale);
            if (scaled === undefined) {
              scaled = { result: freshValue(f, phi.result.type, phi.result.hint), inputs: new Map() };
              made.set(scale, scaled);
              for (const [from, o] of phi.inputs) {
                const at = blocks.has(from) ? from : front;
                const result = freshValue(f, phi.result.type);
                const { origin } = i;
                added.push([
                  at,
                  at === front
                    ? { op: "binary", how: "mul", result, x: o, y: constant(result.type, scale), origin }
                    : {
                        op: "binary",
                        how: "add",
                        result,
                        x: scaled.result,
                        y: constant(result.type, scale * counter),
                        origin,
                      },
                ]);
                scaled.inputs.set(from, result);
              }
              header.phis.push(scaled);
            }
            replaced.set(i.result, scaled.result);
            changed = true;
            return false;
          });
        for (const [block, i] of added) block.instructions.push(i);
      }
    }
    replaced.apply(f);
    return changed;
  },
};

/** The constant factor of a multiplication that an addressing mode (1, 2, 4, 8) does not do; null for all else. */
function scaleOf(i: Instruction): bigint | null {
  if (i.op !== "binary" || i.y.kind !== "constant") return null;
  if (i.how === "mul") return i.y.bits;
  return i.how === "shl" && i.y.bits > 3n && i.y.bits < widths[i.result.type] ? 1n << i.y.bits : null;
}

/** By how much a phi goes on in each round, when that is one constant on all ways round. */
function countingBy(
  phi: Phi,
  blocks: ReadonlySet<Block>,
  table: readonly (Instruction | Phi | undefined)[],
): bigint | null {
  let step: bigint | null = null;
  for (const [from, o] of phi.inputs) {
    if (!blocks.has(from)) continue;
    const by = addend(o, phi, table);
    if (by === null || (step !== null && by !== step)) return null;
    step = by;
  }
  return step;
}

function addend(o: Operand, phi: Phi, table: readonly (Instruction | Phi | undefined)[]): bigint | null {
  const d = o.kind === "value" ? table[o.id] : undefined;
  if (d === undefined || !("op" in d) || d.op !== "binary" || d.how !== "add" || d.x !== phi.result) return null;
  return d.y.kind === "constant" ? d.y.bits : null;
}
