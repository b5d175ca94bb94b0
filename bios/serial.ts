/**
 * Serial ports: finding them, and INT 14h.
 *
 * A PC has up to four 16550-compatible UARTs at customary addresses. Nothing lists them; one looks whether the interrupt
 * enable register keeps what is written to it. (PC16550D data sheet)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cs, cx, di, dx, ecx, si } from "../emulator/isa/registers.ts";
import { frame, service } from "./frame.ts";
import { bda } from "./layout.ts";

/** Registers, from the port's base. */
const uart = {
  data: 0,
  interruptEnable: 1,
  fifoControl: 2,
  lineControl: 3,
  modemControl: 4,
  lineStatus: 5,
  modemStatus: 6,
};
const lineStatus = { dataReady: 0x01, holdingEmpty: 0x20, timeOut: 0x80 } as const;
const DIVISOR_LATCH = 0x80;
const EIGHT_BITS = 0x03;
const DTR_RTS = 0x03;

/** Self-test: fills the BDA's table, sets every port to 115200 baud, 8N1. */
export const findSerialPorts = new Label("findSerialPorts");
/** Sends AL to the first serial port, if there is one. All registers kept. */
export const serialPutChar = new Label("serialPutChar");
export const int14 = new Label("int14");

const candidates = new Label("serialCandidates");
const divisors = new Label("serialDivisors");
const sendByte = new Label("serialSendByte");
const waitForStatus = new Label("serialWaitForStatus");

export function serial(a: Assembler): void {
  a.func(findSerialPorts, () => {
    a.mov(si, candidates);
    a.mov(di, bda.comPorts);
    a.mov(cx, 4);
    const next = a.here();
    const absent = new Label();
    a.seg(cs).lodsw();
    a.mov(dx, ax);
    a.add(dx, uart.interruptEnable);
    a.mov(al, 0x0f);
    a.out(dx, al);
    a.in(al, dx);
    a.cmp(al, 0x0f);
    a.jne(absent);
    a.xor(al, al);
    a.out(dx, al);
    a.in(al, dx);
    a.test(al, al);
    a.jnz(absent);
    a.sub(dx, uart.interruptEnable);
    a.mov(w(di), dx);
    a.add(di, 2);
    // 115200 baud: the clock of 1.8432 MHz divided by 16 and by one.
    for (const [register, value] of [
      [uart.lineControl, DIVISOR_LATCH | EIGHT_BITS],
      [uart.data, 1],
      [uart.interruptEnable, 0],
      [uart.lineControl, EIGHT_BITS],
      [uart.fifoControl, 0],
      [uart.modemControl, DTR_RTS],
    ] as const) {
      a.push(dx);
      a.add(dx, register);
      a.mov(al, value);
      a.out(dx, al);
      a.pop(dx);
    }
    a.here(absent);
    a.loop(next);
    // Equipment bits 11:9: how many.
    a.sub(di, bda.comPorts);
    a.shl(di, 9 - 1);
    a.or(w(bda.equipment), di);
    a.mov(w(bda.comTimeouts), 0x0a0a);
    a.mov(w(bda.comTimeouts + 2), 0x0a0a);
    a.ret();
  });
  a.object(candidates, () => a.dw(0x3f8, 0x2f8, 0x3e8, 0x2e8));

  a.func(serialPutChar, () => {
    const none = new Label();
    a.push(ax);
    a.push(dx);
    a.push(si);
    a.xor(si, si);
    a.mov(dx, w(bda.comPorts));
    a.test(dx, dx);
    a.jz(none);
    a.call(sendByte);
    a.here(none);
    a.pop(si);
    a.pop(dx);
    a.pop(ax);
    a.ret();
  });

  // DX: port, SI: its number, AL: byte → AL: line status, bit 7 set when the byte could not be sent.
  a.func(sendByte, () => {
    const timedOut = new Label();
    a.push(cx);
    a.mov(cl, al);
    a.mov(ah, lineStatus.holdingEmpty);
    a.call(waitForStatus);
    a.jc(timedOut);
    a.xchg(al, cl);
    a.out(dx, al);
    a.mov(al, cl);
    a.here(timedOut);
    a.pop(cx);
    a.ret();
  });

  // DX: port, SI: its number, AH: bits of the line status, one of which is awaited → AL: line status; CF and bit 7 of AL
  // when it did not come. The time-out is the port's byte in the BDA times 65536 looks, each about a microsecond.
  a.func(waitForStatus, () => {
    const found = new Label();
    const done = new Label();
    a.push(ecx);
    a.movzx(ecx, b(si, bda.comTimeouts));
    a.shl(ecx, 16);
    a.push(dx);
    a.add(dx, uart.lineStatus);
    const look = a.here();
    a.in(al, dx);
    a.test(al, ah);
    a.jnz(found);
    a.dec(ecx);
    a.jg(look);
    a.or(al, lineStatus.timeOut);
    a.stc();
    a.jmp(done);
    a.here(found);
    a.and(al, 0xff & ~lineStatus.timeOut);
    a.here(done);
    a.pop(dx);
    a.pop(ecx);
    a.ret();
  });

  const initialise = new Label("serialInitialise");
  const send = new Label("serialSend");
  const receive = new Label("serialReceive");
  const status = new Label("serialStatus");
  const unknown = new Label("serialUnknown");

  // INT 14h: DX is the port's number, 0–3. Without such a port, the answer is "timed out".
  service(
    a,
    int14,
    [
      [0x00, initialise],
      [0x01, send],
      [0x02, receive],
      [0x03, status],
    ],
    unknown,
  );

  /** The common beginning: SI = number, DX = port; or an early return from the service. */
  const port = (body: () => void) => {
    a.sti();
    a.cmp(dx, 4);
    a.jae(unknown);
    a.mov(si, dx);
    a.add(si, si);
    a.mov(dx, w(si, bda.comPorts));
    a.shr(si, 1);
    a.test(dx, dx);
    a.jz(unknown);
    body();
    a.ret();
  };
  /** Line status into AH, modem status into AL. */
  const bothStatuses = () => {
    a.add(dx, uart.lineStatus);
    a.in(al, dx);
    a.mov(frame.ah, al);
    a.inc(dx);
    a.in(al, dx);
    a.mov(frame.al, al);
  };

  // AL: 7:5 speed, 4:3 parity, 2 stop bits, 1:0 length; the last five are just the line control register's.
  a.func(initialise, () =>
    port(() => {
      a.mov(bl, al);
      a.and(al, 0x1f);
      a.mov(bh, al);
      a.shr(bl, 5);
      a.push(bx);
      a.xor(bh, bh);
      a.add(bx, bx);
      a.mov(cx, w(cs, bx, divisors));
      a.pop(bx);
      a.add(dx, uart.lineControl);
      a.mov(al, bh);
      a.or(al, DIVISOR_LATCH);
      a.out(dx, al);
      a.sub(dx, uart.lineControl);
      a.mov(al, cl);
      a.out(dx, al);
      a.inc(dx);
      a.mov(al, ch);
      a.out(dx, al);
      a.add(dx, uart.lineControl - 1);
      a.mov(al, bh);
      a.out(dx, al);
      a.sub(dx, uart.lineControl - uart.interruptEnable);
      a.xor(al, al);
      a.out(dx, al);
      a.dec(dx);
      bothStatuses();
    }),
  );
  // 110, 150, 300, 600, 1200, 2400, 4800, 9600 baud.
  a.object(divisors, () => a.dw(1047, 768, 384, 192, 96, 48, 24, 12));

  const raiseModemLines = () => {
    a.push(ax);
    a.add(dx, uart.modemControl);
    a.mov(al, DTR_RTS);
    a.out(dx, al);
    a.sub(dx, uart.modemControl);
    a.pop(ax);
  };

  a.func(send, () =>
    port(() => {
      raiseModemLines();
      a.call(sendByte);
      a.mov(frame.ah, al);
    }),
  );

  a.func(receive, () =>
    port(() => {
      const timedOut = new Label();
      raiseModemLines();
      a.mov(ah, lineStatus.dataReady);
      a.call(waitForStatus);
      a.mov(frame.ah, al);
      a.jc(timedOut);
      a.and(frame.ah, 0x1e);
      a.in(al, dx);
      a.mov(frame.al, al);
      a.here(timedOut);
    }),
  );

  a.func(status, () => port(bothStatuses));

  a.func(unknown, () => {
    a.mov(frame.ah, lineStatus.timeOut);
    a.ret();
  });
}
