/**
 * The program: functions, globals and classes that can be reached from the roots, in the order of the sources, whatever
 * was checked first.
 */
import type { Checker } from "./checker.ts";
import { hasBody, type Root, type TypedFunction, type TypedGlobal, type TypedProgram } from "./tree.ts";
import type { ClassType } from "./types.ts";

export function reachable(checker: Checker): TypedProgram {
  const functions = new Set<TypedFunction>();
  const globals = new Set<TypedGlobal>();
  const classes = new Set<ClassType>();
  const queue: TypedFunction[] = [];
  const roots: Root[] = [...checker.roots];
  for (const fn of checker.functions)
    if (hasBody(fn) && fn.contracts.symbol !== null)
      roots.push({ kind: "export", function: fn, vector: null, site: fn.site });
  const reach = (fn: TypedFunction) => {
    if (functions.has(fn)) return;
    functions.add(fn);
    queue.push(fn);
  };
  const seen = new Set<unknown>();
  const take = (item: object): void => {
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
    if (isClass(item)) {
      classes.add(item);
      visit(item.arguments);
      visit(item.fields);
      return;
    }
    for (const [key, inner] of Object.entries(item)) if (key !== "site") visit(inner);
  };
  const visit = (item: unknown): void => {
    for (const found of referencesIn(item)) take(found);
  };
  for (const { function: fn } of roots) reach(fn);
  for (const { global } of checker.claims) visit(global);
  for (let fn = queue.shift(); fn; fn = queue.shift()) {
    visit(fn.parameters);
    visit(fn.result);
    for (const found of fn.unchecked?.references() ?? (fn.body === null ? [] : bodyReferences(fn.body))) take(found);
  }
  const rank = new Map([...checker.modules.keys()].map((file, index) => [file, index]));
  const bySource = (x: Named, y: Named) =>
    (rank.get(x.site.file) ?? 0) - (rank.get(y.site.file) ?? 0) ||
    x.site.line - y.site.line ||
    x.site.column - y.site.column ||
    (x.name < y.name ? -1 : x.name > y.name ? 1 : 0);
  return {
    functions: [...functions].sort(bySource),
    globals: [...globals].sort(bySource),
    classes: [...classes].sort(bySource),
    roots,
    claims: checker.claims,
    symbols: checker.symbols,
    evaluated: new Set([...checker.evaluated].map((fn) => fn.site.file)),
    renamed: checker.renamed,
  };
}

type Named = Pick<TypedFunction, "site" | "name">;

const types: ReadonlySet<unknown> = new Set(
  "class pointer user slice array tagged result atomic volatile perCpu".split(" "),
);

/** What a body refers to, found once: bodies do not change, they are replaced. */
const known = new WeakMap<object, readonly object[]>();

export function bodyReferences(body: object): readonly object[] {
  let found = known.get(body);
  if (found === undefined) known.set(body, (found = [...new Set(referencesIn(body))]));
  return found;
}

/** The functions, globals and types in a part of the tree, without what is in them; what is in the rest of it. */
function referencesIn(root: unknown): object[] {
  const found: object[] = [];
  const seen = new Set<unknown>();
  const visit = (item: unknown): void => {
    if (item === null || typeof item !== "object" || item instanceof Uint8Array || seen.has(item)) return;
    if (item instanceof Map) {
      for (const inner of item.values()) visit(inner);
      return;
    }
    if (Array.isArray(item)) {
      for (const inner of item) visit(inner);
      return;
    }
    seen.add(item);
    const { kind } = item as { kind?: unknown };
    if ((item as TypedFunction).contracts !== undefined || isGlobal(item) || types.has(kind) || "captures" in item) {
      found.push(item);
      return;
    }
    for (const key in item) if (key !== "site") visit((item as Record<string, unknown>)[key]);
  };
  visit(root);
  return found;
}

const isClass = (item: object): item is ClassType => "kind" in item && item.kind === "class";

function isGlobal(item: object): item is TypedGlobal {
  return "late" in item && "initial" in item;
}
