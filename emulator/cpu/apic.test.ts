import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { DeliveryMode, InterruptBus } from "../interrupt-bus.ts";
import { Log } from "../log.ts";
import { LOCAL_APIC } from "../map.ts";
import { LocalApic } from "./apic.ts";
import { APIC_BSP, APIC_ENABLE, APIC_EXTD, ApicRegister } from "./apic-registers.ts";

const R = ApicRegister;
const MASKED = 0x1_0000;

/** An APIC alone, enabled by software unless `raw`. */
function apic({ raw = false } = {}) {
  const errors: string[] = [];
  const log = new Log(["guest_errors"], (line) => errors.push(line));
  const bus = new Bus(log);
  const clock = new Clock();
  const interrupts = new InterruptBus();
  const ends: number[] = [];
  interrupts.listen({ endOfInterrupt: (vector) => ends.push(vector), retry() {} });
  const core = { request: false, events: [] as string[], offset: 0n };
  const make = (name: string): LocalApic =>
    new LocalApic({
      bus,
      clock: name === "" ? clock : new Clock(),
      log,
      interrupts,
      id: name === "" ? 0 : 1,
      core: {
        setInterruptRequest: (high) => {
          if (name === "") core.request = high;
        },
        setNmi: () => core.events.push(`${name}NMI`),
        setInit: () => core.events.push(`${name}INIT`),
        startUp: (vector) => core.events.push(`${name}start-up ${vector}`),
        timestamp: () => BigInt(clock.now) + core.offset,
        overlay: (page, on) => core.events.push(`${on ? "page" : "no page"} ${page.toString(16)}`),
      },
    });
  const made = make("");
  const read = (offset: number) => bus.readMemory(LOCAL_APIC + offset, 4);
  const write = (offset: number, value: number) => bus.writeMemory(LOCAL_APIC + offset, 4, value);
  if (!raw) write(R.SVR, 0x1ff);
  core.events.length = 0;
  /** Vectors in the order in which they are served, each ended at once. */
  const served = () => {
    const vectors: (number | null)[] = [];
    while (core.request) {
      vectors.push(made.acknowledge());
      write(R.EOI, 0);
    }
    return vectors;
  };
  return { apic: made, other: () => make("other "), bus, clock, interrupts, ends, core, errors, read, write, served };
}

const send = (to: ReturnType<typeof apic>, ...vectors: number[]): void => {
  for (const vector of vectors) to.write(R.ICR_LOW, 0x4_4000 | vector);
};

test("after reset all is masked, and the BSP's page is at FEE00000H (10.4.7.1)", () => {
  const { apic: a, read, errors } = apic({ raw: true });
  assert.equal(a.base, BigInt(LOCAL_APIC) | APIC_BSP | APIC_ENABLE);
  assert.equal(read(R.ID), 0);
  assert.equal(read(R.VERSION) & 0xff, 0x15);
  assert.equal((read(R.VERSION) >> 16) & 0xff, 5);
  assert.equal(read(R.SVR), 0xff);
  assert.equal(read(R.DFR), 0xffff_ffff);
  for (const offset of [0x320, 0x330, 0x340, 0x350, 0x360, 0x370]) assert.equal(read(offset), MASKED);
  const zero = [R.TPR, R.APR, R.PPR, R.LDR, R.ESR, R.ICR_LOW, R.ICR_HIGH, R.INITIAL_COUNT, R.CURRENT_COUNT, R.DCR];
  for (const offset of zero) assert.equal(read(offset), 0);
  for (let offset = R.ISR; offset < R.ESR; offset += 16) assert.equal(read(offset), 0);
  assert.deepEqual(errors, []);
});

describe("priorities", () => {
  test("the highest class goes first; a class in service holds back its own and those below", () => {
    const on = apic();
    send(on, 0x31, 0x35, 0x52);
    assert.equal(on.apic.acknowledge(), 0x52);
    assert.equal(on.read(R.PPR), 0x50);
    assert.equal(on.core.request, false);
    send(on, 0x5f);
    assert.equal(on.core.request, false);
    send(on, 0x60);
    assert.equal(on.apic.acknowledge(), 0x60);
    assert.equal(on.read(R.ISR + 0x20), 1 << (0x52 - 0x40));
    assert.equal(on.read(R.ISR + 0x30), 1);
    assert.equal(on.read(R.IRR + 0x20), 0x8000_0000);
    on.write(R.EOI, 0);
    on.write(R.EOI, 0);
    assert.deepEqual(on.served(), [0x5f, 0x35, 0x31]);
  });

  test("TPR holds back its class and those below; CR8 is its upper half", () => {
    const on = apic();
    on.write(R.TPR, 0x4f);
    assert.equal(on.apic.cr8, 4n);
    assert.equal(on.read(R.PPR), 0x4f);
    send(on, 0x4f);
    assert.equal(on.core.request, false);
    send(on, 0x50);
    assert.equal(on.core.request, true);
    on.apic.cr8 = 5n;
    assert.equal(on.core.request, false);
    assert.equal(on.read(R.TPR), 0x50);
    on.apic.cr8 = 0n;
    assert.deepEqual(on.served(), [0x50, 0x4f]);
  });
});

describe("pins", () => {
  test("LINT0 as ExtINT passes the 8259s through, whatever TPR says; masked it does not", () => {
    const on = apic();
    on.write(R.LVT_LINT0, 0x700);
    on.write(R.TPR, 0xff);
    on.apic.setPin(0, true);
    assert.equal(on.core.request, true);
    assert.equal(on.apic.acknowledge(), null);
    on.write(R.LVT_LINT0, 0x700 | MASKED);
    assert.equal(on.core.request, false);
    on.write(R.LVT_LINT0, 0x700);
    on.apic.setPin(0, false);
    assert.equal(on.core.request, false);
  });

  test("an APIC's own vector goes before an ExtINT", () => {
    const on = apic();
    on.write(R.LVT_LINT0, 0x700);
    on.apic.setPin(0, true);
    send(on, 0x40);
    assert.equal(on.apic.acknowledge(), 0x40);
    assert.equal(on.apic.acknowledge(), null);
  });

  test("a fixed level pin asks again after EOI for as long as it is high", () => {
    const on = apic();
    on.write(R.LVT_LINT0, 0x8000 | 0x70);
    on.apic.setPin(0, true);
    assert.equal(on.read(R.LVT_LINT0), 0xc070);
    assert.equal(on.apic.acknowledge(), 0x70);
    on.write(R.EOI, 0);
    assert.equal(on.core.request, true);
    on.apic.acknowledge();
    on.apic.setPin(0, false);
    on.write(R.EOI, 0);
    assert.equal(on.core.request, false);
    assert.equal(on.read(R.LVT_LINT0), 0x8070);
    assert.deepEqual(on.ends, [0x70, 0x70]);
  });

  test("LINT1 is NMI when its entry says so, INIT likewise", () => {
    const on = apic();
    on.apic.setPin(1, true);
    on.apic.setPin(1, false);
    on.write(R.LVT_LINT1, 0x400);
    on.apic.setPin(1, true);
    on.apic.setPin(1, false);
    on.write(R.LVT_LINT1, 0x500);
    on.apic.setPin(1, true);
    assert.deepEqual(on.core.events, ["NMI", "INIT"]);
  });

  test("switched off in IA32_APIC_BASE, both pins lead to the core and the page is gone", () => {
    const on = apic();
    on.apic.setBase(BigInt(LOCAL_APIC) | APIC_BSP);
    on.apic.setPin(0, true);
    on.apic.setPin(1, true);
    assert.equal(on.core.request, true);
    assert.equal(on.apic.acknowledge(), null);
    assert.deepEqual(on.core.events, ["no page fee00000", "NMI"]);
    assert.equal(on.read(R.VERSION), 0xffff_ffff);
  });
});

describe("interprocessor interrupts", () => {
  test("by ID, by logical destination in both models, by shorthand", () => {
    const on = apic();
    const to = (destination: number, low: number) => {
      on.write(R.ICR_HIGH, destination * 2 ** 24);
      on.write(R.ICR_LOW, low);
      return on.served().length > 0;
    };
    assert.equal(to(0, 0x40), true);
    assert.equal(to(1, 0x40), false);
    assert.equal(to(0xff, 0x40), true);
    assert.equal(to(1, 0xc_4040), false);
    assert.equal(to(1, 0x8_4040), true);
    on.write(R.LDR, 0x0400_0000);
    assert.equal(to(0x04, 0x840), true);
    assert.equal(to(0x03, 0x840), false);
    on.write(R.DFR, 0x0fff_ffff);
    on.write(R.LDR, 0x2400_0000);
    assert.equal(to(0x24, 0x840), true);
    assert.equal(to(0x2c, 0x940), true);
    assert.equal(to(0x14, 0x840), false);
    assert.equal(on.read(R.ICR_LOW), 0x840);
  });

  test("NMI, INIT and start-up reach their processor; the old INIT de-assert nobody", () => {
    const on = apic();
    on.other();
    on.core.events.length = 0;
    on.write(R.ICR_HIGH, 0x0100_0000);
    on.write(R.ICR_LOW, 0xc500);
    on.write(R.ICR_LOW, 0x8500);
    on.write(R.ICR_LOW, 0x4609);
    on.write(R.ICR_HIGH, 0);
    on.write(R.ICR_LOW, 0x4400);
    assert.deepEqual(on.core.events, ["other INIT", "other start-up 9", "NMI"]);
  });

  test("what table 10-3 calls invalid is not sent", () => {
    const on = apic();
    on.write(R.ICR_LOW, 0x4_4400);
    on.write(R.ICR_LOW, 0x8_4500);
    on.write(R.ICR_LOW, 0x4700);
    assert.deepEqual(on.core.events, []);
    assert.equal(on.errors.length, 3);
  });

  test("lowest priority goes to the least busy processor", () => {
    const on = apic();
    const other = on.other();
    on.write(R.TPR, 0x20);
    // The second APIC is disabled by software and takes nothing: the message is lost with it.
    on.interrupts.send({
      destination: 0xff,
      logical: false,
      mode: DeliveryMode.lowestPriority,
      vector: 0x99,
      level: false,
    });
    assert.equal(other.priority, 0);
    assert.equal(on.core.request, false);
    other.cr8 = 3n;
    on.interrupts.send({
      destination: 0xff,
      logical: false,
      mode: DeliveryMode.lowestPriority,
      vector: 0x99,
      level: false,
    });
    assert.deepEqual(on.served(), [0x99]);
  });

  test("a message-signalled interrupt is a write to FEExxxxx", () => {
    const on = apic();
    on.interrupts.signal(LOCAL_APIC, 0x4055);
    on.interrupts.signal(LOCAL_APIC + 0x1000, 0x4056);
    on.interrupts.signal(0xfef0_0000, 0x4057);
    assert.deepEqual(on.served(), [0x55]);
  });
});

describe("errors", () => {
  test("illegal vectors and registers are collected in ESR, which shows them after a write, and raise one interrupt", () => {
    const on = apic();
    on.write(R.LVT_ERROR, 0xe0);
    on.write(R.ICR_LOW, 0x4_4005);
    on.write(R.ICR_LOW, 0x4_4005);
    assert.equal(on.read(R.ESR), 0);
    assert.deepEqual(on.served(), [0xe0]);
    on.interrupts.send({ destination: 0, logical: false, mode: 0, vector: 9, level: false });
    on.read(0x3f0);
    on.write(R.ESR, 0);
    assert.equal(on.read(R.ESR), 0xe0);
    on.write(R.ESR, 0);
    assert.equal(on.read(R.ESR), 0);
  });

  test("accesses that are not four bytes wide go to guest_errors, and change nothing", () => {
    const on = apic();
    on.bus.writeMemory(LOCAL_APIC + R.TPR, 1, 0x20);
    on.bus.writeMemory(LOCAL_APIC + R.TPR + 4, 4, 0x20);
    assert.equal(on.read(R.TPR), 0);
    assert.equal(on.bus.readMemory(LOCAL_APIC + R.VERSION, 1), 0x15);
    assert.equal(on.bus.readMemory(LOCAL_APIC + R.VERSION + 8, 4), 0);
    on.write(R.VERSION, 1);
    assert.equal(on.errors.length, 5);
  });
});

test("software-disabled, it takes no fixed interrupts, masks its table and keeps what waits (10.4.7.2)", () => {
  const on = apic();
  on.write(R.LVT_TIMER, 0x40);
  send(on, 0x41);
  on.write(R.SVR, 0xff);
  assert.equal(on.read(R.LVT_TIMER), MASKED | 0x40);
  on.write(R.LVT_TIMER, 0x40);
  assert.equal(on.read(R.LVT_TIMER), MASKED | 0x40);
  send(on, 0x42);
  on.interrupts.send({ destination: 0, logical: false, mode: DeliveryMode.nmi, vector: 0, level: false });
  assert.deepEqual(on.core.events, ["NMI"]);
  assert.deepEqual(on.served(), [0x41]);
});

describe("timer", () => {
  // The crystal has 25 MHz, the clock 1 GHz.
  test("one-shot: counts divided crystal ticks down to zero, once", () => {
    const on = apic();
    on.write(R.DCR, 0b1011);
    on.write(R.LVT_TIMER, 0x40);
    on.write(R.INITIAL_COUNT, 100);
    on.clock.advanceTo(39);
    assert.equal(on.read(R.CURRENT_COUNT), 100);
    on.clock.advanceTo(40 * 99);
    assert.equal(on.read(R.CURRENT_COUNT), 1);
    assert.equal(on.core.request, false);
    on.clock.advanceTo(40 * 100);
    assert.deepEqual(on.served(), [0x40]);
    assert.equal(on.read(R.CURRENT_COUNT), 0);
    on.clock.advanceTo(1e9);
    assert.equal(on.core.request, false);
  });

  test("every divisor", () => {
    for (const [dcr, divisor] of [
      [0, 2],
      [1, 4],
      [2, 8],
      [3, 16],
      [8, 32],
      [9, 64],
      [10, 128],
      [11, 1],
    ] as const) {
      const on = apic();
      on.write(R.DCR, dcr);
      on.write(R.INITIAL_COUNT, 1000);
      on.clock.advanceTo(40 * divisor * 10);
      assert.equal(on.read(R.CURRENT_COUNT), 990, `DCR ${dcr}`);
    }
  });

  test("periodic: an interrupt each time, without drift, until the count is 0; the count goes on while masked", () => {
    const on = apic();
    on.write(R.LVT_TIMER, 0x2_0040);
    on.write(R.INITIAL_COUNT, 50);
    const at: number[] = [];
    for (let cycle = 0; cycle <= 13_000; cycle += 10) {
      on.clock.advanceTo(cycle);
      if (on.served().length > 0) at.push(cycle);
    }
    assert.deepEqual(at, [4000, 8000, 12000]);
    on.write(R.LVT_TIMER, 0x3_0040);
    on.clock.advanceTo(16_000 + 80);
    assert.equal(on.read(R.CURRENT_COUNT), 49);
    assert.equal(on.clock.nextDeadline(), Number.POSITIVE_INFINITY);
    on.write(R.LVT_TIMER, 0x2_0040);
    on.clock.advanceTo(20_000);
    assert.deepEqual(on.served(), [0x40]);
    on.write(R.INITIAL_COUNT, 0);
    on.clock.advanceTo(40_000);
    assert.equal(on.core.request, false);
  });

  test("a periodic timer whose interrupt still waits leaves the clock alone", () => {
    const on = apic();
    on.write(R.DCR, 0b1011);
    on.write(R.LVT_TIMER, 0x2_0040);
    on.write(R.INITIAL_COUNT, 1);
    on.clock.advanceTo(40);
    assert.equal(on.clock.nextDeadline(), Number.POSITIVE_INFINITY);
    on.clock.advanceTo(90);
    assert.equal(on.apic.acknowledge(), 0x40);
    assert.equal(on.clock.nextDeadline(), 120);
  });

  test("TSC deadline: fires once when the time-stamp counter gets there; other registers are dead", () => {
    const on = apic();
    on.apic.tscDeadline = 5n;
    assert.equal(on.apic.tscDeadline, 0n);
    on.core.offset = 1000n;
    on.write(R.LVT_TIMER, 0x4_0041);
    on.write(R.INITIAL_COUNT, 7);
    assert.equal(on.read(R.INITIAL_COUNT), 0);
    on.apic.tscDeadline = 1500n;
    on.clock.advanceTo(499);
    assert.equal(on.core.request, false);
    assert.equal(on.apic.tscDeadline, 1500n);
    on.clock.advanceTo(500);
    assert.deepEqual(on.served(), [0x41]);
    assert.equal(on.apic.tscDeadline, 0n);
    on.apic.tscDeadline = 1n;
    on.clock.fireDue();
    assert.deepEqual(on.served(), [0x41]);
    on.apic.tscDeadline = 10_000n;
    on.core.offset = 9000n;
    on.apic.timestampChanged();
    assert.equal(on.clock.nextDeadline(), 1000);
    on.write(R.LVT_TIMER, 0x41);
    assert.equal(on.clock.nextDeadline(), Number.POSITIVE_INFINITY);
  });
});

describe("x2APIC", () => {
  const enter = () => {
    const on = apic();
    on.apic.setBase(on.apic.base | APIC_EXTD);
    return on;
  };
  const msr = (offset: number) => 0x800 + (offset >> 4);

  test("only the ways of figure 10-27 lead there and back", () => {
    const on = apic();
    const base = BigInt(LOCAL_APIC);
    const [off, xapic, x2apic] = [base, base | APIC_ENABLE, base | APIC_ENABLE | APIC_EXTD];
    const allowed = () => [off, xapic, x2apic, base | APIC_EXTD].map((value) => on.apic.allowsBase(value));
    assert.deepEqual(allowed(), [true, true, true, false]);
    on.apic.setBase(x2apic);
    assert.deepEqual(allowed(), [true, false, true, false]);
    on.apic.setBase(off);
    assert.deepEqual(allowed(), [true, true, false, false]);
  });

  test("registers are MSRs, and the page is gone", () => {
    const on = enter();
    assert.equal(on.apic.readMsr(msr(R.ID)), 0n);
    assert.equal(on.apic.readMsr(msr(R.LDR)), 1n);
    assert.equal(on.apic.readMsr(msr(R.SVR)), 0x1ffn);
    assert.equal(on.apic.writeMsr(msr(R.TPR), 0x30n), true);
    assert.equal(on.apic.cr8, 3n);
    assert.equal(on.read(R.TPR), 0xffff_ffff);
    for (const offset of [R.APR, R.DFR, R.ICR_HIGH, R.EOI, R.SELF_IPI, R.RRD, 0x2f0])
      assert.equal(on.apic.readMsr(msr(offset)), null, offset.toString(16));
  });

  test("reserved bits and read-only registers are refused", () => {
    const on = enter();
    for (const [offset, value] of [
      [R.TPR, 0x100n],
      [R.EOI, 1n],
      [R.ESR, 1n],
      [R.ID, 0n],
      [R.LDR, 0n],
      [R.ICR_LOW, 0x10_0000n],
      [R.DCR, 4n],
      [R.LVT_TIMER, 0x700n],
      [R.CURRENT_COUNT, 0n],
    ] as const)
      assert.equal(on.apic.writeMsr(msr(offset), value), false, offset.toString(16));
  });

  test("ICR has 64 bits, SELF IPI a register of its own, destinations 32 bits", () => {
    const on = enter();
    const sent = (icr: bigint): boolean => {
      assert.equal(on.apic.writeMsr(msr(R.ICR_LOW), icr), true);
      const seen = on.core.request;
      if (seen) on.apic.acknowledge();
      on.apic.writeMsr(msr(R.EOI), 0n);
      return seen;
    };
    assert.equal(sent(0x40n), true);
    assert.equal(sent((0xffn << 32n) | 0x40n), false);
    assert.equal(sent((0xffff_ffffn << 32n) | 0x40n), true);
    assert.equal(sent((1n << 32n) | 0x840n), true);
    assert.equal(sent((0x1_0001n << 32n) | 0x840n), false);
    assert.equal(on.apic.writeMsr(msr(R.SELF_IPI), 0x66n), true);
    assert.equal(on.apic.acknowledge(), 0x66);
    assert.equal(on.apic.readMsr(msr(R.ISR + 0x30)), 1n << 6n);
  });

  test("outside the mode there are no such MSRs", () => {
    const on = apic();
    assert.equal(on.apic.readMsr(msr(R.VERSION)), null);
    assert.equal(on.apic.writeMsr(msr(R.TPR), 0n), false);
  });
});

test("level-triggered messages are ended on the bus, unless SVR suppresses it", () => {
  const on = apic();
  const message = { destination: 0, logical: false, mode: DeliveryMode.fixed, vector: 0x55, level: true };
  on.interrupts.send(message);
  assert.equal(on.read(R.IRR + 0x20), 1 << 0x15);
  assert.equal(on.read(R.TMR + 0x20), 1 << 0x15);
  on.served();
  assert.deepEqual(on.ends, [0x55]);
  on.write(R.SVR, 0x11ff);
  on.interrupts.send(message);
  on.served();
  on.interrupts.send({ ...message, level: false });
  on.served();
  assert.deepEqual(on.ends, [0x55]);
});

test("INIT puts all back but base and mode; a snapshot holds everything", () => {
  const on = apic();
  send(on, 0x40);
  on.apic.acknowledge();
  send(on, 0x90, 0x30);
  on.apic.setPin(1, true);
  on.write(R.LVT_TIMER, 0x2_0041);
  on.write(R.INITIAL_COUNT, 1000);
  on.clock.advanceTo(8000);
  const saved = on.apic.save();
  const time = on.clock.save();
  const copy = apic({ raw: true });
  copy.apic.restore(saved);
  copy.clock.restore(time);
  for (const one of [on, copy]) {
    assert.equal(one.read(R.CURRENT_COUNT), 900);
    one.write(R.LVT_LINT1, 0x400);
    one.apic.setPin(1, true);
    assert.equal(one.apic.acknowledge(), 0x90);
    one.write(R.EOI, 0);
    one.write(R.EOI, 0);
    assert.deepEqual(one.served(), [0x30]);
    one.clock.advanceTo(80_000);
    assert.deepEqual(one.served(), [0x41]);
    assert.ok(!one.core.events.includes("NMI"));
  }
  on.apic.setBase(0x8_0000n | APIC_ENABLE | APIC_BSP);
  on.apic.init();
  assert.equal(on.apic.base, 0x8_0000n | APIC_ENABLE | APIC_BSP);
  assert.equal(on.bus.readMemory(0x8_0000 + R.SVR, 4), 0xff);
  assert.equal(on.clock.nextDeadline(), Number.POSITIVE_INFINITY);
});
