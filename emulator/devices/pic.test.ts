import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Log } from "../log.ts";
import { Pic } from "./pic.ts";

const MASTER = 0x20;
const SLAVE = 0xa0;

function pc(lines: number[] = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
  const log = new Log();
  const bus = new Bus(log);
  const pin = { high: false };
  const pic = new Pic({ bus, log, output: { set: (high) => (pin.high = high) } });
  const irq: Record<number, { set(high: boolean): void }> = {};
  for (const n of lines) irq[n] = pic.line(n);
  const out = (port: number, ...values: number[]) => {
    for (const value of values) bus.writePort(port, 1, value);
  };
  const program = ({ icw1 = 0x11, icw4 = 0x01 } = {}) => {
    out(MASTER, icw1);
    out(MASTER + 1, 0x20, 4, icw4);
    out(SLAVE, icw1);
    out(SLAVE + 1, 0x28, 2, icw4);
  };
  const isr = (port: number) => {
    out(port, 0x0b);
    return bus.readPort(port, 1);
  };
  const irr = (port: number) => {
    out(port, 0x0a);
    return bus.readPort(port, 1);
  };
  const pulse = (n: number) => {
    irq[n]!.set(false);
    irq[n]!.set(true);
  };
  return { bus, pic, irq, pin, out, program, isr, irr, pulse };
}

test("an edge raises INT; the acknowledge gives ICW2's base plus the level and puts it in service", () => {
  const { pic, irq, pin, program, isr, irr } = pc();
  program();
  irq[4]!.set(true);
  assert.equal(pin.high, true);
  assert.equal(irr(MASTER), 0x10);
  assert.equal(pic.acknowledge(), 0x24);
  assert.equal(pin.high, false);
  assert.equal(irr(MASTER), 0);
  assert.equal(isr(MASTER), 0x10);
});

test("requests of the slave come through the master's IR2 and need an EOI at both", () => {
  const { pic, irq, pin, out, program, isr, pulse } = pc();
  program();
  irq[14]!.set(true);
  assert.equal(pic.acknowledge(), 0x2e);
  assert.equal(isr(MASTER), 0x04);
  assert.equal(isr(SLAVE), 0x40);
  pulse(15);
  assert.equal(pin.high, false, "15 is below 14");
  out(SLAVE, 0x20);
  assert.equal(pin.high, false, "the master still serves its IR2");
  out(MASTER, 0x20);
  assert.equal(pin.high, true);
  assert.equal(pic.acknowledge(), 0x2f);
});

test("the EOI may come to the master first", () => {
  const { pic, pin, out, program, pulse } = pc();
  program();
  pulse(8);
  pic.acknowledge();
  pulse(12);
  out(MASTER, 0x20);
  assert.equal(pin.high, false);
  out(SLAVE, 0x20);
  assert.equal(pic.acknowledge(), 0x2c);
});

test("a higher level interrupts a lower one's service, an equal or lower one waits", () => {
  const { pic, pin, out, program, pulse } = pc();
  program();
  pulse(4);
  pic.acknowledge();
  pulse(5);
  pulse(4);
  assert.equal(pin.high, false);
  pulse(1);
  assert.equal(pic.acknowledge(), 0x21);
  out(MASTER, 0x20);
  assert.equal(pin.high, false);
  out(MASTER, 0x20);
  assert.equal(pic.acknowledge(), 0x24);
});

test("an edge input that stays high asks once; a level input asks for as long as it is high", () => {
  const { pic, irq, pin, out, program } = pc();
  program();
  out(0x4d0, 0x20);
  irq[4]!.set(true);
  pic.acknowledge();
  out(MASTER, 0x20);
  assert.equal(pin.high, false);
  irq[4]!.set(false);
  irq[5]!.set(true);
  pic.acknowledge();
  out(MASTER, 0x20);
  assert.equal(pin.high, true, "level");
  irq[5]!.set(false);
  assert.equal(pin.high, false);
});

test("LTIM makes all inputs levels", () => {
  const { pic, irq, pin, out, program } = pc();
  irq[3]!.set(true);
  program({ icw1: 0x19 });
  assert.equal(pin.high, true);
  pic.acknowledge();
  out(MASTER, 0x20);
  assert.equal(pin.high, true);
});

test("a request that goes away before the acknowledge gives the spurious vector and nothing is in service", () => {
  const { pic, irq, program, isr } = pc();
  program();
  irq[4]!.set(true);
  irq[4]!.set(false);
  assert.equal(pic.acknowledge(), 0x27);
  assert.equal(isr(MASTER), 0);
});

test("ELCR keeps timer, keyboard, cascade, clock and FPU edge-triggered", () => {
  const { bus, out } = pc();
  out(0x4d0, 0xff);
  out(0x4d1, 0xff);
  assert.equal(bus.readPort(0x4d0, 1), 0xf8);
  assert.equal(bus.readPort(0x4d1, 1), 0xde);
});

test("IMR masks without forgetting the request", () => {
  const { bus, irq, pin, out, program } = pc();
  program();
  out(MASTER + 1, 0x10);
  irq[4]!.set(true);
  assert.equal(pin.high, false);
  assert.equal(bus.readPort(MASTER + 1, 1), 0x10);
  out(MASTER + 1, 0);
  assert.equal(pin.high, true);
});

test("initialisation clears mask and service and demands a new edge", () => {
  const { irq, pin, out, program } = pc();
  program();
  irq[4]!.set(true);
  out(MASTER + 1, 0xff);
  program();
  assert.equal(pin.high, false);
  irq[4]!.set(false);
  irq[4]!.set(true);
  assert.equal(pin.high, true);
});

test("specific EOI ends the level it names, not the highest", () => {
  const { pic, program, out, isr, pulse } = pc();
  program();
  pulse(5);
  pic.acknowledge();
  pulse(3);
  pic.acknowledge();
  assert.equal(isr(MASTER), 0x28);
  out(MASTER, 0x60 | 5);
  assert.equal(isr(MASTER), 0x08);
});

test("rotate on non-specific EOI makes the served level the lowest", () => {
  const { pic, irq, program, out, pulse } = pc();
  program();
  pulse(4);
  pic.acknowledge();
  out(MASTER, 0xa0);
  pulse(4);
  pulse(5);
  assert.equal(pic.acknowledge(), 0x25);
  irq[5]!.set(false);
});

test("rotate on specific EOI and set priority choose the lowest level", () => {
  const { pic, program, out, pulse } = pc();
  program();
  out(MASTER, 0xc0 | 5);
  pulse(0);
  pulse(6);
  assert.equal(pic.acknowledge(), 0x26);
  out(MASTER, 0xe0 | 6);
  pulse(6);
  pulse(7);
  assert.equal(pic.acknowledge(), 0x27);
});

test("automatic EOI leaves nothing in service; with rotation it shares fairly", () => {
  const { pic, program, out, isr, pulse } = pc();
  program({ icw4: 0x03 });
  out(MASTER, 0x80);
  pulse(4);
  assert.equal(pic.acknowledge(), 0x24);
  assert.equal(isr(MASTER), 0);
  pulse(4);
  pulse(6);
  assert.equal(pic.acknowledge(), 0x26);
  out(MASTER, 0x00);
  assert.equal(pic.acknowledge(), 0x24);
});

test("two requests of a slave with automatic EOI both reach the edge-triggered master", () => {
  const { pic, pin, program, pulse } = pc();
  program({ icw4: 0x03 });
  pulse(8);
  pulse(9);
  assert.equal(pic.acknowledge(), 0x28);
  assert.equal(pin.high, true);
  assert.equal(pic.acknowledge(), 0x29);
  assert.equal(pin.high, false);
});

test("special mask mode lets lower levels in while a masked one is in service", () => {
  const { pic, pin, program, out, isr, pulse } = pc();
  program();
  pulse(3);
  pic.acknowledge();
  out(MASTER + 1, 0x08);
  pulse(6);
  assert.equal(pin.high, false);
  out(MASTER, 0x68);
  assert.equal(pin.high, true);
  assert.equal(pic.acknowledge(), 0x26);
  out(MASTER, 0x20);
  assert.equal(isr(MASTER), 0x08, "the non-specific EOI passes over the masked level");
  out(MASTER, 0x48);
  out(MASTER, 0x20);
  assert.equal(isr(MASTER), 0);
});

test("special fully nested mode lets the slave interrupt its own service, but nothing below it", () => {
  const { pic, pin, program, pulse } = pc();
  program({ icw4: 0x11 });
  pulse(12);
  assert.equal(pic.acknowledge(), 0x2c);
  pulse(3);
  assert.equal(pin.high, false);
  pulse(8);
  assert.equal(pin.high, true);
  assert.equal(pic.acknowledge(), 0x28);
});

test("poll mode acknowledges by a read", () => {
  const { bus, pin, program, out, isr, pulse } = pc();
  program();
  out(MASTER, 0x0c);
  assert.equal(bus.readPort(MASTER, 1), 0);
  pulse(5);
  out(MASTER, 0x0c);
  assert.equal(bus.readPort(MASTER, 1), 0x85);
  assert.equal(pin.high, false);
  assert.equal(isr(MASTER), 0x20);
  pulse(10);
  out(SLAVE, 0x0c);
  assert.equal(bus.readPort(SLAVE + 1, 1), 0x82, "either port");
});

test("sources that share a line are an OR", () => {
  const log = new Log();
  const bus = new Bus(log);
  let high = false;
  const pic = new Pic({ bus, log, output: { set: (h) => (high = h) } });
  const [a, b] = [pic.line(4), pic.line(4)];
  bus.writePort(0x4d0, 1, 0x10);
  a.set(true);
  b.set(true);
  a.set(false);
  assert.equal(high, true);
  b.set(false);
  assert.equal(high, false);
});

test("there is no line 2: the cascade is not a device's", () => {
  assert.throws(() => pc([2]));
});

test("a restored controller goes on where the saved one was", () => {
  const a = pc();
  a.program();
  a.irq[14]!.set(true);
  a.pic.acknowledge();
  a.irq[1]!.set(true);
  const b = pc();
  b.pic.restore(structuredClone(a.pic.save()));
  assert.equal(b.pin.high, true);
  assert.equal(b.pic.acknowledge(), 0x21);
  assert.equal(b.isr(SLAVE), 0x40);
  b.irq[14]!.set(true);
  assert.equal(b.irr(SLAVE), 0, "the line was high already");
});

test("whatever is written and raised, the controller answers with a vector of its own and its state stays in range", () => {
  const { bus, pic, irq, pin, program } = pc();
  program();
  const step = fc.tuple(
    fc.constantFrom(0x20, 0x21, 0xa0, 0xa1, 0x4d0, 0x4d1),
    fc.nat(255),
    fc.nat(15).filter((n) => n !== 2),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 500, maxLength: 500 }), (steps) => {
      for (const [port, value, n, high] of steps) {
        bus.writePort(port, 1, value);
        irq[n]!.set(high);
        assert.ok(bus.readPort(port, 1) <= 255);
        if (pin.high) {
          const vector = pic.acknowledge();
          assert.ok(vector >= 0 && vector <= 255);
        }
      }
    }),
    { numRuns: 200 },
  );
});
