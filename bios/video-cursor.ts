/**
 * INT 10h: the cursor and the pages. Each page has its cursor, in the BIOS data area; the CRT controller is told of the one
 * that is shown.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, ch, cl, cx, dh, di, dl, dx, es } from "../emulator/isa/registers.ts";
import { frame } from "./frame.ts";
import { bda, TEXT_SEGMENT } from "./layout.ts";
import { FIRST_GRAPHICS_MODE } from "./video-parameters.ts";

/** INT 10h AH=01h, 02h, 03h, 05h. End the service. */
export const setCursorShape = new Label("video.cursorShape");
export const setCursor = new Label("video.setCursor");
export const getCursor = new Label("video.getCursor");
export const selectPage = new Label("video.selectPage");

/** Programs the CRTC's cursor and start address from the BDA. AX, BX, DX lost. */
export const showCursor = new Label("showCursor");
/** BH: page, DX: row and column. DI lost. */
export const storeCursor = new Label("storeCursor");
/** BH: page → DX. DI lost. */
export const loadCursor = new Label("loadCursor");
/** BH: page, DH, DL: row, column → ES:DI: the cell, in text modes. AX lost. */
export const cellAddress = new Label("cellAddress");
/** CF = 0: the screen is made of pixels. */
export const isGraphics = new Label("isGraphicsMode");

/** CRTC registers that hold words, high byte first. */
const crtc = { cursorStart: 0x0a, startAddress: 0x0c, cursorLocation: 0x0e } as const;

const writeCrtcWord = new Label("writeCrtcWord");

export function videoCursor(a: Assembler): void {
  // CH, CL: first and last line, as on the CGA, whose characters had 8 lines: taller ones are reckoned up, unless the
  // program switched that off (AH=12h BL=34h). CH bit 5: no cursor.
  a.func(setCursorShape, () => {
    const asGiven = new Label();
    const program = new Label();
    a.mov(w(bda.cursorShape), cx);
    a.test(b(bda.videoControl), 1);
    a.jnz(asGiven);
    a.mov(bl, b(bda.charHeight));
    a.cmp(bl, 8);
    a.jbe(asGiven);
    a.test(ch, 0x20);
    a.jnz(asGiven);
    a.and(cx, 0x1f1f);
    a.cmp(cl, 8);
    a.jae(asGiven);
    // (line + 1) × height / 8 is where the next one would begin; both lines are the last before that.
    a.mov(bh, cl);
    a.sub(bh, ch);
    for (const line of [ch, cl]) {
      a.mov(al, line);
      a.inc(al);
      a.mul(bl);
      a.shr(ax, 3);
      a.dec(ax);
      a.mov(line, al);
    }
    // An underline of two lines stays one of two lines.
    a.cmp(bh, 1);
    a.jne(program);
    a.mov(ch, cl);
    a.dec(ch);
    a.jmp(program);
    a.here(asGiven);
    a.and(cx, 0x3f1f);
    a.here(program);
    a.mov(al, crtc.cursorStart);
    a.call(writeCrtcWord);
    a.ret();
  });

  // AL: first of two CRTC registers, CX: word. AX, DX lost.
  a.func(writeCrtcWord, () => {
    a.mov(dx, w(bda.crtcPort));
    a.mov(ah, ch);
    a.out(dx, ax);
    a.inc(ax);
    a.mov(ah, cl);
    a.out(dx, ax);
    a.ret();
  });

  // BH: page, DH, DL: row and column.
  a.func(setCursor, () => {
    const none = new Label();
    a.cmp(bh, 8);
    a.jae(none);
    a.call(storeCursor);
    a.call(showCursor);
    a.here(none);
    a.ret();
  });

  a.func(storeCursor, () => {
    a.movzx(di, bh);
    a.add(di, di);
    a.mov(w(di, bda.cursors), dx);
    a.ret();
  });

  a.func(loadCursor, () => {
    a.movzx(di, bh);
    a.add(di, di);
    a.mov(dx, w(di, bda.cursors));
    a.ret();
  });

  a.func(getCursor, () => {
    const none = new Label();
    a.mov(frame.ax, 0);
    a.xor(dx, dx);
    a.mov(cx, dx);
    a.cmp(bh, 8);
    a.jae(none);
    a.call(loadCursor);
    a.mov(cx, w(bda.cursorShape));
    a.here(none);
    a.mov(frame.dx, dx);
    a.mov(frame.cx, cx);
    a.ret();
  });

  a.func(selectPage, () => {
    const none = new Label();
    a.cmp(al, 8);
    a.jae(none);
    a.mov(b(bda.page), al);
    a.xor(ah, ah);
    a.mul(w(bda.pageSize));
    a.mov(w(bda.pageStart), ax);
    a.call(showCursor);
    a.here(none);
    a.ret();
  });

  a.func(showCursor, () => {
    a.push(cx);
    a.push(di);
    // Text has two bytes for each address of the CRTC's.
    const pixels = new Label();
    a.mov(cx, w(bda.pageStart));
    a.call(isGraphics);
    a.jae(pixels);
    a.shr(cx, 1);
    a.here(pixels);
    a.mov(al, crtc.startAddress);
    a.call(writeCrtcWord);
    a.mov(bh, b(bda.page));
    a.call(loadCursor);
    a.call(cellAddress);
    a.mov(cx, di);
    a.shr(cx, 1);
    a.mov(al, crtc.cursorLocation);
    a.call(writeCrtcWord);
    a.pop(di);
    a.pop(cx);
    a.ret();
  });

  a.func(cellAddress, () => {
    a.push(dx);
    a.movzx(ax, bh);
    a.mul(w(bda.pageSize));
    a.mov(di, ax);
    a.pop(dx);
    a.mov(al, dh);
    a.mul(b(bda.columns));
    a.add(al, dl);
    a.adc(ah, 0);
    a.add(ax, ax);
    a.add(di, ax);
    a.mov(ax, TEXT_SEGMENT);
    a.mov(es, ax);
    a.ret();
  });

  a.func(isGraphics, () => {
    a.cmp(b(bda.videoMode), FIRST_GRAPHICS_MODE);
    a.ret();
  });
}
