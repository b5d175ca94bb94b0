// The shell's variables. A function's local ones are kept by putting the old value aside until the function ends.

import { drop, keep, make } from "../heap.ts";
import { List } from "../list.ts";
import { complainText } from "../failing.ts";
import { Text } from "../text.ts";
import { shell } from "./state.ts";

export class Variable {
  next: Ptr<Variable> | null;
  name: string;
  value: string;
  isSet: boolean;
  exported: boolean;
  readonly: boolean;
}

/** A local variable's state from before. */
class Aside {
  variable: Ptr<Variable>;
  value: string;
  isSet: boolean;
  exported: boolean;
  depth: u32;
}

const BUCKETS = 64;
const table = zeroed<Arr<Ptr<Variable> | null, 64>>();
const asides = zeroed<List<Ptr<Aside>>>();

function bucketOf(name: string): usize {
  let hash: u64 = 5381;
  for (const c of name) hash = hash * 33 + u64(c);
  return hash % BUCKETS;
}

export function lookUp(name: string): Ptr<Variable> | null {
  for (let v = table[bucketOf(name)]; v !== null; v = v.next) if (v.name === name) return v;
  return null;
}

/** The variable, made when there is none. */
export function variable(name: string): Ptr<Variable> {
  const found = lookUp(name);
  if (found !== null) return found;
  const v = make<Variable>();
  v.name = keep(name);
  v.next = table[bucketOf(name)];
  table[bucketOf(name)] = v;
  return v;
}

/** Its value; empty when it has none. */
export function valueOf(name: string): string {
  const v = lookUp(name);
  return v !== null && v.isSet ? v.value : "";
}

/** Gives a variable a copy of a value. EPERM, told, when it is read-only. */
export function setVariable(name: string, value: string): Res<void> {
  const v = variable(name);
  if (v.readonly) {
    complainText(name, "is read only");
    return err(Errno.EPERM);
  }
  put(v, value);
}

function put(v: Ptr<Variable>, value: string): void {
  const copy = keep(value);
  if (v.isSet) drop(v.value);
  v.value = copy;
  v.isSet = true;
  if (shell.flags.exportAll) v.exported = true;
}

/** As setVariable for what the shell itself keeps up to date. */
export function note(name: string, value: string): void {
  put(variable(name), value);
}

export function unsetVariable(name: string): Res<void> {
  const v = lookUp(name);
  if (v === null) return;
  if (v.readonly) {
    complainText(name, "is read only");
    return err(Errno.EPERM);
  }
  if (v.isSet) drop(v.value);
  v.isSet = false;
  v.exported = false;
}

/** From now on the variable belongs to the function that runs, and has its value from before. */
export function makeLocal(name: string): void {
  const v = variable(name);
  for (const a of asides.items()) if (a.depth === shell.functionDepth && a.variable === v) return;
  putAside(v);
}

/** Remembers a variable's state; takeBack brings it back. */
export function putAside(v: Ptr<Variable>): void {
  const a = make<Aside>();
  a.variable = v;
  a.value = v.isSet ? keep(v.value) : "";
  a.isSet = v.isSet;
  a.exported = v.exported;
  a.depth = shell.functionDepth;
  asides.push(a);
}

export function asideCount(): usize {
  return asides.length;
}

/** Brings back what was put aside since there were `count`. */
export function takeBack(count: usize): void {
  while (asides.length > count) {
    const a = asides.pop();
    const v = a.variable;
    if (v.isSet) drop(v.value);
    v.isSet = a.isSet;
    v.value = a.value;
    v.exported = a.exported;
  }
}

/** All variables. */
export function eachVariable(f: (v: Ptr<Variable>) => void): void {
  for (let b: usize = 0; b < BUCKETS; b++) for (let v = table[b]; v !== null; v = v.next) f(v);
}

/** NAME=value of everything that children get, on the heap. */
export function exportedTexts(into: Ptr<List<string>>): void {
  eachVariable((v) => {
    if (!v.exported || !v.isSet) return;
    const entry = zeroed<Text>();
    entry.add(v.name).put(byte("=")).add(v.value);
    into.push(entry.view());
  });
}
