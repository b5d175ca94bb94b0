// Other programs: the family of exec, and system.

import { SYS_EXEC } from "../../../kernel/abi/calls.ts";
import { call } from "../door.ts";
import type { VaList } from "./arguments.ts";
import { errno, outcome32, setErrno } from "./errno.ts";
import { environLocation, getenv } from "./stdlib.ts";
import { fflush } from "./stdio.ts";
import { memcpy, strchr, strlen } from "./string.ts";
import { fork, leave, waitpid } from "./unistd.ts";

const PATH_BYTES: usize = 4096;

/// <unistd.h>
/// int execve(const char *path, char *const arguments[], char *const environment[]);
export function execve(path: Ptr<u8>, given: Ptr<u64>, environment: Ptr<u64> | null): i32 {
  attr(symbol("execve"));
  return outcome32(call(SYS_EXEC, addr(path), addr(given), addr(environment), 0, 0, 0));
}
/// int execv(const char *path, char *const arguments[]);
export function execv(path: Ptr<u8>, given: Ptr<u64>): i32 {
  attr(symbol("execv"));
  return execve(path, given, environLocation()[0]);
}
/// int execvp(const char *name, char *const arguments[]);
export function execvp(name: Ptr<u8>, given: Ptr<u64>): i32 {
  attr(symbol("execvp"));
  if (strchr(name, 47) !== null) return execv(name, given);
  const variable: Arr<u8, 5> = [byte("P"), byte("A"), byte("T"), byte("H"), 0];
  const usual = "/bin:/sbin\0";
  const found = getenv(ref(variable[0]));
  const path = found === null ? unsafe.ptr<u8>(addr(usual)) : found;
  const room = zeroed<Arr<u8, 4096>>();
  const length = strlen(name);
  let code = i32(Errno.ENOENT);
  for (let from: usize = 0; ; ) {
    let end = from;
    while (path[end] !== 0 && path[end] !== byte(":")) end++;
    if (end - from + length + 2 <= PATH_BYTES) {
      memcpy(ref(room[0]), ref(path[from]), end - from);
      let at = end - from;
      if (at > 0) {
        room[at] = byte("/");
        at++;
      }
      memcpy(ref(room[at]), name, length + 1);
      execv(ref(room[0]), given);
      if (errno() !== i32(Errno.ENOENT) && errno() !== i32(Errno.ENOTDIR)) code = errno();
    }
    if (path[end] === 0) break;
    from = end + 1;
  }
  setErrno(code);
  return -1;
}

/** The words of execl, of which the first has a name, up to the null. */
function gather(first: Ptr<u8>, rest: Ptr<VaList>, into: Slice<u64>): boolean {
  into[0] = addr(first);
  for (let i: usize = 1; i < into.length; i++) {
    into[i] = rest.word();
    if (into[i] === 0) return true;
  }
  setErrno(i32(Errno.E2BIG));
  return false;
}

/// int execl(const char *path, const char *first, ...);
export function vexecl(path: Ptr<u8>, first: Ptr<u8>, rest: Ptr<VaList>): i32 {
  attr(symbol("__vexecl"));
  const words = zeroed<Arr<u64, 256>>();
  return gather(first, rest, slice(words)) ? execv(path, ref(words[0])) : -1;
}
/// int execlp(const char *name, const char *first, ...);
export function vexeclp(name: Ptr<u8>, first: Ptr<u8>, rest: Ptr<VaList>): i32 {
  attr(symbol("__vexeclp"));
  const words = zeroed<Arr<u64, 256>>();
  return gather(first, rest, slice(words)) ? execvp(name, ref(words[0])) : -1;
}

/// <stdlib.h>
/// int system(const char *command);
export function system(command: Ptr<u8> | null): i32 {
  attr(symbol("system"));
  if (command === null) return 1;
  fflush(null);
  const child = fork();
  if (child < 0) return -1;
  const shell = "/bin/sh\0";
  const option = "-c\0";
  if (child === 0) {
    const words: Arr<u64, 4> = [addr(shell), addr(option), addr(command), 0];
    execv(unsafe.ptr<u8>(addr(shell)), ref(words[0]));
    leave(127);
  }
  let status: i32 = 0;
  while (waitpid(child, ref(status), 0) < 0) if (errno() !== i32(Errno.EINTR)) return -1;
  return status;
}
