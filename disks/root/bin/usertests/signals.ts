// Signals: actions, masks, handlers, what they interrupt, stops, alarms, faults.
import {
  SYS_ALARM,
  SYS_GETPID,
  SYS_KILL,
  SYS_PIPE,
  SYS_READ,
  SYS_SETPGID,
  SYS_SIGACTION,
  SYS_SIGPENDING,
  SYS_SIGPROCMASK,
  SYS_SIGSUSPEND,
  SYS_SLEEP,
  SYS_WAIT,
  SYS_WRITE,
} from "../../../../kernel/abi/calls.ts";
import { WUNTRACED } from "../../../../kernel/abi/processes.ts";
import {
  SA_NODEFER,
  SA_RESETHAND,
  SA_RESTART,
  SIG_BLOCK,
  SIG_DFL,
  SIG_IGN,
  SIG_SETMASK,
  SIG_UNBLOCK,
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGFPE,
  SIGHUP,
  SIGILL,
  SIGINT,
  SIGKILL,
  SIGPIPE,
  SIGQUIT,
  SIGSEGV,
  SIGSTOP,
  SIGTERM,
  SIGTRAP,
  SIGTSTP,
  SIGUSR1,
  SIGUSR2,
  SIGWINCH,
  type SignalAction,
} from "../../../../kernel/abi/signals.ts";
import { call } from "../../../lib/door.ts";
import { defaultSignal, handle, ignoreSignal } from "../../../lib/signals.ts";
import { code, end, equal, expect, fails, fork, inChild, KERNEL, NOWHERE, run, signalOf, test, waitFor } from "./harness.ts";

const MILLISECOND: u64 = 1_000_000;

class Seen {
  count: u32;
  last: i32;
  order: u64;
  inside: u32;
  deepest: u32;
}
const seen = zeroed<Seen>();

class Words {
  set: u64;
  old: u64;
  action: SignalAction;
  before: SignalAction;
  ends: Arr<i32, 2>;
  bytes: Arr<u8, 16>;
  status: i32;
}
const words = zeroed<Words>();

function pid(): u64 {
  return u64(call(SYS_GETPID, 0, 0, 0, 0, 0, 0));
}

function kill(id: u64, signal: u32): i64 {
  return call(SYS_KILL, id, u64(signal), 0, 0, 0, 0);
}

function raise(signal: u32): void {
  equal(kill(pid(), signal), 0, "kill");
}

function sleep(nanoseconds: u64): i64 {
  return call(SYS_SLEEP, nanoseconds, 0, 0, 0, 0, 0);
}

function count(signal: i32): void {
  seen.count++;
  seen.last = signal;
  seen.order = seen.order * 100 + u64(signal);
}

function bit(signal: u32): u64 {
  return u64(1) << u64(signal - 1);
}

function mask(how: u32, set: u64): i64 {
  words.set = set;
  return call(SYS_SIGPROCMASK, u64(how), addr(ref(words.set)), addr(ref(words.old)), 0, 0, 0);
}

function pending(): u64 {
  equal(call(SYS_SIGPENDING, addr(ref(words.set)), 0, 0, 0, 0, 0), 0, "sigpending");
  return words.set;
}

/** Flags, and what to block, of a signal that has a handler already. */
function change(signal: u32, flags: u64, set: u64): void {
  equal(call(SYS_SIGACTION, u64(signal), 0, addr(ref(words.action)), 0, 0, 0), 0, "sigaction reads");
  words.action.flags = flags;
  words.action.mask = set;
  equal(call(SYS_SIGACTION, u64(signal), addr(ref(words.action)), 0, 0, 0, 0), 0, "sigaction sets");
}

function pipe(): void {
  equal(call(SYS_PIPE, addr(ref(words.ends[0])), 0, 0, 0, 0, 0), 0, "pipe");
}

function readPipe(): i64 {
  return call(SYS_READ, u64(words.ends[0]), addr(ref(words.bytes[0])), 1, 0, 0, 0);
}

function writePipe(): i64 {
  return call(SYS_WRITE, u64(words.ends[1]), addr(ref(words.bytes[0])), 1, 0, 0, 0);
}

/** A child that sends a signal a little later, and perhaps writes a byte to the pipe after that. */
function later(signal: u32, writes: boolean): i64 {
  const me = pid();
  const child = fork();
  if (child === 0) {
    sleep(30 * MILLISECOND);
    kill(me, signal);
    sleep(30 * MILLISECOND);
    if (writes) writePipe();
    end(0);
  }
  return child;
}

function slow(signal: i32): void {
  seen.inside++;
  if (seen.inside > seen.deepest) seen.deepest = seen.inside;
  if (seen.count === 0) {
    seen.count = 1;
    raise(u32(signal));
  }
  seen.inside--;
}

function raisesOther(signal: i32): void {
  count(signal);
  if (u32(signal) === SIGUSR1) raise(SIGUSR2);
  seen.order = seen.order * 100 + 99;
}

function leaves(signal: i32): void {
  end(signal);
}

export function signalTests(): void {
  test("a handler runs, and the program goes on", () => {
    handle(SIGUSR1, count, false);
    raise(SIGUSR1);
    equal(i64(seen.count), 1, "calls");
    equal(i64(seen.last), i64(SIGUSR1), "signal");
  });
  test("a handler loses no register", () => {
    handle(SIGALRM, count, true);
    // mov r8, 0x1234; … all registers filled; a long loop; and all looked at: RAX is 0 when none has changed.
    const loop: Arr<u8, 107> = [
      0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57, // push rbx rbp r12 r13 r14 r15
      0x48, 0xc7, 0xc3, 1, 0, 0, 0, 0x48, 0xc7, 0xc5, 2, 0, 0, 0, 0x49, 0xc7, 0xc4, 3, 0, 0, 0, // rbx rbp r12
      0x49, 0xc7, 0xc5, 4, 0, 0, 0, 0x49, 0xc7, 0xc6, 5, 0, 0, 0, 0x49, 0xc7, 0xc7, 6, 0, 0, 0, // r13 r14 r15
      0x49, 0xc7, 0xc0, 7, 0, 0, 0, 0x49, 0xc7, 0xc2, 8, 0, 0, 0, // r8 r10
      0x48, 0x89, 0xf9, // mov rcx, rdi
      0x48, 0xff, 0xc9, 0x75, 0xfb, // dec rcx; jnz
      0x48, 0x8d, 0x04, 0x2b, // lea rax, [rbx+rbp]
      0x4c, 0x01, 0xe0, 0x4c, 0x01, 0xe8, 0x4c, 0x01, 0xf0, 0x4c, 0x01, 0xf8, 0x4c, 0x01, 0xc0, 0x4c, 0x01, 0xd0,
      0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, // pop
      0xc3,
    ];
    const at = code(slice(loop));
    for (let n: u32 = 0; n < 20 && seen.count === 0; n++) {
      const child = later(SIGALRM, false);
      equal(i64(run(at, 40_000_000, 0, 0)), 36, "the sum of the registers");
      waitFor(child);
    }
    expect(seen.count > 0, "the handler ran");
  });
  test("a handler may not use what lies below the stack pointer", () => {
    handle(SIGUSR1, count, false);
    // mov [rsp-8], rdi; mov [rsp-128], rdi; then kill(rsi, 10) by SYSCALL; RAX is the sum of the two words.
    const below: Arr<u8, 42> = [
      0x48, 0x89, 0x7c, 0x24, 0xf8, 0x48, 0x89, 0x7c, 0x24, 0x80, 0x57, 0x5f, 0x48, 0x89, 0x7c, 0x24, 0xf8, 0x90, // leaf
      0x48, 0x89, 0xf7, 0xbe, 10, 0, 0, 0, 0xb8, 12, 0, 0, 0, 0x0f, 0x05, // kill
      0x48, 0x8b, 0x44, 0x24, 0x80, 0x90, 0x90, 0xc3, 0x90,
    ];
    equal(i64(run(code(slice(below)), 0x1234, pid(), 0)), 0x1234, "the red zone");
    equal(i64(seen.count), 1, "calls");
  });
  test("a signal that is ignored does nothing", () => {
    ignoreSignal(SIGTERM);
    raise(SIGTERM);
  });
  test("SIG_DFL ends the process", () => {
    equal(i64(inChild(() => raise(SIGHUP))), i64(SIGHUP), "SIGHUP");
    equal(i64(inChild(() => raise(SIGUSR2))), i64(SIGUSR2), "SIGUSR2");
    equal(i64(inChild(() => raise(SIGKILL))), i64(SIGKILL), "SIGKILL");
  });
  test("SIG_DFL of SIGCHLD, SIGWINCH and SIGCONT does nothing", () => {
    raise(SIGCHLD);
    raise(SIGWINCH);
    raise(SIGCONT);
  });
  test("fork keeps handlers", () => {
    handle(SIGUSR1, leaves, false);
    equal(i64(inChild(() => raise(SIGUSR1))), i64(SIGUSR1) << 8, "status");
  });
  test("sigaction tells what was before", () => {
    ignoreSignal(SIGINT);
    equal(call(SYS_SIGACTION, u64(SIGINT), 0, addr(ref(words.before)), 0, 0, 0), 0, "sigaction");
    expect(words.before.handler === SIG_IGN, "ignored");
    defaultSignal(SIGINT);
    equal(call(SYS_SIGACTION, u64(SIGINT), 0, addr(ref(words.before)), 0, 0, 0), 0, "sigaction");
    expect(words.before.handler === SIG_DFL, "usual");
  });
  test("sigaction of KILL and STOP, and of numbers that are none, is EINVAL", () => {
    const action = addr(ref(words.action));
    const none: Arr<u32, 5> = [9, 19, 0, 32, 99];
    for (const signal of none) fails(call(SYS_SIGACTION, u64(signal), action, 0, 0, 0, 0), Errno.EINVAL, "sigaction");
    equal(call(SYS_SIGACTION, u64(SIGKILL), 0, addr(ref(words.before)), 0, 0, 0), 0, "only to look");
  });
  test("sigaction with a bad address is EFAULT", () => {
    fails(call(SYS_SIGACTION, u64(SIGUSR1), NOWHERE, 0, 0, 0, 0), Errno.EFAULT, "to read from");
    fails(call(SYS_SIGACTION, u64(SIGUSR1), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "in the kernel");
    fails(call(SYS_SIGACTION, u64(SIGUSR1), 0, KERNEL, 0, 0, 0), Errno.EFAULT, "to write to");
  });
  test("a blocked signal waits until it is let through", () => {
    handle(SIGUSR1, count, false);
    equal(mask(SIG_BLOCK, bit(SIGUSR1)), 0, "block");
    raise(SIGUSR1);
    equal(i64(seen.count), 0, "calls while blocked");
    expect(pending() === bit(SIGUSR1), "pending");
    equal(mask(SIG_UNBLOCK, bit(SIGUSR1)), 0, "unblock");
    equal(i64(seen.count), 1, "calls");
    expect(pending() === 0, "nothing pending");
  });
  test("a blocked signal that comes twice is one", () => {
    handle(SIGUSR1, count, false);
    mask(SIG_BLOCK, bit(SIGUSR1));
    raise(SIGUSR1);
    raise(SIGUSR1);
    mask(SIG_UNBLOCK, bit(SIGUSR1));
    equal(i64(seen.count), 1, "calls");
  });
  test("sigprocmask tells the set before, and sets whole sets", () => {
    mask(SIG_SETMASK, bit(SIGUSR1) | bit(SIGUSR2));
    mask(SIG_UNBLOCK, bit(SIGUSR1));
    expect(words.old === (bit(SIGUSR1) | bit(SIGUSR2)), "both");
    mask(SIG_BLOCK, 0);
    expect(words.old === bit(SIGUSR2), "one");
  });
  test("KILL and STOP cannot be blocked", () => {
    mask(SIG_SETMASK, u64(-1));
    mask(SIG_BLOCK, 0);
    expect((words.old & (bit(SIGKILL) | bit(SIGSTOP))) === 0, "not in the set");
  });
  test("sigprocmask: a bad address is EFAULT, a bad `how` EINVAL", () => {
    fails(call(SYS_SIGPROCMASK, u64(SIG_BLOCK), KERNEL, 0, 0, 0, 0), Errno.EFAULT, "to read from");
    fails(call(SYS_SIGPROCMASK, u64(SIG_BLOCK), 0, KERNEL, 0, 0, 0), Errno.EFAULT, "to write to");
    fails(mask(7, 0), Errno.EINVAL, "how");
  });
  test("fork keeps the mask and not what is pending", () => {
    mask(SIG_BLOCK, bit(SIGUSR1));
    raise(SIGUSR1);
    const status = inChild(() => {
      if (pending() !== 0) end(1);
      mask(SIG_BLOCK, 0);
      end(words.old === bit(SIGUSR1) ? 0 : 2);
    });
    equal(i64(status), 0, "status");
  });
  test("a handler's own signal waits until it returns", () => {
    handle(SIGUSR1, slow, false);
    raise(SIGUSR1);
    equal(i64(seen.deepest), 1, "handlers inside each other");
  });
  test("SA_NODEFER lets a handler's own signal through", () => {
    handle(SIGUSR1, slow, false);
    change(SIGUSR1, SA_NODEFER, 0);
    raise(SIGUSR1);
    equal(i64(seen.deepest), 2, "handlers inside each other");
  });
  test("SA_RESETHAND calls a handler once", () => {
    handle(SIGUSR1, count, false);
    change(SIGUSR1, SA_RESETHAND, 0);
    raise(SIGUSR1);
    equal(call(SYS_SIGACTION, u64(SIGUSR1), 0, addr(ref(words.before)), 0, 0, 0), 0, "sigaction");
    expect(words.before.handler === SIG_DFL, "usual again");
  });
  test("another signal interrupts a handler", () => {
    handle(SIGUSR1, raisesOther, false);
    handle(SIGUSR2, raisesOther, false);
    raise(SIGUSR1);
    equal(i64(seen.order), 10_12_99_99, "order");
  });
  test("a handler's mask keeps another signal waiting", () => {
    handle(SIGUSR1, raisesOther, false);
    handle(SIGUSR2, raisesOther, false);
    change(SIGUSR1, 0, bit(SIGUSR2));
    raise(SIGUSR1);
    equal(i64(seen.order), 10_99_12_99, "order");
  });
  test("the mask is as before when a handler has returned", () => {
    handle(SIGUSR1, count, false);
    change(SIGUSR1, 0, bit(SIGUSR2));
    mask(SIG_SETMASK, bit(SIGINT));
    raise(SIGUSR1);
    mask(SIG_BLOCK, 0);
    expect(words.old === bit(SIGINT), "mask");
  });

  test("sleep ends with EINTR when a handler ran", () => {
    handle(SIGUSR1, count, true);
    const child = later(SIGUSR1, false);
    fails(sleep(2000 * MILLISECOND), Errno.EINTR, "sleep");
    equal(i64(seen.count), 1, "calls");
    waitFor(child);
  });
  test("read ends with EINTR when a handler ran", () => {
    pipe();
    handle(SIGUSR1, count, false);
    const child = later(SIGUSR1, true);
    fails(readPipe(), Errno.EINTR, "read");
    waitFor(child);
  });
  test("SA_RESTART begins read again", () => {
    pipe();
    handle(SIGUSR1, count, true);
    const child = later(SIGUSR1, true);
    equal(readPipe(), 1, "read");
    equal(i64(seen.count), 1, "calls");
    waitFor(child);
  });
  test("SA_RESTART begins wait again", () => {
    handle(SIGUSR1, count, true);
    const child = later(SIGUSR1, false);
    equal(call(SYS_WAIT, u64(child), 0, 0, 0, 0, 0), child, "wait");
    equal(i64(seen.count), 1, "calls");
  });
  test("an ignored signal interrupts nothing", () => {
    ignoreSignal(SIGUSR1);
    const child = later(SIGUSR1, false);
    equal(sleep(60 * MILLISECOND), 0, "sleep");
    waitFor(child);
  });
  test("a stop and SIGCONT interrupt nothing that the program sees", () => {
    pipe();
    const child = fork();
    if (child === 0) end(readPipe() === 1 ? 0 : 1);
    sleep(20 * MILLISECOND);
    kill(u64(child), SIGSTOP);
    sleep(20 * MILLISECOND);
    kill(u64(child), SIGCONT);
    sleep(20 * MILLISECOND);
    equal(writePipe(), 1, "write");
    equal(i64(waitFor(child)), 0, "status");
  });
  test("what is stopped does not run", () => {
    const child = fork();
    if (child === 0) for (;;) continue;
    kill(u64(child), SIGSTOP);
    equal(call(SYS_WAIT, u64(child), addr(ref(words.status)), u64(WUNTRACED), 0, 0, 0), child, "stopped");
    kill(u64(child), SIGTERM);
    sleep(20 * MILLISECOND);
    equal(call(SYS_WAIT, u64(child), addr(ref(words.status)), 1, 0, 0, 0), 0, "SIGTERM waits");
    kill(u64(child), SIGCONT);
    equal(i64(waitFor(child)), i64(SIGTERM), "status");
  });
  test("SIGKILL ends what is stopped", () => {
    const child = fork();
    if (child === 0) for (;;) sleep(1000 * MILLISECOND);
    kill(u64(child), SIGSTOP);
    sleep(10 * MILLISECOND);
    kill(u64(child), SIGKILL);
    equal(i64(waitFor(child)), i64(SIGKILL), "status");
  });
  test("SIGTSTP in an orphaned group does not stop", () => {
    // The test's own parent is in the same session; a session of one's own has nobody.
    const status = inChild(() => {
      call(66, 0, 0, 0, 0, 0, 0);
      raise(SIGTSTP);
      end(4);
    });
    equal(i64(status), 4 << 8, "status");
  });

  test("kill: a bad signal is EINVAL, nobody is ESRCH, 0 only asks", () => {
    fails(kill(pid(), 32), Errno.EINVAL, "signal 32");
    fails(kill(pid(), 0xffff_ffff), Errno.EINVAL, "signal -1");
    fails(kill(999_999, SIGTERM), Errno.ESRCH, "nobody");
    fails(kill(u64(-999_999), SIGTERM), Errno.ESRCH, "no group");
    equal(kill(pid(), 0), 0, "0");
  });
  test("kill of a group reaches all of it", () => {
    equal(call(SYS_SETPGID, 0, 0, 0, 0, 0, 0), 0, "setpgid");
    ignoreSignal(SIGTERM);
    const first = fork();
    if (first === 0) {
      defaultSignal(SIGTERM);
      for (;;) sleep(1000 * MILLISECOND);
    }
    const second = fork();
    if (second === 0) {
      defaultSignal(SIGTERM);
      for (;;) sleep(1000 * MILLISECOND);
    }
    sleep(20 * MILLISECOND);
    equal(kill(0, SIGTERM), 0, "kill 0");
    equal(i64(waitFor(first)), i64(SIGTERM), "first");
    equal(i64(waitFor(second)), i64(SIGTERM), "second");
  });
  test("SIGKILL and SIGSTOP do process 1 no harm", () => {
    equal(kill(1, SIGKILL), 0, "SIGKILL");
    equal(kill(1, SIGSTOP), 0, "SIGSTOP");
    equal(kill(1, 0), 0, "still there");
  });
  test("the end of a child is SIGCHLD", () => {
    handle(SIGCHLD, count, false);
    const child = fork();
    if (child === 0) end(0);
    waitFor(child);
    equal(i64(seen.last), i64(SIGCHLD), "signal");
  });
  test("who ignores SIGCHLD has no zombies", () => {
    ignoreSignal(SIGCHLD);
    const child = fork();
    if (child === 0) end(0);
    fails(call(SYS_WAIT, u64(child), 0, 0, 0, 0, 0), Errno.ECHILD, "wait");
    fails(kill(u64(child), 0), Errno.ESRCH, "kill");
  });
  test("writing to a pipe that nobody reads is SIGPIPE, and EPIPE for who ignores it", () => {
    pipe();
    call(6, u64(words.ends[0]), 0, 0, 0, 0, 0);
    equal(i64(inChild(() => end(writePipe() < 0 ? 1 : 0))), i64(SIGPIPE), "status");
    ignoreSignal(SIGPIPE);
    fails(writePipe(), Errno.EPIPE, "write");
  });
  test("sigsuspend lets through what was blocked, and gives the mask back", () => {
    handle(SIGUSR1, count, false);
    mask(SIG_BLOCK, bit(SIGUSR1));
    raise(SIGUSR1);
    words.set = 0;
    fails(call(SYS_SIGSUSPEND, addr(ref(words.set)), 0, 0, 0, 0, 0), Errno.EINTR, "sigsuspend");
    equal(i64(seen.count), 1, "calls");
    mask(SIG_BLOCK, 0);
    expect(words.old === bit(SIGUSR1), "mask");
  });
  test("sigsuspend waits for a signal", () => {
    handle(SIGUSR1, count, false);
    const child = later(SIGUSR1, false);
    words.set = bit(SIGCHLD);
    fails(call(SYS_SIGSUSPEND, addr(ref(words.set)), 0, 0, 0, 0, 0), Errno.EINTR, "sigsuspend");
    equal(i64(seen.count), 1, "calls");
    waitFor(child);
  });
  test("sigsuspend and sigpending with bad addresses are EFAULT", () => {
    fails(call(SYS_SIGSUSPEND, KERNEL, 0, 0, 0, 0, 0), Errno.EFAULT, "sigsuspend");
    fails(call(SYS_SIGPENDING, NOWHERE, 0, 0, 0, 0, 0), Errno.EFAULT, "sigpending");
  });
  test("alarm tells what was left, and can be taken back", () => {
    equal(call(SYS_ALARM, 100, 0, 0, 0, 0, 0) > 0 ? 1 : 0, 1, "the test's own");
    equal(call(SYS_ALARM, 0, 0, 0, 0, 0, 0), 100, "taken back");
    equal(call(SYS_ALARM, 0, 0, 0, 0, 0, 0), 0, "none");
  });
  test("alarm raises SIGALRM", () => {
    handle(SIGALRM, count, false);
    call(SYS_ALARM, 1, 0, 0, 0, 0, 0);
    fails(sleep(5000 * MILLISECOND), Errno.EINTR, "sleep");
    equal(i64(seen.last), i64(SIGALRM), "signal");
  });

  test("what a program must not do is a signal", () => {
    equal(i64(signalOf(slice(ud2))), i64(SIGILL), "UD2");
    equal(i64(signalOf(slice(int3))), i64(SIGTRAP), "INT3");
    equal(i64(signalOf(slice(divide))), i64(SIGFPE), "division by zero");
    equal(i64(signalOf(slice(cli))), i64(SIGSEGV), "CLI");
    equal(i64(signalOf(slice(halt))), i64(SIGSEGV), "HLT");
    equal(i64(signalOf(slice(port))), i64(SIGSEGV), "OUT");
    equal(i64(signalOf(slice(control))), i64(SIGSEGV), "MOV to CR3");
    equal(i64(signalOf(slice(register))), i64(SIGSEGV), "RDMSR");
    equal(i64(signalOf(slice(gate))), i64(SIGSEGV), "INT 0x80");
    equal(i64(signalOf(slice(null_))), i64(SIGSEGV), "address 0");
    equal(i64(signalOf(slice(kernel))), i64(SIGSEGV), "the kernel's memory");
    equal(i64(signalOf(slice(hole))), i64(SIGSEGV), "an address that is none");
  });
  test("a fault can be caught", () => {
    handle(SIGSEGV, leaves, false);
    const at = code(slice(null_));
    equal(i64(inChild(() => end(i32(run(at, 0, 0, 0))))), i64(SIGSEGV) << 8, "status");
  });
  test("a fault that is blocked or ignored ends the program", () => {
    const at = code(slice(null_));
    mask(SIG_BLOCK, bit(SIGSEGV));
    equal(i64(inChild(() => end(i32(run(at, 0, 0, 0))))), i64(SIGSEGV), "blocked");
    mask(SIG_UNBLOCK, bit(SIGSEGV));
    ignoreSignal(SIGSEGV);
    equal(i64(inChild(() => end(i32(run(at, 0, 0, 0))))), i64(SIGSEGV), "ignored");
  });
  test("a handler without a stack ends the program", () => {
    handle(SIGUSR1, count, false);
    // mov rsp, 0x1000; kill(rdi, 10) by SYSCALL
    const lost: Arr<u8, 22> = [
      0x48, 0xc7, 0xc4, 0, 0x10, 0, 0, 0xbe, 10, 0, 0, 0, 0xb8, 12, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xfe, 0x90,
    ];
    const at = code(slice(lost));
    equal(
      i64(
        inChild(() => {
          run(at, pid(), 0, 0);
        }),
      ),
      i64(SIGSEGV),
      "status",
    );
  });
  test("sigreturn without a frame ends the program, and gives it no rights", () => {
    // mov rsp, rdi; mov eax, 14; syscall: what lies there are zeros, or ones.
    const forged: Arr<u8, 12> = [0x48, 0x89, 0xfc, 0xb8, 14, 0, 0, 0, 0x0f, 0x05, 0xeb, 0xfe];
    const at = code(slice(forged));
    const frame = zeroed<Arr<u64, 64>>();
    const stack = addr(ref(frame[8]));
    equal(i64(inChild(() => end(i32(run(at, stack, 0, 0))))), i64(SIGSEGV), "zeros");
    for (let n: usize = 0; n < 64; n++) frame[n] = u64(-1);
    equal(i64(inChild(() => end(i32(run(at, stack, 0, 0))))), i64(SIGSEGV), "ones");
    equal(i64(inChild(() => end(i32(run(at, NOWHERE, 0, 0))))), i64(SIGSEGV), "no stack");
    equal(i64(inChild(() => end(i32(run(at, KERNEL, 0, 0))))), i64(SIGSEGV), "the kernel's");
  });
  test("SIGQUIT and SIGINT have their numbers", () => {
    equal(i64(inChild(() => raise(SIGQUIT))), 3, "SIGQUIT");
    equal(i64(inChild(() => raise(SIGINT))), 2, "SIGINT");
  });
}

const ud2: Arr<u8, 2> = [0x0f, 0x0b];
const int3: Arr<u8, 2> = [0xcc, 0xc3];
/** xor ecx, ecx; mov eax, 1; cdq; idiv ecx */
const divide: Arr<u8, 10> = [0x31, 0xc9, 0xb8, 1, 0, 0, 0, 0x99, 0xf7, 0xf9];
const cli: Arr<u8, 2> = [0xfa, 0xc3];
const halt: Arr<u8, 2> = [0xf4, 0xc3];
/** mov dx, 0x3f8; out dx, al */
const port: Arr<u8, 6> = [0x66, 0xba, 0xf8, 0x03, 0xee, 0xc3];
const control: Arr<u8, 4> = [0x0f, 0x22, 0xd8, 0xc3];
const register: Arr<u8, 3> = [0x0f, 0x32, 0xc3];
const gate: Arr<u8, 3> = [0xcd, 0x80, 0xc3];
/** xor eax, eax; mov al, [rax] */
const null_: Arr<u8, 5> = [0x31, 0xc0, 0x8a, 0x00, 0xc3];
/** mov rax, 0xffffffff80100000; mov al, [rax] */
const kernel: Arr<u8, 10> = [0x48, 0xc7, 0xc0, 0, 0, 0x10, 0x80, 0x8a, 0x00, 0xc3];
/** mov rax, 0x8000000000000000; mov al, [rax] */
const hole: Arr<u8, 13> = [0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8a, 0x00, 0xc3];
