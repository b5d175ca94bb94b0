/**
 * INT 10h: colours (functions 0Bh and 10h).
 *
 * A text cell or a pixel has a number of four bits. The attribute controller makes one of 64 of it, and the DAC makes red, green
 * and blue of that, six bits each.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cx, dh, di, dx, es, si } from "../emulator/isa/registers.ts";
import { choose, frame } from "./frame.ts";
import { bda } from "./layout.ts";
import { PALETTE_SHOWN, vga } from "./video-mode.ts";

/** INT 10h AH=0Bh and 10h. Ends the service. */
export const palette = new Label("video.palette");

/** Registers of the attribute controller, beside the sixteen of the palette. */
const MODE_CONTROL = 0x10;
const OVERSCAN = 0x11;
const COLOUR_SELECT = 0x14;
/** In the mode control register. */
const BLINK = 0x08;

const readAttribute = new Label("readAttribute");
const writeAttribute = new Label("writeAttribute");

export function videoPalette(a: Assembler): void {
  // BL: attribute controller register, BH: value. AL, DX lost.
  a.func(writeAttribute, () => {
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.mov(al, bl);
    a.out(dx, al);
    a.mov(al, bh);
    a.out(dx, al);
    a.mov(al, PALETTE_SHOWN);
    a.out(dx, al);
    a.ret();
  });

  // BL: attribute controller register → AL. DX lost.
  a.func(readAttribute, () => {
    a.push(bx);
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.mov(al, bl);
    a.out(dx, al);
    a.inc(dx);
    a.in(al, dx);
    a.mov(bl, al);
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.mov(al, PALETTE_SHOWN);
    a.out(dx, al);
    a.mov(al, bl);
    a.pop(bx);
    a.ret();
  });

  const part = (name: string) => new Label(`video.${name}`);

  const pal = {
    setOne: part("setPaletteRegister"),
    setBorder: part("setBorder"),
    setAll: part("setPalette"),
    blink: part("setBlink"),
    getOne: part("getPaletteRegister"),
    getBorder: part("getBorder"),
    getAll: part("getPalette"),
    setColour: part("setColour"),
    setColours: part("setColours"),
    getColour: part("getColour"),
    getColours: part("getColours"),
    setPaging: part("setColourPaging"),
    getPaging: part("getColourPaging"),
    setMask: part("setMask"),
    getMask: part("getMask"),
    border: part("cgaBorder"),
  };

  a.func(palette, () => {
    a.cmp(ah, 0x0b);
    a.je(pal.border);
    choose(a, al, [
      [0x00, pal.setOne],
      [0x01, pal.setBorder],
      [0x02, pal.setAll],
      [0x03, pal.blink],
      [0x07, pal.getOne],
      [0x08, pal.getBorder],
      [0x09, pal.getAll],
      [0x10, pal.setColour],
      [0x12, pal.setColours],
      [0x13, pal.setPaging],
      [0x15, pal.getColour],
      [0x17, pal.getColours],
      [0x18, pal.setMask],
      [0x19, pal.getMask],
      [0x1a, pal.getPaging],
    ]);
    a.ret();
  });

  // 0Bh: BH=0: border colour BL, four bits as on the CGA.
  a.func(pal.border, () => {
    const none = new Label();
    a.test(bh, bh);
    a.jnz(none);
    a.mov(bh, bl);
    a.mov(al, bl);
    a.and(bh, 0x07);
    a.and(al, 0x08);
    a.shl(al, 1);
    a.or(bh, al);
    a.mov(bl, OVERSCAN);
    a.call(writeAttribute);
    a.here(none);
    a.ret();
  });

  // BL: register, BH: value.
  a.func(pal.setOne, () => {
    a.cmp(bl, COLOUR_SELECT);
    a.jbe(writeAttribute);
    a.ret();
  });

  a.func(pal.setBorder, () => {
    a.mov(bl, OVERSCAN);
    a.jmp(writeAttribute);
  });

  // ES:DX: sixteen colours and the border.
  a.func(pal.setAll, () => {
    a.mov(si, dx);
    a.xor(bl, bl);
    const next = a.here();
    const border = new Label();
    a.mov(bh, b(es, si));
    a.inc(si);
    a.cmp(bl, 16);
    a.je(border);
    a.call(writeAttribute);
    a.inc(bl);
    a.jmp(next);
    a.here(border);
    a.mov(bl, OVERSCAN);
    a.jmp(writeAttribute);
  });

  // BL: 1: bit 7 of a cell blinks; 0: it is the background's fourth bit.
  a.func(pal.blink, () => {
    const steady = new Label();
    a.mov(cl, bl);
    a.mov(bl, MODE_CONTROL);
    a.call(readAttribute);
    a.and(al, 0xff & ~BLINK);
    a.and(b(bda.cgaMode), 0xdf);
    a.test(cl, 1);
    a.jz(steady);
    a.or(al, BLINK);
    a.or(b(bda.cgaMode), 0x20);
    a.here(steady);
    a.mov(bh, al);
    a.jmp(writeAttribute);
  });

  a.func(pal.getOne, () => {
    a.call(readAttribute);
    a.mov(frame.bh, al);
    a.ret();
  });

  a.func(pal.getBorder, () => {
    a.mov(bl, OVERSCAN);
    a.call(readAttribute);
    a.mov(frame.bh, al);
    a.ret();
  });

  a.func(pal.getAll, () => {
    a.mov(di, dx);
    a.xor(bl, bl);
    const next = a.here();
    a.call(readAttribute);
    a.stosb();
    a.inc(bl);
    a.cmp(bl, 16);
    a.jb(next);
    a.mov(bl, OVERSCAN);
    a.call(readAttribute);
    a.stosb();
    a.ret();
  });

  // BX: DAC register, DH, CH, CL: red, green, blue.
  a.func(pal.setColour, () => {
    a.mov(ah, dh);
    a.mov(dx, vga.dacWriteIndex);
    a.mov(al, bl);
    a.out(dx, al);
    a.inc(dx);
    for (const colour of [ah, ch, cl]) {
      a.mov(al, colour);
      a.out(dx, al);
    }
    a.ret();
  });

  // BX: first, CX: how many, ES:DX: three bytes each.
  a.func(pal.setColours, () => {
    a.mov(si, dx);
    a.mov(dx, vga.dacWriteIndex);
    a.mov(al, bl);
    a.out(dx, al);
    a.inc(dx);
    a.mov(ax, cx);
    a.add(cx, cx);
    a.add(cx, ax);
    a.seg(es).rep.outsb();
    a.ret();
  });

  a.func(pal.getColour, () => {
    a.mov(dx, vga.dacReadIndex);
    a.mov(al, bl);
    a.out(dx, al);
    a.mov(dx, vga.dacData);
    for (const colour of [frame.dh, frame.ch, frame.cl]) {
      a.in(al, dx);
      a.mov(colour, al);
    }
    a.ret();
  });

  a.func(pal.getColours, () => {
    a.mov(di, dx);
    a.mov(dx, vga.dacReadIndex);
    a.mov(al, bl);
    a.out(dx, al);
    a.mov(dx, vga.dacData);
    a.mov(ax, cx);
    a.add(cx, cx);
    a.add(cx, ax);
    a.rep.insb();
    a.ret();
  });

  // BL=0: BH=1: sixteen pages of 16 colours rather than four of 64; BL=1: choose page BH.
  a.func(pal.setPaging, () => {
    const page = new Label();
    const ofFour = new Label();
    const pages = new Label();
    a.mov(cl, bh);
    a.test(bl, bl);
    a.jnz(page);
    a.mov(bl, MODE_CONTROL);
    a.call(readAttribute);
    a.and(al, 0x7f);
    a.shl(cl, 7);
    a.or(al, cl);
    a.mov(bh, al);
    a.jmp(writeAttribute);
    a.here(page);
    a.mov(bl, MODE_CONTROL);
    a.call(readAttribute);
    a.test(al, 0x80);
    a.jz(ofFour);
    a.jmp(pages);
    a.here(ofFour);
    a.shl(cl, 2);
    a.here(pages);
    a.and(cl, 0x0f);
    a.mov(bh, cl);
    a.mov(bl, COLOUR_SELECT);
    a.jmp(writeAttribute);
  });

  a.func(pal.getPaging, () => {
    const sixteen = new Label();
    a.mov(bl, COLOUR_SELECT);
    a.call(readAttribute);
    a.mov(bh, al);
    a.mov(bl, MODE_CONTROL);
    a.call(readAttribute);
    a.shr(al, 7);
    a.mov(frame.bl, al);
    a.jnz(sixteen);
    a.shr(bh, 2);
    a.here(sixteen);
    a.mov(frame.bh, bh);
    a.ret();
  });

  a.func(pal.setMask, () => {
    a.mov(dx, vga.dacMask);
    a.mov(al, bl);
    a.out(dx, al);
    a.ret();
  });

  a.func(pal.getMask, () => {
    a.mov(dx, vga.dacMask);
    a.in(al, dx);
    a.mov(frame.bl, al);
    a.ret();
  });
}
