/**
 * What each video mode puts into the VGA's registers, and the colours of its DAC.
 *
 * The tables have the form IBM's BIOS had, 64 bytes each, because programs find them through the BDA's pointer at 40:A8h.
 * (IBM PS/2 Hardware Interface Technical Reference, Video Subsystem, "VGA registers for each mode")
 */

export interface ModeParameters {
  readonly modes: readonly number[];
  readonly columns: number;
  readonly rows: number;
  /** Scan lines of a character. */
  readonly charHeight: number;
  /** Bytes of memory (of each plane) that a page has. */
  readonly pageSize: number;
  /** Registers 1–4; register 0 takes the sequencer out of reset. */
  readonly sequencer: readonly number[];
  readonly misc: number;
  readonly crtc: readonly number[];
  readonly attribute: readonly number[];
  readonly graphics: readonly number[];
}

const bytes = (hex: string): number[] => hex.split(" ").map((digits) => Number.parseInt(digits, 16));

/** The sixteen colours as numbers of the 64: brown is 14h, dark yellow being ugly, and the bright ones have all bits 38h. */
const palette = bytes("00 01 02 03 04 05 14 07 38 39 3a 3b 3c 3d 3e 3f");
/** The same where the DAC has 16 colours in two places: monitors of 200 lines had one wire for "bright". */
const brightPalette = bytes("00 01 02 03 04 05 06 07 10 11 12 13 14 15 16 17");
const straightPalette = bytes("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");

/** Text: characters in plane 0, colours in plane 1, addresses alternating between them, seen at B8000h. */
const text = {
  misc: 0x67,
  attribute: [...palette, ...bytes("0c 00 0f 08")],
  graphics: bytes("00 00 00 00 00 10 0e 0f ff"),
};
/** Sixteen colours: one bit of a pixel in each plane, seen at A0000h. */
const planar = { graphics: bytes("00 00 00 00 00 00 05 0f ff") };

export const parameters: readonly ModeParameters[] = [
  {
    ...text,
    modes: [0x00, 0x01],
    columns: 40,
    rows: 25,
    charHeight: 16,
    pageSize: 0x800,
    sequencer: bytes("08 03 00 02"),
    crtc: bytes("2d 27 28 90 2b a0 bf 1f 00 4f 0d 0e 00 00 00 00 9c 8e 8f 14 1f 96 b9 a3 ff"),
  },
  {
    ...text,
    modes: [0x02, 0x03],
    columns: 80,
    rows: 25,
    charHeight: 16,
    pageSize: 0x1000,
    sequencer: bytes("00 03 00 02"),
    crtc: bytes("5f 4f 50 82 55 81 bf 1f 00 4f 0d 0e 00 00 00 00 9c 8e 8f 28 1f 96 b9 a3 ff"),
  },
  {
    // 320×200
    ...planar,
    modes: [0x0d],
    columns: 40,
    rows: 25,
    charHeight: 8,
    pageSize: 0x2000,
    sequencer: bytes("09 0f 00 06"),
    misc: 0x63,
    crtc: bytes("2d 27 28 90 2b 80 bf 1f 00 c0 00 00 00 00 00 00 9c 8e 8f 14 00 96 b9 e3 ff"),
    attribute: [...brightPalette, ...bytes("01 00 0f 00")],
  },
  {
    // 640×200
    ...planar,
    modes: [0x0e],
    columns: 80,
    rows: 25,
    charHeight: 8,
    pageSize: 0x4000,
    sequencer: bytes("01 0f 00 06"),
    misc: 0x63,
    crtc: bytes("5f 4f 50 82 54 80 bf 1f 00 c0 00 00 00 00 00 00 9c 8e 8f 28 00 96 b9 e3 ff"),
    attribute: [...brightPalette, ...bytes("01 00 0f 00")],
  },
  {
    // 640×480
    ...planar,
    modes: [0x12],
    columns: 80,
    rows: 30,
    charHeight: 16,
    pageSize: 0xa000,
    sequencer: bytes("01 0f 00 06"),
    misc: 0xe3,
    crtc: bytes("5f 4f 50 82 54 80 0b 3e 00 40 00 00 00 00 00 00 ea 8c df 28 00 e7 04 e3 ff"),
    attribute: [...palette, ...bytes("01 00 0f 00")],
  },
  {
    // 320×200 with 256 colours: a byte for each pixel, the planes chained one after the other.
    modes: [0x13],
    columns: 40,
    rows: 25,
    charHeight: 8,
    pageSize: 0x2000,
    sequencer: bytes("01 0f 00 0e"),
    misc: 0x63,
    crtc: bytes("5f 4f 50 82 54 80 bf 1f 00 41 00 00 00 00 00 00 9c 8e 8f 28 40 96 b9 a3 ff"),
    attribute: [...straightPalette, ...bytes("41 00 0f 00")],
    graphics: bytes("00 00 00 00 00 40 05 0f ff"),
  },
];

/** Offsets in a parameter table. */
export const field = {
  columns: 0,
  lastRow: 1,
  charHeight: 2,
  pageSize: 3,
  sequencer: 5,
  misc: 9,
  crtc: 10,
  attribute: 35,
  graphics: 55,
} as const;

/** Modes from here on show pixels; 13h a byte for each, the others bits in planes. */
export const FIRST_GRAPHICS_MODE = 0x04;
export const MODE_256 = 0x13;

type Colour = readonly [red: number, green: number, blue: number];

/** 64 colours for most modes: bits 5–0 are dark red, dark green, dark blue, and their bright parts: one and two thirds of 3Fh. */
export const egaColours: readonly Colour[] = Array.from({ length: 64 }, (_, number) => {
  const part = (bit: number) => ((number >> bit) & 1) * 0x2a + ((number >> (bit + 3)) & 1) * 0x15;
  return [part(2), part(1), part(0)];
});

/** The colours of the first colour card: bit 3 is one third more of everything; 6 is brown. */
function cgaColour(number: number): Colour {
  const bright = number & 8 ? 0x15 : 0;
  const part = (bit: number) => ((number >> bit) & 1) * 0x2a + bright;
  return number === 6 ? [0x2a, 0x15, 0x00] : [part(2), part(1), part(0)];
}

/** For the 200-line modes: bit 4 is "bright", bits 5 and 3 count for nothing. */
export const brightColours: readonly Colour[] = Array.from({ length: 64 }, (_, number) =>
  cgaColour((number & 7) | (number & 0x10 ? 8 : 0)),
);

/** For mode 13h: the sixteen, sixteen greys, and 24 hues in three strengths and three brightnesses; then black. */
export const colours256: readonly Colour[] = make256Colours();

function make256Colours(): Colour[] {
  const table: Colour[] = Array.from({ length: 16 }, (_, number) => cgaColour(number));
  for (const grey of [0, 5, 8, 11, 14, 17, 20, 24, 28, 32, 36, 40, 45, 50, 56, 63]) table.push([grey, grey, grey]);
  // Five steps from the weakest part of a hue to the strongest: for 63, 28 and 16 as the strongest.
  const steps = [
    [0, 16, 31, 47, 63],
    [31, 39, 47, 55, 63],
    [45, 49, 54, 58, 63],
    [0, 7, 14, 21, 28],
    [14, 17, 21, 24, 28],
    [20, 22, 24, 26, 28],
    [0, 4, 8, 12, 16],
    [8, 10, 12, 14, 16],
    [11, 12, 13, 15, 16],
  ];
  for (const step of steps) for (let hue = 0; hue < 24; hue++) table.push(hueOf(hue, step));
  while (table.length < 256) table.push([0, 0, 0]);
  return table;
}

/** Around the circle from blue over magenta, red, yellow, green and cyan: one part rises or falls at a time. */
function hueOf(hue: number, step: readonly number[]): Colour {
  const low = step[0]!;
  const high = step[4]!;
  const rising = step[hue % 4]!;
  const falling = step[4 - (hue % 4)]!;
  switch (hue >> 2) {
    case 0:
      return [rising, low, high];
    case 1:
      return [high, low, falling];
    case 2:
      return [high, rising, low];
    case 3:
      return [falling, high, low];
    case 4:
      return [low, high, rising];
    default:
      return [low, falling, high];
  }
}
