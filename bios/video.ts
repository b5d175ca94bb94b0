/**
 * INT 10h: the screen, for programs.
 *
 * The services keep what the program thinks (which mode, which page, where the cursor is) in the BIOS data area, where
 * programs look at it too. Here is the list of them and what belongs to the mode as a whole.
 */
import type { Assembler } from "../dsl/asm/assembler.ts";
import { b } from "../dsl/asm/operand.ts";
import { Label } from "../dsl/out/expression.ts";
import { al, ax } from "../emulator/isa/registers.ts";
import { frame, service } from "./frame.ts";
import { bda } from "./layout.ts";
import {
  readCell,
  scrollDown,
  scrollUp,
  writeCells,
  writeCharacters,
  writeString,
  writeTeletype,
} from "./video-characters.ts";
import { getCursor, selectPage, setCursor, setCursorShape, showCursor } from "./video-cursor.ts";
import { setMode } from "./video-mode.ts";
import { characterGenerator, displayCombination, stateInformation, subsystem } from "./video-more.ts";
import { palette } from "./video-palette.ts";
import { readPixel, writePixel } from "./video-pixels.ts";

export const int10 = new Label("int10");

export function video(a: Assembler): void {
  const setModeService = new Label("video.setMode");
  const lightPen = new Label("video.lightPen");
  const getMode = new Label("video.getMode");
  const unknown = new Label("video.unknown");

  service(
    a,
    int10,
    [
      [0x0e, writeTeletype],
      [0x00, setModeService],
      [0x01, setCursorShape],
      [0x02, setCursor],
      [0x03, getCursor],
      [0x04, lightPen],
      [0x05, selectPage],
      [0x06, scrollUp],
      [0x07, scrollDown],
      [0x08, readCell],
      [0x09, writeCells],
      [0x0a, writeCharacters],
      [0x0b, palette],
      [0x0c, writePixel],
      [0x0d, readPixel],
      [0x0f, getMode],
      [0x10, palette],
      [0x11, characterGenerator],
      [0x12, subsystem],
      [0x13, writeString],
      [0x1a, displayCombination],
      [0x1b, stateInformation],
    ],
    unknown,
  );

  // What no video BIOS has done so far leaves everything as it was; so does a call for a card that is not there.
  a.func(unknown, () => a.ret());

  a.func(setModeService, () => {
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

  // There is no light pen.
  a.func(lightPen, () => {
    a.mov(frame.ah, 0);
    a.ret();
  });

  a.func(getMode, () => {
    a.mov(al, b(bda.videoMode));
    a.mov(frame.al, al);
    a.mov(al, b(bda.columns));
    a.mov(frame.ah, al);
    a.mov(al, b(bda.page));
    a.mov(frame.bh, al);
    a.ret();
  });
}
