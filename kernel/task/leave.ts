// The way back to user code, and what stands in it: a stop, an end, signals. Every way out of the kernel comes through
// leaveToUser, with the registers of user code in a frame; so a signal is delivered by changing that frame (handlers.ts).
import {
  SA_RESETHAND,
  SIG_DFL,
  SIG_IGN,
  SIGCHLD,
  SIGKILL,
  SIGSEGV,
  SIGSTOP,
} from "../abi/signals.ts";
import { endProcess, endThread } from "./exit.ts";
import { beginAgain, type Decision, deliver } from "./handlers.ts";
import { currentProcess, dropProcess, INIT, inOrphanedGroup, type Process, parentOf, setStopped } from "./process.ts";
import { preempt, shouldYield } from "./schedule.ts";
import { bitOf, NOTHING, setBlocked, signalProcess, type SignalState, STOPPING } from "./signals.ts";
import { current, type Task, userFrame } from "./task.ts";

/** RFLAGS with interrupts off. */
const KERNEL_FLAGS: u64 = 2;

/** The last step before user code goes on with these registers. Gives the processor away if it should; interrupts are off afterwards. */
export function leaveToUser(f: Ptr<TrapFrame>): void {
  attr(maySleep);
  const me = current();
  for (;;) {
    cpu.cli();
    if (shouldYield()) preempt();
    else if (me.attention.load() !== 0) {
      cpu.sti();
      attend(me, f);
    } else if (me.inSuspend) endSuspend(me);
    else break;
  }
  if (me.call === 0) return;
  // A call that was interrupted by something that needed no handler.
  if (i64(f.rax) === -i64(Errno.EINTR)) beginAgain(me, f);
  else me.resume = 0;
  me.call = 0;
}

/** sigsuspend without a handler: its mask goes, the call begins again with it. */
function endSuspend(me: Ptr<Task>): void {
  me.inSuspend = false;
  setBlocked(me.suspended);
}

/**
 * The end of every interrupt, outermost, with interrupts off. Whoever should run next does. What may take long, stopping or ending,
 * cannot be done in an interrupt; so where user code was interrupted and has something to attend to, the interrupt returns
 * to the kernel, on the same stack, and there it is attended to.
 */
export function leaveInterrupt(f: Ptr<TrapFrame>): void {
  attr(irqSafe, noSleep);
  preempt();
  if ((f.cs & 3) === 0) return;
  const me = current();
  if (me.attention.load() === 0) return;
  copy(ref(me.interrupted), f);
  f.rip = addr(onward);
  f.cs = u64(Selector.kernelCode);
  f.ss = u64(Selector.kernelData);
  f.rflags = KERNEL_FLAGS;
  // As after a call: 8 below a multiple of 16.
  f.rsp = me.stack - sizeOf<TrapFrame>() - 8;
}

const onward: Fn<MaySleep<MayAlloc<() => void>>> = afterInterrupt;

function afterInterrupt(): void {
  const me = current();
  const f = userFrame(me);
  copy(f, ref(me.interrupted));
  leaveToUser(f);
  unsafe.enterFrame(f);
}

/** The body of every task that is a program's thread: its registers lie at the upper end of its stack. */
export function enterUser(_: u64): void {
  attr(maySleep);
  const f = userFrame(current());
  leaveToUser(f);
  unsafe.enterFrame(f);
}

// ---- one thing at a time

/** Deals with one reason for attention. */
function attend(me: Ptr<Task>, f: Ptr<TrapFrame>): void {
  attr(maySleep);
  const process = currentProcess();
  const decision = zeroed<Decision>();
  decide(process, me, ref(decision));
  if (decision.leave) endThread();
  if (decision.end) endProcess(i32(decision.signal));
  if (decision.stop && (decision.signal === SIGSTOP || !inOrphanedGroup())) beginStop(process, ref(decision));
  if (decision.stopped) stayStopped(process, decision.signal);
  // Without a stack for its handler a program cannot go on.
  if (decision.handle && !deliver(me, f, ref(decision))) endProcess(SIGSEGV);
}

/** Takes the next signal, and looks what is to be done about it. */
function decide(process: Ptr<Process>, me: Ptr<Task>, out: Ptr<Decision>): void {
  using held = process.signals.enter();
  const s = held.v;
  if (s.ending || (s.alone !== null && s.alone !== me)) {
    out.leave = true;
    return;
  }
  if (s.stopped) {
    out.stopped = true;
    out.signal = s.stopSignal;
    return;
  }
  const set = (s.pending | me.pending) & ~me.blocked;
  if (set !== 0) {
    const kill = bitOf(SIGKILL);
    // SIGKILL before all others; what the thread has done itself before what others want of it.
    const own = set & me.fault;
    const from = (set & kill) !== 0 ? kill : own !== 0 ? own : set;
    judge(process, me, s, trailingZeros(from) + 1, out);
  }
  s.refresh(me);
}

function judge(process: Ptr<Process>, me: Ptr<Task>, s: Ptr<SignalState>, signal: u32, out: Ptr<Decision>): void {
  const bit = bitOf(signal);
  const fault = (me.fault & bit) !== 0;
  if ((me.pending & bit) !== 0) me.pending &= ~bit;
  else s.pending &= ~bit;
  me.fault &= ~bit;
  out.signal = signal;
  const action = ref(s.actions[signal - 1]);
  const handler = action.handler;
  if (handler === SIG_IGN) return;
  if (handler !== SIG_DFL) {
    out.handle = true;
    copy(ref(out.action), action);
    if ((action.flags & SA_RESETHAND) !== 0) action.handler = SIG_DFL;
    return;
  }
  if ((bit & NOTHING) !== 0) return;
  if (process.id === INIT && !fault) return;
  if ((bit & STOPPING) === 0) out.end = true;
  else {
    out.stop = true;
    out.continues = s.continues;
  }
}

/** Stops the process, unless it was continued since that was decided. */
function beginStop(process: Ptr<Process>, decision: Ptr<Decision>): void {
  using s = process.signals.enter();
  if (s.v.ending || s.v.continues !== decision.continues) return;
  s.v.stopped = true;
  s.v.stopSignal = decision.signal;
  s.v.rouse();
}

/** Waits until the process goes on or ends. The first of its threads to come here tells the parent. */
function stayStopped(process: Ptr<Process>, signal: u32): void {
  attr(maySleep);
  if (setStopped(process, true, signal)) tellParent(process);
  process.threadsChanged.waitAlways(() => {
    using s = process.signals.enter();
    return !s.v.stopped || s.v.ending;
  });
  if (goesOn(process) && setStopped(process, false, 0)) tellParent(process);
}

/** Whether it was SIGCONT that ended a stop. */
function goesOn(process: Ptr<Process>): boolean {
  using s = process.signals.enter();
  return !s.v.ending && (s.v.pending & bitOf(SIGKILL)) === 0;
}

function tellParent(process: Ptr<Process>): void {
  const parent = parentOf(process);
  if (parent === null) return;
  signalProcess(parent, SIGCHLD);
  parent.childChanged.wakeAll();
  dropProcess(parent);
}

