/**
 * From a graph of blocks to nested loops and blocks, as WebAssembly has them: each node is written inside the node that
 * dominates it; the head of a loop becomes a `loop`, a node that is reached from several sides the end of a `block`
 * (N. Ramsey, "Beyond Relooper", ICFP 2022).
 *
 * A graph with several entries, or with jumps into the middle of loops, gets one more node, the *dispatcher*: the head of a
 * loop around everything, from which a number leads to the entries. An edge that would make the graph irreducible goes by way of it;
 * its target becomes one more entry.
 */

export interface Flow {
  /** The first node: the dispatcher, or the only entry. */
  readonly root: number;
  /** What the dispatcher leads to; empty when there is none. */
  readonly dispatched: readonly number[];
  /** Nodes in reverse postorder, from the root on. */
  readonly order: readonly number[];
  /** Successors by node; in place of edges that go by way of the dispatcher there is one to it. */
  readonly successors: readonly (readonly number[])[];
  /** The children of each node in the dominator tree. */
  readonly children: readonly (readonly number[])[];
  readonly isLoop: readonly boolean[];
  /** Reached by more than one edge that goes forward, or from the dispatcher. */
  readonly isMerge: readonly boolean[];
  /** Position of each node in `order`. */
  readonly position: readonly number[];
}

/**
 * `successors`: by node; `entries`: nodes; `dispatches`: nodes that may go to any entry. Nodes that no entry reaches are left out of the
 * order. The dispatcher's number is that behind the last node's.
 */
export function structure(
  successors: readonly (readonly number[])[],
  entries: readonly number[],
  dispatches: ReadonlySet<number>,
): Flow {
  const dispatcher = successors.length;
  const dispatched = new Set(entries);
  const detours = new Set<string>();
  for (;;) {
    const needed = dispatched.size > 1 || detours.size > 0;
    const root = needed ? dispatcher : entries[0]!;
    const kept = successors.map((list, node) => {
      const direct = list.filter((next) => !detours.has(`${node} ${next}`));
      const detour = direct.length < list.length || (needed && dispatches.has(node));
      return detour ? [...direct, dispatcher] : direct;
    });
    kept.push(needed ? [...dispatched] : []);
    const order = reversePostorder(kept, root);
    const position = new Array<number>(kept.length).fill(-1);
    for (const [i, node] of order.entries()) position[node] = i;
    const dominator = dominators(kept, order, position);
    const dominates = (x: number, y: number): boolean => {
      let at = y;
      while (position[at]! > position[x]!) at = dominator[at]!;
      return at === x;
    };
    const isLoop = new Array<boolean>(kept.length).fill(false);
    const forward = new Array<number>(kept.length).fill(0);
    const before = detours.size;
    for (const node of order)
      for (const next of kept[node]!) {
        if (position[next]! > position[node]!) forward[next]! += node === dispatcher ? 2 : 1;
        else if (dominates(next, node)) isLoop[next] = true;
        else {
          detours.add(`${node} ${next}`);
          dispatched.add(next);
        }
      }
    if (detours.size > before) continue;
    const children: number[][] = kept.map(() => []);
    for (const node of order.slice(1)) children[dominator[node]!]!.push(node);
    return {
      root,
      dispatched: needed ? [...dispatched] : [],
      order,
      successors: kept,
      children,
      isLoop,
      isMerge: forward.map((count) => count > 1),
      position,
    };
  }
}

/** Nodes that are reached from the root; as far as there are no loops, each before those it leads to. */
export function reversePostorder(successors: readonly (readonly number[])[], root: number): number[] {
  const seen = new Set([root]);
  const order: number[] = [];
  const stack: { node: number; next: number }[] = [{ node: root, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const next = successors[top.node]![top.next++];
    if (next === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      stack.push({ node: next, next: 0 });
    }
  }
  return order.reverse();
}

/** Immediate dominators (Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm"). */
function dominators(
  successors: readonly (readonly number[])[],
  order: readonly number[],
  position: readonly number[],
): number[] {
  const before: number[][] = successors.map(() => []);
  for (const node of order) for (const next of successors[node]!) before[next]!.push(node);
  const found = new Array<number>(successors.length).fill(-1);
  found[order[0]!] = order[0]!;
  const common = (x: number, y: number): number => {
    let [a, b] = [x, y];
    while (a !== b) {
      while (position[a]! > position[b]!) a = found[a]!;
      while (position[b]! > position[a]!) b = found[b]!;
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of order.slice(1)) {
      let best = -1;
      for (const one of before[node]!) if (found[one] !== -1) best = best < 0 ? one : common(one, best);
      if (best !== found[node]) {
        found[node] = best;
        changed = true;
      }
    }
  }
  return found;
}
