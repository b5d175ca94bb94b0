/**
 * The shape of a function's control flow: which blocks are reachable, in which order, who precedes and who dominates
 * whom (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"), and the natural loops. A snapshot: it is made
 * when a pass begins and holds until the pass changes an edge.
 */
import type { Block, IrFunction } from "./ssa.ts";
import { successors } from "./visit.ts";

export interface Loop {
  readonly header: Block;
  readonly blocks: Set<Block>;
  /** The blocks inside that jump back to the header. */
  readonly latches: Block[];
  parent: Loop | null;
  /** 1 for an outermost loop. */
  depth: number;
}

export interface Loops {
  readonly loops: readonly Loop[];
  readonly innermost: ReadonlyMap<Block, Loop>;
}

const none: readonly Block[] = [];
const noLoops: Loops = { loops: [], innermost: new Map() };

export class Flow {
  /** Reachable blocks in reverse postorder: every block after its dominators, and before its successors but for back edges. */
  readonly order: readonly Block[];
  /** By block id: its place in the order, -1 for what is not reachable. Plain arrays: most functions are small, and there are many. */
  readonly #position: readonly number[];
  readonly #predecessors: readonly Block[][];
  #dominators: Dominators | null = null;
  #children: readonly (readonly Block[])[] | null = null;
  #loops: Loops | null = null;

  constructor(f: IrFunction) {
    const position: number[] = [];
    for (let id = 0; id < f.nextBlock; id++) position.push(-1);
    const postorder: Block[] = [];
    // Blocks on the way down, where each one's successors lead, and how many of these have been seen.
    const path: Block[] = [];
    const ways: (readonly Block[])[] = [];
    const seen: number[] = [];
    const visit = (block: Block) => {
      position[block.id] = 0;
      path.push(block);
      ways.push(successors(block));
      seen.push(0);
    };
    visit(f.blocks[0]!);
    for (let depth = 0; depth >= 0; depth = path.length - 1) {
      const to = ways[depth]!;
      const at = seen[depth]!;
      if (at === to.length) {
        postorder.push(path.pop()!);
        ways.pop();
        seen.pop();
        continue;
      }
      seen[depth] = at + 1;
      const next = to[at]!;
      if (position[next.id] === -1) visit(next);
    }
    const order = postorder.reverse();
    const predecessors: Block[][] = [];
    for (let at = 0; at < order.length; at++) {
      position[order[at]!.id] = at;
      predecessors.push([]);
    }
    // Every circle has an edge that goes back in this order.
    let circles = false;
    for (let at = 0; at < order.length; at++) {
      const block = order[at]!;
      for (const to of successors(block)) {
        const target = position[to.id]!;
        predecessors[target]!.push(block);
        if (target <= at) circles = true;
      }
    }
    if (!circles) this.#loops = noLoops;
    this.order = order;
    this.#position = position;
    this.#predecessors = predecessors;
  }

  reachable(block: Block): boolean {
    return this.#position[block.id]! >= 0;
  }

  /** Place in `order`; -1 for blocks that are not reachable. */
  position(block: Block): number {
    return this.#position[block.id]!;
  }

  /** Reachable predecessors, each once. */
  predecessors(block: Block): readonly Block[] {
    return this.#predecessors[this.#position[block.id]!]!;
  }

  /** The immediate dominator; null for the entry. */
  dominator(block: Block): Block | null {
    const at = this.#position[block.id]!;
    return at === 0 ? null : this.order[this.#dominance.up[at]!]!;
  }

  /** Whether every way to b leads through a (also when they are the same). Both reachable. */
  dominates(a: Block, b: Block): boolean {
    const { enter, leave } = this.#dominance;
    const x = this.#position[a.id]!;
    const y = enter[this.#position[b.id]!]!;
    return enter[x]! <= y && y < leave[x]!;
  }

  get #dominance(): Dominators {
    this.#dominators ??= dominatorsOf(this.order, this.#position, this.#predecessors);
    return this.#dominators;
  }

  /** The blocks whose immediate dominator is a block, in order. */
  children(block: Block): readonly Block[] {
    if (this.#children === null) {
      const { up } = this.#dominance;
      const children: Block[][] = [];
      for (let at = 0; at < this.order.length; at++) children.push([]);
      for (let at = 1; at < this.order.length; at++) children[up[at]!]!.push(this.order[at]!);
      this.#children = children;
    }
    return this.#children[this.#position[block.id]!]!;
  }

  /** Dominance frontiers: the joins at which definitions in a block meet others. */
  frontiers(): (block: Block) => readonly Block[] {
    const { up } = this.#dominance;
    const frontiers: (Block[] | undefined)[] = new Array(this.order.length);
    for (let at = 1; at < this.order.length; at++) {
      const from = this.#predecessors[at]!;
      if (from.length < 2) continue;
      const join = this.order[at]!;
      for (const block of from)
        for (let now = this.#position[block.id]!; now !== up[at]; now = up[now]!) {
          const list = frontiers[now];
          // The same join comes again only while it is the last.
          if (list === undefined) frontiers[now] = [join];
          else if (list[list.length - 1] !== join) list.push(join);
        }
    }
    return (block) => frontiers[this.#position[block.id]!] ?? none;
  }

  /** The natural loops, outer ones before inner ones, and the innermost loop of each block. */
  loops(): Loops {
    this.#loops ??= this.#findLoops();
    return this.#loops;
  }

  #findLoops(): Loops {
    const byHeader = new Map<Block, Loop>();
    for (const block of this.order)
      for (const to of successors(block)) {
        // Who dominates comes first in the order.
        if (this.position(to) > this.position(block) || !this.dominates(to, block)) continue;
        const loop = byHeader.get(to);
        if (loop === undefined)
          byHeader.set(to, { header: to, blocks: new Set([to]), latches: [block], parent: null, depth: 0 });
        else loop.latches.push(block);
      }
    // Headers in order: an outer header dominates, and so precedes, the inner ones.
    const loops = [...byHeader.values()].sort((a, b) => this.position(a.header) - this.position(b.header));
    const innermost = new Map<Block, Loop>();
    for (const loop of loops) {
      const work = [...loop.latches];
      for (let block = work.pop(); block !== undefined; block = work.pop()) {
        if (loop.blocks.has(block)) continue;
        loop.blocks.add(block);
        work.push(...this.predecessors(block));
      }
      loop.parent = innermost.get(loop.header) ?? null;
      loop.depth = (loop.parent?.depth ?? 0) + 1;
      for (const block of loop.blocks) innermost.set(block, loop);
    }
    return { loops, innermost };
  }
}

/** By place in the order: the immediate dominator's place, and the block's stretch in a preorder of the dominator tree. */
interface Dominators {
  readonly up: readonly number[];
  readonly enter: readonly number[];
  readonly leave: readonly number[];
}

function dominatorsOf(
  order: readonly Block[],
  position: readonly number[],
  predecessors: readonly (readonly Block[])[],
): Dominators {
  const up: number[] = [0];
  for (let at = 1; at < order.length; at++) up.push(-1);
  for (let changed = true; changed; ) {
    changed = false;
    for (let at = 1; at < order.length; at++) {
      let best = -1;
      for (const from of predecessors[at]!) {
        let a = position[from.id]!;
        if (up[a] === -1) continue;
        if (best === -1) best = a;
        else {
          while (a !== best) {
            if (a > best) a = up[a]!;
            else best = up[best]!;
          }
        }
      }
      if (best !== up[at]) {
        up[at] = best;
        changed = true;
      }
    }
  }
  // A block comes after its dominator in the order, so sizes add up backwards and numbers follow forwards.
  const size: number[] = [];
  const enter: number[] = [];
  const leave: number[] = [];
  const next: number[] = [];
  for (let at = 0; at < order.length; at++) size.push(1);
  for (let at = order.length - 1; at > 0; at--) size[up[at]!]! += size[at]!;
  for (let at = 0; at < order.length; at++) {
    let first = 0;
    if (at > 0) {
      const parent = up[at]!;
      first = next[parent]!;
      next[parent] = first + size[at]!;
    }
    enter.push(first);
    next.push(first + 1);
    leave.push(first + size[at]!);
  }
  return { up, enter, leave };
}
