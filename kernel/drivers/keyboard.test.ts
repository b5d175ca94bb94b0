/** Keys against the emulator's keyboard: what it sends for a character is read as that character. */
import assert from "node:assert/strict";
import test from "node:test";
import { type Key, set2Codes, strokeFor, translate } from "../../emulator/devices/scan-codes.ts";
import { kernelModule } from "../testing/module.ts";

const source = `
import { startKeyboard } from "./drivers/keyboard.ts";
import { codes, given, taken } from "./drivers/keyboard-controller.ts";
import { typed, typedBytes, application } from "./drivers/tty.ts";
import { interruptNow } from "./trap/irq.ts";
export function start(): boolean {
  return !isErr(startKeyboard());
}
export function codesAt(): u64 {
  return addr(ref(codes));
}
export function typedAt(): u64 {
  return addr(ref(typed));
}
export function send(count: u32): usize {
  typedBytes.store(0);
  for (let i: u32 = 0; i < count; i++) {
    taken.store(i);
    given.store(i + 1);
    interruptNow();
  }
  return typedBytes.load();
}
export function cursorKeys(on: u32): void {
  application.store(on);
}
`;

const doubles = {
  "kernel/trap/irq.ts": `
class Claimed {
  critical: Fn<(context: u64) => boolean>;
  deferred: Fn<(context: u64) => void>;
}
const claimed = zeroed<Claimed>();
export function claimLine(line: u8, name: string, critical: Fn<(context: u64) => boolean>, deferred: Fn<(context: u64) => void>, context: u64): Res<u8> {
  if (line !== 1) return err(Errno.EINVAL);
  claimed.critical = critical;
  claimed.deferred = deferred;
  return line;
}
export function interruptNow(): void {
  if (claimed.critical(0)) claimed.deferred(0);
}
`,
  "kernel/drivers/keyboard-controller.ts": `
export const codes = zeroed<Arr<u8, 4096>>();
export const given = zeroed<Atomic<u32>>();
export const taken = zeroed<Atomic<u32>>();
export function startController(): Res<void> {
  if (given.load() > 4096) return err(Errno.ENODEV);
}
export function setLights(_lights: u8): void {}
export function takeScanCode(): u8 {
  if (taken.load() === given.load()) return 0;
  return codes[taken.add(1)];
}
`,
  "kernel/drivers/tty.ts": `
export const typed = zeroed<Arr<u8, 4096>>();
export const typedBytes = zeroed<Atomic<usize>>();
export const application = zeroed<Atomic<u32>>();
export class Tty {
  kick: Fn<(tty: Ptr<Tty>) => void>;
}
export function ttyInput(_tty: Ptr<Tty>, from: View<u8>): usize {
  for (const c of from) typed[typedBytes.add(1)] = c;
  return from.length;
}
`,
  "kernel/drivers/screen.ts": `
import { application, Tty } from "./tty.ts";
const tty = zeroed<Tty>();
function nothing(_tty: Ptr<Tty>): void {}
export function screenTty(): Ptr<Tty> {
  tty.kick = nothing;
  return ref(tty);
}
export function wantsApplicationKeys(): boolean {
  return application.load() !== 0;
}
`,
  "kernel/drivers/random.ts": "export function addChance(_value: u64): void {}\n",
};

class Keyboard {
  readonly #module = kernelModule(source, doubles);
  readonly #codesAt = Number(this.call("codesAt"));
  readonly #typedAt = Number(this.call("typedAt"));
  constructor() {
    assert.equal(this.call("start"), 1);
  }
  call(name: string, ...args: number[]): number {
    return Number(this.#module.call(name, ...args.map(BigInt))[0] ?? 0n);
  }
  /** Presses (or, with a minus before it, releases) keys; what is typed. */
  keys(...keys: (Key | `-${Key}`)[]): string {
    const bytes: number[] = [];
    for (const key of keys) {
      const pressed = !key.startsWith("-");
      let released = 0;
      for (const code of set2Codes((pressed ? key : key.slice(1)) as Key, pressed)) {
        if (code === 0xf0) released = 0x80;
        else if (code >= 0xe0) bytes.push(code);
        else {
          bytes.push(translate(code) | released);
          released = 0;
        }
      }
    }
    const { memory } = this.#module.run;
    memory.set(bytes, this.#codesAt);
    const count = this.call("send", bytes.length);
    return Buffer.from(memory.subarray(this.#typedAt, this.#typedAt + count)).toString("latin1");
  }
}

test("every character of the layout is typed as it is read", () => {
  const keyboard = new Keyboard();
  for (let code = 32; code < 127; code++) {
    const character = String.fromCharCode(code);
    const stroke = strokeFor(character)!;
    const shift: Key[] = stroke.shift ? ["ShiftLeft"] : [];
    const typed = keyboard.keys(...shift, stroke.key, `-${stroke.key}`, ...shift.map((key) => `-${key}` as const));
    assert.equal(typed, character);
  }
});

test("Ctrl makes control characters, Alt puts ESC before them, Caps Lock is for letters", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.keys("ControlLeft", "KeyC", "-KeyC", "-ControlLeft"), "\x03");
  assert.equal(keyboard.keys("ControlRight", "BracketLeft", "-BracketLeft", "-ControlRight"), "\x1b");
  assert.equal(keyboard.keys("AltLeft", "KeyF", "-KeyF", "-AltLeft"), "\x1bf");
  assert.equal(keyboard.keys("CapsLock", "-CapsLock", "KeyA", "Digit1", "ShiftRight", "KeyB", "-ShiftRight"), "A1b");
  assert.equal(keyboard.keys("CapsLock", "-CapsLock", "KeyA"), "a");
});

test("keys that type no character send a terminal's sequences", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.keys("ArrowUp", "-ArrowUp", "ArrowLeft", "-ArrowLeft"), "\x1b[A\x1b[D");
  assert.equal(keyboard.keys("Delete", "Home", "End", "PageUp"), "\x1b[3~\x1b[H\x1b[F\x1b[5~");
  assert.equal(keyboard.keys("F1", "F5", "F12"), "\x1bOP\x1b[15~\x1b[24~");
  keyboard.call("cursorKeys", 1);
  assert.equal(keyboard.keys("ArrowUp", "-ArrowUp"), "\x1bOA");
});

test("the keypad types digits with Num Lock, and moves the cursor without", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.keys("Numpad8", "Numpad5", "NumpadAdd"), "\x1b[A+");
  assert.equal(keyboard.keys("NumLock", "-NumLock", "Numpad8", "Numpad5", "NumpadEnter", "NumpadDivide"), "85\r/");
});

test("the long sequence of the pause key types nothing", () => {
  const keyboard = new Keyboard();
  assert.equal(keyboard.keys("Pause", "KeyX"), "x");
});
