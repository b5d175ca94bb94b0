import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { Memory } from "../memory.ts";
import { AcpiPm } from "./acpi-pm.ts";
import { HostBridge } from "./i440fx.ts";
import { BusMaster } from "./ide-bus-master.ts";
import { type Bar, PciBus, PciFunction } from "./pci.ts";
import { IdeFunction, IsaBridge } from "./piix.ts";

const MiB = 1 << 20;

class Card extends PciFunction {
  constructor(bus: Bus, bars: Record<number, Bar>, name = "card") {
    super({ name, vendor: 0x1234, device: 0x5678, class: 0xff_0000, interruptPin: 1, bars }, bus);
  }
  want(high: boolean): void {
    this.setInterrupt(high);
  }
}

function machine() {
  const errors: string[] = [];
  const log = new Log(["guest_errors"], (line) => errors.push(line));
  const bus = new Bus(log);
  const clock = new Clock();
  const memory = new Memory({ ramBytes: 4 * MiB, firmware: new Uint8Array(0x4_0000).fill(0xf4), bus });
  const irqs = new Map<number, boolean>();
  const line = (irq: number) => ({ set: (high: boolean) => void irqs.set(irq, high) });
  const events: string[] = [];
  const reset: number[] = [];
  const resetControl = { readPort: () => 0x5a, writePort: (_: number, value: number) => void reset.push(value) };
  const isa = new IsaBridge({ bus, line });
  const pci = new PciBus({ bus, log, resetControl, route: (wire) => isa.wire(wire) });
  const host = new HostBridge({ bus, memory });
  const pm = new AcpiPm({ bus, clock, log, line: line(9), powerOff: () => events.push("off") });
  pci.plug(0, 0, host);
  pci.plug(1, 0, isa);
  pci.plug(1, 1, new IdeFunction({ bus, engines: [new BusMaster("bm.0", memory), new BusMaster("bm.1", memory)] }));
  pci.plug(1, 3, pm);
  const at = (device: number, number: number, register: number) =>
    bus.writePort(0xcf8, 4, (0x8000_0000 | (device << 11) | (number << 8) | (register & 0xfc)) >>> 0);
  return {
    ...{ errors, log, bus, clock, memory, irqs, events, reset, isa, pci, host, pm },
    read(device: number, number: number, register: number, size: 1 | 2 | 4 = 4) {
      at(device, number, register);
      return bus.readPort(0xcfc + (register & 3), size);
    },
    write(device: number, number: number, register: number, size: 1 | 2 | 4, value: number) {
      at(device, number, register);
      bus.writePort(0xcfc + (register & 3), size, value);
    },
  };
}

describe("configuration mechanism #1", () => {
  test("finds the chipset, and all ones elsewhere", () => {
    const m = machine();
    assert.equal(m.read(0, 0, 0), 0x1237_8086);
    assert.equal(m.read(1, 0, 0), 0x7000_8086);
    assert.equal(m.read(1, 1, 0), 0x7010_8086);
    assert.equal(m.read(1, 3, 0), 0x7113_8086);
    assert.equal(m.read(1, 2, 0), 0xffff_ffff);
    assert.equal(m.read(2, 0, 0), 0xffff_ffff);
    m.bus.writePort(0xcf8, 4, 0x8001_0000);
    assert.equal(m.bus.readPort(0xcfc, 4), 0xffff_ffff, "bus 1");
    assert.equal(m.read(1, 0, 0x0e, 1), 0x80, "function 0 of several");
    assert.equal(m.read(0, 0, 0x0e, 1), 0);
    assert.equal(m.read(1, 1, 0x0a, 2), 0x0101);
    assert.deepEqual(m.errors, []);
  });

  test("the address takes only four bytes; the byte at 0xCF9 is the reset register", () => {
    const m = machine();
    m.bus.writePort(0xcf8, 4, 0xffff_ffff);
    assert.equal(m.bus.readPort(0xcf8, 4), 0x80ff_fffc);
    m.bus.writePort(0xcf8, 1, 0);
    m.bus.writePort(0xcfa, 2, 0);
    assert.equal(m.errors.length, 2);
    m.bus.writePort(0xcf9, 1, 6);
    assert.deepEqual(m.reset, [6]);
    assert.equal(m.bus.readPort(0xcf9, 1), 0x5a);
    assert.equal(m.bus.readPort(0xcf8, 4), 0x80ff_fffc);
    m.bus.writePort(0xcf8, 4, 0);
    assert.equal(m.bus.readPort(0xcfc, 4), 0xffff_ffff);
    assert.equal(m.errors.length, 3);
  });
});

describe("base address registers", () => {
  const ports = { readPort: () => 0x77, writePort() {} };
  const memory = (value: number) => ({ readMemory: () => value, writeMemory() {} });

  test("say their size, and answer where and when they are told", () => {
    const m = machine();
    const card = new Card(m.bus, {
      0: { space: "ports", size: 32, device: ports },
      1: { space: "memory", size: 4096, device: memory(1) },
      4: { space: "memory", size: 0x1_0000, device: memory(4), wide: true, prefetchable: true },
    });
    m.pci.plug(3, 0, card);
    for (const [register, size] of [
      [0x10, 0xffff_ffe1],
      [0x14, 0xffff_f000],
      [0x18, 0],
      [0x20, 0xffff_000c],
      [0x24, 0xffff_ffff],
    ] as const) {
      m.write(3, 0, register, 4, 0xffff_ffff);
      assert.equal(m.read(3, 0, register), size, register.toString(16));
    }
    m.write(3, 0, 0x10, 4, 0xc000);
    m.write(3, 0, 0x14, 4, 0xe000_0000);
    m.write(3, 0, 0x20, 4, 0x1_0000);
    m.write(3, 0, 0x24, 4, 2);
    assert.equal(m.bus.readPort(0xc000, 1), 0xff);
    m.write(3, 0, 4, 2, 3);
    assert.equal(m.bus.readPort(0xc000, 1), 0x77);
    assert.equal(m.bus.readPort(0xc01f, 1), 0x77);
    assert.equal(m.bus.readPort(0xc020, 1), 0xff);
    assert.equal(m.bus.readMemory(0xe000_0ffc, 4), 1);
    assert.equal(m.bus.readMemory(0x2_0001_0000, 4), 4);
    m.write(3, 0, 0x11, 1, 0xd0);
    assert.equal(m.bus.readPort(0xc000, 1), 0xff);
    assert.equal(m.bus.readPort(0xd000, 1), 0x77);
    m.write(3, 0, 4, 2, 2);
    assert.equal(m.bus.readPort(0xd000, 1), 0xff);
    assert.equal(m.bus.readMemory(0xe000_0000, 4), 1);
    card.reset();
    assert.equal(m.bus.readMemory(0xe000_0000, 4), 0xffff_ffff);
  });

  test("over ports or memory that somebody has, the guest's mistake harms nobody", () => {
    const m = machine();
    m.bus.claimPorts("fixed", 0xc008, 1, { readPort: () => 0x11, writePort() {} });
    const place = (device: number, name: string) => {
      const card = new Card(
        m.bus,
        { 0: { space: "ports", size: 16, device: ports }, 1: { space: "memory", size: 4096, device: memory(device) } },
        name,
      );
      m.pci.plug(device, 0, card);
      m.write(device, 0, 0x10, 4, 0xc000);
      m.write(device, 0, 0x14, 4, 0xe000_0000);
      m.write(device, 0, 4, 2, 3);
      return card;
    };
    const first = place(3, "one");
    place(4, "two");
    assert.equal(m.bus.readPort(0xc008, 1), 0x11);
    assert.equal(m.bus.readPort(0xc009, 1), 0x77);
    assert.equal(m.bus.readMemory(0xe000_0000, 4), 3);
    first.reset();
    assert.equal(m.bus.readPort(0xc009, 1), 0x77);
    assert.equal(m.bus.readMemory(0xe000_0000, 4), 4);
    m.write(4, 0, 4, 2, 0);
    assert.equal(m.bus.readPort(0xc009, 1), 0xff);
    assert.equal(m.bus.readPort(0xc008, 1), 0x11);
  });
});

test("pins lead to wires by slot, and wires to lines by PIRQRC; a line with several sources is their OR", () => {
  const m = machine();
  const cards = [3, 4, 7].map((slot) => {
    const card = new Card(m.bus, {}, `card ${slot}`);
    m.pci.plug(slot, 0, card);
    return card;
  });
  // Slot 3's INTA# is PIRQC#, slot 4's PIRQD#, slot 7's PIRQC# again.
  m.write(1, 0, 0x60, 4, 0x0b0a_0505);
  cards[0]!.want(true);
  assert.deepEqual([m.irqs.get(10), m.irqs.get(11), m.irqs.get(5)], [true, false, false]);
  assert.equal(m.read(3, 0, 6, 2) & 8, 8);
  cards[1]!.want(true);
  assert.equal(m.irqs.get(11), true);
  cards[2]!.want(true);
  cards[0]!.want(false);
  assert.equal(m.irqs.get(10), true);
  m.write(7, 0, 4, 2, 0x400);
  assert.equal(m.irqs.get(10), false, "interrupt disable");
  m.write(7, 0, 4, 2, 0);
  m.write(1, 0, 0x62, 1, 0x80);
  assert.equal(m.irqs.get(10), false, "not routed");
  m.write(1, 0, 0x62, 1, 0x0b);
  cards[1]!.want(false);
  assert.equal(m.irqs.get(11), true);
});

describe("shadow RAM (PAM)", () => {
  const load = (m: ReturnType<typeof machine>, at: number) => m.memory.load(at, 1);

  test("every mode of a block: ROM, RAM behind ROM, RAM that cannot be written, RAM", () => {
    const m = machine();
    assert.equal(load(m, 0xf_0000), 0xf4);
    m.memory.store(0xf_0000, 1, 1);
    assert.equal(load(m, 0xf_0000), 0xf4);
    m.write(0, 0, 0x59, 1, 0x20);
    m.memory.store(0xf_0000, 4, 0x0403_0201);
    m.memory.write(0xf_1000, Uint8Array.of(9, 8));
    assert.equal(load(m, 0xf_0000), 0xf4, "copied over itself");
    m.write(0, 0, 0x59, 1, 0x30);
    assert.equal(m.memory.load(0xf_0000, 4), 0x0403_0201);
    assert.equal(m.memory.load(0xf_1000, 2), 0x0809);
    m.memory.store(0xf_0000, 1, 0x55);
    m.write(0, 0, 0x59, 1, 0x10);
    m.memory.store(0xf_0000, 1, 0x66);
    assert.equal(load(m, 0xf_0000), 0x55);
    m.write(0, 0, 0x59, 1, 0x00);
    assert.equal(load(m, 0xf_0000), 0xf4);
    assert.equal(load(m, 0xffff_0000), 0xf4);
    m.write(0, 0, 0x59, 1, 0x30);
    assert.equal(load(m, 0xf_0000), 0x55);
    m.host.reset();
    assert.equal(load(m, 0xf_0000), 0xf4);
  });

  test("each nibble has its 16 KiB", () => {
    const m = machine();
    for (let register = 0x5a; register <= 0x5f; register++)
      for (const [nibble, mode] of [
        [0, 0x03],
        [1, 0x30],
      ] as const) {
        m.write(0, 0, register, 1, mode);
        const start = 0xc_0000 + ((register - 0x5a) * 2 + nibble) * 0x4000;
        for (const [at, isRam] of [
          [start - 1, false],
          [start, true],
          [start + 0x3fff, true],
          [start + 0x4000, false],
        ] as const) {
          if (at < 0xc_0000) continue;
          const before = load(m, at);
          m.memory.store(at, 1, before ^ 0xff);
          assert.equal(load(m, at) !== before, isRam, at.toString(16));
        }
        m.write(0, 0, register, 1, 0);
      }
  });

  test("a snapshot holds both sides", () => {
    const m = machine();
    m.write(0, 0, 0x59, 1, 0x30);
    m.memory.store(0xf_0000, 1, 0x42);
    m.write(0, 0, 0x59, 1, 0x20);
    m.write(0, 0, 0x5a, 1, 0x33);
    m.memory.store(0xc_0000, 1, 0x43);
    const copy = machine();
    copy.memory.restore(m.memory.save());
    copy.host.restore(m.host.save());
    assert.equal(load(copy, 0xf_0000), 0xf4);
    assert.equal(load(copy, 0xc_0000), 0x43);
    copy.memory.store(0xc_0000, 1, 0x44);
    assert.equal(load(copy, 0xc_0000), 0x44);
    copy.write(0, 0, 0x59, 1, 0x30);
    assert.equal(load(copy, 0xf_0000), 0x42);
  });
});

describe("power management", () => {
  const on = () => {
    const m = machine();
    for (const each of [m.isa, m.pci, m.host, m.pm]) each.reset();
    m.write(1, 3, 0x40, 4, 0xb001);
    m.write(1, 3, 0x80, 1, 1);
    return m;
  };

  test("answers at PMBA when it is switched on", () => {
    const m = machine();
    m.write(1, 3, 0x40, 4, 0xb000);
    assert.equal(m.read(1, 3, 0x40), 0xb001);
    assert.equal(m.bus.readPort(0xb004, 2), 0xffff);
    m.write(1, 3, 0x80, 1, 1);
    assert.equal(m.bus.readPort(0xb004, 2), 0);
  });

  test("soft off", () => {
    const m = on();
    m.bus.writePort(0xb004, 2, 0x0400 | 0x2000);
    assert.deepEqual(m.events, []);
    assert.match(m.errors.at(-1)!, /sleep type 1/);
    m.bus.writePort(0xb004, 2, 0x2000);
    assert.deepEqual(m.events, ["off"]);
    assert.equal(m.bus.readPort(0xb004, 2), 0);
  });

  test("the timer counts 3.579545 MHz in 24 bits, and its top bit turning is an event", () => {
    const m = on();
    m.clock.advanceTo(1e9);
    assert.equal(m.bus.readPort(0xb008, 4), 3_579_545);
    m.clock.advanceTo(5e9);
    assert.equal(m.bus.readPort(0xb008, 4), (5 * 3_579_545) % 2 ** 24);
    assert.equal(m.bus.readPort(0xb000, 2) & 1, 1);
    assert.equal(m.irqs.get(9), false);
    m.bus.writePort(0xb000, 2, 1);
    assert.equal(m.bus.readPort(0xb000, 2) & 1, 0);
    m.bus.writePort(0xb002, 2, 1);
    m.bus.writePort(0xb2, 1, 0xf1);
    assert.equal(m.bus.readPort(0xb004, 2) & 1, 1);
    m.clock.advanceTo(8e9);
    assert.equal(m.irqs.get(9), true);
    m.bus.writePort(0xb000, 2, 1);
    assert.equal(m.irqs.get(9), false);
  });
});
