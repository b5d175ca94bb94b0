// sh: the shell. It reads commands from a person, a script or a text, and runs them; lib/shell has its parts, in the order in
// which a command goes through them: source, lexer, parser, expand, run.

import { O_CLOEXEC, O_RDONLY } from "../../../kernel/abi/files.ts";
import { complain, say } from "../../lib/failing.ts";
import { environment } from "../../lib/environment.ts";
import { askPerson, startEditing } from "../../lib/shell/ask.ts";
import { loadFile } from "../../lib/shell/builtin-control.ts";
import { setParameters, takeFlags } from "../../lib/shell/builtin-set.ts";
import { hangUp, startJobControl } from "../../lib/shell/jobs.ts";
import { isName } from "../../lib/shell/parser.ts";
import { finish, runSource } from "../../lib/shell/run.ts";
import { Source } from "../../lib/shell/source.ts";
import { shell } from "../../lib/shell/state.ts";
import { interactiveSignals, startTraps } from "../../lib/shell/traps.ts";
import { note, valueOf, variable } from "../../lib/shell/variables.ts";
import { begin } from "../../lib/start.ts";
import { out } from "../../lib/stream.ts";
import { getcwd, getpid, getppid } from "../../lib/sys.ts";
import { isTerminal } from "../../lib/terminal.ts";
import { Digits, indexOf, Text } from "../../lib/text.ts";

const help = `Usage: sh [-aefimnsuvxC] [-o option] [-c COMMANDS [NAME] | FILE | -s] [ARGUMENT]...
Runs commands: those of -c, those in the file, else from standard input; a person gets
prompts, editing with history, and names completed by Tab.

  -c  the first operand is commands, the next one $0
  -s  commands come from standard input; operands are $1 ...
  -i  interactive, though it is no terminal
  -e  end when a command fails          -u  unset variables are errors
  -x  show commands as they run         -f  no file names for * and ?
  -n  only check the grammar            -a  export every variable that is set
  -v  show lines as they are read       -C  > does not overwrite files

help lists what the shell itself knows.
`;

class Choice {
  commands: boolean;
}

const source = zeroed<Source>();
const choice = zeroed<Choice>();

export function main(argc: u64, argv: Ptr<u64>): i32 {
  const given = begin(argc, argv);
  shell.name = given.length > 0 ? given[0] : "sh";
  shell.pid = getpid();
  takeEnvironment();
  const rest = options(given.sub(given.length > 0 ? 1 : 0, given.length));
  source.start();
  let operands = rest;
  if (choice.commands) {
    if (rest.length === 0) {
      say("-c needs commands");
      return 2;
    }
    source.text.add(rest[0]);
    if (rest.length > 1) shell.name = rest[1];
    operands = rest.sub(rest.length > 1 ? 2 : 1, rest.length);
  } else if (rest.length > 0 && !shell.flags.standardInput) {
    const loaded = loadFile(rest[0], ref(source.text));
    if (isErr(loaded)) {
      complain(rest[0], loaded.code);
      return loaded.code === Errno.ENOENT ? 127 : 126;
    }
    shell.name = rest[0];
    operands = rest.sub(1, rest.length);
  } else {
    source.fd = 0;
    shell.flags.standardInput = true;
    if (isTerminal(0) && isTerminal(2)) shell.flags.interactive = true;
  }
  setParameters(operands);
  startTraps();
  if (shell.flags.interactive) startInteractive();
  if (shell.name.length > 0 && shell.name[0] === byte("-")) readProfiles();
  runSource(ref(source));
  if (shell.flags.interactive) hangUp();
  finish();
}

/** Takes the options; -c and -i are the shell's own. */
function options(words: Slice<string>): Slice<string> {
  if (words.length === 1 && words[0] === "--help") {
    out.write(help);
    shell.status = 0;
    finish();
  }
  let i: usize = 0;
  while (i < words.length && words[i].length > 1 && (words[i][0] === byte("-") || words[i][0] === byte("+")) && words[i] !== "--") {
    const word = words[i];
    const flags = zeroed<Text>();
    let takes = false;
    for (const c of word) {
      if (c === byte("c")) choice.commands = true;
      else if (c === byte("i")) shell.flags.interactive = true;
      else if (c === byte("s")) shell.flags.standardInput = true;
      else if (c !== byte("l")) flags.put(c);
      if (c === byte("o")) takes = true;
    }
    if (flags.length > 1) {
      words[i] = flags.view();
      let dashes = false;
      const taken = takeFlags(words.sub(i, takes && i + 1 < words.length ? i + 2 : i + 1), ref(dashes));
      if (isErr(taken)) {
        shell.status = 2;
        finish();
      }
      if (takes && i + 1 < words.length) i++;
    }
    i++;
  }
  if (i < words.length && words[i] === "--") i++;
  return words.sub(i, words.length);
}

/** Variables: those of the environment, and what a shell always has. */
function takeEnvironment(): void {
  for (const entry of environment().items()) {
    const equals = indexOf(entry, byte("="), 0);
    const name = entry.sub(0, equals);
    if (equals === entry.length || !isName(name)) continue;
    note(name, entry.sub(equals + 1, entry.length));
    variable(name).exported = true;
  }
  const v = variable("PATH");
  if (!v.isSet) note("PATH", "/bin:/sbin");
  note("IFS", " \t\n");
  variable("IFS").exported = false;
  note("OPTIND", "1");
  note("PS2", "> ");
  note("PS4", "+ ");
  if (!variable("PS1").isSet) note("PS1", "\\w \\$ ");
  const digits = zeroed<Digits>();
  note("PPID", digits.of(u64(getppid()), 10));
  const room = zeroed<Arr<u8, 4096>>();
  const here = getcwd(slice(room));
  if (!isErr(here)) note("PWD", here);
}

/** A shell that somebody logs in with reads what is to be set up. */
function readProfiles(): void {
  readProfile("/etc/profile");
  const path = zeroed<Text>();
  path.add(valueOf("HOME")).add("/.profile");
  readProfile(path.view());
}

function readProfile(path: string): void {
  const script = zeroed<Source>();
  script.start();
  const loaded = loadFile(path, ref(script.text));
  if (!isErr(loaded)) runSource(ref(script));
}

function startInteractive(): void {
  interactiveSignals();
  if (isTerminal(0)) startJobControl(0);
  startEditing();
  source.ask = askPerson;
}
