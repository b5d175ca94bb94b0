/**
 * The first serial port: a 16550A at I/O port 0x3F8. Everything since the teletype speaks this, so a terminal at the other
 * end is the kernel's real console.
 *
 * A byte takes 87 millionths of a second on the wire, in which the processor could do a hundred thousand other things. So what
 * is said goes into a ring, and the port raises interrupt line 4 whenever it can take sixteen bytes more; what comes in
 * raises the same line, and is kept in another ring until somebody asks. (National Semiconductor PC16550D, section 8)
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { b, m, w } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { al, ax, cl, cx, dil, dx, eax, ecx, edi, rax, rcx, rdi, rdx, rsi } from "../../../emulator/isa/registers.ts";
import { saidBytes, typedBytes } from "../../boot/limits.ts";
import { variable } from "../../boot/sections.ts";

/** Sets the port up: 115200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on, an interrupt for each byte received. */
export const serialStart = new Label("serialStart");
/** Says the character in DIL; "\n" becomes "\r\n". Does not wait, unless the ring is full. */
export const serialPut = new Label("serialPut");
/** Waits until all that was said has left. Works without interrupts. */
export const serialFlush = new Label("serialFlush");
/** Receives and sends; called when line 4 is raised, interrupts off. */
export const serialService = new Label("serialService");
/** With interrupts off: the next typed byte in AL, or CF when there is none. */
export const serialTyped = new Label("serialTyped");

export const serialLine = 4;

const base = 0x3f8;
const register = {
  data: base, // RBR when read, THR when written
  interruptEnable: base + 1,
  interruptIdentification: base + 2, // when read
  fifoControl: base + 2, // when written
  lineControl: base + 3,
  modemControl: base + 4,
  lineStatus: base + 5,
};
const DLAB = 0x80; // line control: data and interruptEnable are the divisor
const eightNoneOne = 0x03;
const ERBFI = 0x01; // interrupt enable: received data
const ETBEI = 0x02; // interrupt enable: transmitter holding register empty
const noInterruptPending = 0x01;
const dataReady = 0x01; // line status
const THRE = 0x20; // line status: the FIFO takes sixteen bytes
const TEMT = 0x40; // line status: the last bit has left
const fifoBytes = 16;

const typed = new Label("typed");
const typedIn = new Label("typedIn");
const typedOut = new Label("typedOut");
/** What was said and not yet sent lies from saidOut to saidIn: words that count on for ever, cut to an index when used. */
const said = new Label("said");
const saidIn = new Label("saidIn");
const saidOut = new Label("saidOut");
const queueByte = new Label("queueByte");
const sendMore = new Label("sendMore");

export function serialRoutines(a: Assembler): void {
  variable(a, typed, typedBytes);
  variable(a, typedIn, 1);
  variable(a, typedOut, 1);
  variable(a, said, saidBytes);
  variable(a, saidIn, 2);
  variable(a, saidOut, 2);

  a.func(serialStart, () => {
    for (const [port, value] of [
      [register.interruptEnable, 0],
      [register.lineControl, DLAB | eightNoneOne],
      [register.data, 1], // 115200 / 1
      [register.interruptEnable, 0],
      [register.lineControl, eightNoneOne],
      [register.fifoControl, 0x07], // on, both emptied, interrupt from one byte on
      [register.modemControl, 0x0b], // DTR, RTS, and OUT2, which on a PC lets the interrupt through
      [register.interruptEnable, ERBFI],
    ] as const) {
      output(a, port, value);
    }
    a.ret();
  });

  a.func(serialPut, () => {
    const plain = new Label();
    a.cmp(dil, 0x0a);
    a.jne(plain);
    a.mov(dil, 0x0d);
    a.call(queueByte);
    a.mov(dil, 0x0a);
    a.here(plain);
    a.jmp(queueByte);
  });

  a.func(queueByte, () => {
    const room = new Label();
    const full = new Label();
    a.pushfq();
    a.cli();
    a.here(full);
    a.movzx(eax, w(saidIn));
    a.mov(cx, ax);
    a.sub(cx, w(saidOut));
    a.cmp(cx, saidBytes);
    a.jb(room);
    a.push(rdi);
    a.call(sendMore);
    a.pop(rdi);
    a.jmp(full);
    a.here(room);
    a.and(eax, saidBytes - 1);
    a.lea(rdx, m(said));
    a.mov(b(rdx, rax), dil);
    a.inc(w(saidIn));
    output(a, register.interruptEnable, ERBFI | ETBEI); // if it is idle, the port interrupts at once
    a.popfq();
    a.ret();
  });

  // Interrupts off: fills the port's FIFO if it is empty; with nothing left to send, the port need not ask. Changes EAX, ECX, RDX, RSI, EDI.
  a.func(sendMore, () => {
    const next = new Label();
    const idle = new Label();
    const end = new Label();
    a.mov(dx, register.lineStatus);
    a.in(al, dx);
    a.test(al, THRE);
    a.jz(end);
    a.lea(rsi, m(said));
    a.mov(edi, fifoBytes);
    a.here(next);
    a.movzx(ecx, w(saidOut));
    a.cmp(cx, w(saidIn));
    a.je(idle);
    a.and(ecx, saidBytes - 1);
    a.mov(al, b(rsi, rcx));
    a.mov(dx, register.data);
    a.out(dx, al);
    a.inc(w(saidOut));
    a.dec(edi);
    a.jnz(next);
    a.here(end);
    a.ret();
    a.here(idle);
    output(a, register.interruptEnable, ERBFI);
    a.ret();
  });

  a.func(serialFlush, () => {
    const wait = new Label();
    a.pushfq();
    a.cli();
    a.here(wait);
    a.call(sendMore);
    a.mov(cx, w(saidIn));
    a.cmp(cx, w(saidOut));
    a.jne(wait);
    a.mov(dx, register.lineStatus);
    a.in(al, dx);
    a.test(al, TEMT);
    a.jz(wait);
    a.popfq();
    a.ret();
  });

  // Goes on until the port asks for nothing: the interrupt controller sees only the line's rise, so it must have fallen.
  a.func(serialService, () => {
    const again = new Label();
    const received = new Label();
    const send = new Label();
    const end = new Label();
    a.here(again);
    a.mov(dx, register.interruptIdentification);
    a.in(al, dx);
    a.test(al, noInterruptPending);
    a.jnz(end);
    a.here(received);
    a.mov(dx, register.lineStatus);
    a.in(al, dx);
    a.test(al, dataReady);
    a.jz(send);
    a.mov(dx, register.data);
    a.in(al, dx);
    a.movzx(ecx, b(typedIn));
    a.inc(cl);
    a.cmp(cl, b(typedOut)); // full: the byte is lost, as on any terminal that types faster than anyone reads
    a.je(received);
    a.xchg(b(typedIn), cl);
    a.lea(rdx, m(typed));
    a.mov(b(rdx, rcx), al);
    a.jmp(received);
    a.here(send);
    a.call(sendMore);
    a.jmp(again);
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

function output(a: Assembler, port: number, value: number): void {
  a.macro(output, () => {
    a.mov(dx, port);
    a.mov(al, value);
    a.out(dx, al);
  });
}
