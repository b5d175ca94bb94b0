// <signal.h>.

import {
  SYS_GETPID, SYS_KILL, SYS_SIGACTION, SYS_SIGPENDING, SYS_SIGPROCMASK, SYS_SIGRETURN, SYS_SIGSUSPEND,
} from "../../../kernel/abi/calls.ts";
import { SA_RESTART, SignalAction } from "../../../kernel/abi/signals.ts";
import { call } from "../door.ts";
import { outcome32 } from "./errno.ts";

/// <signal.h>
/*h
#include <sys/types.h>
typedef unsigned long sigset_t;
typedef volatile int sig_atomic_t;
typedef void (*sighandler_t)(int);
struct sigaction { sighandler_t sa_handler; unsigned long sa_flags; void (*sa_restorer)(void); sigset_t sa_mask; };
#define SIG_DFL ((sighandler_t)0)
#define SIG_IGN ((sighandler_t)1)
#define SIG_ERR ((sighandler_t)-1)
#define NSIG 32
static inline int sigemptyset(sigset_t *set) { *set = 0; return 0; }
static inline int sigfillset(sigset_t *set) { *set = ~0ul; return 0; }
static inline int sigaddset(sigset_t *set, int signal) { *set |= 1ul << (signal - 1); return 0; }
static inline int sigdelset(sigset_t *set, int signal) { *set &= ~(1ul << (signal - 1)); return 0; }
static inline int sigismember(const sigset_t *set, int signal) { return (*set >> (signal - 1)) & 1; }
*/
/// SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGWINCH SIG_BLOCK SIG_UNBLOCK SIG_SETMASK SA_* from kernel/abi/signals.ts

/** Where handlers return to. The kernel finds what it saved right where the stack pointer is, so nothing may be pushed here. */
function restore(): never {
  for (;;) call(SYS_SIGRETURN, 0, 0, 0, 0, 0, 0);
}
class Code {
  restore: Fn<() => never>;
}

/// int sigaction(int signal, const struct sigaction *restrict action, struct sigaction *restrict old);
export function sigaction(signal: i32, action: Ptr<SignalAction> | null, old: Ptr<SignalAction> | null): i32 {
  attr(symbol("sigaction"));
  const given = zeroed<SignalAction>();
  if (action !== null) {
    const code = zeroed<Code>();
    code.restore = restore;
    copy(ref(given), action);
    given.restorer = unsafe.cast<Ptr<u64>>(ref(code.restore))[0];
  }
  return outcome32(call(SYS_SIGACTION, u64(signal), action === null ? 0 : addr(ref(given)), addr(old), 0, 0, 0));
}
/// sighandler_t signal(int signal, sighandler_t handler);
export function signalHandler(signal: i32, handler: u64): u64 {
  attr(symbol("signal"));
  const action: SignalAction = { handler: handler, flags: SA_RESTART, restorer: 0, mask: 0 };
  const old = zeroed<SignalAction>();
  return sigaction(signal, ref(action), ref(old)) < 0 ? 0xffff_ffff_ffff_ffff : old.handler;
}
/// int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
export function sigprocmask(how: i32, set: Ptr<u64> | null, old: Ptr<u64> | null): i32 {
  attr(symbol("sigprocmask"));
  return outcome32(call(SYS_SIGPROCMASK, u64(how), addr(set), addr(old), 0, 0, 0));
}
/// int sigpending(sigset_t *set);
export function sigpending(set: Ptr<u64>): i32 {
  attr(symbol("sigpending"));
  return outcome32(call(SYS_SIGPENDING, addr(set), 0, 0, 0, 0, 0));
}
/// int sigsuspend(const sigset_t *set);
export function sigsuspend(set: Ptr<u64>): i32 {
  attr(symbol("sigsuspend"));
  return outcome32(call(SYS_SIGSUSPEND, addr(set), 0, 0, 0, 0, 0));
}
/// int kill(pid_t pid, int signal);
export function kill(pid: i32, signal: i32): i32 {
  attr(symbol("kill"));
  return outcome32(call(SYS_KILL, u64(pid), u64(signal), 0, 0, 0, 0));
}
/// int raise(int signal);
export function raise(signal: i32): i32 {
  attr(symbol("raise"));
  return kill(i32(call(SYS_GETPID, 0, 0, 0, 0, 0, 0)), signal);
}
/// <unistd.h>
/// int pause(void);
export function pause(): i32 {
  attr(symbol("pause"));
  const set: Arr<u64, 1> = [0];
  sigprocmask(0, null, ref(set[0]));
  return sigsuspend(ref(set[0]));
}
