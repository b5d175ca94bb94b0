// What the shell does itself, because it changes the shell, or because a process for it would be a waste.

import { echo } from "../shared/echo.ts";
import { printFormatted } from "../shared/printf.ts";
import { test } from "../shared/test.ts";
import { F_OK, O_CLOEXEC, O_RDONLY, R_OK, Stat, X_OK } from "../../../kernel/abi/files.ts";
import { SIGCONT, SIGHUP, SIGTERM } from "../../../kernel/abi/signals.ts";
import { Times } from "../../../kernel/abi/processes.ts";
import { complainText } from "../failing.ts";
import { errorText } from "../error-text.ts";
import { keep } from "../heap.ts";
import { List } from "../list.ts";
import { signalName, signalNumber } from "../signals.ts";
import { sort } from "../sort.ts";
import { errors, out } from "../stream.ts";
import { access, chdir, close, getcwd, kill, open, read, stat, times, umask } from "../sys.ts";
import { compare, Digits, has, indexOf, parseBase, parseNumber, parseSigned, Text } from "../text.ts";
import { dropAlias, dropAliases, names as aliasNames, setAlias, values as aliasValues } from "./aliases.ts";
import { historyList } from "./history.ts";
import { anyStopped, findJob, killTarget, listJobs, toBackground, toForeground, waitAllJobs, waitJob } from "./jobs.ts";
import { isName } from "./parser.ts";
import { quote } from "./quoting.ts";
import { dropFunction, execute, functionNamed, runProgram, runSource, runText } from "./run.ts";
import { Source } from "./source.ts";
import { shell } from "./state.ts";
import { clearTrap, eachTrap, interrupt, setTrap } from "./traps.ts";
import { eachVariable, lookUp, makeLocal, note, setVariable, unsetVariable, valueOf, type Variable, variable } from "./variables.ts";

export class Builtin {
  name: string;
  /** What it changes stays, and its mistakes end a script (POSIX "Special Built-In Utilities"). */
  special: boolean;
  body: Fn<(words: Slice<string>) => i32>;
}

/** Sorted by names, for the search by halves. */
const builtins: Arr<Builtin, 40> = [
  { name: ".", special: true, body: dot },
  { name: ":", special: true, body: nothing },
  { name: "[", special: false, body: bracket },
  { name: "alias", special: false, body: alias },
  { name: "bg", special: false, body: bg },
  { name: "break", special: true, body: breakLoop },
  { name: "cd", special: false, body: cd },
  { name: "command", special: false, body: command },
  { name: "continue", special: true, body: breakLoop },
  { name: "echo", special: false, body: echoWords },
  { name: "eval", special: true, body: evalWords },
  { name: "exec", special: true, body: execWords },
  { name: "exit", special: true, body: exitShell },
  { name: "export", special: true, body: exportNames },
  { name: "false", special: false, body: failing },
  { name: "fg", special: false, body: fg },
  { name: "getopts", special: false, body: getopts },
  { name: "hash", special: false, body: nothing },
  { name: "help", special: false, body: help },
  { name: "history", special: false, body: history },
  { name: "jobs", special: false, body: jobs },
  { name: "kill", special: false, body: killWords },
  { name: "local", special: false, body: local },
  { name: "printf", special: false, body: printf },
  { name: "pwd", special: false, body: pwd },
  { name: "read", special: false, body: readLine },
  { name: "readonly", special: true, body: exportNames },
  { name: "return", special: true, body: returnFrom },
  { name: "set", special: true, body: set },
  { name: "shift", special: true, body: shift },
  { name: "source", special: true, body: dot },
  { name: "test", special: false, body: testWords },
  { name: "times", special: true, body: showTimes },
  { name: "trap", special: true, body: trap },
  { name: "true", special: false, body: nothing },
  { name: "type", special: false, body: type },
  { name: "umask", special: false, body: umaskWords },
  { name: "unalias", special: false, body: unalias },
  { name: "unset", special: true, body: unset },
  { name: "wait", special: false, body: waitWords },
];

export function builtinNamed(name: string): Ptr<Builtin> | null {
  let from: usize = 0;
  let to = builtins.length;
  while (from < to) {
    const middle = (from + to) / 2;
    const order = compare(name, builtins[middle].name);
    if (order === 0) return unsafe.cast<Ptr<Builtin>>(ref(builtins[middle]));
    if (order < 0) to = middle;
    else from = middle + 1;
  }
  return null;
}

/** All names that complete a word which begins so. */
export function builtinNames(each: (name: string) => void): void {
  for (let i: usize = 0; i < builtins.length; i++) each(builtins[i].name);
}

export function runBuiltin(builtin: Ptr<Builtin>, words: Slice<string>): i32 {
  attr(bounded(100));
  const status = builtin.body(words);
  out.flush();
  if (out.failed !== 0) {
    complainText(words[0], errorText(out.failed));
    out.failed = 0;
    return 1;
  }
  return status;
}

function wrong(name: string, about: string, what: string): i32 {
  errors.write("sh: ");
  errors.write(name);
  errors.write(": ");
  if (about.length > 0) {
    errors.write(about);
    errors.write(": ");
  }
  errors.line(what);
  return 2;
}

/** A mistake in a special builtin ends a script. */
function fatal(name: string, about: string, what: string): i32 {
  wrong(name, about, what);
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = 2;
  return 2;
}

function nothing(words: Slice<string>): i32 {
  return words.length > 0 ? 0 : 1;
}
function failing(words: Slice<string>): i32 {
  return words.length > 0 ? 1 : 0;
}
function echoWords(words: Slice<string>): i32 {
  return echo(words.sub(1, words.length));
}
function printf(words: Slice<string>): i32 {
  return printFormatted(words.sub(1, words.length));
}
function testWords(words: Slice<string>): i32 {
  return test("test", words.sub(1, words.length));
}
function bracket(words: Slice<string>): i32 {
  if (words[words.length - 1] !== "]") return wrong("[", "", "missing ]");
  return test("[", words.sub(1, words.length - 1));
}

// ---- control

function breakLoop(words: Slice<string>): i32 {
  let n: u64 = 1;
  if (words.length > 1) {
    const given = parseNumber(words[1]);
    if (isErr(given) || given === 0) return fatal(words[0], words[1], "bad number");
    n = given;
  }
  if (shell.loops === 0) return 0;
  shell.leaving = n > u64(shell.loops) ? shell.loops : u32(n);
  shell.goesOn = words[0] === "continue";
  return 0;
}

function statusOperand(words: Slice<string>): Res<i32> {
  if (words.length < 2) return shell.status;
  const n = parseSigned(words[1]);
  if (isErr(n)) {
    fatal(words[0], words[1], "bad number");
    return err(Errno.EINVAL);
  }
  return i32(n) & 0xff;
}

function exitShell(words: Slice<string>): i32 {
  if (shell.flags.interactive && !shell.subshell && anyStopped() && !shell.warned) {
    shell.warned = true;
    errors.line("You have stopped jobs.");
    return 1;
  }
  const status = statusOperand(words);
  shell.exiting = true;
  if (isErr(status)) return 2;
  shell.status = status;
  return status;
}

function returnFrom(words: Slice<string>): i32 {
  const status = statusOperand(words);
  if (isErr(status)) return 2;
  shell.returning = true;
  return status;
}

function evalWords(words: Slice<string>): i32 {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  for (let i: usize = 1; i < words.length; i++) {
    if (i > 1) t.put(byte(" "));
    t.add(words[i]);
  }
  shell.status = 0;
  return runText(t.view());
}

function execWords(words: Slice<string>): i32 {
  if (words.length === 1) return 0;
  const status = execute(words.sub(1, words.length));
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = status;
  return status;
}

/** . file: in this shell. Without a slash it is looked for in PATH, then here. */
function dot(words: Slice<string>): i32 {
  if (words.length < 2) return fatal(words[0], "", "which file?");
  const path = zeroed<Text>();
  using _ = defer(() => path.dispose());
  if (has(words[1], byte("/")) || !inPath(words[1], R_OK, ref(path))) {
    path.clear();
    path.add(words[1]);
  }
  const source = zeroed<Source>();
  using __ = defer(() => source.text.dispose());
  source.start();
  const loaded = loadFile(path.view(), ref(source.text));
  if (isErr(loaded)) return fatal(words[0], words[1], errorText(i32(loaded.code)));
  const parameters = shell.parameters;
  if (words.length > 2) shell.parameters = words.sub(2, words.length);
  shell.sourceDepth++;
  shell.status = 0;
  const status = runSource(ref(source));
  shell.sourceDepth--;
  shell.returning = false;
  if (words.length > 2) shell.parameters = parameters;
  return status;
}

/** All of a file, without zeros. */
export function loadFile(path: string, into: Ptr<Text>): Res<void> {
  const fd = orReturn(open(path, O_RDONLY | O_CLOEXEC, 0));
  using _ = defer(() => ignore(close(fd), "it was only read"));
  const room = zeroed<Arr<u8, 4096>>();
  for (;;) {
    const got = orReturn(read(fd, slice(room)));
    if (got === 0) return;
    for (const c of slice(room, got)) if (c !== 0) into.put(c);
  }
}

// ---- variables

function exportNames(words: Slice<string>): i32 {
  const isExport = words[0] === "export";
  let from: usize = 1;
  if (words.length > 1 && words[1] === "-p") from++;
  if (from === words.length) {
    listVariables((v) => {
      if (isExport ? !v.exported : !v.readonly) return;
      out.write(words[0]);
      out.put(byte(" "));
      showVariable(v);
    });
    return 0;
  }
  for (let i = from; i < words.length; i++) {
    const equals = indexOf(words[i], byte("="), 0);
    const name = words[i].sub(0, equals);
    if (!isName(name)) return fatal(words[0], words[i], "bad variable name");
    if (equals < words[i].length) {
      const done = setVariable(name, words[i].sub(equals + 1, words[i].length));
      if (isErr(done)) return fatalQuietly();
    }
    const v = variable(name);
    if (isExport) v.exported = true;
    else v.readonly = true;
  }
  return 0;
}

function fatalQuietly(): i32 {
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = 2;
  return 2;
}

function showVariable(v: Ptr<Variable>): void {
  out.write(v.name);
  if (v.isSet) {
    const t = zeroed<Text>();
    using _ = defer(() => t.dispose());
    quote(ref(t), v.value);
    out.put(byte("="));
    out.write(t.view());
  }
  out.put(byte("\n"));
}

/** In the order of their names. */
function listVariables(f: (v: Ptr<Variable>) => void): void {
  const all = zeroed<List<Ptr<Variable>>>();
  using _ = defer(() => all.dispose());
  eachVariable((v) => all.push(v));
  sort(all.items(), (x, y) => compare(x.name, y.name) < 0);
  for (const v of all.items()) f(v);
}

function local(words: Slice<string>): i32 {
  if (shell.functionDepth === 0) return wrong("local", "", "not in a function");
  for (const word of words.sub(1, words.length)) {
    const equals = indexOf(word, byte("="), 0);
    const name = word.sub(0, equals);
    if (!isName(name)) return fatal("local", word, "bad variable name");
    makeLocal(name);
    if (equals === word.length) continue;
    const done = setVariable(name, word.sub(equals + 1, word.length));
    if (isErr(done)) return fatalQuietly();
  }
  return 0;
}

function unset(words: Slice<string>): i32 {
  let what: u8 = byte("v");
  let given = false;
  for (const word of words.sub(1, words.length)) {
    if (word === "-f" || word === "-v") {
      what = word[1];
      given = true;
    } else if (what === byte("f")) dropFunction(word);
    else {
      if (!isName(word)) return fatal("unset", word, "bad variable name");
      if (!given && lookUp(word) === null) dropFunction(word);
      const done = unsetVariable(word);
      if (isErr(done)) return fatalQuietly();
    }
  }
  return 0;
}

function setFlag(c: u8, on: boolean): boolean {
  const f = ref(shell.flags);
  switch (c) {
    case byte("a"): f.exportAll = on; return true;
    case byte("e"): f.exitOnError = on; return true;
    case byte("f"): f.noGlob = on; return true;
    case byte("m"): f.jobs = on; return true;
    case byte("n"): f.noExec = on; return true;
    case byte("u"): f.unsetIsError = on; return true;
    case byte("v"): f.verbose = on; return true;
    case byte("x"): f.trace = on; return true;
    case byte("C"): f.noClobber = on; return true;
    case byte("i"):
    case byte("s"):
    case byte("b"):
    case byte("h"): return true;
    default: return false;
  }
}

class LongFlag {
  name: string;
  letter: u8;
}

const longFlags: Arr<LongFlag, 9> = [
  { name: "allexport", letter: 97 },
  { name: "errexit", letter: 101 },
  { name: "monitor", letter: 109 },
  { name: "noclobber", letter: 67 },
  { name: "noexec", letter: 110 },
  { name: "noglob", letter: 102 },
  { name: "nounset", letter: 117 },
  { name: "verbose", letter: 118 },
  { name: "xtrace", letter: 120 },
];

function isOn(c: u8): boolean {
  const f = ref(shell.flags);
  switch (c) {
    case byte("a"): return f.exportAll;
    case byte("e"): return f.exitOnError;
    case byte("m"): return f.jobs;
    case byte("C"): return f.noClobber;
    case byte("n"): return f.noExec;
    case byte("f"): return f.noGlob;
    case byte("u"): return f.unsetIsError;
    case byte("v"): return f.verbose;
    default: return f.trace;
  }
}

function setLong(name: string, on: boolean): boolean {
  for (let i: usize = 0; i < longFlags.length; i++) if (longFlags[i].name === name) return setFlag(longFlags[i].letter, on);
  return false;
}

/** Takes options off the front: how many words they were; 0 words left over is for set to know. Null: a mistake, told. */
export function takeFlags(words: Slice<string>, dashes: Ptr<boolean>): Res<usize> {
  let i: usize = 0;
  dashes[0] = false;
  while (i < words.length) {
    const word = words[i];
    if (word.length < 2 || (word[0] !== byte("-") && word[0] !== byte("+"))) break;
    if (word === "--") {
      dashes[0] = true;
      return i + 1;
    }
    const on = word[0] === byte("-");
    for (const c of word.sub(1, word.length)) {
      if (c === byte("o")) {
        i++;
        if (i === words.length) {
          for (let k: usize = 0; k < longFlags.length; k++) {
            out.left(longFlags[k].name, 16);
            out.line(isOn(longFlags[k].letter) ? "on" : "off");
          }
          return i;
        }
        if (!setLong(words[i], on)) {
          wrong("set", words[i], "no such option");
          return err(Errno.EINVAL);
        }
      } else if (!setFlag(c, on)) {
        wrong("set", word, "no such option");
        return err(Errno.EINVAL);
      }
    }
    i++;
  }
  return i;
}

function set(words: Slice<string>): i32 {
  if (words.length === 1) {
    listVariables((v) => {
      if (v.isSet) showVariable(v);
    });
    return 0;
  }
  let dashes = false;
  const taken = takeFlags(words.sub(1, words.length), ref(dashes));
  if (isErr(taken)) return fatalQuietly();
  if (taken + 1 < words.length || dashes) setParameters(words.sub(1 + taken, words.length));
  return 0;
}

/** Copies: they outlive the command that gave them. */
export function setParameters(words: Slice<string>): void {
  const all = zeroed<List<string>>();
  for (const word of words) all.push(keep(word));
  shell.parameters = all.items();
}

function shift(words: Slice<string>): i32 {
  let n: u64 = 1;
  if (words.length > 1) {
    const given = parseNumber(words[1]);
    if (isErr(given)) return fatal("shift", words[1], "bad number");
    n = given;
  }
  if (n > shell.parameters.length) return fatal("shift", "", "can't shift that many");
  shell.parameters = shell.parameters.sub(n, shell.parameters.length);
  return 0;
}

// ---- input

/** One byte; below 0 at the end, or when a signal came. */
function oneByte(): i32 {
  const one = zeroed<Arr<u8, 1>>();
  for (;;) {
    const got = read(0, slice(one));
    if (isErr(got)) {
      if (got.code === Errno.EINTR && !interrupt.came && !interrupt.anyPending) continue;
      return -2;
    }
    return got === 0 ? -1 : i32(one[0]);
  }
}

/** read: a line, in pieces. What a backslash stands before separates nothing. */
function readLine(words: Slice<string>): i32 {
  let raw = false;
  let first: usize = 1;
  while (first < words.length && words[first].length > 1 && words[first][0] === byte("-")) {
    if (words[first] === "--") {
      first++;
      break;
    }
    if (words[first] === "-r") raw = true;
    else if (words[first] === "-p" && first + 1 < words.length) {
      first++;
      errors.write(words[first]);
    } else return wrong("read", words[first], "no such option");
    first++;
  }
  const line = zeroed<Text>();
  const escaped = zeroed<Text>();
  using _ = defer(() => line.dispose());
  using __ = defer(() => escaped.dispose());
  let status: i32 = 0;
  for (;;) {
    let c = oneByte();
    if (c < 0) {
      status = c === -1 ? 1 : 130;
      break;
    }
    if (c === 10) break;
    let quoted = false;
    if (c === 92 && !raw) {
      c = oneByte();
      if (c < 0) {
        status = 1;
        break;
      }
      if (c === 10) continue;
      quoted = true;
    }
    if (c === 0) continue;
    line.put(u8(c));
    escaped.put(quoted ? 1 : 0);
  }
  const into = words.sub(first, words.length);
  for (const name of into) if (!isName(name)) return wrong("read", name, "bad variable name");
  if (into.length === 0) return assignRead("REPLY", line.view()) ? status : 2;
  const ifs = lookUp("IFS");
  const separators = ifs === null || !ifs.isSet ? " \t\n" : ifs.value;
  const t = line.view();
  const marks = escaped.bytes();
  let at: usize = 0;
  while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  for (let i: usize = 0; i < into.length; i++) {
    const start = at;
    if (i + 1 === into.length) {
      if (!assignRead(into[i], lastPart(t, marks, start, separators))) return 2;
      break;
    }
    while (at < t.length && !(marks[at] === 0 && has(separators, t[at]))) at++;
    if (!assignRead(into[i], t.sub(start, at))) return 2;
    at = afterSeparator(t, marks, at, separators);
  }
  return status;
}

function isBlank(c: u8): boolean {
  return c === byte(" ") || c === byte("\t") || c === byte("\n");
}

/** Blanks, at most one other separator, blanks. */
function afterSeparator(t: string, marks: Slice<u8>, from: usize, separators: string): usize {
  let at = from;
  while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  if (at < t.length && marks[at] === 0 && !isBlank(t[at]) && has(separators, t[at])) {
    at++;
    while (at < t.length && marks[at] === 0 && isBlank(t[at]) && has(separators, t[at])) at++;
  }
  return at;
}

/** The rest of the line: without blanks at its end, and without one separator when nothing else is behind it. */
function lastPart(t: string, marks: Slice<u8>, from: usize, separators: string): string {
  let end = t.length;
  while (end > from && marks[end - 1] === 0 && isBlank(t[end - 1]) && has(separators, t[end - 1])) end--;
  let first = from;
  while (first < end && !(marks[first] === 0 && has(separators, t[first]))) first++;
  // A single field that a separator ends: the separator goes, too.
  if (first < end && afterSeparator(t, marks, first, separators) >= end) end = first;
  return t.sub(from, end);
}

function assignRead(name: string, value: string): boolean {
  const done = setVariable(name, value);
  return !isErr(done);
}

/** getopts letters name: the next option of the parameters. OPTIND is where it looks, the place inside a word is ours. */
class OptionPlace {
  inside: usize;
  index: u64;
}
const optionPlace = zeroed<OptionPlace>();

function noteNumber(name: string, n: u64): void {
  const digits = zeroed<Digits>();
  note(name, digits.of(n, 10));
}

function getopts(words: Slice<string>): i32 {
  if (words.length < 3) return wrong("getopts", "", "usage: getopts letters name [argument]...");
  const letters = words[1];
  const silent = letters.length > 0 && letters[0] === byte(":");
  const arguments_ = words.length > 3 ? words.sub(3, words.length) : shell.parameters;
  const given = parseNumber(valueOf("OPTIND"));
  let index: u64 = isErr(given) || given === 0 ? 1 : given;
  const place = ref(optionPlace);
  if (index !== place.index) place.inside = 0;
  if (place.inside === 0) {
    if (index > arguments_.length || arguments_[index - 1].length < 2 || arguments_[index - 1][0] !== byte("-")) return optionsEnd(words[2], index);
    if (arguments_[index - 1] === "--") return optionsEnd(words[2], index + 1);
    place.inside = 1;
  }
  const word = arguments_[index - 1];
  const c = word[place.inside];
  const option = word.sub(place.inside, place.inside + 1);
  place.inside++;
  const at = indexOf(letters, c, silent ? 1 : 0);
  const known = at < letters.length && c !== byte(":");
  const takes = known && at + 1 < letters.length && letters[at + 1] === byte(":");
  let found = option;
  ignore(unsetVariable("OPTARG"), "it is not read-only, or stays");
  if (!known) {
    found = "?";
    if (silent) note("OPTARG", option);
    else wrong("Illegal option -", "", option);
  } else if (takes) {
    if (place.inside < word.length) note("OPTARG", word.sub(place.inside, word.length));
    else {
      index++;
      if (index <= arguments_.length) note("OPTARG", arguments_[index - 1]);
      else {
        found = silent ? ":" : "?";
        if (silent) note("OPTARG", option);
        else wrong("No arg for option -", "", option);
      }
    }
    place.inside = word.length;
  }
  if (place.inside >= word.length) {
    place.inside = 0;
    index++;
  }
  place.index = index;
  noteNumber("OPTIND", index > arguments_.length + 1 ? arguments_.length + 1 : index);
  return assignRead(words[2], found) ? 0 : 2;
}

function optionsEnd(name: string, index: u64): i32 {
  optionPlace.inside = 0;
  optionPlace.index = index;
  noteNumber("OPTIND", index);
  ignore(unsetVariable("OPTARG"), "it is not read-only, or stays");
  return assignRead(name, "?") ? 1 : 2;
}

// ---- the world around

/** Adds a path without . and .. and doubled slashes. */
function normalize(path: string, into: Ptr<Text>): void {
  into.clear();
  for (let at: usize = 0; at < path.length; ) {
    const end = indexOf(path, byte("/"), at);
    const part = path.sub(at, end);
    if (part === "..") {
      let length = into.length;
      while (length > 0 && into.view()[length - 1] !== byte("/")) length--;
      into.cut(length > 0 ? length - 1 : 0);
    } else if (part.length > 0 && part !== ".") into.put(byte("/")).add(part);
    at = end + 1;
  }
  if (into.length === 0) into.put(byte("/"));
}

function cd(words: Slice<string>): i32 {
  let first: usize = 1;
  let physical = false;
  while (first < words.length && (words[first] === "-P" || words[first] === "-L" || words[first] === "--")) {
    physical = words[first] === "-P";
    first++;
  }
  let to = first < words.length ? words[first] : valueOf("HOME");
  if (to.length === 0) {
    if (first < words.length) return 0;
    return wrong("cd", "", "HOME not set");
  }
  const back = to === "-";
  if (back) {
    to = valueOf("OLDPWD");
    if (to.length === 0) return wrong("cd", "", "OLDPWD not set");
  }
  const before = zeroed<Text>();
  const logical = zeroed<Text>();
  const joined = zeroed<Text>();
  using _ = defer(() => {
    before.dispose();
    logical.dispose();
    joined.dispose();
  });
  before.add(valueOf("PWD"));
  if (to[0] !== byte("/")) joined.add(before.view()).put(byte("/"));
  joined.add(to);
  normalize(joined.view(), ref(logical));
  const moved = physical || before.length === 0 ? chdir(to) : chdir(logical.view());
  if (isErr(moved)) {
    const tried = chdir(to);
    if (isErr(tried)) {
      wrong("cd", to, errorText(i32(tried.code)));
      return 1;
    }
    physical = true;
  }
  if (physical || before.length === 0) {
    const room = zeroed<Arr<u8, 4096>>();
    const now = getcwd(slice(room));
    if (!isErr(now)) {
      logical.clear();
      logical.add(now);
    }
  }
  note("OLDPWD", before.view());
  note("PWD", logical.view());
  if (back) out.line(logical.view());
  return 0;
}

function pwd(words: Slice<string>): i32 {
  const known = valueOf("PWD");
  if (known.length > 0 && !(words.length > 1 && words[1] === "-P")) {
    out.line(known);
    return 0;
  }
  const room = zeroed<Arr<u8, 4096>>();
  const now = getcwd(slice(room));
  if (isErr(now)) return wrong("pwd", "", errorText(i32(now.code)));
  out.line(now);
  return 0;
}

function umaskWords(words: Slice<string>): i32 {
  if (words.length < 2 || words[1] === "-S") {
    const mask = umask(0);
    umask(mask);
    if (words.length < 2) {
      out.padded(u64(mask), 8, 4);
      out.put(byte("\n"));
      return 0;
    }
    for (let who: u32 = 0; who < 3; who++) {
      if (who > 0) out.put(byte(","));
      out.put("ugo"[who]);
      out.put(byte("="));
      for (let bit: u32 = 0; bit < 3; bit++) if (((mask >> (8 - who * 3 - bit)) & 1) === 0) out.put("rwx"[bit]);
    }
    out.put(byte("\n"));
    return 0;
  }
  const mask = parseBase(words[1], 8);
  if (isErr(mask) || mask > 0o777) return wrong("umask", words[1], "bad mask");
  umask(u32(mask));
  return 0;
}

function showTimes(words: Slice<string>): i32 {
  const spent = zeroed<Times>();
  times(ref(spent));
  timePair(spent.user, spent.system);
  timePair(spent.childrenUser, spent.childrenSystem);
  return words.length > 0 ? 0 : 1;
}

function timePair(user: u64, system: u64): void {
  timeText(user);
  out.put(byte(" "));
  timeText(system);
  out.put(byte("\n"));
}

function timeText(nanoseconds: u64): void {
  const hundredths = nanoseconds / 10_000_000;
  out.number(hundredths / 6000);
  out.put(byte("m"));
  out.number(hundredths / 100 % 60);
  out.put(byte("."));
  out.padded(hundredths % 100, 10, 2);
  out.put(byte("s"));
}

function trap(words: Slice<string>): i32 {
  if (words.length === 1) {
    eachTrap((signal, command) => {
      const t = zeroed<Text>();
      using _ = defer(() => t.dispose());
      t.add("trap -- ");
      quote(ref(t), command);
      t.put(byte(" ")).add(signalName(signal));
      out.line(t.view());
    });
    return 0;
  }
  let first: usize = 1;
  if (words[1] === "--") first++;
  if (first === words.length) return 0;
  const number = parseNumber(words[first]);
  // A number in front: no command, everything back to usual.
  const clear = words[first] === "-" || !isErr(number) || words.length === first + 1;
  const command = words[first];
  if (words[first] === "-" || (!clear && words.length > first + 1)) first++;
  let status: i32 = 0;
  for (const word of words.sub(first, words.length)) {
    const signal = signalNumber(word);
    if (isErr(signal) || signal > 31) {
      wrong("trap", word, "bad signal");
      status = 1;
    } else if (clear) clearTrap(signal);
    else setTrap(signal, command);
  }
  return status;
}

function killWords(words: Slice<string>): i32 {
  let signal: i32 = 15;
  let first: usize = 1;
  if (words.length > 1 && words[1] === "-l") {
    for (let s: i32 = 1; s < 32; s++) out.line(signalName(s));
    return 0;
  }
  if (words.length > 1 && words[1].length > 1 && words[1][0] === byte("-") && words[1] !== "--") {
    let name = words[1].sub(1, words[1].length);
    first = 2;
    if (name === "s" || name === "n") {
      if (words.length < 3) return wrong("kill", "", "which signal?");
      name = words[2];
      first = 3;
    }
    const number = signalNumber(name);
    if (isErr(number)) return wrong("kill", name, "bad signal");
    signal = number;
  } else if (words.length > 1 && words[1] === "--") first = 2;
  if (first >= words.length) return wrong("kill", "", "usage: kill [-SIGNAL] PID|%JOB...");
  let status: i32 = 0;
  for (const word of words.sub(first, words.length)) {
    let pid: i32 = 0;
    if (word.length > 0 && word[0] === byte("%")) {
      const job = findJob(word);
      if (job === null) {
        wrong("kill", word, "no such job");
        status = 1;
        continue;
      }
      pid = killTarget(job);
    } else {
      const number = parseSigned(word);
      if (isErr(number)) {
        wrong("kill", word, "bad process number");
        status = 1;
        continue;
      }
      pid = i32(number);
    }
    const sent = kill(pid, signal);
    // A job that is stopped could not even end.
    if (word[0] === byte("%") && (signal === SIGTERM || signal === SIGHUP)) ignore(kill(pid, SIGCONT), "the first signal tells");
    if (isErr(sent)) {
      wrong("kill", word, errorText(i32(sent.code)));
      status = 1;
    }
  }
  return status;
}

// ---- jobs

function jobs(words: Slice<string>): i32 {
  listJobs(words.length > 1 && words[1] === "-l", words.length > 1 && words[1] === "-p");
  return 0;
}

function fg(words: Slice<string>): i32 {
  const job = findJob(words.length > 1 ? words[1] : "");
  if (job === null) return wrong("fg", words.length > 1 ? words[1] : "", "no such job") - 1;
  return toForeground(job);
}

function bg(words: Slice<string>): i32 {
  const job = findJob(words.length > 1 ? words[1] : "");
  if (job === null) return wrong("bg", words.length > 1 ? words[1] : "", "no such job") - 1;
  toBackground(job);
  return 0;
}

function waitWords(words: Slice<string>): i32 {
  if (words.length === 1) return waitAllJobs();
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    const job = findJob(word);
    status = job === null ? 127 : waitJob(job);
  }
  return status;
}

// ---- names

/** Finds a file in PATH. */
export function inPath(name: string, mode: u32, into: Ptr<Text>): boolean {
  const path = valueOf("PATH");
  for (let from: usize = 0; from <= path.length; ) {
    const end = indexOf(path, byte(":"), from);
    into.clear();
    if (end > from) into.add(path.sub(from, end)).put(byte("/"));
    into.add(name);
    const seen = zeroed<Stat>();
    const there = stat(into.view(), ref(seen));
    if (!isErr(there) && (seen.mode & 0xf000) === 0x8000) {
      const allowed = access(into.view(), mode);
      if (!isErr(allowed)) return true;
    }
    from = end + 1;
  }
  return false;
}

function isReserved(name: string): boolean {
  return name === "if" || name === "then" || name === "else" || name === "elif" || name === "fi" || name === "do" || name === "done" || name === "case" || name === "esac" || name === "while" || name === "until" || name === "for" || name === "{" || name === "}" || name === "!" || name === "in";
}

/** What a name would do. `short`: only the path or name, for command -v. */
function explain(name: string, short: boolean): boolean {
  const path = zeroed<Text>();
  using _ = defer(() => path.dispose());
  const builtin = builtinNamed(name);
  let what = "";
  for (let i: usize = 0; i < aliasNames.length; i++) {
    if (aliasNames.at(i) !== name) continue;
    if (short) {
      out.write("alias ");
      showAlias(i);
    } else {
      out.write(name);
      out.write(" is an alias for ");
      out.line(aliasValues.at(i));
    }
    return true;
  }
  if (isReserved(name)) what = "is a shell keyword";
  else if (functionNamed(name) !== null) what = "is a shell function";
  else if (builtin !== null) what = builtin.special ? "is a special shell builtin" : "is a shell builtin";
  else if (has(name, byte("/"))) {
    const there = access(name, F_OK);
    if (isErr(there)) return false;
    path.add(name);
  } else if (!inPath(name, X_OK, ref(path))) return false;
  if (short) out.line(path.length > 0 ? path.view() : name);
  else {
    out.write(name);
    out.put(byte(" "));
    if (path.length > 0) out.write("is ");
    out.line(path.length > 0 ? path.view() : what);
  }
  return true;
}

function type(words: Slice<string>): i32 {
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    if (explain(word, false)) continue;
    out.write(word);
    out.line(": not found");
    status = 127;
  }
  return status;
}

function command(words: Slice<string>): i32 {
  attr(bounded(100));
  let first: usize = 1;
  let explains = false;
  let short = false;
  while (first < words.length && (words[first] === "-v" || words[first] === "-V" || words[first] === "-p" || words[first] === "--")) {
    if (words[first] === "-v" || words[first] === "-V") explains = true;
    if (words[first] === "-v") short = true;
    first++;
  }
  const rest = words.sub(first, words.length);
  if (rest.length === 0) return 0;
  if (explains) {
    let status: i32 = 0;
    for (const word of rest) {
      if (explain(word, short)) continue;
      if (!short) {
        errors.write(word);
        errors.line(": not found");
      }
      status = 127;
    }
    return status;
  }
  const builtin = builtinNamed(rest[0]);
  if (builtin !== null) return builtin.body(rest);
  return runProgram(rest);
}

function showAlias(i: usize): void {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  quote(ref(t), aliasValues.at(i));
  out.write(aliasNames.at(i));
  out.put(byte("="));
  out.line(t.view());
}

function alias(words: Slice<string>): i32 {
  if (words.length === 1) for (let i: usize = 0; i < aliasNames.length; i++) showAlias(i);
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    const equals = indexOf(word, byte("="), 0);
    if (equals < word.length) {
      setAlias(word.sub(0, equals), word.sub(equals + 1, word.length));
      continue;
    }
    let known = false;
    for (let i: usize = 0; i < aliasNames.length; i++) {
      if (aliasNames.at(i) !== word) continue;
      showAlias(i);
      known = true;
    }
    if (known) continue;
    wrong("alias", word, "not found");
    status = 1;
  }
  return status;
}

function unalias(words: Slice<string>): i32 {
  let status: i32 = 0;
  for (const word of words.sub(1, words.length)) {
    if (word === "-a") dropAliases();
    else if (!dropAlias(word)) {
      wrong("unalias", word, "not found");
      status = 1;
    }
  }
  return status;
}

function history(words: Slice<string>): i32 {
  let n: usize = 0;
  for (const line of historyList()) {
    n++;
    out.numberRight(n, 5);
    out.write("  ");
    out.line(line);
  }
  return words.length > 0 ? 0 : 1;
}

function help(words: Slice<string>): i32 {
  out.line("The shell itself knows:");
  let column: usize = 0;
  for (let i: usize = 0; i < builtins.length; i++) {
    out.left(builtins[i].name, 12);
    column++;
    if (column % 6 === 0) out.put(byte("\n"));
  }
  out.line("");
  out.line("Programs are in /bin and /sbin; each explains itself with --help.");
  return words.length > 0 ? 0 : 1;
}
