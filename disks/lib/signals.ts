// Signals: names, and what happens when one comes.

import { SA_RESTART, SIG_DFL, SIG_IGN, SignalAction } from "../../kernel/abi/signals.ts";
import { SYS_SIGRETURN } from "../../kernel/abi/calls.ts";
import { call } from "./door.ts";
import { sigaction, signalState } from "./sys.ts";
import { isDigit, parseNumber, startsWith, upper } from "./text.ts";

/** Where handlers return to. The kernel finds what it saved right where the stack pointer is, so nothing may be pushed here. */
function restore(): never {
  for (;;) call(SYS_SIGRETURN, 0, 0, 0, 0, 0, 0);
}

class Code {
  restore: Fn<() => never>;
  handler: Fn<(signal: i32) => void>;
}

function addressOfRestore(): u64 {
  const code = zeroed<Code>();
  code.restore = restore;
  return unsafe.cast<Ptr<u64>>(ref(code.restore))[0];
}

function set(signal: i32, handler: u64, flags: u64): void {
  const action: SignalAction = { handler: handler, flags: flags, restorer: addressOfRestore(), mask: 0 };
  ignore(sigaction(signal, ref(action)), "who asks for KILL and STOP gets what is usual");
}

/** Calls a function when the signal comes; `restart`: calls that it interrupts begin again. */
export function handle(signal: i32, handler: Fn<(signal: i32) => void>, restart: boolean): void {
  const code = zeroed<Code>();
  code.handler = handler;
  set(signal, unsafe.cast<Ptr<u64>>(ref(code.handler))[0], restart ? SA_RESTART : 0);
}

export function ignoreSignal(signal: i32): void {
  set(signal, SIG_IGN, 0);
}

export function defaultSignal(signal: i32): void {
  set(signal, SIG_DFL, 0);
}

export function isIgnored(signal: i32): boolean {
  const action = zeroed<SignalAction>();
  const got = signalState(signal, ref(action));
  return !isErr(got) && action.handler === SIG_IGN;
}

/** By number, from 1 on. */
const NAMES: Arr<string, 32> = [
  "EXIT", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
  "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "POLL", "PWR", "SYS",
];

export function signalName(signal: i32): string {
  return signal >= 0 && signal < 32 ? NAMES[usize(signal)] : "";
}

/** INT, int, SIGINT or 2; EXIT is 0. */
export function signalNumber(t: string): Res<i32> {
  if (t.length > 0 && isDigit(t[0])) {
    const n = orReturn(parseNumber(t));
    if (n >= 65) return err(Errno.EINVAL);
    return i32(n);
  }
  const room = zeroed<Arr<u8, 16>>();
  if (t.length > room.length) return err(Errno.EINVAL);
  for (let i: usize = 0; i < t.length; i++) room[i] = upper(t[i]);
  let name = text(slice(room, t.length));
  if (startsWith(name, "SIG")) name = name.sub(3, name.length);
  for (let i: usize = 0; i < NAMES.length; i++) if (NAMES[i] === name) return i32(i);
  if (name === "CLD") return 17;
  if (name === "IO") return 29;
  return err(Errno.EINVAL);
}

/** What a shell says of a process that a signal ended; empty where it says nothing. */
export function signalDescription(signal: i32): string {
  switch (signal) {
    case 1: return "Hangup";
    case 3: return "Quit";
    case 4: return "Illegal instruction";
    case 5: return "Trace/breakpoint trap";
    case 6: return "Aborted";
    case 7: return "Bus error";
    case 8: return "Floating point exception";
    case 9: return "Killed";
    case 10: return "User defined signal 1";
    case 11: return "Segmentation fault";
    case 12: return "User defined signal 2";
    case 14: return "Alarm clock";
    case 15: return "Terminated";
    default: return "";
  }
}
