/**
 * The program: functions, globals and classes that can be reached from the roots, in the order in which they were made,
 * which is that of the sources.
 */
import type { Checker } from "./checker.ts";
import type { Root, TypedFunction, TypedGlobal, TypedProgram } from "./tree.ts";
import type { ClassType } from "./types.ts";

export function reachable(checker: Checker): TypedProgram {
  const functions = new Set<TypedFunction>();
  const globals = new Set<TypedGlobal>();
  const classes = new Set<ClassType>();
  const queue: TypedFunction[] = [];
  const roots: Root[] = [...checker.roots];
  for (const fn of checker.functions)
    if (fn.body && fn.contracts.symbol !== null)
      roots.push({ kind: "export", function: fn, vector: null, site: fn.site });
  const reach = (fn: TypedFunction) => {
    if (functions.has(fn)) return;
    functions.add(fn);
    queue.push(fn);
  };
  const seen = new Set<unknown>();
  /** Everything in the tree that is a function, a global or a class, however deep. */
  const visit = (item: unknown): void => {
    if (item === null || typeof item !== "object" || item instanceof Uint8Array) return;
    if (item instanceof Map) {
      for (const inner of item.values()) visit(inner);
      return;
    }
    if (Array.isArray(item)) {
      for (const inner of item) visit(inner);
      return;
    }
    if (seen.has(item)) return;
    seen.add(item);
    if (checker.instances.has(item as TypedFunction) || (item as TypedFunction).contracts !== undefined) {
      reach(item as TypedFunction);
      return;
    }
    if (isGlobal(item)) {
      globals.add(item);
      visit(item.type);
      visit(item.initial);
      return;
    }
    if ((item as ClassType).kind === "class") classes.add(item as ClassType);
    for (const [key, inner] of Object.entries(item)) if (key !== "site") visit(inner);
  };
  for (const { function: fn } of roots) reach(fn);
  for (const { global } of checker.claims) visit(global);
  for (let fn = queue.shift(); fn; fn = queue.shift()) {
    visit(fn.parameters);
    visit(fn.result);
    visit(fn.body);
  }
  const order = <T>(all: Iterable<T>, some: ReadonlySet<T>) => [...all].filter((item) => some.has(item));
  return {
    functions: order(checker.functions, functions),
    globals: order(checker.globals, globals),
    classes: order(checker.classes.keys(), classes),
    roots,
    claims: checker.claims,
    symbols: checker.symbols,
  };
}

function isGlobal(item: object): item is TypedGlobal {
  return "late" in item && "initial" in item;
}
