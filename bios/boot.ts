/**
 * INT 19h: finding something to boot, and starting it.
 *
 * A hard disk is booted by its first sector: 512 bytes to 0:7C00, and if they end with 55h AAh, a jump there with the
 * drive's number in DL. A CD has a catalogue of boot images, found through its eighteenth sector; the first image is read
 * to where it wants to be. After the jump, the machine is the program's. (El Torito 1.0, figures 7 and following)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, d, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import {
  ah,
  al,
  ax,
  bh,
  bl,
  bx,
  cs,
  cx,
  dh,
  di,
  dl,
  ds,
  dx,
  eax,
  ebp,
  ebx,
  ecx,
  edi,
  edx,
  es,
  esi,
  fs,
  si,
  sp,
  ss,
} from "../emulator/isa/registers.ts";
import { cdReady } from "./cd.ts";
import { cmosRegister, readCmos } from "./cmos.ts";
import { FIRST_CD, FIRST_DISK } from "./drives.ts";
import { BOOT_ADDRESS, bda, DRIVE_RECORD, drive, ebda, SCRATCH, STACK_TOP } from "./layout.ts";
import { say, sayHexByte } from "./say.ts";

export const int18 = new Label("int18");
export const int19 = new Label("int19");

const bootDisks = new Label("bootDisks");
const bootCds = new Label("bootCds");
const bootDisk = new Label("bootDisk");
const bootCd = new Label("bootCd");
const bootDevice = new Label("bootDevice");
const readCd = new Label("bootReadCd");
const readCdScratch = new Label("bootReadCdScratch");
const startProgram = new Label("startProgram");
const bootRecordId = new Label("bootRecordId");

/** Codes in CMOS's boot order. */
const device = { hardDisk: 2, cd: 3 } as const;
const SIGNATURE = 0xaa55;
/** An image ends below this segment: above are the EBDA and what programs keep below it. */
const IMAGE_LIMIT = 0x9000;

/** Fields of the catalogue's first entry, after the 32 bytes of the validation entry. */
const catalogue = { key: 0x1e, bootable: 0x20, medium: 0x21, segment: 0x22, sectors: 0x26, first: 0x28 } as const;

export function boot(a: Assembler): void {
  a.func(int19, () => {
    const fromCmos = new Label();
    a.cli();
    a.xor(ax, ax);
    a.mov(ds, ax);
    a.mov(ss, ax);
    a.mov(sp, STACK_TOP);
    a.mov(fs, w(bda.ebdaSegment));
    a.cld();
    a.sti();
    // The order: nibbles, the first one lowest; without any, hard disks, then CDs.
    a.mov(al, cmosRegister.bootOrder3);
    a.call(readCmos);
    a.shr(al, 4);
    a.mov(bl, al);
    a.mov(al, cmosRegister.bootOrder);
    a.call(readCmos);
    a.mov(bh, bl);
    a.mov(bl, al);
    a.test(bx, bx);
    a.jnz(fromCmos);
    a.mov(bx, device.hardDisk | (device.cd << 4));
    a.here(fromCmos);
    a.mov(cx, 3);
    const next = a.here();
    a.push(bx);
    a.push(cx);
    a.and(bl, 0x0f);
    a.call(bootDevice);
    a.pop(cx);
    a.pop(bx);
    a.shr(bx, 4);
    a.loop(next);
    a.int(0x18);
  });

  // Nothing boots. The machine stops for good, so that whoever watches it knows.
  a.func(int18, () => {
    say(a, "Nothing to boot: no hard disk or CD with a boot sector. The machine is halted.\n");
    const halt = a.here();
    a.cli();
    a.hlt();
    a.jmp(halt);
  });

  // BL: code.
  a.func(bootDevice, () => {
    a.cmp(bl, device.hardDisk);
    a.je(bootDisks);
    a.cmp(bl, device.cd);
    a.je(bootCds);
    a.ret();
  });

  const sayDrive = (what: string) => {
    a.push(ax);
    say(a, what);
    a.mov(al, dl);
    a.call(sayHexByte);
    a.pop(ax);
  };
  const sayBooting = (what: string) => {
    sayDrive(`Booting from ${what}`);
    say(a, "h.\n");
  };

  a.func(bootDisks, () => {
    const next = new Label();
    const done = new Label();
    a.mov(dl, FIRST_DISK);
    a.here(next);
    a.mov(al, dl);
    a.sub(al, FIRST_DISK);
    a.cmp(al, b(bda.diskCount));
    a.jae(done);
    a.push(dx);
    a.call(bootDisk);
    a.pop(dx);
    a.inc(dx);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  a.func(bootCds, () => {
    const next = new Label();
    const done = new Label();
    a.mov(dl, FIRST_CD);
    a.here(next);
    a.mov(al, dl);
    a.sub(al, FIRST_CD);
    a.cmp(al, b(fs, ebda.cdCount));
    a.jae(done);
    a.push(dx);
    a.call(bootCd);
    a.pop(dx);
    a.inc(dx);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  // DL: drive. Returns when it does not boot.
  a.func(bootDisk, () => {
    const unreadable = new Label();
    const noSignature = new Label();
    a.push(0);
    a.pop(es);
    a.mov(bx, BOOT_ADDRESS);
    a.mov(w(bx, 510), 0);
    a.mov(ax, 0x0201);
    a.mov(cx, 1);
    a.xor(dh, dh);
    a.int(0x13);
    a.jc(unreadable);
    a.cmp(w(BOOT_ADDRESS + 510), SIGNATURE);
    a.jne(noSignature);
    sayBooting("hard disk ");
    a.mov(bx, BOOT_ADDRESS);
    a.xor(ax, ax);
    a.jmp(startProgram);
    a.here(unreadable);
    sayDrive("Hard disk ");
    say(a, "h cannot be read.\n");
    a.ret();
    a.here(noSignature);
    sayDrive("Hard disk ");
    say(a, "h has no boot sector.\n");
    a.ret();
  });

  // AX: segment, BX: offset, DL: drive.
  a.func(startProgram, () => {
    a.push(ax);
    a.push(bx);
    a.movzx(edx, dl);
    for (const register of [eax, ebx, ecx, esi, edi, ebp]) a.xor(register, register);
    a.mov(es, ax);
    a.retf();
  });

  // DL: drive. Returns when it does not boot.
  a.func(bootCd, () => {
    const no = new Label();
    const readable = new Label();
    const lowSegment = new Label();
    const usual = new Label();
    // FS:SI: its record.
    a.mov(si, ebda.drives);
    const search = a.here();
    const found = new Label();
    a.cmp(b(fs, si, drive.number), dl);
    a.je(found);
    a.add(si, DRIVE_RECORD);
    a.jmp(search);
    a.here(found);
    a.push(dx);
    a.call(cdReady);
    a.pop(dx);
    a.test(ah, ah);
    a.jnz(no);

    // Sector 17: the boot record, which says where the catalogue is.
    a.mov(eax, 17);
    a.call(readCdScratch);
    a.jc(no);
    a.mov(si, bootRecordId);
    a.mov(di, SCRATCH);
    a.mov(cx, 30);
    a.push(0);
    a.pop(es);
    a.seg(cs).repe.cmpsb();
    a.jne(no);
    a.mov(eax, d(SCRATCH + 0x47));
    a.call(readCdScratch);
    a.jc(no);
    // The validation entry: header 1, for x86 (platform 0), the key, and a sum of 0.
    a.cmp(w(SCRATCH), 0x0001);
    a.jne(no);
    a.cmp(w(SCRATCH + catalogue.key), SIGNATURE);
    a.jne(no);
    a.mov(si, SCRATCH);
    a.mov(cx, 16);
    a.xor(bx, bx);
    const sum = a.here();
    a.lodsw();
    a.add(bx, ax);
    a.loop(sum);
    a.test(bx, bx);
    a.jnz(no);
    // The first entry: bootable, and an image of its own rather than of a floppy or a disk.
    a.cmp(b(SCRATCH + catalogue.bootable), 0x88);
    a.jne(no);
    a.test(b(SCRATCH + catalogue.medium), 0x0f);
    a.jnz(no);

    a.mov(ax, w(SCRATCH + catalogue.segment));
    a.test(ax, ax);
    a.jnz(usual);
    a.mov(ax, BOOT_ADDRESS >> 4);
    a.here(usual);
    // Sectors of 512 bytes, four to one of the CD's.
    a.mov(cx, w(SCRATCH + catalogue.sectors));
    a.add(cx, 3);
    a.shr(cx, 2);
    a.jnz(readable);
    a.inc(cx);
    a.here(readable);

    // For 4Bh: what is booted, and how.
    a.mov(b(fs, ebda.elTorito), 0x13);
    a.mov(b(fs, ebda.elTorito + 1), 0);
    a.mov(b(fs, ebda.elTorito + 2), dl);
    a.mov(ebx, d(SCRATCH + catalogue.first));
    a.mov(d(fs, ebda.elTorito + 4), ebx);
    a.mov(w(fs, ebda.elTorito + 0x0c), ax);
    a.mov(di, w(SCRATCH + catalogue.sectors));
    a.mov(w(fs, ebda.elTorito + 0x0e), di);

    a.mov(di, cx);
    a.shl(di, 7);
    a.jc(no);
    a.add(di, ax);
    a.jc(no);
    a.cmp(di, IMAGE_LIMIT);
    a.ja(no);
    a.push(ax);
    a.xchg(eax, ebx);
    a.call(readCd);
    a.pop(ax);
    a.jc(no);
    sayBooting("CD ");
    // 07C0:0000 is 0000:7C00 for programs that look at CS.
    a.xor(bx, bx);
    a.cmp(ax, BOOT_ADDRESS >> 4);
    a.jne(lowSegment);
    a.xor(ax, ax);
    a.mov(bx, BOOT_ADDRESS);
    a.here(lowSegment);
    a.jmp(startProgram);
    a.here(no);
    sayDrive("CD drive ");
    say(a, "h has no disc that boots.\n");
    a.ret();
  });
  // Boot record, version 1, for El Torito. (ISO 9660 8.2, El Torito figure 7)
  a.object(bootRecordId, () => a.db(0, "CD001", 1, "EL TORITO SPECIFICATION"));

  // EAX: sector, to SCRATCH. As readCd.
  a.func(readCdScratch, () => {
    a.mov(bx, SCRATCH >> 4);
    a.mov(cx, 1);
    a.jmp(readCd);
  });

  // EAX: sector, CX: how many, BX: segment, DL: drive → CF = 1: failed. AX, SI lost.
  a.func(readCd, () => {
    a.o32.push(0);
    a.push(eax);
    a.push(bx);
    a.push(0);
    a.push(cx);
    a.push(16);
    a.mov(si, sp);
    a.mov(ah, 0x42);
    a.int(0x13);
    a.mov(si, sp);
    a.lea(sp, m(si, 16)); // and the carry stays
    a.ret();
  });
}
