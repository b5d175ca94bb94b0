// Carrying out commands. Everything gives its exit status; break, return and exit are marks in the shell's state that every
// row of commands looks at before it goes on. A process of its own (subshells, parts of pipelines, programs) is forked; where
// it would do nothing after its last command, `last` is true and a program takes the process over without another fork.

import { Mark } from "../arena.ts";
import { errors, out } from "../stream.ts";
import { leave } from "../sys.ts";
import { caseCommand, forCommand, ifCommand, loop } from "./compound.ts";
import { define } from "./functions.ts";
import { Lexer } from "./lexer.ts";
import { Parsed, parseLine } from "./parser.ts";
import { background, pipeline, subshellHere } from "./processes.ts";
import { Aside, redirectAll } from "./redirect.ts";
import { simple } from "./simple.ts";
import { Source } from "./source.ts";
import { arena, interrupted, shell } from "./state.ts";
import { Kind, type Node } from "./syntax.ts";
import { interrupt, takeExit, takePending } from "./traps.ts";

/** Gives back what was taken since the mark, unless a function that was defined in between lives there. */
export function releaseTo(mark: Ptr<Mark>): void {
  if (!shell.keepTree) arena.release(mark);
}

/** Runs everything that a source has: $?. An error of syntax ends it. */
export function runSource(source: Ptr<Source>): i32 {
  attr(bounded(50));
  const lexer = zeroed<Lexer>();
  lexer.source = source;
  const before = shell.source;
  shell.source = source;
  for (;;) {
    const mark = arena.mark();
    const parsed = zeroed<Parsed>();
    lexer.aliasEnd = 0;
    const done = parseLine(ref(lexer), ref(parsed));
    if (isErr(done)) {
      shell.status = interrupt.came ? 130 : 2;
      if (source.ask === null) {
        shell.exiting = !shell.flags.interactive;
        break;
      }
      source.renew();
    } else if (parsed.node !== null && !shell.flags.noExec) runTop(parsed.node);
    releaseTo(ref(mark));
    if (shell.functionDepth === 0 && shell.sourceDepth === 0) shell.keepTree = false;
    if (interrupt.came) {
      interrupt.came = false;
      if (source.ask !== null && !interrupt.told) errors.put(byte("\n"));
      interrupt.told = false;
      shell.leaving = 0;
      if (source.ask === null) break;
      shell.returning = false;
    }
    if (parsed.ended || interrupted()) break;
    source.trim();
  }
  shell.source = before;
  return shell.status;
}

function runTop(node: Ptr<Node>): void {
  attr(bounded(50));
  run(node, false);
  runPending();
}

/** Runs commands that are in a text: eval, trap, -c. */
export function runText(t: string): i32 {
  attr(bounded(50));
  const source = zeroed<Source>();
  using _ = defer(() => source.text.dispose());
  source.start();
  source.text.add(t);
  return runSource(ref(source));
}

/** Traps whose signals came. */
function runPending(): void {
  for (let command = takePending(); command.length > 0; command = takePending()) {
    const status = shell.status;
    runText(command);
    if (!shell.exiting) shell.status = status;
  }
}

/** The end of this process, after the trap for it. */
export function finish(): never {
  out.flush();
  const command = takeExit();
  if (command.length > 0) {
    const status = shell.status;
    shell.exiting = false;
    shell.returning = false;
    shell.leaving = 0;
    shell.unchecked++;
    runText(command);
    if (!shell.exiting) shell.status = status;
  }
  out.flush();
  leave(shell.status);
}

/** Runs a command: $?. */
export function run(node: Ptr<Node>, last: boolean): i32 {
  attr(bounded(100));
  if (interrupted() || interrupt.came) return shell.status;
  shell.line = node.line;
  switch (node.kind) {
    case Kind.Simple:
      shell.status = simple(node, last);
      checked();
      break;
    case Kind.Pipeline:
      shell.status = pipeline(node, false);
      checked();
      break;
    case Kind.Sequence:
      for (let part = node.first; part !== null; part = part.next) {
        run(part, last && part.next === null);
        if (interrupted() || interrupt.came) break;
      }
      break;
    case Kind.And:
    case Kind.Or:
      andOr(node, last);
      break;
    case Kind.Not: {
      shell.unchecked++;
      const inside = node.first;
      if (inside !== null) run(inside, false);
      shell.unchecked--;
      if (!interrupted()) shell.status = shell.status === 0 ? 1 : 0;
      break;
    }
    case Kind.Background: {
      const inside = node.first;
      if (inside !== null) shell.status = background(inside, node.text);
      break;
    }
    case Kind.Function: {
      const body = node.first;
      if (body !== null) define(node.name, body);
      shell.status = 0;
      break;
    }
    case Kind.Subshell: {
      const inside = node.first;
      if (last && node.redirects === null && inside !== null) {
        subshellHere();
        run(inside, true);
      } else shell.status = pipeline(node, true);
      checked();
      break;
    }
    default:
      compound(node, last);
  }
  if (interrupt.anyPending) runPending();
  return shell.status;
}

/** -e: what failed ends the shell, unless somebody asks whether it fails. */
function checked(): void {
  if (shell.status !== 0 && shell.flags.exitOnError && shell.unchecked === 0) shell.exiting = true;
}

function andOr(node: Ptr<Node>, last: boolean): void {
  attr(bounded(100));
  const left = node.first;
  const right = node.second;
  if (left === null || right === null) return;
  shell.unchecked++;
  run(left, false);
  shell.unchecked--;
  if (interrupted() || interrupt.came) return;
  if ((shell.status === 0) === (node.kind === Kind.And)) run(right, last);
}

/** Commands made of commands, with their redirections. */
function compound(node: Ptr<Node>, last: boolean): void {
  attr(bounded(100));
  if (node.redirects === null) {
    inside(node, last);
    return;
  }
  const aside = zeroed<Aside>();
  const moved = redirectAll(node.redirects, ref(aside));
  if (isErr(moved)) shell.status = 1;
  else inside(node, false);
  aside.restore();
  if (isErr(moved)) checked();
}

function inside(node: Ptr<Node>, last: boolean): void {
  attr(bounded(100));
  switch (node.kind) {
    case Kind.Group:
      if (node.first !== null) run(node.first, last);
      break;
    case Kind.If:
      ifCommand(node, last);
      break;
    case Kind.While:
    case Kind.Until:
      loop(node);
      break;
    case Kind.For:
      forCommand(node);
      break;
    case Kind.Case:
      caseCommand(node, last);
      break;
    default:
      break;
  }
}
