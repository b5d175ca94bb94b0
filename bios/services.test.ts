/**
 * Every service, asked by a boot sector on real QEMU, under this firmware and under QEMU's own (SeaBIOS): a PC's firmware
 * is what programs have come to expect, and SeaBIOS is what they meet most often.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "../disks/build.ts";
import { Qemu, withoutQemu } from "../disks/testing/qemu.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import type { R16, R32 } from "../emulator/isa/registers.ts";
import {
  al,
  ax,
  bl,
  bp,
  bx,
  cx,
  dh,
  di,
  dl,
  ds,
  dx,
  eax,
  ebp,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  si,
} from "../emulator/isa/registers.ts";
import { Machine } from "../emulator/machine.ts";
import { buildBios } from "./build.ts";
import { answers, DISK_SIZE, type Probe, probeDisk, SPARE_SECTOR } from "./testing/probe-disk.ts";

/** Buffers of the questions, as segments. */
const BUFFER = 0x2000;
const OTHER = 0x3000;

function questions(probe: Probe): void {
  const { a } = probe;
  const { ask, line, memory } = {
    ask: probe.ask.bind(probe),
    line: probe.line.bind(probe),
    memory: probe.memory.bind(probe),
  };
  const set = (pairs: readonly (readonly [R16 | R32, number])[]) => {
    for (const [register, value] of pairs) a.mov(register as R32, value);
  };
  const drive = () => a.mov(dl, b(0x530));
  /** A sum over memory at segment:0, as a name=value pair. */
  const sum = (segment: number, bytes: number) => {
    a.push(ds);
    a.mov(ax, segment);
    a.mov(ds, ax);
    a.xor(si, si);
    a.mov(cx, bytes / 4);
    a.xor(ebx, ebx);
    const next = a.here();
    a.lodsd();
    a.rol(ebx, 1);
    a.add(ebx, eax);
    a.loop(next);
    a.pop(ds);
    a.mov(d(0x534), ebx);
    memory("sum", 0x534, 4);
  };

  // Registers that a service does not answer in come back as they were.
  ask("preserved", 0x1a, 0x0200, ["ebx", "si", "di", "bp", "ds", "es"], () => {
    set([
      [ebx, 0x12345678],
      [esi, 0x9abcdef0],
      [edi, 0x0fedcba9],
      [ebp, 0x87654321],
    ]);
  });

  ask("equipment", 0x11, 0, ["ax"]);
  ask("base memory", 0x12, 0, ["ax"]);
  line("data area", () => {
    memory("com1", 0x400, 2);
    memory("com2", 0x402, 2);
    memory("ebda", 0x40e, 2);
    memory("disks", 0x475, 1);
    memory("columns", 0x44a, 2);
    memory("crtc", 0x463, 2);
    memory("rows", 0x484, 1);
    memory("height", 0x485, 2);
    memory("keys", 0x480, 4);
  });

  // INT 15h
  const map = new Label();
  const mapEnd = new Label();
  a.xor(ebx, ebx);
  a.here(map);
  a.mov(eax, 0xe820);
  a.mov(edx, 0x534d4150);
  a.mov(ecx, 20);
  a.mov(di, 0x540);
  a.int(0x15);
  a.jc(mapEnd);
  a.push(ebx);
  a.call(probe.grab);
  probe.text("map");
  probe.show(["eax", "ecx", "cf"]);
  memory("base", 0x540, 4);
  memory("baseHigh", 0x544, 4);
  memory("length", 0x548, 4);
  memory("lengthHigh", 0x54c, 4);
  memory("type", 0x550, 4);
  probe.end();
  a.pop(ebx);
  a.test(ebx, ebx);
  a.jnz(map);
  a.here(mapEnd);
  ask("E820 without SMAP", 0x15, 0xe820, ["ah", "cf"], () =>
    set([
      [edx, 0],
      [ebx, 0],
      [ecx, 20],
    ]),
  );
  ask("E801", 0x15, 0xe801, ["ax", "bx", "cx", "dx", "cf"]);
  ask("extended memory", 0x15, 0x8800, ["ax", "cf"]);
  ask("configuration", 0x15, 0xc000, ["ah", "cf"]);
  a.mov(al, b(es, bx, 2));
  ask("A20 support", 0x15, 0x2403, ["ah", "bx", "cf"]);
  ask("A20 open", 0x15, 0x2401, ["ah", "cf"]);
  ask("A20 state", 0x15, 0x2402, ["ax", "cf"]);
  ask("A20 shut", 0x15, 0x2400, ["ah", "cf"]);
  ask("A20 state, shut", 0x15, 0x2402, ["ax", "cf"]);
  ask("A20 open again", 0x15, 0x2401, ["ah", "cf"]);
  ask("EBDA", 0x15, 0xc100, ["es", "cf"]);
  ask("no such function", 0x15, 0x7700, ["ah", "cf"]);
  ask("no power management", 0x15, 0x5300, ["cf"], () => set([[bx, 0x1234]]));

  // Block move: our first KiB of program to 2 MiB, and back to a buffer.
  for (const [name, from, to] of [
    ["move up", 0x7c00, 0x20_0000],
    ["move down", 0x20_0000, BUFFER * 16],
  ] as const) {
    const table = new Label();
    const over = new Label();
    a.jmp(over);
    a.align(8);
    a.here(table);
    for (const base of [0, 0, from, to, 0, 0]) {
      a.dw(0xffff, base & 0xffff);
      a.db((base >> 16) & 0xff, 0x93, 0, 0);
    }
    a.here(over);
    ask(name, 0x15, 0x8700, ["ah", "cf"], () => {
      a.mov(si, table);
      a.mov(cx, 512);
    });
  }
  line("moved", () => sum(BUFFER, 1024));
  // Waiting: 220,000 µs are four ticks.
  a.mov(eax, d(0x46c));
  a.mov(d(0x538), eax);
  ask("wait", 0x15, 0x8600, ["cf"], () =>
    set([
      [cx, 3],
      [dx, 0x5b60],
    ]),
  );
  line("waited", () => {
    a.mov(eax, d(0x46c));
    a.sub(eax, d(0x538));
    a.mov(d(0x538), eax);
    memory("ticks", 0x538, 4);
  });

  // INT 1Ah
  a.hlt();
  ask("ticks before", 0x1a, 0x0000, ["ax", "cx", "dx"]);
  a.mov(cx, 5);
  const five = a.here();
  a.hlt();
  a.loop(five);
  ask("ticks after", 0x1a, 0x0000, ["ax", "cx", "dx"]);
  ask("set ticks", 0x1a, 0x0100, ["cf"], () =>
    set([
      [cx, 0x18],
      [dx, 0x00af],
    ]),
  );
  a.mov(cx, 3);
  const three = a.here();
  a.hlt();
  a.loop(three);
  ask("midnight", 0x1a, 0x0000, ["al", "cx"]);
  ask("midnight once", 0x1a, 0x0000, ["al", "cx"]);
  ask("time", 0x1a, 0x0200, ["ch", "cl", "cf"]);
  ask("date", 0x1a, 0x0400, ["cx", "dx", "cf"]);
  ask("set date", 0x1a, 0x0500, ["cf"], () =>
    set([
      [cx, 0x2012],
      [dx, 0x0229],
    ]),
  );
  ask("new date", 0x1a, 0x0400, ["cx", "dx", "cf"]);
  ask("set time", 0x1a, 0x0300, ["cf"], () =>
    set([
      [cx, 0x2358],
      [dx, 0x0000],
    ]),
  );
  ask("new time", 0x1a, 0x0200, ["ch", "cl", "cf"]);
  ask("PCI", 0x1a, 0xb101, ["ah", "bx", "edx", "cf"]);
  ask("PCI device", 0x1a, 0xb102, ["ah", "bx", "cf"], () =>
    set([
      [cx, 0x7000],
      [dx, 0x8086],
      [si, 0],
    ]),
  );
  ask("no PCI device", 0x1a, 0xb102, ["ah", "cf"], () =>
    set([
      [cx, 0x7000],
      [dx, 0x8086],
      [si, 1],
    ]),
  );
  ask("PCI class", 0x1a, 0xb103, ["ah", "bx", "cf"], () =>
    set([
      [ecx, 0x010180],
      [si, 0],
    ]),
  );
  ask("PCI word", 0x1a, 0xb109, ["ah", "cx", "cf"], () =>
    set([
      [bx, 0x0008],
      [di, 2],
    ]),
  );
  ask("PCI dword", 0x1a, 0xb10a, ["ah", "ecx", "cf"], () =>
    set([
      [bx, 0x0008],
      [di, 0],
    ]),
  );
  ask("PCI odd word", 0x1a, 0xb109, ["ah", "cf"], () =>
    set([
      [bx, 0x0008],
      [di, 1],
    ]),
  );

  // INT 13h
  ask("drive geometry", 0x13, 0x0800, ["ah", "cx", "dx", "cf"], drive);
  ask("drive type", 0x13, 0x1500, ["ah", "cx", "dx", "cf"], drive);
  ask("no drive", 0x13, 0x0800, ["cf"], () => a.mov(dl, 0x87));
  ask("no drive's type", 0x13, 0x1500, ["ah"], () => a.mov(dl, 0x87));
  ask("no floppy", 0x13, 0x0201, ["cf"], () =>
    set([
      [dx, 0],
      [cx, 1],
    ]),
  );
  const buffer = (segment: number, offset = 0) => {
    a.mov(ax, segment);
    a.mov(es, ax);
    a.mov(bx, offset);
  };
  ask("reset", 0x13, 0x0000, ["ah", "cf"], drive);
  ask("read track", 0x13, 0x023f, ["ax", "cf"], () => {
    drive();
    a.mov(dh, 5);
    a.mov(cx, 0x0301);
    buffer(BUFFER);
  });
  line("track", () => sum(BUFFER, 63 * 512));
  ask("read across cylinders", 0x13, 0x0204, ["ax", "cf"], () => {
    drive();
    a.mov(dh, 15);
    a.mov(cx, 0x043d);
    buffer(BUFFER, 0xfe00 - 0x200);
  });
  ask("sector 0", 0x13, 0x0201, ["ah", "cf"], () => {
    drive();
    a.mov(dh, 0);
    a.mov(cx, 0);
    buffer(BUFFER);
  });
  ask("last error", 0x13, 0x0100, ["cf"], drive);
  ask("verify", 0x13, 0x0410, ["ah", "cf"], () => {
    drive();
    a.mov(dh, 0);
    a.mov(cx, 0x0201);
    buffer(BUFFER);
  });
  ask("extensions", 0x13, 0x4100, ["bx", "cf"], () => {
    drive();
    a.mov(bx, 0x55aa);
  });
  /** A packet in the code. */
  const packet = (count: number, segment: number, offset: number, sector: number) => {
    const it = new Label();
    const over = new Label();
    a.jmp(over);
    a.here(it);
    a.db(16, 0);
    a.dw(count, offset, segment);
    a.dq(sector);
    a.here(over);
    return () => {
      drive();
      a.mov(si, it);
    };
  };
  ask("read packet", 0x13, 0x4200, ["ah", "cf"], packet(100, BUFFER, 0x0003, 20000));
  line("packet", () => {
    a.push(ds);
    a.mov(ax, BUFFER);
    a.mov(ds, ax);
    a.mov(eax, d(3));
    a.mov(ebx, d(3 + 99 * 512 + 508));
    a.pop(ds);
    a.mov(d(0x538), eax);
    a.mov(d(0x53c), ebx);
    memory("first", 0x538, 4);
    memory("last", 0x53c, 4);
  });
  ask("write packet", 0x13, 0x4300, ["ah", "cf"], packet(3, 0, 0x7c00, SPARE_SECTOR));
  ask("read back", 0x13, 0x4200, ["ah", "cf"], packet(3, OTHER, 0, SPARE_SECTOR));
  line("written", () => sum(OTHER, 1536));
  ask("write", 0x13, 0x0301, ["ax", "cf"], () => {
    drive();
    // Sector SPARE_SECTOR + 8 = 0 × 1008 + 16 × 63 + 0: cylinder 1.
    a.mov(dh, 0);
    a.mov(cx, 0x0101);
    buffer(0, 0x7c00);
  });
  ask("verify packet", 0x13, 0x4400, ["ah", "cf"], packet(8, BUFFER, 0, 200));
  ask("seek packet", 0x13, 0x4700, ["ah", "cf"], packet(1, BUFFER, 0, 200));
  ask("beyond the end", 0x13, 0x4200, ["cf"], packet(2, BUFFER, 0, DISK_SIZE / 512 - 1));
  ask("last sector", 0x13, 0x4200, ["ah", "cf"], packet(1, BUFFER, 0, DISK_SIZE / 512 - 1));
  ask("drive parameters", 0x13, 0x4800, ["ah", "cf"], () => {
    drive();
    a.mov(w(0x540), 66);
    a.mov(si, 0x540);
  });
  line("parameters", () => {
    for (const [name, at, bytes] of [
      ["flags", 2, 2],
      ["cylinders", 4, 4],
      ["heads", 8, 4],
      ["perTrack", 12, 4],
      ["sectors", 16, 4],
      ["sectorsHigh", 20, 4],
      ["sectorSize", 24, 2],
      ["path", 30, 2],
    ] as const) {
      memory(name, 0x540 + at, bytes);
    }
  });
  line("path sum", () => {
    a.xor(ax, ax);
    a.mov(si, 0x540 + 30);
    a.mov(cx, 36);
    const next = a.here();
    a.add(al, b(si));
    a.inc(si);
    a.loop(next);
    a.mov(b(0x538), al);
    memory("sum", 0x538, 1);
  });

  // INT 13h for a CD.
  const cd = () => a.mov(dl, 0xe0);
  ask("CD reset", 0x13, 0x0000, ["ah", "cf"], cd);
  ask("CD type", 0x13, 0x1500, ["ah", "cf"], cd);
  ask("CD extensions", 0x13, 0x4100, ["bx", "cf"], () => {
    cd();
    a.mov(bx, 0x55aa);
  });
  ask("CD read", 0x13, 0x4200, ["ah", "cf"], () => {
    packet(3, BUFFER, 0x0800, 16)();
    cd();
  });
  line("volume descriptors", () => {
    a.push(ds);
    a.mov(ax, BUFFER);
    a.mov(ds, ax);
    a.mov(eax, d(0x0801));
    a.mov(ebx, d(0x0800 + 2048 + 7));
    a.pop(ds);
    a.mov(d(0x538), eax);
    a.mov(d(0x53c), ebx);
    memory("id", 0x538, 4);
    memory("system", 0x53c, 4);
  });
  line("CD data", () => sum(BUFFER + 0x80, 3 * 2048));
  ask("CD beyond the end", 0x13, 0x4200, ["cf"], () => {
    packet(1, BUFFER, 0, 100_000_000)();
    cd();
  });
  ask("CD write", 0x13, 0x4300, ["ah", "cf"], () => {
    packet(1, BUFFER, 0, 100)();
    cd();
  });
  ask("CD parameters", 0x13, 0x4800, ["ah", "cf"], () => {
    cd();
    a.mov(w(0x540), 26);
    a.mov(si, 0x540);
  });
  line("CD's parameters", () => {
    for (const [name, at, bytes] of [
      ["size", 0, 2],
      ["flags", 2, 2],
      ["sectors", 16, 4],
      ["sectorSize", 24, 2],
    ] as const) {
      memory(name, 0x540 + at, bytes);
    }
  });
  ask("CD by cylinders", 0x13, 0x0201, ["cf"], () => {
    cd();
    a.mov(cx, 1);
    buffer(BUFFER);
  });
  ask("CD lock", 0x13, 0x4500, ["al", "cf"], cd);
  ask("CD eject when locked", 0x13, 0x4600, ["ah", "cf"], cd);
  ask("CD unlock", 0x13, 0x4501, ["al", "cf"], cd);
  ask("CD unlock again", 0x13, 0x4501, ["ah", "cf"], cd);
  ask("CD not booted", 0x13, 0x4b01, ["cf"], () => {
    cd();
    a.mov(si, 0x540);
  });

  // INT 14h, on the second port: the first one carries the answers.
  ask("serial port", 0x14, 0x00e3, ["al"], () => a.mov(dx, 1));
  for (const character of "to COM2") ask("send", 0x14, 0x0100 | character.charCodeAt(0), ["ah"], () => a.mov(dx, 1));
  ask("serial status", 0x14, 0x0300, ["ah", "al"], () => a.mov(dx, 1));
  ask("nothing received", 0x14, 0x0200, ["ah"], () => a.mov(dx, 1));
  ask("no printer", 0x17, 0x0200, [], () => a.mov(dx, 0));

  // The keyboard controller's mode: interrupts, translation, keyboard on.
  line("keyboard mode", () => {
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
    a.mov(b(0x538), al);
    memory("mode", 0x538, 1);
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
  ask("no key", 0x16, 0x0100, ["zf"]);
  ask("store key", 0x16, 0x0500, ["al"], () => a.mov(cx, 0x1e61));
  ask("see key", 0x16, 0x0100, ["ax", "zf"]);
  ask("take key", 0x16, 0x0000, ["ax"]);
  ask("taken", 0x16, 0x0100, ["zf"]);
  const noKeys = () => {
    a.mov(w(0x41a), 0x1e);
    a.mov(w(0x41c), 0x1e);
  };
  /** A key with others held, read by the old and by the enhanced function. */
  const keys = (name: string, codes: readonly number[], enhancedOnly = false) => {
    type(codes);
    ask(`${name} flags`, 0x16, 0x0200, ["al"]);
    type(codes);
    ask(`${name} enhanced`, 0x16, 0x1000, ["ax"]);
    if (enhancedOnly) {
      ask(`${name} hidden`, 0x16, 0x0100, ["zf"]);
      noKeys();
    } else ask(name, 0x16, 0x0000, ["ax"]);
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
  ask("Alt-65", 0x16, 0x0100, ["ax"]);
  noKeys();
  type([0x2a]);
  ask("Shift held", 0x16, 0x0200, ["al"]);
  type([0xaa, 0x1d]);
  ask("Ctrl held", 0x16, 0x1200, ["ax"]);
  type([0x9d, 0xe0, 0x38]);
  ask("right Alt held", 0x16, 0x1200, ["ax"]);
  type([0xe0, 0xb8]);
  ask("nothing held", 0x16, 0x1200, ["ax"]);
  // The buffer holds fifteen.
  for (let i = 0; i < 16; i++) type(stroke(0x10 + (i & 7)));
  line("buffer", () => {
    memory("head", 0x41a, 2);
    memory("tail", 0x41c, 2);
  });
  for (let i = 0; i < 15; i++) ask(`buffered ${i}`, 0x16, 0x0000, ["ax"]);
  ask("buffer empty", 0x16, 0x0100, ["zf"]);

  // INT 10h
  ask("set mode", 0x10, 0x0003, []);
  ask("mode", 0x10, 0x0f00, ["ax", "bh"]);
  const at = (row: number, column: number, page = 0) => {
    a.mov(dx, (row << 8) | column);
    a.mov(bx, page << 8);
  };
  ask("move cursor", 0x10, 0x0200, [], () => at(10, 20));
  ask("cursor", 0x10, 0x0300, ["cx", "dx"], () => at(0, 0));
  line("cursor address", () => {
    a.mov(dx, 0x3d4);
    for (const register of [0x0e, 0x0f]) {
      a.mov(al, register);
      a.out(dx, al);
      a.inc(dx);
      a.in(al, dx);
      a.dec(dx);
      a.mov(b(0x538 + 0x0f - register), al);
    }
    memory("cell", 0x538, 2);
  });
  ask("write cells", 0x10, 0x0941, [], () =>
    set([
      [bx, 0x001e],
      [cx, 5],
    ]),
  );
  ask("read cell", 0x10, 0x0800, ["ax"], () => at(0, 0));
  ask("write characters", 0x10, 0x0a42, [], () =>
    set([
      [bx, 0x0000],
      [cx, 2],
    ]),
  );
  ask("read character", 0x10, 0x0800, ["ax"], () => at(0, 0));
  ask("scroll up", 0x10, 0x0602, [], () =>
    set([
      [bx, 0x2000],
      [cx, 0x0510],
      [dx, 0x0c1e],
    ]),
  );
  /** A cell as memory has it. */
  const cell = (name: string, row: number, column: number, page = 0) =>
    line(name, () => {
      a.mov(ax, 0xb800);
      a.mov(es, ax);
      a.mov(ax, w(es, page * 4096 + (row * 80 + column) * 2));
      a.mov(w(0x538), ax);
      memory("cell", 0x538, 2);
      a.push(ds);
      a.pop(es);
    });
  cell("scrolled", 8, 20);
  cell("freed", 12, 16);
  cell("beside", 12, 15);
  ask("scroll down", 0x10, 0x0701, [], () =>
    set([
      [bx, 0x3000],
      [cx, 0],
      [dx, 0x184f],
    ]),
  );
  cell("lower", 9, 20);
  cell("top", 0, 0);
  ask("clear", 0x10, 0x0600, [], () =>
    set([
      [bx, 0x4700],
      [cx, 0],
      [dx, 0x184f],
    ]),
  );
  cell("cleared", 24, 79);
  ask("to the corner", 0x10, 0x0200, [], () => at(24, 79));
  for (const character of "x\r\ny\bz") ask("teletype", 0x10, 0x0e00 | character.charCodeAt(0), [], () => a.mov(bx, 7));
  ask("cursor after", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("written in the corner", 22, 79);
  cell("on the last line", 24, 0);
  cell("behind", 24, 1);
  const text = new Label();
  const overText = new Label();
  a.jmp(overText);
  a.here(text);
  a.db("H", 0x1f, "i", 0x2f);
  a.here(overText);
  ask("string with colours", 0x10, 0x1303, [], () => {
    a.mov(bp, text);
    set([
      [bx, 0],
      [cx, 2],
      [dx, 0x0305],
    ]);
  });
  ask("cursor behind the string", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("string", 3, 6);
  ask("string without", 0x10, 0x1300, [], () => {
    a.mov(bp, text);
    set([
      [bx, 0x006e],
      [cx, 3],
      [dx, 0x0405],
    ]);
  });
  ask("cursor stayed", 0x10, 0x0300, ["dx"], () => at(0, 0));
  cell("plain string", 4, 5);
  ask("page 2", 0x10, 0x0502, []);
  ask("cursor on page 2", 0x10, 0x0200, [], () => at(1, 2, 2));
  ask("write on page 2", 0x10, 0x0950, [], () =>
    set([
      [bx, 0x0270],
      [cx, 1],
    ]),
  );
  cell("page 2's cell", 1, 2, 2);
  ask("page", 0x10, 0x0f00, ["bh"]);
  line("page start", () => memory("start", 0x44e, 2));
  ask("page 0", 0x10, 0x0500, []);
  ask("cursor shape", 0x10, 0x0100, [], () => a.mov(cx, 0x0007));
  ask("cursor's shape", 0x10, 0x0300, ["cx"], () => at(0, 0));
  line("cursor lines", () => {
    a.mov(dx, 0x3d4);
    for (const register of [0x0a, 0x0b]) {
      a.mov(al, register);
      a.out(dx, al);
      a.inc(dx);
      a.in(al, dx);
      a.dec(dx);
      a.mov(b(0x538 + 0x0b - register), al);
    }
    memory("lines", 0x538, 2);
  });
  ask("EGA information", 0x10, 0x1200, ["bx", "ch"], () => a.mov(bx, 0x10));
  ask("display", 0x10, 0x1a00, ["al", "bx"]);
  ask("font", 0x10, 0x1130, ["cx", "dl"], () => a.mov(bx, 0x0600));
  ask("set palette", 0x10, 0x1000, [], () => a.mov(bx, 0x2a05));
  ask("palette", 0x10, 0x1007, ["bh"], () => a.mov(bx, 0x0005));
  ask("set colour", 0x10, 0x1010, [], () =>
    set([
      [bx, 7],
      [dx, 0x1100],
      [cx, 0x2233],
    ]),
  );
  ask("colour", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 7));
  ask("brown", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 0x14));
  ask("bright white", 0x10, 0x1015, ["cx", "dh"], () => a.mov(bx, 0x3f));
  ask("blinking off", 0x10, 0x1003, [], () => a.mov(bx, 0));
  ask("mode control", 0x10, 0x1007, ["bh"], () => a.mov(bx, 0x0010));
  ask("50 rows", 0x10, 0x1112, [], () => a.mov(bx, 0));
  ask("50 rows' font", 0x10, 0x1130, ["cx", "dl"], () => a.mov(bx, 0x0300));
  line("50 rows' data", () => {
    memory("rows", 0x484, 1);
    memory("height", 0x485, 2);
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
    line(`registers of mode ${mode.toString(16)}`, () => {
      a.mov(dx, 0x3cc);
      a.in(al, dx);
      a.mov(b(0x538), al);
      memory("misc", 0x538, 1);
      for (let at = 0; at < 60; at += 4) memory(`r${at}`, 0x600 + at, 4);
    });
    ask(`colours of mode ${mode.toString(16)}`, 0x10, 0x1017, [], () => {
      a.mov(dx, 0x600);
      set([
        [bx, 0],
        [cx, 256],
      ]);
    });
    line(`sum of the colours of mode ${mode.toString(16)}`, () => sum(0x60, mode === 0x13 ? 768 : 192));
    line(`data of mode ${mode.toString(16)}`, () => {
      memory("columns", 0x44a, 2);
      memory("page", 0x44c, 2);
      memory("rows", 0x484, 1);
      memory("height", 0x485, 2);
    });
  };
  for (const mode of [0x01, 0x0d, 0x0e, 0x12, 0x13, 0x03]) {
    const hex = mode.toString(16);
    ask(`mode ${hex}`, 0x10, mode, ["al"]);
    ask(`mode ${hex} is set`, 0x10, 0x0f00, ["ax", "bh"]);
    registers(mode);
    if (mode < 4) continue;
    ask(`pixel in mode ${hex}`, 0x10, 0x0c0b, [], () =>
      set([
        [bx, 0],
        [cx, 301],
        [dx, 199],
      ]),
    );
    ask(`its colour in mode ${hex}`, 0x10, 0x0d00, ["al"], () =>
      set([
        [bx, 0],
        [cx, 301],
        [dx, 199],
      ]),
    );
    ask(`pixel beside in mode ${hex}`, 0x10, 0x0d00, ["al"], () =>
      set([
        [bx, 0],
        [cx, 300],
        [dx, 199],
      ]),
    );
    if (mode !== 0x13) {
      ask(`XOR in mode ${hex}`, 0x10, 0x0c83, [], () =>
        set([
          [bx, 0],
          [cx, 301],
          [dx, 199],
        ]),
      );
      ask(`colour after XOR in mode ${hex}`, 0x10, 0x0d00, ["al"], () =>
        set([
          [bx, 0],
          [cx, 301],
          [dx, 199],
        ]),
      );
    }
    ask(`cursor in mode ${hex}`, 0x10, 0x0200, [], () => at(24, 38));
    for (const character of "ab") {
      ask(`teletype in mode ${hex}`, 0x10, 0x0e00 | character.charCodeAt(0), [], () => a.mov(bx, 0x000c));
    }
    ask(`cursor behind in mode ${hex}`, 0x10, 0x0300, ["dx"], () => at(0, 0));
    ask(`fill in mode ${hex}`, 0x10, 0x0601, [], () =>
      set([
        [bx, 0x0500],
        [cx, 0x0202],
        [dx, 0x0405],
      ]),
    );
    for (const [what, x, y] of [
      ["free", 6, 5],
      ["outside", 1, 5],
      ["beside", 6, 2],
    ] as const) {
      const [cellX, cellY] = [x * 8, y * (mode === 0x12 ? 16 : 8) - 1];
      ask(`${what} in mode ${hex}`, 0x10, 0x0d00, ["al"], () =>
        set([
          [bx, 0],
          [cx, cellX - 1],
          [dx, cellY],
        ]),
      );
    }
    ask(`cell in mode ${hex}`, 0x10, 0x0200, [], () => at(3, 3));
    ask(`write in mode ${hex}`, 0x10, 0x0951, [], () =>
      set([
        [bx, 0x000e],
        [cx, 2],
      ]),
    );
    ask(`look in mode ${hex}`, 0x10, 0x0200, [], () => at(3, 4));
    ask(`character in mode ${hex}`, 0x10, 0x0800, ["al"], () => at(0, 0));
  }
}

/** What the clock shows when a machine is switched on. */
const CLOCK_START_TEXT = "2024-02-29T21:43:05";
const CLOCK_START = Date.parse(`${CLOCK_START_TEXT}Z`) / 1000;

type Answers = readonly { readonly name: string; readonly values: ReadonlyMap<string, string> }[];

/** Questions that the two may answer differently, and why. */
const opinions = new Map([
  ["equipment", "a floppy, a printer and a mouse are offered there and not here"],
  ["no power management", "APM is offered there"],
  ["map", "compared by what it adds up to"],
  ["E801", "memory for ACPI's tables is kept back there"],
  ["extended memory", "the same"],
  ["waited", "four ticks or more"],
  ["ticks before", "time passes"],
  ["ticks after", "time passes"],
  ["no drive's type", "the AT answered: no such drive, and no error"],
  ["PCI odd word", "the PCI BIOS asks for an error, which is not given there"],
  ["CD type", "there: removable, and changes go unnoticed; here they are noticed"],
  ["CD's parameters", "the number of sectors is not asked for there"],
  ["CD not booted", "what was booted is told there even when that was something else"],
  ["F12 hidden", "the old function must not show keys of the enhanced keyboard, and does there"],
  ["Alt-65", "is not known there"],
  [
    "on the last line",
    "a line that scrolls in takes the colours of the line before here, as on IBM's, and is grey there",
  ],
  ["behind", "the same"],
]);

/** What Cor's machine has in another way than QEMU, so that the same firmware answers otherwise. */
const otherMachine = new Map([
  ["send", "a byte is on the wire for 87 µs here"],
  ["serial status", "the same"],
  ["waited", "four ticks or more"],
  ["ticks before", "time passes"],
  ["ticks after", "time passes"],
  ...["PCI", "PCI device", "no PCI device", "PCI class", "PCI word", "PCI dword", "PCI odd word"].map(
    (name) => [name, "there is no PCI here"] as const,
  ),
]);

/** Where two runs differ, but for questions that may be answered differently. */
function differences(one: Answers, other: Answers, expected: ReadonlyMap<string, string>) {
  const text = ({ values }: Answers[number]) =>
    [...values].map(([register, value]) => `${register}=${value}`).join(" ");
  return one
    .map((answer, i) => ({ name: answer.name, one: text(answer), other: other[i] ? text(other[i]) : "nothing" }))
    .filter(({ name, one, other }) => one !== other && !expected.has(name));
}

describe("services on QEMU", { skip: withoutQemu }, () => {
  let folder = "";
  let ours: Answers = [];
  let theirs: Answers = [];
  let com2 = "";
  let disk: Uint8Array;
  let iso: Uint8Array;
  let written: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cor-bios-"));
    const rom = join(folder, "bios.bin");
    await writeFile(rom, buildBios());
    disk = probeDisk(questions);
    iso = build().iso;
    await writeFile(join(folder, "cor.iso"), iso);
    const run = async (name: string, ...options: string[]) => {
      const image = join(folder, `${name}.img`);
      await writeFile(image, disk);
      const clock = ["-rtc", `base=${CLOCK_START_TEXT},clock=vm`];
      const ports = ["-serial", `file:${join(folder, name)}.com2`, "-boot", "c"];
      const media = ["-drive", `file=${image},format=raw`, "-cdrom", join(folder, "cor.iso")];
      await using machine = new Qemu(...options, ...clock, ...ports, ...media);
      await machine.sees("probe ends");
      return answers(machine.serial);
    };
    [ours, theirs] = await Promise.all([run("ours", "-bios", rom), run("theirs")]);
    com2 = await readFile(join(folder, "ours.com2"), "latin1");
    written = (await readFile(join(folder, "ours.img"))).subarray(SPARE_SECTOR * 512, (SPARE_SECTOR + 3) * 512);
    assert.deepEqual(written, Buffer.from(disk.subarray(0, 3 * 512)), "what was written is on the disk");
  });
  after(() => rm(folder, { recursive: true }));

  const value = (name: string, register: string, of: Answers = ours) =>
    of.find((answer) => answer.name === name)?.values.get(register);
  const number = (name: string, register: string, of: Answers = ours) =>
    Number.parseInt(value(name, register, of) ?? "none", 16);

  test("answers as other firmware does", () => {
    assert.ok(ours.length > 250);
    const withoutMap = (all: Answers) => all.filter(({ name }) => name !== "map");
    assert.deepEqual(
      withoutMap(ours).map(({ name }) => name),
      withoutMap(theirs).map(({ name }) => name),
    );
    assert.deepEqual(differences(withoutMap(ours), withoutMap(theirs), opinions), []);
  });

  test("answers on Cor's machine as on QEMU", () => {
    let serial = "";
    const machine = new Machine(
      { memory: 64, firmware: buildBios(), disks: [{ image: disk }], cdrom: iso, time: CLOCK_START },
      {
        output: (channel, byte) => {
          if (channel === "com1") serial += String.fromCharCode(byte);
        },
      },
    );
    const stop = machine.run({ until: "probe ends", instructions: 50_000_000 });
    assert.equal(stop.kind, "text", serial);
    assert.deepEqual(differences(ours, answers(serial), otherMachine), []);
  });

  test("the memory map is in order, without overlaps, and has as much memory as other firmware's, up to its tables", () => {
    const map = (all: Answers) =>
      all
        .filter(({ name }) => name === "map")
        .map(({ values }) => {
          const field = (name: string) =>
            Number.parseInt(values.get(`${name}High`)!, 16) * 2 ** 32 + Number.parseInt(values.get(name)!, 16);
          return {
            base: field("base"),
            end: field("base") + field("length"),
            usable: values.get("type") === "00000001",
          };
        });
    const usable = (all: Answers) =>
      map(all)
        .filter((entry) => entry.usable)
        .reduce((total, { base, end }) => total + end - base, 0);
    const entries = map(ours);
    entries.reduce((before, entry) => {
      assert.ok(before.end <= entry.base && entry.base < entry.end);
      return entry;
    });
    const difference = usable(ours) - usable(theirs);
    assert.ok(difference >= 0 && difference <= 256 * 1024, `${difference} bytes more`);
  });

  test("the older ways to ask for memory agree with the map", () => {
    assert.equal(number("E801", "ax"), 15 * 1024);
    assert.equal(number("E801", "bx"), (64 - 16) * 16);
    assert.equal(number("E801", "cx"), number("E801", "ax"));
    assert.equal(number("E801", "dx"), number("E801", "bx"));
    assert.equal(number("extended memory", "ax"), 63 * 1024);
    assert.equal(number("equipment", "ax"), 0x0422);
  });

  test("time passes", () => {
    assert.ok(number("waited", "ticks") >= 4);
    assert.ok(number("ticks after", "dx") - number("ticks before", "dx") >= 5);
    // 21:43:05 in ticks, and what the boot took.
    const ticks = number("ticks before", "cx") * 0x1_0000 + number("ticks before", "dx");
    const start = ((21 * 60 + 43) * 60 + 5) * (1_193_182 / 65_536);
    assert.ok(ticks >= Math.floor(start) && ticks < start + 2000, `${ticks} ticks, from ${start} on`);
  });

  test("keys that only the enhanced functions know are hidden from the others, and Alt makes characters of numbers", () => {
    assert.equal(number("F12 hidden", "zf"), 1);
    assert.equal(value("Alt-65", "ax"), "0041");
  });

  test("a line that scrolls in keeps the colours of the one before", () => {
    assert.equal(value("on the last line", "cell"), "477a");
    assert.equal(value("behind", "cell"), "4720");
  });

  test("what is not there is said so", () => {
    assert.equal(value("no power management", "cf"), "1");
    assert.equal(value("no drive's type", "ah"), "00");
    assert.equal(value("PCI odd word", "ah"), "87");
    assert.equal(value("CD not booted", "cf"), "1");
  });

  test("a CD's size is told", () => {
    assert.equal(number("CD's parameters", "sectors") * 2048, iso.length);
    assert.equal(value("CD's parameters", "sectorSize"), "0800");
    assert.equal(value("CD's parameters", "flags"), "0074");
    assert.equal(value("CD type", "ah"), "02");
  });

  test("INT 14h sends", () => assert.equal(com2, "to COM2"));
});
