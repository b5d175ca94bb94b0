// The end, told as well as possible. A kernel that has found a mistake of its own cannot go on: whatever it does next, it
// does with data that is wrong. So it says what it saw, where, and how it came there, on every console that needs nobody's
// help, and stops. The compiler keeps the size of each function's frame in the image, so a trace needs nothing but the stack
// itself, and leads through interrupts to what they interrupted.
import { beginPanic } from "../console/log.ts";
import { screenAlone } from "../drivers/screen.ts";
import { serialAlone } from "../drivers/serial.ts";
import { clockRuns, nanosSinceStart } from "../drivers/timer.ts";
import { PAGE_MASK, PAGE_SIZE } from "../layout.ts";
import { isMapped } from "../memory/tables.ts";

const TRACE_LINES = 24;
/** Bytes of a stack that a trace follows: no stack is larger. */
const STACK_BYTES: u64 = 0x4000;

/** Text and up to two words that tell what was wrong: what failed checks call. */
function failedCheck(at: Ptr<u8>, bytes: usize, count: u64, a: u64, b: u64): never {
  attr(symbol("cor.panic"), irqSafe);
  begin();
  if (count === 0) klog`PANIC: ${text(slice(at, bytes))} (at t=${time()})`;
  else if (count === 1) klog`PANIC: ${text(slice(at, bytes))}: ${a} (at t=${time()})`;
  else klog`PANIC: ${text(slice(at, bytes))}: ${a}, ${b} (at t=${time()})`;
  traceHere();
  stop();
}

function panicWith(at: Ptr<u8>, bytes: usize): never {
  attr(symbol("panic"), irqSafe);
  begin();
  klog`PANIC: ${text(slice(at, bytes))} (at t=${time()})`;
  traceHere();
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
  return clockRuns() ? nanosSinceStart() / 1_000_000 : 0;
}

function begin(): void {
  cpu.cli();
  // A mistake while telling of a mistake: the first report is better than none.
  if (!beginPanic()) stop();
  serialAlone();
  screenAlone();
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
  klog`  RIP ${hex(f.rip)} SS ${hex(f.ss)} RSP ${hex(f.rsp)} RFLAGS ${hex(f.rflags)}`;
  klog`  CR2 ${hex(cr2)} CR3 ${hex(cpu.readCr3())}`;
  klog`  RAX ${hex(f.rax)} RBX ${hex(f.rbx)} RCX ${hex(f.rcx)} RDX ${hex(f.rdx)}`;
  klog`  RSI ${hex(f.rsi)} RDI ${hex(f.rdi)} RBP ${hex(f.rbp)} R8  ${hex(f.r8)}`;
  klog`  R9  ${hex(f.r9)} R10 ${hex(f.r10)} R11 ${hex(f.r11)} R12 ${hex(f.r12)}`;
  klog`  R13 ${hex(f.r13)} R14 ${hex(f.r14)} R15 ${hex(f.r15)}`;
}

/** Who called the function that called the function that calls this. */
function traceHere(): void {
  attr(noInline);
  const step = zeroed<StackStep>();
  image.here(ref(step));
  step.end = stackEnd(step.rsp);
  // Not of interest: this function, and the one that tells.
  const untold = image.caller(ref(step)) && image.caller(ref(step));
  if (untold) trace(ref(step));
}

function traceFrom(rip: u64, rsp: u64): void {
  const step: StackStep = { rip: rip, rsp: rsp, end: 0, exact: true };
  trace(ref(step));
}

function trace(step: Ptr<StackStep>): void {
  for (let lines: u32 = 0; lines < TRACE_LINES; lines++) {
    showPlace(step.exact ? step.rip : step.rip - 1);
    // Behind a stack's end there may be nothing at all.
    step.end = stackEnd(step.rsp);
    if (!image.caller(step)) return;
  }
}

function stackEnd(rsp: u64): u64 {
  let end = (rsp | PAGE_MASK) + 1;
  if (!isMapped(rsp)) return rsp;
  for (let pages: u64 = 0; pages < STACK_BYTES / PAGE_SIZE && isMapped(end); pages++) end += PAGE_SIZE;
  return end;
}

function showPlace(address: u64): void {
  const place = zeroed<CodePlace>();
  if (image.locate(address, ref(place))) klog`  at ${place.name} (${place.file}:${place.line})`;
  else klog`  at ${hex(address)}`;
}
