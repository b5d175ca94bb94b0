/** Questions to INT 13h, about the hard disk and the CD. */
import { b, d, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { al, ax, bx, cx, dh, dl, ds, dx, eax, ebx, es, si } from "../../emulator/isa/registers.ts";
import {
  BLOCK,
  BOOT_DRIVE,
  BUFFER,
  DISK_SIZE,
  OTHER_BUFFER,
  type Probe,
  SPARE_SECTOR,
  VARIABLE,
} from "./probe-disk.ts";

export function askDisks(probe: Probe): void {
  const { a } = probe;
  const drive = () => a.mov(dl, b(BOOT_DRIVE));
  // INT 13h
  probe.ask("drive geometry", 0x13, 0x0800, ["ah", "cx", "dx", "cf"], drive);
  probe.ask("drive type", 0x13, 0x1500, ["ah", "cx", "dx", "cf"], drive);
  probe.ask("no drive", 0x13, 0x0800, ["cf"], () => a.mov(dl, 0x87));
  probe.ask("no drive's type", 0x13, 0x1500, ["ah"], () => a.mov(dl, 0x87));
  probe.ask("no floppy", 0x13, 0x0201, ["cf"], () => probe.set([dx, 0], [cx, 1]));
  const buffer = (segment: number, offset = 0) => {
    a.mov(ax, segment);
    a.mov(es, ax);
    a.mov(bx, offset);
  };
  probe.ask("reset", 0x13, 0x0000, ["ah", "cf"], drive);
  probe.ask("read track", 0x13, 0x023f, ["ax", "cf"], () => {
    drive();
    a.mov(dh, 5);
    a.mov(cx, 0x0301);
    buffer(BUFFER);
  });
  probe.line("track", () => probe.sum(BUFFER, 63 * 512));
  probe.ask("read across cylinders", 0x13, 0x0204, ["ax", "cf"], () => {
    drive();
    a.mov(dh, 15);
    a.mov(cx, 0x043d);
    buffer(BUFFER, 0xfe00 - 0x200);
  });
  probe.ask("sector 0", 0x13, 0x0201, ["ah", "cf"], () => {
    drive();
    a.mov(dh, 0);
    a.mov(cx, 0);
    buffer(BUFFER);
  });
  probe.ask("last error", 0x13, 0x0100, ["cf"], drive);
  probe.ask("verify", 0x13, 0x0410, ["ah", "cf"], () => {
    drive();
    a.mov(dh, 0);
    a.mov(cx, 0x0201);
    buffer(BUFFER);
  });
  probe.ask("extensions", 0x13, 0x4100, ["bx", "cf"], () => {
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
  probe.ask("read packet", 0x13, 0x4200, ["ah", "cf"], packet(100, BUFFER, 0x0003, 20000));
  probe.line("packet", () => {
    a.push(ds);
    a.mov(ax, BUFFER);
    a.mov(ds, ax);
    a.mov(eax, d(3));
    a.mov(ebx, d(3 + 99 * 512 + 508));
    a.pop(ds);
    a.mov(d(VARIABLE), eax);
    a.mov(d(VARIABLE + 4), ebx);
    probe.memory("first", VARIABLE, 4);
    probe.memory("last", VARIABLE + 4, 4);
  });
  probe.ask("read packet over 64 KiB", 0x13, 0x4200, ["ah", "cf"], packet(120, BUFFER + 0x800, 0, 30000));
  probe.line("over 64 KiB", () => probe.sum(BUFFER + 0x800, 120 * 512));
  probe.ask("write packet", 0x13, 0x4300, ["ah", "cf"], packet(3, 0, 0x7c00, SPARE_SECTOR));
  probe.ask("read back", 0x13, 0x4200, ["ah", "cf"], packet(3, OTHER_BUFFER, 0, SPARE_SECTOR));
  probe.line("written", () => probe.sum(OTHER_BUFFER, 1536));
  probe.ask("write", 0x13, 0x0301, ["ax", "cf"], () => {
    drive();
    // Sector SPARE_SECTOR + 8 = 0 × 1008 + 16 × 63 + 0: cylinder 1.
    a.mov(dh, 0);
    a.mov(cx, 0x0101);
    buffer(0, 0x7c00);
  });
  probe.ask("verify packet", 0x13, 0x4400, ["ah", "cf"], packet(8, BUFFER, 0, 200));
  probe.ask("seek packet", 0x13, 0x4700, ["ah", "cf"], packet(1, BUFFER, 0, 200));
  probe.ask("beyond the end", 0x13, 0x4200, ["cf"], packet(2, BUFFER, 0, DISK_SIZE / 512 - 1));
  probe.ask("last sector", 0x13, 0x4200, ["ah", "cf"], packet(1, BUFFER, 0, DISK_SIZE / 512 - 1));
  probe.ask("drive parameters", 0x13, 0x4800, ["ah", "cf"], () => {
    drive();
    a.mov(w(BLOCK), 66);
    a.mov(si, BLOCK);
  });
  probe.line("parameters", () => {
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
      probe.memory(name, BLOCK + at, bytes);
    }
  });
  probe.line("path sum", () => {
    a.xor(ax, ax);
    a.mov(si, BLOCK + 30);
    a.mov(cx, 36);
    const next = a.here();
    a.add(al, b(si));
    a.inc(si);
    a.loop(next);
    a.mov(b(VARIABLE), al);
    probe.memory("sum", VARIABLE, 1);
  });

  // INT 13h for a CD.
  const cd = () => a.mov(dl, 0xe0);
  probe.ask("CD reset", 0x13, 0x0000, ["ah", "cf"], cd);
  probe.ask("CD type", 0x13, 0x1500, ["ah", "cf"], cd);
  probe.ask("CD extensions", 0x13, 0x4100, ["bx", "cf"], () => {
    cd();
    a.mov(bx, 0x55aa);
  });
  probe.ask("CD read", 0x13, 0x4200, ["ah", "cf"], () => {
    packet(3, BUFFER, 0x0800, 16)();
    cd();
  });
  probe.line("volume descriptors", () => {
    a.push(ds);
    a.mov(ax, BUFFER);
    a.mov(ds, ax);
    a.mov(eax, d(0x0801));
    a.mov(ebx, d(0x0800 + 2048 + 7));
    a.pop(ds);
    a.mov(d(VARIABLE), eax);
    a.mov(d(VARIABLE + 4), ebx);
    probe.memory("id", VARIABLE, 4);
    probe.memory("system", VARIABLE + 4, 4);
  });
  probe.line("CD data", () => probe.sum(BUFFER + 0x80, 3 * 2048));
  probe.ask("CD beyond the end", 0x13, 0x4200, ["cf"], () => {
    packet(1, BUFFER, 0, 100_000_000)();
    cd();
  });
  probe.ask("CD write", 0x13, 0x4300, ["ah", "cf"], () => {
    packet(1, BUFFER, 0, 100)();
    cd();
  });
  probe.ask("CD parameters", 0x13, 0x4800, ["ah", "cf"], () => {
    cd();
    a.mov(w(BLOCK), 26);
    a.mov(si, BLOCK);
  });
  probe.line("CD's parameters", () => {
    for (const [name, at, bytes] of [
      ["size", 0, 2],
      ["flags", 2, 2],
      ["sectors", 16, 4],
      ["sectorSize", 24, 2],
    ] as const) {
      probe.memory(name, BLOCK + at, bytes);
    }
  });
  probe.ask("CD by cylinders", 0x13, 0x0201, ["cf"], () => {
    cd();
    a.mov(cx, 1);
    buffer(BUFFER);
  });
  probe.ask("CD lock", 0x13, 0x4500, ["al", "cf"], cd);
  probe.ask("CD eject when locked", 0x13, 0x4600, ["ah", "cf"], cd);
  probe.ask("CD unlock", 0x13, 0x4501, ["al", "cf"], cd);
  probe.ask("CD unlock again", 0x13, 0x4501, ["ah", "cf"], cd);
  probe.ask("CD not booted", 0x13, 0x4b01, ["cf"], () => {
    cd();
    a.mov(si, BLOCK);
  });
}
