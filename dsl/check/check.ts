/**
 * START HERE: the checker, from parsed modules to the typed program.
 *
 * 1. Every module's names are declared (declarations.ts); nothing is resolved yet, so order does not matter.
 * 2. Every global, function and class that is not generic is checked, whether it is used or not; what they mention is
 *    made on demand: types (resolve.ts), layouts (layout.ts), instances of generics (instances.ts), values of constants
 *    (globals.ts, interpret.ts).
 * 3. A function body is checked statement by statement (statements.ts, expressions.ts and their neighbours) with what is
 *    known at each point (flow.ts). Expressions come out with exact types and every conversion as a node (tree.ts).
 * 4. What can be reached from the roots (entry, exports, interrupts, system calls) is the program (reach.ts).
 *
 * TypeScript's own checker accepts whatever this one accepts: the language is TypeScript seen more strictly. A mistake is
 * an exception up to the statement it is in and a diagnostic from there on; a run reports as many as it finds.
 */

import type { Node } from "oxc-parser";
import { type Diagnostic, inOrder, showDiagnostic } from "../syntax/diagnostic.ts";
import { loadModules, type Module, ModuleCache, type ReadSource } from "../syntax/modules.ts";
import type { Source } from "../syntax/source.ts";
import { Checker } from "./checker.ts";
import { type TypeArguments, typeParameters } from "./declarations.ts";
import { instantiate } from "./instances.ts";
import { u64 } from "./intern.ts";
import { complete } from "./layout.ts";
import { preludeModules } from "./prelude.ts";
import { reachable } from "./reach.ts";
import { recheck, type Session } from "./recheck.ts";
import { classType } from "./resolve.ts";
import { checkDeclaration } from "./top-level.ts";
import type { TypedFunction, TypedProgram } from "./tree.ts";
import { type FactsOf, type KeptBodies, keepBodies, renamedOf, symbolsOf, Unchecked } from "./unchecked.ts";

export interface CheckOptions {
  /** Modules where the program begins: their exported functions are roots. "kernel/main.ts" */
  readonly entries: readonly string[];
  readonly read: ReadSource;
  /** Modules that may say unsafe.*: files, or folders that end in "/". */
  readonly unsafe: readonly string[];
  /** Steps after which comptime(() => …) is taken to be endless; 20 million unless given. */
  readonly mostSteps?: number;
  /** Parsed modules of earlier runs. */
  readonly cache?: ModuleCache;
  /** What an earlier process knew of bodies. */
  readonly bodies?: KeptBodies | null;
  /** The last check in this process. Not with a cache of modules that others use too. */
  readonly last?: CheckCache;
}

export interface Checked {
  /** Null when there are mistakes. */
  readonly program: TypedProgram | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
  /** Functions whose bodies an earlier process has checked as they are: only if `bodies` were given. */
  readonly same: ReadonlySet<TypedFunction>;
  /** What `bodies` of a check in another process can be; not where there are mistakes, or when another check was built on this one. */
  readonly keep: (factsOf: FactsOf) => KeptBodies;
}

/** Remembers the last check, to build the next one on it where only bodies of functions changed. */
export class CheckCache {
  session: Session | null = null;
}

/** Checks a whole program. Never throws for what a source says. */
export function checkProgram(options: CheckOptions): Checked {
  const { last } = options;
  const session = last?.session ?? null;
  if (last !== undefined) last.session = null;
  const again = session && recheck(session, options);
  if (again !== null) {
    if (last !== undefined && again.program !== null) last.session = { ...session!, checked: again };
    return again;
  }
  const cache = options.cache ?? new ModuleCache();
  const settings = JSON.stringify([options.entries, options.unsafe, options.mostSteps]);
  const { modules, diagnostics } = loadModules(options.entries, options.read, cache);
  const prelude = preludeModules(cache);
  const mayBeUnsafe = (file: string) =>
    options.unsafe.some((allowed) => file === allowed || (allowed.endsWith("/") && file.startsWith(allowed)));
  const checker = new Checker(modules, prelude, mayBeUnsafe, options.mostSteps ?? 20_000_000);
  const { bodies = null } = options;
  const unchecked = bodies?.settings === settings ? new Unchecked(checker, bodies, modules) : null;
  checker.unchecked = unchecked;
  for (const module of modules) checkModule(checker, module);
  checker.finishAll();
  for (const module of modules) tryGenerics(checker, module);
  for (const type of checker.classes.keys()) {
    const { declaration } = checker.classes.get(type)!;
    checker.attempt(declaration.module, declaration.node, () => complete(checker, type, declaration.node));
  }
  for (const entry of options.entries) addRoots(checker, entry);
  if (unchecked !== null) {
    const { kept } = unchecked;
    if (symbolsOf(checker) !== kept.symbols || renamedOf(checker) !== kept.renamed) unchecked.isWrong = true;
    if (unchecked.isWrong) return checkProgram({ ...options, bodies: null });
  }
  const files = [...modules, ...prelude].map((module) => module.file);
  const found = inOrder([...diagnostics, ...checker.diagnostics], files);
  const sources = new Map([...modules, ...prelude].map((module) => [module.file, module.source]));
  const checked: Checked = {
    ...{ program: found.length === 0 ? reachable(checker) : null, diagnostics: found, sources },
    same: new Set(unchecked?.same.keys()),
    keep: (factsOf) => keepBodies(checker, modules, settings, unchecked?.any ? unchecked : null, factsOf),
  };
  const { entries, unsafe } = options;
  // What is built on this check looks at what each body has seen.
  if (last !== undefined && found.length === 0 && !unchecked?.any)
    last.session = { checker, modules, prelude, entries, unsafe, checked };
  return checked;
}

/** All diagnostics as text, the way the command line prints them. */
export function showDiagnostics({ diagnostics, sources }: Pick<Checked, "diagnostics" | "sources">): string {
  return diagnostics.map((diagnostic) => showDiagnostic(diagnostic, sources.get(diagnostic.site.file))).join("\n\n");
}

function checkModule(checker: Checker, module: Module): void {
  for (const declaration of checker.names.get(module.file)!.values()) {
    checker.attempt(module, declaration.kind === "namespace" ? module.program : declaration.node, () =>
      checkDeclaration(checker, declaration),
    );
    checker.finishAll();
  }
}

/**
 * Generics that nobody uses yet are checked with u64 for every type and 64 for every number, so that their mistakes are
 * not found by their first user.
 */
function tryGenerics(checker: Checker, module: Module): void {
  const trial = (node: Parameters<typeof typeParameters>[0]): TypeArguments | null => {
    const parameters = typeParameters(node);
    const bounds = parameters.map(({ node: parameter }) =>
      parameter.type === "TSTypeParameter" ? parameter.constraint : null,
    );
    const open = bounds.every((bound) => !bound || bound.type === "TSNumberKeyword" || isInt(bound));
    if (!open) return null;
    return new Map(parameters.map(({ name, constant }) => [name, constant ? checker.types.number(64n) : u64]));
  };
  for (const declaration of checker.names.get(module.file)!.values()) {
    if (declaration.kind !== "function" && declaration.kind !== "class") continue;
    const given = trial(declaration.node);
    if (!given) continue;
    checker.attempt(module, declaration.node, () => {
      if (declaration.kind === "function") {
        if (given.size > 0 && declaration.instances.size === 0) instantiate(checker, declaration, given, null);
        return;
      }
      const type = classType(checker, declaration, given);
      for (const method of declaration.methods.values()) {
        const own = trial(method.node);
        if (own && method.instances.size === 0)
          checker.attempt(module, method.node, () => instantiate(checker, method, own, type));
      }
    });
    checker.finishAll();
  }
}

const isInt = (node: Node) =>
  node.type === "TSTypeReference" && node.typeName.type === "Identifier" && node.typeName.name === "int";

/** Exported functions of an entry module; `main` is where execution begins. */
function addRoots(checker: Checker, file: string): void {
  for (const declaration of checker.names.get(file)?.values() ?? []) {
    if (declaration.kind !== "function" || !declaration.exported || declaration.external) continue;
    for (const fn of declaration.instances.values()) {
      if (typeParameters(declaration.node).length > 0) continue;
      checker.roots.push({
        kind: fn.name.endsWith(".main") ? "entry" : "export",
        function: fn,
        vector: null,
        site: fn.site,
      });
    }
  }
}
