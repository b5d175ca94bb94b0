// The end, told as well as possible. A kernel that has found a mistake of its own cannot go on: whatever it does next, it
// does with data that is wrong. So it says what it saw, where, and how it came there, on every console that needs nobody's
// help, and stops.
//
// Stack traces are made from the stack itself: the compiler keeps no chain of frames. A word on the stack is taken for a
// return address when the instruction before it is a call, and for the right one when that call leads to the function we
// come from; calls through pointers are believed.
import { beginPanic } from "../console/log.ts";
import { nanosSinceStart } from "../drivers/timer.ts";
import { isMapped } from "../memory/tables.ts";
import { functionAt, nameAt } from "./symbols.ts";

const TRACE_LINES = 24;
/** Words of a stack that are looked through. */
const TRACE_WORDS = 2048;

/** Text and up to two words that tell what was wrong: what failed checks call. */
function failedCheck(at: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"), irqSafe);
  begin();
  if (count === 0) klog`PANIC: ${text(slice(at, bytes))} (at t=${time()})`;
  else if (count === 1) klog`PANIC: ${text(slice(at, bytes))}: ${a} (at t=${time()})`;
  else klog`PANIC: ${text(slice(at, bytes))}: ${a}, ${b} (at t=${time()})`;
  traceFrom(cpu.returnAddress(), cpu.stackPointer());
  stop();
}

function panicWith(at: Ptr<u8>, bytes: usize): never {
  attr(symbol("panic"), irqSafe);
  begin();
  klog`PANIC: ${text(slice(at, bytes))} (at t=${time()})`;
  traceFrom(cpu.returnAddress(), cpu.stackPointer());
  stop();
}

/** An exception in the kernel itself. */
export function panicAt(f: Ptr<TrapFrame>, what: string): never {
  attr(irqSafe);
  const cr2 = cpu.readCr2();
  begin();
  klog`PANIC: ${what}, error code ${hex(f.code)} (at t=${time()})`;
  showRegisters(f, cr2);
  traceFrom(f.rip, f.rsp);
  stop();
}

/** Milliseconds since the start. */
function time(): u64 {
  return nanosSinceStart() / 1_000_000;
}

function begin(): void {
  cpu.cli();
  // A mistake while telling of a mistake: the first report is better than none.
  if (!beginPanic()) stop();
  klog``;
}

function stop(): never {
  for (;;) {
    cpu.cli();
    cpu.hlt();
  }
}

/** All registers of a frame, in the log. */
export function showRegisters(f: Ptr<TrapFrame>, cr2: u64): void {
  attr(irqSafe);
  klog`  RIP ${hex(f.rip)} in ${nameAt(f.rip)}`;
  klog`  CS ${hex(f.cs)} SS ${hex(f.ss)} RSP ${hex(f.rsp)} RFLAGS ${hex(f.rflags)}`;
  klog`  CR2 ${hex(cr2)} CR3 ${hex(cpu.readCr3())}`;
  klog`  RAX ${hex(f.rax)} RBX ${hex(f.rbx)} RCX ${hex(f.rcx)} RDX ${hex(f.rdx)}`;
  klog`  RSI ${hex(f.rsi)} RDI ${hex(f.rdi)} RBP ${hex(f.rbp)} R8  ${hex(f.r8)}`;
  klog`  R9  ${hex(f.r9)} R10 ${hex(f.r10)} R11 ${hex(f.r11)} R12 ${hex(f.r12)}`;
  klog`  R13 ${hex(f.r13)} R14 ${hex(f.r14)} R15 ${hex(f.r15)}`;
}

/** The function at `rip`, whose stack pointer is `rsp`, and who called it. */
function traceFrom(rip: u64, rsp: u64): void {
  klog`  at ${nameAt(rip)} +${hex(rip - functionAt(rip))}`;
  let inside = functionAt(rip);
  let lines: u32 = 1;
  const stack = (rsp + 7) & ~7;
  for (let i: u64 = 0; i < TRACE_WORDS && lines < TRACE_LINES; i++) {
    const at = stack + i * 8;
    // Behind a stack's end there may be nothing.
    if (!isMapped(at)) return;
    const value = unsafe.ptr<u64>(at)[0];
    const caller = functionAt(value);
    if (caller === 0) continue;
    const target = callBefore(value);
    if (target === NO_CALL || (target !== SOMEWHERE && functionAt(target) !== inside)) continue;
    klog`  at ${nameAt(value)} +${hex(value - caller)}`;
    inside = caller;
    lines++;
  }
}

const NO_CALL: u64 = 0;
const SOMEWHERE: u64 = 1;

/** Where the call before a return address leads; SOMEWHERE when a register or memory says it, NO_CALL when there is none. */
function callBefore(address: u64): u64 {
  const code = unsafe.ptr<u8>(address - 7);
  // CALL rel32 (E8), and CALL r/m64 (FF /2) of 2 to 7 bytes (SDM vol. 2, CALL).
  if (code[2] === 0xe8) {
    const distance = u32(code[3]) | (u32(code[4]) << 8) | (u32(code[5]) << 16) | (u32(code[6]) << 24);
    return address + u64(i64(i32(distance)));
  }
  for (let length: usize = 2; length <= 7; length++)
    if (code[7 - length] === 0xff && ((code[8 - length] >> 3) & 7) === 2) return SOMEWHERE;
  return NO_CALL;
}
