/**
 * INT 10h: characters on the screen.
 *
 * In text mode the screen is memory: at B800:0 a character and its colours for each place, row after row. The services
 * keep what the program thinks (which page, where the cursor is, how large the screen) in the BIOS data area and tell the
 * CRT controller about the cursor. In graphics modes the same services draw letters (video-graphics.ts); colours, fonts and
 * questions about the card are in video-more.ts.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cx, dh, di, dl, dx, es, si } from "../emulator/isa/registers.ts";
import { frame, service } from "./frame.ts";
import { bda, TEXT_SEGMENT } from "./layout.ts";
import { PORT_B, pit } from "./time.ts";
import { putGlyph, readGlyph, readPixel, scrollPixels, writePixel } from "./video-graphics.ts";
import { setMode } from "./video-mode.ts";
import { characterGenerator, displayCombination, palette, stateInformation, subsystem } from "./video-more.ts";
import { FIRST_GRAPHICS_MODE } from "./video-parameters.ts";

export const int10 = new Label("int10");
/** Programs the CRTC's cursor and start address from the BDA. AX, BX, DX lost. */
export const showCursor = new Label("showCursor");

/** CRTC registers that hold words, high byte first. */
const crtc = { cursorStart: 0x0a, startAddress: 0x0c, cursorLocation: 0x0e } as const;

const putCell = new Label("putCell");
const cellAddress = new Label("cellAddress");
const teletype = new Label("teletype");
const scroll = new Label("scrollWindow");
const writeCrtcWord = new Label("writeCrtcWord");
const beep = new Label("beep");
const isGraphics = new Label("isGraphicsMode");
const putGlyphs = new Label("putGlyphs");
const storeCursor = new Label("storeCursor");
const loadCursor = new Label("loadCursor");

export function video(a: Assembler): void {
  const f = (name: string) => new Label(`video.${name}`);
  const functions = {
    setMode: f("setMode"),
    cursorShape: f("cursorShape"),
    setCursor: f("setCursor"),
    getCursor: f("getCursor"),
    lightPen: f("lightPen"),
    selectPage: f("selectPage"),
    scrollUp: f("scrollUp"),
    scrollDown: f("scrollDown"),
    readCell: f("readCell"),
    writeCells: f("writeCells"),
    writeCharacters: f("writeCharacters"),
    teletype: f("teletype"),
    getMode: f("getMode"),
    writeString: f("writeString"),
    unknown: f("unknown"),
  };

  service(
    a,
    int10,
    [
      [0x0e, functions.teletype],
      [0x00, functions.setMode],
      [0x01, functions.cursorShape],
      [0x02, functions.setCursor],
      [0x03, functions.getCursor],
      [0x04, functions.lightPen],
      [0x05, functions.selectPage],
      [0x06, functions.scrollUp],
      [0x07, functions.scrollDown],
      [0x08, functions.readCell],
      [0x09, functions.writeCells],
      [0x0a, functions.writeCharacters],
      [0x0b, palette],
      [0x0c, writePixel],
      [0x0d, readPixel],
      [0x0f, functions.getMode],
      [0x10, palette],
      [0x11, characterGenerator],
      [0x12, subsystem],
      [0x13, functions.writeString],
      [0x1a, displayCombination],
      [0x1b, stateInformation],
    ],
    functions.unknown,
  );

  // What no video BIOS has done so far leaves everything as it was; so does a call for a card that is not there.
  a.func(functions.unknown, () => a.ret());

  a.func(functions.setMode, () => {
    const unknown = new Label();
    a.push(ax);
    a.call(setMode);
    a.pop(ax);
    a.jc(unknown);
    a.call(showCursor);
    // As IBM's: 20h for modes above 7, else 30h.
    a.cmp(b(bda.videoMode), 8);
    a.mov(frame.al, 0x30);
    a.jb(unknown);
    a.mov(frame.al, 0x20);
    a.here(unknown);
    a.ret();
  });

  // CH, CL: first and last line, as on the CGA, whose characters had 8 lines: taller ones are reckoned up, unless the
  // program switched that off (AH=12h BL=34h). CH bit 5: no cursor.
  a.func(functions.cursorShape, () => {
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
  a.func(functions.setCursor, () => {
    const none = new Label();
    a.cmp(bh, 8);
    a.jae(none);
    a.call(storeCursor);
    a.call(showCursor);
    a.here(none);
    a.ret();
  });

  // DX into page BH's place.
  a.func(storeCursor, () => {
    a.movzx(di, bh);
    a.add(di, di);
    a.mov(w(di, bda.cursors), dx);
    a.ret();
  });
  // Page BH's cursor into DX.
  a.func(loadCursor, () => {
    a.movzx(di, bh);
    a.add(di, di);
    a.mov(dx, w(di, bda.cursors));
    a.ret();
  });

  a.func(functions.getCursor, () => {
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

  // There is no light pen.
  a.func(functions.lightPen, () => {
    a.mov(frame.ah, 0);
    a.ret();
  });

  a.func(functions.selectPage, () => {
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

  // BH: page, DH, DL: row, column → ES:DI. AX lost.
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

  for (const [handler, down] of [
    [functions.scrollUp, false],
    [functions.scrollDown, true],
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
  a.func(functions.readCell, () => {
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

  // CF = 0: the screen is made of pixels.
  a.func(isGraphics, () => {
    a.cmp(b(bda.videoMode), FIRST_GRAPHICS_MODE);
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
  a.func(functions.writeCells, () => {
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

  a.func(functions.writeCharacters, () => {
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
  a.func(functions.teletype, () => {
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

  // A tone of 900 Hz for a tenth of a second. Counter 2 times the tone; it cannot time its end too, so the end is found by
  // counting the tone's own periods.
  a.func(beep, () => {
    a.push(bx);
    for (const [port, value] of [
      [pit.command, 0xb6],
      [pit.counter2, 0x33],
      [pit.counter2, 0x05],
    ] as const) {
      a.mov(al, value);
      a.out(port, al);
    }
    a.in(al, PORT_B);
    a.or(al, 0b11);
    a.out(PORT_B, al);
    a.mov(bx, 2 * 90);
    const half = a.here();
    const changed = new Label();
    a.in(al, PORT_B);
    a.mov(ah, al);
    // On a machine where port B does not show the counter, each half period ends by itself.
    a.mov(cx, 0x400);
    const look = a.here();
    a.in(al, PORT_B);
    a.xor(al, ah);
    a.test(al, 0x20);
    a.jnz(changed);
    a.loop(look);
    a.here(changed);
    a.dec(bx);
    a.jnz(half);
    a.in(al, PORT_B);
    a.and(al, 0xfc);
    a.out(PORT_B, al);
    a.pop(bx);
    a.ret();
  });

  a.func(functions.getMode, () => {
    a.mov(al, b(bda.videoMode));
    a.mov(frame.al, al);
    a.mov(al, b(bda.columns));
    a.mov(frame.ah, al);
    a.mov(al, b(bda.page));
    a.mov(frame.bh, al);
    a.ret();
  });

  // ES:BP: string, CX: characters, DX: where, BH: page, BL: colours. AL bit 0: the cursor moves along; bit 1: each
  // character is followed by its own colours.
  a.func(functions.writeString, () => {
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
