// The processor's exceptions. What a program brings about is its own affair: it gets a signal, and most likely its end. What
// the kernel brings about is a mistake of the kernel and ends in a panic, with two exceptions among the exceptions: a page
// that belongs to the program and is only not there yet is brought, and a copy from or to an address that a program gave
// fails at the instruction that knows what to do then (memory/user.ts).
import { SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP } from "../abi/signals.ts";
import { FaultEnd, handleFault } from "../memory/space.ts";
import { leaveToUser } from "../task/leave.ts";
import { raiseFault } from "../task/signals.ts";
import { panicAt } from "./panic.ts";

const RFLAGS_IF: u64 = 0x200;

/** What a program did gives it a signal; what the kernel did is the end. */
function exception(f: Ptr<TrapFrame>, signal: u32, what: string): void {
  if ((f.cs & 3) === 0) panicAt(f, what);
  cpu.sti();
  raiseFault(signal);
  cpu.cli();
  leaveToUser(f);
}

export const divideError = trap(0, (f) => exception(f, SIGFPE, "#DE divide error"));
export const debugException = trap(1, (f) => exception(f, SIGTRAP, "#DB debug exception"));
export const breakpoint = trap(3, (f) => exception(f, SIGTRAP, "#BP breakpoint"));
export const overflow = trap(4, (f) => exception(f, SIGSEGV, "#OF overflow"));
export const boundRange = trap(5, (f) => exception(f, SIGSEGV, "#BR BOUND range exceeded"));
export const invalidOpcode = trap(6, (f) => exception(f, SIGILL, "#UD invalid opcode"));
export const noDevice = trap(7, (f) => exception(f, SIGFPE, "#NM device not available"));
export const invalidTaskState = trap(10, (f) => exception(f, SIGSEGV, "#TS invalid TSS"));
export const notPresent = trap(11, (f) => exception(f, SIGBUS, "#NP segment not present"));
export const stackFault = trap(12, (f) => exception(f, SIGBUS, "#SS stack-segment fault"));
export const generalProtection = trap(13, (f) => exception(f, SIGSEGV, "#GP general protection"));
export const floatingPoint = trap(16, (f) => exception(f, SIGFPE, "#MF x87 floating-point error"));
export const alignmentCheck = trap(17, (f) => exception(f, SIGBUS, "#AC alignment check"));
export const simdException = trap(19, (f) => exception(f, SIGFPE, "#XM SIMD floating-point exception"));

// Events of the machine, not of the code that is running. They come on stacks of their own.
export const nonMaskable = interrupt(2, (f) => panicAt(f, "NMI"));
export const doubleFault = interrupt(8, (f) => panicAt(f, "#DF double fault"));
export const machineCheck = interrupt(18, (f) => panicAt(f, "#MC machine check"));

export const pageFault = trap(14, (f) => {
  // The next page fault overwrites CR2; until it is read, nothing may come between.
  const at = cpu.readCr2();
  if ((f.rflags & RFLAGS_IF) !== 0) cpu.sti();
  const end = handleFault(at, f.code);
  const user = (f.cs & 3) !== 0;
  if (user && end !== FaultEnd.Done) raiseFault(end === FaultEnd.Failed ? SIGBUS : SIGSEGV);
  cpu.cli();
  if (user) {
    leaveToUser(f);
    return;
  }
  if (end === FaultEnd.Done) return;
  const fixup = unsafe.faultFixup(f.rip);
  if (fixup === 0) panicPageFault(f, at);
  f.rip = fixup;
});

function panicPageFault(f: Ptr<TrapFrame>, at: u64): never {
  cpu.writeCr2(at);
  panicAt(f, "#PF page fault");
}
