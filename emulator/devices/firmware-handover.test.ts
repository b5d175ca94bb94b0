import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { LocalApic } from "../cpu/apic.ts";
import { InterruptBus } from "../interrupt-bus.ts";
import { Log } from "../log.ts";
import { handOver } from "./firmware-handover.ts";
import { Pic } from "./pic.ts";
import { Pit } from "./pit.ts";
import { Uart } from "./uart.ts";
import { Vga } from "./vga.ts";

test("a kernel without firmware finds a text screen, a ticking timer and a serial port that speaks 8N1", () => {
  const errors: string[] = [];
  const log = new Log(["guest_errors"], (line) => errors.push(line));
  const bus = new Bus(log);
  const clock = new Clock();
  const pin = { high: false };
  const pic = new Pic({ bus, log, output: { set: (high) => (pin.high = high) } });
  new Pit({ bus, clock, log, line: pic.line(0) });
  const sent: number[] = [];
  const host = { transmit: (byte: number) => sent.push(byte) };
  new Uart({ name: "com1", bus, base: 0x3f8, line: pic.line(4), clock, log, host });
  const vga = new Vga({ bus, clock, log });
  const pins: string[] = [];
  const apic = new LocalApic({
    bus,
    clock,
    log,
    interrupts: new InterruptBus(),
    id: 0,
    core: {
      setInterruptRequest: (high) => pins.push(`INTR ${high}`),
      setNmi: () => pins.push("NMI"),
      setInit() {},
      startUp() {},
      timestamp: () => 0n,
      overlay() {},
    },
  });
  handOver(bus, [0x3f8]);
  assert.deepEqual(errors, []);

  pins.length = 0;
  apic.setPin(0, true);
  apic.setPin(1, true);
  assert.deepEqual(pins, ["INTR true", "NMI", "INTR true"]);
  assert.equal(apic.acknowledge(), null);

  bus.writeMemory(0xb8000, 2, 0x0748);
  assert.equal(vga.text()[0], "H");
  bus.writePort(0x3f8, 1, 0xe4);
  clock.advanceTo(100_000);
  assert.deepEqual(sent, [0xe4]);
  clock.advanceTo(60_000_000);
  assert.equal(pin.high, true);
  assert.equal(pic.acknowledge(), 0x08);
});
