import assert from "node:assert/strict";
import { test } from "node:test";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { DebugExit } from "./debug-exit.ts";
import { DebugConsole } from "./debugcon.ts";
import { PciBus } from "./pci.ts";
import { Pit } from "./pit.ts";
import { A20Gate, PostCodes, ResetControl, SystemControlPortA, SystemControlPortB } from "./system-ports.ts";

function board() {
  const log = new Log();
  const bus = new Bus(log);
  const clock = new Clock();
  const events: string[] = [];
  const pins = { init: () => events.push("init"), reset: () => events.push("reset") };
  const a20 = new A20Gate((open) => events.push(open ? "a20 on" : "a20 off"));
  const pit = new Pit({ bus, clock, log, line: { set() {} } });
  const portA = new SystemControlPortA({ bus, a20, pins });
  const portB = new SystemControlPortB({ bus, pit });
  const post = new PostCodes({ bus });
  const resetControl = new ResetControl({ pins });
  new DebugConsole({ bus, write: (byte) => events.push(`debugcon ${byte}`) });
  new DebugExit({ bus, exit: (code) => events.push(`exit ${code}`) });
  return { bus, log, clock, events, a20, portA, portB, post, resetControl };
}

test("A20 is open while the keyboard controller or port 0x92 says so", () => {
  const { bus, events, a20 } = board();
  a20.setKeyboard(false);
  bus.writePort(0x92, 1, 2);
  assert.equal(bus.readPort(0x92, 1), 2);
  a20.setKeyboard(true);
  bus.writePort(0x92, 1, 0);
  a20.setKeyboard(false);
  assert.deepEqual(events, ["a20 off", "a20 on", "a20 off"]);
});

test("a rising bit 0 of port 0x92 pulses INIT once", () => {
  const { bus, events } = board();
  bus.writePort(0x92, 1, 1);
  bus.writePort(0x92, 1, 1);
  assert.deepEqual(events, ["init"]);
});

test("port 0x61 gates counter 2 and shows its output and the refresh", () => {
  const { bus, clock } = board();
  bus.writePort(0x43, 1, 0xb0);
  bus.writePort(0x42, 1, 100);
  bus.writePort(0x42, 1, 0);
  clock.advanceTo(200_000);
  assert.equal(bus.readPort(0x61, 1) & 0x2f, 0, "the gate is closed: nothing counts");
  bus.writePort(0x61, 1, 0xff);
  assert.equal(bus.readPort(0x61, 1) & 0x2f, 0x0f);
  clock.advanceTo(200_000 + 100_000);
  assert.equal(bus.readPort(0x61, 1) & 0x2f, 0x2f);
  const toggles = new Set<number>();
  for (let i = 0; i < 4; i++) {
    clock.advanceTo(clock.now + 15_086);
    toggles.add(bus.readPort(0x61, 1) & 0x10);
  }
  assert.equal(toggles.size, 2);
});

test("0xCF9 resets the processors or the whole board when RST_CPU rises, and leaves PCI's accesses alone", () => {
  const { bus, log, events, resetControl } = board();
  new PciBus({ bus, log, resetControl, route: () => ({ set() {} }) });
  bus.writePort(0xcf8, 4, 0x8000_0600);
  assert.equal(bus.readPort(0xcf8, 4), 0x8000_0600);
  bus.writePort(0xcf8, 2, 0x0600);
  assert.deepEqual(events, []);
  bus.writePort(0xcf9, 1, 0x02);
  bus.writePort(0xcf9, 1, 0x06);
  assert.equal(bus.readPort(0xcf9, 1), 0x06);
  bus.writePort(0xcf9, 1, 0x00);
  bus.writePort(0xcf9, 1, 0x04);
  assert.deepEqual(events, ["reset", "init"]);
});

test("the POST port remembers the last code", () => {
  const { bus, post } = board();
  bus.writePort(0x80, 1, 0x42);
  assert.equal(post.code, 0x42);
  assert.equal(bus.readPort(0x80, 1), 0x42);
});

test("the debug console gives bytes to its host and answers 0xE9", () => {
  const { bus, events } = board();
  bus.writePort(0xe9, 1, 0x41);
  assert.equal(bus.readPort(0xe9, 1), 0xe9);
  assert.deepEqual(events, ["debugcon 65"]);
});

test("the debug exit makes odd codes of whatever width of access", () => {
  const { bus, events } = board();
  bus.writePort(0xf4, 1, 0x10);
  bus.writePort(0xf4, 4, 0x31);
  bus.writePort(0xf4, 2, 0xffff);
  assert.deepEqual(events, ["exit 33", "exit 99", "exit 255"]);
});

test("restored ports read as the saved ones", () => {
  const a = board();
  a.bus.writePort(0x92, 1, 2);
  a.bus.writePort(0x61, 1, 3);
  a.bus.writePort(0x80, 1, 7);
  const b = board();
  b.portA.restore(a.portA.save());
  b.portB.restore(a.portB.save());
  b.post.restore(a.post.save());
  b.a20.restore(a.a20.save());
  for (const port of [0x92, 0x80]) assert.equal(b.bus.readPort(port, 1), a.bus.readPort(port, 1));
  assert.equal(b.bus.readPort(0x61, 1) & 3, 3);
  b.bus.writePort(0x92, 1, 0);
  assert.equal(b.a20.open, true, "the keyboard controller's switch was restored too");
});
