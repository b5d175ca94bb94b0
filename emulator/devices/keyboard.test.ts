import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Bus } from "../bus.ts";
import { Clock } from "../clock.ts";
import { Log } from "../log.ts";
import { KeyboardController } from "./keyboard.ts";
import { Ps2Keyboard } from "./ps2-keyboard.ts";
import { Ps2Mouse } from "./ps2-mouse.ts";
import { isKey, set2Codes, strokeFor } from "./scan-codes.ts";
import { A20Gate } from "./system-ports.ts";

const BYTE = 200_000;
const STROKE = 10_000_000;

function pc() {
  const log = new Log();
  const bus = new Bus(log);
  const clock = new Clock();
  const events: string[] = [];
  const pins = { irq1: false, irq12: false };
  const keyboard = new Ps2Keyboard({ clock });
  const mouse = new Ps2Mouse();
  const a20 = new A20Gate((open) => events.push(open ? "a20 on" : "a20 off"));
  const controller = new KeyboardController({
    bus,
    clock,
    log,
    keyboardLine: { set: (high) => (pins.irq1 = high) },
    mouseLine: { set: (high) => (pins.irq12 = high) },
    keyboard,
    mouse,
    a20,
    pins: { init: () => events.push("init") },
  });
  const status = () => bus.readPort(0x64, 1);
  const data = () => bus.readPort(0x60, 1);
  const wait = (cycles: number) => clock.advanceTo(clock.now + cycles);
  const command = (...bytes: number[]) => {
    bus.writePort(0x64, 1, bytes[0]!);
    for (const byte of bytes.slice(1)) bus.writePort(0x60, 1, byte);
  };
  const write = (byte: number) => bus.writePort(0x60, 1, byte);
  /** Everything that arrives until nothing does for a second. */
  const receive = () => {
    const bytes: number[] = [];
    for (let quiet = 0; quiet < 10; quiet++) {
      wait(100_000_000);
      while (status() & 1) {
        bytes.push(data());
        quiet = 0;
        wait(BYTE);
      }
    }
    return bytes;
  };
  return { clock, events, pins, keyboard, mouse, a20, controller, status, data, wait, command, write, receive };
}

const hex = (bytes: number[]) => bytes.map((b) => b.toString(16).padStart(2, "0")).join(" ");

test("self-test, interface tests and the command byte answer at once", () => {
  const { command, data, status } = pc();
  command(0xaa);
  assert.equal(status() & 0x25, 0x05);
  assert.equal(data(), 0x55);
  assert.equal(status() & 0x01, 0);
  command(0xab);
  assert.equal(data(), 0);
  command(0xa9);
  assert.equal(data(), 0);
  command(0x60, 0x47);
  command(0x20);
  assert.equal(data(), 0x47);
  command(0x65, 0x99);
  command(0x25);
  assert.equal(data(), 0x99);
  assert.equal(data(), 0x99, "an empty buffer shows its last byte");
});

test("answers wait for their turn in the output buffer", () => {
  const { command, data } = pc();
  command(0xaa);
  command(0x20);
  assert.equal(data(), 0x55);
  assert.equal(data(), 0x65);
});

test("the status tells whether the last write was a command", () => {
  const { command, status, write } = pc();
  command(0xae);
  assert.equal(status() & 0x08, 0x08);
  write(0xee);
  assert.equal(status() & 0x08, 0);
});

test("a key arrives as set 1, with IRQ 1, a byte time after it was struck", () => {
  const { keyboard, pins, status, data, wait } = pc();
  keyboard.press("KeyA");
  wait(BYTE - 1);
  assert.equal(status() & 1, 0);
  wait(1);
  assert.equal(pins.irq1, true);
  assert.equal(status() & 0x21, 0x01);
  assert.equal(data(), 0x1e);
  assert.equal(pins.irq1, false);
  keyboard.release("KeyA");
  wait(2 * BYTE);
  assert.equal(data(), 0x9e);
});

test("without translation the same key is set 2", () => {
  const { keyboard, command, receive } = pc();
  command(0x60, 0x05);
  keyboard.press("KeyA");
  keyboard.release("KeyA");
  keyboard.press("ArrowUp");
  keyboard.release("ArrowUp");
  assert.equal(hex(receive()), "1c f0 1c e0 75 e0 f0 75");
});

test("extended and irregular keys have the codes of a PC", () => {
  const cases = {
    ArrowLeft: "e0 4b e0 cb",
    ControlRight: "e0 1d e0 9d",
    Delete: "e0 53 e0 d3",
    F7: "41 c1",
    F12: "58 d8",
    NumpadEnter: "e0 1c e0 9c",
    PrintScreen: "e0 2a e0 37 e0 b7 e0 aa",
    Pause: "e1 1d 45 e1 9d c5",
    IntlBackslash: "56 d6",
  } as const;
  for (const [key, codes] of Object.entries(cases)) {
    const { keyboard, receive } = pc();
    assert.ok(isKey(key));
    keyboard.press(key);
    keyboard.release(key);
    assert.equal(hex(receive()), codes, key);
  }
});

test("typed text strikes shift where the US layout needs it, and control characters with Ctrl", () => {
  const { keyboard, receive } = pc();
  keyboard.type("a!\n\x03");
  assert.equal(hex(receive()), "1e 9e 2a 02 82 aa 1c 9c 1d 2e ae 9d");
});

test("every printable ASCII character can be typed", () => {
  for (let code = 0x20; code < 0x7f; code++) assert.ok(strokeFor(String.fromCharCode(code)), String.fromCharCode(code));
  assert.equal(strokeFor("é"), undefined);
});

test("no two keys share their codes", () => {
  const keys = ["PrintScreen", "Pause", "KeyA", "F7", "F8"].filter(isKey);
  assert.equal(new Set(keys.map((key) => set2Codes(key, true).join())).size, keys.length);
});

test("text is struck at a bounded rate, so that a reader of one key in 10 ms loses nothing", () => {
  const { keyboard, status, data, wait } = pc();
  keyboard.type("the quick brown fox jumps over the lazy dog");
  let makes = 0;
  while (keyboard.queued > 0 || status() & 1) {
    wait(STROKE);
    if (status() & 1 && data() < 0x80) makes++;
    assert.equal(status() & 1, 0);
  }
  assert.equal(makes, 43);
});

test("a held key repeats after its delay at its rate, until it or another key changes", () => {
  const { keyboard, receive, write, wait, status, data } = pc();
  for (const byte of [0xf3, 0x00]) {
    // 250 ms, then 30 a second
    write(byte);
    wait(BYTE);
    assert.equal(data(), 0xfa);
  }
  keyboard.press("KeyB");
  let codes = 0;
  for (let ms = 0; ms < 1250; ms++) {
    wait(1_000_000);
    if (status() & 1) {
      assert.equal(data(), 0x30);
      codes++;
    }
  }
  assert.equal(codes, 1 + 30);
  keyboard.release("KeyB");
  assert.equal(hex(receive()), "b0");
});

test("the keyboard answers identify, echo, LEDs, scan code set, unknown commands and reset", () => {
  const { write, receive, keyboard } = pc();
  const ask = (...bytes: number[]) => {
    const answers: number[] = [];
    for (const byte of bytes) {
      write(byte);
      answers.push(...receive());
    }
    return hex(answers);
  };
  assert.equal(ask(0xf2), "fa ab 41", "translation does not spare the identification");
  assert.equal(ask(0xee), "ee");
  assert.equal(ask(0xed, 0x05), "fa fa");
  assert.equal(keyboard.leds, 5);
  assert.equal(ask(0xf0, 0x00), "fa fa 41");
  assert.equal(ask(0xf0, 0x03), "fa fe");
  assert.equal(ask(0xf0, 0x01), "fa fa");
  assert.equal(ask(0xf0, 0x00), "fa fa 43");
  assert.equal(ask(0x12), "fe");
  assert.equal(ask(0xff), "fa aa");
  assert.equal(ask(0xfe), "aa");
  assert.equal(ask(0xf0, 0x00), "fa fa 41");
  assert.equal(keyboard.leds, 0);
});

test("a keyboard told to use set 1 sends it untranslated", () => {
  const { command, keyboard, receive, write } = pc();
  command(0x60, 0x05);
  write(0xf0);
  receive();
  write(0x01);
  receive();
  keyboard.press("Delete");
  keyboard.release("Delete");
  assert.equal(hex(receive()), "e0 53 e0 d3");
});

test("a disabled keyboard sends no keys; a disabled cable keeps them waiting", () => {
  const { keyboard, write, receive, command } = pc();
  write(0xf5);
  receive();
  keyboard.type("a");
  assert.deepEqual(receive(), []);
  write(0xf4);
  receive();
  command(0xad);
  keyboard.type("b");
  assert.deepEqual(receive(), []);
  command(0xae);
  assert.equal(hex(receive()), "30 b0");
});

test("more keys than the keyboard's buffer holds give one overrun code", () => {
  const { command, keyboard, receive } = pc();
  command(0x60, 0x15);
  keyboard.type("abcdefghij");
  command(0x60, 0x15);
  receive();
  command(0x60, 0x05);
  assert.equal(hex(receive()), "1c f0 1c 32 f0 32 21 f0 21 23 f0 23 24 f0 24 2b 00");
});

test("the mouse is found, and has nothing to report", () => {
  const { command, receive, pins, wait, status, data } = pc();
  const ask = (...bytes: number[]) => {
    const answers: number[] = [];
    for (const byte of bytes) {
      command(0xd4, byte);
      answers.push(...receive());
    }
    return hex(answers);
  };
  command(0xa8);
  assert.equal(ask(0xff), "fa aa 00");
  assert.equal(ask(0xf2), "fa 00");
  assert.equal(ask(0xf3, 40, 0xe8, 3, 0xe7, 0xf4), "fa fa fa fa fa fa");
  assert.equal(ask(0xe9), "fa 30 03 28");
  assert.equal(ask(0xeb), "fa 08 00 00");
  assert.equal(ask(0x01), "fe");
  assert.equal(ask(0xee, 0x42, 0xec), "fa 42 fa");
  command(0x60, 0x47);
  command(0xd4, 0xf4);
  wait(BYTE);
  assert.equal(pins.irq12, true);
  assert.equal(status() & 0x21, 0x21);
  assert.equal(data(), 0xfa);
  assert.equal(pins.irq12, false);
});

test("the output port moves A20 and resets; D2 and D3 echo as keyboard and mouse", () => {
  const { command, data, events, status, a20 } = pc();
  command(0xd1, 0xdd);
  assert.deepEqual(events, ["a20 off"]);
  command(0xd0);
  assert.equal(data() & 0x03, 0x01);
  command(0xd1, 0xdf);
  command(0xdd);
  command(0xdf);
  assert.equal(a20.open, true);
  command(0xfe);
  command(0xd1, 0xde);
  assert.deepEqual(events, ["a20 off", "a20 on", "a20 off", "a20 on", "init", "init"]);
  command(0xf1);
  assert.equal(events.length, 6, "a pulse without bit 0 resets nothing");
  command(0xd2, 0x12);
  assert.equal(status() & 0x21, 0x01);
  assert.equal(data(), 0x12);
  command(0xd3, 0x34);
  assert.equal(status() & 0x21, 0x21);
  assert.equal(data(), 0x34);
});

test("a restored controller and keyboard go on in the middle of typing", () => {
  const a = pc();
  a.keyboard.type("Hi");
  a.wait(2.5 * STROKE);
  const b = pc();
  b.clock.restore(structuredClone(a.clock.save()));
  b.keyboard.restore(structuredClone(a.keyboard.save()));
  b.mouse.restore(structuredClone(a.mouse.save()));
  b.controller.restore(structuredClone(a.controller.save()));
  assert.equal(b.pins.irq1, true);
  assert.equal(hex(b.receive()), hex(a.receive()));
});

test("random commands never throw, and reads are bytes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.nat(255), fc.nat(5)), { minLength: 500, maxLength: 500 }),
      (steps) => {
        const { command, write, data, status, wait, keyboard } = pc();
        for (const [toCommand, value, what] of steps) {
          if (toCommand) command(value);
          else write(value);
          if (what === 0) keyboard.type(String.fromCharCode(value));
          if (what < 3) wait(value * 1000);
          for (const byte of [status(), what % 2 ? data() : 0]) {
            assert.ok(Number.isInteger(byte) && byte >= 0 && byte <= 255);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});
