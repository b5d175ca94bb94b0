/**
 * Loads the modules of a program: parses the entries and whatever they import, in the order in which they are first
 * imported. Texts come from a reader, so that tests and editors can hold them in memory, and a cache by content lets a
 * long-lived process parse only what changed.
 */
import { hash } from "node:crypto";
import { posix } from "node:path";
import { type Node, type Program, parseSync } from "oxc-parser";
import type { Diagnostic } from "./diagnostic.ts";
import { deepest, nestedTooDeeply } from "./nesting.ts";
import { plainTemplates } from "./plain-templates.ts";
import { refuseConstructs } from "./refuse.ts";
import { fromSkeleton } from "./skeleton.ts";
import { Source } from "./source.ts";

/** The text of a file, by its path relative to the project's root ("kernel/page.ts"); null when there is none. */
export type ReadSource = (file: string) => string | null;

export interface Module {
  /** "kernel/page.ts" */
  readonly file: string;
  /** "kernel/page" */
  readonly name: string;
  readonly source: Source;
  readonly program: Program;
  /** Nodes refused by syntax: reported, and skipped from here on. */
  readonly refused: ReadonlySet<Node>;
  readonly diagnostics: readonly Diagnostic[];
}

export class ModuleCache {
  private readonly parsed = new Map<string, Module>();
  /** Digests of texts that were parsed in an earlier process, and in which nothing was refused. */
  accepted: ReadonlySet<string> = new Set();
  /** What is known of how an accepted text is parsed (skeleton.ts), by its digest; null where nothing is. */
  skeleton: (digest: string) => string | null = () => null;

  parse(file: string, text: string): Module {
    const known = this.parsed.get(file);
    if (known && known.source.text === text) return known;
    const digest = this.accepted.size > 0 ? digestOf(file, text) : "";
    const accepted = this.accepted.has(digest);
    const skeleton = accepted ? this.skeleton(digest) : null;
    const module = skeleton === null ? parseModule(file, text, accepted) : moduleFrom(file, text, skeleton);
    this.parsed.set(file, module);
    return module;
  }
}

/** Stands for a source and the grammar by which it is read. */
export const digestOf = (file: string, text: string): string =>
  hash("sha1", `${file.endsWith(".d.ts") ? "d" : ""}${text}`, "base64");

/** All modules reachable from the entries, in the order of first import, imports before importers' later imports. */
export function loadModules(
  entries: readonly string[],
  read: ReadSource,
  cache: ModuleCache,
): { modules: Module[]; diagnostics: Diagnostic[] } {
  const modules: Module[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const load = (file: string, from: { module: Module; node: Node } | null): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = read(file);
    if (text === null) {
      const site = from?.module.source.site(from.node.start) ?? { file, line: 0, column: 0 };
      const length = from ? from.node.end - from.node.start : 1;
      diagnostics.push({ site, length, message: `there is no module ${file}`, hint: null });
      return;
    }
    const module = cache.parse(file, text);
    modules.push(module);
    diagnostics.push(...module.diagnostics);
    for (const statement of module.program.body) {
      if (statement.type !== "ImportDeclaration" || module.refused.has(statement)) continue;
      load(resolveImport(module, statement.source.value), { module, node: statement.source });
    }
  };
  for (const entry of entries) load(entry, null);
  return { modules, diagnostics };
}

/** The file that a module's relative import means. */
export function resolveImport(module: Module, from: string): string {
  return posix.join(posix.dirname(module.file), from);
}

function moduleFrom(file: string, text: string, skeleton: string): Module {
  const program = fromSkeleton(skeleton, () => parseModule(file, text, true).program);
  return {
    ...{ file, name: nameOf(file), source: new Source(file, text), program },
    refused: new Set(),
    diagnostics: [],
  };
}

const nameOf = (file: string): string => file.replace(/(\.d)?\.ts$/, "");

/** Parses one source and refuses what the language does not have, unless it is known that there is no such thing. Never throws. */
export function parseModule(file: string, text: string, accepted = false): Module {
  const source = new Source(file, text);
  const diagnostics: Diagnostic[] = [];
  const refused = new Set<Node>();
  let program: Program = emptyProgram;
  const tooDeep = accepted ? null : nestedTooDeeply(text);
  if (tooDeep !== null) {
    diagnostics.push({
      site: source.site(tooDeep),
      length: 1,
      message: `nested more than ${deepest} deep`,
      hint: "give the parts names",
    });
  } else {
    const result = parseSync(file, text, {
      lang: file.endsWith(".d.ts") ? "dts" : "ts",
      sourceType: "module",
      preserveParens: false,
    });
    for (const error of result.errors) {
      const label = error.labels[0];
      diagnostics.push({
        site: source.site(label?.start ?? 0),
        length: Math.max(1, (label?.end ?? 1) - (label?.start ?? 0)),
        message: error.message,
        hint: error.helpMessage,
      });
    }
    program = result.program;
    const refuse = (node: Node, message: string, hint: string | null) => {
      refused.add(node);
      diagnostics.push({ site: source.site(node.start), length: node.end - node.start, message, hint });
    };
    if (!file.endsWith(".d.ts")) {
      try {
        if (text.includes("`") && withoutComments(text).includes("`")) plainTemplates(program);
        if (!accepted) refuseConstructs(program, refuse);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refuse(program, "an expression is nested too deeply", "give its parts names");
        program = emptyProgram;
      }
    }
  }
  return { file, name: nameOf(file), source, program, refused, diagnostics };
}

/** Without the lines that begin as comments do: a template string never begins in one. */
const withoutComments = (text: string): string => text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "");

const emptyProgram: Program = { type: "Program", body: [], sourceType: "module", hashbang: null, start: 0, end: 0 };
