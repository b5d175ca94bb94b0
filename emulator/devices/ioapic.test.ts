import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { LocalApic } from "../cpu/apic.ts";
import { ApicRegister } from "../cpu/apic-registers.ts";
import { InterruptBus } from "../interrupt-bus.ts";
import { Log } from "../log.ts";
import { IO_APIC, LOCAL_APIC } from "../map.ts";
import { IoApic } from "./ioapic.ts";

function machine() {
  const errors: string[] = [];
  const log = new Log(["guest_errors"], (line) => errors.push(line));
  const bus = new Bus(log);
  const interrupts = new InterruptBus();
  const core = {
    setInterruptRequest() {},
    setNmi: () => errors.push("NMI"),
    setInit() {},
    startUp() {},
    timestamp: () => 0n,
    overlay() {},
  };
  const apic = new LocalApic({ bus, clock: new Clock(), log, interrupts, core, id: 0 });
  const ioapic = new IoApic({ bus, log, interrupts });
  const local = (register: number, value: number) => bus.writeMemory(LOCAL_APIC + register, 4, value);
  local(ApicRegister.SVR, 0x1ff);
  return {
    ...{ errors, bus, apic, ioapic, local },
    read(register: number) {
      bus.writeMemory(IO_APIC, 4, register);
      return bus.readMemory(IO_APIC + 0x10, 4);
    },
    write(register: number, value: number) {
      bus.writeMemory(IO_APIC, 4, register);
      bus.writeMemory(IO_APIC + 0x10, 4, value);
    },
    /** The vector that waits, now in service; -1: none. */
    taken: () => {
      const vector = apic.acknowledge();
      return vector === 0xff ? -1 : vector;
    },
    end: () => local(ApicRegister.EOI, 0),
  };
}

test("after reset every entry is masked; ID and version", () => {
  const m = machine();
  assert.equal(m.read(1), 0x0017_0020);
  for (let entry = 0; entry < 24; entry++) assert.equal(m.read(0x10 + 2 * entry), 0x1_0000);
  m.write(0, 0xffff_ffff);
  assert.equal(m.read(0), 0x0f00_0000);
  m.write(0x3e, 0xffff_ffff);
  m.write(0x3f, 0xffff_ffff);
  assert.equal(m.read(0x3e), 0x1_afff);
  assert.equal(m.read(0x3f), 0xff00_0000);
  assert.deepEqual(m.errors, []);
  m.read(0x40);
  m.bus.readMemory(IO_APIC + 0x10, 1);
  m.bus.readMemory(IO_APIC + 0x20, 4);
  assert.equal(m.errors.length, 3);
});

test("an edge is one interrupt, and lost at a masked input", () => {
  const m = machine();
  const line = m.ioapic.input(4);
  line.set(true);
  m.write(0x18, 0x44);
  assert.equal(m.taken(), -1);
  line.set(false);
  line.set(true);
  assert.equal(m.taken(), 0x44);
  m.end();
  assert.equal(m.taken(), -1);
});

test("a level is sent until it is gone, once at a time, for any of its sources", () => {
  const m = machine();
  const [a, b] = [m.ioapic.input(10), m.ioapic.input(10)];
  a.set(true);
  m.write(0x24, 0x8000 | 0x5a);
  assert.equal(m.read(0x24), 0xc05a);
  b.set(true);
  assert.equal(m.taken(), 0x5a);
  assert.equal(m.taken(), -1);
  a.set(false);
  m.end();
  assert.equal(m.taken(), 0x5a, "the other source is still there");
  b.set(false);
  m.end();
  assert.equal(m.read(0x24), 0x805a);
  assert.equal(m.taken(), -1);
});

test("with EOI broadcasts suppressed, the EOI register ends a level", () => {
  const m = machine();
  const line = m.ioapic.input(11);
  m.local(ApicRegister.SVR, 0x11ff);
  m.write(0x26, 0x8000 | 0x60);
  line.set(true);
  assert.equal(m.taken(), 0x60);
  m.end();
  assert.equal(m.taken(), -1);
  m.bus.writeMemory(IO_APIC + 0x40, 4, 0x60);
  assert.equal(m.taken(), 0x60);
});

test("destinations and modes are the message's; a level without destination waits for one", () => {
  const m = machine();
  m.local(ApicRegister.LDR, 0x0200_0000);
  const line = m.ioapic.input(3);
  m.write(0x17, 0x0100_0000);
  m.write(0x16, 0x8000 | 0x70);
  line.set(true);
  assert.equal(m.read(0x16), 0x8070);
  m.write(0x17, 0x0200_0000);
  m.write(0x16, 0x8900 | 0x70);
  assert.equal(m.taken(), 0x70);
  m.write(0x1b, 0);
  m.write(0x1a, 0x400);
  m.ioapic.input(5).set(true);
  assert.deepEqual(m.errors, ["NMI"]);
});

test("a level that no APIC took is sent again when one is switched on, or answers to another destination", () => {
  const m = machine();
  m.local(ApicRegister.SVR, 0xff);
  m.write(0x27, 0x0200_0000);
  m.write(0x26, 0x8800 | 0x61);
  m.ioapic.input(11).set(true);
  m.local(ApicRegister.SVR, 0x1ff);
  assert.equal(m.taken(), -1);
  m.local(ApicRegister.LDR, 0x0200_0000);
  assert.equal(m.taken(), 0x61);
  m.local(ApicRegister.SVR, 0xff);
  m.end();
  assert.equal(m.read(0x26), 0x8861);
  m.local(ApicRegister.SVR, 0x1ff);
  assert.equal(m.taken(), 0x61);
});

test("a snapshot restores table and levels", () => {
  const m = machine();
  const line = m.ioapic.input(9);
  m.write(0x22, 0x8055);
  line.set(true);
  m.taken();
  const copy = machine();
  const copied = copy.ioapic.input(9);
  copy.apic.restore(m.apic.save());
  copy.ioapic.restore(m.ioapic.save());
  copy.end();
  assert.equal(copy.taken(), 0x55);
  copied.set(false);
  copy.end();
  assert.equal(copy.taken(), -1);
});
