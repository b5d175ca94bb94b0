// Handlers of signals. A handler runs on the program's own stack, on top of a frame that holds what it interrupts: all
// registers, those of vectors too, and which signals were blocked. It returns to code (the restorer) that asks the kernel to
// put it all back: sigreturn. What lies on a program's stack anybody may have changed, so what comes back from there is
// looked at before the processor gets it.
//
// A system call that a signal has interrupted ends with EINTR. When no handler ran (the process was stopped and goes on),
// or the handler's action says SA_RESTART, the call begins again instead: RIP goes back over the two bytes of INT n or
// SYSCALL, and RAX gets the number again. The program does not notice.
import { SYS_POLL, SYS_SIGSUSPEND, SYS_SLEEP } from "../abi/calls.ts";
import { SA_NODEFER, SA_RESTART, type SignalAction } from "../abi/signals.ts";
import { USER_END } from "../layout.ts";
import { bitOf, setBlocked } from "./signals.ts";
import { current, type Task } from "./task.ts";
import { freeVectors, loadVectors, mendVectors, newVectors, saveVectors, vectorArea } from "./vector.ts";

/** Below RSP lie 128 bytes that a function may use without saying so (System V ABI, 3.2.2). */
const RED_ZONE: u64 = 128;
/** INT n and SYSCALL both have two bytes. */
const CALL_BYTES: u64 = 2;
/** RFLAGS that a program may choose: CF PF AF ZF SF TF DF OF RF AC ID. */
const USER_FLAGS: u64 = 0x25_0dd5;
/** Interrupts on, and the bit that is always set. */
const FIXED_FLAGS: u64 = 0x202;

const RFLAGS_TF: u64 = 1 << 8;
const RFLAGS_DF: u64 = 1 << 10;

/** What a handler finds on its stack: where it returns to, and what goes on afterwards. */
export class SignalFrame {
  restorer: u64;
  signal: u64;
  mask: u64;
  /** Where the vector registers lie. */
  vectors: u64;
  registers: TrapFrame;
}

/** What to do about one signal. */
export class Decision {
  signal: u32;
  /** The thread is to end. */
  leave: boolean;
  /** The process is to end by the signal. */
  end: boolean;
  /** The process is stopped, or to be stopped if nobody has said SIGCONT since (`continues`). */
  stopped: boolean;
  stop: boolean;
  continues: u64;
  handle: boolean;
  action: SignalAction;
}

/** RAX and RIP as they were before the call. */
export function beginAgain(me: Ptr<Task>, f: Ptr<TrapFrame>): void {
  f.rax = u64(me.call);
  f.rip -= CALL_BYTES;
}

/** Calls that are about time or about signals end with EINTR whatever the action says (as elsewhere: signal(7)). */
function mayBeginAgain(call: u32): boolean {
  return call !== SYS_SLEEP && call !== SYS_POLL && call !== SYS_SIGSUSPEND;
}

/** Puts a handler into the frame, and what it interrupts onto the program's stack. False: the stack is not there. */
export function deliver(me: Ptr<Task>, f: Ptr<TrapFrame>, decision: Ptr<Decision>): boolean {
  const action = ref(decision.action);
  if (action.handler >= USER_END) return false;
  if (me.call !== 0) {
    if (i64(f.rax) === -i64(Errno.EINTR) && (action.flags & SA_RESTART) !== 0 && mayBeginAgain(me.call)) beginAgain(me, f);
    else me.resume = 0;
    me.call = 0;
  }
  const frame = zeroed<SignalFrame>();
  let at = f.rsp - RED_ZONE;
  if (me.vector !== 0) {
    const area = vectorArea(me.vector);
    at = (at - area.length) & ~63;
    frame.vectors = at;
    saveVectors(me.vector);
    if (isErr(copyOut(unsafe.user<u8>(at), area))) return false;
  }
  at = ((at - sizeOf<SignalFrame>()) & ~15) - 8;
  frame.restorer = action.restorer;
  frame.signal = u64(decision.signal);
  frame.mask = me.inSuspend ? me.suspended : me.blocked;
  copy(ref(frame.registers), f);
  if (isErr(copyOut(unsafe.user<SignalFrame>(at), slice(ref(frame), 1)))) return false;
  const own = (action.flags & SA_NODEFER) !== 0 ? 0 : bitOf(decision.signal);
  me.inSuspend = false;
  setBlocked(me.blocked | action.mask | own);
  f.rip = action.handler;
  f.rsp = at;
  f.rdi = u64(decision.signal);
  f.rsi = 0;
  f.rdx = 0;
  f.rax = 0;
  // Handlers begin as functions do: forward, without single steps.
  f.rflags = f.rflags & ~(RFLAGS_DF | RFLAGS_TF);
  return true;
}

/** The end of a handler: what it interrupted goes on. Its RET has taken the restorer off the stack. Nothing in the frame is trusted. */
export function returnFromHandler(f: Ptr<TrapFrame>): Res<void> {
  attr(maySleep);
  const me = current();
  const frame = zeroed<SignalFrame>();
  orReturn(copyIn(slice(ref(frame), 1), unsafe.user<SignalFrame>(f.rsp - 8)));
  const to = ref(frame.registers);
  if (to.rip >= USER_END) return err(Errno.EFAULT);
  if (me.vector !== 0) orReturn(readVectors(me, frame.vectors));
  to.cs = u64(Selector.userCode);
  to.ss = u64(Selector.userData);
  to.rflags = (to.rflags & USER_FLAGS) | FIXED_FLAGS;
  // The frame says by which door the way back leads.
  to.vector = f.vector;
  to.code = f.code;
  copy(f, to);
  setBlocked(frame.mask);
  me.call = 0;
}

/** Vector registers from the program's stack. A fresh area takes them: the task's own is written whenever it loses the processor. */
function readVectors(me: Ptr<Task>, at: u64): Res<void> {
  const area = orReturn(newVectors());
  const got = copyIn(vectorArea(area), unsafe.user<u8>(at));
  if (isErr(got)) {
    freeVectors(area);
    return got;
  }
  mendVectors(area);
  const before = me.vector;
  const flags = cpu.saveFlagsCli();
  me.vector = area;
  loadVectors(area);
  cpu.restoreFlags(flags);
  freeVectors(before);
}
