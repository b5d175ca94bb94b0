// Carrying out commands. Everything gives its exit status; break, return and exit are marks in the shell's state that every
// row of commands looks at before it goes on. A process of its own (subshells, parts of pipelines, programs) is forked; where
// it would do nothing after its last command, `last` is true and a program takes the process over without another fork.

import { O_CLOEXEC, O_RDONLY } from "../../../kernel/abi/files.ts";
import { wordsFor } from "../environment.ts";
import { errorText } from "../error-text.ts";
import { programName } from "../environment.ts";
import { List } from "../list.ts";
import { matches } from "../pattern.ts";
import { errors, input, out } from "../stream.ts";
import { close, dup2, exec, leave, open, pipe, PipeEnds, read, wait } from "../sys.ts";
import { has, indexOf, Text } from "../text.ts";
import { type Builtin, builtinNamed, runBuiltin } from "./builtins.ts";
import { expandPattern, expandPrompt, expandText, expandWords } from "./expand.ts";
import { addProcess, exitStatus, forgetJobs, type Job, joinJob, leaveBehind, newJob, waitForeground } from "./jobs.ts";
import { Lexer } from "./lexer.ts";
import { Parsed, parseLine } from "./parser.ts";
import { quoteIfNeeded } from "./quoting.ts";
import { Aside, redirectAll } from "./redirect.ts";
import { Source } from "./source.ts";
import { arena, Function, interrupted, shell } from "./state.ts";
import { type CaseItem, Kind, type Node, type Word } from "./syntax.ts";
import { childSignals, forkShell, interrupt, takeExit, takePending } from "./traps.ts";
import { asideCount, exportedTexts, lookUp, putAside, setVariable, takeBack, valueOf, variable } from "./variables.ts";
import { Mark } from "../arena.ts";
import { keep, make } from "../heap.ts";

// ---- functions

class Functions {
  first: Ptr<Function> | null;
}

const functions = zeroed<Functions>();

export function functionNamed(name: string): Ptr<Function> | null {
  for (let f = functions.first; f !== null; f = f.next) if (f.name === name) return f;
  return null;
}

function define(name: string, body: Ptr<Node>): void {
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

// ---- scripts

/** Gives back what was taken since the mark, unless a function that was defined in between lives there. */
function releaseTo(mark: Ptr<Mark>): void {
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

// ---- nodes

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

function condition(node: Ptr<Node> | null): boolean {
  attr(bounded(100));
  if (node === null) return false;
  shell.unchecked++;
  run(node, false);
  shell.unchecked--;
  return shell.status === 0;
}

function ifCommand(node: Ptr<Node>, last: boolean): void {
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

function loop(node: Ptr<Node>): void {
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

function forCommand(node: Ptr<Node>): void {
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

function caseCommand(node: Ptr<Node>, last: boolean): void {
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
function failed(status: i32): void {
  shell.status = status;
  if (!shell.flags.interactive || shell.subshell) shell.exiting = true;
  else interrupt.came = true;
}

// ---- processes

/** In a process that was just forked off. */
function subshellHere(): void {
  shell.subshell = true;
  shell.loops = 0;
  childSignals(false);
  forgetJobs();
}

function cannotFork(): i32 {
  errors.write(programName());
  errors.line(": can't fork");
  return 2;
}

/** What stands between |, each in a process of its own; or one subshell (`single`). */
function pipeline(node: Ptr<Node>, single: boolean): i32 {
  attr(bounded(100));
  const job = newJob(node.text);
  const started = start(node, single, job, false);
  const status = waitForeground(job);
  return started ? status : cannotFork();
}

function start(node: Ptr<Node>, single: boolean, job: Ptr<Job>, behind: boolean): boolean {
  attr(bounded(100));
  let from: i32 = -1;
  out.flush();
  for (let part: Ptr<Node> | null = single ? node : node.first; part !== null; part = single ? null : part.next) {
    const ends: PipeEnds = { reading: -1, writing: -1 };
    const more = !single && part.next !== null;
    if (more) {
      const piped = pipe(ref(ends), O_CLOEXEC);
      if (isErr(piped)) return false;
    }
    const child = forkShell();
    if (isErr(child)) return false;
    if (child === 0) {
      joinJob(job, behind);
      childSignals(behind);
      forgetJobs();
      shell.subshell = true;
      shell.loops = 0;
      if (from >= 0) moveTo(from, 0);
      else if (behind && !shell.flags.jobs && job.first === null && !shell.flags.interactive) fromNothing();
      if (more) {
        ignore(close(ends.reading), "the next one reads");
        moveTo(ends.writing, 1);
      }
      if (part.kind === Kind.Subshell) runSubshell(part);
      else run(part, true);
      finish();
    }
    addProcess(job, child);
    if (from >= 0) ignore(close(from), "the child has it");
    if (more) {
      ignore(close(ends.writing), "the child has it");
      from = ends.reading;
    }
  }
  return true;
}

function runSubshell(node: Ptr<Node>): void {
  attr(bounded(100));
  const moved = redirectAll(node.redirects, null);
  if (isErr(moved)) shell.status = 1;
  else if (node.first !== null) run(node.first, true);
}

function moveTo(from: i32, to: i32): void {
  if (from === to) return;
  ignore(dup2(from, to), "it is open");
  ignore(close(from), "it is open");
}

/** Who works in the background does not read what a person types. */
function fromNothing(): void {
  const nothing = open("/dev/null", O_RDONLY, 0);
  if (!isErr(nothing)) moveTo(nothing, 0);
}

function background(node: Ptr<Node>, t: string): i32 {
  attr(bounded(100));
  const job = newJob(t);
  if (!start(node, node.kind !== Kind.Pipeline, job, true)) return cannotFork();
  leaveBehind(job);
  return 0;
}

/** $(…): what the commands write. */
export function substitute(commands: Ptr<Node> | null, into: Ptr<Text>): Res<void> {
  attr(bounded(100));
  shell.substituted = 0;
  if (commands === null) return;
  const ends = zeroed<PipeEnds>();
  orReturn(pipe(ref(ends), O_CLOEXEC));
  out.flush();
  const child = orReturn(forkShell());
  if (child === 0) {
    subshellHere();
    ignore(close(ends.reading), "the parent reads");
    moveTo(ends.writing, 1);
    run(commands, true);
    finish();
  }
  orReturn(close(ends.writing));
  const room = zeroed<Arr<u8, 1024>>();
  for (;;) {
    const got = read(ends.reading, slice(room));
    if (isErr(got)) {
      if (got.code === Errno.EINTR) continue;
      break;
    }
    if (got === 0) break;
    for (const c of slice(room, got)) if (c !== 0) into.put(c);
  }
  orReturn(close(ends.reading));
  let status: i32 = 0;
  for (;;) {
    const ended = wait(child, ref(status), 0);
    if (!isErr(ended) || ended.code !== Errno.EINTR) break;
  }
  shell.substituted = exitStatus(status);
}

// ---- simple commands

function simple(node: Ptr<Node>, last: boolean): i32 {
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
  out.flush();
  const child = forkShell();
  if (isErr(child)) return cannotFork();
  if (child === 0) {
    joinJob(job, false);
    childSignals(false);
    forgetJobs();
    shell.subshell = true;
    becomeProgram(node, words);
  }
  addProcess(job, child);
  return waitForeground(job);
}

/** A program, whatever functions are called like it: `command`. */
export function runProgram(words: Slice<string>): i32 {
  const job = newJob(words[0]);
  out.flush();
  const child = forkShell();
  if (isErr(child)) return cannotFork();
  if (child === 0) {
    joinJob(job, false);
    childSignals(false);
    forgetJobs();
    leave(execute(words));
  }
  addProcess(job, child);
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

/** Becomes another program; comes back with the status that says why not. */
export function execute(words: Slice<string>): i32 {
  out.flush();
  const texts = zeroed<List<string>>();
  exportedTexts(ref(texts));
  const environment = wordsFor(texts.items());
  const argv = wordsFor(words);
  const name = words[0];
  if (has(name, byte("/"))) return refused(name, tryPath(name, argv, environment, words));
  let code = Errno.ENOENT;
  const path = valueOf("PATH");
  const candidate = zeroed<Text>();
  for (let from: usize = 0; from <= path.length; ) {
    const end = indexOf(path, byte(":"), from);
    candidate.clear();
    if (end > from) candidate.add(path.sub(from, end)).put(byte("/"));
    candidate.add(name);
    const why = tryPath(candidate.view(), argv, environment, words);
    if (why !== Errno.ENOENT && why !== Errno.ENOTDIR) code = why;
    from = end + 1;
  }
  return refused(name, code);
}

function tryPath(path: string, argv: Ptr<u64>, environment: Ptr<u64>, words: Slice<string>): Errno {
  const why = exec(path, argv, environment).code;
  if (why !== Errno.ENOEXEC) return why;
  // No program: a script without #! is the shell's own.
  const script = zeroed<List<string>>();
  script.push("sh");
  script.push(path);
  for (const word of words.sub(1, words.length)) script.push(word);
  return exec("/bin/sh", wordsFor(script.items()), environment).code;
}

function refused(name: string, code: Errno): i32 {
  errors.write(programName());
  errors.write(": ");
  errors.write(name);
  errors.write(": ");
  errors.line(code === Errno.ENOENT && !has(name, byte("/")) ? "not found" : errorText(i32(code)));
  return code === Errno.ENOENT || code === Errno.ENOTDIR ? 127 : 126;
}
