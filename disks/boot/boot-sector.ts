/**
 * The first 440 bytes: what the firmware reads from the disk and jumps to.
 *
 * The processor is in real mode, as an 8086 was: registers of 16 bits, and addresses made of a segment times 16 plus an
 * offset. The firmware has told us one thing, the number of the drive, in DL. There is just enough room to ask it for the
 * sectors behind this one, which hold the loader, to try again when that fails (drives do fail, floppies always did), and
 * to say so in words on the screen and on the serial line if it is no use.
 *
 * The loader is one program with this sector and goes on using its routines: readDisk, print and fail.
 *
 * A CD needs no loading: El Torito has the firmware read the whole boot image, this sector and the loader behind it.
 */
import type { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, m } from "../../dsl/asm/operand.ts";
import { Label, type Value } from "../../dsl/out/expression.ts";
import {
  ah,
  al,
  ax,
  bl,
  bx,
  ch,
  cl,
  cx,
  dh,
  di,
  dl,
  ds,
  dx,
  eax,
  ebx,
  edx,
  es,
  esp,
  si,
  sp,
  ss,
} from "../../emulator/isa/registers.ts";
import { bootCodeSize, sectorSize } from "../partition-table.ts";
import { loaderAt, stackTop } from "./layout.ts";

export type Medium = "disk" | "cd";

/** 16-bit. Reads CX sectors from sector EBX on to ES:0. Out: CF when it failed, then `status` has the BIOS's error. Changes EAX, EBX, CX, EDX, SI, DI, ES. */
export const readDisk = new Label("readDisk");
/** 16-bit. Says on screen and serial line that the disk cannot be read, and `status`; stops for ever. */
export const failReading = new Label("failReading");
/** 16-bit. Says the text at DS:SI, up to a zero byte, and stops for ever. */
export const fail = new Label("fail");
/** Byte: what the BIOS calls the drive we come from. */
export const drive = new Label("drive");
/** Where the boot sector goes when the loader is in memory: 16-bit, CS = DS = SS = 0. */
export const loader = new Label("loader");

const tries = 5;
const com1 = 0x3f8;
/** 16550 registers: divisor latch open, divisor 1 (115200 baud), divisor latch closed with 8 data bits, no parity, 1 stop bit. */
const serialSetUp = [
  [3, 0x83],
  [0, 1],
  [1, 0],
  [3, 0x03],
] as const;

const readRun = new Label("readRun");
const print = new Label("print");
const printCharacter = new Label("printCharacter");
const status = new Label("status");
const extended = new Label("extended");
const sectorsPerTrack = new Label("sectorsPerTrack");
const heads = new Label("heads");

/** Records the boot sector, 512 bytes. loaderSectors: how many sectors of 512 bytes follow it and must be read. */
export function bootSector(a: Assembler, medium: Medium, loaderSectors: Value): void {
  a.section(".bootsector", { flags: "rwx" });
  a.bits(16);

  // Some firmware jumps to 07C0:0000, most to 0000:7C00. One far jump and it is the same for us.
  const begin = new Label("begin");
  a.func("bootSector", () => {
    a.jmpFar(0, begin);
    a.here(begin);
    a.xor(ax, ax);
    a.mov(ds, ax);
    a.mov(es, ax);
    a.mov(ss, ax);
    a.mov(esp, stackTop);
    a.sti();
    a.cld();
    a.mov(b(drive), dl);
    if (medium === "disk") {
      askAboutDrive(a);
      a.mov(bx, loaderAt >> 4);
      a.mov(es, bx);
      a.mov(ebx, 1);
      a.mov(cx, loaderSectors);
      a.call(readDisk);
      a.jc(failReading);
    }
    a.jmp(loader);
  });

  readRoutine(a);
  messageRoutines(a);

  a.here(drive);
  a.db(0);
  a.here(status);
  a.db(0);
  a.here(extended);
  a.db(medium === "cd" ? 1 : 0);
  a.here(sectorsPerTrack);
  a.dd(0);
  a.here(heads);
  a.dd(0);

  a.org(bootCodeSize); // an error here: the code has grown over the disk signature and the partition table
  a.org(sectorSize);
}

/** Either the drive takes linear sector numbers (INT 13h extensions, 1995), or we ask for its geometry (1981). */
function askAboutDrive(a: Assembler): void {
  const geometry = new Label(".geometry");
  const known = new Label(".known");
  a.mov(ah, 0x41);
  a.mov(bx, 0x55aa);
  a.int(0x13);
  a.jc(geometry);
  a.cmp(bx, 0xaa55);
  a.jne(geometry);
  a.test(cl, 1); // bit 0: extended disk access, AH = 42h and its family
  a.jz(geometry);
  a.inc(b(extended));
  a.jmp(known);

  a.here(geometry);
  a.mov(ah, 8);
  a.mov(dl, b(drive));
  a.int(0x13);
  a.mov(b(status), ah);
  a.jc(failReading);
  a.and(cx, 0x3f); // CL<5:0>: last sector of a track, counted from 1; DH: last head, counted from 0
  a.mov(b(sectorsPerTrack), cl);
  a.inc(dh);
  a.mov(b(heads), dh);
  a.here(known);
}

function readRoutine(a: Assembler): void {
  a.func(readDisk, () => {
    const next = new Label();
    const end = new Label();
    a.cmp(b(extended), 0);
    a.jne(readRun);
    a.here(next); // without the extensions one sector at a time, so that no run crosses a track
    a.push(cx);
    a.mov(cx, 1);
    a.call(readRun);
    a.pop(cx);
    a.jc(end);
    a.inc(ebx);
    a.mov(ax, es);
    a.add(ax, sectorSize >> 4); // ends with CF clear
    a.mov(es, ax);
    a.loop(next);
    a.here(end);
    a.ret();
  });

  a.func(readRun, () => {
    const again = new Label();
    const byGeometry = new Label();
    const tried = new Label();
    const end = new Label();
    a.mov(di, tries);
    a.here(again);
    a.pushad();
    a.cmp(b(extended), 0);
    a.je(byGeometry);

    // The disk address packet, on the stack (EDD 3.0, 4.2.2). It is made afresh for each try, for the BIOS writes to it.
    a.o32.push(0);
    a.push(ebx); // first sector, 64 bits
    a.push(es);
    a.push(0); // buffer, segment:offset
    a.push(cx); // how many
    a.push(16); // size of this packet
    a.mov(si, sp);
    a.mov(ah, 0x42);
    a.mov(dl, b(drive));
    a.int(0x13);
    a.lea(sp, m(esp, 16)); // unlike ADD, leaves CF alone
    a.jmp(tried);

    // Cylinder, head and sector from the linear number, packed as INT 13h has wanted it since there were 306 cylinders.
    a.here(byGeometry);
    a.mov(eax, ebx);
    a.xor(edx, edx);
    a.div(d(sectorsPerTrack));
    a.inc(dx);
    a.mov(cx, dx); // CL<5:0>: sector, from 1
    a.xor(edx, edx);
    a.div(d(heads));
    a.mov(dh, dl); // DH: head
    a.mov(ch, al); // CH: cylinder<7:0>
    a.shl(ah, 6);
    a.or(cl, ah); // CL<7:6>: cylinder<9:8>
    a.xor(bx, bx);
    a.mov(ax, 0x0201);
    a.mov(dl, b(drive));
    a.int(0x13);

    a.here(tried);
    a.mov(b(status), ah);
    a.popad();
    a.jnc(end);
    a.push(dx);
    a.mov(ah, 0); // reset the drive, then once more
    a.mov(dl, b(drive));
    a.int(0x13);
    a.pop(dx);
    a.dec(di);
    a.jnz(again);
    a.stc();
    a.here(end);
    a.ret();
  });
}

function messageRoutines(a: Assembler): void {
  const unreadable = new Label("unreadable");
  const stop = new Label();

  a.func(failReading, () => {
    a.mov(si, unreadable);
    a.call(print);
    a.mov(bl, b(status));
    for (const shift of [4, 0]) {
      a.mov(al, bl);
      if (shift) a.shr(al, shift);
      else a.and(al, 15);
      a.cmp(al, 10); // the shortest way from 0–15 to "0"–"F": CF says whether it is a digit,
      a.sbb(al, 0x69); // and DAS, meant for decimal numbers, closes the gap between "9" and "A"
      a.das();
      a.push(bx);
      a.call(printCharacter);
      a.pop(bx);
    }
    a.jmp(stop);
  });

  a.func(fail, () => {
    a.call(print);
    a.here(stop);
    a.hlt();
    a.jmp(stop);
  });

  a.func(print, () => {
    for (const [register, value] of serialSetUp) {
      a.mov(dx, com1 + register);
      a.mov(al, value);
      a.out(dx, al);
    }
    const next = new Label();
    const end = new Label();
    a.here(next);
    a.lodsb();
    a.test(al, al);
    a.jz(end);
    a.call(printCharacter);
    a.jmp(next);
    a.here(end);
    a.ret();
  });

  a.func(printCharacter, () => {
    const wait = new Label();
    a.mov(ah, 0x0e); // teletype output, page 0
    a.mov(bx, 7);
    a.int(0x10);
    a.push(ax);
    a.mov(dx, com1 + 5); // line status, bit 5: room for a byte. Where there is no serial port, it reads as ones.
    a.here(wait);
    a.in(al, dx);
    a.test(al, 0x20);
    a.jz(wait);
    a.pop(ax);
    a.mov(dx, com1);
    a.out(dx, al);
    a.ret();
  });

  a.here(unreadable);
  a.db("\r\nCor: cannot read the disk, error ", 0);
}
