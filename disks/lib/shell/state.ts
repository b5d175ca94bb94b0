// What a shell knows of itself.

import { Arena } from "../arena.ts";
import type { Node } from "./syntax.ts";
import { Source } from "./source.ts";

/** What was parsed and expanded: given back when a command is over. */
export const arena = zeroed<Arena>();

export class Flags {
  /** -e: end when something fails. */
  exitOnError: boolean;
  /** -u: unset variables are errors. */
  unsetIsError: boolean;
  /** -x: show commands. */
  trace: boolean;
  /** -f: no file names for patterns. */
  noGlob: boolean;
  /** -n: only parse. */
  noExec: boolean;
  /** -v: show lines as they are read. */
  verbose: boolean;
  /** -C: > does not overwrite. */
  noClobber: boolean;
  /** -a: every variable that is set is exported. */
  exportAll: boolean;
  /** -m: background jobs have groups of their own. */
  jobs: boolean;
  interactive: boolean;
  /** -s: commands come from standard input. */
  standardInput: boolean;
}

export class Shell {
  /** $0 */
  name: string;
  /** $? */
  status: i32;
  /** $$ */
  pid: i32;
  /** $! */
  lastBackground: i32;
  flags: Flags;
  /** $1 … */
  parameters: Slice<string>;
  /** Loops that are running, and how many of them break or continue leaves. */
  loops: u32;
  leaving: u32;
  /** The last loop that is left goes on with its next turn. */
  goesOn: boolean;
  /** `return` was met: what runs inside the function (or sourced file) ends. */
  returning: boolean;
  functionDepth: u32;
  sourceDepth: u32;
  /** `exit` was met, or an error that ends the shell. */
  exiting: boolean;
  /** In the condition of if, while, &&, ||, !: what fails there does not end the shell. */
  unchecked: u32;
  /** This process was forked off a shell. */
  subshell: boolean;
  /** The status of the last command substitution, where a command is nothing but assignments. */
  substituted: i32;
  source: Ptr<Source> | null;
  line: u32;
  /** A person who wants to leave was told of stopped jobs. */
  warned: boolean;
  /** A function was defined in the command that runs: its tree must stay. */
  keepTree: boolean;
}

export const shell = zeroed<Shell>();

/** Whether what runs must come to an end: break, return or exit was met. */
export function interrupted(): boolean {
  return shell.exiting || shell.returning || shell.leaving > 0;
}

export class Function {
  next: Ptr<Function> | null;
  name: string;
  body: Ptr<Node>;
}
