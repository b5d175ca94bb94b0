/**
 * Video modes as register values, and how firmware sets one. The machine needs this where no firmware runs: a kernel that
 * is started directly may expect 80×25 text, a font and the sixteen colours, as a PC's firmware leaves them. The values are
 * IBM's, as in its video parameter tables. (IBM PS/2 Hardware Interface Technical Reference, Video Subsystem.)
 */
import type { Bus } from "../bus.ts";
import { font8x16 } from "../formats/vga-font.ts";
import { VIDEO_START } from "../map.ts";

export interface VideoMode {
  readonly misc: number;
  readonly sequencer: readonly number[];
  readonly crtc: readonly number[];
  readonly graphics: readonly number[];
  readonly attribute: readonly number[];
}

/** The sixteen colours as numbers of the 64 of an EGA; brown is 14h instead of dark yellow. */
const egaPalette = [0, 1, 2, 3, 4, 5, 0x14, 7, 0x38, 0x39, 0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f];
const identityPalette = Array.from({ length: 16 }, (_, i) => i);
const hex = (digits: string): number[] => digits.split(" ").map((byte) => Number.parseInt(byte, 16));

export const modes = {
  /** Mode 3: 80×25 characters of 9×16 dots. */
  text: {
    misc: 0x67,
    sequencer: [0x03, 0x00, 0x03, 0x00, 0x02],
    crtc: hex("5f 4f 50 82 55 81 bf 1f 00 4f 0d 0e 00 00 00 00 9c 8e 8f 28 1f 96 b9 a3 ff"),
    graphics: [0, 0, 0, 0, 0, 0x10, 0x0e, 0x0f, 0xff],
    attribute: [...egaPalette, 0x0c, 0x00, 0x0f, 0x08, 0x00],
  },
  /** Mode 4: 320×200 in CGA's four colours. */
  cga: {
    misc: 0x63,
    sequencer: [0x03, 0x09, 0x03, 0x00, 0x02],
    crtc: hex("2d 27 28 90 2b 80 bf 1f 00 c1 00 00 00 00 00 00 9c 8e 8f 14 00 96 b9 a2 ff"),
    graphics: [0, 0, 0, 0, 0, 0x30, 0x0f, 0x00, 0xff],
    attribute: [
      0, 0x13, 0x15, 0x17, 2, 4, 6, 7, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x01, 0x00, 0x03, 0, 0,
    ],
  },
  /** Mode 12h: 640×480 in sixteen colours. */
  planar: {
    misc: 0xe3,
    sequencer: [0x03, 0x01, 0x0f, 0x00, 0x06],
    crtc: hex("5f 4f 50 82 54 80 0b 3e 00 40 00 00 00 00 00 00 ea 8c df 28 00 e7 04 e3 ff"),
    graphics: [0, 0, 0, 0, 0, 0x00, 0x05, 0x0f, 0xff],
    attribute: [...egaPalette, 0x01, 0x00, 0x0f, 0x00, 0x00],
  },
  /** Mode 13h: 320×200 in 256 colours. */
  chained: {
    misc: 0x63,
    sequencer: [0x03, 0x01, 0x0f, 0x00, 0x0e],
    crtc: hex("5f 4f 50 82 54 80 bf 1f 00 41 00 00 00 00 00 00 9c 8e 8f 28 40 96 b9 a3 ff"),
    graphics: [0, 0, 0, 0, 0, 0x40, 0x05, 0x0f, 0xff],
    attribute: [...identityPalette, 0x41, 0x00, 0x0f, 0x00, 0x00],
  },
} satisfies Record<string, VideoMode>;

/** Writes all registers of a mode, and the DAC's 64 EGA colours. Memory stays as it is. */
export function setMode(bus: Bus, mode: VideoMode): void {
  const out = (port: number, ...values: number[]): void => {
    for (const value of values) bus.writePort(port, 1, value);
  };
  const table = (port: number, values: readonly number[]): void => {
    values.forEach((value, index) => {
      out(port, index);
      out(port + 1, value);
    });
  };
  out(0x3c2, mode.misc);
  table(0x3c4, mode.sequencer);
  out(0x3d4, 0x11);
  out(0x3d5, 0x00); // unprotects CRTC registers 0–7
  table(0x3d4, mode.crtc);
  table(0x3ce, mode.graphics);
  bus.readPort(0x3da, 1);
  mode.attribute.forEach((value, index) => {
    out(0x3c0, index, value);
  });
  out(0x3c0, 0x20);
  out(0x3c6, 0xff);
  out(0x3c8, 0);
  for (let colour = 0; colour < 64; colour++) out(0x3c9, ...egaColour(colour));
}

/** Red, green and blue of an EGA colour: two bits each, 2/3 of full brightness in bits 2–0 and 1/3 in bits 5–3. */
function egaColour(colour: number): number[] {
  return [2, 1, 0].map((bit) => ((colour >> bit) & 1) * 42 + ((colour >> (bit + 3)) & 1) * 21);
}

/** What a PC's firmware leaves: mode 3, its font in plane 2, a blank screen with the cursor at home. */
export function enterTextMode(bus: Bus): void {
  setMode(bus, modes.text);
  const indexed = (port: number, index: number, value: number): void => bus.writePort(port, 2, index | (value << 8));
  indexed(0x3c4, 2, 0x04); // plane 2, addressed sequentially at A0000
  indexed(0x3c4, 4, 0x06);
  indexed(0x3ce, 5, 0x00);
  indexed(0x3ce, 6, 0x04);
  font8x16().forEach((row, i) => {
    bus.writeMemory(VIDEO_START + (i >> 4) * 32 + (i & 15), 1, row);
  });
  indexed(0x3c4, 2, 0x03);
  indexed(0x3c4, 4, 0x02);
  indexed(0x3ce, 5, 0x10);
  indexed(0x3ce, 6, 0x0e);
  for (let at = 0; at < 80 * 25; at++) bus.writeMemory(VIDEO_START + 0x1_8000 + 2 * at, 2, 0x0720);
}
