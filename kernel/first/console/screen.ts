/**
 * The VGA screen in text mode: 80 × 25 cells in memory at 0xB8000, each a character and its colours. There is nothing to
 * ask and nothing to wait for, which is why every kernel says its first words here. The blinking cursor is the only
 * thing that goes through ports: two registers of the CRT controller hold its cell.
 */
import type { Assembler } from "../../../dsl/asm/assembler.ts";
import { b, m, w } from "../../../dsl/asm/operand.ts";
import { Label } from "../../../dsl/out/expression.ts";
import { ah, al, ax, ch, cl, cx, dil, dx, eax, ecx, edx, rax, rdi, rdx, rsi } from "../../../emulator/isa/registers.ts";
import { kernelBase, vgaText } from "../../boot/layout.ts";
import { data, variable } from "../../boot/sections.ts";

/** Clears the screen, draws the title line and takes the cursor below it. RSI: the title. */
export const screenStart = new Label("screenStart");
/** Writes the character in DIL at the cursor, in the colours of `screenColours`. "\n" starts a new line; the screen scrolls. */
export const screenPut = new Label("screenPut");
/** Byte: background in bits 6:4, foreground in bits 3:0. */
export const screenColours = new Label("screenColours");

/** The PC's sixteen colours, as CGA had them in 1981; the first eight can be backgrounds. */
export const colour = {
  black: 0,
  blue: 1,
  green: 2,
  cyan: 3,
  red: 4,
  magenta: 5,
  brown: 6,
  lightGrey: 7,
  darkGrey: 8,
  lightBlue: 9,
  lightGreen: 10,
  lightCyan: 11,
  lightRed: 12,
  pink: 13,
  yellow: 14,
  white: 15,
} as const;

export const colours = (foreground: number, background: number = colour.black): number =>
  foreground | (background << 4);

const columns = 80;
const rows = 25;
const screen = kernelBase + BigInt(vgaText.physical);
const cursor = new Label("screenCursor");
const placeCursor = new Label("placeCursor");

const normal = colours(colour.lightGrey);
const title = colours(colour.white, colour.blue);

/** CRT controller: an index port and a data port (IBM VGA technical reference, 2-55 to 2-66). */
const crtc = 0x3d4;
const crtcRegister = { cursorStart: 0x0a, cursorEnd: 0x0b, cursorHigh: 0x0e, cursorLow: 0x0f };

export function screenRoutines(a: Assembler): void {
  data(a, () => a.object(screenColours, () => a.db(normal)));
  variable(a, cursor, 2);

  a.func(screenStart, () => {
    const next = new Label();
    const end = new Label();
    a.mov(rdi, screen);
    a.mov(eax, 0x20 | (title << 8));
    a.mov(ecx, columns);
    a.rep.stosw();
    a.mov(eax, 0x20 | (normal << 8));
    a.mov(ecx, columns * (rows - 1));
    a.rep.stosw();
    a.mov(rdi, screen + 2n);
    a.here(next);
    a.lodsb();
    a.test(al, al);
    a.jz(end);
    a.stosb();
    a.inc(rdi); // over the colours
    a.jmp(next);
    a.here(end);
    // A cursor of two lines at the bottom of its cell of sixteen.
    for (const [register, value] of [
      [crtcRegister.cursorStart, 13],
      [crtcRegister.cursorEnd, 14],
    ] as const) {
      a.mov(dx, crtc);
      a.mov(ax, register | (value << 8));
      a.out(dx, ax);
    }
    a.mov(w(cursor), 2 * columns);
    a.jmp(placeCursor);
  });

  a.func(screenPut, () => {
    const newLine = new Label();
    const onScreen = new Label();
    a.movzx(eax, w(cursor));
    a.cmp(dil, 0x0a);
    a.je(newLine);
    a.cmp(dil, 0x08); // backspace
    const printable = new Label();
    a.jne(printable);
    a.sub(eax, 1);
    a.adc(eax, 0); // not before the first cell
    a.mov(w(cursor), ax);
    a.jmp(placeCursor);

    a.here(printable);
    a.mov(rdx, screen);
    a.mov(cl, dil);
    a.mov(ch, b(screenColours));
    a.mov(w(rdx, [rax, 2]), cx);
    a.inc(eax);
    a.jmp(onScreen);

    a.here(newLine); // to the next multiple of 80
    a.xor(edx, edx);
    a.mov(ecx, columns);
    a.div(cx);
    a.inc(eax);
    a.imul(eax, eax, columns);

    a.here(onScreen);
    a.mov(w(cursor), ax);
    a.cmp(eax, columns * rows);
    a.jb(placeCursor);
    // Scroll: everything below the title one line up, and the last line blank.
    a.mov(rdi, screen + BigInt(2 * columns));
    a.lea(rsi, m(rdi, 2 * columns));
    a.mov(ecx, (columns * (rows - 2) * 2) / 8);
    a.rep.movsq();
    a.mov(eax, 0x20 | (normal << 8));
    a.mov(ecx, columns);
    a.rep.stosw();
    a.sub(w(cursor), columns);
    a.jmp(placeCursor);
  });

  // Index in AL and value in AH of one 16-bit OUT: the controller's two ports are neighbours.
  a.func(placeCursor, () => {
    a.mov(dx, crtc);
    a.mov(al, crtcRegister.cursorHigh);
    a.mov(ah, b(cursor, 1));
    a.out(dx, ax);
    a.mov(al, crtcRegister.cursorLow);
    a.mov(ah, b(cursor));
    a.out(dx, ax);
    a.ret();
  });
}
