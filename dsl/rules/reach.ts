/**
 * What can be reached from some functions by calling: directly, through closures handed down (followed from the call that
 * hands them over to the call that uses them), through function values that were kept (any kept function of that type and
 * those effects), and through what the language calls by itself (`klog` writes with cor_write). The way there is kept, so
 * that a message can show it.
 */
import type { ConstantValue, TypedFunction, TypedProgram } from "../check/tree.ts";
import type { FunctionType, Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import { type Flow, factsOf, type Holder } from "./facts.ts";

export interface Edge {
  readonly callee: TypedFunction;
  readonly site: Site;
}

/** Functions of the language's own runtime answer for themselves. */
export const isRuntime = ({ site }: { readonly site: Site }): boolean => site.file.startsWith("cor:");

/** The functions that intrinsics call, by symbol. */
export const calledBy: { readonly [intrinsic: string]: string } = {
  klog: "cor_write",
  print: "cor_write",
  copyIn: "copyIn",
  copyOut: "copyOut",
  "cpu.id": "cpuId",
  "percpu.of": "perCpuOffset",
};

/** The program's own functions that have a symbol. */
export function symbolsOf({ functions }: TypedProgram): ReadonlyMap<string, TypedFunction> {
  const own = functions.filter((fn) => fn.contracts.symbol !== null && !isRuntime(fn));
  return new Map(own.map((fn) => [fn.contracts.symbol!, fn]));
}

/** Function values that are kept anywhere in a program, by type; and functions known by symbol. */
export class Values {
  readonly #kept = new Map<string, Set<TypedFunction>>();
  readonly #symbols: ReadonlyMap<string, TypedFunction>;
  readonly #numbers = new Map<Type, number>();

  constructor(program: TypedProgram) {
    this.#symbols = symbolsOf(program);
    for (const fn of program.functions)
      for (const { function: value, type } of factsOf(fn).kept) this.#keep(value, type);
    for (const { initial, type } of program.globals) if (initial !== null) this.#constant(initial, type);
  }

  #constant(constant: ConstantValue, type: Type | null): void {
    if (constant.kind === "function") this.#keep(constant.function, type?.kind === "function" ? type : null);
    else if (constant.kind === "elements")
      for (const item of constant.elements) this.#constant(item, type?.kind === "array" ? type.of : null);
    else if (constant.kind === "fields") {
      const of = constant.variant ?? type;
      for (const [name, item] of constant.fields)
        this.#constant(item, of?.kind === "class" ? (of.fields.find((f) => f.name === name)?.type ?? null) : null);
    }
  }

  #keep(fn: TypedFunction, type: FunctionType | null): void {
    const key =
      type === null
        ? this.#key(
            fn.parameters.map((p) => p.type),
            fn.result,
          )
        : this.#keyOf(type);
    let set = this.#kept.get(key);
    if (set === undefined) this.#kept.set(key, (set = new Set()));
    set.add(fn);
  }

  #number(type: Type): number {
    let n = this.#numbers.get(type);
    if (n === undefined) this.#numbers.set(type, (n = this.#numbers.size));
    return n;
  }

  #key(parameters: readonly Type[], result: Type): string {
    return [...parameters, result].map((type) => this.#number(type)).join();
  }

  #keyOf(type: FunctionType): string {
    return this.#key(type.parameters, type.result);
  }

  /** What a kept function value of the type may be: one whose effects the type allows. */
  of(type: FunctionType): readonly TypedFunction[] {
    return [...(this.#kept.get(this.#keyOf(type)) ?? [])].filter(
      ({ inferred }) =>
        inferred === null ||
        ((type.effects.sleeps || !inferred.sleeps) && (type.effects.allocates || !inferred.allocates)),
    );
  }

  /** Every function that is kept somewhere. */
  all(): readonly TypedFunction[] {
    return [...this.#kept.values()].flatMap((set) => [...set]);
  }

  symbol(intrinsic: string): TypedFunction | null {
    const symbol = calledBy[intrinsic];
    return symbol === undefined ? null : (this.#symbols.get(symbol) ?? null);
  }
}

export const placeKey = ({ file, line, column }: Site): string => `${file}:${line}:${column}`;

export class Reach {
  readonly #values: Values;
  /** How each function was come to first; null: a root. In the order of discovery, shortest ways first. */
  readonly from = new Map<TypedFunction, { readonly caller: TypedFunction; readonly site: Site } | null>();
  /** What is called where a function value is called, by place (placeKey). */
  readonly valueTargets = new Map<string, Set<TypedFunction>>();
  readonly #edges = new Map<TypedFunction, Edge[]>();
  /** What locals of function type may hold, and who waits to hear of more. */
  readonly #holds = new Map<Holder, Set<TypedFunction>>();
  readonly #waiting = new Map<Holder, ((fn: TypedFunction) => void)[]>();
  readonly #queue: TypedFunction[] = [];

  constructor(values: Values, roots: Iterable<TypedFunction>) {
    this.#values = values;
    for (const fn of roots) this.#find(fn, null);
    for (let k = 0; k < this.#queue.length; k++) this.#enter(this.#queue[k]);
  }

  get functions(): Iterable<TypedFunction> {
    return this.from.keys();
  }

  /** All calls a function may make, with the places they stand at. */
  calls(fn: TypedFunction): readonly Edge[] {
    return this.#edges.get(fn) ?? [];
  }

  /** From a root to a function: each with the place where it is called. */
  way(fn: TypedFunction): { readonly fn: TypedFunction; readonly site: Site | null }[] {
    const steps: { fn: TypedFunction; site: Site | null }[] = [];
    for (let at: TypedFunction | null = fn; at !== null; ) {
      const cause: { caller: TypedFunction; site: Site } | null = this.from.get(at) ?? null;
      steps.unshift({ fn: at, site: cause?.site ?? null });
      at = cause?.caller ?? null;
    }
    return steps;
  }

  #find(fn: TypedFunction, cause: { caller: TypedFunction; site: Site } | null): void {
    if (this.from.has(fn)) return;
    this.from.set(fn, cause);
    this.#queue.push(fn);
  }

  #edge(caller: TypedFunction, callee: TypedFunction, site: Site): void {
    let edges = this.#edges.get(caller);
    if (edges === undefined) this.#edges.set(caller, (edges = []));
    edges.push({ callee, site });
    this.#find(callee, { caller, site });
  }

  #enter(fn: TypedFunction): void {
    const facts = factsOf(fn);
    for (const { local, from } of facts.values) this.#flow(from, (value) => this.#hold(local, value));
    for (const { callee, given, site } of facts.calls) {
      this.#edge(fn, callee, site);
      this.#bind(callee, given);
    }
    for (const { callee: from, given, site } of facts.valueCalls) {
      const key = placeKey(site);
      const targets = this.valueTargets.get(key) ?? new Set();
      this.valueTargets.set(key, targets);
      this.#flow(from, (callee) => {
        targets.add(callee);
        this.#edge(fn, callee, site);
        this.#bind(callee, given);
      });
    }
    for (const { name, site } of facts.intrinsics) {
      const callee = this.#values.symbol(name);
      if (callee !== null) this.#edge(fn, callee, site);
    }
  }

  #bind(callee: TypedFunction, given: readonly (Flow | null)[]): void {
    given.forEach((from, index) => {
      const local = callee.parameters[index];
      if (from !== null && local !== undefined) this.#flow(from, (value) => this.#hold(local, value));
    });
  }

  #hold(local: Holder, fn: TypedFunction): void {
    let held = this.#holds.get(local);
    if (held === undefined) this.#holds.set(local, (held = new Set()));
    if (held.has(fn)) return;
    held.add(fn);
    for (const tell of this.#waiting.get(local) ?? []) tell(fn);
  }

  /** Tells of every function that an expression may give, now and later. */
  #flow(from: Flow, tell: (fn: TypedFunction) => void): void {
    for (const source of from)
      if (source.kind === "function") tell(source.function);
      else if (source.kind === "kept") for (const fn of this.#values.of(source.type)) tell(fn);
      else {
        const { local } = source;
        const waiting = this.#waiting.get(local);
        if (waiting === undefined) this.#waiting.set(local, [tell]);
        else waiting.push(tell);
        for (const fn of [...(this.#holds.get(local) ?? [])]) tell(fn);
      }
  }
}
