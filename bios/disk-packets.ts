/**
 * INT 13h extensions: sectors by number, in packets.
 *
 * A packet in memory says how many sectors, from which on, and where they go. There is no limit to a drive's size any more.
 * (Enhanced Disk Drive Specification 3.0, Phoenix 1998)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bl, bx, cx, di, eax, edx, es, fs, si } from "../emulator/isa/registers.ts";
import { operation } from "./ata.ts";
import { diskDone, diskInvalid, diskOk, diskStatus, inRange, transferAll } from "./disk.ts";
import { frame } from "./frame.ts";
import { drive, driveKind, ebda } from "./layout.ts";

/** INT 13h AH=41h–44h, 47h, 48h. End the service. */
export const extensionsPresent = new Label("disk.extensionsPresent");
export const readSectors = new Label("disk.extendedRead");
export const writeSectors = new Label("disk.extendedWrite");
export const verifySectors = new Label("disk.extendedVerify");
export const seekSector = new Label("disk.extendedSeek");
export const driveParameters = new Label("disk.driveParameters");

/** ES:SI: the caller's packet → ES:DI: buffer, CX: sectors, fs:transferSector; or CF = 1. EAX lost. */
export const readPacket = new Label("readDiskPacket");
/** AX: sectors done, into the caller's packet. ES, SI lost. */
export const writePacketCount = new Label("writeDiskPacketCount");

const transferPacket = new Label("disk.transferPacket");
const writeDpte = new Label("writeDpte");
const writePath = new Label("writeDevicePath");

/** A packet's fields. (EDD 3.0, table 1) */
const packet = { size: 0, count: 2, offset: 4, segment: 6, sector: 8, flat: 16 } as const;

export function diskPackets(a: Assembler): void {
  // BX: 55AAh → AA55h; AH: version 3.0; CX: packets, and the extended drive parameters.
  a.func(extensionsPresent, () => {
    a.cmp(bx, 0x55aa);
    a.jne(diskInvalid);
    a.mov(frame.bx, 0xaa55);
    a.mov(frame.ah, 0x30);
    a.mov(frame.cx, 0x0005);
    a.jmp(diskDone);
  });

  a.func(readPacket, () => {
    const bad = new Label();
    const far = new Label();
    a.mov(eax, d(es, si, packet.sector));
    a.mov(d(fs, ebda.transferSector), eax);
    a.mov(eax, d(es, si, packet.sector + 4));
    a.mov(d(fs, ebda.transferSector + 4), eax);
    a.cmp(b(es, si, packet.size), 16);
    a.jb(bad);
    a.mov(cx, w(es, si, packet.count));
    a.mov(di, w(es, si, packet.offset));
    a.mov(ax, w(es, si, packet.segment));
    // FFFF:FFFF says that the packet is longer, and has a plain address in it.
    a.cmp(di, 0xffff);
    a.jne(far);
    a.cmp(ax, 0xffff);
    a.jne(far);
    a.cmp(b(es, si, packet.size), 24);
    a.jb(bad);
    a.cmp(d(es, si, packet.flat + 4), 0);
    a.jne(bad);
    a.mov(eax, d(es, si, packet.flat));
    // Only what a segment reaches.
    a.cmp(eax, 0x10_0000);
    a.jae(bad);
    a.mov(di, ax);
    a.and(di, 0x0f);
    a.shr(eax, 4);
    a.here(far);
    a.mov(es, ax);
    a.clc();
    a.ret();
    a.here(bad);
    a.stc();
    a.ret();
  });

  a.func(writePacketCount, () => {
    a.mov(es, frame.ds);
    a.mov(si, frame.si);
    a.mov(w(es, si, packet.count), ax);
    a.ret();
  });

  for (const [handler, what] of [
    [readSectors, operation.read],
    [writeSectors, operation.write],
    [verifySectors, operation.verify],
  ] as const) {
    a.func(handler, () => {
      a.mov(bl, what);
      a.jmp(transferPacket);
    });
  }

  a.func(transferPacket, () => {
    a.push(si);
    a.mov(es, frame.ds);
    a.mov(si, frame.si);
    a.call(readPacket);
    a.pop(si);
    a.jc(diskInvalid);
    a.call(transferAll);
    a.push(ax);
    a.mov(ax, w(fs, ebda.transferDone));
    a.call(writePacketCount);
    a.pop(ax);
    a.jmp(diskStatus);
  });

  a.func(seekSector, () => {
    a.push(si);
    a.mov(es, frame.ds);
    a.mov(si, frame.si);
    a.call(readPacket);
    a.pop(si);
    a.jc(diskInvalid);
    a.mov(cx, 1);
    a.call(inRange);
    a.jc(diskInvalid);
    a.jmp(diskOk);
  });

  // DS:SI: buffer, its size in the first word. (EDD 3.0, table 4)
  a.func(driveParameters, () => {
    const geometryDone = new Label();
    const short = new Label();
    a.mov(es, frame.ds);
    a.mov(di, frame.si);
    a.mov(bx, w(es, di));
    a.cmp(bx, 26);
    a.jb(diskInvalid);
    // Geometry: valid (flag bit 1) when the drive is so small that IDENTIFY can tell it.
    a.mov(eax, d(fs, si, drive.count));
    a.mov(edx, d(fs, si, drive.count + 4));
    a.mov(d(es, di, 16), eax);
    a.mov(d(es, di, 20), edx);
    a.mov(w(es, di, 24), 512);
    a.mov(w(es, di, 2), 0);
    a.mov(d(es, di, 4), 0x3fff);
    a.test(edx, edx);
    a.jnz(geometryDone);
    a.cmp(eax, 63 * 16 * 0x3fff);
    a.ja(geometryDone);
    a.mov(w(es, di, 2), 0b10);
    a.movzx(eax, w(fs, si, drive.cylinders));
    a.mov(d(es, di, 4), eax);
    a.here(geometryDone);
    a.movzx(eax, w(fs, si, drive.heads));
    a.mov(d(es, di, 8), eax);
    a.movzx(eax, w(fs, si, drive.sectors));
    a.mov(d(es, di, 12), eax);
    a.mov(ax, 26);
    a.cmp(bx, 30);
    a.jb(short);
    // What follows is about ATA.
    a.cmp(b(fs, si, drive.kind), driveKind.ata);
    a.jne(short);
    a.mov(w(es, di, 26), ebda.dpte);
    a.mov(w(es, di, 28), fs);
    a.call(writeDpte);
    a.mov(ax, 30);
    a.cmp(bx, 66);
    a.jb(short);
    a.call(writePath);
    a.mov(ax, 66);
    a.here(short);
    a.mov(w(es, di), ax);
    a.jmp(diskOk);
  });

  // The device parameter table extension of the drive, at fs:dpte: how to program it without the firmware. AX, CX lost.
  a.func(writeDpte, () => {
    const master = new Label();
    const to = (offset: number) => ebda.dpte + offset;
    a.mov(ax, w(fs, si, drive.commandPort));
    a.mov(w(fs, to(0)), ax);
    a.cmp(ax, 0x1f0);
    a.mov(ax, w(fs, si, drive.controlPort));
    a.mov(w(fs, to(2)), ax);
    a.mov(al, 14);
    a.je(master);
    a.inc(al);
    a.here(master);
    a.mov(b(fs, to(6)), al);
    a.mov(al, b(fs, si, drive.select));
    a.mov(b(fs, to(4)), al);
    a.mov(b(fs, to(5)), 0);
    a.mov(b(fs, to(7)), 1); // sectors a block
    a.mov(w(fs, to(8)), 0); // no DMA, PIO mode 0
    a.mov(w(fs, to(10)), 0x10); // block addresses are used
    a.mov(w(fs, to(12)), 0);
    a.mov(b(fs, to(14)), 0x11);
    a.push(si);
    a.mov(si, ebda.dpte);
    a.mov(cx, 15);
    a.xor(al, al);
    const sum = a.here();
    a.add(al, b(fs, si));
    a.inc(si);
    a.loop(sum);
    a.neg(al);
    a.mov(b(fs, si), al);
    a.pop(si);
    a.ret();
  });

  // Where the drive is, at ES:DI + 30: on the ISA bus, an ATA drive, at its port, first or second. AX, CX lost.
  a.func(writePath, () => {
    const text = (offset: number, characters: string) => {
      for (let i = 0; i < characters.length; i += 2) {
        a.mov(w(es, di, offset + i), characters.charCodeAt(i) | (characters.charCodeAt(i + 1) << 8));
      }
    };
    a.mov(w(es, di, 30), 0xbedd);
    a.mov(d(es, di, 32), 36);
    text(36, "ISA ATA     ");
    for (let offset = 48; offset < 66; offset += 2) a.mov(w(es, di, offset), 0);
    a.mov(ax, w(fs, si, drive.commandPort));
    a.mov(w(es, di, 48), ax);
    a.mov(al, b(fs, si, drive.select));
    a.shr(al, 4);
    a.and(al, 1);
    a.mov(b(es, di, 56), al);
    a.push(di);
    a.mov(cx, 35);
    a.xor(al, al);
    const sum = a.here();
    a.add(al, b(es, di, 30));
    a.inc(di);
    a.loop(sum);
    a.neg(al);
    a.mov(b(es, di, 30), al);
    a.pop(di);
    a.ret();
  });
}
