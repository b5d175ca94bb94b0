/**
 * What the rules want to know of one body: whom it calls, which function values it makes, which globals it touches, what it holds
 * meanwhile. Found in one walk and kept with the body: bodies do not change, they are replaced. Plain data with places, which an earlier
 * process may have left (facts-text.ts): then nobody needs the body.
 */
import type { Block, Expression, Place, Statement, TypedFunction, TypedGlobal } from "../check/tree.ts";
import type { Effects, FunctionType } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import { readFacts } from "./facts-text.ts";
import { asksAtomic, isBounded } from "./loop-bounds.ts";
import { anyShared } from "./shared.ts";
import { rootOf, type Use, visitBlock } from "./visit.ts";

export interface Facts {
  /** All that is done, in the order of the body. */
  readonly acts: readonly Act[];
  /** Calls of functions among them, the ends of guards too; calls of function values; intrinsics. */
  readonly calls: readonly (Call | Enter)[];
  readonly valueCalls: readonly ValueCall[];
  readonly intrinsics: readonly Intrinsic[];
  /** Local variables of function type, with what they get. */
  readonly values: readonly { readonly local: Holder; readonly from: Flow }[];
  /** Functions that become values which can be kept: stored, returned, or handed to who may store them. */
  readonly kept: readonly { readonly function: TypedFunction; readonly type: FunctionType }[];
  /** Functions that begin on a stack of their own (unsafe.newStack): nobody calls them. */
  readonly starts: readonly TypedFunction[];
  readonly touches: readonly Touch[];
  readonly openLoops: readonly OpenLoop[];
  /** Whether there are guards, values of which there is one, variables that hold results: most functions have none. */
  readonly guards: boolean;
  readonly affine: boolean;
  readonly results: boolean;
}

/** What is found; the rest follows from that. */
export type Found = Omit<Facts, "calls" | "valueCalls" | "intrinsics" | "guards">;

export type Act = Call | ValueCall | Intrinsic | FunctionValue | Enter | Leave;

/** A call of a function, or of the constructor of a new object. */
export interface Call {
  readonly kind: "call";
  readonly callee: TypedFunction;
  /** For the callee's parameters, in their order; null: no function. Empty when none is. */
  readonly given: readonly (Flow | null)[];
  readonly site: Site;
}

export interface ValueCall {
  readonly kind: "callValue";
  readonly callee: Flow;
  /** What the type of the value allows. */
  readonly effects: Effects;
  readonly given: readonly (Flow | null)[];
  readonly site: Site;
}

export interface Intrinsic {
  readonly kind: "intrinsic";
  readonly name: string;
  readonly site: Site;
}

export interface FunctionValue {
  readonly kind: "value";
  readonly function: TypedFunction;
  readonly type: FunctionType;
  readonly site: Site;
}

/** A guard is held from here to the `leave` that belongs to it; its end is a call of `callee`. */
export interface Enter {
  readonly kind: "enter";
  readonly callee: TypedFunction;
  readonly given: readonly null[];
  /** The function that made the guard; null: none did. */
  readonly maker: TypedFunction | null;
  readonly name: string;
  readonly site: Site;
}

export interface Leave {
  readonly kind: "leave";
}

/** A variable by its identity: a parameter is its Local. */
export type Holder = object;

/** The functions that an expression may give: these, what variables hold, what is kept as values of a type. */
export type Flow = readonly FlowSource[];

export type FlowSource =
  | { readonly kind: "function"; readonly function: TypedFunction }
  | { readonly kind: "local"; readonly local: Holder }
  | { readonly kind: "kept"; readonly type: FunctionType };

/** The first reading and the first writing of a global that is not shared; `behind`: of what a pointer or slice in it leads to, while no guard is held. */
export interface Touch {
  readonly global: TypedGlobal;
  readonly behind: boolean;
  readonly writes: boolean;
  readonly site: Site;
}

/** A loop of which nothing shows that it ends. */
export interface OpenLoop {
  readonly site: Site;
  /** Of the word that it begins with. */
  readonly length: number;
  readonly asksAtomic: boolean;
}

const known = new WeakMap<object, Facts>();

const none = withRest({
  ...{ acts: [], values: [], kept: [], starts: [], touches: [], openLoops: [] },
  ...{ affine: false, results: false },
});

export function factsOf(fn: TypedFunction): Facts {
  const { unchecked } = fn;
  if (unchecked !== undefined && unchecked.facts !== null) {
    let facts = known.get(unchecked);
    if (facts === undefined) known.set(unchecked, (facts = withRest(readFacts(fn, unchecked.facts))));
    return facts;
  }
  const { body } = fn;
  if (body === null) return none;
  let facts = known.get(body);
  if (facts === undefined) known.set(body, (facts = withRest(find(body))));
  return facts;
}

/** Whether an earlier process has found no mistake in the body by itself, and none can be in it now. */
export const wasRight = ({ unchecked }: TypedFunction): boolean => (unchecked?.facts ?? null) !== null;

function withRest(found: Found): Facts {
  const calls: (Call | Enter)[] = [];
  const valueCalls: ValueCall[] = [];
  const intrinsics: Intrinsic[] = [];
  let guards = false;
  for (const act of found.acts)
    if (act.kind === "call") calls.push(act);
    else if (act.kind === "enter") {
      calls.push(act);
      guards = true;
    } else if (act.kind === "callValue") valueCalls.push(act);
    else if (act.kind === "intrinsic") intrinsics.push(act);
  return { ...found, calls, valueCalls, intrinsics, guards };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function find(body: Block): Found {
  const made: Writable<Found> = {
    ...{ acts: [], values: [], kept: [], starts: [], touches: [], openLoops: [] },
    ...{ affine: false, results: false },
  };
  const { acts, values, kept, starts, touches, openLoops } = made;
  let guards = 0;
  const passed = new Set<Expression>();
  const pass = (e: Expression | null): void => {
    if (e?.type.kind === "function" && e.type.captures) passed.add(plain(e));
  };
  const given = (list: readonly (Expression | null)[]): readonly (Flow | null)[] => {
    for (const item of list) pass(item);
    return list.some((item) => item?.type.kind === "function") ? list.map(argument) : [];
  };
  const touched = new Set<string>();
  const numbers = new Map<TypedGlobal, number>();
  const touch = (item: Touch | null): void => {
    if (item === null) return;
    if (!numbers.has(item.global)) numbers.set(item.global, numbers.size);
    const key = `${numbers.get(item.global)} ${item.behind} ${item.writes}`;
    if (touched.has(key)) return;
    touched.add(key);
    touches.push(item);
  };
  visitBlock(body, {
    statement: (s: Statement) => {
      if (s.kind === "local" && s.local.type.kind === "result") made.results = true;
      if (s.kind === "local" && s.initial && s.local.type.kind === "function") {
        values.push({ local: s.local, from: flowOf(s.initial) });
        if (s.local.type.captures) passed.add(plain(s.initial));
      }
      if (s.kind === "loop" && !isBounded(s)) {
        const length = s.testFirst ? (s.update === null ? 5 : 3) : 2;
        openLoops.push({ site: s.site, length, asksAtomic: asksAtomic(s) });
      }
    },
    enter: ({ dispose, site, initial, local: { name } }) => {
      guards++;
      acts.push({ kind: "enter", callee: dispose, given: [], maker: makerOf(initial), name, site });
    },
    leave: () => {
      guards--;
      acts.push({ kind: "leave" });
    },
    place: (place, use) => {
      const root = rootOf(place);
      if (root.kind === "localPlace" && root.local.type.kind === "result") made.results = true;
      touch(touchOf(place, root, use, guards > 0));
    },
    expression: (e) => {
      const { site, type } = e;
      const of = type.kind === "result" ? type.of : type;
      if (of.kind === "class" && of.affine) made.affine = true;
      if (e.kind === "closure" && type.kind === "function")
        acts.push({ kind: "value", function: e.function, type, site });
      if (e.kind === "call") acts.push({ kind: "call", callee: e.callee, given: given(e.arguments), site });
      else if (e.kind === "construct" && e.initialise) {
        const { callee, arguments: list } = e.initialise;
        acts.push({ kind: "call", callee, given: given([null, ...list]), site });
      } else if (e.kind === "callValue") {
        const { effects } = e.signature;
        acts.push({ kind: "callValue", callee: flowOf(e.callee), effects, given: given(e.arguments), site });
      } else if (e.kind === "intrinsic") {
        acts.push({ kind: "intrinsic", name: e.name, site });
        if (e.name !== "unsafe.newStack") return;
        for (const item of e.arguments.map(plain))
          if (item.kind === "constant" && item.value.kind === "function") {
            starts.push(item.value.function);
            passed.add(item);
          }
      } else if (e.kind === "assign") {
        if (e.place.kind === "localPlace" && e.place.type.kind === "function")
          values.push({ local: e.place.local, from: flowOf(e.value) });
      } else if (e.kind === "constant" && e.value.kind === "function" && type.kind === "function") {
        acts.push({ kind: "value", function: e.value.function, type, site });
        if (!passed.has(e)) kept.push({ function: e.value.function, type });
      }
    },
  });
  return made;
}

const argument = (e: Expression | null): Flow | null => (e?.type.kind === "function" ? flowOf(e) : null);

function flowOf(from: Expression): Flow {
  const e = plain(from);
  if (e.kind === "closure") return [{ kind: "function", function: e.function }];
  if (e.kind === "constant")
    return e.value.kind === "function" ? [{ kind: "function", function: e.value.function }] : [];
  if (e.kind === "conditional") return [...flowOf(e.then), ...flowOf(e.otherwise)];
  if (e.kind === "read" && e.place.kind === "localPlace") return [{ kind: "local", local: e.place.local }];
  return e.type.kind === "function" ? [{ kind: "kept", type: e.type }] : [];
}

/** The function that made a guard. */
function makerOf(e: Expression): TypedFunction | null {
  if (e.kind === "orReturn" || e.kind === "convert") return makerOf(e.operand);
  return e.kind === "call" ? e.callee : null;
}

function touchOf(place: Place, root: ReturnType<typeof rootOf>, use: Use, guarded: boolean): Touch | null {
  if (root.kind === "localPlace" || anyShared(place)) return null;
  const writes = use === "write" || use === "update";
  if (root.kind === "globalPlace") return { global: root.global, behind: false, writes, site: root.site };
  // Behind a pointer or slice that a global holds.
  const holder = root.kind === "deref" ? root.pointer : root.of;
  if (use === "address" || guarded || holder.kind !== "read") return null;
  const from = rootOf(holder.place);
  if (from.kind !== "globalPlace" || anyShared(holder.place)) return null;
  if (holder.type.kind === "slice" && holder.type.readonly) return null;
  return { global: from.global, behind: true, writes, site: from.site };
}

/** Without the step from a plain function to what may be a closure. */
function plain(e: Expression): Expression {
  return e.kind === "convert" && e.type.kind === "function" ? plain(e.operand) : e;
}
