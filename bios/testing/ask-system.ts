/** Questions about memory, time and PCI: INT 11h, 12h, 15h, 1Ah. */
import { b, d } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, bx, cx, di, dx, eax, ebp, ebx, ecx, edi, edx, es, esi, si } from "../../emulator/isa/registers.ts";
import { BLOCK, BUFFER, type Probe, VARIABLE } from "./probe-disk.ts";

export function askSystem(probe: Probe): void {
  const { a } = probe;
  // Registers that a service does not answer in come back as they were.
  probe.ask("preserved", 0x1a, 0x0200, ["ebx", "si", "di", "bp", "ds", "es"], () => {
    probe.set([ebx, 0x12345678], [esi, 0x9abcdef0], [edi, 0x0fedcba9], [ebp, 0x87654321]);
  });

  probe.ask("equipment", 0x11, 0, ["ax"]);
  probe.ask("base memory", 0x12, 0, ["ax"]);
  probe.line("data area", () => {
    probe.memory("com1", 0x400, 2);
    probe.memory("com2", 0x402, 2);
    probe.memory("ebda", 0x40e, 2);
    probe.memory("disks", 0x475, 1);
    probe.memory("columns", 0x44a, 2);
    probe.memory("crtc", 0x463, 2);
    probe.memory("rows", 0x484, 1);
    probe.memory("height", 0x485, 2);
    probe.memory("keys", 0x480, 4);
  });

  // INT 15h
  const map = new Label();
  const mapEnd = new Label();
  a.xor(ebx, ebx);
  a.here(map);
  a.mov(eax, 0xe820);
  a.mov(edx, 0x534d4150);
  a.mov(ecx, 20);
  a.mov(di, BLOCK);
  a.int(0x15);
  a.jc(mapEnd);
  a.push(ebx);
  a.call(probe.grab);
  probe.text("map");
  probe.show(["eax", "ecx", "cf"]);
  probe.memory("base", BLOCK, 4);
  probe.memory("baseHigh", BLOCK + 4, 4);
  probe.memory("length", BLOCK + 8, 4);
  probe.memory("lengthHigh", BLOCK + 12, 4);
  probe.memory("type", BLOCK + 16, 4);
  probe.end();
  a.pop(ebx);
  a.test(ebx, ebx);
  a.jnz(map);
  a.here(mapEnd);
  probe.ask("E820 without SMAP", 0x15, 0xe820, ["ah", "cf"], () => probe.set([edx, 0], [ebx, 0], [ecx, 20]));
  probe.ask("E801", 0x15, 0xe801, ["ax", "bx", "cx", "dx", "cf"]);
  probe.ask("extended memory", 0x15, 0x8800, ["ax", "cf"]);
  probe.ask("configuration", 0x15, 0xc000, ["ah", "cf"]);
  a.mov(al, b(es, bx, 2));
  probe.ask("A20 support", 0x15, 0x2403, ["ah", "bx", "cf"]);
  probe.ask("A20 open", 0x15, 0x2401, ["ah", "cf"]);
  probe.ask("A20 state", 0x15, 0x2402, ["ax", "cf"]);
  probe.ask("A20 shut", 0x15, 0x2400, ["ah", "cf"]);
  probe.ask("A20 state, shut", 0x15, 0x2402, ["ax", "cf"]);
  probe.ask("A20 open again", 0x15, 0x2401, ["ah", "cf"]);
  probe.ask("EBDA", 0x15, 0xc100, ["es", "cf"]);
  probe.ask("no such function", 0x15, 0x7700, ["ah", "cf"]);
  probe.ask("no power management", 0x15, 0x5300, ["cf"], () => probe.set([bx, 0x1234]));

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
    probe.ask(name, 0x15, 0x8700, ["ah", "cf"], () => {
      a.mov(si, table);
      a.mov(cx, 512);
    });
  }
  probe.line("moved", () => probe.sum(BUFFER, 1024));
  // Waiting: 220,000 µs are four ticks.
  a.mov(eax, d(0x46c));
  a.mov(d(VARIABLE), eax);
  probe.ask("wait", 0x15, 0x8600, ["cf"], () => probe.set([cx, 3], [dx, 0x5b60]));
  probe.line("waited", () => {
    a.mov(eax, d(0x46c));
    a.sub(eax, d(VARIABLE));
    a.mov(d(VARIABLE), eax);
    probe.memory("ticks", VARIABLE, 4);
  });

  // Waiting in the background: a flag rises.
  a.mov(b(VARIABLE), 0);
  probe.ask("event wait", 0x15, 0x8300, ["cf"], () => probe.set([cx, 0], [dx, 50_000], [bx, VARIABLE]));
  probe.ask("second event wait", 0x15, 0x8300, ["cf"], () => probe.set([cx, 0], [dx, 50_000], [bx, VARIABLE]));
  a.mov(cx, 1000);
  const waiting = a.here();
  const risen = new Label();
  a.hlt();
  a.test(b(VARIABLE), 0x80);
  a.jnz(risen);
  a.loop(waiting);
  a.here(risen);
  probe.line("event", () => probe.memory("flag", VARIABLE, 1));

  // INT 1Ah
  a.hlt();
  probe.ask("ticks before", 0x1a, 0x0000, ["ax", "cx", "dx"]);
  a.mov(cx, 5);
  const five = a.here();
  a.hlt();
  a.loop(five);
  probe.ask("ticks after", 0x1a, 0x0000, ["ax", "cx", "dx"]);
  probe.ask("set ticks", 0x1a, 0x0100, ["cf"], () => probe.set([cx, 0x18], [dx, 0x00af]));
  a.mov(cx, 3);
  const three = a.here();
  a.hlt();
  a.loop(three);
  probe.ask("midnight", 0x1a, 0x0000, ["al", "cx"]);
  probe.ask("midnight once", 0x1a, 0x0000, ["al", "cx"]);
  probe.ask("time", 0x1a, 0x0200, ["ch", "cl", "cf"]);
  probe.ask("date", 0x1a, 0x0400, ["cx", "dx", "cf"]);
  probe.ask("set date", 0x1a, 0x0500, ["cf"], () => probe.set([cx, 0x2012], [dx, 0x0229]));
  probe.ask("new date", 0x1a, 0x0400, ["cx", "dx", "cf"]);
  probe.ask("set time", 0x1a, 0x0300, ["cf"], () => probe.set([cx, 0x2358], [dx, 0x0000]));
  probe.ask("new time", 0x1a, 0x0200, ["ch", "cl", "cf"]);
  probe.ask("PCI", 0x1a, 0xb101, ["ah", "bx", "edx", "cf"]);
  probe.ask("PCI device", 0x1a, 0xb102, ["ah", "bx", "cf"], () => probe.set([cx, 0x7000], [dx, 0x8086], [si, 0]));
  probe.ask("no PCI device", 0x1a, 0xb102, ["ah", "cf"], () => probe.set([cx, 0x7000], [dx, 0x8086], [si, 1]));
  probe.ask("PCI class", 0x1a, 0xb103, ["ah", "bx", "cf"], () => probe.set([ecx, 0x010180], [si, 0]));
  probe.ask("PCI word", 0x1a, 0xb109, ["ah", "cx", "cf"], () => probe.set([bx, 0x0008], [di, 2]));
  probe.ask("PCI dword", 0x1a, 0xb10a, ["ah", "ecx", "cf"], () => probe.set([bx, 0x0008], [di, 0]));
  probe.ask("PCI odd word", 0x1a, 0xb109, ["ah", "cf"], () => probe.set([bx, 0x0008], [di, 1]));
}
