/**
 * INT 13h: disks, for programs.
 *
 * Sectors are named in one of two ways: by cylinder, head and sector in the bits of CX and DH, as on the first hard disks
 * (8 GiB at most, and no drive has been built that way for decades), or by number, in a packet in memory ("extensions",
 * functions 41h–48h). CD drives have only the second kind; cd.ts answers for them. The status of the last call stays in the BDA.
 * (Enhanced Disk Drive Specification 3.0, Phoenix 1998)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import {
  ah,
  al,
  ax,
  bh,
  bl,
  bx,
  ch,
  cl,
  cx,
  dh,
  di,
  dl,
  dx,
  eax,
  ebx,
  edx,
  es,
  fs,
  si,
} from "../emulator/isa/registers.ts";
import { diskError, normalisePointer, operation, transfer } from "./ata.ts";
import { cdService } from "./cd.ts";
import { fail, frame, simpleService, succeed } from "./frame.ts";
import { bda, DRIVE_RECORD, DRIVE_SLOTS, drive, driveKind, ebda } from "./layout.ts";

export const int13 = new Label("int13");
/** Where INT 1Eh points: how to step and write a floppy disk of 1.44 MB. There is no floppy service; programs copy the table. */
export const disketteParameters = new Label("disketteParameters");
/** Ends a disk service. AH: its status, 0 for success. */
export const diskStatus = new Label("diskStatus");
/** Ends a disk service with success, AH in the frame being its own. */
export const diskDone = new Label("diskDone");
/** Ends one that does not exist, or not for this drive. */
export const diskInvalid = new Label("diskInvalid");
/** Installation check (41h) and drive parameters (48h): the same for disks and CDs. */
export const extensionsPresent = new Label("disk.extensionsPresent");
export const lastStatus = new Label("disk.lastStatus");
/** ES:SI: the caller's packet → ES:DI: buffer, CX: sectors, fs:transferSector; or CF = 1. EAX lost. */
export const readPacket = new Label("readDiskPacket");
/** AX: sectors done, into the caller's packet. ES, SI lost. */
export const writePacketCount = new Label("writeDiskPacketCount");

const transferAll = new Label("transferAll");
const chsToSector = new Label("chsToSector");
const inRange = new Label("sectorsInRange");
const writeDpte = new Label("writeDpte");
const writePath = new Label("writeDevicePath");

/** A packet's fields. (EDD 3.0, table 1) */
const packet = { size: 0, count: 2, offset: 4, segment: 6, sector: 8, flat: 16 } as const;

export function disk(a: Assembler): void {
  const f = (name: string) => new Label(`disk.${name}`);
  const nothingToDo = f("nothingToDo");
  const readChs = f("read");
  const writeChs = f("write");
  const verifyChs = f("verify");
  const parameters = f("parameters");
  const type = f("type");
  const readSectors = f("extendedRead");
  const writeSectors = f("extendedWrite");
  const verifySectors = f("extendedVerify");
  const seekSector = f("extendedSeek");
  const driveParameters = f("driveParameters");
  const transferChs = f("transferChs");
  const transferPacket = f("transferPacket");

  simpleService(a, int13, () => {
    const found = new Label();
    a.sti();
    // FS:SI: the record of drive DL.
    a.mov(si, ebda.drives);
    a.mov(bl, DRIVE_SLOTS);
    const search = a.here();
    const next = new Label();
    a.mov(bh, b(fs, si, drive.kind));
    a.dec(bh);
    a.cmp(bh, driveKind.atapi - 1);
    a.ja(next);
    a.cmp(b(fs, si, drive.number), dl);
    a.je(found);
    a.here(next);
    a.add(si, DRIVE_RECORD);
    a.dec(bl);
    a.jnz(search);
    // No such drive; but the number of drives, and what went wrong last, can be asked all the same.
    a.cmp(ah, 0x01);
    a.je(lastStatus);
    a.cmp(ah, 0x15);
    a.jne(diskInvalid);
    a.mov(frame.ah, 0);
    succeed(a);
    a.ret();

    a.here(found);
    a.mov(bl, frame.bl);
    a.cmp(bh, driveKind.atapi - 1);
    a.mov(bh, frame.bh);
    a.je(cdService);
    for (const [number, handler] of [
      [0x42, readSectors],
      [0x43, writeSectors],
      [0x02, readChs],
      [0x03, writeChs],
      [0x00, nothingToDo],
      [0x01, lastStatus],
      [0x04, verifyChs],
      [0x08, parameters],
      [0x09, nothingToDo],
      [0x0c, nothingToDo],
      [0x0d, nothingToDo],
      [0x10, nothingToDo],
      [0x11, nothingToDo],
      [0x14, nothingToDo],
      [0x15, type],
      [0x41, extensionsPresent],
      [0x44, verifySectors],
      [0x47, seekSector],
      [0x48, driveParameters],
    ] as const) {
      a.cmp(ah, number);
      a.je(handler);
    }
    a.jmp(diskInvalid);
  });

  a.func(diskInvalid, () => {
    a.mov(ah, diskError.invalid);
    a.jmp(diskStatus);
  });
  // Reset, initialise, seek, recalibrate, test: what the drive does by itself nowadays.
  a.func(nothingToDo, () => {
    a.xor(ah, ah);
    a.jmp(diskStatus);
  });
  a.func(diskStatus, () => {
    const failed = new Label();
    a.mov(b(bda.diskStatus), ah);
    a.mov(frame.ah, ah);
    a.test(ah, ah);
    a.jnz(failed);
    succeed(a);
    a.ret();
    a.here(failed);
    fail(a);
    a.ret();
  });
  a.func(diskDone, () => {
    a.mov(b(bda.diskStatus), 0);
    succeed(a);
    a.ret();
  });
  a.func(lastStatus, () => {
    const failed = new Label();
    a.mov(al, b(bda.diskStatus));
    a.mov(frame.ah, al);
    a.test(al, al);
    a.jnz(failed);
    succeed(a);
    a.ret();
    a.here(failed);
    fail(a);
    a.ret();
  });

  // CH: cylinder; CL: 7:6 its high bits, 5:0 sector from 1; DH: head → fs:transferSector, or CF = 1. EAX, EBX, EDX lost.
  a.func(chsToSector, () => {
    const outside = new Label();
    a.movzx(bx, dh);
    a.cmp(bx, w(fs, si, drive.logicalHeads));
    a.jae(outside);
    a.mov(al, ch);
    a.mov(ah, cl);
    a.shr(ah, 6);
    a.cmp(ax, w(fs, si, drive.logicalCylinders));
    a.jae(outside);
    a.mul(w(fs, si, drive.logicalHeads));
    // DX:AX: tracks before the cylinder; then tracks, then sectors before this one.
    a.shl(edx, 16);
    a.mov(dx, ax);
    a.movzx(eax, bx);
    a.add(eax, edx);
    a.movzx(edx, w(fs, si, drive.logicalSectors));
    a.movzx(bx, cl);
    a.and(bx, 0x3f);
    a.dec(bx);
    a.cmp(bx, dx);
    a.jae(outside);
    a.mul(edx);
    a.movzx(ebx, bx);
    a.add(eax, ebx);
    a.mov(d(fs, ebda.transferSector), eax);
    a.mov(d(fs, ebda.transferSector + 4), 0);
    a.clc();
    a.ret();
    a.here(outside);
    a.stc();
    a.ret();
  });

  // CX sectors from fs:transferSector on → CF = 1 when the drive ends before. EAX, EDX lost.
  a.func(inRange, () => {
    a.movzx(eax, cx);
    a.xor(edx, edx);
    a.add(eax, d(fs, ebda.transferSector));
    a.adc(edx, d(fs, ebda.transferSector + 4));
    const outside = new Label();
    a.jc(outside);
    // CF = count < end
    a.push(ebx);
    a.mov(ebx, d(fs, si, drive.count));
    a.sub(ebx, eax);
    a.mov(ebx, d(fs, si, drive.count + 4));
    a.sbb(ebx, edx);
    a.pop(ebx);
    a.here(outside);
    a.ret();
  });

  // BL: operation, CX: sectors, ES:DI: buffer → AH: status; fs:transferDone: sectors done. All others lost but SI.
  a.func(transferAll, () => {
    const done = new Label();
    const some = new Label();
    const outside = new Label();
    a.mov(w(fs, ebda.transferDone), 0);
    a.call(inRange);
    a.jc(outside);
    a.call(normalisePointer);
    const next = a.here();
    a.xor(ah, ah);
    a.test(cx, cx);
    a.jz(done);
    // A drive takes up to 256 sectors at once; half of that keeps the pointer in order.
    a.push(cx);
    a.cmp(cx, 128);
    a.jbe(some);
    a.mov(cx, 128);
    a.here(some);
    a.call(transfer);
    a.add(w(fs, ebda.transferDone), cx);
    a.movzx(edx, cx);
    a.add(d(fs, ebda.transferSector), edx);
    a.adc(d(fs, ebda.transferSector + 4), 0);
    a.mov(dx, cx);
    a.pop(cx);
    a.sub(cx, dx);
    a.test(ah, ah);
    a.jz(next);
    a.here(done);
    a.ret();
    a.here(outside);
    a.mov(ah, diskError.invalid);
    a.ret();
  });

  for (const [handler, what] of [
    [readChs, operation.read],
    [writeChs, operation.write],
    [verifyChs, operation.verify],
  ] as const) {
    a.func(handler, () => {
      a.mov(di, bx);
      a.mov(bl, what);
      a.jmp(transferChs);
    });
  }
  // AL: sectors (1–128), CX, DH: first, ES:DI: buffer, BL: operation.
  a.func(transferChs, () => {
    a.cmp(al, 0);
    a.je(diskInvalid);
    a.cmp(al, 128);
    a.ja(diskInvalid);
    a.push(bx);
    a.push(ax);
    a.call(chsToSector);
    a.pop(cx);
    a.pop(bx);
    a.jc(diskInvalid);
    a.xor(ch, ch);
    a.call(transferAll);
    a.mov(al, b(fs, ebda.transferDone));
    a.mov(frame.al, al);
    a.jmp(diskStatus);
  });

  // → CX, DH: last cylinder, head, and sector; DL: hard disks. The AT kept the very last cylinder for diagnostics, and so
  // it is left out to this day; reading it is allowed.
  a.func(parameters, () => {
    a.mov(ax, w(fs, si, drive.logicalCylinders));
    a.sub(ax, 2);
    a.mov(frame.ch, al);
    a.shl(ah, 6);
    a.or(ah, b(fs, si, drive.logicalSectors));
    a.mov(frame.cl, ah);
    a.mov(al, b(fs, si, drive.logicalHeads));
    a.dec(al);
    a.mov(frame.dh, al);
    a.mov(al, b(bda.diskCount));
    a.mov(frame.dl, al);
    a.mov(frame.ax, 0);
    a.jmp(diskDone);
  });

  // → AH: 3 hard disk, CX:DX: sectors of the cylinders that `parameters` admits.
  a.func(type, () => {
    a.movzx(eax, w(fs, si, drive.logicalCylinders));
    a.dec(ax);
    a.movzx(edx, w(fs, si, drive.logicalHeads));
    a.mul(edx);
    a.movzx(edx, w(fs, si, drive.logicalSectors));
    a.mul(edx);
    a.mov(frame.dx, ax);
    a.shr(eax, 16);
    a.mov(frame.cx, ax);
    a.mov(frame.ah, 0x03);
    a.jmp(diskDone);
  });

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
    a.jmp(nothingToDo);
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
    // Geometry: valid (flag bit 1) when the drive is that small.
    a.mov(eax, d(fs, si, drive.count));
    a.mov(edx, d(fs, si, drive.count + 4));
    a.mov(d(es, di, 16), eax);
    a.mov(d(es, di, 20), edx);
    a.mov(w(es, di, 24), 512);
    a.mov(w(es, di, 2), 0);
    a.mov(d(es, di, 4), 0x3fff);
    a.test(edx, edx);
    a.jnz(geometryDone);
    a.cmp(eax, 63 * 255 * 0x3fff);
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
    a.jmp(nothingToDo);
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

  a.object(disketteParameters, () => a.db(0xaf, 0x02, 0x25, 0x02, 18, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08));
}
