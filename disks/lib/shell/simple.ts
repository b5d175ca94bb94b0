// Simple commands: assignments, redirections, and a builtin, a function or a program with its words.

import { programName } from "../environment.ts";
import { List } from "../list.ts";
import { errors, out } from "../stream.ts";
import { leave } from "../sys.ts";
import { indexOf, Text } from "../text.ts";
import { type Builtin, builtinNamed, runBuiltin } from "./builtins.ts";
import { failed } from "./compound.ts";
import { expandPrompt, expandText, expandWords } from "./expand.ts";
import { functionNamed } from "./functions.ts";
import { newJob, waitForeground } from "./jobs.ts";
import { cannotFork, forkInto } from "./processes.ts";
import { execute } from "./programs.ts";
import { quoteIfNeeded } from "./quoting.ts";
import { Aside, redirectAll } from "./redirect.ts";
import { releaseTo, run } from "./run.ts";
import { arena, Function, shell } from "./state.ts";
import type { Node, Word } from "./syntax.ts";
import { asideCount, lookUp, putAside, setVariable, takeBack, variable } from "./variables.ts";

export function simple(node: Ptr<Node>, last: boolean): i32 {
  attr(bounded(100));
  const mark = arena.mark();
  const status = simpleHere(node, last);
  releaseTo(ref(mark));
  return status;
}

function simpleHere(node: Ptr<Node>, last: boolean): i32 {
  attr(bounded(100));
  const words = zeroed<List<string>>();
  using _ = defer(() => words.dispose());
  shell.substituted = 0;
  const expanded = expandWords(node.words, ref(words));
  if (isErr(expanded)) {
    failed(expanded.code === Errno.EINVAL ? 2 : 1);
    return shell.status;
  }
  if (words.length === 0) return onlyAssignments(node);
  const name = words.at(0);
  const builtin = builtinNamed(name);
  if (builtin !== null && builtin.special) return special(node, words.items(), builtin, last);
  const f = functionNamed(name);
  if (f !== null) return withAssignments(node, words.items(), null, f);
  if (builtin !== null) return withAssignments(node, words.items(), builtin, null);
  return external(node, words.items(), last);
}

function assign(word: Ptr<Word>, exported: boolean): Res<void> {
  const at = indexOf(word.text, byte("="), 0);
  const name = word.text.sub(0, at);
  const value = orReturn(expandText(word.text.sub(at + 1, word.text.length), true));
  orReturn(setVariable(name, value));
  if (exported) variable(name).exported = true;
  if (shell.flags.trace) traceAssignment(name, value);
}

function traceAssignment(name: string, value: string): void {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  t.add(name).put(byte("="));
  quoteIfNeeded(ref(t), value);
  traceLine(t.view());
}

function traceLine(t: string): void {
  const ps4 = lookUp("PS4");
  out.flush();
  if (ps4 === null || !ps4.isSet) errors.write("+ ");
  else {
    const trace = shell.flags.trace;
    shell.flags.trace = false;
    const shown = expandPrompt(ps4.value);
    shell.flags.trace = trace;
    if (!isErr(shown)) errors.write(shown);
  }
  errors.line(t);
}

function trace(words: Slice<string>): void {
  if (!shell.flags.trace) return;
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  for (let i: usize = 0; i < words.length; i++) {
    if (i > 0) t.put(byte(" "));
    quoteIfNeeded(ref(t), words[i]);
  }
  traceLine(t.view());
}

function onlyAssignments(node: Ptr<Node>): i32 {
  attr(bounded(100));
  const aside = zeroed<Aside>();
  const moved = redirectAll(node.redirects, ref(aside));
  aside.restore();
  if (isErr(moved)) return 1;
  for (let word = node.assignments; word !== null; word = word.next) {
    const set = assign(word, false);
    if (isErr(set)) {
      failed(2);
      return shell.status;
    }
  }
  return shell.substituted;
}

/** exec, set, export …: what they change stays, and their mistakes end a script. */
function special(node: Ptr<Node>, words: Slice<string>, builtin: Ptr<Builtin>, last: boolean): i32 {
  attr(bounded(100));
  for (let word = node.assignments; word !== null; word = word.next) {
    const set = assign(word, false);
    if (isErr(set)) {
      failed(2);
      return shell.status;
    }
  }
  trace(words);
  const aside = zeroed<Aside>();
  const stays = words[0] === "exec";
  const moved = redirectAll(node.redirects, stays ? null : ref(aside));
  if (isErr(moved)) {
    aside.restore();
    failed(2);
    return shell.status;
  }
  const status = runBuiltin(builtin, words);
  aside.restore();
  if (!last) out.flush();
  return status;
}

/** A builtin or a function: assignments in front hold while it runs. */
function withAssignments(node: Ptr<Node>, words: Slice<string>, builtin: Ptr<Builtin> | null, f: Ptr<Function> | null): i32 {
  attr(bounded(100));
  const aside = zeroed<Aside>();
  const before = asideCount();
  let status: i32 = 1;
  const moved = redirectAll(node.redirects, ref(aside));
  if (!isErr(moved)) {
    let assigned = true;
    for (let word = node.assignments; word !== null && assigned; word = word.next) {
      putAside(variable(word.text.sub(0, indexOf(word.text, byte("="), 0))));
      const set = assign(word, true);
      if (isErr(set)) assigned = false;
    }
    if (!assigned) {
      failed(2);
      status = shell.status;
    } else {
      trace(words);
      if (f !== null) status = callFunction(f, words);
      else if (builtin !== null) status = runBuiltin(builtin, words);
    }
  }
  if (node.assignments !== null) takeBack(before);
  aside.restore();
  out.flush();
  return status;
}

function callFunction(f: Ptr<Function>, words: Slice<string>): i32 {
  attr(bounded(100));
  if (shell.functionDepth >= 500) {
    errors.write(programName());
    errors.line(": functions call each other too deeply");
    failed(2);
    return shell.status;
  }
  const parameters = shell.parameters;
  const loops = shell.loops;
  const count = asideCount();
  shell.parameters = words.sub(1, words.length);
  shell.loops = 0;
  shell.functionDepth++;
  run(f.body, false);
  shell.functionDepth--;
  takeBack(count);
  shell.loops = loops;
  shell.parameters = parameters;
  shell.returning = false;
  return shell.status;
}

function external(node: Ptr<Node>, words: Slice<string>, last: boolean): i32 {
  attr(bounded(100));
  trace(words);
  if (last) becomeProgram(node, words);
  const job = newJob(node.text);
  const child = forkInto(job, false);
  if (isErr(child)) return cannotFork();
  if (child === 0) {
    shell.subshell = true;
    becomeProgram(node, words);
  }
  return waitForeground(job);
}

/** A program, whatever functions are called like it: `command`. */
export function runProgram(words: Slice<string>): i32 {
  const job = newJob(words[0]);
  const child = forkInto(job, false);
  if (isErr(child)) return cannotFork();
  if (child === 0) leave(execute(words));
  return waitForeground(job);
}

function becomeProgram(node: Ptr<Node>, words: Slice<string>): never {
  attr(bounded(100));
  const moved = redirectAll(node.redirects, null);
  if (isErr(moved)) leave(1);
  for (let word = node.assignments; word !== null; word = word.next) {
    const set = assign(word, true);
    if (isErr(set)) leave(2);
  }
  leave(execute(words));
}
