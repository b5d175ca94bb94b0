// The doors. A program's registers are a frame on its kernel stack by now; what is left is which of them hold the words of
// the call, and that differs. INT n is what the ancestor of this kernel used: any instruction could be it, every register
// survives, and it takes the processor long. SYSCALL was made for this alone (SDM vol. 2, SYSCALL): it keeps nothing but RIP
// and RFLAGS, in RCX and R11, which is why the fourth word is in R10.
//
// Both lead to one table.
import { CALLS } from "../abi/calls.ts";
import { leaveToUser } from "../task/leave.ts";
import { current } from "../task/task.ts";
import { countCall } from "./count.ts";
import { table } from "./table.ts";

export const int14 = trap(0x14, (f) => interruptDoor(f));
export const int31 = trap(0x31, (f) => interruptDoor(f));

function interruptDoor(f: Ptr<TrapFrame>): void {
  attr(maySleep, mayAlloc);
  cpu.sti();
  call(f, f.rbx, f.rcx, f.rdx, f.rsi, f.rdi, f.rbp);
}

export const systemCall = syscallEntry((f) => {
  cpu.sti();
  call(f, f.rdi, f.rsi, f.rdx, f.r10, f.r8, f.r9);
});

/** Makes a call, and goes back as far as leaveToUser lets it. */
function call(f: Ptr<TrapFrame>, a: u64, b: u64, c: u64, d: u64, e: u64, g: u64): void {
  attr(maySleep, mayAlloc);
  countCall();
  const number = f.rax;
  if (number === 0 || number >= CALLS) f.rax = u64(-i64(Errno.ENOSYS));
  else {
    const me = current();
    me.call = u32(number);
    const result = table[number](a, b, c, d, e, g);
    // A call that made registers of its own (exec, sigreturn) gives no result.
    if (me.call !== 0) f.rax = u64(result);
  }
  leaveToUser(f);
}
