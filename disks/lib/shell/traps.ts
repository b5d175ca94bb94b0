// trap: commands that run when a signal comes, between two commands, and when the shell ends.

import { SIG_BLOCK, SIG_SETMASK, SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGTTIN, SIGTTOU } from "../../../kernel/abi/signals.ts";
import { drop, keep } from "../heap.ts";
import { defaultSignal, handle, ignoreSignal, isIgnored } from "../signals.ts";
import { fork, sigprocmask } from "../sys.ts";
import { shell } from "./state.ts";

class Trap {
  command: string;
  isSet: boolean;
  /** The signal was ignored when the shell began, and stays so. */
  untouchable: boolean;
  pending: Vol<boolean>;
}

const traps = zeroed<Arr<Trap, 32>>();

class Interrupt {
  /** Ctrl-C came while the shell itself ran. */
  came: Vol<boolean>;
  /** A new line was begun behind the ^C. */
  told: boolean;
  anyPending: Vol<boolean>;
}

export const interrupt = zeroed<Interrupt>();

function came(signal: i32): void {
  const trap = ref(traps[usize(signal)]);
  if (trap.isSet) {
    trap.pending = true;
    interrupt.anyPending = true;
  } else if (signal === SIGINT) interrupt.came = true;
}

/** At the start: what was ignored stays ignored in a shell that runs a script. */
export function startTraps(): void {
  if (shell.flags.interactive) return;
  for (let s: i32 = 1; s < 32; s++) if (s !== SIGCHLD && isIgnored(s)) traps[usize(s)].untouchable = true;
}

/** `command` empty: ignored. */
export function setTrap(signal: i32, command: string): void {
  const trap = ref(traps[usize(signal)]);
  if (trap.untouchable) return;
  if (trap.isSet) drop(trap.command);
  trap.command = keep(command);
  trap.isSet = true;
  if (signal === 0) return;
  if (command.length === 0) ignoreSignal(signal);
  else handle(signal, came, false);
}

export function clearTrap(signal: i32): void {
  const trap = ref(traps[usize(signal)]);
  if (!trap.isSet) return;
  drop(trap.command);
  trap.isSet = false;
  trap.pending = false;
  if (signal !== 0) usual(signal);
}

/** What the shell itself does with a signal that nobody trapped. */
function usual(signal: i32): void {
  const i = shell.flags.interactive && !shell.subshell;
  if (i && signal === SIGINT) handle(SIGINT, came, false);
  else if (i && (signal === SIGQUIT || signal === SIGTERM)) ignoreSignal(signal);
  else if (i && (signal === SIGTSTP || signal === SIGTTIN || signal === SIGTTOU)) ignoreSignal(signal);
  else defaultSignal(signal);
}

/** What a shell that talks to a person does with the keyboard's signals. */
export function interactiveSignals(): void {
  usual(SIGINT);
  usual(SIGQUIT);
  usual(SIGTERM);
  usual(SIGTSTP);
  usual(SIGTTIN);
  usual(SIGTTOU);
}

/** The set of signals that were blocked before the last fork. */
let blockedBefore: u64 = 0;

/**
 * As fork(). A shell ignores signals that are meant for its children; one that came for a child before it is a child in that sense, too,
 * would be lost. So they wait until `childSignals` has been called there.
 */
export function forkShell(): Res<i32> {
  blockedBefore = sigprocmask(SIG_BLOCK, 0xffff_ffff_ffff_ffff);
  const child = fork();
  if (isErr(child) || child !== 0) sigprocmask(SIG_SETMASK, blockedBefore);
  return child;
}

/** In a process that was forked off: traps are gone, signals do what they do in any program. */
export function childSignals(background: boolean): void {
  for (let s: i32 = 0; s < 32; s++) {
    const trap = ref(traps[usize(s)]);
    if (!trap.isSet) continue;
    // What is ignored stays so.
    if (trap.command.length > 0 || s === 0) {
      trap.isSet = false;
      if (s !== 0) defaultSignal(s);
    }
    trap.pending = false;
  }
  if (shell.flags.interactive) {
    resetUnlessTrapped(SIGINT);
    resetUnlessTrapped(SIGQUIT);
    resetUnlessTrapped(SIGTERM);
    resetUnlessTrapped(SIGTSTP);
    resetUnlessTrapped(SIGTTIN);
    resetUnlessTrapped(SIGTTOU);
  }
  if (background && !shell.flags.jobs) {
    ignoreSignal(SIGINT);
    ignoreSignal(SIGQUIT);
  }
  sigprocmask(SIG_SETMASK, blockedBefore);
}

function resetUnlessTrapped(signal: i32): void {
  if (!traps[usize(signal)].isSet) defaultSignal(signal);
}

/** The next trap whose signal came: its command; empty when there is none. */
export function takePending(): string {
  if (!interrupt.anyPending) return "";
  for (let s: usize = 1; s < 32; s++) {
    if (!traps[s].pending) continue;
    traps[s].pending = false;
    if (traps[s].command.length > 0) return traps[s].command;
  }
  interrupt.anyPending = false;
  return "";
}

/** The trap of the end, once. */
export function takeExit(): string {
  if (!traps[0].isSet) return "";
  traps[0].isSet = false;
  return traps[0].command;
}

/** All that are set. */
export function eachTrap(f: (signal: i32, command: string) => void): void {
  for (let s: usize = 0; s < 32; s++) if (traps[s].isSet) f(i32(s), traps[s].command);
}
