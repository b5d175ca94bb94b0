// if, while, until, for and case.

import { List } from "../list.ts";
import { matches } from "../pattern.ts";
import { expandPattern, expandText, expandWords } from "./expand.ts";
import { run } from "./run.ts";
import { interrupted, shell } from "./state.ts";
import { type CaseItem, Kind, type Node } from "./syntax.ts";
import { interrupt } from "./traps.ts";
import { setVariable } from "./variables.ts";

function condition(node: Ptr<Node> | null): boolean {
  attr(bounded(100));
  if (node === null) return false;
  shell.unchecked++;
  run(node, false);
  shell.unchecked--;
  return shell.status === 0;
}

export function ifCommand(node: Ptr<Node>, last: boolean): void {
  attr(bounded(100));
  const holds = condition(node.first);
  if (interrupted() || interrupt.came) return;
  const branch = holds ? node.second : node.third;
  if (branch !== null) run(branch, last);
  else shell.status = 0;
}

/** After a turn: whether the loop ends because of break, continue of an outer one, or worse. */
function loopEnds(): boolean {
  if (interrupt.came || shell.exiting || shell.returning) return true;
  if (shell.leaving === 0) return false;
  shell.leaving--;
  return shell.leaving > 0 || !shell.goesOn;
}

export function loop(node: Ptr<Node>): void {
  attr(bounded(100));
  let status: i32 = 0;
  shell.loops++;
  for (;;) {
    const holds = condition(node.first);
    if (interrupted() || interrupt.came) {
      if (loopEnds()) break;
      continue;
    }
    if (holds !== (node.kind === Kind.While)) break;
    const body = node.second;
    if (body !== null) status = run(body, false);
    if (loopEnds()) break;
  }
  shell.loops--;
  if (!shell.exiting && !shell.returning) shell.status = status;
}

export function forCommand(node: Ptr<Node>): void {
  attr(bounded(100));
  const words = zeroed<List<string>>();
  using _ = defer(() => words.dispose());
  if (node.hasWords) {
    const expanded = expandWords(node.words, ref(words));
    if (isErr(expanded)) {
      failed(1);
      return;
    }
  } else for (const p of shell.parameters) words.push(p);
  const body = node.second;
  shell.status = 0;
  shell.loops++;
  for (let i: usize = 0; i < words.length; i++) {
    const set = setVariable(node.name, words.at(i));
    if (isErr(set)) {
      failed(2);
      break;
    }
    if (body !== null) run(body, false);
    if (loopEnds()) break;
  }
  shell.loops--;
}

export function caseCommand(node: Ptr<Node>, last: boolean): void {
  attr(bounded(100));
  const subject = expandText(node.name, false);
  if (isErr(subject)) {
    failed(1);
    return;
  }
  for (let item = node.cases; item !== null; item = item.next) {
    const fits = anyPattern(item, subject);
    if (isErr(fits)) {
      failed(1);
      return;
    }
    if (!fits) continue;
    shell.status = 0;
    if (item.body !== null) run(item.body, last);
    return;
  }
  shell.status = 0;
}

function anyPattern(item: Ptr<CaseItem>, subject: string): Res<boolean> {
  attr(bounded(100));
  for (let word = item.patterns; word !== null; word = word.next)
    if (matches(orReturn(expandPattern(word.text)), subject)) return true;
  return false;
}

/** An expansion failed: a script ends, a person gets the next prompt. */
export function failed(status: i32): void {
  shell.status = status;
  if (!shell.flags.interactive || shell.subshell) shell.exiting = true;
  else interrupt.came = true;
}
