import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { Uart } from "./uart.ts";

const BASE = 0x3f8;
const [RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
/** 8N1 at 115,200 baud: ten bits, in cycles, rounded up. */
const bytes = (n: number) => Math.ceil((n * 10 * 1e9) / 115_200);
const BYTE = bytes(1);

function port({ crystal }: { crystal?: number } = {}) {
  const errors: string[] = [];
  const log = new Log(["guest_errors"], (line) => errors.push(line));
  const bus = new Bus(log);
  const clock = new Clock();
  const sent: number[] = [];
  const breaks: boolean[] = [];
  const pin = { high: false };
  const uart = new Uart({
    name: "com1",
    bus,
    base: BASE,
    line: { set: (high) => (pin.high = high) },
    clock,
    log,
    host: { transmit: (byte) => sent.push(byte), breakSent: (on) => breaks.push(on) },
    ...(crystal === undefined ? {} : { crystal }),
  });
  const out = (register: number, ...values: number[]) => {
    for (const value of values) bus.writePort(BASE + register, 1, value);
  };
  const read = (register: number) => bus.readPort(BASE + register, 1);
  const wait = (cycles: number) => clock.advanceTo(clock.now + cycles);
  const program = ({ fcr = 0, ier = 0, mcr = 0x0b, lcr = 3 } = {}) => {
    out(LCR, 0x80);
    out(RBR, 1);
    out(IER, 0);
    out(LCR, lcr);
    out(IIR, fcr);
    out(MCR, mcr);
    out(IER, ier);
  };
  return { uart, clock, sent, breaks, pin, errors, out, read, wait, program };
}

test("a byte reaches the host after its start, data and stop bits, and TEMT says when", () => {
  const { sent, out, read, wait, program } = port();
  program();
  assert.equal(read(LSR), 0x60);
  out(RBR, 0x41);
  assert.equal(read(LSR), 0x20, "THR is empty again, the shift register is not");
  wait(BYTE - 1);
  assert.deepEqual(sent, []);
  wait(1);
  assert.deepEqual(sent, [0x41]);
  assert.equal(read(LSR), 0x60);
});

test("byte times follow divisor, word length, parity and stop bits", () => {
  const cases: [divisor: number, lcr: number, bits: number][] = [
    [1, 0x03, 10],
    [12, 0x03, 10],
    [1, 0x1f, 12], // 8E2
    [3, 0x0a, 10], // 7O1
    [1, 0x04, 7.5], // 5N1.5
    [0x180, 0x03, 10],
  ];
  for (const [divisor, lcr, bits] of cases) {
    const { sent, out, wait, program } = port();
    program();
    out(LCR, 0x80);
    out(RBR, divisor & 0xff);
    out(IER, divisor >> 8);
    out(LCR, lcr);
    out(RBR, 0x15);
    const time = Math.ceil((bits * 16 * divisor * 1e9) / 1_843_200);
    wait(time - 1);
    assert.deepEqual(sent, []);
    wait(1);
    assert.deepEqual(sent, [0x15]);
  }
});

test("a faster crystal makes byte times shorter", () => {
  const { sent, out, wait, program } = port({ crystal: 1_843_200 * 4 });
  program();
  out(RBR, 1);
  wait(Math.ceil(BYTE / 4));
  assert.deepEqual(sent, [1]);
});

test("sixteen bytes wait in the FIFO behind the one that is sent, and leave back to back without drift", () => {
  const { sent, out, read, wait, program, errors } = port();
  program({ fcr: 0x01 });
  for (let i = 0; i < 17; i++) out(RBR, i);
  assert.equal(read(LSR) & 0x60, 0);
  assert.equal(errors.length, 0);
  out(RBR, 99);
  assert.equal(errors.length, 1, "the eighteenth is lost, and the log says so");
  wait(bytes(17) - 1);
  assert.equal(sent.length, 16);
  wait(1);
  assert.deepEqual(
    sent,
    Array.from({ length: 17 }, (_, i) => i),
  );
});

test("without FIFOs the holding register is one byte, and a second write replaces it", () => {
  const { sent, out, wait, program } = port();
  program();
  out(RBR, 1, 2, 3);
  wait(3 * BYTE);
  assert.deepEqual(sent, [1, 3]);
});

test("drain hands over everything at once, for a machine that stops", () => {
  const { uart, sent, out, read, program } = port();
  program({ fcr: 1 });
  out(RBR, 1, 2, 3);
  uart.drain();
  assert.deepEqual(sent, [1, 2, 3]);
  assert.equal(read(LSR), 0x60);
});

test("the THRE interrupt comes when enabled, ends with the read of IIR or a write, and returns when THR is empty", () => {
  const { pin, out, read, wait, program } = port();
  program({ ier: 0x02 });
  assert.equal(pin.high, true);
  assert.equal(read(IIR), 0x02);
  assert.equal(pin.high, false);
  assert.equal(read(IIR), 0x01);
  out(RBR, 1, 2);
  assert.equal(pin.high, false);
  wait(BYTE);
  assert.equal(pin.high, true);
  out(RBR, 3);
  assert.equal(pin.high, false);
  wait(BYTE);
  out(IER, 0x00);
  assert.equal(pin.high, false);
  out(IER, 0x02);
  assert.equal(pin.high, true);
});

test("with FIFOs the THRE interrupt waits until the last byte has left for the shift register", () => {
  const { pin, out, wait, program } = port();
  program({ fcr: 1, ier: 0x02 });
  out(RBR, 1, 2, 3);
  wait(BYTE);
  assert.equal(pin.high, false, "3 is still in the FIFO");
  wait(BYTE);
  assert.equal(pin.high, true);
});

test("interrupts reach the line only through MCR.OUT2, and the log tells once what is held back", () => {
  const { pin, out, program, errors } = port();
  program({ ier: 0x02, mcr: 0x03 });
  assert.equal(pin.high, false);
  assert.deepEqual(errors, ["guest_errors: uart.com1: an interrupt is held back, because MCR.OUT2 is not set"]);
  out(IER, 0x03);
  assert.equal(errors.length, 1);
  out(MCR, 0x0b);
  assert.equal(pin.high, true);
});

test("bytes from the host arrive one per byte time, and wait while the guest does not read", () => {
  const { uart, read, wait, program } = port();
  program();
  uart.receive([1, 2, 3]);
  assert.equal(read(LSR) & 1, 0);
  wait(BYTE - 1);
  assert.equal(read(LSR) & 1, 0);
  wait(1);
  assert.equal(read(LSR) & 1, 1);
  wait(10 * BYTE);
  assert.equal(read(RBR), 1);
  assert.equal(read(LSR), 0x60, "no overrun, and the next byte needs its time");
  wait(BYTE);
  assert.equal(read(RBR), 2);
  assert.equal(uart.queued, 1);
  wait(BYTE);
  assert.equal(read(RBR), 3);
});

test("the FIFO announces data at its trigger level, less than that after four silent byte times", () => {
  for (const [code, level] of [1, 4, 8, 14].entries()) {
    const { uart, pin, read, wait, program } = port();
    program({ fcr: 0x01 | (code << 6), ier: 0x01 });
    uart.receive(Array(level).fill(0x55));
    wait(bytes(level) - 1);
    assert.equal(pin.high, false);
    wait(1);
    assert.equal(pin.high, true);
    assert.equal(read(IIR), 0xc4);
    read(RBR);
    if (level === 1) continue;
    assert.equal(pin.high, false);
    wait(bytes(4) - 2);
    assert.equal(pin.high, false);
    wait(2);
    assert.equal(read(IIR), 0xcc);
    read(RBR);
    assert.equal(pin.high, false, "a read ends the timeout");
    for (let i = 2; i < level; i++) read(RBR);
    wait(20 * BYTE);
    assert.equal(pin.high, false, "an empty FIFO times nothing out");
  }
});

test("seventeen bytes from the host fill the FIFO and wait with the seventeenth", () => {
  const { uart, read, wait, program } = port();
  program({ fcr: 0x01 });
  uart.receive(Array.from({ length: 17 }, (_, i) => i));
  wait(40 * BYTE);
  assert.equal(uart.queued, 1);
  for (let i = 0; i < 16; i++) assert.equal(read(RBR), i);
  wait(BYTE);
  assert.equal(read(RBR), 16);
});

test("line status comes before data, data before THRE, THRE before modem status", () => {
  const { uart, pin, out, read, wait, program } = port();
  program({ ier: 0x0f });
  uart.setModem({ cts: false, dsr: true, ri: false, dcd: true });
  uart.receiveBreak();
  wait(BYTE);
  assert.equal(read(IIR), 0x06);
  assert.equal(read(LSR), 0x79, "BI, FE, DR, THRE, TEMT");
  assert.equal(read(IIR), 0x04);
  assert.equal(read(RBR), 0);
  assert.equal(read(IIR), 0x02);
  assert.equal(read(IIR), 0x00);
  assert.equal(read(MSR), 0xa1);
  assert.equal(read(IIR), 0x01);
  assert.equal(pin.high, false);
  out(IER, 0);
});

test("MSR notes changes until it is read; RI only its end", () => {
  const { uart, read } = port();
  assert.equal(read(MSR), 0xb0);
  uart.setModem({ cts: true, dsr: true, ri: true, dcd: false });
  assert.equal(read(MSR), 0x78);
  uart.setModem({ cts: true, dsr: true, ri: false, dcd: false });
  assert.equal(read(MSR), 0x34);
  assert.equal(read(MSR), 0x30);
});

test("loopback returns bytes and modem outputs, and the host sees nothing of it", () => {
  const { sent, out, read, wait, program } = port();
  program({ mcr: 0x1e });
  read(MSR);
  out(RBR, 0xae);
  assert.equal(read(LSR) & 1, 1);
  assert.equal(read(RBR), 0xae);
  for (const [mcr, msr] of [
    [0x11, 0x20],
    [0x12, 0x10],
    [0x14, 0x40],
    [0x18, 0x80],
    [0x1f, 0xf0],
  ]) {
    out(MCR, mcr!);
    assert.equal(read(MSR) & 0xf0, msr);
  }
  wait(BYTE);
  assert.deepEqual(sent, []);
});

test("an overrun keeps the FIFO and sets OE; without FIFOs the new byte replaces the old", () => {
  const { out, read, program } = port();
  program({ mcr: 0x18, fcr: 1 });
  for (let i = 0; i < 17; i++) out(RBR, i);
  assert.equal(read(LSR) & 0x03, 0x03);
  assert.equal(read(LSR) & 0x03, 0x01);
  for (let i = 0; i < 16; i++) assert.equal(read(RBR), i);
  assert.equal(read(LSR) & 0x01, 0);
  out(IIR, 0);
  out(RBR, 1, 2);
  assert.equal(read(LSR) & 0x03, 0x03);
  assert.equal(read(RBR), 2);
});

test("an error shows when its character is at the top of the FIFO; LSR bit 7 tells earlier", () => {
  const { uart, read, wait, program } = port();
  program({ fcr: 1 });
  uart.receive([0x41]);
  uart.receiveBreak();
  wait(2 * BYTE);
  assert.equal(read(LSR), 0xe1);
  read(RBR);
  assert.equal(read(LSR), 0xf9);
  assert.equal(read(LSR), 0x61);
});

test("FCR clears FIFOs, and needs its enable bit for that", () => {
  const { uart, sent, out, read, wait, program } = port();
  program({ fcr: 1 });
  uart.receive([1, 2]);
  wait(2 * BYTE);
  out(IIR, 0x03);
  assert.equal(read(LSR) & 1, 0);
  out(RBR, 1, 2, 3);
  out(IIR, 0x05);
  assert.equal(read(LSR) & 0x60, 0x20);
  wait(3 * BYTE);
  assert.deepEqual(sent, [1]);
  uart.receive([1]);
  wait(BYTE);
  out(IIR, 0x00);
  assert.equal(read(LSR) & 1, 0, "switching FIFOs off empties them");
  assert.equal(read(IIR) & 0xc0, 0);
});

test("a break reaches the host, and bytes do not while it lasts", () => {
  const { sent, breaks, out, wait, program } = port();
  program();
  out(LCR, 0x43);
  out(RBR, 1);
  wait(BYTE);
  out(LCR, 0x03);
  out(RBR, 2);
  wait(BYTE);
  assert.deepEqual(breaks, [true, false]);
  assert.deepEqual(sent, [2]);
});

test("DLAB shows the divisor latch, SCR keeps a byte, unused bits of IER and MCR read as zero", () => {
  const { out, read } = port();
  out(LCR, 0x83);
  out(RBR, 0x34);
  out(IER, 0x12);
  assert.equal(read(RBR), 0x34);
  assert.equal(read(IER), 0x12);
  out(LCR, 3);
  out(IER, 0xff);
  out(MCR, 0xff);
  out(SCR, 0xa5);
  assert.equal(read(IER), 0x0f);
  assert.equal(read(MCR), 0x1f);
  assert.equal(read(SCR), 0xa5);
});

test("a restored port continues the byte on the wire and the input that waits", () => {
  const a = port();
  a.program({ fcr: 1 });
  a.out(RBR, 1, 2);
  a.uart.receive([3]);
  a.wait(100);
  const b = port();
  b.clock.restore(structuredClone(a.clock.save()));
  b.uart.restore(structuredClone(a.uart.save()));
  b.wait(2 * BYTE);
  assert.deepEqual(b.sent, [1, 2]);
  assert.equal(b.read(RBR), 3);
});

test("random accesses never throw, and reads are bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(7), fc.nat(255), fc.nat(3)), { minLength: 500, maxLength: 500 }), (steps) => {
      const { uart, out, read, wait } = port();
      for (const [register, value, what] of steps) {
        if (what === 0) uart.receive([value]);
        if (what === 1) wait(value * 10_000);
        out(register, value);
        const byte = read(register);
        assert.ok(Number.isInteger(byte) && byte >= 0 && byte <= 255);
      }
    }),
    { numRuns: 200 },
  );
});
