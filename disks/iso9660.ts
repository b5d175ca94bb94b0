/**
 * A CD image: ISO 9660 (ECMA-119) with one directory, and El Torito's boot record in front of it. The firmware reads
 * the boot catalog, loads the boot image to 0x7C00 without pretending to be a floppy ("no emulation"), and jumps.
 * Dates are left unset and nothing is random, so equal input gives equal bytes.
 */

export const cdSectorSize = 2048;

export interface IsoFile {
  /** ISO 9660 level 1: "NAME.EXT", upper case, 8+3. */
  readonly name: string;
  readonly content: Uint8Array;
}

export interface IsoImage {
  /** Volume identifier, up to 32 characters A–Z, 0–9, _. */
  readonly volume: string;
  /** In the root directory, in the order in which they are laid on the disc. */
  readonly files: readonly IsoFile[];
  /** Name of the file the firmware loads whole to 0x7C00 and enters in real mode. */
  readonly boot: string;
  /** Fills the first 32 KiB, which ISO 9660 leaves to others, knowing where the files lie: a partition table and boot sector make the image a bootable disk as well. */
  readonly systemArea?: (sectorOf: (name: string) => number, sectors: number) => Uint8Array;
}

const catalogName = "BOOT.CAT";
const systemAreaSectors = 16;
const sectorsOf = (bytes: number) => Math.ceil(bytes / cdSectorSize);

/** Lays out and writes the image. @throws when a name is not level 1, a file is missing, or the directory overflows */
export function iso9660({ volume, files, boot, systemArea }: IsoImage): Uint8Array {
  if (!/^[A-Z0-9_]{1,32}$/.test(volume)) throw new Error(`volume identifier ${volume}: A–Z, 0–9 and _ only`);
  for (const { name } of files) {
    if (!/^[A-Z0-9_]{1,8}\.[A-Z0-9_]{1,3}$/.test(name)) throw new Error(`file name ${name}: not ISO 9660 level 1`);
  }

  const primaryAt = systemAreaSectors;
  const bootRecordAt = primaryAt + 1;
  const terminatorAt = bootRecordAt + 1;
  const pathTableLAt = terminatorAt + 1;
  const pathTableMAt = pathTableLAt + 1;
  const rootAt = pathTableMAt + 1;
  const catalogAt = rootAt + 1;
  let next = catalogAt + 1;
  const placed = files.map((file) => {
    const sector = next;
    next += sectorsOf(file.content.length);
    return { ...file, sector };
  });
  const find = (name: string) => {
    const file = placed.find((candidate) => candidate.name === name);
    if (!file) throw new Error(`${name} is not among the files`);
    return file;
  };
  const bootFile = find(boot);

  const image = new Uint8Array(next * cdSectorSize);
  const at = (sector: number) => image.subarray(sector * cdSectorSize, (sector + 1) * cdSectorSize);

  const root = directoryRecord("\0", rootAt, cdSectorSize, true);
  const entries = [...placed, { name: catalogName, sector: catalogAt, content: at(catalogAt) }]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, sector, content }) => directoryRecord(`${name};1`, sector, content.length, false));
  writeAll(at(rootAt), [root, directoryRecord("\x01", rootAt, cdSectorSize, true), ...entries]);

  at(primaryAt).set(primaryDescriptor({ volume, sectors: next, root, pathTableLAt, pathTableMAt }));
  at(bootRecordAt).set(bootRecord(catalogAt));
  at(terminatorAt).set(descriptor(255));
  at(pathTableLAt).set(rootPathTable(rootAt, true));
  at(pathTableMAt).set(rootPathTable(rootAt, false));
  at(catalogAt).set(bootCatalog(bootFile.sector, bootFile.content.length));
  for (const { sector, content } of placed) image.set(content, sector * cdSectorSize);
  if (systemArea) {
    const bytes = systemArea((name) => find(name).sector, next);
    if (bytes.length > systemAreaSectors * cdSectorSize) throw new Error("the system area is 32 KiB");
    image.set(bytes);
  }
  return image;
}

function writeAll(target: Uint8Array, records: readonly Uint8Array[]): void {
  let offset = 0;
  for (const record of records) {
    target.set(record, offset); // throws when the directory outgrows its sector
    offset += record.length;
  }
}

function text(target: Uint8Array, offset: number, length: number, value: string): void {
  for (let i = 0; i < length; i++) target[offset + i] = i < value.length ? value.charCodeAt(i) : 0x20;
}

/** ECMA-119 7.2.3 and 7.3.3: the number twice, little-endian then big-endian. */
function both16(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, value, true);
  view.setUint16(offset + 2, value, false);
}
function both32(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setUint32(offset + 4, value, false);
}

/** ECMA-119 9.1. The recording date (bytes 19–25) stays zero: not specified. */
function directoryRecord(identifier: string, sector: number, bytes: number, directory: boolean): Uint8Array {
  const record = new Uint8Array((33 + identifier.length + 1) & ~1);
  const view = new DataView(record.buffer);
  record[0] = record.length;
  both32(view, 2, sector);
  both32(view, 10, bytes);
  record[25] = directory ? 2 : 0;
  both16(view, 28, 1);
  record[32] = identifier.length;
  text(record, 33, identifier.length, identifier);
  return record;
}

/** ECMA-119 8.1: every volume descriptor begins with its type, "CD001" and version 1. */
function descriptor(type: number): Uint8Array {
  const sector = new Uint8Array(cdSectorSize);
  sector[0] = type;
  text(sector, 1, 5, "CD001");
  sector[6] = 1;
  return sector;
}

/** ECMA-119 8.4. */
function primaryDescriptor(disc: {
  volume: string;
  sectors: number;
  root: Uint8Array;
  pathTableLAt: number;
  pathTableMAt: number;
}): Uint8Array {
  const sector = descriptor(1);
  const view = new DataView(sector.buffer);
  text(sector, 8, 32, ""); // system identifier
  text(sector, 40, 32, disc.volume);
  both32(view, 80, disc.sectors);
  both16(view, 120, 1); // volumes in the set
  both16(view, 124, 1); // this is the first
  both16(view, 128, cdSectorSize);
  both32(view, 132, pathTableSize);
  view.setUint32(140, disc.pathTableLAt, true);
  view.setUint32(148, disc.pathTableMAt, false);
  sector.set(disc.root, 156);
  text(sector, 190, 128, ""); // volume set
  text(sector, 318, 128, ""); // publisher
  text(sector, 446, 128, ""); // data preparer
  text(sector, 574, 128, "COR"); // application
  text(sector, 702, 37 * 3, ""); // copyright, abstract and bibliographic file
  for (const date of [813, 830, 847, 864]) text(sector, date, 16, "0".repeat(16)); // not specified (8.4.26.1)
  sector[881] = 1; // file structure version
  return sector;
}

const pathTableSize = 10;

/** ECMA-119 9.4: the path table of a disc whose only directory is the root. */
function rootPathTable(rootAt: number, littleEndian: boolean): Uint8Array {
  const table = new Uint8Array(pathTableSize);
  const view = new DataView(table.buffer);
  table[0] = 1; // length of the identifier, which is one zero byte
  view.setUint32(2, rootAt, littleEndian);
  view.setUint16(6, 1, littleEndian); // the root is its own parent
  return table;
}

/** El Torito 1.0, figure 7: says who reads this disc's boot catalog and where it is. */
function bootRecord(catalogAt: number): Uint8Array {
  const sector = descriptor(0);
  for (const [i, c] of [..."EL TORITO SPECIFICATION"].entries()) sector[7 + i] = c.charCodeAt(0);
  new DataView(sector.buffer).setUint32(0x47, catalogAt, true);
  return sector;
}

/** El Torito 1.0, figures 2 and 3: the validation entry, whose words sum to zero, and the initial/default entry. */
function bootCatalog(imageAt: number, imageBytes: number): Uint8Array {
  const catalog = new Uint8Array(cdSectorSize);
  const view = new DataView(catalog.buffer);
  catalog[0] = 1; // header; platform 0 is the 80x86
  for (const [i, c] of [..."Cor"].entries()) catalog[4 + i] = c.charCodeAt(0);
  view.setUint16(0x1e, 0xaa55, true);
  let sum = 0;
  for (let i = 0; i < 0x20; i += 2) sum += view.getUint16(i, true);
  view.setUint16(0x1c, -sum & 0xffff, true);

  catalog[0x20] = 0x88; // bootable
  catalog[0x21] = 0; // no emulation; load segment 0 at 0x22 means 07C0
  view.setUint16(0x26, Math.ceil(imageBytes / 512), true); // virtual sectors of 512 bytes to load
  view.setUint32(0x28, imageAt, true);
  return catalog;
}
