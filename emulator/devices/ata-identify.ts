/**
 * The 256 words that IDENTIFY DEVICE and IDENTIFY PACKET DEVICE answer: what a drive is and can do. The words have the
 * numbers of ATA/ATAPI-7, 6.17 and 6.18.
 */

const MODEL = "Cor virtual disk";
const FIRMWARE = "1";

/** The drive's own geometry, for programs that still count cylinders. */
export const HEADS = 16;
export const SECTORS_PER_TRACK = 63;
const MOST_CYLINDERS = 16_383;
/** Sectors in one block of READ and WRITE MULTIPLE, at most. */
export const MOST_MULTIPLE = 16;

/** What a program has set, and IDENTIFY tells back. */
export interface IdentifiedSettings {
  readonly heads: number;
  readonly sectorsPerTrack: number;
  readonly multiple: number;
  readonly writeCache: boolean;
  readonly lookAhead: boolean;
  /** Multiword DMA: 0–2. */
  readonly dmaMode: number;
}

/** Text with the two bytes of each word swapped, padded with spaces. */
function putText(words: Uint16Array, from: number, to: number, text: string): void {
  const padded = text.padEnd((to - from + 1) * 2);
  for (let i = from; i <= to; i++) {
    const at = (i - from) * 2;
    words[i] = (padded.charCodeAt(at) << 8) | padded.charCodeAt(at + 1);
  }
}

function put32(words: Uint16Array, at: number, value: number): void {
  words[at] = value % 0x1_0000;
  words[at + 1] = Math.floor(value / 0x1_0000) % 0x1_0000;
}

/** Word 93: this device passed its reset, found its number by jumper, on an 80-conductor cable. */
function resetResult(isDevice1: boolean): number {
  return 0x6000 | (isDevice1 ? 0x0b00 : 0x000b);
}

/** Word 255: a signature, and a byte that makes the sum of all bytes zero. The words as bytes, low byte first. */
function sealed(words: Uint16Array): Uint8Array {
  words[255] = 0x00a5;
  const bytes = new Uint8Array(512);
  for (let i = 0; i < 256; i++) {
    bytes[2 * i] = words[i]! & 0xff;
    bytes[2 * i + 1] = words[i]! >> 8;
  }
  bytes[511] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

/** IDENTIFY DEVICE's answer for a disk of `sectors`. */
export function identifyDisk(sectors: number, settings: IdentifiedSettings, isDevice1: boolean): Uint8Array {
  const { heads, sectorsPerTrack, multiple, writeCache, lookAhead, dmaMode } = settings;
  const words = new Uint16Array(256);
  const cylinders = Math.min(MOST_CYLINDERS, Math.floor(sectors / (HEADS * SECTORS_PER_TRACK)));
  const currentCylinders = Math.min(0xffff, Math.floor(sectors / (heads * sectorsPerTrack)));
  words[0] = 0x0040; // not removable
  words[1] = cylinders;
  words[3] = HEADS;
  words[6] = SECTORS_PER_TRACK;
  putText(words, 10, 19, isDevice1 ? "COR-1" : "COR-0");
  putText(words, 23, 26, FIRMWARE);
  putText(words, 27, 46, MODEL);
  words[47] = 0x8000 | MOST_MULTIPLE;
  words[49] = 0x2b00; // LBA, DMA, IORDY, standard standby timer
  words[50] = 0x4000;
  words[51] = 0x0200; // PIO mode 2
  words[53] = 0x0003; // words 54–58 and 64–70 are valid
  words[54] = currentCylinders;
  words[55] = heads;
  words[56] = sectorsPerTrack;
  put32(words, 57, currentCylinders * heads * sectorsPerTrack);
  words[59] = multiple === 0 ? 0 : 0x0100 | multiple;
  put32(words, 60, Math.min(sectors, 2 ** 28 - 1));
  words[63] = 0x0007 | (0x0100 << dmaMode); // multiword DMA modes 0 to 2
  words[64] = 0x0003; // PIO modes 3 and 4
  words[65] = 120; // ns a word
  words[66] = 120;
  words[67] = 120; // ns a word
  words[68] = 120;
  words[80] = 0x00f0; // ATA/ATAPI-4 to -7
  words[82] = 0x7068; // NOP, READ BUFFER, WRITE BUFFER, look-ahead, write cache, power management
  words[83] = 0x7400; // FLUSH CACHE EXT, FLUSH CACHE, 48-bit addresses
  words[84] = 0x4000;
  words[85] = 0x7008 | (writeCache ? 0x20 : 0) | (lookAhead ? 0x40 : 0);
  words[86] = 0x3400;
  words[87] = 0x4000;
  words[93] = resetResult(isDevice1);
  put32(words, 100, sectors % 2 ** 32);
  put32(words, 102, Math.floor(sectors / 2 ** 32));
  words[217] = 1; // not rotating
  return sealed(words);
}

/** IDENTIFY PACKET DEVICE's answer for a CD-ROM drive. */
export function identifyCdrom(isDevice1: boolean): Uint8Array {
  const words = new Uint16Array(256);
  words[0] = 0x85c0; // packet device, CD-ROM, removable, DRQ within 50 µs, packets of 12 bytes
  putText(words, 10, 19, isDevice1 ? "COR-CD-1" : "COR-CD-0");
  putText(words, 23, 26, FIRMWARE);
  putText(words, 27, 46, "Cor virtual CD-ROM");
  words[49] = 0x0a00; // LBA, IORDY; no DMA
  words[50] = 0x4000;
  words[51] = 0x0200;
  words[53] = 0x0002; // words 64–70 are valid
  words[64] = 0x0003; // PIO modes 3 and 4
  words[67] = 120; // ns a word
  words[68] = 120;
  words[80] = 0x00f0; // ATA/ATAPI-4 to -7
  words[82] = 0x4210; // NOP, DEVICE RESET, PACKET
  words[83] = 0x4000;
  words[84] = 0x4000;
  words[85] = 0x4210;
  words[87] = 0x4000;
  words[93] = resetResult(isDevice1);
  return sealed(words);
}
