/**
 * Checks again after small changes: when nothing but the inside of functions changed, all that was found out about the
 * rest of the program still holds, and only those bodies are checked, with those of the module that stand on other lines
 * than before. Anything else is checked from the start by check.ts; so is whatever compile-time evaluation has already run.
 */
import type { Program } from "oxc-parser";
import type { Site } from "../out/site.ts";
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
    const lines = linesOf(module, now);
    if (lines !== null && hasClosures(module.program)) return null;
    const { changed, moved } = renew(checker, module, now, lines);
    for (const fn of checker.functions) {
      const declaration = checker.instances.get(fn)?.declaration;
      if (declaration === undefined || !moved.has(declaration)) continue;
      if (changed.has(declaration) && checker.evaluated.has(fn)) return null;
      stale.push(fn);
    }
    if (lines !== null) moveSites(checker, module.file, lines);
  }
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

/** Where the lines outside of bodies are now, by where they were; null when none moved. */
function linesOf(module: Module, now: Module): ((line: number) => number) | null {
  const before = bodiesOf(module.program);
  const after = bodiesOf(now.program);
  const steps: { from: number; by: number }[] = [];
  let by = 0;
  before.forEach(({ end }, k) => {
    const line = module.source.site(end).line;
    const distance = now.source.site(after[k]!.end).line - line;
    if (distance !== by) steps.push({ from: line, by: distance });
    by = distance;
  });
  if (steps.length === 0) return null;
  return (line) => line + (steps.findLast(({ from }) => from <= line)?.by ?? 0);
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
): { changed: Set<FunctionDeclaration>; moved: Set<FunctionDeclaration> } {
  const changed = new Set<FunctionDeclaration>();
  const moved = new Set<FunctionDeclaration>();
  const { source } = module;
  const bodies = (text: string, { node }: FunctionDeclaration) =>
    node.body ? text.slice(node.body.start, node.body.end) : "";
  const old = module.source.text;
  Object.assign(module, now);
  const names = declare(module, () => {});
  const take = (own: Declaration, fresh: Declaration) => {
    if (own.kind === "function" && fresh.kind === "function") {
      const line = lines === null ? 0 : source.site(own.node.start).line;
      if (bodies(old, own) !== bodies(now.source.text, fresh)) changed.add(own);
      if (changed.has(own) || (lines !== null && lines(line) !== line)) moved.add(own);
    }
    if ("node" in own && "node" in fresh) (own as Mutable<{ node: unknown }>).node = fresh.node;
    if (own.kind === "class" && fresh.kind === "class")
      for (const [name, method] of own.methods) take(method, fresh.methods.get(name)!);
  };
  for (const [name, own] of checker.names.get(module.file)!) take(own, names.get(name)!);
  return { changed, moved };
}

/** A module's text without the insides of its functions. */
export function outline({ source: { text }, program }: Module): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of bodiesOf(program)) {
    parts.push(text.slice(at, start), "{}");
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
