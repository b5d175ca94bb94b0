/**
 * The order of blocks in memory: loops stay together, the likely way falls through, and what hardly ever runs (traps,
 * calls of cold functions, the unlikely sides of branches) stands behind everything else.
 */
import type { Flow, Loop } from "../flow.ts";
import type { Pass, ProgramFacts } from "../pass.ts";
import type { Block } from "../ssa.ts";
import { successors } from "../visit.ts";

export const layout: Pass = {
  name: "layout",
  run(f, program) {
    const flow = program.flow(f);
    const cold = coldBlocks(flow, program);
    const { innermost } = flow.loops();
    const placed = new Set<Block>();
    const order: Block[] = [];
    /** Blocks that wait for their place, the latest last. */
    const waiting: Block[] = [f.blocks[0]!];
    const late: Block[] = [];
    const weight = (block: Block, from: Loop | undefined): number => {
      // Inside the loop one is in, deeper loops first.
      const loop = innermost.get(block);
      return (loop?.depth ?? 0) * 2 + (loop === from ? 1 : 0);
    };
    for (;;) {
      let block = waiting.pop();
      if (block === undefined) {
        block = late.shift();
        if (block === undefined) break;
      }
      while (block !== undefined && !placed.has(block)) {
        placed.add(block);
        order.push(block);
        const loop = innermost.get(block);
        const t = block.terminator;
        const next: Block[] = [];
        for (const to of successors(block)) {
          if (placed.has(to)) continue;
          if (cold.has(to) && !cold.has(block)) late.push(to);
          else next.push(to);
        }
        // The best successor follows at once; the others wait, the next best on top.
        const likely =
          t.op === "branch" ? (t.likely === "taken" ? t.taken : t.likely === "otherwise" ? t.otherwise : null) : null;
        const rank = (to: Block) => (to === likely ? 1000 : 0) + weight(to, loop);
        next.sort((a, b) => rank(a) - rank(b) || flow.position(b) - flow.position(a));
        block = next.pop();
        // Ways out of a loop wait below what is left of the loop.
        for (const to of next) {
          const at = waiting.findIndex((w) => weight(w, undefined) > weight(to, undefined));
          if (at < 0) waiting.push(to);
          else waiting.splice(at, 0, to);
        }
        if (
          block !== undefined &&
          weight(block, undefined) < (waiting.length > 0 ? weight(waiting.at(-1)!, undefined) : 0)
        ) {
          // The loop is not finished: its other blocks come first.
          const rest = waiting.findIndex((w) => weight(w, undefined) > weight(block!, undefined));
          waiting.splice(rest, 0, block);
          block = undefined;
        }
      }
    }
    const changed = order.some((block, at) => f.blocks[at] !== block);
    f.blocks = order;
    return changed || order.length !== f.blocks.length;
  },
};

/** Blocks from which control surely comes to a trap or a cold call. */
function coldBlocks(flow: Flow, program: ProgramFacts): Set<Block> {
  const cold = new Set<Block>();
  for (let at = flow.order.length - 1; at >= 0; at--) {
    const block = flow.order[at]!;
    const t = block.terminator;
    const to = successors(block);
    const calls = block.instructions.some((i) => {
      if (i.op !== "call" || i.callee.kind !== "address") return false;
      const attributes = program.functions.get(i.callee.symbol)?.attributes;
      return attributes !== undefined && (attributes.cold || attributes.noReturn);
    });
    if (t.op === "trap" || t.op === "unreachable" || calls || (to.length > 0 && to.every((b) => cold.has(b))))
      cold.add(block);
  }
  // The unlikely side of a branch, as far as nothing else leads there.
  for (const block of flow.order) {
    const t = block.terminator;
    const from = flow.predecessors(block);
    if (from.length > 0 && from.every((b) => cold.has(b))) cold.add(block);
    if (t.op !== "branch" || t.likely === null) continue;
    const unlikely = t.likely === "taken" ? t.otherwise : t.taken;
    if (flow.predecessors(unlikely).length === 1) cold.add(unlikely);
  }
  return cold;
}
