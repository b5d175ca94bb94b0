/**
 * Setting a video mode from nothing.
 *
 * A VGA after reset knows no mode. It has some sixty registers behind a dozen ports, and a mode is one value for each: how
 * many clocks a line has and which of them show something, how memory is split over four planes, which of 64 colours each
 * of 16 numbers means. Even the letters are not in the chip; it looks them up in plane 2 of its memory, where the firmware
 * has to put them. (IBM VGA Technical Reference; every later card still has these registers.)
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { font8x16 as drawLargeFont, font8x8 as drawSmallFont } from "../emulator/formats/vga-font.ts";
import { ah, al, ax, bh, bl, bx, cs, cx, di, ds, dx, es, si } from "../emulator/isa/registers.ts";
import { bda, ROM_SEGMENT, TEXT_SEGMENT, vectorAt } from "./layout.ts";
import {
  brightColours,
  colours256,
  egaColours,
  FIRST_GRAPHICS_MODE,
  field,
  MODE_256,
  parameters,
} from "./video-parameters.ts";

export const vga = {
  attribute: 0x3c0,
  attributeRead: 0x3c1,
  miscWrite: 0x3c2,
  sequencer: 0x3c4,
  dacMask: 0x3c6,
  dacReadIndex: 0x3c7,
  dacWriteIndex: 0x3c8,
  dacData: 0x3c9,
  miscRead: 0x3cc,
  graphics: 0x3ce,
  crtc: 0x3d4,
  /** Reading it also makes the attribute port expect an index next. */
  status1: 0x3da,
} as const;

/** In an index written to the attribute port: the palette belongs to the display again, not to the program. */
export const PALETTE_SHOWN = 0x20;

/** AL: mode, bit 7: keep what is in the screen's memory. CF = 1 when there is no such mode. All other registers lost. */
export const setMode = new Label("setMode");
/** AL: mode → CS:SI: its row (`modeRow`); CF = 1 when there is no such mode. */
export const findMode = new Label("findMode");
/** Mode number, pages, lines of the picture (0: 200, 1: 350, 2: 400, 3: 480), parameter table, number of colours. */
export const modeRow = { mode: 0, pages: 1, lines: 2, table: 3, colours: 5 } as const;
const MODE_ROW = 7;
/** ES:SI: glyphs, BH: bytes of one, BL: font block (0–7), CX: how many, DX: first character. */
export const loadFont = new Label("loadFont");
/** 256 glyphs each, a byte a line, bit 7 leftmost. */
export const font8x16 = new Label("font8x16");
export const font8x8 = new Label("font8x8");
/** The 64 bytes of the parameter table for each mode, in the order IBM gave them. */
const parameterTables = new Label("videoParameters");
const savePointers = new Label("videoSavePointers");
const modeIndex = new Label("videoModes");
const dacEga = new Label("dacEga");
const dacBright = new Label("dacBright");
const dac256 = new Label("dac256");

export function videoMode(a: Assembler): void {
  /** Index in AL (DX: port), value in AH. */
  const writeIndexed = (port: number, index: number, value: number) => {
    a.mov(dx, port);
    a.mov(ax, (value << 8) | index);
    a.out(dx, ax);
  };
  /** CX registers from index AH on, values at CS:SI, through an index and a data port. */
  const writeTable = (port: number, first: number, count: number) => {
    a.mov(dx, port);
    a.mov(cx, count);
    a.mov(bl, first);
    const next = a.here();
    a.seg(cs).lodsb();
    a.mov(ah, al);
    a.mov(al, bl);
    a.out(dx, ax);
    a.inc(bl);
    a.loop(next);
  };

  a.func(findMode, () => {
    const found = new Label();
    const search = new Label();
    a.mov(si, modeIndex);
    a.here(search);
    a.cmp(b(cs, si), al);
    a.je(found);
    a.add(si, MODE_ROW);
    a.cmp(b(cs, si), 0xff);
    a.jne(search);
    a.stc();
    a.here(found);
    a.ret();
  });

  a.func(setMode, () => {
    const found = new Label();
    a.mov(ah, al);
    a.and(al, 0x7f);
    a.call(findMode);
    a.jnc(found);
    a.ret();
    a.here(found);
    a.mov(si, w(cs, si, modeRow.table));
    a.mov(b(bda.videoMode), al);
    a.push(ax);
    a.push(si);

    // The screen is dark while the registers change: palette with the program, sequencer in reset.
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.xor(al, al);
    a.out(dx, al);
    writeIndexed(vga.sequencer, 0, 0x01);
    a.mov(al, b(cs, si, field.misc));
    a.mov(dx, vga.miscWrite);
    a.out(dx, al);
    a.add(si, field.sequencer);
    writeTable(vga.sequencer, 1, 4);
    writeIndexed(vga.sequencer, 0, 0x03);
    // CRTC register 11h bit 7 protects registers 0–7.
    a.inc(si);
    writeIndexed(vga.crtc, 0x11, 0x00);
    writeTable(vga.crtc, 0, 25);
    // The attribute controller has one port for index and data, in turns.
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.mov(cx, 20);
    a.xor(ah, ah);
    const attribute = a.here();
    a.mov(al, ah);
    a.out(dx, al);
    a.seg(cs).lodsb();
    a.out(dx, al);
    a.inc(ah);
    a.loop(attribute);
    a.mov(al, 0x14);
    a.out(dx, al);
    a.xor(al, al);
    a.out(dx, al);
    writeTable(vga.graphics, 0, 9);

    // The DAC: colours of three parts.
    const dac = new Label();
    a.mov(dx, vga.dacMask);
    a.mov(al, 0xff);
    a.out(dx, al);
    a.mov(dx, vga.dacWriteIndex);
    a.xor(al, al);
    a.out(dx, al);
    a.inc(dx);
    a.mov(al, b(bda.videoMode));
    a.mov(si, dac256);
    a.mov(cx, colours256.length * 3);
    a.cmp(al, MODE_256);
    a.je(dac);
    a.mov(cx, egaColours.length * 3);
    a.mov(si, dacBright);
    a.cmp(al, 0x0d);
    a.je(dac);
    a.cmp(al, 0x0e);
    a.je(dac);
    a.mov(si, dacEga);
    a.here(dac);
    const colour = a.here();
    a.seg(cs).lodsb();
    a.out(dx, al);
    a.loop(colour);

    a.pop(si);
    a.pop(ax);
    const keep = new Label();
    const graphics = new Label();
    // Blanks in grey on black, or black pixels, to all planes.
    a.mov(dx, 0xa000);
    a.xor(bx, bx);
    a.mov(cx, 0x8000);
    a.cmp(al, FIRST_GRAPHICS_MODE);
    a.jae(graphics);
    a.push(ax);
    a.push(si);
    a.push(cs);
    a.pop(es);
    a.mov(si, font8x16);
    a.mov(bx, 16 << 8);
    a.mov(cx, 256);
    a.xor(dx, dx);
    a.call(loadFont);
    a.pop(si);
    a.pop(ax);
    a.mov(dx, TEXT_SEGMENT);
    a.mov(bx, 0x0720);
    a.mov(cx, 0x4000);
    a.here(graphics);
    a.test(ah, 0x80);
    a.jnz(keep);
    a.mov(es, dx);
    a.mov(ax, bx);
    a.xor(di, di);
    a.rep.stosw();
    a.here(keep);

    // What the other functions must know about the mode.
    a.movzx(ax, b(cs, si, field.columns));
    a.mov(w(bda.columns), ax);
    a.mov(al, b(cs, si, field.lastRow));
    a.mov(b(bda.lastRow), al);
    a.movzx(ax, b(cs, si, field.charHeight));
    a.mov(w(bda.charHeight), ax);
    // INT 43h: the font of that height, for graphics.
    const large = new Label();
    a.cmp(al, 8);
    a.mov(ax, font8x16);
    a.jne(large);
    a.mov(ax, font8x8);
    a.here(large);
    a.mov(w(vectorAt(0x43)), ax);
    a.mov(w(vectorAt(0x43) + 2), ROM_SEGMENT);
    a.mov(ax, w(cs, si, field.pageSize));
    a.mov(w(bda.pageSize), ax);
    a.xor(ax, ax);
    a.mov(w(bda.pageStart), ax);
    a.mov(b(bda.page), al);
    a.mov(w(bda.crtcPort), vga.crtc);
    a.mov(w(bda.cursorShape), 0x0607);
    a.mov(b(bda.cgaMode), 0x29);
    a.mov(b(bda.cgaPalette), 0x30);
    // EGA information: 256 KiB, colour, cursor shapes are translated; the switches of a colour display; VGA, 400 lines.
    a.mov(b(bda.videoControl), 0x60);
    a.mov(b(bda.videoSwitches), 0xf9);
    a.mov(b(bda.videoFlags), 0x11);
    a.mov(b(bda.displayCode), 0x08);
    a.mov(w(bda.videoSavePointer), savePointers);
    a.mov(w(bda.videoSavePointer + 2), ROM_SEGMENT);
    a.push(ds);
    a.pop(es);
    a.mov(di, bda.cursors);
    a.mov(cx, 8);
    a.rep.stosw();
    // The palette belongs to the display again.
    a.mov(dx, vga.status1);
    a.in(al, dx);
    a.mov(dx, vga.attribute);
    a.mov(al, PALETTE_SHOWN);
    a.out(dx, al);
    a.clc();
    a.ret();
  });

  // Plane 2 is reached at A0000h after the memory was made plain: one plane, addresses in order. Each glyph has 32 bytes.
  a.func(loadFont, () => {
    a.push(cx);
    a.push(dx);
    writeIndexed(vga.sequencer, 0, 0x01);
    writeIndexed(vga.sequencer, 2, 0x04);
    writeIndexed(vga.sequencer, 4, 0x07);
    writeIndexed(vga.sequencer, 0, 0x03);
    writeIndexed(vga.graphics, 4, 0x02);
    writeIndexed(vga.graphics, 5, 0x00);
    writeIndexed(vga.graphics, 6, 0x04);
    a.pop(dx);
    a.pop(cx);
    // Blocks 0–3 lie 16 KiB apart, 4–7 in the gaps between them.
    a.mov(al, bl);
    a.and(al, 0b11);
    a.shl(al, 1);
    a.shr(bl, 2);
    a.and(bl, 1);
    a.or(al, bl);
    a.mov(ah, al);
    a.xor(al, al);
    a.shl(ax, 5);
    a.mov(di, dx);
    a.shl(di, 5);
    a.add(di, ax);
    a.push(ds);
    a.push(es);
    a.push(es);
    a.pop(ds);
    a.mov(ax, 0xa000);
    a.mov(es, ax);
    const glyph = a.here();
    const done = new Label();
    a.test(cx, cx);
    a.jz(done);
    a.push(cx);
    a.movzx(cx, bh);
    a.push(di);
    a.rep.movsb();
    a.pop(di);
    a.pop(cx);
    a.add(di, 32);
    a.dec(cx);
    a.jmp(glyph);
    a.here(done);
    a.pop(es);
    a.pop(ds);
    writeIndexed(vga.sequencer, 0, 0x01);
    writeIndexed(vga.sequencer, 2, 0x03);
    writeIndexed(vga.sequencer, 4, 0x02);
    writeIndexed(vga.sequencer, 0, 0x03);
    writeIndexed(vga.graphics, 4, 0x00);
    writeIndexed(vga.graphics, 5, 0x10);
    writeIndexed(vga.graphics, 6, 0x0e);
    a.ret();
  });

  const tables = parameters.map(() => new Label());
  a.object(modeIndex, () => {
    parameters.forEach((mode, i) => {
      const is256 = mode.modes.includes(MODE_256);
      const isText = mode.modes[0]! < FIRST_GRAPHICS_MODE;
      const pages = is256 ? 1 : isText ? 8 : Math.min(8, Math.floor(0x1_0000 / mode.pageSize));
      const lines = [200, 350, 400, 480].indexOf(mode.rows * mode.charHeight);
      for (const number of mode.modes) {
        a.db(number, pages, lines);
        a.dw(tables[i]!, is256 ? 256 : 16);
      }
    });
    a.db(0xff);
  });
  a.object(parameterTables, () => {
    parameters.forEach((mode, i) => {
      a.here(tables[i]!);
      a.db(mode.columns, mode.rows - 1, mode.charHeight, mode.pageSize & 0xff, mode.pageSize >> 8);
      a.db(...mode.sequencer, mode.misc, ...mode.crtc, ...mode.attribute, ...mode.graphics);
    });
  });
  // Seven far pointers: parameter tables, and six things a program may hang in (40:A8h).
  a.object(savePointers, () => {
    a.dw(parameterTables, ROM_SEGMENT);
    a.space(6 * 4);
  });
  for (const [label, colours] of [
    [dacEga, egaColours],
    [dacBright, brightColours],
    [dac256, colours256],
  ] as const) {
    a.object(label, () => a.db(...colours.flat()));
  }
  a.object(font8x16, () => a.db(drawLargeFont()));
  a.object(font8x8, () => a.db(drawSmallFont()));
}
