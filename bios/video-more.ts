/**
 * INT 10h, less often used: fonts (11h), the card's own switches (12h), and what card this is (1Ah, 1Bh).
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, bx, ch, cl, cs, cx, dx, es, si } from "../emulator/isa/registers.ts";
import { choose, frame } from "./frame.ts";
import { bda, ROM_SEGMENT, vectorAt } from "./layout.ts";
import { findMode, font8x8, font8x16, loadFont, modeRow, vga } from "./video-mode.ts";
import { parameters } from "./video-parameters.ts";

/** INT 10h AH=11h, 12h, 1Ah, 1Bh. End the service. */
export const characterGenerator = new Label("video.characterGenerator");
export const subsystem = new Label("video.subsystem");
export const displayCombination = new Label("video.displayCombination");
export const stateInformation = new Label("video.stateInformation");

const newHeight = new Label("video.newHeight");
const staticState = new Label("video.staticState");

export function videoMore(a: Assembler): void {
  const part = (name: string) => new Label(`video.${name}`);

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
    choose(a, al, [
      [0x00, fonts.user],
      [0x02, fonts.rom8],
      [0x03, fonts.block],
      [0x04, fonts.rom16],
    ]);
    a.ret();
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

  a.func(subsystem, () => {
    choose(a, bl, [
      [0x10, sub.information],
      [0x30, sub.scanLines],
      [0x31, sub.accept],
      [0x32, sub.accept],
      [0x33, sub.accept],
      [0x34, sub.cursorEmulation],
      [0x36, sub.refresh],
    ]);
    a.ret();
  });

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
}
