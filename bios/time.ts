/**
 * Time: the tick 18.2 times a second, the battery clock, and waiting.
 *
 * Counter 0 of the 8254 divides 1,193,182 Hz by 65536 and pulls interrupt line 0: every 54.9 ms INT 08h adds one to the
 * count of ticks since midnight, and calls INT 1Ch for whoever wants to share the beat. The clock chip keeps date and
 * time in BCD, and can interrupt through line 8 (INT 70h): at an alarm, or 1024 times a second, which is how the firmware waits.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, type Memory, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bl, bx, ch, cl, cx, dh, di, ds, dx, eax, ebx, edx, es } from "../emulator/isa/registers.ts";
import { cmosRegister, readCmos, writeCmos } from "./cmos.ts";
import { fail, frame, service, succeed } from "./frame.ts";
import { endMasterInterrupt, endOfInterrupt } from "./interrupts.ts";
import { bda } from "./layout.ts";
import { pciService } from "./pci.ts";

/** 8254: a port for each counter, and one for commands. */
export const pit = { counter0: 0x40, counter1: 0x41, counter2: 0x42, command: 0x43 } as const;
/** System control port B: bit 0 lets counter 2 run, 1 sends it to the speaker, 5 reads its output. */
export const PORT_B = 0x61;

/** Ticks of a day: 24 × 3600 × 1193182 / 65536, rounded. */
export const TICKS_PER_DAY = 0x1800b0;
const PIT_HZ = 1_193_182;
/** The clock's periodic interrupt at 1024 Hz, in microseconds, rounded down as the AT did. */
const PERIOD_MICROSECONDS = 976;

const registerB = { periodic: 0x40, alarm: 0x20, hours24: 0x02 } as const;
const registerC = { periodic: 0x40, alarm: 0x20 } as const;

/** Self-test: programs both clocks, sets the ticks from the time of day. */
export const startClocks = new Label("startClocks");
/** CX: counts of 1/1193182 s to wait, with interrupts on or off. All registers kept. Uses counter 2. */
export const delay = new Label("delay");
export const int08 = new Label("int08");
export const int1a = new Label("int1a");
export const int70 = new Label("int70");
/** INT 15h AH=83h and 86h. */
export const eventWait = new Label("eventWait");
export const wait = new Label("wait");

const readClock = new Label("readClock");
const fromBcd = new Label("fromBcd");
const startWaiting = new Label("startWaiting");
const openClockLine = new Label("openClockLine");

export function time(a: Assembler): void {
  /** AL: register number (a constant) → AL. */
  const cmosRead = (register: number) => {
    a.mov(al, register);
    a.call(readCmos);
  };
  /** Changes the bits of a clock register: AL is lost. */
  const cmosChange = (register: number, keep: number, set: number) => {
    cmosRead(register);
    a.and(al, keep);
    a.or(al, set);
    a.mov(ah, al);
    a.mov(al, register);
    a.call(writeCmos);
  };

  a.func(startClocks, () => {
    for (const [port, value] of [
      // Counter 0: both bytes, mode 2, 65536 (written as 0).
      [pit.command, 0x34],
      [pit.counter0, 0],
      [pit.counter0, 0],
      // Counter 1 asked memory for its refresh once: every 18 counts, 15 µs.
      [pit.command, 0x54],
      [pit.counter1, 18],
    ] as const) {
      a.mov(al, value);
      a.out(port, al);
    }
    // 32,768 Hz time base, 1024 Hz periodic rate; BCD, 24 hours, no interrupts; what may have been pending is read away.
    a.mov(ax, (0x26 << 8) | cmosRegister.a);
    a.call(writeCmos);
    a.mov(ax, (registerB.hours24 << 8) | cmosRegister.b);
    a.call(writeCmos);
    cmosRead(cmosRegister.c);
    cmosRead(cmosRegister.d);

    // ticks = seconds of the day × 1193182 / 65536
    a.call(readClock);
    const unset = new Label();
    a.jc(unset);
    a.mov(al, ch);
    a.call(fromBcd);
    a.imul(ebx, eax, 3600);
    a.mov(al, cl);
    a.call(fromBcd);
    a.imul(eax, eax, 60);
    a.add(ebx, eax);
    a.mov(al, dh);
    a.call(fromBcd);
    a.add(eax, ebx);
    a.mov(ebx, PIT_HZ);
    a.mul(ebx);
    a.shrd(eax, edx, 16);
    a.cmp(eax, TICKS_PER_DAY);
    a.jae(unset);
    a.mov(d(bda.ticks), eax);
    a.here(unset);
    a.ret();
  });

  // CH, CL, DH: hours, minutes, seconds in BCD, CF = 0; or CF = 1 when the clock does not answer.
  a.func(readClock, () => {
    const stable = new Label();
    // An update takes 2 ms at most; the clock says so 244 µs before it begins.
    a.mov(cx, 0xffff);
    const updating = a.here();
    cmosRead(cmosRegister.a);
    a.test(al, 0x80);
    a.jz(stable);
    a.loop(updating);
    a.stc();
    a.ret();
    a.here(stable);
    cmosRead(cmosRegister.seconds);
    a.mov(dh, al);
    cmosRead(cmosRegister.minutes);
    a.mov(cl, al);
    cmosRead(cmosRegister.hours);
    a.mov(ch, al);
    a.clc();
    a.ret();
  });

  // AL: two BCD digits → EAX: their number.
  a.func(fromBcd, () => {
    a.mov(ah, al);
    a.shr(ah, 4);
    a.and(al, 0x0f);
    a.aad(10);
    a.movzx(eax, al);
    a.ret();
  });

  a.func(delay, () => {
    a.push(ax);
    a.push(cx);
    // Counter 2, both bytes, mode 0: the output rises when it has counted down. Gate on, speaker off.
    a.in(al, PORT_B);
    a.and(al, 0xff & ~0b11);
    a.or(al, 0b01);
    a.out(PORT_B, al);
    a.mov(al, 0xb0);
    a.out(pit.command, al);
    a.mov(al, cl);
    a.out(pit.counter2, al);
    a.mov(al, ch);
    a.out(pit.counter2, al);
    // On a machine whose port B does not show the counter this ends all the same.
    a.mov(cx, 0xffff);
    const counting = a.here();
    const done = new Label();
    a.in(al, PORT_B);
    a.test(al, 0x20);
    a.jnz(done);
    a.loop(counting);
    a.here(done);
    a.in(al, PORT_B);
    a.and(al, 0xff & ~0b11);
    a.out(PORT_B, al);
    a.pop(cx);
    a.pop(ax);
    a.ret();
  });

  a.func(int08, () => {
    const sameDay = new Label();
    a.push(ax);
    a.push(ds);
    a.push(dx);
    a.push(eax);
    a.xor(ax, ax);
    a.mov(ds, ax);
    a.mov(eax, d(bda.ticks));
    a.inc(eax);
    a.cmp(eax, TICKS_PER_DAY);
    a.jb(sameDay);
    a.xor(eax, eax);
    a.inc(b(bda.midnight));
    a.here(sameDay);
    a.mov(d(bda.ticks), eax);
    a.int(0x1c);
    a.pop(eax);
    a.pop(dx);
    a.pop(ds);
    a.jmp(endMasterInterrupt);
  });

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
    cmosRead(cmosRegister.b);
    a.mov(bl, al);
    cmosRead(cmosRegister.c);
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
    cmosChange(cmosRegister.b, 0xff & ~registerB.periodic, 0);
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
    cmosChange(cmosRegister.b, 0xff & ~registerB.periodic, 0);
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

  // Lets lines 8 and 2 through, should someone have closed them.
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
    cmosChange(cmosRegister.b, 0xff, registerB.periodic);
    a.clc();
    a.ret();
    a.here(busy);
    a.stc();
    a.ret();
  });

  const getTicks = new Label("getTicks");
  const setTicks = new Label("setTicks");
  const getTime = new Label("getTime");
  const setTime = new Label("setTime");
  const getDate = new Label("getDate");
  const setDate = new Label("setDate");
  const setAlarm = new Label("setAlarm");
  const clearAlarm = new Label("clearAlarm");
  const unknown = new Label("unknownTimeFunction");

  service(
    a,
    int1a,
    [
      [0x00, getTicks],
      [0x01, setTicks],
      [0x02, getTime],
      [0x03, setTime],
      [0x04, getDate],
      [0x05, setDate],
      [0x06, setAlarm],
      [0x07, clearAlarm],
      [0xb1, pciService],
    ],
    unknown,
  );

  a.func(getTicks, () => {
    a.mov(eax, d(bda.ticks));
    a.mov(frame.dx, ax);
    a.shr(eax, 16);
    a.mov(frame.cx, ax);
    a.xor(ax, ax);
    a.xchg(b(bda.midnight), al);
    a.mov(frame.ax, ax);
    succeed(a);
    a.ret();
  });

  a.func(setTicks, () => {
    a.mov(w(bda.ticks), dx);
    a.mov(w(bda.ticks + 2), cx);
    a.mov(b(bda.midnight), 0);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  });

  a.func(getTime, () => {
    const unset = new Label();
    a.call(readClock);
    a.jc(unset);
    a.mov(frame.cx, cx);
    a.mov(frame.dh, dh);
    cmosRead(cmosRegister.b);
    a.and(al, 1);
    a.mov(frame.dl, al);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
    a.here(unset);
    fail(a);
    a.ret();
  });

  /** Writes a register of the caller into the clock. */
  const store = (register: number, from: Memory<8>) => {
    a.mov(al, register);
    a.mov(ah, from);
    a.call(writeCmos);
  };
  /** The clock stands while bit 7 of register B is set, so that no half-written time runs on. */
  const whileStopped = (body: () => void) => {
    cmosChange(cmosRegister.b, 0xff, 0x80);
    body();
    cmosChange(cmosRegister.b, 0x7f, 0);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  };

  // DL: daylight saving.
  a.func(setTime, () =>
    whileStopped(() => {
      store(cmosRegister.hours, frame.ch);
      store(cmosRegister.minutes, frame.cl);
      store(cmosRegister.seconds, frame.dh);
      cmosRead(cmosRegister.b);
      a.and(al, 0xfe);
      a.mov(ah, frame.dl);
      a.and(ah, 1);
      a.or(ah, al);
      a.mov(al, cmosRegister.b);
      a.call(writeCmos);
    }),
  );

  a.func(getDate, () => {
    const unset = new Label();
    a.call(readClock);
    a.jc(unset);
    for (const [register, to] of [
      [cmosRegister.century, frame.ch],
      [cmosRegister.year, frame.cl],
      [cmosRegister.month, frame.dh],
      [cmosRegister.day, frame.dl],
    ] as const) {
      cmosRead(register);
      a.mov(to, al);
    }
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
    a.here(unset);
    fail(a);
    a.ret();
  });

  a.func(setDate, () =>
    whileStopped(() => {
      store(cmosRegister.century, frame.ch);
      store(cmosRegister.year, frame.cl);
      store(cmosRegister.month, frame.dh);
      store(cmosRegister.day, frame.dl);
    }),
  );

  // INT 4Ah will be called when the clock shows CH:CL:DH.
  a.func(setAlarm, () => {
    const taken = new Label();
    cmosRead(cmosRegister.b);
    a.test(al, registerB.alarm);
    a.jnz(taken);
    store(cmosRegister.hoursAlarm, frame.ch);
    store(cmosRegister.minutesAlarm, frame.cl);
    store(cmosRegister.secondsAlarm, frame.dh);
    a.call(openClockLine);
    cmosChange(cmosRegister.b, 0xff, registerB.alarm);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
    a.here(taken);
    fail(a);
    a.ret();
  });

  a.func(clearAlarm, () => {
    cmosChange(cmosRegister.b, 0xff & ~registerB.alarm, 0);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  });

  a.func(unknown, () => {
    fail(a);
    a.ret();
  });
}
