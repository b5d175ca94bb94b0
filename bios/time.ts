/**
 * Time: the tick 18.2 times a second, and the battery clock.
 *
 * Counter 0 of the 8254 divides 1,193,182 Hz by 65536 and pulls interrupt line 0: every 54.9 ms INT 08h adds one to the
 * count of ticks since midnight, and calls INT 1Ch for whoever wants to share the beat. The clock chip keeps date and
 * time in BCD. INT 1Ah tells both to programs.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, type Memory, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, ch, cl, cx, dh, ds, dx, eax, ebx, edx } from "../emulator/isa/registers.ts";
import { clockChange, clockRead, cmosRegister, registerB, writeCmos } from "./cmos.ts";
import { fail, frame, service, succeed } from "./frame.ts";
import { endMasterInterrupt } from "./interrupts.ts";
import { bda } from "./layout.ts";
import { pciService } from "./pci.ts";
import { openClockLine } from "./wait.ts";

/** 8254: a port for each counter, and one for commands. */
export const pit = { counter0: 0x40, counter1: 0x41, counter2: 0x42, command: 0x43 } as const;
/** System control port B: bit 0 lets counter 2 run, 1 sends it to the speaker, 5 reads its output. */
export const PORT_B = 0x61;

/** Ticks of a day: 24 × 3600 × 1193182 / 65536, rounded. */
const TICKS_PER_DAY = 0x1800b0;
const PIT_HZ = 1_193_182;

/** Self-test: programs both clocks, sets the ticks from the time of day. */
export const startClocks = new Label("startClocks");
/** CX: counts of 1/1193182 s to wait, with interrupts on or off. All registers kept. Uses counter 2. */
export const delay = new Label("delay");
export const int08 = new Label("int08");
export const int1a = new Label("int1a");

const readClock = new Label("readClock");
const fromBcd = new Label("fromBcd");

export function time(a: Assembler): void {
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
    clockRead(a, cmosRegister.c);
    clockRead(a, cmosRegister.d);

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
    clockRead(a, cmosRegister.a);
    a.test(al, 0x80);
    a.jz(stable);
    a.loop(updating);
    a.stc();
    a.ret();
    a.here(stable);
    clockRead(a, cmosRegister.seconds);
    a.mov(dh, al);
    clockRead(a, cmosRegister.minutes);
    a.mov(cl, al);
    clockRead(a, cmosRegister.hours);
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
    clockRead(a, cmosRegister.b);
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
    clockChange(a, cmosRegister.b, 0xff, 0x80);
    body();
    clockChange(a, cmosRegister.b, 0x7f, 0);
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
      clockRead(a, cmosRegister.b);
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
      clockRead(a, register);
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
    clockRead(a, cmosRegister.b);
    a.test(al, registerB.alarm);
    a.jnz(taken);
    store(cmosRegister.hoursAlarm, frame.ch);
    store(cmosRegister.minutesAlarm, frame.cl);
    store(cmosRegister.secondsAlarm, frame.dh);
    a.call(openClockLine);
    clockChange(a, cmosRegister.b, 0xff, registerB.alarm);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
    a.here(taken);
    fail(a);
    a.ret();
  });

  a.func(clearAlarm, () => {
    clockChange(a, cmosRegister.b, 0xff & ~registerB.alarm, 0);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();
  });

  a.func(unknown, () => {
    fail(a);
    a.ret();
  });
}
