/**
 * INT 10h: characters on the screen.
 *
 * In text mode the screen is memory: at B800:0 a character and its colours for each cell, row after row. In graphics modes
 * the same services draw letters (video-graphics.ts).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cx, dh, di, dl, dx, es, si } from "../emulator/isa/registers.ts";
import { frame } from "./frame.ts";
import { bda, TEXT_SEGMENT } from "./layout.ts";
import { beep } from "./speaker.ts";
import { cellAddress, isGraphics, loadCursor, showCursor, storeCursor } from "./video-cursor.ts";
import { putGlyph, readGlyph, scrollPixels } from "./video-graphics.ts";

/** INT 10h AH=06h, 07h, 08h, 09h, 0Ah, 0Eh, 13h. End the service. */
export const scrollUp = new Label("video.scrollUp");
export const scrollDown = new Label("video.scrollDown");
export const readCell = new Label("video.readCell");
export const writeCells = new Label("video.writeCells");
export const writeCharacters = new Label("video.writeCharacters");
export const writeTeletype = new Label("video.teletype");
export const writeString = new Label("video.writeString");

const scroll = new Label("scrollWindow");
const teletype = new Label("teletype");
const putCell = new Label("putCell");
const putGlyphs = new Label("putGlyphs");

export function videoCharacters(a: Assembler): void {
  for (const [handler, down] of [
    [scrollUp, false],
    [scrollDown, true],
  ] as const) {
    a.func(handler, () => {
      a.mov(si, w(bda.pageStart));
      a.mov(bl, down ? 1 : 0);
      a.jmp(scroll);
    });
  }

  // AL: rows to move (0: all), BH: colours of what becomes free, CX: upper left, DX: lower right corner, BL: 0 up, 1 down,
  // SI: start of the page. AX, BX, CX, DX, SI, DI, ES lost.
  a.func(scroll, () => {
    const columnsFit = new Label();
    const rowsFit = new Label();
    const some = new Label();
    const all = new Label();
    const none = new Label();
    const up = new Label();
    a.cmp(dl, b(bda.columns));
    a.jb(columnsFit);
    a.mov(dl, b(bda.columns));
    a.dec(dl);
    a.here(columnsFit);
    a.cmp(dh, b(bda.lastRow));
    a.jbe(rowsFit);
    a.mov(dh, b(bda.lastRow));
    a.here(rowsFit);
    a.sub(dl, cl);
    a.jb(none);
    a.mov(ah, dh);
    a.sub(ah, ch);
    a.jb(none);
    // DL: columns, AH: rows of the window; AL: rows to clear.
    a.inc(dl);
    a.inc(ah);
    a.test(al, al);
    a.jz(all);
    a.cmp(al, ah);
    a.jbe(some);
    a.here(all);
    a.mov(al, ah);
    a.here(some);
    a.call(isGraphics);
    a.jae(scrollPixels);
    // ES:DI: first cell to fill, at the end that things move to; DX: from a row to the next; CL: columns.
    a.push(ax);
    a.test(bl, bl);
    a.jz(up);
    a.mov(ch, dh);
    a.here(up);
    a.mov(al, ch);
    a.mul(b(bda.columns));
    a.add(al, cl);
    a.adc(ah, 0);
    a.add(ax, ax);
    a.add(ax, si);
    a.mov(di, ax);
    a.mov(cl, dl);
    a.mov(dx, w(bda.columns));
    a.add(dx, dx);
    const down = new Label();
    a.test(bl, bl);
    a.jz(down);
    a.neg(dx);
    a.here(down);
    a.mov(bl, cl);
    a.mov(ax, TEXT_SEGMENT);
    a.mov(es, ax);
    a.pop(ax);
    // SI: AL rows further. Then AH − AL rows to copy.
    a.push(ax);
    a.xor(ah, ah);
    a.push(dx);
    a.imul(dx, ax);
    a.mov(si, di);
    a.add(si, dx);
    a.pop(dx);
    a.pop(ax);
    a.sub(ah, al);
    const copied = new Label();
    const copy = a.here();
    a.sub(ah, 1);
    a.jb(copied);
    a.push(si);
    a.push(di);
    a.movzx(cx, bl);
    a.seg(es).rep.movsw();
    a.pop(di);
    a.pop(si);
    a.add(si, dx);
    a.add(di, dx);
    a.jmp(copy);
    a.here(copied);
    const clear = a.here();
    a.push(ax);
    a.push(di);
    a.movzx(cx, bl);
    a.mov(ah, bh);
    a.mov(al, 0x20);
    a.rep.stosw();
    a.pop(di);
    a.pop(ax);
    a.add(di, dx);
    a.dec(al);
    a.jnz(clear);
    a.here(none);
    a.ret();
  });

  // BH: page → AL: character, AH: colours under its cursor; of pixels only the character can be told.
  a.func(readCell, () => {
    const pixels = new Label();
    const tell = new Label();
    a.call(loadCursor);
    a.call(isGraphics);
    a.jae(pixels);
    a.call(cellAddress);
    a.mov(ax, w(es, di));
    a.jmp(tell);
    a.here(pixels);
    a.call(readGlyph);
    a.xor(ah, ah);
    a.here(tell);
    a.mov(frame.ax, ax);
    a.ret();
  });

  // AL: character, BL: colour, BH: page, CX: how often, from DX on, row after row.
  a.func(putGlyphs, () => {
    const next = new Label();
    const sameRow = new Label();
    const done = new Label();
    a.here(next);
    a.sub(cx, 1);
    a.jb(done);
    a.call(putGlyph);
    a.inc(dl);
    a.cmp(dl, b(bda.columns));
    a.jb(sameRow);
    a.xor(dl, dl);
    a.inc(dh);
    a.cmp(dh, b(bda.lastRow));
    a.ja(done);
    a.here(sameRow);
    a.jmp(next);
    a.here(done);
    a.ret();
  });

  // AL: character, BL: colours, BH: page, CX: how often, from the cursor on; the cursor stays.
  a.func(writeCells, () => {
    a.call(loadCursor);
    a.call(isGraphics);
    a.jae(putGlyphs);
    a.push(ax);
    a.call(cellAddress);
    a.pop(ax);
    a.mov(ah, bl);
    a.rep.stosw();
    a.ret();
  });

  a.func(writeCharacters, () => {
    const done = new Label();
    a.call(loadCursor);
    a.call(isGraphics);
    a.jae(putGlyphs);
    a.push(ax);
    a.call(cellAddress);
    a.pop(ax);
    a.jcxz(done);
    const next = a.here();
    a.stosb();
    a.inc(di);
    a.loop(next);
    a.here(done);
    a.ret();
  });

  // AL: character, on the page that is shown, whatever BH says: so have all later cards done it.
  a.func(writeTeletype, () => {
    a.mov(bh, b(bda.page));
    a.xor(ah, ah);
    a.call(teletype);
    a.call(showCursor);
    a.ret();
  });

  // AL: character, BH: page, and when AH is not 0, BL: colours. Moves the page's cursor. AX, CX, DX, SI, DI, ES lost.
  a.func(teletype, () => {
    const bell = new Label();
    const backspace = new Label();
    const lineFeed = new Label();
    const carriageReturn = new Label();
    const store = new Label();
    const onScreen = new Label();
    a.call(loadCursor);
    a.cmp(al, 0x07);
    a.je(bell);
    a.cmp(al, 0x08);
    a.je(backspace);
    a.cmp(al, 0x0a);
    a.je(lineFeed);
    a.cmp(al, 0x0d);
    a.je(carriageReturn);

    a.call(putCell);
    a.inc(dl);
    a.cmp(dl, b(bda.columns));
    a.jb(store);
    a.xor(dl, dl);
    a.here(lineFeed);
    a.inc(dh);
    a.cmp(dh, b(bda.lastRow));
    a.jbe(onScreen);
    // The new line takes the colours of the cell the cursor is on; pixels become black.
    const black = new Label();
    a.dec(dh);
    a.push(bx);
    a.push(dx);
    a.movzx(ax, bh);
    a.mul(w(bda.pageSize));
    a.mov(si, ax);
    a.pop(dx);
    a.push(dx);
    a.call(cellAddress);
    a.xor(bx, bx);
    a.call(isGraphics);
    a.jae(black);
    a.mov(bh, b(es, di, 1));
    a.here(black);
    a.mov(al, 1);
    a.xor(cx, cx);
    a.mov(dx, 0xffff);
    a.call(scroll);
    a.pop(dx);
    a.pop(bx);
    a.here(onScreen);
    a.jmp(store);

    a.here(backspace);
    a.sub(dl, 1);
    a.jae(store);
    a.here(carriageReturn);
    a.xor(dl, dl);
    a.here(store);
    a.call(storeCursor);
    a.ret();

    a.here(bell);
    a.call(beep);
    a.ret();
  });

  // AL: character at DX on page BH; AH not 0: with colours BL. AX, DI, ES lost.
  a.func(putCell, () => {
    const plain = new Label();
    a.call(isGraphics);
    a.jae(putGlyph);
    a.push(ax);
    a.call(cellAddress);
    a.pop(ax);
    a.stosb();
    a.test(ah, ah);
    a.jz(plain);
    a.mov(b(es, di), bl);
    a.here(plain);
    a.ret();
  });

  // ES:BP: string, CX: characters, DX: where, BH: page, BL: colours. AL bit 0: the cursor moves along; bit 1: each
  // character is followed by its own colours.
  a.func(writeString, () => {
    const done = new Label();
    const oneColour = new Label();
    const stays = new Label();
    a.jcxz(done);
    a.cmp(bh, 8);
    a.jae(done);
    a.call(loadCursor);
    a.push(dx);
    a.mov(dx, frame.dx);
    a.call(storeCursor);
    a.mov(si, frame.bp);
    const next = a.here();
    a.mov(es, frame.es);
    a.mov(al, b(es, si));
    a.inc(si);
    a.test(frame.al, 0b10);
    a.jz(oneColour);
    a.mov(bl, b(es, si));
    a.inc(si);
    a.here(oneColour);
    a.mov(ah, 1);
    a.push(cx);
    a.push(si);
    a.call(teletype);
    a.pop(si);
    a.pop(cx);
    a.loop(next);
    a.pop(dx);
    a.test(frame.al, 0b01);
    a.jnz(stays);
    a.call(storeCursor);
    a.here(stays);
    a.call(showCursor);
    a.here(done);
    a.ret();
  });
}
