/**
 * The tables a CD-ROM drive answers with: who it is, what it can do, what is on the disc. A disc here is one session with
 * one data track. (SPC-3 for INQUIRY; MMC-4 for the rest.)
 */

export const CD_SECTOR = 2048;
/** Frames before LBA 0 in minutes, seconds and frames. */
const PREGAP = 150;
const LEAD_OUT = 0xaa;
/** ADR 1, data track. */
const DATA_TRACK = 0x14;
/** More sectors than a CD of 80 minutes holds: then it is a DVD. */
const MOST_CD_SECTORS = 360_000;

const PROFILE_CD_ROM = 0x0008;
const PROFILE_DVD_ROM = 0x0010;

const ascii = (text: string, length: number): number[] => [...text.padEnd(length)].map((c) => c.charCodeAt(0));
const bytes16 = (value: number): number[] => [value >> 8, value & 0xff];
const bytes32 = (value: number): number[] => [value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];

/** Removable CD/DVD device, response format 2 of an ATAPI device. */
export const INQUIRY_DATA = Uint8Array.from([
  ...[0x05, 0x80, 0x00, 0x21, 31, 0, 0, 0],
  ...ascii("COR", 8),
  ...ascii("Virtual CD-ROM", 16),
  ...ascii("1", 4),
]);

/** Mode page 01h: five retries. */
export const errorRecoveryPage: readonly number[] = [0x01, 0x06, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00];

/** Mode page 2Ah: reads CD-R and CD-RW, Mode 2, multi-session; a tray that can be locked; 32 times the speed of music. */
export function capabilitiesPage(locked: boolean): readonly number[] {
  const speed = bytes16(32 * 176);
  const buffer = bytes16(512);
  const tray = 0x29 | (locked ? 0x02 : 0);
  return [0x2a, 0x12, 0x03, 0x00, 0x70, 0x00, tray, 0x00, ...speed, 0, 0, ...buffer, ...speed, 0, 0, 0, 0];
}

function address(lba: number, msf: boolean): number[] {
  if (!msf) return bytes32(lba);
  const frames = lba + PREGAP;
  return [0, Math.floor(frames / (60 * 75)) & 0xff, Math.floor(frames / 75) % 60, frames % 75];
}

const withLength = (rest: readonly number[]): Uint8Array => Uint8Array.from([...bytes16(rest.length), ...rest]);

/** READ TOC's answer in format 0 (tracks from `first` on) or 1 (sessions); null for others, or a track that is not there. */
export function tableOfContents(format: number, msf: boolean, first: number, sectors: number): Uint8Array | null {
  const track = [0, DATA_TRACK, 1, 0, ...address(0, msf)];
  const leadOut = [0, DATA_TRACK, LEAD_OUT, 0, ...address(sectors, msf)];
  if (format === 1) return withLength([1, 1, ...track]);
  if (format !== 0 || (first > 1 && first !== LEAD_OUT)) return null;
  return withLength([1, 1, ...(first <= 1 ? track : []), ...leadOut]);
}

/** GET CONFIGURATION: all features, the current profile by the disc's size (0: no disc). */
export function configuration(sectors: number): Uint8Array {
  const current = sectors === 0 ? 0 : sectors > MOST_CD_SECTORS ? PROFILE_DVD_ROM : PROFILE_CD_ROM;
  const profile = (number: number): number[] => [...bytes16(number), number === current ? 1 : 0, 0];
  const feature = (number: number, flags: number, data: readonly number[]): number[] => [
    ...bytes16(number),
    flags,
    data.length,
    ...data,
  ];
  const features = [
    ...feature(0x0000, 0x03, [...profile(PROFILE_DVD_ROM), ...profile(PROFILE_CD_ROM)]),
    ...feature(0x0001, 0x0b, [0, 0, 0, 2, 0, 0, 0, 0]), // core, over ATAPI
    ...feature(0x0003, 0x03, [0x29, 0, 0, 0]), // removable medium: tray, eject, lock
    ...feature(0x0010, sectors === 0 ? 0 : 1, [...bytes32(CD_SECTOR), 0, 1, 0, 0]), // random readable
    ...feature(0x001e, current === PROFILE_CD_ROM ? 9 : 8, [0, 0, 0, 0]), // CD read
  ];
  return Uint8Array.from([...bytes32(features.length + 4), 0, 0, ...bytes16(current), ...features]);
}

/** READ DISC INFORMATION: complete, one session, one track. */
export function discInformation(): Uint8Array {
  const rest = new Array<number>(32).fill(0);
  rest[0] = 0x0e; // last session and disc are complete
  rest[1] = 1; // first track
  rest[2] = 1; // sessions
  rest[3] = 1; // first track of the last session
  rest[4] = 1; // last track of the last session
  rest[5] = 0x20; // unrestricted use
  return withLength(rest);
}

/** READ TRACK INFORMATION of the only track. */
export function trackInformation(sectors: number): Uint8Array {
  const rest = new Array<number>(34).fill(0);
  rest.splice(0, 5, 1, 1, 0, 0x04, 0x01); // track 1, session 1, data, mode 1
  rest.splice(22, 4, ...bytes32(sectors)); // track size
  return withLength(rest);
}
