/**
 * A module in a new text, for a checker that knows the one before: its declarations stay the same objects, with the nodes of
 * the new text, so that whoever has seen them sees them still. Says what of them is otherwise, as far as the text tells.
 */
import type { Node } from "oxc-parser";
import type { Module } from "../syntax/modules.ts";
import type { Checker } from "./checker.ts";
import {
  type ClassDeclaration,
  type Declaration,
  declare,
  type FunctionDeclaration,
  type GlobalDeclaration,
} from "./declarations.ts";
import { declarationsOf, type Piece, textOf } from "./pieces.ts";

/** What changed in a module. */
export interface Renewed {
  /** Functions whose bodies have another text; and those, and what stands on other lines. */
  readonly changed: ReadonlySet<FunctionDeclaration>;
  readonly moved: ReadonlySet<FunctionDeclaration>;
  /** Declarations that came, methods too; that went; and those with another text outside of bodies. */
  readonly added: readonly Declaration[];
  readonly removed: readonly Declaration[];
  readonly others: readonly Declaration[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `lines`: where what is outside of bodies is now; null when nothing moved. Null when more changed than can be said this way. */
export function renew(
  checker: Checker,
  module: Module,
  now: Module,
  lines: ((line: number) => number) | null,
): Renewed | null {
  const renewal = new Renewal(checker, module, now, lines);
  renewal.run();
  return renewal.clear ? renewal : null;
}

class Renewal implements Renewed {
  readonly changed = new Set<FunctionDeclaration>();
  readonly moved = new Set<FunctionDeclaration>();
  readonly added: Declaration[] = [];
  readonly removed: Declaration[] = [];
  readonly others: Declaration[] = [];
  clear = true;
  readonly #checker: Checker;
  readonly #module: Module;
  readonly #before: Module;
  readonly #now: Module;
  readonly #lines: ((line: number) => number) | null;

  constructor(checker: Checker, module: Module, now: Module, lines: ((line: number) => number) | null) {
    this.#checker = checker;
    this.#module = module;
    this.#before = { ...module };
    this.#now = now;
    this.#lines = lines;
  }

  run(): void {
    const module = this.#module;
    const pieces = declarationsOf(module);
    Object.assign(module, this.#now);
    const names = declare(module, () => {
      this.clear = false;
    });
    const piecesNow = declarationsOf(module);
    const known = this.#checker.names.get(module.file)!;
    const kept = new Map<string, Declaration>();
    for (const [name, own] of known)
      if (!names.has(name)) {
        this.removed.push(own);
        this.#look(pieces.get(name) ?? []);
      }
    for (const [name, fresh] of names) {
      const own = known.get(name);
      kept.set(name, own ?? fresh);
      if (own === undefined) {
        this.added.push(fresh);
        this.#look(piecesNow.get(name) ?? []);
      } else this.#take(own, fresh, pieces.get(name) ?? [], piecesNow.get(name) ?? []);
    }
    // What stays stays in its order.
    const order = (of: Map<string, Declaration>, other: Map<string, Declaration>) =>
      [...of].flatMap(([name, { kind }]) => (kind !== "import" && other.has(name) ? [name] : [])).join();
    if (order(known, names) !== order(names, known)) this.clear = false;
    this.#checker.names.set(module.file, kept);
  }

  #take(own: Declaration, fresh: Declaration, before: readonly Piece[], after: readonly Piece[]): void {
    if (own.kind === "import" && fresh.kind === "import") {
      if (own.from !== fresh.from || own.imported !== fresh.imported) this.clear = false;
      (own as Mutable<typeof own>).node = fresh.node;
      return;
    }
    if (own.kind !== fresh.kind || own.kind === "namespace") {
      this.clear = false;
      return;
    }
    const same = textOf(before) === textOf(after);
    if (own.kind === "class" && fresh.kind === "class") this.#takeClass(own, fresh, before, after);
    else if (!same) this.#look(before, after);
    // Methods are exported with their class.
    if (own.kind !== "class" && (!same || own.exported !== fresh.exported)) this.others.push(own);
    if (own.kind === "global" && fresh.kind === "global") {
      if (own.constant !== fresh.constant || own.external || fresh.external) this.clear &&= same;
      if (!same) this.#lookAtInitial(own, fresh);
    }
    if (own.kind === "function" && fresh.kind === "function") {
      if (own.external !== fresh.external || (own.external && !same)) this.clear = false;
      this.#takeBody(own, fresh);
    }
    (own as Mutable<Declaration & { node: unknown }>).node = (fresh as { node: unknown }).node;
    (own as Mutable<Declaration>).exported = fresh.exported;
  }

  #takeClass(own: ClassDeclaration, fresh: ClassDeclaration, before: readonly Piece[], after: readonly Piece[]): void {
    if (typesOf(this.#before, own.node) !== typesOf(this.#now, fresh.node)) this.clear = false;
    const texts = new Map(before.map((piece) => [piece.key, piece]));
    const methods = own.methods as Map<string, FunctionDeclaration>;
    const isLayout = ({ method, key }: Piece) => !method || key === "constructor" || key === "[dispose]";
    const layout = (pieces: readonly Piece[]) => textOf(pieces.filter(isLayout));
    for (const piece of before)
      if (!after.some(({ key, text }) => piece.key === key && piece.text === text)) this.#look([piece]);
    for (const piece of after) {
      const old = texts.get(piece.key);
      if (old?.text !== piece.text) this.#look([piece]);
      const method = fresh.methods.get(piece.key);
      if (!piece.method || method === undefined) continue;
      const known = methods.get(piece.key);
      if (known === undefined) {
        (method as Mutable<FunctionDeclaration>).owner = own;
        methods.set(piece.key, method);
        this.added.push(method);
      } else if (old?.method) this.#take(known, method, [old], [piece]);
      else this.clear = false;
    }
    for (const [name, method] of methods)
      if (!fresh.methods.has(name)) {
        methods.delete(name);
        this.removed.push(method);
      }
    if (layout(before) !== layout(after)) this.others.push(own);
  }

  #takeBody(own: FunctionDeclaration, fresh: FunctionDeclaration): void {
    if (typesOf(this.#before, own.node) !== typesOf(this.#now, fresh.node)) this.clear = false;
    const line = this.#lines === null ? 0 : this.#before.source.site(own.node.start).line;
    const body = ({ source: { text } }: Module, { body }: FunctionDeclaration["node"]) =>
      body ? text.slice(body.start, body.end) : "";
    if (body(this.#before, own.node) !== body(this.#now, fresh.node)) this.changed.add(own);
    if (this.changed.has(own) || (this.#lines !== null && this.#lines(line) !== line)) this.moved.add(own);
  }

  /** Texts that stand for symbols have their numbers in the order in which they are met. */
  #look(...pieces: (readonly Piece[])[]): void {
    if (pieces.flat().some(({ text }) => /["'`]/.test(text))) this.clear = false;
  }

  /** Neither the one nor the other may be more than a value. */
  #lookAtInitial(own: GlobalDeclaration, fresh: GlobalDeclaration): void {
    if (!isMereValue(this.#before, own) || !isMereValue(this.#now, fresh)) this.clear = false;
  }
}

const registered = /=>|\b(?:claimPorts|claimRegisters|interrupt|interruptDefault|trap|syscallEntry|syscall)\b/;

/** Whether a variable is its value and nothing else: no claim, no entry of the processor, no closure. */
export const isMereValue = (module: Module, { node }: GlobalDeclaration): boolean =>
  node.init === null || !registered.test(module.source.text.slice(node.start, node.end));

/** The type parameters of a declaration, as written. */
function typesOf({ source }: Module, node: { readonly typeParameters?: Node | null }): string {
  const { typeParameters: types } = node;
  return types ? source.text.slice(types.start, types.end) : "";
}
