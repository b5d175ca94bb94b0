// Signals are interrupts for programs: somebody raises one at any time, and the program does something about it between two
// of its instructions. In the kernel a signal is only a bit that waits. It is looked at where a thread goes back to its
// own code, and a wait that a signal may end is ended so that this happens soon (attention).
//
// This file holds what signals are to a process and who gets them; what happens when one arrives is in leave.ts.
import {
  SIG_DFL,
  SIG_IGN,
  SIGALRM,
  SIGCHLD,
  SIGCONT,
  SIGKILL,
  SIGNALS,
  type SignalAction,
  SIGSTOP,
  SIGTSTP,
  SIGTTIN,
  SIGTTOU,
  SIGWINCH,
} from "../abi/signals.ts";
import { THREADS } from "../limits.ts";
import type { Deadline } from "./deadlines.ts";
import { currentProcess, eachProcess, forgetZombie, INIT, type Process } from "./process.ts";
import { interruptWait } from "./schedule.ts";
import { current, type Task } from "./task.ts";

/** The set with one signal. */
export function bitOf(signal: u32): u64 {
  attr(inline);
  return u64(1) << u64(signal - 1);
}

const SIGURG = 23;

/** What SIG_DFL does. Signals that are in none of these sets end the process. */
export const STOPPING: u64 =
  (1 << (SIGSTOP - 1)) | (1 << (SIGTSTP - 1)) | (1 << (SIGTTIN - 1)) | (1 << (SIGTTOU - 1));
export const NOTHING: u64 =
  (1 << (SIGCHLD - 1)) | (1 << (SIGCONT - 1)) | (1 << (SIGURG - 1)) | (1 << (SIGWINCH - 1));
/** Nobody can block, catch or ignore these. */
export const CERTAIN: u64 = (1 << (SIGKILL - 1)) | (1 << (SIGSTOP - 1));

/** A thread's `attention`: look at the signals before user code goes on. */
export const ATTENTION: u32 = 1;

/** What signals are to a process. The lock around it also holds the list of its threads together. */
export class SignalState {
  /** By signal - 1. */
  actions: Arr<SignalAction, 32>;
  /** For whichever thread does not block them. */
  pending: u64;
  /** First of the threads, through `sibling`. */
  threads: Ptr<Task> | null;
  count: u32;
  /** SIGSTOP and its like: threads wait before they go back to their code. */
  stopped: boolean;
  stopSignal: u32;
  /** How often SIGCONT came. */
  continues: u64;
  /** All threads are to end; how, is in the process's `status`. */
  ending: boolean;
  /** Runs another program: all other threads are to end. */
  alone: Ptr<Task> | null;

  /** Whether a thread has something to do before its code goes on, for its `attention`. */
  refresh(thread: Ptr<Task>): void {
    const waiting = (this.pending | thread.pending) & ~thread.blocked;
    const leave = this.ending || (this.alone !== null && this.alone !== thread);
    thread.attention.store(waiting !== 0 || leave || this.stopped ? ATTENTION : 0);
  }

  /** Does `f` for each thread. */
  eachThread(f: (thread: Ptr<Task>) => void): void {
    let thread = this.threads;
    for (let n: u32 = 0; n < THREADS; n++) {
      if (thread === null) return;
      const next = thread.sibling;
      f(thread);
      thread = next;
    }
  }

  add(thread: Ptr<Task>): void {
    thread.sibling = this.threads;
    this.threads = thread;
    this.count++;
  }

  remove(thread: Ptr<Task>): void {
    let before: Ptr<Task> | null = null;
    let at = this.threads;
    for (let n: u32 = 0; n < THREADS; n++) {
      if (at === null) return;
      if (at === thread) {
        if (before === null) this.threads = thread.sibling;
        else before.sibling = thread.sibling;
        thread.sibling = null;
        this.count--;
        return;
      }
      before = at;
      at = at.sibling;
    }
  }

  /** All threads look at what is new; those that wait stop waiting. */
  rouse(): void {
    this.eachThread((thread) => {
      this.refresh(thread);
      if (thread.attention.load() !== 0) interruptWait(thread);
    });
  }

  /** Whether a signal changes nothing: then it need not wait for anybody. Of the first process only what it asked for is seen. */
  ignores(signal: u32, first: boolean): boolean {
    const handler = this.actions[signal - 1].handler;
    if (first && (handler === SIG_DFL || (bitOf(signal) & CERTAIN) !== 0)) return true;
    return handler === SIG_IGN || (handler === SIG_DFL && (bitOf(signal) & NOTHING) !== 0);
  }
}

export function startSignals(process: Ptr<Process>): void {
  process.alarm.passed = alarmPassed;
}

/** SIGALRM at the moment that alarm() asked for. */
function alarmPassed(deadline: Ptr<Deadline>): void {
  attr(irqSafe, noSleep);
  signalProcess(containerOf<Process>(deadline, "alarm"), SIGALRM);
}

// ---- raising

/**
 * Raises a signal for a process: one of its threads that does not block it deals with it. A signal that is ignored and that
 * nobody blocks is forgotten at once.
 */
export function signalProcess(process: Ptr<Process>, signal: u32): void {
  attr(irqSafe, noSleep);
  using s = process.signals.enter();
  raise(process, s.v, signal);
  if (signal === SIGCONT || signal === SIGKILL) process.threadsChanged.wakeAll();
}

function raise(process: Ptr<Process>, s: Ptr<SignalState>, signal: u32): void {
  const bit = bitOf(signal);
  // To stop and to go on cancel each other, whoever comes last (POSIX.1-2017, 2.4.1).
  if (signal === SIGCONT || signal === SIGKILL) {
    s.stopped = false;
    s.continues++;
    take(s, STOPPING);
  } else if ((bit & STOPPING) !== 0) take(s, bitOf(SIGCONT));
  let free: Ptr<Task> | null = null;
  s.eachThread((thread) => {
    if ((thread.blocked & bit) === 0 && (free === null || thread.id === process.id)) free = thread;
  });
  const ignored = s.ignores(signal, process.id === INIT);
  if (!ignored || free === null) s.pending |= bit;
  if (signal === SIGCONT || signal === SIGKILL) s.rouse();
  else if (free !== null && !ignored) notice(s, free);
}

/** Takes signals back from the process and from all of its threads. */
function take(s: Ptr<SignalState>, set: u64): void {
  s.pending &= ~set;
  s.eachThread((thread) => {
    thread.pending &= ~set;
  });
}

function notice(s: Ptr<SignalState>, thread: Ptr<Task>): void {
  s.refresh(thread);
  if (thread.attention.load() !== 0) interruptWait(thread);
}

/** Raises a signal for all processes of a group; whether there were any. */
export function signalGroup(group: u32, signal: u32): boolean {
  attr(irqSafe, noSleep);
  return eachProcess(group, (process) => signalProcess(process, signal));
}

/** For the calling thread, by something that it did itself: SIGPIPE. */
export function raiseSignal(signal: u32): void {
  attr(noSleep);
  const me = current();
  const process = currentProcess();
  using s = process.signals.enter();
  if (s.v.ignores(signal, process.id === INIT) && (me.blocked & bitOf(signal)) === 0) return;
  me.pending |= bitOf(signal);
  s.v.refresh(me);
}

/** For the calling thread, by an instruction that cannot be completed. There is no going on without doing something about it. */
export function raiseFault(signal: u32): void {
  attr(noSleep);
  const me = current();
  const process = currentProcess();
  using s = process.signals.enter();
  const bit = bitOf(signal);
  const action = ref(s.v.actions[signal - 1]);
  if ((me.blocked & bit) !== 0 || action.handler === SIG_IGN) {
    action.handler = SIG_DFL;
    me.blocked &= ~bit;
  }
  me.pending |= bit;
  me.fault |= bit;
  s.v.refresh(me);
}

/** kill with 0, a group, or everybody: does `signal`, unless it is 0. ESRCH. */
export function signalMany(group: u32, signal: u32): Res<void> {
  const found = eachProcess(group, (process) => {
    if (signal !== 0) signalProcess(process, signal);
  });
  if (!found) return err(Errno.ESRCH);
}

/** A process has ended: its parent hears of it. Who ignores SIGCHLD does not want to (POSIX.1-2017, _exit). Both are held. */
export function childSignal(parent: Ptr<Process>, child: Ptr<Process>): void {
  attr(noSleep);
  if (actionOf(parent, SIGCHLD) === SIG_IGN) forgetZombie(child);
  signalProcess(parent, SIGCHLD);
  parent.childChanged.wakeAll();
}

/** For a group that nobody cares for any more. */
export function orphanSignals(group: u32, first: u32, second: u32): void {
  signalGroup(group, first);
  signalGroup(group, second);
}

/** SIG_DFL, SIG_IGN or the handler. */
export function actionOf(process: Ptr<Process>, signal: u32): u64 {
  using s = process.signals.enter();
  return s.v.actions[signal - 1].handler;
}

/** Whether the calling thread would not see a signal: for terminals, which then do without it. */
export function signalHeldBack(signal: u32): boolean {
  const me = current();
  return (me.blocked & bitOf(signal)) !== 0 || actionOf(currentProcess(), signal) === SIG_IGN;
}

// ---- what programs set

/** Copies a signal's action out, and sets it. EINVAL. */
export function exchangeAction(signal: u32, to: Ptr<SignalAction> | null, old: Ptr<SignalAction>): Res<void> {
  if (signal === 0 || signal >= SIGNALS) return err(Errno.EINVAL);
  if (to !== null && (bitOf(signal) & CERTAIN) !== 0) return err(Errno.EINVAL);
  const process = currentProcess();
  using s = process.signals.enter();
  const action = ref(s.v.actions[signal - 1]);
  copy(old, action);
  if (to === null) return;
  copy(action, to);
  action.mask &= ~CERTAIN;
  // What would be ignored now is not waited for any more.
  if (s.v.ignores(signal, false)) {
    take(s.v, bitOf(signal));
    s.v.eachThread((thread) => s.v.refresh(thread));
  }
}

/** The calling thread blocks these; the set from before. */
export function setBlocked(to: u64): u64 {
  attr(noSleep);
  const me = current();
  const process = currentProcess();
  using s = process.signals.enter();
  const before = me.blocked;
  me.blocked = to & ~CERTAIN;
  s.v.refresh(me);
  // Another thread may be waiting that does not block what this one now does.
  const given = s.v.pending & me.blocked & ~before;
  if (given !== 0)
    s.v.eachThread((thread) => {
      if ((given & ~thread.blocked) !== 0) notice(s.v, thread);
    });
  return before;
}

/** Signals that wait because they are blocked. */
export function pendingSignals(): u64 {
  const me = current();
  using s = currentProcess().signals.enter();
  return (s.v.pending | me.pending) & me.blocked;
}

/** exec: handlers are gone with the program that had them; what is ignored stays so. */
export function resetHandlers(process: Ptr<Process>): void {
  using s = process.signals.enter();
  for (let signal: u32 = 1; signal < SIGNALS; signal++) {
    const action = ref(s.v.actions[signal - 1]);
    if (action.handler !== SIG_IGN) action.handler = SIG_DFL;
    action.flags = 0;
    action.mask = 0;
  }
}

/** fork: the child does with signals what its parent does. */
export function copyActions(from: Ptr<Process>, to: Ptr<Process>): void {
  const action = zeroed<SignalAction>();
  for (let signal: u32 = 1; signal < SIGNALS; signal++) {
    readAction(from, signal, ref(action));
    using s = to.signals.enter();
    copy(ref(s.v.actions[signal - 1]), ref(action));
  }
}

function readAction(process: Ptr<Process>, signal: u32, out: Ptr<SignalAction>): void {
  using s = process.signals.enter();
  copy(out, ref(s.v.actions[signal - 1]));
}
