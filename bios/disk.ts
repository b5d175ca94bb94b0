/**
 * INT 13h: disks, for programs.
 *
 * Sectors are named in one of two ways: by cylinder, head and sector in the bits of CX and DH, as on the first hard disks
 * (8 GiB at most, and no drive has been built that way for decades), or by number, in a packet in memory (disk-packets.ts). CD
 * drives have only the second kind; cd.ts answers for them. The status of the last call stays in the BDA.
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
  fs,
  si,
} from "../emulator/isa/registers.ts";
import { diskError, normalisePointer, operation, transfer } from "./ata.ts";
import { cdService } from "./cd.ts";
import {
  driveParameters,
  extensionsPresent,
  readSectors,
  seekSector,
  verifySectors,
  writeSectors,
} from "./disk-packets.ts";
import { choose, fail, frame, simpleService, succeed } from "./frame.ts";
import { bda, DRIVE_RECORD, DRIVE_SLOTS, drive, driveKind, ebda } from "./layout.ts";
import { virtioTransfer } from "./virtio-disk.ts";

export const int13 = new Label("int13");
/** Where INT 1Eh points: how to step and write a floppy disk of 1.44 MB. There is no floppy service; programs copy the table. */
export const disketteParameters = new Label("disketteParameters");
/** Ends a disk service. AH: its status, 0 for success. */
export const diskStatus = new Label("diskStatus");
/** Ends one with success: AH = 0. */
export const diskOk = new Label("diskOk");
/** Ends one with success, AH in the frame being its own. */
export const diskDone = new Label("diskDone");
/** Ends one that does not exist, or not for this drive. */
export const diskInvalid = new Label("diskInvalid");
/** INT 13h AH=01h. */
export const lastStatus = new Label("disk.lastStatus");
/** BL: operation, CX: sectors, ES:DI: buffer → AH: status; fs:transferDone: sectors done. All others lost but SI. */
export const transferAll = new Label("transferAll");
/** CX sectors from fs:transferSector on → CF = 1 when the drive ends before. EAX, EDX lost. */
export const inRange = new Label("sectorsInRange");

const chsToSector = new Label("chsToSector");

export function disk(a: Assembler): void {
  const f = (name: string) => new Label(`disk.${name}`);
  const readChs = f("read");
  const writeChs = f("write");
  const verifyChs = f("verify");
  const parameters = f("parameters");
  const type = f("type");
  const transferChs = f("transferChs");

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
    a.cmp(bh, driveKind.virtio - 1);
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
    choose(a, ah, [
      [0x42, readSectors],
      [0x43, writeSectors],
      [0x02, readChs],
      [0x03, writeChs],
      [0x00, diskOk],
      [0x01, lastStatus],
      [0x04, verifyChs],
      [0x08, parameters],
      [0x09, diskOk],
      [0x0c, diskOk],
      [0x0d, diskOk],
      [0x10, diskOk],
      [0x11, diskOk],
      [0x14, diskOk],
      [0x15, type],
      [0x41, extensionsPresent],
      [0x44, verifySectors],
      [0x47, seekSector],
      [0x48, driveParameters],
    ]);
    a.jmp(diskInvalid);
  });

  a.func(diskInvalid, () => {
    a.mov(ah, diskError.invalid);
    a.jmp(diskStatus);
  });

  // Reset, initialise, seek, recalibrate, test: what the drive does by itself nowadays.
  a.func(diskOk, () => {
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
    const virtio = new Label();
    const moved = new Label();
    a.cmp(b(fs, si, drive.kind), driveKind.virtio);
    a.je(virtio);
    a.call(transfer);
    a.jmp(moved);
    a.here(virtio);
    a.call(virtioTransfer);
    a.here(moved);
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

  a.object(disketteParameters, () => a.db(0xaf, 0x02, 0x25, 0x02, 18, 0x1b, 0xff, 0x6c, 0xf6, 0x0f, 0x08));
}
