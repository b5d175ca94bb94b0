/**
 * What calling a function may do: sleep, allocate. It starts where a contract says so (attr(maySleep), attr(mayAlloc)) and
 * spreads to all callers; a function that promises not to, an interrupt handler, or a function value whose type does not
 * allow it, is where it must stop. The message shows the way from the call to the contract.
 */
import { typeName } from "../check/intern.ts";
import type { ConstantValue, TypedFunction, TypedProgram } from "../check/tree.ts";
import type { FunctionType, Type } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { type Act, factsOf } from "./facts.ts";
import { calledBy, symbolsOf } from "./reach.ts";

interface Effect {
  readonly name: "sleeps" | "allocates";
  readonly verb: string;
  readonly source: "maySleep" | "mayAlloc";
  readonly forbids: (fn: TypedFunction) => string | null;
  readonly wrapper: string;
}

const effects: readonly Effect[] = [
  {
    name: "sleeps",
    verb: "sleep",
    source: "maySleep",
    forbids: ({ contracts }) => (contracts.noSleep ? "noSleep" : contracts.irqSafe ? "irqSafe" : null),
    wrapper: "MaySleep",
  },
  {
    name: "allocates",
    verb: "allocate",
    source: "mayAlloc",
    forbids: ({ contracts }) => (contracts.noAlloc ? "noAlloc" : null),
    wrapper: "MayAlloc",
  },
];

/** Why a function has an effect: its own contract, a call of another function, or of a function value. */
interface Cause {
  readonly site: Site;
  readonly callee: TypedFunction | null;
}

export function effectMistakes(program: TypedProgram): Diagnostic[] {
  const acts = new Map(program.functions.map((fn) => [fn, factsOf(fn).acts]));
  const found: Diagnostic[] = [];
  const handlers = new Set(program.roots.filter(({ kind }) => kind === "interrupt").map((root) => root.function));
  const calleesOf = calleesIn(program);
  const causes = effects.map((effect) => spread(effect, acts, handlers, calleesOf));
  for (const fn of program.functions) fn.inferred = { sleeps: causes[0].has(fn), allocates: causes[1].has(fn) };
  for (const [index, effect] of effects.entries()) {
    const known = causes[index];
    for (const [fn, all] of acts) {
      const promise = handlers.has(fn) && effect.name === "sleeps" ? "an interrupt handler" : effect.forbids(fn);
      const cause = promise === null ? null : firstCause(effect, all, known, calleesOf);
      if (cause) found.push(broken(effect, fn, promise!, cause, known));
      for (const item of all) found.push(...valueMistakes(effect, item, known));
    }
    for (const { initial, type, site } of program.globals)
      if (initial) found.push(...constantMistakes(effect, initial, type, site, known));
  }
  return found;
}

type Causes = ReadonlyMap<TypedFunction, Cause>;

/** Every function that has the effect, with a reason; functions that promise not to have it are trusted by their callers. */
function spread(
  effect: Effect,
  acts: ReadonlyMap<TypedFunction, readonly Act[]>,
  handlers: ReadonlySet<TypedFunction>,
  calleesOf: CalleesOf,
): Causes {
  const causes = new Map<TypedFunction, Cause>();
  const callers = new Map<TypedFunction, { fn: TypedFunction; site: Site }[]>();
  const queue: TypedFunction[] = [];
  const add = (fn: TypedFunction, cause: Cause) => {
    if (causes.has(fn) || effect.forbids(fn) !== null || (handlers.has(fn) && effect.name === "sleeps")) return;
    causes.set(fn, cause);
    queue.push(fn);
  };
  for (const [fn, all] of acts) {
    if (fn.contracts[effect.source]) add(fn, { site: fn.site, callee: null });
    for (const item of all) {
      if (item.kind === "leave") continue;
      if (item.kind === "callValue" && item.effects[effect.name]) add(fn, { site: item.site, callee: null });
      for (const callee of calleesOf(item)) {
        const list = callers.get(callee);
        if (list === undefined) callers.set(callee, [{ fn, site: item.site }]);
        else list.push({ fn, site: item.site });
      }
    }
  }
  for (let callee = queue.shift(); callee; callee = queue.shift()) {
    for (const { fn, site } of callers.get(callee) ?? []) add(fn, { site, callee });
  }
  return causes;
}

/** Whom an act calls; what intrinsics call by symbol counts as well. */
type CalleesOf = (item: Act) => readonly TypedFunction[];

function calleesIn(program: TypedProgram): CalleesOf {
  const symbols = symbolsOf(program);
  return (item) => {
    if (item.kind === "call" || item.kind === "enter") return [item.callee];
    if (item.kind !== "intrinsic") return [];
    const callee = symbols.get(calledBy[item.name] ?? "");
    return callee ? [callee] : [];
  };
}

/** The first thing in a body that has the effect. */
function firstCause(effect: Effect, all: readonly Act[], known: Causes, calleesOf: CalleesOf): Cause | null {
  for (const item of all) {
    if (item.kind === "leave") continue;
    if (item.kind === "callValue" && item.effects[effect.name]) return { site: item.site, callee: null };
    const callee = calleesOf(item).find((candidate) => known.has(candidate));
    if (callee) return { site: item.site, callee };
  }
  return null;
}

function broken(effect: Effect, fn: TypedFunction, promise: string, cause: Cause, known: Causes): Diagnostic {
  const what = cause.callee ? `calls ${cause.callee.name}, which may` : "calls a function value that may";
  const who = promise === "an interrupt handler" ? `${fn.name}, ${promise},` : `${fn.name} (${promise})`;
  return {
    site: cause.site,
    length: 1,
    message: `${who} may not ${effect.verb}, but ${what}`,
    hint: way(effect, cause, known),
    rule: "effects",
  };
}

/** From a call to the contract: "a → b → c, attr(maySleep) at file:line". */
function way(effect: Effect, cause: Cause, known: Causes): string | null {
  const names: string[] = [];
  let at: Cause | undefined = cause;
  let last = cause.callee;
  for (let steps = 0; at?.callee && steps < 20; steps++) {
    last = at.callee;
    names.push(last.name);
    at = known.get(last);
  }
  if (!last) return null;
  const end = last.contracts[effect.source]
    ? `attr(${effect.source}) at ${last.site.file}:${last.site.line}`
    : "a function value";
  return `${names.join(" → ")}: ${end}`;
}

/** A function as a value: its type must allow what it does. */
function valueMistakes(effect: Effect, item: Act, known: Causes): Diagnostic[] {
  return item.kind === "value" ? bound(effect, item.function, item.type, item.site, known) : [];
}

function bound(effect: Effect, fn: TypedFunction, type: FunctionType, site: Site, known: Causes): Diagnostic[] {
  const cause = known.get(fn);
  if (!cause || type.effects[effect.name]) return [];
  const message = `${fn.name} may ${effect.verb}, which ${typeName(type)} does not allow`;
  return [
    {
      site,
      length: 1,
      message,
      hint: `${effect.wrapper}<${typeName(type)}>; ${way(effect, { site, callee: fn }, known) ?? ""}`,
      rule: "effects",
    },
  ];
}

/** Functions in the initial value of a global. */
function constantMistakes(effect: Effect, value: ConstantValue, type: Type, site: Site, known: Causes): Diagnostic[] {
  if (value.kind === "function" && type.kind === "function") return bound(effect, value.function, type, site, known);
  if (value.kind === "elements" && type.kind === "array")
    return value.elements.flatMap((inner) => constantMistakes(effect, inner, type.of, site, known));
  const of = value.kind === "fields" ? (value.variant ?? type) : null;
  if (value.kind !== "fields" || of?.kind !== "class") return [];
  return of.fields.flatMap((field) => {
    const inner = value.fields.get(field.name);
    return inner ? constantMistakes(effect, inner, field.type, site, known) : [];
  });
}
