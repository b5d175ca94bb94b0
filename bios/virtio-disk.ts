/**
 * virtio disks: moving sectors by a queue in memory.
 *
 * A virtual machine's own kind of disk has no history of registers. Driver and device share a ring in memory; a request is
 * a header, the data and one byte for how it went. The firmware asks for one thing at a time and waits, so the smallest
 * queue that holds the three parts is enough, and all disks share one table of descriptors. The device's registers lie in PCI memory, where real mode does
 * not reach; but there is a window to them in configuration space, which ports reach. (Virtual I/O Device 1.2, 2.7, 4.1
 * and 5.2)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import {
  ah,
  al,
  ax,
  bl,
  bp,
  bx,
  ch,
  cl,
  cx,
  di,
  dl,
  dx,
  eax,
  ebx,
  ecx,
  edx,
  es,
  fs,
  si,
} from "../emulator/isa/registers.ts";
import { diskError, operation } from "./ata.ts";
import { addVirtioDisk } from "./drives.ts";
import { ATA_SLOTS, DRIVE_RECORD, DRIVE_SLOTS, drive, driveKind, ebda, RING_BYTES } from "./layout.ts";
import { nextFunction, pciRead, pciWrite } from "./pci.ts";

/** Self-test: finds them. All registers lost. */
export const findVirtioDisks = new Label("findVirtioDisks");
/** As ata.ts's `transfer`. */
export const virtioTransfer = new Label("virtioTransfer");

const startDevice = new Label("virtioStart");
const findCapability = new Label("virtioFindCapability");
const useStructure = new Label("virtioUseStructure");
const point = new Label("virtioPoint");

const VENDOR = 0x1af4;
/** Device numbers: as before the standard, and since. (4.1.2) */
const [TRANSITIONAL_DISK, MODERN_DISK] = [0x1001, 0x1042];
const COMMAND = 0x04;
const PORTS_MEMORY_MASTER = 0b111;
const CAPABILITIES = 0x34;
const VENDOR_CAPABILITY = 0x09;
/** Kinds of structures. (4.1.4) */
const structure = { common: 1, notify: 2, device: 4, access: 5 } as const;
/** Fields of a capability; the last is that of the access capability only. */
const capability = { kind: 3, bar: 4, offset: 8, length: 12, multiplier: 16, data: 16 } as const;
/** Registers of the common configuration: offset and size. (4.1.4.3) */
const common = {
  deviceFeatureSelect: [0, 4],
  deviceFeature: [4, 4],
  driverFeatureSelect: [8, 4],
  driverFeature: [12, 4],
  status: [20, 1],
  queueSelect: [22, 2],
  queueSize: [24, 2],
  queueEnable: [28, 2],
  queueNotifyOffset: [30, 2],
  descriptors: [32, 4],
  driverArea: [40, 4],
  deviceArea: [48, 4],
} as const;
type Register = readonly [offset: number, size: number];
const status = { acknowledge: 1, driver: 2, driverOk: 4, featuresOk: 8 } as const;
/** Feature bits: in the first word, and in the second. */
const [READ_ONLY, VERSION_1] = [1 << 5, 1 << 0];
/** Of a descriptor. (2.7.5) */
const descriptor = { address: 0, length: 8, flags: 12, next: 14, bytes: 16 } as const;
const flag = { next: 1, write: 2 } as const;
const QUEUE_SIZE = 4;
/** A queue's rings in the EBDA: available, used (2.7.6, 2.7.8); and the segment that they were in. Every chain begins with descriptor 0. */
const ring = { available: 0, availableIndex: 2, used: 12, usedIndex: 14, segment: 48 } as const;
const NO_INTERRUPT = 1;
const SECTOR = 512;
const HEADER_BYTES = 16;

export function virtioDisks(a: Assembler): void {
  // FS:SI is the disk's record throughout, and BX its function, but for `virtioTransfer`, which gets the operation there.

  /** EAX: the linear address of an offset in the EBDA. */
  const linear = (offset: number) => {
    a.mov(ax, fs);
    a.movzx(eax, ax);
    a.shl(eax, 4);
    a.add(eax, offset);
  };
  /** Points the window at a register of the structure in use. DI: the window. EAX, CX, EDX lost. */
  const at = ([offset, size]: Register) => {
    a.mov(edx, offset);
    a.mov(cx, size);
    a.call(point);
  };
  const read = (register: Register) => {
    at(register);
    a.call(pciRead);
  };
  /** Writes EAX, or a constant. */
  const write = (register: Register, value?: number) => {
    if (value === undefined) {
      a.push(eax);
      at(register);
      a.pop(eax);
    } else {
      at(register);
      a.mov(eax, value);
    }
    a.call(pciWrite);
  };

  a.func(findVirtioDisks, () => {
    const next = new Label();
    const found = new Label();
    const failed = new Label();
    const done = new Label();
    a.cmp(b(fs, ebda.pciPresent), 0);
    a.je(done);
    a.mov(si, ebda.drives + ATA_SLOTS * DRIVE_RECORD);
    a.mov(ebx, -1);
    a.here(next);
    a.cmp(si, ebda.drives + DRIVE_SLOTS * DRIVE_RECORD);
    a.jae(done);
    a.call(nextFunction);
    a.jc(done);
    a.xor(di, di);
    a.call(pciRead);
    a.cmp(eax, VENDOR + TRANSITIONAL_DISK * 0x1_0000);
    a.je(found);
    a.cmp(eax, VENDOR + MODERN_DISK * 0x1_0000);
    a.jne(next);
    a.here(found);
    a.push(ebx);
    a.mov(w(fs, si, drive.pciFunction), bx);
    // Each record has its own ring.
    a.mov(ax, si);
    a.sub(ax, ebda.drives + ATA_SLOTS * DRIVE_RECORD);
    a.mov(cl, DRIVE_RECORD);
    a.div(cl);
    a.mov(cl, RING_BYTES);
    a.mul(cl);
    a.add(ax, ebda.rings);
    a.mov(w(fs, si, drive.ring), ax);
    a.call(startDevice);
    a.jc(failed);
    a.mov(b(fs, si, drive.kind), driveKind.virtio);
    a.call(addVirtioDisk);
    a.add(si, DRIVE_RECORD);
    a.here(failed);
    a.pop(ebx);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  // BX: function, AL: kind → DI: the capability; or CF = 1. EAX, CX, EDX lost.
  a.func(findCapability, () => {
    const next = new Label();
    const other = new Label();
    const none = new Label();
    const found = new Label();
    a.mov(cl, al);
    a.mov(ch, 48); // configuration space has no room for more
    a.mov(di, CAPABILITIES);
    a.call(pciRead);
    a.here(next);
    a.movzx(di, al);
    a.and(di, 0xfc);
    a.jz(none);
    a.dec(ch);
    a.jz(none);
    a.call(pciRead);
    a.cmp(al, VENDOR_CAPABILITY);
    a.jne(other);
    a.mov(edx, eax);
    a.shr(edx, 8 * capability.kind);
    a.cmp(dl, cl);
    a.je(found);
    a.here(other);
    a.mov(al, ah);
    a.jmp(next);
    a.here(none);
    a.stc();
    a.ret();
    a.here(found);
    a.clc();
    a.ret();
  });

  // BX: function, AL: kind → the structure that `point` counts from, DI: its capability; or CF = 1. EAX, CX, EDX lost.
  a.func(useStructure, () => {
    const none = new Label();
    a.call(findCapability);
    a.jc(none);
    a.add(di, capability.bar);
    a.call(pciRead);
    a.mov(b(fs, ebda.virtioBar), al);
    a.add(di, capability.offset - capability.bar);
    a.call(pciRead);
    a.mov(d(fs, ebda.virtioStructure), eax);
    a.sub(di, capability.offset);
    a.clc();
    a.here(none);
    a.ret();
  });

  // EDX: offset in the structure, CX: bytes → the window leads there; DI: it. EAX, EDX lost.
  a.func(point, () => {
    a.mov(di, w(fs, si, drive.window));
    a.sub(di, capability.data - capability.bar);
    a.push(edx);
    a.movzx(eax, b(fs, ebda.virtioBar));
    a.call(pciWrite);
    a.pop(eax);
    a.add(eax, d(fs, ebda.virtioStructure));
    a.add(di, capability.offset - capability.bar);
    a.call(pciWrite);
    a.movzx(eax, cx);
    a.add(di, capability.length - capability.offset);
    a.call(pciWrite);
    a.add(di, capability.data - capability.length);
    a.ret();
  });

  // FS:SI: record → its device is set up (3.1.1) and its window leads to the queue's doorbell; or CF = 1. All others lost
  // but SI and BP.
  a.func(startDevice, () => {
    const failed = new Label();
    const isReset = new Label();
    const clear = new Label();
    a.mov(bx, w(fs, si, drive.pciFunction));
    a.mov(di, COMMAND);
    a.call(pciRead);
    a.or(ax, PORTS_MEMORY_MASTER);
    a.movzx(eax, ax); // the status above is cleared by ones
    a.call(pciWrite);
    a.mov(al, structure.access);
    a.call(findCapability);
    a.jc(failed);
    a.add(di, capability.data);
    a.mov(w(fs, si, drive.window), di);
    a.mov(al, structure.common);
    a.call(useStructure);
    a.jc(failed);

    // Reset; it is done when the status reads 0.
    write(common.status, 0);
    a.mov(cx, 0xffff);
    const look = a.here();
    a.push(cx);
    read(common.status);
    a.pop(cx);
    a.test(al, al);
    a.loopne(look);
    a.je(isReset);
    a.stc();
    a.ret();
    a.here(isReset);
    write(common.status, status.acknowledge | status.driver);
    write(common.deviceFeatureSelect, 0);
    read(common.deviceFeature);
    a.test(eax, READ_ONLY);
    a.setne(b(fs, si, drive.readOnly));
    write(common.driverFeatureSelect, 0);
    write(common.driverFeature, 0);
    write(common.driverFeatureSelect, 1);
    write(common.driverFeature, VERSION_1);
    write(common.status, status.acknowledge | status.driver | status.featuresOk);
    read(common.status);
    a.test(al, status.featuresOk);
    a.jz(failed);

    // The queue, empty.
    a.mov(di, w(fs, si, drive.ring));
    a.mov(cx, RING_BYTES);
    a.here(clear);
    a.mov(b(fs, di), 0);
    a.inc(di);
    a.loop(clear);
    a.mov(di, w(fs, si, drive.ring));
    a.mov(w(fs, di, ring.segment), fs);
    a.mov(w(fs, di, ring.available), NO_INTERRUPT);
    write(common.queueSelect, 0);
    write(common.queueSize, QUEUE_SIZE);
    linear(ebda.virtioTable);
    write(common.descriptors);
    write([common.descriptors[0] + 4, 4], 0);
    for (const [register, part] of [
      [common.driverArea, ring.available],
      [common.deviceArea, ring.used],
    ] as const) {
      linear(part);
      a.movzx(edx, w(fs, si, drive.ring));
      a.add(eax, edx);
      write(register);
      write([register[0] + 4, 4], 0);
    }
    write(common.queueEnable, 1);
    write(common.status, status.acknowledge | status.driver | status.featuresOk | status.driverOk);
    read(common.queueNotifyOffset);
    a.push(ax);
    a.mov(al, structure.device);
    a.call(useStructure);
    for (const half of [0, 4]) {
      read([half, 4]);
      a.mov(d(fs, si, drive.count + half), eax);
    }
    a.mov(al, structure.notify);
    a.call(useStructure);
    a.add(di, capability.multiplier);
    a.call(pciRead);
    a.pop(dx);
    a.movzx(edx, dx);
    a.imul(edx, eax);
    a.mov(cx, 2);
    a.call(point);
    a.clc();
    a.ret();
    a.here(failed);
    a.stc();
    a.ret();
  });

  a.func(virtioTransfer, () => {
    const some = new Label();
    const ready = new Label();
    const reading = new Label();
    const answered = new Label();
    const failed = new Label();
    const known = new Label();
    const stopped = new Label();
    // To verify means to read and throw away; the device has checked what it keeps.
    a.cmp(bl, operation.verify);
    a.jne(some);
    a.xor(ah, ah);
    a.ret();
    a.here(some);
    a.push(bp);
    a.mov(bp, w(fs, si, drive.ring));
    // The EBDA may have moved since, and the rings with it.
    a.mov(ax, fs);
    a.cmp(ax, w(fs, bp, ring.segment));
    a.je(ready);
    a.push(bx);
    a.push(cx);
    a.push(di);
    a.call(startDevice);
    a.pop(di);
    a.pop(cx);
    a.pop(bx);
    a.jc(stopped);
    a.here(ready);

    // Header: type (0 in, 1 out), reserved, sector.
    a.movzx(eax, bl);
    a.mov(d(fs, ebda.virtioHeader), eax);
    a.mov(d(fs, ebda.virtioHeader + 4), 0);
    for (const half of [0, 4]) {
      a.mov(eax, d(fs, ebda.transferSector + half));
      a.mov(d(fs, ebda.virtioHeader + 8 + half), eax);
    }
    a.mov(b(fs, ebda.virtioStatus), 0xff);
    const part = (index: number, flags: number, next: number) => {
      const place = ebda.virtioTable + index * descriptor.bytes;
      a.mov(d(fs, place + descriptor.address), eax);
      a.mov(d(fs, place + descriptor.address + 4), 0);
      a.mov(d(fs, place + descriptor.length), ecx);
      a.mov(w(fs, place + descriptor.flags), flags);
      a.mov(w(fs, place + descriptor.next), next);
    };
    a.push(cx);
    linear(ebda.virtioHeader);
    a.mov(ecx, HEADER_BYTES);
    part(0, flag.next, 1);
    linear(ebda.virtioStatus);
    a.mov(ecx, 1);
    part(2, flag.write, 0);
    a.pop(cx);
    a.push(cx);
    a.movzx(ecx, cx);
    a.imul(ecx, ecx, SECTOR);
    a.mov(ax, es);
    a.movzx(eax, ax);
    a.shl(eax, 4);
    a.movzx(edx, di);
    a.add(eax, edx);
    part(1, flag.next, 2);
    a.cmp(bl, operation.write);
    a.je(reading);
    a.or(w(fs, ebda.virtioTable + descriptor.bytes + descriptor.flags), flag.write);
    a.here(reading);

    // It is available; ring the bell; wait until it is used.
    a.inc(w(fs, bp, ring.availableIndex));
    a.push(bx);
    a.push(di);
    a.mov(bx, w(fs, si, drive.pciFunction));
    a.mov(di, w(fs, si, drive.window));
    a.xor(eax, eax);
    a.call(pciWrite);
    a.pop(di);
    a.pop(bx);
    a.mov(dx, w(fs, bp, ring.availableIndex));
    a.xor(ecx, ecx);
    const wait = a.here();
    a.cmp(w(fs, bp, ring.usedIndex), dx);
    a.je(answered);
    a.pause();
    a.a32.loop(wait);
    a.pop(cx);
    a.mov(w(fs, bp, ring.segment), 0); // not to be trusted any more
    a.mov(ah, diskError.timeOut);
    a.jmp(failed);
    a.here(answered);
    a.pop(cx);
    a.mov(al, b(fs, ebda.virtioStatus));
    a.mov(ah, 0);
    a.test(al, al);
    a.jz(known);
    a.mov(ah, diskError.uncorrectable);
    a.cmp(bl, operation.write);
    a.jne(failed);
    a.cmp(b(fs, si, drive.readOnly), 0);
    a.je(failed);
    a.mov(ah, diskError.writeProtected);
    a.here(failed);
    a.xor(cx, cx);
    a.here(known);
    // ES:DI behind what was moved.
    a.push(ax);
    a.mov(ax, es);
    a.imul(dx, cx, SECTOR / 16);
    a.add(ax, dx);
    a.mov(es, ax);
    a.pop(ax);
    a.pop(bp);
    a.ret();
    a.here(stopped);
    a.mov(ah, diskError.controller);
    a.jmp(failed);
  });
}
