/**
 * INT 13h for CD drives: reading sectors of 2048 bytes by packet, and the tray. What was booted is told by 4Bh.
 * (El Torito Bootable CD-ROM Format Specification 1.0; commands: MMC-3)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bx, cx, di, dl, eax, ecx, es, fs, si, sp, ss } from "../emulator/isa/registers.ts";
import { diskError, normalisePointer } from "./ata.ts";
import { packetCommand } from "./atapi.ts";
import { diskDone, diskInvalid, diskOk, diskStatus, lastStatus } from "./disk.ts";
import { extensionsPresent, readPacket, writePacketCount } from "./disk-packets.ts";
import { choose, frame } from "./frame.ts";
import { drive, ebda } from "./layout.ts";
import { delay } from "./time.ts";

/** FS:SI: record, AH: function; registers as the caller's. Ends the service. */
export const cdService = new Label("cdService");
/** FS:SI: record. Waits for a disc to be ready → AH: 0, or the error (31h: no disc). AX, BX, CX, DX, DI, ES lost. */
export const cdReady = new Label("cdReady");

const scsi = {
  testUnitReady: 0x00,
  requestSense: 0x03,
  startStop: 0x1b,
  prevent: 0x1e,
  readCapacity: 0x25,
  read: 0x28,
} as const;

/** Additional sense code: no medium present. */
const NO_MEDIUM = 0x3a;

const clearPacket = new Label("clearPacket");
const cdRead = new Label("cdRead");

export function cd(a: Assembler): void {
  const f = (name: string) => new Label(`cd.${name}`);
  const protectedMedium = f("writeProtected");
  const type = f("type");
  const read = f("read");
  const lock = f("lock");
  const eject = f("eject");
  const parameters = f("parameters");
  const elTorito = f("elTorito");

  a.func(cdService, () => {
    choose(a, ah, [
      [0x42, read],
      [0x00, diskOk],
      [0x01, lastStatus],
      [0x0d, diskOk],
      [0x15, type],
      [0x41, extensionsPresent],
      [0x43, protectedMedium],
      [0x44, diskOk],
      [0x45, lock],
      [0x46, eject],
      [0x47, diskOk],
      [0x48, parameters],
      [0x49, diskOk],
      [0x4b, elTorito],
    ]);
    a.jmp(diskInvalid);
  });

  a.func(protectedMedium, () => {
    a.mov(ah, diskError.writeProtected);
    a.jmp(diskStatus);
  });
  // A drive whose medium can change, and which says so.
  a.func(type, () => {
    a.mov(frame.ah, 0x02);
    a.jmp(diskDone);
  });

  /** The command's twelve bytes: zero but for the first. AX kept. */
  const packet = (command: number) => {
    a.call(clearPacket);
    a.mov(b(fs, ebda.packet), command);
  };
  a.func(clearPacket, () => {
    a.mov(d(fs, ebda.packet), 0);
    a.mov(d(fs, ebda.packet + 4), 0);
    a.mov(d(fs, ebda.packet + 8), 0);
    a.ret();
  });

  a.func(cdReady, () => {
    const known = new Label();
    const none = new Label();
    const again = new Label();
    // Up to ten seconds. A disc that was put in is told once by an error, and then has to be looked at.
    a.mov(bx, 200);
    const ask = a.here();
    packet(scsi.testUnitReady);
    a.call(packetCommand);
    a.test(ah, ah);
    a.jz(known);
    a.cmp(ah, diskError.mediumChanged);
    a.je(again);
    a.cmp(ah, diskError.noMedium);
    a.jne(known);
    // Not ready: without a disc, or not yet? The answer's eighteen bytes go to the stack.
    packet(scsi.requestSense);
    a.mov(b(fs, ebda.packet + 4), 18);
    a.sub(sp, 20);
    a.push(ss);
    a.pop(es);
    a.mov(di, sp);
    a.call(packetCommand);
    a.mov(di, sp);
    a.mov(al, b(ss, di, 12));
    a.add(sp, 20);
    a.test(ah, ah);
    a.jnz(known);
    a.cmp(al, NO_MEDIUM);
    a.je(none);
    a.mov(cx, 59_659); // 50 ms
    a.call(delay);
    a.here(again);
    a.dec(bx);
    a.jnz(ask);
    a.here(none);
    a.mov(ah, diskError.noMedium);
    a.here(known);
    a.ret();
  });

  // CX sectors of 2048 bytes from fs:transferSector to ES:DI, one command each → AH: status; fs:transferDone. AX, CX, DX lost.
  a.func(cdRead, () => {
    const done = new Label();
    const failed = new Label();
    const retry = new Label();
    a.mov(w(fs, ebda.transferDone), 0);
    a.mov(ah, diskError.invalid);
    a.cmp(d(fs, ebda.transferSector + 4), 0);
    a.jne(failed);
    a.call(normalisePointer);
    const next = a.here();
    a.xor(ah, ah);
    a.jcxz(done);
    a.push(cx);
    a.mov(cx, 3);
    a.here(retry);
    packet(scsi.read);
    a.mov(eax, d(fs, ebda.transferSector));
    a.bswap(eax);
    a.mov(d(fs, ebda.packet + 2), eax);
    a.mov(b(fs, ebda.packet + 8), 1);
    a.push(cx);
    a.push(es);
    a.push(di);
    a.call(packetCommand);
    a.test(ah, ah);
    const good = new Label();
    a.jz(good);
    a.pop(di);
    a.pop(es);
    a.pop(cx);
    a.loop(retry);
    a.pop(cx);
    a.jmp(failed);
    a.here(good);
    a.add(sp, 6);
    a.pop(cx);
    a.inc(d(fs, ebda.transferSector));
    a.inc(w(fs, ebda.transferDone));
    a.dec(cx);
    a.jmp(next);
    a.here(failed);
    a.here(done);
    a.ret();
  });

  a.func(read, () => {
    a.push(si);
    a.mov(es, frame.ds);
    a.mov(si, frame.si);
    a.call(readPacket);
    a.pop(si);
    a.jc(diskInvalid);
    a.call(cdRead);
    a.push(ax);
    a.mov(ax, w(fs, ebda.transferDone));
    a.call(writePacketCount);
    a.pop(ax);
    a.jmp(diskStatus);
  });

  // AL: 0 lock, 1 unlock, 2 → AL: whether locked. Locks are counted.
  a.func(lock, () => {
    const unlock = new Label();
    const report = new Label();
    const tell = new Label();
    const notLocked = new Label();
    const tooMany = new Label();
    a.cmp(al, 1);
    a.je(unlock);
    a.ja(report);
    a.cmp(b(fs, si, drive.locks), 0xff);
    a.je(tooMany);
    a.inc(b(fs, si, drive.locks));
    a.jmp(tell);
    a.here(unlock);
    a.cmp(b(fs, si, drive.locks), 0);
    a.je(notLocked);
    a.dec(b(fs, si, drive.locks));
    a.here(tell);
    packet(scsi.prevent);
    a.cmp(b(fs, si, drive.locks), 0);
    a.setne(b(fs, ebda.packet + 4));
    a.call(packetCommand);
    a.here(report);
    a.cmp(b(fs, si, drive.locks), 0);
    a.setne(frame.al);
    a.jmp(diskOk);
    a.here(notLocked);
    a.mov(ah, 0xb0);
    a.jmp(diskStatus);
    a.here(tooMany);
    a.mov(ah, 0xb4);
    a.jmp(diskStatus);
  });

  a.func(eject, () => {
    const free = new Label();
    a.cmp(b(fs, si, drive.locks), 0);
    a.je(free);
    a.mov(ah, 0xb1);
    a.jmp(diskStatus);
    a.here(free);
    packet(scsi.startStop);
    a.mov(b(fs, ebda.packet + 4), 0b10);
    a.call(packetCommand);
    a.jmp(diskStatus);
  });

  // DS:SI: buffer, its size in the first word: removable, changes are told, lockable; no geometry.
  a.func(parameters, () => {
    const unknown = new Label();
    const short = new Label();
    a.mov(es, frame.ds);
    a.mov(di, frame.si);
    a.cmp(w(es, di), 26);
    a.jb(diskInvalid);
    a.mov(w(es, di, 2), 0x74);
    for (let offset = 4; offset < 16; offset += 4) a.mov(d(es, di, offset), 0xffff_ffff);
    a.mov(d(es, di, 16), 0xffff_ffff);
    a.mov(d(es, di, 20), 0xffff_ffff);
    a.mov(w(es, di, 24), 2048);
    a.cmp(w(es, di), 30);
    a.mov(w(es, di), 26);
    a.jb(short);
    a.mov(w(es, di), 30);
    a.mov(d(es, di, 26), 0xffff_ffff);
    a.here(short);
    // READ CAPACITY: last sector and its size, high byte first.
    packet(scsi.readCapacity);
    a.sub(sp, 8);
    a.push(ss);
    a.pop(es);
    a.mov(di, sp);
    a.call(packetCommand);
    a.mov(di, sp);
    a.mov(ecx, d(ss, di));
    a.add(sp, 8);
    a.test(ah, ah);
    a.jnz(unknown);
    a.bswap(ecx);
    a.inc(ecx);
    a.mov(es, frame.ds);
    a.mov(di, frame.si);
    a.mov(d(es, di, 16), ecx);
    a.mov(d(es, di, 20), 0);
    a.here(unknown);
    a.jmp(diskOk);
  });

  // AL: 00h end, 01h tell: DS:SI: 13h bytes about what was booted. A CD booted as itself has nothing to end.
  a.func(elTorito, () => {
    a.cmp(al, 1);
    a.ja(diskInvalid);
    a.cmp(b(fs, ebda.elTorito), 0);
    a.je(diskInvalid);
    a.cmp(b(fs, ebda.elTorito + 2), dl);
    a.jne(diskInvalid);
    a.mov(es, frame.ds);
    a.mov(di, frame.si);
    a.mov(si, ebda.elTorito);
    a.mov(cx, 0x13);
    a.seg(fs).rep.movsb();
    a.jmp(diskOk);
  });
}
