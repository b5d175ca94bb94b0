/**
 * The state of one run of the checker: modules and their names, types, instances of generics, the queue of function
 * bodies still to be checked, and everything found wrong. Functions that check take it, or a Body, as first argument.
 */
import type { Node } from "oxc-parser";
import type { Site } from "../out/site.ts";
import { type Diagnostic, Mistake, Reported, type RuleName } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";
import { type Declaration, declare } from "./declarations.ts";
import type { Instance } from "./instances.ts";
import { Interner, scalarNames } from "./intern.ts";
import { Classes, Reads } from "./reads.ts";
import { builtins } from "./resolve.ts";
import type { Claim, Root, TypedFunction, TypedGlobal } from "./tree.ts";
import type { Unchecked } from "./unchecked.ts";

export class Checker {
  readonly types = new Interner();
  readonly modules = new Map<string, Module>();
  /** Names of each module's top level, by file. */
  readonly names = new Map<string, Map<string, Declaration>>();
  readonly diagnostics: Diagnostic[] = [];
  readonly reads = new Reads();
  readonly classes = new Classes(this.reads);
  /** What each function that has a declaration was made from. */
  readonly instances = new Map<TypedFunction, Instance>();
  /** Bodies not yet checked, by function; checking one may add more. */
  readonly pending = new Map<TypedFunction, () => void>();
  /** Every function made, in order. */
  readonly functions: TypedFunction[] = [];
  readonly globals: TypedGlobal[] = [];
  readonly roots: Root[] = [];
  readonly claims: Claim[] = [];
  /** Number 0 is no text: what storage of zeros holds. */
  readonly symbols: string[] = [""];
  readonly mayBeUnsafe: (module: string) => boolean;
  /** Steps after which evaluation while compiling is taken to be endless. */
  readonly mostSteps: number;

  /** What an earlier process knew of bodies. */
  unchecked: Unchecked | null = null;
  /** Functions of whose bodies more came than instances, classes and variables. */
  readonly acting = new Set<TypedFunction>();
  /** Functions that compile-time evaluation has run. */
  readonly evaluated = new Set<TypedFunction>();
  /** The entry of each system call. */
  readonly syscalls = new Map<TypedFunction, TypedFunction>();
  /** Closures so far, by the name of the function around them. */
  readonly closureCounts = new Map<string, number>();
  /** Names of instances, which are symbols, and the modules of their types. */
  readonly instanceNames = new Map<string, string>();
  /** Instances that would have been called alike, with the modules of their types. */
  readonly renamed: string[] = [];
  private readonly symbolNumbers = new Map<string, bigint>();
  private readonly prelude: readonly Module[];

  constructor(
    modules: readonly Module[],
    prelude: readonly Module[],
    mayBeUnsafe: (module: string) => boolean,
    mostSteps: number,
  ) {
    this.mostSteps = mostSteps;
    this.prelude = prelude;
    this.mayBeUnsafe = mayBeUnsafe;
    for (const module of [...prelude, ...modules]) {
      this.modules.set(module.file, module);
      const complain = (node: Node, message: string, hint: string | null) => this.report(module, node, message, hint);
      const names = declare(module, complain);
      this.names.set(module.file, names);
      if (prelude.includes(module)) continue;
      for (const [name, declaration] of names) {
        const isType =
          declaration.kind === "class" ||
          declaration.kind === "alias" ||
          declaration.kind === "enum" ||
          declaration.kind === "interface";
        if (isType && isTypeName(name))
          this.report(module, declaration.node, `${name} is a type of the language`, "another name");
      }
    }
  }

  site(module: Module, node: { readonly start: number }): Site {
    return module.source.site(node.start);
  }

  report(
    module: Module,
    node: { readonly start: number; readonly end: number },
    message: string,
    hint: string | null = null,
    rule: RuleName | null = null,
  ): void {
    this.diagnostics.push({
      site: module.source.site(node.start),
      length: Math.max(1, node.end - node.start),
      message,
      hint,
      rule,
    });
  }

  /** Runs `check`; a mistake in it is recorded and gives null. */
  attempt<T>(module: Module, where: Node, check: () => T): T | null {
    try {
      return check();
    } catch (error) {
      if (error instanceof Mistake) {
        this.report(module, { start: error.start, end: error.end }, error.message, error.hint, error.rule);
      } else if (error instanceof RangeError && /call stack/i.test(error.message)) {
        this.report(module, where, "an expression is nested too deeply", "give its parts names");
      } else if (!(error instanceof Reported)) throw error;
      return null;
    }
  }

  /** A name as a module sees it: its own, imported, or the prelude's. Null when there is none. */
  lookUp(module: Module, name: string): Declaration | null {
    const own = this.names.get(module.file)?.get(name);
    if (own === undefined) return this.preludeName(name);
    this.reads.note(own);
    if (own.kind !== "import") return own;
    const found = this.imported(own);
    this.reads.note(found);
    return found;
  }

  preludeName(name: string): Declaration | null {
    for (const { file } of this.prelude) {
      const found = this.names.get(file)?.get(name);
      if (found) return found;
    }
    return null;
  }

  /** Whether a name means what the prelude says: the module has none of its own like it. */
  isBuiltin(module: Module, name: string): boolean {
    return !this.names.get(module.file)?.has(name) && this.preludeName(name) !== null;
  }

  isPrelude(module: Module): boolean {
    return this.prelude.includes(module);
  }

  private imported(own: Extract<Declaration, { kind: "import" }>): Declaration {
    const names = this.names.get(own.from);
    if (!names) throw new Reported();
    const found = names.get(own.imported);
    if (!found || found.kind === "import") {
      throw new Mistake(
        own.node.start,
        own.node.end,
        `${own.from} has no ${own.imported}`,
        nearest(own.imported, names.keys()),
      );
    }
    if (!found.exported) {
      throw new Mistake(
        own.node.start,
        own.node.end,
        `${own.imported} is not exported by ${own.from}`,
        "write export in front of its declaration",
      );
    }
    return found;
  }

  /** The number that stands for a text in symbol types. */
  symbolNumber(text: string): bigint {
    let number = this.symbolNumbers.get(text);
    if (number === undefined) {
      number = BigInt(this.symbols.length);
      this.symbolNumbers.set(text, number);
      this.symbols.push(text);
    }
    return number;
  }

  /** Checks the body of a function now, if it was not yet: compile-time evaluation is about to call it. */
  finish(fn: TypedFunction): void {
    const check = this.pending.get(fn);
    if (!check) return;
    this.pending.delete(fn);
    check();
  }

  finishAll(): void {
    while (this.pending.size > 0) for (const fn of this.pending.keys()) this.finish(fn);
  }
}

export const isTypeName = (name: string) => scalarNames.has(name) || Object.hasOwn(builtins, name);

/** A hint that names the most similar of some names, when one is similar. */
export function nearest(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (d < least) {
      least = d;
      best = candidate;
    }
  }
  return best === null ? null : `did you mean ${best}?`;
}

/** Edit distance, or `limit` when it is at least that. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return Math.min(row[b.length], limit);
}
