/** Questions to INT 14h and 17h; and to INT 16h, with keys that the keyboard controller makes up. */
import { b, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, ax, cx, dx } from "../../emulator/isa/registers.ts";
import { type Probe, VARIABLE } from "./probe-disk.ts";

export function askLines(probe: Probe): void {
  const { a } = probe;
  // INT 14h, on the second port: the first one carries the answers.
  probe.ask("serial port", 0x14, 0x00e3, ["al"], () => a.mov(dx, 1));
  for (const character of "to COM2")
    probe.ask("send", 0x14, 0x0100 | character.charCodeAt(0), ["ah"], () => a.mov(dx, 1));
  probe.ask("serial status", 0x14, 0x0300, ["ah", "al"], () => a.mov(dx, 1));
  probe.ask("nothing received", 0x14, 0x0200, ["ah"], () => a.mov(dx, 1));
  probe.ask("no printer", 0x17, 0x0200, [], () => a.mov(dx, 0));

  // The keyboard controller's mode: interrupts, translation, keyboard on.
  probe.line("keyboard mode", () => {
    a.cli();
    a.mov(al, 0x20);
    a.out(0x64, al);
    const look = a.here();
    a.in(al, 0x64);
    a.test(al, 1);
    a.jz(look);
    a.in(al, 0x60);
    a.and(al, 0b0101_0001);
    a.sti();
    a.mov(b(VARIABLE), al);
    probe.memory("mode", VARIABLE, 1);
  });

  // INT 16h. Keys as the keyboard sends them: the controller's command D2h pretends that it did.
  const typeCode = new Label();
  const over = new Label();
  a.jmp(over);
  a.here(typeCode);
  a.push(ax);
  const full = a.here();
  a.in(al, 0x64);
  a.test(al, 2);
  a.jnz(full);
  a.mov(al, 0xd2);
  a.out(0x64, al);
  const taken = a.here();
  a.in(al, 0x64);
  a.test(al, 2);
  a.jnz(taken);
  a.pop(ax);
  a.out(0x60, al);
  const handled = a.here();
  a.in(al, 0x64);
  a.test(al, 1);
  a.jnz(handled);
  a.ret();
  a.here(over);
  const type = (codes: readonly number[]) => {
    for (const code of codes) {
      a.mov(al, code);
      a.call(typeCode);
    }
  };
  probe.ask("no key", 0x16, 0x0100, ["zf"]);
  probe.ask("store key", 0x16, 0x0500, ["al"], () => a.mov(cx, 0x1e61));
  probe.ask("see key", 0x16, 0x0100, ["ax", "zf"]);
  probe.ask("take key", 0x16, 0x0000, ["ax"]);
  probe.ask("taken", 0x16, 0x0100, ["zf"]);
  const noKeys = () => {
    a.mov(w(0x41a), 0x1e);
    a.mov(w(0x41c), 0x1e);
  };
  /** A key with others held, read by the old and by the enhanced function. */
  const keys = (name: string, codes: readonly number[], enhancedOnly = false) => {
    type(codes);
    probe.ask(`${name} flags`, 0x16, 0x0200, ["al"]);
    type(codes);
    probe.ask(`${name} enhanced`, 0x16, 0x1000, ["ax"]);
    if (enhancedOnly) {
      probe.ask(`${name} hidden`, 0x16, 0x0100, ["zf"]);
      noKeys();
    } else probe.ask(name, 0x16, 0x0000, ["ax"]);
  };
  const held = (down: number, codes: readonly number[]) => [down, ...codes, down | 0x80];
  const extended = (code: number) => [0xe0, code, 0xe0, code | 0x80];
  const stroke = (code: number) => [code, code | 0x80];
  keys("a", stroke(0x1e));
  keys("A", held(0x2a, stroke(0x1e)));
  keys("Ctrl-C", held(0x1d, stroke(0x2e)));
  keys("Alt-X", held(0x38, stroke(0x2d)));
  keys("question mark", held(0x36, stroke(0x35)));
  keys("Escape", stroke(0x01));
  keys("Enter", stroke(0x1c));
  keys("keypad Enter", extended(0x1c));
  keys("keypad slash", extended(0x35));
  keys("Backspace", stroke(0x0e));
  keys("Tab", stroke(0x0f));
  keys("Shift-Tab", held(0x2a, stroke(0x0f)));
  keys("F1", stroke(0x3b));
  keys("Shift-F10", held(0x2a, stroke(0x44)));
  keys("F12", stroke(0x58), true);
  keys("Home", stroke(0x47));
  keys("grey Home", extended(0x47));
  keys("Ctrl-Right", held(0x1d, extended(0x4d)));
  keys("grey Delete", extended(0x53));
  keys("space", stroke(0x39));
  type(stroke(0x3a));
  keys("Caps a", stroke(0x1e));
  keys("Caps Shift a", held(0x2a, stroke(0x1e)));
  keys("Caps 1", stroke(0x02));
  type(stroke(0x3a));
  type(stroke(0x45));
  keys("Num Home", stroke(0x47));
  keys("Num Shift Home", held(0x2a, stroke(0x47)));
  type(stroke(0x45));
  type([0x38, ...stroke(0x4d), ...stroke(0x4c), 0xb8]);
  probe.ask("Alt-65", 0x16, 0x0100, ["ax"]);
  noKeys();
  type([0x2a]);
  probe.ask("Shift held", 0x16, 0x0200, ["al"]);
  type([0xaa, 0x1d]);
  probe.ask("Ctrl held", 0x16, 0x1200, ["ax"]);
  type([0x9d, 0xe0, 0x38]);
  probe.ask("right Alt held", 0x16, 0x1200, ["ax"]);
  type([0xe0, 0xb8]);
  probe.ask("nothing held", 0x16, 0x1200, ["ax"]);
  // Ctrl-Break: the buffer is emptied, and holds a key of zero.
  type(stroke(0x10));
  type([0x1d, 0xe0, 0x46, 0xe0, 0xc6, 0x9d]);
  probe.line("break", () => probe.memory("flag", 0x471, 1));
  probe.ask("break key", 0x16, 0x1100, ["ax", "zf"]);
  noKeys();
  // Print Screen, with the Shift that the keyboard pretends around it: no key for programs.
  type([0xe0, 0x2a, 0xe0, 0x37, 0xe0, 0xb7, 0xe0, 0xaa]);
  probe.ask("print screen", 0x16, 0x1100, ["zf"]);
  probe.ask("print screen flags", 0x16, 0x0200, ["al"]);
  // The buffer holds fifteen.
  for (let i = 0; i < 16; i++) type(stroke(0x10 + (i & 7)));
  probe.line("buffer", () => {
    probe.memory("head", 0x41a, 2);
    probe.memory("tail", 0x41c, 2);
  });
  for (let i = 0; i < 15; i++) probe.ask(`buffered ${i}`, 0x16, 0x0000, ["ax"]);
  probe.ask("buffer empty", 0x16, 0x0100, ["zf"]);
}
