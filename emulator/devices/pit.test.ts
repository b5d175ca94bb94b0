import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { CLOCK_HZ, Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { Oscillator } from "./oscillator.ts";
import { PIT_HZ, Pit } from "./pit.ts";

function machine() {
  const log = new Log();
  const bus = new Bus(log);
  const counter = { cycles: 0 };
  const clock = new Clock(counter);
  const oscillator = new Oscillator(PIT_HZ);
  const edges: { tick: number; high: boolean }[] = [];
  let irq0 = false;
  const line = {
    set(high: boolean) {
      if (high !== irq0) edges.push({ tick: oscillator.ticksAt(clock.now), high });
      irq0 = high;
    },
  };
  const pit = new Pit({ bus, clock, log, line });
  const toTick = (tick: number) => clock.advanceTo(oscillator.cycleOf(tick));
  const out = (port: number, ...values: number[]) => {
    for (const value of values) bus.writePort(port, 1, value);
  };
  const read = (port: number) => bus.readPort(port, 1);
  const count = (n: number) => {
    out(0x43, n << 6);
    return read(0x40 + n) | (read(0x40 + n) << 8);
  };
  /** OUT and count of counter 2 at each of the ticks from … to. */
  const trace = (from: number, to: number) => {
    const seen: string[] = [];
    for (let tick = from; tick <= to; tick++) {
      toTick(tick);
      seen.push(`${pit.out2 ? "H" : "L"}${count(2)}`);
    }
    return seen.join(" ");
  };
  return { clock, counter, oscillator, pit, edges, toTick, out, read, count, trace };
}

test("mode 0: OUT rises N + 1 ticks after the count was written; the counter goes on below zero", () => {
  const { pit, toTick, out, trace } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb0);
  out(0x42, 4, 0);
  assert.equal(trace(11, 17), "L4 L3 L2 L1 H0 H65535 H65534");
});

test("mode 0: GATE holds the count, and a new count starts over with OUT low", () => {
  const { pit, toTick, out, trace } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb0);
  out(0x42, 3, 0);
  assert.equal(trace(11, 12), "L3 L2");
  pit.setGate2(false);
  assert.equal(trace(13, 15), "L2 L2 L2");
  pit.setGate2(true);
  assert.equal(trace(16, 18), "L1 H0 H65535");
  out(0x42, 2);
  assert.equal(pit.out2, false, "the first byte sets OUT low at once");
  out(0x42, 0);
  assert.equal(trace(19, 21), "L2 L1 H0");
});

test("mode 1: a trigger makes one low pulse of N ticks, and a second one prolongs it", () => {
  const { pit, toTick, out, trace } = machine();
  toTick(10);
  out(0x43, 0xb2);
  out(0x42, 3, 0);
  assert.equal(pit.out2, true);
  pit.setGate2(true);
  assert.equal(trace(11, 12), "L3 L2");
  pit.setGate2(false);
  pit.setGate2(true);
  assert.equal(trace(13, 17), "L3 L2 L1 H0 H65535");
});

test("mode 2: one low tick in N; a new count waits for the cycle's end; a low GATE raises OUT, a rising one reloads", () => {
  const { pit, toTick, out, trace } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb4);
  out(0x42, 3, 0);
  assert.equal(trace(11, 15), "H3 H2 L1 H3 H2");
  out(0x42, 4, 0);
  assert.equal(trace(16, 21), "L1 H4 H3 H2 L1 H4");
  toTick(24);
  assert.equal(pit.out2, false);
  pit.setGate2(false);
  assert.equal(pit.out2, true);
  assert.equal(trace(25, 26), "H1 H1");
  pit.setGate2(true);
  assert.equal(trace(27, 31), "H4 H3 H2 L1 H4");
});

test("mode 3: a square wave, with the odd tick in its high half", () => {
  const { pit, toTick, out, trace } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb6);
  out(0x42, 4, 0);
  assert.equal(trace(11, 19), "H4 H2 L4 L2 H4 H2 L4 L2 H4");
  out(0x43, 0xb6);
  out(0x42, 5, 0);
  assert.equal(trace(20, 30), "H4 H2 H0 L4 L2 H4 H2 H0 L4 L2 H4");
});

test("mode 4: a software-triggered strobe, low for one tick and once", () => {
  const { pit, toTick, out, trace } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb8);
  out(0x42, 3, 0);
  assert.equal(trace(11, 16), "H3 H2 H1 L0 H65535 H65534");
  toTick(14 + 65536);
  assert.equal(pit.out2, true, "no second strobe when the counter passes zero again");
});

test("mode 5: a strobe N ticks after each trigger", () => {
  const { pit, toTick, out, trace } = machine();
  toTick(10);
  out(0x43, 0xba);
  out(0x42, 2, 0);
  toTick(20);
  assert.equal(pit.out2, true);
  pit.setGate2(true);
  assert.equal(trace(21, 24), "H2 H1 L0 H65535");
  pit.setGate2(false);
  pit.setGate2(true);
  assert.equal(trace(25, 27), "H2 H1 L0");
});

test("BCD counts in decimal", () => {
  const { pit, toTick, out, count } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0xb1);
  out(0x42, 0x00, 0x10);
  toTick(12);
  assert.equal(count(2), 0x0999);
  toTick(11 + 1001);
  assert.equal(count(2), 0x9999);
});

test("single-byte access modes read and write their byte, the other is zero", () => {
  const { pit, toTick, out, read } = machine();
  pit.setGate2(true);
  toTick(10);
  out(0x43, 0x94);
  out(0x42, 0x20);
  toTick(12);
  assert.equal(read(0x42), 0x1f);
  assert.equal(read(0x42), 0x1f);
  out(0x43, 0xa4);
  out(0x42, 0x02);
  toTick(13);
  assert.equal(read(0x42), 0x02);
  toTick(14);
  assert.equal(read(0x42), 0x01);
});

test("a latched count stays until it is read, and a second latch command does not disturb it", () => {
  const { toTick, out, read } = machine();
  toTick(10);
  out(0x43, 0x34);
  out(0x40, 0x00, 0x10);
  toTick(12);
  out(0x43, 0x00);
  toTick(40);
  out(0x43, 0x00);
  assert.equal(read(0x40), 0xff);
  toTick(50);
  assert.equal(read(0x40), 0x0f);
  assert.equal(read(0x40), 0x1000 - (50 - 11) - 0xf00, "then the counter is seen directly");
});

test("read-back latches status and count of several counters; status is read first", () => {
  const { pit, toTick, out, read } = machine();
  pit.setGate2(true);
  out(0x43, 0x36);
  out(0x40, 0, 0);
  out(0x43, 0xb1);
  toTick(10);
  out(0x43, 0xc0 | 0x0a);
  assert.equal(read(0x40), 0x80 | 0x36);
  assert.equal(read(0x42), 0x40 | 0x31, "OUT low, null count: no count was written yet");
  const low = read(0x40);
  assert.equal(low | (read(0x40) << 8), 0x1_0000 - 2 * 9);
});

test("null count is set from the write of a count until the counter has taken it", () => {
  const { toTick, out, read } = machine();
  const nullCount = () => {
    out(0x43, 0xe2);
    return (read(0x40) & 0x40) !== 0;
  };
  toTick(10);
  out(0x43, 0x34);
  out(0x40, 100, 0);
  assert.equal(nullCount(), true);
  toTick(11);
  assert.equal(nullCount(), false);
  out(0x40, 50, 0);
  assert.equal(nullCount(), true);
  toTick(110);
  assert.equal(nullCount(), true);
  toTick(111);
  assert.equal(nullCount(), false);
});

test("IRQ 0 rises at the exact tick of each period, without drift over a month", () => {
  const { clock, edges, toTick, out } = machine();
  const start = PIT_HZ * 86_400 * 30;
  toTick(start);
  out(0x43, 0x34);
  out(0x40, 0x9c, 0x2e); // 11932 ticks: 100 Hz
  clock.advanceTo(clock.now + CLOCK_HZ);
  const rises = edges.filter((e) => e.high).map((e) => e.tick - start);
  assert.deepEqual(
    rises,
    Array.from({ length: 100 }, (_, i) => (i === 0 ? 0 : 1 + 11932 * i)),
    "OUT goes high with the control word, then once a period",
  );
  assert.equal(clock.now, new Oscillator(PIT_HZ).cycleOf(start) + CLOCK_HZ);
});

test("an instruction that ends late and writes to the timer does not swallow edges", () => {
  const { counter, oscillator, edges, out, toTick } = machine();
  toTick(10);
  out(0x43, 0x34);
  out(0x40, 10, 0);
  toTick(11);
  edges.length = 0;
  counter.cycles = oscillator.cycleOf(45);
  out(0x40, 20, 0);
  assert.equal(edges.map((e) => (e.high ? "H" : "L")).join(""), "LHLHLH");
});

/** The data sheet's counter, one clock pulse at a time: what the arithmetic is compared with. */
class SlowCounter {
  mode = 0;
  cr = 0;
  ce = 0;
  out = true;
  gate = true;
  loaded = false;
  load = false;
  trigger = false;
  done = true;
  odd = false;

  control(mode: number) {
    Object.assign(this, { mode, out: mode !== 0, loaded: false, load: false, trigger: false, done: true, cr: 0 });
  }

  write(n: number) {
    this.cr = n;
    if (this.mode === 0) this.out = false;
    if (this.mode === 0 || this.mode === 4 || ((this.mode === 2 || this.mode === 3) && !this.loaded)) this.load = true;
  }

  setGate(high: boolean) {
    if (high && !this.gate && [1, 2, 3, 5].includes(this.mode) && this.cr > 0) this.trigger = true;
    if (!high && (this.mode === 2 || this.mode === 3)) this.out = true;
    this.gate = high;
  }

  clk() {
    if (this.load || this.trigger) {
      this.ce = this.mode === 3 ? this.cr & ~1 : this.cr;
      this.odd = (this.cr & 1) === 1;
      this.load = this.trigger = false;
      this.loaded = true;
      this.done = false;
      this.out = this.mode !== 0 && this.mode !== 1;
      return;
    }
    if (!this.loaded) return;
    switch (this.mode) {
      case 0:
      case 4:
        if (this.mode === 4) this.out = true;
        if (!this.gate) {
          if (this.mode === 4 && this.done && this.ce === 0 && this.strobing) this.out = false;
          return;
        }
        this.strobing = false;
        this.#down();
        if (this.ce === 0 && !this.done) {
          this.done = true;
          this.out = this.mode === 0;
          this.strobing = true;
        }
        return;
      case 1:
      case 5:
        if (this.mode === 5) this.out = true;
        this.#down();
        if (this.ce === 0 && !this.done) {
          this.done = true;
          this.out = this.mode === 1;
        }
        return;
      case 2:
        if (!this.gate) return;
        this.ce = this.ce === 1 ? this.cr : this.ce - 1;
        this.out = this.ce !== 1;
        return;
      case 3:
        if (!this.gate) return;
        if (this.odd && this.out ? this.ce === 0 : this.ce === 2) {
          this.ce = this.cr & ~1;
          this.odd = (this.cr & 1) === 1;
          this.out = !this.out;
        } else this.ce -= 2;
        return;
    }
  }

  strobing = false;

  #down() {
    this.ce = (this.ce - 1) & 0xffff;
  }
}

const action = fc.oneof(
  fc.record({ do: fc.constant("control" as const), mode: fc.integer({ min: 0, max: 5 }) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("count" as const), n: fc.integer({ min: 2, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("gate" as const), high: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 20 }) }) },
);

test("count and OUT are those of a counter that is clocked tick by tick, whatever a program does", () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 40, maxLength: 40 }), (actions) => {
      const { pit, out, toTick, count } = machine();
      const slow = new SlowCounter();
      slow.gate = false;
      out(0x43, 0xb0);
      slow.control(0);
      let tick = 0;
      for (const step of actions) {
        if (step.do === "control") {
          out(0x43, 0xb0 | (step.mode << 1));
          slow.control(step.mode);
        } else if (step.do === "count") {
          out(0x42, step.n, 0);
          slow.write(step.n);
        } else if (step.do === "gate") {
          pit.setGate2(step.high);
          slow.setGate(step.high);
        } else {
          for (let i = 0; i < step.ticks; i++) {
            toTick(++tick);
            slow.clk();
            assert.equal(pit.out2, slow.out, `OUT at tick ${tick}, mode ${slow.mode}`);
            if (slow.loaded) assert.equal(count(2), slow.ce, `count at tick ${tick}, mode ${slow.mode}`);
          }
        }
      }
    }),
    { numRuns: 1500 },
  );
});

test("IRQ 0 changes exactly when the counter clocked tick by tick changes its OUT", () => {
  const withoutGate = fc.oneof(
    fc.record({ do: fc.constant("control" as const), mode: fc.constantFrom(0, 2, 3, 4) }),
    { weight: 3, arbitrary: fc.record({ do: fc.constant("count" as const), n: fc.integer({ min: 2, max: 12 }) }) },
    { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), ticks: fc.integer({ min: 1, max: 40 }) }) },
  );
  fc.assert(
    fc.property(fc.array(withoutGate, { minLength: 30, maxLength: 30 }), (actions) => {
      const { edges, out, toTick } = machine();
      const slow = new SlowCounter();
      out(0x43, 0x34);
      slow.control(2);
      let tick = 0;
      let was = true;
      const expected: { tick: number; high: boolean }[] = [{ tick: 0, high: true }];
      const look = () => {
        if (slow.out !== was) expected.push({ tick, high: slow.out });
        was = slow.out;
      };
      for (const step of actions) {
        if (step.do === "control") {
          out(0x43, 0x30 | (step.mode << 1));
          slow.control(step.mode);
          look();
        } else if (step.do === "count") {
          out(0x40, step.n, 0);
          slow.write(step.n);
          look();
        } else {
          for (let i = 0; i < step.ticks; i++) {
            tick++;
            slow.clk();
            look();
          }
          toTick(tick);
        }
      }
      assert.deepEqual(edges, expected);
    }),
    { numRuns: 500 },
  );
});

test("a restored timer goes on counting and interrupting like the saved one", () => {
  const a = machine();
  a.pit.setGate2(true);
  a.out(0x43, 0x34, 0xb6);
  a.out(0x40, 100, 0);
  a.out(0x42, 77, 0);
  a.toTick(50);
  a.out(0x40, 30, 0);
  const b = machine();
  b.clock.restore(structuredClone(a.clock.save()));
  b.pit.restore(structuredClone(a.pit.save()));
  a.edges.length = b.edges.length = 0;
  for (const m of [a, b]) m.toTick(500);
  assert.deepEqual(
    b.edges.filter((e) => e.high),
    a.edges.filter((e) => e.high),
  );
  assert.equal(b.count(2), a.count(2));
});

test("random accesses keep every read a byte and never throw", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0x40, max: 0x43 }), fc.nat(255), fc.nat(100)), {
        minLength: 200,
        maxLength: 200,
      }),
      (steps) => {
        const { out, read, pit, toTick } = machine();
        let tick = 0;
        for (const [port, value, wait] of steps) {
          out(port, value);
          pit.setGate2((value & 1) === 0);
          const byte = read(port);
          assert.ok(byte >= 0 && byte <= 255 && Number.isInteger(byte));
          toTick((tick += wait));
        }
      },
    ),
    { numRuns: 500 },
  );
});
