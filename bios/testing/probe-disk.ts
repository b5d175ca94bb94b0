/**
 * A disk whose boot sector asks the firmware everything, and writes the answers to COM1: one line for each question, with
 * its name and `register=value` pairs in hexadecimal. The same disk runs under this firmware and under another one, so
 * where PC firmware has to agree, the lines can be compared.
 */
import { Assembler } from "../../dsl/asm/assembler.ts";
import { b, d, w } from "../../dsl/asm/operand.ts";
import { Label } from "../../dsl/out/expression.ts";
import { flatBinary } from "../../dsl/out/flat.ts";
import { link } from "../../dsl/out/link.ts";
import type { R16, R32 } from "../../emulator/isa/registers.ts";
import {
  al,
  ax,
  bl,
  bx,
  cl,
  cs,
  cx,
  dh,
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
  si,
  sp,
  ss,
} from "../../emulator/isa/registers.ts";

const COM1 = 0x3f8;
const SECTOR = 512;
/** Sectors the program may have; the boot sector reads them all. */
const PROGRAM_SECTORS = 60;

/** Bytes of the disk. */
export const DISK_SIZE = 16 << 20;
/** The sector that programs may write. */
export const SPARE_SECTOR = 1000;

/** The drive that was booted from, a byte. */
export const BOOT_DRIVE = 0x530;
/** Memory that questions may use: eight bytes, and 256. */
export const VARIABLE = 0x538;
export const BLOCK = 0x540;
/** And whole segments. */
export const BUFFER = 0x2000;
export const OTHER_BUFFER = 0x3000;

/** Where the captured registers are, and what an answer line can show of them. */
const capture = {
  eax: 0x500,
  ebx: 0x504,
  ecx: 0x508,
  edx: 0x50c,
  esi: 0x510,
  edi: 0x514,
  ebp: 0x518,
  ds: 0x51c,
  es: 0x51e,
  flags: 0x520,
};
const shown = {
  ax: { at: capture.eax, digits: 4 },
  ah: { at: capture.eax + 1, digits: 2 },
  al: { at: capture.eax, digits: 2 },
  bx: { at: capture.ebx, digits: 4 },
  bh: { at: capture.ebx + 1, digits: 2 },
  bl: { at: capture.ebx, digits: 2 },
  cx: { at: capture.ecx, digits: 4 },
  ch: { at: capture.ecx + 1, digits: 2 },
  cl: { at: capture.ecx, digits: 2 },
  dx: { at: capture.edx, digits: 4 },
  dh: { at: capture.edx + 1, digits: 2 },
  dl: { at: capture.edx, digits: 2 },
  si: { at: capture.esi, digits: 4 },
  di: { at: capture.edi, digits: 4 },
  bp: { at: capture.ebp, digits: 4 },
  ds: { at: capture.ds, digits: 4 },
  es: { at: capture.es, digits: 4 },
  eax: { at: capture.eax, digits: 8 },
  ebx: { at: capture.ebx, digits: 8 },
  ecx: { at: capture.ecx, digits: 8 },
  edx: { at: capture.edx, digits: 8 },
} as const;
export type Shown = keyof typeof shown | "cf" | "zf" | "if";

/** What the questions are written with. While they run DS = 0, and ES too unless they say otherwise. */
export class Probe {
  readonly a: Assembler;
  readonly putHex = new Label("putHex");
  readonly putText = new Label("putText");
  readonly grab = new Label("grab");

  constructor(a: Assembler) {
    this.a = a;
  }

  text(text: string): void {
    this.a.call(this.putText);
    this.a.db(text, 0);
  }

  /** Memory at an address, `bytes` long, as "name=hex". */
  memory(name: string, address: number, bytes: 1 | 2 | 4): void {
    const { a } = this;
    this.text(` ${name}=`);
    if (bytes === 1) a.movzx(eax, b(address));
    else if (bytes === 2) a.movzx(eax, w(address));
    else a.mov(eax, d(address));
    a.mov(cx, bytes * 2);
    a.call(this.putHex);
  }

  /** Calls a service with AX as given and whatever `setup` puts into other registers; writes a line with what it returned. */
  ask(name: string, vector: number, function_: number, show: readonly Shown[], setup: () => void = () => {}): void {
    const { a } = this;
    a.xor(ax, ax);
    a.mov(es, ax);
    setup();
    a.mov(ax, function_);
    a.int(vector);
    a.call(this.grab);
    this.text(name);
    this.show(show);
    this.end();
  }

  /** Puts constants into registers. */
  set(...pairs: readonly (readonly [R16 | R32, number])[]): void {
    for (const [register, value] of pairs) this.a.mov(register as R32, value);
  }

  /** A sum over memory from segment:0 on, as "sum=hex". */
  sum(segment: number, bytes: number): void {
    const { a } = this;
    a.push(ds);
    a.mov(ax, segment);
    a.mov(ds, ax);
    a.xor(si, si);
    a.mov(cx, bytes / 4);
    a.xor(ebx, ebx);
    const next = a.here();
    a.lodsd();
    a.rol(ebx, 1);
    a.add(ebx, eax);
    a.loop(next);
    a.pop(ds);
    a.mov(d(VARIABLE), ebx);
    this.memory("sum", VARIABLE, 4);
  }

  /** Registers as they were when `grab` was last called. */
  show(show: readonly Shown[]): void {
    for (const what of show) {
      if (what === "cf") this.flag(what, 0);
      else if (what === "zf") this.flag(what, 6);
      else if (what === "if") this.flag(what, 9);
      else {
        const { at, digits } = shown[what];
        this.memory(what, at, (digits / 2) as 1 | 2 | 4);
      }
    }
  }

  private flag(name: string, bit: number): void {
    const { a } = this;
    this.text(` ${name}=`);
    a.movzx(eax, w(capture.flags));
    a.shr(eax, bit);
    a.and(eax, 1);
    a.mov(cx, 1);
    a.call(this.putHex);
  }

  end(): void {
    this.text("\n");
  }

  /** A line of its own making. */
  line(name: string, body: () => void): void {
    this.text(name);
    body();
    this.end();
  }
}

/** The disk's bytes. `questions` come between "probe begins" and "probe ends" on COM1. Every sector behind the program holds its own number, 128 times. */
export function probeDisk(questions: (probe: Probe) => void): Uint8Array {
  const a = new Assembler({ bits: 16 });
  a.section(".probe", { flags: "rwx", address: 0x7c00 });
  const probe = new Probe(a);
  const begin = new Label("begin");
  a.cli();
  a.xor(ax, ax);
  a.mov(ss, ax);
  a.mov(sp, 0x7c00);
  a.mov(ds, ax);
  a.mov(es, ax);
  a.sti();
  a.push(dx);
  // The rest of the program, by the oldest function: it lies on the first track of a disk with 63 sectors a track.
  a.mov(ax, 0x0200 | PROGRAM_SECTORS);
  a.mov(cx, 2);
  a.xor(dh, dh);
  a.mov(bx, 0x7e00);
  a.int(0x13);
  a.jnc(begin);
  probe.text("cannot read\n");
  const stop = a.here();
  a.cli();
  a.hlt();
  a.jmp(stop);

  // AL to COM1.
  const putByte = new Label("putByte");
  a.func(putByte, () => {
    a.push(ax);
    a.mov(dx, COM1 + 5);
    const wait = a.here();
    a.in(al, dx);
    a.test(al, 0x20);
    a.jz(wait);
    a.pop(ax);
    a.mov(dx, COM1);
    a.out(dx, al);
    a.ret();
  });
  // The text behind the call.
  a.func(probe.putText, () => {
    const done = new Label();
    a.pop(si);
    const next = a.here();
    a.seg(cs).lodsb();
    a.test(al, al);
    a.jz(done);
    a.call(putByte);
    a.jmp(next);
    a.here(done);
    a.jmp(si);
  });
  // EAX: number, CX: digits. EAX, BX, CX, DX lost.
  a.func(probe.putHex, () => {
    // The first digit to the top.
    a.mov(bx, cx);
    a.push(cx);
    a.mov(cl, 8);
    a.sub(cl, bl);
    a.shl(cl, 2);
    a.shl(eax, cl);
    a.pop(cx);
    const next = a.here();
    const decimal = new Label();
    a.rol(eax, 4);
    a.push(eax);
    a.and(al, 0x0f);
    a.add(al, 0x30);
    a.cmp(al, 0x39);
    a.jbe(decimal);
    a.add(al, 0x27);
    a.here(decimal);
    a.call(putByte);
    a.pop(eax);
    a.loop(next);
    a.ret();
  });
  // Keeps all registers and flags as they are now where `show` finds them; DS = ES = 0.
  a.func(probe.grab, () => {
    a.pushf();
    a.push(ds);
    a.push(0);
    a.pop(ds);
    a.pop(w(capture.ds));
    a.mov(w(capture.es), es);
    a.pop(w(capture.flags));
    a.mov(d(capture.eax), eax);
    a.mov(d(capture.ebx), ebx);
    a.mov(d(capture.ecx), ecx);
    a.mov(d(capture.edx), edx);
    a.mov(d(capture.esi), esi);
    a.mov(d(capture.edi), edi);
    a.mov(d(capture.ebp), ebp);
    a.push(ds);
    a.pop(es);
    a.cld();
    a.ret();
  });

  a.org(510);
  a.dw(0xaa55);

  a.here(begin);
  a.pop(dx);
  a.mov(b(BOOT_DRIVE), dl);
  probe.line("probe begins", () => {});
  questions(probe);
  probe.line("probe ends", () => {});
  a.jmp(stop);

  const program = flatBinary(link([a.finish()], { pageSize: 1 }));
  if (program.length > (1 + PROGRAM_SECTORS) * SECTOR) throw new Error(`${program.length} bytes of questions`);
  const disk = new Uint8Array(DISK_SIZE);
  const words = new Uint32Array(disk.buffer);
  for (let sector = 1 + PROGRAM_SECTORS; sector < DISK_SIZE / SECTOR; sector++) {
    words.fill(sector, (sector * SECTOR) / 4, ((sector + 1) * SECTOR) / 4);
  }
  disk.set(program);
  return disk;
}

/** The answers in a serial log, in order. */
export function answers(serial: string): { name: string; values: Map<string, string> }[] {
  const lines = serial.slice(serial.indexOf("probe begins"), serial.indexOf("probe ends")).split("\n").slice(1, -1);
  return lines.map((line) => {
    const [name = "", ...pairs] = line.split(/ (?=\w+=)/);
    return { name, values: new Map(pairs.map((pair) => pair.split("=") as [string, string])) };
  });
}
