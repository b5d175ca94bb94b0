/**
 * Who holds one lock and takes another says in which order the two are taken. If somewhere else they are taken the other
 * way round, two processors can wait for each other forever. The order is inferred from the whole program: locks are told
 * apart by their class (`Locked<Zone>`), an edge leads from a lock that is held to one that is taken meanwhile, however many
 * calls away, and a ring of edges is a mistake. So is taking a lock again that is held.
 */
import type { TypedFunction } from "../check/tree.ts";
import type { ClassType } from "../check/types.ts";
import { nowhere, type Site } from "../out/site.ts";
import type { Diagnostic } from "../syntax/diagnostic.ts";
import { components } from "./components.ts";
import { factsOf } from "./facts.ts";
import { isRuntime, placeKey } from "./reach.ts";
import type { Whole } from "./whole.ts";

/** While `held` is held by `fn`, `taken` is taken by the call at `site`, or further down. */
interface Order {
  readonly held: ClassType;
  readonly taken: ClassType;
  readonly fn: TypedFunction;
  readonly since: Site;
  readonly site: Site;
  readonly callee: TypedFunction;
}

/** How a function comes to take a lock: itself, or by a call. */
interface Taking {
  readonly site: Site;
  readonly callee: TypedFunction;
}

/** A lock that is taken while another one is held, and the first function in which that happens. */
export interface LockPair {
  readonly held: string;
  readonly taken: string;
  readonly by: string;
}

/** All pairs of locks that are ever held together, for people. */
export function lockPairs(whole: Whole): LockPair[] {
  const takes = takings(whole);
  const pairs = new Map<string, LockPair>();
  for (const fn of whole.program.functions) {
    if (!factsOf(fn).guards || isRuntime(fn)) continue;
    for (const { held, taken } of ordersIn(whole, fn, takes)) {
      const pair = { held: held.name, taken: taken.name, by: fn.name };
      const key = `${pair.held} ${pair.taken}`;
      if (held !== taken && !pairs.has(key)) pairs.set(key, pair);
    }
  }
  return [...pairs.values()];
}

export function lockOrder(whole: Whole): Diagnostic[] {
  const takes = takings(whole);
  if (takes.size === 0) return [];
  const orders = whole.program.functions.flatMap((fn) =>
    !factsOf(fn).guards || isRuntime(fn) ? [] : ordersIn(whole, fn, takes),
  );
  const next = new Map<ClassType, Map<ClassType, Order>>();
  for (const order of orders) {
    const of = next.get(order.held) ?? new Map<ClassType, Order>();
    if (!of.has(order.taken)) of.set(order.taken, order);
    next.set(order.held, of);
  }
  const found = orders.filter(({ held, taken }) => held === taken).map((order) => again(order, takes));
  for (const ring of components([...next.keys()], (lock) => next.get(lock)?.keys() ?? [])) {
    if (ring.length < 2) continue;
    const inside = new Set(ring);
    // The order that the sources show first is taken for the right one: the mistake is where the ring closes.
    const first = [...next.keys()].find((lock) => inside.has(lock))!;
    const list = ringFrom(first, inside, next);
    found.push(inverted(list, takes));
  }
  return found;
}

/** The locks that each function takes, itself or in what it calls. */
function takings(whole: Whole): Map<TypedFunction, Map<ClassType, Taking>> {
  const { everything } = whole;
  const found = new Map<TypedFunction, Map<ClassType, Taking>>();
  const callers = new Map<TypedFunction, { fn: TypedFunction; site: Site }[]>();
  const work: [TypedFunction, ClassType][] = [];
  const add = (fn: TypedFunction, lock: ClassType, taking: Taking) => {
    const own = found.get(fn) ?? new Map<ClassType, Taking>();
    if (own.has(lock)) return;
    found.set(fn, own.set(lock, taking));
    work.push([fn, lock]);
  };
  for (const fn of everything.functions)
    for (const { callee, site } of everything.calls(fn)) {
      const list = callers.get(callee);
      if (list === undefined) callers.set(callee, [{ fn, site }]);
      else list.push({ fn, site });
      const lock = whole.lockTakenBy(callee);
      if (lock !== null) add(fn, lock, { site, callee });
    }
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const [callee, lock] = item;
    // A lock's own methods take it: that is said at their callers.
    for (const { fn, site } of callers.get(callee) ?? []) add(fn, lock, { site, callee });
  }
  return found;
}

function ordersIn(
  whole: Whole,
  fn: TypedFunction,
  takes: ReadonlyMap<TypedFunction, ReadonlyMap<ClassType, Taking>>,
): Order[] {
  const found: Order[] = [];
  /** Null: a guard that is no lock's. */
  const held: ({ readonly since: Site; readonly lock: ClassType } | null)[] = [];
  const calls = new Map<string, TypedFunction[]>();
  for (const { callee, site } of whole.everything.calls(fn)) {
    const key = placeKey(site);
    const list = calls.get(key);
    if (list === undefined) calls.set(key, [callee]);
    else list.push(callee);
  }
  for (const act of factsOf(fn).acts)
    if (act.kind === "enter") {
      const lock = act.maker === null ? null : whole.lockTakenBy(act.maker);
      held.push(lock === null ? null : { since: act.site, lock });
    } else if (act.kind === "leave") held.pop();
    else if (act.kind !== "value" && held.some((one) => one !== null))
      for (const callee of calls.get(placeKey(act.site)) ?? []) {
        const own = whole.lockTakenBy(callee);
        for (const taken of own !== null ? [own] : (takes.get(callee)?.keys() ?? []))
          for (const one of held)
            if (one !== null) found.push({ held: one.lock, taken, fn, since: one.since, site: act.site, callee });
      }
  return found;
}

/** Orders that lead from a lock back to it, within a component. */
function ringFrom(
  start: ClassType,
  inside: ReadonlySet<ClassType>,
  next: ReadonlyMap<ClassType, ReadonlyMap<ClassType, Order>>,
): Order[] {
  const before = new Map<ClassType, Order | null>([[start, null]]);
  for (const lock of before.keys())
    for (const [taken, order] of next.get(lock) ?? []) {
      if (taken === start && lock !== start) {
        const list = [order];
        for (let at = before.get(lock) ?? null; at !== null; at = before.get(at.held) ?? null) list.unshift(at);
        return list;
      }
      if (inside.has(taken) && !before.has(taken)) before.set(taken, order);
    }
  return [];
}

const at = ({ file, line }: Site): string => `${file}:${line}`;

/** From the lock that is held to the one that is taken, as lines. */
function steps(order: Order, takes: ReadonlyMap<TypedFunction, ReadonlyMap<ClassType, Taking>>): string[] {
  const lines = [`${order.fn.name} holds ${order.held.name} (${at(order.since)})`];
  let callee = order.callee;
  let site = order.site;
  for (let count = 0; count < 30; count++) {
    const taking = takes.get(callee)?.get(order.taken);
    const own = callee.parameters[0]?.name === "this" && taking === undefined;
    if (own || taking === undefined) break;
    lines.push(`calls ${callee.name} (${at(site)})`);
    ({ callee, site } = taking);
  }
  lines.push(`takes ${order.taken.name} (${at(site)})`);
  return lines;
}

function again(order: Order, takes: ReadonlyMap<TypedFunction, ReadonlyMap<ClassType, Taking>>): Diagnostic {
  return {
    site: order.site,
    length: 1,
    message: `${order.taken.name} is taken here while one is held (line ${order.since.line}): if it is the same, this waits forever`,
    hint: "end the first guard's block, hand the guard's data on, or give one of the two a class of its own",
    path: steps(order, takes),
    rule: "lock-order",
  };
}

function inverted(
  ring: readonly Order[],
  takes: ReadonlyMap<TypedFunction, ReadonlyMap<ClassType, Taking>>,
): Diagnostic {
  const last = ring.at(-1);
  const names = [...ring.map(({ held }) => held.name), ring[0]?.held.name].join(" → ");
  return {
    site: last?.site ?? nowhere,
    length: 1,
    message: `locks are taken in a ring, ${names}: two processors can wait for each other`,
    hint: "take them in one order everywhere, or end the first guard's block before",
    path: ring.flatMap((order) => steps(order, takes)),
    rule: "lock-order",
  };
}
