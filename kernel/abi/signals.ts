// Signals, as programs see them. Numbers are those of Linux on x86-64.

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGILL = 4;
export const SIGTRAP = 5;
export const SIGABRT = 6;
export const SIGBUS = 7;
export const SIGFPE = 8;
export const SIGKILL = 9;
export const SIGUSR1 = 10;
export const SIGSEGV = 11;
export const SIGUSR2 = 12;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGTSTP = 20;
export const SIGTTIN = 21;
export const SIGTTOU = 22;
export const SIGWINCH = 28;
/** Signals are 1 up to, not including, this. A set of them is a u64 with bit (signal - 1). */
export const SIGNALS = 32;

export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;

/** Calls that were interrupted begin again. */
export const SA_RESTART = 0x1000_0000;
/** The handler may be interrupted by its own signal. */
export const SA_NODEFER = 0x4000_0000;
/** Back to SIG_DFL when the handler begins. */
export const SA_RESETHAND = 0x8000_0000;

export class SignalAction {
  /** SIG_DFL, SIG_IGN, or the address of a function that gets the signal's number. */
  handler: u64;
  flags: u64;
  /** Where the handler returns to: code that makes the system call sigreturn. */
  restorer: u64;
  /** Blocked while the handler runs, besides the signal itself. */
  mask: u64;
}
