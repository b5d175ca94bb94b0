/**
 * What is known at one point of a function: which places hold something narrower than their type says (a pointer that is
 * not null, a result that is no error, a member of a union), which variables have no value yet, and whether control comes
 * here at all. Conditions split a flow, ends of branches join flows again.
 *
 * A place is known by its path: "3" is local number 3, "@name" a global, ".f" a field, "*" what a pointer points at, "!"
 * the value of a result. What is known about memory (a path with "*", a global, a local whose address was taken) is
 * forgotten at calls and at stores that may be to the same field; what is known about plain locals stays.
 */
import type { Local, Place } from "./tree.ts";
import type { Type } from "./types.ts";

export class Flow {
  /** Narrower types by path. */
  narrowed = new Map<string, Type>();
  /** Paths about which something was known until a call or store: for hints. */
  forgotten = new Set<string>();
  unassigned = new Set<Local>();
  reachable = true;

  clone(): Flow {
    const flow = new Flow();
    if (this.narrowed.size > 0) flow.narrowed = new Map(this.narrowed);
    if (this.forgotten.size > 0) flow.forgotten = new Set(this.forgotten);
    if (this.unassigned.size > 0) flow.unassigned = new Set(this.unassigned);
    flow.reachable = this.reachable;
    return flow;
  }

  /** Forgets every path for which `test` holds. */
  forget(test: (path: string) => boolean): void {
    for (const path of this.narrowed.keys()) {
      if (!test(path)) continue;
      this.narrowed.delete(path);
      this.forgotten.add(path);
    }
  }

  know(path: string, type: Type): void {
    this.narrowed.set(path, type);
    this.forgotten.delete(path);
  }
}

/** What holds where two ways meet. */
export function join(a: Flow, b: Flow): Flow {
  if (!a.reachable) return b.clone();
  if (!b.reachable) return a.clone();
  const flow = new Flow();
  for (const [path, type] of a.narrowed) if (b.narrowed.get(path) === type) flow.narrowed.set(path, type);
  for (const path of [...a.forgotten, ...b.forgotten]) if (!flow.narrowed.has(path)) flow.forgotten.add(path);
  for (const local of a.unassigned) flow.unassigned.add(local);
  for (const local of b.unassigned) flow.unassigned.add(local);
  return flow;
}

export function joinAll(flows: readonly Flow[]): Flow {
  const dead = new Flow();
  dead.reachable = false;
  return flows.reduce(join, dead);
}

/** The path of a place, or null for one that nothing is remembered about (elements, volatile fields). */
export function pathOf(place: Place, numberOf: (local: Local) => number): string | null {
  if (place.type.kind === "volatile") return null;
  switch (place.kind) {
    case "localPlace":
      return String(numberOf(place.local));
    case "globalPlace":
      return `@${place.global.module}:${place.global.name}`;
    case "deref": {
      if (place.pointer.kind !== "read") return null;
      const path = pathOf(place.pointer.place, numberOf);
      return path === null ? null : `${path}*`;
    }
    case "field": {
      const path = pathOf(place.of, numberOf);
      return path === null ? null : `${path}.${place.field}`;
    }
    case "variant":
      return pathOf(place.of, numberOf);
    case "okPlace": {
      const path = pathOf(place.of, numberOf);
      return path === null ? null : `${path}!`;
    }
    default:
      return null;
  }
}

/** Whether `path` is `root` or lies in or behind it. */
export function within(path: string, root: string): boolean {
  return path.startsWith(root) && (path.length === root.length || "*.!".includes(path[root.length]));
}
