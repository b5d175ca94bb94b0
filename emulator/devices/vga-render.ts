/**
 * The picture a VGA sends to its monitor, worked out as the hardware does: line by line the CRTC's address counter runs
 * over memory, each character clock fetches a byte of all four planes, and the shift registers or the character generator
 * make eight or nine dots of it. So every mode a program can set is shown: text, 16 colours, 256 colours, CGA's modes, with
 * panning and split screen. A picture has one pixel for each dot and line; mode 13h, whose pixels are two dots wide and two
 * lines high, becomes 640×400. (IBM PS/2 Hardware Interface Technical Reference, Video Subsystem.)
 */
import { codePage437 } from "../formats/vga-font.ts";
import type { VgaRegisters } from "./vga.ts";
import { displayedCharacters, displayedLines, dotsPerCharacter, lineCompare, scanPosition } from "./vga-timing.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel: red, green, blue, and 255. */
  readonly rgba: Uint8Array;
}

const ATTRIBUTE_MODE = 0x10;
const MODE_GRAPHICS = 0x01;
const MODE_LINE_GRAPHICS = 0x04;
const MODE_BLINK = 0x08;
const MODE_PAN_TOP_ONLY = 0x20;
const MODE_256_COLOURS = 0x40;
const MODE_P54S = 0x80;
const PLANE_ENABLE = 0x12;
const PIXEL_PANNING = 0x13;
const COLOUR_SELECT = 0x14;
const PAS = 0x20;

/** The cursor changes every 8 frames, blinking characters every 16. */
const CURSOR_BLINK = 8;
const TEXT_BLINK = 16;

/** Where each of the eight fonts begins in plane 2. */
const FONT_BASES = [0x0000, 0x4000, 0x8000, 0xc000, 0x2000, 0x6000, 0xa000, 0xe000];

/** Where the CRTC's counter points in the planes: byte, word or doubleword mode, and CGA's interleaved rows. */
function addressOf({ crtc }: VgaRegisters, counter: number, rowScan: number): number {
  const mode = crtc[0x17]!;
  let address: number;
  if (crtc[0x14]! & 0x40) address = (counter << 2) | ((counter >> 14) & 3);
  else if (mode & 0x40) address = counter;
  else address = (counter << 1) | ((counter >> (mode & 0x20 ? 15 : 13)) & 1);
  if ((mode & 0x01) === 0) address = (address & ~0x2000) | ((rowScan & 1) << 13);
  if ((mode & 0x02) === 0) address = (address & ~0x4000) | ((rowScan & 2) << 13);
  return address & 0xffff;
}

const isGraphics = ({ attribute }: VgaRegisters): boolean => (attribute[ATTRIBUTE_MODE]! & MODE_GRAPHICS) !== 0;

/** The display is on: CRTC running, screen not switched off, palette given to the display. */
function isShown({ crtc, sequencer, attributeIndex }: VgaRegisters): boolean {
  return (crtc[0x17]! & 0x80) !== 0 && (sequencer[1]! & 0x20) === 0 && (attributeIndex & PAS) !== 0;
}

/** Each of the DAC's 256 colours as a pixel, red in the low byte. */
function dacColours({ dac, dacMask }: VgaRegisters): Uint32Array {
  const eightBits = (component: number): number => (component << 2) | (component >> 4);
  return Uint32Array.from({ length: 256 }, (_, index) => {
    const [red, green, blue] = dac.subarray((index & dacMask) * 3, (index & dacMask) * 3 + 3);
    return (0xff00_0000 | (eightBits(blue!) << 16) | (eightBits(green!) << 8) | eightBits(red!)) >>> 0;
  });
}

/** The sixteen colours of text and planar modes, through palette and colour select. */
function paletteColours({ attribute }: VgaRegisters, dac: Uint32Array): Uint32Array {
  const select = attribute[COLOUR_SELECT]!;
  return Uint32Array.from({ length: 16 }, (_, index) => {
    const colour = attribute[index & attribute[PLANE_ENABLE]!]!;
    const low = attribute[ATTRIBUTE_MODE]! & MODE_P54S ? (colour & 0x0f) | ((select & 3) << 4) : colour;
    return dac[low | ((select & 0x0c) << 4)]!;
  });
}

/** Writes the dots of one character clock into `dots`. */
type Shifter = (dots: Uint32Array, at: number, counter: number, rowScan: number) => void;

/** The character generator. */
function textShifter(r: VgaRegisters, planes: Uint32Array, frame: number | null): Shifter {
  const { crtc, sequencer, attribute } = r;
  const colours = paletteColours(r, dacColours(r));
  const width = dotsPerCharacter(r);
  const mode = attribute[ATTRIBUTE_MODE]!;
  const maps = sequencer[3]!;
  const fontA = FONT_BASES[((maps >> 2) & 3) | ((maps >> 3) & 4)]!;
  const fontB = FONT_BASES[(maps & 3) | ((maps >> 2) & 4)]!;
  const blinkedOff = frame !== null && Math.floor(frame / TEXT_BLINK) % 2 === 1;
  const cursorOff = (crtc[0x0a]! & 0x20) !== 0 || (frame !== null && Math.floor(frame / CURSOR_BLINK) % 2 === 1);
  const cursorAt = (crtc[0x0e]! << 8) | crtc[0x0f]!;
  const [cursorStart, cursorEnd, underline] = [crtc[0x0a]! & 0x1f, crtc[0x0b]! & 0x1f, crtc[0x14]! & 0x1f];
  return (dots, at, counter, rowScan) => {
    const cell = planes[addressOf(r, counter, rowScan)]!;
    const [character, attributes] = [cell & 0xff, (cell >> 8) & 0xff];
    const font = attributes & 0x08 ? fontA : fontB;
    let glyph = (planes[(font + character * 32 + rowScan) & 0xffff]! >>> 16) & 0xff;
    const blinks = mode & MODE_BLINK && attributes & 0x80;
    if (blinks && blinkedOff) glyph = 0;
    // The ninth dot repeats the eighth for the characters of which lines are made.
    let ninth = mode & MODE_LINE_GRAPHICS && character >= 0xc0 && character <= 0xdf ? glyph & 1 : 0;
    const underlined = (attributes & 0x77) === 0x01 && rowScan === underline;
    const cursor = !cursorOff && counter === cursorAt && rowScan >= cursorStart && rowScan <= cursorEnd;
    if (underlined || cursor) {
      glyph = 0xff;
      ninth = 1;
    }
    const ink = colours[attributes & 0x0f]!;
    const paper = colours[(attributes >> 4) & (mode & MODE_BLINK ? 0x07 : 0x0f)]!;
    for (let x = 0; x < 8; x++) dots[at + x] = glyph & (0x80 >> x) ? ink : paper;
    if (width === 9) dots[at + 8] = ninth ? ink : paper;
  };
}

/** The shift registers of graphics modes: 256 colours, CGA's four, or a bit from each plane. */
function graphicsShifter(r: VgaRegisters, planes: Uint32Array): Shifter {
  const dac = dacColours(r);
  const colours = paletteColours(r, dac);
  const width = dotsPerCharacter(r);
  const shift = (r.graphics[5]! >> 5) & 3;
  const fetch = (counter: number, rowScan: number): number => planes[addressOf(r, counter, rowScan)]!;
  const ninthDot = (dots: Uint32Array, at: number): void => {
    if (width === 9) dots[at + 8] = dots[at + 7]!;
  };
  if (shift >= 2 || r.attribute[ATTRIBUTE_MODE]! & MODE_256_COLOURS) {
    return (dots, at, counter, rowScan) => {
      const word = fetch(counter, rowScan);
      for (let x = 0; x < 8; x++) dots[at + x] = dac[(word >>> (8 * (x >> 1))) & 0xff]!;
      ninthDot(dots, at);
    };
  }
  if (shift === 1) {
    return (dots, at, counter, rowScan) => {
      const word = fetch(counter, rowScan);
      for (let x = 0; x < 8; x++) {
        const pair = (x < 4 ? word : word >>> 8) >>> (6 - 2 * (x & 3));
        dots[at + x] = colours[(pair & 3) | ((pair >>> 14) & 0x0c)]!;
      }
      ninthDot(dots, at);
    };
  }
  return (dots, at, counter, rowScan) => {
    const word = fetch(counter, rowScan);
    for (let x = 0; x < 8; x++) {
      const bits = word >>> (7 - x);
      dots[at + x] = colours[(bits & 1) | ((bits >>> 7) & 2) | ((bits >>> 14) & 4) | ((bits >>> 21) & 8)]!;
    }
    ninthDot(dots, at);
  };
}

/** Dots by which the picture is shifted to the left. */
function panning(r: VgaRegisters): number {
  const pan = r.attribute[PIXEL_PANNING]!;
  if (r.attribute[ATTRIBUTE_MODE]! & MODE_256_COLOURS) return pan & 7;
  if (dotsPerCharacter(r) === 9) return pan >= 8 ? 0 : pan + 1;
  return pan & 7;
}

/** Calls back for every line of the screen with the CRTC's counter at its start and the row inside the character. */
function forEachLine(
  r: VgaRegisters,
  each: (line: number, counter: number, rowScan: number, split: boolean) => void,
): void {
  const { crtc } = r;
  const rows = (crtc[0x09]! & 0x1f) + 1;
  const doubled = (crtc[0x09]! & 0x80) !== 0;
  const pitch = crtc[0x13]! * 2;
  const bytePanning = (crtc[0x08]! >> 5) & 3;
  const splitAt = lineCompare(r);
  let counter = ((crtc[0x0c]! << 8) | crtc[0x0d]!) + bytePanning;
  let rowScan = crtc[0x08]! & 0x1f;
  let split = false;
  const lines = displayedLines(r);
  for (let line = 0; line < lines; line++) {
    each(line, counter & 0xffff, rowScan, split);
    const repeats = doubled && line % 2 === 0;
    if (!repeats) rowScan++;
    if (rowScan >= rows) {
      rowScan = 0;
      counter += pitch;
    }
    if (line === splitAt) {
      counter = 0;
      rowScan = 0;
      split = true;
    }
  }
}

/** The picture at `cycle`, or with everything shown that blinks when it is null. */
export function renderScreen(r: VgaRegisters, planes: Uint32Array, cycle: number | null): Picture {
  const cell = dotsPerCharacter(r);
  const characters = displayedCharacters(r);
  const [width, height] = [characters * cell, displayedLines(r)];
  const pixels = new Uint32Array(width * height).fill(0xff00_0000);
  const picture = { width, height, rgba: new Uint8Array(pixels.buffer) };
  if (!isShown(r)) return picture;
  const frame = cycle === null ? null : scanPosition(r, cycle).frame;
  const shifter = isGraphics(r) ? graphicsShifter(r, planes) : textShifter(r, planes, frame);
  const pan = panning(r);
  /** One character more than fits: panning shows a part of it. */
  const dots = new Uint32Array((characters + 1) * cell);
  forEachLine(r, (line, start, rowScan, split) => {
    for (let i = 0; i <= characters; i++) shifter(dots, i * cell, (start + i) & 0xffff, rowScan);
    const shift = split && r.attribute[ATTRIBUTE_MODE]! & MODE_PAN_TOP_ONLY ? 0 : pan;
    pixels.set(dots.subarray(shift, shift + width), line * width);
  });
  return picture;
}

/** The characters of text mode. */
export function screenText(r: VgaRegisters, planes: Uint32Array): string[] {
  if (isGraphics(r) || !isShown(r)) return [];
  const text: string[] = [];
  const characters = displayedCharacters(r);
  let previous = Number.POSITIVE_INFINITY;
  forEachLine(r, (_line, start, rowScan) => {
    if (rowScan < previous) {
      let row = "";
      for (let i = 0; i < characters; i++) row += codePage437[planes[addressOf(r, (start + i) & 0xffff, 0)]! & 0xff];
      text.push(row.trimEnd());
    }
    previous = rowScan;
  });
  return text;
}
