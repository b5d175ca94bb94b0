/**
 * INT 10h, less often used: palette (0Bh, 10h), fonts (11h), the card's own switches (12h), and what card this is (1Ah, 1Bh).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cs, cx, dh, di, dx, es, si } from "../emulator/isa/registers.ts";
import { frame } from "./frame.ts";
import { bda, ROM_SEGMENT, vectorAt } from "./layout.ts";
import { findMode, font8x8, font8x16, loadFont, modeRow, PALETTE_SHOWN, vga } from "./video-mode.ts";
import { parameters } from "./video-parameters.ts";

/** Functions 0Bh and 10h. */
export const palette = new Label("video.palette");
/** 11h */
export const characterGenerator = new Label("video.characterGenerator");
/** 12h */
export const subsystem = new Label("video.subsystem");
/** 1Ah */
export const displayCombination = new Label("video.displayCombination");
/** 1Bh */
export const stateInformation = new Label("video.stateInformation");

const readAttribute = new Label("readAttribute");
const writeAttribute = new Label("writeAttribute");
const newHeight = new Label("video.newHeight");
const staticState = new Label("video.staticState");

const OVERSCAN = 0x11;
const MODE_CONTROL = 0x10;
const BLINK = 0x08;

export function videoMore(a: Assembler): void {
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

  const done = new Label();
  /** Jumps to the handler of the subfunction in `register`; others leave everything as it was. */
  const choose = (register: typeof al, handlers: readonly (readonly [number: number, handler: Label])[]) => {
    for (const [number, handler] of handlers) {
      a.cmp(register, number);
      a.je(handler);
    }
    a.ret();
  };
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
    choose(al, [
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
    a.cmp(bl, 0x14);
    a.ja(done);
    a.jmp(writeAttribute);
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
    a.mov(bl, 0x14);
    a.jmp(writeAttribute);
  });
  a.func(pal.getPaging, () => {
    const sixteen = new Label();
    a.mov(bl, 0x14);
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

  const fonts = {
    user: part("loadUserFont"),
    rom16: part("loadLargeFont"),
    rom8: part("loadSmallFont"),
    block: part("setFontBlock"),
    information: part("fontInformation"),
  };
  a.func(characterGenerator, () => {
    a.mov(ah, al);
    a.cmp(al, 0x30);
    a.je(fonts.information);
    // 10h, 12h and 14h do what 00h, 02h and 04h do, and fit the number of rows to the new height.
    a.and(al, 0xef);
    choose(al, [
      [0x00, fonts.user],
      [0x02, fonts.rom8],
      [0x03, fonts.block],
      [0x04, fonts.rom16],
    ]);
  });
  // ES:BP: glyphs, BH: bytes of one, BL: block, CX: how many, DX: first.
  a.func(fonts.user, () => {
    a.push(ax);
    a.push(bx);
    a.mov(si, frame.bp);
    a.call(loadFont);
    a.pop(bx);
    a.pop(ax);
    a.test(ah, 0x10);
    a.jnz(newHeight);
    a.ret();
  });
  for (const [handler, font, height] of [
    [fonts.rom16, font8x16, 16],
    [fonts.rom8, font8x8, 8],
  ] as const) {
    a.func(handler, () => {
      a.push(ax);
      a.push(cs);
      a.pop(es);
      a.mov(si, font);
      a.mov(bh, height);
      a.push(bx);
      a.mov(cx, 256);
      a.xor(dx, dx);
      a.call(loadFont);
      a.pop(bx);
      a.pop(ax);
      a.test(ah, 0x10);
      a.jnz(newHeight);
      a.ret();
    });
  }
  // BL: which blocks bit 3 of the colours chooses from.
  a.func(fonts.block, () => {
    a.mov(ah, bl);
    a.mov(al, 0x03);
    a.mov(dx, vga.sequencer);
    a.out(dx, ax);
    a.ret();
  });
  // BH: new height of a character. The picture has 400 lines.
  a.func(newHeight, () => {
    a.movzx(cx, bh);
    a.mov(w(bda.charHeight), cx);
    // CRTC 09h: lines of a character less one; 0Ah, 0Bh: the cursor on its last two lines.
    a.mov(dx, w(bda.crtcPort));
    a.mov(al, 0x09);
    a.out(dx, al);
    a.inc(dx);
    a.in(al, dx);
    a.and(al, 0xe0);
    a.dec(bh);
    a.or(al, bh);
    a.out(dx, al);
    a.dec(dx);
    a.mov(al, 0x0b);
    a.mov(ah, bh);
    a.out(dx, ax);
    a.dec(ax);
    a.dec(ah);
    a.out(dx, ax);
    a.mov(ax, 400);
    a.div(cl);
    a.mov(ch, al);
    a.dec(al);
    a.mov(b(bda.lastRow), al);
    // 12h: last line shown, of whole rows only.
    a.mov(al, ch);
    a.mul(cl);
    a.dec(ax);
    a.mov(ah, al);
    a.mov(al, 0x12);
    a.out(dx, ax);
    // A page: its cells and some room, as a multiple of 256 bytes.
    a.mov(al, ch);
    a.mul(b(bda.columns));
    a.add(ax, ax);
    a.add(ax, 0x100);
    a.xor(al, al);
    a.mov(w(bda.pageSize), ax);
    a.ret();
  });
  // BH: which font (0 INT 1Fh's, 1 INT 43h's, 2–7 in ROM) → ES:BP where it is, CX: lines of a character on the screen, DL: rows less one.
  a.func(fonts.information, () => {
    const rom = new Label();
    const found = new Label();
    const vector1f = new Label();
    const inRom = new Label();
    a.mov(al, b(bda.lastRow));
    a.mov(frame.dl, al);
    a.mov(ax, w(bda.charHeight));
    a.mov(frame.cx, ax);
    a.mov(si, vectorAt(0x1f));
    a.cmp(bh, 0);
    a.je(vector1f);
    a.mov(si, vectorAt(0x43));
    a.cmp(bh, 1);
    a.jne(rom);
    a.here(vector1f);
    a.mov(ax, w(si));
    a.mov(bx, w(si, 2));
    a.jmp(found);
    // 3 and 4: the small one and its upper half; the others stand for fonts of 14 and 16 lines.
    a.here(rom);
    a.mov(al, bh);
    a.mov(bx, ROM_SEGMENT);
    a.cmp(al, 3);
    a.mov(si, font8x8);
    a.je(inRom);
    a.cmp(al, 4);
    a.mov(si, font8x8.plus(128 * 8));
    a.je(inRom);
    a.mov(si, font8x16);
    a.here(inRom);
    a.mov(ax, si);
    a.here(found);
    a.mov(frame.bp, ax);
    a.mov(frame.es, bx);
    a.ret();
  });

  const sub = {
    information: part("egaInformation"),
    scanLines: part("setScanLines"),
    accept: part("acceptSwitch"),
    cursorEmulation: part("cursorEmulation"),
    refresh: part("videoRefresh"),
  };
  a.func(subsystem, () =>
    choose(bl, [
      [0x10, sub.information],
      [0x30, sub.scanLines],
      [0x31, sub.accept],
      [0x32, sub.accept],
      [0x33, sub.accept],
      [0x34, sub.cursorEmulation],
      [0x36, sub.refresh],
    ]),
  );
  // BH=0: colour; BL=3: 256 KiB; CH: feature bits, CL: switches.
  a.func(sub.information, () => {
    a.mov(frame.bx, 0x0003);
    a.mov(al, b(bda.videoSwitches));
    a.and(al, 0x0f);
    a.mov(frame.cl, al);
    a.mov(frame.ch, 0);
    a.ret();
  });
  // AL=0: cursor shapes are translated; 1: they are not.
  a.func(sub.cursorEmulation, () => {
    a.and(al, 1);
    a.and(b(bda.videoControl), 0xfe);
    a.or(b(bda.videoControl), al);
    a.jmp(sub.accept);
  });
  // AL=1: the screen goes dark, and memory answers faster (sequencer 01h bit 5).
  a.func(sub.refresh, () => {
    a.mov(bl, al);
    a.and(bl, 1);
    a.shl(bl, 5);
    a.mov(dx, vga.sequencer);
    a.mov(al, 0x01);
    a.out(dx, al);
    a.inc(dx);
    a.in(al, dx);
    a.and(al, 0xdf);
    a.or(al, bl);
    a.out(dx, al);
    a.here(sub.scanLines);
    a.here(sub.accept);
    a.mov(frame.al, 0x12);
    a.ret();
  });

  // AL=0: BL: the display in use (08h: VGA, colour), BH: the other (none).
  a.func(displayCombination, () => {
    const set = new Label();
    a.test(al, al);
    a.jnz(set);
    a.movzx(bx, b(bda.displayCode));
    a.mov(frame.bx, bx);
    a.here(set);
    a.mov(frame.al, 0x1a);
    a.ret();
  });

  // ES:DI: 64 bytes about the present state.
  a.func(stateInformation, () => {
    a.mov(ax, staticState);
    a.stosw();
    a.mov(ax, ROM_SEGMENT);
    a.stosw();
    a.mov(si, bda.videoMode);
    a.mov(cx, bda.cgaPalette + 1 - bda.videoMode);
    a.rep.movsb();
    a.mov(al, b(bda.lastRow));
    a.inc(al);
    a.stosb();
    a.mov(ax, w(bda.charHeight));
    a.stosw();
    a.movzx(ax, b(bda.displayCode));
    a.stosw();
    a.mov(al, b(bda.videoMode));
    a.call(findMode);
    a.mov(ax, w(cs, si, modeRow.colours));
    a.stosw();
    a.mov(ax, w(cs, si, modeRow.pages)); // and lines
    a.stosw();
    // Font blocks 0 and 0; blinking on; memory: 256 KiB; no more.
    for (const word of [0, 0x21, 0, 3]) {
      a.mov(ax, word);
      a.stosw();
    }
    a.xor(al, al);
    a.mov(cx, 64 - 4 - (bda.cgaPalette + 1 - bda.videoMode) - 1 - 2 - 2 - 12);
    a.rep.stosb();
    a.mov(frame.al, 0x1b);
    a.ret();
  });
  // Which modes there are, a bit each; 200 and 400 lines; 8 font blocks, 2 at a time; what is supported.
  const modes = parameters.flatMap((mode) => mode.modes).reduce((bits, mode) => bits | (1 << mode), 0);
  a.object(staticState, () => {
    a.dd(modes);
    a.db(0, 0, 0, 0x05, 8, 2, 0x02 | 0x0c, 0x0e, 0, 0, 0, 0);
  });

  a.here(done);
  a.ret();
}
