// What the shell does itself, because it changes the shell, or because a process for it would be a waste: the table of all, and
// those that ask it.

import { F_OK, X_OK } from "../../../kernel/abi/files.ts";
import { errorText } from "../error-text.ts";
import { complainText } from "../failing.ts";
import { echo } from "../shared/echo.ts";
import { printFormatted } from "../shared/printf.ts";
import { test } from "../shared/test.ts";
import { errors, out } from "../stream.ts";
import { access } from "../sys.ts";
import { compare, has, Text } from "../text.ts";
import { names as aliasNames, values as aliasValues } from "./aliases.ts";
import { alias, history, showAlias, unalias } from "./builtin-aliases.ts";
import { breakLoop, dot, evalWords, execWords, exitShell, returnFrom, trap } from "./builtin-control.ts";
import { getopts } from "./builtin-getopts.ts";
import { bg, fg, jobs, killWords, waitWords } from "./builtin-jobs.ts";
import { readLine } from "./builtin-read.ts";
import { set, shift } from "./builtin-set.ts";
import { cd, pwd, showTimes, umaskWords } from "./builtin-surroundings.ts";
import { exportNames, local, unset } from "./builtin-variables.ts";
import { wrong } from "./complaints.ts";
import { functionNamed } from "./functions.ts";
import { inPath } from "./programs.ts";
import { runProgram } from "./simple.ts";

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

export function command(words: Slice<string>): i32 {
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
