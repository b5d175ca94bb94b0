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
  readonly #position: Int32Array;
  readonly #predecessors: Block[][];
  readonly #dominator: Int32Array;
  /** Preorder number and last number of the subtree in the dominator tree, by position. */
  readonly #enter: Int32Array;
  readonly #leave: Int32Array;
  #loops: Loops | null = null;

  constructor(f: IrFunction) {
    const position = new Int32Array(f.nextBlock).fill(-1);
    const postorder: Block[] = [];
    const outgoing: (readonly Block[])[] = new Array(f.nextBlock);
    // Blocks on the way down, and how many successors of each have been seen.
    const path: Block[] = [];
    const seen: number[] = [];
    const visit = (block: Block) => {
      position[block.id] = 0;
      outgoing[block.id] = successors(block);
      path.push(block);
      seen.push(0);
    };
    visit(f.blocks[0]!);
    for (let depth = 0; depth >= 0; depth = path.length - 1) {
      const block = path[depth]!;
      const next = outgoing[block.id]![seen[depth]!++];
      if (next === undefined) {
        postorder.push(block);
        path.pop();
        seen.pop();
      } else if (position[next.id] === -1) visit(next);
    }
    const order = postorder.reverse();
    for (let at = 0; at < order.length; at++) position[order[at]!.id] = at;
    const predecessors: Block[][] = order.map(() => []);
    // Every circle has an edge that goes back in this order.
    let circles = false;
    for (let at = 0; at < order.length; at++)
      for (const to of outgoing[order[at]!.id]!) {
        predecessors[position[to.id]!]!.push(order[at]!);
        if (position[to.id]! <= at) circles = true;
      }
    if (!circles) this.#loops = noLoops;
    this.order = order;
    this.#position = position;
    this.#predecessors = predecessors;

    // One buffer for all tables: most functions are small, and there are many.
    const count = order.length;
    const tables = new Int32Array(5 * count);
    const table = (k: number) => tables.subarray(k * count, (k + 1) * count);
    const dominator = table(0).fill(-1);
    dominator[0] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (let at = 1; at < order.length; at++) {
        let best = -1;
        for (const from of predecessors[at]!) {
          let a = position[from.id]!;
          if (dominator[a] === -1) continue;
          if (best === -1) best = a;
          else {
            while (a !== best) {
              if (a > best) a = dominator[a]!;
              else best = dominator[best]!;
            }
          }
        }
        if (best !== dominator[at]) {
          dominator[at] = best;
          changed = true;
        }
      }
    }
    this.#dominator = dominator;

    // A block comes after its dominator in the order, so sizes add up backwards and numbers follow forwards.
    const size = table(1).fill(1);
    for (let at = order.length - 1; at > 0; at--) size[dominator[at]!]! += size[at]!;
    const enter = table(2);
    const leave = table(3);
    const next = table(4);
    for (let at = 0; at < order.length; at++) {
      if (at > 0) {
        const up = dominator[at]!;
        enter[at] = next[up]!;
        next[up]! += size[at]!;
      }
      next[at] = enter[at]! + 1;
      leave[at] = enter[at]! + size[at]!;
    }
    this.#enter = enter;
    this.#leave = leave;
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
    return at === 0 ? null : this.order[this.#dominator[at]!]!;
  }

  /** Whether every way to b leads through a (also when they are the same). Both reachable. */
  dominates(a: Block, b: Block): boolean {
    const x = this.#position[a.id]!;
    const y = this.#enter[this.#position[b.id]!]!;
    return this.#enter[x]! <= y && y < this.#leave[x]!;
  }

  /** The blocks whose immediate dominator is each block, in order. */
  dominatorTree(): Map<Block, Block[]> {
    const children = new Map<Block, Block[]>(this.order.map((block) => [block, []]));
    for (let at = 1; at < this.order.length; at++)
      children.get(this.order[this.#dominator[at]!]!)!.push(this.order[at]!);
    return children;
  }

  /** Dominance frontiers: the joins at which definitions in a block meet others. */
  frontiers(): (block: Block) => readonly Block[] {
    const frontiers: (Block[] | undefined)[] = new Array(this.order.length);
    for (let at = 1; at < this.order.length; at++) {
      const from = this.#predecessors[at]!;
      if (from.length < 2) continue;
      const join = this.order[at]!;
      for (const block of from)
        for (let up = this.#position[block.id]!; up !== this.#dominator[at]; up = this.#dominator[up]!) {
          const list = frontiers[up];
          // The same join comes again only while it is the last.
          if (list === undefined) frontiers[up] = [join];
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
        if (!this.dominates(to, block)) continue;
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
