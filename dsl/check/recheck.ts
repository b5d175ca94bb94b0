/**
 * Checks again after small changes: when nothing but the inside of functions changed, and no line moved, all that was
 * found out about the rest of the program still holds, and only those bodies are checked. Anything else is checked from
 * the start by check.ts; so is whatever compile-time evaluation has already run.
 */
import type { Program } from "oxc-parser";
import { inOrder } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";
import type { Checked, CheckOptions } from "./check.ts";
import type { Checker } from "./checker.ts";
import { type Declaration, declare, type FunctionDeclaration } from "./declarations.ts";
import { checkBody, noContracts } from "./instances.ts";
import { reachable } from "./reach.ts";
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

/** The program as it is now, or null when it is to be checked from the start: then the session is of no use any more. */
export function recheck(session: Session, options: CheckOptions): Checked | null {
  const { checker, modules, checked } = session;
  if (checked.program === null || options.cache === undefined) return null;
  if (options.entries.join() !== session.entries.join() || options.unsafe.join() !== session.unsafe.join()) return null;
  const changes: { module: Module; now: Module }[] = [];
  for (const module of modules) {
    const text = options.read(module.file);
    if (text === null) return null;
    if (text === module.source.text) continue;
    const now = options.cache.parse(module.file, text);
    if (now.diagnostics.length > 0 || outline(module) !== outline(now)) return null;
    changes.push({ module, now });
  }
  if (changes.length === 0) return checked;
  const symbols = checker.symbols.length;
  const stale: TypedFunction[] = [];
  for (const { module, now } of changes) {
    const changed = renew(checker, module, now);
    for (const fn of checker.functions) {
      const declaration = checker.instances.get(fn)?.declaration;
      if (declaration !== undefined && changed.has(declaration)) stale.push(fn);
    }
  }
  if (stale.some((fn) => checker.evaluated.has(fn))) return null;
  for (const fn of stale) {
    for (const name of checker.closureCounts.keys())
      if (name === fn.name || name.startsWith(`${fn.name}$`)) checker.closureCounts.delete(name);
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
  const all = [...modules, ...session.prelude];
  const diagnostics = inOrder(
    checker.diagnostics,
    all.map(({ file }) => file),
  );
  const sources = new Map(all.map(({ file, source }) => [file, source]));
  return { program: diagnostics.length === 0 ? reachable(checker) : null, diagnostics, sources };
}

/** A module takes its new text, its declarations their new nodes. Gives the functions whose bodies changed. */
function renew(checker: Checker, module: Module, now: Module): Set<FunctionDeclaration> {
  const changed = new Set<FunctionDeclaration>();
  const bodies = (text: string, { node }: FunctionDeclaration) =>
    node.body ? text.slice(node.body.start, node.body.end) : "";
  const old = module.source.text;
  Object.assign(module, now);
  const names = declare(module, () => {});
  const take = (own: Declaration, fresh: Declaration) => {
    if (own.kind === "function" && fresh.kind === "function" && bodies(old, own) !== bodies(now.source.text, fresh))
      changed.add(own);
    if ("node" in own && "node" in fresh) (own as Mutable<{ node: unknown }>).node = fresh.node;
    if (own.kind === "class" && fresh.kind === "class")
      for (const [name, method] of own.methods) take(method, fresh.methods.get(name)!);
  };
  for (const [name, own] of checker.names.get(module.file)!) take(own, names.get(name)!);
  return changed;
}

/** A module's text without the insides of its functions, of which only the number of lines counts. */
function outline({ source: { text }, program }: Module): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of bodiesOf(program)) {
    parts.push(text.slice(at, start), `{${text.slice(start, end).split("\n").length}}`);
    // What follows on the line of the end has its place there: only nothing may follow.
    const rest = text.slice(end, text.indexOf("\n", end) < 0 ? undefined : text.indexOf("\n", end));
    if (rest.trim() !== "") parts.push(String(end - text.lastIndexOf("\n", end)));
    at = end;
  }
  return [...parts, text.slice(at)].join("");
}

function bodiesOf(program: Program): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (const statement of program.body) {
    const node =
      statement.type === "ExportNamedDeclaration" && statement.declaration ? statement.declaration : statement;
    if (node.type === "FunctionDeclaration" && node.body) found.push(node.body);
    if (node.type === "ClassDeclaration")
      for (const member of node.body.body)
        if (member.type === "MethodDefinition" && member.value.body) found.push(member.value.body);
  }
  return found;
}
