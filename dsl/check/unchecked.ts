/**
 * Bodies that nobody needs to check, because an earlier process has, and nothing that they see is another: not the text of their
 * file, and not the outline of any declaration that they, or the heads and layouts that they look at, were made of (reads.ts). What
 * checking such a body would have done for the rest of the program is known: the instances, classes and variables that it asks for, in their order,
 * what it promises, and what it refers to. The body itself is checked when somebody looks at it after all.
 */
import { hash } from "node:crypto";
import type { Module } from "../syntax/modules.ts";
import type { Source } from "../syntax/source.ts";
import type { Checker } from "./checker.ts";
import type { Declaration } from "./declarations.ts";
import { checkBody, noContracts } from "./instances.ts";
import { outlinesOf } from "./outlines.ts";
import { bodyReferences } from "./reach.ts";
import { NoTerm, type Term, Terms } from "./terms.ts";
import { type Block, type Contracts, hasBody, type TypedFunction, type UncheckedBody } from "./tree.ts";
import type { ClassType, Type } from "./types.ts";

/** What a check leaves for one in another process, as plain data. */
export interface KeptBodies {
  /** What all bodies depend on besides the sources. */
  readonly settings: string;
  /** Texts of symbol types get their numbers, and instances their names, in the order in which they come up. */
  readonly symbols: string;
  readonly renamed: string;
  /** Whether functions were run while compiling: what these say is in the program in ways that are not looked after. */
  readonly evaluates: boolean;
  readonly files: ReadonlyMap<string, KeptFile>;
  /** Terms, as JSON, and declarations (file and name), which bodies have by their numbers. */
  readonly terms: readonly string[];
  readonly declarations: readonly string[];
  /** By the terms of functions. */
  readonly bodies: ReadonlyMap<string, KeptBody>;
}

export interface KeptFile {
  /** A digest of the text. */
  readonly text: string;
  readonly outlines: ReadonlyMap<string, string>;
}

export interface KeptBody {
  readonly contracts: Contracts | null;
  /** Null: the body is to be checked each time, since more came of that than can be said here. */
  readonly asks: readonly number[] | null;
  readonly refersTo: readonly number[];
  readonly saw: readonly number[];
  /** What rules want to know of the body, if it has been looked at and breaks none by itself; with numbers in `refersTo`. */
  readonly facts: string | null;
}

/** Gives `facts` of a function that was checked; `references`: what its body refers to. */
export type FactsOf = (fn: TypedFunction, references: readonly object[]) => string | null;

const textDigests = new WeakMap<Source, string>();

export function textDigest(source: Source): string {
  let known = textDigests.get(source);
  if (known === undefined) textDigests.set(source, (known = hash("sha1", source.text, "base64")));
  return known;
}

const nameIn = (file: string, name: string): string => `${file}\n${name}`;

/** The bodies that an earlier process has checked, for one check. */
export class Unchecked {
  readonly kept: KeptBodies;
  readonly #checker: Checker;
  readonly #terms: Terms;
  readonly #changedFiles = new Set<string>();
  /** By the numbers of declarations: whether they are not what they were. */
  readonly #changed: Uint8Array;
  readonly #found: (object | null | undefined)[];
  /** Functions whose bodies are what they were, checked or not. */
  readonly same = new Map<TypedFunction, KeptBody>();
  /** Something is otherwise than was kept. */
  isWrong = false;
  #left = 0;

  constructor(checker: Checker, kept: KeptBodies, modules: readonly Module[]) {
    this.kept = kept;
    this.#checker = checker;
    this.#terms = new Terms(checker);
    this.#changed = new Uint8Array(kept.declarations.length);
    this.#found = new Array(kept.terms.length);
    const now = new Map(modules.map((module) => [module.file, module]));
    const changed = new Set<string>();
    for (const [file, { text, outlines }] of kept.files) {
      const module = now.get(file);
      if (module !== undefined && textDigest(module.source) === text) continue;
      this.#changedFiles.add(file);
      const others = module === undefined ? new Map() : outlinesOf(module);
      for (const [name, outline] of outlines) if (others.get(name) !== outline) changed.add(nameIn(file, name));
    }
    if (changed.size > 0)
      for (const [k, name] of kept.declarations.entries()) if (changed.has(name)) this.#changed[k] = 1;
    if (kept.evaluates && this.#changedFiles.size > 0) this.isWrong = true;
  }

  /** Whether bodies were left. */
  get any(): boolean {
    return this.#left > 0;
  }

  /** Does for the rest of the program what checking a body would do, if that is known. False: it is to be checked. */
  leave(fn: TypedFunction): boolean {
    const known = this.isWrong ? undefined : this.#bodyOf(fn);
    if (known === undefined) return false;
    this.same.set(fn, known);
    const { asks, refersTo, contracts, facts } = known;
    if (asks === null || this.kept.symbols !== noSymbols) return false;
    try {
      for (const number of asks) this.#find(number);
    } catch {
      this.isWrong = true;
      return false;
    }
    fn.contracts = contracts ?? noContracts;
    let references: readonly object[] | null = null;
    const found = () => (references ??= refersTo.map((number) => this.#find(number)!));
    leaveBody(fn, { references: found, facts }, () => this.#check(fn));
    this.#left++;
    return true;
  }

  #check(fn: TypedFunction): void {
    const { diagnostics, pending } = this.#checker;
    const mistakes = diagnostics.length;
    checkBody(this.#checker, fn);
    if (diagnostics.length > mistakes || pending.size > 0)
      throw new Error(`${fn.name} is not what it was when it was checked last`);
  }

  #bodyOf(fn: TypedFunction): KeptBody | undefined {
    const file = this.#checker.instances.get(fn)!.declaration.module.file;
    if (this.#changedFiles.has(file)) return undefined;
    const known = this.kept.bodies.get(this.#termText(fn) ?? "");
    return known?.saw.some((number) => this.#changed[number] === 1) ? undefined : known;
  }

  #termText(item: TypedFunction): string | null {
    try {
      return JSON.stringify(this.#terms.function(item));
    } catch (error) {
      if (error instanceof NoTerm) return null;
      throw error;
    }
  }

  #find(number: number): object | null {
    let found = this.#found[number];
    if (found === undefined)
      this.#found[number] = found = this.#terms.find(JSON.parse(this.kept.terms[number]!) as Term);
    return found;
  }
}

/** Until somebody looks at a function's body, there is none. */
function leaveBody(fn: TypedFunction, unchecked: UncheckedBody, check: () => void): void {
  fn.unchecked = unchecked;
  const settle = (body: Block | null) => {
    fn.unchecked = undefined;
    Object.defineProperty(fn, "body", { value: body, writable: true, enumerable: true, configurable: true });
  };
  Object.defineProperty(fn, "body", {
    get() {
      settle(null);
      check();
      return fn.body;
    },
    set: settle,
    enumerable: true,
    configurable: true,
  });
}

/** What is to be known of a finished check without mistakes. `before`: what it was built on. */
export function keepBodies(
  checker: Checker,
  modules: readonly Module[],
  settings: string,
  before: Unchecked | null,
  factsOf: FactsOf,
): KeptBodies {
  const terms = new Terms(checker);
  const termNumbers = new Map<string, number>();
  const declarations = new Map<string, number>();
  const number = (of: Map<string, number>, text: string): number => {
    let known = of.get(text);
    if (known === undefined) of.set(text, (known = of.size));
    return known;
  };
  const numberOf = (item: object): number => number(termNumbers, JSON.stringify(terms.of(item)));
  const again = <T>(of: Map<string, number>, texts: readonly T[]) => {
    const numbers: number[] = [];
    return (old: number): number => (numbers[old] ??= number(of, String(texts[old])));
  };
  const sameTerm = again(termNumbers, before?.kept.terms ?? []);
  const sameDeclaration = again(declarations, before?.kept.declarations ?? []);
  const bodies = new Map<string, KeptBody>();
  for (const fn of checker.instances.keys()) {
    if (!hasBody(fn)) continue;
    let name: string;
    try {
      name = JSON.stringify(terms.function(fn));
    } catch (error) {
      if (error instanceof NoTerm) continue;
      throw error;
    }
    const known = before?.same.get(fn);
    if (known !== undefined) {
      const { contracts, asks, refersTo, saw, facts } = known;
      bodies.set(name, {
        contracts,
        asks: asks === null ? null : asks.map(sameTerm),
        refersTo: refersTo.map(sameTerm),
        saw: saw.map(sameDeclaration),
        facts,
      });
      continue;
    }
    const references = bodyReferences(fn.body!);
    const saw = sawOf(checker, fn, references).map((name) => number(declarations, name));
    const contracts = fn.contracts === noContracts ? null : fn.contracts;
    let asks: number[] | null = null;
    let refersTo: number[] = [];
    if (!checker.acting.has(fn))
      try {
        refersTo = references.map(numberOf);
        asks = [];
        for (const item of checker.reads.of(fn)) {
          const term = terms.ofSeen(item);
          if (term !== null) asks.push(number(termNumbers, JSON.stringify(term)));
        }
      } catch (error) {
        if (!(error instanceof NoTerm)) throw error;
        asks = null;
        refersTo = [];
      }
    const facts = asks === null ? null : factsOf(fn, references);
    bodies.set(name, { contracts, asks, refersTo, saw, facts });
  }
  const files = new Map<string, KeptFile>();
  for (const module of modules) {
    const text = textDigest(module.source);
    const known = before?.kept.files.get(module.file);
    files.set(module.file, known?.text === text ? known : { text, outlines: outlinesOf(module) });
  }
  return {
    ...{ settings, symbols: symbolsOf(checker), renamed: renamedOf(checker), evaluates: checker.evaluated.size > 0 },
    ...{ files, terms: [...termNumbers.keys()], declarations: [...declarations.keys()], bodies },
  };
}

/** Number 0 is no text. */
const noSymbols = "";

export const symbolsOf = ({ symbols }: Checker): string => symbols.join("\n");

export const renamedOf = ({ renamed }: Checker): string => renamed.join("\n");

/** The declarations that a body depends on, by way of heads, layouts and values. The prelude's are the compiler's own. */
function sawOf(checker: Checker, fn: TypedFunction, references: readonly object[]): string[] {
  const { classes, instances, reads } = checker;
  const names = new Set<string>();
  const done = new Set<object>();
  const work: object[] = [];
  const look = (item: object): void => {
    if (done.has(item)) return;
    done.add(item);
    work.push(item);
  };
  const declared = (own: Declaration, part = ""): void => {
    if (checker.isPrelude(own.module)) return;
    const of = own.kind === "function" && own.owner !== null ? `${own.owner.name}.` : "";
    names.add(nameIn(own.module.file, of + own.name + part));
  };
  /** Code knows how large these are. */
  const layoutsOf = (type: Type, pointed: boolean): void => {
    if (type.kind === "class") look(type);
    if ("members" in type) for (const member of type.members) look(member);
    if ("of" in type) layoutsOf(type.of, pointed);
    if ("to" in type && pointed) layoutsOf(type.to, pointed);
  };
  look(fn);
  for (const item of reads.of(fn)) look(item);
  for (const item of references) if (!("contracts" in item || "late" in item)) layoutsOf(item as Type, true);
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if ("contracts" in item) {
      const { parameters, result } = item as TypedFunction;
      for (const { type } of parameters) layoutsOf(type, false);
      layoutsOf(result, false);
      const instance = instances.get(item as TypedFunction);
      if (instance === undefined) continue;
      declared(instance.declaration);
      for (const seen of reads.of(instance)) look(seen);
    } else if ("layout" in item) {
      const instance = classes.get(item as ClassType)!;
      declared(instance.declaration);
      declared(instance.declaration, "{}");
      for (const seen of reads.of(instance)) look(seen);
    } else {
      const own = item as Declaration;
      declared(own);
      for (const seen of reads.of(own)) look(seen);
    }
  }
  return [...names];
}
