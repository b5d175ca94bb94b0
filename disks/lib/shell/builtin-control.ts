// Builtins that decide what is carried out next.

import { O_CLOEXEC, O_RDONLY, R_OK } from "../../../kernel/abi/files.ts";
import { errorText } from "../error-text.ts";
import { signalName, signalNumber } from "../signals.ts";
import { errors, out } from "../stream.ts";
import { close, open, read } from "../sys.ts";
import { has, parseNumber, parseSigned, Text } from "../text.ts";
import { command } from "./builtins.ts";
import { fatal, wrong } from "./complaints.ts";
import { anyStopped } from "./jobs.ts";
import { execute, inPath } from "./programs.ts";
import { quote } from "./quoting.ts";
import { runSource, runText } from "./run.ts";
import { Source } from "./source.ts";
import { shell } from "./state.ts";
import { clearTrap, eachTrap, setTrap } from "./traps.ts";

export function breakLoop(words: Slice<string>): i32 {
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

export function exitShell(words: Slice<string>): i32 {
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

export function returnFrom(words: Slice<string>): i32 {
  const status = statusOperand(words);
  if (isErr(status)) return 2;
  shell.returning = true;
  return status;
}

export function evalWords(words: Slice<string>): i32 {
  const t = zeroed<Text>();
  using _ = defer(() => t.dispose());
  for (let i: usize = 1; i < words.length; i++) {
    if (i > 1) t.put(byte(" "));
    t.add(words[i]);
  }
  shell.status = 0;
  return runText(t.view());
}

export function execWords(words: Slice<string>): i32 {
  if (words.length === 1) return 0;
  const status = execute(words.sub(1, words.length));
  if (!shell.flags.interactive) shell.exiting = true;
  shell.status = status;
  return status;
}

/** . file: in this shell. Without a slash it is looked for in PATH, then here. */
export function dot(words: Slice<string>): i32 {
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

export function trap(words: Slice<string>): i32 {
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
