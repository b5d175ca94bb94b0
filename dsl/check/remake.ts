/**
 * What follows from declarations that are not what they were: heads of functions, layouts, enums and variables that looked at
 * one are made again, and who looked at these where they came out otherwise; in the end, the bodies that looked at any of
 * that. All stay the same objects, so that bodies that are not checked again still refer to what is true.
 */
import type { Checker } from "./checker.ts";
import { untypedValue } from "./constants.ts";
import type { Declaration, EnumDeclaration, GlobalDeclaration } from "./declarations.ts";
import { globalOf } from "./globals.ts";
import { headOf } from "./instances.ts";
import { complete } from "./layout.ts";
import { bodyReferences } from "./reach.ts";
import type { Seen } from "./reads.ts";
import { enumeration, membersOf, noLayout } from "./resolve.ts";
import type { ConstantValue, TypedFunction, TypedGlobal } from "./tree.ts";
import type { ClassLayout, ClassType, Field, Type } from "./types.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class Remaking {
  readonly #checker: Checker;
  /** What is not as others have seen it. */
  readonly #changed = new Set<Seen>();
  /** What of that has not been followed yet: something may change again that was. */
  #fresh = new Set<Seen>();
  readonly #layouts = new Set<Type>();
  readonly #globals = new Map<GlobalDeclaration, Pick<GlobalDeclaration, "global" | "value">>();
  /** Whether anything was met that only a check of everything gets right. */
  #clear = true;

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** A declaration that is gone, or that has another text outside of bodies; sites are those of the new texts already. */
  changed(own: Declaration): void {
    this.#note(own);
    if (own.kind === "function") for (const fn of own.instances.values()) this.#note(fn);
    if (own.kind === "class") for (const type of this.typesOf(own)) this.#note(type);
    if (own.kind === "global") this.#forgetGlobal(own);
  }

  #note(item: Seen): void {
    this.#changed.add(item);
    this.#fresh.add(item);
  }

  typesOf(own: Declaration): ClassType[] {
    return [...this.#checker.classes].flatMap(([type, { declaration }]) => (declaration === own ? [type] : []));
  }

  /**
   * Makes again what is there of declarations with other texts, and whatever follows. Gives the functions whose bodies are to be checked
   * again; null when everything is to be.
   */
  run(others: readonly Declaration[]): Set<TypedFunction> | null {
    const { classes, instances, reads } = this.#checker;
    for (const own of others) if (own.kind === "class") for (const type of this.typesOf(own)) this.#reset(type);
    for (const own of others) {
      if (own.kind === "function") for (const fn of own.instances.values()) this.#head(fn);
      if (own.kind === "class") for (const type of this.typesOf(own)) this.#layout(type);
      this.#declaration(own);
    }
    const looked = (made: object, at: readonly Seen[]): boolean => {
      const seen = reads.of(made);
      return seen.size > 0 && at.some((item) => seen.has(item));
    };
    for (let round = 0; this.#fresh.size > 0; round++) {
      if (round > 50) return null;
      const fresh = [...this.#fresh];
      this.#fresh = new Set();
      for (const [fn, instance] of instances) if (looked(instance, fresh)) this.#head(fn);
      for (const [type, instance] of classes)
        if (looked(instance, fresh)) {
          this.#reset(type);
          this.#layout(type);
        }
      for (const names of this.#checker.names.values())
        for (const own of names.values()) if (looked(own, fresh)) this.#again(own);
      if (!this.#clear) return null;
    }
    const stale = new Set<TypedFunction>();
    const all = [...this.#changed];
    for (const [fn] of instances) if (fn.body !== null && (this.#changed.has(fn) || looked(fn, all))) stale.add(fn);
    return this.#addHolders(stale) ? stale : null;
  }

  /** Bodies in whose trees a class with another layout is: what is made of them is not what it was. */
  #addHolders(stale: Set<TypedFunction>): boolean {
    if (this.#layouts.size === 0) return true;
    const { functions, instances } = this.#checker;
    const byName = new Map([...instances.keys()].map((fn) => [fn.name, fn]));
    for (const fn of functions) {
      if (fn.body === null || stale.has(fn) || !this.#holds(fn.body)) continue;
      let owner = instances.has(fn) ? fn : undefined;
      for (let { name } = fn; owner === undefined; ) {
        const outer = name.replace(/\$\d+$/, "");
        if (outer === name) return false;
        owner = byName.get((name = outer));
      }
      stale.add(owner);
    }
    return true;
  }

  #holds(body: object): boolean {
    return bodyReferences(body).some((item) => {
      let type = item as { kind?: string; of?: Type; to?: Type; members?: readonly Type[] };
      while (type.of !== undefined || type.to !== undefined) type = type.of ?? type.to!;
      return this.#layouts.has(type as Type) || type.members?.some?.((member) => this.#layouts.has(member)) === true;
    });
  }

  #head(fn: TypedFunction): void {
    const { instances, reads, syscalls } = this.#checker;
    const instance = instances.get(fn)!;
    const { declaration } = instance;
    const { module, node } = declaration;
    reads.forget(instance);
    const head = this.#checker.attempt(module, node, () => headOf(this.#checker, instance));
    if (head === null) {
      this.#clear = false;
      return;
    }
    const own = fn as Mutable<TypedFunction>;
    const { parameters, result } = head;
    const same =
      parameters.length === fn.parameters.length &&
      result === fn.result &&
      parameters.every(({ name, type }, k) => name === fn.parameters[k]!.name && type === fn.parameters[k]!.type);
    Object.assign(own, { site: this.#checker.site(module, node.id ?? node), exported: declaration.exported });
    if (same) {
      for (const [k, { site }] of parameters.entries()) Object.assign(fn.parameters[k]!, { site });
      return;
    }
    if (syscalls.has(fn)) this.#clear = false;
    Object.assign(own, { parameters, result });
    this.#note(fn);
  }

  #reset(type: ClassType): void {
    const instance = this.#checker.classes.get(type)!;
    this.#checker.reads.forget(instance);
    instance.layout = "none";
  }

  #layout(type: ClassType): void {
    const { declaration } = this.#checker.classes.get(type)!;
    const { module, node } = declaration;
    const before = type.layout;
    (type as Mutable<ClassType>).site = this.#checker.site(module, node.id ?? node);
    type.layout = noLayout(declaration);
    this.#checker.attempt(module, node, () => complete(this.#checker, type, node));
    if (sameLayout(before, type.layout)) {
      for (const [k, { site }] of type.fields.entries()) Object.assign(before.fields[k]!, { site });
      type.layout = before;
      return;
    }
    this.#layouts.add(type);
    this.#note(type);
  }

  #again(own: Declaration): void {
    if (own.kind === "global") this.#forgetGlobal(own);
    this.#declaration(own);
  }

  #forgetGlobal(own: GlobalDeclaration): void {
    const { global, value } = own;
    this.#globals.set(own, { global, value });
    Object.assign(own, { state: "unseen", global: null, value: null, evaluated: null });
    this.#checker.reads.forget(own);
  }

  #declaration(own: Declaration): void {
    if (own.kind === "enum") this.#enum(own);
    if (own.kind === "global") this.#global(own);
  }

  /** Values know their enum, which tells debuggers of its members: with others it is another type. */
  #enum(own: EnumDeclaration): void {
    const { reads, types } = this.#checker;
    if (own.resolved === null) return;
    const { type, enumeration: before } = own.resolved;
    reads.forget(own);
    const made = this.#checker.attempt(own.module, own.node, () => membersOf(this.#checker, own));
    if (made === null) this.#clear = false;
    if (made === null || [...made].join() === [...before.members].join()) return;
    types.forget(type);
    Object.assign(own, { resolved: null, resolving: false });
    this.#checker.attempt(own.module, own.node, () => enumeration(this.#checker, own));
    this.#note(own);
  }

  #global(own: GlobalDeclaration): void {
    const { roots, claims, globals } = this.#checker;
    const before = this.#globals.get(own)!;
    const known = roots.length + claims.length;
    this.#checker.attempt(own.module, own.node, () => {
      if (untypedValue(this.#checker, own) === null) globalOf(this.#checker, own);
    });
    const { global: made } = own;
    if (roots.length + claims.length !== known) this.#clear = false;
    if (before.global === null || made === null) {
      // What was a mere constant and is a variable now, or the other way round, is named in other ways.
      if (before.global !== made) this.#clear = false;
      if (before.value !== own.value) this.#note(own);
      return;
    }
    globals.splice(globals.indexOf(made), 1);
    if (!isPlain(before.global) || !isPlain(made)) this.#clear = false;
    if (!sameGlobal(before.global, made)) this.#note(own);
    own.global = Object.assign(before.global, made);
  }
}

/** Whether a variable's value refers to nothing else. */
export const isPlain = ({ initial }: TypedGlobal): boolean => initial === null || isPlainValue(initial);

function isPlainValue(value: ConstantValue): boolean {
  if (value.kind === "elements") return value.elements.every(isPlainValue);
  if (value.kind === "fields") return value.variant === null && [...value.fields.values()].every(isPlainValue);
  return value.kind !== "function" && value.kind !== "reference";
}

function sameGlobal(x: TypedGlobal, y: TypedGlobal): boolean {
  const value = ({ initial }: TypedGlobal) => (initial !== null && "value" in initial ? initial.value : initial?.kind);
  const simple = x.initial === null || "value" in x.initial || x.initial.kind === "zero" || x.initial.kind === "null";
  return (
    simple &&
    value(x) === value(y) &&
    x.type === y.type &&
    x.constant === y.constant &&
    x.late === y.late &&
    x.exported === y.exported
  );
}

function sameLayout(x: ClassLayout, y: ClassLayout): boolean {
  return (
    x.bytes === y.bytes &&
    x.align === y.align &&
    x.affine === y.affine &&
    x.disposable === y.disposable &&
    x.fields.length === y.fields.length &&
    x.fields.every((field, k) => sameField(field, y.fields[k]!))
  );
}

function sameField(x: Field, y: Field): boolean {
  return (
    x.name === y.name &&
    x.type === y.type &&
    x.offset === y.offset &&
    x.readonly === y.readonly &&
    x.private === y.private &&
    x.bit?.shift === y.bit?.shift &&
    x.bit?.width === y.bit?.width &&
    x.bit?.bytes === y.bit?.bytes
  );
}
