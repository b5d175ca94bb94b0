/**
 * Checks again after small changes, in the checker that knows the program as it was: what each declaration and each body was
 * made of is known (reads.ts), so that only those are made again which have another text (renew.ts) or have looked at what
 * is otherwise now (remake.ts); and bodies that stand on other lines than before. What such steps cannot get exactly as a check of
 * everything would is checked from the start by check.ts: so is whatever compile-time evaluation has already run.
 */
import type { Program } from "oxc-parser";
import type { Site } from "../out/site.ts";
import { loadModules, type Module } from "../syntax/modules.ts";
import type { Checked, CheckOptions } from "./check.ts";
import { type Checker, isTypeName } from "./checker.ts";
import { type Declaration, type FunctionDeclaration, typeParameters } from "./declarations.ts";
import { checkBody, instantiate, noContracts } from "./instances.ts";
import { complete } from "./layout.ts";
import { linesOf, mentions, outline } from "./pieces.ts";
import { reachable } from "./reach.ts";
import { isPlain, Remaking } from "./remake.ts";
import { isMereValue, type Renewed, renew } from "./renew.ts";
import { checkDeclaration } from "./top-level.ts";
import type { TypedFunction } from "./tree.ts";

/** A finished check, as long as the checker's knowledge is good: what a later check may build on. */
export interface Session {
  readonly checker: Checker;
  readonly modules: readonly Module[];
  readonly prelude: readonly Module[];
  readonly entries: readonly string[];
  readonly unsafe: readonly string[];
  readonly checked: Checked;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Change extends Renewed {
  readonly module: Module;
}

/** The program as it is now, or null when it is to be checked from the start: then the session is of no use any more. */
export function recheck(session: Session, options: CheckOptions): Checked | null {
  const { checker, modules, checked } = session;
  const { cache } = options;
  if (checked.program === null || cache === undefined) return null;
  if (options.entries.join() !== session.entries.join() || options.unsafe.join() !== session.unsafe.join()) return null;
  const texts: { module: Module; now: Module }[] = [];
  let outside = false;
  for (const module of modules) {
    const text = options.read(module.file);
    if (text === null) return null;
    if (text === module.source.text) continue;
    const now = cache.parse(module.file, text);
    if (now.diagnostics.length > 0) return null;
    texts.push({ module, now });
    if (outline(module) !== outline(now)) outside = true;
  }
  if (texts.length === 0) return checked;
  if (outside) {
    const { modules: loaded } = loadModules(options.entries, options.read, cache);
    if (loaded.length !== modules.length || loaded.some(({ file }, k) => file !== modules[k]!.file)) return null;
  }
  const known = numbersOf(checker);
  const changes: Change[] = [];
  for (const { module, now } of texts) {
    const lines = linesOf(module, now);
    if (lines === "unclear" || (lines !== null && hasClosures(module.program))) return null;
    const change = renew(checker, module, now, lines);
    if (change === null) return null;
    changes.push({ ...change, module });
    if (lines !== null) moveSites(checker, module.file, lines);
  }
  const stale = staleBodies(checker, changes);
  if (stale === null) return null;
  if (outside) {
    const others = changeDeclarations(session, changes);
    if (others === null) return null;
    for (const fn of others) {
      if (checker.evaluated.has(fn)) return null;
      stale.add(fn);
    }
  }
  forgetClosures(checker, stale);
  for (const fn of stale) checkAgain(checker, fn);
  checker.finishAll();
  if (outside)
    for (const type of checker.classes.keys()) {
      const { declaration } = checker.classes.get(type)!;
      checker.attempt(declaration.module, declaration.node, () => complete(checker, type, declaration.node));
    }
  // Texts of symbols get their numbers, and what is called alike its names, in the order in which they are met.
  if (numbersOf(checker) !== known) return null;
  // Mistakes are told as a check of everything finds them.
  if (checker.diagnostics.length > 0) return null;
  const sources = new Map([...modules, ...session.prelude].map(({ file, source }) => [file, source]));
  return { ...checked, program: reachable(checker), sources, same: new Set() };
}

/** What only grows, in the order of what is checked. */
const numbersOf = ({ symbols, renamed, roots, claims }: Checker): string =>
  [symbols, renamed, roots, claims].map(({ length }) => length).join();

/** Functions whose bodies have another text or place; null when compile-time evaluation has run one that has changed. */
function staleBodies(checker: Checker, changes: readonly Change[]): Set<TypedFunction> | null {
  const stale = new Set<TypedFunction>();
  for (const { changed, moved } of changes)
    for (const declaration of moved)
      for (const fn of declaration.instances.values()) {
        if (changed.has(declaration) && checker.evaluated.has(fn)) return null;
        if (fn.body !== null) stale.add(fn);
      }
  return stale;
}

/** Takes over what changed outside of bodies. Gives functions whose bodies saw something of it; null when it is too much. */
function changeDeclarations(session: Session, changes: readonly Change[]): Set<TypedFunction> | null {
  const { checker, entries } = session;
  const remaking = new Remaking(checker);
  const stale = new Set<TypedFunction>();
  for (const { module, added, removed, others } of changes) {
    for (const own of [...added, ...removed, ...others])
      if (own.kind === "function" && own.owner === null && entries.includes(module.file)) return null;
    for (const own of added) {
      if (own.kind === "namespace" || isTypeName(own.name)) return null;
      if (own.kind === "function" && own.owner !== null) continue;
      if (checker.preludeName(own.name) !== null) return null;
      for (const fn of whoMentions(checker, own)) stale.add(fn);
    }
    for (const own of removed) {
      if (!takeAway(checker, remaking, own)) return null;
      remaking.changed(own);
    }
    for (const own of others) {
      if (!own.exported && hasImporters(checker, own)) return null;
      remaking.changed(own);
    }
  }
  const followed = remaking.run(changes.flatMap(({ others }) => others));
  if (followed === null || !changes.every(({ added }) => checkAdded(checker, remaking, added))) return null;
  // Nothing is made of an alias that nobody names, but it may be wrong.
  for (const { file } of session.modules)
    for (const own of checker.names.get(file)!.values())
      if (own.kind === "alias") checker.attempt(own.module, own.node, () => checkDeclaration(checker, own));
  return new Set([...stale, ...followed]);
}

/** Functions of a module with a word in them that was no name before. */
function whoMentions(checker: Checker, { module, name }: Declaration): TypedFunction[] {
  const { text } = module.source;
  return [...checker.instances].flatMap(([fn, { declaration }]) => {
    const { body } = declaration.node;
    return declaration.module === module && body && mentions(text.slice(body.start, body.end), name) ? [fn] : [];
  });
}

/** Takes what is gone out of the checker; whether nothing is in the way. Who has seen it is found by its reads. */
function takeAway(checker: Checker, remaking: Remaking, own: Declaration): boolean {
  if (hasImporters(checker, own)) return false;
  switch (own.kind) {
    case "function":
      return !own.external && forgetFunctions(checker, own);
    case "class":
      for (const method of own.methods.values()) if (!forgetFunctions(checker, method)) return false;
      for (const type of remaking.typesOf(own)) {
        checker.reads.forget(checker.classes.get(type)!);
        checker.classes.delete(type);
        checker.types.forget(type);
      }
      return true;
    case "global": {
      if (own.external || (own.global !== null && !isPlain(own.global))) return false;
      const at = own.global === null ? -1 : checker.globals.indexOf(own.global);
      if (at >= 0) checker.globals.splice(at, 1);
      return true;
    }
    case "enum":
      if (own.resolved !== null) checker.types.forget(own.resolved.type);
      return true;
    case "alias":
    case "interface":
    case "import":
      return true;
    default:
      return false;
  }
}

function forgetFunctions(checker: Checker, own: FunctionDeclaration): boolean {
  const gone = new Set(own.instances.values());
  for (const fn of gone) {
    if (checker.evaluated.has(fn) || checker.syscalls.has(fn)) return false;
    checker.reads.forget(fn);
    checker.reads.forget(checker.instances.get(fn)!);
    checker.instances.delete(fn);
    checker.functions.splice(checker.functions.indexOf(fn), 1);
  }
  forgetClosures(checker, gone);
  return true;
}

/** Whether somebody imports it. */
function hasImporters(checker: Checker, { module, name }: Declaration): boolean {
  for (const names of checker.names.values())
    for (const other of names.values())
      if (other.kind === "import" && other.from === module.file && other.imported === name) return true;
  return false;
}

/** Checks new declarations; whether they are of those that change nothing for others. */
function checkAdded(checker: Checker, remaking: Remaking, added: readonly Declaration[]): boolean {
  const { globals } = checker;
  for (const own of added) {
    const { module } = own;
    if ("node" in own && typeParameters(own.node as Parameters<typeof typeParameters>[0]).length > 0) return false;
    if ((own.kind === "function" || own.kind === "global") && own.external) return false;
    if (own.kind === "global" && !isMereValue(module, own)) return false;
    const made = globals.length;
    if (own.kind === "function" && own.owner !== null) {
      if (typeParameters(own.owner.node).length > 0) return false;
      for (const type of remaking.typesOf(own.owner))
        checker.attempt(module, own.node, () => instantiate(checker, own, new Map(), type));
    } else
      checker.attempt(module, own.kind === "namespace" ? module.program : own.node, () =>
        checkDeclaration(checker, own),
      );
    checker.finishAll();
    if (!globals.slice(made).every(isPlain)) return false;
  }
  return true;
}

/** The closures in bodies that are made again, or that are gone. */
function forgetClosures(checker: Checker, stale: ReadonlySet<TypedFunction>): void {
  const names = new Set([...stale].map(({ name }) => name));
  const within = (name: string): boolean => {
    for (let outer = name; ; ) {
      if (names.has(outer)) return true;
      const next = outer.replace(/\$\d+$/, "");
      if (next === outer) return false;
      outer = next;
    }
  };
  for (const name of [...checker.closureCounts.keys()]) if (within(name)) checker.closureCounts.delete(name);
  const { functions, instances } = checker;
  let kept = 0;
  for (const fn of functions)
    if (instances.has(fn) || !fn.name.includes("$") || !within(fn.name)) functions[kept++] = fn;
  functions.length = kept;
}

function checkAgain(checker: Checker, fn: TypedFunction): void {
  fn.contracts = noContracts;
  fn.inferred = null;
  for (const parameter of fn.parameters) {
    parameter.addressed = false;
    parameter.captured = false;
  }
  checker.reads.forget(fn);
  checkBody(checker, fn);
}

/** Whether variables of a module are made of functions, whose insides are not looked at here. */
function hasClosures(program: Program): boolean {
  return program.body.some((statement) => {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    return node?.type === "VariableDeclaration" && mentionsArrow(node);
  });
}

function mentionsArrow(item: unknown): boolean {
  if (item === null || typeof item !== "object") return false;
  if ((item as { type?: unknown }).type === "ArrowFunctionExpression") return true;
  return Object.values(item).some(mentionsArrow);
}

/** What the checker knows of a module's declarations stands on other lines now. */
function moveSites(checker: Checker, file: string, lines: (line: number) => number): void {
  const done = new Set<Site>();
  const move = (site: Site): void => {
    if (site.file !== file || done.has(site)) return;
    done.add(site);
    (site as Mutable<Site>).line = lines(site.line);
  };
  for (const fn of checker.functions) {
    if (checker.instances.has(fn)) move(fn.site);
    if (checker.instances.has(fn)) for (const parameter of fn.parameters) move(parameter.site);
  }
  for (const global of checker.globals) move(global.site);
  for (const type of checker.classes.keys()) {
    move(type.site);
    for (const field of type.fields) move(field.site);
  }
  for (const root of checker.roots) move(root.site);
  for (const claim of checker.claims) move(claim.site);
}
