/**
 * Checks again after small changes: when nothing but the inside of functions changed, all that was found out about the
 * rest of the program still holds, and only those bodies are checked, with those of the module that stand on other lines
 * than before. So it is when functions, imports and plain constants or variables come or go that nobody else names, and
 * when such a constant has another value: then the bodies that name it are checked, too. Anything else is checked from the
 * start by check.ts; so is whatever compile-time evaluation has already run.
 */
import type { Program } from "oxc-parser";
import type { Site } from "../out/site.ts";
import { inOrder } from "../syntax/diagnostic.ts";
import { loadModules, type Module } from "../syntax/modules.ts";
import type { Checked, CheckOptions } from "./check.ts";
import { type Checker, isTypeName } from "./checker.ts";
import { untypedValue } from "./constants.ts";
import {
  type Declaration,
  declare,
  type FunctionDeclaration,
  type GlobalDeclaration,
  typeParameters,
} from "./declarations.ts";
import { globalOf } from "./globals.ts";
import { checkBody, noContracts } from "./instances.ts";
import { declarationsOf, linesOf, mentions, outline, piecesOf, textOf } from "./pieces.ts";
import { reachable } from "./reach.ts";
import { checkDeclaration } from "./top-level.ts";
import type { TypedFunction, TypedGlobal } from "./tree.ts";

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

/** The program as it is now, or null when it is to be checked from the start: then the session is of no use any more. */
export function recheck(session: Session, options: CheckOptions): Checked | null {
  const { checker, modules, checked } = session;
  const { cache } = options;
  if (checked.program === null || cache === undefined) return null;
  if (options.entries.join() !== session.entries.join() || options.unsafe.join() !== session.unsafe.join()) return null;
  const changes: { module: Module; now: Module; renamed: boolean }[] = [];
  for (const module of modules) {
    const text = options.read(module.file);
    if (text === null) return null;
    if (text === module.source.text) continue;
    const now = cache.parse(module.file, text);
    if (now.diagnostics.length > 0) return null;
    changes.push({ module, now, renamed: outline(module) !== outline(now) });
  }
  if (changes.length === 0) return checked;
  if (changes.some(({ renamed }) => renamed)) {
    const { modules: loaded } = loadModules(options.entries, options.read, cache);
    if (loaded.length !== modules.length || loaded.some(({ file }, k) => file !== modules[k]!.file)) return null;
  }
  const symbols = checker.symbols.length;
  const stale = new Set<TypedFunction>();
  const declarations: DeclarationChanges[] = [];
  for (const { module, now, renamed } of changes) {
    const lines = linesOf(module, now);
    if (lines === "unclear" || (lines !== null && hasClosures(module.program))) return null;
    const { changed, moved, ...others } = renew(checker, module, now, lines);
    if (renamed && !takeAway(checker, session, module, others)) return null;
    declarations.push(others);
    for (const fn of checker.functions) {
      const declaration = checker.instances.get(fn)?.declaration;
      if (declaration === undefined || !moved.has(declaration)) continue;
      if (changed.has(declaration) && checker.evaluated.has(fn)) return null;
      stale.add(fn);
    }
    if (lines !== null) moveSites(checker, module.file, lines);
  }
  for (const { revalued } of declarations)
    for (const own of revalued) {
      const users = usersOf(checker, own);
      if (users === null || !giveValue(checker, own)) return null;
      for (const fn of checker.functions)
        if (users.has(checker.instances.get(fn)?.declaration)) {
          if (checker.evaluated.has(fn)) return null;
          stale.add(fn);
        }
    }
  const added = declarations.flatMap((of) => of.added);
  if (!checkAdded(checker, session, added)) return null;
  for (const fn of stale) {
    forgetClosures(checker, fn);
    fn.contracts = noContracts;
    fn.inferred = null;
    for (const parameter of fn.parameters) {
      parameter.addressed = false;
      parameter.captured = false;
    }
    checkBody(checker, fn);
  }
  checker.finishAll();
  // Texts of symbols get their numbers in the order of the sources.
  if (checker.symbols.length !== symbols) return null;
  // Mistakes are told as a check of everything finds them.
  if (checker.diagnostics.length > 0 && changes.some(({ renamed }) => renamed)) return null;
  const all = [...modules, ...session.prelude];
  const diagnostics = inOrder(
    checker.diagnostics,
    all.map(({ file }) => file),
  );
  const sources = new Map(all.map(({ file, source }) => [file, source]));
  return { program: diagnostics.length === 0 ? reachable(checker) : null, diagnostics, sources };
}

function forgetClosures(checker: Checker, fn: TypedFunction): void {
  for (const name of checker.closureCounts.keys())
    if (name === fn.name || name.startsWith(`${fn.name}$`)) checker.closureCounts.delete(name);
}

/** What changed in a module outside of bodies: whole declarations. */
interface DeclarationChanges {
  readonly added: readonly Declaration[];
  readonly removed: readonly Declaration[];
  /** Constants and variables with another text; the declaration has its new node. */
  readonly revalued: readonly GlobalDeclaration[];
  /** Whether anything is otherwise than these say. */
  readonly unclear: boolean;
}

/** Takes what is gone out of the checker; whether nobody else knows of it, and nothing else is in the way. */
function takeAway(
  checker: Checker,
  { entries }: Session,
  module: Module,
  { added, removed, unclear }: DeclarationChanges,
): boolean {
  if (unclear) return false;
  const text = module.source.text;
  for (const { name, kind } of added)
    if (kind === "class" || kind === "namespace" || isTypeName(name) || checker.preludeName(name) !== null)
      return false;
  for (const own of removed) {
    if (own.kind === "import") {
      if (mentions(text, own.name)) return false;
      continue;
    }
    if (own.kind !== "global" && own.kind !== "function") return false;
    if (own.external || mentions(text, own.name) || importersOf(checker, own).length > 0) return false;
    if (own.kind === "global") {
      if (isCall(own)) return false;
      if (own.value === null && (own.global === null || !isPlain(own.global))) return false;
      const at = own.global === null ? -1 : checker.globals.indexOf(own.global);
      if (at >= 0) checker.globals.splice(at, 1);
      continue;
    }
    if (typeParameters(own.node).length > 0 || (own.exported && entries.includes(module.file))) return false;
    for (const fn of own.instances.values()) {
      if (checker.evaluated.has(fn) || fn.contracts.symbol !== null) return false;
      forgetClosures(checker, fn);
      checker.instances.delete(fn);
      checker.functions.splice(checker.functions.indexOf(fn), 1);
    }
  }
  return true;
}

/** Whether it may claim something, or say where the processor comes in. */
const isCall = ({ node }: GlobalDeclaration): boolean => node.init?.type === "CallExpression";

/** Whether a variable is its value and nothing else: no claim, no entry of the processor. */
const isPlain = ({ initial, external }: TypedGlobal): boolean =>
  !external && initial !== null && (initial.kind === "integer" || initial.kind === "bool");

/** Where a declaration has a name: imports of it. */
function importersOf(checker: Checker, own: Declaration): { module: Module; name: string }[] {
  if (!own.exported) return [];
  const found: { module: Module; name: string }[] = [];
  for (const names of checker.names.values())
    for (const other of names.values())
      if (other.kind === "import" && other.from === own.module.file && other.imported === own.name)
        found.push({ module: other.module, name: other.name });
  return found;
}

/** Functions that name a constant in their bodies; null when something else names it. */
function usersOf(checker: Checker, own: GlobalDeclaration): Set<Declaration | undefined> | null {
  const found = new Set<Declaration | undefined>();
  for (const { module, name } of [{ module: own.module, name: own.name }, ...importersOf(checker, own)]) {
    const { text } = module.source;
    if (!mentions(text, name)) continue;
    const look = (declaration: Declaration): boolean => {
      if (declaration === own || declaration.kind === "import" || declaration.kind === "namespace") return true;
      const { node } = declaration;
      if (declaration.kind === "class") {
        for (const method of declaration.methods.values()) if (!look(method)) return false;
        return !piecesOf(module, node).some((piece) => mentions(piece.text, name));
      }
      if (declaration.kind !== "function") return !mentions(text.slice(node.start, node.end), name);
      const { body } = declaration.node;
      if (!body) return !mentions(text.slice(node.start, node.end), name);
      if (mentions(text.slice(node.start, body.start), name)) return false;
      if (mentions(text.slice(body.start, body.end), name)) found.add(declaration);
      return true;
    };
    for (const declaration of checker.names.get(module.file)!.values()) if (!look(declaration)) return null;
  }
  return found;
}

/** A constant, or a variable with a number, gets its new value; whether it stays of its kind. */
function giveValue(checker: Checker, own: Mutable<GlobalDeclaration>): boolean {
  const { global, value } = own;
  const made = checker.globals.length;
  own.state = "unseen";
  own.global = null;
  own.value = null;
  own.evaluated = null;
  if (value !== null) return untypedValue(checker, own) !== null;
  if (global === null || !isPlain(global)) return false;
  const { roots, claims } = checker;
  const before = roots.length + claims.length;
  let now: TypedGlobal | null = null;
  checker.attempt(own.module, own.node, () => {
    now = globalOf(checker, own);
  });
  const fresh = now as TypedGlobal | null;
  if (fresh === null || !isPlain(fresh) || fresh.type !== global.type) return false;
  if (checker.globals.length !== made + 1 || roots.length + claims.length !== before) return false;
  checker.globals.pop();
  own.global = Object.assign(global, fresh);
  return true;
}

/** Checks new declarations; whether they are of those that change nothing for others. */
function checkAdded(checker: Checker, { entries }: Session, added: readonly Declaration[]): boolean {
  const { roots, claims, globals } = checker;
  const before = roots.length + claims.length;
  for (const own of added) {
    const { module } = own;
    if (own.kind === "function") {
      if (own.external || typeParameters(own.node).length > 0) return false;
      if (own.exported && entries.includes(module.file)) return false;
    }
    if (own.kind === "global") {
      if (own.external) return false;
    }
    const made = globals.length;
    checker.attempt(module, own.kind === "namespace" ? module.program : own.node, () => checkDeclaration(checker, own));
    checker.finishAll();
    if (roots.length + claims.length !== before) return false;
    if (globals.slice(made).some((global) => !isPlain(global))) return false;
  }
  return true;
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

/** A module takes its new text, its declarations their new nodes. Gives the functions whose bodies changed, and those and what moved. */
function renew(
  checker: Checker,
  module: Module,
  now: Module,
  lines: ((line: number) => number) | null,
): { changed: Set<FunctionDeclaration>; moved: Set<FunctionDeclaration> } & DeclarationChanges {
  const changed = new Set<FunctionDeclaration>();
  const moved = new Set<FunctionDeclaration>();
  const revalued: GlobalDeclaration[] = [];
  const { source } = module;
  const bodies = (text: string, { node }: FunctionDeclaration) =>
    node.body ? text.slice(node.body.start, node.body.end) : "";
  const old = module.source.text;
  const pieces = declarationsOf(module);
  Object.assign(module, now);
  let unclear = false;
  const names = declare(module, () => {
    unclear = true;
  });
  const piecesNow = declarationsOf(module);
  const take = (own: Declaration, fresh: Declaration) => {
    if (own.kind === "function" && fresh.kind === "function") {
      const line = lines === null ? 0 : source.site(own.node.start).line;
      if (bodies(old, own) !== bodies(now.source.text, fresh)) changed.add(own);
      if (changed.has(own) || (lines !== null && lines(line) !== line)) moved.add(own);
    }
    if ("node" in own && "node" in fresh) (own as Mutable<{ node: unknown }>).node = fresh.node;
    if (own.kind === "class" && fresh.kind === "class")
      for (const [name, method] of own.methods) {
        const other = fresh.methods.get(name);
        if (other === undefined) unclear = true;
        else take(method, other);
      }
  };
  const known = checker.names.get(module.file)!;
  const kept = new Map<string, Declaration>();
  const added: Declaration[] = [];
  const removed = [...known.values()].filter(({ name }) => !names.has(name));
  for (const [name, fresh] of names) {
    const own = known.get(name);
    kept.set(name, own ?? fresh);
    if (own === undefined) {
      added.push(fresh);
      continue;
    }
    if (own.kind === "import" || fresh.kind === "import") {
      const same =
        own.kind === "import" && fresh.kind === "import" && own.from === fresh.from && own.imported === fresh.imported;
      if (!same) unclear = true;
    } else {
      const before = textOf(pieces.get(name) ?? []);
      if (before !== textOf(piecesNow.get(name) ?? [])) {
        if (
          own.kind !== "global" ||
          fresh.kind !== "global" ||
          isCall(own) ||
          own.constant !== fresh.constant ||
          own.exported !== fresh.exported ||
          own.external !== fresh.external
        )
          unclear = true;
        else revalued.push(own);
      }
    }
    take(own, fresh);
  }
  // What stays stays in its order.
  const stays = [...known.keys()].filter((name) => names.has(name));
  const order = [...names.keys()].filter((name) => known.has(name));
  const ordered = (name: string) => known.get(name)!.kind !== "import";
  if (stays.filter(ordered).join() !== order.filter(ordered).join()) unclear = true;
  checker.names.set(module.file, kept);
  return { changed, moved, added, removed, revalued, unclear };
}
