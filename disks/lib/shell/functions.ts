// The functions that a script has defined. Their trees stay, with all that lies around them.

import { keep, make } from "../heap.ts";
import { Function, shell } from "./state.ts";
import type { Node } from "./syntax.ts";

class Functions {
  first: Ptr<Function> | null;
}

const functions = zeroed<Functions>();

export function functionNamed(name: string): Ptr<Function> | null {
  for (let f = functions.first; f !== null; f = f.next) if (f.name === name) return f;
  return null;
}

export function define(name: string, body: Ptr<Node>): void {
  shell.keepTree = true;
  const known = functionNamed(name);
  if (known !== null) {
    known.body = body;
    return;
  }
  const f = make<Function>();
  f.name = keep(name);
  f.body = body;
  f.next = functions.first;
  functions.first = f;
}

export function dropFunction(name: string): boolean {
  let before: Ptr<Function> | null = null;
  for (let f = functions.first; f !== null; f = f.next) {
    if (f.name === name) {
      if (before === null) functions.first = f.next;
      else before.next = f.next;
      return true;
    }
    before = f;
  }
  return false;
}
