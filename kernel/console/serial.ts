/**
 * The first serial port: a 16550A at I/O port 0x3F8. One byte at a time goes out, when the last one has left; what comes
 * in raises interrupt line 4 and is kept in a ring until somebody asks. Everything since the teletype speaks this, so a
 * terminal at the other end is the kernel's real console. (National Semiconductor PC16550D, section 8)
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, m } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, cl, dil, dx, eax, ecx, rax, rcx, rdx } from "../../emulator/isa/registers.ts";
import { typedBytes } from "../limits.ts";
import { variable } from "../sections.ts";

/** Sets the port up: 115200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on, an interrupt for each byte received. */
export const serialStart = new Label("serialStart");
/** Sends the character in DIL; "\n" becomes "\r\n". */
export const serialPut = new Label("serialPut");
/** Takes what has come in to the ring; called when line 4 is raised, interrupts off. */
export const serialReceive = new Label("serialReceive");
/** With interrupts off: the next typed byte in AL, or CF when there is none. */
export const serialTyped = new Label("serialTyped");

export const serialLine = 4;

const base = 0x3f8;
const register = {
  data: base, // RBR when read, THR when written
  interruptEnable: base + 1,
  fifoControl: base + 2,
  lineControl: base + 3,
  modemControl: base + 4,
  lineStatus: base + 5,
};
const DLAB = 0x80; // line control: data and interruptEnable are the divisor
const eightNoneOne = 0x03;
const dataReady = 0x01; // line status
const transmitterEmpty = 0x20;

const typed = new Label("typed");
const typedIn = new Label("typedIn");
const typedOut = new Label("typedOut");
const sendByte = new Label("sendByte");

export function serialRoutines(a: Assembler): void {
  variable(a, typed, typedBytes);
  variable(a, typedIn, 1);
  variable(a, typedOut, 1);

  a.func(serialStart, () => {
    for (const [port, value] of [
      [register.interruptEnable, 0],
      [register.lineControl, DLAB | eightNoneOne],
      [register.data, 1], // 115200 / 1
      [register.interruptEnable, 0],
      [register.lineControl, eightNoneOne],
      [register.fifoControl, 0x07], // on, both emptied, interrupt from one byte on
      [register.modemControl, 0x0b], // DTR, RTS, and OUT2, which on a PC lets the interrupt through
      [register.interruptEnable, 0x01], // received data
    ] as const) {
      a.mov(dx, port);
      a.mov(al, value);
      a.out(dx, al);
    }
    a.ret();
  });

  a.func(serialPut, () => {
    const plain = new Label();
    a.cmp(dil, 0x0a);
    a.jne(plain);
    a.mov(dil, 0x0d);
    a.call(sendByte);
    a.mov(dil, 0x0a);
    a.here(plain);
    a.jmp(sendByte);
  });

  a.func(sendByte, () => {
    a.mov(dx, register.lineStatus);
    const wait = a.here();
    a.in(al, dx);
    a.test(al, transmitterEmpty);
    a.jz(wait);
    a.mov(dx, register.data);
    a.mov(al, dil);
    a.out(dx, al);
    a.ret();
  });

  a.func(serialReceive, () => {
    const next = new Label();
    const end = new Label();
    a.here(next);
    a.mov(dx, register.lineStatus);
    a.in(al, dx);
    a.test(al, dataReady);
    a.jz(end);
    a.mov(dx, register.data);
    a.in(al, dx);
    a.movzx(ecx, b(typedIn));
    a.inc(cl);
    a.cmp(cl, b(typedOut)); // full: the byte is lost, as on any terminal that types faster than anyone reads
    a.je(next);
    a.xchg(b(typedIn), cl);
    a.lea(rdx, m(typed));
    a.mov(b(rdx, rcx), al);
    a.jmp(next);
    a.here(end);
    a.ret();
  });

  a.func(serialTyped, () => {
    const none = new Label();
    a.movzx(ecx, b(typedOut));
    a.cmp(cl, b(typedIn));
    a.stc();
    a.je(none);
    a.lea(rax, m(typed));
    a.movzx(eax, b(rax, rcx));
    a.inc(b(typedOut)); // wraps at 256, the size of the ring
    a.clc();
    a.here(none);
    a.ret();
  });
}
