// Running other programs: found along PATH, in this process or in one of its own.

import { environment, getenv, wordsFor } from "./environment.ts";
import { complainText } from "./failing.ts";
import { errorText } from "./error-text.ts";
import { out } from "./stream.ts";
import { exec, fork, leave, wait } from "./sys.ts";
import { has, indexOf, Text } from "./text.ts";

/** Becomes the program that the first word names. Comes back only with an error. */
export function runInPlace(words: Slice<string>): Err {
  out.flush();
  const argv = wordsFor(words);
  const envp = wordsFor(environment().items());
  const name = words[0];
  if (has(name, byte("/"))) return exec(name, argv, envp);
  const path = getenv("PATH", "/bin:/sbin");
  const candidate = zeroed<Text>();
  let code = Errno.ENOENT;
  for (let from: usize = 0; from <= path.length; ) {
    const end = indexOf(path, byte(":"), from);
    candidate.clear();
    if (end > from) candidate.add(path.sub(from, end)).put(byte("/"));
    candidate.add(name);
    const why = exec(candidate.view(), argv, envp).code;
    if (why !== Errno.ENOENT && why !== Errno.ENOTDIR) code = why;
    from = end + 1;
  }
  return err(code);
}

/** Runs a program and waits for it: its exit status, 128 + the signal that ended it, 126 or 127 when it could not be run. */
export function runProgram(words: Slice<string>): Res<i32> {
  out.flush();
  const child = orReturn(fork());
  if (child === 0) {
    const why = runInPlace(words).code;
    complainText(words[0], errorText(i32(why)));
    leave(why === Errno.ENOENT ? 127 : 126);
  }
  let status: i32 = 0;
  for (;;) {
    const ended = wait(child, ref(status), 0);
    if (!isErr(ended)) break;
    if (ended.code !== Errno.EINTR) return ended;
  }
  return (status & 0x7f) !== 0 ? 128 + (status & 0x7f) : (status >> 8) & 0xff;
}
