/**
 * Facts (facts.ts) as text, for a process that does not look at the body: functions, globals and types are there by their numbers in
 * what the body refers to, variables by numbers that begin with the parameters, places by line and column of the function's file.
 */
import type { TypedFunction, TypedGlobal } from "../check/tree.ts";
import type { FunctionType } from "../check/types.ts";
import type { Site } from "../out/site.ts";
import type { Act, Facts, Flow, FlowSource, Found, Holder } from "./facts.ts";

type Place = readonly [line: number, column: number];

/** Functions are numbers, variables negative numbers from -1, types in brackets. */
type FlowText = readonly (number | readonly [number])[];
type Given = readonly (FlowText | null)[];

type ActText =
  | readonly ["c", callee: number, given: Given, ...Place]
  | readonly ["v", callee: FlowText, effects: number, given: Given, ...Place]
  | readonly ["i", name: string, ...Place]
  | readonly ["f", value: number, type: number, ...Place]
  | readonly ["e", callee: number, maker: number, name: string, ...Place]
  | readonly ["l"];

type FactsText = readonly [
  acts: readonly ActText[],
  values: readonly (readonly [local: number, from: FlowText])[],
  kept: readonly (readonly [value: number, type: number])[],
  starts: readonly number[],
  touches: readonly (readonly [global: number, how: number, ...Place])[],
  openLoops: readonly (readonly [length: number, asksAtomic: number, ...Place])[],
];

/** It cannot be said: a place is in another file (what stands in for an argument), or something is not among what the body refers to. */
class NotSayable extends Error {}

/** `references`: what the body refers to. Null: this cannot be said as text. */
export function factsText(fn: TypedFunction, facts: Facts, references: readonly object[]): string | null {
  const numbers = new Map(references.map((item, k) => [item, k]));
  const locals = new Map<Holder, number>(fn.parameters.map((local, k) => [local, k]));
  const number = (item: object): number => {
    const found = numbers.get(item);
    if (found === undefined) throw new NotSayable();
    return found;
  };
  const localNumber = (local: Holder): number => {
    let found = locals.get(local);
    if (found === undefined) locals.set(local, (found = locals.size));
    return found;
  };
  const place = ({ file, line, column }: Site): Place => {
    if (file !== fn.site.file) throw new NotSayable();
    return [line, column];
  };
  const source = (item: FlowSource): number | [number] => {
    if (item.kind === "function") return number(item.function);
    return item.kind === "local" ? -1 - localNumber(item.local) : [number(item.type)];
  };
  const flow = (items: Flow): FlowText => items.map(source);
  const given = (items: readonly (Flow | null)[]): Given => items.map((item) => item && flow(item));
  const act = (item: Act): ActText => {
    switch (item.kind) {
      case "call":
        return ["c", number(item.callee), given(item.given), ...place(item.site)];
      case "callValue": {
        const { sleeps, allocates } = item.effects;
        const effects = (sleeps ? 1 : 0) | (allocates ? 2 : 0);
        return ["v", flow(item.callee), effects, given(item.given), ...place(item.site)];
      }
      case "intrinsic":
        return ["i", item.name, ...place(item.site)];
      case "value":
        return ["f", number(item.function), number(item.type), ...place(item.site)];
      case "enter": {
        const maker = item.maker === null ? -1 : number(item.maker);
        return ["e", number(item.callee), maker, item.name, ...place(item.site)];
      }
      case "leave":
        return ["l"];
    }
  };
  try {
    const text: FactsText = [
      facts.acts.map(act),
      facts.values.map(({ local, from }) => [localNumber(local), flow(from)]),
      facts.kept.map((item) => [number(item.function), number(item.type)]),
      facts.starts.map(number),
      facts.touches.map(({ global, behind, writes, site }) => {
        const how = (behind ? 1 : 0) | (writes ? 2 : 0);
        return [number(global), how, ...place(site)];
      }),
      facts.openLoops.map(({ site, length, asksAtomic }) => [length, asksAtomic ? 1 : 0, ...place(site)]),
    ];
    return JSON.stringify(text);
  } catch (error) {
    if (error instanceof NotSayable) return null;
    throw error;
  }
}

/** The facts of a function whose body nobody has looked at, and which an earlier process said in `text`. */
export function readFacts(fn: TypedFunction, text: string): Found {
  const [acts, values, kept, starts, touches, openLoops] = JSON.parse(text) as FactsText;
  const references = fn.unchecked!.references();
  const { file } = fn.site;
  const locals: Holder[] = [...fn.parameters];
  const called = (number: number) => references[number] as TypedFunction;
  const typeAt = (number: number) => references[number] as FunctionType;
  const localAt = (number: number): Holder => (locals[number] ??= {});
  const source = (item: number | readonly [number]): FlowSource => {
    if (typeof item !== "number") return { kind: "kept", type: typeAt(item[0]) };
    return item < 0 ? { kind: "local", local: localAt(-1 - item) } : { kind: "function", function: called(item) };
  };
  const flow = (items: FlowText): Flow => items.map(source);
  const given = (items: Given): readonly (Flow | null)[] => items.map((item) => item && flow(item));
  const act = (item: ActText): Act => {
    switch (item[0]) {
      case "c": {
        const [, callee, list, line, column] = item;
        return { kind: "call", callee: called(callee), given: given(list), site: { file, line, column } };
      }
      case "v": {
        const [, callee, bits, list, line, column] = item;
        const effects = { sleeps: (bits & 1) !== 0, allocates: (bits & 2) !== 0 };
        return { kind: "callValue", callee: flow(callee), effects, given: given(list), site: { file, line, column } };
      }
      case "i": {
        const [, name, line, column] = item;
        return { kind: "intrinsic", name, site: { file, line, column } };
      }
      case "f": {
        const [, value, type, line, column] = item;
        return { kind: "value", function: called(value), type: typeAt(type), site: { file, line, column } };
      }
      case "e": {
        const [, callee, made, name, line, column] = item;
        const maker = made < 0 ? null : called(made);
        return { kind: "enter", callee: called(callee), given: [], maker, name, site: { file, line, column } };
      }
      case "l":
        return { kind: "leave" };
    }
  };
  return {
    acts: acts.map(act),
    values: values.map(([local, from]) => ({ local: localAt(local), from: flow(from) })),
    kept: kept.map(([value, type]) => ({ function: called(value), type: typeAt(type) })),
    starts: starts.map(called),
    touches: touches.map(([global, how, line, column]) => ({
      global: references[global] as TypedGlobal,
      ...{ behind: (how & 1) !== 0, writes: (how & 2) !== 0, site: { file, line, column } },
    })),
    openLoops: openLoops.map(([length, atomic, line, column]) => ({
      ...{ length, asksAtomic: atomic === 1, site: { file, line, column } },
    })),
    // Nothing is wrong with these here.
    ...{ affine: false, results: false },
  };
}
