/** Questions to INT 10h: characters, pixels, and every register of every mode. */
import { b, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, ax, bl, bp, bx, cx, di, ds, dx, es } from "../../emulator/isa/registers.ts";
import { type Probe, VARIABLE } from "./probe-disk.ts";

export function askVideo(probe: Probe): void {
  const { a } = probe;
  // INT 10h
  probe.ask("set mode", 0x10, 0x0003, []);
  probe.ask("mode", 0x10, 0x0f00, ["ax", "bh"]);
  const at = (row: number, column: number, page = 0) => {
    a.mov(dx, (row << 8) | column);
    a.mov(bx, page << 8);
  };
  probe.ask("move cursor", 0x10, 0x0200, [], () => at(10, 20));
  probe.ask("cursor", 0x10, 0x0300, ["cx", "dx"], () => at(0, 0));
  probe.line("cursor address", () => {
    a.mov(dx, 0x3d4);
    for (const register of [0x0e, 0x0f]) {
      a.mov(al, register);
      a.out(dx, al);
      a.inc(dx);
      a.in(al, dx);
      a.dec(dx);
      a.mov(b(VARIABLE + 0x0f - register), al);
    }
    probe.memory("cell", VARIABLE, 2);
  });
  probe.ask("write cells", 0x10, 0x0941, [], () => probe.set([bx, 0x001e], [cx, 5]));
  probe.ask("read cell", 0x10, 0x0800, ["ax"], () => at(0, 0));
  probe.ask("write characters", 0x10, 0x0a42, [], () => probe.set([bx, 0x0000], [cx, 2]));
  probe.ask("read character", 0x10, 0x0800, ["ax"], () => at(0, 0));
  probe.ask("scroll up", 0x10, 0x0602, [], () => probe.set([bx, 0x2000], [cx, 0x0510], [dx, 0x0c1e]));
  /** A cell as memory has it. */
  const cell = (name: string, row: number, column: number, page = 0) =>
    probe.line(name, () => {
      a.mov(ax, 0xb800);
      a.mov(es, ax);
      a.mov(ax, w(es, page * 4096 + (row * 80 + column) * 2));
      a.mov(w(VARIABLE), ax);
      probe.memory("cell", VARIABLE, 2);
      a.push(ds);
      a.pop(es);
    });
  cell("scrolled", 8, 20);
  cell("freed", 12, 16);
  cell("beside", 12, 15);
  probe.ask("scroll down", 0x10, 0x0701, [], () => probe.set([bx, 0x3000], [cx, 0], [dx, 0x184f]));
  cell("lower", 9, 20);
  cell("top", 0, 0);
  probe.ask("clear", 0x10, 0x0600, [], () => probe.set([bx, 0x4700], [cx, 0], [dx, 0x184f]));
  cell("cleared", 24, 79);
  probe.ask("to the corner", 0x10, 0x0200, [], () => at(24, 79));
  for (const character of "x\r\ny\bz")
    probe.ask("teletype", 0x10, 0x0e00 | character.charCodeAt(0), [], () => a.mov(bx, 7));
  probe.ask("cursor after", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("written in the corner", 22, 79);
  cell("on the last line", 24, 0);
  cell("behind", 24, 1);
  const text = new Label();
  const overText = new Label();
  a.jmp(overText);
  a.here(text);
  a.db("H", 0x1f, "i", 0x2f);
  a.here(overText);
  probe.ask("string with colours", 0x10, 0x1303, [], () => {
    a.mov(bp, text);
    probe.set([bx, 0], [cx, 2], [dx, 0x0305]);
  });
  probe.ask("cursor behind the string", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("string", 3, 6);
  probe.ask("string without", 0x10, 0x1300, [], () => {
    a.mov(bp, text);
    probe.set([bx, 0x006e], [cx, 3], [dx, 0x0405]);
  });
  probe.ask("cursor stayed", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("plain string", 4, 5);
  probe.ask("page 2", 0x10, 0x0502, []);
  probe.ask("cursor on page 2", 0x10, 0x0200, [], () => at(1, 2, 2));
  probe.ask("write on page 2", 0x10, 0x0950, [], () => probe.set([bx, 0x0270], [cx, 1]));
  cell("page 2's cell", 1, 2, 2);
  probe.ask("page", 0x10, 0x0f00, ["bh"]);
  probe.line("page start", () => probe.memory("start", 0x44e, 2));
  probe.ask("page 0", 0x10, 0x0500, []);
  probe.ask("cursor shape", 0x10, 0x0100, [], () => a.mov(cx, 0x0007));
  probe.ask("cursor's shape", 0x10, 0x0300, ["cx"], () => at(0, 0));
  probe.line("cursor lines", () => {
    a.mov(dx, 0x3d4);
    for (const register of [0x0a, 0x0b]) {
      a.mov(al, register);
      a.out(dx, al);
      a.inc(dx);
      a.in(al, dx);
      a.dec(dx);
      a.mov(b(VARIABLE + 0x0b - register), al);
    }
    probe.memory("lines", VARIABLE, 2);
  });
  probe.ask("EGA information", 0x10, 0x1200, ["bx", "ch"], () => a.mov(bx, 0x10));
  probe.ask("display", 0x10, 0x1a00, ["al", "bx"]);
  probe.ask("font", 0x10, 0x1130, ["cx", "dl"], () => a.mov(bx, 0x0600));
  probe.ask("set palette", 0x10, 0x1000, [], () => a.mov(bx, 0x2a05));
  probe.ask("palette", 0x10, 0x1007, ["bh"], () => a.mov(bx, 0x0005));
  probe.ask("set colour", 0x10, 0x1010, [], () => probe.set([bx, 7], [dx, 0x1100], [cx, 0x2233]));
  probe.ask("colour", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 7));
  probe.ask("brown", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 0x14));
  probe.ask("bright white", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 0x3f));
  probe.ask("blinking off", 0x10, 0x1003, [], () => a.mov(bx, 0));
  probe.ask("mode control", 0x10, 0x1007, ["bh"], () => a.mov(bx, 0x0010));
  probe.ask("50 rows", 0x10, 0x1112, [], () => a.mov(bx, 0));
  probe.ask("50 rows' font", 0x10, 0x1130, ["cx", "dl"], () => a.mov(bx, 0x0300));
  probe.line("50 rows' data", () => {
    probe.memory("rows", 0x484, 1);
    probe.memory("height", 0x485, 2);
  });

  /** All registers of the card, read back: the words at 0x600 and after. */
  const registers = (mode: number) => {
    a.mov(di, 0x600);
    for (const [port, count] of [
      [0x3c4, 5],
      [0x3d4, 25],
      [0x3ce, 9],
    ] as const) {
      a.mov(dx, port);
      a.xor(bx, bx);
      a.mov(cx, count);
      const next = a.here();
      a.mov(al, bl);
      a.out(dx, al);
      a.inc(dx);
      a.in(al, dx);
      a.dec(dx);
      a.stosb();
      a.inc(bx);
      a.loop(next);
    }
    a.xor(bx, bx);
    a.mov(cx, 21);
    const next = a.here();
    a.mov(dx, 0x3da);
    a.in(al, dx);
    a.mov(dx, 0x3c0);
    a.mov(al, bl);
    a.out(dx, al);
    a.inc(dx);
    a.in(al, dx);
    a.stosb();
    a.inc(bx);
    a.loop(next);
    a.mov(dx, 0x3da);
    a.in(al, dx);
    a.mov(dx, 0x3c0);
    a.mov(al, 0x20);
    a.out(dx, al);
    probe.line(`registers of mode ${mode.toString(16)}`, () => {
      a.mov(dx, 0x3cc);
      a.in(al, dx);
      a.mov(b(VARIABLE), al);
      probe.memory("misc", VARIABLE, 1);
      for (let at = 0; at < 60; at += 4) probe.memory(`r${at}`, 0x600 + at, 4);
    });
    probe.ask(`colours of mode ${mode.toString(16)}`, 0x10, 0x1017, [], () => {
      a.mov(dx, 0x600);
      probe.set([bx, 0], [cx, 256]);
    });
    probe.line(`sum of the colours of mode ${mode.toString(16)}`, () => probe.sum(0x60, mode === 0x13 ? 768 : 192));
    probe.line(`data of mode ${mode.toString(16)}`, () => {
      probe.memory("columns", 0x44a, 2);
      probe.memory("page", 0x44c, 2);
      probe.memory("rows", 0x484, 1);
      probe.memory("height", 0x485, 2);
    });
  };
  for (const mode of [0x01, 0x0d, 0x0e, 0x12, 0x13, 0x03]) {
    const hex = mode.toString(16);
    probe.ask(`mode ${hex}`, 0x10, mode, ["al"]);
    probe.ask(`mode ${hex} is set`, 0x10, 0x0f00, ["ax", "bh"]);
    registers(mode);
    if (mode < 4) continue;
    probe.ask(`pixel in mode ${hex}`, 0x10, 0x0c0b, [], () => probe.set([bx, 0], [cx, 301], [dx, 199]));
    probe.ask(`its colour in mode ${hex}`, 0x10, 0x0d00, ["al"], () => probe.set([bx, 0], [cx, 301], [dx, 199]));
    probe.ask(`pixel beside in mode ${hex}`, 0x10, 0x0d00, ["al"], () => probe.set([bx, 0], [cx, 300], [dx, 199]));
    if (mode !== 0x13) {
      probe.ask(`XOR in mode ${hex}`, 0x10, 0x0c83, [], () => probe.set([bx, 0], [cx, 301], [dx, 199]));
      probe.ask(`colour after XOR in mode ${hex}`, 0x10, 0x0d00, ["al"], () =>
        probe.set([bx, 0], [cx, 301], [dx, 199]),
      );
    }
    probe.ask(`cursor in mode ${hex}`, 0x10, 0x0200, [], () => at(24, 38));
    for (const character of "ab") {
      probe.ask(`teletype in mode ${hex}`, 0x10, 0x0e00 | character.charCodeAt(0), [], () => a.mov(bx, 0x000c));
    }
    probe.ask(`cursor behind in mode ${hex}`, 0x10, 0x0300, ["dx"], () => at(0, 0));
    probe.ask(`fill in mode ${hex}`, 0x10, 0x0601, [], () => probe.set([bx, 0x0500], [cx, 0x0202], [dx, 0x0405]));
    for (const [what, x, y] of [
      ["free", 6, 5],
      ["outside", 1, 5],
      ["beside", 6, 2],
    ] as const) {
      const [cellX, cellY] = [x * 8, y * (mode === 0x12 ? 16 : 8) - 1];
      probe.ask(`${what} in mode ${hex}`, 0x10, 0x0d00, ["al"], () => probe.set([bx, 0], [cx, cellX - 1], [dx, cellY]));
    }
    probe.ask(`cell in mode ${hex}`, 0x10, 0x0200, [], () => at(3, 3));
    probe.ask(`write in mode ${hex}`, 0x10, 0x0951, [], () => probe.set([bx, 0x000e], [cx, 2]));
    probe.ask(`look in mode ${hex}`, 0x10, 0x0200, [], () => at(3, 4));
    probe.ask(`character in mode ${hex}`, 0x10, 0x0800, ["al"], () => at(0, 0));
  }
}
