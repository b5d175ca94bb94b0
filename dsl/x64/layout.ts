/**
 * The shape of a function as machine code will have it: which block follows which, and edges that have room for moves.
 * The order is the IR's own (passes arrange it), with blocks that hardly run at the end, and each loop's test turned to
 * the loop's bottom, so that a round takes one jump.
 */
import { Flow, type Loop } from "../ir/flow.ts";
import type { Block, IrFunction } from "../ir/ssa.ts";
import { successors } from "../ir/visit.ts";

/** Whether control in the block ends in a failed check. */
const isCold = (block: Block): boolean => block.terminator.op === "trap" || block.terminator.op === "unreachable";

export interface BlockOrder {
  readonly blocks: readonly Block[];
  readonly flow: Flow;
  readonly depth: ReadonlyMap<Block, number>;
  readonly cold: ReadonlySet<Block>;
}

export function orderBlocks(f: IrFunction): BlockOrder {
  const flow = new Flow(f);
  const { innermost } = flow.loops();
  const cold = new Set<Block>();
  for (const block of flow.order) if (isCold(block) && block !== f.blocks[0]) cold.add(block);
  // What leads only to cold blocks is cold too; so is what only an unlikely branch reaches.
  for (const block of flow.order.toReversed()) {
    const to = successors(block);
    if (block !== f.blocks[0] && to.length > 0 && to.every((b) => cold.has(b))) cold.add(block);
  }
  for (const block of flow.order) {
    const from = flow.predecessors(block);
    if (block === f.blocks[0] || from.length === 0) continue;
    if (from.every((p) => cold.has(p) || isUnlikely(p, block))) cold.add(block);
  }
  const hot = f.blocks.filter((b) => flow.reachable(b) && !cold.has(b));
  const blocks = [...rotate(hot, innermost), ...f.blocks.filter((b) => cold.has(b))];
  const depth = new Map(flow.order.map((b) => [b, innermost.get(b)?.depth ?? 0]));
  return { blocks, flow, depth, cold };
}

function isUnlikely(from: Block, to: Block): boolean {
  const t = from.terminator;
  if (t.op !== "branch" || t.likely === null || t.taken === t.otherwise) return false;
  return (t.likely === "taken" ? t.otherwise : t.taken) === to;
}

/** Moves a header that tests and leaves behind the block that jumps back to it. */
function rotate(order: Block[], innermost: ReadonlyMap<Block, Loop>): Block[] {
  const result = order.slice();
  for (const header of order) {
    const loop = innermost.get(header);
    if (loop?.header !== header || loop.latches.length !== 1) continue;
    const latch = loop.latches[0]!;
    const t = header.terminator;
    if (latch === header || latch.terminator.op !== "jump" || t.op !== "branch") continue;
    if (loop.blocks.has(t.taken) === loop.blocks.has(t.otherwise)) continue;
    const at = result.indexOf(header);
    const last = result.indexOf(latch);
    if (at <= 0 || last <= at) continue;
    result.splice(at, 1);
    result.splice(result.indexOf(latch) + 1, 0, header);
  }
  return result;
}
