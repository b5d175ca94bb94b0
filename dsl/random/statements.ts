/**
 * Random statements. Loops count to small limits or go through storage, and what runs often is written once only, so that
 * every program ends soon (scope.ts keeps the budget).
 */
import { forLoop, forOf, giveBack, ifStatement, leave, switchStatement, through, union, whileLoop } from "./control.ts";
import type { Scope } from "./scope.ts";
import { callStatement, check, fallible, generic, guarded, memory, show } from "./uses.ts";
import {
  assign,
  declare,
  declareClosure,
  declarePointer,
  declareSlice,
  declareStorage,
  declareText,
} from "./values.ts";

/** Several statements; `count` is how many are wished for. */
export function statements(s: Scope, count: number): string[] {
  const lines: string[] = [];
  for (let k = 0; k < count && s.left > 1; k++) {
    s.spend(1);
    lines.push(...statement(s));
  }
  return lines;
}

export function statement(s: Scope): string[] {
  const made = s.dice.pick(s.depth < 4 ? all : simple)(s);
  return made ?? assign(s) ?? declare(s);
}

type Maker = (s: Scope) => string[] | null;

const often = (maker: Maker, times: number): Maker[] => Array.from({ length: times }, () => maker);
const simple: readonly Maker[] = [
  ...often(assign, 10),
  ...often(declare, 3),
  show,
  show,
  leave,
  giveBack,
  callStatement,
  memory,
  declareText,
];
const all: readonly Maker[] = [
  ...simple,
  ...often(assign, 4),
  ...often(ifStatement, 5),
  ...often(forLoop, 4),
  ...often(whileLoop, 2),
  ...often(forOf, 2),
  ...often(switchStatement, 2),
  ...[union, union, through, through, memory, fallible, fallible, guarded, callStatement, generic, generic, check],
  ...[declareStorage, declareStorage, declarePointer, declareSlice, declareClosure, show],
];
