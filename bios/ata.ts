/**
 * ATA: moving sectors through the eight registers of a drive.
 *
 * Two channels, two drives on each. A command is: choose the drive, write the registers, write the command, wait until the
 * drive is no longer busy, and move each sector's 256 words through one port. A CD drive knows only one such command,
 * "packet", and is told the rest in twelve bytes. The drives' interrupts stay off meanwhile: nothing else is to be done but
 * to wait, so the firmware looks. (ATA/ATAPI-6, INCITS 361-2002; MMC-3 for what CD drives do)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bl, bx, cl, cx, di, dl, dx, eax, ecx, edx, es, fs, si } from "../emulator/isa/registers.ts";
import { drive, ebda } from "./layout.ts";
import { delay } from "./time.ts";

/** Command-block registers, from the first one's port. */
export const ataRegister = {
  data: 0,
  error: 1,
  features: 1,
  count: 2,
  low: 3,
  middle: 4,
  high: 5,
  device: 6,
  status: 7,
  command: 7,
};
export const ataStatus = { busy: 0x80, deviceFault: 0x20, dataRequest: 0x08, error: 0x01 } as const;
/** Device control register: bit 1 interrupts off, bit 2 reset; bit 3 was always set once. */
const control = { quiet: 0x0a, reset: 0x0e, normal: 0x08 } as const;
/** A channel's bus master: its registers from the first one's port. (Programming Interface for Bus Master IDE Controller 1.0, 2) */
const busMaster = { status: 2, table: 4, secondary: 8 } as const;
const busMasterCommand = { start: 0x01, read: 0x08 } as const;
const busMasterStatus = { active: 0x01, error: 0x02, interrupt: 0x04 } as const;
const command = { identify: 0xec, identifyPacket: 0xa1 } as const;

/** What `transfer` does with sectors, in BL. */
export const operation = { read: 0, write: 1, verify: 2 } as const;
/** INT 13h's error codes. */
export const diskError = {
  invalid: 0x01,
  writeProtected: 0x03,
  notFound: 0x04,
  mediumChanged: 0x06,
  uncorrectable: 0x10,
  controller: 0x20,
  noMedium: 0x31,
  timeOut: 0x80,
} as const;

// In all of these, FS:SI is the drive's record, and stays.

/** Resets a channel. DX: command port, BX: control port → CF = 1: nothing there. AX, CX lost. */
export const resetChannel = new Label("resetChannel");
/** IDENTIFY DEVICE, or for CD drives IDENTIFY PACKET DEVICE, to ES:DI (512 bytes) → AL: 1 ATA, 2 ATAPI; CF = 1: no such drive. */
export const identify = new Label("identify");
/** BL: operation, CX: sectors (1–128), fs:transferSector: first, ES:DI: buffer, DI < 16 → AH: error (0 none), CX: sectors done, ES:DI after them. */
export const transfer = new Label("ataTransfer");
/** Makes DI less than 16 by raising ES, so that a segment's end is far. AX lost. */
export const normalisePointer = new Label("normalisePointer");

export const selectDrive = new Label("selectDrive");
const waitNotBusy = new Label("waitNotBusy");
export const waitForData = new Label("waitForData");
export const advanceSector = new Label("advanceSector");
export const release = new Label("releaseDrive");
const errorCode = new Label("ataErrorCode");
const readByDma = new Label("readByDma");

/** DX: one of the drive's registers. */
export function atRegister(a: Assembler, offset: number): void {
  a.mov(dx, w(fs, si, drive.commandPort));
  if (offset) a.add(dx, offset);
}

/** DX: the drive's device control register, which reads as its status without answering its interrupt. */
export function atControl(a: Assembler): void {
  a.mov(dx, w(fs, si, drive.controlPort));
}

export function ata(a: Assembler): void {
  a.func(resetChannel, () => {
    const there = new Label();
    a.push(dx);
    a.add(dx, ataRegister.status);
    a.in(al, dx);
    a.pop(dx);
    // A cable without drives is pulled up.
    a.cmp(al, 0xff);
    a.jne(there);
    a.stc();
    a.ret();
    a.here(there);
    a.push(dx);
    a.mov(dx, bx);
    a.mov(al, control.reset);
    a.out(dx, al);
    a.mov(cx, 12); // 10 µs; 5 are asked for
    a.call(delay);
    a.mov(al, control.quiet);
    a.out(dx, al);
    a.mov(cx, 2400); // 2 ms
    a.call(delay);
    a.pop(dx);
    a.clc();
    a.ret();
  });

  // → AL: status; CF = 1: still busy after what is about ten seconds on a real bus. DX lost.
  a.func(waitNotBusy, () => {
    const idle = new Label();
    a.push(ecx);
    a.mov(ecx, 10_000_000);
    atRegister(a, ataRegister.status);
    const look = a.here();
    a.in(al, dx);
    a.test(al, ataStatus.busy);
    a.jz(idle);
    a.a32.loop(look);
    a.stc();
    a.here(idle);
    a.pop(ecx);
    a.ret();
  });

  // Chooses the drive of its channel, interrupts off → CF = 1, AL = 0FFh or busy. AX, DX lost.
  a.func(selectDrive, () => {
    const failed = new Label();
    atControl(a);
    a.mov(al, control.quiet);
    a.out(dx, al);
    a.call(waitNotBusy);
    a.jc(failed);
    atRegister(a, ataRegister.device);
    a.mov(al, b(fs, si, drive.select));
    a.out(dx, al);
    // A drive takes 400 ns to show its status: four looks at the other status register.
    atControl(a);
    for (let i = 0; i < 4; i++) a.in(al, dx);
    a.call(waitNotBusy);
    a.here(failed);
    a.ret();
  });

  // Interrupts on again, for programs that know nothing of us. AX kept, flags kept.
  a.func(release, () => {
    a.push(dx);
    a.push(ax);
    a.mov(dx, w(fs, si, drive.controlPort));
    a.mov(al, control.normal);
    a.out(dx, al);
    a.pop(ax);
    a.pop(dx);
    a.ret();
  });

  // Waits for the next block → CF = 0: the drive wants data moved; CF = 1: AL: status. DX lost.
  a.func(waitForData, () => {
    const failed = new Label();
    atControl(a);
    a.in(al, dx);
    a.call(waitNotBusy);
    a.jc(failed);
    a.test(al, ataStatus.error | ataStatus.deviceFault);
    a.stc();
    a.jnz(failed);
    a.test(al, ataStatus.dataRequest);
    a.jnz(failed);
    a.stc();
    a.here(failed);
    a.ret();
  });

  // AL: status of a command that failed → AH. DX lost.
  a.func(errorCode, () => {
    const known = new Label();
    a.mov(ah, diskError.timeOut);
    a.test(al, ataStatus.busy);
    a.jnz(known);
    a.mov(ah, diskError.controller);
    a.test(al, ataStatus.error);
    a.jz(known);
    // Bit 6: data that cannot be corrected, bit 4: no such sector.
    atRegister(a, ataRegister.error);
    a.in(al, dx);
    a.mov(ah, diskError.uncorrectable);
    a.test(al, 0x40);
    a.jnz(known);
    a.mov(ah, diskError.notFound);
    a.test(al, 0x10);
    a.jnz(known);
    a.mov(ah, diskError.controller);
    a.here(known);
    a.ret();
  });

  a.func(identify, () => {
    const absent = new Label();
    const isPacket = new Label();
    const read = new Label();
    a.call(selectDrive);
    a.jc(absent);
    // A place where no drive is has no status, but neither has a CD drive before its first command: so try.
    a.cmp(al, 0xff);
    a.je(absent);
    a.mov(bl, 1);
    atRegister(a, ataRegister.command);
    a.mov(al, command.identify);
    a.out(dx, al);
    a.call(waitForData);
    a.jnc(read);
    // A CD drive refuses, and leaves its signature.
    atRegister(a, ataRegister.middle);
    a.in(al, dx);
    a.mov(ah, al);
    a.inc(dx);
    a.in(al, dx);
    a.cmp(ax, 0x14eb);
    a.je(isPacket);
    a.here(absent);
    a.call(release);
    a.stc();
    a.ret();
    a.here(isPacket);
    a.mov(bl, 2);
    atRegister(a, ataRegister.command);
    a.mov(al, command.identifyPacket);
    a.out(dx, al);
    a.call(waitForData);
    a.jc(absent);
    a.here(read);
    atRegister(a, ataRegister.data);
    a.mov(cx, 256);
    a.rep.insw();
    a.call(waitNotBusy);
    a.call(release);
    a.mov(al, bl);
    a.clc();
    a.ret();
  });

  a.func(normalisePointer, () => {
    const beyond = new Label();
    a.push(bx);
    a.mov(ax, di);
    a.shr(ax, 4);
    a.mov(bx, es);
    a.add(bx, ax);
    // Beyond FFFF:000F there is no such pointer; that memory is reached as it is.
    a.jc(beyond);
    a.mov(es, bx);
    a.and(di, 0x0f);
    a.here(beyond);
    a.pop(bx);
    a.ret();
  });

  // ES:DI back to a small DI after a sector of 512 bytes.
  a.func(advanceSector, () => {
    a.push(ax);
    a.call(normalisePointer);
    a.pop(ax);
    a.ret();
  });

  a.func(transfer, () => {
    const failed = new Label();
    const needs48 = new Label();
    const start = new Label();
    const go = new Label();
    const each = new Label();
    const done = new Label();
    const verify = new Label();
    const reading = new Label();
    const moved = new Label();
    const lastWritten = new Label();
    const again = new Label();
    const sector = (byte: number) => b(fs, ebda.transferSector + byte);
    /** One byte into a register. */
    const put = (to: number, value: ReturnType<typeof sector>) => {
      atRegister(a, to);
      a.mov(al, value);
      a.out(dx, al);
    };
    // The number done is what was asked for, less what is left.
    a.push(cx);
    a.mov(b(fs, ebda.withoutDma), 0);
    a.here(again);
    a.call(selectDrive);
    a.jc(failed);
    // 28 bits, if the last sector's number fits, else 48.
    a.cmp(w(fs, ebda.transferSector + 4), 0);
    a.jne(needs48);
    a.push(ecx);
    a.movzx(ecx, cx);
    a.add(ecx, d(fs, ebda.transferSector));
    a.cmp(ecx, 0x1000_0000);
    a.pop(ecx);
    a.ja(needs48);
    atRegister(a, ataRegister.count);
    a.mov(al, cl);
    a.out(dx, al);
    put(ataRegister.low, sector(0));
    put(ataRegister.middle, sector(1));
    put(ataRegister.high, sector(2));
    atRegister(a, ataRegister.device);
    a.mov(al, sector(3));
    a.or(al, b(fs, si, drive.select));
    a.out(dx, al);
    a.xor(ah, ah);
    a.jmp(start);

    // The registers take two bytes one after the other, the high one first.
    a.here(needs48);
    atRegister(a, ataRegister.count);
    a.xor(al, al);
    a.out(dx, al);
    put(ataRegister.low, sector(3));
    put(ataRegister.middle, sector(4));
    put(ataRegister.high, sector(5));
    atRegister(a, ataRegister.count);
    a.mov(al, cl);
    a.out(dx, al);
    put(ataRegister.low, sector(0));
    put(ataRegister.middle, sector(1));
    put(ataRegister.high, sector(2));
    a.mov(ah, 1);

    // READ, WRITE, VERIFY SECTORS: 20h, 30h, 40h; EXT: 24h, 34h, 42h.
    a.here(start);
    a.mov(al, bl);
    a.shl(al, 4);
    a.add(al, 0x20);
    a.test(ah, ah);
    a.jz(go);
    a.or(al, 0x04);
    a.cmp(bl, operation.verify);
    a.jne(go);
    a.mov(al, 0x42);
    a.here(go);
    a.call(readByDma);
    a.jz(done);
    // What went wrong, and where, is told sector by sector.
    a.js(again);
    atRegister(a, ataRegister.command);
    a.out(dx, al);
    a.cmp(bl, operation.verify);
    a.je(verify);

    a.here(each);
    a.call(waitForData);
    a.jc(failed);
    atRegister(a, ataRegister.data);
    a.push(cx);
    // Two words at once: a PCI controller takes them apart.
    a.mov(cx, 128);
    a.cmp(bl, operation.write);
    a.jne(reading);
    a.push(si);
    a.mov(si, di);
    a.seg(es).rep.outsd();
    a.mov(di, si);
    a.pop(si);
    a.jmp(moved);
    a.here(reading);
    a.rep.insd();
    a.here(moved);
    a.pop(cx);
    a.call(advanceSector);
    a.dec(cx);
    a.jnz(each);
    a.cmp(bl, operation.write);
    a.je(lastWritten);

    a.here(done);
    a.call(waitNotBusy); // and the drive forgets its interrupt
    a.call(release);
    a.pop(ax);
    a.sub(ax, cx);
    a.mov(cx, ax);
    a.xor(ah, ah);
    a.ret();

    // Nothing to move; but is it well?
    a.here(verify);
    a.xor(cx, cx);
    a.here(lastWritten);
    atControl(a);
    a.in(al, dx);
    a.call(waitNotBusy);
    a.jc(failed);
    a.test(al, ataStatus.error | ataStatus.deviceFault);
    a.jz(done);
    a.mov(cx, 1); // at least the last one failed

    a.here(failed);
    a.call(errorCode);
    a.call(release);
    a.mov(dx, cx);
    a.pop(cx);
    a.sub(cx, dx);
    a.ret();
  });

  // The registers are written. AL: command, BL: operation, CX: sectors, ES:DI: buffer → ZF = 1: read, CX = 0, ES:DI behind it;
  // SF = 1: that failed, withoutDma is set; neither: it is not for the bus master, and all is as it was. DX lost.
  a.func(readByDma, () => {
    const other = new Label();
    const one = new Label();
    const primary = new Label();
    const look = new Label();
    const ended = new Label();
    const failed = new Label();
    a.pushad();
    a.cmp(bl, operation.read);
    a.jne(other);
    a.cmp(b(fs, ebda.withoutDma), 0);
    a.jne(other);
    a.test(b(fs, si, drive.flags), 2);
    a.jz(other);
    a.cmp(w(fs, ebda.busMaster), 0);
    a.je(other);
    // In virtual-8086 mode, and to other programs in protected mode, addresses are not what the bus knows.
    a.smsw(dx);
    a.test(dl, 1);
    a.jnz(other);
    a.test(di, 1);
    a.jnz(other);
    a.mov(bl, al);

    // EAX: the buffer's address, ECX: its bytes, EDX: those up to a multiple of 64 KiB.
    a.mov(ax, es);
    a.movzx(eax, ax);
    a.shl(eax, 4);
    a.movzx(edx, di);
    a.add(eax, edx);
    a.movzx(ecx, cx);
    a.shl(ecx, 9);
    a.lea(edx, m(eax, ecx));
    a.cmp(edx, 0x10_0000);
    a.jae(other);
    a.mov(d(fs, ebda.dmaRegions), eax);
    a.movzx(edx, ax);
    a.neg(edx);
    a.add(edx, 0x1_0000);
    a.mov(di, ebda.dmaRegions + 4);
    a.cmp(ecx, edx);
    a.jbe(one);
    a.mov(d(fs, di), edx);
    a.add(eax, edx);
    a.mov(d(fs, di, 4), eax);
    a.sub(ecx, edx);
    a.add(di, 8);
    a.here(one);
    a.movzx(ecx, cx); // 0 means 64 KiB
    a.or(ecx, 0x8000_0000); // the last one
    a.mov(d(fs, di), ecx);

    // The channel's master: stopped, nothing said, its table, into memory.
    a.mov(dx, w(fs, ebda.busMaster));
    a.test(w(fs, si, drive.commandPort), 0x80);
    a.jnz(primary);
    a.add(dx, busMaster.secondary);
    a.here(primary);
    a.mov(al, busMasterCommand.read);
    a.out(dx, al);
    a.mov(di, dx);
    a.add(dx, busMaster.status);
    a.mov(al, busMasterStatus.error | busMasterStatus.interrupt);
    a.out(dx, al);
    a.add(dx, busMaster.table - busMaster.status);
    a.mov(ax, fs);
    a.movzx(eax, ax);
    a.shl(eax, 4);
    a.add(eax, ebda.dmaRegions);
    a.out(dx, eax);

    // READ SECTORS becomes READ DMA: 20h C8h, 24h 25h.
    const ext = new Label();
    a.mov(al, 0x25);
    a.cmp(bl, 0x24);
    a.je(ext);
    a.mov(al, 0xc8);
    a.here(ext);
    atRegister(a, ataRegister.command);
    a.out(dx, al);
    a.mov(dx, di);
    a.mov(al, busMasterCommand.read | busMasterCommand.start);
    a.out(dx, al);

    atControl(a);
    a.mov(ecx, 10_000_000);
    a.here(look);
    a.in(al, dx);
    a.test(al, ataStatus.busy | ataStatus.dataRequest);
    a.jz(ended);
    a.a32.loop(look);
    a.here(ended);
    a.mov(ah, al);
    a.mov(dx, di);
    a.mov(al, busMasterCommand.read);
    a.out(dx, al);
    a.test(ah, ataStatus.busy | ataStatus.dataRequest | ataStatus.deviceFault | ataStatus.error);
    a.jnz(failed);
    a.add(dx, busMaster.status);
    a.in(al, dx);
    a.test(al, busMasterStatus.error | busMasterStatus.active);
    a.jnz(failed);
    a.popad();
    a.shl(cx, 5);
    a.mov(dx, es);
    a.add(dx, cx);
    a.mov(es, dx);
    a.xor(cx, cx);
    a.ret();

    a.here(failed);
    a.popad();
    a.mov(b(fs, ebda.withoutDma), 1);
    a.mov(dl, 0x80);
    a.or(dl, dl);
    a.ret();

    a.here(other);
    a.popad();
    a.or(dl, 1);
    a.and(dl, 0x7f);
    a.ret();
  });
}
