/**
 * Waiting: INT 15h 83h and 86h, and the clock chip's interrupt (INT 70h) that measures it, 1024 times a second. The same
 * interrupt tells an alarm.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, bl, bx, cx, di, ds, dx, es } from "../emulator/isa/registers.ts";
import { clockChange, clockRead, cmosRegister, registerB, registerC } from "./cmos.ts";
import { fail, frame, succeed } from "./frame.ts";
import { endOfInterrupt } from "./interrupts.ts";
import { bda } from "./layout.ts";

export const int70 = new Label("int70");
/** INT 15h AH=83h and 86h. End the service. */
export const eventWait = new Label("eventWait");
export const wait = new Label("wait");
/** Lets lines 8 and 2 through, should someone have closed them. AL lost. */
export const openClockLine = new Label("openClockLine");

/** The clock's periodic interrupt at 1024 Hz, in microseconds, rounded down as the AT did. */
const PERIOD_MICROSECONDS = 976;

const startWaiting = new Label("startWaiting");

export function waiting(a: Assembler): void {
  // The clock's line: an alarm calls INT 4Ah, a period takes its time from the wait that is going on.
  a.func(int70, () => {
    const noAlarm = new Label();
    const noPeriod = new Label();
    const notYet = new Label();
    a.pushad();
    a.push(ds);
    a.push(es);
    a.push(0);
    a.pop(ds);
    clockRead(a, cmosRegister.b);
    a.mov(bl, al);
    clockRead(a, cmosRegister.c);
    a.and(bl, al);
    a.test(bl, registerC.periodic);
    a.jz(noPeriod);
    a.test(b(bda.waiting), 1);
    a.jz(notYet);
    a.sub(d(bda.waitMicroseconds), PERIOD_MICROSECONDS);
    a.ja(notYet);
    a.les(di, m(bda.waitFlagAt));
    a.or(b(es, di), 0x80);
    a.mov(d(bda.waitMicroseconds), 0);
    a.and(b(bda.waiting), 0xfe);
    clockChange(a, cmosRegister.b, 0xff & ~registerB.periodic, 0);
    a.here(notYet);
    a.here(noPeriod);
    endOfInterrupt(a, "slave");
    a.test(bl, registerC.alarm);
    a.jz(noAlarm);
    a.sti();
    a.int(0x4a);
    a.here(noAlarm);
    a.pop(es);
    a.pop(ds);
    a.popad();
    a.iret();
  });

  // INT 15h AH=83h: AL=0: set bit 7 of the byte at ES:BX after CX:DX microseconds; AL=1: do not.
  a.func(eventWait, () => {
    const cancel = new Label();
    const busy = new Label();
    a.cmp(al, 1);
    a.je(cancel);
    a.call(startWaiting);
    a.jc(busy);
    succeed(a);
    a.ret();
    a.here(cancel);
    a.and(b(bda.waiting), 0xfe);
    clockChange(a, cmosRegister.b, 0xff & ~registerB.periodic, 0);
    succeed(a);
    a.ret();
    a.here(busy);
    fail(a);
    a.mov(frame.ah, 0x83);
    a.ret();
  });

  // INT 15h AH=86h: return after CX:DX microseconds. The flag is the one in the BDA: bit 7 of the byte that says a wait
  // is going on.
  a.func(wait, () => {
    const busy = new Label();
    const done = new Label();
    a.push(0);
    a.pop(es);
    a.mov(bx, bda.waiting);
    a.call(startWaiting);
    a.jc(busy);
    const until = a.here();
    a.cli();
    a.test(b(bda.waiting), 0x80);
    a.jnz(done);
    // STI lets interrupts in only after the next instruction, so none is missed between the look and the sleep.
    a.sti();
    a.hlt();
    a.jmp(until);
    a.here(done);
    a.mov(b(bda.waiting), 0);
    succeed(a);
    a.ret();
    a.here(busy);
    fail(a);
    a.mov(frame.ah, 0x83);
    a.ret();
  });

  a.func(openClockLine, () => {
    a.in(al, 0xa1);
    a.and(al, 0xfe);
    a.out(0xa1, al);
    a.in(al, 0x21);
    a.and(al, 0xfb);
    a.out(0x21, al);
    a.ret();
  });

  // ES:BX: flag, CX:DX: microseconds → CF when another wait is going on.
  a.func(startWaiting, () => {
    const busy = new Label();
    a.cli();
    a.test(b(bda.waiting), 1);
    a.jnz(busy);
    a.mov(b(bda.waiting), 1);
    a.mov(w(bda.waitFlagAt), bx);
    a.mov(w(bda.waitFlagAt + 2), es);
    a.mov(w(bda.waitMicroseconds), dx);
    a.mov(w(bda.waitMicroseconds + 2), cx);
    a.call(openClockLine);
    clockChange(a, cmosRegister.b, 0xff, registerB.periodic);
    a.clc();
    a.ret();
    a.here(busy);
    a.stc();
    a.ret();
  });
}
