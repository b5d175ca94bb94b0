/**
 * What the rules want to know of one body: whom it calls, which function values it makes, which globals it touches. Found
 * in one walk and kept with the body: bodies do not change, they are replaced.
 */
import type { Block, Expression, Local, Place, Statement, TypedFunction } from "../check/tree.ts";
import type { FunctionType } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import { rootOf, type Use, visitBlock } from "./visit.ts";

export interface Facts {
  readonly calls: readonly DirectCall[];
  readonly valueCalls: readonly Extract<Expression, { kind: "callValue" }>[];
  /** Local variables of function type, with what they get. */
  readonly values: readonly { readonly local: Local; readonly from: Expression }[];
  /** Functions that become values which can be kept: stored, returned, or handed to who may store them. */
  readonly kept: readonly { readonly function: TypedFunction; readonly type: FunctionType }[];
  /** Functions that begin on a stack of their own (unsafe.newStack): nobody calls them. */
  readonly starts: readonly TypedFunction[];
  readonly touches: readonly Touch[];
  readonly intrinsics: readonly Extract<Expression, { kind: "intrinsic" }>[];
  /** Calls of all kinds and function values, in the order of the body; the end of a `using` is a call of its disposal. */
  readonly acts: readonly Expression[];
  /** Whether there are guards, values of which there is one, variables that hold results: most functions have none. */
  readonly guards: boolean;
  readonly affine: boolean;
  readonly results: boolean;
}

export interface DirectCall {
  readonly callee: TypedFunction;
  /** For the callee's parameters, in their order; a constructor's object is null. */
  readonly arguments: readonly (Expression | null)[];
  readonly site: Site;
}

/** A use of a global, or of what a pointer or slice in a global leads to. */
export interface Touch {
  readonly place: Place;
  readonly use: Use;
  /** Inside a block that holds a guard. */
  readonly guarded: boolean;
}

const known = new WeakMap<Block, Facts>();
const none: Facts = {
  ...{ calls: [], valueCalls: [], values: [], kept: [], starts: [], touches: [], intrinsics: [], acts: [] },
  ...{ guards: false, affine: false, results: false },
};

export function factsOf({ body }: TypedFunction): Facts {
  if (body === null) return none;
  let facts = known.get(body);
  if (facts === undefined) known.set(body, (facts = find(body)));
  return facts;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

const acting: ReadonlySet<string> = new Set(["call", "callValue", "construct", "intrinsic"]);

function find(body: Block): Facts {
  const made: Writable<Facts> = {
    ...{ calls: [], valueCalls: [], values: [], kept: [], starts: [], touches: [], intrinsics: [], acts: [] },
    ...{ guards: false, affine: false, results: false },
  };
  const { calls, valueCalls, values, kept, starts, touches, intrinsics, acts } = made;
  let guards = 0;
  const passed = new Set<Expression>();
  const call = (callee: TypedFunction, given: readonly (Expression | null)[], site: Site): void => {
    calls.push({ callee, arguments: given, site });
    for (const item of given) if (item?.type.kind === "function" && item.type.captures) passed.add(plain(item));
  };
  const assigned = (place: Place, from: Expression): void => {
    if (place.kind === "localPlace" && place.type.kind === "function") values.push({ local: place.local, from });
  };
  visitBlock(body, {
    statement: (s: Statement) => {
      if (s.kind === "local" && s.local.type.kind === "result") made.results = true;
      if (s.kind === "local" && s.initial && s.local.type.kind === "function") {
        values.push({ local: s.local, from: s.initial });
        if (s.local.type.captures) passed.add(plain(s.initial));
      }
    },
    enter: (using) => {
      guards++;
      made.guards = true;
      const { dispose, site } = using;
      call(dispose, [null], site);
      acts.push({ kind: "call", callee: dispose, arguments: [], type: dispose.result, site });
    },
    leave: () => void guards--,
    place: (place, use) => {
      const root = rootOf(place);
      if (root.kind === "localPlace" && root.local.type.kind === "result") made.results = true;
      if (root.kind !== "localPlace") touches.push({ place, use, guarded: guards > 0 });
    },
    expression: (e) => {
      const of = e.type.kind === "result" ? e.type.of : e.type;
      if (of.kind === "class" && of.affine) made.affine = true;
      if (acting.has(e.kind) || e.type.kind === "function") acts.push(e);
      if (e.kind === "call") call(e.callee, e.arguments, e.site);
      else if (e.kind === "construct" && e.initialise)
        call(e.initialise.callee, [null, ...e.initialise.arguments], e.site);
      else if (e.kind === "callValue") {
        valueCalls.push(e);
        for (const item of e.arguments)
          if (item.type.kind === "function" && item.type.captures) passed.add(plain(item));
      } else if (e.kind === "intrinsic") {
        intrinsics.push(e);
        if (e.name !== "unsafe.newStack") return;
        for (const given of e.arguments.map(plain))
          if (given.kind === "constant" && given.value.kind === "function") {
            starts.push(given.value.function);
            passed.add(given);
          }
      } else if (e.kind === "assign") assigned(e.place, e.value);
      else if (e.type.kind === "function" && !passed.has(e)) {
        if (e.kind === "constant" && e.value.kind === "function")
          kept.push({ function: e.value.function, type: e.type });
      }
    },
  });
  return made;
}

/** Without the step from a plain function to what may be a closure. */
export function plain(e: Expression): Expression {
  return e.kind === "convert" && e.type.kind === "function" ? plain(e.operand) : e;
}
