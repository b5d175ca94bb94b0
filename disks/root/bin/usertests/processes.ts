// Processes: fork, exit, wait, exec, groups and sessions.
import {
  SYS_CLOSE,
  SYS_EXEC,
  SYS_FORK,
  SYS_GETPGID,
  SYS_GETPID,
  SYS_GETPPID,
  SYS_GETTID,
  SYS_KILL,
  SYS_NICE,
  SYS_OPEN,
  SYS_READ,
  SYS_SETPGID,
  SYS_SETSID,
  SYS_SLEEP,
  SYS_UNLINK,
  SYS_WAIT,
  SYS_WRITE,
  SYS_YIELD,
} from "../../../../kernel/abi/calls.ts";
import { O_CREAT, O_RDWR, O_TRUNC } from "../../../../kernel/abi/files.ts";
import { WCONTINUED, WNOHANG, WUNTRACED } from "../../../../kernel/abi/processes.ts";
import { SIGCONT, SIGKILL, SIGSTOP, SIGTERM } from "../../../../kernel/abi/signals.ts";
import { call } from "../../../lib/door.ts";
import { end, equal, expect, fails, fork, inChild, KERNEL, NOWHERE, path, test, waitFor, works } from "./harness.ts";

const MILLISECOND: u64 = 1_000_000;
/** -1: any child. */
const ANY: u64 = 0xffff_ffff_ffff_ffff;

class Shared {
  status: i32;
  counter: u32;
}
const shared = zeroed<Shared>();

function wait(id: u64, options: u32): i64 {
  return call(SYS_WAIT, id, addr(ref(shared.status)), u64(options), 0, 0, 0);
}

function pid(): u64 {
  return u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
}

function kill(id: i64, signal: u32): i64 {
  return call(SYS_KILL, u64(id), u64(signal), 0, 0, 0, 0);
}

function sleep(nanoseconds: u64): void {
  call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0);
}

/** A child that waits to be ended. */
function sleeper(): i64 {
  const child = fork();
  if (child === 0) for (;;) sleep(1000 * MILLISECOND);
  return child;
}

function endOf(child: i64): void {
  kill(child, SIGKILL);
  waitFor(child);
}

class Arguments {
  words: Arr<u64, 8>;
}
const args = zeroed<Arguments>();

/** exec with up to two arguments; an empty one is left out. */
function exec(program: string, first: string, second: string): i64 {
  args.words[0] = path(first);
  args.words[1] = second.length === 0 ? 0 : path(second);
  args.words[2] = 0;
  return call(SYS_EXEC, path(program), addr(ref(args.words[0])), addr(ref(args.words[2])), 0, 0, 0);
}

class Block {
  bytes: Arr<u8, 65536>;
}
const block = zeroed<Block>();

/** Makes a file that may be run. */
function file(name: string, content: string): void {
  const flags = u64(O_CREAT | O_RDWR | O_TRUNC);
  const fd = works(call(SYS_OPEN, path(name), flags, 0o755, 0, 0, 0), "open");
  equal(call(SYS_WRITE, fd, addr(content), content.length, 0, 0, 0), i64(content.length), "write");
  equal(call(SYS_CLOSE, fd, 0, 0, 0, 0, 0), 0, "close");
}

export function processTests(): void {
  test("fork gives the child another number, and its parent's as parent", () => {
    const me = pid();
    const child = fork();
    if (child === 0) end(call(SYS_GETPPID, 0, 0, 0, 0, 0, 0) === i64(me) && pid() !== me ? 0 : 1);
    equal(i64(waitFor(child)), 0, "status");
  });
  test("fork copies memory: what the child writes its parent does not see", () => {
    shared.counter = 5;
    const status = inChild(() => {
      shared.counter++;
      end(i32(shared.counter));
    });
    equal(i64(status), 6 << 8, "status");
    equal(i64(shared.counter), 5, "the parent's");
  });
  test("fork copies the stack", () => {
    let local: u32 = 7;
    inChild(() => {
      local = 8;
    });
    equal(i64(local), 7, "the parent's");
  });
  test("a child of a child", () => {
    const status = inChild(() => {
      end(inChild(() => end(3)) >> 8);
    });
    equal(i64(status), 3 << 8, "status");
  });
  test("exit keeps the lowest eight bits of the status", () => {
    equal(i64(inChild(() => end(0x1ff))), 0xff00, "status");
    equal(i64(inChild(() => end(-1))), 0xff00, "of -1");
  });
  test("wait without children is ECHILD", () => {
    fails(wait(ANY, 0), Errno.ECHILD, "wait");
    fails(wait(ANY, WNOHANG), Errno.ECHILD, "with WNOHANG");
  });
  test("wait for somebody else's child is ECHILD", () => {
    fails(wait(1, 0), Errno.ECHILD, "for process 1");
    fails(wait(999_999, 0), Errno.ECHILD, "for nobody");
    fails(wait(pid(), 0), Errno.ECHILD, "for oneself");
  });
  test("wait with unknown options is EINVAL", () => {
    fails(wait(ANY, 0x8000), Errno.EINVAL, "wait");
  });
  test("wait without an address does without the status", () => {
    const child = fork();
    if (child === 0) end(3);
    equal(call(SYS_WAIT, u64(child), 0, 0, 0, 0, 0), child, "wait");
  });
  test("wait with a bad address is EFAULT", () => {
    const child = fork();
    if (child === 0) end(0);
    fails(call(SYS_WAIT, u64(child), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "wait");
  });
  test("wait with WNOHANG gives 0 while the child lives", () => {
    const child = sleeper();
    equal(wait(u64(child), WNOHANG), 0, "wait");
    endOf(child);
  });
  test("wait can choose a child", () => {
    const first = sleeper();
    const second = fork();
    if (second === 0) end(2);
    equal(wait(u64(second), 0), second, "the second");
    equal(i64(shared.status), 2 << 8, "status");
    endOf(first);
  });
  test("wait can choose a group", () => {
    const other = sleeper();
    works(call(SYS_SETPGID, u64(other), u64(other), 0, 0, 0, 0), "setpgid");
    const own = fork();
    if (own === 0) end(1);
    equal(wait(0, 0), own, "of one's own group");
    kill(other, SIGKILL);
    equal(wait(u64(-other), 0), other, "of the other's");
    fails(wait(u64(-other), 0), Errno.ECHILD, "when nobody is left");
  });
  test("wait is told once", () => {
    const child = fork();
    if (child === 0) end(0);
    equal(wait(ANY, 0), child, "first");
    fails(wait(ANY, 0), Errno.ECHILD, "second");
  });
  test("wait tells the signal that ended a child", () => {
    const child = sleeper();
    equal(kill(child, SIGTERM), 0, "kill");
    equal(i64(waitFor(child)), i64(SIGTERM), "status");
  });
  test("wait tells of a stop and of going on when asked", () => {
    const child = sleeper();
    kill(child, SIGSTOP);
    equal(wait(u64(child), WUNTRACED), child, "stopped");
    equal(i64(shared.status), (i64(SIGSTOP) << 8) | 0x7f, "status of the stop");
    equal(wait(u64(child), WUNTRACED | WNOHANG), 0, "told once");
    kill(child, SIGCONT);
    equal(wait(u64(child), WCONTINUED), child, "continued");
    equal(i64(shared.status), 0xffff, "status of going on");
    endOf(child);
  });
  test("wait does not tell of a stop unless asked", () => {
    const child = sleeper();
    kill(child, SIGSTOP);
    sleep(20 * MILLISECOND);
    equal(wait(u64(child), WNOHANG), 0, "wait");
    endOf(child);
  });
  test("a zombie has its number until it is waited for", () => {
    const child = fork();
    if (child === 0) end(0);
    sleep(30 * MILLISECOND);
    equal(kill(child, 0), 0, "kill 0 of a zombie");
    waitFor(child);
    fails(kill(child, 0), Errno.ESRCH, "afterwards");
  });
  test("who loses his parent gets process 1", () => {
    const child = fork();
    if (child === 0) {
      if (call(SYS_FORK, 0, 0, 0, 0, 0, 0) === 0) {
        for (let n: u32 = 0; n < 200 && call(SYS_GETPPID, 0, 0, 0, 0, 0, 0) !== 1; n++) sleep(5 * MILLISECOND);
        end(0);
      }
      end(0);
    }
    equal(i64(waitFor(child)), 0, "the one in between");
    // Whoever that was is not our child any more.
    fails(wait(ANY, WNOHANG), Errno.ECHILD, "grandchild");
  });
  test("many children, in waves", () => {
    for (let wave: u32 = 0; wave < 4; wave++) {
      for (let n: u32 = 0; n < 25; n++) if (fork() === 0) end(1);
      for (let n: u32 = 0; n < 25; n++) expect(wait(ANY, 0) > 0 && shared.status === 256, "a child of the wave");
    }
  });
  test("numbers of processes are not given again at once", () => {
    const first = fork();
    if (first === 0) end(0);
    waitFor(first);
    const second = fork();
    if (second === 0) end(0);
    waitFor(second);
    expect(first !== second, "another number");
  });
  test("gettid of a program without threads is its number", () => {
    equal(call(SYS_GETTID, 0, 0, 0, 0, 0, 0), i64(pid()), "gettid");
  });
  test("yield works", () => {
    equal(call(SYS_YIELD, 0, 0, 0, 0, 0, 0), 0, "yield");
  });

  test("exec runs another program", () => {
    equal(
      i64(
        inChild(() => {
          exec("/bin/true", "true", "");
          end(99);
        }),
      ),
      0,
      "true",
    );
    equal(i64(inChild(() => end(i32(exec("/bin/false", "false", ""))))), 256, "false");
  });
  test("exec keeps number and parent", () => {
    const child = fork();
    if (child === 0) {
      exec("/bin/true", "true", "");
      end(1);
    }
    equal(i64(waitFor(child)), 0, "status");
  });
  test("exec hands arguments over", () => {
    // test -n STRING; [ wants its bracket.
    equal(
      i64(
        inChild(() => {
          args.words[0] = path("test");
          args.words[1] = path("abc");
          args.words[2] = path("=");
          args.words[3] = path("abc");
          args.words[4] = 0;
          call(SYS_EXEC, path("/bin/test"), addr(ref(args.words[0])), 0, 0, 0, 0);
          end(99);
        }),
      ),
      0,
      "test abc = abc",
    );
  });
  test("exec of what is not there is ENOENT", () => {
    fails(exec("/bin/nothing", "nothing", ""), Errno.ENOENT, "no file");
    fails(exec("", "nothing", ""), Errno.ENOENT, "an empty path");
    fails(exec("/nowhere/true", "true", ""), Errno.ENOENT, "no directory");
  });
  test("exec of what may not run is EACCES", () => {
    fails(exec("/etc/passwd", "passwd", ""), Errno.EACCES, "no right");
    fails(exec("/bin", "bin", ""), Errno.EACCES, "a directory");
  });
  test("exec with bad addresses is EFAULT", () => {
    fails(call(SYS_EXEC, NOWHERE, 0, 0, 0, 0, 0), Errno.EFAULT, "of the path");
    fails(call(SYS_EXEC, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "of the path in the kernel");
    fails(call(SYS_EXEC, path("/bin/true"), NOWHERE, 0, 0, 0, 0), Errno.EFAULT, "of arguments");
    args.words[0] = KERNEL;
    args.words[1] = 0;
    fails(call(SYS_EXEC, path("/bin/true"), addr(ref(args.words[0])), 0, 0, 0, 0), Errno.EFAULT, "of one argument");
    fails(call(SYS_EXEC, path("/bin/true"), 0, NOWHERE, 0, 0, 0), Errno.EFAULT, "of the environment");
  });
  test("exec of more than fits is E2BIG", () => {
    const many = zeroed<Arr<u64, 1025>>();
    const long = path("a text of sixty bytes or so, a thousand times over and over again, which comes to more than the room for arguments has: it is too much");
    for (let n: usize = 0; n < 1024; n++) many[n] = long;
    fails(call(SYS_EXEC, path("/bin/true"), addr(ref(many[0])), 0, 0, 0, 0), Errno.E2BIG, "exec");
  });
  test("exec of a file that is no program is ENOEXEC", () => {
    file("/tmp/program", "no program at all, but longer than the header of one would be, so that it can be read");
    fails(exec("/tmp/program", "program", ""), Errno.ENOEXEC, "a text");
    file("/tmp/program", "");
    fails(exec("/tmp/program", "program", ""), Errno.ENOEXEC, "nothing");
    call(SYS_UNLINK, path("/tmp/program"), 0, 0, 0, 0, 0);
  });
  test("exec of a damaged program is ENOEXEC, whatever is damaged", () => {
    const fd = works(call(SYS_OPEN, path("/bin/true"), 0, 0, 0, 0, 0), "open");
    const length = works(call(SYS_READ, fd, addr(ref(block.bytes[0])), block.bytes.length, 0, 0, 0), "read");
    // Class, byte order, type, machine, version, size and number of program headers; address and size of the first segment.
    const places: Arr<usize, 9> = [4, 5, 16, 18, 20, 54, 57, 87, 111];
    for (const place of places) {
      const before = block.bytes[place];
      block.bytes[place] = 0x99;
      file("/tmp/program", text(slice(block.bytes, length)));
      fails(exec("/tmp/program", "program", ""), Errno.ENOEXEC, "exec");
      block.bytes[place] = before;
    }
    // Cut off behind the headers.
    file("/tmp/program", text(slice(block.bytes, 400)));
    fails(exec("/tmp/program", "program", ""), Errno.ENOEXEC, "cut off");
    call(SYS_UNLINK, path("/tmp/program"), 0, 0, 0, 0, 0);
  });
  test("exec of a script runs its interpreter, with an argument and its name", () => {
    file("/tmp/script", "#! /bin/test -n\n");
    equal(i64(inChild(() => end(i32(exec("/tmp/script", "script", ""))))), 0, "test -n /tmp/script");
    file("/tmp/script", "#!/bin/test -z");
    equal(i64(inChild(() => end(i32(exec("/tmp/script", "script", ""))))), 256, "test -z /tmp/script");
    file("/tmp/other", "#!/tmp/script\n");
    equal(i64(inChild(() => end(i32(exec("/tmp/other", "other", ""))))), 512, "test -z /tmp/script /tmp/other");
    call(SYS_UNLINK, path("/tmp/other"), 0, 0, 0, 0, 0);
    call(SYS_UNLINK, path("/tmp/script"), 0, 0, 0, 0, 0);
  });
  test("exec of scripts that lead nowhere", () => {
    file("/tmp/script", "#!/tmp/script\n");
    fails(exec("/tmp/script", "script", ""), Errno.ENOEXEC, "its own interpreter");
    file("/tmp/script", "#!\n");
    fails(exec("/tmp/script", "script", ""), Errno.ENOEXEC, "none");
    file("/tmp/script", "#!/bin/nothing\n");
    fails(exec("/tmp/script", "script", ""), Errno.ENOENT, "one that is not there");
    call(SYS_UNLINK, path("/tmp/script"), 0, 0, 0, 0, 0);
  });
  test("exec closes what is to be closed, and nothing else", () => {
    equal(
      i64(
        inChild(() => {
          // Who runs is /bin/test: it does not read. What is looked at is that exec with a full table works.
          for (let n: u32 = 0; n < 100; n++) works(call(SYS_OPEN, path("/etc/passwd"), 0x8_0000, 0, 0, 0, 0), "open");
          end(i32(exec("/bin/true", "true", "")));
        }),
      ),
      0,
      "status",
    );
  });

  test("a process of its own group", () => {
    const child = sleeper();
    equal(call(SYS_SETPGID, u64(child), 0, 0, 0, 0, 0), 0, "setpgid");
    equal(call(SYS_GETPGID, u64(child), 0, 0, 0, 0, 0), child, "getpgid");
    endOf(child);
  });
  test("a child begins in its parent's group", () => {
    const group = call(SYS_GETPGID, 0, 0, 0, 0, 0, 0);
    const child = sleeper();
    equal(call(SYS_GETPGID, u64(child), 0, 0, 0, 0, 0), group, "getpgid");
    endOf(child);
  });
  test("getpgid of nobody is ESRCH", () => {
    fails(call(SYS_GETPGID, 999_999, 0, 0, 0, 0, 0), Errno.ESRCH, "getpgid");
  });
  test("setpgid: who is no child is ESRCH, a group that is none EPERM, a negative number EINVAL", () => {
    fails(call(SYS_SETPGID, 1, 0, 0, 0, 0, 0), Errno.ESRCH, "of process 1");
    fails(call(SYS_SETPGID, 0, 999_999, 0, 0, 0, 0), Errno.EPERM, "to no group");
    fails(call(SYS_SETPGID, 0, u64(-5), 0, 0, 0, 0), Errno.EINVAL, "to a negative group");
  });
  test("setsid makes a session, and a group with it", () => {
    inChild(() => {
      equal(call(SYS_SETSID, 0, 0, 0, 0, 0, 0), i64(pid()), "setsid");
      equal(call(SYS_GETPGID, 0, 0, 0, 0, 0, 0), i64(pid()), "getpgid");
      fails(call(SYS_SETSID, 0, 0, 0, 0, 0, 0), Errno.EPERM, "twice");
      fails(call(SYS_SETPGID, 0, 0, 0, 0, 0, 0), Errno.EPERM, "a leader's group");
    });
  });
  test("nice goes from -20 to 19, and is shown 20 higher", () => {
    equal(call(SYS_NICE, 0, 0, 0, 0, 0, 0), 20, "at first");
    equal(call(SYS_NICE, 5, 0, 0, 0, 0, 0), 25, "5 more");
    equal(call(SYS_NICE, 100, 0, 0, 0, 0, 0), 39, "the most");
    equal(call(SYS_NICE, u64(-100), 0, 0, 0, 0, 0), 0, "the least");
  });
  test("a child is as nice as its parent", () => {
    call(SYS_NICE, 7, 0, 0, 0, 0, 0);
    equal(i64(inChild(() => end(i32(call(SYS_NICE, 0, 0, 0, 0, 0, 0))))), 27 << 8, "status");
  });
}
