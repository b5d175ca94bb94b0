/**
 * The function body that is being checked: its names, what is known at the current point, and the loops around it. A
 * closure has a Body of its own whose `outer` is the one it is written in; using a local of an outer body captures it.
 */
import type { Node } from "oxc-parser";
import type { Site } from "../out/site.ts";
import { Mistake } from "../syntax/diagnostic.ts";
import type { Module } from "../syntax/modules.ts";
import type { Checker } from "./checker.ts";
import type { TypeArguments } from "./declarations.ts";
import { Flow, pathOf, within } from "./flow.ts";
import { assignedNames } from "./loops.ts";
import type { Local, Place, TypedFunction } from "./tree.ts";
import type { ClassType, Type } from "./types.ts";

/** What a name inside a function means: a variable, or an integer constant without a type. */
export type Binding =
  | { readonly kind: "local"; readonly local: Local; readonly owner: Body }
  | { readonly kind: "constant"; readonly value: bigint; readonly mask: boolean }
  /** A declaration with a mistake in it: uses are skipped. */
  | { readonly kind: "broken" };

/** A loop or switch around the current point, and the flows that leave it. */
export interface Exit {
  readonly kind: "loop" | "switch";
  readonly label: string | null;
  readonly breaks: Flow[];
  readonly continues: Flow[];
}

export interface BodyOptions {
  readonly checker: Checker;
  readonly module: Module;
  readonly arguments: TypeArguments;
  readonly function: TypedFunction | null;
  readonly thisClass: ClassType | null;
  readonly outer: Body | null;
  /** Null: to be found from the first return. */
  readonly result: Type | null;
  /** The outermost function, as written. */
  readonly node: Node | null;
  /** A constructor may assign readonly fields. */
  readonly isConstructor: boolean;
}

export class Body {
  readonly checker: Checker;
  readonly module: Module;
  readonly arguments: TypeArguments;
  readonly function: TypedFunction | null;
  readonly thisClass: ClassType | null;
  readonly outer: Body | null;
  readonly isConstructor: boolean;
  result: Type | null;
  /** The global whose initial value this is. */
  title = "";
  flow = new Flow();

  exits: Exit[] = [];
  /** Inside `defer(() => …)`: may not leave the function. */
  deferred = false;
  /** A statement has a mistake: what follows from its absence is not said. */
  broken = false;
  /** Inside `comptime(() => …)`. */
  comptime = false;
  readonly captures: Local[] = [];
  /** Locals of result type that nobody has looked at yet. */
  readonly unlooked = new Map<Local, Node>();
  private readonly node: Node | null;
  private assigned: ReadonlySet<string> | null = null;
  private scopes: Map<string, Binding>[] = [new Map()];
  /** Shared with the closures inside. */
  private readonly numbers: { readonly locals: Local[]; readonly of: Map<Local, number> };

  constructor(options: BodyOptions) {
    this.checker = options.checker;
    this.module = options.module;
    this.arguments = options.arguments;
    this.function = options.function;
    this.thisClass = options.thisClass;
    this.outer = options.outer;
    this.result = options.result;
    this.isConstructor = options.isConstructor;
    this.node = options.outer?.node ?? options.node;
    this.numbers = options.outer?.numbers ?? { locals: [], of: new Map() };
    if (options.outer) {
      this.comptime = options.outer.comptime;
      this.flow = options.outer.flow.clone();
      this.flow.reachable = true;
      this.forgetChanging();
    }
  }

  site(node: { readonly start: number }): Site {
    return this.module.source.site(node.start);
  }

  /** The source text of a node, short enough for a message. */
  text(node: { readonly start: number; readonly end: number }): string {
    const text = this.module.source.text.slice(node.start, node.end).replace(/\s+/g, " ");
    return text.length > 40 ? `${text.slice(0, 37)}…` : text;
  }

  inBlock<T>(check: () => T): T {
    this.scopes.push(new Map());
    try {
      return check();
    } finally {
      this.scopes.pop();
    }
  }

  declare(name: string, binding: Binding, node: Node): void {
    const scope = this.scopes[this.scopes.length - 1];
    if (scope.has(name) && binding.kind !== "broken") {
      throw new Mistake(node.start, node.end, `${name} is declared twice in this block`, "another name");
    }
    scope.set(name, binding);
  }

  newLocal(name: string, type: Type, node: Node, mutable: boolean): Local {
    return { name, type, site: this.site(node), mutable, addressed: false, captured: false };
  }

  /** A name's meaning inside the function, or null: then it is a name of the module. Captures where needed. */
  find(name: string): Binding | null {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const found = this.scopes[i].get(name);
      if (found) return found;
    }
    const found = this.outer?.find(name) ?? null;
    if (found?.kind === "local") {
      found.local.captured = true;
      if (!this.captures.includes(found.local)) this.captures.push(found.local);
    }
    return found;
  }

  /** Whether a name here means what the prelude says. */
  isBuiltin(name: string): boolean {
    return this.find(name) === null && this.checker.isBuiltin(this.module, name);
  }

  *names(): Iterable<string> {
    for (const scope of this.scopes) yield* scope.keys();
    if (this.outer) yield* this.outer.names();
  }

  number(local: Local): number {
    const known = this.numbers.of.get(local);
    if (known !== undefined) return known;
    this.numbers.of.set(local, this.numbers.locals.length);
    return this.numbers.locals.push(local) - 1;
  }

  path(place: Place): string | null {
    return pathOf(place, (local) => this.number(local));
  }

  localOf(path: string): Local | null {
    return path.startsWith("@") ? null : (this.numbers.locals[Number.parseInt(path, 10)] ?? null);
  }

  /** Whether a call may change what lies at the path. */
  isMemory(path: string): boolean {
    if (path.includes("*") || path.startsWith("@")) return true;
    const local = this.localOf(path);
    return local === null || local.addressed || (local.captured && this.isAssigned(local));
  }

  /** For code that runs at another time: only what never changes stays known. */
  forgetChanging(): void {
    this.flow.forget((path) => {
      const local = this.localOf(path);
      return this.isMemory(path) || local === null || this.isAssigned(local);
    });
  }

  /** Whether the function assigns a local after its declaration. */
  private isAssigned(local: Local): boolean {
    if (!local.mutable) return false;
    if (this.assigned === null) this.assigned = this.node ? assignedNames(this.node) : new Set();
    return this.assigned.has(local.name);
  }

  /** After a call: what is known about memory is gone. */
  called(): void {
    if (this.flow.narrowed.size > 0) this.flow.forget((path) => this.isMemory(path));
  }

  /** After a store to a place: what lies in it, and what may be the same memory under another name, is unknown. */
  stored(place: Place): void {
    const { flow } = this;
    if (flow.narrowed.size === 0) return;
    const path = this.path(place);
    const field = place.kind === "field" ? `.${place.field}` : null;
    const wide = place.kind === "deref" || place.kind === "element" || place.kind === "elementOf";
    flow.forget(
      (known) =>
        (path !== null && within(known, path)) ||
        (field !== null && this.isMemory(known) && hasStep(known, field)) ||
        (wide && this.isMemory(known)),
    );
    if (path !== null) flow.forgotten.delete(path);
  }
}

const hasStep = (path: string, step: string) => path.includes(step) && path.split(/(?=[*.!])/).includes(step);
