/**
 * Parallel moves in an order in which no source is overwritten before it is read; a cycle is broken with a fresh place.
 */

export interface Move<P> {
  readonly to: P;
  readonly from: P;
}

/** `fresh` gives a place that nobody uses, for the source of the given move. Moves to themselves disappear. */
export function sequentialise<P, M extends Move<P>>(moves: readonly M[], fresh: (move: M) => P): M[] {
  const pending = new Set(moves.filter((m) => m.to !== m.from));
  const readers = new Map<P, number>();
  for (const m of pending) readers.set(m.from, (readers.get(m.from) ?? 0) + 1);
  const byTarget = new Map([...pending].map((m) => [m.to, m]));
  const result: M[] = [];
  const ready = [...pending].filter((m) => !readers.has(m.to));
  const finish = (m: M) => {
    result.push(m);
    pending.delete(m);
    byTarget.delete(m.to);
    const left = readers.get(m.from)! - 1;
    if (left > 0) {
      readers.set(m.from, left);
      return;
    }
    readers.delete(m.from);
    const freed = byTarget.get(m.from);
    if (freed !== undefined) ready.push(freed);
  };
  for (;;) {
    for (let m = ready.pop(); m !== undefined; m = ready.pop()) finish(m);
    const [cycle] = pending;
    if (cycle === undefined) return result;
    // What is left are cycles: the source of one move is kept aside, so that it may be overwritten.
    const aside = fresh(cycle);
    result.push({ ...cycle, to: aside });
    pending.delete(cycle);
    byTarget.delete(cycle.to);
    const moved = { ...cycle, from: aside };
    pending.add(moved);
    byTarget.set(moved.to, moved);
    readers.set(aside, 1);
    readers.delete(cycle.from);
    const freed = byTarget.get(cycle.from);
    if (freed !== undefined) ready.push(freed);
  }
}
