// Programs: looked for along PATH, and become. What is no program and can be read is a script for a shell.

import { Stat } from "../../../kernel/abi/files.ts";
import { programName, wordsFor } from "../environment.ts";
import { errorText } from "../error-text.ts";
import { List } from "../list.ts";
import { errors, out } from "../stream.ts";
import { access, exec, stat } from "../sys.ts";
import { has, indexOf, Text } from "../text.ts";
import { exportedTexts, valueOf } from "./variables.ts";

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
