/** Strongly connected components (Tarjan, 1972), with a stack of its own: call chains of programs are long. */

/** The components of a graph, those that are reached before those that reach them. */
export function components<T>(nodes: readonly T[], next: (node: T) => Iterable<T>): T[][] {
  const index = new Map<T, number>();
  const low = new Map<T, number>();
  const open: T[] = [];
  const isOpen = new Set<T>();
  const found: T[][] = [];
  const begin = (node: T, work: { node: T; rest: Iterator<T> }[]) => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    open.push(node);
    isOpen.add(node);
    work.push({ node, rest: next(node)[Symbol.iterator]() });
  };
  for (const root of nodes) {
    if (index.has(root)) continue;
    const work: { node: T; rest: Iterator<T> }[] = [];
    begin(root, work);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { node, rest } = top;
      const step = rest.next();
      if (!step.done) {
        if (!index.has(step.value)) begin(step.value, work);
        else if (isOpen.has(step.value)) low.set(node, Math.min(low.get(node)!, index.get(step.value)!));
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!));
      if (low.get(node) !== index.get(node)) continue;
      const part: T[] = [];
      for (let member = open.pop()!; ; member = open.pop()!) {
        isOpen.delete(member);
        part.push(member);
        if (member === node) break;
      }
      found.push(part);
    }
  }
  return found;
}
