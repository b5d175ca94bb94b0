/**
 * Where the beam is. The CRTC counts character clocks in a line and lines in a frame; programs wait for its vertical
 * retrace to change what is shown without tearing, and measure time by it. The position follows from virtual time.
 */
import { CLOCK_HZ } from "../clock.ts";
import type { VgaRegisters } from "./vga.ts";

const DOT_CLOCKS = [25_175_000, 28_322_000] as const;

export interface ScanPosition {
  /** Frames since power-on. */
  readonly frame: number;
  readonly displaying: boolean;
  readonly verticalRetrace: boolean;
}

/** Dots of a character cell: 8, or 9 with a gap between letters. */
export function dotsPerCharacter({ sequencer }: VgaRegisters): number {
  return sequencer[1]! & 0x01 ? 8 : 9;
}

/** Lines that show something. */
export function displayedLines({ crtc }: VgaRegisters): number {
  return (crtc[0x12]! | ((crtc[0x07]! & 0x02) << 7) | ((crtc[0x07]! & 0x40) << 3)) + 1;
}

/** Characters of a line that show something. */
export function displayedCharacters({ crtc }: VgaRegisters): number {
  return crtc[0x01]! + 1;
}

/** The scan line at which the display starts over from address 0. */
export function lineCompare({ crtc }: VgaRegisters): number {
  return crtc[0x18]! | ((crtc[0x07]! & 0x10) << 4) | ((crtc[0x09]! & 0x40) << 3);
}

/** The beam's position at a cycle of virtual time. */
export function scanPosition(registers: VgaRegisters, cycle: number): ScanPosition {
  const { crtc, sequencer, misc } = registers;
  const overflow = crtc[0x07]!;
  const characters = crtc[0x00]! + 5;
  const lines = (crtc[0x06]! | ((overflow & 0x01) << 8) | ((overflow & 0x20) << 4)) + 2;
  const dotClock = DOT_CLOCKS[misc & 0x04 ? 1 : 0] / (sequencer[1]! & 0x08 ? 2 : 1);
  const characterTime = (dotsPerCharacter(registers) * CLOCK_HZ) / dotClock;
  const position = Math.floor(cycle / characterTime);
  const inFrame = position % (characters * lines);
  const line = Math.floor(inFrame / characters);
  const retraceStart = crtc[0x10]! | ((overflow & 0x04) << 6) | ((overflow & 0x80) << 2);
  /** The end is given by its low four bits: the retrace lasts 1 to 16 lines. */
  const retraceLines = (((crtc[0x11]! & 0x0f) - retraceStart - 1) & 0x0f) + 1;
  return {
    frame: Math.floor(position / (characters * lines)),
    displaying: line < displayedLines(registers) && inFrame % characters < displayedCharacters(registers),
    verticalRetrace: line >= retraceStart && line < retraceStart + retraceLines,
  };
}
