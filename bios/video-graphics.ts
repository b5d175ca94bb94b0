/**
 * INT 10h in graphics modes: letters made of pixels, and moving them.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, m, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import {
  ah,
  al,
  ax,
  bh,
  bl,
  bp,
  bx,
  ch,
  cl,
  cx,
  dh,
  di,
  dl,
  ds,
  dx,
  es,
  si,
  sp,
  ss,
} from "../emulator/isa/registers.ts";
import { bda, vectorAt } from "./layout.ts";
import { vga } from "./video-mode.ts";
import { GRAPHICS_SEGMENT, gc, isLinear, resetGraphics, setGraphics, XOR } from "./video-pixels.ts";

/** AL: character at DX (row, column) on page BH, in colour BL; bit 7 of it: XOR, in 16-colour modes. All registers kept. */
export const putGlyph = new Label("putGlyph");
/** DX: row and column, BH: page → AL: the character that looks so, 0 for none. AH lost. */
export const readGlyph = new Label("readGlyph");
/**
 * AL: rows to clear, AH: rows and DL: columns of the window, CL: its left column, CH: first row when moving up, DH: last row
 * when down, BL: 0 up, 1 down, BH: colour, SI: page's start. All but BP lost.
 */
export const scrollPixels = new Label("scrollPixels");

/** In the mode register: reading compares the pixels with a colour. */
const COLOUR_COMPARE = 0x08;

const glyphAddress = new Label("glyphAddress");

export function videoGraphics(a: Assembler): void {
  // DX: row and column, BH: page → ES:DI: its upper left, DS:SI: glyph AL, CX: its height, BP: bytes from line to line.
  a.func(glyphAddress, () => {
    const linear = new Label();
    const done = new Label();
    a.mov(cx, w(bda.charHeight));
    // SI: AL × height, in the font INT 43h points at.
    a.mul(cl);
    a.mov(si, ax);
    a.push(dx);
    a.call(isLinear);
    a.je(linear);
    a.mov(bp, w(bda.columns));
    a.movzx(ax, bh);
    a.mul(w(bda.pageSize));
    a.pop(dx);
    a.push(dx);
    a.mov(di, ax);
    a.movzx(ax, dl);
    a.add(di, ax);
    a.jmp(done);
    // Lines of 320 bytes; a column has 8, and there is one page.
    a.here(linear);
    a.mov(bp, 320);
    a.movzx(di, dl);
    a.shl(di, 3);
    a.here(done);
    a.mov(al, dh);
    a.mul(cl);
    a.mul(bp);
    a.add(di, ax);
    a.pop(dx);
    a.mov(ax, GRAPHICS_SEGMENT);
    a.mov(es, ax);
    a.add(si, w(vectorAt(0x43)));
    a.mov(ds, w(vectorAt(0x43) + 2));
    a.ret();
  });

  a.func(putGlyph, () => {
    const linear = new Label();
    const opaque = new Label();
    const done = new Label();
    a.pushad();
    a.push(ds);
    a.push(es);
    a.call(isLinear);
    a.pushf();
    a.call(glyphAddress);
    a.popf();
    a.je(linear);

    setGraphics(a, gc.mode, 2);
    a.test(bl, 0x80);
    a.jz(opaque);
    setGraphics(a, gc.rotate, XOR);
    a.here(opaque);
    a.mov(dx, vga.graphics);
    const line = a.here();
    const transparent = new Label();
    a.lodsb();
    a.mov(ah, al);
    a.mov(al, gc.bitMask);
    a.out(dx, ax);
    a.mov(al, b(es, di)); // latches the eight pixels
    a.mov(b(es, di), bl);
    a.test(bl, 0x80);
    a.jnz(transparent);
    a.not(ah);
    a.mov(al, gc.bitMask);
    a.out(dx, ax);
    a.mov(al, b(es, di));
    a.mov(b(es, di), 0);
    a.here(transparent);
    a.add(di, bp);
    a.loop(line);
    resetGraphics(a);
    a.jmp(done);

    a.here(linear);
    a.sub(bp, 8);
    const linearLine = a.here();
    a.lodsb();
    a.mov(ah, al);
    a.mov(dl, 8);
    const pixel = a.here();
    const dark = new Label();
    a.xor(al, al);
    a.add(ah, ah);
    a.jnc(dark);
    a.mov(al, bl);
    a.here(dark);
    a.stosb();
    a.dec(dl);
    a.jnz(pixel);
    a.add(di, bp);
    a.loop(linearLine);
    a.here(done);
    a.pop(es);
    a.pop(ds);
    a.popad();
    a.ret();
  });

  a.func(readGlyph, () => {
    const linear = new Label();
    const planar = new Label();
    const compare = new Label();
    const found = new Label();
    a.push(bx);
    a.push(cx);
    a.push(dx);
    a.push(si);
    a.push(di);
    a.push(bp);
    a.push(ds);
    a.push(es);
    a.xor(al, al);
    a.call(isLinear);
    a.pushf();
    a.call(glyphAddress);
    a.popf();
    a.mov(bx, sp);
    a.lea(bx, m(bx, -16));
    a.mov(sp, bx);
    // SS:BX: what is not black, line by line. SI stays at the font.
    a.push(bx);
    a.push(cx);
    a.je(linear);
    // Read mode 1: a bit for each pixel that has the colour asked for, which is black.
    setGraphics(a, gc.mode, COLOUR_COMPARE);
    a.here(planar);
    a.mov(al, b(es, di));
    a.not(al);
    a.mov(b(ss, bx), al);
    a.inc(bx);
    a.add(di, bp);
    a.loop(planar);
    setGraphics(a, gc.mode, 0);
    a.jmp(compare);
    a.here(linear);
    a.mov(dl, 8);
    const pixel = a.here();
    a.cmp(b(es, di), 1);
    a.cmc();
    a.adc(ah, ah);
    a.inc(di);
    a.dec(dl);
    a.jnz(pixel);
    a.mov(b(ss, bx), ah);
    a.inc(bx);
    a.add(di, bp);
    a.sub(di, 8);
    a.loop(linear);

    // Then the glyphs in turn.
    a.here(compare);
    a.pop(cx);
    a.pop(di);
    a.push(ss);
    a.pop(es);
    a.xor(ax, ax);
    const next = a.here();
    a.push(cx);
    a.push(si);
    a.push(di);
    a.repe.cmpsb();
    a.pop(di);
    a.pop(si);
    a.pop(cx);
    a.je(found);
    a.add(si, cx);
    a.inc(al);
    a.jnz(next);
    a.here(found);
    a.add(sp, 16);
    a.pop(es);
    a.pop(ds);
    a.pop(bp);
    a.pop(di);
    a.pop(si);
    a.pop(dx);
    a.pop(cx);
    a.pop(bx);
    a.ret();
  });

  a.func(scrollPixels, () => {
    const planar = new Label();
    const first = new Label();
    const down = new Label();
    const last = new Label();
    const upwards = new Label();
    const copy = new Label();
    const copied = new Label();
    const clear = new Label();
    a.push(bp);
    a.push(bx);
    a.push(ax);
    // DH: the row whose upper edge is where it begins, or, going down, the one after that.
    a.inc(dh);
    a.test(bl, bl);
    a.jnz(down);
    a.mov(dh, ch);
    a.here(down);
    // BP: bytes of a line; SI: the window's left edge in the first line; AX: bytes of its width.
    a.movzx(cx, cl);
    a.movzx(ax, dl);
    a.mov(bp, w(bda.columns));
    a.call(isLinear);
    a.jne(planar);
    a.mov(bp, 320);
    a.shl(cx, 3);
    a.shl(ax, 3);
    a.xor(si, si);
    a.here(planar);
    a.add(si, cx);
    a.push(ax);
    a.movzx(ax, dh);
    a.mul(w(bda.charHeight));
    a.test(bl, bl);
    a.jz(first);
    a.dec(ax);
    a.here(first);
    a.mul(bp);
    a.add(si, ax);
    a.mov(di, si);
    a.pop(cx);
    a.pop(ax);
    a.pop(bx);
    a.test(bl, bl);
    a.jz(upwards);
    a.neg(bp);
    a.here(upwards);
    // DX: lines to clear; SI: as many lines away; AX: lines to copy.
    a.push(ax);
    a.movzx(ax, al);
    a.mul(w(bda.charHeight));
    a.mov(dx, ax);
    a.imul(ax, bp);
    a.add(si, ax);
    a.pop(ax);
    a.sub(ah, al);
    a.movzx(ax, ah);
    a.push(dx);
    a.mul(w(bda.charHeight));
    a.pop(dx);
    a.push(GRAPHICS_SEGMENT);
    a.pop(es);
    // Write mode 1: all planes at once, from the latches.
    a.push(ax);
    a.push(dx);
    const linearCopy = new Label();
    a.call(isLinear);
    a.je(linearCopy);
    setGraphics(a, gc.mode, 1);
    a.here(linearCopy);
    a.pop(dx);
    a.pop(ax);
    a.here(copy);
    a.sub(ax, 1);
    a.jb(copied);
    a.push(cx);
    a.push(si);
    a.push(di);
    a.seg(es).rep.movsb();
    a.pop(di);
    a.pop(si);
    a.pop(cx);
    a.add(si, bp);
    a.add(di, bp);
    a.jmp(copy);
    a.here(copied);
    const linearClear = new Label();
    a.push(dx);
    a.call(isLinear);
    a.je(linearClear);
    setGraphics(a, gc.mode, 2);
    a.here(linearClear);
    a.pop(dx);
    a.here(clear);
    a.push(cx);
    a.push(di);
    a.mov(al, bh);
    a.rep.stosb();
    a.pop(di);
    a.pop(cx);
    a.add(di, bp);
    a.dec(dx);
    a.jnz(clear);
    a.call(isLinear);
    a.je(last);
    resetGraphics(a);
    a.here(last);
    a.pop(bp);
    a.ret();
  });
}
