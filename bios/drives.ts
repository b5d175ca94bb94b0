/**
 * Self-test: which drives there are. Each gets a record in the EBDA, a number as INT 13h knows it, and a line on the
 * console. Hard disks also get the two things that programs older than INT 13h's packets want: a geometry with few enough
 * cylinders, and a table that INT 41h or 46h points at.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax, bh, bl, bx, cs, cx, di, dx, eax, ebx, ecx, edx, es, fs, si } from "../emulator/isa/registers.ts";
import { identify, resetChannel } from "./ata.ts";
import { bda, DRIVE_RECORD, drive, driveKind, EBDA_SEGMENT, ebda, SCRATCH, vectorAt } from "./layout.ts";
import { say, sayChar, sayDecimal, sayHexByte } from "./say.ts";

export const findDrives = new Label("findDrives");

const places = new Label("drivePlaces");
const addDisk = new Label("addDisk");
/** FS:SI: a virtio disk's record. EAX–EDX, DI lost. */
export const addVirtioDisk = new Label("addVirtioDisk");
const enrol = new Label("enrolDisk");
const saySize = new Label("sayDiskSize");
const addCd = new Label("addCd");
const logicalGeometry = new Label("logicalGeometry");
const diskTable = new Label("writeDiskTable");
const sayModel = new Label("sayModel");

/** First numbers of hard disks and CD drives in INT 13h. */
export const FIRST_DISK = 0x80;
export const FIRST_CD = 0xe0;

/** IDENTIFY's words, at SCRATCH. (ATA/ATAPI-6, 8.15) */
const identifyWord = (index: number) => w(SCRATCH + 2 * index);
const identifyDword = (index: number) => d(SCRATCH + 2 * index);
const identity = {
  cylinders: 1,
  heads: 3,
  sectors: 6,
  model: 27,
  capabilities: 49,
  sectors28: 60,
  commands: 83,
  sectors48: 100,
};

/** As many cylinders as an ATA drive ever tells of. */
const MOST_CYLINDERS = 16383;
/** In `kind`: not even the channel exists. */
const NO_CHANNEL = 0xff;

export function drives(a: Assembler): void {
  a.func(findDrives, () => {
    const next = new Label();
    const done = new Label();
    const disk = new Label();
    const stored = new Label();
    a.mov(di, places);
    a.mov(si, ebda.drives);
    a.here(next);
    // A row of the table: command port, control port, device register; 0 ends it.
    a.mov(dx, w(cs, di));
    a.test(dx, dx);
    a.jz(done);
    a.mov(bx, w(cs, di, 2));
    a.mov(al, b(cs, di, 4));
    a.mov(w(fs, si, drive.commandPort), dx);
    a.mov(w(fs, si, drive.controlPort), bx);
    a.mov(b(fs, si, drive.select), al);
    const first = new Label();
    const look = new Label();
    a.test(al, 0x10);
    a.jz(first);
    // The second drive of a channel that is there.
    a.cmp(b(fs, si, drive.kind - DRIVE_RECORD), NO_CHANNEL);
    a.mov(b(fs, si, drive.kind), NO_CHANNEL);
    a.je(stored);
    a.jmp(look);
    a.here(first);
    a.call(resetChannel);
    a.mov(b(fs, si, drive.kind), NO_CHANNEL);
    a.jc(stored);
    a.here(look);
    a.mov(b(fs, si, drive.kind), driveKind.none);
    a.push(di);
    a.push(0);
    a.pop(es);
    a.mov(di, SCRATCH);
    a.call(identify);
    a.pop(di);
    a.jc(stored);
    a.push(di);
    a.mov(b(fs, si, drive.kind), al);
    const added = new Label();
    a.cmp(al, driveKind.ata);
    a.je(disk);
    a.call(addCd);
    a.jmp(added);
    a.here(disk);
    a.call(addDisk);
    a.here(added);
    a.pop(di);
    a.here(stored);
    a.add(si, DRIVE_RECORD);
    a.add(di, 5);
    a.jmp(next);
    a.here(done);
    a.ret();
  });
  a.object(places, () => {
    for (const [command, control] of [
      [0x1f0, 0x3f6],
      [0x170, 0x376],
    ] as const) {
      for (const select of [0xe0, 0xf0]) {
        a.dw(command, control);
        a.db(select);
      }
    }
    a.dw(0);
  });

  // FS:SI: record, IDENTIFY data at SCRATCH. Drives that know no block addresses (made before about 1994) are left out.
  a.func(addDisk, () => {
    const usable = new Label();
    const only28 = new Label();
    a.test(identifyWord(identity.capabilities), 1 << 9);
    a.jnz(usable);
    a.mov(b(fs, si, drive.kind), driveKind.none);
    a.ret();
    a.here(usable);
    for (const [word, to] of [
      [identity.cylinders, drive.cylinders],
      [identity.heads, drive.heads],
      [identity.sectors, drive.sectors],
    ] as const) {
      a.mov(ax, identifyWord(word));
      a.mov(w(fs, si, to), ax);
    }
    a.mov(eax, identifyDword(identity.sectors28));
    a.xor(edx, edx);
    a.mov(b(fs, si, drive.flags), 0);
    a.test(identifyWord(identity.commands), 1 << 10);
    a.jz(only28);
    a.mov(b(fs, si, drive.flags), 1);
    a.mov(eax, identifyDword(identity.sectors48));
    a.mov(edx, identifyDword(identity.sectors48 + 2));
    a.here(only28);
    const noDma = new Label();
    a.test(identifyWord(identity.capabilities), 1 << 8);
    a.jz(noDma);
    a.or(b(fs, si, drive.flags), 2);
    a.here(noDma);
    a.mov(d(fs, si, drive.count), eax);
    a.mov(d(fs, si, drive.count + 4), edx);
    a.call(enrol);
    say(a, "Hard disk ");
    a.call(sayModel);
    a.jmp(saySize);
  });

  // FS:SI: record with the number of sectors. The geometry is what an ATA drive of this size would say.
  a.func(addVirtioDisk, () => {
    const large = new Label();
    const known = new Label();
    a.mov(w(fs, si, drive.heads), 16);
    a.mov(w(fs, si, drive.sectors), 63);
    a.mov(eax, d(fs, si, drive.count));
    a.xor(edx, edx);
    a.cmp(d(fs, si, drive.count + 4), edx);
    a.jne(large);
    a.mov(ecx, 16 * 63);
    a.div(ecx);
    a.cmp(eax, MOST_CYLINDERS);
    a.jb(known);
    a.here(large);
    a.mov(ax, MOST_CYLINDERS);
    a.here(known);
    a.mov(w(fs, si, drive.cylinders), ax);
    a.call(enrol);
    say(a, "Hard disk ");
    a.mov(al, b(fs, si, drive.number));
    a.call(sayHexByte);
    say(a, "h: virtio disk, ");
    a.jmp(saySize);
  });

  // FS:SI: record with geometry and number of sectors: the next hard disk. EAX, EBX, ECX, EDX, DI lost.
  a.func(enrol, () => {
    const noTable = new Label();
    const tableAt = new Label();
    a.mov(al, b(bda.diskCount));
    a.inc(b(bda.diskCount));
    a.add(al, FIRST_DISK);
    a.mov(b(fs, si, drive.number), al);
    a.mov(w(fs, si, drive.sectorSize), 512);
    a.call(logicalGeometry);

    // Two disks have a table.
    a.mov(di, ebda.diskTable0);
    a.mov(bx, vectorAt(0x41));
    a.cmp(b(fs, si, drive.number), FIRST_DISK);
    a.je(tableAt);
    a.mov(di, ebda.diskTable1);
    a.mov(bx, vectorAt(0x46));
    a.cmp(b(fs, si, drive.number), FIRST_DISK + 1);
    a.jne(noTable);
    a.here(tableAt);
    a.mov(w(bx), di);
    a.mov(w(bx, 2), EBDA_SEGMENT);
    a.call(diskTable);
    a.here(noTable);
    a.ret();
  });

  a.func(saySize, () => {
    // Two sectors a KiB, 2048 a MiB.
    const small = new Label();
    a.mov(eax, d(fs, si, drive.count));
    a.mov(edx, d(fs, si, drive.count + 4));
    a.test(edx, edx);
    a.setne(bl);
    a.cmp(eax, 10 * 2048);
    a.setae(bh);
    a.or(bl, bh);
    a.jz(small);
    a.shrd(eax, edx, 11);
    a.call(sayDecimal);
    say(a, " MiB\n");
    a.ret();
    a.here(small);
    a.shr(eax, 1);
    a.call(sayDecimal);
    say(a, " KiB\n");
    a.ret();
  });

  a.func(addCd, () => {
    a.mov(al, b(fs, ebda.cdCount));
    a.inc(b(fs, ebda.cdCount));
    a.add(al, FIRST_CD);
    a.mov(b(fs, si, drive.number), al);
    a.mov(w(fs, si, drive.sectorSize), 2048);
    say(a, "CD drive ");
    a.call(sayModel);
    say(a, "ATAPI\n");
    a.ret();
  });

  // FS:SI: record with geometry and number of sectors. INT 13h has 10 bits for the cylinder, 8 for the head and 6 for the
  // sector: larger drives are told to have more heads than they have ("LBA assist"). EAX, EBX, ECX, EDX lost.
  a.func(logicalGeometry, () => {
    const assist = new Label();
    const chosen = new Label();
    const inRange = new Label();
    a.mov(ax, w(fs, si, drive.cylinders));
    a.mov(bx, w(fs, si, drive.heads));
    a.mov(cx, w(fs, si, drive.sectors));
    a.cmp(ax, 1024);
    a.ja(assist);
    a.cmp(bx, 16);
    a.ja(assist);
    a.cmp(cx, 63);
    a.jbe(inRange);
    a.here(assist);
    a.mov(cx, 63);
    a.mov(eax, d(fs, si, drive.count));
    a.cmp(d(fs, si, drive.count + 4), 0);
    a.mov(ebx, 255);
    a.jne(chosen);
    for (const heads of [16, 32, 64, 128]) {
      // Up to a whole cylinder's worth too many: the last cylinders are then out of reach, as with other firmware.
      a.mov(bx, heads);
      a.cmp(eax, 63 * 1024 * (heads + 1));
      a.jb(chosen);
    }
    a.mov(bx, 255);
    a.here(chosen);
    a.push(ecx);
    a.imul(ecx, ebx, 63);
    a.mov(edx, d(fs, si, drive.count + 4));
    const huge = new Label();
    const divided = new Label();
    a.cmp(edx, ecx);
    a.jae(huge);
    a.div(ecx);
    a.cmp(eax, 1024);
    a.jbe(divided);
    a.here(huge);
    a.mov(ax, 1024);
    a.here(divided);
    a.pop(ecx);
    a.here(inRange);
    const two = new Label();
    a.cmp(ax, 2); // one is always kept back
    a.jae(two);
    a.mov(ax, 2);
    a.here(two);
    a.mov(w(fs, si, drive.logicalCylinders), ax);
    a.mov(w(fs, si, drive.logicalHeads), bx);
    a.mov(w(fs, si, drive.logicalSectors), cx);
    a.ret();
  });

  // FS:SI: record, FS:DI: the table's 16 bytes. Mark A0h: the first numbers are logical, the drive's own follow.
  a.func(diskTable, () => {
    for (const [from, to] of [
      [drive.logicalCylinders, 0],
      [drive.cylinders, 9],
    ] as const) {
      a.mov(ax, w(fs, si, from));
      a.mov(w(fs, di, to), ax);
    }
    for (const [from, to] of [
      [drive.logicalHeads, 2],
      [drive.sectors, 4],
      [drive.heads, 11],
      [drive.logicalSectors, 14],
    ] as const) {
      a.mov(al, b(fs, si, from));
      a.mov(b(fs, di, to), al);
    }
    a.mov(b(fs, di, 3), 0xa0);
    // Control byte: bit 3 more than eight heads, bits 7:6 no retries.
    a.mov(b(fs, di, 8), 0xc8);
    // Sum of all sixteen bytes: 0.
    a.push(di);
    a.mov(cx, 15);
    a.xor(al, al);
    const sum = a.here();
    a.add(al, b(fs, di));
    a.inc(di);
    a.loop(sum);
    a.neg(al);
    a.mov(b(fs, di), al);
    a.pop(di);
    a.ret();
  });

  // "80h: MODEL, ": forty characters, each pair swapped, filled up with spaces.
  a.func(sayModel, () => {
    const space = new Label();
    const done = new Label();
    a.push(si);
    a.mov(al, b(fs, si, drive.number));
    a.call(sayHexByte);
    say(a, "h: ");
    a.mov(di, SCRATCH + 2 * identity.model);
    a.mov(cx, 40);
    // BX: one after the last character that is no space.
    const last = a.here();
    a.mov(bx, cx);
    a.dec(bx);
    a.xor(bx, 1);
    a.cmp(b(bx, di), 0x20);
    a.ja(space);
    a.loop(last);
    a.jmp(done);
    a.here(space);
    a.xor(bx, bx);
    const next = a.here();
    a.push(bx);
    a.xor(bx, 1);
    a.mov(al, b(bx, di));
    a.pop(bx);
    a.inc(bx);
    a.call(sayChar);
    a.loop(next);
    a.here(done);
    say(a, ", ");
    a.pop(si);
    a.ret();
  });
}
