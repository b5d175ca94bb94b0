/**
 * INT 10h: single pixels (0Ch, 0Dh).
 *
 * In mode 13h a pixel is a byte. In the others it is one bit in each of four planes at the same address; the graphics
 * controller turns a byte written into pixels: in write mode 2 the byte's low four bits are the colour, and the bit mask says
 * which of the eight pixels take it, the others staying as the last read latched them. (IBM PS/2 Hardware Interface
 * Technical Reference, Video Subsystem, "Write modes")
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b, w } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { ah, al, ax, bh, bl, cl, cx, di, dx, es } from "../emulator/isa/registers.ts";
import { frame } from "./frame.ts";
import { bda } from "./layout.ts";
import { vga } from "./video-mode.ts";
import { FIRST_GRAPHICS_MODE, MODE_256 } from "./video-parameters.ts";

/** INT 10h AH=0Ch, 0Dh. End the service. */
export const writePixel = new Label("video.writePixel");
export const readPixel = new Label("video.readPixel");
/** ZF = 1: a byte for each pixel. */
export const isLinear = new Label("isLinearMode");

export const GRAPHICS_SEGMENT = 0xa000;
/** Graphics controller registers. */
export const gc = { rotate: 3, readMap: 4, mode: 5, bitMask: 8 } as const;
/** In the rotate register: what is written is combined with what was read last. */
export const XOR = 0x18;

const pixelAddress = new Label("pixelAddress");

/** One register of the graphics controller. AX, DX lost. */
export function setGraphics(a: Assembler, index: number, value: number): void {
  a.mov(dx, vga.graphics);
  a.mov(ax, (value << 8) | index);
  a.out(dx, ax);
}

/** The graphics controller as the mode left it: plain writes. AX, DX lost. */
export function resetGraphics(a: Assembler): void {
  setGraphics(a, gc.mode, 0);
  setGraphics(a, gc.rotate, 0);
  setGraphics(a, gc.bitMask, 0xff);
}

export function videoPixels(a: Assembler): void {
  a.func(isLinear, () => {
    a.cmp(b(bda.videoMode), MODE_256);
    a.ret();
  });

  // CX, DX: column and line of a pixel, BH: page → ES:DI: its byte; AH: its bit, in the modes with planes; ZF = 1: no planes.
  // CF = 1: this is text. CX, DX lost.
  a.func(pixelAddress, () => {
    const linear = new Label();
    const text = new Label();
    a.cmp(b(bda.videoMode), FIRST_GRAPHICS_MODE);
    a.jb(text);
    a.push(ax);
    a.push(GRAPHICS_SEGMENT);
    a.pop(es);
    a.mov(ax, dx);
    a.call(isLinear);
    a.je(linear);
    a.mul(w(bda.columns));
    a.mov(di, cx);
    a.shr(di, 3);
    a.add(di, ax);
    a.movzx(ax, bh);
    a.mul(w(bda.pageSize));
    a.add(di, ax);
    a.pop(ax);
    a.and(cl, 0b111);
    a.mov(ah, 0x80);
    a.shr(ah, cl);
    a.test(ah, ah);
    a.ret();
    a.here(linear);
    a.imul(di, ax, 320);
    a.add(di, cx);
    a.pop(ax);
    a.cmp(ax, ax);
    a.here(text);
    a.ret();
  });

  // AL: colour; bit 7: XOR, in the modes with planes.
  a.func(writePixel, () => {
    const linear = new Label();
    const opaque = new Label();
    const none = new Label();
    a.call(pixelAddress);
    a.jb(none);
    a.je(linear);
    a.mov(bl, al);
    a.mov(dx, vga.graphics);
    a.mov(al, gc.bitMask);
    a.out(dx, ax);
    setGraphics(a, gc.mode, 2);
    a.test(bl, 0x80);
    a.jz(opaque);
    setGraphics(a, gc.rotate, XOR);
    a.here(opaque);
    a.mov(al, b(es, di));
    a.mov(b(es, di), bl);
    resetGraphics(a);
    a.ret();
    a.here(linear);
    a.stosb();
    a.here(none);
    a.ret();
  });

  // → AL: colour.
  a.func(readPixel, () => {
    const linear = new Label();
    const none = new Label();
    a.call(pixelAddress);
    a.jb(none);
    a.je(linear);
    a.mov(bl, ah);
    a.xor(bh, bh);
    a.mov(dx, vga.graphics);
    a.mov(cx, 4);
    // Planes from the highest bit to the lowest.
    const plane = a.here();
    a.mov(al, gc.readMap);
    a.mov(ah, cl);
    a.dec(ah);
    a.out(dx, ax);
    a.mov(al, b(es, di));
    a.and(al, bl);
    a.cmp(al, 1);
    a.cmc();
    a.adc(bh, bh);
    a.loop(plane);
    a.mov(frame.al, bh);
    a.ret();
    a.here(linear);
    a.mov(al, b(es, di));
    a.mov(frame.al, al);
    a.here(none);
    a.ret();
  });
}
